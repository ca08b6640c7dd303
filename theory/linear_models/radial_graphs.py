r"""Theorem IV.3 for weights W_ij = phi(|x_i - x_j|) on a line: where it holds.

This covers the thresholded and the exponential graphs of Section IV.A, and lattices with K
neighbours on each side.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations, combinations_with_replacement, product
from typing import TYPE_CHECKING

import sympy as sp

from theory.linear import invariance
from theory.mathematics.beta_moments import ALPHA, LINEAR, P, Q, moments
from theory.mathematics.line_graphs import band, keeps_least_squares, radial
from theory.mathematics.vectors import dot
from theory.proofs.certificates import Certificate, Identity, Telescoping, equalities
from theory.proofs.evidence import Proof, Verdict
from theory.proofs.ledger import Group, claim

if TYPE_CHECKING:
    from collections.abc import Iterator


def _instances() -> Iterator[tuple[tuple[int, ...], list[list[int]]]]:
    """Nonincreasing phi with values 0 to 2 on few points, and the graphs of lattices."""
    for n in range(3, 6):
        for x in ((0, *rest) for rest in combinations(range(1, 7), n - 1)):
            distances = sorted({b - a for a, b in combinations(x, 2)})
            for values in combinations_with_replacement((2, 1, 0), len(distances)):
                phi = dict(zip(distances, values, strict=True))
                yield from ((x, radial(x, phi.__getitem__, loops)) for loops in (0, 1))
    for n, loops in product(range(3, 13), (0, 1)):
        yield from ((tuple(range(n)), band(n, K, loops)) for K in range(n))


def _enumerate() -> dict[str, int]:
    """Count instances, those that keep the least-squares line, and surprises."""
    counts: Counter[str] = Counter()
    for (x, W), alpha in product(_instances(), (1, 2)):
        kept = keeps_least_squares(x, W, alpha)
        constant = len({w for i, row in enumerate(W) for j, w in enumerate(row) if i != j}) == 1
        counts["instances"] += 1
        counts["least squares kept"] += kept
        counts["surprises"] += kept != constant
    return counts


def _steps() -> list[Certificate]:
    """The identities of the proof, in its order."""
    c, n, s, v = sp.symbols("c n s v")
    x0, x1, w1, tail = sp.symbols("x_0 x_1 w_1 R")
    first, other, total = sp.symbols("P A B")
    a, b, length = sp.symbols("a_m b_m m")
    covariance = length * first - other * total
    increment = first - b * other - a * total + length * a * b
    later = {first: first + a * b, other: other + a, total: total + b}
    return [
        Identity(
            "rows 0 and 1 of S x, with the same weights to all other points",
            (w1 * x0 + c * x1 + tail) - (c * x0 + w1 * x1 + tail),
            (c - w1) * (x1 - x0),
        ),
        # Row 0 of S x = (c - w1) x gives sum w_j x_j = -w1 x0, and sum delta = -n x0.
        Identity("row 0: sum w_j delta_j", -w1 * x0 - s * x0, (w1 + s) / n * (-n * x0)),
        Telescoping(
            "m sum a_j b_j - sum a_j sum b_j = sum_{j<k} (a_j - a_k)(b_j - b_k) for m terms; one "
            "more pair (a_m, b_m) adds sum_j (a_j - a_m)(b_j - b_m)",
            *(covariance, increment, length, 1, 0, later),
            {first: a * b, other: a, total: b},
            (a, b),
        ),
        Identity("conversely: row i of S x", c * x0 + w1 * (v - x0), (c - w1) * x0 + w1 * v),
    ]


@claim(
    "IV.3-radial",
    source="Theorem IV.3, Section IV.A (not in the paper)",
    title="radial weights on a line: the theorem holds at the extremes only",
    statement=r"Let $n\ge3$ distinct points on a line have the weights "
    r"$W_{ij}=\phi(\vert x_i-x_j\vert)$, $i\ne j$, with a nonincreasing $\phi\ge0$, and equal "
    r"weights $W_{ii}=c\ge0$. The least-squares line minimises the Local Mixup criterion for every "
    r"$y$ if and only if $\phi$ is constant on the pairwise distances.",
    verdict=Verdict.PROVED_WITH,
    result="true for all n, phi, c and laws with q > 0: W has to be (c-w)I + wJ, vanilla or Mixup",
    sharper=r"Thresholded graph: exactly for $\epsilon$ below the least gap (vanilla) and "
    r"$\epsilon\ge\mathrm{diam}$ (Mixup). Exponential graph $e^{-\gamma d}$: for no "
    r"$0<\gamma<\infty$, since there are two different distances. Lattice with $K$ neighbours "
    r"on each side: exactly for $K=0$ and $K\ge n-1$. Any law of $\lambda$ will do but one on "
    r"$\{0,1\}$, for which $q=0$.",
    hypotheses=(*LINEAR, "q = E lambda (1 - lambda) > 0", "x in dimension one", "distinct points"),
    group=Group.BEYOND,
    uses=("IV.3-criterion", "IV.3-condition"),
    formal=(
        "TheoremIV3More.IV3_radial",
        "TheoremIV3More.IV3_threshold",
        "TheoremIV3More.IV3_exponential",
    ),
)
def radial_weights() -> Proof:
    """Certify the steps of the proof, and enumerate small instances."""
    counts = _enumerate()
    return Proof(
        argument=r"By IV.3-condition $d$ and $p\,d\circ x+q\,Sx$ are affine in $x$. Let "
        r"$x_0<\dots<x_{n-1}$ and $w_j=\phi(x_j-x_0)$. (1) "
        r"$d_1-d_0=\sum_{j\ge2}[\phi(x_j-x_1)-\phi(x_j-x_0)]\ge0$, as the pair $(0,1)$ and the "
        r"self pairs cancel, so $d$ does not decrease; by "
        r"reflection it does not increase. So $d$ is constant, each term is 0, and rows 0 and 1 "
        r"of $W$ agree in the columns $j\ge2$. (2) As $q>0$, $Sx$ is affine; with $\sum x_j=0$, "
        r"$\sum(Sx)_i=d\sum x_i=0$, so $Sx=vx$. (3) Row 1 less row 0: $v=c-w_1$. (4) Row 0, with "
        r"$\delta_j=x_j-x_0$ and $s=\sum_{j\ge1}w_j$: $\sum w_j\delta_j=\frac{w_1+s}n\sum\delta_j$."
        r" (5) $w_j$ does not increase and $\delta_j$ does, so by Chebyshev's inequality "
        r"$\sum w_j\delta_j\le\frac s{n-1}\sum\delta_j$, hence $s\ge(n-1)w_1$; but "
        r"$w_j\le w_1$, so all $w_j$ are equal, $w_j=w$. (6) Every row sum is $d=c+(n-1)w$, the "
        r"one of row 0, and every weight off the diagonal is at least $\phi(\mathrm{diam})=w$, so "
        r"all of them are $w$. The converse is in row IV.3-criterion.",
        certificates=[
            *_steps(),
            equalities(
                "the verdict is that of the condition",
                {"surprises": (counts["surprises"], 0)},
                "phi with values 0, 1, 2 on x in {0, ..., 6}, n = 3, 4, 5; lattices, n <= 12; self "
                "pairs 0 and 1, alpha 1 and 2",
            ),
        ],
        under=(*LINEAR, "q > 0"),
        found=counts,
    )


THREE: tuple[tuple[int, ...], dict[int, int]] = ((0, 1, 3), {1: 3, 2: 0, 3: 1})
"""Three points and the weights of their distances that keep the line for alpha = 1 only."""

FOUR: tuple[tuple[int, ...], dict[int, int]] = ((-2, -1, 1, 2), {1: 0, 2: 1, 3: 0, 4: 1})
"""Four points, each with a pair at the opposite point: kept for every alpha."""


def _three_points() -> list[Identity]:
    """The condition on x = (0, g, g + h), by the vector e that is orthogonal to 1 and x."""
    g, h, c, w01, w02, w12 = sp.symbols("g h c w_01 w_02 w_12")
    level, slope = sp.symbols("A B")
    x, e = (sp.Integer(0), g, g + h), (h, -(g + h), g)
    S = ((c, w01, w02), (w01, c, w12), (w02, w12, c))
    degrees = [sum(row) for row in S]
    images = [2 * (P * d * z + Q * dot(row, x)) for d, z, row in zip(degrees, x, S, strict=True)]
    # With the weight of the pair without the point k.
    weighted = [w * a for w, a in zip((w12, w02, w01), e, strict=True)]
    plain, mean = sum(weighted), sum(x) / sp.Integer(3)
    moment = dot(weighted, [z - mean for z in x])
    return [
        Identity("e is orthogonal to 1 and x", dot(e, [level + slope * b for b in x]), 0),
        Identity("e^T d = -sum_k w_k e_k, w_k the weight opposite to k", dot(e, degrees), -plain),
        Identity(
            "e^T M x, with m the mean of x and w_k the weight opposite to k",
            dot(e, images),
            2 * (2 * Q - P) * moment - mean * plain,
        ),
        Identity(
            "2q - p is zero for alpha = 1 only",
            (2 * Q - P).subs(Q, moments(ALPHA)[1]),
            (ALPHA - 1) / (2 * (2 * ALPHA + 1)),
        ),
        Identity("sum_k w_k e_k", plain, w12 * h + w01 * g - w02 * (g + h)),
    ]


@claim(
    "IV.3-nonmonotone",
    source="Theorem IV.3, Section IV.A (not in the paper)",
    title="weights that grow with the distance can keep the theorem",
    statement=r"There are radial weights $\phi(\vert x_i-x_j\vert)$, not nonincreasing and not "
    r"constant on the distances, with which the least-squares line minimises the Local Mixup "
    r"criterion for every $y$.",
    verdict=Verdict.PROVED_WITH,
    result="true, so IV.3-radial needs monotony: n = 3 if q = 1/6 (alpha = 1), n = 4 for every law",
    sharper=r"If $x_{\sigma(i)}=-x_i$ for an involution $\sigma$ with permutation matrix $\Pi$ "
    r"(and $x$ is centred), $W=aI+b\Pi$ keeps the line for every $\alpha$: $x=(-2,-1,1,2)$ "
    r"with $\phi(2)=\phi(4)=1$ and $\phi(1)=\phi(3)=0$. On three points "
    r"$x_0<x_1<x_2$ with equal self pairs the condition is, for $\alpha=1$, "
    r"$(x_2-x_0)w_{02}=(x_1-x_0)w_{01}+(x_2-x_1)w_{12}$, as for $x=(0,1,3)$ with "
    r"$w_{01},w_{12},w_{02}=3,0,1$; for $\alpha\ne1$ it is $w_{01}=w_{02}=w_{12}$.",
    hypotheses=LINEAR,
    group=Group.BEYOND,
    uses=("IV.3-criterion", "IV.3-condition"),
)
def other_graphs() -> Proof:
    """Certify the two families, and evaluate their smallest members."""
    a, b, point = sp.symbols("a b x_i")
    alphas = (1, 2, 3, sp.Rational(1, 2), sp.Rational(7, 3))
    cases = {
        f"x = {x}, phi = {phi}, alpha = {alpha}": (
            bool(invariance(x, radial(x, phi.__getitem__, int(len(x) == 4)), alpha)),
            alpha in kept_for,
        )
        for (x, phi), kept_for in ((THREE, {1}), (FOUR, set(alphas)))
        for alpha in alphas
    }
    return Proof(
        argument=r"$S=aI+b\Pi$ has constant degrees $a+b$ and $Sx=(a-b)x$. On three points the "
        r"vectors orthogonal to 1 and $x$ are multiples of $e$, so the condition is "
        r"$e^\top d=0$ and $e^\top Mx=0$. With $w_k$ the weight of the pair without $k$ these are "
        r"$\sum w_ke_k=0$ and, unless $\alpha=1$, $\sum w_ke_kx_k=0$: then $(w_ke_k)$ is "
        r"orthogonal to 1 and $x$, so it is a multiple of $e$, and since no $e_k$ vanishes all "
        r"$w_k$ are equal. With weights 0 and 1, a weighted mean $w_{02}$ of $w_{01}$ and "
        r"$w_{12}$ equals both, so that four points are the least for such a graph.",
        certificates=[
            Identity(
                "M x = 2(p (a+b) + q (a-b)) x for W = aI + b Pi",
                2 * (P * (a + b) * point + Q * (a * point + b * (-point))),
                2 * (P * (a + b) + Q * (a - b)) * point,
            ),
            *_three_points(),
            equalities(
                "smallest members", cases, "(0, 1, 3) and (-2, -1, 1, 2), alpha 1/2, 1, 2, 7/3, 3"
            ),
        ],
        under=LINEAR,
    )
