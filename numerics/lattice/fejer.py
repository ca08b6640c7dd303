r"""Partial sums of Fejér kernels over m = 1, ..., K, for all K at once.

With phi = theta/2 and q_m = F_m/m = (sin(m phi) / (m sin phi))^2, every reading needs

.. math:: G_K = \sum_{m=1}^{K} m w_m q_m ,    D_K = \sum_{m=1}^{K} m w_m (1 - q_m) ;

D_K, whose terms cancel where K phi is small, comes from the power series of 1 - q_m there.
"""

from collections.abc import Callable, Iterator

import numpy as np

from numerics.lattice.readings import FejerMixture
from numerics.validation import FloatArray

COLUMNS = 2048
"""Angles handled together: rows of this length keep NumPy's cost per call small."""

_CELLS = 2**17  # of a block: large enough that the cost per call hardly counts
_ROWS = 512  # of a block, at most
_NARROW = 128  # below, a call per row costs more than NumPy's slow sum along the first axis

SERIES_REACH = 0.5
"""`deficit` is accurate to rounding for K phi up to this."""

_TERMS = 8  # the first term left out is below 1e-16 of the first one at K phi = 0.5


def partial_sums(
    sine: FloatArray,
    rotation: Callable[[int], tuple[FloatArray, FloatArray]],
    last: int,
    mixture: FejerMixture,
    scale: FloatArray | float = 1.0,
    start: FloatArray | float = 0.0,
) -> Iterator[tuple[int, FloatArray]]:
    """Yield start + scale G_K in blocks of consecutive K, for K = 1, ..., last."""
    columns = sine.size
    half = max(8, min(_CELLS // (2 * columns), -(-last // 2), _ROWS // 2))
    # The sines of a block are sin((mid +- r) phi) for r = 1/2, 3/2, ...; those of r phi serve all.
    cosines, sines = np.empty((half, columns)), np.empty((half, columns))
    for r in range(half):
        sines[r], cosines[r] = rotation(2 * r + 1)
    amplitude = np.sqrt(scale) / sine
    block = np.empty((2 * half, columns))
    up, down = block[half:], block[half - 1 :: -1]
    weight = np.empty(2 * half)
    rows = [(block[r], weight[r, ...]) for r in range(2 * half)]  # views, made once
    even, odd = np.empty((half, columns)), np.empty((half, columns))
    total = np.broadcast_to(start, (columns,)).astype(np.float64)
    for first in range(1, last + 1, 2 * half):
        sine_mid, cosine_mid = rotation(2 * (first + half) - 1)
        np.multiply(cosines, sine_mid * amplitude, out=even)
        np.multiply(sines, cosine_mid * amplitude, out=odd)
        np.add(even, odd, out=up)
        np.subtract(even, odd, out=down)
        np.multiply(block, block, out=block)
        m = np.arange(first, first + 2 * half, dtype=np.float64)
        weight[:] = mixture.factor * m ** -(1.0 + mixture.decay)
        if first == 1:  # F_1 = 1 exactly, which makes f_1 = y exact where it is
            block[0] = scale
        if columns < _NARROW:
            block *= weight[:, None]
            block[0] += total
            np.cumsum(block, axis=0, out=block)
        else:
            above = total
            for row, w in rows:
                np.multiply(row, w, out=row)
                np.add(row, above, out=row)
                above = row
        total = block[-1].copy()
        yield first, block


def deficit_coefficients(last: int, mixture: FejerMixture) -> FloatArray:
    """Return the coefficients of D_K as a power series in s = sin^2(phi)."""
    # q_m = sum_{l>=0} (-1)^l 2 4^l/(2l+2)! (m^2-1)(m^2-4)...(m^2-l^2) s^l
    m = np.arange(1, last + 1, dtype=np.float64)
    coefficients = np.empty((_TERMS, last))
    term = mixture.factor * m ** (1.0 - mixture.decay)
    for i in range(1, _TERMS + 1):
        # 2 4^i/(2i+2)! is the previous factor times 4/((2i+1)(2i+2)).
        term = term * (m * m - i * i) * (4 / ((2 * i + 1) * (2 * i + 2)))
        np.cumsum(term, out=coefficients[i - 1])
    return coefficients


def deficit(coefficients: FloatArray, square: FloatArray) -> FloatArray:
    """Evaluate D_K where K phi is at most `SERIES_REACH`."""
    value = np.zeros((coefficients.shape[1], square.size))
    for coefficient in coefficients[::-1]:
        np.subtract(coefficient[:, None], value, out=value)
        value *= square
    return value
