"""One true certificate of every kind."""

import sympy as sp

from theory.proofs.certificates import (
    Antiderivative,
    Certificate,
    Exact,
    Identity,
    Relation,
    SequenceBound,
    Sign,
    Telescoping,
)

K, x, h, s = sp.symbols("K x h s")
ONE, ZERO = sp.Integer(1), sp.Integer(0)
HARMONIC = {h: h + 1 / (K + 1)}

SQUARE = Identity("square", (K + h) ** 2, K**2 + 2 * K * h + h**2)
SUM_OF_HARMONIC = Telescoping(
    "sum_{m<=K} H_m = (K+1) H_K - K",
    *((K + 1) * h - K, h + 1 / (K + 1), K, 1, ONE, HARMONIC, {h: ONE}),
)
LOGARITHM = Antiderivative(
    "int_0^1 ln = -1",
    *(x * s - x, s, {x: ONE, s: 1 / x}, {x: ZERO}, {x: ONE, s: ZERO}, -ONE),
    (h,),
)
AFFINE = Sign("3K - 2h - 1/2", 3 * K - 2 * h - ONE / 2, K, 1, {h: (ONE, K)})
# The bound 2 - (H_K + 1)/K is carried along.
SEQUENCE = SequenceBound(
    "0 <= sum H_{m-1}/m^2 <= 2",
    *(h / (K + 1) ** 2, ZERO, 2 - (h + 1) / K, 2 * ONE, K, 1),
    *(HARMONIC, {h: ONE}, {h: (ONE, K)}),
)
TWO = Exact("two", (Relation("K = 2", ONE * 4, ">", sp.sqrt(3)),), "K = 2")

SAMPLES: list[Certificate] = [SQUARE, SUM_OF_HARMONIC, LOGARITHM, AFFINE, SEQUENCE, TWO]


def harmonic_bound(
    upper: sp.Expr,
    *,
    power: int = 1,
    start: int = 1,
    initial: sp.Expr = ONE,
    limit: sp.Expr | None = None,
) -> SequenceBound:
    below = upper if limit is None else limit
    return SequenceBound("H", 1 / (K + 1) ** power, initial, upper, below, K, start)
