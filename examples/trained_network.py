r"""
How far is my trained network from the exact minimiser?
=======================================================

The minimiser of the Mixup criterion is known exactly in one dimension. It is the same for the
squared loss and for the cross-entropy: the mean target of the virtual samples at a point. So a
classifier can be held against it, here one with 32 hidden neurons, trained with Local Mixup for
longer and longer.
"""

import matplotlib.pyplot as plt
import numpy as np

from figures import draw_minimiser
from numerics import graphs, minimise, mlp
from numerics.mixing import Mixing
from numerics.mlp import Network
from numerics.validation import FloatArray

# %%
# The yardstick
# -------------
# Two classes on a line, one between two parts of the other.

rng = np.random.default_rng(2)
x = np.sort(rng.uniform(-1, 1, 60))
labels = (np.abs(x) < 0.45).astype(np.int64)
y = labels.astype(np.float64)
eps = 0.3
W = graphs.threshold(x, eps)
exact = minimise.mixup_1d(x, y, W)
continuous = minimise.mixup_1d(x, y, W, space="continuous")
floor = exact.loss(continuous).excess
print(f"least criterion {exact.criterion:.3f}; to be continuous costs at least {floor:.3f} more")

# %%
# The networks
# ------------
# The whole set is one batch, so that pairs come as in Definition II.1: a smaller one would give the
# pairs of samples with themselves more weight. Each training starts from the same seed.

updates = (0, 10, 30, 100, 300, 1000, 3000)
mixing = Mixing("threshold", eps, lam="pair", pairing="repetition")
networks = {
    count: mlp.train(
        x[:, None],
        labels,
        mixing=mixing,
        network=Network(widths=(32,)),
        batch_size=x.size,
        updates=count,
        rng=0,
        backend="numpy",
    )
    for count in updates
}


grid = np.linspace(x.min(), x.max(), 2001)


def probability(network: mlp.Networks) -> FloatArray:
    """Return the probability of class 1 on the grid, shape (2001,)."""
    logits = network.logits(grid[:, None])[0].astype(np.float64)
    return np.asarray(1 / (1 + np.exp(logits[:, 0] - logits[:, 1])))


# %%
# How far each is
# ---------------
# ``loss`` takes a callable, or knots and values as here, which needs no quadrature.

excess = [exact.loss((grid, probability(network))).excess for network in networks.values()]
for count, distance in zip(updates, excess, strict=True):
    print(f"{count:5} updates: {distance:8.3f} above the least criterion")

# %%
# What is left
# ------------
# Part of the excess is the price of continuity: the exact minimiser jumps at the samples, and has
# an isolated value at each. The rest is what this network has not learnt, or cannot.

figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
left.plot(x, y, "o", color="black", markersize=3, label="labels")
draw_minimiser(left, exact, "exact minimiser", color="tab:red")
for count, shade in ((30, "0.7"), (updates[-1], "tab:blue")):
    left.plot(grid, probability(networks[count]), color=shade, label=f"{count} updates")
left.set(xlabel="x", ylabel="probability of class 1")
left.legend(fontsize=8)
right.plot(updates, excess, "o-", color="tab:blue", label="network")
right.axhline(floor, color="tab:red", label="best continuous, straight between samples")
right.set(xlabel="updates", ylabel="excess over the least criterion", yscale="log")
right.set_xscale("symlog", linthresh=10)
right.set_xlim(left=0)
right.legend(fontsize=8, loc="upper right")
plt.show()
