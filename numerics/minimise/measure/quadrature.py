r"""Adaptive Gauss-Legendre quadrature over many intervals at once.

Where an integrand may be singular at the ends, the substitution x = sigma(pi sinh v), with sigma
the logistic function, takes it to one that vanishes doubly exponentially there.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import scipy

if TYPE_CHECKING:
    from collections.abc import Callable

    from numerics.validation import FloatArray, IntArray

    Integrand = Callable[[IntArray, FloatArray, FloatArray], tuple[FloatArray, FloatArray | float]]

_GAUSS = np.polynomial.legendre.leggauss(10)
NODES, WEIGHTS = (1 + _GAUSS[0]) / 2, _GAUSS[1] / 2
REACH = 5.9
"""Where pi sinh v comes close to the logarithm of the smallest float64."""
CLOSEST = math.exp(-math.pi * math.sinh(REACH))
"""Share of a cell that is cut off at each of its ends if the integrand may be singular there."""
PANELS = 12
DEPTH = 60
"""Halvings after which a panel is left as it is."""
MOST_PANELS = 1 << 16
"""Panels at a time beyond which all are left as they are, or four times the first ones if more."""
ROUNDING = 1e-15
"""Relative rounding of a sum over a panel, below which halving it does not help."""
MOST_POINTS = 1 << 22
"""Evaluations in one call of the integrand."""


class Cells(NamedTuple):
    """Parts of the intervals between points, with their distances from both ends."""

    interval: IntArray  # the interval that each is a part of, shape (q,)
    before: FloatArray
    length: FloatArray
    behind: FloatArray


def integrate(
    integrand: Integrand,
    cells: Cells,
    *,
    singular: bool,
    relative: float,
    fine: int = 1,
    rounding: float = ROUNDING,
    floor: float = 0.0,
) -> tuple[FloatArray, float]:
    """Integrate over each cell."""
    count = cells.interval.size
    ends, panels = (REACH, PANELS * fine) if singular else (1.0, fine)
    edges = np.linspace(-ends if singular else 0, ends, panels + 1)
    cell = np.repeat(np.arange(count), edges.size - 1)
    low, high = np.tile(edges[:-1], count), np.tile(edges[1:], count)
    rule = partial(_rule, integrand, cells, singular)
    whole, size, noise = rule(cell, low, high)
    aim = np.maximum(relative * size.sum(axis=1, keepdims=True), floor)
    allowed = aim / max(cell.size, 1)
    result = np.zeros((whole.shape[0], count))
    error = 0.0
    most = max(MOST_PANELS, 4 * cell.size)
    for depth in range(DEPTH + 1):
        middle = (low + high) / 2
        lows, highs = np.concatenate((low, middle)), np.concatenate((middle, high))
        halves, size, noise = rule(np.tile(cell, 2), lows, highs)
        first, last = np.split(halves, 2, axis=1)
        unsure = noise + rounding * size
        unsure = unsure[:, : cell.size] + unsure[:, cell.size :]
        gap = np.abs(first + last - whole)
        done = (gap <= np.maximum(allowed, unsure)).all(axis=0)
        if depth == DEPTH or np.count_nonzero(~done) > most:
            done[:] = True
        for channel, value in enumerate((first + last)[:, done]):
            result[channel] += np.bincount(cell[done], value, minlength=count)
        error += float(gap[:, done].sum())
        if done.all():
            break
        again = np.tile(~done, 2)
        cell, low, high = np.tile(cell, 2)[again], lows[again], highs[again]
        whole = np.concatenate((first, last), axis=1)[:, again]
    return result, error


def cut_ends(integrand: Integrand, cells: Cells) -> FloatArray:
    """Return distance times integrand where it is cut off, summed over both ends of each cell."""
    index = np.arange(cells.interval.size)
    near, far = cells.length * CLOSEST, cells.length
    left = integrand(index, cells.before + near, cells.behind + far)[0]
    right = integrand(index, cells.before + far, cells.behind + near)[0]
    return near * (left + right)


def _rule(
    integrand: Integrand,
    cells: Cells,
    singular: bool,
    cell: IntArray,
    low: FloatArray,
    high: FloatArray,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Integrate a function, its absolute value and its noise over panels of the variable v."""
    values, sizes, noises = [], [], []
    step = MOST_POINTS // NODES.size
    for begin in range(0, cell.size, step):
        part = slice(begin, begin + step)
        width = (high - low)[part, None]
        v = low[part, None] + width * NODES
        if singular:
            z = np.pi * np.sinh(v)
            t, rest = scipy.special.expit(z), scipy.special.expit(-z)
            speed = t * rest * np.pi * np.cosh(v)
        else:
            t, rest, speed = v, 1 - v, np.ones_like(v)
        own = cell[part, None]
        length = cells.length[own]
        found, noise = integrand(
            np.broadcast_to(own, t.shape).ravel(),
            (cells.before[own] + length * t).ravel(),
            (cells.behind[own] + length * rest).ravel(),
        )
        weight = WEIGHTS * width * length * speed
        rows = found.reshape(-1, *t.shape)
        values.append((rows * weight).sum(axis=-1))
        sizes.append((np.abs(rows) * weight).sum(axis=-1))
        unsure = np.broadcast_to(noise, found.shape).reshape(rows.shape)
        noises.append((unsure * weight).sum(axis=-1))
    whole, size, unsure = (np.concatenate(each, axis=1) for each in (values, sizes, noises))
    return whole, size, unsure
