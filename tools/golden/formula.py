"""Weights, inputs and targets that follow from a seed: no file is needed (../shared/golden)."""
import math

import numpy
import torch

INPUT, TARGET = 1_000_000, 1_000_001
WORD = 1 << 64


def mix(words):
    """splitmix64 over an array of uint64."""
    with numpy.errstate(over="ignore"):
        z = words + numpy.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
    return z ^ (z >> numpy.uint64(31))


def uniform(seed, place, shape):
    """U(seed, place, i) in [0, 1) for every element i of the shape, in row-major order."""
    start = numpy.uint64(((seed << 32) + (place << 40)) % WORD)
    count = math.prod(shape)
    with numpy.errstate(over="ignore"):
        bits = mix(start + numpy.arange(count, dtype=numpy.uint64)) >> numpy.uint64(11)
    return torch.from_numpy(bits.astype(numpy.float64) * 2.0 ** -53).reshape(shape)


def fill(net, seed):
    """Gives each parameter of the network its values, in the order of named_parameters()."""
    with torch.no_grad():
        for place, (name, parameter) in enumerate(net.named_parameters()):
            u = 2 * uniform(seed, place, parameter.shape) - 1
            if parameter.dim() >= 2:
                parameter.copy_(u * math.sqrt(3 / parameter[0].numel()))
            elif name.endswith("bias"):
                parameter.copy_(0.1 * u)
            elif parameter.dim() == 1 and name.endswith("weight"):
                parameter.copy_(1 + 0.1 * u)


def inputs(seed, shape):
    return 2 * (2 * uniform(seed, INPUT, shape) - 1)


def target(seed, shape):
    return uniform(seed, TARGET, shape)
