r"""Section IV.A: the weights of the three graphs for exact points on a line.

The points are given in increasing order and have to be distinct; the functions here serve the
evidence, and their arguments are not checked.
"""

from __future__ import annotations

from itertools import combinations, product
from operator import mul
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Matrix = list[list[Any]]

Symmetrised = Literal["average", "union", "mutual"]
"""How a directed graph becomes symmetric: (W + W^T)/2, the maximum or the minimum of W and W^T."""


def radial(x: Sequence[Any], phi: Callable[[Any], Any], loops: Any) -> Matrix:
    """Return W_ij = phi(|x_i - x_j|), with self pairs of a weight of their own."""
    n = range(len(x))
    return [[loops if i == j else phi(abs(x[i] - x[j])) for j in n] for i in n]


def threshold(x: Sequence[Any], epsilon: Any) -> Matrix:
    """Return the thresholded graph, W_ij = 1 for |x_i - x_j| <= epsilon and 0 otherwise."""
    return radial(x, lambda distance: int(distance <= epsilon), 1)


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


def neighbours(x: Sequence[Any], i: int, K: int, *, ties_left: bool = True) -> range:
    """Return the indices of a point and of its K nearest neighbours, which are consecutive."""
    first, last = i, i
    for _ in range(K):
        if last == len(x) - 1:
            left = True
        elif first == 0:
            left = False
        else:
            far_left, far_right = x[i] - x[first - 1], x[last + 1] - x[i]
            left = far_left < far_right or (far_left == far_right and ties_left)
        first, last = (first - 1, last) if left else (first, last + 1)
    return range(first, last + 1)


def nearest(
    x: Sequence[Any], K: int, rule: Symmetrised, *, loops: int = 0, ties_left: bool = True
) -> list[list[int]]:
    """Return twice the symmetric weights of the K-nearest-neighbour graph."""
    n = range(len(x))
    closed = [neighbours(x, i, K, ties_left=ties_left) for i in n]
    weight = {"average": (0, 1, 2), "union": (0, 2, 2), "mutual": (0, 0, 2)}[rule]
    return [
        [2 * loops if i == j else weight[(j in closed[i]) + (i in closed[j])] for j in n] for i in n
    ]


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
