"""Times what a Python offers in this kit's place, on the cases of `-- peer`: one JSON object a line on standard output.

usage: rivals.py PLAN.json
The plan: cases (name, kind, pass, steps, size, batch), rivals (name, way), cap (seconds for one compilation), spikingjelly (a folder).
Ways: `torch.compile` (the equation, or the network with it, compiled whole), `compiled steps` (one step of the equation compiled, a loop in
Python around it), `SpikingJelly`, `SpikingJelly compiled`, and for memory `SpikingJelly memopt`.
"""
import ctypes, gc, hashlib, json, os, signal, sys, time, types

plan = json.load(open(sys.argv[1]))
if plan["spikingjelly"]:
    sys.path.insert(0, plan["spikingjelly"])
for name in ("torch.utils.tensorboard", "torchvision"):  # SpikingJelly's modules import them, what is timed here does not use them
    sys.modules[name] = types.ModuleType(name)
sys.modules["torch.utils.tensorboard"].SummaryWriter = object
import torch
from torch import nn

if plan["spikingjelly"]:
    from spikingjelly.activation_based import functional, neuron, surrogate

if hasattr(torch, "_dynamo"):
    torch._dynamo.config.cache_size_limit = 64  # a network's neurons have more shapes than the 8 after which it gives up
WARM_UP, WARM_UP_SECONDS, SAMPLES, LEAST_SAMPLE, MOST_SECONDS = 3, 1.0, 100, 5.0, 0.6
given_up = os.environ.get("SNN_GIVEN_UP", "/tmp")  # where is noted which compilations did not end


def say(**line):
    print(json.dumps(line), flush=True)


class OutOfTime(Exception):
    pass


def times(work):
    begun, runs = time.perf_counter(), 0
    while runs < WARM_UP or time.perf_counter() - begun < WARM_UP_SECONDS:
        work()
        runs += 1
    single = timed(work, 1)
    in_a_row = int(min(1000, max(1, LEAST_SAMPLE / single)))
    found, begun = [], time.perf_counter()
    while len(found) < SAMPLES and (len(found) < 3 or time.perf_counter() - begun < MOST_SECONDS):
        found.append(timed(work, in_a_row))
    return found


def timed(work, runs):
    begun = time.perf_counter()
    for _ in range(runs):
        work()
    return (time.perf_counter() - begun) * 1e3 / runs


def status(field):
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith(field))


def peak(work):
    """Megabytes the second of two runs needs at its peak beyond what is resident when what the first left free has been given back."""
    work()
    gc.collect()
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    before = status("VmRSS")
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")  # the peak is what is resident now
    work()
    return [(status("VmHWM") - before) / 1024]


class Arctangent(torch.autograd.Function):
    @staticmethod
    def forward(ctx, u):
        ctx.save_for_backward(u)
        return (u >= 0).to(u)

    @staticmethod
    def backward(ctx, g):
        return g / (1 + (torch.pi * ctx.saved_tensors[0]) ** 2)


class Logistic(torch.autograd.Function):
    @staticmethod
    def forward(ctx, u):
        ctx.save_for_backward(u)
        return (u >= 0).to(u)

    @staticmethod
    def backward(ctx, g):
        s = (4 * ctx.saved_tensors[0]).sigmoid()
        return g * 4 * s * (1 - s)


class Plain(nn.Module):
    """A point neuron as somebody writes it in ten lines: hard reset to 0, threshold 1 unless given."""

    def __init__(self, kind, spike=Arctangent, detach=False, threshold=1.0, by_step=False):
        super().__init__()
        self.kind, self.spike, self.detach, self.threshold = kind, spike, detach, threshold
        if kind == "plif":
            self.w = nn.Parameter(torch.zeros(()))
        self.advance = torch.compile(self.step, dynamic=False) if by_step else self.step

    def step(self, v, x):
        if self.kind == "if":
            h = v + x
        elif self.kind == "lif":
            h = v + (x - v) / 2.0
        elif self.kind == "plif":
            h = v + (x - v) * self.w.sigmoid()
        else:
            h = v + (v * (v - 0.7) + x) / 2.0
        s = self.spike.apply(h - self.threshold)
        return s, h * (1 - (s.detach() if self.detach else s))

    def forward(self, x):
        v, spikes = torch.zeros_like(x[0]), []
        for now in x.unbind(0):
            s, v = self.advance(v, now)
            spikes.append(s)
        return torch.stack(spikes)


def library(kind, spike=Arctangent, detach=False, threshold=1.0):
    """The same neuron of SpikingJelly; an equation of one's own as its documentation says."""
    settings = dict(
        surrogate_function=surrogate.ATan() if spike is Arctangent else surrogate.Sigmoid(alpha=4.0),
        detach_reset=detach, v_threshold=threshold, step_mode="m")
    if kind == "own":
        class Own(neuron.SimpleBaseNode):
            def neuronal_charge(self, x):
                self.v = self.v + (self.v * (self.v - 0.7) + x) / 2.0

        return Own(**settings)
    if kind == "plif":
        return neuron.ParametricLIFNode(init_tau=2.0, **settings)
    return {"if": neuron.IFNode, "lif": neuron.LIFNode}[kind](**settings)


def over(x, *layers):
    """Layers without a state on [T, B, ...], as SpikingJelly's multi-step layers run them."""
    steps, batch = x.shape[:2]
    x = x.flatten(0, 1)
    for each in layers:
        x = each(x)
    return x.reshape(steps, batch, *x.shape[1:])


class Csnn(nn.Module):
    """SpikingJelly's Fashion-MNIST example."""

    def __init__(self, make, c):
        super().__init__()
        conv = lambda i, o: nn.Conv2d(i, o, 3, padding=1, bias=False)
        self.a, self.norm_a, self.b, self.norm_b = conv(1, c), nn.BatchNorm2d(c), conv(c, c), nn.BatchNorm2d(c)
        self.c, self.d, self.pool = nn.Linear(c * 49, c * 16, bias=False), nn.Linear(c * 16, 10, bias=False), nn.MaxPool2d(2)
        self.fire = nn.ModuleList(make("if") for _ in range(4))

    def forward(self, x):
        x = self.fire[0](over(x, self.a, self.norm_a))
        x = self.fire[1](over(x, self.pool, self.b, self.norm_b))
        x = self.fire[2](over(x, self.pool, nn.Flatten(), self.c))
        return self.fire[3](over(x, self.d))


class SewBlock(nn.Module):
    def __init__(self, make, i, o, stride):
        super().__init__()
        conv = lambda i, o, k, s: nn.Conv2d(i, o, k, s, k // 2, bias=False)
        self.a, self.norm_a, self.fire_a = conv(i, o, 3, stride), nn.BatchNorm2d(o), make("if", detach=True)
        self.b, self.norm_b, self.fire_b = conv(o, o, 3, 1), nn.BatchNorm2d(o), make("if", detach=True)
        self.short = nn.ModuleList([conv(i, o, 1, stride), nn.BatchNorm2d(o), make("if", detach=True)]) if stride > 1 else None

    def forward(self, x):
        y = self.fire_b(over(self.fire_a(over(x, self.a, self.norm_a)), self.b, self.norm_b))
        return y + (x if self.short is None else self.short[2](over(x, self.short[0], self.short[1])))


class SewResNet18(nn.Module):
    def __init__(self, make):
        super().__init__()
        self.conv, self.norm = nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64)
        self.fire, self.pool = make("if", detach=True), nn.MaxPool2d(3, 2, 1)
        plan = [(64, 64, 1), (64, 64, 1), (64, 128, 2), (128, 128, 1), (128, 256, 2), (256, 256, 1), (256, 512, 2), (512, 512, 1)]
        self.blocks, self.head = nn.Sequential(*(SewBlock(make, *each) for each in plan)), nn.Linear(512, 10)

    def forward(self, x):
        x = self.blocks(over(self.fire(over(x, self.conv, self.norm)), self.pool))
        return over(x, nn.AdaptiveAvgPool2d(1), nn.Flatten(), self.head)


class Dense(nn.Module):
    def __init__(self, make, i, o):
        super().__init__()
        self.map, self.norm, self.fire = nn.Linear(i, o), nn.BatchNorm1d(o), make("lif", Logistic, True)

    def forward(self, x):
        steps, batch, tokens, _ = x.shape
        y = self.norm(self.map(x.flatten(0, 1)).transpose(-1, -2)).transpose(-1, -2)
        return self.fire(y.reshape(steps, batch, tokens, -1).contiguous())


class SpikformerBlock(nn.Module):
    def __init__(self, make, d, heads):
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v, self.proj = (Dense(make, d, d) for _ in range(4))
        self.fire, self.a, self.b = make("lif", Logistic, True, 0.5), Dense(make, d, 4 * d), Dense(make, 4 * d, d)

    def forward(self, x):
        steps, batch, tokens, d = x.shape
        split = lambda y: y.reshape(steps, batch, tokens, self.heads, d // self.heads).transpose(2, 3).contiguous()
        q, k, v = split(self.q(x)), split(self.k(x)), split(self.v(x))
        y = (q @ k.transpose(-2, -1) * 0.125) @ v
        x = x + self.proj(self.fire(y.transpose(2, 3).reshape(steps, batch, tokens, d).contiguous()))
        return x + self.b(self.a(x))


class Spikformer(nn.Module):
    """Spikformer 4-256 for CIFAR-10."""

    def __init__(self, make, d=256, heads=8, depth=4):
        super().__init__()
        sizes = [3, d // 8, d // 4, d // 2, d, d]
        self.convs = nn.ModuleList(nn.Conv2d(i, o, 3, 1, 1, bias=False) for i, o in zip(sizes, sizes[1:]))
        self.norms = nn.ModuleList(nn.BatchNorm2d(o) for o in sizes[1:])
        self.fire = nn.ModuleList(make("lif", Logistic, True) for _ in range(5))
        self.blocks, self.head = nn.Sequential(*(SpikformerBlock(make, d, heads) for _ in range(depth))), nn.Linear(d, 10)

    def forward(self, x):
        for i in range(4):
            x = self.fire[i](over(x, self.convs[i], self.norms[i]))
            if i > 1:
                x = over(x, nn.MaxPool2d(3, 2, 1))
        x = x + self.fire[4](over(x, self.convs[4], self.norms[4]))
        return self.head(self.blocks(x.flatten(-2).transpose(-1, -2)).mean(2))


class ConvBlock(nn.Module):
    def __init__(self, make):
        super().__init__()
        self.conv, self.norm, self.fire = nn.Conv2d(32, 32, 3, 1, 1, bias=False), nn.BatchNorm2d(32), make("lif")

    def forward(self, x):
        return self.fire(over(x, self.conv, self.norm))


NETWORKS = {
    "csnn": (lambda make, case: Csnn(make, case["size"]), lambda case: (1, 28, 28)),
    "sew-resnet18": (lambda make, case: SewResNet18(make), lambda case: (3, case["size"], case["size"])),
    "spikformer": (lambda make, case: Spikformer(make), lambda case: (3, 32, 32)),
}


def sequence(case, layer, forget):
    x = (torch.rand(case["steps"], case["size"] // case["steps"]) * 2).requires_grad_(True)
    g = torch.randn(x.shape)

    def both():
        forget()
        layer.zero_grad()
        x.grad = None
        layer(x).backward(g)

    def forward():
        forget()
        with torch.no_grad():
            layer(x)

    return both if case["pass"] == "both" else forward


def step(case, network, forget, compiled):
    """A training step by SGD on images repeated over time, or an inference."""
    images = torch.rand(case["batch"], *NETWORKS[case["kind"]][1](case))
    labels = nn.functional.one_hot(torch.randint(10, (case["batch"],)), 10).float()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
    network.train(case["pass"] != "infer")
    rates = lambda: network(images.unsqueeze(0).repeat(case["steps"], 1, 1, 1, 1)).mean(0)
    loss = lambda: nn.functional.mse_loss(rates(), labels)
    if compiled:
        rates, loss = torch.compile(rates, dynamic=False), torch.compile(loss, dynamic=False)

    def train():
        forget()
        optimizer.zero_grad()
        loss().backward()
        optimizer.step()

    def infer():
        forget()
        with torch.no_grad():
            rates()

    return infer if case["pass"] == "infer" else train


def blocks(case, network, forget, compiled):
    """A step without an optimizer of eight blocks on spikes [8, 16, 32, 32, 32]."""
    x = (torch.rand(case["steps"], case["batch"], 32, 32, 32) > 0.5).float()
    loss = lambda: network(x).mean()
    loss = torch.compile(loss, dynamic=False) if compiled else loss

    def train():
        forget()
        loss().backward()

    return train


def work(case, rival):
    compiled = rival in ("torch.compile", "SpikingJelly compiled")
    ours = rival in ("torch.compile", "compiled steps")
    if ours:
        make = lambda *given, **named: Plain(*given, by_step=rival == "compiled steps", **named)
    else:
        make = library
    if case["kind"] in ("lif", "plif", "own"):
        layer = make(case["kind"])
        forget = (lambda: None) if ours else lambda: functional.reset_net(layer)
        if compiled:
            whole = torch.compile(layer, dynamic=False)
            whole.zero_grad = layer.zero_grad
            return sequence(case, whole, forget)
        return sequence(case, layer, forget)
    if case["kind"] == "blocks":
        network = nn.Sequential(*(ConvBlock(make) for _ in range(8)))
        if rival == "SpikingJelly memopt":
            from spikingjelly.activation_based import memopt

            network = memopt.memory_optimization(network, (ConvBlock,), compress_x=True, level=1)
        forget = (lambda: None) if ours else lambda: functional.reset_net(network)
        return blocks(case, network, forget, compiled)
    network = NETWORKS[case["kind"]][0](make, case)
    return step(case, network, (lambda: None) if ours else lambda: functional.reset_net(network), compiled)


late = False
shortest = {}  # T of what did not end: longer sequences are not tried


def stop(number, frame):
    global late
    late = True
    raise OutOfTime


def measure(case, rival):
    global late
    key = "%s %s %s %s" % (rival, json.dumps(case, sort_keys=True), torch.__version__, torch.get_num_threads())
    note = os.path.join(given_up, hashlib.sha256(key.encode()).hexdigest()[:16])
    like = (rival, case["kind"], case["pass"])
    if shortest.get(like, case["steps"]) < case["steps"]:
        return dict(error="not tried: for T = %d compilation had not ended" % shortest[like])
    if os.path.exists(note) and float(open(note).read()) >= plan["cap"]:
        shortest[like] = case["steps"]
        return dict(error="compilation had not ended after %s s" % open(note).read())
    late = False
    try:
        torch._dynamo.reset() if hasattr(torch, "_dynamo") else None
        torch.manual_seed(1)
        signal.signal(signal.SIGALRM, stop)
        signal.alarm(int(plan["cap"]))
        one = work(case, rival)
        if case["pass"] != "memory":
            one()
            signal.alarm(0)
            return dict(ms=times(one))
        one()
        signal.alarm(0)
        return dict(ms=peak(one))
    except Exception as failed:  # one rival's failure leaves the others their times
        signal.alarm(0)
        if late:
            shortest[like] = case["steps"]
            os.makedirs(given_up, exist_ok=True)
            with open(note, "w") as file:
                file.write("%g" % plan["cap"])
            return dict(error="compilation had not ended after %g s" % plan["cap"])
        return dict(error=(str(failed).strip() or type(failed).__name__).split("\n")[0])


def vectors():
    """What TorchInductor vectorises for; without vectors it is no rival, so nothing is timed then."""
    if not hasattr(torch, "_dynamo"):
        return ""
    from torch._inductor.cpu_vec_isa import pick_vec_isa

    isa = str(pick_vec_isa())
    if isa == "INVALID_VEC_ISA":
        sys.exit("TorchInductor finds no vectors to compile for: run `-- peer --setup` again (it needs Sleef).")
    return ", TorchInductor with " + isa.upper().replace("AVX512", "AVX-512")


say(about="PyTorch %s%s" % (torch.__version__.split("+")[0].split("a")[0], vectors()))
for each in plan["cases"]:
    for rival in plan["rivals"]:
        say(case=each["name"], backend=rival["name"], **measure(each, rival["way"]))
