"""Runs SpikingJelly's energy estimators on small networks and writes what the kit must meet, or compares.

usage: python3 energy.py --peer FOLDER [--write] FILE
FOLDER holds SpikingJelly's master (afb13226) as `spikingjelly`. Without --write: exit code 1 if the
file differs from what the peer gives now.

Inputs and weights are drawn from RandomState(seed), the input first, then the parameters in order:
standard normal numbers, rounded to multiples of 1/16, so that all sums are exact; spikes are 1 where
a number is above 0, inputs with zeros lose what is below `zeros` in size. Potentials are set to zero
tensors before the run: the counter of neuron state passes over neurons whose potential is still
the number 0 when another layer's is a tensor, which in a network just reset is all but the first.
NeuroMC's estimator refuses pooling: no numbers of it for a network that pools.
PyTorch 1.13 has no module tracker and no name for one guard; stand-ins are below. What it calls
_reshape_alias is called a view by PyTorch 2, which NeuroMC passes over.

Of a training step the layers' and the optimiser's own records are taken. NeuroMC also looks through
the operations of autograd for matrix products that no layer has recorded: it finds linear layers'
gradients again, as their axes are swapped there, and refuses convolutions' and surrogates'. That
search and that refusal are left out here. Momentum has a buffer already, as in every step but the first.
"""
import argparse
import contextlib
import json
import sys
import types

import numpy
import torch
from torch import nn

import peer as spikingjelly


class ModuleTracker:
    """PyTorch 2's: tells which modules are running, by global hooks; names are paths in `root`."""
    root = None

    def __init__(self):
        self.parents, self._hooks = {"Global"}, []

    def _get_mod_name(self, module):
        paths = [path for path, each in self.root.named_modules() if each is module]
        return f"{type(self.root).__name__}.{paths[0]}" if paths and paths[0] else type(module).__name__

    def __enter__(self):
        from torch.nn.modules import module
        self._handles = [module.register_module_forward_pre_hook(self._fw_pre_hook),
                         module.register_module_forward_hook(self._fw_post_hook)]
        return self

    def __exit__(self, *error):
        for handle in self._handles:
            handle.remove()


def stand_in():
    tracker = types.ModuleType("torch.utils.module_tracker")
    tracker.ModuleTracker = ModuleTracker
    sys.modules[tracker.__name__] = tracker
    import torch.autograd.graph
    torch.autograd.graph.register_multi_grad_hook = None  # asked for where a gradient is: nowhere here
    torch.Tensor.untyped_storage = lambda self: self.storage()._untyped()
    torch._C._ExcludeDispatchKeyGuard = lambda keys: contextlib.nullcontext()


def conv(inputs, outputs, kernel, bias=True, stride=1, padding=0, groups=1):
    return {"kind": "conv2d", "in": inputs, "out": outputs, "kernel": [kernel, kernel], "bias": bias,
            "stride": stride, "padding": padding, "dilation": 1, "groups": groups}


def linear(inputs, outputs, bias=True):
    return {"kind": "linear", "in": inputs, "out": outputs, "bias": bias}


def neuron(kind, reset="zero", threshold=1.0):
    return {"kind": kind, "reset": reset, "threshold": threshold}


FLATTEN, POOL = {"kind": "flatten"}, {"kind": "avgpool", "kernel": 2}
CASES = [  # name, layers, input shape [T, B, ...], input, seed, zeros
    ("linear IF, spikes", [linear(12, 9), neuron("if"), linear(9, 4), neuron("if")], [5, 2, 12], "spikes", 1, 0),
    ("linear IF, numbers", [linear(12, 9), neuron("if"), linear(9, 4, False), neuron("if")], [5, 1, 12], "normal", 2, 0),
    ("linear LIF, soft reset", [linear(12, 9), neuron("lif", "soft"), linear(9, 4), neuron("lif", "soft")], [4, 3, 12],
     "spikes", 3, 0),
    ("linear IF, soft reset", [linear(12, 30), neuron("if", "soft"), linear(30, 4), neuron("if", "soft", 0.5)], [4, 3, 12],
     "spikes", 4, 0),
    ("half empty", [linear(20, 9), neuron("lif"), linear(9, 4)], [3, 2, 20], "normal", 5, 1.0),
    ("conv IF", [conv(2, 6, 3, padding=1), neuron("if"), FLATTEN, linear(216, 10), neuron("if")], [4, 2, 2, 6, 6],
     "spikes", 6, 0),
    ("conv LIF, normalised, pooled", [conv(3, 8, 3, False, padding=1), {"kind": "batchnorm", "in": 8}, neuron("lif"), POOL,
                                      conv(8, 4, 3, stride=2), neuron("lif"), FLATTEN, linear(16, 5)], [3, 2, 3, 10, 10],
     "normal", 7, 0),
    ("groups", [conv(4, 8, 3, padding=1, groups=2), neuron("if"), conv(8, 4, 3, groups=4)], [2, 1, 4, 7, 7], "spikes", 8, 0),
    ("many channels", [conv(70, 130, 1), neuron("if"), conv(130, 3, 3)], [2, 1, 70, 5, 5], "spikes", 9, 0),
    ("few spikes, normalised", [conv(70, 6, 2, stride=2), {"kind": "batchnorm", "in": 6}, neuron("lif"), conv(6, 66, 3)],
     [3, 2, 70, 8, 8], "spikes", 10, 2.5),
]


NEUROMC = ("energy_mac_pj", "energy_base_memory_pj", "energy_extra_compute_pj", "energy_extra_memory_pj")


BACKWARD = {"inputs": "backward.grad_input", "weights": "backward.grad_weight", "neurons": "soma.backward",
            "normalisation": "bn.backward", "forward": ".forward"}
OPTIMIZERS = {"Sgd": lambda p: torch.optim.SGD(p, 0.1), "SgdMomentum": lambda p: torch.optim.SGD(p, 0.1, momentum=0.9),
              "SgdMomentumDecay": lambda p: torch.optim.SGD(p, 0.1, momentum=0.9, weight_decay=0.1),
              "Adam": lambda p: torch.optim.Adam(p, 0.1)}


def training(network, inputs, neuromc, begin):
    """Energies of a training step, by what they go to."""
    search = neuromc.NeuroMCEnergyProfiler._fallback_fragments_from_trace
    refusal = neuromc.NeuroMCEnergyProfiler._unsupported_ops
    neuromc.NeuroMCEnergyProfiler._fallback_fragments_from_trace = lambda self, **named: []
    neuromc.NeuroMCEnergyProfiler._unsupported_ops = lambda self: []
    weights = [parameter.detach().clone() for parameter in network.parameters()]
    for module in network:
        module.train(hasattr(module, "v_threshold"))  # in evaluation mode its neurons let no gradient through
    made = {}
    for name, optimizer in OPTIMIZERS.items():
        optimizer = optimizer(network.parameters())
        for parameter in network.parameters():
            if "Momentum" in name:
                optimizer.state[parameter]["momentum_buffer"] = torch.zeros_like(parameter)
        begin()
        report = neuromc.estimate_neuromc_runtime_energy(
            network, (inputs,), target=torch.tensor(0.5), loss_fn=lambda out, target: ((out - target) ** 2).mean(), optimizer=optimizer)
        for part, ending in BACKWARD.items():
            made[part] = sum(energy for operation, energy in report.energy_by_op.items() if operation.endswith(ending))
        made[name] = report.energy_by_stage["optimizer"]
        for parameter, weight in zip(network.parameters(), weights):
            parameter.data.copy_(weight)
    neuromc.NeuroMCEnergyProfiler._fallback_fragments_from_trace = search
    neuromc.NeuroMCEnergyProfiler._unsupported_ops = refusal
    return made


def build(layers, sj):
    made = []
    for layer in layers:
        kind = layer["kind"]
        if kind == "linear":
            made.append(sj.layer.Linear(layer["in"], layer["out"], bias=layer["bias"], step_mode="m"))
        elif kind == "conv2d":
            made.append(sj.layer.Conv2d(layer["in"], layer["out"], layer["kernel"], stride=layer["stride"],
                                        padding=layer["padding"], groups=layer["groups"], bias=layer["bias"], step_mode="m"))
        elif kind in ("if", "lif"):
            make = sj.neuron.IFNode if kind == "if" else sj.neuron.LIFNode
            made.append(make(v_threshold=layer["threshold"], v_reset=0.0 if layer["reset"] == "zero" else None, step_mode="m"))
        elif kind == "batchnorm":
            made.append(sj.layer.BatchNorm2d(layer["in"], step_mode="m"))
        elif kind == "avgpool":
            made.append(sj.layer.AvgPool2d(layer["kernel"], step_mode="m"))
        else:
            made.append(sj.layer.Flatten(step_mode="m"))
    return nn.Sequential(*made).eval()


def rounded(draw, shape):
    return numpy.round(draw(shape) * 16) / 16


def measure(name, layers, shape, kind, seed, zeros, sj):
    from spikingjelly.activation_based.op_counter.analytical_energy import core as lemaire
    from spikingjelly.activation_based.op_counter.neuromc import core as neuromc
    from spikingjelly.activation_based.op_counter.spikesim import core as spikesim
    draw = numpy.random.RandomState(seed).standard_normal
    values = rounded(draw, shape)
    values[numpy.abs(values) < zeros] = 0
    inputs = torch.tensor((values > 0).astype(float) if kind == "spikes" else values, dtype=torch.float32)
    network = build(layers, sj)
    for parameter in network.parameters():
        parameter.data = torch.tensor(rounded(draw, tuple(parameter.shape)), dtype=torch.float32)
    states = {}
    handles = [module.register_forward_hook(lambda module, given, output: states.update({module: output[0]}))
               for module in network if hasattr(module, "v_threshold")]
    with torch.no_grad():
        network(inputs)
        for handle in handles:
            handle.remove()

        def begin():
            sj.functional.reset_net(network)
            for module, output in states.items():
                module.v = torch.zeros_like(output)
        ModuleTracker.root = network
        begin()
        report = lemaire.estimate_lemaire_energy(network, (inputs,))
        begin()
        crossbars = spikesim.estimate_spikesim_event_energy(network, (inputs,))
        begin()
        events = spikesim.estimate_spikesim_event_energy(
            network, (inputs,), config=spikesim.SpikeSimEnergyConfig(activity_mode="event"))
        begin()
        chip = None
        if POOL not in layers:
            neuromc._AUXILIARY_ATEN_OPS.add("aten._reshape_alias.default")
            chip = neuromc.estimate_neuromc_runtime_energy(network, (inputs,))
    return {"name": name, "layers": layers, "shape": shape, "input": kind, "seed": seed, "zeros": zeros,
            "lemaire": report.breakdown_pj, "counts": report.counts, "spikesim": crossbars.energy_total_pj,
            "cycles": crossbars.counts["dense_pe_cycle_count"], "spikesim_events": events.breakdown_pj,
            "neuromc": chip and {name: getattr(chip, name) for name in NEUROMC},
            "neuromc_training": training(network, inputs, neuromc, begin)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("file")
    parser.add_argument("--peer", required=True)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    stand_in()
    sj = spikingjelly.load(options.peer)
    made = [measure(*case, sj) for case in CASES]
    if options.write:
        with open(options.file, "w", encoding="utf-8") as stream:
            stream.write('{"made_by":' + json.dumps(f"SpikingJelly afb13226, PyTorch {torch.__version__}") + ',"cases":[\n')
            stream.write(",\n".join(json.dumps(case, separators=(",", ":")) for case in made))
            stream.write("\n]}\n")
        return 0
    with open(options.file, encoding="utf-8") as stream:
        stored = json.load(stream)
    print("made by", stored["made_by"])
    differing = [new["name"] for new, old in zip(made, stored["cases"]) if new != old]
    print(f"{len(made) - len(differing)} of {len(stored['cases'])} cases the same", *differing, sep="\n  ")
    return 0 if not differing and len(made) == len(stored["cases"]) else 1


if __name__ == "__main__":
    sys.exit(main())
