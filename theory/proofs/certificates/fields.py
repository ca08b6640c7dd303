"""Identities, sums in K and integrals, decided in fields of rational functions."""

from __future__ import annotations

from dataclasses import dataclass, field

import sympy as sp

from theory.proofs.certificates.base import (
    Certificate,
    Note,
    Values,
    given,
    moving,
    refuse_floats,
    require,
    shown,
    undeclared,
)
from theory.proofs.certificates.quotients import Expansion, is_zero


@dataclass(frozen=True)
class Identity(Certificate):
    """Two rational functions over Q are equal, wherever both have a value.

    Trigonometric identities enter with z = e^{i phi} (so that cos(phi) = (z + 1/z)/2) and a free
    symbol for z^m, which proves them for every integer m at once.
    """

    title: Note
    left: sp.Expr  # both sides, rational in their free symbols with rational coefficients
    right: sp.Expr  # both sides, rational in their free symbols with rational coefficients
    scope: Note = "all values of the symbols"  # the parameters that the symbols stand for

    kind = "identity"
    finite = False

    @property
    def statement(self) -> str:
        return f"{shown(self.left)} = {shown(self.right)}"

    def verify(self) -> None:
        refuse_floats(self, self.left, self.right)
        same = is_zero(sp.sympify(self.left) - sp.sympify(self.right))
        require(same, "identity fails", self)


@dataclass(frozen=True)
class Telescoping(Certificate):
    """A quantity defined by its value at ``start`` and its increments has a closed form.

    The closed form is rational in K and in symbols whose own shift is known, such as h = H_K with
    h -> h + 1/(K+1): both are decided in the field Q(K, h, ...).
    """

    title: Note  # what is summed
    closed: sp.Expr  # the closed form
    increment: sp.Expr  # the term that is added when K becomes K + 1
    index: sp.Symbol  # k
    start: int  # the smallest K
    base: sp.Expr  # the value of the sum at ``start``
    shifts: Values = field(default_factory=dict)
    initial: Values = field(default_factory=dict)
    parameters: tuple[sp.Symbol, ...] = ()  # symbols that do not change with K

    kind = "telescoping"
    finite = False

    @property
    def statement(self) -> str:
        K = self.index
        return (
            f"S({K}) = {shown(self.closed)} for all {K} >= {self.start}, where "
            f"S({self.start}) = {shown(self.base)}, "
            f"S({K} + 1) - S({K}) = {shown(self.increment)}"
            f"{moving(self.shifts, self.initial)}"
        )

    def verify(self) -> None:
        closed = sp.sympify(self.closed)
        substituted = (*self.shifts.values(), *self.initial.values())
        refuse_floats(self, closed, self.increment, self.base, *substituted)
        known = (self.index, *self.shifts, *self.parameters)
        undeclared((closed,), known, self, "neither a shift nor a parameter")
        at_start = closed.subs({**self.initial, self.index: self.start}, simultaneous=True)
        begins = is_zero(at_start - sp.sympify(self.base))
        require(begins, "base case fails", self, f"it is {shown(at_start)}")
        shifted = closed.subs({**self.shifts, self.index: self.index + 1}, simultaneous=True)
        grows = is_zero(shifted - closed - sp.sympify(self.increment))
        require(grows, "difference fails", self)


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
