"""Lemma III.1, Eq. (1), against the minimiser of the criterion that it is about."""

from __future__ import annotations

from itertools import pairwise, product
from typing import TYPE_CHECKING

import sympy as sp

from theory.line import criterion, minimiser, printed
from theory.mathematics.geometry import counting_minimiser
from theory.mathematics.piecewise import X
from theory.mixup.contradictions import HAT
from theory.proofs.certificates import Cases, Identity, Relation, equalities
from theory.proofs.evidence import Proof, Refutation, Verdict
from theory.proofs.ledger import Group, claim, evidence

if TYPE_CHECKING:
    from theory.mathematics.piecewise import LineFunction


AT_EQ1, LEAST = sp.Rational(1, 18), sp.Rational(4, 81)
EXCESS = AT_EQ1 - LEAST
"""The criterion on `HAT` at Eq. (1) and at its minimiser, in the statement of the row."""

DESIGNS = ((0, 1, 2), (0, 1, 3), (0, 2, 3, 7), (-4, -1, 0, 5), (0, 1, 2, 3, 4), (0, 3, 4, 6, 11))
"""Training inputs of the finite checks."""


def same_pieces(case: str, one: LineFunction, two: LineFunction) -> Cases:
    """Return what has to be equal for two functions to agree between their knots."""
    pairs = zip(pairwise(one.knots), zip(one.pieces, two.pieces, strict=True), strict=True)
    return {f"{case}, ({low}, {high})": pair for (low, high), pair in pairs}


@claim(
    "III.1",
    source="Lemma III.1, Eq. (1)",
    title="f* is the plain mean over E(x)",
    statement=r"For $\lambda\sim U(0,1)$ and every $\tilde x\in[x_0,x_{n-1}]$ the minimiser of the "
    r"Mixup criterion is $f^*(\tilde x)=\frac{1}{\mathrm{card}\,\mathcal E(\tilde x)}"
    r"\sum_{\mathcal E(\tilde x)}\lambda_{ij}y_i+(1-\lambda_{ij})y_j$.",
    verdict=Verdict.REFUTED,
    result="false from n = 3 on: each target needs the weight 1/length of its segment",
    sharper=r"Between training inputs, for $\lambda$ of a law with density $b$, "
    r"$f^*(x)=\frac{\sum_{x_a<x<x_b}\beta_{ab}(x)\,\tilde "
    r"y_{ab}(x)}{\sum_{x_a<x<x_b}\beta_{ab}(x)},\quad "
    r"\beta_{ab}(x)=\frac{W_{ab}\,b(\lambda)+W_{ba}\,b(1-\lambda)}{x_b-x_a},"
    r"\quad\lambda=\frac{x_b-x}{x_b-x_a}$: "
    r"in the paper's case $\frac1{x_b-x_a}$, short segments count more. In the smallest example "
    r"Eq. (1) is $t/2$ on $(0,1)$, the minimiser is $2t/3$, and the criterion (self pairs cost "
    rf"neither anything) is ${sp.latex(AT_EQ1)}$ instead of ${sp.latex(LEAST)}$, an excess of "
    rf"${sp.latex(EXCESS)}$. On "
    r"$x=(0,1,s,\dots,s)$, $y=(0,1,0,\dots,0)$ the two differ near 1 by "
    r"$\frac{(n-2)(s-1)}{(n-1)(s+n-2)}$, for large $n$ and $s/n$ almost the whole range of $y$. "
    r"At training inputs $\mathcal E$ is infinite and Eq. (1) has no value.",
    hypotheses=("squared loss", "lambda ~ U(0, 1)", "values between training inputs"),
    uses=("Def.II.1-loss",),
    formal=("LemmaIII1.lemma_III1_refuted", "LemmaIII1.lemma_III1_two_points"),
)
def plain_mean() -> Refutation:
    """Compare Eq. (1) with the minimiser on three points."""
    problem = criterion(*HAT, self_pairs=False)
    exact, stated = problem.minimiser(), printed(*HAT)
    two = sp.symbols("y_0 y_1")
    segment = same_pieces("n = 2", minimiser((0, 1), two), printed((0, 1), two))
    return Refutation(
        case=f"x = {HAT[0]}, y = {HAT[1]}, at x = 1/2",
        stated="f*(1/2) is the plain mean of the two targets 1/2 and 0",
        relation=Relation("Eq. (1) and the minimiser", stated(sp.S.Half), "==", exact(sp.S.Half)),
        minimal="for n = 2 one segment covers each point, and both are the straight line",
        smaller=equalities("two points, symbolic y", segment, "n = 2"),
        found={
            "Eq. (1) on (0, 1)": str(stated.pieces[0]),
            "minimiser on (0, 1)": str(exact.pieces[0]),
            "criterion at Eq. (1)": problem.loss(stated),
            "criterion at the minimiser": problem.loss(exact),
        },
    )


@evidence("III.1")
def exact_mean() -> Proof:
    """Derive the weights, and the excess of Eq. (1) in the example."""
    n, s = sp.symbols("n s")
    problem = criterion(*HAT, self_pairs=False)
    best, stated = problem.minimiser(), printed(*HAT)
    formula = (n - 2) * (s - 1) / ((n - 1) * (s + n - 2))
    cases: Cases = {
        "loss of Eq. (1)": (problem.loss(stated), AT_EQ1),
        "loss of the minimiser": (problem.loss(best), LEAST),
        "excess": (problem.loss(stated) - problem.loss(best), EXCESS),
        "Eq. (1)": (stated.pieces[0], X / 2),
        "minimiser": (best.pieces[0], 2 * X / 3),
    }
    for size, far in product((3, 4, 5), (2, 3, 10)):
        # Equal inputs: their own pairs only make an atom, and cover nothing.
        data = ((0, 1, *(far,) * (size - 2)), (0, 1, *(0,) * (size - 2)))
        gap = minimiser(*data).limit(1, -1) - sp.Rational(1, size - 1)
        cases[f"n = {size}, s = {far}"] = gap, formula.subs({n: size, s: far})
    return Proof(
        argument=r"$\tilde x=\lambda x_a+(1-\lambda)x_b$ has the density "
        r"$b(\lambda)\vert d\lambda/dx\vert$, and the mean squared error given $\tilde x=x$ is "
        r"least at the mean of the targets with these weights. On $x=(0,1,s,\dots,s)$ the "
        r"coefficient of $y_1$ at 1 is $1/(1+(n-2)/s)$, in Eq. (1) $1/(n-1)$.",
        certificates=[
            Identity("the gap near 1", 1 / (1 + (n - 2) / s) - 1 / (n - 1), formula),
            equalities("the examples solved", cases, "n = 3, 4, 5"),
        ],
    )


def lengths(x: tuple[int, ...], factor: int = 1) -> list[list[int]]:
    """Return the weights W_ij = factor |x_i - x_j|."""
    return [[factor * abs(a - b) for b in x] for a in x]


@claim(
    "III.1-weight",
    source="Lemma III.1; Eq. (2) (not in the paper)",
    title="the weights for which Eq. (1) is exact",
    statement=r"For squared loss and $\lambda\sim U(0,1)$: for which weights $W$ in Eq. (2) is Eq. "
    r"(1), the plain mean over the covering pairs, the minimiser between the training inputs for "
    r"every $y$?",
    verdict=Verdict.PROVED,
    result="only for weights proportional to the length of the segment, the opposite of local",
    sharper=r"Let $n\ge3$, the inputs distinct and $\lambda\sim U(0,1)$. Eq. (1) is the only "
    r"minimiser on every $(x_k,x_{k+1})$ for every $y$ if and only if "
    r"$\frac12(W_{ij}+W_{ji})=c\,\vert x_i-x_j\vert$ for all $i\ne j$, with one $c>0$: on any "
    r"given inputs, not only for all inputs together. In particular a weight $W_{ij}=w(d)$ that "
    r"depends on the distance has to be $w(d)=c\,d$, which increases. Mixup itself ($W=1$) is "
    r"never of this kind.",
    hypotheses=("squared loss", "lambda ~ U(0, 1)", "n >= 3 distinct inputs"),
    group=Group.BEYOND,
    uses=("III.1",),
    formal=("LemmaIII1.III1_weight", "LemmaIII1.equation_1_value"),
)
def length_weights() -> Proof:
    """Read the densities off the coefficients of y_0 and of y_b."""
    q, k, n = sp.symbols("q k n")
    cases: Cases = {}
    for design, factor in zip(DESIGNS, (1, 3, 1, 3, 1, 3), strict=True):
        y = sp.symbols(f"y_0:{len(design)}")
        weighted = minimiser(design, y, lengths(design, factor))
        cases |= same_pieces(f"x = {design}, c = {factor}", weighted, printed(design, y))
    return Proof(
        argument=r"If $W_{ab}=c\,l_{ab}$ all densities $q_{ab}=W_{ab}/l_{ab}$ are equal and the "
        r"weighted mean is the plain one. Conversely let $D_k=\sum_{a\le k<b}q_{ab}$, which is "
        r"positive since $f^*$ is determined. On $(x_0,x_1)$ the coefficient of $y_b$ gives "
        r"$q_{0b}=D_0/(n-1)=:q$ for every $b$. On $(x_k,x_{k+1})$ the coefficients are affine in "
        r"$x$; that of $y_0$, continued to $x=x_0$, is $\sum_{b>k}q_{0b}/D_k=\frac1{k+1}$, so that "
        r"$D_k=(k+1)(n-1-k)q$; that of $y_b$, continued to $x=x_b$, is "
        r"$\sum_{a\le k}q_{ab}/D_k=\frac1{n-1-k}$, so that $\sum_{a\le k}q_{ab}=(k+1)q$ for every "
        r"$b>k$. The difference to the same sum for $k-1$ is $q_{kb}=q$.",
        certificates=[
            Identity(
                "column b: D_k/(n-1-k) - D_{k-1}/(n-k) = q, with D_k = (k+1)(n-1-k) q from row 0",
                (k + 1) * (n - 1 - k) * q / (n - 1 - k) - k * (n - k) * q / (n - k),
                q,
            ),
            equalities("W = c l, symbolic y", cases, f"{len(DESIGNS)} designs, c = 1 or 3"),
        ],
    )


@claim(
    "III.1-sampling",
    source="Lemma III.1 (not in the paper)",
    title="the samplings for which Eq. (1) is exact",
    statement=r"There is a way to draw virtual samples for which Eq. (1) is the minimiser of the "
    r"squared loss.",
    verdict=Verdict.PROVED,
    result="three of them: pairs in proportion to their length, points first, lattice points",
    sharper=r"Eq. (1) is the minimiser (i) between training inputs if the pair is drawn with "
    r"probability proportional to $\vert x_i-x_j\vert$ and $\lambda\sim U(0,1)$; (ii) if "
    r"$\tilde x$ is drawn first, from any law with a density on $[x_0,x_{n-1}]$, and then a "
    r"covering pair uniformly; (iii) at the lattice points, training inputs included, for inputs "
    r"on a lattice and the criterion that counts each lattice point of each segment once (pairs "
    r"$i<j$); this is the reading `counting` behind Eq. (3).",
    hypotheses=("squared loss",),
    group=Group.BEYOND,
    uses=("III.1",),
)
def other_samplings() -> Proof:
    """Solve the criterion of each sampling."""
    f, count, total, squares = sp.symbols("f N T Q")
    cases: Cases = {}
    for n in range(2, 6):
        y = sp.symbols(f"y_0:{n}")
        values = printed(tuple(range(n)), y).values, counting_minimiser(y, n - 1, "interval")
        cases |= {f"n = {n}, x_{i}": pair for i, pair in enumerate(zip(*values, strict=True))}
    return Proof(
        argument=r"(i) The density of a pair is $c\,l\cdot\frac1l=c$. (ii) Given $\tilde x$ all "
        r"covering pairs have one probability. (iii) In the counting criterion $f(p)$ occurs once "
        r"for each segment through the lattice point $p$. In each case the conditional criterion "
        r"is a sum of squares with equal weights, least at the plain mean.",
        certificates=[
            Identity(
                "N targets with sum T and sum of squares Q: the square is completed",
                squares - 2 * f * total + count * f**2,
                count * (f - total / count) ** 2 + squares - total**2 / count,
            ),
            equalities("the counting criterion on a line, symbolic y", cases, "n = 2, ..., 5"),
        ],
    )
