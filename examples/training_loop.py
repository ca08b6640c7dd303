r"""
How do I use Local Mixup weights in my own training loop?
=========================================================

``Mixing.batch`` takes a batch of any framework and returns what Eq. (2) asks for: virtual inputs,
virtual targets, and a weight for each. The loss of a step is the sum of weight times loss. The loop
here is a softmax regression on random features, all of it in NumPy.
"""

import matplotlib.pyplot as plt
import numpy as np

from numerics import spirals
from numerics.mixing import Batch, Mixing
from numerics.validation import FloatArray

# %%
# One step
# --------
# Vanilla training and Mixup are the two extremes of the same object. Pairs of weight 0 are left
# out, so that a small ``eps`` makes a step cheaper.

data = spirals.make(300, preset="released", rng=1)
X, targets = data.X_train, np.eye(2)[data.labels_train]

first: Batch = Mixing("threshold", 0.6).batch(X[:64], targets[:64], rng=0)
print(f"of 64 pairs {first.weights.size} count, each with weight {first.weights[0]:.4f}")
print(f"inputs {first.X.shape}, targets {first.T.shape}, pairs {first.pairs[:3].tolist()}, ...")

# %%
# The loop
# --------
# Your own model goes here: what matters is that the gradient is weighted row by row.

rng = np.random.default_rng(0)
frequencies, phases = 3 * rng.standard_normal((2, 200)), rng.uniform(0, 2 * np.pi, 200)


def features(points: FloatArray) -> FloatArray:
    """Map points of shape (m, 2) to random features of shape (m, 200)."""
    return np.asarray(np.cos(points @ frequencies + phases))


def softmax(logits: FloatArray) -> FloatArray:
    """Turn logits into probabilities, row by row."""
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=1, keepdims=True))


def train(mixing: Mixing, passes: int = 60, size: int = 64, rate: float = 0.5) -> FloatArray:
    """Return the trained coefficients, shape (200, 2)."""
    rng = np.random.default_rng(7)
    coefficients = np.zeros((200, 2))
    for _ in range(passes):
        order = rng.permutation(len(X))
        for start in range(0, len(X), size):
            chosen = order[start : start + size]
            batch = mixing.batch(X[chosen], targets[chosen], rng=rng)
            inputs = features(batch.X)
            residuals = softmax(inputs @ coefficients) - batch.T
            coefficients -= rate * inputs.T @ (batch.weights[:, None] * residuals)
    return coefficients


# %%
# Vanilla, Local Mixup, Mixup
# ---------------------------

mixings = {
    "vanilla": Mixing.vanilla(),
    "Local Mixup, ε = 0.6": Mixing("threshold", 0.6, lam="pair"),
    "Mixup": Mixing(lam="pair"),
}
trained = {name: train(mixing) for name, mixing in mixings.items()}
test = features(data.X_test)
errors = {
    name: float(((test @ coefficients).argmax(axis=1) != data.labels_test).mean())
    for name, coefficients in trained.items()
}
for name, error in errors.items():
    print(f"{name:22}{100 * error:5.1f} % of {data.labels_test.size} test samples are wrong")

# %%
# What each has learnt
# --------------------
# One run on one data set: which is better is a question for many runs, such as
# ``python -m numerics spirals``.

line = np.linspace(-2.1, 2.1, 160)
grid = np.stack(np.meshgrid(line, line), axis=-1)
figure, axes = plt.subplots(1, 3, figsize=(11, 4), layout="constrained", sharey=True)
for ax, (name, coefficients) in zip(axes, trained.items(), strict=True):
    score = softmax(features(grid.reshape(-1, 2)) @ coefficients)[:, 1].reshape(grid.shape[:2])
    ax.pcolormesh(line, line, score, cmap="RdBu_r", vmin=0, vmax=1, shading="nearest", alpha=0.5)
    for label, colour in enumerate(("tab:blue", "tab:red")):
        ax.plot(*X[data.labels_train == label].T, ".", color=colour, markersize=3)
    ax.set(aspect="equal", title=f"{name}\n{100 * errors[name]:.1f} % test error", xlabel="$x_1$")
axes[0].set_ylabel("$x_2$")
plt.show()
