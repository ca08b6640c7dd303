r"""
Which segments contradict each other in my data?
================================================

Two segments that cross carry, at the point where they do, two virtual samples with one input. If
their targets differ, no function fits both: Local Mixup is there to avoid such contradictions
(Sections I and IV.C). Which pairs cross, and up to which :math:`\varepsilon` are there none?
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.collections import LineCollection
from numpy.typing import NDArray

from numerics import lipschitz

Points = NDArray[np.float64]

# %%
# Two classes in the plane
# ------------------------
# A crescent of each class, one inside the other.

rng = np.random.default_rng(5)
t = rng.uniform(0, np.pi, (2, 22))
X = np.concatenate(
    (
        np.stack((np.cos(t[0]), np.sin(t[0])), axis=1),
        np.stack((1 - np.cos(t[1]), 0.5 - np.sin(t[1])), axis=1),
    )
)
X += 0.06 * rng.standard_normal(X.shape)
labels = np.repeat([0, 1], t.shape[1])

# %%
# Which segments cross
# --------------------
# Two segments cross if the ends of each are on the two sides of the other. Where they do, each has
# a target, mixed like the input.

i, j = np.triu_indices(labels.size, 1)
lengths = np.linalg.norm(X[i] - X[j], axis=1)


def area(a: Points, b: Points, c: Points) -> Points:
    """Return twice the signed areas of the triangles a, b, c: on which side c is."""
    (ux, uy), (vx, vy) = (b - a).T, (c - a).T
    return np.asarray(ux * vy - uy * vx)


first, second = np.triu_indices(i.size, 1)
a, b, c, d = X[i[first]], X[j[first]], X[i[second]], X[j[second]]
below, above, left_of, right_of = area(a, b, c), area(a, b, d), area(c, d, a), area(c, d, b)
cross = (below * above < 0) & (left_of * right_of < 0)
first, second = first[cross], second[cross]
along_first = left_of[cross] / (left_of - right_of)[cross]
along_second = below[cross] / (below - above)[cross]

# %%
# Which of them contradict each other
# -----------------------------------

targets = [
    (1 - share) * labels[i[which]] + share * labels[j[which]]
    for which, share in ((first, along_first), (second, along_second))
]
contradict = np.abs(targets[0] - targets[1]) > 1e-12
first, second = first[contradict], second[contradict]
print(f"{cross.sum()} pairs of {i.size} segments cross, {first.size} of them contradict each other")

# %%
# From which eps on
# -----------------
# A contradiction is there as soon as the longer of its two segments is. With it Q(D), of segments
# against segments, is infinite: ``lower_bound`` looks for that in another way.

needed = np.maximum(lengths[first], lengths[second])
Q = lipschitz.lower_bound(X, labels, "segments")
infinite = Q.epsilons[np.isinf(Q.values)][0]
print(f"the first comes with eps = {needed.min():.6f}; Q(D) is infinite from {infinite:.6f} on")

# %%
# The picture
# -----------

at = int(needed.argmin())
figure, (left, right) = plt.subplots(1, 2, figsize=(9.5, 3.8), layout="constrained")
ends = np.stack((X[i], X[j]), axis=1)
eps = 0.57
early = np.unique(np.concatenate((first[needed <= eps], second[needed <= eps])))
left.add_collection(LineCollection(list(ends[lengths <= eps]), colors="0.8", linewidths=0.7))
left.add_collection(LineCollection(list(ends[early]), colors="tab:orange", linewidths=0.9))
earliest = ends[[first[at], second[at]]]
left.add_collection(LineCollection(list(earliest), colors="black", linewidths=2, zorder=3))
for label, colour in enumerate(("tab:blue", "tab:red")):
    left.plot(*X[labels == label].T, "o", color=colour, markersize=4, zorder=4)
left.set(aspect="equal", ylabel="$x_2$", title=f"Segments up to ε = {eps}")
left.set_xlabel("$x_1$ (orange: contradict another; black: the first two to do so)")
right.step([0, *np.sort(needed)], np.arange(needed.size + 1), where="post", color="black")
right.axvline(infinite, color="tab:orange", label="Q(D) is infinite")
right.set(xlabel="ε", ylabel="contradictions", title="None for small ε", yscale="symlog")
right.set_ylim(bottom=0)
right.legend()
plt.show()
