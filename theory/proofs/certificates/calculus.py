"""Derivatives and integrals of elementary functions, decided in a differential field."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import sympy as sp

from theory.proofs.certificates.base import CertificateError, is_zero, refuse_floats, undeclared

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Antiderivative:
    """The derivative of one expression is another one, and so an integral has a value.

    Functions such as sin(x) enter as free symbols whose derivatives are given, so that the check is
    an identity in a field of rational functions.
    """

    claim: str  # what is certified, one line
    primitive: sp.Expr  # the expression that is differentiated
    integrand: sp.Expr  # its derivative
    rules: Mapping[sp.Symbol, sp.Expr]  # the derivative of each symbol
    low: Mapping[sp.Symbol, sp.Expr] = field(default_factory=dict)
    high: Mapping[sp.Symbol, sp.Expr] = field(default_factory=dict)
    value: sp.Expr = sp.S.Zero  # the difference primitive(high) - primitive(low)
    scope: str = "everywhere"  # the range of the variable
    constants: tuple[sp.Symbol, ...] = ()  # symbols that do not change with the variable

    kind = "calculus"
    finite = False

    def verify(self) -> None:
        """Differentiate, and insert the ends."""
        substituted = (*self.rules.values(), *self.low.values(), *self.high.values())
        refuse_floats(self.claim, self.primitive, self.integrand, self.value, *substituted)
        known = (*self.rules, *self.constants)
        undeclared((self.primitive,), known, self.claim, "neither a rule nor a constant")
        derivative = sum(
            (sp.diff(self.primitive, symbol) * rule for symbol, rule in self.rules.items()),
            sp.Integer(0),
        )
        if not is_zero(derivative - self.integrand):
            message = f"derivative fails: {self.claim}"
            raise CertificateError(message)
        if not self.high and (self.low or self.value != 0):
            message = f"an integral has two ends: {self.claim}"
            raise CertificateError(message)
        if self.high:
            denominator = sp.denom(sp.together(self.primitive))
            if denominator.free_symbols & set(self.rules):
                message = f"a pole is possible between the ends: {self.claim}"
                raise CertificateError(message)
            ends = (
                sp.sympify(self.primitive).subs(end, simultaneous=True)
                for end in (self.high, self.low)
            )
            total = next(ends) - next(ends)
            if not is_zero(total - self.value):
                message = f"integral fails: {self.claim}: {total} != {self.value}"
                raise CertificateError(message)

    def __str__(self) -> str:
        return f"{self.kind}: {self.claim} ({self.scope})"
