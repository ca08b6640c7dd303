"""What the stored runs on images say of Table I: methods compared run by run."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

import numpy as np

from figures.drawing.stored import from_files
from figures.measured import AGREES, OPPOSITE, UNDECIDED
from figures.measured.comparisons import SIGNIFICANT, Comparison, adjusted, plain
from figures.table1.stored import (
    CIFAR10,
    CIFAR100,
    DIGITS,
    FASHION,
    MNIST,
    SVHN,
    ImageSet,
    read_all,
)
from figures.table1.stored import percent as errors_of
from numerics.experiments.images import Table1
from numerics.validation import FloatArray

Pair: TypeAlias = tuple[str, str]
"""Two methods, of which the first is said to be better."""

WITHIN = 0.5
"""Percentage points: a test error is near its final value if it is at most so much above it."""

_TABLE = (DIGITS, FASHION, CIFAR10, CIFAR100, SVHN)

FAMILIES: dict[str, tuple[tuple[Pair, tuple[ImageSet, ...]], ...]] = {
    "orderings": tuple((("exponential", other), _TABLE) for other in ("baseline", "mixup")),
    "harm": ((("baseline", "mixup"), (FASHION,)),),
    "graphs": tuple(
        ((graph, other), _TABLE)
        for graph in ("threshold", "knn")
        for other in ("mixup", "baseline")
    ),
    # Small grey images are asked what the paper says of MNIST.
    "adamixup": (
        (("exponential", "adamixup"), (CIFAR10,)),
        (("adamixup", "exponential"), (MNIST, DIGITS, FASHION)),
    ),
    "quantile": tuple(
        (("threshold-quantile", other), (DIGITS, FASHION)) for other in ("exponential", "threshold")
    ),
    "features": ((("exponential-features", "exponential"), (DIGITS, FASHION)),),
}
"""Which final test errors are compared, the first being said to be smaller, and on which sets; of
"graphs" it is said that none was smaller."""

SPEED: Pair = ("exponential", "adamixup")
"""Whose test errors are compared over the epochs, the first being said to fall faster."""

SPEED_SETS = (MNIST, DIGITS, FASHION)
"""Where."""


def epochs_needed(curves: FloatArray, within: float = WITHIN) -> FloatArray:
    """Count the epochs until a test error stays near its final value."""
    far = curves > curves[:, -1:] + within
    last = np.where(far, np.arange(1, curves.shape[1] + 1), 0).max(axis=1)
    return np.asarray(last + 1, dtype=np.float64)


MEASURES: dict[str, Callable[[FloatArray], FloatArray]] = {
    "area": lambda curves: np.asarray(curves.mean(axis=1)),  # that under the curve, over its length
    "epochs": epochs_needed,
}
"""What to make of the test errors over the epochs, in percent."""


def between(runs: Table1, pair: Pair) -> Comparison:
    """Compare the final test errors of two methods run by run."""
    first, second = pair
    return plain(errors_of(runs, first), errors_of(runs, second))


def not_smaller(comparison: Comparison) -> str:
    """Say what a difference means for the statement that no smaller error was reached."""
    if round(comparison.estimate.value, 9) >= 0:  # whatever rounding makes of equal means
        return AGREES
    return OPPOSITE if comparison.adjusted < SIGNIFICANT else UNDECIDED


@from_files
def compared(folder: Path) -> Mapping[tuple[ImageSet, Pair], Comparison]:
    """Compare final test errors on every data set that is stored: all are one family."""
    known = read_all(folder=folder)
    return adjusted(
        {
            (data, pair): between(known[data], pair)
            for family in FAMILIES.values()
            for pair, sets in family
            for data in sets
            if data in known and set(pair) <= set(known[data].methods)
        }
    )


@from_files
def compared_speed(folder: Path) -> Mapping[tuple[ImageSet, str], Comparison]:
    """Compare how fast Local Mixup and AdaMixup converge, on every data set that is stored."""
    known = read_all(folder=folder)
    found = {}
    for data in SPEED_SETS:
        for measure, compute in MEASURES.items():
            if data in known and set(SPEED) <= set(known[data].methods):
                runs = known[data]
                first, second = (
                    compute(100 * runs.curves[runs.methods.index(method)]) for method in SPEED
                )
                found[data, measure] = plain(first, second)
    return adjusted(found)
