r"""Theorem III.2: where f* is linear, and its value and limits at the training inputs.

At an inner training input x_i let A and B be the masses of the pairs that end there from the left
and from the right, M the mass of those that pass over it and S the sum of their targets.  The
one-sided limits of a weighted mean are (S + A y_i)/(M + A) and (S + B y_i)/(M + B).
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import sympy as sp

from theory.line import beta_density, minimiser, printed
from theory.mathematics.piecewise import X
from theory.mathematics.vectors import dot
from theory.mixup.contradictions import HAT
from theory.mixup.definition_ii1 import targets_at
from theory.mixup.related_work import slope_of_a_mean
from theory.proofs.certificates import Cases, Identity, Relation, equalities
from theory.proofs.evidence import Boundary, Proof, Refutation, Verdict
from theory.proofs.ledger import claim, evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

A, B, M, S, OWN = sp.symbols("A B M S y_i")
LEFT, RIGHT = (S + A * OWN) / (M + A), (S + B * OWN) / (M + B)


def two_points(*, stated: bool) -> Cases:
    """Return what has to be equal for nothing to jump for n = 2."""
    y = sp.symbols("y_0 y_1")
    f = printed((0, 1), y) if stated else minimiser((0, 1), y)
    return {f"n = 2, x_{i}": (f.values[i], f.limit(i, side)) for i, side in ((0, 1), (1, -1))}


def passing(
    x: tuple[int, ...], y: tuple[sp.Expr, ...], i: int
) -> Iterator[tuple[int, sp.Rational, sp.Expr]]:
    """Yield length, share and target of the pairs that pass over a training input."""
    for a, b in product(range(i), range(i + 1, len(x))):
        share = sp.Rational(x[b] - x[i], x[b] - x[a])
        yield x[b] - x[a], share, share * y[a] + (1 - share) * y[b]


@claim(
    "III.2-linear",
    source="Theorem III.2",
    title="f* is linear between neighbouring inputs",
    statement=r"For $\lambda\sim U(0,1)$ the minimiser is linear between two neighbouring training "
    r"inputs, on the open interval $(x_i,x_{i+1})$.",
    verdict=Verdict.PROVED_WITH,
    result="true of the mean that squared loss asks for, and of Eq. (1), for Mixup and every Local "
    "Mixup; a median can bend",
    sharper=r"For every $W$, symmetric or not, wherever some pair covers the interval; where none "
    r"does (isolated groups of inputs), $f^*$ is arbitrary.",
    hypotheses=("squared loss or cross-entropy", "lambda ~ U(0, 1)"),
    uses=("Def.II.1-loss", "III.1"),
    formal=(
        "TheoremIII2.minimiser",
        "TheoremIII2.minimiser_unique",
        "TheoremIII2.minimiser_affine_on_gaps",
    ),
)
def linear_inside() -> Proof:
    """On an open interval the weights do not depend on the point."""
    cases: Cases = {}
    for inputs, W in (
        ((0, 1, 3, 4), None),
        ((0, 2, 3, 7), [[1, 2, 0, 5], [0, 1, 3, 1], [4, 0, 2, 1], [0, 0, 7, 1]]),
        ((0, 0, 1, 5), [[1, 1, 2, 0], [3, 1, 0, 1], [0, 1, 1, 6], [2, 2, 1, 0]]),
    ):
        f = minimiser(inputs, sp.symbols(f"y_0:{len(inputs)}"), W)
        for k, piece in enumerate(f.pieces):
            cases[f"x = {inputs}, W = {W}, piece {k}"] = sp.diff(piece, X, 2), 0
    return Proof(
        argument=r"The pairs that cover a point are the same on the whole open interval, their "
        r"densities $W_{ab}/(x_b-x_a)$ do not depend on $x$, and their targets are affine in $x$: "
        r"so is their weighted mean.",
        certificates=[
            slope_of_a_mean(),
            equalities("criteria solved, symbolic y", cases, "n = 4, three graphs"),
        ],
        under=("squared loss or cross-entropy",),
    )


@evidence("III.2-linear")
def bent_median() -> Boundary:
    """The absolute loss takes the median of the targets, which passes from line to line."""
    x, y = (0, 1, 2, 3), (0, 1, 1, 0)

    def median(point: sp.Rational) -> sp.Expr:
        law = targets_at(x, y, point)
        return next(t for t in sorted(law) if 2 * sum(law[u] for u in law if u <= t) >= 1)

    values = [median(sp.Rational(quarter, 4)) for quarter in (5, 6, 7)]
    return Boundary(
        case=f"x = {x}, y = {y}, absolute error, on (1, 2)",
        stated="f*(5/4) - 2 f*(3/2) + f*(7/4) = 0",
        relation=Relation("bend on (1, 2)", dot((1, -2, 1), values), "==", 0),
        minimal="for n = 3 the shorter of two segments has more than half of the weight",
        found={"f* at 5/4, 3/2 and 7/4": values},
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
        smaller=equalities("n = 2", two_points(stated=True), "n = 2, symbolic y"),
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
    cases: Cases = {}
    for inputs in ((0, 1, 2), (0, 2, 3, 7), (0, 1, 2, 3, 5)):
        n, y = len(inputs), sp.symbols(f"y_0:{len(inputs)}")
        f = printed(inputs, y)
        for i in range(1, n - 1):
            targets = [target for *_, target in passing(inputs, y, i)]
            numbers = {A: i, B: n - 1 - i, M: len(targets), S: sum(targets), OWN: y[i]}
            for name, found, formula in (
                ("left", f.limit(i, -1), LEFT),
                ("right", f.limit(i, 1), RIGHT),
                ("value", f.values[i], value),
            ):
                cases[f"x = {inputs}, x_{i}, {name}"] = found, formula.subs(numbers)
    return Proof(
        argument=r"At $x_i$ the $A=i$ segments from the left, the $B=n-1-i$ to the right and the "
        r"$M=AB$ passing ones count, beside it only those on one side and the passing ones. With "
        r"$A,B>0$ the differences vanish together, namely if $y_iM=S$.",
        certificates=[
            Identity("value - left", value - LEFT, B * (OWN * M - S) / ((M + A + B) * (M + A))),
            Identity("value - right", value - RIGHT, A * (OWN * M - S) / ((M + A + B) * (M + B))),
            equalities("Eq. (1) and its limits, symbolic y", cases, "n = 3, 4, 5"),
        ],
        under=("pairs i < j at the training inputs",),
    )


STEEP = ((0, 1, 3), (0, 1, 0))
"""The smallest example in which the minimiser jumps."""


@claim(
    "III.2-continuous",
    source="Theorem III.2",
    title="f* is continuous",
    statement=r"$f^*$ is continuous on $[x_0,x_{n-1}]$, as a function that is linear on each "
    r"$[x_i,x_{i+1}]$ is.",
    verdict=Verdict.REFUTED,
    result="it jumps at inner training inputs; the uniform law is exactly the borderline case",
    sharper=r"Left minus right limit is $\frac{(A-B)(y_iM-S)}{(M+A)(M+B)}$ with the masses $A$, "
    r"$B$ of the pairs that end at $x_i$ from the left and the right ($\sum W_{ij}/\vert "
    r"x_i-x_j\vert$; $i$ and $n-1-i$ for Eq. (1)), $M$ of the passing ones and $S$ the weighted "
    r"sum of their targets: the two limits agree if and only if $A=B$ (so on $\mathbb Z$ and on "
    r"the cycle), no pair passes, or $y_i=S/M$; with self pairs $f^*(x_i)=y_i$, which need not be "
    r"that limit ($x=(0,1,2)$, $y=(0,1,0)$). For Mixup with $\lambda\sim$ Beta$(\alpha,\beta)$ "
    r"such jumps exist for $\mu=\min(\alpha,\beta)=1$ only. For $\mu<1$ both limits are $y_i$: "
    r"$f^*$ is continuous, interpolates the samples and minimises over continuous functions, self "
    r"pairs included. For $\mu>1$ both limits at an inner $x_i$ are the weighted mean of the "
    r"passing pairs, whatever $y_i$.",
    hypotheses=("squared loss", "values between training inputs; self pairs put y_i at x_i"),
    uses=("III.1",),
    formal=(
        "TheoremIII2.theorem_III2_no_continuous_minimiser",
        "TheoremIII2.minimiser_where_continuous",
    ),
)
def jump_of_the_minimiser() -> Refutation:
    """Compare both one-sided limits at the middle of three inputs."""
    f, hat = minimiser(*STEEP), minimiser(*HAT)
    even = minimiser((0, 1, 2), sp.symbols("y_0:3"))
    smaller = two_points(stated=False)
    smaller["equally spaced, n = 3"] = even.limit(1, -1), even.limit(1, 1)
    return Refutation(
        case=f"x = {STEEP[0]}, y = {STEEP[1]}, at x_1 = 1",
        stated="the exact minimiser has one limit at x_1",
        relation=Relation("limits from the left and right", f.limit(1, -1), "==", f.limit(1, 1)),
        minimal="n = 2 has no inner input, and for equally spaced n = 3 both limits agree",
        smaller=equalities("no jump", smaller, "n = 2, and n = 3 equally spaced; symbolic y"),
        found={
            "left": f.limit(1, -1),
            "right": f.limit(1, 1),
            "f*(x_1)": f.values[1],
            "x = (0, 1, 2): both limits, f*(x_1)": (hat.limit(1, 1), hat.values[1]),
        },
    )


@evidence("III.2-continuous")
def jump_of_the_printed() -> Refutation:
    """Compare both one-sided limits of Eq. (1) on four points of a lattice."""
    f = printed((0, 1, 2, 3), (0, 1, 0, 0))
    smaller = two_points(stated=True)
    for inputs in ((0, 1, 2), (0, 1, 3), (0, 5, 7)):
        three = printed(inputs, sp.symbols("y_0:3"))
        smaller[f"x = {inputs}"] = three.limit(1, -1), three.limit(1, 1)
    return Refutation(
        case="x = (0, 1, 2, 3), y = (0, 1, 0, 0), at x_1 = 1",
        stated="Eq. (1) has one limit at x_1",
        relation=Relation("limits from the left and right", f.limit(1, -1), "==", f.limit(1, 1)),
        minimal="for n = 3 one segment ends at x_1 on either side: A = B, the limits agree",
        smaller=equalities("no two-sided jump", smaller, "n = 2 and three designs of n = 3"),
        found={"left": f.limit(1, -1), "right": f.limit(1, 1), "value": f.values[1]},
    )


def passing_masses(
    x: tuple[int, ...], y: tuple[sp.Expr, ...], i: int, beta: tuple[int, int]
) -> tuple[sp.Expr, sp.Expr]:
    """Return M and S, with both orders of each pair that passes over an input."""
    mass = total = sp.S.Zero
    for length, share, target in passing(x, y, i):
        weight = (beta_density(share, *beta) + beta_density(1 - share, *beta)) / (2 * length)
        mass += weight
        total += weight * target
    return mass, total


@evidence("III.2-continuous")
def three_kinds_of_ends() -> Proof:
    """Let the mass of the pairs that end at an input tend to infinity, or to 0."""
    p, q = sp.symbols("p q")
    cases: Cases = {}
    for x, beta in product(((0, 1, 3), (0, 2, 3, 7)), ((1, 1), (2, 2), (2, 3), (4, 2))):
        y = sp.symbols(f"y_0:{len(x)}")
        f = minimiser(x, y, beta=beta)
        for i in range(1, len(x) - 1):
            mass, total = passing_masses(x, y, i, beta)
            ends = (
                sum(sp.Rational(1, abs(x[i] - z)) for z in side) if beta == (1, 1) else sp.S.Zero
                for side in (x[:i], x[i + 1 :])
            )
            numbers = {**dict(zip((A, B), ends, strict=True)), M: mass, S: total, OWN: y[i]}
            for side, formula in ((-1, LEFT), (1, RIGHT)):
                case = f"x = {x}, Beta{beta}, x_{i}, side {side}"
                cases[case] = f.limit(i, side), formula.subs(numbers)
    return Proof(
        argument=r"Beside $x_i$, at the distance $\delta$ on the left, the pairs that end at $x_i$ "
        r"from the left have the mass $A(\delta)\sim c\,\delta^{\mu-1}$ with "
        r"$\mu=\min(\alpha,\beta)$, since the mean of the density of Beta$(\alpha,\beta)$ and its "
        r"mirror image behaves like $t^{\mu-1}$ at both ends; their targets tend to $y_i$, those "
        r"of the passing pairs to $S/M$ with bounded masses. So $A\to\infty$, a constant or 0; "
        r"likewise $B$ on the right. At $x_0$ and $x_{n-1}$ no pair passes, and the limits are "
        r"$y_0$, $y_{n-1}$.",
        certificates=[
            Identity("left - right", LEFT - RIGHT, (A - B) * (OWN * M - S) / ((M + A) * (M + B))),
            Identity("to 0 as A grows", LEFT - OWN, (S - OWN * M) / (M + A)),
            Identity("to 0 with A", LEFT - S / M, A * (OWN * M - S) / (M * (M + A))),
            Identity("p, q: roots of 1 - x, 2 - x", (1 / p) / (1 / p + 1 / q), q / (p + q)),
            equalities("minimisers solved, symbolic y", cases, "n = 3 and 4, four laws"),
        ],
    )
