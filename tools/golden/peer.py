"""Makes SpikingJelly importable from a source folder with nothing but PyTorch and NumPy.

The modules below need a GPU toolchain, a newer PyTorch or packages that no reference needs: an
import of one of them, or of anything inside, gives a stand-in whose members can be named and
used as decorators, but compute nothing.
"""
import importlib
import importlib.abc
import importlib.machinery
import os
import sys
import types

import torch

STAND_INS = (
    "spikingjelly.activation_based.triton_kernel",
    "spikingjelly.activation_based.cuda_kernel",
    "spikingjelly.activation_based.model.train_classify",
    "torchvision",
    "torchaudio",
    "torch.utils.tensorboard",
    "matplotlib",
    "tqdm",
    "requests",
)


class Nothing:
    """A member of a stand-in: a class to inherit, a function to name, a decorator to apply."""

    def __init__(self, *args, **kwargs):
        self.args = args

    def __init_subclass__(cls, **kwargs):
        pass

    def __call__(self, *args, **kwargs):
        return args[0] if args else self

    def __iter__(self):
        return iter(self.args[0])  # a progress bar goes through what it is given

    def __bool__(self):
        return False


class StandIn(types.ModuleType):
    """A module that has every member anybody asks for."""

    __all__ = []
    __path__ = []

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Nothing


class StandInFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds a stand-in for each module of STAND_INS and for what lies inside it."""

    def find_spec(self, name, path=None, target=None):
        if any(name == known or name.startswith(known + ".") for known in STAND_INS):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        return StandIn(spec.name)

    def exec_module(self, module):
        pass


def with_context(forward, setup_context):
    """PyTorch 2 splits a function's forward from what it saves; version 1 knows one method."""
    def both(ctx, *inputs):
        output = forward(*inputs)
        setup_context(ctx, inputs, output)
        return output
    return both


def join_contexts():
    """Mends each function of the peer that is written for PyTorch 2, where it runs on 1.13."""
    if int(torch.__version__.partition(".")[0]) >= 2:
        return
    for kind in torch.autograd.Function.__subclasses__():
        if kind.__module__.startswith("spikingjelly.") and "setup_context" in vars(kind):
            kind.forward = staticmethod(with_context(kind.forward, kind.setup_context))


def load(folder):
    """The peer's modules by their last names, from the source folder that holds `spikingjelly`."""
    sys.path.insert(0, folder)
    sys.meta_path.insert(0, StandInFinder())
    base = "spikingjelly.activation_based"
    names = ("neuron", "surrogate", "functional", "layer", "encoding", "rnn", "learning",
             "quantize", "ann2snn")
    modules = {name: importlib.import_module(f"{base}.{name}") for name in names}
    modules["datasets"] = importlib.import_module("spikingjelly.datasets")
    utils = folder + "/spikingjelly/datasets/utils.py"
    if os.path.exists(utils):  # 0.0.0.0.14 has these functions in the package itself
        modules["datasets"] = importlib.import_module("spikingjelly.datasets.utils")
    join_contexts()
    return types.SimpleNamespace(**modules)
