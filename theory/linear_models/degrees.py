r"""Theorem IV.3 for any symmetric graph: Local Mixup is nearly least squares weighted by degree."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import sympy as sp

from theory.linear import minimiser
from theory.mathematics.beta_moments import LINEAR, P, Q
from theory.mathematics.line_graphs import every_graph
from theory.mathematics.vectors import dot
from theory.proofs.certificates import Cases, Identity, equalities
from theory.proofs.evidence import Proof, Verdict
from theory.proofs.ledger import Group, claim


def predicted(x: list[int], y: list[int], W: list[list[int]], alpha: int) -> list[sp.Rational]:
    """Return f_loc at the points, by the closed form of the row."""
    n = range(len(x))
    d = [sum(row) for row in W]
    centre, level = (dot(d, values) / sum(d) for values in (x, y))
    away = [point - centre for point in x]
    spread = dot(d, [a**2 for a in away])
    slope = sp.Add(*(d[i] * away[i] * y[i] for i in n)) / spread
    weighted = [level + slope * a for a in away]
    Lx = [sum(W[i][j] * (x[i] - x[j]) for j in n) for i in n]
    kappa = sp.Rational(alpha, 2 * alpha + 1)
    pull, drop = dot(Lx, [a - b for a, b in zip(y, weighted, strict=True)]), dot(Lx, x)
    turn = kappa * pull / (spread - kappa * drop)
    return [f - turn * a for f, a in zip(weighted, away, strict=True)]


@claim(
    "IV.3-degrees",
    source="Theorem IV.3, Section IV.A (not in the paper)",
    title="Local Mixup over linear models: least squares weighted by the degrees, up to O(eps)",
    statement=r"Let $W$ be symmetric with degrees $d$, $D=\mathrm{diag}(d)$, $L=D-W$, "
    r"$\kappa=2q$, $\bar x_D$ the mean of $x$ weighted by $d$, $V_D=\sum_id_i(x_i-\bar x_D)^2>"
    r"\kappa x^\top Lx$, and $f_D$ the least-squares line weighted by $d$, with residuals $e$. "
    r"Then $f_{loc}-f_D=-\frac{\kappa\,(Lx)^\top e}{V_D-\kappa\,x^\top Lx}(x-\bar x_D)$.",
    verdict=Verdict.PROVED_WITH,
    result="true for every graph and law; so a graph of short edges weights by its density",
    sharper=r"If $W_{ij}=0$ beyond $\epsilon$, $\vert(Lx)_i\vert\le\epsilon d_i$: the gap is "
    r"$O(\epsilon)$. A thresholded graph on inputs of density $\rho$ therefore tends "
    r"($\epsilon\to0$, $n\epsilon\to\infty$) to least squares weighted by $\rho^2$ in place of "
    r"$\rho$, which contains the limit on a lattice and the clusters of row IV.3-asymptotic.",
    hypotheses=(*LINEAR, "dimension one"),
    group=Group.BEYOND,
    uses=("IV.3-criterion",),
    formal=("TheoremIV3More.degree_weighted", "TheoremIV3More.degree_weighted_local"),
)
def weighted_by_degree() -> Proof:
    """Minimise the criterion along the lines through the weighted mean."""
    r, s, t, level, E, R, V, x2, G = sp.symbols("r_i r_j t b E R V_D xLx Lxe")
    total = sp.Symbol("d_total")
    # The residual e - b - t (x - mean): D is orthogonal to e, 1 and x - mean; L 1 = 0.
    loss = E + level**2 * total + t**2 * V - 2 * Q * (R - 2 * t * G + t**2 * x2)
    best = {t: -2 * Q * G / (V - 2 * Q * x2), level: sp.Integer(0)}
    cases: Cases = {}
    for x in ([0, 1, 2], [0, 1, 3], [0, 2, 3, 7]):
        for W, alpha, at in product(every_graph(len(x)), (1, 3), range(len(x))):
            y = [int(i == at) for i in range(len(x))]
            slope, intercept = minimiser(x, y, W, Fraction(alpha))
            for z, value in zip(x, predicted(x, y, W, alpha), strict=True):
                cases[f"x = {x}, W = {W}, e_{at} at {z}, {alpha}"] = slope * z + intercept, value
    return Proof(
        argument=r"$M=D-\kappa L$. Write a line as $f_D+b+t(x-\bar x_D)$: its residuals are "
        r"$e-b1-t(x-\bar x_D)$, with $1^\top De=x^\top De=0$, $1^\top D(x-\bar x_D)=0$ and $L1=0$. "
        r"The criterion is a quadratic in $b$ and $t$, whose only stationary point is a minimum, "
        r"since $V_D>\kappa x^\top Lx$. Locally $\vert(Lx)_i\vert\le\sum_jW_{ij}\vert x_i-x_j\vert"
        r"\le\epsilon d_i$.",
        certificates=[
            Identity(
                "a pair: half the squares less q (r_i - r_j)^2",
                P * r**2 + P * s**2 + 2 * Q * r * s,
                (r**2 + s**2) / 2 - Q * (r - s) ** 2,
            ),
            Identity("stationary in t", sp.diff(loss, t).subs(best), 0),
            Identity("stationary in b", sp.diff(loss, level).subs(best), 0),
            equalities(
                "against the minimisers for every impulse",
                cases,
                "all graphs with self pairs on (0, 1, 2), (0, 1, 3) and (0, 2, 3, 7), alpha 1, 3",
            ),
        ],
        under=LINEAR,
    )
