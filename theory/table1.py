r"""Table I: which of the printed differences exceed the printed intervals.

A mean m with the interval m +- h, h = z s for the standard error s and the quantile z of its level,
says nothing of that level.  It is not needed: the difference of two independent means is
significant at the same level exactly if (m - m')^2 > h^2 + h'^2, in which z cancels.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import flint
import sympy as sp

from theory.certificates import BallCover, CertificateError, Identity, Relation
from theory.evidence import Proof, Refutation, Verdict
from theory.ledger import claim

READING = "± is the half-width of a normal confidence interval, means independent"
ABOUT = (
    READING,
    "the paper says smaller; that the difference exceeds the intervals is what is asked here",
    "about the printed numbers; nothing was trained here",
)
"""Hypotheses of the rows that compare printed numbers."""


def _half_unit(text: str) -> Fraction:
    return Fraction(1, 2 * 10 ** len(text.partition(".")[2]))


@dataclass(frozen=True)
class Printed:
    """A mean with its interval, to the digits printed.

    Parameters
    ----------
    mean : str
        The mean, in percent.
    width : str
        What follows the sign "plus or minus", in percent.
    """

    mean: str
    width: str

    def corner(self, towards: int, wider: int) -> tuple[Fraction, Fraction]:
        """Return a mean and a width that round to the printed ones.

        Parameters
        ----------
        towards : {-1, 0, 1}
            Whether the mean is the smallest, the printed or the largest one.
        wider : {-1, 0, 1}
            The same for the width.

        Returns
        -------
        tuple of fractions.Fraction
            Mean and width.
        """
        return (
            Fraction(self.mean) + towards * _half_unit(self.mean),
            Fraction(self.width) + wider * _half_unit(self.width),
        )


Column = dict[str, Printed]

TABLE: dict[str, Column] = {
    "CIFAR-10": {
        "Baseline": Printed("4.98", "0.03"),
        "Mixup": Printed("4.13", "0.03"),
        "Local Mixup": Printed("4.03", "0.03"),
    },
    "CIFAR-100": {
        "Baseline": Printed("30.6", "0.27"),
        "Mixup": Printed("29.23", "0.4"),
        "Local Mixup": Printed("29.08", "0.34"),
    },
    "Fashion-MNIST": {
        "Baseline": Printed("6.20", "0.2"),
        "Mixup": Printed("6.36", "0.16"),
        "Local Mixup": Printed("5.97", "0.2"),
    },
    "SVHN": {
        "Baseline": Printed("10.01", "0.15"),
        "Mixup": Printed("8.31", "0.14"),
        "Local Mixup": Printed("8.20", "0.13"),
    },
}
"""Table I: error rates in percent."""

ADAMIXUP: dict[str, Column] = {
    "MNIST": {"AdaMixup": Printed("0.49", "0.03"), "Local Mixup": Printed("0.54", "0.02")},
    "CIFAR-10": {"AdaMixup": Printed("4.11", "0.12"), "Local Mixup": Printed("3.89", "0.12")},
}
"""The comparison in the text of Section V.C."""


def squared_ratio(larger: Printed, smaller: Printed, *, favour: int = 0) -> Fraction:
    """Return (m - m')^2 / (h^2 + h'^2), which is above 1 exactly if the difference is significant.

    Parameters
    ----------
    larger, smaller : Printed
        The two means; the first is the larger one.
    favour : {-1, 0, 1}
        Whether the rounded digits are read against the difference, as printed, or for it.

    Returns
    -------
    fractions.Fraction
        The squared difference in units of the printed intervals.

    Raises
    ------
    ValueError
        If the first mean is not the larger one.
    """
    m, h = larger.corner(favour, -favour)
    n, k = smaller.corner(-favour, -favour)
    if m < n:
        message = f"larger must have the larger mean; got {larger.mean} and {smaller.mean}"
        raise ValueError(message)
    return (m - n) ** 2 / (h**2 + k**2)


def p_value(squared: sp.Expr | Fraction) -> str:
    """Return the two-sided p-value of a normal deviate.

    Parameters
    ----------
    squared : sympy.Expr or fractions.Fraction
        Its square, rational, in units of the variance.

    Returns
    -------
    str
        Three digits that ball arithmetic guarantees, or ``"< 1e-12"``.

    Raises
    ------
    CertificateError
        If the ball is too wide for them.
    """
    with flint.ctx.workprec(256):
        exact = flint.fmpq(int(squared.numerator), int(squared.denominator))
        return _digits((flint.arb(exact) / 2).sqrt().erfc())


def p_value_at(ratio: Fraction, level: str = "0.95") -> str:
    """Return the two-sided p-value that belongs to a squared ratio of printed intervals.

    Parameters
    ----------
    ratio : fractions.Fraction
        From `squared_ratio`.
    level : str
        The level of the printed intervals, as a decimal number.

    Returns
    -------
    str
        Digits of erfc(erfinv(level) sqrt(ratio)), as for `p_value`.

    Raises
    ------
    CertificateError
        If the ball is too wide for them.
    """
    with flint.ctx.workprec(256):
        exact = flint.fmpq(ratio.numerator, ratio.denominator)
        return _digits((flint.arb(level).erfinv() * flint.arb(exact).sqrt()).erfc())


def _digits(ball: flint.arb) -> str:
    if ball < flint.arb("1e-12"):
        return "< 1e-12"
    if ball.rel_accuracy_bits() < 64:
        message = f"p-value not known well enough: {ball}"
        raise CertificateError(message)
    return str(ball.str(3, radius=False))


RUNS = {"CIFAR-10": 100, "Fashion-MNIST": 10, "SVHN": 10}
"""Runs behind each mean, in the caption; it does not say how many for CIFAR-100."""


def describe(larger: Printed, smaller: Printed) -> str:
    """Say in words what two printed numbers show.

    Parameters
    ----------
    larger, smaller : Printed
        The two means; the first is the larger one.

    Returns
    -------
    str
        Whether the difference is significant, for which roundings, and the p-value.
    """
    ratio = squared_ratio(larger, smaller)
    low, high = (squared_ratio(larger, smaller, favour=side) for side in (-1, 1))
    verdict = "significant" if ratio > 1 else "not significant"
    firm = "" if (low > 1) == (high > 1) else ", but not for all digits that round to these"
    return (
        f"{larger.mean} ± {larger.width} against {smaller.mean} ± {smaller.width}: {verdict}"
        f"{firm}; p = {p_value_at(ratio)} if the level is 95 %"
    )


def _other_readings(dataset: str, ratio: Fraction) -> str:
    parts = [f"standard error: p = {p_value(ratio)}"]
    if dataset in RUNS:
        deviation = p_value(RUNS[dataset] * ratio)
        parts.append(f"standard deviation over {RUNS[dataset]} runs: p = {deviation}")
    return "; ".join(parts)


def sides(larger: Printed, smaller: Printed, favour: int = 0) -> tuple[sp.Expr, sp.Expr]:
    """Return both sides of the inequality that decides.

    Parameters
    ----------
    larger, smaller : Printed
        The two means; the first is the larger one.
    favour : {-1, 0, 1}
        How the rounded digits are read, as for `squared_ratio`.

    Returns
    -------
    tuple of sympy.Expr
        (m - m')^2 and h^2 + h'^2, rational.
    """
    (m, h), (n, k) = larger.corner(favour, -favour), smaller.corner(-favour, -favour)
    left, right = (m - n) ** 2, h**2 + k**2
    return (
        sp.Rational(left.numerator, left.denominator),
        sp.Rational(right.numerator, right.denominator),
    )


def cancelled() -> Identity:
    """Certify that the quantile of the level cancels.

    Returns
    -------
    Identity
        The quantile drops out.
    """
    d, h, k, z = sp.symbols("d h k z")
    return Identity(
        "(d / sqrt(s^2 + s'^2))^2 > z^2 with s = h/z is d^2 > h^2 + k^2",
        d**2 / ((h / z) ** 2 + (k / z) ** 2) - z**2,
        z**2 * (d**2 - h**2 - k**2) / (h**2 + k**2),
    )


def _separated(dataset: str, others: tuple[str, ...]) -> Proof:
    column = TABLE[dataset]
    local = column["Local Mixup"]
    covers = []
    for name in others:
        left, right = sides(column[name], local, -1)
        covers.append(BallCover(f"{name}: (m - m')^2 > h^2 + h'^2", left - right))
    return Proof(
        argument=r"The difference of two independent normal means is significant exactly if "
        r"$(m-m')^2>h^2+h'^2$. Means and intervals are taken at the ends of their roundings that "
        r"are worst for it.",
        certificates=[cancelled(), *covers],
        under=(READING,),
        found={name: describe(column[name], local) for name in others},
    )


def _not_separated(dataset: str, other: str, minimal: str) -> Refutation:
    column = TABLE[dataset]
    local = column["Local Mixup"]
    left, right = sides(column[other], local)
    ratio = squared_ratio(column[other], local)
    return Refutation(
        case=f"{dataset}, {other} against Local Mixup, as printed",
        stated="the squared difference exceeds the sum of the squared half-widths",
        relation=Relation("(m - m')^2 and h^2 + h'^2", left, ">", right),
        minimal=minimal,
        found={name: describe(column[name], local) for name in ("Baseline", "Mixup")}
        | {f"{other}, if ± is something else": _other_readings(dataset, ratio)},
    )


@claim(
    "Table1-means",
    source="Table I, Section V.C",
    title="Local Mixup has the smallest error rate in every column",
    statement=r"In all four columns the printed mean error rate of Local Mixup is smaller than "
    r"those of the Baseline and of Mixup.",
    verdict=Verdict.PROVED,
    result="true of the printed means; which differences are significant is in the next rows",
    hypotheses=("about the printed numbers; nothing was trained here",),
)
def means() -> Proof:
    """Compare the printed means.

    Returns
    -------
    Proof
        Certificates, the argument that joins them, and what was found.
    """
    margins = {
        f"{dataset}, {name}": Fraction(column[name].mean) - Fraction(column["Local Mixup"].mean)
        for dataset, column in TABLE.items()
        for name in ("Baseline", "Mixup")
    }
    return Proof(
        argument=r"The differences of the printed means are positive.",
        certificates=[
            BallCover(f"{name}: {margin} > 0", sp.Rational(margin.numerator, margin.denominator))
            for name, margin in margins.items()
        ],
        found={name: f"{float(margin):.2f}" for name, margin in margins.items()},
    )


@claim(
    "Table1-cifar10",
    source="Table I, CIFAR-10",
    title="Local Mixup beats both others on CIFAR-10, beyond the intervals",
    statement=r"On CIFAR-10 the printed error rate of Local Mixup is smaller than those of the "
    r"Baseline and of Mixup, beyond the printed intervals.",
    verdict=Verdict.PROVED_WITH,
    result="the printed numbers say so, whatever the level of their intervals and the roundings",
    hypotheses=ABOUT,
)
def cifar10() -> Proof:
    """Compare the printed numbers.

    Returns
    -------
    Proof
        Certificates, the argument that joins them, and what was found.
    """
    return _separated("CIFAR-10", ("Baseline", "Mixup"))


@claim(
    "Table1-cifar100",
    source="Table I, CIFAR-100",
    title="Local Mixup beats both others on CIFAR-100, beyond the intervals",
    statement=r"On CIFAR-100 the printed error rate of Local Mixup is smaller than those of the "
    r"Baseline and of Mixup, beyond the printed intervals.",
    verdict=Verdict.REFUTED,
    result="against Mixup the printed difference is well inside the intervals",
    sharper=r"Both are significantly better than the Baseline.",
    hypotheses=ABOUT,
)
def cifar100() -> Refutation:
    """Compare the printed numbers.

    Returns
    -------
    Refutation
        The counterexample with both values.
    """
    return _not_separated("CIFAR-100", "Mixup", "one comparison of two")


@claim(
    "Table1-fashion-mnist",
    source="Table I, Fashion-MNIST",
    title="Local Mixup beats both others on Fashion-MNIST, beyond the intervals",
    statement=r"On Fashion-MNIST the printed error rate of Local Mixup is smaller than those of "
    r"the Baseline and of Mixup, beyond the printed intervals.",
    verdict=Verdict.REFUTED,
    result="against Mixup it is; against the Baseline the printed difference is inside the "
    "intervals",
    sharper=r"The Baseline's and Local Mixup's half-widths are printed with one digit, 0.2; only "
    r"if both were close to 0.15 would the difference be significant.",
    hypotheses=ABOUT,
)
def fashion_mnist() -> Refutation:
    """Compare the printed numbers.

    Returns
    -------
    Refutation
        The counterexample with both values.
    """
    return _not_separated("Fashion-MNIST", "Baseline", "one comparison of two")


@claim(
    "Table1-svhn",
    source="Table I, SVHN",
    title="Local Mixup beats both others on SVHN, beyond the intervals",
    statement=r"On SVHN the printed error rate of Local Mixup is smaller than those of the "
    r"Baseline and of Mixup, beyond the printed intervals.",
    verdict=Verdict.REFUTED,
    result="against Mixup the printed difference is inside the intervals",
    sharper=r"Both are significantly better than the Baseline.",
    hypotheses=ABOUT,
)
def svhn() -> Refutation:
    """Compare the printed numbers.

    Returns
    -------
    Refutation
        The counterexample with both values.
    """
    return _not_separated("SVHN", "Mixup", "one comparison of two")
