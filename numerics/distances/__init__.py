r"""Euclidean distances in float64, and when two of them count as the same.

With u = 2^-53 and p coordinates, a distance summed up from differences, in any order, is within
(p + 4) u/2 of itself, and one or two roundings more; in dimension one it is the difference rounded
once, however it is computed. Two values of one distance thus differ by less than 8 (p - 1) u =
(p - 1) 2^-50 of it, and by so much an eps may be below a distance that it still joins.
"""

import numpy as np
from numpy.typing import NDArray

from numerics.validation import FloatArray, IntArray

_COORDINATES = 1 << 20  # that are gathered at a time


def slack(features: int) -> float:
    """Return the relative difference below which two distances count as the same."""
    return (features - 1) * 2.0**-50


def reach(eps: float, features: int) -> float:
    """Return the largest float64 distance between points of so many features that eps joins."""
    return eps * (1 + slack(features))


def closest(lengths: FloatArray, i: IntArray, place: IntArray, slack: float) -> NDArray[np.bool_]:
    """Tell which distances are up to the one at a place of each i, which ascend, or equal to it."""
    first = np.flatnonzero(np.diff(i, prepend=-1))
    limit = lengths[np.lexsort((lengths, i))[first + place]] * (1 + slack)
    return np.asarray(lengths <= np.repeat(limit, np.diff(first, append=i.size)))


def between(points: FloatArray, i: IntArray, j: IntArray) -> FloatArray:
    """Return the distances of the points i and j, shapes (m,), without under- or overflow."""
    result = np.empty(i.size)
    size = max(1, _COORDINATES // points.shape[1])
    for start in range(0, i.size, size):
        some = slice(start, start + size)
        with np.errstate(over="ignore"):  # infinity, where the distance is no float64
            gaps = points[i[some]] - points[j[some]]
            # By a power of 2, the largest coordinate near 1: the square of a tiny one would be 0.
            exponents = np.frexp(np.abs(gaps).max(axis=1))[1]
            scale = np.ldexp(1.0, np.clip(-exponents, -1000, 1000))
            gaps *= scale[:, None]
            result[some] = np.sqrt(np.einsum("kd,kd->k", gaps, gaps)) / scale
    return result
