"""Runs nlb_tools on small generated data and writes what the kit must give, or compares.

usage: /usr/bin/python3 nlb.py --peer FOLDER [--write] tests/golden/neuroscience/nlb.json
FOLDER holds neurallatents/nlb_tools at 1ddc15f (its `nlb_tools/evaluation.py` is run).
Without --write: exit code 1 if the file differs by more than 1e-9.

Rates, counts and behaviour are stored: they are few. Counts are Poisson's of the rates.
"""
import argparse
import importlib.util
import json
import sys

import numpy
import sklearn


def nulls(array):
    return [nulls(part) for part in array] if isinstance(array, list) else (
        None if numpy.isnan(array) else array)


def cases(evaluation):
    random = numpy.random.RandomState(11)
    trials, bins, neurons, conditions = 12, 6, 3, 3
    time = numpy.linspace(0, numpy.pi, bins)
    truth = numpy.array([[1 + numpy.sin(time * (c + 1) + n) ** 2 for n in range(neurons)] for c in range(conditions)])
    truth = truth.transpose(0, 2, 1)
    which = numpy.arange(trials) % conditions
    rates = numpy.round(truth[which] * (0.8 + 0.4 * random.random_sample((trials, bins, neurons))), 4)
    counts = random.poisson(truth[which]).astype(float)
    gaps, silent, zero = counts.copy(), counts.copy(), rates.copy()
    gaps[2, 3:] = numpy.nan
    silent[..., 1] = 0
    zero[:, 0, 2] = 0
    mean = numpy.broadcast_to(counts.mean((0, 1)), counts.shape)
    made = []
    for name, r, s in (("rates", rates, counts), ("mean rates", mean, counts), ("bins not asked for", rates, gaps),
                       ("a silent neuron", rates, silent), ("rates of zero", zero, counts),
                       ("the counts themselves", counts, counts)):
        made.append({"kind": "likelihood", "name": name, "rates": r.tolist(), "spikes": nulls(s.tolist()),
                     "loss": float(evaluation.neg_log_likelihood(r.copy(), s)),
                     "bits": float(evaluation.bits_per_spike(r.copy(), s))})
    index = [numpy.where(which == c)[0] for c in range(conditions)]
    jitter = numpy.array([0, 1, -1, 2] + [0] * (trials - 4))
    masked = truth.copy()
    masked[:, :2] = masked[:, -2:] = numpy.nan
    for name, psth, moved in (("all bins", truth, None), ("jittered", masked, jitter)):
        made.append({"kind": "psth", "name": name, "psth": nulls(psth.tolist()), "rates": rates.tolist(),
                     "trials": [i.tolist() for i in index], "jitter": None if moved is None else moved.tolist(),
                     "expected": float(evaluation.eval_psth(psth, rates, index, moved))})
    weights = random.standard_normal((neurons, 2))
    velocity = numpy.round(rates @ weights + 0.3 * random.standard_normal((trials, bins, 2)), 4)
    lost = velocity.copy()
    lost[1, 2] = lost[9, 5] = numpy.nan
    for name, v in (("all bins", velocity), ("bins without behaviour", lost)):
        everything = numpy.full((8, 1), True), numpy.full((4, 1), True)
        made.append({"kind": "velocity", "name": name, "rates": rates.tolist(), "behaviour": nulls(v.tolist()),
                     "training": 8, "expected": float(evaluation.velocity_decoding(
                         rates[:8], v[:8], everything[0], rates[8:], v[8:], everything[1]))})
    return made


def same(made, stored):
    if isinstance(made, dict):
        return isinstance(stored, dict) and made.keys() == stored.keys() and all(
            same(made[key], stored[key]) for key in made)
    if isinstance(made, list):
        return isinstance(stored, list) and len(made) == len(stored) and all(map(same, made, stored))
    return abs(made - stored) <= 1e-9 if isinstance(made, float) else made == stored


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--peer", required=True)
    parser.add_argument("file")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    spec = importlib.util.spec_from_file_location("evaluation", f"{options.peer}/nlb_tools/evaluation.py")
    evaluation = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(evaluation)
    made = {"cases": cases(evaluation)}
    if options.write:
        made_by = f"nlb_tools 1ddc15f, scikit-learn {sklearn.__version__}, NumPy {numpy.__version__}"
        with open(options.file, "w", encoding="utf-8") as stream:
            json.dump({"made_by": made_by, **made}, stream, separators=(",", ":"))
            stream.write("\n")
        return 0
    with open(options.file, encoding="utf-8") as stream:
        stored = json.load(stream)
    print("made by", stored.pop("made_by"))
    equal = same(made, stored)
    print(f"{len(made['cases'])} cases,", "the same" if equal else "DIFFERENT")
    return 0 if equal else 1


if __name__ == "__main__":
    sys.exit(main())
