"""Local Mixup on Z/nZ with winding, from its definitions, in exact fractions.

Nothing here knows a Fejér kernel: segments are listed, points counted and criteria minimised.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from numerics.lattice.readings import Reading

__all__ = ["kernel", "smooth"]


def smooth(y: Sequence[int | Fraction], K: int, reading: Reading) -> list[Fraction]:
    """Return f_K at the points of Z/nZ, exactly."""
    values = [Fraction(v) for v in y]
    if reading == "continuous":
        return _piecewise_linear(values, K)
    return [_average(values, K, reading, point) for point in range(len(values))]


def kernel(K: int, reading: Reading) -> list[Fraction]:
    """Return the taps c_0, ..., c_K on Z of a reading with finitely many."""
    n = 2 * K + 1  # a tap more on each side than the kernel has, so that nothing wraps
    impulse = [Fraction(int(i == 0)) for i in range(n)]
    return smooth(impulse, K, reading)[: K + 1]


def _through(y: Sequence[Fraction], K: int, point: int) -> Iterator[tuple[int, int, Fraction]]:
    """Yield (a, b, value at the point) of every segment of length at most K that contains it."""
    n = len(y)
    for m in range(1, K + 1):
        for a in range(point - m, point + 1):
            share = Fraction(point - a, m)
            yield a, a + m, (1 - share) * y[a % n] + share * y[(a + m) % n]


def _average(y: Sequence[Fraction], K: int, reading: Reading, point: int) -> Fraction:
    """Return the mean of what the segments say at a point, or just to the right of it."""
    total, weight = Fraction(0), Fraction(0)
    if reading == "counting-self":  # the self pair, once; of other pairs both orders
        total, weight = y[point], Fraction(1)
    for a, b, value in _through(y, K, point):
        if reading == "counting":
            share = Fraction(1)
        elif reading == "counting-self":
            share = Fraction(2)
        elif b == point:  # ends here, and covers nothing to the right
            share = Fraction(0)
        elif reading == "length":  # weight b - a, spread over a length of b - a
            share = Fraction(1)
        else:
            share = Fraction(1, b - a)
        total += share * value
        weight += share
    return total / weight


def _piecewise_linear(y: Sequence[Fraction], K: int) -> list[Fraction]:
    """Minimise the criterion with self pairs over continuous f that is linear between points.

    The integral of the squared difference d over a unit interval is (d0^2 + d0 d1 + d1^2)/3, and a
    segment of length m counts twice, for both orders of its ends, with density 1/m.
    """
    n = len(y)
    matrix = [[Fraction(int(i == j)) for j in range(n)] for i in range(n)]
    right = list(y)
    for start in range(n):
        for m in range(1, K + 1):
            ends = y[start], y[(start + m) % n]
            for step in range(m):
                knots = [(start + step) % n, (start + step + 1) % n]
                chord = [ends[0] + Fraction(step + i, m) * (ends[1] - ends[0]) for i in range(2)]
                for i in range(2):  # half the derivative in the value at each knot
                    scale = Fraction(2, 6 * m)
                    matrix[knots[i]][knots[i]] += 2 * scale
                    matrix[knots[i]][knots[1 - i]] += scale
                    right[knots[i]] += scale * (2 * chord[i] + chord[1 - i])
    return _solve(matrix, right)


def _solve(matrix: list[list[Fraction]], right: list[Fraction]) -> list[Fraction]:
    """Solve a positive definite system by elimination."""
    n = len(right)
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for i in range(n):
        pivot = rows[i][i]
        rows[i] = [value / pivot for value in rows[i]]
        for k in range(n):
            if k != i:
                factor = rows[k][i]
                rows[k] = [a - factor * b for a, b in zip(rows[k], rows[i], strict=True)]
    return [row[-1] for row in rows]
