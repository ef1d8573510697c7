"""The papers' published networks, from a folder that holds a checkout of each repository."""
import importlib.util
import logging
import os
import sys
import types

import torch


class SeqToANNContainer(torch.nn.Module):
    """The container under the parameter names that it gave up to SpikingJelly 0.0.0.0.6."""

    def __init__(self, *layers):
        super().__init__()
        self.module = layers[0] if len(layers) == 1 else torch.nn.Sequential(*layers)

    def forward(self, x):
        y = self.module(x.flatten(0, 1))
        return y.reshape(x.shape[:2] + y.shape[1:])


class Registry:
    """SVFormer's registry of models, which notes nothing."""

    @staticmethod
    def register():
        return lambda kind: kind


def stand_ins(neuron, surrogate):
    """The few functions that the networks use of packages that are not needed otherwise."""
    register = {"register_model": lambda function: function}
    members = {
        "timm": {},
        "timm.models": {"create_model": None, **register},
        "timm.models.layers": {
            "to_2tuple": lambda x: x if isinstance(x, tuple) else (x, x),
            "trunc_normal_": torch.nn.init.trunc_normal_,
            "DropPath": torch.nn.Identity,  # every rate is 0
        },
        "timm.models.registry": register,
        "timm.models.vision_transformer": {"_cfg": dict},
        "einops": {},
        "einops.layers": {},
        "einops.layers.torch": {"Rearrange": None},
        "torchinfo": {"summary": None},
        "slowfast": {},
        "slowfast.utils": {},
        "slowfast.utils.logging": {"get_logger": logging.getLogger},
        "published": {"__path__": []},
        "published.build": {"MODEL_REGISTRY": Registry},
        "spikingjelly.cext.neuron": extension(neuron, surrogate),
    }
    for name, values in members.items():
        module = types.ModuleType(name)
        vars(module).update(values)
        sys.modules[name] = module
    sys.modules["slowfast.utils"].logging = sys.modules["slowfast.utils.logging"]
    sys.modules["spikingjelly.cext"] = types.ModuleType("spikingjelly.cext")
    sys.modules["spikingjelly.cext"].neuron = sys.modules["spikingjelly.cext.neuron"]


def extension(neuron, surrogate):
    """The neurons of SpikingJelly's former C++ extension: arctangent, a weight of one element."""
    class MultiStepIFNode(neuron.MultiStepIFNode):
        def __init__(self, detach_reset):
            super().__init__(surrogate_function=surrogate.ATan(), detach_reset=detach_reset)

    class MultiStepParametricLIFNode(neuron.MultiStepParametricLIFNode):
        def __init__(self, init_tau, detach_reset):
            super().__init__(init_tau, surrogate_function=surrogate.ATan(),
                             detach_reset=detach_reset)
            self.w = torch.nn.Parameter(self.w.detach().reshape(1))

    return {kind.__name__: kind for kind in (MultiStepIFNode, MultiStepParametricLIFNode)}


def source(folder, path):
    """The module of one published file."""
    spec = importlib.util.spec_from_file_location("published.code", os.path.join(folder, path))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def transformer(kind, config, **more):
    """A spiking transformer of the Spikformer family with the config's sizes."""
    patch = 4 if config["variant"] == "cifar" else 16
    return kind(img_size_h=config["image"], img_size_w=config["image"], patch_size=patch,
                in_channels=config["in_channels"], num_classes=config["num_classes"],
                embed_dims=config["embed_dims"], num_heads=config["num_heads"], mlp_ratios=4,
                depths=config["depths"], sr_ratios=1, **more)


def video_transformer(code, config):
    """SVFormer; its source fixes the number of steps in a constant."""
    code.TN = config["T"]
    sizes = types.SimpleNamespace(
        DEPTH=config["depths"], EMBED_DIM=config["embed_dims"], HEAD_DIM=config["head_dim"],
        MLP_RATIO=config["mlp_ratio"], QKV_BIAS=True, QKV_SCALE=None, REPRESENTATION_SIZE=None,
        DROPOUT_RATE=0.0, ATTENTION_DROPOUT_RATE=0.0, DROP_DEPTH_RATE=0.0, SPLIT=False,
        STD=False, T=config["T"])
    data = types.SimpleNamespace(
        TRAIN_CROP_SIZE=config["image"], INPUT_CHANNEL_NUM=[config["in_channels"]],
        NUM_FRAMES=config["T"])
    model = types.SimpleNamespace(
        NUM_CLASSES=config["num_classes"], USE_CHECKPOINT=False, CHECKPOINT_NUM=[0, 0, 0, 0])
    return code.Uniformer2d_psnn_try(
        types.SimpleNamespace(UNIFORMER=sizes, DATA=data, MODEL=model))


FILES = {
    ("spikformer", "cifar"): ("spikformer/cifar10/model.py", "Spikformer"),
    ("spikformer", "imagenet"): ("spikformer/imagenet/model.py", "Spikformer"),
    ("spikformer", "dvs"): ("spikformer/cifar10dvs/model.py", "Spikformer"),
    ("spikingformer", "cifar"): ("Spikingformer/cifar10/model.py", "vit_snn"),
    ("spikingformer", "imagenet"): ("Spikingformer/imagenet/model.py", "vit_snn"),
    ("spikingformer", "dvs"): ("Spikingformer/cifar10-dvs/model.py", "vit_snn"),
    ("cml-spikformer", "cifar"): ("Spikingformer-CML/cifar10/CML_Spikformer.py", None),
    ("cml-spikingformer", "cifar"): ("Spikingformer-CML/cifar10/model.py", "vit_snn"),
    ("cml-spikingformer", "imagenet"): ("Spikingformer-CML/imagenet/model.py", "vit_snn"),
    ("qkformer", "cifar"): ("QKFormer/cifar10/model.py", "spiking_transformer"),
}


def build(folder, config):
    """The published network of a config, or None where there is no recipe for it here."""
    model = config["model"]
    if model.startswith("sew-resnet"):
        code = source(folder, "Spike-Element-Wise-ResNet/imagenet/sew_resnet.py")
        kind = getattr(code, model.replace("-", "_"))
        return kind(num_classes=config["num_classes"], T=config["T"],
                    connect_f=config["connect"])
    if model == "sew-dvsgesture-7b":
        code = source(folder, "Spike-Element-Wise-ResNet/dvsgesture/smodels.py")
        return code.SEWResNet(config["connect"])
    if (model, config.get("variant")) == ("qkformer", "cifar10dvs"):
        return source(folder, "QKFormer/cifar10-dvs/model.py").QKFormer(T=config["T"])
    if model == "svformer":
        path = "SVFormer/slowfast/models/uniformer2d_psnn_try.py"
        return video_transformer(source(folder, path), config)
    path, name = FILES.get((model, config.get("variant")), (None, None))
    if path is None:
        return None
    return transformer(getattr(source(folder, path), name or "Spikformer"), config)
