"""Table I's question as a picture: differences of error rates, ours beside the printed ones."""

from math import hypot
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes

from figures.drawing.options import Options
from figures.drawing.save import Drawing, Row
from figures.drawing.style import BLUE, GREY, INTERVAL, RED, column_figure
from figures.measured.comparisons import Comparison
from figures.table1.comparisons import Pair, between, compared
from figures.table1.stored import LABELS, needed, same
from figures.table1.text import Column, columns, write
from numerics.experiments.images import Table1

SHOWN: tuple[Pair, ...] = (
    ("mixup", "baseline"),
    ("exponential", "baseline"),
    ("exponential", "mixup"),
    ("threshold", "mixup"),
    ("knn", "mixup"),
    ("exponential", "adamixup"),
    ("threshold-quantile", "exponential"),
    ("exponential-features", "exponential"),
)
"""Whose differences are drawn: the first is better where it is negative."""

SHIFT = 0.17
"""Between our points and the printed ones, where rows are 1 apart."""

HOLLOW: dict[str, Any] = {"color": RED, "markerfacecolor": "white"}
"""The look of a printed point."""

HEADER = ("data", "by", "first", "second", "runs", "value", "low", "high", "p", "p_holm")


def printed_differences(shown: list[Column]) -> list[tuple[str, str, Pair, float, float]]:
    """Compute the differences of printed means."""
    return [
        (
            column.title,
            column.by,
            pair,
            round(column.cells[pair[0]][0] - column.cells[pair[1]][0], 2),
            hypot(column.cells[pair[0]][1], column.cells[pair[1]][1]),
        )
        for column in shown
        if column.by != "ours"
        for pair in SHOWN
        if set(pair) <= set(column.cells)
    ]


def draw_differences(ax: Axes, runs: Table1) -> dict[Pair, Comparison]:
    """Draw the differences of the final test errors with their 95 % intervals.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    runs : numerics.experiments.images.Table1
        The runs.

    Returns
    -------
    dict
        What is drawn, from the top down.
    """
    found = {pair: between(runs, pair) for pair in SHOWN if set(pair) <= set(runs.methods)}
    chosen = same(runs)
    ax.axvline(0, color=GREY, linewidth=0.6)
    for place, comparison in enumerate(found.values()):
        estimate = comparison.estimate
        ends = [[estimate.value - estimate.low], [estimate.high - estimate.value]]
        ax.errorbar(estimate.value, place - SHIFT, xerr=ends, fmt="o", color=BLUE, **INTERVAL)
    known = {
        m: f"{name} (= {LABELS[chosen[m]]})" if m in chosen else name for m, name in LABELS.items()
    }
    ax.set_yticks(
        range(len(found)), [f"{known[first]}\n− {known[second]}" for first, second in found]
    )
    ax.tick_params(axis="y", labelsize=6, length=0)
    ax.set_ylim(len(found) - 0.5, -0.6)
    return found


def _adjusted(folder: Path) -> dict[tuple[str, Pair], float]:
    """Collect the p-values that are adjusted as in the ledger, in both directions."""
    found = {}
    for (data, (first, second)), comparison in compared(folder=folder).items():
        found[data.title, (first, second)] = comparison.adjusted
        found[data.title, (second, first)] = comparison.adjusted
    return found


def _rates(shown: list[Column], counts: dict[str, int]) -> list[Row]:
    """List the error rates themselves."""
    return [
        (
            *(column.title, column.by, LABELS[method], ""),
            *(counts[column.title] if column.by == "ours" else "", value),
            *(value - half, value + half, "", ""),
        )
        for column in shown
        for method, (value, half) in column.cells.items()
    ]


def build(options: Options) -> Drawing:
    """Draw the figure, and write the table."""
    stored = needed("table1", options.data)
    shown = columns(stored)
    counts = {data.title: runs.curves.shape[1] for data, runs in stored.items()}
    rows, holm = _rates(shown, counts), _adjusted(options.data)
    figure = column_figure(0.5 + 2.5 * len(stored))
    axes = figure.subplots(len(stored), 1, squeeze=False)[:, 0]
    for ax, (data, runs) in zip(axes, stored.items(), strict=True):
        drawn = draw_differences(ax, runs)
        for pair, comparison in drawn.items():
            found = comparison.estimate
            rows.append(
                (
                    *(data.title, "ours", *(LABELS[method] for method in pair)),
                    *(found.runs, found.value, found.low, found.high, found.pvalue),
                    holm.get((data.title, pair), ""),
                )
            )
        places = list(drawn)
        for title, _, pair, value, half in printed_differences(shown):
            if title == data.title and pair in places:
                place = places.index(pair) + SHIFT
                ax.errorbar(value, place, xerr=half, fmt="D", **HOLLOW, **INTERVAL)
        ax.set_title(f"{data.title}: our perceptron, {counts[data.title]} runs")
    axes[0].set_ylabel("first minus second")
    axes[-1].set_xlabel("difference (percentage points)")
    axes[0].plot([], [], "o", color=BLUE, markersize=3.2, label="ours, paired")
    printed = "printed in the paper, other networks"
    axes[0].plot([], [], "D", markersize=3.2, label=printed, **HOLLOW)
    figure.legend(loc="outside lower center", ncols=2, handlelength=1)
    for title, by, (first, second), value, half in printed_differences(shown):
        ends = (value - half, value + half)
        rows.append((title, by, LABELS[first], LABELS[second], "", value, *ends, "", ""))
    return Drawing(
        figure,
        HEADER,
        rows,
        "Differences of the test errors of two methods with 95 % intervals, run by run for our "
        "perceptron, beside those of the paper's printed means for its convolutional networks; "
        "left of zero the first method is better.",
        {ending: write(stored, ending) for ending in ("md", "tex")},
    )
