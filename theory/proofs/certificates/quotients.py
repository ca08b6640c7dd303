"""Rational functions over Q as quotients of polynomials, within a budget of work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flint
import sympy as sp

from theory.proofs.certificates.base import require, shown, symbolic

if TYPE_CHECKING:
    from collections.abc import Iterable

BUDGET = 300_000
"""What one expansion may cost, in products of two machine words; the ledger needs a tenth."""


def leaves(expression: sp.Expr) -> set[sp.Expr]:
    """Return the parts that are no number, sum, product or integer power."""
    if isinstance(expression, sp.Rational):
        return set()
    if isinstance(expression, (sp.Add, sp.Mul)):
        return set().union(*map(leaves, expression.args))
    if isinstance(expression, sp.Pow) and isinstance(expression.exp, sp.Integer):
        return leaves(expression.base)
    return {expression}


def _words(polynomial: flint.fmpq_mpoly) -> int:
    """Size of a polynomial: the machine words of its coefficients."""
    return sum(
        1 + (int(c.p).bit_length() + int(c.q).bit_length()) // 64 for c in polynomial.coeffs()
    )


class Expansion:
    """Polynomials in some variables, what they have cost, and the denominators that were met."""

    def __init__(self, variables: Iterable[sp.Expr], budget: int = BUDGET) -> None:
        variables = list(variables)
        names = [f"x{number}" for number in range(len(variables))]
        self.ring = flint.fmpq_mpoly_ctx.get(names, "lex")
        self.variables = dict(zip(variables, self.ring.gens(), strict=True))
        self.denominators: dict[sp.Expr, flint.fmpq_mpoly] = {}
        self.budget = budget

    def _spend(self, left: flint.fmpq_mpoly, right: flint.fmpq_mpoly) -> None:
        self.budget -= 5 + _words(left) * _words(right)
        require(self.budget >= 0, "an expression is too large to be decided")

    def times(self, left: flint.fmpq_mpoly, right: flint.fmpq_mpoly) -> flint.fmpq_mpoly:
        """Multiply two polynomials."""
        self._spend(left, right)
        return left * right

    def reduced(
        self, top: flint.fmpq_mpoly, bottom: flint.fmpq_mpoly
    ) -> tuple[flint.fmpq_mpoly, flint.fmpq_mpoly]:
        """Return a quotient in lowest terms."""
        self._spend(top, bottom)
        common = top.gcd(bottom)
        return top / common, bottom / common

    def quotient(self, expression: sp.Expr) -> tuple[flint.fmpq_mpoly, flint.fmpq_mpoly]:
        """Return the numerator and the denominator of a rational function, not reduced."""
        expression = symbolic(expression)
        unknown = sorted(map(shown, leaves(expression) - self.variables.keys()))
        require(not unknown, f"no rational function over Q of its symbols: {', '.join(unknown)}")
        numerator, below = self._expand(expression)
        return numerator, self._product(below)

    def _power(self, base: flint.fmpq_mpoly, exponent: int) -> flint.fmpq_mpoly:
        result = self.ring.constant(1)
        for _ in range(exponent):
            result = self.times(result, base)
        return result

    def _product(self, factors: dict[sp.Expr, int]) -> flint.fmpq_mpoly:
        """Multiply denominators, which are given by their exponents."""
        result = self.ring.constant(1)
        for factor, exponent in factors.items():
            result = self.times(result, self._power(self.denominators[factor], exponent))
        return result

    def _expand(self, expression: sp.Expr) -> tuple[flint.fmpq_mpoly, dict[sp.Expr, int]]:
        """Return the numerator, and the denominators with their exponents."""
        if expression in self.variables:
            return self.variables[expression], {}
        if isinstance(expression, sp.Rational):
            return self.ring.constant(flint.fmpq(int(expression.p), int(expression.q))), {}
        if isinstance(expression, sp.Pow):
            numerator, below = self._expand(expression.base)
            exponent = int(expression.exp)
            if exponent > 0:
                below = {factor: power * exponent for factor, power in below.items()}
                return self._power(numerator, exponent), below
            require(numerator, "no rational function over Q, a denominator is 0", expression.base)
            self.denominators[expression.base] = numerator
            return self._power(self._product(below), -exponent), {expression.base: -exponent}
        parts = [self._expand(part) for part in expression.args]
        common: dict[sp.Expr, int] = {}
        if isinstance(expression, sp.Mul):
            total = self.ring.constant(1)
            for numerator, below in parts:
                total = self.times(total, numerator)
                for factor, power in below.items():
                    common[factor] = common.get(factor, 0) + power
            return total, common
        for _, below in parts:
            for factor, power in below.items():
                common[factor] = max(common.get(factor, 0), power)
        total = self.ring.constant(0)
        for numerator, below in parts:
            missing = {factor: power - below.get(factor, 0) for factor, power in common.items()}
            total += self.times(numerator, self._product(missing))
        return total, common


def total(*terms: sp.Expr) -> flint.fmpq_mpoly:
    """Return the numerator of a sum; no term may cancel another that is no rational function."""
    expression = sp.Add(*map(sp.sympify, terms), evaluate=False)
    return Expansion(expression.free_symbols).quotient(expression)[0]


def is_zero(*terms: sp.Expr) -> bool:
    """Decide whether the sum of some rational functions vanishes identically."""
    return not total(*terms)
