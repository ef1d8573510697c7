"""Times other libraries on the cases of `snn bench gpu`: one JSON object a line on standard output, as the kit's own process prints them.

usage: gpu_peer.py PLAN.json     (SJ_PATH: a checkout of SpikingJelly, where it is not installed)
Libraries are taken where they can be imported: SpikingJelly with each backend its LIF neuron offers, snnTorch, Norse, sinabs (with EXODUS
where that is there), Lava-DL's SLAYER, Spyx. PyTorch itself takes part with the equation as a loop; its compiler where a case asks for it.
"""
import importlib, json, math, os, sys, time, types

os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")  # or JAX takes the memory of all others
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

WARM_UP, SAMPLES, LEAST_SAMPLE, MOST_SECONDS = 3, 15, 5.0, 1.0
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
    except (Exception, SystemExit) as failed:  # whatever a broken installation throws
        say(about="no %s: %s" % (name, str(failed).split("\n")[0]))
        return None


def version(name):
    """The installed version of a library, or nothing."""
    try:
        return importlib.import_module("importlib.metadata").version(name)
    except Exception:
        return getattr(sys.modules.get(name), "__version__", "")


def dtype(case):
    return {"float16": torch.float16, "bfloat16": torch.bfloat16}.get(case["type"], torch.float32)


def half(case):
    """Mixed precision for a network's step, where the case says so."""
    enabled = case["type"] == "bfloat16"
    return torch.autocast(device_type=device.type, dtype=torch.bfloat16, enabled=enabled)


def compiled(thing):
    if not hasattr(torch, "compile"):
        raise RuntimeError("PyTorch %s has no torch.compile" % torch.__version__)
    return torch.compile(thing)


def sequence(case, call, reset, shape):
    """Forward, or forward and backward, of one layer on a random sequence."""
    kind = torch.float32 if case["kind"] == "linear-lif" else dtype(case)
    x = (torch.rand(shape, device=device) * 2).to(kind).requires_grad_(case["kind"] != "linear-lif")
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


def step(case, network, call, reset, shape):
    """A step of training by SGD, or an inference, on images repeated over time; `call` is the network, compiled or as it is."""
    images = torch.rand(shape, device=device)
    labels = torch.nn.functional.one_hot(torch.randint(10, (shape[0],), device=device), 10).float()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
    network.train(case["pass"] == "train")

    def rates():
        with half(case):
            return call(images.unsqueeze(0).repeat(case["steps"], 1, 1, 1, 1)).mean(0).float()

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
    kinds = ("lif", "linear-lif", "csnn", "sew-resnet18", "spikformer-ti")

    def __init__(self):
        self.neuron = library("spikingjelly.activation_based.neuron")
        self.there = self.neuron is not None
        if self.there:
            self.surrogate = library("spikingjelly.activation_based.surrogate")
            self.layer = library("spikingjelly.activation_based.layer")
            self.functional = library("spikingjelly.activation_based.functional")
            offered = self.neuron.LIFNode(step_mode="m").supported_backends
            self.offered = [each for each in offered if each == "torch" or device.type == "cuda"]

    def backends(self, case):
        network = case["kind"] in ("csnn", "sew-resnet18", "spikformer-ti")
        return self.offered + (["torch compiled"] if case["compiled"] and network else [])

    def make(self, kind, backend):
        return kind(surrogate_function=self.surrogate.ATan(), step_mode="m", backend=backend)

    def reset(self, network):
        self.functional.reset_net(network)

    def work(self, case, backend):
        kind, backend, compiles = case["kind"], backend.split()[0], backend.endswith("compiled")
        lif = lambda: self.make(self.neuron.LIFNode, backend)
        if kind == "lif":
            layer = lif().to(device)
            return sequence(case, layer, layer.reset, (case["steps"], case["size"] // case["steps"]))
        if kind == "linear-lif":
            network = torch.nn.Sequential(torch.nn.Linear(case["size"], case["size"]), lif()).to(device)
            return sequence(case, network, lambda: self.reset(network), (case["steps"], case["batch"], case["size"]))
        if kind == "csnn":
            c, neuron, shape = case["size"], lambda: self.make(self.neuron.IFNode, backend), (case["batch"], 1, 28, 28)
            network = torch.nn.Sequential(
                self.layer.Conv2d(1, c, 3, padding=1, bias=False), self.layer.BatchNorm2d(c), neuron(), self.layer.MaxPool2d(2),
                self.layer.Conv2d(c, c, 3, padding=1, bias=False), self.layer.BatchNorm2d(c), neuron(), self.layer.MaxPool2d(2),
                self.layer.Flatten(), self.layer.Linear(c * 49, c * 16, bias=False), neuron(),
                self.layer.Linear(c * 16, 10, bias=False), neuron())
            self.functional.set_step_mode(network, "m")
        elif kind == "sew-resnet18":
            models, shape = importlib.import_module("spikingjelly.activation_based.model.sew_resnet"), picture(case)
            network = models.sew_resnet18(
                cnf="ADD", spiking_neuron=self.neuron.IFNode, surrogate_function=self.surrogate.ATan(), num_classes=10)
            self.functional.set_step_mode(network, "m")
            self.functional.set_backend(network, backend, instance=self.neuron.BaseNode)
        else:
            models, shape = importlib.import_module("spikingjelly.activation_based.model.spikformer"), picture(case)
            network = models.spikformer_ti(
                T=case["steps"], img_size_h=case["size"], img_size_w=case["size"], num_classes=10, backend=backend)
        network = network.to(device)
        return step(case, network, compiled(network) if compiles else network, self.reset, shape)


def picture(case):
    return (case["batch"], 3, case["size"], case["size"])


class Spike(torch.autograd.Function):
    """Fires from 0 on; the arctangent's gradient, alpha = 2."""

    @staticmethod
    def forward(context, h):
        context.save_for_backward(h)
        return (h >= 0).to(h.dtype)

    @staticmethod
    def backward(context, gradient):
        h, = context.saved_tensors
        return gradient / (1 + (math.pi * h) ** 2)


class Equation:
    """What a user writes without a library: a loop over time of a few lines, as it is and under PyTorch's compiler."""

    there, kinds = True, ("lif", "own")

    def backends(self, case):
        return (["equation"] if case["kind"] == "own" else []) + (["equation compiled"] if case["compiled"] else [])

    def work(self, case, backend):
        if case["kind"] == "own":
            charge = lambda v, x: v + (v * (v - 0.7) + x) / 2
        else:
            charge = lambda v, x: v + (x - v) / 2

        def run(x):
            v, spikes = torch.zeros_like(x[0]), []
            for now in x.unbind(0):
                h = charge(v, now)
                spike = Spike.apply(h - 1)
                v = h * (1 - spike)
                spikes.append(spike)
            return torch.stack(spikes)

        call = compiled(run) if backend.endswith("compiled") else run
        return sequence(case, call, lambda: None, (case["steps"], case["size"] // case["steps"]))


class Stepwise:
    """A library whose neuron takes one time step a call: `make` gives what runs it over time."""

    kinds = ("lif", "linear-lif")

    def __init__(self, name, make):
        self.module = library(name)
        self.there, self.make = self.module is not None, make

    def backends(self, case):
        return [""]

    def work(self, case, backend):
        run = self.make(self.module)
        if case["kind"] == "lif":
            return sequence(case, run, lambda: None, (case["steps"], case["size"] // case["steps"]))
        dense = torch.nn.Linear(case["size"], case["size"]).to(device)
        return sequence(case, lambda x: run(dense(x)), lambda: None, (case["steps"], case["batch"], case["size"]))


class Whole:
    """A library whose layer takes a whole sequence in an order of its own: `make` gives the work of dense layer and neuron."""

    kinds = ("linear-lif",)

    def __init__(self, name, make):
        self.module = library(name)
        self.there, self.make = self.module is not None, make

    def backends(self, case):
        return [""]

    def work(self, case, backend):
        return self.make(self.module, case)


def sinabs(module, case):
    layers = library("sinabs.exodus.layers") or importlib.import_module("sinabs.layers")
    lif = layers.LIF(tau_mem=1 / math.log(2))  # a decay of one half a step
    network = torch.nn.Sequential(torch.nn.Linear(case["size"], case["size"]), lif).to(device)
    return sequence(case, network, lif.reset_states, (case["batch"], case["steps"], case["size"]))


def slayer(module, case):
    neuron = {"threshold": 1.0, "current_decay": 1.0, "voltage_decay": 0.5}
    block = module.block.cuba.Dense(neuron, case["size"], case["size"]).to(device)
    return sequence(case, block, lambda: None, (case["batch"], case["size"], case["steps"]))


def spyx(module, case):
    jax, haiku = importlib.import_module("jax"), importlib.import_module("haiku")
    nn, n = importlib.import_module("spyx.nn"), case["size"]

    def network(x):
        x = haiku.BatchApply(haiku.Linear(n))(x)
        core = haiku.DeepRNN([nn.LIF((n,), beta=0.5)])
        return haiku.dynamic_unroll(core, x, core.initial_state(x.shape[0]), time_major=False)[0]

    pure = haiku.without_apply_rng(haiku.transform(network))
    x = jax.random.uniform(jax.random.PRNGKey(1), (case["batch"], case["steps"], n)) * 2
    weights = pure.init(jax.random.PRNGKey(2), x)
    run = jax.jit(jax.grad(lambda weights, x: pure.apply(weights, x).sum()))
    return lambda: jax.block_until_ready(run(weights, x))


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


peers = {
    "spikingjelly": SpikingJelly(), "pytorch": Equation(), "snntorch": Stepwise("snntorch", snntorch),
    "norse": Stepwise("norse.torch", norse), "sinabs": Whole("sinabs", sinabs), "lava-dl": Whole("lava.lib.dl.slayer", slayer),
    "spyx": Whole("spyx", spyx)}
peers = {name: peer for name, peer in peers.items() if peer.there}
say(about="peers of Python %s, PyTorch %s: %s" % (
    sys.version.split()[0], torch.__version__,
    ", ".join(("%s %s" % (name, version(name))).strip() for name in peers if name != "pytorch") or "no library found"))
for case in plan["cases"]:
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = case["type"] == "tf32"
    for name, peer in peers.items():
        for backend in peer.backends(case) if case["kind"] in peer.kinds else []:
            label = ("%s %s" % (name, backend)).strip()
            if time.perf_counter() - begun > plan["seconds"]:
                say(case=case["name"], backend=label, error="out of time")
                continue
            try:
                torch.manual_seed(1)
                say(case=case["name"], backend=label, ms=times(peer.work(case, backend)))
            except Exception as failed:  # one peer's failure leaves the others their times
                say(case=case["name"], backend=label, error=(str(failed) or type(failed).__name__).split("\n")[0])
            if device.type == "cuda":
                torch.cuda.empty_cache()
