"""Reference files: `<case>.<field>` arrays in `.npz` files, described by a `cases_*.json`."""
import json
import os

import numpy
import torch

ABSOLUTE, RELATIVE = 2e-5, 2e-5
ABOUT = ("fields", "seed", "min_margin", "note", "neuron", "surrogate", "dtype", "rule",
         "domain")


class Case:
    """One case: constants and stored fields. Remembers which fields were taken as input."""

    def __init__(self, name, description, arrays, folder):
        self.name = name
        self.folder = folder
        self.kind = description.get("neuron")
        self.description = description
        self.constants = {k: v for k, v in description.items() if k not in ABOUT}
        self.arrays = arrays
        self.inputs = set()

    def array(self, field):
        """The stored field as it is."""
        self.inputs.add(field)
        return self.arrays[field]

    def tensor(self, field, grad=False):
        """The stored field as a fresh tensor; with grad, a leaf that wants its gradient."""
        return torch.from_numpy(self.array(field).copy()).requires_grad_(grad)

    def has(self, field):
        return field in self.arrays

    def named(self, prefix):
        """What follows the prefix in the names of the fields that begin with it."""
        return [field[len(prefix):] for field in self.arrays if field.startswith(prefix)]

    def set_parameters(self, module):
        """Gives the module the stored `param_*`."""
        own = dict(module.named_parameters())
        with torch.no_grad():
            for name in self.named("param_"):
                own[name].copy_(self.tensor("param_" + name))

    def gradients(self, module):
        """The module's gradients as `grad_*`, for the parameters whose gradient is stored."""
        own = dict(module.named_parameters())
        return {"grad_" + n: own[n].grad for n in self.named("grad_") if n in own}


def read(folder, version):
    """Yields (file name, its cases) of every file of the version that the folder holds."""
    path = os.path.join(folder, f"cases_{version}.json")
    with open(path, encoding="utf-8") as stream:
        files = json.load(stream)["files"]
    for file, descriptions in files.items():
        path = os.path.join(folder, file + ".npz")
        if os.path.exists(path):
            yield file, list(cases(path, descriptions))
    path = os.path.join(folder, "sj014_ann2snn.npz")
    if version == "014" and os.path.exists(path):  # has no index: one case, its fields as named
        with numpy.load(path) as stored:
            yield "sj014_ann2snn", [Case("", {}, dict(stored), folder)]


def cases(path, descriptions):
    with numpy.load(path) as stored:
        for name, description in descriptions.items():
            fields = description["fields"]
            arrays = {field: stored[f"{name}.{field}"] for field in fields}
            yield Case(name, description, arrays, os.path.dirname(path))


def numpy_of(value, like):
    """A result as an array of the stored one's type and shape (a scalar may be stored as [])."""
    if isinstance(value, torch.Tensor):
        value = value.detach().numpy()
    value = numpy.array(value, dtype=like.dtype, order="C")
    return value.reshape(like.shape) if value.size == like.size else value


def difference(made, stored):
    """The largest absolute difference, whether all are within the tolerance, whether all bits
    are the same."""
    if made.shape != stored.shape:
        return float("inf"), False, False
    if made.tobytes() == stored.tobytes():
        return 0.0, True, True
    made, stored = made.astype(numpy.float64), stored.astype(numpy.float64)
    gap = numpy.where((made == stored) | (numpy.isnan(made) & numpy.isnan(stored)), 0,
                      numpy.abs(made - stored))
    gap = numpy.where(numpy.isnan(gap), numpy.inf, gap)
    within = bool((gap <= ABSOLUTE + RELATIVE * numpy.abs(stored)).all())
    return float(gap.max()), within, False
