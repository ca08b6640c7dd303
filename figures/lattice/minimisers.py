"""Sections III and IV.A in one picture: the exact minimisers, and Eq. (1) as it is printed."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from figures.drawing.options import Options
from figures.drawing.save import Drawing, Row, points
from figures.drawing.style import BLACK, BLUE, GREEN, GREY, PURPLE, RED, column_figure
from numerics import graphs
from numerics.minimise import Line, mixup_1d, printed_1d
from numerics.minimise.spaces.curve import Curve
from numerics.validation import FloatArray

SAMPLES = 14
NEIGHBOURS = (3, 6)


def data_set(seed: int) -> tuple[FloatArray, FloatArray]:
    """Draw the samples."""
    rng = np.random.default_rng(seed)
    x = np.linspace(0, 1, SAMPLES) + rng.uniform(-0.3, 0.3, SAMPLES) / SAMPLES
    return x, np.sin(2 * np.pi * x) + 0.3 * rng.standard_normal(SAMPLES)


def draw_segments(ax: Axes, x: FloatArray, y: FloatArray, W: "graphs.Graph | None") -> None:
    """Draw the segments between the samples that a graph joins, faintly."""
    weights = np.ones((x.size, x.size)) if W is None else W
    dense = weights if isinstance(weights, np.ndarray) else weights.toarray()
    i, j = np.nonzero(np.triu(dense + dense.T, 1))
    ends = np.stack((np.stack((x[i], y[i]), axis=1), np.stack((x[j], y[j]), axis=1)), axis=1)
    ax.add_collection(LineCollection(list(ends), colors=GREY, linewidths=0.4, alpha=0.3, zorder=0))


def draw_minimiser(ax: Axes, f: Curve | Line, label: str, **look: Any) -> list[Row]:
    """Draw a function with its jumps.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    f : numerics.minimise.spaces.curve.Curve or numerics.minimise.Line
        The function.
    label : str
        What it is called.
    **look
        For ``Axes.plot``.

    Returns
    -------
    list of (str, float, float)
        Label, x and value of the ends of its pieces, nan between them.
    """
    order = np.argsort(f.x, kind="stable")
    x, left, right = f.x[order], f.left[order], f.right[order]
    ends_x = np.stack((x[:-1], x[1:], x[1:]), axis=1).ravel()
    values = np.stack((right[:-1], left[1:], np.full(x.size - 1, np.nan)), axis=1).ravel()
    ax.plot(ends_x, values, label=label, **look)
    return points(label, ends_x, values)


def build(options: Options) -> Drawing:
    """Draw the figure."""
    x, y = data_set(options.seed)
    looks: list[dict[str, Any]] = [
        {"color": BLUE, "linestyle": "-"},
        {"color": GREEN, "linestyle": (0, (5, 1.2))},
    ]
    rows = points("samples", x, y)
    mixup = mixup_1d(x, y)
    printed = printed_1d(x, y)
    figure = column_figure(4.6)
    top, bottom = figure.subplots(2, 1, sharex=True, sharey=True)
    draw_segments(top, x, y, graphs.knn(x, NEIGHBOURS[-1]))
    for K, look in zip(NEIGHBOURS, looks, strict=True):
        local = mixup_1d(x, y, graphs.knn(x, K))
        rows += draw_minimiser(top, local, rf"Local Mixup, $K={K}$", **look)
    rows += draw_minimiser(top, mixup, "Mixup", color=RED, linestyle=(0, (1.2, 1)))
    draw_segments(bottom, x, y, None)
    rows += draw_minimiser(bottom, mixup, "Mixup, exact", color=RED)
    rows += draw_minimiser(
        bottom, printed, "Eq. (1) as printed", color=PURPLE, linestyle=(0, (3.5, 1.2))
    )
    bottom.plot(x, printed.values, "D", color=PURPLE, markersize=2.6, label=r"Eq. (1) at the $x_i$")
    rows += points("Eq. (1) at the samples", x, printed.values)
    for ax in (top, bottom):
        ax.plot(x, y, "o", color=BLACK, markersize=3, label=r"vanilla, $f(x_i)=y_i$", zorder=3)
        ax.set_ylabel(r"$y$")
    low, high = y.min(), y.max()
    top.set_ylim(low - 0.08 * (high - low), high + 0.42 * (high - low))
    for ax in (top, bottom):
        ax.legend(loc="upper right", ncols=2, columnspacing=1.2)
    top.set_title("Exact minimisers over all functions")
    bottom.set_title("Eq. (1) is not the minimiser")
    bottom.set_xlabel(r"$x$")
    return Drawing(
        figure,
        ("curve", "x", "value"),
        rows,
        f"Minimisers of vanilla training, Local Mixup and Mixup on {SAMPLES} samples, over the "
        f"segments of K = {NEIGHBOURS[-1]} (top) and of all pairs (bottom), where Eq. (1) of the "
        "paper differs from the minimiser.",
    )
