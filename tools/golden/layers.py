"""Layers, losses, kernels of similarity and quantizers."""
import torch

STATISTICS = (0.1, -0.2, 0.3), (1.1, 0.8, 2.0)  # of tdBN before the call: mean, variance


def run(peer, case):
    """The results of one layer case by field."""
    for start, runner in RUNS:
        if case.name.startswith(start):
            return runner(peer, case)
    raise KeyError(f"no runner for {case.name}")


def module(peer, case):
    """The stateful or normalising layer that the case describes."""
    layer, constants = peer.layer, case.constants
    if case.name.startswith("SynapseFilter"):
        return layer.SynapseFilter(step_mode="m", **constants)
    if case.name == "NeuNorm":
        sizes = case.arrays["x"].shape[3:]
        return layer.NeuNorm(constants["in_channels"], *sizes, constants["k"], step_mode="m")
    if case.name.startswith("tdBN2d"):
        channels = case.arrays["x"].shape[2]
        norm = layer.ThresholdDependentBatchNorm2d(num_features=channels, **constants)
        norm.running_mean.copy_(torch.tensor(STATISTICS[0]))
        norm.running_var.copy_(torch.tensor(STATISTICS[1]))
        return norm.train(case.name.endswith("train1"))
    if case.name == "BatchNorm2d_m":
        return layer.BatchNorm2d(case.arrays["x"].shape[2], step_mode="m")
    neuron = peer.neuron.IFNode(surrogate_function=peer.surrogate.ATan())
    if case.name == "LinearRecurrent_IF":
        return layer.LinearRecurrentContainer(neuron, step_mode="m", **constants)
    if case.name == "ElementWiseRecurrent_IF_add":
        return layer.ElementWiseRecurrentContainer(
            neuron, lambda before, x: before + x, step_mode="m")
    if case.name == "Delay3":
        return layer.Delay(constants["delay_steps"], step_mode="m")
    return layer.VotingLayer(constants["voting_size"], step_mode="m")


def one_layer(peer, case):
    """Output, gradients, buffers and states of a layer."""
    net = module(peer, case)
    case.set_parameters(net)
    x = case.tensor("x", grad=True)
    y = net(x)
    (y * case.tensor("g")).sum().backward()
    made = {"y": y, "grad_x": x.grad, **case.gradients(net)}
    made.update({"buffer_" + n: buffer for n, buffer in net.named_buffers()})
    made.update({"mem_" + n: getattr(net, n) for n in case.named("mem_")})
    return made


def dropout(peer, case):
    """Dropout with the stored mask, which the peer draws at the first step and keeps."""
    net = getattr(peer.layer, case.name.partition("_")[0])(step_mode="m", **case.constants)
    net.mask = case.tensor("mask")
    return {"y": net(case.tensor("x"))}


def fused(peer, case):
    """A convolution with the batch normalisation behind it folded in."""
    weight = case.tensor("weight")
    conv = torch.nn.Conv2d(weight.shape[1], weight.shape[0], weight.shape[2], bias=False)
    norm = torch.nn.BatchNorm2d(weight.shape[0], eps=case.constants["eps"]).eval()
    with torch.no_grad():
        conv.weight.copy_(weight)
        norm.weight.copy_(case.tensor("bn_weight"))
        norm.bias.copy_(case.tensor("bn_bias"))
        norm.running_mean.copy_(case.tensor("running_mean"))
        norm.running_var.copy_(case.tensor("running_var"))
    whole = peer.functional.fuse_convbn2d(conv, norm)
    return {"fused_weight": whole.weight, "fused_bias": whole.bias}


def tet(peer, case):
    x = case.tensor("x", grad=True)
    loss = peer.functional.temporal_efficient_training_cross_entropy(x, case.tensor("target"))
    loss.backward()
    return {"loss": loss, "grad_x": x.grad}


def similar(peer, case):
    constants = case.constants
    arguments = [constants["alpha"]] if "alpha" in constants else []
    return {"loss": peer.functional.spike_similar_loss(
        case.tensor("spikes"), case.tensor("labels"), constants["kernel"], constants["loss"],
        *arguments)}


def kernel(peer, case):
    name = case.name[len("kernel_"):]
    return {"out": peer.functional.kernel_dot_product(
        case.tensor("x"), case.tensor("y"), name, *case.constants["args"])}


def one_hot(peer, case):
    return {"out": peer.functional.redundant_one_hot(case.tensor("labels"), **case.constants)}


def first_spike(peer, case):
    return {"out": peer.functional.first_spike_index(case.tensor("spikes"))}


def quantizer(peer, case):
    names = {"q_step": "step_quantize", "q_kbit3": "k_bit_quantize"}
    function = getattr(peer.quantize, names.get(case.name, case.name[len("q_"):]))
    x = case.tensor("x", grad=True)
    y = function(x, *case.constants.values())
    y.sum().backward()
    return {"y": y, "grad_x": x.grad}


RUNS = (("Dropout", dropout), ("fuse_convbn2d", fused), ("TET_ce", tet),
        ("spike_similar", similar), ("kernel_", kernel), ("redundant_one_hot", one_hot),
        ("first_spike_index", first_spike), ("q_", quantizer), ("", one_layer))
