"""Theorem IV.2 as a picture: Eq. (8) beside the exact variance for i.i.d. outputs."""

import numpy as np
from matplotlib.axes import Axes

from figures.drawing.options import Options
from figures.drawing.save import Drawing, points
from figures.drawing.style import BLACK, GREY, READING_STYLE, column_figure
from numerics.lattice.readings import READINGS
from numerics.tradeoff import IidVariance, iid
from theory.tradeoff.theorem_iv2 import LARGEST, LOWER_FROM

LAST = 1000


def draw_iid(ax: Axes, result: IidVariance) -> None:
    """Draw K Var(f_K(x_i))/sigma² against K.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    result : numerics.tradeoff.IidVariance
        From `numerics.tradeoff.iid`.
    """
    ax.plot(
        result.K, result.K * result.variance, label=result.reading, **READING_STYLE[result.reading]
    )


def build(options: Options) -> Drawing:
    """Draw the figure."""
    del options
    K = np.arange(1, LAST + 1)
    results = {reading: iid(K, reading) for reading in READINGS}
    first = results["counting"]
    peak, most = LARGEST["counting"]
    figure = column_figure(3.0)
    ax = figure.subplots()
    ax.plot(K, K * first.lower, color=BLACK, linewidth=1)
    ax.plot(K, K * first.upper, color=BLACK, linewidth=1)
    ax.fill_between(K, K * first.lower, 8, where=K >= 2, color=GREY, alpha=0.15, linewidth=0)
    for result in results.values():
        draw_iid(ax, result)
    for reading, start in LOWER_FROM.items():
        height = float(start * results[reading].variance[start - 1])
        color = READING_STYLE[reading]["color"]
        ax.plot(start, height, "o", markersize=4, color=color, zorder=4)
    ax.annotate(r"$8$", (LAST, 8), xytext=(-2, 3), textcoords="offset points", ha="right")
    ax.annotate(r"$16/K$", (150, 16 / 150), xytext=(4, 3), textcoords="offset points", ha="left")
    ax.annotate(
        rf"largest at $K={peak}$: {most.p}/{most.q}",
        (peak, float(most)),
        xytext=(14, 3.6),
        ha="left",
        arrowprops={"arrowstyle": "-", "linewidth": 0.5},
    )
    ax.set(xscale="log", yscale="log", xlim=(1, LAST), ylim=(0.03, 25))
    ax.set_xlabel(r"$K$, neighbours on each side")
    ax.set_ylabel(r"$K\,\mathrm{Var}(f_K(x_i))/\sigma^2$")
    ax.set_title("Eq. (8), times K, and the exact variance")
    handles, _ = ax.get_legend_handles_labels()
    dot = ax.plot([], [], "o", color=GREY, markersize=4)[0]
    ax.legend(
        [*handles, dot],
        [*(f"{r}: K ≥ {LOWER_FROM[r]}" for r in READINGS), "from here on 16/K² ≤ Var/σ²"],
        loc="lower left",
        fontsize=6,
    )
    rows = [
        row
        for reading, found in results.items()
        for row in points(reading, found.K, found.variance, found.lower, found.upper)
    ]
    return Drawing(
        figure,
        ("reading", "K", "variance", "lower", "upper"),
        rows,
        "The variance of f_K(x_i) for i.i.d. outputs, times K, between the two bounds of Eq. (8): "
        f"the lower bound 16/K² holds from K = {LOWER_FROM['counting']} on for Eq. (3), and the "
        "variance is of order 1/K, so that the lower bound is far from sharp.",
    )
