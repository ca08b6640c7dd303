r"""Local Mixup over linear models on the lattice 0, ..., n - 1: what happens at the ends.

With K neighbours on each side and self pairs of weight c, M = D - kappa (D - S) with kappa = 2q,
0 <= kappa <= 1/2, differs from 2K + c times the identity, on lines, in the K rows at each end
only.  With h = (n-1)/2, x centred, and the least-squares residuals e, the line of Local Mixup less
that of Mixup is g_0/m_0 + x g_1/m_1, where m_0 = 1^T M 1, m_1 = x^T M x, g_0 = 1^T M e and
g_1 = x^T M e.
"""

from __future__ import annotations

import sympy as sp

from theory.linear import least_squares, minimiser
from theory.mathematics.beta_moments import LINEAR, P, Q
from theory.mathematics.line_graphs import band, distances, threshold
from theory.proofs.certificates import (
    Cases,
    Certificate,
    Exact,
    Identity,
    Relation,
    Sign,
    Telescoping,
    equalities,
)
from theory.proofs.evidence import Boundary, Proof, Verdict
from theory.proofs.ledger import Group, claim, evidence

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

KAPPA = {kappa: (sp.Integer(0), sp.S.Half)}
GAMMA = MISSING * (HALF - i) + kappa * TAIL
"""gamma_i."""

CONSTANTS = {(3, 1): sp.Integer(4), (3, 3): sp.Rational(5, 2), (6, 6): sp.Integer(2)}
"""In the statement of the row: the bound is C (K+1)/n max|e| for n >= a K + b, {(a, b): C}."""


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
    ones = (K + 1) * h - K * (K + 1) / 2  # sum_{i<=K} (h - i)
    squares = (K + 1) * (h**2 - h * K) + K * (K + 1) * (2 * K + 1) / 6  # of their squares
    k = sp.Symbol("k", integer=True, positive=True)
    return [
        *(
            Telescoping(text, closed, increment, K, 1, first, parameters=(h, kappa))
            for text, closed, increment, first in (
                ("sum_{i<=K} (h - i)", ones, h - K - 1, 2 * h - 1),
                ("sum_{i<=K} (h - i)^2", squares, (h - K - 1) ** 2, h**2 + (h - 1) ** 2),
                ("sum_{i<K} delta_i: 1 for each i <= K", K * (K + 1) / 2, K + 1, 1),
                ("U: K + 1 adds (h - i)^2 for each i <= K", SQUARES, squares, h**2),
                ("V: K + 1 adds (K + 1)(h - i) for each i <= K", TAILS, (K + 1) * ones, h),
                (
                    "Gamma: K + 1 adds h - i + kappa (K + 1) for each i <= K",
                    *(PULL, ones + kappa * (K + 1) ** 2, h + kappa),
                ),
            )
        ),
        Telescoping("1^2 + ... + k^2", k * (k + 1) * (2 * k + 1) / 6, (k + 1) ** 2, k, 1, 1),
        Identity(
            "sum of (i - h)^2 over i < n",
            (n - 1) * n * (2 * n - 1) / 6 - 2 * HALF * (n - 1) * n / 2 + n * HALF**2,
            n * (n**2 - 1) / 12,
        ),
    ]


def _positive(claim: str, expression: sp.Expr, fewest: sp.Expr) -> list[Certificate]:
    """Certify a polynomial as positive for n >= fewest, K >= 1, c >= 0 and 0 <= kappa <= 1/2.

    With n = fewest + t no coefficient of a monomial in t and c is negative, and the constant one is
    positive.
    """
    t = sp.Symbol("t")
    shifted = expression.subs(n, fewest + t)
    terms = sp.Poly(sp.expand(shifted), t, c).terms()
    total = sp.Add(*(value * t**a * c**b for (a, b), value in terms))
    coefficients = [
        Sign(f"{claim}: coefficient of t^{a} c^{b}", value, K, 1, within, strict=a + b == 0)
        for (a, b), value in terms
        for within in [KAPPA if value.has(kappa) else {}]
    ]
    return [
        Identity(f"{claim}: n = {fewest} + t, by powers of t and c", shifted, total),
        *coefficients,
    ]


def bound_certificates(constant: sp.Rational, fewest: sp.Expr) -> list[Certificate]:
    """Certify that the lines differ by at most constant (K+1)/n max|e| for n >= fewest."""
    gap = constant * (K + 1) * SPREAD - 2 * HALF * PULL.subs(h, HALF) * n
    return [
        *_positive("m_0 > 0", DEGREES, fewest),
        *_positive("m_1 > 0", SPREAD, fewest),
        *_positive("h (h - K + 1) m_0 > m_1", HALF * (HALF - K + 1) * DEGREES - SPREAD, fewest),
        *_positive(f"2h Gamma n < {constant} (K+1) m_1", gap, fewest),
    ]


def difference_at_end(size: int, neighbours: int, loops: int, alpha: int, at: int) -> sp.Expr:
    """Return the difference of both lines at the right end for an impulse, by the closed forms."""
    points = list(range(size))
    y = [int(point == at) for point in points]
    slope, intercept = least_squares(points, y)
    e = [value - slope * point - intercept for point, value in zip(points, y, strict=True)]
    given = {n: size, K: neighbours, c: loops, kappa: sp.Rational(alpha, 2 * alpha + 1)}
    pull, missing = (HALF * GAMMA / SPREAD).subs(given), (MISSING / DEGREES).subs(given)
    ends = ((row, e[row], e[size - 1 - row]) for row in range(neighbours))
    return sp.Add(
        *(
            pull.subs(i, row) * (left - right) - missing.subs(i, row) * (left + right)
            for row, left, right in ends
        )
    )


def limit_certificates() -> list[Certificate]:
    """Certify what the residuals near the ends do to the right end as n grows."""
    z = sp.Symbol("z")
    certificates: list[Certificate] = []
    for name, sign, value in (("e_i", 1, 2), ("e_(n-1-i)", -1, -4)):
        coefficient = (n * (-MISSING / DEGREES + sign * HALF * GAMMA / SPREAD)).subs(n, 1 / z)
        limit = value * MISSING / (2 * K + c)
        above, below = sp.fraction(sp.cancel((coefficient - limit) / z))
        text = f"n = 1/z: the coefficient of {name} is {value} delta_i/(2K+c) and O(z)"
        certificates += [
            Identity(text, coefficient, limit + z * above / below),
            Identity(f"{name}: its denominator at z = 0", below.subs(z, 0), -((2 * K + c) ** 3)),
        ]
    return certificates


def _small_lattices() -> Exact:
    cases: Cases = {}
    for neighbours, loops, alpha, size in (
        (1, 1, 1, 3), (1, 0, 2, 5), (2, 1, 1, 4), (2, 1, 3, 9), (3, 0, 1, 8), (3, 2, 2, 12)
    ):  # fmt: skip
        points, W = list(range(size)), band(size, neighbours, loops)
        for at in points:
            y = [int(point == at) for point in points]
            lines = minimiser(points, y, W, alpha), least_squares(points, y)
            local, mixup = (slope * points[-1] + intercept for slope, intercept in lines)
            cases[f"n = {size}, K = {neighbours}, c = {loops}, alpha = {alpha}, y = e_{at}"] = (
                local - mixup,
                difference_at_end(size, neighbours, loops, alpha, at),
            )
    return equalities("the closed forms against the minimisers", cases, "K <= 3, n <= 12")


@claim(
    "IV.3-asymptotic",
    source="Theorem IV.3, Section IV.B (not in the paper)",
    title="on equally spaced points the theorem is true in the limit",
    statement=r"While the graph stays local, the lines of Mixup and of Local Mixup agree in the "
    r"limit of many points: their greatest difference over the training interval tends to 0 as "
    r"$n\to\infty$, for bounded $y$.",
    verdict=Verdict.PROVED_WITH,
    result="true on a lattice, at the rate 2(K+1)/n from n = 6(K+1) on; false for a thresholded "
    "graph on points of uneven density",
    sharper=r"On $0,\dots,n-1$ with $K$ neighbours on each side and self pairs of any weight "
    r"$c\ge0$, for all $K\ge1$: $\max\vert f_{loc}-f_{OLS}\vert\le C\frac{K+1}n\max\vert e_i\vert"
    r"\le3C\frac{K+1}n\max\vert y_i\vert$ with the least-squares residuals $e$, where "
    + ", ".join(rf"$C={value}$ for $n\ge{a}K+{b}$" for (a, b), value in CONSTANTS.items())
    + r"; so $K=o(n)$ suffices. For $y_i=g(i/n)$ with continuous $g$, "
    r"$K$ fixed and $e_L,e_R$ the limits of the residuals at the ends, "
    r"$n(f_{loc}-f_{OLS})\to-\frac{K(K+1)}{2K+c}(2e_R-e_L)$ at the right end, for every law. "
    r"$C=2$ needs a condition on $n$: $K=1$, $n=7$, $c=0$ and $\mathrm{Beta}(2,2)$ exceed it. "
    r"(Observed, not proved: linear programming over $e$ for $K\le7$, $c\le2$ and "
    r"$K+2\le n<6K+6$ found no other $n$, $K$ above 2, and none for the uniform law.)",
    hypotheses=(*LINEAR, "equally spaced points", "K neighbours on each side, K = o(n)"),
    group=Group.BEYOND,
    uses=("IV.3-criterion",),
)
def growing_lattice() -> Proof:
    """Certify the rows of M, the boundary sums, the bound and the limit."""
    e = (1, -1, -1, 0, 1, 1, -1)  # its least-squares line is 0
    slope, intercept = minimiser(range(7), e, band(7, 1, 0), 2)
    above = Relation("at the right end", 6 * slope + intercept, ">", sp.Rational(2 * (1 + 1), 7))
    return Proof(
        argument=r"Let $n\ge2K$, $x$ be centred, $\kappa=2q$. Rows $K\le i<n-K$: $(M1)_i=2K+c$ and "
        r"$(Mx)_i=(2K+c)x_i$. Rows $i<K$: $\delta_i$ and $\delta_ix_i-\kappa T_i$ less, and at the "
        r"right end the mirror image. As $1^\top e=x^\top e=0$, "
        r"$g_0=-\sum_{i<K}\delta_i(e_i+e_{n-1-i})$ and "
        r"$g_1=\sum_{i<K}\gamma_i(e_i-e_{n-1-i})$; by symmetry $1^\top Mx=0$, so the difference is "
        r"$g_0/m_0+xg_1/m_1$, greatest at an end $x=\pm h$. There the two coefficients of row $i$ "
        r"are $\pm h\gamma_i/m_1-\delta_i/m_0$. As $\gamma_i\ge\delta_i(h-K+1)$ and "
        r"$h(h-K+1)m_0>m_1$, their absolute values sum to $2h\gamma_i/m_1$, and with "
        r"$\vert e_i\vert\le E$ the difference is at most $2h\Gamma E/m_1$; times $m_1$ the bound "
        r"is affine in $\kappa\in[0,\tfrac12]$. By Cauchy's inequality "
        r"$\vert\hat y_i\vert^2\le h_{ii}\sum y_j^2"
        r"\le4\max y^2$ with the leverage $h_{ii}<4/n$, so $E\le3\max\vert y\vert$. In the limit "
        r"$e_i\to e_L$, $e_{n-1-i}\to e_R$, and $\sum\delta_i=K(K+1)/2$.",
        certificates=[
            *row_certificates(),
            *sum_certificates(),
            Identity(
                "gamma_i - delta_i (h - K + 1), not negative for i < K",
                GAMMA - MISSING * (HALF - K + 1),
                MISSING * (K - 1 - i) + kappa * TAIL,
            ),
            *(
                certificate
                for (a, b), constant in CONSTANTS.items()
                for certificate in bound_certificates(constant, a * K + b)
            ),
            Sign("the leverages are below 4/n", 3 / n - 12 * HALF**2 / (n * (n**2 - 1)), n, 2),
            *limit_certificates(),
            Exact("C = 2 is exceeded for residuals up to 1", (above,), "n = 7, K = 1, Beta(2, 2)"),
            _small_lattices(),
        ],
        under=("equally spaced points, K neighbours on each side, K = o(n)",),
        found={
            "limit of n (f_loc - f_OLS) at the right end for e_L = 0, e_R = 1": {
                f"K = {number}, c = 1": -2 * sp.Rational(number * (number + 1), 2 * number + 1)
                for number in (1, 2, 3)
            }
        },
    )


def _clusters(repeated: int) -> tuple[sp.Rational, sp.Rational]:
    """Values at x = 1 for clusters of m, 2m and m points at 0, 1 and 2, y = 1 in the middle."""
    x = [0] * repeated + [1] * 2 * repeated + [2] * repeated
    y = [int(point == 1) for point in x]
    W = threshold(distances(x), sp.S.Half)
    return sp.Add(*minimiser(x, y, W)), sp.Add(*least_squares(x, y))


@evidence("IV.3-asymptotic")
def uneven_density() -> Boundary:
    """Give points of uneven density whose lines stay apart for every n."""
    local, mixup = first = _clusters(1)
    later = {f"m = {m}": tuple(zip(_clusters(m), first, strict=True)) for m in (2, 3)}
    same = {f"{m}, {k}": pair for m, pairs in later.items() for k, pair in enumerate(pairs)}
    return Boundary(
        case="m, 2m and m points at (or near) 0, 1 and 2 with y = 0, 1, 0, threshold 1/2: each "
        "cluster of k points gets the weight k^2 instead of k, whatever m",
        stated="the lines of Local Mixup and Mixup agree at x = 1 as m grows; m = 1",
        relation=Relation("f(1)", local, "==", mixup),
        minimal="m = 1 is the least member of the family, whose values do not depend on m",
        smaller=equalities("the values for m = 2 and 3 are those for m = 1", same, "m = 2, 3"),
        found={"Local Mixup": local, "Mixup": mixup},
    )
