"""Theorem IV.3 put to the test: the line of Local Mixup against that of Mixup."""

from typing import Any

import numpy as np

from figures.drawing.options import Options
from figures.drawing.save import Drawing, Row, points
from figures.drawing.style import BLACK, BLUE, GREEN, ORANGE, PURPLE, RED, column_figure
from numerics import graphs
from numerics.graphs import Graph
from numerics.minimise import mixup_1d
from numerics.validation import FloatArray

SAMPLES = 40
SIZES = (20, 40, 80, 160, 320, 640, 1280, 2560)
BANDS = (1, 4, 10)


def gap(x: FloatArray, y: FloatArray, W: Graph) -> float:
    """Return how far the line of Local Mixup is from the least-squares line."""
    local, mixup = mixup_1d(x, y, W, space="linear"), mixup_1d(x, y, space="linear")
    ends = np.array([x.min(), x.max()])
    return float(np.abs(local(ends) - mixup(ends)).max())


def share(W: Graph) -> float:
    """Return the mean weight of a pair of two samples."""
    n = W.shape[0]
    return float((W.sum() - W.diagonal().sum()) / (n * (n - 1)))


def leading_term(x: FloatArray, y: FloatArray, K: int) -> float:
    """Return the distance on a lattice to first order in 1/n."""
    left, right = (y - mixup_1d(x, y, space="linear")(x))[[0, -1]]
    largest = max(abs(2 * right - left), abs(2 * left - right))
    return float(K * (K + 1) / ((2 * K + 1) * x.size) * largest)


def build(options: Options) -> Drawing:
    """Draw the figure."""
    rng = np.random.default_rng(options.seed)
    x = np.sort(rng.random(SAMPLES))
    y = np.exp(2 * x) / 3 + 0.3 * rng.standard_normal(SAMPLES)
    unit = float(y.std())
    families: list[tuple[str, list[tuple[float, Graph]], dict[str, Any]]] = [
        (
            r"$K$ nearest neighbours",
            [(K, graphs.knn(x, K)) for K in range(SAMPLES)],
            {"color": BLUE, "marker": "o", "linestyle": "-"},
        ),
        (
            r"threshold $\varepsilon$",
            [(eps, graphs.threshold(x, eps)) for eps in np.linspace(0, 1, 41)],
            {"color": RED, "marker": "s", "linestyle": (0, (4, 1.2))},
        ),
        (
            r"exponential $\alpha$",
            [(rate, graphs.exponential(x, rate)) for rate in [0, *np.geomspace(0.1, 1e4, 40)]],
            {"color": GREEN, "marker": "^", "linestyle": (0, (1.2, 1))},
        ),
    ]
    rows: list[Row] = []
    figure = column_figure(4.4)
    top, bottom = figure.subplots(2, 1)
    for label, members, look in families:
        shares = [share(W) for _, W in members]
        gaps = [gap(x, y, W) / unit for _, W in members]
        top.plot(shares, gaps, label=label, markersize=2, linewidth=0.9, **look)
        name = label.replace("$", "").replace("\\varepsilon", "eps").replace("\\alpha", "alpha")
        rows += points(name, [float(parameter) for parameter, _ in members], shares, gaps)
    top.set_xlabel("mean weight of a pair (0: vanilla, 1: Mixup)")
    top.set_ylabel(r"$\max|f_{\mathrm{local}}-f_{\mathrm{LS}}|\,/\,\mathrm{sd}(y)$")
    top.set_ylim(0, top.get_ylim()[1] * 1.25)
    top.legend(loc="upper right")
    top.set_title("Theorem IV.3 fails: the two lines differ")
    for K, color, marker in zip(BANDS, (PURPLE, ORANGE, BLUE), "os^", strict=True):
        gaps, leading = [], []
        for n in SIZES:
            lattice = np.arange(n) / n
            signal = np.exp(2 * lattice) / 3
            gaps.append(gap(lattice, signal, graphs.threshold(np.arange(n), K)))
            leading.append(leading_term(lattice, signal, K))
        bottom.plot(SIZES, gaps, marker, color=color, markersize=3.5, label=rf"$K={K}$")
        bottom.plot(SIZES, leading, color=BLACK, linewidth=0.6, zorder=0)
        rows += points(f"lattice, K = {K}", SIZES, leading, gaps)
    bottom.plot([], [], color=BLACK, linewidth=0.6, label="first order in $1/n$")
    bottom.set(xscale="log", yscale="log")
    bottom.set_xlabel(r"$n$, points of the lattice $i/n$")
    bottom.set_ylabel(r"$\max|f_{\mathrm{local}}-f_{\mathrm{LS}}|$")
    bottom.legend(loc="lower left")
    bottom.set_title(r"It returns on a growing lattice, like $1/n$")
    return Drawing(
        figure,
        ("graph", "parameter", "mean_weight_or_leading_term", "distance"),
        rows,
        f"The line of Local Mixup differs from the least-squares line on {SAMPLES} random points "
        "for every graph but the two extremes (top); on a lattice with K neighbours on each side "
        "the difference vanishes like 1/n (bottom).",
    )
