r"""
Where does my data set's Q jump?
================================

Q(D) of Section V.B bounds from below how steep a function is that fits the virtual samples. The
paper expects :math:`\varepsilon` to tune it smoothly. It is a step function: this finds its jumps,
and what causes the largest one.
"""

import matplotlib.pyplot as plt
import numpy as np

from figures import draw_lower_bound
from numerics import lipschitz, spirals

# %%
# The whole curve at once
# -----------------------
# Any array of inputs will do, with integers for classes; here, 240 points on two spirals.

data = spirals.make(150, preset="released", rng=4)
X, labels = data.X_train, data.labels_train
Q = lipschitz.lower_bound(X, labels)
print(f"Q is {Q.vanilla:.2f} for vanilla training, {Q(0.8):.2f} at 0.8, {Q.mixup:.2f} for Mixup;")
print(f"it jumps {Q.epsilons.size - 1} times, out of {Q.pairs:,} pairs that could have raised it")

# %%
# What causes the largest jump
# ----------------------------
# The largest by its factor: in the plane a long segment passes as near to some sample as chance
# will have it, so that the last values are huge. A witness names the sample, the two ends of the
# segment that comes so near to it, and where on the segment that is.

factors = Q.values[1:] / Q.values[:-1]
largest = 1 + int(factors.argmax())
witness = Q.witnesses[largest]
virtual = witness.lam * X[witness.i] + (1 - witness.lam) * X[witness.j]
distance = np.linalg.norm(X[witness.point] - virtual)
print(f"at eps = {Q.epsilons[largest]:.3f} by a factor of {factors.max():.1f},", end=" ")
print(f"to {Q.values[largest]:.2f} = 1/{distance:.4f}")

# %%
# Where it is
# -----------
# The segment joins two samples of one class across the other.

figure, (left, right) = plt.subplots(1, 2, figsize=(9.5, 4.2), layout="constrained")
draw_lower_bound(left, Q, end=float(1.1 * Q.epsilons[-1]))
left.axvline(Q.epsilons[largest], color="tab:orange", linewidth=1, zorder=0)
left.set(xlabel="ε", yscale="log")
for label, colour in enumerate(("tab:blue", "tab:red")):
    right.plot(*X[labels == label].T, ".", color=colour, label=f"class {label}")
right.plot(*X[[witness.i, witness.j]].T, "o-", color="black", markerfacecolor="none")
right.plot(*X[witness.point], "*", color="tab:orange", markersize=14, label="the sample")
right.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal", title="What causes the largest jump")
right.legend(loc="upper left", fontsize=8)
plt.show()
