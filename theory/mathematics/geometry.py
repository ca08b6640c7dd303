r"""Which Z/nZ? Three geometries of the periodic setting, solved by enumeration (Section IV.B).

=============  =====================================================================================
``winding``    y extended n-periodically to Z: what Eq. (3) computes with its indices modulo n
``circular``   the distance of Z/nZ itself: pairs at most K steps apart, along the shorter arc
``interval``   the printed d(x, x') = |x - x'| in {0, ..., n-1}: points on a line
=============  =====================================================================================
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import sympy as sp

from theory.mathematics.readings import check_neighbours
from theory.proofs.certificates import Relation
from theory.proofs.evidence import Boundary

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
    if n == 0:
        message = "y must have at least one value; got none"
        raise ValueError(message)
    check_neighbours(K, "counting")
    if geometry not in get_args(Geometry):
        message = f"geometry must be one of {', '.join(get_args(Geometry))}; got {geometry!r}"
        raise ValueError(message)
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


def mean(values: Sequence[sp.Expr]) -> sp.Expr:
    """Return E_train of a list of values."""
    return sp.Add(*values) / len(values)


def variance(values: Sequence[sp.Expr]) -> sp.Expr:
    """Return Var of Definition IV.1."""
    centre = mean(values)
    return mean([(value - centre) ** 2 for value in values])


IMPULSE = (sp.Integer(0), sp.Integer(1))
"""y = (0, 1), the smallest nonconstant data."""


def not_for(geometry: Geometry, quantity: str) -> Boundary:
    """Return the smallest case in which a limit of Theorem IV.1 fails under another geometry.

    From K = n - 1 on the graph is complete and f_K no longer depends on K, so its value there is
    the limit.
    """
    f = counting_minimiser(IMPULSE, 1, geometry)
    pairs = zip(f, IMPULSE, strict=True)
    reached, stated, name = {
        "value": (f[0], mean(IMPULSE), "lim f_K(x_0)"),
        "bias2": (mean([(a - b) ** 2 for a, b in pairs]), variance(IMPULSE), "lim Bias^2"),
        "variance": (variance(f), sp.Integer(0), "lim Var"),
    }[quantity]
    return Boundary(
        case=f"n = 2, y = (0, 1), {geometry} distance: f_K = y for every K >= 1",
        stated=f"{name} is the limit of Theorem IV.1",
        relation=Relation(name, reached, "==", stated),
        minimal="for n = 1 every function in question is constant",
    )
