"""From the published spirals experiment to the one of the text, one ingredient at a time."""

import numpy as np
from matplotlib.axes import Axes

from figures.drawing.options import Options
from figures.drawing.save import Drawing
from figures.drawing.stored import MissingRunsError
from figures.drawing.style import BLACK, BLUE, GREEN, INTERVAL, PURPLE, RED, column_figure
from figures.spirals.curves import curve_of
from figures.spirals.stored import ABLATION_COMMAND, read_ablation
from numerics import statistics
from numerics.experiments.two_spirals.results import Ablation

STEP_LABELS = {
    "released": "released:\nthe published code",
    "one softmax": "+ one softmax,\nnot two",
    "two hidden layers": "+ two hidden layers,\nnot three",
    "per-pair weights": "+ per-pair weights\n= corrected",
    "equal updates": "+ equal updates",
}

MARKERS = ((BLACK, "o"), (BLUE, "s"), (RED, "^"), (GREEN, "D"), (PURPLE, "v"))


def name_of(epsilon: float) -> str:
    """Return what to call a threshold."""
    if epsilon == 0:
        return "vanilla"
    return "Mixup" if np.isinf(epsilon) else f"Local Mixup, ε = {epsilon:g}"


def draw_ablation(ax: Axes, ablation: Ablation) -> list[tuple[str, float, float, float, float]]:
    """Draw error rates with their 95 % intervals, one line a step.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    ablation : numerics.experiments.two_spirals.results.Ablation
        The runs.

    Returns
    -------
    list of tuple
        Step, epsilon, mean and the ends of the interval, in percent.

    Raises
    ------
    ValueError
        If there are more thresholds than markers.
    """
    epsilons = sorted({float(e) for errors in ablation.results for e in errors.epsilons})
    if len(epsilons) > len(MARKERS):
        message = f"ablation must have at most {len(MARKERS)} epsilons, got {epsilons}"
        raise ValueError(message)
    rows = []
    for number, epsilon in enumerate(epsilons):
        colour, marker = MARKERS[number]
        places, points = [], []
        for step, (name, errors) in enumerate(zip(ablation.names, ablation.results, strict=True)):
            curve = curve_of(errors)
            if epsilon in curve.epsilons:
                found = statistics.mean(curve.row(epsilon))
                places.append(step + 0.18 * (number - (len(epsilons) - 1) / 2))
                points.append((found.value, found.low, found.high))
                rows.append((name, epsilon, *points[-1]))
        value, low, high = np.array(points).T
        look = INTERVAL | {"fmt": marker, "color": colour, "label": name_of(epsilon)}
        ax.errorbar(value, places, xerr=[value - low, high - value], **look)
    for line in np.arange(len(ablation.names) - 1) + 0.5:
        ax.axhline(line, color="#DDDDDD", linewidth=0.5, zorder=0)
    ax.set_yticks(
        range(len(ablation.names)), [STEP_LABELS.get(name, name) for name in ablation.names]
    )
    ax.tick_params(axis="y", length=0)
    ax.set(ylim=(len(ablation.names) - 0.5, -0.5), xlabel="error rate (%)", ylabel="step")
    return rows


def build(options: Options) -> Drawing:
    """Draw the figure."""
    ablation = read_ablation(options.data)
    if ablation is None:
        message = f"ablation needs runs in {options.data}; make them with: {ABLATION_COMMAND}"
        raise MissingRunsError(message)
    figure = column_figure(3.2)
    ax = figure.subplots()
    rows = draw_ablation(ax, ablation)
    ax.set_title(f"two spirals, {ablation.results[0].errors.shape[1]} runs each")
    figure.legend(loc="outside lower center", ncols=3, handlelength=1, columnspacing=1)
    return Drawing(
        figure,
        ("step", "epsilon", "error_percent", "low", "high"),
        rows,
        "Error rate on the two spirals with 95 % intervals at each step from the published "
        "experiment to the one of the text, for vanilla training, Local Mixup and Mixup.",
    )
