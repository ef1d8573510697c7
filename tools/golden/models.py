"""Runs the papers' published networks on formula weights and compares, or writes anew.

usage: models.py --peer OLD NEW --code FOLDER [--write DIR] [--only TEXT] REFERENCES
OLD holds SpikingJelly 0.0.0.0.12, NEW 0.0.0.0.14, FOLDER the papers' repositories.
Exit code 0: every file has a recipe here and everything is within the tolerance; 1: not so.
"""
import argparse
import importlib
import json
import os
import sys

import torch

import formula
import networks
import peer as peers


def load_neurons(old, new):
    """The neurons' base classes of both versions, whose packages have different names inside
    `spikingjelly`. Neurons that ask for CuPy are let through: they run on PyTorch here."""
    sys.path.insert(0, old)
    sys.meta_path.insert(0, peers.StandInFinder())
    neuron = importlib.import_module("spikingjelly.clock_driven.neuron")
    surrogate = importlib.import_module("spikingjelly.clock_driven.surrogate")
    layer = importlib.import_module("spikingjelly.clock_driven.layer")
    sys.modules["spikingjelly"].__path__.append(os.path.join(new, "spikingjelly"))
    base = importlib.import_module("spikingjelly.activation_based.base")
    newer = importlib.import_module("spikingjelly.activation_based.neuron")
    neuron.check_backend = base.check_backend_library = lambda backend: None
    newer.GatedLIFNode = type("GatedLIFNode", (), {})  # SVFormer only asks for its instances
    layer.SeqToANNContainer = networks.SeqToANNContainer
    networks.stand_ins(neuron, surrogate)
    return neuron.BaseNode, newer.BaseNode


def prepare(net, seed):
    """Float64, formula weights, every batch normalisation at momentum 1."""
    net.double()
    formula.fill(net, seed)
    for module in net.modules():
        if isinstance(module, torch.nn.modules.batchnorm._BatchNorm):
            module.momentum = 1.0
        if hasattr(module, "backend"):
            module.backend = "torch"


def reset(net):
    for module in net.modules():
        if hasattr(module, "reset"):
            module.reset()


def listen(net, neurons, rates):
    """Notes the mean output of every neuron module that runs."""
    for name, module in net.named_modules():
        if isinstance(module, neurons):
            module.register_forward_hook(
                lambda _, inputs, output, name=name: rates.update({name: output.mean().item()}))


def outputs(y, rates):
    return {"logits_shape": list(y.shape), "logits": y.detach().flatten().tolist(),
            "rates": dict(rates)}


def run(net, reference, neurons):
    """The file that the published network gives for the reference's config and seed."""
    seed, rates = reference["seed"], {}
    prepare(net, seed)
    listen(net, neurons, rates)
    x = formula.inputs(seed, reference["input_shape"])
    net.train()
    y = net(x)
    loss = ((y - formula.target(seed, y.shape)) ** 2).mean()
    loss.backward()
    gradients = {name: {"norm": p.grad.norm().item(), "first": p.grad.flatten()[:4].tolist()}
                 for name, p in net.named_parameters() if p.grad is not None}
    train = {**outputs(y, rates), "loss": loss.item(), "grads": gradients}
    reset(net)
    rates.clear()
    net.eval()
    with torch.no_grad():
        evaluation = outputs(net(x), rates)
    made = {key: reference[key] for key in ("config", "seed", "input_shape")}
    made["parameters"] = [[n, list(p.shape)] for n, p in net.named_parameters()]
    return {**made, "train": train, "eval": evaluation}


def compare(made, stored):
    """What differs, and the largest differences of outputs, rates and (relative) gradients."""
    wrong, largest = [], {"logits": 0.0, "rates": 0.0, "grads": 0.0}
    if made["parameters"] != stored["parameters"]:
        return ["names, order or shapes of the parameters"], largest
    for part in ("train", "eval"):
        a, b = made[part], stored[part]
        if a["logits_shape"] != b["logits_shape"] or set(a["rates"]) != set(b["rates"]):
            wrong.append(f"{part}: shape of the output or names of the neurons")
            continue
        pairs = {"logits": list(zip(a["logits"], b["logits"])),
                 "rates": [(a["rates"][name], rate) for name, rate in b["rates"].items()]}
        if "loss" in b:
            pairs["logits"].append((a["loss"], b["loss"]))
        for kind, tolerance in (("logits", 1e-9), ("rates", 1e-12)):
            gap = max(abs(p - q) for p, q in pairs[kind])
            largest[kind] = max(largest[kind], gap)
            if not gap <= tolerance:
                wrong.append(f"{part}: {kind} by {gap:.3g}")
    return wrong + compare_gradients(made["train"]["grads"], stored["train"]["grads"],
                                     largest), largest


def compare_gradients(made, stored, largest):
    """Norms and first values, to 1e-7 of the norm and 1e-12 of the largest norm in the file."""
    if set(made) != set(stored):
        return ["train: which parameters have a gradient"]
    floor, wrong = 1e-12 * max(entry["norm"] for entry in stored.values()), []
    for name, entry in stored.items():
        pairs = [(made[name]["norm"], entry["norm"])]
        pairs += zip(made[name]["first"], entry["first"])
        gap = max(abs(p - q) for p, q in pairs)
        if not gap <= 1e-7 * entry["norm"] + floor:
            wrong.append(f"train: gradient of {name} by {gap:.3g}")
        if entry["norm"] > floor:
            largest["grads"] = max(largest["grads"], gap / entry["norm"])
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("references")
    parser.add_argument("--peer", required=True, nargs=2, metavar=("OLD", "NEW"))
    parser.add_argument("--code", required=True)
    parser.add_argument("--write", metavar="DIR")
    parser.add_argument("--only", default="", help="only files whose name has this in it")
    options = parser.parse_args()
    torch.set_num_threads(1)
    neurons = load_neurons(*options.peer)
    good, found = True, 0
    for file in sorted(os.listdir(options.references)):
        if not file.endswith(".json") or options.only not in file:
            continue
        found += 1
        with open(os.path.join(options.references, file), encoding="utf-8") as stream:
            stored = json.load(stream)
        net = networks.build(options.code, stored["config"])
        if net is None:
            print(f"{file}: no recipe here", flush=True)
            good = False
            continue
        made = run(net, stored, neurons)
        wrong, largest = compare(made, stored)
        good &= not wrong
        print(f"{file}: {'differs' if wrong else 'equal within tolerance'}, largest difference: "
              f"outputs {largest['logits']:.3g}, rates {largest['rates']:.3g}, gradients "
              f"{largest['grads']:.3g} of their norm", flush=True)
        print("".join(f"  {line}\n" for line in wrong[:8]), end="")
        if options.write:
            os.makedirs(options.write, exist_ok=True)
            with open(os.path.join(options.write, file), "w", encoding="utf-8") as stream:
                json.dump(made, stream)
    if not found:
        print("models: no file of this name in " + options.references, file=sys.stderr)
    return 0 if good and found else 1


if __name__ == "__main__":
    sys.exit(main())
