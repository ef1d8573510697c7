"""Times SpikingJelly (branch 0.0.0.0.14, torch backend, CPU) on the shapes of PeerComparison.cs; one JSON object a line on standard output.
usage: peer.py neuron T [runs] | csnn CHANNELS [runs]     (SJ_PATH: a checkout of the branch)"""
import json, os, statistics, sys, time, types

sys.path.insert(0, os.environ["SJ_PATH"])
try:
    import torch.utils.tensorboard  # the example networks want it, the timings do not
except ImportError:
    stand_in = types.ModuleType("torch.utils.tensorboard")
    stand_in.SummaryWriter = object
    sys.modules["torch.utils.tensorboard"] = stand_in
import torch
from spikingjelly.activation_based import functional, layer, neuron, surrogate


def median_ms(action, warmup, runs):
    for _ in range(warmup):
        action()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        action()
        times.append((time.perf_counter() - start) * 1e3)
    return statistics.median(times)


def say(**figures):
    print(json.dumps(figures), flush=True)


what, size = sys.argv[1], int(sys.argv[2])
runs = int(sys.argv[3]) if len(sys.argv) > 3 else 15
torch.manual_seed(0)
if what == "neuron":
    x = (torch.rand(size, 2 ** 20 // size) * 2).requires_grad_(True)
    g = torch.randn_like(x)
    lif = neuron.LIFNode(tau=2.0, surrogate_function=surrogate.ATan(), step_mode="m")

    def both():
        x.grad = None
        lif.reset()
        lif(x).backward(g)

    say(both=median_ms(both, 3, runs))
else:
    make = lambda: neuron.IFNode(surrogate_function=surrogate.ATan())
    net = torch.nn.Sequential(
        layer.Conv2d(1, size, 3, padding=1, bias=False), layer.BatchNorm2d(size), make(), layer.MaxPool2d(2),
        layer.Conv2d(size, size, 3, padding=1, bias=False), layer.BatchNorm2d(size), make(), layer.MaxPool2d(2),
        layer.Flatten(), layer.Linear(size * 49, size * 16, bias=False), make(), layer.Linear(size * 16, 10, bias=False), make())
    functional.set_step_mode(net, "m")
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    images, labels = torch.rand(64, 1, 28, 28), torch.nn.functional.one_hot(torch.randint(10, (64,)), 10).float()

    def rates():
        return net(images.unsqueeze(0).repeat(4, 1, 1, 1, 1)).mean(0)

    def train():
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(rates(), labels).backward()
        optimizer.step()
        functional.reset_net(net)

    def infer():
        with torch.no_grad():
            rates()
        functional.reset_net(net)

    step = median_ms(train, 2, runs)
    net.eval()
    say(train=step, infer=median_ms(infer, 1, runs))
