"""Runs rsatoolbox on small generated data and writes what the kit must give, or compares.

usage: /usr/bin/python3 rsa.py --peer FOLDER [--write] tests/golden/neuroscience/rsatoolbox.json
FOLDER holds rsatoolbox at f1f83cad (`git archive f1f83cad src | tar x -C FOLDER`), whose compiled
part is built there once with Debian's cython3, python3-dev and gcc:
    cd FOLDER/src && cython3 -3 rsatoolbox/cengine/similarity.pyx
    gcc -O2 -shared -fPIC $(python3-config --includes) -o rsatoolbox/cengine/similarity.so \
        -I$(/usr/bin/python3 -c 'import numpy; print(numpy.get_include())') rsatoolbox/cengine/similarity.c
Without --write: exit code 1 if the file differs from what rsatoolbox gives now by more than 1e-9
(1e-5 in fits, whose optimiser stops early).

Numbers are drawn from RandomState(seed), whose sequence the kit draws, too, so that no input is
stored. Bootstraps call np.random.seed(seed) first: their index draws are stored and the kit's are
the same; with cross-validation inside the kit draws both from the seed. Packages that Debian lacks
(pandas, tqdm, networkx, scikit-image) are empty stand-ins. Conjugate gradients, which rsatoolbox
stops at 1e-5, and the search for the Riemannian distance, which it stops at 1e-4, run to 1e-12
here.
"""
import argparse
import importlib.abc
import importlib.machinery
import importlib.metadata
import json
import sys
import types
import warnings

import numpy
import scipy
import scipy.optimize
import scipy.sparse.linalg

originals = {}
MISSING = ("pandas", "tqdm", "networkx", "skimage", "nibabel", "seaborn", "rsatoolbox.io",
           "rsatoolbox.vis", "rsatoolbox.simulation", "mne")
METHODS = ("cosine", "corr", "spearman", "rho-a", "tau-b", "tau-a", "cosine_cov", "corr_cov")


class StandIn(types.ModuleType):
    """Any name of a package that is absent and not needed."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *arguments, **named: None


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        if any(name == missing or name.startswith(missing + ".") for missing in MISSING):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        return StandIn(spec.name)

    def exec_module(self, module):
        if module.__name__ == "tqdm":
            module.trange = lambda count, **_: range(count)


def load(folder):
    """The peer, its iterative parts run to the end."""
    sys.meta_path.insert(0, Finder())
    sys.path.insert(0, folder + "/src")
    importlib.metadata.version = lambda name: "f1f83cad"  # it asks for its own, as if installed
    import rsatoolbox
    import rsatoolbox.inference.crossvalsets
    import rsatoolbox.inference.evaluate
    import rsatoolbox.model.fitter
    gradients, search = scipy.sparse.linalg.cg, scipy.optimize.minimize
    scipy.sparse.linalg.cg = lambda a, b, **_: gradients(a, b, tol=1e-14, atol=0)
    sys.modules["rsatoolbox.rdm.compare"].minimize = lambda f, x, method: search(
        f, x, method=method, options={"xatol": 1e-12, "fatol": 1e-12, "maxiter": 10000})
    return rsatoolbox


# inputs, drawn as the kit draws them

def draws(seed):
    return numpy.random.RandomState(seed).standard_normal


def observations(seed, runs, conditions, channels, positive=False):
    """[runs conditions, channels], run by run: one pattern for each condition, and noise."""
    draw = draws(seed)
    pattern = draw((conditions, channels))
    noisy = pattern + 0.7 * draw((runs, conditions, channels))
    return 2 * numpy.abs(noisy.reshape(-1, channels)) if positive else noisy.reshape(-1, channels)


def distances(seed, count, stimuli, channels, noise, digits=None):
    """[count, pairs]: squared distances of patterns that share a part."""
    draw = draws(seed)
    shared = draw((stimuli, channels))
    rows, columns = numpy.triu_indices(stimuli, 1)
    made = []
    for _ in range(count):
        x = shared + noise * draw((stimuli, channels))
        made.append(((x[rows] - x[columns]) ** 2).sum(1) / channels)
    made = numpy.array(made)
    return made if digits is None else numpy.round(made, digits)


def without(vectors, missing):
    vectors = vectors.copy()
    vectors[:, missing] = numpy.nan
    return vectors


# what the peer makes of them

def of_observations(peer):
    runs, conditions, channels = 4, 6, 7
    given = {"runs": runs, "conditions": conditions, "channels": channels}
    cases = []

    def case(function, seed, expected, positive=False, **settings):
        cases.append({"kind": "distances", "function": function, "seed": seed, **given,
                      "positive": positive, **settings, "expected": expected})

    def dataset(seed, positive=False, order=None):
        fold = numpy.repeat(numpy.arange(runs) if order is None else order, conditions)
        return peer.data.Dataset(
            observations(seed, runs, conditions, channels, positive),
            obs_descriptors={"condition": numpy.tile(numpy.arange(conditions), runs),
                             "run": fold})

    noise = peer.data.noise
    residuals = observations(90, 5, 6, channels)
    for method in ("full", "diag", "shrinkage_eye", "shrinkage_diag"):
        found = noise.cov_from_residuals(residuals, method=method)
        cases.append({"kind": "covariance", "method": method, "seed": 90, "runs": 5,
                      "conditions": 6, "channels": channels, "pooled": False,
                      "expected": found.ravel().tolist()})
        found = noise.cov_from_unbalanced(dataset(91), "condition", method=method)
        cases.append({"kind": "covariance", "method": method, "seed": 91, **given, "pooled": True,
                      "expected": found.ravel().tolist()})
    precision = {method: noise.prec_from_residuals(residuals, method=method)
                 for method in ("shrinkage_eye", "shrinkage_diag")}

    def rdm(seed, method, positive=False, order=None, **named):
        made = peer.rdm.calc_rdm(dataset(seed, positive, order), method, "condition", **named)
        return made.get_vectors()[0].tolist()

    case("euclidean", 1, rdm(1, "euclidean"))
    case("euclidean", 1, rdm(1, "euclidean", remove_mean=True), centred=True)
    case("correlation", 2, rdm(2, "correlation"))
    for method, inverse in precision.items():
        case("mahalanobis", 3, rdm(3, "mahalanobis", noise=inverse), precision=method)
        case("crossnobis", 4, rdm(4, "crossnobis", noise=inverse, cv_descriptor="run"),
             precision=method)
    case("crossnobis", 5, rdm(5, "crossnobis", cv_descriptor="run"))
    case("crossnobis", 5, rdm(5, "crossnobis", cv_descriptor="run", remove_mean=True), centred=True)
    each = [noise.prec_from_residuals(observations(92 + run, 3, 6, channels), method="shrinkage_eye")
            for run in range(runs)]
    case("crossnobis", 6, rdm(6, "crossnobis", noise=each, cv_descriptor="run"),
         precision="each run", precision_seed=92)
    case("poisson", 7, rdm(7, "poisson", positive=True), positive=True)
    case("poisson", 7, rdm(7, "poisson", positive=True, prior_lambda=2.5, prior_weight=0.3),
         positive=True, prior_rate=2.5, prior_weight=0.3)
    for held in range(runs):
        # the peer returns the distances of its last fold only: each run is made the last in turn
        order = [runs if run == held else run for run in range(runs)]
        case("poisson_cv", 8, rdm(8, "poisson_cv", positive=True, order=order, cv_descriptor="run"),
             positive=True, held=held)
    return cases


def unbalanced(peer):
    """Conditions with unequal numbers of repeats, absent from runs or from all of them.

    Where a condition is there in one run only, rsatoolbox has no number for any pair (it multiplies NaN by
    zero), so that is left out here.
    """
    runs, conditions, channels = 6, 5, 7
    noise = peer.data.noise.prec_from_residuals(observations(90, 5, 6, channels), method="shrinkage_eye")
    cases = []
    everything = range(runs * conditions)
    left_out = {"repeats": [3, 8, 14, 21],  # row = conditions * run + condition
                "folds": [0, 5, 11, 16, 19, 24], "condition": [2, 7, 12, 17, 22, 27]}
    for name, absent in left_out.items():
        kept = [row for row in everything if row not in absent]
        for function, seed, settings in (("crossnobis", 100, {}), ("crossnobis", 101, {"noise": noise}),
                                         ("poisson", 102, {}), ("poisson_cv", 103, {}),
                                         ("poisson_cv", 104, {"prior_lambda": 2.5, "prior_weight": 0.3})):
            positive, crossed = function.startswith("poisson"), function != "poisson"

            def rdm(rows):
                data = peer.data.Dataset(
                    observations(seed, runs, conditions, channels, positive)[rows],
                    obs_descriptors={"condition": [row % conditions for row in rows],
                                     "fold": [row // conditions // 2 for row in rows]})
                made = peer.rdm.calc_rdm_unbalanced(
                    data, function, "condition", cv_descriptor="fold" if crossed else None, **settings)
                made.sort_by(reindex=True, condition="alpha")
                return made

            whole = peer.rdm.combine.from_partials([rdm(kept), rdm(list(everything))], descriptor="condition")
            whole.sort_by(condition="alpha")
            expected = whole.get_vectors()[0]
            cases.append({
                "kind": "unbalanced", "name": name, "function": function, "seed": seed, "runs": runs,
                "conditions": conditions, "channels": channels, "positive": positive, "kept": kept,
                "precision": "noise" in settings, "prior_rate": settings.get("prior_lambda", 1),
                "prior_weight": settings.get("prior_weight", 0.1), "expected": numbers(expected.tolist())})
    return cases


def comparisons(peer):
    cases = []

    def compare(method, seed, expected, **settings):
        cases.append({"kind": "comparison", "method": method, "seed": seed, "first": 2, "second": 3,
                      **settings, "expected": expected.ravel().tolist()})

    def pair(seed, stimuli, channels, digits, missing):
        a = distances(seed, 2, stimuli, channels, 0.6, digits)
        b = distances(seed + 1, 3, stimuli, channels, 0.8, digits)
        return [peer.rdm.RDMs(without(v, missing)) for v in (a, b)]

    for digits in (None, 1):
        for missing in ([], [0, 5, 17]):
            given = {"stimuli": 9, "channels": 12, "digits": digits, "missing": missing}
            for method in METHODS:
                a, b = pair(20, 9, 12, digits, missing)
                compare(method, 20, peer.rdm.compare(a, b, method), **given)
    given = {"stimuli": 7, "channels": 12, "digits": None, "missing": []}
    for method in ("bures", "bures_metric", "neg_riem_dist"):
        a, b = pair(30, 7, 12, None, [])
        compare(method, 30, peer.rdm.compare(a, b, method), **given)
    x = draws(40)((20, 7))
    covariance = x.T @ x / 20
    for method in ("cosine_cov", "corr_cov", "neg_riem_dist"):
        for missing in ([], [1, 8]):
            if missing and method == "neg_riem_dist":
                continue
            a, b = pair(41, 7, 12, None, missing)
            found = peer.rdm.compare(a, b, method, sigma_k=covariance)
            compare(method, 41, found, **{**given, "missing": missing}, covariance_seed=40)
    return cases


def pooled(peer):
    cases = []
    for missing in ([], [2, 11]):
        vectors = without(distances(50, 5, 8, 10, 0.7), missing)
        rdms = peer.rdm.RDMs(vectors)
        for method in METHODS:
            given = {"method": method, "seed": 50, "rdms": 5, "stimuli": 8, "channels": 10,
                     "missing": missing}
            pool = peer.util.inference_util.pool_rdm(rdms, method).get_vectors()[0]
            cases.append({"kind": "pool", **given,
                          "expected": [None if numpy.isnan(v) else v for v in pool.tolist()]})
            found = peer.inference.noise_ceiling.boot_noise_ceiling(rdms, method)
            cases.append({"kind": "ceiling", **given, "expected": [float(v) for v in found]})
    return cases


def fits(peer):
    cases = []
    fitter = peer.model.fitter
    for method in ("cosine", "corr", "cosine_cov", "corr_cov"):
        # in hundredths: fit_regress_nn compares a gradient with 100 eps, and never ends on larger numbers
        candidates, data = distances(60, 3, 8, 10, 1.5) / 100, distances(61, 4, 8, 10, 0.5) / 100
        data = 0.4 * data + 0.9 * candidates[1] + 0.5 * candidates[2]
        given = {"method": method, "seed": 60, "candidates": 3, "rdms": 4, "stimuli": 8,
                 "channels": 10}
        rdms = peer.rdm.RDMs(data)
        weighted = peer.model.ModelWeighted("w", candidates)
        numpy.random.seed(1)
        for name, model, fit in (
                ("select", peer.model.ModelSelect("s", candidates), fitter.fit_select),
                ("regress", weighted, fitter.fit_regress),
                ("regress_nn", weighted, fitter.fit_regress_nn),
                ("optimize", weighted, fitter.fit_optimize),
                ("optimize_positive", weighted, fitter.fit_optimize_positive),
                ("interpolate", peer.model.ModelInterpolate("i", candidates), fitter.fit_interpolate)):
            theta = fit(model, rdms, method=method)
            score = numpy.mean(peer.rdm.compare(model.predict_rdm(theta), rdms, method))
            cases.append({"kind": "fit", "fitter": name, **given, "score": float(score),
                          "expected": numpy.atleast_1d(theta).astype(float).tolist()})
        for name, fit in (("regress", fitter.fit_regress), ("regress_nn", fitter.fit_regress_nn)):
            theta = fit(weighted, rdms, method=method, ridge_weight=0.3)
            score = numpy.mean(peer.rdm.compare(weighted.predict_rdm(theta), rdms, method))
            cases.append({"kind": "fit", "fitter": name, "ridge": 0.3, **given,
                          "score": float(score), "expected": theta.tolist()})
    return cases


def numbers(values):
    """Nested lists, with null for what is not a number."""
    if isinstance(values, list):
        return [numbers(value) for value in values]
    return None if numpy.isnan(values) else float(values)


def recorded(evaluate):
    """From now on, what the peer's bootstraps draw: [subjects, stimuli] of each, null for all."""
    drawn = []

    def record(name, subjects, stimuli):
        draw = originals.setdefault(name, getattr(evaluate, name))

        def drawing(*arguments, **named):
            found = draw(*arguments, **named)
            drawn.append([None if place is None else found[place].tolist() for place in (subjects, stimuli)])
            return found
        setattr(evaluate, name, drawing)

    record("bootstrap_sample", 1, 2)
    record("bootstrap_sample_rdm", 1, None)
    record("bootstrap_sample_pattern", None, 1)
    return drawn


def inference(peer):
    cases = []
    evaluate = peer.inference.evaluate
    subjects, stimuli, channels, samples, seed = 6, 9, 10, 12, 3
    data = peer.rdm.RDMs(distances(70, subjects, stimuli, channels, 0.6))
    candidates = numpy.concatenate(
        [distances(70, 1, stimuli, channels, 0.3), distances(71, 1, stimuli, channels, 0.3),
         distances(72, 1, stimuli, channels, 0.3)])
    models = [peer.model.ModelFixed(str(i), rdm) for i, rdm in enumerate(candidates)]
    for method in ("cosine", "corr_cov", "rho-a"):
        for kind, run in (("fixed", evaluate.eval_fixed), ("both", evaluate.eval_bootstrap),
                          ("stimuli", evaluate.eval_bootstrap_pattern),
                          ("subjects", evaluate.eval_bootstrap_rdm),
                          ("dual", evaluate.eval_dual_bootstrap)):
            numpy.random.seed(seed)
            drawn = recorded(evaluate)
            named = {} if kind == "fixed" else {"N": samples, "verbose": -1}
            if kind == "dual":
                named |= {"use_correction": True}
            found = run(models, data, method=method, **named)
            cases.append({
                "kind": "inference", "resample": kind, "method": method, "seed": 70,
                "subjects": subjects, "stimuli": stimuli, "channels": channels,
                "samples": samples, "draw_seed": seed, **summary(found),
                "pair_variances": numbers(found.diff_var.tolist()),
                "ceiling_variances": numbers(found.noise_ceil_var.tolist())})
            if kind in ("both", "stimuli", "subjects"):
                pairs, zero = found.test_pairwise("bootstrap"), found.test_zero("bootstrap")
                cases[-1] |= {"bootstrap_pairs": numbers(pairs.tolist()),
                              "bootstrap_zero": numbers(zero.tolist())}
            if kind != "fixed":
                cases[-1]["drawn"] = list(drawn)
    return cases


def crossvalidation(peer):
    cases = []
    fitter, evaluate = peer.model.fitter, peer.inference.evaluate
    data = peer.rdm.RDMs(distances(80, 7, 11, 10, 0.6))
    candidates = distances(80, 3, 11, 10, 1.2)
    models = [peer.model.ModelWeighted("weighted", candidates), peer.model.ModelSelect("selected", candidates),
              peer.model.ModelFixed("fixed", candidates[0])]
    for method in ("cosine", "corr_cov"):
        for parts in ([3, 2], [1, 3], [2, 1]):
            sets = peer.inference.crossvalsets.sets_k_fold(data, k_rdm=parts[0], k_pattern=parts[1], random=False)
            found = evaluate.crossval(models, data, *sets, method=method, fitter=[
                fitter.fit_regress, fitter.fit_select, fitter.fit_mock])
            cases.append({"kind": "crossvalidation", "method": method, "seed": 80, "subjects": 7, "stimuli": 11,
                          "channels": 10, "parts": parts, "expected": found.evaluations[0].T.tolist(),
                          "ceiling": found.noise_ceiling.tolist()})
    return cases


def summary(found):
    """What a result says of its models."""
    pairs, zero, ceiling = found.test_all()
    below, above = found.get_ci(0.95)
    return {"freedom": int(found.dof), "means": numbers(found.get_means().tolist()),
            "errors": numbers(found.get_sem().tolist()),
            "low": numbers(below.tolist()), "high": numbers(above.tolist()),
            "pairs": numbers(pairs.tolist()), "zero": numbers(zero.tolist()),
            "below_ceiling": numbers(ceiling.tolist()),
            "noise_ceiling": numbers(numpy.array(
                [numpy.nanmean(bound) for bound in found.noise_ceiling]).tolist())}


def crossvalidated_bootstrap(peer):
    """Fitted models in bootstrap samples that are cut n_cv times."""
    cases = []
    fitter, evaluate = peer.model.fitter, peer.inference.evaluate
    subjects, stimuli, channels, samples, seed = 7, 20, 10, 25, 5
    data = peer.rdm.RDMs(distances(85, subjects, stimuli, channels, 0.6))
    candidates = distances(85, 3, stimuli, channels, 1.2)
    models = [peer.model.ModelWeighted("weighted", candidates), peer.model.ModelSelect("selected", candidates),
              peer.model.ModelFixed("fixed", candidates[0])]
    for method, kind, parts, cuts in (
            ("cosine", "both", [2, 2], 2), ("corr_cov", "both", [1, 2], 3), ("cosine", "stimuli", [2, 2], 2),
            ("corr", "subjects", [2, 3], 2), ("cosine", "dual", [2, 2], 2), ("corr", "dual", [1, 2], 3),
            ("cosine", "dual", [2, 2], 1)):
        numpy.random.seed(seed)
        named = {"method": method, "k_rdm": parts[0], "k_pattern": parts[1], "N": samples, "n_cv": cuts, "verbose": -1,
                 "use_correction": cuts > 1, "fitter": [fitter.fit_regress, fitter.fit_select, fitter.fit_mock]}
        if kind == "dual":
            found = evaluate.eval_dual_bootstrap(models, data, **named)
        else:
            boot = {"both": "both", "stimuli": "pattern", "subjects": "rdm"}[kind]
            found = evaluate.bootstrap_crossval(models, data, boot_type=boot, **named)
        cases.append({"kind": "crossvalidated bootstrap", "resample": kind, "method": method, "seed": 85,
                      "subjects": subjects, "stimuli": stimuli, "channels": channels, "samples": samples,
                      "draw_seed": seed, "parts": parts, "cuts": cuts, **summary(found)})
    return cases


def same(made, stored, tolerance=1e-9):
    if isinstance(made, dict):
        loose = 1e-5 if made.get("kind") == "fit" else tolerance
        return isinstance(stored, dict) and made.keys() == stored.keys() and all(
            same(made[key], stored[key], loose) for key in made)
    if isinstance(made, list):
        return isinstance(stored, list) and len(made) == len(stored) and all(
            same(a, b, tolerance) for a, b in zip(made, stored))
    if isinstance(made, float):
        return isinstance(stored, float) and abs(made - stored) <= tolerance * max(1, abs(made))
    return made == stored


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--peer", required=True)
    parser.add_argument("file")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    peer = load(options.peer)
    cases = [*of_observations(peer), *comparisons(peer), *pooled(peer), *fits(peer), *inference(peer),
             *crossvalidation(peer), *crossvalidated_bootstrap(peer), *unbalanced(peer)]
    made = json.loads(json.dumps({"cases": cases}))
    if options.write:
        made_by = f"rsatoolbox f1f83cad, SciPy {scipy.__version__}, NumPy {numpy.__version__}"
        with open(options.file, "w", encoding="utf-8") as stream:
            json.dump({"made_by": made_by, **made}, stream, separators=(",", ":"))
            stream.write("\n")
        return 0
    with open(options.file, encoding="utf-8") as stream:
        stored = json.load(stream)
    print("made by", stored.pop("made_by"))
    differing = [case for case, other in zip(made["cases"], stored["cases"]) if not same(case, other)]
    for case in differing:
        print("DIFFERENT", {key: value for key, value in case.items() if isinstance(value, (str, int))})
    print(f"{len(made['cases'])} cases, {len(differing)} different")
    return 1 if differing or len(made["cases"]) != len(stored["cases"]) else 0


if __name__ == "__main__":
    sys.exit(main())
