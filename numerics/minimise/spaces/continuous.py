r"""Minimisers over continuous piecewise-linear functions (the reading ``"continuous"``).

With hat functions phi_k at the knots, the criterion is least where

.. math:: \Bigl(\int D\,\phi_k\phi_l + \sum_u M_u\,\phi_k\phi_l(u)\Bigr) f_l
          = \int D f^* \phi_k + \sum_u M_u a_u\,\phi_k(u),

a tridiagonal system: time O(n) once density and mean of the virtual samples are known. Self pairs
count here, as atoms at the training points.
"""

import numpy as np
import scipy
from numpy.typing import NDArray

from numerics.minimise.measure import Measure, cells_between
from numerics.validation import FloatArray, IntArray


class PiecewiseLinear:
    """A continuous function with straight pieces, in the units of the samples."""

    def __init__(self, points: FloatArray, knots: FloatArray, heights: FloatArray) -> None:
        self.points = points
        self.knots = knots
        self.heights = heights

    def inside(self, k: IntArray, before: FloatArray, behind: FloatArray) -> FloatArray:
        """Return values at points inside the intervals."""
        if self.knots is self.points:
            share = before / (before + behind)
            return self.heights[:, k] * (1 - share) + self.heights[:, k + 1] * share
        return self.at(self.points[k] + before)

    def limits(self) -> tuple[FloatArray, FloatArray]:
        """Return the values at the left and the right end of each interval."""
        gap = np.diff(self.points)
        k = np.arange(gap.size)
        left = self.inside(k, np.zeros(gap.size), gap)
        right = self.inside(k, gap, np.zeros(gap.size))
        open_ = np.isnan(self.inside(k, gap / 2, gap / 2))
        return np.where(open_, np.nan, left), np.where(open_, np.nan, right)

    def at(self, x: FloatArray) -> FloatArray:
        """Return values at places between the first and the last knot."""
        piece, left, right = hats(self.knots, x)
        value = np.where(left > 0, left * self.heights[:, piece], 0)
        value += np.where(right > 0, right * self.heights[:, piece + 1], 0)
        outside = (x < self.knots[0]) | (x > self.knots[-1])
        return np.where(outside, np.nan, value)


def hats(knots: FloatArray, x: FloatArray) -> tuple[IntArray, FloatArray, FloatArray]:
    """Return the piece that each place is on, and the two hat functions of the piece there."""
    piece = (np.searchsorted(knots, x, side="right") - 1).clip(0, knots.size - 2)
    length = knots[piece + 1] - knots[piece]
    return piece, (knots[piece + 1] - x) / length, (x - knots[piece]) / length


def solve(measure: Measure, knots: FloatArray) -> FloatArray:
    """Return the values at the knots of the minimiser over piecewise-linear functions."""
    points, atoms, size = measure.points, measure.atoms, knots.size
    if size == 1:
        return atoms.mean
    some = np.flatnonzero(atoms.mass > 0)
    at, left, right = hats(knots, points[some])
    piece, firm = at, np.zeros(size - 1, dtype=bool)
    gram = atoms.mass[some] * np.stack((left * left, left * right, right * right))
    loads = atoms.mass[some] * atoms.mean[:, some] * np.stack((left, right))[:, None]
    if points.size > 1:
        cells = cells_between(points, knots)
        inside = hats(knots, points[cells.interval] + cells.before + cells.length / 2)[0]
        piece = np.append(at, inside)
        gram, loads = (
            np.concatenate(both, axis=-1)
            for both in zip((gram, loads), measure.moments(cells, knots, inside), strict=True)
        )
        np.logical_or.at(firm, inside, measure.covered[cells.interval])
    diagonal = np.bincount(piece, gram[0], size) + np.bincount(piece + 1, gram[2], size)
    beside = np.bincount(piece, gram[1], size - 1)
    load = np.stack(
        [
            np.bincount(piece, one, size) + np.bincount(piece + 1, other, size)
            for one, other in zip(*loads, strict=True)
        ]
    )
    known = _determined(size, firm, at, left, right)
    beside[~(known[:-1] & known[1:])] = 0
    # Scaled to a unit diagonal; with knots at the points its condition number is at most 3.
    scale = np.where(known, np.sqrt(np.where(diagonal > 0, diagonal, 1)), 1)
    band = np.stack((np.append(0, beside / (scale[:-1] * scale[1:])), np.ones(size)))
    load[:, ~known] = 0
    heights = np.atleast_2d(scipy.linalg.solveh_banded(band, (load / scale).T).T) / scale
    heights[:, ~known] = np.nan
    return heights


def _determined(
    size: int,
    firm: NDArray[np.bool_],
    piece: IntArray,
    left: FloatArray,
    right: FloatArray,
) -> NDArray[np.bool_]:
    """Tell which knots have a determined value."""
    # A piece with density, or with two atoms inside, determines both its ends; an atom at a knot
    # that one; and a single atom inside determines one end from the other.
    inside = (left > 0) & (right > 0)
    atoms = np.bincount(piece[inside], minlength=size - 1)
    firm = firm | (atoms > 1)
    known = np.zeros(size, dtype=bool)
    known[:-1] |= firm
    known[1:] |= firm
    known[piece[right == 0]] = True
    known[piece[left == 0] + 1] = True
    single = np.flatnonzero(atoms == 1)
    for e in single:
        known[e + 1] |= known[e]
    for e in single[::-1]:
        known[e] |= known[e + 1]
    return known
