"""Samples on the line, sorted and in units of their own."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from numerics.validation import FloatArray, IntArray, check_angles, check_size

SMALLEST_GAP = 1e-120
"""Smallest distance of two different points, as a share of the range: squares must not overflow."""


def check_targets(y: ArrayLike, n: int) -> FloatArray:
    """Check the targets."""
    values = check_angles(y, "y")
    if values.ndim not in {1, 2} or values.shape[0] != n or not values.size:
        message = f"y must have shape ({n},) or ({n}, c), as x has {n} samples; got {values.shape}"
        raise ValueError(message)
    check_size(values, "y")
    return values.reshape(n, -1)


@dataclass(frozen=True, eq=False)
class Samples:
    """Sorted samples in units of their own, so that nothing overflows and little is rounded."""

    order: IntArray  # the sample of each rank, shape (n,)
    rank: IntArray  # the rank of each sample, shape (n,)
    place: IntArray  # the index in `points` of each rank, shape (n,)
    start: IntArray  # the first rank at each point, then n; shape (m + 1,)
    points: FloatArray  # the different inputs, ascending, in units of `x_scale`; shape (m,)
    values: FloatArray
    x_scale: float  # units, powers of 2
    y_scale: float  # units, powers of 2
    y_shift: FloatArray  # shape (c,)

    @classmethod
    def of(cls, x: FloatArray, y: FloatArray) -> "Samples":
        """Sort samples."""
        check_size(x, "x")
        order = np.argsort(x, kind="stable")
        ordered = x[order]
        new = np.concatenate(([True], ordered[1:] > ordered[:-1]))
        start = np.append(np.flatnonzero(new), x.size)
        points = ordered[new]
        gaps = np.diff(points)
        scale = _power_of_two(float(points[-1] - points[0]))
        if gaps.size and gaps.min() < SMALLEST_GAP * scale:
            message = (
                f"x has different points only {gaps.min():g} apart, less than {SMALLEST_GAP:g} of "
                f"its range: make them equal"
            )
            raise ValueError(message)
        shift = y.min(axis=0) / 2 + y.max(axis=0) / 2
        centred = (y - shift).T
        unit = _power_of_two(float(np.abs(centred).max()))
        rank = np.empty(x.size, dtype=np.int64)
        rank[order] = np.arange(x.size)
        return cls(
            order=order,
            rank=rank,
            place=np.cumsum(new) - 1,
            start=start,
            points=points / scale,
            values=np.ascontiguousarray(centred[:, order]) / unit,
            x_scale=scale,
            y_scale=unit,
            y_shift=shift,
        )

    @property
    def even(self) -> bool:
        """Whether the samples came in ascending order and evenly spaced."""
        points, n = self.points, self.n
        if points.size < n or not (self.order[1:] > self.order[:-1]).all():
            return False
        lattice = np.linspace(points[0], points[-1], n)
        rounding = 4 * np.finfo(float).eps * np.abs(points).max()
        return bool(np.abs(points - lattice).max() <= rounding)

    @property
    def n(self) -> int:
        """Number of samples."""
        return self.order.size


def _power_of_two(value: float) -> float:
    return float(2.0 ** np.floor(np.log2(value))) if value > 0 else 1.0
