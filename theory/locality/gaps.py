r"""Eq. (2): where the weighted loss says nothing, and the minimiser is not determined.

On a line the criterion sees a point between the samples only if a pair with a positive weight has a
segment over it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sympy as sp

from theory.mathematics.line_graphs import SUPERINCREASING, complete, distances, nearest, threshold
from theory.mathematics.vectors import dot
from theory.proofs.certificates import Cases, Identity, Relation, equalities
from theory.proofs.evidence import Proof, Refutation, Verdict
from theory.proofs.ledger import claim, evidence

if TYPE_CHECKING:
    from theory.mathematics.line_graphs import Matrix


def covered(W: Matrix) -> list[bool]:
    """Tell which gaps between consecutive samples on a line have a segment over them."""
    n = len(W)
    return [
        any(W[a][b] + W[b][a] > 0 for a in range(gap + 1) for b in range(gap + 1, n))
        for gap in range(n - 1)
    ]


def two_clusters(left: int, right: int) -> list[sp.Expr]:
    """Return two groups of points on a line, each closer together than to the other."""
    return [*SUPERINCREASING[:left], *(1000 + point for point in SUPERINCREASING[:right])]


@claim(
    "IV.A-covered",
    source="Section IV.A, Eq. (2)",
    title="the criterion determines the function",
    statement=r"As for Mixup, one function on $[x_0,x_{n-1}]$ (up to null sets) minimises the "
    r"Local Mixup criterion of Eq. (2).",
    verdict=Verdict.REFUTED,
    result="false as soon as a gap has no segment over it; for two points if eps is below their "
    "distance",
    sharper=r"On a line and over all functions, the minimiser is unique (a.e.) exactly if every "
    r"gap has a segment over it. The thresholded graph has one exactly if $\epsilon\ge$ the "
    r"largest gap; the exponential graph and Mixup always; the $K$-nearest-neighbour graph for "
    r"every data set exactly if $K\ge\lfloor n/2\rfloor$. Without self loops an isolated sample "
    r"has no term at all, and even $f(x_i)$ is free.",
    hypotheses=("squared loss", "functions on a line, no further restriction"),
)
def free_between() -> Refutation:
    """Two functions of loss zero that differ."""
    x, half = sp.Symbol("x"), sp.S.Half
    W = threshold(distances([0, 1]), half)
    first, second = x, x**2
    # At eps = 1/2 only the self pairs are left.
    losses = {
        str(f): sp.Add(*(W[i][i] * (f.subs(x, i) - i) ** 2 for i in range(2)))
        for f in (first, second)
    }
    return Refutation(
        case="thresholded graph, n = 2, x = (0, 1), y = (0, 1), eps = 1/2: f = x and f = x^2 have "
        "the loss 0",
        stated="two minimisers agree at x = 1/2",
        relation=Relation("f(1/2)", first.subs(x, half), "==", second.subs(x, half)),
        minimal="for n = 1 the interval is one point, whose self pair has the weight 1",
        found={
            "losses": losses,
            "gap covered by Mixup": str(covered(complete(2))[0]),
            "gap covered at eps = 1/2": str(covered(W)[0]),
        },
    )


def _knn_cases(largest: int) -> Cases:
    return {
        f"n = {n}, clusters of {left} and {n - left}, K = {K}: gap covered": (
            covered(nearest(distances(two_clusters(left, n - left)), K))[left - 1],
            min(left, n - left) <= K,
        )
        for n in range(2, largest + 1)
        for left in range(1, n)
        for K in range(n)
    }


@evidence("IV.A-covered")
def covering_thresholds() -> Proof:
    """Say for which eps and K every gap is covered."""
    f = sp.Symbol("f")
    w, y = sp.symbols("w_1:4"), sp.symbols("y_1:4")
    S, N, squares = sum(w), dot(w, y), dot(w, [z**2 for z in y])
    return Proof(
        argument=r"Where a segment lies over a point, the criterion is there a positive multiple "
        r"of $(f-\bar y)^2$ plus a constant, so $f=\bar y$; where none does, $f$ does not occur. "
        r"A pair over a gap is at least as long as the gap, so the thresholded graph covers it "
        r"exactly if $\epsilon\ge$ the gap. Let a gap have $a$ samples on one side and $b\ge a$ on "
        r"the other, $a+b=n$, so $a\le\lfloor n/2\rfloor$. If $K\ge\lfloor n/2\rfloor\ge a$, a "
        r"sample of the smaller side has only $a-1<K$ others there, so it has a neighbour across. "
        r"If $K\le\lfloor n/2\rfloor-1$, two clusters of $\lfloor n/2\rfloor\ge K+1$ and more "
        r"samples, far from each other, are not linked.",
        certificates=[
            Identity(
                "sum w (f - y)^2, with S = sum w and N = sum w y; three stand for any number",
                dot(w, [(f - z) ** 2 for z in y]),
                S * (f - N / S) ** 2 + squares - N**2 / S,
            ),
            equalities("gaps of clusters", _knn_cases(8), "n <= 8, all cluster sizes, K < n"),
        ],
        under=("no ties",),
    )
