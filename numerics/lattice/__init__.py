r"""The function f*_K on the lattice: kernel, multiplier and smoothing (Eqs. (3) and (4)).

K is the number of neighbours on each side.  On Z, f*_K is a convolution of y with a symmetric
kernel c of sum 1, or in the Fourier domain a product with the multiplier
c_0 + 2 sum_k c_k cos(k theta).  On Z/nZ, y is extended n-periodically: a segment may wind around.
"""

import numpy as np
import scipy
from numpy.typing import ArrayLike

from numerics.costs import announce
from numerics.lattice import cycle
from numerics.lattice.fejer import COLUMNS, partial_sums
from numerics.lattice.readings import MIXTURES, check_neighbours
from numerics.validation import FloatArray, check_angles, check_count, check_signal

__all__ = ["kernel", "multiplier", "smooth"]

_REACH = 60
"""Taps of 1/(A + B cos(theta)) after which the next is below 1e-34 of the first."""


def kernel(K: int, reading: str = "counting", taps: int | None = None) -> FloatArray:
    r"""Return the taps of the symmetric kernel of f*_K on Z.

    Parameters
    ----------
    K : int
        Number of neighbours on each side.
    reading : str, optional
        One of `numerics.lattice.readings.READINGS`.
    taps : int, optional
        How many taps to return, at least 1; by default max(K, 1).

    Returns
    -------
    numpy.ndarray
        Taps c_0, ..., c_{taps-1} of f*_K(x_i) = c_0 y_i + sum_{k>=1} c_k (y_{i-k} + y_{i+k}).
        c_0, ..., c_{K-1} are the whole kernel, and later taps are 0, in every reading but
        "continuous": its kernel is infinite, and the taps left out decay like 0.268^k from k = K
        on.

    Raises
    ------
    ValueError
        If K is not an integer, is negative or is 0 where the reading has no value; if there is no
        such reading; if `taps` is not a positive integer.
    MemoryError
        If the kernel does not fit into memory.

    Warns
    -----
    UserWarning
        If it takes more than half the memory.

    Notes
    -----
    F_m has the taps (m - k)/m, so that sum_m w_m F_m has the taps sum_{j>=k} sum_{m>j} w_m/m: two
    cumulative sums of positive terms. The self pairs of "continuous" divide by
    1 + 2 K b = A + B cos(theta), which is the convolution with rho^|k|/sqrt(A^2 - B^2),
    rho = -B/(A + sqrt(A^2 - B^2)), -0.268 < rho <= 0.
    """
    check_count(K, "K")
    counts, known = check_neighbours(K, reading)
    number = max(K, 1) if taps is None else check_count(taps, "taps", 1)
    announce(
        f"a kernel of {K} neighbours and {number} taps",
        "theory.lattice.tap gives single taps",
        memory=8.0 * (4 * K + 3 * max(number, K)),
    )
    mixture = MIXTURES[known]
    count = counts.astype(np.float64)
    m = np.arange(1.0, K + 1)
    share = mixture.factor * m ** -(1.0 + mixture.decay)
    # sums[k] is the sum over m > k, and then over j >= k.
    sums = np.cumsum(np.cumsum(share[::-1]))[::-1]
    half = np.zeros(max(number, K + 2))
    half[:K] = sums
    half[0] += mixture.atom(count)
    if known != "continuous":
        return half[:number] / mixture.norm(count)
    # 1 + 2 K b M: here half holds K M, and b has the taps 2/3 and 1/6.
    numerator = (4 / 3) * half
    numerator[1:] += half[:-1] / 3
    numerator[:-1] += half[1:] / 3
    numerator[0] += half[1] / 3 + 1
    A, B = 1 + 4 * K / 3, 2 * K / 3
    root = np.sqrt((1 + 2 * K / 3) * (1 + 2 * K))  # of (A - B)(A + B)
    rho = 0 - B / (A + root)  # 0, not -0, at K = 0
    far = np.arange(_REACH + 1.0)
    decay = np.concatenate((rho ** far[:0:-1], rho**far))
    both = np.concatenate((numerator[:0:-1], numerator))
    middle = numerator.size - 1 + _REACH
    whole = np.convolve(both, decay)[middle : middle + numerator.size] / root
    # Nothing but the decay is left past the numerator's support.
    whole[K:] = whole[K] * rho ** np.arange(whole.size - K)
    return np.asarray(whole[:number])


def multiplier(K: ArrayLike, theta: ArrayLike, reading: str = "counting") -> FloatArray:
    """Return the multiplier of f*_K, its kernel's Fourier transform.

    Parameters
    ----------
    K : int or array_like of int
        Numbers of neighbours on each side, a scalar or one-dimensional.
    theta : array_like of float
        Angles in radians, of any shape and size.
    reading : str, optional
        One of `numerics.lattice.readings.READINGS`.

    Returns
    -------
    numpy.ndarray
        Values of c_0 + 2 sum_k c_k cos(k theta), in (0, 1], of shape K.shape + theta.shape;
        exactly 1 where theta is a multiple of 2 pi.

    Raises
    ------
    ValueError
        If K is not of integers, is negative or is 0 where the reading has no value; if theta is not
        real and finite; if there is no such reading.

    Notes
    -----
    Takes time proportional to max(K) times the number of angles, for all K together. At the
    frequencies of Z/nZ, `numerics.lattice.cycle.multiplier` takes one large K at once.
    """
    counts, known = check_neighbours(K, reading)
    angles = check_angles(theta)
    turn = 2 * np.pi
    phi = np.abs(angles.ravel() - turn * np.rint(angles.ravel() / turn)) / 2
    mixture = MIXTURES[known]
    distinct, back = np.unique(counts, return_inverse=True)
    values = np.ones((distinct.size, phi.size))
    # Below 1e-100 the multiplier is 1 in floating point, for every K that float64 can hold.
    turning = np.flatnonzero(phi > 1e-100)
    last = int(distinct[-1])
    for left in range(0, turning.size if last else 0, COLUMNS):
        columns = turning[left : left + COLUMNS]
        half_angle = phi[columns]
        sine = np.sin(half_angle)
        extra = cycle.self_pairs(known, sine * sine)

        def rotation(h: int, phi: FloatArray = half_angle) -> tuple[FloatArray, FloatArray]:
            return np.sin(h / 2 * phi), np.cos(h / 2 * phi)

        for first, block in partial_sums(sine, rotation, last, mixture, start=extra):
            lo, hi = np.searchsorted(distinct, (first, first + len(block)))
            count = distinct[lo:hi, None].astype(np.float64)
            values[lo:hi, columns] = (mixture.atom(count) + block[distinct[lo:hi] - first]) / (
                mixture.norm(count) + extra
            )
    result: FloatArray = values[back.reshape(counts.shape)]
    return result.reshape(counts.shape + angles.shape)


def smooth(y: ArrayLike, K: int, reading: str = "counting") -> FloatArray:
    """Return f*_K at the points of Z/nZ, y being extended n-periodically.

    Parameters
    ----------
    y : array_like of float
        Values y_0, ..., y_{n-1}, shape (n,).
    K : int
        Number of neighbours on each side; it may exceed n by any factor, the segments then wind
        around the cycle.
    reading : str, optional
        One of `numerics.lattice.readings.READINGS`.

    Returns
    -------
    numpy.ndarray
        Values f*_K(x_0), ..., f*_K(x_{n-1}), shape (n,); their mean is that of y.

    Raises
    ------
    ValueError
        If y is not a one-dimensional array of finite real numbers; if K is not an integer, is
        negative or is 0 where the reading has no value; if there is no such reading.

    Notes
    -----
    Takes O(n log n) time for every K. Eq. (3) and (4) wrap in this way, see Section IV.B.
    """
    signal = check_signal(y)
    neighbours = check_count(K, "K")
    _, known = check_neighbours(K, reading)
    kept, _ = cycle.multiplier(signal.size, neighbours, known)
    mean = signal.mean()
    coefficients = scipy.fft.rfft(signal - mean)
    coefficients[0] = 0
    coefficients[1:] *= kept
    return np.asarray(scipy.fft.irfft(coefficients, signal.size) + mean)
