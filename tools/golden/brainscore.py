"""Runs Brain-Score's formulas on small generated data and writes what the kit must give, or compares.

usage: /usr/bin/python3 brainscore.py --peer FOLDER [--write] tests/golden/neuroscience/brainscore.json
FOLDER holds brain-score/vision at c642dbe4 (`git archive c642dbe4 brainscore_vision/metrics`).
Without --write: exit code 1 if the file differs by more than 1e-9.

Brain-Score needs xarray, which Debian's Python here lacks. Its functions of plain arrays are taken
from its files and run (unbiased and plain CKA, Cohen's kappa), and it draws its splits with
scikit-learn, as here. RDM similarity, its mean over splits, the aggregation of error consistency
and i2n, which it writes over labelled arrays, are written anew here from its text and the papers,
with NumPy and SciPy, so that this file is an independent second opinion.
"""
import argparse
import ast
import json
import sys

import numpy
import scipy
import scipy.stats
import sklearn.model_selection

CKA = ("metrics/cka/metric.py", ("unbiased_linear_HSIC", "unbiased_linear_CKA", "centering",
                                 "linear_HSIC", "linear_CKA"))
KAPPA = ("metrics/error_consistency/metric.py", ("cohens_kappa",))


def functions(peer, file, names):
    """The named functions of a file of the peer, without its imports."""
    with open(f"{peer}/brainscore_vision/{file}", encoding="utf-8") as stream:
        tree = ast.parse(stream.read())
    body = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in names]
    scope = {"np": numpy}
    exec(compile(ast.Module(body, []), file, "exec"), scope)
    return scope


def responses(seed, stimuli, features, neurons):
    draw = numpy.random.RandomState(seed).standard_normal
    latent = draw((stimuli, 5))
    model = latent @ draw((5, features)) + draw((stimuli, features))
    return model, latent @ draw((5, neurons)) + draw((stimuli, neurons))


def similarities(peer):
    cka = functions(peer, *CKA)
    cases = []

    def rdm_of(model, neural):
        upper = numpy.triu_indices(len(model), 1)
        return scipy.stats.spearmanr((1 - numpy.corrcoef(model))[upper], (1 - numpy.corrcoef(neural))[upper])[0]

    for seed, stimuli, features, neurons in ((1, 12, 40, 9), (2, 60, 8, 20), (3, 30, 300, 150)):
        model, neural = responses(seed, stimuli, features, neurons)
        rdm = rdm_of(model, neural)
        given = {"kind": "similarity", "seed": seed, "stimuli": stimuli, "features": features,
                 "neurons": neurons}
        cases += [{**given, "metric": "rdm", "expected": float(rdm)},
                  {**given, "metric": "cka-unbiased", "expected": cka["unbiased_linear_CKA"](model, neural)},
                  {**given, "metric": "cka", "expected": float(cka["linear_CKA"](model, neural))}]
    for seed, stimuli, labels in ((6, 43, None), (7, 60, [str(i * i % 7) for i in range(60)])):
        model, neural = responses(seed, stimuli, 30, 20)
        kind = sklearn.model_selection.StratifiedShuffleSplit if labels else sklearn.model_selection.ShuffleSplit
        splits = list(kind(n_splits=10, train_size=None, test_size=.9, random_state=1).split(model, labels))
        for metric, of in (("rdm-cv", rdm_of), ("cka-cv", cka["unbiased_linear_CKA"])):
            each = numpy.array([of(model[test], neural[test]) for _, test in splits])
            cases.append({"kind": "splits", "seed": seed, "stimuli": stimuli, "features": 30, "neurons": 20,
                          "labels": labels, "metric": metric, "each": each.tolist(),
                          "expected": float(each.mean())})
    return cases


def consistency(peer):
    """Answers of subjects whose errors partly agree: words by number, truth = stimulus % 4."""
    kappa = functions(peer, *KAPPA)["cohens_kappa"]
    random = numpy.random.RandomState(4)
    subjects, conditions, stimuli = 4, 3, 30
    hard = random.random_sample((conditions, stimuli))
    answers = []
    for _ in range(subjects + 1):
        wrong = hard + 0.5 * random.random_sample((conditions, stimuli)) > 0.9
        answers.append(((numpy.arange(stimuli) % 4 + wrong) % 4).astype(int))
    right = [answer == numpy.arange(stimuli) % 4 for answer in answers]

    def of(a, b):
        expected = a.mean() * b.mean() + (1 - a.mean()) * (1 - b.mean())
        return float(kappa(expected, (a == b).mean()))

    def summary(pairs):
        each = numpy.array([[of(a[c], b[c]) for c in range(conditions)] for a, b in pairs])
        return {"value": float(abs(each.mean(1).mean())), "deviation": float(each.std()),
                "kappas": each.tolist()}

    people = range(1, subjects + 1)
    return [{"kind": "error consistency", "answers": [answer.tolist() for answer in answers],
             "score": summary([(right[0], right[i]) for i in people]),
             "ceiling": summary([(right[i], right[j]) for i in people for j in people if i < j])}]


def confusions(images, truth, objects, trials):
    rates = numpy.full((images, objects), numpy.nan)
    chosen, offered = numpy.zeros((images, objects)), numpy.zeros((images, objects))
    for image, distractor, choice in trials:
        chosen[image, choice] += 1
        offered[image, distractor] += 1
    for image in range(images):
        for other in range(objects):
            if other != truth[image] and offered[image, other]:
                rates[image, other] = chosen[image, other] / offered[image, other]
    return rates


def normalised(rates, truth):
    z, found = scipy.stats.norm.ppf, numpy.full(rates.shape, numpy.nan)
    for image, own in enumerate(truth):
        for other in range(rates.shape[1]):
            if other != own:
                alarms = numpy.nanmean(rates[truth == other, own])
                found[image, other] = z(1 - rates[image, other]) - z(alarms)
    found = numpy.clip(found, -5, 5)
    for own in range(rates.shape[1]):
        found[truth == own] -= numpy.nanmean(found[truth == own], 0)
    return found


def recognition():
    images, objects, repeats = 20, 4, 16
    truth = numpy.arange(images) % objects
    random = numpy.random.RandomState(5)
    scores = 2 * random.random_sample((images, objects))
    scores[numpy.arange(images), truth] += 1
    probabilities = numpy.exp(scores) / numpy.exp(scores).sum(1, keepdims=True)
    trials = []
    for image in range(images):
        for other in range(objects):
            for _ in range(repeats if other != truth[image] else 0):
                p = probabilities[image, other] / (probabilities[image, other] + probabilities[image, truth[image]])
                trials.append([image, other, other if random.random_sample() < p else int(truth[image])])
    own = probabilities[numpy.arange(images), truth][:, None]
    source = normalised(numpy.where(numpy.arange(objects) == truth[:, None], numpy.nan,
                                    probabilities / (probabilities + own)), truth)
    halves, score, ceiling = numpy.random.RandomState(0), [], []
    for _ in range(2):
        order = list(range(len(trials)))
        halves.shuffle(order)
        a, b = ([trials[i] for i in part] for part in (order[:len(order) // 2], order[len(order) // 2:]))
        a, b = (normalised(confusions(images, truth, objects, half), truth) for half in (a, b))
        known = ~numpy.isnan(a)
        score.append(scipy.stats.pearsonr(source[known], a[known])[0])
        known = ~numpy.isnan(b)
        ceiling.append(scipy.stats.pearsonr(a[known], b[known])[0])
    return [{"kind": "i2n", "objects": objects, "probabilities": probabilities.tolist(),
             "trials": trials, "score": float(numpy.mean(score)), "ceiling": float(numpy.mean(ceiling))}]


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
    made = {"cases": [*similarities(options.peer), *consistency(options.peer), *recognition()]}
    if options.write:
        made_by = f"brain-score/vision c642dbe4 and formulas, NumPy {numpy.__version__}, SciPy {scipy.__version__}"
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
