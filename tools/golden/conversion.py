"""Conversion of a small convolutional network: scales, and the spiking network's outputs."""
import torch

SCALES = {"Max": "Max", "99_9p": "99.9%", "90p": "90%", "0_5": 0.5,
          "0_3333333333333333": 1 / 3}
NETWORKS = {"max": "max", "99_9p": "99.9%", "0_5": 0.5}


def run(peer, case):
    """The whole file is one case: the hook's scales after each batch, then three networks."""
    made = {}
    for name, mode in SCALES.items():
        hook, scales = peer.ann2snn.modules.VoltageHook(mode=mode), []
        for batch in case.tensor(name + ".x"):
            hook(batch)
            scales.append(float(hook.scale))
        made[name + ".scale"] = scales
    ann, x = network(case), case.tensor("x")
    made["ann_y"] = ann(x)
    for name, mode in NETWORKS.items():
        batches = [(batch, None) for batch in case.tensor("calib")]
        snn = peer.ann2snn.Converter(mode=mode, dataloader=batches)(ann)
        made[f"conv_{name}.y_seq"] = torch.stack([snn(x) for _ in case.arrays["conv_max.y_seq"]])
        for key, value in snn.state_dict().items():  # the peer calls its parts "snn tailor"
            made[f"conv_{name}.{key.replace(' ', '_')}"] = value
    return made


def network(case):
    """The network that is converted, with its stored weights and statistics."""
    nn = torch.nn
    net = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(),
                        nn.AvgPool2d(2), nn.Flatten(), nn.Linear(64, 10), nn.ReLU())
    net.load_state_dict({key: case.tensor("ann." + key) for key in case.named("ann.")})
    return net.eval()
