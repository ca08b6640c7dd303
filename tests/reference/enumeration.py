"""f*_K by enumeration, in fractions: nothing here knows a kernel, a multiplier or a closed form."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache

FINITE = ("counting", "counting-self", "length", "density")
ALL = (*FINITE, "continuous")


def harmonic(number: int, power: int = 1) -> Fraction:
    """Return H_number^(power)."""
    return sum((Fraction(1, m**power) for m in range(1, number + 1)), Fraction(0))


def mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def variance(values: Sequence[Fraction]) -> Fraction:
    centre = mean(values)
    return mean([(value - centre) ** 2 for value in values])


def mean_square(first: Sequence[Fraction], second: Sequence[Fraction]) -> Fraction:
    return mean([(a - b) ** 2 for a, b in zip(first, second, strict=True)])


def periodic(values: Sequence[Fraction]) -> Callable[[int], Fraction]:
    return lambda i: values[i % len(values)]


def impulse(i: int) -> Fraction:
    return Fraction(int(i == 0))


def segments(K: int) -> list[tuple[int, int]]:
    """Return the segments (a, b), a < b, at most K long, that contain the point 0."""
    around = range(-K, K + 1)
    return [(a, b) for a in around for b in around if a <= 0 <= b and 1 <= b - a <= K]


def target(y: Callable[[int], Fraction], a: int, b: int, x: Fraction) -> Fraction:
    """Return what the segment (a, b) puts at its point x."""
    share = (x - a) / (b - a)
    return (1 - share) * y(a) + share * y(b)


def printed(y: Callable[[int], Fraction], K: int, i: int = 0) -> Fraction:
    """Return the right side of Eq. (3) at x_i, with S_K by the recursion of Eq. (4)."""

    def S(m: int) -> Fraction:
        if m == 1:
            return Fraction(0)
        A = sum(
            (Fraction(m - k, m) * y(i - k) + Fraction(k, m) * y(i + m - k) for k in range(1, m)),
            Fraction(0),
        )
        return S(m - 1) + A

    return Fraction(2, K * (K + 3)) * (2 * K * y(i) + S(K))


def at_point(y: Callable[[int], Fraction], K: int, *, self_pairs: bool = False) -> Fraction:
    """Return the mean of the targets at the lattice point 0, each segment counting once."""
    found = [target(y, a, b, Fraction(0)) for a, b in segments(K)]
    if self_pairs:  # ordered pairs, and (0, 0)
        found = [*found, *found, y(0)]
    return mean(found)


def inside(y: Callable[[int], Fraction], K: int, reading: str, t: Fraction) -> Fraction:
    """Return the minimiser at a point t that is no integer, over functions on the line."""
    total, mass = Fraction(0), Fraction(0)
    for a in range(-K - 1, K + 2):
        for b in range(a + 1, a + K + 1):
            if a < t < b:
                weight = Fraction(1, b - a) if reading == "density" else Fraction(1)
                total += weight * target(y, a, b, t)
                mass += weight
    return total / mass


def one_sided(y: Callable[[int], Fraction], K: int, reading: str, side: int = 1) -> Fraction:
    """Return the limit at 0 from one side, on the straight line through two inner points."""
    near, far = (inside(y, K, reading, side * Fraction(part, 3)) for part in (1, 2))
    return 2 * near - far


def minimiser(y: Callable[[int], Fraction], K: int, reading: str, i: int = 0) -> Fraction:
    """Return f*_K(x_i) for a reading with a finite kernel."""

    def moved(j: int) -> Fraction:
        return y(i + j)

    if reading in ("counting", "counting-self"):
        return at_point(moved, K, self_pairs=reading == "counting-self")
    return one_sided(moved, K, reading)


def solve(matrix: list[list[Fraction]], right: list[Fraction]) -> list[Fraction]:
    """Solve a regular linear system by elimination."""
    size = len(right)
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for column in range(size):
        pivot = next(r for r in range(column, size) if rows[r][column])
        rows[column], rows[pivot] = rows[pivot], rows[column]
        head = rows[column][column]
        rows[column] = [value / head for value in rows[column]]
        for r in range(size):
            factor = rows[r][column]
            if r != column and factor:
                rows[r] = [p - factor * q for p, q in zip(rows[r], rows[column], strict=True)]
    return [row[-1] for row in rows]


def continuous_on_cycle(y: Sequence[Fraction], K: int) -> list[Fraction]:
    """Minimise the criterion with self pairs over piecewise-linear f on Z/nZ (winding)."""
    n = len(y)
    matrix = [[Fraction(int(i == j)) for j in range(n)] for i in range(n)]
    right = list(y)
    wound = periodic(y)
    for a in range(n):
        for m in range(1, K + 1):
            for step in range(a, a + m):
                p, q = step % n, (step + 1) % n
                u, v = (target(wound, a, a + m, Fraction(x)) for x in (step, step + 1))
                # Half the gradient of 2/m times the integral of ((1-t)(f_p-u) + t(f_q-v))^2.
                for row, other, own, opposite in ((p, q, u, v), (q, p, v, u)):
                    matrix[row][row] += Fraction(2, 3 * m)
                    matrix[row][other] += Fraction(1, 3 * m)
                    right[row] += Fraction(2, 3 * m) * own + Fraction(1, 3 * m) * opposite
    return solve(matrix, right)


def on_cycle(y: Sequence[Fraction], K: int, reading: str) -> list[Fraction]:
    """Return f*_K on Z/nZ, y being extended n-periodically."""
    if reading == "continuous":
        return continuous_on_cycle(y, K)
    return [minimiser(periodic(y), K, reading, i) for i in range(len(y))]


def cosine(c: Fraction) -> Callable[[int], Fraction]:
    """Return the function j -> cos(j theta) for a rational cos(theta) = c."""
    known = [Fraction(1), c]

    def value(j: int) -> Fraction:
        while len(known) <= abs(j):
            known.append(2 * c * known[-1] - known[-2])
        return known[abs(j)]

    return value


def fejer(m: int, c: Fraction) -> Fraction:
    """Return what the segments of length m make of cos(j theta): sin(m theta/2)^2/sin^2/m."""
    return (1 - cosine(c)(m)) / (1 - c) / m


def multiplier(K: int, c: Fraction, reading: str) -> Fraction:
    """Return what happens to the function cos(j theta), at its crest, where cos(theta) = c."""
    y = cosine(c)
    if reading != "continuous":
        return minimiser(y, K, reading)
    # f = M y with one unknown M, and the derivative with respect to f_0 vanishes.
    left, right = y(0), y(0)
    for m in range(1, K + 1):
        for a in range(-m, 1):
            for side in (-1, 1):
                if a <= side <= a + m:
                    u, v = (target(y, a, a + m, Fraction(x)) for x in (0, side))
                    left += Fraction(2, m) * (y(0) / 3 + y(side) / 6)
                    right += Fraction(2, m) * (u / 3 + v / 6)
    return right / left


@cache
def _left_by_impulse(K: int, reading: str) -> tuple[tuple[Fraction, ...], Fraction]:
    """Sums over the segments of length 1, ..., K, before they are divided: targets, and weights."""
    if K == 0:
        return (Fraction(0),), Fraction(0)
    shorter, mass = _left_by_impulse(K - 1, reading)
    total = [*shorter, Fraction(0)]
    weight = Fraction(1, K) if reading == "density" else Fraction(1)
    if reading in ("counting", "counting-self"):
        mass += K + 1  # positions of the segment over a point
        total[0] += 1  # the segment that ends at 0 from the left
    else:
        mass += weight * K  # positions over a unit interval
    for k in range(K + 1):
        total[k] += weight * (1 - Fraction(k, K))
    return tuple(total), mass


def taps(K: int, reading: str) -> list[Fraction]:
    """Return c_0, ..., c_{K-1}, segment by segment; at a point, limits are those from the right."""
    sums, mass = _left_by_impulse(K, reading)
    total = list(sums)
    if reading == "counting-self":  # ordered pairs, and (0, 0)
        total, mass = [2 * value for value in total], 2 * mass + 1
        total[0] += 1
    return [value / mass for value in total[:K]]


def folded(kernel: Sequence[Fraction], n: int) -> list[Fraction]:
    """Return the kernel that the taps c_|k| become on Z/nZ."""
    result = [Fraction(0)] * n
    for k, value in enumerate(kernel):
        for place in {k, -k}:
            result[place % n] += value
    return result


def convolve(kernel: Sequence[Fraction], y: Sequence[Fraction]) -> list[Fraction]:
    """Return the cyclic convolution of two functions on Z/nZ."""
    n = len(y)
    return [sum((kernel[k] * y[(i - k) % n] for k in range(n)), Fraction(0)) for i in range(n)]


def noisy(s: Sequence[Fraction], K: int, reading: str) -> tuple[Fraction, Fraction]:
    """Return squared bias and variance of f_K(s + noise) on Z/nZ, for white noise of variance 1."""
    response = on_cycle(list(map(impulse, range(len(s)))), K, reading)
    return mean_square(convolve(response, s), s), sum((c**2 for c in response), Fraction(0))


@cache
def iid_variance(K: int, reading: str) -> Fraction:
    """Return Var(f_K(x_i))/sigma^2 on Z; "continuous" within 0.268^60, below 1e-34."""
    first, *others = taps(K, reading) if reading in FINITE else continuous_taps(K, 60)
    return first**2 + 2 * sum((c**2 for c in others), Fraction(0))


def continuous_taps(K: int, extra: int) -> list[Fraction]:
    """Return c_k of "continuous" on Z, k < K + extra, off by less than 0.268^(K + extra - k)."""
    u = [*taps(K, "density"), *[Fraction(0)] * (extra + 1)]
    side = Fraction(K, 3)
    diagonal = 1 + 4 * side
    size = K + extra
    right = [diagonal * u[k] + side * (u[abs(k - 1)] + u[k + 1]) - u[k] for k in range(size)]
    right[0] += 1
    # Elimination from the far end; the row of 0 has c_1 twice, by symmetry.
    pivots, reduced = [diagonal] * size, list(right)
    for k in range(size - 2, -1, -1):
        above = 2 * side if k == 0 else side
        pivots[k] = diagonal - above * side / pivots[k + 1]
        reduced[k] = right[k] - above / pivots[k + 1] * reduced[k + 1]
    found = [reduced[0] / pivots[0]]
    for k in range(1, size):
        found.append((reduced[k] - side * found[-1]) / pivots[k])
    return found
