"""Figure 2 of the paper: the interpolations behind f*_K(x_i), for K = 2 and K = 3."""

from typing import Any

from matplotlib.axes import Axes

from figures.drawing.options import Options
from figures.drawing.save import Drawing
from figures.drawing.style import BLACK, BLUE, GREY, RED, column_figure
from numerics.validation import check_count
from theory.lattice import segments

TARGETS = {-3: 1.15, -2: 0.25, -1: 0.85, 0: 1.75, 1: 0.5, 2: 1.35, 3: 0.0}
"""Targets y_{i-3}, ..., y_{i+3}, chosen so that no two interpolations cover each other."""

LOOKS: dict[str, dict[str, Any]] = {
    "ends": {"color": BLUE, "linestyle": "-"},
    "passes": {"color": RED, "linestyle": (0, (3, 1.5))},
}


def interpolations(K: int) -> list[tuple[int, int, float, str]]:
    """Return the segments that meet at x_i with the target that each puts there."""
    rows = []
    for a, b in segments(K):
        share = -a / (b - a)
        target = (1 - share) * TARGETS[a] + share * TARGETS[b]
        rows.append((a, b, target, "ends" if 0 in (a, b) else "passes"))
    return rows


def draw_interpolations(ax: Axes, K: int) -> None:
    """Draw the interpolations that meet at x_i.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    K : int
        Number of neighbours on each side, at most 3.
    """
    K = check_count(K, "K", most=max(TARGETS))
    rows = interpolations(K)
    for a, b, target, kind in rows:
        ax.plot([a, b], [TARGETS[a], TARGETS[b]], linewidth=0.9, zorder=2, **LOOKS[kind])
        if kind == "passes":
            ax.plot(0, target, "s", color=RED, markersize=4, zorder=4)
    ax.axvline(0, color=GREY, linewidth=0.5, zorder=1)
    inside = [k for k in TARGETS if abs(k) <= K]
    ax.plot(inside, [TARGETS[k] for k in inside], "o", color=BLACK, markersize=3.5, zorder=3)
    ax.plot(0, TARGETS[0], "o", color=BLUE, markersize=6, zorder=4)
    ends = sum(kind == "ends" for *_, kind in rows)
    ax.set_title(rf"$K={K}$: {ends} blue, {len(rows) - ends} red")
    ax.set_xticks(
        list(TARGETS),
        ["$x_i$" if k == 0 else f"${'+' if k > 0 else '−'}{abs(k)}$" for k in TARGETS],
    )
    ax.set(xlim=(-3.3, 3.3), ylim=(-0.15, 1.95), yticks=[], ylabel=r"$y$")


def build(options: Options) -> Drawing:
    """Draw the figure."""
    del options
    figure = column_figure(2.5)
    axes = figure.subplots(1, 2, sharey=True)
    for ax, K in zip(axes, (2, 3), strict=True):
        draw_interpolations(ax, K)
    axes[1].set_ylabel("")
    ends, passes = r"segment that ends at $x_i$ ($\tilde y=y_i$)", "segment that passes over $x_i$"
    axes[0].plot([], [], "-o", color=BLUE, linewidth=0.9, markersize=5, label=ends)
    axes[0].plot([], [], "--s", color=RED, linewidth=0.9, markersize=4, label=passes)
    figure.legend(loc="outside lower center", ncols=1)
    rows = [(K, a, b, target, kind) for K in (2, 3) for a, b, target, kind in interpolations(K)]
    return Drawing(
        figure,
        ("K", "from", "to", "target_at_x_i", "kind"),
        rows,
        "The interpolations that meet at a point of the lattice for K = 2 (4 that end there, 1 "
        "that passes over it) and K = 3 (6 and 3); their targets at the point are averaged by Eq. "
        "(3).",
    )
