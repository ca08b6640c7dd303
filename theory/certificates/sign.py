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

from theory.certificates.base import CertificateError

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
    except (CoercionFailed, ZeroDivisionError) as error:
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


@dataclass(frozen=True)
class Sign:
    r"""A rational function of K is positive for every integer K >= ``start``.

    The expression may contain further symbols, each between two bounds that are rational in K.  It
    has to be affine in each of them, so that its least value is taken at a vertex of the box of
    bounds: A(K) + B(K) h is positive if it is so at both ends of h.  At every vertex the numerator
    and the denominator, written in t = K - start, have nonnegative coefficients.

    Parameters
    ----------
    claim : str
        What is certified, one line.
    expression : sympy.Expr
        The function that is positive.
    index : sympy.Symbol
        K.
    start : int
        K0.
    bounds : mapping of sympy.Symbol to (sympy.Expr, sympy.Expr)
        Lower and upper bound of each further symbol, valid for K >= start.
    strict : bool
        Whether positive (the default) or only nonnegative is meant.
    """

    claim: str
    expression: sp.Expr
    index: sp.Symbol
    start: int
    bounds: Bounds = field(default_factory=dict)
    strict: bool = True

    kind = "sign"
    finite = False

    @property
    def scope(self) -> str:
        """The parameters for which the sign is certified.

        Returns
        -------
        str
            ``"all K >= start"``.
        """
        return f"all {self.index} >= {self.start}"

    def verify(self) -> None:
        """Check the coefficients at every vertex.

        Raises
        ------
        CertificateError
            If a coefficient is negative, the expression is not affine in a bounded symbol, or a
            symbol has no bounds.
        """
        expression = sp.sympify(self.expression)
        unknown = expression.free_symbols - set(self.bounds) - {self.index}
        if unknown:
            message = f"{self.claim}: no bounds for {sorted(map(str, unknown))}"
            raise CertificateError(message)
        box = tuple(
            (symbol, sp.sympify(a), sp.sympify(b)) for symbol, (a, b) in self.bounds.items()
        )
        for numerator, denominator in _at_vertices(expression, self.index, box):
            top = _shifted_coefficients(numerator, self.start)
            bottom = _shifted_coefficients(denominator, self.start)
            if bottom[0] < 0:
                top, bottom = [-c for c in top], [-c for c in bottom]
            if not (_positive(bottom, strict=True) and _positive(top, strict=self.strict)):
                message = f"{self.claim}: sign not certified for {self.index} >= {self.start}"
                raise CertificateError(message)

    def __str__(self) -> str:
        return f"{self.kind}: {self.claim} ({self.scope})"


@dataclass(frozen=True)
class HarmonicBound:
    r"""Bounds of H_K^{(power)} for all K >= ``start``, by induction.

    lower(K) <= H_K^{(p)} <= upper(K) holds at ``start``, and each step adds 1/(K+1)^p, which lies
    between lower(K+1) - lower(K) and upper(K+1) - upper(K).

    Parameters
    ----------
    index : sympy.Symbol
        K.
    lower, upper : sympy.Expr
        Rational in K.
    start : int
        The smallest K.
    power : int
        The power p; 1 for the harmonic numbers.
    """

    index: sp.Symbol
    lower: sp.Expr
    upper: sp.Expr
    start: int = 1
    power: int = 1

    kind = "induction"
    finite = False

    @property
    def claim(self) -> str:
        """What is certified.

        Returns
        -------
        str
            The two inequalities.
        """
        name = "H_K" if self.power == 1 else f"H_K^({self.power})"
        return f"{self.lower} <= {name} <= {self.upper}"

    @property
    def scope(self) -> str:
        """The parameters for which the bounds are certified.

        Returns
        -------
        str
            ``"all K >= start"``.
        """
        return f"all {self.index} >= {self.start}"

    def verify(self) -> None:
        """Check the base case and the induction step.

        Raises
        ------
        CertificateError
            If either fails.
        """
        index, start = self.index, self.start
        lower, upper = sp.sympify(self.lower), sp.sympify(self.upper)
        value = sum(sp.Rational(1, m**self.power) for m in range(1, start + 1))
        if not lower.subs(index, start) <= value <= upper.subs(index, start):
            message = f"{self.claim}: base case fails at {index} = {start}"
            raise CertificateError(message)
        step = 1 / (index + 1) ** self.power
        for below, above in (
            (lower.subs(index, index + 1) - lower, step),
            (step, upper.subs(index, index + 1) - upper),
        ):
            Sign(f"{self.claim}: step", above - below, index, start, strict=False).verify()

    def __str__(self) -> str:
        return f"{self.kind}: {self.claim} ({self.scope})"
