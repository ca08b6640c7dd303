"""The smoother f_K of a record whose ends are joined, mirrored, or left open.

f_K = H_K y is linear in the record y. The choice of K takes mean (f_K - y)^2 and the mean of the
diagonal of H_K for many K, for leaving one out the mean of ((f_K - y)_i/(1 - H_ii))^2, and for one
K its values, its diagonal and its row sums of squares.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple, get_args

import numpy as np
import scipy.fft
import scipy.special
from tqdm import tqdm

from numerics import lattice
from numerics.lattice import cycle
from numerics.lattice.readings import MIXTURES, Reading
from numerics.lattice.sweep import quadratic_means
from numerics.validation import FloatArray, IntArray

Boundary = Literal["periodic", "reflect", "line"]
BOUNDARIES: tuple[Boundary, ...] = get_args(Boundary)

_STRIDE = 8
"""Steps of K up to which running sums are faster than a Fourier transform for each."""


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

    def sweep(
        self, K: IntArray, *, one_out: bool = False, progress: bool = False
    ) -> tuple[FloatArray, FloatArray, FloatArray | None]:
        """Return mean (f_K - y)^2 and the mean leverage for each K, and with one left out.

        Without a mirror image the last follows from the others.
        """
        size = self.period.size
        weights = cycle.power(self.period)
        bias2, _ = quadratic_means(size, K, weights, self.reading, progress=progress)
        leverage = _folded_centre(size, K, self.reading)
        if not self.mirrored:
            return bias2, leverage, None
        # The n cosines hold all frequencies of Z/2nZ twice, but 0 once and pi not at all.
        at_pi = np.sqrt(quadratic_means(2, K, np.ones(1), self.reading)[1])
        leverage += (1 - at_pi) / size
        return bias2, leverage, _means(self, K, progress=progress)[2] if one_out else None

    def close(self, K: int, sums: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the values and the leverages from running sums, of a record that is mirrored."""
        taps = np.zeros(self.period.size)
        taps[: max(K, 1)] = lattice.kernel(K, self.reading)
        odd = taps[1::2]
        return sums, taps[0] + odd + odd[::-1]

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

    def sweep(
        self, K: IntArray, *, one_out: bool = False, progress: bool = False
    ) -> tuple[FloatArray, FloatArray, FloatArray | None]:
        """Return mean (f_K - y)^2 and the mean leverage for each K, and with one left out."""
        bias2, leverage, left_out = _means(self, K, progress=progress)
        return bias2, leverage, left_out if one_out else None

    def close(self, K: int, sums: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the values and the leverages from running sums."""
        taps = lattice.kernel(K, self.reading)
        mass = self._inside(taps)
        return sums / mass, taps[0] / mass

    def fit(self, K: int) -> Fit:
        """Return one f_K."""
        n = self.record.size
        taps = lattice.kernel(
            K, self.reading, n if self.reading == "continuous" else max(1, min(K, n))
        )
        mass, squares = self._inside(taps), self._inside(taps * taps)
        length = scipy.fft.next_fast_len(n + taps.size - 1, real=True)
        even = np.zeros(length)
        even[: taps.size] = taps
        even[length - taps.size + 1 :] += taps[:0:-1]
        spectrum = scipy.fft.rfft(self.record, length) * scipy.fft.rfft(even).real
        values = scipy.fft.irfft(spectrum, length)[:n] / mass
        return Fit(values, taps[0] / mass, squares / mass**2)

    def _inside(self, taps: FloatArray) -> FloatArray:
        """Return the sum of the taps that are inside the record, for each sample."""
        # Samples before and behind a point, as far as the kernel reaches.
        behind = np.minimum(np.arange(self.record.size)[::-1], taps.size - 1)
        sums = np.cumsum(taps)
        return np.asarray(sums[behind] + sums[behind[::-1]] - taps[0])


def _means(
    smoother: Cycle | Line, K: IntArray, *, progress: bool
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return mean squares of the residuals, mean leverages and mean squares of leaving one out."""
    distinct, back = np.unique(K, return_inverse=True)
    means = np.empty((3, distinct.size))
    bar = tqdm(total=distinct.size, delay=2, leave=False, disable=None if progress else True)
    with bar:
        for mean, (values, leverage) in zip(means.T, _fits(smoother, distinct), strict=True):
            rest, free = smoother.record - values, 1 - leverage
            left_out = math.inf
            if free.min() > 16 * np.finfo(float).eps:
                left_out = float(np.mean((rest / free) ** 2))
            mean[:] = np.mean(rest**2), leverage.mean(), left_out
            bar.update()
    bias2, leverages, left = means[:, back]
    return bias2, leverages, left


def _fits(smoother: Cycle | Line, K: IntArray) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Yield the values and the leverages for ascending K, from running sums while K is close."""
    steps = np.diff(K, prepend=0)
    far = (steps > _STRIDE) | (smoother.record.size < K) | (smoother.reading == "continuous")
    near = int(np.append(far, True).argmax())
    yield from map(smoother.close, K[:near].tolist(), _running(smoother, K[:near]))
    for k in K[near:].tolist():
        yield smoother.fit(k)[:2]


def _running(smoother: Cycle | Line, K: IntArray) -> Iterator[FloatArray]:
    """Yield the convolutions with the kernels of ascending K, of a record that goes on with zeros.

    Or with its mirror image. F_m is 1/m times a sum of the first m windows around a point.
    """
    record, n, reach = smoother.record, smoother.record.size, int(K[-1]) if K.size else 0
    mixture = MIXTURES[smoother.reading]
    beyond = np.pad(record, reach, "constant" if isinstance(smoother, Line) else "symmetric")
    window = record.copy()
    windows, total = np.zeros((2, n))
    m = 0
    for k in K.tolist():
        while m < k:
            windows += window
            m += 1
            total += mixture.factor / m ** (mixture.decay + 1) * windows
            window += beyond[reach - m : reach - m + n]
            window += beyond[reach + m : reach + m + n]
        count = np.array(float(k))
        yield (mixture.atom(count) * record + total) / mixture.norm(count)


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
