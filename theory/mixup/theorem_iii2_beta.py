"""Theorem III.2 for lambda ~ Beta(alpha, beta): which laws keep f* piecewise linear."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import sympy as sp

from theory.line import beta_density, minimiser
from theory.mathematics.piecewise import X
from theory.mathematics.vectors import dot
from theory.mixup.contradictions import HAT
from theory.proofs.certificates import Exact, Identity, Relation, equalities
from theory.proofs.evidence import Boundary, Proof, Verdict
from theory.proofs.ledger import Group, claim, evidence

if TYPE_CHECKING:
    from theory.mathematics.piecewise import LineFunction

UNIFORM_LIKE = ((1, 1), (1, 2), (2, 1))
"""The Beta laws whose mean with their mirror image is uniform; the evidence has to find them."""


def bend(function: LineFunction) -> sp.Expr:
    """Return f(1/4) - 2 f(1/2) + f(3/4) in the shares of the first interval."""
    low, high = function.knots[:2]
    quarters = (
        function.pieces[0].subs(X, low + (high - low) * sp.Rational(k, 4)) for k in (1, 2, 3)
    )
    return dot((1, -2, 1), quarters)


BELL = 8 * X * (1 - X) / (10 - 9 * X)
"""The minimiser on the first interval of `HAT` for Beta(2, 2), in the statement of the row."""


@claim(
    "III.2-beta",
    source="Theorem III.2; Definition II.1 (the paper: uniform law)",
    title="f* is piecewise linear for Beta(α, β)",
    statement=r"For $\lambda\sim\mathrm{Beta}(\alpha,\beta)$, as in Definition II.1, the minimiser "
    r"is linear between neighbouring training inputs.",
    verdict=Verdict.PROVED_WITH,
    result="true exactly for Beta(1,1) with any W, and for Beta(1,2), Beta(2,1) with symmetric W",
    sharper=r"Let $n\ge3$ inputs be distinct and $W$ symmetric with $W_{01}>0$ and some "
    r"$W_{0b}>0$, $b\ge2$. For real $\alpha,\beta>0$ outside $\{(1,1),(1,2),(2,1)\}$ the minimiser "
    r"for $y_1=1$, all other $y_i=0$, is not linear on $(x_0,x_1)$, whatever the inputs; so Eq. "
    r"(1) holds for no such law and no symmetric $W$. For "
    r"$\alpha=\beta$ only the uniform law remains. Beta$(2,2)$, $x=(0,1,2)$, $y=(0,1,0)$: "
    rf"$f^*={sp.latex(BELL)}$ on $(0,1)$, which tends to 0 at $x_1$, where $y_1=1$.",
    hypotheses=("squared loss", "n >= 3 distinct inputs"),
    group=Group.BEYOND,
    uses=("III.2-linear",),
)
def laws_that_keep_it_linear() -> Proof:
    """Look at the share of the segment (x_0, x_1) on (x_0, x_1)."""
    t, b, half_power, ends, others, w = sp.symbols("t b v P R W")
    relations = []
    for inputs, a, c in product(((0, 1, 2), (0, 2, 3, 7)), range(1, 5), range(1, 5)):
        law = a, c
        f = minimiser(inputs, tuple(int(i == 1) for i in range(len(inputs))), beta=law)
        found = bend(f), "!="
        if law in UNIFORM_LIKE:
            found = sp.diff(f.pieces[0], X, 2), "=="
        relations.append(Relation(f"x = {inputs}, Beta{law}", *found, 0))
    bell = minimiser(*HAT, beta=(2, 2)).pieces[0], BELL
    return Proof(
        argument=r"Let $b$ be the mean of the density of Beta$(\alpha,\beta)$ and its mirror "
        r"image, and $\mu=\min(\alpha,\beta)$. If $b=1$ the weights are those of the uniform law. "
        r"Conversely, for $y=e_1$ the minimiser on $(x_0,x_1)$ is $r(x)\frac{x-x_0}{x_1-x_0}$ with "
        r"the share $r=P/(P+R)\in[0,1]$ of the pair $(0,1)$; if it is affine it vanishes at $x_0$, "
        r"so $r$ is constant and $b(t)=\sum_{k\ge2}c_kb(s_kt)$ on $(0,1)$ with "
        r"$s_k=(x_1-x_0)/(x_k-x_0)<1$, $c_k\ge0$. As $t\to1$ the right side tends to a positive "
        r"number and the left one to $\infty$ ($\mu<1$) or 0 ($\mu>1$): so $\mu=1$. Then "
        r"$b$ is continuous at 0 with $b(0)>0$, whence $\sum c_k=1$, and iterating the equation "
        r"sends all arguments to 0: $b(t)=b(0)$ is constant. With "
        r"$b(t)=\frac\beta2\bigl((1-t)^{\beta-1}+t^{\beta-1}\bigr)$ for $\alpha=1$ this needs "
        r"$\beta=1$, or $\beta>1$ and $b(\frac12)=b(0)$: $2^{1-\beta}=\frac12$, $\beta=2$.",
        certificates=[
            *(
                Identity(
                    f"Beta{law}, W symmetric: both orders of a pair have the density 2 W",
                    w * beta_density(t, *law) + w * beta_density(1 - t, *law),
                    2 * w,
                )
                for law in UNIFORM_LIKE[1:]
            ),
            Identity(
                "r = P/(P+R) determines P/R",
                ends / (ends + others) / (1 - ends / (ends + others)),
                ends / others,
            ),
            Identity(
                "b(1/2) - b(0) = (beta/2)(2v - 1) with v = 2^(1-beta), beta > 1",
                b / 2 * (half_power + half_power) - b / 2 * (1 + 0),
                b / 2 * (2 * half_power - 1),
            ),
            Exact("minimisers solved", tuple(relations), "alpha, beta <= 4, two designs"),
            equalities("the example", {"Beta(2, 2)": bell}, "x = (0, 1, 2), y = (0, 1, 0)"),
        ],
        under=("(α, β) in {(1,1), (1,2), (2,1)}, W symmetric",),
        found={"linear for": ", ".join(f"Beta{law}" for law in UNIFORM_LIKE)},
    )


@evidence("III.2-beta")
def bell_law() -> Boundary:
    """Bend of the minimiser for Beta(2, 2)."""
    f = minimiser(*HAT, beta=(2, 2))
    segment = {
        f"n = 2, Beta{law}": (bend(minimiser((0, 1), sp.symbols("y_0 y_1"), beta=law)), 0)
        for law in product(range(1, 4), range(1, 4))
    }
    return Boundary(
        case=f"x = {HAT[0]}, y = {HAT[1]}, lambda ~ Beta(2, 2)",
        stated="f*(1/4) - 2 f*(1/2) + f*(3/4) = 0",
        relation=Relation("bend on (0, 1)", bend(f), "==", 0),
        minimal="for n = 2 the minimiser is a line for every law; integers with a smaller sum are "
        "the three laws of the proof",
        smaller=equalities("one segment", segment, "n = 2, alpha and beta up to 3"),
        found={"f* on (0, 1)": str(f.pieces[0])},
    )


@evidence("III.2-beta")
def directed_graph() -> Boundary:
    """Bend of the minimiser for Beta(1, 2) on a directed graph."""
    W = [[1, 0, 1], [1, 1, 1], [1, 1, 1]]
    f, complete = minimiser(*HAT, W, (1, 2)), minimiser(*HAT, beta=(1, 2))
    return Boundary(
        case=f"x = {HAT[0]}, y = {HAT[1]}, Beta(1, 2), all weights 1 but W_01 = 0 (W_10 = 1)",
        stated="f*(1/4) - 2 f*(1/2) + f*(3/4) = 0",
        relation=Relation("bend on (0, 1)", bend(f), "==", 0),
        minimal="for n = 2 the minimiser is a line for every law; with W_01 = 1 there is no bend",
        smaller=equalities("symmetric W", {"W = 1": (bend(complete), 0)}, "same data"),
        found={"f* on (0, 1)": str(f.pieces[0])},
    )
