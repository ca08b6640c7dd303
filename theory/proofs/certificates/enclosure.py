"""Constants in ball arithmetic: signs of numbers that are no fractions, certainly."""

from __future__ import annotations

from functools import reduce
from operator import add, mul

import flint
import sympy as sp


def enclose(expression: sp.Expr) -> flint.arb:
    """Evaluate a constant in ball arithmetic, at the precision of the context."""
    if isinstance(expression, sp.Rational):
        return flint.arb(flint.fmpq(int(expression.p), int(expression.q)))
    if expression is sp.pi:
        return flint.arb.pi()
    parts = [enclose(part) for part in expression.args]
    if isinstance(expression, sp.Add):
        return reduce(add, parts)
    if isinstance(expression, sp.Mul):
        return reduce(mul, parts)
    if isinstance(expression, sp.Pow):
        exponent = expression.exp
        if isinstance(exponent, sp.Integer):
            return parts[0] ** int(exponent)
        if exponent in (sp.Rational(1, 2), sp.Rational(-1, 2)):
            root = parts[0].sqrt()
            return root if exponent.p > 0 else 1 / root
    if isinstance(expression, sp.log):
        return parts[0].log()
    message = f"expression cannot be enclosed: {expression!r}"
    raise ValueError(message)
