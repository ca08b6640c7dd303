"""Functions of one variable that are given between points and at them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from numerics.archive.files import Record
from numerics.validation import FloatArray, check_angles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike

    from numerics.minimise.measure import Inside
    from numerics.minimise.virtual.samples import Samples


class Fitted(Record):
    """A function fitted to samples, and what its values and limits at them say."""

    if TYPE_CHECKING:
        y: FloatArray

        @property
        def left(self) -> FloatArray: ...
        @property
        def right(self) -> FloatArray: ...
        @property
        def at_samples(self) -> FloatArray: ...

    @property
    def jumps(self) -> FloatArray:
        """Limit from the right less limit from the left at each x_i.

        Returns
        -------
        numpy.ndarray
            Of the shape of y; NaN where one of the two is.
        """
        return self.right - self.left

    @property
    def bias2(self) -> float:
        """Squared bias of Definition IV.1: the mean over the samples of |f(x_i) - y_i|^2.

        Returns
        -------
        float
            With f(x_i) from `at_samples`; NaN if one of these is not determined.
        """
        return float(((self.at_samples - self.y) ** 2).sum() / len(self.y))

    @property
    def variance(self) -> float:
        """Variance of Definition IV.1: the mean over the samples of |f(x_i) - mean f|^2.

        Returns
        -------
        float
            With f(x_i) from `at_samples`; NaN if one of these is not determined.
        """
        values = self.at_samples
        return float(((values - values.mean(axis=0)) ** 2).sum() / len(self.y))


@dataclass(frozen=True, eq=False, kw_only=True)
class Curve(Fitted):
    """A function fitted to samples on the line, with its limits and values at the samples.

    Calling it with points of any shape returns its values there, NaN where it is not determined.
    `to_csv` writes the columns x, y, value, left and right, numbered if y has several.

    Parameters
    ----------
    x : numpy.ndarray
        Inputs as they were given, shape (n,).
    y : numpy.ndarray
        Targets as they were given, shape (n,) or (n, c).
    """

    x: FloatArray
    y: FloatArray
    _samples: Samples
    # In the units of the samples: inside the intervals, limits at their two ends, at the points.
    _inside: Inside
    _limits: tuple[FloatArray, FloatArray]
    _at_points: FloatArray
    _isolated: bool = False
    _hull: tuple[float, float] | None = None

    def _by_sample(self, rows: FloatArray) -> FloatArray:
        """Bring values at the points, shape (c, m), into the form of y."""
        samples = self._samples
        place = samples.place[samples.rank]
        physical = rows[:, place].T * samples.y_scale + samples.y_shift
        return physical.reshape(self.y.shape)

    @cached_property
    def left(self) -> FloatArray:
        """The limit of the function at each x_i from the left.

        Returns
        -------
        numpy.ndarray
            Of the shape of y; NaN at the first point, and to the right of an interval that no
            segment covers.
        """
        return self._by_sample(both_sides(self._limits)[0])

    @cached_property
    def right(self) -> FloatArray:
        """The limit of the function at each x_i from the right.

        Returns
        -------
        numpy.ndarray
            Of the shape of y; NaN at the last point, and to the left of an interval that no
            segment covers.
        """
        return self._by_sample(both_sides(self._limits)[1])

    @cached_property
    def values(self) -> FloatArray:
        """Value of the function at each x_i.

        Returns
        -------
        numpy.ndarray
            Of the shape of y.
        """
        return self._by_sample(self._at_points)

    @cached_property
    def at_samples(self) -> FloatArray:
        """The value at each x_i that `bias2` and `variance` use.

        Returns
        -------
        numpy.ndarray
            Of the shape of y. The `values`; but for a minimiser over "L2", where these are
            isolated, the mean of `left` and `right`, or the one of them that there is, or the value
            where there is none.
        """
        if not self._isolated:
            return self.values
        mean = self._by_sample(middle(self._limits))
        return np.where(np.isnan(mean), self.values, mean)

    @cached_property
    def undetermined(self) -> FloatArray:
        """The intervals where the data does not determine the function, and a call gives NaN.

        Returns
        -------
        numpy.ndarray
            Open intervals as rows, shape (q, 2), ascending; the first begins at -inf and the last
            ends at inf, outside the hull of the samples.
        """
        points = self._samples.points * self._samples.x_scale
        low, high = (points[0], points[-1]) if self._hull is None else self._hull
        unknown = np.flatnonzero(np.isnan(self._limits[0] + self._limits[1]).any(axis=0))
        rows = [(-np.inf, low), *zip(points[unknown], points[unknown + 1], strict=True)]
        return np.array([*rows, (high, np.inf)])

    def __call__(self, x: ArrayLike) -> FloatArray:
        """Return the function at any points, shape (..., c) or that of x for targets (n,)."""
        query = check_angles(x, "x")
        flat = query.ravel()
        samples = self._samples
        points = samples.points
        result = np.full((samples.values.shape[0], flat.size), np.nan)
        with np.errstate(over="ignore"):  # far beyond the hull
            unit = flat / samples.x_scale
        k = np.searchsorted(points, unit, side="right") - 1
        at = (k >= 0) & (points[np.maximum(k, 0)] == unit)
        result[:, at] = self._at_points[:, k[at]]
        low, high = (-np.inf, np.inf) if self._hull is None else self._hull
        inside = (unit >= points[0]) & (unit <= points[-1]) if self._hull is None else True
        between = np.flatnonzero(~at & inside & (flat >= low) & (flat <= high))
        if between.size:
            # Points beyond the first and the last are measured from the nearest interval.
            own = k[between].clip(0, max(points.size - 2, 0))
            last = points[np.minimum(own + 1, points.size - 1)]
            result[:, between] = self._inside(
                own, unit[between] - points[own], last - unit[between]
            )
        physical = result.T * samples.y_scale + samples.y_shift
        return physical.reshape(query.shape + self.y.shape[1:])

    def determined(self, x: ArrayLike) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """Tell where the data determines the function.

        Parameters
        ----------
        x : array_like of float
            Points, of any shape.

        Returns
        -------
        numpy.ndarray of bool
            False where a call gives NaN; of the shape of x.

        Raises
        ------
        ValueError
            If x is not of finite real numbers.
        """
        found = np.isnan(self(x))
        missing = found.any(axis=-1) if self.y.ndim > 1 else found
        return np.logical_not(missing)

    def _columns(self) -> Mapping[str, FloatArray]:
        names = {"x": "x", "y": "y", "values": "value", "left": "left", "right": "right"}
        return named_columns({title: getattr(self, name) for name, title in names.items()})


def both_sides(limits: tuple[FloatArray, FloatArray]) -> tuple[FloatArray, FloatArray]:
    """Return the limits at each point from the left and from the right, NaN beyond the ends."""
    before, behind = ((0, 0), (1, 0)), ((0, 0), (0, 1))
    left, right = limits
    return np.pad(right, before, constant_values=np.nan), np.pad(
        left, behind, constant_values=np.nan
    )


def middle(limits: tuple[FloatArray, FloatArray]) -> FloatArray:
    """Return at each point the mean of the two limits, or the one that there is."""
    left, right = both_sides(limits)
    return (np.where(np.isnan(left), right, left) + np.where(np.isnan(right), left, right)) / 2


def named_columns(parts: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Name the columns of arrays."""
    columns: dict[str, FloatArray] = {}
    for name, values in parts.items():
        if values.ndim == 1:
            columns[name] = values
        else:
            columns |= {f"{name}{c}": channel for c, channel in enumerate(values.T)}
    return columns
