"""What `numerics.minimise` returns: minimisers that know their limits, criterion and losses."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import numpy as np

from numerics.minimise.measure.density import passing
from numerics.minimise.spaces import least_squares as linear
from numerics.minimise.spaces.curve import Curve
from numerics.validation import FloatArray, IntArray, check_angles

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

    from numerics.minimise.measure import Inside, Measure

Space = Literal["L2", "continuous", "linear"]
SPACES: tuple[Space, ...] = get_args(Space)

Function: TypeAlias = "Callable[[FloatArray], ArrayLike] | tuple[ArrayLike, ArrayLike]"
"""A callable, or knots and values of a continuous piecewise-linear function."""


@dataclass(frozen=True, slots=True)
class Loss:
    """The criterion of a function, and how far it is from the least.

    Parameters
    ----------
    value : float
        The criterion C(f), in squared units of y.
    excess : float
        C(f) less that of the minimiser, computed on its own and not as a difference. It cannot be
        negative for an f of the minimiser's space.
    error : float
        Estimate of the absolute error of the quadrature in `excess`, 0 if there is none.
    """

    value: float
    excess: float
    error: float


@dataclass(frozen=True, eq=False, kw_only=True)
class Minimiser(Curve):
    """A minimiser of the criterion in one dimension; see `mixup_1d`.

    Parameters
    ----------
    space : str
        "L2", "continuous" or "linear".
    beta : tuple of float
        The parameters of the law of lambda.
    """

    space: Space
    beta: tuple[float, float]
    _measure: Measure
    _kinks: FloatArray

    @cached_property
    def _least(self) -> tuple[float, float]:
        """The criterion in the units of the samples, and an estimate of its error."""
        measure = self._measure
        value, error = measure.least
        if self.space == "L2":
            return value, error
        if measure.covering is not None and self._kinks is measure.points:
            gap = measure.distance(self._limits, self._own_at_points)
            return value + gap, error
        lowest = best(measure)
        gap, more = measure.excess(
            lowest, self._inside, self._kinks, (measure.atoms.mean, self._own_at_points)
        )
        return value + gap, error + more

    @property
    def _own_at_points(self) -> FloatArray:
        """The values at the points; where only an atom determines them, its mean."""
        own = self._at_points
        return np.where(np.isnan(own), self._measure.atoms.mean, own)

    @property
    def criterion(self) -> float:
        """The least criterion C(f) in the space.

        Returns
        -------
        float
            In squared units of y. Exact up to rounding where the density of virtual samples is
            constant on each interval; else see `criterion_error`.
        """
        return self._least[0] * self._samples.y_scale**2

    @property
    def criterion_error(self) -> float:
        """Estimate of the absolute error of `criterion`.

        Returns
        -------
        float
            Of the quadrature, or of the sums of squares that a band and the full graph of many
            points take from each other; 0 if neither is needed.
        """
        return self._least[1] * self._samples.y_scale**2

    def loss(self, f: Function) -> Loss:
        """Evaluate the criterion of any function.

        Parameters
        ----------
        f : callable or tuple of array_like
            A function that takes an array of shape (q,) and returns one of shape (q,), or (q, c)
            for targets of c outputs; or knots, shape (k,) and ascending, and values at them, shape
            (k,) or (k, c), of a continuous piecewise-linear function, constant beyond its knots.

        Returns
        -------
        Loss
            Criterion, excess over this minimiser, and the error of the quadrature.

        Raises
        ------
        ValueError
            If f does not return finite values of such a shape where the criterion needs them, or
            the knots are not strictly ascending.

        Notes
        -----
        The criterion needs f on the intervals that a segment covers, and at the points that have
        self pairs or duplicates. The quadrature is adaptive: kinks and jumps of f are found, but
        not spikes much narrower than the gap between two points.
        """
        samples = self._samples
        points, scale = samples.points, samples.x_scale
        function, kinks = _function(f, self.y)
        outputs = samples.values.shape[0]
        edges = points * scale

        def units(x: FloatArray) -> FloatArray:
            values = linear.values_of(function, x, outputs)
            return ((values - samples.y_shift) / samples.y_scale).T

        def other(k: IntArray, before: FloatArray, behind: FloatArray) -> FloatArray:
            near_left = before <= behind
            x = np.where(near_left, points[k] + before, points[k + 1] - behind) * scale
            # At a point itself f may have another value than next to it.
            low, high = np.nextafter(edges[k], np.inf), np.nextafter(edges[k + 1], -np.inf)
            return units(np.where(low > high, edges[k], np.minimum(np.maximum(x, low), high)))

        own_at = self._own_at_points
        at = own_at.copy()
        massive = self._measure.atoms.mass > 0
        if massive.any():
            at[:, massive] = units(edges[massive])
        breaks = np.concatenate((self._kinks, kinks / scale))
        excess, error = self._measure.excess(self._inside, other, breaks, (own_at, at))
        unit = samples.y_scale**2
        return Loss((self._least[0] + excess) * unit, excess * unit, error * unit)


def best(measure: Measure) -> Inside:
    """Return f* inside the intervals."""

    def inside(k: IntArray, before: FloatArray, behind: FloatArray) -> FloatArray:
        density, mean = measure.at(k, before, behind)
        lost = np.flatnonzero((density == 0) & measure.covered[k])
        if lost.size:
            # The density underflows, and logarithms still tell the mean.
            there = k[lost], before[lost], behind[lost]
            mean[:, lost] = passing(measure.segments, measure.law, *there, scatter=False).mean
        return mean

    return inside


def _function(f: Function, y: FloatArray) -> tuple[Callable[[FloatArray], ArrayLike], FloatArray]:
    """Return the function as a callable, and its kinks where they are known."""
    if callable(f):
        return f, np.empty(0)
    try:
        places, values = f
    except (TypeError, ValueError):
        message = f"f must be callable or a pair (knots, values), got {type(f).__name__}"
        raise ValueError(message) from None
    knots = check_knots(places)
    heights = check_angles(values, "values")
    if heights.shape != (knots.size, *y.shape[1:]):
        message = f"values must have shape {(knots.size, *y.shape[1:])}, got {heights.shape}"
        raise ValueError(message)
    columns = heights.reshape(knots.size, -1)

    def broken(x: FloatArray) -> FloatArray:
        return np.stack([np.interp(x, knots, column) for column in columns.T], axis=-1)

    return broken, knots


def check_knots(knots: ArrayLike) -> FloatArray:
    """Check the knots of a piecewise-linear function."""
    values = check_angles(knots, "knots")
    if values.ndim != 1 or not values.size or not (np.diff(values) > 0).all():
        message = "knots must be one-dimensional, not empty and strictly ascending"
        raise ValueError(message)
    return values
