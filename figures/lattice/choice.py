"""From a record in noise to K: the record, what is chosen, and the risk that is estimated."""

import numpy as np
from matplotlib.axes import Axes

from figures.drawing.options import Options
from figures.drawing.save import Drawing, points
from figures.drawing.style import BLUE, GREY, ORANGE, as_text, column_figure, mark
from figures.lattice.risk import WIDEST
from numerics import tradeoff
from numerics.tradeoff import Choice


def draw_choice(ax: Axes, result: Choice) -> None:
    """Draw the estimated risk against K with its standard error, and the chosen K.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    result : numerics.tradeoff.Choice
        From `numerics.tradeoff.choose`.
    """
    unit = result.sigma**2 or 1.0
    order = np.argsort(result.K)
    K, risk, error = (
        each[order] for each in (result.K, result.risk / unit, result.risk_error / unit)
    )
    ax.fill_between(K, risk - error, risk + error, color=BLUE, alpha=0.2, linewidth=0)
    ax.plot(K, risk, color=BLUE, label="estimated risk, one standard error")
    at = float(risk[result.chosen_K == K][0])
    mark(ax, result.chosen_K, at, rf"$K={result.chosen_K}$", 24, 4)


def build(options: Options) -> Drawing:
    """Draw the figure."""
    truth = None
    record = options.values
    if options.signal is None:  # a made one, in noise: then the truth is known
        truth = record
        noise = np.random.default_rng(options.seed).standard_normal(truth.size)
        record = truth + (0.15 if options.sigma is None else options.sigma) * noise
    result = tradeoff.choose(record, options.sigma, options.K, options.reading, options.boundary)
    exact = None
    if truth is not None and options.boundary == "periodic":
        exact = tradeoff.noisy(truth, result.sigma, result.K, options.reading)
    shown = slice(0, WIDEST)
    place = np.arange(record.size)[shown]
    f, error = result.smoothed[shown], result.standard_error[shown]
    figure = column_figure(4.3)
    top, bottom = figure.subplots(2, 1)
    top.plot(place, record[shown], ".", color=GREY, markersize=2, label="record")
    if truth is not None:
        top.plot(place, truth[shown], color=ORANGE, linewidth=2.4, label="truth")
    top.fill_between(place, f - 2 * error, f + 2 * error, color=BLUE, alpha=0.25, linewidth=0)
    top.plot(place, f, color=BLUE, linewidth=1, label=rf"$f_K^*$, $K={result.chosen_K}$")
    part = "" if place.size == record.size else f", the first of {record.size}"
    top.set(xlabel=f"sample{part}", ylabel="value, two standard errors")
    low, high = float(record[shown].min()), float(record[shown].max())
    room = (high - low) or 1.0
    top.set_ylim(low - 0.05 * room, high + 0.25 * room)
    top.legend(loc="upper center", ncols=3)
    name = as_text(options.label)
    top.set_title(rf"{name}: $K$ from a record with $\sigma={result.sigma:.3g}$")
    draw_choice(bottom, result)
    unit = result.sigma**2 or 1.0
    if exact is not None:
        look = {"color": ORANGE, "linestyle": (0, (4, 1.5))}
        bottom.plot(result.K, exact.risk / unit, label="true risk", **look)
    bottom.set(xscale="log", ylim=(min(0.0, float(result.risk.min()) / unit), 1.9))
    bottom.set(xlabel=r"$K$, neighbours on each side", ylabel=r"in units of $\sigma^2$")
    bottom.legend(loc="upper left")
    rows = [
        *points("record", place, record[shown]),
        *points("f_K", place, f),
        *points("standard_error", place, error),
        *points("risk", result.K, result.risk),
        *points("risk_error", result.K, result.risk_error),
    ]
    if truth is not None:
        rows += points("truth", place, truth[shown])
    if exact is not None:
        rows += points("true risk", result.K, exact.risk)
    notes = " ".join(result.notes)
    return Drawing(
        figure,
        ("curve", "x", "value"),
        rows,
        f"{options.label}: from the record alone, K = {result.chosen_K} is chosen, with sigma = "
        f"{result.sigma:.3g}. {notes}".rstrip(),
    )
