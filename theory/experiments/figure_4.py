r"""Section V.B, Figure 4: what the printed values of Q(D) on CIFAR-10 imply.

Whether they are right takes the images: rows Fig4-values and Fig4-fifty of `figures`.
"""

from __future__ import annotations

from math import isqrt

import sympy as sp

from theory.proofs.certificates import Exact, Identity, Relation
from theory.proofs.evidence import Proof, Verdict, expect
from theory.proofs.ledger import claim

PRINTED = {"Vanilla": sp.Rational("0.073"), "Mixup": sp.Rational("0.11")}
"""Q(D) on CIFAR-10 in Section V.B, to the digits printed."""

PRINTED_EXTREME = 50
"""The eps from which on, as printed, Local Mixup on CIFAR-10 is Mixup."""

SLACK = {"Vanilla": sp.Rational("0.0005"), "Mixup": -sp.Rational("0.005")}
"""Half a unit of the last digit, to the side that is worst for the row."""


def earliest_squared(vanilla: sp.Rational, reached: sp.Rational) -> sp.Rational:
    """Return the square of the smallest eps at which Q^s can reach a value."""
    return 4 * (1 / vanilla**2 - 1 / reached**2)


def bounds() -> dict[str, sp.Rational]:
    """Return what the row states, to the digits written."""
    worst = {name: value + SLACK[name] for name, value in PRINTED.items()}
    squares = earliest_squared(*worst.values()), earliest_squared(*PRINTED.values())
    earliest, exact = (sp.Rational(isqrt(int(10**4 * square)), 100) for square in squares)
    return {**worst, "rounded": earliest, "exact": exact, "width": int(2 / worst["Vanilla"])}


BOUNDS = bounds()
_PRINTED, _BOUNDS = ({k: f"{float(v):g}" for k, v in d.items()} for d in (PRINTED, BOUNDS))


@claim(
    "Fig4-jump",
    source="Section V.B, Figure 4",
    title="Q(D) cannot have Mixup's value for small eps",
    statement=rf"If $Q(D)$ is ${_PRINTED['Vanilla']}$ for Vanilla and ${_PRINTED['Mixup']}$ for "
    rf"Mixup, as printed, it is below ${_BOUNDS['Mixup']}$ for every "
    rf"$\epsilon<{_BOUNDS['rounded']}$.",
    verdict=Verdict.PROVED_WITH,
    result="true whatever the data: the printed values imply it, roundings included",
    sharper=rf"$\epsilon^2\ge4({_BOUNDS['Vanilla']}^{{-2}}-{_BOUNDS['Mixup']}^{{-2}})$; with the "
    rf"printed values taken as exact, $\epsilon\ge{_BOUNDS['exact']}$. If $Q(D)$ has the factor "
    r"$\sqrt2$ of one-hot targets, both are $\sqrt2$ times as large.",
    hypotheses=(
        "Q(D) is the quantity of the public script, samples against segments within a class",
        "printed digits rounded to nearest",
        "Euclidean norm",
    ),
    uses=("V.B-bound",),
)
def earliest() -> Proof:
    """Invert the bound, with intervals for the rounded values."""
    expect("the bounds in the statement", bounds(), BOUNDS)
    worst = earliest_squared(BOUNDS["Vanilla"], BOUNDS["Mixup"])
    exact = earliest_squared(*PRINTED.values())
    d, e, q, k = sp.symbols("delta epsilon q k")
    return Proof(
        argument=r"By row V.B-bound $Q\ge q$ needs $q^{-2}\ge\delta^2-\epsilon^2/4$ (for "
        rf"$\epsilon\ge2\delta>{_BOUNDS['width']}$ there is nothing to show). The right side of "
        r"$\epsilon^2\ge4(\delta^2-q^{-2})$ is least for the largest $1/\delta$ and the smallest "
        r"$q$ that round to the printed values.",
        certificates=[
            Identity(
                "the bound against q^2",
                1 / (d**2 - e**2 / 4) - q**2,
                q**2 * (e**2 - 4 * (d**2 - 1 / q**2)) / (4 * d**2 - e**2),
            ),
            Identity(
                "a factor k of Q: both inverse squares get k^2",
                4 * ((k * d) ** 2 - (k / q) ** 2),
                k**2 * 4 * (d**2 - 1 / q**2),
            ),
            Exact(
                "the printed numbers",
                (
                    Relation("worst roundings", worst, ">", BOUNDS["rounded"] ** 2),
                    Relation("as printed", exact, ">", BOUNDS["exact"] ** 2),
                    Relation("2 delta", 2 / BOUNDS["Vanilla"], ">", BOUNDS["width"]),
                ),
                "two printed values",
            ),
        ],
        under=("Q(D) is the quantity of the public script", "rounding to nearest"),
        found={"eps^2 at least": worst, "with the printed values exact": exact},
    )
