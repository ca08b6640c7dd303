"""Squared distances from blocks of the Gram matrix of centred points, with a bound on the error.

They lose digits by cancellation, and only decide where that leaves no doubt: the rest is looked at
again, as explicit differences in float64.
"""

import math
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from numerics.validation import FloatArray, IntArray

_COORDINATES = 1 << 16  # that are converted at a time, to stay in cache


@dataclass(frozen=True, slots=True, eq=False)
class ScaledPoints:
    """Points, and a copy of them to multiply."""

    given: NDArray[Any]  # the points as they are, shape (n, d)
    order: IntArray  # rows of `given`, shape (m,); the points are numbered in this order
    exponent: int  # `given` times 2^-exponent is at most 1
    small: NDArray[Any]  # the points moved and scaled, in float32 or float64, shape (m, d)
    squares: NDArray[Any]  # their squared norms, shape (m,)
    scale: float  # distances of `small` times this are those of `given` times 2^-exponent

    @classmethod
    def of(
        cls, given: NDArray[Any], order: IntArray, dtype: type[np.float32 | np.float64] = np.float32
    ) -> Self:
        """Move and scale points."""
        largest = max(abs(float(given.max(initial=0))), abs(float(given.min(initial=0))))
        exponent = math.frexp(largest)[1]
        height = max(1, _COORDINATES // given.shape[1])
        parts = [order[first : first + height] for first in range(0, order.size, height)]
        # Near the mean of all, which makes the norms small; any place would do.
        centre = _scaled(given, order[:: len(parts)], exponent).mean(axis=0)
        norm = 0.0
        small = np.empty((order.size, given.shape[1]), dtype=dtype)
        places = [slice(first, first + height) for first in range(0, order.size, height)]
        keep = small.dtype == centre.dtype  # what was moved, until the scale is known
        for here, rows in zip(places, parts, strict=True):
            moved = _scaled(given, rows, exponent)
            moved -= centre
            norm = max(norm, float(np.einsum("kd,kd->k", moved, moved).max()))
            if keep:
                small[here] = moved
        scale = math.sqrt(norm) * (1 + 1e-9) or 1.0
        squares = np.empty(order.size, dtype=dtype)
        for here, rows in zip(places, parts, strict=True):
            if keep:
                small[here] *= 1 / scale
            else:
                moved = _scaled(given, rows, exponent)
                moved -= centre
                moved *= 1 / scale
                small[here] = moved
            exactly = small[here].astype(np.float64, copy=False)
            squares[here] = (exactly * exactly).sum(axis=1)  # by pairs: within 40 roundings
        return cls(given, order, exponent, small, squares, scale)

    def __len__(self) -> int:
        return self.order.size

    @property
    def unit(self) -> float:
        """Length in `given` of a distance 1 between the moved and scaled points."""
        return float(math.ldexp(self.scale, self.exponent))

    @property
    def roundoff(self) -> float:
        """Relative error of one operation on a block."""
        return float(np.finfo(self.small.dtype).eps) / 2

    @property
    def error(self) -> float:
        """Bound on the error of a squared distance in a block, with all that is added to it."""
        # With norms of at most 1 and u the roundoff, an inner product of d terms is within
        # d u/(1 - d u) of its value in whatever order it is summed, and counts twice; rounding the
        # coordinates moves a squared distance, which is at most 4, by less than 9 u; squared norms,
        # two sums and the three operations of `numerics.lipschitz.search.triangles` are below 40 u.
        u, d = self.roundoff, self.small.shape[1]
        return float(2 * d * u / (1 - min(d * u, 0.5)) + 64 * u)

    def block(self, rows: IntArray, columns: IntArray) -> NDArray[Any]:
        """Return squared distances of the moved and scaled points."""
        some, others = _span(rows), _span(columns)
        result: NDArray[Any]
        if isinstance(some, slice) and some == others:
            left = self.small[some]
            result = left @ left.T  # one half of the work: NumPy knows that this is symmetric
            result *= -2
        else:
            result = (self.small[some] * self.small.dtype.type(-2)) @ self.small[others].T
        result += self.squares[some][:, None]
        result += self.squares[others]
        return result

    def rows(self, some: IntArray) -> FloatArray:
        """Return points in float64, scaled by a power of 2 and nothing else."""
        return _scaled(self.given, self.order[some], self.exponent)


def _span(some: IntArray) -> IntArray | slice:
    """Return consecutive numbers as a slice, which copies nothing."""
    consecutive = some.size and some[-1] - some[0] + 1 == some.size and (np.diff(some) == 1).all()
    return slice(int(some[0]), int(some[-1]) + 1) if consecutive else some


def _scaled(given: NDArray[Any], rows: IntArray, exponent: int) -> FloatArray:
    values = given[_span(rows)].astype(np.float64)
    # 2^-exponent may be no float64.
    for part in (exponent,) if abs(exponent) < 1000 else (exponent // 2, exponent - exponent // 2):
        values *= 2.0**-part
    return values
