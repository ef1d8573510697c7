"""Surrogates: the step, its gradient, the primitive and the primitive's own gradient."""


def run(peer, case):
    """The results of one surrogate case by field."""
    kind = getattr(peer.surrogate, case.description["surrogate"])
    x, g = case.tensor("x", grad=True), case.tensor("g")
    spike = kind(**case.constants)(x)
    made = {"spike": spike}
    if case.has("grad_x"):
        (spike * g).sum().backward()
        made["grad_x"] = x.grad
    if case.has("primitive"):
        x = case.tensor("x", grad=True)
        primitive = kind(spiking=False, **case.constants)(x)
        primitive.sum().backward()
        made.update(primitive=primitive, primitive_autograd=x.grad)
    return made
