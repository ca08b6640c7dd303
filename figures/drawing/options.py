"""What a caller may choose for the figures."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from figures.drawing.stored import DATA
from numerics import signals
from numerics.lattice.readings import Reading
from numerics.tradeoff.boundaries import Boundary
from numerics.validation import FloatArray, IntArray

SEED = 20220531
"""Seed of the noise that is drawn, and of nothing that is claimed."""


@dataclass(frozen=True)
class Options:
    """Choices for the figures that show a signal, or stored runs."""

    signal: FloatArray | None = None  # one period, shape (n,); a made one if not given
    label: str = "four bumps"  # what to call the signal
    sigma: float | None = None
    K: IntArray | None = None
    reading: Reading = "counting"  # the reading for the figures that show only one
    boundary: Boundary = "periodic"  # what is beyond the ends of a record
    seed: int = SEED  # seed of the drawn noise
    data: Path = DATA  # folder with the stored runs of the spirals and the kept curves of Q(D)
    curves: tuple[Path, ...] = ()  # curves of Q(D) to show in place of the kept ones
    intrusions: tuple[Path, ...] = ()  # curves of intrusion to show beside the kept ones

    @cached_property
    def values(self) -> FloatArray:
        """The signal, given or made."""
        return signals.make(512, "bumps") if self.signal is None else self.signal

    @property
    def noise(self) -> float:
        """The standard deviation of the noise, given or half the signal's own."""
        return float(self.values.std()) / 2 if self.sigma is None else self.sigma

    @property
    def neighbours(self) -> IntArray:
        """The numbers of neighbours, given or up to four times around the cycle."""
        if self.K is not None:
            return self.K
        return np.arange(1, min(4000, max(400, 4 * self.values.size)) + 1)
