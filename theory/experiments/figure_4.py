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

EARLIEST = sp.Rational("19.4")
"""In the statement of the row, the eps below which Q(D) cannot reach Mixup's value."""


def earliest_squared(vanilla: sp.Rational, reached: sp.Rational) -> sp.Rational:
    """Return the square of the smallest eps at which Q^s can reach a value."""
    return 4 * (1 / vanilla**2 - 1 / reached**2)


@claim(
    "Fig4-jump",
    source="Section V.B, Figure 4",
    title="Q(D) cannot have Mixup's value for small eps",
    statement=r"If $Q(D)$ is $0.073$ for Vanilla and $0.11$ for Mixup, as printed, it is below "
    rf"$0.105$ for every $\epsilon<{float(EARLIEST)}$.",
    verdict=Verdict.PROVED_WITH,
    result="true whatever the data: the printed values imply it, roundings included",
    sharper=r"$\epsilon^2\ge4(0.0735^{-2}-0.105^{-2})$, that is $\epsilon\ge19.43$; with the "
    r"printed values taken as exact, $\epsilon\ge20.49$. If $Q(D)$ has the factor $\sqrt2$ of "
    r"one-hot targets, both are $\sqrt2$ times as large.",
    hypotheses=(
        "Q(D) is the quantity of the public script, samples against segments within a class",
        "printed digits rounded to nearest",
        "Euclidean norm",
    ),
    uses=("V.B-bound",),
)
def earliest() -> Proof:
    """Invert the bound, with intervals for the rounded values."""
    slack = {"Vanilla": sp.Rational("0.0005"), "Mixup": sp.Rational("0.005")}
    worst = earliest_squared(
        PRINTED["Vanilla"] + slack["Vanilla"], PRINTED["Mixup"] - slack["Mixup"]
    )
    exact = earliest_squared(PRINTED["Vanilla"], PRINTED["Mixup"])
    expect("eps to one digit, downwards", sp.Rational(isqrt(int(100 * worst)), 10), EARLIEST)
    d, e, q, k = sp.symbols("delta epsilon q k")
    return Proof(
        argument=r"By row V.B-bound $Q\ge q$ needs $q^{-2}\ge\delta^2-\epsilon^2/4$ (for "
        r"$\epsilon\ge2\delta>27$ there is nothing to show). The right side of "
        r"$\epsilon^2\ge4(\delta^2-q^{-2})$ is least for the largest $1/\delta$ and the smallest "
        r"$q$ that round to the printed values.",
        certificates=[
            Identity(
                "1/(delta^2 - eps^2/4) - q^2 = q^2 (eps^2 - 4 (delta^2 - 1/q^2))/(4 delta^2 - "
                "eps^2)",
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
                    Relation("worst roundings", worst, ">", sp.Rational("19.43") ** 2),
                    Relation("as printed", exact, ">", sp.Rational("20.49") ** 2),
                    Relation("2 delta", 2 / (PRINTED["Vanilla"] + slack["Vanilla"]), ">", 27),
                ),
                "two printed values",
            ),
        ],
        under=("Q(D) is the quantity of the public script", "rounding to nearest"),
        found={"eps^2 at least": worst, "with the printed values exact": exact},
    )
