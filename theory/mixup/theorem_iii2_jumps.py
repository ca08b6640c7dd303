r"""Theorem III.2: the jumps of f* at the training inputs, for every Beta law."""

from __future__ import annotations

from itertools import product

import sympy as sp

from theory.line import beta_density, minimiser, printed
from theory.mixup.theorem_iii2 import HAT, LEFT, OWN, RIGHT, A, B, M, S, two_points
from theory.proofs.certificates import Exact, Identity, Relation
from theory.proofs.evidence import Proof, Refutation, Verdict
from theory.proofs.ledger import claim, evidence

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
    sharper=r"Left minus right limit is $\frac{(A-B)(y_iM-S)}{(M+A)(M+B)}$, where $A$ and $B$ are "
    r"the masses of the pairs that end at $x_i$ from the left and the right "
    r"($\sum W_{ij}/\vert x_i-x_j\vert$; $i$ and $n-1-i$ for Eq. (1)), $M$ that of the passing "
    r"ones and $S$ the weighted sum of their targets: the two limits agree if and only if "
    r"$A=B$ (so on $\mathbb Z$ and on the cycle) or no pair passes or $y_i=S/M$; with self pairs "
    r"$f^*(x_i)=y_i$ besides, which need not be that limit ($x=(0,1,2)$, $y=(0,1,0)$). For Mixup "
    r"with $\lambda\sim$ Beta$(\alpha,\beta)$ jumps of this kind exist for "
    r"$\min(\alpha,\beta)=1$ only. "
    r"For $\min(\alpha,\beta)<1$ both limits are $y_i$: $f^*$ is continuous, interpolates the "
    r"samples and minimises over continuous functions, self pairs included. For "
    r"$\min(\alpha,\beta)>1$ both limits at an inner $x_i$ are the weighted mean of the passing "
    r"pairs, whatever $y_i$.",
    hypotheses=("squared loss", "values between training inputs; self pairs put y_i at x_i"),
    uses=("III.1",),
    formal=(
        "TheoremIII2.theorem_III2_no_continuous_minimiser",
        "TheoremIII2.minimiser_where_continuous",
    ),
)
def jump_of_the_minimiser() -> Refutation:
    """Compare both one-sided limits at the middle of three inputs."""
    f = minimiser(*STEEP)
    y = sp.symbols("y_0:3")
    even = minimiser((0, 1, 2), y)
    smaller = [
        *two_points("minimiser", stated=False),
        Relation("equally spaced, n = 3", even.limit(1, -1), "==", even.limit(1, 1)),
    ]
    return Refutation(
        case=f"x = {STEEP[0]}, y = {STEEP[1]}, at x_1 = 1",
        stated="the exact minimiser has one limit at x_1",
        relation=Relation("limits from the left and right", f.limit(1, -1), "==", f.limit(1, 1)),
        minimal="n = 2 has no inner input, and for equally spaced n = 3 both limits agree",
        smaller=Exact("no jump", tuple(smaller), "n = 2, and n = 3 equally spaced; symbolic y"),
        found={
            "left": f.limit(1, -1),
            "right": f.limit(1, 1),
            "f*(x_1)": f.values[1],
            "x = (0, 1, 2): both limits, f*(x_1)": (
                minimiser(*HAT).limit(1, 1),
                minimiser(*HAT).values[1],
            ),
        },
    )


@evidence("III.2-continuous")
def jump_of_the_printed() -> Refutation:
    """Compare both one-sided limits of Eq. (1) on four points of a lattice."""
    f = printed((0, 1, 2, 3), (0, 1, 0, 0))
    y = sp.symbols("y_0:3")
    smaller = two_points("Eq. (1)", stated=True)
    for inputs in ((0, 1, 2), (0, 1, 3), (0, 5, 7)):
        three = printed(inputs, y)
        smaller.append(Relation(f"x = {inputs}", three.limit(1, -1), "==", three.limit(1, 1)))
    return Refutation(
        case="x = (0, 1, 2, 3), y = (0, 1, 0, 0), at x_1 = 1",
        stated="Eq. (1) has one limit at x_1",
        relation=Relation("limits from the left and right", f.limit(1, -1), "==", f.limit(1, 1)),
        minimal="for n = 3 one segment ends at x_1 on either side: A = B, the limits agree",
        smaller=Exact("no two-sided jump", tuple(smaller), "n = 2 and three designs of n = 3"),
        found={"left": f.limit(1, -1), "right": f.limit(1, 1), "value": f.values[1]},
    )


def passing_mean(
    x: tuple[int, ...], y: tuple[sp.Expr, ...], i: int, beta: tuple[int, int]
) -> sp.Expr:
    """Return the weighted mean S/M of the targets of the pairs that pass over a training input."""
    mass = total = sp.S.Zero
    for a, b in product(range(i), range(i + 1, len(x))):
        share = sp.Rational(x[b] - x[i], x[b] - x[a])
        weight = (beta_density(share, *beta) + beta_density(1 - share, *beta)) / (x[b] - x[a])
        mass += weight
        total += weight * (share * y[a] + (1 - share) * y[b])
    return total / mass


@evidence("III.2-continuous")
def three_kinds_of_ends() -> Proof:
    """Let the mass of the pairs that end at an input tend to infinity, or to 0."""
    p, q = sp.symbols("p q")
    relations = []
    for inputs, beta in product(((0, 1, 3), (0, 2, 3, 7)), ((2, 2), (2, 3), (4, 2))):
        y = sp.symbols(f"y_0:{len(inputs)}")
        f = minimiser(inputs, y, beta=beta)
        for i, side in product(range(1, len(inputs) - 1), (-1, 1)):
            relations.append(
                Relation(
                    f"x = {inputs}, Beta{beta}, x_{i}, side {side}",
                    f.limit(i, side),
                    "==",
                    passing_mean(inputs, y, i, beta),
                )
            )
    for inputs, i in (((0, 1, 3), 1), ((0, 2, 3, 7), 1), ((0, 2, 3, 7), 2)):
        y = sp.symbols(f"y_0:{len(inputs)}")
        f = minimiser(inputs, y)
        share = {
            (a, b): sp.Rational(inputs[b] - inputs[i], inputs[b] - inputs[a])
            for a, b in product(range(i), range(i + 1, len(inputs)))
        }
        height = {(a, b): sp.Rational(1, inputs[b] - inputs[a]) for a, b in share}
        masses = {
            A: sum(sp.Rational(1, inputs[i] - inputs[a]) for a in range(i)),
            B: sum(sp.Rational(1, inputs[b] - inputs[i]) for b in range(i + 1, len(inputs))),
            M: sum(height.values()),
            S: sum(h * (share[k] * y[k[0]] + (1 - share[k]) * y[k[1]]) for k, h in height.items()),
            OWN: y[i],
        }
        relations += [
            Relation(f"x = {inputs}, x_{i}, {name}", f.limit(i, side), "==", formula.subs(masses))
            for name, side, formula in (("left", -1, LEFT), ("right", 1, RIGHT))
        ]
    return Proof(
        argument=r"Beside $x_i$, at the distance $\delta$ on the left, the pairs that end at $x_i$ "
        r"from the left have the mass $A(\delta)\sim c\,\delta^{\mu-1}$ with "
        r"$\mu=\min(\alpha,\beta)$, since the mean of the density of Beta$(\alpha,\beta)$ and its "
        r"mirror image behaves like $t^{\mu-1}$ at both ends; their targets tend to $y_i$, those "
        r"of the passing pairs to $S/M$ with bounded masses. So $A\to\infty$, a constant or 0; "
        r"likewise $B$ on the right. At $x_0$ and $x_{n-1}$ no pair passes, and the limits are "
        r"$y_0$, $y_{n-1}$.",
        certificates=[
            Identity(
                "left - right = (A - B)(y_i M - S)/((M+A)(M+B))",
                LEFT - RIGHT,
                (A - B) * (OWN * M - S) / ((M + A) * (M + B)),
            ),
            Identity(
                "left - y_i = (S - y_i M)/(M + A), which tends to 0 as A grows",
                LEFT - OWN,
                (S - OWN * M) / (M + A),
            ),
            Identity(
                "left - S/M = A (y_i M - S)/(M (M + A)), which tends to 0 with A",
                LEFT - S / M,
                A * (OWN * M - S) / (M * (M + A)),
            ),
            Identity(
                "Beta(1/2, 1/2), x = (0, 1, 2): the share of (0, 1) with p, q the roots of 1 - x "
                "and 2 - x",
                (1 / p) / (1 / p + 1 / q),
                q / (p + q),
                "0 < x < 1",
            ),
            Exact("minimisers solved, symbolic y", tuple(relations), "n = 3 and 4, four laws"),
        ],
    )
