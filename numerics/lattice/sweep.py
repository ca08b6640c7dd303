"""Mean squares of the multiplier on Z/nZ for all K at once, in O(n K_max): bias and variance.

One sweep over m = 1, ..., K_max adds the Fejér kernel of m to the multipliers of all frequencies. A
few large K are cheaper one by one.
"""

from collections.abc import Iterator

import numpy as np
from tqdm import tqdm

from numerics.lattice.cycle import multiplier, self_pairs
from numerics.lattice.fejer import (
    COLUMNS,
    SERIES_REACH,
    deficit,
    deficit_coefficients,
    partial_sums,
)
from numerics.lattice.readings import MIXTURES, Reading
from numerics.validation import FloatArray, IntArray

_SWEEP, _SINGLE = 0.003, 0.3
"""Microseconds per point: of the sweep for each m, and of one K alone. Measured roughly."""

_SAFE = 4.0
"""K phi from which 1 - multiplier is above 0.3 in every reading: its square may be expanded."""


def quadratic_means(
    n: int,
    K: IntArray,
    weights: FloatArray,
    reading: Reading,
    *,
    progress: bool = False,
) -> tuple[FloatArray, FloatArray]:
    """Return sum_j p_j (1 - m_j)^2 and sum_j p_j m_j^2 for the multiplier m of each K."""
    distinct, back = np.unique(K, return_inverse=True)
    lost, kept = np.zeros(distinct.size), np.full(distinct.size, weights.sum())
    # K = 0 is vanilla training, and F_1 = 1 makes K = 1 the same at the points.
    plain = int(distinct.searchsorted(2))
    if weights.size and plain < distinct.size:
        # Sweep up to the K from where single ones are cheaper; both give the same numbers.
        sweep = np.append(0, distinct[plain:]) * _SWEEP * (100 + n)
        single = np.arange(distinct.size - plain, -1, -1) * _SINGLE * (300 + n)
        split = plain + int(np.argmin(sweep + single))
        for part, route in ((slice(plain, split), _sweep), (slice(split, None), _one_by_one)):
            if distinct[part].size:
                lost[part], kept[part] = route(n, distinct[part], weights, reading, progress)
    back = back.reshape(np.shape(K))
    return lost[back], kept[back]


def _one_by_one(
    n: int, K: IntArray, weights: FloatArray, reading: Reading, progress: bool
) -> tuple[FloatArray, FloatArray]:
    sums = np.empty((2, K.size))
    bar = tqdm(K.tolist(), delay=2, leave=False, disable=None if progress else True)
    for i, neighbours in enumerate(bar):
        kept, lost = multiplier(n, neighbours, reading)
        sums[:, i] = weights @ (lost * lost), weights @ (kept * kept)
    return sums[0], sums[1]


def _sweep(
    n: int, K: IntArray, weights: FloatArray, reading: Reading, progress: bool
) -> tuple[FloatArray, FloatArray]:
    """Take increasing K > 1 by partial sums over m, `COLUMNS` frequencies at a time."""
    mixture = MIXTURES[reading]
    last = int(K[-1])
    count = K.astype(np.float64)
    atom, norm = mixture.atom(count), mixture.norm(count)
    if reading == "continuous":  # each frequency has its own norm, divided by below
        atom, norm = np.zeros_like(count), np.ones_like(count)
    mass = norm - atom
    # `_close_to_one` looks no farther than K = 2 SERIES_REACH/phi_1.
    series = deficit_coefficients(min(last, int(2 * SERIES_REACH * n / np.pi) + 1), mixture)
    lost, kept = np.zeros(K.size), np.zeros(K.size)
    wave = _quarter_wave(n)
    bar = tqdm(total=weights.size * last, delay=2, leave=False, disable=None if progress else True)
    for left in range(0, weights.size, COLUMNS):
        amplitude = np.sqrt(weights[left : left + COLUMNS])
        j = np.arange(left + 1, left + 1 + amplitude.size)
        phi, sine = np.pi * j / n, wave[2 * j]
        square = sine * sine
        extra = self_pairs(reading, square)
        # Power from each column on, summed from the small end of a smooth signal's spectrum.
        power = np.append(np.cumsum((amplitude * amplitude)[::-1])[::-1], 0)
        # Rows are amplitude (norm m - atom), and short is amplitude norm (1 - m). It is taken only
        # for the columns where K phi is small: elsewhere its square is expanded, which spares a
        # pass over the block. So sums of rows and of their squares are kept for the two parts.
        linear, quadratic = np.zeros((2, K.size)), np.zeros((2, K.size))
        missing, beyond = np.zeros(K.size), np.zeros(K.size)

        def rotation(h: int, j: IntArray = j) -> tuple[FloatArray, FloatArray]:
            t = (h * j) % (4 * n)  # pi h j/(2n), which is h phi_j/2, reduced as an integer
            return wave[t], wave[t + n]

        for first, block in partial_sums(
            sine, rotation, last, mixture, amplitude, amplitude * extra
        ):
            bar.update(block.shape[1] * min(len(block), last + 1 - first))
            lo, hi = K.searchsorted((first, first + len(block)))
            if lo == hi:
                continue
            here = slice(lo, hi)
            rows = block if hi - lo == len(block) else block[K[here] - first]
            if reading == "continuous":
                rows = rows / (count[here, None] + extra)
            cut = int(phi.searchsorted(_SAFE / first))
            beyond[here] = power[cut]
            parts = rows[:, :cut], rows[:, cut:]
            for part, factor, linear_part, quadratic_part in zip(
                parts, (amplitude[:cut], amplitude[cut:]), linear, quadratic, strict=True
            ):
                np.vecdot(part, factor, out=linear_part[here])
                np.vecdot(part, part, out=quadratic_part[here])
            if cut:
                short = mass[here, None] * amplitude[:cut] - parts[0]
                for some, near in _close_to_one(K[here], phi):
                    gap = deficit(series[:, K[here][some] - 1], square[:near])
                    if reading == "continuous":
                        gap /= count[here][some, None] + extra[:near]
                    short[some, :near] = amplitude[:near] * gap
                np.vecdot(short, short, out=missing[here])
        lost += missing + (mass * mass * beyond - 2 * mass * linear[1] + quadratic[1])
        kept += atom * atom * power[0] + 2 * atom * linear.sum(axis=0) + quadratic.sum(axis=0)
    bar.close()
    return lost / norm**2, kept / norm**2


def _close_to_one(K: IntArray, phi: FloatArray) -> Iterator[tuple[slice, int]]:
    """Yield rows K and numbers of columns phi where 1 - m is small: its power series is used."""
    # K at most doubles over a slice: elsewhere K phi > SERIES_REACH/2, and few digits are lost.
    top = 0
    while top < K.size and phi[0] * K[top] <= SERIES_REACH:
        end = int(np.searchsorted(K, 2 * K[top], side="right"))
        yield slice(top, end), int(np.searchsorted(phi, SERIES_REACH / K[end - 1], side="right"))
        top = end


def _quarter_wave(n: int) -> FloatArray:
    """Return sin(pi t/(2n)) for t = 0, ..., 5n - 1, with the symmetries of the sine exact."""
    quarter = np.sin(np.pi / (2 * n) * np.arange(n + 1))
    half = np.concatenate((quarter, quarter[-2:0:-1]))
    return np.concatenate((half, -half, quarter[:-1]))
