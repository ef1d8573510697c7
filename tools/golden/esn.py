"""Saves a small echo-state network as NeuroBench's example does, class and all, and its forecast.

usage: /usr/bin/python3 esn.py --peer FOLDER [--write] tests/golden/neurobench/esn.pth
FOLDER holds NeuroBench at e521c28 (`git archive e521c28 examples/mackey_glass | tar x -C FOLDER`).
Without --write: exit code 1 if the stored file's network, loaded by the peer, differs from what the
peer makes now, or forecasts other numbers than esn.json beside it.

The series is a sum of two sines; 8 neurons, 120 steps, 20 of them warm-up. The class is saved under
the name that it has in the published esn.pth. Dead weight (states and predictions of the training)
is kept, as there. PyTorch 1.13 has no torch.concatenate with axis: a stand-in is below.
"""
import argparse
import importlib.util
import json
import os
import sys
import types

import numpy
import torch

NAME = "neurobench.examples.mackey_glass.echo_state_network"
STEPS, WARMUP, AHEAD = 120, 20, 15


def load(folder):
    for place in range(1, NAME.count(".") + 1):
        package = ".".join(NAME.split(".")[:place])
        sys.modules.setdefault(package, types.ModuleType(package))
    specification = importlib.util.spec_from_file_location(NAME, folder + "/examples/mackey_glass/echo_state_network.py")
    module = importlib.util.module_from_spec(specification)
    sys.modules[NAME] = module
    torch.concatenate = lambda tensors, axis: torch.cat(tensors, dim=axis)
    specification.loader.exec_module(module)
    return module.EchoStateNetwork


def series():
    t = numpy.arange(STEPS + 1)
    return torch.tensor(0.8 + 0.2 * numpy.sin(0.3 * t) + 0.1 * numpy.sin(0.71 * t)).unsqueeze(1)


def fitted(network):
    esn = network(in_channels=1, reservoir_size=8, input_scale=torch.tensor([0.2, 1.0], dtype=torch.float64), connect_prob=0.5,
                  spectral_radius=0.9, leakage=0.6, ridge_param=1e-6, seed_id=3)
    x = series()
    esn.train()
    esn.fit(x[:STEPS], x[WARMUP + 1:], WARMUP)
    return esn


def forecast(esn):
    with torch.no_grad():
        return esn(series()[STEPS:].repeat(AHEAD, 1).unsqueeze(-1)).flatten().tolist()


def same(first, second):
    return all(torch.equal(first.state_dict()[key], second.state_dict()[key]) for key in first.state_dict()) \
        and torch.equal(first.reservoir, second.reservoir)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--peer", required=True)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("file")
    options = parser.parse_args()
    esn, beside = fitted(load(options.peer)), os.path.splitext(options.file)[0] + ".json"
    if options.write:
        torch.save(esn, options.file)
        with open(beside, "w", encoding="utf-8") as stream:
            json.dump({"made_by": f"NeuroBench e521c28, PyTorch {torch.__version__}", "steps": STEPS, "warmup": WARMUP,
                       "forecast": forecast(esn)}, stream)
            stream.write("\n")
        return 0
    stored = torch.load(options.file)
    with open(beside, encoding="utf-8") as stream:
        expected = json.load(stream)["forecast"]
    equal = same(esn, stored) and numpy.allclose(forecast(stored), expected, rtol=0, atol=1e-12)
    print("the same" if equal else "DIFFERENT")
    return 0 if equal else 1


if __name__ == "__main__":
    sys.exit(main())
