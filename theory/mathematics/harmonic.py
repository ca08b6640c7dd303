"""Harmonic numbers as symbols with a known shift, for telescoping certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flint
import sympy as sp

from theory.mathematics.rational import sympified
from theory.proofs.certificates import Certificate, SequenceBound

if TYPE_CHECKING:
    from theory.proofs.certificates.sign import Bounds

K = sp.Symbol("K", integer=True, positive=True)
H1 = sp.Symbol("H_K", positive=True)
H3 = sp.Symbol("H3_K", positive=True)
S12 = sp.Symbol("S_K", nonnegative=True)
r"""sum_{m<=K} H_{m-1} / m^2, which tends to zeta(3)."""

SHIFTS: dict[sp.Symbol, sp.Expr] = {
    H1: H1 + 1 / (K + 1),
    H3: H3 + 1 / (K + 1) ** 3,
    S12: S12 + H1 / (K + 1) ** 2,
}
AT_ONE: dict[sp.Symbol, sp.Expr] = {H1: sp.Integer(1), H3: sp.Integer(1), S12: sp.Integer(0)}


def closed_in_harmonics(expression: sp.Expr, index: sp.Expr = K) -> sp.Expr:
    """Replace the symbols by sympy's own harmonic numbers."""
    m = sp.Symbol("m", integer=True, positive=True)
    return expression.subs(
        {
            H1: sp.harmonic(index),
            H3: sp.harmonic(index, 3),
            S12: sp.Sum(sp.harmonic(m - 1) / m**2, (m, 1, index)),
            K: index,
        },
        simultaneous=True,
    )


def values_at(number: int) -> dict[sp.Symbol, sp.Rational]:
    """Return the exact values of the symbols at an integer K."""
    h1, _, h3, s12 = sympified(_sums(1, number + 1))
    return {K: sp.Integer(number), H1: h1, H3: h3, S12: s12}


def _sums(low: int, high: int) -> tuple[flint.fmpq, flint.fmpq, flint.fmpq, flint.fmpq]:
    """Sum 1/m, 1/m^2, 1/m^3 and (sum of 1/l)/m^2 over low <= l < m < high, by halves.

    Numbers of equal length are added, so that hardly any time goes into long ones.
    """
    if high - low < 2:
        term = flint.fmpq(high - low, low)
        return term, term**2, term**3, flint.fmpq(0)
    middle = (low + high) // 2
    h1, h2, h3, s12 = _sums(low, middle)
    g1, g2, g3, t12 = _sums(middle, high)
    return h1 + g1, h2 + g2, h3 + g3, s12 + t12 + h1 * g2


UPPER: dict[sp.Symbol, sp.Expr] = {
    H1: (K + 1) / 2,
    H3: sp.Rational(3, 2) - 1 / (2 * K**2),
    S12: 2 - (H1 + 1) / K,
}
"""What the sums do not exceed, for K >= 1."""

BOUNDS: Bounds = {H1: (AT_ONE[H1], UPPER[H1]), H3: (AT_ONE[H3], UPPER[H3]), S12: (AT_ONE[S12], 2)}
"""What `bound_certificates` certifies, for K >= 1."""


def bound_certificates() -> list[Certificate]:
    """Certify the bounds that the sign certificates use, each by induction."""
    certificates: list[Certificate] = []
    for symbol, upper in UPPER.items():
        inner = {s: BOUNDS[s] for s in (H1,) if upper.has(s)}
        shifts, at_one = ({s: table[s] for s in inner} for table in (SHIFTS, AT_ONE))
        step, (first, limit) = SHIFTS[symbol] - symbol, BOUNDS[symbol]
        certificates.append(
            SequenceBound(
                f"bounds of {symbol}", step, first, upper, limit, K, 1, shifts, at_one, inner
            )
        )
    return certificates


def bounds_of(expression: sp.Expr) -> Bounds:
    """Return the bounds of the symbols that an expression contains."""
    return {symbol: bounds for symbol, bounds in BOUNDS.items() if expression.has(symbol)}
