"""The smoother f_K of a record whose ends are joined, mirrored, or left open.

f_K = H_K y is linear in the record y. The choice of K takes mean (f_K - y)^2 and the mean of the
diagonal of H_K for many K, and for one K its values, its diagonal and its row sums of squares.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

import numpy as np
import scipy.fft
import scipy.special
from tqdm import tqdm

from numerics import lattice
from numerics.lattice import cycle
from numerics.lattice.readings import MIXTURES, Reading
from numerics.lattice.sweep import quadratic_means

if TYPE_CHECKING:
    from numerics.validation import FloatArray, IntArray

Boundary = Literal["periodic", "reflect", "line"]
BOUNDARIES: tuple[Boundary, ...] = get_args(Boundary)


class Fit(NamedTuple):
    """One f_K at the points: arrays of shape (n,)."""

    values: FloatArray
    leverage: FloatArray  # the diagonal of H
    variance: FloatArray  # sum_j H_ij^2: the variance of f_K(x_i) for noise of variance 1


@dataclass(frozen=True)
class Cycle:
    """A record on Z/nZ, or on Z/2nZ with its mirror image behind it (`mirrored`)."""

    record: FloatArray
    reading: Reading
    mirrored: bool

    @cached_property
    def period(self) -> FloatArray:
        """One period of what is smoothed."""
        if not self.mirrored:
            return self.record
        return np.concatenate((self.record, self.record[::-1]))

    def sweep(self, K: IntArray, *, progress: bool = False) -> tuple[FloatArray, FloatArray]:
        """Return mean (f_K - y)^2 and the mean leverage for each K."""
        size = self.period.size
        weights = cycle.power(self.period)
        bias2, _ = quadratic_means(size, K, weights, self.reading, progress=progress)
        leverage = _folded_centre(size, K, self.reading)
        if self.mirrored:
            # The n cosines hold all frequencies of Z/2nZ twice, but 0 once and pi not at all.
            at_pi = lattice.multiplier(K, np.pi, self.reading)
            leverage += (1 - at_pi) / size
        return bias2, leverage

    def fit(self, K: int) -> Fit:
        """Return one f_K."""
        n, size = self.record.size, self.period.size
        kept, _ = cycle.multiplier(size, K, self.reading)
        whole = np.concatenate(([1.0], kept))
        diagonals = []
        for power in (whole, whole * whole):  # taps of H, and of H H^T
            taps = scipy.fft.irfft(power, size)
            diagonal = np.full(n, taps[0])
            if self.mirrored:  # point i and its mirror image are 2i + 1 apart
                diagonal += taps[1::2]
            diagonals.append(diagonal)
        return Fit(lattice.smooth(self.period, K, self.reading)[:n], *diagonals)


@dataclass(frozen=True)
class Line:
    """A record with open ends: the kernel is cut off there and brought back to sum 1."""

    record: FloatArray
    reading: Reading

    def sweep(self, K: IntArray, *, progress: bool = False) -> tuple[FloatArray, FloatArray]:
        """Return mean (f_K - y)^2 and the mean leverage for each K."""
        bias2, leverage = np.empty((2, K.size))
        bar = tqdm(K.tolist(), delay=2, leave=False, disable=None if progress else True)
        for i, neighbours in enumerate(bar):
            fit = self.fit(neighbours)
            bias2[i] = np.mean((fit.values - self.record) ** 2)
            leverage[i] = fit.leverage.mean()
        return bias2, leverage

    def fit(self, K: int) -> Fit:
        """Return one f_K."""
        n = self.record.size
        taps = lattice.kernel(
            K, self.reading, n if self.reading == "continuous" else max(1, min(K, n))
        )
        # Samples before and behind a point, as far as the kernel reaches.
        behind = np.minimum(np.arange(n)[::-1], taps.size - 1)
        mass, squares = (
            (sums := np.cumsum(power))[behind] + sums[behind[::-1]] - power[0]
            for power in (taps, taps * taps)
        )
        centre = self.record.mean()
        length = scipy.fft.next_fast_len(n + taps.size - 1, real=True)
        even = np.zeros(length)
        even[: taps.size] = taps
        even[length - taps.size + 1 :] += taps[:0:-1]
        spectrum = scipy.fft.rfft(self.record - centre, length) * scipy.fft.rfft(even).real
        values = scipy.fft.irfft(spectrum, length)[:n] / mass + centre
        return Fit(values, taps[0] / mass, squares / mass**2)


def _folded_centre(n: int, K: IntArray, reading: Reading) -> FloatArray:
    """Return c_0 folded modulo n, the mean of the multiplier over the frequencies of Z/nZ."""
    mixture, count = MIXTURES[reading], K.astype(np.float64)
    # On Z it is (atom + sum_m w_m)/norm.
    sums = scipy.special.digamma(count + 1) + np.euler_gamma if mixture.decay else count
    centre = (mixture.atom(count) + mixture.factor * sums) / np.maximum(mixture.norm(count), 1)
    folded = (n < K) | (reading == "continuous")
    if folded.any():
        weights = cycle.evenly(n)
        lost, kept = quadratic_means(n, K[folded], weights, reading)
        # m = (1 + m^2 - (1 - m)^2)/2
        centre[folded] = 1 / n + (weights.sum() + kept - lost) / 2
    return np.asarray(centre)
