"""Fits scikit-learn's PCA or FactorAnalysis to counts and embeds them; one JSON object on standard output.
usage: latent_peer.py pca|fa COUNTS.npy COMPONENTS"""
import json, sys, time
import numpy as np
from sklearn.decomposition import PCA, FactorAnalysis

counts, components = np.load(sys.argv[2]), int(sys.argv[3])
rows = counts.reshape(-1, counts.shape[-1])
start = time.perf_counter()
model = {"pca": PCA(components, svd_solver="auto", random_state=0), "fa": FactorAnalysis(components, random_state=0)}[sys.argv[1]]
latents = model.fit_transform(rows)
ms = (time.perf_counter() - start) * 1e3
memory = next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]
expected = np.maximum(latents @ model.components_ + model.mean_, 0)
score = 1 - ((rows - expected) ** 2).sum(dtype=np.float64) / ((rows - rows.mean(0)) ** 2).sum(dtype=np.float64)
print(json.dumps({"ms": ms, "mb": int(memory) / 1e3, "r2": float(score)}))
