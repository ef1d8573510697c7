"""Neurons: spikes, what the surrogate saw, final states and gradients."""
import torch

READOUTS = ("NonSpikingIFNode", "NonSpikingLIFNode")
ONLINE = ("OTTTLIFNode", "SLTTLIFNode")


def surrogate_of(peer, name):
    """The surrogate with the parameters that the neuron files use."""
    kind = getattr(peer.surrogate, name)
    return kind(leak=0.1, k=1.0) if name == "LeakyKReLU" else kind()


def build(peer, case):
    """The neuron that the case's constants describe, with the stored parameters."""
    constants = dict(case.constants)
    kind = getattr(peer.neuron, case.kind)
    if "surrogate" in case.description:
        constants["surrogate_function"] = surrogate_of(peer, case.description["surrogate"])
    if case.kind == "KLIFNode":
        constants.pop("k")  # a parameter, stored as param_k
    elif case.kind == "LIAFNode":
        constants["act"] = torch.relu
    elif case.kind == "ILIFNode":
        levels = constants.pop("max_spike_count")
        constants["surrogate_function"] = peer.surrogate.MultiLevelSpikeCount(levels)
    elif case.kind == "MaskedPSN":
        constants["lambda_init"] = constants.pop("lambda_")
    node = kind(**constants)
    node.step_mode = "s" if case.kind in ONLINE else "m"
    case.set_parameters(node)
    return node.double() if case.description.get("dtype") == "float64" else node


def forward(node, x):
    """The outputs [T, ...]; a node of single steps is called once a step."""
    if node.step_mode == "m":
        return node(x)
    steps = [node(step) for step in x]
    return torch.stack([step[0] if isinstance(step, (tuple, list)) else step for step in steps])


def run(peer, case):
    """The results of one neuron case by field."""
    if case.kind in READOUTS:
        return readout(peer, case)
    if case.kind == "FewSpikeNode":
        return few_spike(peer, case)
    if case.name.startswith("LIFcarry"):
        return carry(peer, case)
    node = build(peer, case)
    seen = []
    if case.has("u"):
        node.surrogate_function.register_forward_pre_hook(
            lambda _, inputs: seen.append(inputs[0].detach().clone()))
    x = case.tensor("x", grad=True)
    spike = forward(node, x)
    loss = (spike * case.tensor("g")).sum()
    loss.backward(retain_graph=True)
    made = {"spike": spike, "grad_x": x.grad.clone(), **case.gradients(node)}
    if seen:
        made["u"] = seen[0] if len(seen) == 1 else torch.stack(seen)
    for field in case.arrays:
        if field.endswith("_final"):
            made[field] = getattr(node, field[:-len("_final")])
    if case.has("gv"):
        both = loss + (node.v * case.tensor("gv")).sum()
        made["grad_x_v"], = torch.autograd.grad(both, x)
    return made


def carry(peer, case):
    """Two sequences without a reset; the graph is cut between them."""
    node, made = build(peer, case), {}
    for part in "01":
        x = case.tensor("x" + part, grad=True)
        spike = node(x)
        (spike * case.tensor("g" + part)).sum().backward()
        made.update({"spike" + part: spike, "grad_x" + part: x.grad, "v" + part: node.v.detach()})
        peer.functional.detach_net(node)
    return made


def readout(peer, case):
    """A neuron that never fires; its membrane is decoded over time."""
    node = getattr(peer.neuron, case.kind)(**case.constants)
    y = node(case.tensor("x"))
    return {"y": torch.stack(y) if isinstance(y, list) else y}


def few_spike(peer, case):
    """A few-spike neuron whose three tables are one and the same."""
    theta = case.constants["theta"]
    table = peer.neuron.FewSpikeTable(theta, theta, theta)
    node = peer.neuron.FewSpikeNode(table, surrogate_of(peer, case.description["surrogate"]))
    x = case.tensor("x", grad=True)
    y = node(x)
    y.sum().backward()
    return {"y": y, "grad_x": x.grad}
