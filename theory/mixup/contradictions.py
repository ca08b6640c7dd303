"""Section I: virtual samples that contradict each other, and weights that depend on a distance."""

from __future__ import annotations

from itertools import pairwise

import sympy as sp

from theory.mathematics.weights import nearest, neighbours
from theory.proofs.certificates import Antiderivative, Exact, Identity, Relation
from theory.proofs.evidence import Boundary, Proof, Refutation, Verdict
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
                "all data",
            ),
            Identity(
                "samples on a line have virtual samples on it",
                share * (a * x1 + b) + (1 - share) * (a * x2 + b),
                a * (share * x1 + (1 - share) * x2) + b,
                "all data",
            ),
            Exact(
                f"x = {inputs}, y = {targets}: two targets at x = {inputs[1]}",
                (Relation("targets at x_1", sp.Integer(targets[1]), "!=", through),),
                "the smallest example, n = 3",
            ),
        ],
        found={f"targets at x = {inputs[1]}": (sp.Integer(targets[1]), through)},
    )


@claim(
    "I-distance-weight",
    source="Section I; Section IV.A",
    title="the weight of a pair is a function of its distance",
    statement=r"The weight of a virtual sample is a function of the distance between the two ends "
    r"of its segment alone (the paper: it depends on the distance).",
    verdict=Verdict.REFUTED,
    result="true for thresholded and exponential graphs; a K-nearest-neighbour graph gives two "
    "weights at one distance",
    sharper=r"Thresholded and exponential graphs have $W_{ij}=\phi(d(x_i,x_j))$. In a "
    r"$K$-nearest-neighbour graph $W_{ij}$ depends on the rank of $x_j$ among the neighbours of "
    r"$x_i$, thus on all other samples: the two orders of one pair may differ, and so may two "
    r"pairs of equal length after the graph is made symmetric.",
    hypotheses=("K-nearest-neighbour graphs are one of the paper's three",),
)
def weight_of_a_distance() -> Refutation:
    """Look at both orders of a pair in the graph of the nearest neighbours."""
    points = (0, 1, 3)
    W = [[int(j in neighbours(points, i, 1)) for j in range(3)] for i in range(3)]
    two = [[int(j in neighbours((0, 1), i, 1)) for j in range(2)] for i in range(2)]
    # Twice the weights; all that is looked at is whether they are positive.
    joined = nearest((0, 1, 3, 4, 6), 1, "union")
    return Refutation(
        case=f"x = {points}, K = 1: the nearest neighbour of 3 is 1, that of 1 is 0",
        stated="W_21 = W_12, both of distance 2",
        relation=Relation("W_21 and W_12", sp.Integer(W[2][1]), "==", sp.Integer(W[1][2])),
        minimal="n = 2 has one distance, and each point is the other's neighbour",
        smaller=Exact(
            "both orders have one weight",
            (Relation("n = 2", sp.Integer(two[0][1]), "==", sp.Integer(two[1][0])),),
            "n = 2, K = 1",
        ),
        found={
            "symmetric graph of x = (0, 1, 3, 4, 6), K = 1, at distance 2": {
                f"W_{i}{j}": int(joined[i][j] > 0) for i, j in ((1, 2), (3, 4))
            }
        },
    )


def spurious_pairs(squared: int | None) -> tuple[int, int]:
    """Count the pairs of the V that a threshold keeps, and those that leave it."""
    kept = [
        (i, j)
        for i, (a, b) in enumerate(ARMS)
        for j, (c, d) in enumerate(ARMS)
        if squared is None or (a - c) ** 2 + (b - d) ** 2 <= squared
    ]
    return sum(1 for pair in kept if set(pair) == {0, 1}), len(kept)


@claim(
    "I-forbid",
    source="Section I",
    title="forbidding far pairs reduces spurious samples",
    statement=r"Local Mixup can forbid interpolation between samples that are too far apart, which "
    r"reduces the risk of spurious virtual samples.",
    verdict=Verdict.PROVED_WITH,
    result="true of their number, for thresholded graphs; their share may grow",
    sharper=r"For $\epsilon\le\epsilon'$ the pairs kept at $\epsilon$ are among those kept at "
    r"$\epsilon'$: whatever is spurious, its number and its total weight do not grow as $\epsilon$ "
    r"shrinks. An exponential graph forbids no pair, since $e^{-\alpha d}>0$; its total weight of "
    r"spurious pairs does not grow with $\alpha$.",
    hypotheses=(
        "risk as the number or total weight of spurious pairs, not as their share in what is drawn",
    ),
)
def forbidding() -> Proof:
    """Nested thresholds keep nested sets of pairs."""
    alpha = sp.Symbol("alpha")
    number, distance, weight = (sp.symbols(f"{letter}_1:4") for letter in "mdu")
    counts = {f"eps^2 = {square}": spurious_pairs(square)[0] for square in (0, 3, 4, 16, 17, 100)}
    steps = list(counts.values())
    return Proof(
        argument=r"$1_{d\le\epsilon}\le1_{d\le\epsilon'}$ and $e^{-\alpha d}$ does not increase in "
        r"$\alpha$, so that the sum of the weights over any set of pairs, that of the spurious "
        r"ones too, does not grow as the graph becomes more local.",
        certificates=[
            Antiderivative(
                "d/d alpha sum_k m_k exp(-alpha d_k) = -sum_k m_k d_k exp(-alpha d_k) <= 0",
                sum(m * u for m, u in zip(number, weight, strict=True)),
                -sum(m * d * u for m, d, u in zip(number, distance, weight, strict=True)),
                {alpha: sp.Integer(1)} | {u: -d * u for d, u in zip(distance, weight, strict=True)},
                scope="m_k pairs of distance d_k >= 0, every alpha; three terms stand for all",
                constants=(*number, *distance),
            ),
            Exact(
                "three points of a V: the number of spurious pairs does not decrease with eps",
                tuple(
                    Relation(f"step {k}", sp.Integer(low), "<=", sp.Integer(high))
                    for k, (low, high) in enumerate(pairwise(steps))
                ),
                "six thresholds",
            ),
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
