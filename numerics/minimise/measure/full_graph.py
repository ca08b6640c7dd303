r"""The full graph on the line, all pairs of samples, in time O(n log n) and memory O(n).

Halve the points again and again. At a node with halves L < R the pairs of i in L and j in R pass
over each point t of L to the right of i, and over each of R to the left of j. With m_i samples of
summed target Y_i at the point i and w = 1/(x_j - x_i), they put on a point of L a density and a
target that are running sums over i from the outer end of L:

.. math:: \sum_i m_i A_i, \quad \sum_i Y_i A_i + (t - x_i)(m_i B_i - Y_i C_i), \quad
          (A_i, B_i, C_i) = \sum_{j \in R} (m_j w, Y_j w^2, m_j w^2) .

In R they run from its outer end. Nothing is taken away from a density, and since (t - x_i) w <= 1
the targets keep its digits, however uneven the points are.

The sums over the other half take x_j - x_i = d_i + e_j, the distances from the middle of the gap
between the halves. As a function of d, 1/(d + e) has its pole at -e < 0, so that on each octave of
d polynomials through Chebyshev points give it to rounding, whatever e is, and the other way round:
each half shrinks to the Chebyshev points of its octaves. The weight exp(-a (x_j - x_i)) of the
exponential graph is a product of a factor for each half, and changes nothing else: the graphs of
several a share the sums' matrices.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.polynomial.chebyshev import chebvander

from numerics.validation import FloatArray

_DIRECT = 256  # points of a half up to which pairs are summed up one by one
_HELD = 1 << 20  # pairs that are held at a time
_DEGREE = 20  # Chebyshev points of an octave: an error of (3 + 8^(1/2))^-20 = 5e-16
_NODES = np.cos(np.pi * (np.arange(_DEGREE) + 0.5) / _DEGREE)
_TO_NODES = chebvander(_NODES, _DEGREE - 1) * np.append(1, np.full(_DEGREE - 1, 2)) / _DEGREE


class FullSums(NamedTuple):
    """What all segments sum up to, each pair counted once, for each decay."""

    passing: FloatArray  # density and sums of targets of those over each point, (k, 1 + c, m)
    begins: FloatArray  # the density of the segments that begin at a sample of a point, (k, m)
    ends: FloatArray  # and of those that end there


def full_sums(
    points: FloatArray,
    mass: FloatArray,
    *,
    by_length: bool = True,
    decays: FloatArray | None = None,
) -> FullSums:
    """Sum up the segments of all pairs, of weight 1 or exp(-decay |x_i - x_j|) for each decay.

    `mass` has a row for each point: the number of samples there, and the sums of their targets. If
    not `by_length`, a segment has the density 1 instead of 1 over its length.
    """
    m = points.size
    padding = -m % min(2 * _DIRECT, 1 << (m - 1).bit_length())
    beyond = points[-1] + np.arange(1.0, padding + 1) * (points[-1] - points[0])
    x = np.append(points, beyond)
    mass = np.concatenate((mass, np.zeros((padding, mass.shape[1]))))[:, :, None]
    many = 1 if decays is None else decays.size
    passing, reach = np.zeros((*mass.shape[:2], many)), np.zeros((x.size, 2, many))
    half = 1
    while half < m:
        # Small nodes some at a time, large ones one by one, of which the last may be shorter.
        step = 2 * half * max(1, _HELD // half**2) if half <= _DIRECT else 2 * half
        for begin in range(0, x.size, step):
            part = slice(begin, begin + step)
            if x[part].size > half:
                width = min(2 * half, x[part].size)
                rows = [
                    each[part].reshape(-1, width, *each.shape[1:])
                    for each in (x, mass, passing, reach)
                ]
                _add(half, rows, decays, by_length=by_length)
        half *= 2
    return FullSums(passing[:m].transpose(2, 1, 0), *reach[:m].transpose(1, 2, 0))


def _add(
    middle: int, rows: list[FloatArray], decays: FloatArray | None, *, by_length: bool
) -> None:
    """Add what the pairs between the halves of nodes of one size put on their points.

    A row for each node, of views of the points, the masses, and what is added to. Masses and sums
    have an axis for numbers and targets, and one for the decays.
    """
    x, mass, passing, reach = rows
    gap = x[:, middle, None] - x[:, middle - 1, None]
    d = (x[:, middle - 1, None] - x[:, :middle]) + gap / 2
    e = (x[:, middle:] - x[:, middle, None]) + gap / 2
    one, other = mass[:, :middle], mass[:, middle:]
    if decays is not None:
        fall, rise = (np.exp(-decays * each[:, :, None, None]) for each in (d, e))
        one, other = one * fall, other * rise
    (lower, upper), (lower_r, upper_r) = _sums_between(d, e, one, other, by_length=by_length)
    reach[:, :middle, :1] += lower if decays is None else lower * fall
    reach[:, middle:, 1:] += lower_r if decays is None else lower_r * rise
    steps = np.diff(x)[:, :, None, None]
    passing[:, 1:middle] += _over(one, lower, upper, steps[:, :middle])[:, :-1]
    # R in a mirror.
    mirrored = [each[:, ::-1] for each in (other, lower_r, upper_r, steps[:, middle - 1 :])]
    passing[:, middle:-1] += _over(*mirrored)[:, -2::-1]


def _over(mass: FloatArray, lower: FloatArray, upper: FloatArray, steps: FloatArray) -> FloatArray:
    """Return density and targets, at the far end of the interval after each point."""
    tilt = mass[:, :, :1] * upper - mass * upper[:, :, :1]  # 0 for the density
    return np.cumsum(mass * lower + np.cumsum(tilt, axis=1) * steps, axis=1)


def _sums_between(
    d: FloatArray, e: FloatArray, one: FloatArray, other: FloatArray, *, by_length: bool
) -> list[tuple[FloatArray, ...]]:
    """Return A, and C beside B, for the points of both halves."""
    decays = one.shape[3]
    one, other = (each.reshape(*each.shape[:2], -1) for each in (one, other))
    if d.shape[0] > 1 or d.shape[1] <= _DIRECT:
        found = _products(d, e, one, other, decays, by_length=by_length)
    else:
        octaves = _Octaves(d[0]), _Octaves(e[0])
        found = _products(
            octaves[0].places[None],
            octaves[1].places[None],
            octaves[0].gather(one[0])[None],
            octaves[1].gather(other[0])[None],
            decays,
            by_length=by_length,
        )
        found = [
            (side.spread(lower[0])[None], side.spread(upper[0])[None])
            for side, (lower, upper) in zip(octaves, found, strict=True)
        ]
    return [tuple(each.reshape(*each.shape[:2], -1, decays) for each in pair) for pair in found]


def _products(
    d: FloatArray,
    e: FloatArray,
    one: FloatArray,
    other: FloatArray,
    numbers: int,
    *,
    by_length: bool,
) -> list[tuple[FloatArray, FloatArray]]:
    """Sum up over pairs: of the first `numbers` with w (or 1), and of all with w^2 (or w)."""
    found = [(np.zeros_like(each[:, :, :numbers]), np.zeros_like(each)) for each in (one, other)]
    step = max(1, _HELD // (e.shape[0] * e.shape[1]))
    for begin in range(0, d.shape[1], step):
        rows = slice(begin, begin + step)
        w = 1 / (d[:, rows, None] + e[:, None, :])
        lower, upper = (w, w * w) if by_length else (np.ones_like(w), w)
        found[0][0][:, rows] = lower @ other[:, :, :numbers]
        found[0][1][:, rows] = upper @ other
        found[1][0][:] += lower.swapaxes(1, 2) @ one[:, rows, :numbers]
        found[1][1][:] += upper.swapaxes(1, 2) @ one[:, rows]
    return found


class _Octaves:
    """The distances of a half, monotone, octave by octave; those of few octaves shrink to nodes."""

    def __init__(self, distances: FloatArray) -> None:
        share, octave = np.frexp(distances)
        edges = np.concatenate(([0], np.flatnonzero(np.diff(octave)) + 1, [share.size]))
        self.places = distances
        self.parts: list[slice] = []
        if edges.size * _DEGREE < distances.size:
            self.parts = [slice(*pair) for pair in pairwise(edges.tolist())]
            places = np.ldexp((_NODES + 3) / 4, octave[edges[:-1], None])
            self.places = places.ravel()
            self.argument = 4 * share - 3

    def gather(self, mass: FloatArray) -> FloatArray:
        """Return masses at the places that act on the other half as those at the points do."""
        if not self.parts:
            return mass
        return np.concatenate(
            [_TO_NODES @ (self._basis(part).T @ mass[part]) for part in self.parts]
        )

    def spread(self, sums: FloatArray) -> FloatArray:
        """Return sums at the points from those at the places."""
        if not self.parts:
            return sums
        split = sums.reshape(len(self.parts), _DEGREE, -1)
        return np.concatenate(
            [
                self._basis(part) @ (_TO_NODES.T @ each)
                for part, each in zip(self.parts, split, strict=True)
            ]
        )

    def _basis(self, part: slice) -> FloatArray:
        return np.asarray(chebvander(self.argument[part], _DEGREE - 1))
