"""Recurrent cells with their gradients; stacked and bidirectional networks."""
import torch


def run(peer, case):
    """The results of one recurrent case by field."""
    return cell(peer, case) if "Cell" in case.name else network(peer, case)


def cell(peer, case):
    """One cell, called once a step with its own state."""
    constants = case.constants
    kind = getattr(peer.rnn, case.name.partition("_")[0])
    gates = [getattr(peer.surrogate, constants[key])()
             for key in ("surrogate1", "surrogate2") if constants[key]]
    net = kind(constants["input"], constants["hidden"], True, *gates)
    case.set_parameters(net)
    x, state, outputs = case.tensor("x", grad=True), None, []
    for step in x:
        state = net(step, state)
        outputs.append(state[0] if isinstance(state, tuple) else state)
    y = torch.stack(outputs)
    (y * case.tensor("g")).sum().backward()
    return {"y": y, "grad_x": x.grad, **case.gradients(net)}


def network(peer, case):
    """Layers of cells over a whole sequence; `final` is the state after it."""
    kind = getattr(peer.rnn, case.name.partition("_")[0])
    hidden = case.arrays["param_cells.0.linear_hh.weight"].shape[1]
    x, both_ways = case.tensor("x"), case.constants["bidirectional"]
    net = kind(x.shape[2], hidden, case.constants["layers"], bidirectional=both_ways)
    case.set_parameters(net)
    y, final = net(x)
    return {"y": y, "final": torch.stack(final) if isinstance(final, tuple) else final}
