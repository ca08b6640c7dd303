r"""
Which of the paper's five functions do I mean?
==============================================

The paper speaks of *the* minimiser :math:`f^*_K`, but its equations hold for different functions:
they differ in how much a segment between two samples counts, and in whether a sample is paired with
itself. Wherever it matters the toolkit asks for ``reading=``. One point of a lattice, one spike in
the data and :math:`K=3` neighbours on each side are enough to see the difference.

With a folder, ``python examples/five_readings.py docs/images`` writes the picture there.
"""

import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import theory.lattice
from figures.drawing.style import READING_STYLE
from numerics import lattice
from numerics.lattice.readings import READINGS

K = 3

# %%
# What counts at a point
# ----------------------
# These are all segments that meet at the point 0, both ends included. A reading gives each of them
# a weight there, and each brings its own interpolated target.

segments = [(a, a + m) for m in range(1, K + 1) for a in range(-m, 1)]
print(f"K(K+3)/2 = {K * (K + 3) // 2}, and there are {len(segments)} segments: {segments}")

# %%
# What comes out
# --------------
# For a spike, y = 1 at the point 0 and 0 elsewhere, :math:`f_K` is the kernel. ``theory`` has it in
# exact numbers, ``numerics`` in floating point, each by its own derivation.

for reading in READINGS:
    exact = theory.lattice.kernel(K, reading)
    taps = lattice.kernel(K, reading)
    print(f"{reading:>13}: {np.round(taps, 4)}, exactly {', '.join(map(str, exact))}")

# %%
# The picture
# -----------
# Above, the segments at the point 0 with the weight that they have: a dot where lattice points are
# counted, a line where a continuum of virtual samples is; its width is their density. A ring is
# the pair of the point with itself. Below, what each reading makes of the spike.

WHERE = {
    "counting": "Eq. (3) and (4)",
    "counting-self": "K = 0 is vanilla",
    "length": "limits of Eq. (1)",
    "density": "Definition II.1",
    "continuous": "Def. II.1, continuous f",
}
WHAT = {
    "counting": "each lattice point\nof a segment counts",
    "counting-self": "both orders, and the\npair with itself",
    "length": "all segments are\nequally dense",
    "density": "a segment of length m\nhas density 1/m",
    "continuous": "and the pairs of\npoints with themselves",
}

figure, axes = plt.subplots(
    2, 5, figsize=(10, 5), sharex=True, sharey="row", layout="constrained", height_ratios=(3, 2)
)
for (above, below), reading in zip(axes.T, READINGS, strict=True):
    colour = READING_STYLE[reading]["color"]
    for height, (a, b) in enumerate(segments, start=1):
        ends = np.arange(a, b + 1)
        if reading.startswith("counting"):
            above.plot(ends, 0 * ends - height, color="0.85", linewidth=0.8, zorder=1)
            copies = (-0.14, 0.14) if reading == "counting-self" else (0,)
            for shift in copies:
                above.plot(ends, 0 * ends - height + shift, ".", color="0.7", markersize=5)
                above.plot(0, -height + shift, ".", color=colour, markersize=8)
        else:
            width = 6 if reading == "length" else 6 / (b - a)
            above.hlines(-height, a, b, color="0.8", linewidth=width, zorder=1)
            near = max(a, -0.3), min(b, 0.3)
            above.hlines(-height, *near, color=colour, linewidth=width, zorder=2)
    if reading in {"counting-self", "continuous"}:
        above.plot(0, 0, "o", markersize=8, markeredgewidth=2, color=colour, markerfacecolor="none")
    above.axvline(0, color=colour, linewidth=0.5, zorder=0)
    above.set_title(f"{reading}\n{WHERE[reading]}", fontsize=10)
    above.set_xlabel(WHAT[reading], fontsize=9)
    above.set(ylim=(-len(segments) - 0.8, 0.9), yticks=[])

    points = np.arange(-K - 1, K + 2)
    for other in READINGS:
        taps = lattice.kernel(K, other, K + 2)[np.abs(points)]
        below.plot(points, taps, color="0.85", linewidth=1, zorder=1)
    taps = lattice.kernel(K, reading, K + 2)[np.abs(points)]
    joined = "none" if reading.startswith("counting") else "-"
    below.plot(points, taps, "o", linestyle=joined, color=colour, markersize=5)
    below.annotate(f"{taps[K + 1]:.3f}", (0.2, taps[K + 1]), color=colour, va="bottom")
    below.axhline(0, color="0.6", linewidth=0.5)
    below.set(ylim=(-0.08, 0.85), xticks=points[::2] if K % 2 else points[1::2])
    below.set_xlabel("lattice point")
axes[0, 0].set_ylabel("segments at the point 0")
axes[1, 0].set_ylabel("$f_K$ of a spike")
for ax in axes.flat:
    ax.spines[["top", "right", "left"]].set_visible(False)
if len(sys.argv) > 1:
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    figure.savefig(Path(sys.argv[1]) / "readings.png", dpi=130, metadata={"Software": None})
plt.show()
