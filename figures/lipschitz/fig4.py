"""Figure 4 of the paper, on the data that there is: Q(D) as a function of eps."""

import numpy as np
from matplotlib.axes import Axes

from figures.drawing.options import Options
from figures.drawing.save import Drawing, Row, points
from figures.drawing.style import BLACK, BLUE, GREY, RED, as_text, column_figure, note
from figures.lipschitz.curves import exhibits
from numerics.lipschitz import LowerBound
from numerics.lipschitz.segment_lengths import Lengths

BARS = 60
"""Lengths are drawn in about so many bars."""


def draw_lower_bound(ax: Axes, curve: LowerBound, end: float, whole: float | None = None) -> None:
    """Draw Q(D) against eps, with the levels of vanilla training and Mixup.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    curve : LowerBound
        The curve.
    end : float
        Where the axis of eps ends.
    whole : float, optional
        Vanilla's value of all samples, where the curve is that of a part.
    """
    finite = np.isfinite(curve.values)
    epsilons, values = curve.epsilons[finite], curve.values[finite]
    levels = [("Vanilla", curve.vanilla, GREY)]
    if curve.up_to == np.inf:
        levels.append(("Mixup", curve.mixup, RED))
    if whole is not None:
        levels.append((f"Vanilla of all {curve.n:,}", whole, GREY))
    for name, level, colour in levels:
        if np.isfinite(level):
            ax.axhline(level, color=colour, linewidth=0.8, linestyle=(0, (4, 2)), zorder=1)
        right = name == "Vanilla"
        ax.annotate(
            f"{name} {level:.3g}".replace("inf", "∞"),
            (1 if right else 0, level if np.isfinite(level) else 1),
            xycoords=("axes fraction", "data" if np.isfinite(level) else "axes fraction"),
            xytext=(-2 if right else 2, 2),
            textcoords="offset points",
            ha="right" if right else "left",
            va="bottom",
            color=colour,
            fontsize=6.5,
        )
    stop = float(curve.epsilons[~finite][0]) if not finite.all() else min(end, curve.up_to)
    if values.size:
        ax.step([*epsilons, stop], [*values, values[-1]], color=BLUE, where="post", zorder=2)
        ax.plot(epsilons, values, "o", color=BLUE, markersize=2.2, zorder=3)
    if not finite.all():
        ax.axvline(stop, color=RED, linewidth=0.8, linestyle=(0, (1, 1)))
    ax.set_ylabel("Q(D)")
    ax.margins(y=0.16)


def draw_lengths(ax: Axes, lengths: Lengths, needed: float) -> list[tuple[float, float]]:
    """Draw how the lengths of segments are distributed."""
    size = max(1, lengths.count.size // BARS)
    starts = np.arange(0, lengths.count.size, size)
    counts = np.add.reduceat(lengths.count, starts)
    edges = np.append(lengths.low[starts], lengths.longest)
    widths = np.diff(edges)
    percent = 100 * counts / counts.sum()
    height = np.divide(percent, widths, out=np.zeros_like(percent), where=widths > 0)
    ax.stairs(height, edges, fill=True, color=GREY, alpha=0.55)
    share = 100 * lengths.share(needed)
    ax.axvline(needed, color=RED, linewidth=0.8, linestyle=(0, (4, 2)))
    note(ax, f"{share:.0f} % are shorter", needed, (-3 if share > 50 else 3, -2), RED)
    ax.set(yticks=[], ylim=(0, 1.5 * height.max() if height.max() > 0 else 1))
    ax.spines["left"].set_visible(False)
    return list(zip(((edges[1:] + edges[:-1]) / 2).tolist(), percent.tolist(), strict=True))


def build(options: Options) -> Drawing:
    """Draw the figure."""
    shown = exhibits(options.data, options.curves)
    rows: list[Row] = []
    heights = [height for exhibit in shown for height in ((2, 1) if exhibit.lengths else (2,))]
    figure = column_figure(0.35 + 0.68 * sum(heights))
    axes = iter(figure.subplots(len(heights), 1, height_ratios=heights, squeeze=False)[:, 0])
    for exhibit in shown:
        ax, curve, lengths = next(axes), exhibit.curve, exhibit.lengths
        end = 1.04 * max(float(curve.epsilons[-1]), lengths.longest if lengths else 0) or 1.0
        draw_lower_bound(ax, curve, end, exhibit.whole)
        ax.set_title(as_text(exhibit.label))
        rows += points(exhibit.label, ["Q"] * len(curve.values), curve.epsilons, curve.values)
        if lengths:
            ax.set_xlim(-0.02 * end, end)
            ax.tick_params(labelbottom=False)
            ax = next(axes)
            bars = draw_lengths(ax, lengths, float(curve.epsilons[-1]))
            rows += [(exhibit.label, "percent of segments", *bar) for bar in bars]
            within = curve.segments == "same-class"
            ax.set_ylabel("lengths\n" + ("in classes" if within else "of all"), color=BLACK)
        ax.set_xlim(-0.02 * end, end)
        ax.set_xlabel("ε" + (" (pixels from 0 to 1)" if unit_pixels(curve) else ""))
    return Drawing(
        figure,
        ("data", "what", "epsilon", "value"),
        rows,
        "The lower bound Q(D) on the Lipschitz constant against eps, a step function between the "
        "levels of vanilla training and Mixup, above the distribution of the lengths of segments; "
        "the dashed line below marks where Mixup's level is reached.",
    )


def unit_pixels(curve: LowerBound) -> bool:
    """Say whether the inputs of a curve are pixels from 0 to 1."""
    return set(curve.provenance.get("deviations", (1.0,) if not curve.provenance else ())) == {1.0}
