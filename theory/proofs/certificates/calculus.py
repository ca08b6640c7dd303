"""Derivatives and integrals of elementary functions, decided in a differential field."""

from __future__ import annotations

from dataclasses import dataclass, field

import sympy as sp

from theory.proofs.certificates.base import (
    Certificate,
    Note,
    Values,
    given,
    refuse_floats,
    require,
    shown,
    undeclared,
)
from theory.proofs.certificates.quotients import Expansion, is_zero


@dataclass(frozen=True)
class Antiderivative(Certificate):
    """The derivative of one expression is another one, and so an integral has a value.

    Functions such as sin(x) enter as free symbols whose derivatives are given, so that the check is
    an identity in a field of rational functions.
    """

    title: Note
    primitive: sp.Expr  # the expression that is differentiated
    integrand: sp.Expr  # its derivative
    rules: Values  # the derivative of each symbol
    low: Values = field(default_factory=dict)
    high: Values = field(default_factory=dict)
    value: sp.Expr = sp.S.Zero  # the difference primitive(high) - primitive(low)
    scope: Note = "everywhere"  # the range of the variable
    constants: tuple[sp.Symbol, ...] = ()  # symbols that do not change with the variable

    kind = "calculus"
    finite = False

    @property
    def statement(self) -> str:
        rules = ", ".join(f"{symbol}' = {shown(rule)}" for symbol, rule in self.rules.items())
        derivative = f"({shown(self.primitive)})' = {shown(self.integrand)} where {rules}"
        if not self.high:
            return derivative
        ends = f"from {given(self.low)} to {given(self.high)}"
        return f"{derivative}; the integral {ends} is {shown(self.value)}"

    def verify(self) -> None:
        substituted = (*self.rules.values(), *self.low.values(), *self.high.values())
        refuse_floats(self, self.primitive, self.integrand, self.value, *substituted)
        known = (*self.rules, *self.constants)
        undeclared((self.primitive,), known, self, "neither a rule nor a constant")
        derivative = sp.Add(*(sp.diff(self.primitive, s) * rule for s, rule in self.rules.items()))
        require(is_zero(derivative - self.integrand), "derivative fails", self)
        if not self.high:
            require(not self.low and self.value == 0, "an integral has two ends", self)
            return
        _, denominator = Expansion([*self.rules, *self.constants]).quotient(self.primitive)
        poles = any(denominator.degrees()[: len(self.rules)])
        require(not poles, "a pole is possible between the ends", self)
        high, low = (
            sp.sympify(self.primitive).subs(end, simultaneous=True) for end in (self.high, self.low)
        )
        total = high - low
        require(is_zero(total - self.value), "integral fails", self, f"it is {shown(total)}")
