"""Decision regions of three networks on the two spirals: vanilla, Local Mixup, Mixup."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap

from figures.drawing.options import Options
from figures.drawing.save import Drawing
from figures.drawing.style import BLACK, BLUE, RED, column_figure
from figures.spirals.curves import curves
from numerics import mlp, spirals
from numerics.experiments.two_spirals.settings import PRESETS, Preset
from numerics.spirals import Spirals
from numerics.validation import FloatArray, IntArray

PRESET: Preset = "corrected"
"""The published data, with the loss of Eq. (2) and the network of the text."""

USUAL = 0.8
"""The local threshold where no runs are stored to choose it by."""

SEED = 2
GRID = 200
MARGIN = 0.25

REGIONS = ListedColormap(["#BFDCEC", "#F6CFB5"])
POINTS = (BLUE, RED)


@dataclass(frozen=True)
class Regions:
    """What one trained network answers."""

    epsilon: float  # threshold that it was trained with
    classes: IntArray
    error: float  # its test error, in [0, 1]


def best_epsilon(folder: Path) -> float:
    """Return the local threshold of smallest mean error in the stored runs."""
    for experiment, curve in curves(folder=folder).items():
        if (experiment.preset, experiment.rule) == (PRESET, "paper") and curve.local.size:
            return curve.best
    return USUAL


def axis() -> FloatArray:
    """Return the coordinates of the grid."""
    return np.linspace(-2 - MARGIN, 2 + MARGIN, GRID)


def train(
    data: Spirals, epsilons: tuple[float, ...], seed: int = SEED, preset: Preset = PRESET
) -> list[Regions]:
    """Train one network for each threshold, as the experiment does."""
    settings = PRESETS[preset]
    grid = np.stack(np.meshgrid(axis(), axis()), axis=-1).reshape(-1, 2)
    found = []
    for epsilon in epsilons:
        network = mlp.train(
            data.X_train,
            data.labels_train,
            mixing=settings.mixing(epsilon),
            network=settings.network,
            optimiser=settings.optimiser_object,
            batch_size=settings.batch_size(epsilon),
            updates=settings.updates(settings.batch_size(epsilon)),
            rng=seed,
            backend="numpy",
        )
        classes = network.predict(grid)[0].reshape(GRID, GRID)
        error = float(network.error(data.X_test, data.labels_test)[0])
        found.append(Regions(epsilon, classes, error))
    return found


def draw_regions(ax: Axes, regions: Regions, data: Spirals) -> None:
    """Draw decision regions with the training samples.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    regions : Regions
        What the network answers.
    data : numerics.spirals.Spirals
        What it was trained on.
    """
    extent = (axis()[0], axis()[-1], axis()[0], axis()[-1])
    ax.imshow(regions.classes, origin="lower", extent=extent, cmap=REGIONS, interpolation="nearest")
    ax.contour(axis(), axis(), regions.classes, levels=[0.5], colors=BLACK, linewidths=0.4)
    for label, (colour, marker) in enumerate(zip(POINTS, ("o", "^"), strict=True)):
        x, y = data.X_train[data.labels_train == label].T
        ax.plot(x, y, marker, color=colour, markersize=0.7, markeredgewidth=0)
    ax.set(xlim=extent[:2], ylim=extent[2:], xticks=[-2, 0, 2], yticks=[-2, 0, 2])


def build(options: Options) -> Drawing:
    """Train the networks and draw the figure."""
    local = best_epsilon(options.data)
    settings = PRESETS[PRESET]
    data = spirals.make(preset="released", rng=SEED, **settings.data)
    trained = train(data, (0.0, local, np.inf))
    names = ("vanilla", f"Local Mixup, ε = {local:g}", "Mixup")
    figure = column_figure(1.6)
    axes = figure.subplots(1, 3, sharey=True)
    for ax, regions, name in zip(axes, trained, names, strict=True):
        draw_regions(ax, regions, data)
        ax.set_title(f"{name}\ntest error {100 * regions.error:.1f} %", fontsize=6.5)
        ax.set_xlabel("$x_1$", labelpad=1)
    axes[0].set_ylabel("$x_2$", labelpad=-2)
    rows = [
        (name, regions.epsilon, regions.error, float(x), float(y), int(regions.classes[j, i]))
        for name, regions in zip(names, trained, strict=True)
        for j, y in enumerate(axis())
        for i, x in enumerate(axis())
    ]
    return Drawing(
        figure,
        ("name", "epsilon", "test_error", "x1", "x2", "class"),
        rows,
        "Decision regions of one network each for vanilla training, Local Mixup and Mixup, over "
        "the training samples of the two spirals.",
    )
