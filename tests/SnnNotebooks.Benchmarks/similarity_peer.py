"""Times the similarity metrics as the papers' equations say them, in numpy, scipy and scikit-learn; one JSON object on standard output.
usage: similarity_peer.py svcca|rsa|rsa32|tsrsa MODEL.npy NEURAL.npy RUNS"""
import json, statistics, sys, time
import numpy as np


def tsvd(x):
    from sklearn.decomposition import TruncatedSVD
    return TruncatedSVD(n_components=40, random_state=2022).fit_transform(x) if x.shape[1] > 40 else x


def inverse_root(covariance):
    values, vectors = np.linalg.eigh(np.linalg.pinv(covariance))
    return vectors @ np.diag(np.sqrt(np.abs(values))) @ vectors.T


def svcca(model, neural):
    x, y = tsvd(model), tsvd(neural)
    joint = np.cov(x.T, y.T)
    n = x.shape[1]
    xx, yy, xy = joint[:n, :n], joint[n:, n:], joint[:n, n:]
    mx, my = np.abs(xx).max(), np.abs(yy).max()
    return np.linalg.svd(inverse_root(xx / mx) @ (xy / np.sqrt(mx * my)) @ inverse_root(yy / my), compute_uv=False).mean()


def rdm(x, dtype=None):
    return (1 - np.corrcoef(x, dtype=dtype))[np.triu_indices(len(x), 1)]


def ranks(x):
    return np.argsort(np.argsort(x)).astype(np.float64)


def rsa(model, neural, dtype=None):
    a, b = ranks(rdm(model, dtype)), ranks(rdm(neural, dtype))
    n = float(len(a))
    return 1 - 6 * np.sum((a - b) ** 2) / (n ** 3 - n)


def rsa32(model, neural):
    return rsa(model, neural, np.float32)


metric = {"svcca": svcca, "rsa": rsa, "rsa32": rsa32, "tsrsa": rsa}[sys.argv[1]]
model, neural = np.load(sys.argv[2]), np.load(sys.argv[3])
score = metric(model, neural)  # also the warm-up
times = []
for _ in range(int(sys.argv[4])):
    start = time.perf_counter()
    score = metric(model, neural)
    times.append((time.perf_counter() - start) * 1e3)
print(json.dumps({"score": float(score), "ms": statistics.median(times)}))
