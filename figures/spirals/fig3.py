"""Figure 3 of the paper: the error rate on the two spirals as a function of eps."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from figures.drawing.options import Options
from figures.drawing.save import Drawing
from figures.drawing.stored import MissingRunsError
from figures.drawing.style import BLUE, GREEN, GREY, INTERVAL, ORANGE, RED, column_figure, note
from figures.spirals.curves import ErrorCurve, curves, quantiles
from figures.spirals.stored import RULE_NAMES, STUDIES, Study
from numerics import statistics
from numerics.experiments.two_spirals.settings import Preset, Rule

RULE_STYLE: dict[Rule, tuple[str, str, float]] = {
    "paper": (BLUE, "o", -0.03),
    "equal-updates": (RED, "s", 0.03),
    "constant": (ORANGE, "^", 0.06),
}
"""Colour, marker and shift to the side, so that intervals do not hide each other."""

ONE_SET = (GREEN, "D", 0.0)
"""The same for the published data set in all runs."""

DESCRIPTIONS: dict[Preset, str] = {
    "printed": "as printed: Gaussian noise, σ = 1.5",
    "corrected": "corrected: the published generator, Eq. (2)",
    "released": "released: the published code",
    "published-corrected": "published-corrected: one data set, Eq. (2)",
    "published": "published: the published code on its one data set",
}

TRAINING: dict[Preset, Preset] = {"published-corrected": "corrected", "published": "released"}
"""In whose panel the presets of the one data set are drawn: that of the same training."""

WIDE = 8
"""From this ratio of the largest mean to the smallest on, error rates are drawn by their roots."""

ROOT_TICKS = (0, 0.2, 1, 2, 5, 10, 20, 30, 40, 50)

MIXUP = 4.7
"""Where Mixup stands on the axis of eps."""


def draw_errors(ax: Axes, curve: ErrorCurve, rule: Rule) -> list[tuple[float, float, float, float]]:
    """Draw error rates with their 95 % intervals against eps.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    curve : ErrorCurve
        The error rates.
    rule : {"paper", "equal-updates", "constant"}
        Which colour, unless all runs have the published data set, which has one of its own.

    Returns
    -------
    list of tuple
        Epsilon, mean and the ends of the interval, in percent.
    """
    one_set = curve.settings.one_set
    colour, marker, shift = ONE_SET if one_set else RULE_STYLE[rule]
    rows = []
    for epsilon, errors in zip(curve.epsilons, curve.percent, strict=True):
        found = statistics.mean(errors)
        rows.append((float(epsilon), found.value, found.low, found.high))
    epsilons, means, low, high = np.array(rows).T
    at = np.where(np.isinf(epsilons), MIXUP, epsilons) + shift
    inner = (epsilons > 0) & np.isfinite(epsilons)
    ax.plot(at[inner], means[inner], color=colour, linewidth=0.9)
    label = f"{RULE_NAMES[rule]}{', published set' if one_set else ''}, {curve.runs} runs"
    look = INTERVAL | {"fmt": marker, "color": colour, "markersize": 2.6, "label": label}
    ax.errorbar(at, means, yerr=[means - np.maximum(low, 0), high - means], **look)
    ragged = curve.ragged
    if ragged.any():
        ax.plot(at[ragged], means[ragged], ".", color="white", markersize=2.2, zorder=4)
    return rows


def scale_errors(ax: Axes) -> None:
    """Choose the axis of error rates: by square roots where small ones would be lost."""
    points = [line for line in ax.lines if str(line.get_marker()) in {"o", "s"}]
    means = np.concatenate([point.get_ydata() for point in points])
    low, high = ax.get_ylim()
    if means.max() < WIDE * means.min():
        ax.set_ylabel("error rate (%)")
        # Room for the names of the quartiles, and for a legend below them.
        ax.set_ylim(low, high + 0.3 * (high - low))
        return
    ax.set_yscale("function", functions=(lambda y: np.sqrt(np.maximum(y, 0)), np.square))
    ax.set_ylim(0, 1.25 * high)
    ticks = [tick for tick in ROOT_TICKS if tick <= 1.25 * high]
    ax.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.yaxis.set_minor_locator(NullLocator())
    ax.set_ylabel("error rate (%)\nroot scale")


def draw_quartiles(ax: Axes, curve: ErrorCurve) -> None:
    """Mark the quartiles of the distances of training samples."""
    positions = quantiles(curve.settings)[1:]
    for position, name in zip(positions, ("$q_1$", "$q_2$", "$q_3$"), strict=True):
        ax.axvline(position, color=GREY, linewidth=0.6, linestyle=(0, (4, 2)), zorder=0)
        note(ax, name, position, (1.5, -1))


def build(options: Options) -> Drawing:
    """Draw the figure."""
    stored = curves(folder=options.data)
    if not stored:
        message = f"fig3 needs runs in {options.data}; make them with: {STUDIES[0].command}"
        raise MissingRunsError(message)
    panels: dict[Preset, dict[Study, ErrorCurve]] = {}
    for study, curve in stored.items():
        panels.setdefault(TRAINING.get(study.preset, study.preset), {})[study] = curve
    rows: list[tuple[str, str, int, float, float, float, float]] = []
    figure = column_figure(0.45 + 1.6 * len(panels))
    axes = figure.subplots(len(panels), 1, sharex=True, squeeze=False)[:, 0]
    for ax, (preset, drawn) in zip(axes, panels.items(), strict=True):
        draw_quartiles(ax, next(iter(drawn.values())))
        for study, curve in drawn.items():
            points = draw_errors(ax, curve, study.rule)
            rows += [(study.preset, study.rule, curve.runs, *point) for point in points]
        # Runs of one's own are not to be taken for those of the preset.
        changes = [curve.changes for curve in drawn.values() if curve.changes]
        ax.set_title("\nbut ".join([DESCRIPTIONS[preset], *dict.fromkeys(changes)]))
        scale_errors(ax)
        ax.set_xlim(-0.3, MIXUP + 0.3)
        crowded = len(drawn) > 2
        legend = ax.legend(
            loc="lower right" if crowded else "best",
            bbox_to_anchor=(0, 0, 1, 0.92),  # below the names of the quartiles
            frameon=True,
            facecolor="white",
            edgecolor="none",
            framealpha=1,
            borderpad=0.1,
            handlelength=1.2,
            **({"fontsize": 6, "labelspacing": 0.25} if crowded else {}),
        )
        legend.set_zorder(1)  # over the quartiles, under the errors
    axes[-1].set_xticks([0, 1, 2, 3, 4, MIXUP], ["0\nvanilla", "1", "2", "3", "4", "∞\nMixup"])
    axes[-1].set_xlabel("ε")
    return Drawing(
        figure,
        ("preset", "rule", "runs", "epsilon", "error_percent", "low", "high"),
        rows,
        "Error rate on the two spirals against eps with 95 % intervals, vanilla training at 0 and "
        "Mixup at infinity, on new data for each run unless it says one data set, the published "
        "one; dashed lines mark the quartiles of the distances of training samples, "
        "and hollow points a last batch of each pass that is less than a fifth of the others.",
    )
