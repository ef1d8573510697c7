"""Reference values of the controls of latent spaces, by scikit-learn; they stand in tests/SnnNotebooks.Neuroscience.Tests/Latents/Controls.
usage: latent_controls.py"""
import numpy as np
import sklearn
from sklearn.linear_model import LinearRegression

x = np.sin(np.arange(24.0)).reshape(12, 2)
y = np.cos(0.37 * np.arange(36.0) ** 2).reshape(12, 3)
print("numpy", np.__version__, "scikit-learn", sklearn.__version__)
print("consistency x to y", repr(LinearRegression().fit(x, y).score(x, y)))
print("consistency y to x", repr(LinearRegression().fit(y, x).score(y, x)))
