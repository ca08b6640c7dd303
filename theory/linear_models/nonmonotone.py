r"""Theorem IV.3 for weights that do not decrease with the distance: other graphs that keep it."""

from __future__ import annotations

import sympy as sp

from theory.linear import invariance
from theory.mathematics.beta_moments import ALPHA, LINEAR, P, Q, moments
from theory.mathematics.vectors import dot
from theory.mathematics.weights import radial
from theory.proofs.certificates import Exact, Identity, Relation
from theory.proofs.evidence import Proof, Verdict
from theory.proofs.ledger import Group, claim

THREE: tuple[tuple[int, ...], dict[int, int]] = ((0, 1, 3), {1: 3, 2: 0, 3: 1})
"""Three points and the weights of their distances that keep the line for alpha = 1 only."""

FOUR: tuple[tuple[int, ...], dict[int, int]] = ((-2, -1, 1, 2), {1: 0, 2: 1, 3: 0, 4: 1})
"""Four points, each with a pair at the opposite point: kept for every alpha."""


def _three_points() -> list[Identity]:
    """The condition on x = (0, g, g + h), by the vector e that is orthogonal to 1 and x."""
    g, h, c, w01, w02, w12 = sp.symbols("g h c w_01 w_02 w_12")
    level, slope = sp.symbols("A B")
    x = (sp.Integer(0), g, g + h)
    e = (h, -(g + h), g)
    S = ((c, w01, w02), (w01, c, w12), (w02, w12, c))
    opposite = (w12, w02, w01)  # the weight of the pair without the point k
    mean = sum(x) / sp.Integer(3)
    degrees = [sum(row) for row in S]
    images = [
        2 * (P * d * point + Q * dot(row, x)) for d, point, row in zip(degrees, x, S, strict=True)
    ]
    first = dot(e, degrees)
    second = dot(e, images)
    plain = dot(opposite, e)
    moment = sum(w * a * (z - mean) for w, a, z in zip(opposite, e, x, strict=True))
    return [
        Identity(
            "e is orthogonal to 1 and x",
            sum(a * (level + slope * b) for a, b in zip(e, x, strict=True)),
            0,
        ),
        Identity("e^T d = -sum_k w_k e_k, with w_k the weight opposite to k", first, -plain),
        Identity(
            "e^T M x = 2(2q - p) sum_k w_k e_k (x_k - m) - m sum_k w_k e_k, m the mean of x",
            second,
            2 * (2 * Q - P) * moment - mean * plain,
        ),
        Identity(
            "2q - p = (alpha - 1)/(2(2 alpha + 1)), zero for alpha = 1 only",
            (2 * Q - P).subs(Q, moments(ALPHA)[1]),
            (ALPHA - 1) / (2 * (2 * ALPHA + 1)),
        ),
        Identity(
            "sum_k w_k e_k = w_12 h + w_01 g - w_02 (g + h)",
            plain,
            w12 * h + w01 * g - w02 * (g + h),
        ),
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
    relations = []
    alphas = (1, 2, 3, sp.Rational(1, 2), sp.Rational(7, 3))
    for (x, phi), kept_for in ((THREE, {1}), (FOUR, set(alphas))):
        W = radial(x, phi.__getitem__, int(len(x) == 4))
        values = [phi[distance] for distance in sorted(phi)]
        relations += [
            Relation(
                f"x = {x}, phi = {values}, alpha = {alpha}: kept (1) or not (0)",
                int(bool(invariance(x, W, alpha))),
                "==",
                int(alpha in kept_for),
            )
            for alpha in alphas
        ]
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
            Exact(
                "smallest members",
                tuple(relations),
                "x = (0, 1, 3) and (-2, -1, 1, 2), alpha in {1/2, 1, 2, 7/3, 3}",
            ),
        ],
        under=LINEAR,
    )
