"""What f*_K does to y: its kernel with the limit shape, and its Fourier multiplier."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from figures.drawing.options import Options
from figures.drawing.save import Drawing, Row, points
from figures.drawing.style import BLACK, READING_STYLE, column_figure
from numerics import lattice
from numerics.lattice.asymptotics import limit_shape
from numerics.lattice.readings import READINGS, Reading
from numerics.validation import check_count

K = 8
"""Small enough that the taps are seen as points."""

LIMIT: dict[str, Any] = {"color": BLACK, "linewidth": 3, "alpha": 0.15}


def draw_kernel(ax: Axes, K: int, reading: Reading) -> None:
    """Draw the taps K c_k against k/K.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    K : int
        Number of neighbours on each side.
    reading : str
        One of the five readings.
    """
    K = check_count(K, "K", 1)
    taps = lattice.kernel(K, reading, K + 1)
    look = READING_STYLE[reading] | {"marker": "o", "markersize": 2.5, "linewidth": 0.8}
    ax.plot(np.arange(K + 1) / K, K * taps, label=reading, **look)


def build(options: Options) -> Drawing:
    """Draw the figure."""
    del options
    t = np.linspace(0, 1, 401)[1:]
    theta = np.linspace(0, np.pi, 601)
    rows: list[Row] = []
    figure = column_figure(4.3)
    top, bottom = figure.subplots(2, 1)
    for shape in ("counting", "density"):
        values = limit_shape(t, shape)
        top.plot(t, values, **LIMIT, zorder=1)
        rows += points(f"limit of {shape}", ["K c_k"] * t.size, t, values)
    for reading in READINGS:
        draw_kernel(top, K, reading)
        taps = lattice.kernel(K, reading, K + 1)
        rows += [(reading, "K c_k", k / K, float(K * c)) for k, c in enumerate(taps)]
        values = lattice.multiplier(K, theta, reading)
        bottom.plot(theta, values, label=reading, **READING_STYLE[reading])
        rows += points(reading, ["multiplier"] * theta.size, theta, values)
    top.plot([], [], label=r"limit shapes, $K\to\infty$", **LIMIT)
    top.legend()
    top.set(xlim=(-0.02, 1.02), ylim=(-0.05, 4.2))
    top.set(xlabel=r"lag $k/K$ (the kernel is symmetric)", ylabel=rf"$K\,c_k$, $K={K}$")
    bottom.set(xlabel=r"$\theta$ (radians per point)", ylabel=r"multiplier $\hat f_K/\hat y$")
    bottom.set_xticks(
        [0, np.pi / 4, np.pi / 2, 3 * np.pi / 4, np.pi],
        ["0", r"$\pi/4$", r"$\pi/2$", r"$3\pi/4$", r"$\pi$"],
    )
    bottom.set(xlim=(0, np.pi), ylim=(0, 1.02))
    top.set_title(rf"The kernel of $f_K^*$ and its multiplier, $K={K}$")
    return Drawing(
        figure,
        ("curve", "quantity", "x", "value"),
        rows,
        f"Kernel and Fourier multiplier of f_K for K = {K} in the five readings, with the limit "
        "shapes of the kernel as K grows.",
    )
