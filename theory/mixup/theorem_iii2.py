r"""Theorem III.2: where f* is linear, and its value and limits at the training inputs.

At an inner training input x_i let A and B be the masses of the pairs that end there from the left
and from the right, M the mass of those that pass over it and S the sum of their targets.  The
one-sided limits of a weighted mean are (S + A y_i)/(M + A) and (S + B y_i)/(M + B).
"""

from __future__ import annotations

import sympy as sp

from theory.line import minimiser, printed
from theory.mathematics.piecewise import X
from theory.proofs.certificates import Antiderivative, Exact, Identity, Relation
from theory.proofs.evidence import Proof, Refutation, Verdict
from theory.proofs.ledger import claim, evidence

HAT = ((0, 1, 2), (0, 1, 0))
"""Inputs and targets of three points, the middle one raised."""

A, B, M, S, OWN = sp.symbols("A B M S y_i")
LEFT, RIGHT = (S + A * OWN) / (M + A), (S + B * OWN) / (M + B)


def two_points(case: str, *, stated: bool) -> list[Relation]:
    """Return the relations that say that nothing jumps for n = 2."""
    y = sp.symbols("y_0 y_1")
    f = printed((0, 1), y) if stated else minimiser((0, 1), y)
    return [
        Relation(f"{case}, x_{knot}", f.values[knot], "==", f.limit(knot, side))
        for knot, side in ((0, 1), (1, -1))
    ]


@claim(
    "III.2-linear",
    source="Theorem III.2",
    title="f* is linear between neighbouring inputs",
    statement=r"For $\lambda\sim U(0,1)$ the minimiser is linear between two neighbouring training "
    r"inputs, on the open interval $(x_i,x_{i+1})$.",
    verdict=Verdict.PROVED,
    result="true for the exact minimiser and for Eq. (1), for Mixup and every Local Mixup",
    sharper=r"For every $W$, symmetric or not, wherever some pair covers the interval; where none "
    r"does (isolated groups of inputs), $f^*$ is arbitrary.",
    hypotheses=("squared loss", "lambda ~ U(0, 1)"),
    uses=("III.1",),
    formal=(
        "TheoremIII2.minimiser",
        "TheoremIII2.minimiser_unique",
        "TheoremIII2.minimiser_affine_on_gaps",
    ),
)
def linear_inside() -> Proof:
    """On an open interval the weights do not depend on the point."""
    x, low, high, first, last = sp.symbols("x x_a x_b y_a y_b")
    v, w, t, u, slope_t, slope_u = sp.symbols("v w t u s_t s_u")
    relations = []
    for inputs, W in (
        ((0, 1, 3, 4), None),
        ((0, 2, 3, 7), [[1, 2, 0, 5], [0, 1, 3, 1], [4, 0, 2, 1], [0, 0, 7, 1]]),
        ((0, 0, 1, 5), [[1, 1, 2, 0], [3, 1, 0, 1], [0, 1, 1, 6], [2, 2, 1, 0]]),
    ):
        y = sp.symbols(f"y_0:{len(inputs)}")
        f = minimiser(inputs, y, W)
        relations += [
            Relation(f"x = {inputs}, W = {W}, piece {k}", sp.diff(piece, X, 2), "==", 0)
            for k, piece in enumerate(f.pieces)
        ]
    return Proof(
        argument=r"The pairs that cover a point are the same on the whole open interval, their "
        r"densities $W_{ab}/(x_b-x_a)$ do not depend on $x$, and their targets are affine in $x$: "
        r"so is their weighted mean.",
        certificates=[
            Antiderivative(
                "a pair's target has the slope (y_b - y_a)/(x_b - x_a)",
                first + (last - first) * (x - low) / (high - low),
                (last - first) / (high - low),
                {x: 1},
                constants=(low, high, first, last),
            ),
            Antiderivative(
                "the slope of a mean with constant weights is the mean of the slopes",
                (v * t + w * u) / (v + w),
                (v * slope_t + w * slope_u) / (v + w),
                {t: slope_t, u: slope_u},
                scope="all weights; more terms by induction",
                constants=(v, w, slope_t, slope_u),
            ),
            Exact("criteria solved, symbolic y", tuple(relations), "n = 4, three graphs"),
        ],
    )


@claim(
    "III.2-closed",
    source="Theorem III.2",
    title="f* is linear on closed segments, by Eq. (1)",
    statement=r"$f^*$ as defined by Eq. (1) is linear on each closed segment $[x_i,x_{i+1}]$.",
    verdict=Verdict.REFUTED,
    result="false at inner training inputs, from n = 3 on: Eq. (1) has a value of its own there",
    sharper=r"With the segments that end or pass at $x_i$ counted once (pairs $i<j$), $T=i(n-1-i)$ "
    r"of which pass with targets of sum $\Sigma$, Eq. (1) is "
    r"$\frac{\Sigma+(n-1)y_i}{T+n-1}$ at $x_i$, and its one-sided limits are "
    r"$\frac{\Sigma+iy_i}{T+i}$ and $\frac{\Sigma+(n-1-i)y_i}{T+n-1-i}$. All three agree if and "
    r"only if $i\in\{0,n-1\}$ or the passing segments have the mean $y_i$. In the literal set "
    r"$\mathcal E(x_i)$, which is infinite, Eq. (1) has no value at all.",
    hypotheses=("distinct inputs", "pairs i < j at the training inputs"),
    formal=("TheoremIII2.theorem_III2_refuted",),
)
def closed_segments() -> Refutation:
    """Evaluate Eq. (1) at the middle of three inputs, and beside it."""
    f = printed(*HAT)
    return Refutation(
        case=f"x = {HAT[0]}, y = {HAT[1]}, at x_1 = 1",
        stated="the value of Eq. (1) at x_1 continues the line on (x_0, x_1)",
        relation=Relation("Eq. (1) at x_1 and its limit", f.values[1], "==", f.limit(1, -1)),
        minimal="for n = 2 Eq. (1) is the straight line through both samples",
        smaller=Exact("n = 2", tuple(two_points("Eq. (1)", stated=True)), "n = 2, symbolic y"),
        found={
            "from the left": f.limit(1, -1),
            "from the right": f.limit(1, 1),
            "value, pairs i < j": f.values[1],
            "value, both orders and (1, 1) once": printed(*HAT, ordered=True).values[1],
        },
    )


@evidence("III.2-closed")
def value_and_limits() -> Proof:
    """Compare the value at an input with the one-sided limits."""
    value = (S + (A + B) * OWN) / (M + A + B)
    relations = []
    for inputs in ((0, 1, 2), (0, 2, 3, 7), (0, 1, 2, 3, 5)):
        n, y = len(inputs), sp.symbols(f"y_0:{len(inputs)}")
        f = printed(inputs, y)
        for i in range(1, n - 1):
            share = {
                (a, b): sp.Rational(inputs[b] - inputs[i], inputs[b] - inputs[a])
                for a in range(i)
                for b in range(i + 1, n)
            }
            passing = sum(t * y[a] + (1 - t) * y[b] for (a, b), t in share.items())
            numbers = {A: i, B: n - 1 - i, M: len(share), S: passing, OWN: y[i]}
            relations += [
                Relation(f"x = {inputs}, x_{i}, {name}", found, "==", formula.subs(numbers))
                for name, found, formula in (
                    ("left", f.limit(i, -1), LEFT),
                    ("right", f.limit(i, 1), RIGHT),
                    ("value", f.values[i], value),
                )
            ]
    return Proof(
        argument=r"At $x_i$ the $A=i$ segments from the left, the $B=n-1-i$ to the right and the "
        r"$M=AB$ passing ones count, beside it only those on one side and the passing ones. With "
        r"$A,B>0$ the differences vanish together, namely if $y_iM=S$.",
        certificates=[
            Identity(
                "value - left = B (y_i M - S)/((M+A+B)(M+A))",
                value - LEFT,
                B * (OWN * M - S) / ((M + A + B) * (M + A)),
            ),
            Identity(
                "value - right = A (y_i M - S)/((M+A+B)(M+B))",
                value - RIGHT,
                A * (OWN * M - S) / ((M + A + B) * (M + B)),
            ),
            Exact("Eq. (1) and its limits, symbolic y", tuple(relations), "n = 3, 4, 5"),
        ],
        under=("pairs i < j at the training inputs",),
    )
