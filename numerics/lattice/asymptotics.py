r"""What f*_K tends to as K grows: limit shape of its kernel, and decay of Var on Z/nZ.

Section IV.B, Theorem IV.1.  With phi = theta/2 and s = sin(phi)^2 the multiplier of a frequency
theta != 0 behaves, for K much larger than n, like

===================================  ===========================================================
``"counting"``, ``"counting-self"``  2/K, whatever the frequency, plus the next line
``"length"``                          (ln K + gamma + ln(2 sin phi)) / (K^2 s)
``"density"``                         phi (pi - phi) / (2 s K)
``"continuous"``                      (phi (pi - phi) / (2 s) + 1/(2 b)) / K,  b = (2 + cos theta)/3
===================================  ===========================================================

The first of these is 2/K alone only once K s is much larger than ln K, which takes K far above n^2
for the first frequency; with the second term it is close from K = 2 n on.
"""

import numpy as np
from numpy.typing import ArrayLike

from numerics.lattice import cycle
from numerics.lattice.readings import check_neighbours, check_reading
from numerics.validation import FloatArray, check_angles, check_signal


def limit_shape(t: ArrayLike, reading: str) -> FloatArray:
    """Return the limit of K c_{tK} as K grows, the shape of the kernel on [-1, 1]."""
    known = check_reading(reading)
    inside = np.minimum(np.abs(check_angles(t, "t")), 1.0)
    with np.errstate(divide="ignore"):
        log = np.log(inside)
    if known in ("density", "continuous"):
        return np.asarray(inside - 1 - log)
    return np.asarray(2 * (1 - inside + inside * np.where(inside > 0, log, 0.0)))


def periodic_variance(y: ArrayLike, K: ArrayLike, reading: str) -> FloatArray:
    """Return the asymptote of Var(f_K) on Z/nZ for K larger than n (Theorem IV.1, Eq. (7))."""
    counts, known = check_neighbours(K, reading)
    signal = check_signal(y)
    weights = cycle.power(signal)
    phi = np.pi * np.arange(1, weights.size + 1) / signal.size
    s = np.sin(phi) ** 2
    k = counts.astype(np.float64)
    if known in ("density", "continuous"):
        limit = phi * (np.pi - phi) / (2 * s)
        if known == "continuous":
            limit = limit + 3 / (2 * (2 + np.cos(2 * phi)))
        return np.asarray((limit**2 @ weights) / k**2)
    level = np.log(k)[..., None] + np.euler_gamma + np.log(2 * np.sin(phi))
    multiplier = level / (k[..., None] ** 2 * s)
    if known != "length":
        multiplier += 2 / k[..., None]
    return np.asarray(multiplier**2 @ weights)
