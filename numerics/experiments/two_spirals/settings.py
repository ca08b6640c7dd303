"""What decides the numbers of the spirals experiment, and its presets (Section V.A)."""

import math
import os
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal, TypeAlias, get_args

import numpy as np

from numerics import spirals
from numerics.archive.plain import Plain, chosen
from numerics.mixing import Mixing
from numerics.mlp import SGD, Adam, Network
from numerics.mlp.network import Init
from numerics.validation import FloatArray, check_choice, check_count

Preset: TypeAlias = Literal["printed", "corrected", "released", "published-corrected", "published"]
"""The text's experiment; the published one with Eq. (2)'s loss, and as it is, on new data each run.

The last two are "corrected" and "released" with the one data set that is published in all runs.
"""

Rule: TypeAlias = Literal["paper", "equal-updates", "constant"]
"""Batches of 20/P(d <= epsilon) pairs, over a fixed number of epochs or of updates; or of 20."""

Optimiser: TypeAlias = Literal["adam", "sgd"]
"""Adam with its usual moments, or plain stochastic gradient descent."""

_DATA = tuple(field.name for field in fields(spirals.Settings))


@dataclass(frozen=True, kw_only=True)
class SpiralsSettings(Plain):
    """What decides the numbers of the spirals experiment, next to epsilon and the seed."""

    preset: Preset  # where what was not given is from
    rule: Rule = "paper"  # whether all epsilon have the same number of epochs or of updates
    n: int = 1000  # samples of each class, training and test together
    noise: float = 0.5  # scale of the noise of the data
    law: spirals.Law = "uniform"  # law of the noise
    turns: float = 2.0  # turns of each spiral
    mirrored: bool = True  # whether class 1 is the mirror image of class 0, noise included
    standardise: spirals.Standardise = "before"
    test_fraction: float = 0.2  # share of the samples for the test
    widths: tuple[int, ...] = (100, 100)  # neurons of each hidden layer
    softmax_twice: bool = False
    init: Init = "uniform-fan-in"  # law of the initial parameters, as in `numerics.mlp.Network`
    optimiser: Optimiser = "adam"  # optimiser, with its defaults but for the rate
    rate: float = 0.01  # its learning rate
    epochs: int = 200
    weighting: Literal["pair", "batch-mean"] = "pair"
    normalise: Literal["batch", "weights"] = "batch"
    lam: Literal["batch", "pair"] = "batch"  # one lambda for each batch, or for each pair
    pairing: Literal["permutation", "repetition"] = "permutation"
    alpha: float = 1.0  # parameters of the law of lambda, Beta(alpha, beta)
    beta: float = 1.0  # parameters of the law of lambda, Beta(alpha, beta)
    pairs: int = 20  # pairs that count in a batch, expected
    dtype: Literal["float32", "float64"] = "float32"  # precision of the training

    def __post_init__(self) -> None:
        """Check the fields."""
        # The parts check most of it themselves.
        check_choice(self.preset, "preset", get_args(Preset))
        check_choice(self.rule, "rule", get_args(Rule))
        check_choice(self.optimiser, "optimiser", get_args(Optimiser))
        check_choice(self.dtype, "dtype", ("float32", "float64"))
        for name in ("n", "epochs", "pairs"):
            check_count(getattr(self, name), name, least=1)
        drawn = spirals.settings(preset="released", **self.data)
        if self.one_set and drawn != spirals.PRESETS["released"]:
            message = (
                f"the data of the preset {self.preset!r} are read from files: none of "
                f"{', '.join(_DATA)} can be changed"
            )
            raise ValueError(message)
        if not round(self.test_fraction * 2 * self.n):
            message = f"test_fraction must leave a test sample, got {self.test_fraction}"
            raise ValueError(message)
        _ = self.network, self.optimiser_object, self.mixing(1.0)

    @property
    def one_set(self) -> bool:
        """Whether all runs have the published set, instead of new data each."""
        return self.preset.startswith("published")

    def published(self, folder: str | os.PathLike[str] | None) -> spirals.Spirals | None:
        """Read the published set, if all runs have it."""
        if not self.one_set:
            if folder is None:
                return None
            message = (
                f"folder must be None for the preset {self.preset!r}, whose data are drawn anew "
                f"for each run; got {folder!r}"
            )
            raise ValueError(message)
        if folder is None:
            message = f"the preset {self.preset!r} needs a folder with {spirals.PUBLISHED}"
            raise ValueError(message)
        return spirals.published(folder)

    @property
    def data(self) -> dict[str, Any]:
        """The ingredients of the data."""
        return {name: getattr(self, name) for name in _DATA}

    @property
    def network(self) -> Network:
        """The network."""
        return Network(widths=self.widths, softmax_twice=self.softmax_twice, init=self.init)

    @property
    def optimiser_object(self) -> Adam | SGD:
        """The optimiser."""
        return Adam(rate=self.rate) if self.optimiser == "adam" else SGD(rate=self.rate)

    def mixing(self, epsilon: float) -> Mixing:
        """Return how samples are mixed."""
        return Mixing(
            graph="threshold",
            parameter=epsilon,
            alpha=self.alpha,
            beta=self.beta,
            lam=self.lam,
            pairing=self.pairing,
            normalise=self.normalise,
            weighting=self.weighting,
        )

    @property
    def n_train(self) -> int:
        """Number of training samples of both classes."""
        return 2 * self.n - round(self.test_fraction * 2 * self.n)

    def batch_size(self, epsilon: float, distances: FloatArray | None = None) -> int:
        """Return the size of a batch by the rule; the distances are those of one set's pairs."""
        if self.rule == "constant" or epsilon == 0 or math.isinf(epsilon):
            return min(self.pairs, self.n_train)
        if distances is None:
            fraction = float(spirals.distance_fraction(epsilon, "released", **self.data))
        else:
            fraction = np.count_nonzero(distances <= epsilon) / distances.size
        return round(min(self.pairs / fraction, self.n_train)) if fraction else self.n_train

    def updates(self, size: int) -> int:
        """Return the number of optimiser steps of one run with batches of this size."""
        if self.rule == "equal-updates":
            size = self.batch_size(0)
        return self.epochs * math.ceil(self.n_train / size)


_CORRECTED = SpiralsSettings(preset="corrected", **asdict(spirals.PRESETS["released"]))
_RELEASED = replace(
    _CORRECTED,
    preset="released",
    widths=(100, 100, 100),
    softmax_twice=True,
    weighting="batch-mean",
)

#: The text; the published data with Eq. (2)'s weights; and the published code. What the text does
#: not say is as in the published code.
PRESETS: dict[Preset, SpiralsSettings] = {
    "printed": SpiralsSettings(preset="printed", **asdict(spirals.PRESETS["printed"])),
    "corrected": _CORRECTED,
    "released": _RELEASED,
    "published-corrected": replace(_CORRECTED, preset="published-corrected"),
    "published": replace(_RELEASED, preset="published"),
}


def settings(
    preset: Preset = "printed", rule: Rule = "paper", **ingredients: Any
) -> SpiralsSettings:
    """Complete the settings from a preset."""
    check_choice(preset, "preset", get_args(Preset))
    base = PRESETS[preset]
    known = {field.name: getattr(base, field.name) for field in fields(base)}
    changes = chosen(ingredients, {k: v for k, v in known.items() if k not in {"preset", "rule"}})
    return replace(base, rule=rule, **changes)
