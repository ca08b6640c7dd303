r"""Theorem IV.3 beyond equality: least squares weighted by degree, and what locality costs."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

import sympy as sp

from theory.linear import invariance, least_squares, minimiser
from theory.mathematics.beta_moments import LINEAR, P, Q
from theory.mathematics.line_graphs import band, every_graph
from theory.mathematics.vectors import dot, squared
from theory.proofs.certificates import Cases, Identity, equalities
from theory.proofs.evidence import Proof, Verdict
from theory.proofs.ledger import Group, claim

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Line = tuple[sp.Rational, ...]


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


def weights_at(
    x: Sequence[int], points: Sequence[int], line_of: Callable[[Sequence[int]], Line]
) -> list[list[sp.Rational]]:
    """Return the prediction at some points as linear functions of y."""
    n = len(x)
    lines = [line_of([int(i == j) for j in range(n)]) for i in range(n)]
    return [[slope * point + intercept for slope, intercept in lines] for point in points]


def _compare(x: tuple[int, ...], W: list[list[int]], alpha: int) -> tuple[sp.Rational, bool]:
    """Excess variance over the training points; whether Pythagoras holds and both are unbiased."""
    local = weights_at(x, x, lambda y: minimiser(x, y, W, alpha))
    ordinary = weights_at(x, x, lambda y: least_squares(x, y))
    excess, apart = sp.Integer(0), sp.Integer(0)
    unbiased = True
    for one, other, point in zip(local, ordinary, x, strict=True):
        excess += dot(one, one) - dot(other, other)
        apart += squared(tuple(one), tuple(other))
        unbiased &= all(sum(row) == 1 and dot(row, x) == point for row in (one, other))
    return excess, unbiased and excess == apart


def _small_graphs() -> dict[str, int]:
    """All graphs with weights 0 and 1 and self pairs on four sets of points."""
    counts: Counter[str] = Counter()
    for x in ((0, 1, 2), (0, 1, 3), (0, 1, 2, 3), (0, 1, 3, 4)):
        for W in every_graph(len(x)):
            excess, sound = _compare(x, W, 1)
            counts["graphs"] += 1
            counts["no excess"] += excess == 0
            counts["surprises"] += (
                not sound or excess < 0 or (excess == 0) != bool(invariance(x, W))
            )
    return counts


@claim(
    "IV.3-gauss-markov",
    source="Theorem IV.3, Section IV.B (not in the paper)",
    title="if the linear model is true, locality never helps",
    statement=r"If $y_i=ax_i+b+\eta_i$ with uncorrelated noise of one variance $\sigma^2$, the "
    r"lines of Mixup and of Local Mixup are both unbiased, and no prediction of Local Mixup has a "
    r"smaller variance than that of Mixup.",
    verdict=Verdict.PROVED_WITH,
    result="true for every n, W and law; the excess is positive unless both lines always agree",
    sharper=r"With $A=(X^\top MX)^{-1}X^\top M$ and $A_0=(X^\top X)^{-1}X^\top$ the predictions at "
    r"the training points have the summed variances $\sigma^2\Vert XA\Vert_F^2=2\sigma^2+"
    r"\sigma^2\Vert X(A-A_0)\Vert_F^2$, in dimension one. So there is no "
    r"trade-off here: there is no bias to remove, and locality adds variance.",
    hypotheses=(*LINEAR, "every degree is positive, x not constant"),
    group=Group.BEYOND,
    uses=("IV.3-criterion", "IV.3-condition"),
)
def locality_costs() -> Proof:
    """Certify Pythagoras for the two estimators, and compare them on all small graphs."""
    ones, first, n, m, t, S = sp.symbols("A_0 A_1 n m t S")
    ordinary = {ones: sp.Integer(1), first: t}  # sum a_i and sum a_i x_i of an unbiased prediction
    counts = _small_graphs()
    excess, _ = _compare((0, 1, 2), band(3, 1, 1), 1)
    return Proof(
        argument=r"$AX=A_0X=I$, so both are unbiased. A prediction is $a^\top y$ with "
        r"$a=A^\top u$, or $a_0=A_0^\top u$, and $a^\top a_0=u^\top AX(X^\top X)^{-1}u="
        r"u^\top(X^\top X)^{-1}u=a_0^\top a_0$. Hence $\Vert a\Vert^2=\Vert a_0\Vert^2+"
        r"\Vert a-a_0\Vert^2$. Summed over the training points the last term is "
        r"$\Vert X(A-A_0)\Vert_F^2$, which vanishes only for $A=A_0$, as the columns of $X$ are "
        r"independent; and $\Vert XA_0\Vert_F^2$ is the trace of a projection of rank 2.",
        certificates=[
            Identity(
                "dimension one, at t: a_0i = 1/n + (t - m)(x_i - m)/S, m the mean of x and S the "
                "sum of (x_i - m)^2; a^T a_0 = 1/n + (t - m)^2/S for every unbiased a",
                (ones / n + (t - m) * (first - m * ones) / S).subs(ordinary),
                1 / n + (t - m) ** 2 / S,
            ),
            Identity(
                "and so is a_0^T a_0, by sum (x_i - m) = 0",
                n * (1 / n) ** 2 + ((t - m) / S) ** 2 * S,
                1 / n + (t - m) ** 2 / S,
            ),
            equalities(
                "unbiased, Pythagoras, and an excess exactly where the lines can differ",
                {"surprises": (counts["surprises"], 0)},
                "all symmetric graphs with weights 0 and 1 and self pairs on (0, 1, 2), (0, 1, 3), "
                "(0, 1, 2, 3) and (0, 1, 3, 4), alpha = 1",
            ),
        ],
        under=LINEAR,
        found={
            "small graphs": counts,
            "x = (0, 1, 2), epsilon = 1: excess summed over the points": excess,
        },
    )
