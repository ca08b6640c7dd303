"""One look for all figures: column width, embedded fonts, colours that everyone can tell apart."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from numerics.lattice.readings import Reading

COLUMN = 3.5
"""Width of a column, in inches (88.9 mm)."""

# The palette of Okabe and Ito, chosen to be told apart with any colour vision.
BLUE, RED, GREEN, ORANGE, PURPLE = "#0072B2", "#D55E00", "#009E73", "#E69F00", "#CC79A7"
BLACK, GREY = "#000000", "#7F7F7F"

READING_STYLE: dict[Reading, dict[str, Any]] = {
    "counting": {"color": BLUE, "linestyle": "-"},
    "counting-self": {"color": PURPLE, "linestyle": (0, (5, 1.5))},
    "length": {"color": GREEN, "linestyle": (0, (1.2, 1.2))},
    "density": {"color": RED, "linestyle": (0, (6, 1.5, 1.2, 1.5))},
    "continuous": {"color": ORANGE, "linestyle": (0, (3, 1))},
}
"""Colour and dash pattern of each reading: each of the two tells them apart."""

INTERVAL: dict[str, Any] = {"markersize": 3, "elinewidth": 0.8, "capsize": 1.6, "capthick": 0.8}
"""The look of a point with its interval, for ``Axes.errorbar``."""

_PARAMETERS: dict[Any, Any] = {
    "axes.grid": False,
    "axes.labelsize": 8,
    "axes.linewidth": 0.6,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 8,
    "font.family": "DejaVu Sans",
    "font.size": 8,
    "legend.fontsize": 6.5,
    "legend.frameon": False,
    "legend.handlelength": 2.4,
    "lines.linewidth": 1.2,
    "mathtext.fontset": "dejavusans",
    "pdf.fonttype": 42,  # TrueType, embedded: text stays text
    "ps.fonttype": 42,
    "savefig.dpi": 300,
    "xtick.labelsize": 7,
    "xtick.major.width": 0.6,
    "ytick.labelsize": 7,
    "ytick.major.width": 0.6,
}


@contextmanager
def style() -> Iterator[None]:
    """Apply the look inside a ``with`` block, and nowhere else."""
    with mpl.rc_context(_PARAMETERS):
        yield


def as_text(words: str) -> str:
    """Return words of the user for a figure, in which a dollar would begin a formula."""
    return words.replace("$", r"\$")


def note(ax: Axes, text: str, x: float, shift: tuple[float, float], color: str = GREY) -> None:
    """Write a small note at the upper end of a vertical line, so many points from it."""
    ax.annotate(
        text,
        (x, 1),
        xycoords=("data", "axes fraction"),
        xytext=shift,
        textcoords="offset points",
        ha="left" if shift[0] > 0 else "right",
        va="top",
        color=color,
        fontsize=6.5,
    )


def mark(ax: Axes, K: int, height: float, text: str, rise: float, size: float) -> None:
    """Mark a point of a curve, with a text so many points above it."""
    ax.plot(K, height, "o", color=BLACK, markersize=size)
    ax.annotate(
        text,
        (K, height),
        xytext=(0, rise),
        textcoords="offset points",
        ha="center",
        arrowprops={"arrowstyle": "-", "linewidth": 0.5},
    )


def column_figure(height: float) -> Figure:
    """Return an empty figure of column width."""
    return Figure(figsize=(COLUMN, height), layout="constrained")
