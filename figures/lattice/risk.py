"""How many neighbours? Bias, variance and risk of f*_K for a signal seen in white noise."""

import numpy as np
from matplotlib.axes import Axes

from figures.drawing.options import Options
from figures.drawing.save import Drawing, points
from figures.drawing.style import BLACK, BLUE, GREY, ORANGE, RED, as_text, column_figure, mark, note
from numerics import lattice
from numerics.tradeoff import NoisyRisk, noisy
from numerics.validation import FloatArray


def draw_risk(ax: Axes, result: NoisyRisk) -> None:
    """Draw squared bias, variance and risk against K, with the best K.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    result : numerics.tradeoff.NoisyRisk
        From `numerics.tradeoff.noisy`.
    """
    unit = result.sigma**2 or 1.0
    ax.plot(
        result.K, result.bias2 / unit, color=BLUE, linestyle=(0, (5, 1.5)), label="squared bias"
    )
    ax.plot(
        result.K, result.variance / unit, color=RED, linestyle=(0, (1.2, 1.2)), label="variance"
    )
    ax.plot(result.K, result.risk / unit, color=BLACK, label="risk")
    best = int(np.flatnonzero(result.best_K == result.K)[0])
    mark(ax, result.best_K, result.risk[best] / unit, rf"best $K={result.best_K}$", 32, 5)
    if result.K.min() <= result.K_asymptotic <= result.K.max():
        ax.axvline(result.K_asymptotic, color=GREY, linewidth=0.7, linestyle=(0, (4, 2)))
        note(ax, rf"$K^*={result.K_asymptotic:.1f}$", result.K_asymptotic, (3, -2))


WIDEST = 600
"""Points that a column can show one by one."""


def _window(s: FloatArray) -> slice:
    """Return all points, or those around the sharpest bend of a long signal."""
    if s.size <= WIDEST:
        return slice(None)
    bend = int(np.argmax(np.abs(np.roll(s, 1) - 2 * s + np.roll(s, -1))))
    first = min(max(bend - WIDEST // 2, 0), s.size - WIDEST)
    return slice(first, first + WIDEST)


def build(options: Options) -> Drawing:
    """Draw the figure."""
    s, sigma = options.values, options.noise
    if not sigma > 0:
        message = f"sigma must be positive, the standard deviation of the noise; got {sigma}"
        raise ValueError(message)
    result = noisy(s, sigma, options.neighbours, options.reading)
    rng = np.random.default_rng(options.seed)
    y = s + sigma * rng.standard_normal(s.size)
    f = lattice.smooth(y, result.best_K, options.reading)
    place = np.arange(s.size)[_window(s)]
    y, f, shown = y[place], f[place], s[place]
    figure = column_figure(4.3)
    top, bottom = figure.subplots(2, 1)
    top.plot(place, y, ".", color=GREY, markersize=2, label=rf"$y$, noise of $\sigma={sigma:.3g}$")
    top.plot(place, shown, color=ORANGE, linewidth=2.4, label="signal")
    top.plot(place, f, color=BLUE, linewidth=1, label=rf"$f_K^*$, $K={result.best_K}$")
    part = "" if place.size == s.size else f", a part of {s.size}"
    top.set(xlabel=f"point of the cycle{part}", ylabel="value")
    low, high = min(y.min(), shown.min()), max(y.max(), shown.max())
    top.set_ylim(low - 0.05 * (high - low), high + 0.3 * (high - low))
    top.legend(loc="upper center", ncols=3)
    top.set_title(f"{as_text(options.label)} in white noise (reading {options.reading})")
    draw_risk(bottom, result)
    finite = result.risk[result.risk > 0] / sigma**2
    bottom.set(xscale="log", yscale="log", ylim=(finite.min() / 8, finite.max() * 2))
    bottom.set(xlabel=r"$K$, neighbours on each side", ylabel=r"in units of $\sigma^2$")
    bottom.legend(loc="lower right")
    rows = [
        *points("signal", place, shown),
        *points("observed", place, y),
        *points("f_K", place, f),
        *points("bias2", result.K, result.bias2),
        *points("variance", result.K, result.variance),
        *points("risk", result.K, result.risk),
    ]
    return Drawing(
        figure,
        ("curve", "x", "value"),
        rows,
        f"{options.label} in white noise of standard deviation {sigma:.3g}: the risk of f_K is "
        f"least at K = {result.best_K}.",
    )
