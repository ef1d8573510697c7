"""Runs scikit-learn on small generated data and writes what `pls` must meet, or compares.

usage: /usr/bin/python3 pls.py [--write] tests/golden/neuroscience/pls.json
Without --write: exit code 1 if the file differs from what scikit-learn gives now by more than 1e-9.

Responses are generated from RandomState(seed), whose numbers the kit draws, too; the splits are
ShuffleSplit's and, with labels, StratifiedShuffleSplit's. Brain-Score's order: Pearson's
correlation per neuron, the median over neurons, the mean over splits. `repeats` are single trials
for its internal consistency: halves of the repeats, 2 r / (1 + r), the median over neurons.
"""
import argparse
import json
import sys

import numpy
import sklearn
from sklearn.cross_decomposition import PLSRegression
from sklearn.model_selection import ShuffleSplit, StratifiedShuffleSplit

SPLITS, SPLIT_SEED = 10, 2022
CASES = [  # name, seed, stimuli, features, neurons, latents, components, label sizes
    ("narrow", 1, 120, 40, 12, 6, 25, None),
    ("one neuron", 2, 60, 30, 1, 3, 25, None),
    ("few features", 3, 90, 30, 50, 5, 8, None),
    ("wide", 4, 70, 200, 9, 4, 25, None),
    ("labels", 5, 130, 40, 12, 6, 25, [37, 31, 29, 20, 13]),
    ("equal labels", 6, 96, 40, 12, 6, 25, [12] * 8),
]


def responses(seed, stimuli, features, neurons, latents):
    """Model [S, F] and neural responses [S, N] that share latents, row by row from one sequence."""
    draw = numpy.random.RandomState(seed).standard_normal
    latent = draw((stimuli, latents))
    to_model, to_neural = draw((latents, features)), draw((latents, neurons))
    model = latent @ to_model + draw((stimuli, features))
    return model, latent @ to_neural + draw((stimuli, neurons))


def correlations(first, second):
    first, second = first - first.mean(0), second - second.mean(0)
    scale = numpy.sqrt((first ** 2).sum(0) * (second ** 2).sum(0))
    return (first * second).sum(0) / scale


def regression(name, seed, stimuli, features, neurons, latents, components, sizes):
    model, neural = responses(seed, stimuli, features, neurons, latents)
    labels = None
    if sizes is not None:
        labels = [f"object {i}" for i, size in enumerate(sizes) for _ in range(size)]
        numpy.random.RandomState(seed).shuffle(labels)
    kind = ShuffleSplit if labels is None else StratifiedShuffleSplit
    splits = kind(SPLITS, train_size=0.9, random_state=SPLIT_SEED).split(model, labels)
    made = {"name": name, "seed": seed, "stimuli": stimuli, "features": features,
            "neurons": neurons, "latents": latents, "components": components, "labels": labels,
            "held": [], "correlations": [], "medians": []}
    for seen, held in splits:
        fit = PLSRegression(components, scale=False).fit(model[seen], neural[seen])
        predicted = fit.predict(model[held]).reshape(len(held), neurons)
        each = correlations(predicted, neural[held])
        made["held"].append(held.tolist())
        made["correlations"].append(each.tolist())
        made["medians"].append(float(numpy.median(each)))
    made["score"] = float(numpy.mean(made["medians"]))
    return made


def consistency(seed=7, repeats=9, stimuli=50, neurons=11):
    draw = numpy.random.RandomState(seed).standard_normal
    signal = draw((stimuli, neurons))
    trials = signal + 2 * draw((repeats, stimuli, neurons))
    medians = []
    for first, second in ShuffleSplit(SPLITS, train_size=0.5, random_state=SPLIT_SEED).split(trials):
        half = correlations(trials[first].mean(0), trials[second].mean(0))
        medians.append(float(numpy.median(2 * half / (1 + half))))
    return {"seed": seed, "repeats": repeats, "stimuli": stimuli, "neurons": neurons,
            "medians": medians, "ceiling": float(numpy.mean(medians))}


def same(made, stored):
    if isinstance(made, dict):
        return isinstance(stored, dict) and made.keys() == stored.keys() and all(
            same(made[key], stored[key]) for key in made)
    if isinstance(made, list):
        return len(made) == len(stored) and all(map(same, made, stored))
    return abs(made - stored) <= 1e-9 if isinstance(made, float) else made == stored


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("file")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    made = {"splits": SPLITS, "split_seed": SPLIT_SEED,
            "regression": [regression(*case) for case in CASES], "consistency": consistency()}
    if options.write:
        made = {"made_by": f"scikit-learn {sklearn.__version__}, NumPy {numpy.__version__}", **made}
        with open(options.file, "w", encoding="utf-8") as stream:
            json.dump(made, stream, separators=(",", ":"))
            stream.write("\n")
        return 0
    with open(options.file, encoding="utf-8") as stream:
        stored = json.load(stream)
    print("made by", stored.pop("made_by"))
    equal = same(made, stored)
    print("the same" if equal else "DIFFERENT")
    return 0 if equal else 1


if __name__ == "__main__":
    sys.exit(main())
