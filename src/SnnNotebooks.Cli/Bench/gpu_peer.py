"""Times other libraries on the cases of `snn bench gpu`: one JSON object a line on standard output, as the kit's own process prints them.

usage: gpu_peer.py PLAN.json     (SJ_PATH: a checkout of SpikingJelly, where it is not installed)
Libraries are taken where they can be imported: SpikingJelly with each backend its LIF neuron offers, snnTorch, Norse.
"""
import importlib, json, os, sys, time, types

if "SJ_PATH" in os.environ:
    sys.path.insert(0, os.environ["SJ_PATH"])
try:
    import torch
except ImportError as missing:
    print(json.dumps({"about": "peers: %s has no PyTorch (%s)" % (sys.executable, missing)}))
    sys.exit(0)
try:
    import torch.utils.tensorboard  # SpikingJelly's models want it, the timings do not
except Exception:
    stand_in = types.ModuleType("torch.utils.tensorboard")
    stand_in.SummaryWriter = object
    sys.modules["torch.utils.tensorboard"] = stand_in

WARM_UP, SAMPLES, LEAST_SAMPLE, MOST_SECONDS = 3, 15, 5.0, 2.0
plan = json.load(open(sys.argv[1]))
device = torch.device(plan["device"])
begun = time.perf_counter()


def say(**line):
    print(json.dumps(line), flush=True)


def wait():
    if device.type == "cuda":
        torch.cuda.synchronize()


def timed(work, runs):
    wait()
    start = time.perf_counter()
    for _ in range(runs):
        work()
    wait()
    return (time.perf_counter() - start) * 1e3 / runs


def times(work):
    for _ in range(WARM_UP):
        work()
    in_a_row = int(min(1000, max(1, LEAST_SAMPLE / timed(work, 1))))
    found, start = [], time.perf_counter()
    while len(found) < SAMPLES and (len(found) < 3 or time.perf_counter() - start < MOST_SECONDS):
        found.append(timed(work, in_a_row))
    return found


def library(name):
    try:
        return importlib.import_module(name)
    except Exception as failed:  # whatever a broken installation throws
        say(about="no %s: %s" % (name, str(failed).split("\n")[0]))
        return None


def dtype(case):
    return {"float16": torch.float16, "bfloat16": torch.bfloat16}.get(case["type"], torch.float32)


def half(case):
    """Mixed precision for a network's step, where the case says so."""
    enabled = case["type"] == "bfloat16"
    return torch.autocast(device_type=device.type, dtype=torch.bfloat16, enabled=enabled)


def sequence(case, call, reset, shape):
    """Forward, or forward and backward, of one layer on a random sequence."""
    kind = torch.float32 if case["kind"] == "linear-lif" else dtype(case)
    x = (torch.rand(shape, device=device) * 2).to(kind).requires_grad_(case["kind"] == "lif")
    g = torch.randn(shape, device=device).to(kind)

    def run():
        reset()
        if case["pass"] == "forward":
            with torch.no_grad():
                call(x)
        else:
            x.grad = None
            call(x).backward(g)

    return run


def step(case, network, reset, shape):
    """A step of training by SGD, or an inference, on images repeated over time."""
    images = torch.rand(shape, device=device)
    labels = torch.nn.functional.one_hot(torch.randint(10, (shape[0],), device=device), 10).float()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
    network.train(case["pass"] == "train")

    def rates():
        with half(case):
            return network(images.unsqueeze(0).repeat(case["steps"], 1, 1, 1, 1)).mean(0).float()

    def run():
        reset(network)
        if case["pass"] != "train":
            with torch.no_grad():
                rates()
            return
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(rates(), labels).backward()
        optimizer.step()

    return run


class SpikingJelly:
    def __init__(self):
        self.neuron = library("spikingjelly.activation_based.neuron")
        self.there = self.neuron is not None
        if self.there:
            self.surrogate = library("spikingjelly.activation_based.surrogate")
            self.layer = library("spikingjelly.activation_based.layer")
            self.functional = library("spikingjelly.activation_based.functional")
            offered = self.neuron.LIFNode(step_mode="m").supported_backends
            self.backends = [each for each in offered if each == "torch" or device.type == "cuda"]

    def make(self, kind, backend):
        return kind(surrogate_function=self.surrogate.ATan(), step_mode="m", backend=backend)

    def reset(self, network):
        self.functional.reset_net(network)

    def work(self, case, backend):
        kind = case["kind"]
        lif = lambda: self.make(self.neuron.LIFNode, backend)
        if kind == "lif":
            layer = lif().to(device)
            return sequence(case, layer, layer.reset, (case["steps"], case["size"] // case["steps"]))
        if kind == "linear-lif":
            network = torch.nn.Sequential(torch.nn.Linear(case["size"], case["size"]), lif()).to(device)
            return sequence(case, network, lambda: self.reset(network), (case["steps"], case["batch"], case["size"]))
        if kind == "csnn":
            c, neuron = case["size"], lambda: self.make(self.neuron.IFNode, backend)
            network = torch.nn.Sequential(
                self.layer.Conv2d(1, c, 3, padding=1, bias=False), self.layer.BatchNorm2d(c), neuron(), self.layer.MaxPool2d(2),
                self.layer.Conv2d(c, c, 3, padding=1, bias=False), self.layer.BatchNorm2d(c), neuron(), self.layer.MaxPool2d(2),
                self.layer.Flatten(), self.layer.Linear(c * 49, c * 16, bias=False), neuron(),
                self.layer.Linear(c * 16, 10, bias=False), neuron())
            self.functional.set_step_mode(network, "m")
            return step(case, network.to(device), self.reset, (case["batch"], 1, 28, 28))
        if kind == "sew-resnet18":
            models = importlib.import_module("spikingjelly.activation_based.model.sew_resnet")
            network = models.sew_resnet18(
                cnf="ADD", spiking_neuron=self.neuron.IFNode, surrogate_function=self.surrogate.ATan(), num_classes=10)
            self.functional.set_step_mode(network, "m")
            self.functional.set_backend(network, backend, instance=self.neuron.BaseNode)
            return step(case, network.to(device), self.reset, (case["batch"], 3, case["size"], case["size"]))
        return None


class Stepwise:
    """A library whose neuron takes one time step a call: `make` gives a module and what runs it over time."""

    def __init__(self, name, make):
        self.module = library(name)
        self.there, self.make, self.backends = self.module is not None, make, [""]

    def work(self, case, backend):
        if case["kind"] == "lif":
            run = self.make(self.module)
            return sequence(case, run, lambda: None, (case["steps"], case["size"] // case["steps"]))
        if case["kind"] == "linear-lif":
            run, dense = self.make(self.module), torch.nn.Linear(case["size"], case["size"]).to(device)
            return sequence(case, lambda x: run(dense(x)), lambda: None, (case["steps"], case["batch"], case["size"]))
        return None


def snntorch(module):
    leaky = module.Leaky(beta=0.5, spike_grad=importlib.import_module("snntorch.surrogate").atan(), reset_mechanism="zero").to(device)

    def run(x):
        potential, spikes = torch.zeros_like(x[0]), []
        for now in x:
            spike, potential = leaky(now, potential)
            spikes.append(spike)
        return torch.stack(spikes)

    return run


def norse(module):
    layer = module.LIF().to(device)
    return lambda x: layer(x)[0]


peers = {"spikingjelly": SpikingJelly(), "snntorch": Stepwise("snntorch", snntorch), "norse": Stepwise("norse.torch", norse)}
peers = {name: peer for name, peer in peers.items() if peer.there}
say(about="peers of Python %s, PyTorch %s: %s" % (
    sys.version.split()[0], torch.__version__,
    ", ".join("%s %s" % (name, getattr(sys.modules[name], "__version__", "")) for name in peers) or "none found"))
for case in plan["cases"]:
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = case["type"] == "tf32"
    for name, peer in peers.items():
        for backend in peer.backends:
            label = ("%s %s" % (name, backend)).strip()
            if time.perf_counter() - begun > plan["seconds"]:
                if case["kind"] in ("lif", "csnn", "linear-lif", "sew-resnet18"):
                    say(case=case["name"], backend=label, error="out of time")
                continue
            try:
                torch.manual_seed(1)
                work = peer.work(case, backend)
                if work is not None:
                    say(case=case["name"], backend=label, ms=times(work))
            except Exception as failed:  # one peer's failure leaves the others their times
                say(case=case["name"], backend=label, error=(str(failed) or type(failed).__name__).split("\n")[0])
            if device.type == "cuda":
                torch.cuda.empty_cache()
