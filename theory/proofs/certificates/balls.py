"""Inequalities on an interval in ball arithmetic, with the dyadic partition as certificate."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from operator import add, mul
from typing import TYPE_CHECKING

import flint
import sympy as sp

from theory.proofs.certificates.base import CertificateError, Note, Step, interval, shown

if TYPE_CHECKING:
    from collections.abc import Callable

PRECISION = 128  # bits of working precision; the certificate holds or fails, it never rounds

_FUNCTIONS: dict[type[sp.Basic], Callable[[flint.arb], flint.arb]] = {
    sp.sin: flint.arb.sin,
    sp.cos: flint.arb.cos,
    sp.log: flint.arb.log,
    sp.Si: flint.arb.si,
    sp.Ci: flint.arb.ci,
}


def ball(low: Fraction, high: Fraction) -> flint.arb:
    """Return the smallest convenient ball that contains an interval."""
    middle, radius = (low + high) / 2, (high - low) / 2
    centre = flint.arb(flint.fmpq(middle.numerator, middle.denominator))
    spread = flint.arb(flint.fmpq(radius.numerator, radius.denominator))
    return centre + spread * flint.arb(0, 1)


def enclose(expression: sp.Expr, **values: flint.arb) -> flint.arb:
    """Evaluate an expression in ball arithmetic."""
    if isinstance(expression, sp.Rational):
        return flint.arb(flint.fmpq(int(expression.p), int(expression.q)))
    if isinstance(expression, sp.Symbol) and expression.name in values:
        return values[expression.name]
    if expression is sp.pi:
        return flint.arb.pi()
    if expression is sp.EulerGamma:
        return flint.arb.const_euler()
    parts = [enclose(part, **values) for part in expression.args]
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
    if expression.func in _FUNCTIONS:
        return _FUNCTIONS[expression.func](parts[0])
    message = f"expression cannot be enclosed: {expression!r}"
    raise ValueError(message)


@dataclass(frozen=True)
class BallCover(Step):
    """An expression in one variable is positive on a closed interval."""

    title: Note
    expression: sp.Expr
    cuts: tuple[Fraction, ...] = (Fraction(0), Fraction(1))

    kind = "balls"
    finite = False

    @property
    def statement(self) -> str:
        """What is certified, rendered from what is verified."""
        positive = f"{shown(self.expression)} > 0"
        return positive + "".join(
            f" for {symbol} in {interval(self.cuts)}" for symbol in self.expression.free_symbols
        )

    def verify(self) -> None:
        """Evaluate the expression on every piece."""
        if len(self.expression.free_symbols) > 1:
            # One ball for both would check the diagonal only.
            message = f"{self}: more than one variable"
            raise CertificateError(message)
        if len(self.cuts) < 2 or any(
            low >= high for low, high in zip(self.cuts, self.cuts[1:], strict=False)
        ):
            message = f"{self}: the pieces do not cover an interval"
            raise CertificateError(message)
        for low, high in zip(self.cuts, self.cuts[1:], strict=False):
            if not _positive(self.expression, low, high):
                message = f"{self}: not certainly positive on [{low}, {high}]"
                raise CertificateError(message)


def _positive(expression: sp.Expr, low: Fraction, high: Fraction) -> bool:
    names = [symbol.name for symbol in expression.free_symbols]
    with flint.ctx.workprec(PRECISION):
        piece = ball(low, high)
        # "> 0" of balls means certainly; its negation would prove nothing.
        return bool(enclose(expression, **dict.fromkeys(names, piece)) > 0)


def prove_on_interval(
    title: str, expression: sp.Expr, low: Fraction, high: Fraction, *, depth: int = 24
) -> BallCover:
    """Search a dyadic partition on which an expression is certainly positive."""
    cuts = [Fraction(low)]
    pending = [(Fraction(low), Fraction(high), depth)]
    while pending:
        left, right, remaining = pending.pop()
        if _positive(expression, left, right):
            cuts.append(right)
            continue
        if remaining == 0:
            message = f"{title}: no certificate on [{left}, {right}]"
            raise CertificateError(message)
        middle = (left + right) / 2
        pending += [(middle, right, remaining - 1), (left, middle, remaining - 1)]
    return BallCover(title, expression, tuple(cuts))
