"""Positivity for all K >= K0 by shifting K = K0 + t and reading off nonnegative coefficients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

import flint
import sympy as sp
from sympy.polys.polyerrors import CoercionFailed

from theory.proofs.certificates.base import CertificateError, FromStart, refuse_floats, undeclared

if TYPE_CHECKING:
    from sympy.polys.rings import PolyElement

Bounds = Mapping[sp.Symbol, tuple[sp.Expr, sp.Expr]]


@cache
def _at_vertices(
    expression: sp.Expr, index: sp.Symbol, box: tuple[tuple[sp.Symbol, sp.Expr, sp.Expr], ...]
) -> tuple[tuple[flint.fmpq_poly, flint.fmpq_poly], ...]:
    """Numerator and denominator of the expression at every vertex of the box of bounds."""
    symbols = [symbol for symbol, _, _ in box]
    ring, inner = sp.QQ.frac_field(index), sp.QQ.frac_field(index, *symbols)
    try:
        whole = inner.from_sympy(expression)
        ends = [[ring.from_sympy(low), ring.from_sympy(high)] for _, low, high in box]
    except (CoercionFailed, ValueError, ZeroDivisionError) as error:
        message = f"not a rational function over Q in {index} and its bounds: {expression}"
        raise CertificateError(message) from error
    for position, symbol in enumerate(symbols, start=1):
        powers = [monomial[position] for monomial in whole.numer.itermonoms()]
        if max(powers, default=0) > 1 or whole.denom.degree(whole.denom.ring.gens[position]) > 0:
            message = f"{expression} is not affine in {symbol}"
            raise CertificateError(message)
    numerator, denominator = inner.to_sympy(whole).as_numer_denom()
    fractions = []
    for vertex in product(*ends):
        values = {s: ring.to_sympy(v) for s, v in zip(symbols, vertex, strict=True)}
        at_vertex = ring.from_sympy(numerator.subs(values)) / ring.from_sympy(denominator)
        fractions.append((_polynomial(at_vertex.numer), _polynomial(at_vertex.denom)))
    return tuple(fractions)


def _polynomial(element: PolyElement) -> flint.fmpq_poly:
    coefficients = [flint.fmpq(0)] * (element.degree() + 1 if element else 1)
    for (power,), value in element.terms():
        coefficients[power] = flint.fmpq(int(value.numerator), int(value.denominator))
    return flint.fmpq_poly(coefficients)


def _shifted_coefficients(polynomial: flint.fmpq_poly, start: int) -> list[flint.fmpq]:
    """Coefficients in t = K - start, constant first."""
    return list(polynomial(flint.fmpq_poly([start, 1])).coeffs()) or [flint.fmpq(0)]


def _positive(coefficients: list[flint.fmpq], *, strict: bool) -> bool:
    """Nonnegative coefficients, and a positive constant one if strict."""
    return all(c >= 0 for c in coefficients) and (coefficients[0] > 0 or not strict)


def _positive_quotient(
    top: list[flint.fmpq], bottom: list[flint.fmpq], sense: int, *, strict: bool
) -> bool:
    if bottom[0] < 0:
        sense, bottom = -sense, [-c for c in bottom]
    return _positive(bottom, strict=True) and _positive([sense * c for c in top], strict=strict)


@dataclass(frozen=True)
class Sign(FromStart):
    """A rational function of K is positive for every integer K >= ``start``.

    The expression may contain further symbols, each between two bounds that are rational in K.  It
    has to be affine in each of them, so that its least value is taken at a vertex of the box of
    bounds: A(K) + B(K) h is positive if it is so at both ends of h.  At every vertex the numerator
    and the denominator, written in t = K - start, have nonnegative coefficients.
    """

    claim: str  # what is certified, one line
    expression: sp.Expr  # the function that is positive
    index: sp.Symbol  # k
    start: int  # k0
    bounds: Bounds = field(default_factory=dict)
    strict: bool = True  # whether positive (the default) or only nonnegative is meant

    kind = "sign"
    finite = False

    def verify(self) -> None:
        """Check the coefficients at every vertex."""
        expression = sp.sympify(self.expression)
        undeclared((expression,), (self.index, *self.bounds), self.claim, "no bounds")
        ends = (end for bounds in self.bounds.values() for end in bounds)
        refuse_floats(self.claim, self.expression, *ends)
        if self.index in self.bounds:
            message = f"{self.claim}: {self.index} takes all integers from {self.start}, no bounds"
            raise CertificateError(message)
        for symbol, (low, high) in self.bounds.items():
            if not self._signed(sp.sympify(high) - sp.sympify(low), (1,)):
                message = f"{self.claim}: the bounds of {symbol} are not certified to be in order"
                raise CertificateError(message)
        for part in sp.preorder_traversal(expression):
            if isinstance(part, sp.Pow) and part.exp.is_negative:
                if self._signed(part.base, (1, -1), strict=True):
                    continue
                message = f"{self.claim}: {part.base} may vanish for {self.index} >= {self.start}"
                raise CertificateError(message)
        if not self._signed(expression, (1,), strict=self.strict):
            message = f"{self.claim}: sign not certified for {self.index} >= {self.start}"
            raise CertificateError(message)

    def _signed(
        self, expression: sp.Expr, senses: tuple[int, ...], *, strict: bool = False
    ) -> bool:
        """Whether the expression has one of the signs at all vertices, for all K >= start."""
        used = sp.sympify(expression).free_symbols
        box = tuple(
            (symbol, sp.sympify(low), sp.sympify(high))
            for symbol, (low, high) in self.bounds.items()
            if symbol in used
        )
        fractions = [
            (_shifted_coefficients(top, self.start), _shifted_coefficients(bottom, self.start))
            for top, bottom in _at_vertices(sp.sympify(expression), self.index, box)
        ]
        return any(
            all(_positive_quotient(top, bottom, sense, strict=strict) for top, bottom in fractions)
            for sense in senses
        )

    def __str__(self) -> str:
        box = "".join(f", {low} <= {s} <= {high}" for s, (low, high) in self.bounds.items())
        return f"{self.kind}: {self.claim} ({self.scope}{box})"
