"""Fits scikit-learn's PCA or FactorAnalysis to counts [..., neurons] and embeds them.
usage: latent_peer.py pca|fa COUNTS.npy COMPONENTS                    one JSON object on standard output: time, memory, R2
       latent_peer.py embed COUNTS.npy FACTORS OTHERS.npy LATENTS.npy factor analysis of the counts, latents of others"""
import json, sys, time
import numpy as np
from sklearn.decomposition import PCA, FactorAnalysis

counts, components = np.load(sys.argv[2]), int(sys.argv[3])
rows = counts.reshape(-1, counts.shape[-1])
if sys.argv[1] == "embed":
    others = np.load(sys.argv[4])
    latents = FactorAnalysis(components, random_state=0).fit(rows).transform(others.reshape(-1, others.shape[-1]))
    np.save(sys.argv[5], latents.reshape(*others.shape[:-1], components).astype(np.float32))
    sys.exit()

start = time.perf_counter()
model = {"pca": PCA(components, svd_solver="auto", random_state=0), "fa": FactorAnalysis(components, random_state=0)}[sys.argv[1]]
latents = model.fit_transform(rows)
ms = (time.perf_counter() - start) * 1e3
memory = next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]
expected = np.maximum(latents @ model.components_ + model.mean_, 0)
score = 1 - ((rows - expected) ** 2).sum(dtype=np.float64) / ((rows - rows.mean(0)) ** 2).sum(dtype=np.float64)
print(json.dumps({"ms": ms, "mb": int(memory) / 1e3, "r2": float(score)}))
