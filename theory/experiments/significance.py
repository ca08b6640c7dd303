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

from theory.proofs.certificates import CertificateError, Identity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def _half_unit(text: str) -> Fraction:
    return Fraction(1, 2 * 10 ** len(text.partition(".")[2]))


@dataclass(frozen=True)
class Printed:
    """A mean with its interval, to the digits printed."""

    mean: str  # the mean, in percent
    width: str  # what follows the sign "plus or minus", in percent

    def corner(self, towards: int, wider: int) -> tuple[Fraction, Fraction]:
        """Return a mean and a width that round to the printed ones."""
        return (
            Fraction(self.mean) + towards * _half_unit(self.mean),
            Fraction(self.width) + wider * _half_unit(self.width),
        )


def squared_ratio(larger: Printed, smaller: Printed, *, favour: int = 0) -> Fraction:
    """(m - m')^2 / (h^2 + h'^2), which is above 1 exactly if the difference is significant."""
    m, h = larger.corner(favour, -favour)
    n, k = smaller.corner(-favour, -favour)
    if m < n:
        message = f"larger must have the larger mean; got {larger.mean} and {smaller.mean}"
        raise ValueError(message)
    return (m - n) ** 2 / (h**2 + k**2)


def p_value(ratio: Fraction, level: str = "0.95") -> flint.arb:
    """Return the two-sided p-value that belongs to a squared ratio of printed intervals."""
    exact = flint.fmpq(ratio.numerator, ratio.denominator)
    return (flint.arb(level).erfinv() * flint.arb(exact).sqrt()).erfc()


def p_value_at(ratio: Fraction, level: str = "0.95") -> str:
    """Return the digits of a p-value that are certain."""
    with flint.ctx.workprec(256):
        return _digits(p_value(ratio, level))


def _digits(ball: flint.arb) -> str:
    if ball < flint.arb("1e-12"):
        return "< 1e-12"
    if ball.rel_accuracy_bits() < 64:
        message = f"p-value not known well enough: {ball}"
        raise CertificateError(message)
    return str(ball.str(3, radius=False))


def describe(larger: Printed, smaller: Printed) -> str:
    """Say in words what two printed numbers show."""
    ratio = squared_ratio(larger, smaller)
    low, high = (squared_ratio(larger, smaller, favour=side) for side in (-1, 1))
    verdict = "significant" if ratio > 1 else "not significant"
    firm = "" if (low > 1) == (high > 1) else ", but not for all digits that round to these"
    return (
        f"{larger.mean} ± {larger.width} against {smaller.mean} ± {smaller.width}: {verdict}"
        f"{firm}; p = {p_value_at(ratio)} if the level is 95 %"
    )


def holm(pairs: Mapping[str, Sequence[Printed]]) -> dict[str, str]:
    """Return the p-values at the level 95 %, corrected for their number by Holm's rule."""
    with flint.ctx.workprec(256):
        values = {name: float(p_value(squared_ratio(*pair))) for name, pair in pairs.items()}
    adjusted, last = {}, 0.0
    for rank, name in enumerate(sorted(values, key=values.__getitem__)):
        last = max(last, min(1.0, (len(values) - rank) * values[name]))
        adjusted[name] = f"p = {last:.2g}"
    return {name: adjusted[name] for name in pairs}


def sides(larger: Printed, smaller: Printed, favour: int = 0) -> tuple[sp.Expr, sp.Expr]:
    """Return both sides of the inequality that decides."""
    (m, h), (n, k) = larger.corner(favour, -favour), smaller.corner(-favour, -favour)
    left, right = (m - n) ** 2, h**2 + k**2
    return (
        sp.Rational(left.numerator, left.denominator),
        sp.Rational(right.numerator, right.denominator),
    )


def cancelled() -> Identity:
    """Certify that the quantile of the level cancels."""
    d, h, k, z = sp.symbols("d h k z")
    return Identity(
        "(d / sqrt(s^2 + s'^2))^2 > z^2 with s = h/z is d^2 > h^2 + k^2",
        d**2 / ((h / z) ** 2 + (k / z) ** 2) - z**2,
        z**2 * (d**2 - h**2 - k**2) / (h**2 + k**2),
    )
