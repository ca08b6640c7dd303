"""Theorem IV.1 as a picture: Bias² and Var of f*_K against K, for every reading."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from figures.drawing.options import Options
from figures.drawing.save import Drawing, points
from figures.drawing.style import (
    BLACK,
    BLUE,
    GREY,
    READING_STYLE,
    RED,
    as_text,
    column_figure,
    note,
)
from numerics.lattice.asymptotics import periodic_variance
from numerics.lattice.readings import READINGS
from numerics.tradeoff import Sweep, Tradeoff, periodic
from numerics.validation import FloatArray

ASYMPTOTE: dict[str, Any] = {"color": BLACK, "linewidth": 2.6, "alpha": 0.18}


def draw_tradeoff(ax: Axes, result: Tradeoff | Sweep) -> None:
    """Draw Bias² and Var against K or the parameter of a graph, in units of Var(y).

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    result : numerics.tradeoff.Tradeoff or numerics.tradeoff.Sweep
        From `numerics.tradeoff.periodic` or `sweep`; of a sweep the estimated risk is drawn too,
        and the chosen parameter marked.
    """
    unit = result.spread or 1.0
    if isinstance(result, Sweep):
        order = np.argsort(result.parameter)
        for values, color, label in (
            (result.bias2, BLUE, r"$\mathrm{Bias}^2$"),
            (result.variance, RED, r"$\mathrm{Var}$"),
            (result.risk, BLACK, "estimated risk"),
        ):
            ax.plot(result.parameter[order], values[order] / unit, color=color, label=label)
        ax.axvline(result.chosen, color=GREY, linewidth=0.7)
        return
    look = READING_STYLE[result.reading]
    ax.plot(result.K, result.bias2 / unit, label=result.reading, **look)
    ax.plot(result.K, result.variance / unit, **look)


def _draw_decay(ax: Axes, result: Tradeoff, asymptote: FloatArray) -> None:
    look = READING_STYLE[result.reading]
    unit = result.spread or 1.0
    ax.plot(result.K, result.variance / unit, label=result.reading, **look)
    late = 2 * result.n <= result.K
    if late.any():
        ax.plot(result.K[late], asymptote[late] / unit, **ASYMPTOTE, zorder=1)


def build(options: Options) -> Drawing:
    """Draw the figure."""
    y = options.values
    if np.ptp(y) == 0:
        message = "signal must not be constant: f_K is the signal, and there is nothing to trade"
        raise ValueError(message)
    K = options.neighbours
    K = K[K >= 1]
    if K.size == 0:
        message = f"K must hold a number of at least 1, which every reading has; got {options.K}"
        raise ValueError(message)
    results = {reading: periodic(y, K, reading) for reading in READINGS}
    asymptotes = {reading: periodic_variance(y, K, reading) for reading in READINGS}
    figure = column_figure(4.3)
    top, bottom = figure.subplots(2, 1, sharex=True)
    for reading, result in results.items():
        draw_tradeoff(top, result)
        _draw_decay(bottom, result, asymptotes[reading])
    top.axhline(1, color=GREY, linewidth=0.5)
    top.set(ylabel=r"in units of $\mathrm{Var}(y)$", ylim=(-0.02, 1.06))
    for text, height in ((r"\mathrm{Bias}^2", 0.06), (r"\mathrm{Var}", 0.84)):
        top.annotate(f"${text}(f_K^*)$", (0.01, height), xycoords="axes fraction")
    bottom.set(xscale="log", yscale="log")
    bottom.set_xlabel(r"$K$, neighbours on each side")
    bottom.set_ylabel(r"$\mathrm{Var}(f_K^*)\,/\,\mathrm{Var}(y)$")
    bottom.axvline(y.size, color=GREY, linewidth=0.5)
    note(bottom, rf"$K=n={y.size}$", y.size, (-3, -2))
    bottom.plot([], [], label="asymptote", **ASYMPTOTE)
    bottom.legend(loc="lower left")
    top.set_title(f"Bias and variance of Definition IV.1: {as_text(options.label)}")
    rows = [
        row
        for reading, found in results.items()
        for row in points(reading, found.K, found.bias2, found.variance, asymptotes[reading])
    ]
    return Drawing(
        figure,
        ("reading", "K", "bias2", "variance", "variance_asymptote"),
        rows,
        f"Bias² rises and Var falls strictly with K for {options.label} on Z/nZ, n = {y.size}, in "
        "all five readings; Var decays like 4 Var(y)/K² for Eq. (3).",
    )
