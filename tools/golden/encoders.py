"""Encoders: the spikes of every call, one call a step."""
from unittest import mock

import torch


def run(peer, case):
    """The results of one encoder case by field."""
    return {"spike": RUNS[case.name.partition("_")[0]](peer, case)}


def poisson(peer, case):
    """The peer draws with torch.rand_like; here it gets the stored draws, one a step."""
    encoder, x = peer.encoding.PoissonEncoder(), case.tensor("x")
    draws = list(case.tensor("u"))
    with mock.patch("torch.rand_like", side_effect=draws):
        return torch.stack([encoder(x) for _ in draws])


def latency(peer, case):
    encoder, x = peer.encoding.LatencyEncoder(**case.constants), case.tensor("x")
    return torch.stack([encoder(x) for _ in range(2 * case.constants["T"])])


def weighted_phase(peer, case):
    encoder, x = peer.encoding.WeightedPhaseEncoder(**case.constants), case.tensor("x")
    return torch.stack([encoder(x) for _ in range(case.constants["K"])])


def periodic(peer, case):
    pattern = case.tensor("pattern")
    encoder = peer.encoding.PeriodicEncoder(pattern)
    return torch.stack([encoder(pattern) for _ in case.arrays["spike"]])


def population(peer, case):
    constants = {k: v for k, v in case.constants.items() if k not in ("v_threshold", "reset")}
    return peer.encoding.PopSpikeEncoderDeterministic(**constants)(case.tensor("obs"))


RUNS = {"Poisson": poisson, "Latency": latency, "WeightedPhase": weighted_phase,
        "Periodic": periodic, "PopDeterministic": population}
