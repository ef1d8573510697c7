"""Makes the peer's networks and neurons anew and compares the names and shapes of their state.

usage: statedicts.py --peer FOLDER [--write FILE] REFERENCE
FOLDER holds the peer's `spikingjelly`, REFERENCE is a statedicts_*.json.
Exit code 0: every entry of the file is made and the same, in the same order; 1: not so.
"""
import argparse
import importlib
import json

import peer as peers

NETS = ("MNISTNet", "FashionMNISTNet", "NMNISTNet", "CIFAR10Net", "CIFAR10DVSNet", "DVSGestureNet")


def recipes(peer):
    """How each entry is made; what one version has not is asked for where its entry is made."""
    neuron, layer, rnn = peer.neuron, peer.layer, peer.rnn

    def model(name):
        return importlib.import_module("spikingjelly.activation_based.model." + name)

    made = {f"parametric_lif_net.{name}(PLIF)":
            lambda name=name: getattr(model("parametric_lif_net"), name)(
                spiking_neuron=neuron.ParametricLIFNode) for name in NETS}
    for depth in (18, 34, 50):
        made[f"sew_resnet{depth}(ADD,IF)"] = lambda depth=depth: getattr(
            model("sew_resnet"), f"sew_resnet{depth}")(cnf="ADD", spiking_neuron=neuron.IFNode)
        made[f"spiking_resnet{depth}(IF)"] = lambda depth=depth: getattr(
            model("spiking_resnet"), f"spiking_resnet{depth}")(spiking_neuron=neuron.IFNode)
    for name in ("spiking_vgg11", "spiking_vgg11_bn"):
        made[name + "(IF)"] = lambda name=name: getattr(model("spiking_vgg"), name)(
            spiking_neuron=neuron.IFNode)
    made |= {
        "SpikingLSTM(5,4,2)": lambda: rnn.SpikingLSTM(5, 4, 2),
        "SpikingGRU(5,4,1,bi)": lambda: rnn.SpikingGRU(5, 4, 1, bidirectional=True),
        "SynapseFilter(learnable)": lambda: layer.SynapseFilter(learnable=True),
        "KLIF": lambda: neuron.KLIFNode(),
        "PLIF": lambda: neuron.ParametricLIFNode(),
        "IF": lambda: neuron.IFNode(),
        "LIF": lambda: neuron.LIFNode(),
        "PSN": lambda: neuron.PSN(T=4),
        "MaskedPSN": lambda: neuron.MaskedPSN(k=2, T=4),
        "SlidingPSN": lambda: neuron.SlidingPSN(k=3),
        "GatedLIF(T=4,C=3)": lambda: neuron.GatedLIFNode(T=4, inplane=3),
        "DSRIF": lambda: neuron.DSRIFNode(),
        "DSRLIF": lambda: neuron.DSRLIFNode(),
        "ILIF": lambda: neuron.ILIFNode(),
        "BNTT2d": lambda: layer.BatchNormThroughTime2d(4, 3),
        "TEBN2d": lambda: layer.TemporalEffectiveBatchNorm2d(4, 3),
    }
    return made


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("reference")
    parser.add_argument("--peer", required=True)
    parser.add_argument("--write")
    arguments = parser.parse_args()
    with open(arguments.reference, encoding="utf-8") as file:
        reference = json.load(file)
    known = recipes(peers.load(arguments.peer))
    made, differing = {}, []
    for name, shapes in reference.items():
        module = known[name]()
        made[name] = {key: list(value.shape) for key, value in module.state_dict().items()}
        if list(made[name].items()) != list(shapes.items()):
            differing.append(name)
    print(f"{len(reference)} entries, {len(reference) - len(differing)} the same")
    for name in differing:
        names = sorted(set(made[name]) ^ set(reference[name]))
        print(f"  {name} differs: {', '.join(names) or 'order or shapes'}")
    if arguments.write:
        with open(arguments.write, "w", encoding="utf-8") as file:
            json.dump(made, file, indent=1)
    raise SystemExit(1 if differing else 0)


if __name__ == "__main__":
    main()
