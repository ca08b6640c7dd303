"""Manifold intrusion, measured: the share of segments that leave their class, against eps."""

from collections.abc import Mapping

from matplotlib.axes import Axes

from figures.drawing.options import Options
from figures.drawing.save import Drawing, points
from figures.drawing.stored import MissingRunsError
from figures.drawing.style import BLUE, GREEN, GREY, ORANGE, PURPLE, RED, as_text, column_figure
from figures.lipschitz.kept_intrusion import DIGITS, KEPT
from numerics import graphs, signals
from numerics.graphs import Intrusion
from numerics.validation import FloatArray
from numerics.visible import visible

_COLORS = (BLUE, RED, GREEN, ORANGE, PURPLE)


def draw_intrusion(ax: Axes, result: Intrusion, label: str = "", color: str = BLUE) -> None:
    """Draw the share of segments up to eps that leave their class, with its interval.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    result : numerics.graphs.Intrusion
        From `numerics.graphs.intrusion`.
    label : str, optional
        What the curve is called in a legend.
    color : str, optional
        Its colour.
    """
    _draw(ax, {name: getattr(result, name) for name in result.COLUMNS}, label, color)


def _draw(ax: Axes, columns: Mapping[str, FloatArray], label: str, color: str) -> None:
    # Without the first row, a share of one segment.
    eps, share, lower, upper = (
        columns[name][1:] for name in ("epsilon", "share", "lower", "upper")
    )
    ax.fill_between(eps, lower, upper, color=color, alpha=0.2, linewidth=0, step="post")
    ax.step(eps, share, where="post", color=color, label=label)


def build(options: Options) -> Drawing:
    """Draw the figure."""
    names = graphs.Intrusion.COLUMNS
    kept = {each.title: each.columns(options.data) for each in KEPT}
    curves = {title: columns for title, columns in kept.items() if columns is not None}
    for path in options.intrusions:
        values = signals.read_csv(path, names)
        curves[visible(path.stem)] = dict(zip(names, values, strict=True))
    if not curves:
        message = f"there is no curve of intrusion in {options.data}; make one: {DIGITS.command}"
        raise MissingRunsError(message)
    figure = column_figure(3.6)
    top, bottom = figure.subplots(2, 1, sharex=True)
    for i, (label, columns) in enumerate(curves.items()):
        # One axis for all: lengths in units of the longest segment.
        unit = float(columns["epsilon"].max())
        scaled = dict(columns) | {"epsilon": columns["epsilon"] / unit}
        color = _COLORS[i % len(_COLORS)]
        _draw(top, scaled, as_text(label), color)
        count = columns["components"] / columns["components"].max()
        bottom.step(scaled["epsilon"], count, where="post", color=color)
        bottom.plot(scaled["epsilon"], columns["within"], color=color, linestyle=(0, (1.2, 1.2)))
    bottom.plot([], [], color=GREY, label="components, of the most")
    bottom.plot([], [], color=GREY, linestyle=(0, (1.2, 1.2)), label="pairs inside a class")
    top.set_ylabel("share of segments")
    top.set_title(r"Segments up to $\varepsilon$ that leave their class")
    top.set_ylim(top=1.5 * top.get_ylim()[1])  # room for the names
    top.legend(loc="upper left", ncols=2)
    bottom.set(ylabel="share", xlabel=r"$\varepsilon$, in units of the longest segment")
    bottom.legend()
    rows = [
        row
        for label, columns in curves.items()
        for row in points(label, *(columns[name] for name in names))
    ]
    at = {label: 100 * float(columns["share"][-1]) for label, columns in curves.items()}
    said = ", ".join(f"{share:.2g} % ({label})" for label, share in at.items())
    return Drawing(
        figure,
        ("points", *names),
        rows,
        "Of the segments between two samples of a class, some come closer to another class than to "
        f"any other sample of their own: {said} without a limit on the length.",
    )
