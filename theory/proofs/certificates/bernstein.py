"""Positivity of polynomials on an interval by their Bernstein coefficients."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import comb
from typing import TYPE_CHECKING

import flint

from theory.proofs.certificates.base import CertificateError, Note, Step, interval, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

Interval = tuple[Fraction, Fraction]


def _fmpq(value: Fraction) -> flint.fmpq:
    return flint.fmpq(value.numerator, value.denominator)


def bernstein_coefficients(coefficients: Sequence[Fraction], interval: Interval) -> list[Fraction]:
    """Return the coefficients of a polynomial in the Bernstein basis of an interval."""
    low, high = interval
    degree = len(coefficients) - 1
    polynomial = flint.fmpq_poly([_fmpq(c) for c in coefficients])
    on_unit = polynomial(flint.fmpq_poly([_fmpq(low), _fmpq(high - low)]))
    # (1 + t)^d p(t / (1 + t)) has the coefficients binomial(d, i) b_i, and in u = 1/t it is the
    # reversed polynomial at 1 + u.
    reversed_ = flint.fmpq_poly([on_unit[degree - k] for k in range(degree + 1)])
    shifted = reversed_(flint.fmpq_poly([1, 1]))
    values = (shifted[degree - i] / comb(degree, i) for i in range(degree + 1))
    return [Fraction(int(value.p), int(value.q)) for value in values]


def _certainly_positive(values: Sequence[Fraction]) -> bool:
    # With positive ends and no negative coefficient the polynomial is positive on the closed
    # interval: inside, the first basis polynomial alone is positive there.
    return values[0] > 0 and values[-1] > 0 and all(value >= 0 for value in values)


@dataclass(frozen=True)
class Bernstein(Step):
    """A polynomial with rational coefficients is positive on a closed interval."""

    title: Note
    coefficients: tuple[Fraction, ...]  # the polynomial, constant coefficient first
    cuts: tuple[Fraction, ...] = (Fraction(-1), Fraction(1))
    scope: Note = "this polynomial"  # the parameters that the polynomial stands for

    kind = "Bernstein"
    finite = True

    @property
    def statement(self) -> str:
        """What is certified, rendered from what is verified."""
        terms = [
            f"{c}" + (f" x^{power}" if power else "")
            for power, c in enumerate(self.coefficients)
            if c
        ]
        return f"{shown(' + '.join(terms))} > 0 for x in {interval(self.cuts)}"

    def verify(self) -> None:
        """Recompute the Bernstein coefficients on every piece."""
        if not self.coefficients:
            message = f"{self}: there is no polynomial"
            raise CertificateError(message)
        if len(self.cuts) < 2 or any(
            low >= high for low, high in zip(self.cuts, self.cuts[1:], strict=False)
        ):
            message = f"{self}: the pieces do not cover an interval"
            raise CertificateError(message)
        for piece in zip(self.cuts, self.cuts[1:], strict=False):
            if not _certainly_positive(bernstein_coefficients(self.coefficients, piece)):
                message = f"{self}: not positive on [{piece[0]}, {piece[1]}]"
                raise CertificateError(message)


def prove_bernstein(
    title: str,
    coefficients: Sequence[Fraction],
    interval: Interval = (Fraction(-1), Fraction(1)),
    *,
    scope: str = "this polynomial",
    depth: int = 20,
) -> Bernstein:
    """Search a partition that certifies a positive polynomial."""
    cuts = [interval[0]]
    pending = [(interval, depth)]
    while pending:
        (low, high), left = pending.pop()
        values = bernstein_coefficients(coefficients, (low, high))
        if _certainly_positive(values):
            cuts.append(high)
            continue
        if values[0] <= 0 or values[-1] <= 0 or left == 0:
            message = f"{title}: no certificate on [{low}, {high}]"
            raise CertificateError(message)
        middle = (low + high) / 2
        pending += [((middle, high), left - 1), ((low, middle), left - 1)]
    return Bernstein(title, tuple(coefficients), tuple(cuts), scope)
