"""Section I: virtual samples that contradict each other, and those that leave the manifold."""

from __future__ import annotations

from itertools import pairwise, product

import sympy as sp

from theory.mathematics.vectors import dot, squared
from theory.proofs.certificates import Antiderivative, Exact, Identity, Relation
from theory.proofs.evidence import Boundary, Proof, Verdict
from theory.proofs.ledger import claim, evidence

HAT = ((0, 1, 2), (0, 1, 0))
"""Inputs and targets of the smallest example of this part: three points, the middle one raised."""

ARMS = ((1, 4), (-1, 4), (0, 0))
"""Three points of a manifold shaped like a V: the ends of its two arms, and its corner."""


@claim(
    "I-contradiction",
    source="Section I; Section IV.C",
    title="virtual samples can contradict each other",
    statement=r"Virtual samples can contradict each other: two of them may have the same input and "
    r"different targets.",
    verdict=Verdict.PROVED,
    result="true; in dimension one unless all samples lie on one straight line",
    sharper=r"In dimension one, with distinct inputs, Mixup has no contradiction if and only if "
    r"$y_i=ax_i+b$ for all $i$; otherwise there is one at every point of $(x_0,x_1)$. If only "
    r"neighbouring inputs are joined there is none, whatever $y$.",
    hypotheses=("dimension one and distinct inputs, for the sharper statement",),
)
def contradiction() -> Proof:
    """Compare the targets of the segments from the first input."""
    a, b, share, x, x0, x1, x2, y0, y1, y2 = sp.symbols("a b lambda x x_0 x_1 x_2 y_0 y_1 y_2")
    near, far = ((y1 - y0) / (x1 - x0), (y2 - y0) / (x2 - x0))
    inputs, targets = HAT
    through = sp.Rational(targets[0] + targets[2], 2)
    return Proof(
        argument=r"Every segment $(x_0,x_b)$ covers $(x_0,x_1)$ and puts the target "
        r"$y_0+s_b(x-x_0)$ there, with $s_b$ its slope; two of them agree at a point only if their "
        r"slopes are equal, and if all slopes are equal the samples lie on one line. Samples on a "
        r"line have virtual samples on that line. Segments between neighbouring inputs meet at "
        r"their ends only, where both targets are $y_i$.",
        certificates=[
            Identity(
                "the targets of two segments differ by (x - x_0) times the difference of slopes",
                (y0 + near * (x - x0)) - (y0 + far * (x - x0)),
                (x - x0) * (near - far),
            ),
            Identity(
                "samples on a line have virtual samples on it",
                share * (a * x1 + b) + (1 - share) * (a * x2 + b),
                a * (share * x1 + (1 - share) * x2) + b,
            ),
            Exact(
                f"x = {inputs}, y = {targets}: two targets at x = {inputs[1]}",
                (Relation("targets at x_1", targets[1], "!=", through),),
                "the smallest example, n = 3",
            ),
        ],
        found={f"targets at x = {inputs[1]}": (sp.Integer(targets[1]), through)},
    )


def spurious_pairs(squared_distance: int | None) -> tuple[int, int]:
    """Count the pairs of the V that leave it, and all that a threshold keeps."""
    pairs = list(product(range(3), repeat=2))
    far = squared_distance
    kept = [(i, j) for i, j in pairs if far is None or squared(ARMS[i], ARMS[j]) <= far]
    return sum(set(pair) == {0, 1} for pair in kept), len(kept)


def exponential_share_slope() -> sp.Expr:
    """Differentiate the share of the pairs that leave the V at alpha = 0."""
    alpha = sp.Symbol("alpha")
    weights = {
        (i, j): sp.exp(-alpha * sp.sqrt(squared(ARMS[i], ARMS[j])))
        for i, j in product(range(3), repeat=2)
    }
    share = (weights[0, 1] + weights[1, 0]) / sum(weights.values())
    return sp.diff(share, alpha).subs(alpha, 0)


@claim(
    "I-forbid",
    source="Section I",
    title="forbidding far pairs reduces spurious samples",
    statement=r"Local Mixup can forbid interpolation between samples that are too far apart, which "
    r"reduces the risk of spurious virtual samples.",
    verdict=Verdict.PROVED_WITH,
    result="true of their number and total weight; their share may grow, in both kinds of graph",
    sharper=r"For $\epsilon\le\epsilon'$ the pairs kept at $\epsilon$ are among those kept at "
    r"$\epsilon'$: whatever is spurious, its number and its total weight do not grow as $\epsilon$ "
    r"shrinks. An exponential graph forbids no pair, since $e^{-\alpha d}>0$; its total weight of "
    r"spurious pairs does not grow with $\alpha$, but their share can: on three points of a V it "
    r"rises at $\alpha=0$.",
    hypotheses=(
        "risk as the number or total weight of spurious pairs, not as their share in what is drawn",
    ),
)
def forbidding() -> Proof:
    """Nested thresholds keep nested sets of pairs."""
    alpha = sp.Symbol("alpha")
    number, distance, weight = (sp.symbols(f"{letter}_1:4") for letter in "mdu")
    counts = {f"eps^2 = {square}": spurious_pairs(square)[0] for square in (0, 3, 4, 16, 17, 100)}
    steps = tuple(
        Relation(f"step {k}", low, "<=", high)
        for k, (low, high) in enumerate(pairwise(counts.values()))
    )
    rises = Relation("derivative at 0", exponential_share_slope(), ">", 0)
    return Proof(
        argument=r"$1_{d\le\epsilon}\le1_{d\le\epsilon'}$ and $e^{-\alpha d}$ does not increase in "
        r"$\alpha$, so that the sum of the weights over any set of pairs, that of the spurious "
        r"ones too, does not grow as the graph becomes more local.",
        certificates=[
            Antiderivative(
                "d/d alpha sum_k m_k exp(-alpha d_k) = -sum_k m_k d_k exp(-alpha d_k) <= 0; three "
                "terms stand for all",
                dot(number, weight),
                -sum(m * d * u for m, d, u in zip(number, distance, weight, strict=True)),
                {alpha: 1} | {u: -d * u for d, u in zip(distance, weight, strict=True)},
                constants=(*number, *distance),
            ),
            Exact("the V: spurious pairs do not decrease with eps", steps, "six thresholds"),
            Exact("the V: their share rises with alpha at 0", (rises,), "one example"),
        ],
        under=("risk as the number or total weight of spurious pairs",),
        found={"spurious pairs of the V": counts},
    )


@evidence("I-forbid")
def forbidding_share() -> Boundary:
    """The share of the spurious pairs can grow where short segments leave the manifold."""
    shares = {square: sp.Rational(*spurious_pairs(square)) for square in (4, None)}
    return Boundary(
        case="a manifold shaped like a V with samples at the ends (1, 4), (-1, 4) of its arms and "
        "at its corner (0, 0): only the segment between the arms leaves it; eps = 2 keeps this one",
        stated="the share of spurious pairs at eps = 2 is at most that of Mixup",
        relation=Relation("share", shares[4], "<=", shares[None]),
        minimal="for n = 2 there is one segment, whose share is 0 or that of Mixup",
        found={"share at eps = 2": shares[4], "share of Mixup": shares[None]},
    )
