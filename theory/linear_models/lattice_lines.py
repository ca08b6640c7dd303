r"""Local Mixup over linear models on the lattice 0, ..., n - 1: what happens at the ends.

With K neighbours on each side and self pairs of weight c, M = D - kappa (D - S) with kappa = 2q,
0 <= kappa <= 1/2, differs from 2K + c times the identity, on lines, in the K rows at each end
only.  With h = (n-1)/2, x centred, and the least-squares residuals e, the line of Local Mixup less
that of Mixup is g_0/m_0 + x g_1/m_1, where m_0 = 1^T M 1, m_1 = x^T M x, g_0 = 1^T M e and
g_1 = x^T M e.
"""

from __future__ import annotations

import sympy as sp

from theory.linear import least_squares
from theory.mathematics.beta_moments import P, Q
from theory.proofs.certificates import Certificate, Identity, Sign, Telescoping

n, K, c, kappa, i = sp.symbols("n K c kappa i")
h = sp.Symbol("h")
HALF = (n - 1) / 2
"""h, the distance of the ends from the centre."""

MISSING = K - i
"""delta_i, the number of neighbours that the row i < K lacks."""

TAIL = (K * (K + 1) - i * (i + 1)) / 2
"""T_i, the sum of the distances i + 1, ..., K to them."""

DEGREES = n * (2 * K + c) - K * (K + 1)
"""m_0, the sum of all degrees."""

SQUARES = K * (K + 1) * (K**2 - 4 * K * h - K + 6 * h**2 + 4 * h) / 12
"""U = sum_{i<K} delta_i (h - i)^2."""

TAILS = K * (K + 1) * (-3 * K**2 + 8 * K * h + K + 4 * h + 2) / 24
"""V = sum_{i<K} T_i (h - i)."""

PULL = K * (K + 1) * (2 * K * kappa - K + 3 * h + kappa + 1) / 6
"""Gamma = sum_{i<K} gamma_i with gamma_i = delta_i (h - i) + kappa T_i."""

SPREAD = (2 * K + c) * n * (n**2 - 1) / 12 - 2 * (SQUARES + kappa * TAILS).subs(h, HALF)
"""m_1."""

KAPPA = {kappa: (sp.Integer(0), sp.Rational(1, 2))}


def row_certificates() -> list[Certificate]:
    """Certify the rows of M applied to 1 and to x."""
    x, present = sp.symbols("x_i s")
    k = sp.Symbol("k", integer=True, positive=True)
    degree = c + K + i
    return [
        Identity(
            "M x = d x + kappa (S x - d x) with kappa = 2q",
            2 * (P * degree * x + Q * present),
            degree * x + 2 * Q * (present - degree * x),
        ),
        Telescoping("1 + ... + k = k(k+1)/2", k * (k + 1) / 2, k + 1, k, 1, 1),
        Identity(
            "row i < K: (S x)_i - d_i x_i = (1 + ... + K) - (1 + ... + i) = T_i",
            c * x + (K * x + K * (K + 1) / 2) + (i * x - i * (i + 1) / 2) - degree * x,
            TAIL,
        ),
    ]


def sum_certificates() -> list[Certificate]:
    """Certify the closed forms of the boundary sums, by telescoping in K."""

    def step(claim: str, closed: sp.Expr, increment: sp.Expr, at_one: sp.Expr) -> Telescoping:
        return Telescoping(claim, closed, increment, K, 1, at_one, parameters=(h, kappa))

    ones = (K + 1) * h - K * (K + 1) / 2  # sum_{i<=K} (h - i)
    squares = (K + 1) * (h**2 - h * K) + K * (K + 1) * (2 * K + 1) / 6  # of their squares
    k = sp.Symbol("k", integer=True, positive=True)
    return [
        step("sum_{i<=K} (h - i)", ones, h - K - 1, 2 * h - 1),
        step("sum_{i<=K} (h - i)^2", squares, (h - K - 1) ** 2, h**2 + (h - 1) ** 2),
        step("sum_{i<K} delta_i: 1 for each i <= K", K * (K + 1) / 2, K + 1, sp.Integer(1)),
        step("U: K + 1 adds (h - i)^2 for each i <= K", SQUARES, squares, h**2),
        step("V: K + 1 adds (K + 1)(h - i) for each i <= K", TAILS, (K + 1) * ones, h),
        step(
            "Gamma: K + 1 adds h - i + kappa (K + 1) for each i <= K",
            PULL,
            ones + kappa * (K + 1) ** 2,
            h + kappa,
        ),
        Telescoping("1^2 + ... + k^2", k * (k + 1) * (2 * k + 1) / 6, (k + 1) ** 2, k, 1, 1),
        Identity(
            "sum of (i - h)^2 over i < n",
            (n - 1) * n * (2 * n - 1) / 6 - 2 * HALF * (n - 1) * n / 2 + n * HALF**2,
            n * (n**2 - 1) / 12,
        ),
    ]


def _positive(claim: str, expression: sp.Expr, fewest: int) -> list[Certificate]:
    """Certify a polynomial as positive for n >= fewest K, K >= 1, c >= 0 and 0 <= kappa <= 1/2.

    With n = fewest K + t no coefficient of a monomial in t and c is negative, and the constant one
    is positive.
    """
    t = sp.Symbol("t")
    shifted = expression.subs(n, fewest * K + t)
    terms = sp.Poly(sp.expand(shifted), t, c).terms()
    total = sp.Add(*(value * t**a * c**b for (a, b), value in terms))
    return [
        Identity(f"{claim}: n = {fewest}K + t, by powers of t and c", shifted, total),
        *(
            Sign(
                f"{claim}: coefficient of t^{a} c^{b}", value, K, 1,
                KAPPA if value.has(kappa) else {}, strict=(a, b) == (0, 0),
            )
            for (a, b), value in terms
        ),
    ]  # fmt: skip


def bound_certificates(constant: sp.Rational, fewest: int) -> list[Certificate]:
    """Certify that the lines differ by at most constant (K+1)/n max|e| for n >= fewest K."""
    gap = constant * (K + 1) * DEGREES - n * K * (K + 1)  # times 1/(n m_0)
    return [
        *_positive("m_0 > 0", DEGREES, fewest),
        *_positive("m_1 > 0", SPREAD, fewest),
        *_positive(
            f"(K(K+1)/m_0 + 2h Gamma/m_1) n < {constant} (K+1), times m_0 m_1",
            gap * SPREAD - 2 * HALF * PULL.subs(h, HALF) * n * DEGREES,
            fewest,
        ),
        Sign(
            "the leverages are below 4/n: 1/n + 12 h^2/(n(n^2-1)) < 4/n",
            3 / n - 12 * HALF**2 / (n * (n**2 - 1)),
            n,
            2,
        ),
    ]


def difference_at_end(size: int, neighbours: int, loops: int, alpha: int, at: int) -> sp.Expr:
    """Return the difference of both lines at the right end for an impulse, by the closed forms."""
    points = list(range(size))
    y = [int(point == at) for point in points]
    slope, intercept = least_squares(points, y)
    e = [value - slope * point - intercept for point, value in zip(points, y, strict=True)]
    given = {n: size, K: neighbours, c: loops, kappa: sp.Rational(alpha, 2 * alpha + 1)}
    result = sp.Integer(0)
    for row in range(neighbours):
        own = {**given, i: row}
        delta = MISSING.subs(own)
        gamma = (MISSING * (HALF - i) + kappa * TAIL).subs(own)
        left, right = e[row], e[size - 1 - row]
        result -= delta * (left + right) / DEGREES.subs(given)
        result += HALF.subs(given) * gamma * (left - right) / SPREAD.subs(given)
    return result


def limit_certificates() -> list[Certificate]:
    """Certify what the residuals near the ends do to the right end as n grows."""
    z = sp.Symbol("z")
    gamma = MISSING * (HALF - i) + kappa * TAIL
    certificates: list[Certificate] = []
    for name, text, sign, value in (
        ("e_i", "2 delta_i/(2K+c)", 1, 2),
        ("e_(n-1-i)", "-4 delta_i/(2K+c)", -1, -4),
    ):
        coefficient = n * (-MISSING / DEGREES + sign * HALF * gamma / SPREAD)
        limit = value * MISSING / (2 * K + c)
        rest = sp.cancel((coefficient.subs(n, 1 / z) - limit) / z)
        above, below = sp.fraction(rest)
        certificates += [
            Identity(
                f"n = 1/z: the coefficient of {name} is {text} and z times a rational function",
                coefficient.subs(n, 1 / z),
                limit + z * above / below,
            ),
            Identity(f"{name}: its denominator at z = 0", below.subs(z, 0), -((2 * K + c) ** 3)),
        ]
    return certificates
