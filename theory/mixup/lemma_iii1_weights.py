r"""Lemma III.1: the weights and the samplings for which Eq. (1) is exact.

Below, a <= k < b for a segment (a, b) that covers the open interval (x_k, x_{k+1}), and
q_ab = W_ab/(x_b - x_a) is the density of the virtual inputs of its pair for lambda ~ U(0, 1).
"""

from __future__ import annotations

import sympy as sp

from theory.line import minimiser, printed
from theory.mathematics.geometry import counting_minimiser
from theory.mixup.lemma_iii1 import DESIGNS, same_pieces, symbols_for
from theory.proofs.certificates import Exact, Identity, Relation
from theory.proofs.evidence import Proof, Verdict
from theory.proofs.ledger import Group, claim


def lengths(x: tuple[int, ...], factor: int = 1) -> list[list[int]]:
    """Return the weights W_ij = factor |x_i - x_j|."""
    return [[factor * abs(a - b) for b in x] for a in x]


@claim(
    "III.1-weight",
    source="Lemma III.1; Eq. (2) (not in the paper)",
    title="the weights for which Eq. (1) is exact",
    statement=r"For which weights $W$ in Eq. (2) is Eq. (1), the plain mean over the covering "
    r"pairs, the minimiser between the training inputs for every $y$?",
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
    low, high, q, k, n, x, mass, right = sp.symbols("x_a x_b q k n x D R")
    relations = [
        relation
        for design, factor in zip(DESIGNS, (1, 3, 1, 3, 1, 3), strict=True)
        for relation in same_pieces(
            f"x = {design}, c = {factor}",
            minimiser(design, symbols_for(len(design)), lengths(design, factor)),
            printed(design, symbols_for(len(design))),
        )
    ]
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
                "on (x_0, x_1): the coefficients of y_b differ by (q_0b/D - 1/R)(x - x_0)/l",
                q * (x - low) / (high - low) / mass - (x - low) / (high - low) / right,
                (q / mass - 1 / right) * (x - low) / (high - low),
                "all b, R = n - 1",
            ),
            Identity(
                "column b: D_k/(n-1-k) - D_{k-1}/(n-k) = q, with D_k = (k+1)(n-1-k) q from row 0",
                (k + 1) * (n - 1 - k) * q / (n - 1 - k) - k * (n - k) * q / (n - k),
                q,
            ),
            Exact("W = c l, symbolic y", tuple(relations), f"{len(DESIGNS)} designs, c = 1 or 3"),
        ],
    )


@claim(
    "III.1-sampling",
    source="Lemma III.1 (not in the paper)",
    title="the samplings for which Eq. (1) is exact",
    statement=r"There is a way to draw virtual samples for which Eq. (1) is the minimiser.",
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
    relations = []
    for n in range(2, 6):
        y = symbols_for(n)
        stated = printed(tuple(range(n)), y)
        counted = counting_minimiser(y, n - 1, "interval")
        relations += [
            Relation(f"n = {n}, x_{i}", stated.values[i], "==", counted[i]) for i in range(n)
        ]
    return Proof(
        argument=r"(i) The density of a pair is $c\,l\cdot\frac1l=c$. (ii) Given $\tilde x$ all "
        r"covering pairs have one probability. (iii) In the counting criterion $f(p)$ occurs once "
        r"for each segment through the lattice point $p$. In each case the conditional criterion "
        r"is a sum of squares with equal weights, least at the plain mean.",
        certificates=[
            Identity(
                "Q - 2 f T + N f^2 = N (f - T/N)^2 + Q - T^2/N",
                squares - 2 * f * total + count * f**2,
                count * (f - total / count) ** 2 + squares - total**2 / count,
                "any N targets with sum T and sum of squares Q",
            ),
            Exact(
                "the counting criterion solved on a line, symbolic y", tuple(relations), "n = 2..5"
            ),
        ],
    )
