"""Harmonic numbers as symbols with a known shift, for telescoping certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sympy as sp

from theory.proofs.certificates import Certificate, HarmonicBound, SequenceBound

if TYPE_CHECKING:
    from theory.proofs.certificates.sign import Bounds

K = sp.Symbol("K", integer=True, positive=True)
H1 = sp.Symbol("H_K", positive=True)
H2 = sp.Symbol("H2_K", positive=True)
H3 = sp.Symbol("H3_K", positive=True)
S12 = sp.Symbol("S_K", nonnegative=True)
r"""sum_{m<=K} H_{m-1} / m^2, which tends to zeta(3)."""

SHIFTS: dict[sp.Symbol, sp.Expr] = {
    H1: H1 + 1 / (K + 1),
    H2: H2 + 1 / (K + 1) ** 2,
    H3: H3 + 1 / (K + 1) ** 3,
    S12: S12 + H1 / (K + 1) ** 2,
}
AT_ONE: dict[sp.Symbol, sp.Expr] = {
    H1: sp.Integer(1),
    H2: sp.Integer(1),
    H3: sp.Integer(1),
    S12: sp.Integer(0),
}


def closed_in_harmonics(expression: sp.Expr, index: sp.Expr = K) -> sp.Expr:
    """Replace the symbols by sympy's own harmonic numbers."""
    m = sp.Symbol("m", integer=True, positive=True)
    return expression.subs(
        {
            H1: sp.harmonic(index),
            H2: sp.harmonic(index, 2),
            H3: sp.harmonic(index, 3),
            S12: sp.Sum(sp.harmonic(m - 1) / m**2, (m, 1, index)),
            K: index,
        },
        simultaneous=True,
    )


def values_at(number: int) -> dict[sp.Symbol, sp.Rational]:
    """Return the exact values of the symbols at an integer K."""
    h1 = h2 = h3 = s12 = sp.Integer(0)
    for m in range(1, number + 1):
        s12 += h1 / m**2
        h1 += sp.Rational(1, m)
        h2 += sp.Rational(1, m**2)
        h3 += sp.Rational(1, m**3)
    return {K: sp.Integer(number), H1: h1, H2: h2, H3: h3, S12: s12}


# Bounds that the sign certificates use, each with its own proof by induction.
H1_BOUND = HarmonicBound(K, sp.Integer(1), (K + 1) / 2)
H2_BOUND = HarmonicBound(K, sp.Integer(1), 2 - 1 / K, power=2)
H3_BOUND = HarmonicBound(K, sp.Integer(1), sp.Rational(3, 2) - 1 / (2 * K**2), power=3)
S12_BOUND = SequenceBound(
    "sum_{m<=K} H_{m-1}/m^2 <= 2 - (H_K + 1)/K <= 2",
    SHIFTS[S12] - S12,
    AT_ONE[S12],
    2 - (H1 + 1) / K,
    sp.Integer(2),
    K,
    1,
    {H1: SHIFTS[H1]},
    {H1: AT_ONE[H1]},
    {H1: (H1_BOUND.lower, H1_BOUND.upper)},
)
BOUND_CERTIFICATES: tuple[Certificate, ...] = (H1_BOUND, H2_BOUND, H3_BOUND, S12_BOUND)
BOUNDS: Bounds = {
    H1: (H1_BOUND.lower, H1_BOUND.upper),
    H2: (H2_BOUND.lower, H2_BOUND.upper),
    H3: (H3_BOUND.lower, H3_BOUND.upper),
    S12: (S12_BOUND.initial, S12_BOUND.limit),
}
"""What `BOUND_CERTIFICATES` certify, for K >= 1."""


def bounds_of(expression: sp.Expr) -> Bounds:
    """Return the bounds of the symbols that an expression contains."""
    return {symbol: bounds for symbol, bounds in BOUNDS.items() if expression.has(symbol)}
