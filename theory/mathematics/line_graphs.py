r"""Section IV.A: the weights of the three locality graphs.

A graph is made from the pairwise distances alone.  `nearest` is the K-nearest-neighbour graph as
the paper defines it: row i has the weight 1 at the K samples closest to sample i.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import sympy as sp

if TYPE_CHECKING:
    from collections.abc import Sequence

Matrix = list[list[sp.Expr]]
Loops = Literal["none", "counted", "added"]

SUPERINCREASING = tuple(sp.Integer(2**i - 1) for i in range(8))
"""0, 1, 3, 7, ...: each gap is longer than everything to its left."""


def distances(points: Sequence[sp.Expr | int]) -> Matrix:
    """Return the distance matrix of points on a line."""
    line = [sp.sympify(point) for point in points]
    return [[abs(a - b) for b in line] for a in line]


def nearest(D: Sequence[Sequence[sp.Expr | int]], K: int, *, loops: Loops = "none") -> Matrix:
    """Return the weights of the K-nearest-neighbour graph, one row for each source vertex."""
    if isinstance(K, bool) or not isinstance(K, (int, sp.Integer)):
        message = f"K must be an integer, the number of neighbours; got {K!r}"
        raise TypeError(message)
    if K < 0:
        message = f"K must be at least 0; got {K}"
        raise ValueError(message)
    if loops not in ("none", "counted", "added"):
        message = f"loops must be 'none', 'counted' or 'added'; got {loops!r}"
        raise ValueError(message)
    n = len(D)
    if any(len(row) != n for row in D):
        message = f"D must be square; got {n} rows of lengths {sorted({len(row) for row in D})}"
        raise ValueError(message)
    weights = [[sp.Integer(0)] * n for _ in range(n)]
    for i, row in enumerate(D):
        order = sorted((j for j in range(n) if j != i), key=lambda j: row[j])
        if loops == "counted":
            order.insert(0, i)
        if 0 < K < len(order) and i not in order[K - 1 : K + 1]:
            last, following = row[order[K - 1]], row[order[K]]
            if last == following:
                message = f"D must not tie the neighbours K and K + 1 of vertex {i}; got {last}"
                raise ValueError(message)
        for j in order[:K]:
            weights[i][j] = sp.Integer(1)
        if loops == "added":
            weights[i][i] = sp.Integer(1)
    return weights


def threshold(D: Sequence[Sequence[sp.Expr | int]], eps: sp.Expr | int) -> Matrix:
    """Return the weights of the thresholded graph."""
    if sp.sympify(eps) < 0:
        message = f"eps must be at least 0; got {eps}"
        raise ValueError(message)
    return [[sp.Integer(int(bool(distance <= eps))) for distance in row] for row in D]


def complete(n: int) -> Matrix:
    """Return the weights of classical Mixup."""
    return [[sp.Integer(1)] * n for _ in range(n)]


def vanilla(n: int) -> Matrix:
    """Return the weights of vanilla training."""
    return [[sp.Integer(int(i == j)) for j in range(n)] for i in range(n)]
