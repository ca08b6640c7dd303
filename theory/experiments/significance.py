r"""Section V.C: when two printed means differ by more than their printed intervals.

A mean m with the interval m +- h, h = z s for the standard error s and the quantile z of its level,
says nothing of that level.  It is not needed: the difference of two independent means is
significant at the same level exactly if (m - m')^2 > h^2 + h'^2, in which z cancels.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import flint
import sympy as sp

from theory.proofs.certificates import CertificateError, Identity, enclose

if TYPE_CHECKING:
    from collections.abc import Mapping


def _half_unit(text: str) -> Fraction:
    return Fraction(1, 2 * 10 ** len(text.partition(".")[2]))


@dataclass(frozen=True)
class Printed:
    """A mean with its interval, to the digits printed."""

    mean: str  # the mean, in percent
    width: str  # what follows the sign "plus or minus", in percent

    def __str__(self) -> str:
        return f"{self.mean} ± {self.width}"

    def corner(self, towards: int, wider: int) -> tuple[Fraction, Fraction]:
        """Return a mean and a width that round to the printed ones."""
        return (
            Fraction(self.mean) + towards * _half_unit(self.mean),
            Fraction(self.width) + wider * _half_unit(self.width),
        )


def sides(larger: Printed, smaller: Printed, favour: int = 0) -> tuple[sp.Rational, sp.Rational]:
    """(m - m')^2 and h^2 + h'^2: the difference is significant exactly if the first is larger."""
    (m, h), (n, k) = larger.corner(favour, -favour), smaller.corner(-favour, -favour)
    if m < n:
        message = f"larger must have the larger mean; got {larger.mean} and {smaller.mean}"
        raise ValueError(message)
    return sp.Rational((m - n) ** 2), sp.Rational(h**2 + k**2)


NORMAL, WELCH, STUDENT, DEVIATION = READINGS = (
    "1.96 standard errors, normal law",
    "1.96 standard errors, Welch's test",
    "a t interval, Welch's test",
    "a standard deviation, Welch's test",
)
"""What the number after the sign may be, and how two means are then compared."""


def _student_p_value(square: flint.arb, freedom: sp.Rational) -> flint.arb:
    """Return the two-sided p-value of t^2, from the incomplete Beta function."""
    m = enclose(freedom)
    return (m / (m + square)).beta_lower(m / 2, flint.arb("0.5"), 1)


def _student_quantile(freedom: int) -> flint.arb:
    """Enclose the quantile of a 95 % interval, by bisection with certain signs."""
    low, high = sp.Integer(1), sp.Integer(13)
    for _ in range(160):
        middle = (low + high) / 2
        inside = _student_p_value(enclose(middle**2), sp.Integer(freedom)) > flint.arb("0.05")
        low, high = (middle, high) if inside else (low, middle)
    return enclose(low).union(enclose(high))


def p_value(larger: Printed, smaller: Printed, reading: str, runs: int) -> flint.arb:
    """Return the two-sided p-value of a difference of two means, of so many runs each."""
    difference, width = sides(larger, smaller)
    ratio = enclose(difference / width)
    if reading == NORMAL:
        return (flint.arb("0.95").erfinv() * ratio.sqrt()).erfc()
    inverse = {  # of the squared standard error, in units of the printed number
        WELCH: lambda: 2 * flint.arb("0.95").erfinv() ** 2,
        STUDENT: lambda: _student_quantile(runs - 1) ** 2,
        DEVIATION: lambda: flint.arb(runs),
    }[reading]()
    fourth = Fraction(larger.width) ** 4 + Fraction(smaller.width) ** 4
    return _student_p_value(inverse * ratio, (runs - 1) * width**2 / sp.Rational(fourth))


def digits(ball: flint.arb, number: int = 3) -> str:
    """Write a p-value to digits that are certain."""
    if ball < flint.arb("1e-12"):
        return "< 1e-12"
    if ball.rel_accuracy_bits() < 64:
        message = f"p-value not known well enough: {ball}"
        raise CertificateError(message)
    return str(ball.str(number, radius=False))


def holm(values: Mapping[str, flint.arb]) -> dict[str, flint.arb]:
    """Correct p-values for their number by Holm's rule; their order has to be certain."""
    order = sorted(values, key=lambda name: float(values[name].mid()))
    adjusted, last = {}, flint.arb(0)
    for rank, name in enumerate(order):
        if rank and not values[order[rank - 1]] < values[name]:
            message = f"the order of two p-values is not certain: {order[rank - 1]}, {name}"
            raise CertificateError(message)
        last = last.max((len(order) - rank) * values[name]).min(flint.arb(1))
        adjusted[name] = last
    return {name: adjusted[name] for name in values}


def below(value: flint.arb) -> bool:
    """Say whether a p-value is below 5 %, for certain."""
    if value.overlaps(flint.arb("0.05")):
        message = f"on which side of 0.05 a p-value is, is not certain: {value}"
        raise CertificateError(message)
    return bool(value < flint.arb("0.05"))


def cancelled() -> Identity:
    """Certify that the quantile of the level cancels."""
    d, h, k, z = sp.symbols("d h k z")
    return Identity(
        "(d / sqrt(s^2 + s'^2))^2 > z^2 with s = h/z is d^2 > h^2 + k^2",
        d**2 / ((h / z) ** 2 + (k / z) ** 2) - z**2,
        z**2 * (d**2 - h**2 - k**2) / (h**2 + k**2),
    )
