"""The images behind Figure 4: what causes the largest steps of Q(D)."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from numpy.typing import NDArray

from figures.drawing.options import Options
from figures.drawing.save import Drawing, Row
from figures.drawing.stored import MissingRunsError
from figures.drawing.style import COLUMN, as_text
from figures.lipschitz.curves import exhibits
from numerics.lipschitz import LowerBound
from numerics.lipschitz.witness_images import Pictures
from numerics.validation import IntArray

STEPS = 3
"""So many of the largest steps are shown, after the pair that gives vanilla's value."""

_TITLES = ("sample", "nearest\nvirtual image", "one end", "other end")
_ROW = 0.82  # inches
_HEAD = 0.55


def largest_steps(curve: LowerBound) -> IntArray:
    """Choose the steps that are shown."""
    rise = np.diff(curve.values)
    return np.sort(np.concatenate(([0], 1 + np.argsort(-rise, kind="stable")[:STEPS])))


def draw_pixels(ax: Axes, pixels: NDArray[np.float64], label: str) -> None:
    """Draw an image."""
    ax.imshow(pixels, cmap="gray_r", vmin=0, vmax=1, interpolation="nearest")
    ax.set(xticks=[], yticks=[])
    for spine in ax.spines.values():
        spine.set_visible(True)
    ax.set_xlabel(label, fontsize=6, labelpad=2)


def draw_step(axes: Sequence[Axes], pictures: Pictures, curve: LowerBound, step: int) -> list[Row]:
    """Draw the images of one step: sample, nearest virtual image and its two ends.

    Parameters
    ----------
    axes : sequence of matplotlib.axes.Axes
        Four of them.
    pictures : Pictures
        The images.
    curve : LowerBound
        The curve.
    step : int
        Place of the step in the curve.

    Returns
    -------
    list of tuple
        Epsilon, Q, and for each image its part in the step, sample, weight and class.
    """
    witness = curve.witnesses[step]
    epsilon, value = float(curve.epsilons[step]), float(curve.values[step])
    if step:
        text = f"ε = {epsilon:.3g}\n{curve.values[step - 1]:.3f}\n→ {value:.3f}"
    else:
        text = f"ε = 0\nQ = {value:.3f}"
    axes[0].set_ylabel(text.replace("inf", "∞"), rotation=0, ha="right", va="center", fontsize=7)
    to_pixels = pictures.deviations / pictures.brightest
    point, near = (np.clip(image * to_pixels, 0, 1) for image in pictures.virtual(witness))
    draw_pixels(axes[0], point, _mixture(pictures, witness.point, witness.partner))
    draw_pixels(axes[1], near, _mixture(pictures, witness.i, witness.j))
    both = [("end", witness.i, witness.lam), ("end", witness.j, 1 - witness.lam)]
    ends = both if witness.i != witness.j else []
    for ax, (_, sample, weight) in zip(axes[2:], ends, strict=False):
        pixels = pictures.inputs(sample) * to_pixels
        draw_pixels(ax, pixels, f"{_name(pictures, sample)}, {100 * weight:.0f} %")
    for ax in axes[2 + len(ends) :]:
        ax.set_axis_off()
    parts = [("sample", witness.point, witness.mu)]
    if witness.partner != witness.point:
        parts.append(("partner", witness.partner, 1 - witness.mu))
    parts += ends or [("other sample", witness.i, 1.0)]
    return [(epsilon, value, *part, _name(pictures, part[1])) for part in parts]


def _name(pictures: Pictures, sample: int) -> str:
    return pictures.classes[pictures.place(sample)]


def _mixture(pictures: Pictures, first: int, second: int) -> str:
    if first == second:
        return _name(pictures, first)
    names = dict.fromkeys((_name(pictures, first), _name(pictures, second)))
    return " + ".join(names) if len(names) > 1 else f"{next(iter(names))} (mixed)"


def draw_exhibit(figure: SubFigure, pictures: Pictures, curve: LowerBound) -> list[Row]:
    """Draw the largest steps of a curve, a row for each."""
    steps = largest_steps(curve)
    axes = figure.subplots(steps.size, len(_TITLES), squeeze=False)
    for ax, text in zip(axes[0], _TITLES, strict=True):
        ax.set_title(text, fontsize=7)
    rows: list[Row] = []
    for line, step in zip(axes, steps.tolist(), strict=True):
        rows += draw_step(line, pictures, curve, step)
    return rows


def build(options: Options) -> Drawing:
    """Draw the figure."""
    shown = [
        (exhibit.label, exhibit.curve, exhibit.pictures)
        for exhibit in exhibits(options.data, options.curves)
        if exhibit.pictures is not None
    ]
    if not shown:
        message = "fig4-images needs the file FILE-images.npz beside the curve FILE.csv"
        raise MissingRunsError(message)
    rows: list[Row] = []
    heights = [_HEAD + _ROW * largest_steps(curve).size for _, curve, _ in shown]
    figure = Figure(figsize=(COLUMN, sum(heights)), layout="constrained")
    parts = figure.subfigures(len(shown), 1, height_ratios=heights, squeeze=False)[:, 0]
    for part, (label, curve, pictures) in zip(parts, shown, strict=True):
        part.suptitle(as_text(label), fontsize=8)
        rows += [(label, *row) for row in draw_exhibit(part, pictures, curve)]
    return Drawing(
        figure,
        ("data", "epsilon", "Q", "part", "sample", "weight", "class"),
        rows,
        "What causes vanilla's value and the largest steps of Q(D): an image, the virtual image of "
        "another class that is nearest to it, and the two images that are mixed there.",
    )
