"""Reference numbers of latent methods: equations of the papers in NumPy, and scikit-learn and umap-learn.

usage: /usr/bin/python3 latents.py [--write] tests/golden/latents/latents.json
Needs Debian's python3-sklearn (1.2.1) and umap-learn (0.5.3). Without --write: exit code 1 if the
file differs from what is computed now by more than 1e-7.

GPFA, jPCA, dPCA and reduced-rank regression are written anew from the papers and what their
published code computes (elephant be0d70b4, dPCA 1def5b1, the jPCA codepack): trial by trial,
matrix by matrix, where the kit works in batches. Counts are stored; normal numbers follow from a
seed. t-SNE's and UMAP's graphs, gradients and the trustworthiness are the packages' own.
"""
import argparse
import itertools
import json
import sys

import numpy
import scipy.linalg
import scipy.optimize
import sklearn
from sklearn.decomposition import FactorAnalysis, PCA
from sklearn.manifold import TSNE, _t_sne, trustworthiness
from sklearn.neighbors import NearestNeighbors


# ---- GPFA (Yu et al. 2009), latent by latent

def kernel(tau, bins, share):
    lag = numpy.subtract.outer(numpy.arange(bins), numpy.arange(bins)).astype(float)
    return (1 - share) * numpy.exp(-lag ** 2 / (2 * tau ** 2)) + share * numpy.eye(bins)


def posterior(y, c, d, r, taus, share):
    """y [T, N]. Time-major, as the paper stacks it: mean [T, D], covariance [T D, T D], log-likelihood."""
    bins, neurons = y.shape
    factors = c.shape[1]
    prior = numpy.zeros((bins * factors, bins * factors))
    for i, tau in enumerate(taus):
        prior[i::factors, i::factors] = kernel(tau, bins, share)
    big = numpy.kron(numpy.eye(bins), c)
    noise = numpy.kron(numpy.eye(bins), numpy.diag(r))
    marginal = big @ prior @ big.T + noise
    residual = (y - d).reshape(-1)
    gain = prior @ big.T @ numpy.linalg.inv(marginal)
    mean = (gain @ residual).reshape(bins, factors)
    covariance = prior - gain @ big @ prior
    sign, logdet = numpy.linalg.slogdet(marginal)
    likelihood = -0.5 * (logdet + residual @ numpy.linalg.solve(marginal, residual)
                         + residual.size * numpy.log(2 * numpy.pi))
    return mean, covariance, likelihood


def timescale(tau, moments, share):
    """Where d/d log gamma of -1/2 (n log det K + tr K^-1 P), summed over lengths, vanishes nearby."""
    def slope(p):
        total = 0.0
        for bins, (count, moment) in moments.items():
            lag = numpy.subtract.outer(numpy.arange(bins), numpy.arange(bins)).astype(float) ** 2
            gamma = numpy.exp(p)
            smooth = (1 - share) * numpy.exp(-gamma / 2 * lag)
            inverse = numpy.linalg.inv(smooth + share * numpy.eye(bins))
            change = -gamma / 2 * lag * smooth
            total -= 0.5 * (count * numpy.trace(inverse @ change)
                            - numpy.trace(inverse @ change @ inverse @ moment))
        return total
    start = -2 * numpy.log(tau)
    width = 0.05
    while slope(start - width) * slope(start + width) > 0:
        width *= 1.5
    return numpy.exp(-0.5 * scipy.optimize.brentq(slope, start - width, start + width, xtol=1e-13))


def gpfa(trials, c, d, r, taus, rounds, share=1e-3, least=0.01):
    rows = numpy.vstack(trials)
    floor = least * rows.var(0, ddof=1)
    likelihoods = []
    for _ in range(rounds):
        found = [posterior(y, c, d, r, taus, share) for y in trials]
        likelihoods.append(sum(likelihood for _, _, likelihood in found))
        factors = c.shape[1]
        moment = numpy.zeros((factors, factors))
        over_time = [{} for _ in range(factors)]
        for mean, covariance, _ in found:
            bins = len(mean)
            for t in range(bins):
                block = slice(t * factors, (t + 1) * factors)
                moment += covariance[block, block] + numpy.outer(mean[t], mean[t])
            for i in range(factors):
                count, sum_ = over_time[i].get(bins, (0, numpy.zeros((bins, bins))))
                over_time[i][bins] = (count + 1, sum_ + covariance[i::factors, i::factors]
                                      + numpy.outer(mean[:, i], mean[:, i]))
        means = numpy.vstack([mean for mean, _, _ in found])
        gram = numpy.block([[moment, means.sum(0)[:, None]], [means.sum(0)[None], len(rows) * numpy.ones((1, 1))]])
        both = numpy.hstack([rows.T @ means, rows.sum(0)[:, None]]) @ numpy.linalg.inv(gram)
        c, d = both[:, :-1], both[:, -1]
        r = (((rows - d) ** 2).sum(0) - ((rows - d).T @ means * c).sum(1)) / len(rows)
        r = numpy.maximum(r, floor)
        taus = numpy.array([timescale(taus[i], over_time[i], share) for i in range(factors)])
    left, sizes, right = numpy.linalg.svd(c, full_matrices=False)
    sign = numpy.sign(left[abs(left).argmax(0), range(left.shape[1])])
    final = [posterior(y, c, d, r, taus, share)[0] @ (sign[:, None] * sizes[:, None] * right).T for y in trials]
    return {"loadings": c.tolist(), "offset": d.tolist(), "noise": r.tolist(), "timescales": taus.tolist(),
            "likelihoods": likelihoods, "axes": (left * sign).tolist(), "embedded": [e.tolist() for e in final]}


def gpfa_cases():
    random = numpy.random.RandomState(21)
    neurons, factors = 7, 2
    loadings = random.standard_normal((neurons, factors)) * 0.6
    made = []
    for name, lengths, rounds in (("trials of one length", [12] * 6, 3), ("trials of three lengths", [12, 9, 12, 15, 9, 12], 25)):
        counts = []
        for bins in lengths:
            smooth = [numpy.linalg.cholesky(kernel(tau, bins, 1e-3)) @ random.standard_normal(bins) for tau in (2.0, 4.5)]
            counts.append(random.poisson((numpy.array(smooth).T @ loadings.T + 1.6).clip(0) ** 2).astype(float))
        rows = numpy.sqrt(numpy.vstack(counts))
        start = {"loadings": numpy.round(0.3 * random.standard_normal((neurons, factors)), 4),
                 "offset": numpy.round(rows.mean(0), 4), "noise": numpy.round(rows.var(0), 4),
                 "timescales": numpy.array([3.0, 6.0])}
        made.append({"kind": "gpfa", "name": name, "counts": [c.tolist() for c in counts], "rounds": rounds,
                     "start": {key: value.tolist() for key, value in start.items()},
                     "expected": gpfa([numpy.sqrt(c) for c in counts], start["loadings"], start["offset"], start["noise"],
                                      start["timescales"], rounds)})
    return made


# ---- jPCA (Churchland et al. 2012)

def jpca(counts, which, size, softening):
    responses = numpy.array([counts[which == condition].mean(0) for condition in dict.fromkeys(which)])
    conditions, bins, neurons = responses.shape
    spread = responses.max((0, 1)) - responses.min((0, 1)) + softening
    normal = responses / spread
    normal = normal - normal.mean(0)
    rows = normal.reshape(-1, neurons)
    centred = rows - rows.mean(0)
    components = numpy.linalg.svd(centred, full_matrices=False)[2][:size].T
    states = (centred @ components).reshape(conditions, bins, size)
    before = states[:, :-1].reshape(-1, size)
    change = numpy.diff(states, axis=1).reshape(-1, size)
    best = numpy.linalg.lstsq(before, change, rcond=None)[0].T
    # skew-symmetric: least squares over the entries above the diagonal
    pairs = list(itertools.combinations(range(size), 2))
    design = numpy.zeros((change.size, len(pairs)))
    for column, (i, j) in enumerate(pairs):
        basis = numpy.zeros((size, size))
        basis[i, j], basis[j, i] = 1, -1
        design[:, column] = (before @ basis.T).reshape(-1)
    entries = numpy.linalg.lstsq(design, change.reshape(-1), rcond=None)[0]
    skew = numpy.zeros((size, size))
    for (i, j), entry in zip(pairs, entries):
        skew[i, j], skew[j, i] = entry, -entry
    values, vectors = numpy.linalg.eig(skew)
    order = [k for k in numpy.argsort(-values.imag) if values[k].imag > 0]
    planes = []
    for k in order:
        basis = numpy.stack([vectors[:, k].real, vectors[:, k].imag], 1)
        planes.append(numpy.linalg.qr(basis)[0])

    def r2(matrix, plane=numpy.eye(size)):
        return 1 - (((change - before @ matrix.T) @ plane) ** 2).sum() / ((change @ plane) ** 2).sum()
    total = (centred ** 2).sum()
    return {"r2": [r2(skew), r2(best), r2(skew, planes[0]), r2(best, planes[0])],
            "frequencies": [values[k].imag / (2 * numpy.pi) for k in order],
            "variances": [((states.reshape(-1, size) @ plane) ** 2).sum() / total for plane in planes],
            "projectors": [(components @ plane @ plane.T @ components.T).tolist() for plane in planes]}


def jpca_cases():
    random = numpy.random.RandomState(22)
    made = []
    for name, conditions, repeats, bins, neurons, size, softening in (
            ("four conditions", 4, 1, 10, 8, 4, 0.5), ("repeats averaged", 5, 3, 8, 9, 6, 0.0)):
        time = numpy.arange(bins)
        phases = random.standard_normal((conditions, 2))
        weights = random.standard_normal((neurons, 4))
        counts = []
        for condition in range(conditions):
            states = numpy.stack([numpy.cos(0.5 * time + phases[condition, 0]), numpy.sin(0.5 * time + phases[condition, 0]),
                                  numpy.cos(0.2 * time + phases[condition, 1]), numpy.sin(0.2 * time + phases[condition, 1])], 1)
            for _ in range(repeats):
                counts.append(random.poisson(numpy.exp(0.4 * states @ weights.T + 1)).astype(float))
        which = numpy.repeat(numpy.arange(conditions), repeats)
        made.append({"kind": "jpca", "name": name, "counts": numpy.array(counts).tolist(), "conditions": which.tolist(),
                     "components": size, "softening": softening, "expected": jpca(numpy.array(counts), which, size, softening)})
    return made


# ---- dPCA (Kobak et al. 2016)

def dpca(counts, factors, lam, use_noise, size):
    """Factors: levels from 0 of each trial. As the MATLAB code: pooled noise of neurons recorded together."""
    levels = [max(f) + 1 for f in factors]
    trials, bins, neurons = counts.shape
    means = numpy.zeros((*levels, bins, neurons))
    residuals = []
    for condition in itertools.product(*map(range, levels)):
        these = counts[numpy.all([f == level for f, level in zip(factors, condition)], axis=0)]
        means[condition] = these.mean(0)
        residuals.append((these - these.mean(0)).reshape(-1, neurons))
    residuals = numpy.vstack(residuals)
    x = means.reshape(-1, neurons).T
    centred = means - x.mean(1)
    x = centred.reshape(-1, neurons).T
    noise = residuals.T @ residuals / len(residuals) * x.shape[1] if use_noise else numpy.zeros((neurons, neurons))
    axes = len(factors)
    parts = {}
    for count in range(axes + 1):
        for subset in itertools.combinations(range(axes), count):
            others = tuple(a for a in range(axes) if a not in subset)
            part = numpy.broadcast_to(centred.mean(others, keepdims=True), centred.shape).copy()
            for smaller, known in parts.items():
                if set(smaller) < set(subset):
                    part -= known
            parts[subset] = part
    total = (x ** 2).sum()
    flat = {subset: part.reshape(-1, neurons).T for subset, part in parts.items()}
    found = []
    for subset, y in flat.items():
        c = y @ x.T @ numpy.linalg.inv(x @ x.T + noise + (total * lam) ** 2 * numpy.eye(neurons))
        left, sizes, _ = numpy.linalg.svd(c @ x)
        for k in range(min(size, (sizes ** 2 > 1e-10 * sizes[0] ** 2).sum())):
            encoder = left[:, k]
            decoder = encoder @ c
            sign = -1 if numpy.sign(encoder).sum() < 0 else 1
            shares = [((z ** 2).sum() - ((z - numpy.outer(encoder, decoder @ z)) ** 2).sum()) / total for z in flat.values()]
            found.append((sum(shares), subset, sign * encoder, sign * decoder, shares))
    found.sort(key=lambda axis: -axis[0])
    # numbers of neurons that rise and fall may be equal, then the sign is free: the projectors do not depend on it
    return {"explained": [axis[0] for axis in found], "parts": [axis[4] for axis in found],
            "which": [list(flat).index(axis[1]) for axis in found],
            "maps": [numpy.outer(axis[3], axis[2]).tolist() for axis in found],
            "totals": [(z ** 2).sum() / total for z in flat.values()]}


def dpca_cases():
    random = numpy.random.RandomState(23)
    made = []
    for name, levels, repeats, lam, use_noise in (("one factor", [3], 3, 1e-3, False), ("two factors", [2, 3], 2, 2e-3, True),
                                                  ("noise alone", [2, 2], 4, 0.0, True)):
        bins, neurons = 5, 6
        conditions = list(itertools.product(*map(range, levels)))
        which = [c for c in conditions for _ in range(repeats)] + conditions[:1]  # one condition has one more
        time = numpy.linspace(0, 1, bins)[:, None]
        weights = random.standard_normal((len(levels) + 1, neurons))
        counts = numpy.array([random.poisson(numpy.exp(1 + time * weights[0] + sum(
            0.6 * level * w for level, w in zip(condition, weights[1:])))) for condition in which]).astype(float)
        factors = [numpy.array([c[f] for c in which]) for f in range(len(levels))]
        made.append({"kind": "dpca", "name": name, "counts": counts.tolist(), "factors": [f.tolist() for f in factors],
                     "regularisation": lam, "noise": use_noise, "components": 3,
                     "expected": dpca(counts, factors, lam, use_noise, 3)})
    return made


# ---- reduced-rank regression (Izenman 1975), with ridge as rows that are added to the data

def rrr_cases():
    random = numpy.random.RandomState(24)
    made = []
    for name, rank, ridge in (("rank 1", 1, 0.0), ("rank 2, ridge", 2, 0.3)):
        trials, bins, neurons, targets = 5, 6, 4, 3
        counts = random.poisson(3, (trials, bins, neurons)).astype(float)
        wanted = numpy.round(counts @ random.standard_normal((neurons, targets)) * [1, 5, 0.2]
                             + random.standard_normal((trials, bins, targets)), 4)
        x, y = counts.reshape(-1, neurons), wanted.reshape(-1, targets)
        y = y.astype(numpy.float32).astype(float)
        x0, y0, spread = x.mean(0), y.mean(0), y.std(0)
        xc, yc = x - x0, (y - y0) / spread
        rows = numpy.sqrt(ridge * (xc ** 2).sum() / neurons) * numpy.eye(neurons)
        xa, ya = numpy.vstack([xc, rows]), numpy.vstack([yc, numpy.zeros((neurons, targets))])
        weights = numpy.linalg.lstsq(xa, ya, rcond=None)[0]
        axes = numpy.linalg.svd(xa @ weights, full_matrices=False)[2][:rank].T
        predicted = xc @ weights @ axes @ axes.T * spread + y0
        made.append({"kind": "rrr", "name": name, "counts": counts.tolist(), "targets": wanted.tolist(), "rank": rank, "ridge": ridge,
                     "expected": predicted.reshape(wanted.shape).tolist()})
    return made


# ---- scikit-learn and umap-learn

def clusters(seed, groups, each, dimensions, apart):
    """Points [groups * each, dimensions] around centres, drawn row by row: centres, then points."""
    draw = numpy.random.RandomState(seed).standard_normal
    centres = apart * draw((groups, dimensions))
    return numpy.repeat(centres, each, 0) + draw((groups * each, dimensions))


def linear_cases():
    points = clusters(31, 4, 60, 8, 2.0)
    pca = PCA(3).fit(points)
    analysis = FactorAnalysis(2, tol=1e-12, max_iter=100000, svd_method="lapack").fit(points)
    common = {"seed": 31, "groups": 4, "each": 60, "dimensions": 8, "apart": 2.0}
    return [{"kind": "pca", "name": "scikit-learn", **common, "components": 3,
             "expected": (pca.components_.T @ pca.components_).tolist()},
            {"kind": "fa", "name": "scikit-learn", **common, "components": 2, "expected": float(analysis.score(points))}]


def neighbourhood_cases():
    import umap
    made = []
    for seed, groups, each, dimensions, apart, perplexity, neighbours in ((32, 3, 20, 5, 3.0, 8.0, 6), (33, 5, 40, 10, 4.0, 20.0, 15)):
        points = clusters(seed, groups, each, dimensions, apart)
        common = {"seed": seed, "groups": groups, "each": each, "dimensions": dimensions, "apart": apart}
        count = min(len(points) - 1, int(3 * perplexity) + 1)
        near = NearestNeighbors(n_neighbors=count).fit(points).kneighbors_graph(mode="distance")
        near.data **= 2
        joint = _t_sne._joint_probabilities_nn(near, perplexity, 0)
        places = points[:, :2] / 3
        dense = joint.toarray()
        condensed = scipy.spatial.distance.squareform(dense, checks=False)
        divergence, gradient = _t_sne._kl_divergence(places.ravel(), condensed, 1, len(points), 2)
        made.append({"kind": "tsne", "name": f"{len(points)} points", **common, "perplexity": perplexity,
                     "joint": (len(points) * dense.sum(1)).tolist(), "squares": (len(points) ** 2 * (dense ** 2).sum(1)).tolist(),
                     "divergence": float(divergence), "gradient": gradient.reshape(-1, 2).tolist()})
        graph, _, _ = umap.umap_.fuzzy_simplicial_set(points, neighbours, numpy.random.RandomState(0), "euclidean")
        graph = graph.toarray()
        made.append({"kind": "umap", "name": f"{len(points)} points", **common, "neighbours": neighbours,
                     "sums": graph.sum(1).astype(float).tolist(), "squares": (graph.astype(float) ** 2).sum(1).tolist()})
        embedding = TSNE(perplexity=perplexity, init="pca", random_state=0).fit(points)
        laid = umap.UMAP(neighbours, random_state=0).fit_transform(points)
        made.append({"kind": "embedding", "name": f"{len(points)} points", **common, "perplexity": perplexity, "neighbours": neighbours,
                     "raw": float(trustworthiness(points, points[:, :2], n_neighbors=5)),
                     "tsne": float(trustworthiness(points, embedding.embedding_, n_neighbors=5)),
                     "divergence": float(embedding.kl_divergence_),
                     "umap": float(trustworthiness(points, laid, n_neighbors=5))})
    for least, spread in ((0.1, 1.0), (0.0, 1.0), (0.5, 2.0)):
        made.append({"kind": "curve", "name": f"{least} of {spread}", "least": least, "spread": spread,
                     "expected": [float(value) for value in umap.umap_.find_ab_params(spread, least)]})
    return made


def cases():
    return gpfa_cases() + jpca_cases() + dpca_cases() + rrr_cases() + linear_cases() + neighbourhood_cases()


def same(made, stored):
    if isinstance(made, dict):
        return isinstance(stored, dict) and made.keys() == stored.keys() and all(same(made[key], stored[key]) for key in made)
    if isinstance(made, list):
        return isinstance(stored, list) and len(made) == len(stored) and all(map(same, made, stored))
    return abs(made - stored) <= 1e-7 * max(1, abs(stored)) if isinstance(made, float) else made == stored


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("file")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    made = json.loads(json.dumps(cases()))
    if options.write:
        import umap
        made_by = f"scikit-learn {sklearn.__version__}, umap-learn {umap.__version__}, SciPy {scipy.__version__}, NumPy {numpy.__version__}"
        with open(options.file, "w", encoding="utf-8") as stream:
            json.dump({"made_by": made_by, "cases": made}, stream, separators=(",", ":"))
            stream.write("\n")
        return 0
    with open(options.file, encoding="utf-8") as stream:
        stored = json.load(stream)
    print("made by", stored["made_by"])
    differing = [f"{case['kind']} {case['name']}" for case, other in zip(made, stored["cases"]) if not same(case, other)]
    print(f"{len(made)} cases,", "the same" if not differing and len(made) == len(stored["cases"]) else f"DIFFERENT: {differing}")
    return 1 if differing or len(made) != len(stored["cases"]) else 0


if __name__ == "__main__":
    sys.exit(main())
