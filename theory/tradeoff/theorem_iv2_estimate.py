r"""An upper estimate of V_K for the reading "continuous", for all K (behind Theorem IV.2).

With mu the multiplier of ``"density"`` and G = 1/(1 + 2Kb), b = (2 + c)/3, c = cos(theta), the
multiplier is mu + (1 - mu) G.  Since 0 <= mu <= 1 and G <= 1/(2Kb),

    K V_K <= K V_K(density) + <mu (1 - mu), 1/b> + <1, 1/b^2>/(4K),

where < > is the mean over theta.  With 1/b = 1 + (1-c)/(2+c), <mu> = H_K/K and
mu (1-c) = (1/K) sum_{m<=K} (1 - cos m theta)/m^2, the right side is at most 5/3 + C/K.
"""

from __future__ import annotations

import sympy as sp

from theory.iid import closed_form, variance
from theory.mathematics.harmonic import BOUND_CERTIFICATES, H1, H2, H3, S12, K, bounds_of
from theory.proofs.certificates import Certificate, Exact, Identity, Relation, Sign

_ROOT = sp.sqrt(3)
_RATIO = _ROOT - 2
"""The ratio of the taps of 1/(2 + cos theta), whose tap at 0 is 1/sqrt(3)."""

COSINE = (1 - _RATIO) / _ROOT
"""An upper bound of <(1 - cos m theta)/(2 + c)> = (1 - ratio^m)/sqrt(3) for every m >= 1."""

SQUARE = (1 + 2 * _RATIO**2 / (1 - _RATIO**2)) / 3
"""<1/(2 + c)^2>, the sum of the squared taps."""

CONSTANT = sp.Rational(5, 6) + 2 * COSINE + sp.Rational(9, 4) * SQUARE
"""C; the 5/6 bounds 2/3 sum H_{m-1}/m^2 + 1/3 H_K^(3) - 1, and 2 bounds sum 1/m^2."""

_COMPARED = (5, 10, 20, 40)


def estimate_certificates() -> list[Certificate]:
    """Certify K V_K <= 5/3 + C/K in the reading "continuous", for all K."""
    b, c, mu, A, B, R = sp.symbols("b c mu A B R")
    rho = (R - A) / B
    density = closed_form("density")
    # What is left beside the two means, by <mu (1-mu)> = H_K/K - V_K and V_K >= 1/K.
    rest = sp.Rational(2, 3) * S12 + H3 / 3 - 1
    compared = tuple(
        Relation(
            f"K = {number}",
            sp.expand(number * variance(number, "continuous")),
            "<",
            sp.Rational(5, 3) + CONSTANT / number,
        )
        for number in _COMPARED
    )
    return [
        *BOUND_CERTIFICATES,
        Identity(
            "G <= 1/(2Kb): the difference is 1/(2Kb (1+2Kb))",
            1 / (2 * K * b) - 1 / (1 + 2 * K * b),
            1 / (2 * K * b * (1 + 2 * K * b)),
        ),
        Identity(
            "(1 + 2Kb mu)/(1 + 2Kb) = mu + (1 - mu)/(1 + 2Kb)",
            (1 + 2 * K * b * mu) / (1 + 2 * K * b),
            mu + (1 - mu) / (1 + 2 * K * b),
        ),
        Identity("1/b = 1 + (1-c)/(2+c) for b = (2+c)/3", 3 / (2 + c), 1 + (1 - c) / (2 + c)),
        Identity("taps of 1/(A + B c) at 0: A g_0 + B g_1 = 1", (A + B * rho) / R, sp.Integer(1)),
        Identity(
            "and elsewhere: 2B (A rho + B (1 + rho^2)/2) = R^2 - A^2 + B^2",
            2 * B * (A * rho + B * (1 + rho**2) / 2),
            R**2 - A**2 + B**2,
        ),
        Exact(
            "A = 2, B = 1: R = sqrt(3), ratio sqrt(3) - 2 with -1 < ratio < 0",
            (
                Relation("R^2", _ROOT**2, "==", sp.Integer(4 - 1)),
                Relation("ratio", _RATIO, "==", rho.subs({A: 2, B: 1, R: _ROOT})),
                Relation("ratio", _RATIO, "<", sp.Integer(0)),
                Relation("ratio", _RATIO, ">", sp.Integer(-1)),
                Relation("(1 - ratio)/sqrt(3)", COSINE, "==", _ROOT - 1),
                Relation("<1/(2+c)^2>", SQUARE, "==", 2 / (3 * _ROOT)),
            ),
            "the constants",
        ),
        Identity(
            "K (K V(density) + H_K/K - 1/K - 5/3) = 2/3 S + 1/3 H3 - 1",
            K * (K * density + H1 / K - 1 / K - sp.Rational(5, 3)),
            rest,
        ),
        Sign(
            "2/3 S + 1/3 H3 - 1 <= 5/6",
            sp.Rational(5, 6) - rest,
            K,
            1,
            bounds_of(rest),
            strict=False,
        ),
        Sign("H2_K <= 2", 2 - H2, K, 1, bounds_of(H2), strict=False),
        Exact("the estimate holds where V_K is exact", compared, f"K in {_COMPARED}"),
    ]
