"""Figure 1 of the paper: which segments are drawn, and which of them contradict the truth."""

from itertools import combinations
from typing import Any, cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap

from figures.drawing.options import Options
from figures.drawing.save import Drawing
from figures.drawing.style import BLACK, BLUE, GREY, RED, column_figure
from numerics import graphs
from numerics.validation import FloatArray, IntArray, check_angles, check_labels, check_size

SAMPLES = 13
"""Of each class, along its spiral."""

FIRST, LAST = 0.6 * np.pi, 2.3 * np.pi
"""Angles between which the samples lie."""

EPSILON = 2.4
"""The local threshold: above the distance of neighbours on a spiral, below that of the spirals."""

STEPS = 200
"""Points of a segment at which the truth is asked."""

REGIONS = ListedColormap(["#DCEBF4", "#FAE6DA"])
COLOURS = (BLUE, RED)
DASHED = (0, (4, 1.5))


def samples() -> tuple[FloatArray, IntArray]:
    """Return samples at equal distances along two spirals."""
    fine = np.linspace(FIRST, LAST, 4001)
    curve = np.stack((-fine * np.cos(fine), fine * np.sin(fine)), axis=1)
    length = np.concatenate(([0], np.cumsum(np.linalg.norm(np.diff(curve, axis=0), axis=1))))
    t = np.interp(np.linspace(0, length[-1], SAMPLES), length, fine)
    spiral = np.stack((-t * np.cos(t), t * np.sin(t)), axis=1)
    return np.concatenate((spiral, -spiral)), np.repeat([0, 1], SAMPLES)


def truth(points: FloatArray) -> IntArray:
    """Return the class of the spiral that is closer, along the ray from the origin."""
    # On a ray of angle phi the spiral of class 0 passes at the radii t with t + phi = pi modulo
    # 2 pi, and that of class 1 half-way between.
    x, y = points[..., 0], points[..., 1]
    return (np.cos(np.hypot(x, y) + np.arctan2(y, x) - np.pi) < 0).astype(np.int64)


def kind(X: FloatArray, labels: IntArray, i: int, j: int) -> str:
    """Say what the virtual samples between two samples are."""
    if labels[i] != labels[j]:
        return "mixed"
    share = np.linspace(0, 1, STEPS)[:, None]
    inside = truth((1 - share) * X[i] + share * X[j]) == labels[i]
    return "true" if inside.all() else "contradictory"


def segments(X: FloatArray, labels: IntArray, W: FloatArray) -> list[tuple[int, int, str]]:
    """List the segments that a graph draws."""
    return [
        (i, j, kind(X, labels, i, j)) for i, j in combinations(range(labels.size), 2) if W[i, j] > 0
    ]


def draw_segments(
    ax: Axes, X: FloatArray, labels: IntArray, drawn: list[tuple[int, int, str]]
) -> None:
    """Draw segments over the true regions.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    X : numpy.ndarray
        Inputs, shape (n, 2).
    labels : numpy.ndarray of int
        Classes, shape (n,).
    drawn : list of (int, int, str)
        What `segments` returns.
    """
    X = check_angles(X, "X")
    check_size(X, "X")
    if X.ndim != 2 or X.shape[1] != 2 or not X.size:
        message = f"X must have shape (n, 2) and not be empty, got {X.shape}"
        raise ValueError(message)
    labels = check_labels(labels, "labels", len(X))
    reach = 1.13 * float(np.abs(X).max()) or 1.0
    line = np.linspace(-reach, reach, 400)
    grid = np.stack(np.meshgrid(line, line), axis=-1)
    ax.imshow(truth(grid), origin="lower", extent=(-reach, reach, -reach, reach), cmap=REGIONS)
    looks: dict[str, dict[str, Any]] = {
        "mixed": {"color": GREY, "linewidth": 0.25, "alpha": 0.3, "zorder": 1},
        "contradictory": {"color": BLACK, "linewidth": 0.4, "linestyle": DASHED, "zorder": 2},
        "true": {"linewidth": 1.2, "zorder": 3},
    }
    for i, j, what in drawn:
        look = looks[what] | ({"color": COLOURS[labels[i]]} if what == "true" else {})
        ax.plot(*X[[i, j]].T, **look)
    for label, (colour, marker) in enumerate(zip(COLOURS, ("o", "^"), strict=True)):
        ax.plot(*X[labels == label].T, marker, color=colour, markersize=3, zorder=4)
    ax.set(xlim=(-reach, reach), ylim=(-reach, reach), xticks=[], yticks=[])


def build(options: Options) -> Drawing:
    """Draw the figure."""
    del options
    X, labels = samples()
    n = labels.size
    local = cast("FloatArray", graphs.threshold(X, EPSILON, sparse=False))
    drawings = {
        "vanilla": segments(X, labels, np.zeros((n, n))),
        "Local Mixup": segments(X, labels, local),
        "Mixup": segments(X, labels, np.ones((n, n))),
    }
    figure = column_figure(1.8)
    axes = figure.subplots(1, 3)
    for ax, (name, drawn) in zip(axes, drawings.items(), strict=True):
        draw_segments(ax, X, labels, drawn)
        wrong = sum(what == "contradictory" for *_, what in drawn)
        ax.set_title(name)
        ax.set_xlabel(f"{len(drawn)} segments\n{wrong} contradictory", fontsize=6.5)
    axes[0].set_ylabel("$x_2$ against $x_1$", fontsize=6.5)
    for label, look in {
        "inside its class": {"color": BLUE, "linewidth": 1.2},
        "through the other class": {"color": BLACK, "linewidth": 0.7, "linestyle": DASHED},
        "between classes": {"color": GREY, "linewidth": 0.5},
    }.items():
        axes[0].plot([], [], label=label, **look)
    figure.legend(loc="outside lower center", ncols=3, handlelength=1.6, columnspacing=1)
    rows = [
        (name, i, j, *map(float, X[i]), *map(float, X[j]), what)
        for name, drawn in drawings.items()
        for i, j, what in drawn
    ]
    return Drawing(
        figure,
        ("name", "i", "j", "x1_i", "x2_i", "x1_j", "x2_j", "kind"),
        rows,
        "The segments between samples of two spirals that vanilla training, Local Mixup and Mixup "
        "draw, over the true regions; the dashed ones join two samples of one class through the "
        "region of the other.",
    )
