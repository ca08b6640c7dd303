"""The curve of Figure 3, error rate against eps, as the stored runs give it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from figures.drawing.stored import from_files
from figures.spirals import one_set
from figures.spirals.stored import Study, read_all
from numerics import spirals
from numerics.archive.provenance import Seed
from numerics.experiments.two_spirals.results import SpiralErrors
from numerics.experiments.two_spirals.settings import PRESETS, Preset, SpiralsSettings
from numerics.validation import FloatArray, IntArray

ALMOST_ALL = 0.999
"""Share of the pairs from which on a threshold is no different from Mixup."""

RAGGED = 0.2
"""Share of the batch size below which the last batch of a pass is small: its step is as long as the
others, and goes wherever so few samples point."""


@dataclass(frozen=True)
class ErrorCurve:
    """The curve of Figure 3 for one preset and rule."""

    epsilons: FloatArray
    shares: FloatArray
    percent: FloatArray  # error rates in percent, shape (E, runs)
    settings: SpiralsSettings  # what was trained on what
    seed: Seed | None  # seed of the runs; None if it is not recorded
    batch_sizes: IntArray  # pairs in a batch, before those of weight zero are dropped, shape (E,)

    @property
    def last_batches(self) -> IntArray:
        """Size of the last batch of each pass over the data, in pairs."""
        rest = self.settings.n_train % self.batch_sizes
        return np.asarray(np.where(rest, rest, self.batch_sizes))

    @property
    def ragged(self) -> NDArray[np.bool_]:
        """Where the last batch of a pass is much smaller than the others."""
        return np.asarray(self.last_batches < RAGGED * self.batch_sizes)

    @property
    def quartile(self) -> float:
        """First quartile of the distances of training samples."""
        return quantiles(self.settings)[1]

    @property
    def changes(self) -> str:
        """What differs from the preset."""
        base, own = PRESETS[self.settings.preset].to_dict(), self.settings.to_dict()
        names = sorted(name for name in own if name != "rule" and own[name] != base[name])
        return ", ".join(f"{name} = {own[name]}" for name in names)

    @property
    def runs(self) -> int:
        """Number of runs."""
        return int(self.percent.shape[1])

    def row(self, epsilon: float) -> FloatArray:
        """Return the error rates for one epsilon."""
        where = np.flatnonzero(self.epsilons == epsilon)
        if where.size != 1:
            message = f"epsilon must be one of {self.epsilons.tolist()}, got {epsilon}"
            raise ValueError(message)
        return np.asarray(self.percent[where[0]])

    @property
    def local(self) -> FloatArray:
        """The thresholds that are neither vanilla training nor Mixup."""
        return np.asarray(self.epsilons[(self.epsilons > 0) & (self.shares < ALMOST_ALL)])

    def rows(self, epsilons: FloatArray) -> FloatArray:
        """Return the error rates for some thresholds."""
        return np.array([self.row(float(epsilon)) for epsilon in epsilons])

    @property
    def complete(self) -> bool:
        """Whether all that Figure 3 compares was measured, in runs enough to be halved."""
        ends = bool(np.isin((0.0, np.inf), self.epsilons).all())
        below = self.local < self.quartile
        return ends and bool(below.any() and not below.all()) and self.runs >= 4

    @property
    def best(self) -> float:
        """The local threshold of smallest mean error over all runs."""
        return float(self.local[int(np.argmin(self.rows(self.local).mean(axis=1)))])


@lru_cache(maxsize=8)
def quantiles(chosen: Preset | SpiralsSettings) -> tuple[float, float, float, float]:
    """Return the first decile and the three quartiles of the distances of training samples."""
    settings = chosen if isinstance(chosen, SpiralsSettings) else PRESETS[chosen]
    if settings.one_set:
        return one_set.known()[0].quantiles
    distances = spirals.pair_distances("released", **settings.data)
    decile, first, second, third = np.quantile(distances, (0.1, 0.25, 0.5, 0.75))
    return float(decile), float(first), float(second), float(third)


def curve_of(errors: SpiralErrors) -> ErrorCurve:
    """Return the curve of Figure 3 that an experiment gives."""
    order = np.argsort(errors.epsilons, kind="stable")
    epsilons = errors.epsilons[order]
    if errors.settings.one_set:
        shares = np.array([one_set.known()[0].share(epsilon) for epsilon in epsilons.tolist()])
    else:
        shares = spirals.distance_fraction(epsilons, "released", **errors.settings.data)
    seed = errors.provenance.get("seed")
    percent, sizes = 100 * errors.errors[order], errors.batch_sizes[order]
    return ErrorCurve(epsilons, shares, percent, errors.settings, seed, sizes)


@from_files
def curves(folder: Path) -> Mapping[Study, ErrorCurve]:
    """Return the curve of every study that is stored."""
    return {study: curve_of(errors) for study, errors in read_all(folder).items()}
