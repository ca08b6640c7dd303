"""Identities, sums in K and integrals, decided in fields of rational functions."""

from __future__ import annotations

from dataclasses import dataclass, field

import sympy as sp

from theory.proofs.certificates.base import (
    Certificate,
    Note,
    Values,
    divisors,
    given,
    moving,
    refuse_floats,
    require,
    shown,
    symbolic,
    undeclared,
)
from theory.proofs.certificates.quotients import Expansion, is_zero
from theory.proofs.certificates.sign import Sign


@dataclass(frozen=True)
class Identity(Certificate):
    """Two rational functions over Q are equal, wherever both have a value.

    Trigonometric identities enter with z = e^{i phi} (so that cos(phi) = (z + 1/z)/2) and a free
    symbol for z^m, which proves them for every integer m at once.
    """

    title: Note
    left: sp.Expr  # both sides, rational in their free symbols with rational coefficients
    right: sp.Expr  # both sides, rational in their free symbols with rational coefficients

    kind = "identity"
    finite = False

    @property
    def statement(self) -> str:
        return f"{shown(self.left)} = {shown(self.right)}"

    def verify(self) -> None:
        left, right = symbolic(self.left), symbolic(self.right)
        refuse_floats(self, left, right)
        undeclared((), left.free_symbols | right.free_symbols, self, "")
        require(is_zero(left, -right), "identity fails", self)


@dataclass(frozen=True)
class Telescoping(Certificate):
    """A quantity defined by its value at ``start`` and its increments has a closed form.

    The closed form is rational in K and in symbols whose own shift is known, such as h = H_K with
    h -> h + 1/(K+1): both are decided in the field Q(K, h, ...).  What is divided by is never
    zero; where it has parameters, that is a condition in the statement.
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
            f"{''.join(f', {shown(d)} != 0' for d in self._divisors() if d.free_symbols - {K})}"
        )

    def _divisors(self) -> list[sp.Expr]:
        """Return what must never be 0; where it is a shifted w, w at first and the factor of w."""
        begin, moved = (self.base, *self.initial.values()), self.shifts.values()
        found = set(divisors(self.closed, self.increment, *begin, *moved))
        for w in found & self.shifts.keys():
            factors = self.shifts[w] / w, symbolic(self.initial.get(w, 0))
            found = (found - {w}).union(factors) - {1}
        return sorted(found, key=str)

    def verify(self) -> None:
        closed, moved = symbolic(self.closed), (self.increment, *self.shifts.values())
        begin = (self.base, *self.initial.values())
        refuse_floats(self, closed, *moved, *begin)
        known = (self.index, *self.shifts, *self.parameters)
        undeclared((closed, *moved), known, self, "neither a shift nor a parameter")
        undeclared(begin, self.parameters, self, "at the start no parameter")
        require(isinstance(self.start, int), self, "it starts at no integer")
        begun = self.shifts.keys() == self.initial.keys()
        require(begun, self, "each shifted symbol has a first value, and no other has one")
        # The conditions on the parameters can be met: these values meet them for every K.
        example = {symbol: number for number, symbol in enumerate(self.parameters, start=2)}
        for divisor in self._divisors():
            square = divisor.subs(example) ** 2
            Sign(f"{shown(divisor)} in {self}", 1 / square, self.index, self.start).verify()
        at_start = closed.subs({**self.initial, self.index: self.start}, simultaneous=True)
        begins = is_zero(at_start, -self.base)
        require(begins, "base case fails", self, f"it is {shown(at_start)}")
        shifted = closed.subs({**self.shifts, self.index: self.index + 1}, simultaneous=True)
        require(is_zero(shifted, -closed, -self.increment), "difference fails", self)


@dataclass(frozen=True)
class Antiderivative(Certificate):
    """The derivative of one expression is another one, and so an integral has a value.

    Functions such as sin(x) enter as free symbols whose derivatives are given, so that the check is
    an identity in a field of rational functions, wherever both sides have a value.

    An integral goes from one number to another along the one symbol x with the derivative 1.  There
    is no pole in between, and the primitive is a polynomial.  Every further symbol either is 0 at
    both ends, as its rule allows, or it is ln|x - e| up to a constant: it has no value at the end
    e, where the primitive must not depend on it.
    """

    title: Note
    primitive: sp.Expr  # the expression that is differentiated
    integrand: sp.Expr  # its derivative
    rules: Values  # the derivative of each symbol
    low: Values = field(default_factory=dict)
    high: Values = field(default_factory=dict)
    value: sp.Expr = sp.S.Zero  # the difference primitive(high) - primitive(low)
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
        given = (self.primitive, self.integrand, *self.rules.values())
        undeclared(given, known, self, "neither a rule nor a constant")
        (_, denominator), *_ = map(Expansion(known).quotient, given)  # all are rational
        primes = {f"{symbol}'" for symbol in self.rules} & set(map(str, known))
        require(not primes, self, f"one name, two meanings in {', '.join(primes)}")
        derivative = (sp.diff(self.primitive, s) * rule for s, rule in self.rules.items())
        require(is_zero(*derivative, -self.integrand), "derivative fails", self)
        if not self.high:
            require(not self.low and self.value == 0, "an integral has two ends", self)
            return
        require(denominator.is_constant(), "a pole is possible between the ends", self)
        low, high = self._ends()
        total = high - low
        require(is_zero(total, -self.value), "integral fails", self, f"it is {shown(total)}")

    def _ends(self) -> list[sp.Expr]:
        """Return the primitive at both ends, whose values have to fit the rules."""
        ends, rules = (self.low, self.high), {s: symbolic(r) for s, r in self.rules.items()}
        path = [symbol for symbol, rule in rules.items() if rule == 1]
        numbers = all(isinstance(symbolic(v), sp.Rational) for e in ends for v in e.values())
        fit = len(path) == 1 and all(set(path) <= end.keys() <= rules.keys() for end in ends)
        require(numbers and fit, "it runs between numbers, along one x with x' = 1", self)
        x = path[0]
        for divisor in divisors(self.integrand, self.value, *rules.values()):
            slope, *at = sp.diff(divisor, x), *(divisor.subs(x, end[x]) for end in ends)
            affine = all(isinstance(value, sp.Rational) for value in (slope, *at))
            nonzero = affine and at[0] * at[1] >= 0 and any(at)
            require(nonzero, "a pole is possible between the ends", self)
        for s in rules.keys() - {x}:
            linear = (rules[s] / s).free_symbols & rules.keys() <= {x}  # so s has no pole inside
            vanishes = linear and all(end.get(s) == 0 for end in ends)
            at_pole = [s in end for end in ends if rules[s] == 1 / (x - end[x])]
            require(vanishes or at_pole == [False], f"the ends may not fit the rule of {s}", self)
        values = [symbolic(self.primitive).subs(x, end[x]) for end in ends]
        for value, end in zip(values, ends, strict=True):
            free = value.free_symbols & rules.keys() <= end.keys()
            require(free, "the primitive may have no limit at an end", self)
        return [value.subs(end) for value, end in zip(values, ends, strict=True)]
