"""Spike-timing dependent plasticity: one rule step by step, and the learners."""
import inspect

import torch

WEIGHTS = {
    "w": (lambda w: w,) * 2,
    "clamp(w,-1,1)^2": (lambda w: torch.clamp(w, -1.0, 1.0) ** 2,) * 2,
    "f_pre=.5,f_post=1.5": (lambda w: 0.5, lambda w: 1.5),
    1: (lambda w: 1.0,) * 2,
}


def run(peer, case):
    """The results of one case by field."""
    return learner(peer, case) if "Learner" in case.name else rule(peer, case)


def synapse_of(case):
    """A linear layer or a convolution with the stored weight and no bias."""
    weight = case.tensor("weight")
    if weight.dim() == 2:
        synapse = torch.nn.Linear(weight.shape[1], weight.shape[0], bias=False)
    else:
        kind = torch.nn.Conv1d if weight.dim() == 3 else torch.nn.Conv2d
        synapse = kind(weight.shape[1], weight.shape[0], case.constants["k"],
                       case.constants["stride"], case.constants["padding"], bias=False)
    with torch.no_grad():
        synapse.weight.copy_(weight)
    return synapse


def rule(peer, case):
    """Traces and changes of the weight after every step."""
    constants, synapse = case.constants, synapse_of(case)
    name, kind = case.name.split("_")[:2]
    step = getattr(peer.learning, f"{name}_{kind}_single_step")
    f_pre, f_post = WEIGHTS[constants["f"]]
    options = {"f_pre": f_pre, "f_post": f_post}
    if "tau_trace" in inspect.signature(step).parameters:
        options["tau_trace"] = 1.0  # 0.0.0.0.14 asks for it here and does not use it
    pre = post = None
    rows = []
    for spikes in zip(case.tensor("in_spike"), case.tensor("out_spike")):
        pre, post, change = step(synapse, *spikes, pre, post, constants["tau_pre"],
                                 constants["tau_post"], **options)
        rows.append((pre, post, change))
    columns = [torch.stack(column) for column in zip(*rows)]
    return dict(zip(("trace_pre", "trace_post", "delta_w"), columns))


def learner(peer, case):
    """A linear layer and an integrate-and-fire neuron, watched by a learner."""
    constants, synapse, neuron = case.constants, synapse_of(case), peer.neuron.IFNode()
    kind = case.name.partition("_")[0]
    taus = [constants[k] for k in ("tau_pre", "tau_post", "tau_trace") if k in constants]
    batch = [constants["batch"]] if "batch" in constants else []
    watcher = getattr(peer.learning, kind)(
        "s", *batch, synapse, neuron, *taus, *WEIGHTS[constants["f"]])
    x = case.tensor("x")
    with torch.no_grad():
        if kind == "STDPLearner":
            spikes = torch.stack([neuron(synapse(step)) for step in x])
            watcher.step(on_grad=True, scale=constants["scale"])
            return {"out_spike": spikes, "grad": synapse.weight.grad}
        changes = []
        for step, reward in zip(x, case.tensor("reward")):
            neuron(synapse(step))
            changes.append(watcher.step(reward, on_grad=False))
    return {"delta_w": torch.stack(changes)}
