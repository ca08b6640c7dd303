r"""The largest ratio between samples and between a sample and a segment, in float64.

Along u(t) = x_b + t (x_c - x_b) the squared ratio against the sample a is N(t)/D(t) with
N = N0 + 2 N1 t + N2 t^2 and D likewise, N0 and D0 at t = 0. Its derivative vanishes where

.. math:: (N_2 D_1 - N_1 D_2) t^2 + (N_2 D_0 - N_0 D_2) t + (N_1 D_0 - N_0 D_1) = 0 ,

and of the two roots the ratio is largest at the one where this falls through zero.
"""

import math
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np

from numerics.distances.gram import ScaledPoints
from numerics.lipschitz.search.records import Records
from numerics.lipschitz.targets import Targets, fractions
from numerics.tolerances import NEARLY_ON_SEGMENT
from numerics.validation import FloatArray, IntArray

_BITS = 400
"""Binary digits kept of the square root of a fraction."""

_DISTANCE_ERROR = 1e-14
"""Relative to the size of a triangle: far more than the roundoff of a distance in it."""

_Form: TypeAlias = tuple[Fraction, Fraction, Fraction]


def between_points(points: ScaledPoints, targets: Targets, a: IntArray, b: IntArray) -> Records:
    """Return the ratios of pairs of samples."""
    low, high = np.minimum(a, b), np.maximum(a, b)
    difference = points.rows(high) - points.rows(low)
    # The largest coordinate first: the square of a tiny distance would be 0.
    size = np.abs(difference).max(axis=1)
    shape = difference / np.where(size > 0, size, 1.0)[:, None]
    distance = np.ldexp(size * np.sqrt((shape * shape).sum(axis=1)), points.exponent)
    values = _quotient(np.sqrt(targets.pair_squares(low, high)), distance)
    who = np.stack((low, low, high, high), axis=1)
    return Records(np.zeros(a.size), values, who, np.ones((a.size, 2))).front()


def _quotient(top: FloatArray, bottom: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", over="ignore"):
        return np.divide(top, bottom, out=np.zeros_like(top), where=top > 0)


def point_segments(
    points: ScaledPoints,
    targets: Targets,
    a: IntArray,
    b: IntArray,
    c: IntArray,
    known: Records,
    longest: float,
) -> Records:
    """Return the largest ratios of samples against the insides of segments."""
    # The distance is the norm of an explicit difference: its relative error is the roundoff times
    # the ratio of the size of the triangle to it. Where that is too much, fractions decide.
    low, high = np.minimum(b, c), np.maximum(b, c)
    start = points.rows(low)
    r = points.rows(high) - start
    p = start - points.rows(a)
    D0, D1, D2 = (p * p).sum(axis=1), (p * r).sum(axis=1), (r * r).sum(axis=1)
    lengths = np.ldexp(np.sqrt(D2), points.exponent)
    t = _place(targets.form(a, low, high), (D0, D1, D2))
    level = known.level(lengths)
    longest = min(longest, known.infinite_from)
    inside = np.flatnonzero((t > 0) & (t < 1) & (lengths <= longest))
    a, low, high, t, lengths = a[inside], low[inside], high[inside], t[inside], lengths[inside]
    D0, D2, level = D0[inside], D2[inside], level[inside]
    gap = p[inside] + t[:, None] * r[inside]
    distance = np.sqrt((gap * gap).sum(axis=1))
    size = np.sqrt(D0 + D2)
    top = np.sqrt(targets.along(a, low, high, t))
    unsure = distance <= NEARLY_ON_SEGMENT * size
    values = _quotient(top, np.ldexp(distance, points.exponent))
    # Nearly on the segment, rounding may have hidden more: the distance is known to a few roundoffs
    # of the size.
    least = np.maximum(distance - _DISTANCE_ERROR * size, 0.0)
    bounds = np.where(unsure, _quotient(top, np.ldexp(least, points.exponent)), values)
    hopeful = (top > 0) & (bounds >= level)
    columns: tuple[Any, ...] = (a, low, high, t, lengths, values)
    result = known
    sure = np.flatnonzero(hopeful & ~unsure)
    if sure.size:
        result = Records.union([known, _records(*(each[sure] for each in columns)).front()])
    doubtful = np.flatnonzero(hopeful & unsure)
    for index in doubtful[np.lexsort((-values[doubtful], lengths[doubtful]))]:
        one = np.array([index])
        if lengths[index] > result.infinite_from:
            break
        if bounds[index] < result.level(lengths[one])[0]:
            continue
        value, place = _exactly(points, targets, int(a[index]), int(low[index]), int(high[index]))
        values[index], t[index] = value, place
        if value > 0:
            result = Records.union([result, _records(*(each[one] for each in columns))])
    return result


def _records(
    a: IntArray, b: IntArray, c: IntArray, t: FloatArray, lengths: FloatArray, values: FloatArray
) -> Records:
    who = np.stack((a, a, b, c), axis=1)
    return Records(lengths, values, who, np.stack((np.ones(a.size), 1 - t), axis=1))


def _place(
    N: tuple[FloatArray, FloatArray, FloatArray], D: tuple[FloatArray, FloatArray, FloatArray]
) -> FloatArray:
    """Return where N/D is largest on the whole line; NaN where it is so nowhere."""
    (N0, N1, N2), (D0, D1, D2) = N, D
    A, B, C = N2 * D1 - N1 * D2, N2 * D0 - N0 * D2, N1 * D0 - N0 * D1
    root = np.sqrt(np.maximum(B * B - 4 * A * C, 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        # The root where 2 A t + B = -sqrt(disc), written without cancellation.
        return np.asarray(np.where(B > 0, -(B + root) / (2 * A), 2 * C / (root - B)))


def _exactly(points: ScaledPoints, targets: Targets, a: int, b: int, c: int) -> tuple[float, float]:
    point, start, end = fractions(points.rows(np.array([a, b, c])))
    p, r = start - point, end - start
    value, place = exact_value(targets.exact_form(a, b, c), (p @ p, p @ r, r @ r))
    return math.ldexp(value, -points.exponent) if value < math.inf else value, place


def exact_value(N: _Form, D: _Form) -> tuple[float, float]:
    """Return the largest ratio inside a segment, computed in fractions."""
    (N0, N1, N2), (D0, D1, D2) = N, D
    if D0 * D2 == D1 * D1:
        foot = -D1 / D2
        if 0 < foot < 1 and N0 + 2 * N1 * foot + N2 * foot * foot > 0:
            return math.inf, float(foot)
        return 0.0, math.nan
    A, B, C = N2 * D1 - N1 * D2, N2 * D0 - N0 * D2, N1 * D0 - N0 * D1
    square = B * B - 4 * A * C
    if square < 0 or (A == 0 and B >= 0):
        return 0.0, math.nan
    t = -C / B if A == 0 else -(B + exact_root(square)) / (2 * A)
    if not 0 < t < 1:
        return 0.0, math.nan
    ratio = (N0 + 2 * N1 * t + N2 * t * t) / (D0 + 2 * D1 * t + D2 * t * t)
    try:
        return float(exact_root(ratio)), float(t)
    except OverflowError:
        return math.inf, float(t)


def exact_root(square: Fraction) -> Fraction:
    """Return a square root to several hundred binary digits."""
    if square == 0:
        return Fraction(0)
    top, bottom = square.numerator, square.denominator
    shift = max(0, 2 * _BITS - top.bit_length() + bottom.bit_length())
    shift += shift % 2
    return Fraction(math.isqrt((top << shift) // bottom), 1 << (shift // 2))
