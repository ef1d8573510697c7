"""Computes entries of golden_nets.json anew, from SpikingJelly and the papers' text, and compares.

usage: python3 nets.py --peer FOLDER FILE      (FOLDER holds SpikingJelly's master, afb13226)

Made here: the neurons, with SpikingJelly's; sew_resnet18, SpikingJelly's network with IF neurons as the
file's weights say; swapvae, a network and its losses written from the paper (R. Liu et al., NeurIPS 2021)
and the file's parameter names. Not made here, as the published code is not at hand: container_s2,
lorafb_snet18 and cornet_video. Weights follow a formula: parameter k, element i of two or more axes is
gain sqrt(2 / fan-out) sqrt(2) sin(0.7 (i + 1) + k); inputs are 2 cos(0.013 i).
Exit code 0: every entry that is made is within its tolerance; 1: not so.
"""
import argparse
import json
import re

import numpy
import torch
from torch import nn
from torch.nn import functional

import peer as spikingjelly


def gap(found, expected):
    return float(numpy.abs(numpy.asarray(found, dtype=float).ravel() - numpy.asarray(expected, dtype=float).ravel()).max())


def fill(network, gain):
    for k, (name, parameter) in enumerate(network.named_parameters()):
        if parameter.dim() < 2:
            parameter.data.fill_(0 if name.endswith("bias") else 1)
            continue
        fan_out = parameter.shape[0] * parameter[0, 0].numel()
        wave = torch.sin(0.7 * torch.arange(1, parameter.numel() + 1, dtype=torch.float64) + k)
        parameter.data.copy_((gain * (2 / fan_out) ** 0.5 * 2 ** 0.5 * wave).reshape(parameter.shape))


def neuron(sj, name, entry):
    surrogate = sj.surrogate.ATan()
    make = {"LIF": lambda: sj.neuron.LIFNode(tau=2.0, detach_reset=True, surrogate_function=surrogate),
            "IF": lambda: sj.neuron.IFNode(detach_reset=True, surrogate_function=surrogate)}[name]
    node, x = make(), torch.tensor(entry["x"], requires_grad=True)
    spikes, potentials = [], []
    for value in x:
        spikes.append(node(value.reshape(1)))
        potentials.append(float(node.v))
    spikes = torch.cat(spikes)
    (spikes * torch.arange(1, len(x) + 1)).sum().backward()
    return {"spike": (spikes.detach().tolist(), 0), "v": (potentials, 1e-6), "grad_of_sum_t_s": (x.grad.tolist(), 1e-5)}


def sew_resnet(sj, name, entry):
    from spikingjelly.activation_based.model import sew_resnet as models
    depth, size, steps = map(int, re.fullmatch(r"sew_resnet(\d+)_(\d+)px_T(\d+)", name).groups())
    network = getattr(models, f"sew_resnet{depth}")(
        cnf="ADD", spiking_neuron=sj.neuron.IFNode, num_classes=entry["out_shape"][2], detach_reset=True,
        surrogate_function=sj.surrogate.ATan())
    sj.functional.set_step_mode(network, "m")
    fill(network, 2.5)
    network.eval()
    sums, modules = {}, dict(network.named_modules())
    for layer in entry["layer_sum"]:
        modules[layer.replace("[", ".").replace("]", "")].register_forward_hook(
            lambda module, given, out, layer=layer: sums.update({layer: out.double().flatten(1).sum(1).tolist()}))
    count = steps * 3 * size * size
    x = 2 * torch.cos(0.013 * torch.arange(count, dtype=torch.float64)).float().reshape(steps, 1, 3, size, size)
    with torch.no_grad():
        scores = network(x)
    made = {f"layer_sum {layer}": (sums[layer], 1e-3) for layer in entry["layer_sum"]}
    return {**made, "out_first8_per_t": (scores[:, 0, :8].tolist(), 1e-4)}


def stack(widths, last):
    """Linear layers, each but the last with batch normalisation and ReLU."""
    made = []
    for inputs, outputs in zip(widths, widths[1:]):
        made += [nn.Linear(inputs, outputs), nn.BatchNorm1d(outputs), nn.ReLU()]
    return nn.Sequential(*(made[:-2] if last is None else made), nn.Softplus() if last is None else nn.Linear(widths[-1], last))


def swapvae(sj, name, entry):
    shapes = dict(map(tuple, entry["named_parameters"]))
    weights = [shape for key, shape in shapes.items() if key.startswith("encoder.") and len(shape) == 2]
    neurons, latent, style = weights[0][1], shapes["decoder.0.weight"][1], weights[-1][0] - shapes["decoder.0.weight"][1]
    widths = [neurons, *(shape[0] for shape in weights[:-1])]
    network = nn.ModuleDict({"encoder": stack(widths, latent + style), "decoder": stack([latent, *widths[::-1]], None)})
    fill(network, 1)
    x1, x2 = (torch.tensor(entry[key]).reshape(-1, neurons) for key in ("x1", "x2"))
    noise = [torch.tensor(entry[key]).reshape(-1, style) for key in ("eps1", "eps2")]
    encoded = [torch.split(network["encoder"](x), [latent - style, style, style], 1) for x in (x1, x2)]
    (c1, m1, v1), (c2, m2, v2) = encoded
    styles = [mean + torch.exp(log / 2) * draw for (_, mean, log), draw in zip(encoded, noise)]

    def reconstruction(x, content, sample):  # Poisson's negative log-likelihood, without what the rates do not change
        rates = network["decoder"](torch.cat([content, sample], 1))
        return functional.poisson_nll_loss(rates, x, log_input=False, reduction="none").sum(1).mean()

    def divergence(mean, log):
        return (-0.5 * (1 + log - mean ** 2 - log.exp())).sum(1).mean()

    swapped = (reconstruction(x1, c2, styles[0]) + reconstruction(x2, c1, styles[1])) / 2
    original = (reconstruction(x1, c1, styles[0]) + reconstruction(x2, c2, styles[1])) / 2
    kl = (divergence(m1, v1) + divergence(m2, v2)) / 2
    l2 = 2 - 2 * functional.cosine_similarity(c1, c2).mean()
    made = {"params": sum(p.numel() for p in network.parameters()), "l2": l2, "recon_swapped": swapped, "kl": kl,
            "recon_orig": original, "total_alpha10_beta1": swapped + original + 10 * kl + l2}
    return {key: (float(value), 1e-5 * abs(entry[key])) for key, value in made.items()}


MAKERS = {r"LIF|IF": neuron, r"sew_resnet.*": sew_resnet, r"swapvae.*": swapvae}


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--peer", required=True)
    parser.add_argument("file")
    options = parser.parse_args()
    torch.set_num_threads(1)
    sj = spikingjelly.load(options.peer)
    with open(options.file, encoding="utf-8") as stream:
        stored = json.load(stream)
    failed = 0
    for name, entry in stored.items():
        make = next((make for pattern, make in MAKERS.items() if re.fullmatch(pattern, name)), None)
        if make is None:
            print(f"{name}: not made here")
            continue
        for field, (found, tolerance) in make(sj, name, entry).items():
            key, _, part = field.partition(" ")
            off = gap(found, entry[key][part] if part else entry[key])
            failed += not off <= tolerance
            print(f"{name}, {field}: off by {off:.3g}{'' if off <= tolerance else ' DIFFERENT'}")
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
