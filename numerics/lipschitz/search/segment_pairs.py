r"""The largest ratio between the insides of two segments.

Between x_b + s (x_c - x_b) and x_d + t (x_e - x_d) the squared distances of the places and of the
targets are quadratic forms B and A of z = (1, s, t). Let Q be at least every ratio on the border of
the square [0, 1]^2, that is of samples and segments. Then a larger one inside makes
B - A/Q^2 negative inside and not on the border, so that it is convex and has its minimum inside.
The ratio there is a larger Q, and the next minimum is nearer to the largest ratio: this sequence
converges quadratically.
"""

from itertools import product
from typing import Any, TypeAlias

import numpy as np
import scipy
from numpy.typing import NDArray

from numerics.distances.gram import ScaledPoints
from numerics.lipschitz.search.records import Records
from numerics.lipschitz.targets import Targets, fractions
from numerics.tolerances import NEARLY_ON_SEGMENT
from numerics.validation import FloatArray, IntArray

_Form: TypeAlias = tuple[Any, Any, Any, Any, Any, Any]
"""Coefficients of 1, s, t, s^2, s t, t^2, without the factors 2 of the mixed ones."""

_SLACKS = 0.0, 1e-9  # relative: below the value to beat, for the rounding of candidates' values
_ROUNDING = 1e-12  # relative to the squared length: rounding of a form
_FLAT = 1e-13  # relative: below, a minimum in the flat direction is no better than at the border
_STEPS = 60
_TINY = 1e-150  # its square is still above 0


def segment_list(
    points: ScaledPoints, longest: float
) -> tuple[FloatArray, FloatArray, IntArray, IntArray]:
    """List the segments between different points by increasing length."""
    squares = scipy.spatial.distance.squareform(
        scipy.spatial.distance.pdist(points.rows(np.arange(len(points))), "sqeuclidean")
    )
    i, j = np.triu_indices(len(points), 1)
    lengths = np.ldexp(np.sqrt(squares[i, j]), points.exponent)
    order = np.lexsort((j, i, lengths))
    order = order[(lengths[order] > 0) & (lengths[order] <= longest)]
    return squares, lengths[order], i[order], j[order]


def scan_segments(
    points: ScaledPoints,
    targets: Targets,
    some: IntArray,
    known: Records,
    longest: float,
) -> Records:
    """Find the records among pairs of segments."""
    squares, lengths, i, j = segment_list(points, longest)
    if targets.quadratic:
        everyone = np.arange(len(points))
        differences = targets.squares(everyone, everyone, 1.0, squares.dtype)
    for k in some:
        if lengths[k] > known.infinite_from:
            break
        level = known.level(lengths[k : k + 1])[0]
        b, c, d, e = i[:k], j[:k], i[k], j[k]
        apart = (b != d) & (b != e) & (c != d) & (c != e)
        B = _gram(squares, b, c, d, e)
        forms: list[tuple[NDArray[np.bool_], _Form, tuple[int, ...]]]
        if targets.quadratic:
            forms = [(apart, _gram(differences, b, c, d, e), ())]
        else:
            forms = _indicators(targets.codes, apart, b, c, int(d), int(e))
        for allowed, A, bits in forms:
            # Between nearly parallel segments the minimum of a value with slack can be outside,
            # and that of the value itself be lost in rounding: either makes a candidate.
            for slack in _SLACKS:
                factor = float(np.ldexp(level, points.exponent) * (1 - slack)) ** -2
                s, t, least = _minimum(B, A, factor)
                inside = (s > 0) & (s < 1) & (t > 0) & (t < 1)
                hits = np.flatnonzero(allowed & inside & (least <= _ROUNDING * B[5]))
                if hits.size:
                    other = np.full(hits.size, k)
                    who = i[hits], j[hits], i[other], j[other]
                    corners = [np.full((hits.size, 1), float(bit)) for bit in bits]
                    found = _confirmed(
                        points, corners or targets.corners(*who), who, factor, lengths[k]
                    )
                    known = Records.union([known, found])
    return known


def _gram(squares: FloatArray, b: IntArray, c: IntArray, d: Any, e: Any) -> _Form:
    """Return the form of (x_d - x_b) - s (x_c - x_b) + t (x_e - x_d) from squared distances."""
    bd, bc, de = squares[b, d], squares[b, c], squares[d, e]
    be, cd, ce = squares[b, e], squares[c, d], squares[c, e]
    return (
        bd,
        -(bd + bc - cd) / 2,
        (be - bd - de) / 2,
        bc,
        -(be + cd - bd - ce) / 2,
        de,
    )


def _indicators(
    codes: IntArray, apart: NDArray[np.bool_], b: IntArray, c: IntArray, d: int, e: int
) -> list[tuple[NDArray[np.bool_], _Form, tuple[int, ...]]]:
    """Return the forms of the indicators of some classes: their largest is the distance."""
    roles = (codes[b], codes[c], codes[d], codes[e])
    forms: list[tuple[NDArray[np.bool_], _Form, tuple[int, ...]]] = []
    for value in product((0,), (0, 1), (0, 1), (0, 1)):
        allowed = apart.copy()
        for first in range(4):
            for second in range(first):
                if value[first] != value[second]:
                    allowed &= roles[first] != roles[second]
        if any(value) and allowed.any():
            form = _form(*(np.array([float(bit)]) for bit in value))
            forms.append((allowed, form, value))
    return forms


def _form(b: FloatArray, c: FloatArray, d: FloatArray, e: FloatArray) -> _Form:
    """Return the form of (d - b) - s (c - b) + t (e - d) for vectors along the last axis."""
    p, r1, r2 = d - b, c - b, e - d
    return (
        (p * p).sum(axis=-1),
        -(p * r1).sum(axis=-1),
        (p * r2).sum(axis=-1),
        (r1 * r1).sum(axis=-1),
        -(r1 * r2).sum(axis=-1),
        (r2 * r2).sum(axis=-1),
    )


def _between(corners: list[FloatArray], s: FloatArray, t: FloatArray) -> FloatArray:
    """Return the norm of that vector, without cancellation."""
    b, c, d, e = corners
    gap = d - b - s[:, None] * (c - b) + t[:, None] * (e - d)
    return np.asarray(np.sqrt((gap * gap).sum(axis=-1)))


def _minimum(B: _Form, A: _Form, factor: Any) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return where B - factor A is least, and its value there; NaN where it is not convex."""
    m0, m1, m2, m11, m12, m22 = (u - factor * v for u, v in zip(B, A, strict=True))
    area = m11 * m22 - m12 * m12
    area = np.where((area > _FLAT * m11 * m22) & (m11 > 0), area, np.nan)
    s, t = (m12 * m2 - m22 * m1) / area, (m12 * m1 - m11 * m2) / area
    return s, t, m0 + m1 * s + m2 * t


def _confirmed(
    points: ScaledPoints,
    targets: list[FloatArray],
    who: tuple[IntArray, IntArray, IntArray, IntArray],
    factor: float,
    length: float,
) -> Records:
    """Compute the ratios from explicit differences."""
    inputs = [points.rows(index) for index in who]
    B, A = _form(*inputs), _form(*targets)
    size = np.sqrt(B[0] + B[3] + B[5])
    best, distance = np.zeros(size.size), np.full(size.size, np.inf)
    s, t = np.full(size.size, np.nan), np.full(size.size, np.nan)
    factors = np.full(size.size, factor)
    for _ in range(_STEPS):
        s_new, t_new, _least = _minimum(B, A, factors)
        apart, top = _between(inputs, s_new, t_new), _between(targets, s_new, t_new)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(top > 0, top / apart, 0.0)
        better = (s_new > 0) & (s_new < 1) & (t_new > 0) & (t_new < 1) & (ratio > best)
        if not better.any():
            break
        best, s, t = (
            np.where(better, new, old) for new, old in ((ratio, best), (s_new, s), (t_new, t))
        )
        distance = np.where(better, apart, distance)
        factors = np.where(better, np.minimum(np.maximum(best, _TINY) ** -2, factor), factors)
    for index in np.flatnonzero(distance <= NEARLY_ON_SEGMENT * size):
        place = _meeting([x[index] for x in inputs], [y[index] for y in targets])
        if place is not None:
            best[index], s[index], t[index] = np.inf, *place
    kept = np.flatnonzero(best > 0)
    return Records(
        np.full(kept.size, length),
        np.ldexp(best, -points.exponent)[kept],
        np.stack(who, axis=1)[kept],
        np.stack((1 - s, 1 - t), axis=1)[kept],
    )


def _meeting(inputs: list[FloatArray], targets: list[FloatArray]) -> tuple[float, float] | None:
    """Return where two segments cross inside both with different targets, by fractions, or None."""
    b, c, d, e = map(fractions, inputs)
    p, r1, r2 = d - b, c - b, e - d
    ss, st, tt, at_s, at_t = r1 @ r1, -(r1 @ r2), r2 @ r2, -(p @ r1), p @ r2
    area = ss * tt - st * st
    if area == 0:
        return None
    s, t = (st * at_t - tt * at_s) / area, (st * at_s - ss * at_t) / area
    if not (0 < s < 1 and 0 < t < 1) or p @ p + at_s * s + at_t * t != 0:
        return None
    b, c, d, e = map(fractions, targets)
    apart = (d - b - s * (c - b) + t * (e - d)).any()
    return (float(s), float(t)) if apart else None
