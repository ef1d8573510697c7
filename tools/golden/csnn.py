"""The convolutional network of the peer's Fashion-MNIST example, one training step."""
import torch


def build(peer, channels):
    """The example's layers, in its order."""
    layer = peer.layer

    def fire():
        return peer.neuron.IFNode(surrogate_function=peer.surrogate.ATan())

    def block(inputs):
        return (layer.Conv2d(inputs, channels, kernel_size=3, padding=1, bias=False),
                layer.BatchNorm2d(channels), fire(), layer.MaxPool2d(2, 2))

    net = torch.nn.Sequential(
        *block(1), *block(channels), layer.Flatten(),
        layer.Linear(channels * 7 * 7, channels * 4 * 4, bias=False), fire(),
        layer.Linear(channels * 4 * 4, 10, bias=False), fire())
    peer.functional.set_step_mode(net, "m")
    return net


def run(peer, case):
    """Every layer's output, the loss and all gradients."""
    net = build(peer, case.constants["channels"])
    net.load_state_dict({name: case.tensor("w_" + name) for name in case.named("w_")})
    x = case.tensor("x")
    value, made = x.unsqueeze(0).repeat(case.constants["T"], 1, 1, 1, 1), {}
    for index, module in enumerate(net):
        value = module(value)
        made[f"act{index}"] = value
    y = value.mean(0)
    target = torch.nn.functional.one_hot(case.tensor("label"), 10).float()
    loss = torch.nn.functional.mse_loss(y, target)
    loss.backward()
    made.update({"grad_" + name: p.grad for name, p in net.named_parameters()})
    made.update({"after_" + name: buffer for name, buffer in net.named_buffers()})
    return {**made, "y": y, "loss": loss}
