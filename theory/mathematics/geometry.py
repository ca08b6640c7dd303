r"""Which Z/nZ? Three geometries of the periodic setting, solved by enumeration (Section IV.B).

=============  =====================================================================================
``winding``    y extended n-periodically to Z: what Eq. (3) computes with its indices modulo n
``circular``   the distance of Z/nZ itself: pairs at most K steps apart, along the shorter arc
``interval``   the printed d(x, x') = |x - x'| in {0, ..., n-1}: points on a line
=============  =====================================================================================
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import sympy as sp

from theory.mathematics.readings import check_neighbours

if TYPE_CHECKING:
    from collections.abc import Sequence

Geometry = Literal["winding", "circular", "interval"]


def _arcs(n: int, K: int, geometry: Geometry) -> list[tuple[int, int]]:
    """Segments as (start, length); the points start, ..., start + length are taken modulo n."""
    if geometry == "winding":
        return [(a, m) for m in range(1, K + 1) for a in range(n)]
    if geometry == "interval":
        return [(a, m) for m in range(1, min(K, n - 1) + 1) for a in range(n - m)]
    # Both arcs of an antipodal pair are shortest; each is a segment.
    return [(a, m) for m in range(1, min(K, n // 2) + 1) for a in range(n)]


def counting_minimiser(y: Sequence[sp.Expr], K: int, geometry: Geometry) -> list[sp.Expr]:
    """Minimise the lattice-counting criterion on n points by enumerating its segments."""
    n = len(y)
    check_neighbours(K, "counting")
    totals, counts = [sp.Integer(0)] * n, [0] * n
    for start, length in _arcs(n, K, geometry):
        first, last = y[start % n], y[(start + length) % n]
        for step in range(length + 1):
            share = sp.Rational(step, length)
            totals[(start + step) % n] += (1 - share) * first + share * last
            counts[(start + step) % n] += 1
    return [
        total / count if count else value
        for total, count, value in zip(totals, counts, y, strict=True)
    ]


IMPULSE = (sp.Integer(0), sp.Integer(1))
"""y = (0, 1), the smallest nonconstant data."""
