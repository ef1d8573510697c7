"""Computes the static and movie similarity scores of the papers anew on the stored inputs.

usage: similarity.py FOLDER      (FOLDER holds golden.json and its *.npy)
Written from the text of the two papers' metrics with NumPy and scikit-learn; fields that
follow from a seed of the papers' own scripts (splits, clips, shuffles) are not made here and are
named. Exit code 0: every field that is made is within 1e-7 of the stored one; 1: not so. (Ranks of
distances that are nearly equal hang on the last bit of the product that makes them.)
"""
import argparse
import json
import os

import numpy as np
from sklearn.decomposition import TruncatedSVD
from sklearn.linear_model import Ridge
from sklearn.model_selection import KFold

DIMENSIONS, SEED, TOLERANCE = 40, 2022, 1e-7


def reduced(x, exact):
    """The first 40 uncentred singular components; by scikit-learn's randomised solver or exactly."""
    if exact:
        u, s, _ = np.linalg.svd(x, full_matrices=False)
        return u[:, :DIMENSIONS] * s[:DIMENSIONS]
    return TruncatedSVD(DIMENSIONS, random_state=SEED).fit_transform(x)


def inverse_root(covariance):
    values, vectors = np.linalg.eigh(np.linalg.pinv(covariance))
    return (vectors * np.sqrt(np.abs(values))) @ vectors.T


def canonical(x, y):
    """The canonical correlations of SVCCA, largest first."""
    joint, n = np.cov(x.T, y.T), x.shape[1]
    xx, yy, xy = joint[:n, :n], joint[n:, n:], joint[:n, n:]
    a, b = np.abs(xx).max(), np.abs(yy).max()
    middle = inverse_root(xx / a) @ (xy / np.sqrt(a * b)) @ inverse_root(yy / b)
    return np.linalg.svd(middle, compute_uv=False)


def ordinal(values):
    return np.argsort(np.argsort(values))


def spearman(a, b):
    n = len(a)
    return 1 - 6 * ((ordinal(a) - ordinal(b)) ** 2).sum() / (n ** 3 - n)


def rsa(x, y, rank_inside=False):
    if rank_inside:
        x, y = ordinal(x), ordinal(y)
    upper = np.triu_indices(len(x), 1)
    return spearman((1 - np.corrcoef(x))[upper], (1 - np.corrcoef(y))[upper])


def predicted(z, y, splits=None):
    """Mean correlation of the held-out predictions of a ridge, neuron by neuron; and all of them."""
    folds = KFold(splits or len(z), shuffle=True, random_state=SEED)
    guess = np.empty_like(y)
    for train, test in folds.split(z):
        guess[test] = Ridge(alpha=1.0).fit(z[train], y[train]).predict(z[test])
    return np.array([np.corrcoef(guess[:, i], y[:, i])[0, 1] for i in range(y.shape[1])])


def gaussian(x):
    squares = ((x[:, None] - x[None]) ** 2).sum(-1)
    return np.exp(-squares / (2 * np.median(squares[squares != 0])))


def cka(k, l):
    def hsic(a, b):
        centre = np.eye(len(a)) - 1 / len(a)
        return ((a @ centre) * (b @ centre).T).sum()
    return hsic(k, l) / np.sqrt(hsic(k, k) * hsic(l, l))


def scores(folder):
    """Each field that is made; what fails is a finding."""
    def load(name):
        return np.load(os.path.join(folder, name + ".npy"))

    x, y = load("A_model"), load("A_neural")
    exact = canonical(reduced(x, True), reduced(y, True))
    encoding = predicted(reduced(x, True), y)
    yield "A_SVCCA_exactSVD", exact.mean()
    yield "A_SVCCA_exactSVD_all40", exact
    yield "A_SVCCA_sklearn", canonical(reduced(x, False), reduced(y, False)).mean()
    yield "A_RSA", rsa(x, y)
    yield "A_TSVDReg_LOO_exactSVD", encoding.mean()
    yield "A_TSVDReg_LOO_exactSVD_first5neurons", encoding[:5]
    yield "A_TSVDReg_LOO_sklearn", predicted(reduced(x, False), y).mean()
    yield "A_CKA_linear", cka(x @ x.T, y @ y.T)
    yield "A_CKA_rbf", cka(gaussian(x), gaussian(y))
    x, y = load("B_model"), load("B_neural")
    yield "B_SVCCA_noNeuralReduction_exactSVD", canonical(reduced(x, True), y).mean()
    yield "B_SVCCA_noNeuralReduction_sklearn", canonical(reduced(x, False), y).mean()
    yield "B_n_canonical", len(canonical(reduced(x, True), y))
    yield "B_RSA", rsa(x, y)
    yield "B_TSVDReg_LOO_exactSVD", predicted(reduced(x, True), y).mean()
    yield "B_TSVDReg_LOO_sklearn", predicted(reduced(x, False), y).mean()
    yield "B_TSVDReg_10fold_sklearn", predicted(reduced(x, False), y, 10).mean()
    folds = KFold(10, shuffle=True, random_state=SEED)
    yield "B_10fold_test_indices_seed2022", [test for _, test in folds.split(x)]
    x, y = load("C_model_f32"), load("C_neural")
    yield "C_TSRSA_allframes", rsa(x, y)
    yield "C_TSRSA_firstframe_dropped", rsa(x[1:], y[1:])
    yield "C_STSRSA_firstframe_dropped", rsa(x[1:], y[1:], rank_inside=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder")
    folder = parser.parse_args().folder
    with open(os.path.join(folder, "golden.json"), encoding="utf-8") as file:
        reference = json.load(file)
    failed, made = 0, set()
    for name, value in scores(folder):
        made.add(name)
        gap = np.abs(np.asarray(value) - np.asarray(reference[name])).max()
        failed += not gap <= TOLERANCE
        print(f"{name}: off by {gap:.3g}")
    print(f"{len(made) - failed} of {len(made)} within {TOLERANCE:g}")
    print("not made here: " + ", ".join(name for name in reference if name not in made))
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
