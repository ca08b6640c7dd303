"""Section IV.A: the weights of graphs, from the pairwise distances or for exact points on a line.

`nearest` is the K-nearest-neighbour graph as the paper defines it: row i has the weight 1 at the K
samples closest to sample i.
"""

from __future__ import annotations

from itertools import combinations, product
from operator import mul
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import sympy as sp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Matrix: TypeAlias = list[list[Any]]
Loops = Literal["none", "counted", "added"]

SUPERINCREASING = tuple(sp.Integer(2**i - 1) for i in range(8))
"""0, 1, 3, 7, ...: each gap is longer than everything to its left."""


def distances(points: Sequence[sp.Expr | int]) -> Matrix:
    """Return the distance matrix of points on a line."""
    line = [sp.sympify(point, strict=True) for point in points]
    return [[abs(a - b) for b in line] for a in line]


def nearest(D: Sequence[Sequence[sp.Expr | int]], K: int, *, loops: Loops = "none") -> Matrix:
    """Return the weights of the K-nearest-neighbour graph, one row for each source vertex."""
    n = len(D)
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
        for j in order[:K] + [i] * (loops == "added"):
            weights[i][j] = sp.Integer(1)
    return weights


def threshold(D: Sequence[Sequence[sp.Expr | int]], eps: sp.Expr | int) -> Matrix:
    """Return the weights of the thresholded graph."""
    return [[sp.Integer(int(bool(distance <= eps))) for distance in row] for row in D]


def complete(n: int) -> Matrix:
    """Return the weights of classical Mixup."""
    return [[sp.Integer(1)] * n for _ in range(n)]


def radial(x: Sequence[Any], phi: Callable[[Any], Any], loops: Any) -> Matrix:
    """Return W_ij = phi(|x_i - x_j|), with self pairs of a weight of their own."""
    n = range(len(x))
    return [[loops if i == j else phi(abs(x[i] - x[j])) for j in n] for i in n]


def band(n: int, K: int, loops: Any) -> Matrix:
    """Return the graph of a lattice with K neighbours on each side."""
    return radial(range(n), lambda distance: int(distance <= K), loops)


def every_graph(n: int, loops: int = 1) -> Iterator[Matrix]:
    """Yield all symmetric graphs with weights 0 and 1."""
    pairs = list(combinations(range(n), 2))
    for bits in product((0, 1), repeat=len(pairs)):
        W = [[loops if i == j else 0 for j in range(n)] for i in range(n)]
        for (i, j), bit in zip(pairs, bits, strict=True):
            W[i][j] = W[j][i] = bit
        yield W


def is_affine(values: Sequence[Any], x: Sequence[Any]) -> bool:
    """Decide whether values lie on a line over the points."""
    run, rise = x[1] - x[0], values[1] - values[0]
    return all(
        (value - values[0]) * run == rise * (point - x[0])
        for value, point in zip(values, x, strict=True)
    )


def keeps_least_squares(x: Sequence[int], W: Sequence[Sequence[int]], alpha: int) -> bool:
    """Decide in integers whether Local Mixup has the least-squares line for every y."""
    degrees = [sum(row) for row in W]
    if not is_affine(degrees, x):
        return False
    images = [
        (alpha + 1) * degree * point + alpha * sum(map(mul, row, x))
        for degree, point, row in zip(degrees, x, W, strict=True)
    ]
    return is_affine(images, x)
