"""How fast each method learns: test error against epochs, for Section V.C."""

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, NullFormatter, ScalarFormatter

from figures.drawing.options import Options
from figures.drawing.save import Drawing, Row
from figures.drawing.style import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, RED, column_figure
from figures.table1.stored import LABELS, needed, same
from numerics import statistics
from numerics.experiments.images import Table1

SKY = "#56B4E9"
"""The last colour of the palette of Okabe and Ito."""

LOOKS: dict[str, dict[str, Any]] = {
    "baseline": {"color": GREY, "linestyle": (0, (4, 1.5))},
    "mixup": {"color": BLACK, "linestyle": "-"},
    "exponential": {"color": BLUE, "linestyle": "-"},
    "threshold": {"color": GREEN, "linestyle": (0, (1.2, 1.2))},
    "knn": {"color": ORANGE, "linestyle": (0, (6, 1.5, 1.2, 1.5))},
    "adamixup": {"color": RED, "linestyle": "-"},
    "exponential-features": {"color": SKY, "linestyle": (0, (3, 1))},
    "threshold-quantile": {"color": PURPLE, "linestyle": (0, (1, 2))},
}
"""Colour and dash pattern of each method."""

CUT = 5
"""Errors above so many times the smallest final one, and below half of it, are not shown: the first
epochs, and wide intervals, would hide all else."""

TICKS = (1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 80)


def draw_training(ax: Axes, runs: Table1) -> list[tuple[str, int, float, float, float]]:
    """Draw the mean test error of each method after each epoch, with its 95 % interval.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    runs : numerics.experiments.images.Table1
        The runs, at least two.

    Returns
    -------
    list of tuple
        Method, epoch, mean and the ends of the interval, in percent.
    """
    rows = []
    for method, curves in zip(runs.methods, 100 * runs.curves, strict=True):
        found = [statistics.mean(column) for column in curves.T]
        table = np.array([(each.value, each.low, each.high) for each in found])
        epochs = np.arange(1, len(found) + 1)
        (value, low, high), look = table.T, LOOKS[method]
        ax.plot(epochs, value, label=LABELS[method], linewidth=0.9, **look)
        low = np.maximum(low, value / 10)  # a logarithm needs it above 0
        ax.fill_between(epochs, low, high, color=look["color"], alpha=0.15, linewidth=0)
        rows += [(method, k, *row) for k, row in zip(epochs.tolist(), table.tolist(), strict=True)]
    ax.set(yscale="log", ylabel="test error (%)")
    low, high = ax.get_ylim()
    smallest = float(100 * runs.errors.mean(axis=1).min())
    low, high = max(low, smallest / 2), min(high, CUT * smallest)
    if low < high:  # there are errors at all
        ax.set_ylim(low, high)
    for share in runs.settings["recipe"]["drops"]:
        # The first epoch with the smaller rate begins after so many.
        done = math.ceil(round(share * runs.curves.shape[2], 9))
        ax.axvline(done + 0.5, color=GREY, linewidth=0.5, zorder=0, label="the rate falls")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ticks = [tick for tick in TICKS if low <= tick <= high]
    ax.set_yticks(ticks)
    ax.yaxis.set_major_formatter(ScalarFormatter())
    ax.yaxis.set_minor_formatter(NullFormatter())
    return rows


def build(options: Options) -> Drawing:
    """Draw the figure."""
    stored = needed("training-curves", options.data)
    rows: list[Row] = []
    figure = column_figure(0.9 + 2.1 * len(stored))
    axes = figure.subplots(len(stored), 1, squeeze=False)[:, 0]
    names: dict[str, Any] = {}
    for ax, (data, runs) in zip(axes, stored.items(), strict=True):
        count = runs.curves.shape[1]
        rows += [(data.title, count, *row) for row in draw_training(ax, runs)]
        ax.set_title(f"{data.title}: our perceptron, {count} runs")
        equal = [f"{LABELS[method]} = {LABELS[end]}" for method, end in same(runs).items()]
        look = {"ha": "right", "va": "top", "size": 6, "backgroundcolor": "white"}
        ax.text(1, 0.99, "\n".join(equal), transform=ax.transAxes, **look)
        for handle, name in zip(*ax.get_legend_handles_labels(), strict=True):
            names.setdefault(name, handle)
    axes[-1].set_xlabel("epoch")
    figure.legend(
        list(names.values()), list(names), loc="outside lower center", ncols=3, columnspacing=1
    )
    return Drawing(
        figure,
        ("data", "runs", "method", "epoch", "error_percent", "low", "high"),
        rows,
        "Mean test error after each epoch of training, with 95 % intervals over runs, for every "
        "method on our perceptron; thin lines mark where the learning rate falls, for all of them.",
    )
