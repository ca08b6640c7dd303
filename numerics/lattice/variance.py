r"""Variance of f*_K for uncorrelated outputs (Theorem IV.2), in units of sigma^2.

It is sum_k c_k^2 over the whole kernel.  With the Fejér kernels' products

.. math:: \frac{1}{2\pi} \int F_m F_M \, d\theta = m - \frac{m^2 - 1}{3 M} , \quad m \le M ,

the four mixtures have closed forms in K and harmonic numbers, whatever the size of K.
"""

from functools import cache

import numpy as np
import scipy

from numerics.lattice import cycle
from numerics.lattice.readings import Reading
from numerics.lattice.sweep import quadratic_means
from numerics.validation import FloatArray, IntArray

_TABLE = 4096  # sums of H_{m-1}/m^2 are tabulated up to here, and expanded in 1/K beyond
_TAIL = 40  # taps of "continuous" past K before they are below rounding: 0.268^40 < 2e-23


def on_line(K: IntArray, reading: Reading) -> FloatArray:
    """Return Var(f*_K(x_i)) / sigma^2 on Z."""
    if reading == "continuous":
        # Parseval, on a cycle so long that the kernel's tail does not reach around it.
        return _parseval(2 * (int(K.max()) + _TAIL), K, reading)
    k = K.astype(np.float64)
    harmonic = scipy.special.digamma(k + 1) + np.euler_gamma
    if reading == "counting":
        cubic = 14 * k**3 + 183 * k**2 + 37 * k - 18 * harmonic
        return np.asarray(2 * cubic / (27 * k**2 * (k + 3) ** 2))
    if reading == "length":
        cubic = 14 * k**3 + 21 * k**2 + 37 * k - 18 * harmonic
        return np.asarray(2 * cubic / (27 * k**2 * (k + 1) ** 2))
    if reading == "counting-self":
        squares = 7 * k * (k + 1) * (2 * k + 1) / 54 + 5 * k / 9 - harmonic / 3
        return np.asarray((1 + 8 * k + 4 * (3 * k**2 + squares)) / (k**2 + 3 * k + 1) ** 2)
    cubes = scipy.special.zeta(3.0) - scipy.special.zeta(3.0, k + 1)
    return np.asarray((5 * k / 3 - harmonic + 2 / 3 * _harmonic_over_squares(K) + cubes / 3) / k**2)


def on_cycle(n: int, K: IntArray, reading: Reading) -> FloatArray:
    """Return Var(f*_K(x_i)) / sigma^2 on Z/nZ with winding."""
    reach = 2 * K + 2 * _TAIL if reading == "continuous" else 2 * K - 1
    fits = reach <= n
    variance = np.empty(K.shape)
    if fits.any():
        variance[fits] = on_line(K[fits], reading)
    if not fits.all():
        variance[~fits] = _parseval(n, K[~fits], reading)
    return variance


def _parseval(n: int, K: IntArray, reading: Reading) -> FloatArray:
    """Return the mean of the squared multiplier over the n frequencies of Z/nZ."""
    _, kept = quadratic_means(n, K, cycle.evenly(n), reading)
    return 1 / n + kept


@cache
def _table() -> FloatArray:
    m = np.arange(1.0, _TABLE + 1)
    before = np.concatenate(([0.0], np.cumsum(1 / m)[:-1]))  # H_{m-1}
    return np.concatenate(([0.0], np.cumsum(before / m**2)))


def _harmonic_over_squares(K: IntArray) -> FloatArray:
    """Return sum_{m<=K} H_{m-1}/m^2, which tends to zeta(3)."""
    short = K <= _TABLE
    sums = _table()[np.where(short, K, 0)]
    k = np.where(short, 1, K).astype(np.float64)
    # Euler and Maclaurin on (digamma(x) + gamma)/x^2, up to terms of order log(K)/K^4.
    log = np.log(k) + np.euler_gamma
    tail = (log + 1) / k - (2 * log + 1) / (4 * k**2) + (6 * log + 5) / (36 * k**3)
    return np.where(short, sums, scipy.special.zeta(3.0) - tail)
