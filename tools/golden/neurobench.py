"""Runs NeuroBench's metrics on small networks and writes what the kit must meet, or compares.

usage: python3 neurobench.py --peer NEUROBENCH --snntorch SNNTORCH [--write] FILE
The peers' sources are folders that hold `neurobench` and `snntorch`. Without --write: exit code 1
if the file differs from what the peer gives now.

The first cases are the networks and inputs of NeuroBench's own tests/test_metrics.py. The others
have weights and inputs with zeros in them, drawn from RandomState(seed): the inputs first, then the
parameters in order, standard normal numbers, those below `zeros` in size set to 0; weights are
divided by the root of their inputs. Spiking networks run step by step on inputs [B, T, ...].
"""
import argparse
import json
import math
import sys
import types

import numpy
import torch
from torch import nn

STAND_INS = ["pycocotools", "pycocotools.coco", "pycocotools.cocoeval", "metavision_sdk_core",
             "metavision_ml", "metavision_ml.metrics", "metavision_ml.metrics.coco_eval", "tqdm",
             "torchaudio", "soundfile", "librosa", "nir", "nirtorch"]


class StandIn(types.ModuleType):
    """A module that is imported and never used here."""
    __path__ = []

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


def linear(inputs, outputs, bias=False):
    return {"kind": "linear", "in": inputs, "out": outputs, "bias": bias}


def convolution(inputs, outputs, kernel, bias=False, stride=1, padding=0, dilation=1, groups=1):
    return {"kind": f"conv{len(kernel)}d", "in": inputs, "out": outputs, "kernel": kernel,
            "bias": bias, "stride": stride, "padding": padding, "dilation": dilation, "groups": groups}


def leaky(beta, reset="subtract"):
    return {"kind": "leaky", "beta": beta, "reset": reset}


def cell(kind, inputs, hidden, bias=True):
    return {"kind": kind, "in": inputs, "out": hidden, "bias": bias}


RELU, SIGMOID, FLATTEN = {"kind": "relu"}, {"kind": "sigmoid"}, {"kind": "flatten"}
ONES, FIVES, SPIKES, NORMAL, COUNTS = "ones", "fives", "spikes", "normal", "counts"
FOUR = "four"  # ones, the first of all is 4: "avoid getting classified as snn"

# name, layers, input shape (steps on the second axis where there are leaky neurons), input, seed, zeros
CASES = [
    ("test_synaptic_ops: relu", [linear(20, 25), SIGMOID, linear(25, 25), RELU], [1, 20], FIVES, 1, 0),
    ("test_synaptic_ops: four layers", [linear(20, 20), SIGMOID, linear(20, 25), SIGMOID, linear(25, 25),
                                        SIGMOID, linear(25, 25), SIGMOID], [1, 20], FIVES, 2, 0),
    ("test_synaptic_ops: conv2d 3x3", [convolution(1, 1, [3, 3]), RELU], [1, 1, 3, 3], FOUR, 3, 0),
    ("test_synaptic_ops: conv2d 12x12", [convolution(1, 1, [3, 3]), RELU], [1, 1, 12, 12], FOUR, 4, 0),
    ("test_synaptic_ops: conv1d", [convolution(5, 1, [5]), RELU], [1, 5, 10], FOUR, 5, 0),
    ("test_synaptic_ops: lstm", [cell("lstm", 25, 5)], [2, 25], FOUR, 6, 0),
    ("test_synaptic_ops: rnn", [cell("rnn", 25, 5)], [2, 25], FOUR, 7, 0),
    ("test_synaptic_ops: gru", [cell("gru", 25, 5)], [2, 25], FOUR, 8, 0),
    ("test_*: snn", "model_list.net_snn", [5, 10, 20], ONES, 9, 0),
    ("test_neuron_operations_no_spikes", "model_list.net_snn", [5, 10, 20], "zeros", 9, 0),
    ("linear, zeros", [linear(30, 17, True), RELU, linear(17, 9)], [6, 30], NORMAL, 10, 0.7),
    ("linear, spikes", [linear(30, 17, True), RELU, linear(17, 9)], [6, 30], SPIKES, 11, 0.5),
    ("linear, counts", [linear(30, 17, True), RELU, linear(17, 9)], [6, 30], COUNTS, 12, 0.5),
    ("conv2d, padded", [convolution(3, 8, [3, 3], True, padding=1), RELU, convolution(8, 4, [3, 3], stride=2),
                        SIGMOID], [4, 3, 11, 9], NORMAL, 13, 0.6),
    ("conv2d, groups and dilation", [convolution(6, 9, [3, 2], True, stride=2, padding=2, dilation=2, groups=3),
                                     RELU], [3, 6, 12, 10], SPIKES, 14, 0.6),
    ("conv1d, strided", [convolution(4, 6, [5], True, stride=3, padding=1), RELU], [5, 4, 31], NORMAL, 15, 0.8),
    ("conv3d", [convolution(2, 5, [2, 3, 3], padding=1), RELU], [2, 2, 5, 6, 7], SPIKES, 16, 0.6),
    ("conv and linear", [convolution(1, 4, [3, 3]), RELU, FLATTEN, linear(100, 10)], [3, 1, 7, 7], NORMAL, 17, 0.4),
    ("lstm, zeros", [cell("lstm", 13, 6)], [3, 13], NORMAL, 18, 0.7),
    ("lstm, no bias", [cell("lstm", 13, 6, False)], [3, 13], NORMAL, 19, 0.9),
    ("rnn, zeros", [cell("rnn", 13, 6)], [3, 13], NORMAL, 20, 0.7),
    ("gru, zeros", [cell("gru", 13, 6)], [3, 13], NORMAL, 21, 0.7),
    ("gru, more zeros", [cell("gru", 5, 4)], [4, 5], SPIKES, 22, 1.3),
    ("snn", [linear(20, 15, True), leaky(0.9), linear(15, 7), leaky(0.5)], [4, 12, 20], SPIKES, 23, 0.3),
    ("snn, reset to zero", [linear(20, 15), leaky(0.8, "zero"), linear(15, 7), leaky(0.95, "zero")], [4, 12, 20],
     SPIKES, 24, 0.3),
    ("snn, no leak", [linear(8, 12), leaky(1.0), linear(12, 5), leaky(1.0)], [3, 9, 8], SPIKES, 25, 0.8),
    ("conv snn", [convolution(2, 4, [3, 3], True, padding=1), leaky(0.7), FLATTEN, linear(144, 10), leaky(0.9)],
     [3, 6, 2, 6, 6], SPIKES, 26, 0.3),
]


def build(layers, snntorch):
    made = []
    for layer in layers:
        kind = layer["kind"]
        if kind == "linear":
            made.append(nn.Linear(layer["in"], layer["out"], bias=layer["bias"]))
        elif kind.startswith("conv"):
            make = {"conv1d": nn.Conv1d, "conv2d": nn.Conv2d, "conv3d": nn.Conv3d}[kind]
            made.append(make(layer["in"], layer["out"], layer["kernel"], stride=layer["stride"],
                             padding=layer["padding"], dilation=layer["dilation"],
                             groups=layer["groups"], bias=layer["bias"]))
        elif kind == "leaky":
            made.append(snntorch.Leaky(beta=layer["beta"], reset_mechanism=layer["reset"], init_hidden=True,
                                       output=layer is layers[-1]))
        elif kind in ("lstm", "gru", "rnn"):
            make = {"lstm": nn.LSTMCell, "gru": nn.GRUCell, "rnn": nn.RNNCell}[kind]
            made.append(make(layer["in"], layer["out"], bias=layer["bias"]))
        else:
            made.append({"relu": nn.ReLU, "sigmoid": nn.Sigmoid, "flatten": nn.Flatten}[kind]())
    return made[0] if layers[0]["kind"] in ("lstm", "gru", "rnn") else nn.Sequential(*made)


class Held(nn.Module):
    """A cell within a network: NeuroBench looks at children only."""

    def __init__(self, inner):
        super().__init__()
        self.cell = inner

    def forward(self, inputs):
        return self.cell(*inputs)


def drawn(draw, shape, kind, zeros):
    if kind == "zeros":
        return numpy.zeros(shape)
    if kind in (ONES, FIVES, FOUR):
        values = numpy.ones(shape)
        if kind == FIVES:
            values.reshape(shape[0], -1)[:, :10] = 5
        if kind == FOUR:
            values.flat[0] = 4
        return values
    values = draw(shape)
    values[numpy.abs(values) < zeros] = 0
    if kind == SPIKES:
        return (values > 0).astype(float)
    return numpy.floor(numpy.abs(values) * 2) if kind == COUNTS else values


def weighted(network, draw, zeros):
    for parameter in network.parameters():
        shape = tuple(parameter.shape)
        values = draw(shape)
        values[numpy.abs(values) < zeros] = 0
        if len(shape) > 1:
            values /= math.sqrt(math.prod(shape[1:]))
        parameter.data = torch.tensor(values, dtype=torch.float32)


def measure(name, layers, shape, kind, seed, zeros, peer):
    draw = numpy.random.RandomState(seed).standard_normal
    case = {"name": name, "input": kind, "shape": shape, "seed": seed, "zeros": zeros}
    inputs = torch.tensor(drawn(draw, shape, kind, zeros), dtype=torch.float32)
    if isinstance(layers, str):
        network = peer["model_list"].net_snn
        case["layers"] = [linear(20, 5), leaky(0.9)]
        case["weights"] = [network[0].weight.flatten().tolist()]
    else:
        network = build(layers, peer["snntorch"])
        weighted(network, draw, zeros)
        case["layers"] = layers
    spiking = case["layers"][-1]["kind"] == "leaky"
    first = case["layers"][0]["kind"]
    if first in ("lstm", "gru", "rnn"):
        batch, hidden = shape[0], case["layers"][0]["out"]
        states = [torch.tensor(drawn(draw, [batch, hidden], ONES if kind == FOUR else kind, zeros), dtype=torch.float32)
                  for _ in range(2 if first == "lstm" else 1)]
        model = peer["torch_model"](Held(network))
        data = [inputs, tuple(states) if first == "lstm" else states[0]]
    else:
        model = (peer["snn_model"] if spiking else peer["torch_model"])(network)
        data = inputs
    model.register_hooks()
    # the wrapper's reset calls each neuron, and NeuroBench's own tests count no such call
    model.reset_hooks()
    with torch.no_grad():
        output = model(data)
    counted = (inputs, 0)
    metrics = {metric: peer[metric]() for metric in (
        "SynapticOperations", "ActivationSparsity", "ActivationSparsityByLayer", "MembraneUpdates")}
    operations = metrics["SynapticOperations"](model, output, counted)
    expected = {
        "Footprint": sum(p.numel() * p.element_size() for p in network.parameters()),
        "ParameterCount": peer["ParameterCount"]()(model),
        "ConnectionSparsity": peer["ConnectionSparsity"]()(model),
        "ActivationSparsity": metrics["ActivationSparsity"](model, output, counted),
        "ActivationSparsityByLayer": metrics["ActivationSparsityByLayer"](model, output, counted),
        **operations,
        "MembraneUpdates": metrics["MembraneUpdates"](model, output, counted),
    }
    if not spiking:
        # snnTorch's neurons keep constants and states as buffers, the kit's do not
        assert expected["Footprint"] == peer["Footprint"]()(model)
    if spiking:
        expected.update(peer["NeuronOperations"]()(model, output, counted))
    return {**case, "expected": expected}


def peers(options):
    for name in STAND_INS:
        sys.modules[name] = StandIn(name)
    sys.path[:0] = [options.peer, options.snntorch]
    import snntorch
    from neurobench import models
    from neurobench.metrics import static, workload
    import tests.models.model_list as model_list
    return {"snntorch": snntorch, "model_list": model_list, "torch_model": models.TorchModel,
            "snn_model": models.SNNTorchModel, **vars(static), **vars(workload)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("file")
    parser.add_argument("--peer", required=True)
    parser.add_argument("--snntorch", required=True)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    peer = peers(options)
    made = [measure(*case, peer) for case in CASES]
    if options.write:
        by = (f"NeuroBench 2.3.0 (e521c28), snnTorch {peer['snntorch'].__version__}, PyTorch {torch.__version__}, "
              f"NumPy {numpy.__version__}")
        with open(options.file, "w", encoding="utf-8") as stream:
            stream.write('{"made_by":' + json.dumps(by) + ',"cases":[\n')
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
