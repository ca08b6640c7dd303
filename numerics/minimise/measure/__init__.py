r"""The virtual samples as a measure on the line, and the criterion as a distance.

For squared loss the criterion of every f is

.. math:: C(f) = C(f^*) + \int D\,|f - f^*|^2 + \sum_u M_u\,|f(u) - a_u|^2 ,

with D the density of virtual samples and f* their mean target between the points, and M_u and a_u
mass and mean target of the atoms. C(f*) is what the targets scatter around their means.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from numerics.minimise.measure import quadrature
from numerics.minimise.measure.bilinear import Bilinear
from numerics.minimise.measure.covering import Covering, cover
from numerics.minimise.measure.density import SegmentSums, limits, passing
from numerics.minimise.measure.polynomial import LARGEST_DEGREE, Polynomial
from numerics.minimise.measure.quadrature import Cells
from numerics.tolerances import NEGLIGIBLE, QUADRATURE

if TYPE_CHECKING:
    from collections.abc import Callable

    from numerics.minimise.measure.quadrature import Integrand
    from numerics.minimise.virtual.law import BetaLaw
    from numerics.minimise.virtual.segments import Atoms, Segments
    from numerics.validation import FloatArray, IntArray

    Inside = Callable[[IntArray, FloatArray, FloatArray], FloatArray]

__all__ = ["Measure", "cells_between", "linear_product"]

_CUT_ENDS = 0.07  # below, the quadrature cuts off a share of more than 1e-17 at singular ends


def linear_product(
    first: tuple[FloatArray, FloatArray], second: tuple[FloatArray, FloatArray]
) -> FloatArray:
    """Return the mean over an interval of the product of two linear functions."""
    (a, b), (c, d) = first, second
    return (2 * (a * c + b * d) + a * d + b * c) / 6


def cells_between(points: FloatArray, breaks: FloatArray) -> Cells:
    """Cut the intervals between points at further places."""
    inner = breaks[(breaks > points[0]) & (breaks < points[-1])]
    edges = np.union1d(points, inner)
    k = np.searchsorted(points, edges[:-1], side="right") - 1
    return Cells(k, edges[:-1] - points[k], np.diff(edges), points[k + 1] - edges[1:])


@dataclass(frozen=True, eq=False)
class Measure:
    """Density, atoms and mean targets of the virtual samples, in the units of the samples."""

    segments: Segments  # the pairs
    law: BetaLaw  # the law of lambda

    @cached_property
    def points(self) -> FloatArray:
        """The different inputs."""
        return self.segments.samples.points

    @cached_property
    def atoms(self) -> Atoms:
        """The pairs at equal points."""
        return self.segments.atoms(self.law)

    @cached_property
    def covering(self) -> Covering | None:
        """The density where it is constant between the points."""
        flat = self.law.flat(symmetric_pairs=False)
        if flat or (self.law.flat(symmetric_pairs=True) and self.segments.symmetric):
            # Every ordered pair spreads its own weight evenly, or does so with its converse.
            return cover(self.segments)
        return None

    @cached_property
    def limits(self) -> tuple[FloatArray, FloatArray]:
        """The limits of f* at the left and the right end of each interval."""
        if self.covering is not None:
            return self.covering.left, self.covering.right
        if isinstance(self._fast_sums, Polynomial):
            return self._fast_sums.limits()
        return limits(self.segments, self.law, self._fast_sums)

    @cached_property
    def covered(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Whether a segment passes over each interval."""
        known: np.ndarray[tuple[int], np.dtype[np.bool_]] = ~np.isnan(self.limits[0][0])
        return known

    @cached_property
    def _fast_sums(self) -> SegmentSums | None:
        if Polynomial.serves(self.segments, self.law):
            return Polynomial(self.segments, self.law)
        if Bilinear.serves(self.segments, self.law):
            return Bilinear(self.segments, self.law)
        return None

    @property
    def smooth(self) -> bool:
        """Whether the density is a polynomial of low degree on each interval."""
        low = self.law.alpha + self.law.beta <= LARGEST_DEGREE
        return self.covering is not None or (self.law.polynomial and low)

    def at(
        self, k: IntArray, before: FloatArray, behind: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Return density and mean target at points inside the intervals."""
        if self.covering is None:
            where = k, before, behind
            found = passing(self.segments, self.law, *where, short=self._fast_sums, scatter=False)
            return found.density, found.mean
        covering = self.covering
        length = before + behind
        share, rest = before / length, behind / length
        mean = covering.left[:, k] * rest + covering.right[:, k] * share
        return covering.density[k], mean

    def _integrate(
        self, function: Integrand, cells: Cells, floor: float = 0.0
    ) -> tuple[FloatArray, float]:
        """Integrate over covered cells; the error tells of cut ends and rounded densities, too."""
        alpha, beta = self.law.alpha, self.law.beta
        singular = not self.smooth
        # The densities of a concentrated law have peaks; the first panels must not miss them.
        fine = int(np.ceil(min(alpha, beta) ** 0.5 / 3)) if singular else 1
        rounding = quadrature.ROUNDING * max(alpha + beta, 1) if singular else quadrature.ROUNDING
        found, error = quadrature.integrate(
            function,
            cells,
            singular=singular,
            relative=QUADRATURE,
            fine=fine,
            rounding=rounding,
            floor=floor,
        )
        error += 4 * rounding * float(np.abs(found).sum())
        steepest, flattest = min(alpha, beta), max(alpha, beta)
        if singular and steepest < _CUT_ENDS:
            # What is cut off is like s^(steepest - 1), up to a flatter power if there are two.
            rest = quadrature.cut_ends(function, cells) / steepest
            found += rest
            other = (1 - steepest / flattest) * quadrature.CLOSEST ** (flattest - steepest)
            error += other * float(np.abs(rest).sum())
        return found, error

    @property
    def _floor(self) -> float:
        """What the error of a mean square may be anyway: close to 0 fewer digits are asked for."""
        return NEGLIGIBLE * QUADRATURE * self.segments.weight

    def _covered_cells(self, cells: Cells) -> Cells:
        some = self.covered[cells.interval]
        return Cells._make(part[some] for part in cells)

    @cached_property
    def least(self) -> tuple[float, float]:
        """The criterion's minimum over all functions."""
        scatter = self.atoms.scatter
        if self.points.size == 1 or not self.covered.any():
            return scatter, 0.0
        if self.covering is not None:
            return scatter + self.covering.scatter, self.covering.error
        cells = self._covered_cells(cells_between(self.points, np.empty(0)))

        def integrand(
            cell: IntArray, before: FloatArray, behind: FloatArray
        ) -> tuple[FloatArray, FloatArray | float]:
            where = cells.interval[cell], before, behind
            found = passing(self.segments, self.law, *where, short=self._fast_sums)
            noise: FloatArray | float = 0.0
            if self._fast_sums is not None:
                # There the scatter is a sum of squares, of size 4 at most, with others taken away.
                noise = 8 * found.mean.shape[0] * quadrature.ROUNDING * found.density
            return found.scatter[None], noise

        found, error = self._integrate(integrand, cells, self._floor)
        return scatter + float(found.sum()), error

    def moments(
        self, cells: Cells, knots: FloatArray, piece: IntArray
    ) -> tuple[FloatArray, FloatArray]:
        """Integrate D times hat functions, and D f* times them."""
        start, end = knots[piece], knots[piece + 1]
        k, length = cells.interval, end - start
        from_start = self.points[k] - start
        to_end = end - self.points[k + 1]
        outputs = self.segments.samples.values.shape[0]
        if self.covering is not None:
            far = cells.before + cells.length
            hats = [
                ((to_end + cells.behind + cells.length) / length, (to_end + cells.behind) / length),
                ((from_start + cells.before) / length, (from_start + far) / length),
            ]
            gap = np.diff(self.points)[k]
            f = self._linear_at(cells.before / gap, k), self._linear_at(far / gap, k)
            mass = self.covering.density[k] * cells.length
            gram = np.stack(
                [mass * linear_product(hats[a], hats[b]) for a, b in ((0, 0), (0, 1), (1, 1))]
            )
            load = np.stack([mass * linear_product(hat, f) for hat in hats])
            known = self.covered[k]
            return np.where(known, gram, 0), np.where(known, load, 0)
        some = np.flatnonzero(self.covered[k])

        def integrand(
            index: IntArray, before: FloatArray, behind: FloatArray
        ) -> tuple[FloatArray, float]:
            cell = some[index]
            density, mean = self.at(k[cell], before, behind)
            mean = np.where(density > 0, mean, 0)  # it may underflow close to the points
            left = (to_end[cell] + behind) / length[cell]
            right = (from_start[cell] + before) / length[cell]
            products = [left * left, left * right, right * right, *(mean * left), *(mean * right)]
            return density * np.stack(products), 0.0

        found = np.zeros((3 + 2 * outputs, k.size))
        if some.size:
            found[:, some], _ = self._integrate(integrand, self._covered_cells(cells))
        return found[:3], found[3:].reshape(2, outputs, -1)

    def distance(self, limits: tuple[FloatArray, FloatArray], at_points: FloatArray) -> float:
        """How much larger than the minimum the criterion of a function is, in closed form."""
        if self.covering is None:
            message = "the density must be constant on each interval"
            raise ValueError(message)
        some = self.atoms.mass > 0
        rest = (at_points - self.atoms.mean)[:, some]
        total = float((self.atoms.mass[some] * rest**2).sum())
        first, last = (own - best for own, best in zip(limits, self.limits, strict=True))
        square = linear_product((first, last), (first, last)).sum(axis=0)
        mass = self.covering.density * np.diff(self.points)
        return total + float((mass * square)[self.covered].sum())

    def excess(
        self,
        own: Inside,
        other: Inside,
        breaks: FloatArray,
        at_points: tuple[FloatArray, FloatArray],
    ) -> tuple[float, float]:
        """Return how much larger the criterion of one function is than that of another."""
        mass, mean = self.atoms.mass, self.atoms.mean
        some = mass > 0
        gap = (at_points[1] - at_points[0])[:, some]
        total = float((mass[some] * gap * (gap + 2 * (at_points[0] - mean)[:, some])).sum())
        if self.points.size == 1 or not self.covered.any():
            return total, 0.0
        cells = self._covered_cells(cells_between(self.points, breaks))

        def integrand(
            cell: IntArray, before: FloatArray, behind: FloatArray
        ) -> tuple[FloatArray, FloatArray]:
            k = cells.interval[cell]
            density, best = self.at(k, before, behind)
            mine = own(k, before, behind)
            step = other(k, before, behind) - mine
            rest = mine - best
            part = step * (step + 2 * rest)
            # The difference of two values of size 1 is known to ROUNDING.
            unsure = (1 + np.abs(mine)) * (np.abs(step) + np.abs(rest))
            known = density > 0  # where it underflows, f* may be unknown as well
            weight = np.where(known, density, 0)
            total = np.where(known, weight * part, 0).sum(axis=0, keepdims=True)
            noise = np.where(known, weight * unsure, 0).sum(axis=0, keepdims=True)
            return total, 4 * quadrature.ROUNDING * noise

        found, error = self._integrate(integrand, cells, self._floor)
        return total + float(found.sum()), error

    def _linear_at(self, share: FloatArray, k: IntArray) -> FloatArray:
        left, right = self.limits
        return left[:, k] * (1 - share) + right[:, k] * share
