r"""Theorem IV.3: over linear models the expected criterion is a quadratic form, and what follows.

With the residuals r_i = y_i - f(x_i), S = (W + W^T)/2 and the degrees d = S 1 it is r^T M r,
M = 2(pD + qS).
"""

from __future__ import annotations

from collections import Counter
from itertools import product

import sympy as sp

from theory.linear import invariance, least_squares, minimiser
from theory.mathematics.beta_moments import (
    LAMBDA,
    LINEAR,
    P,
    Q,
    expected,
    moment_certificates,
    pairwise_criterion,
)
from theory.mathematics.line_graphs import every_graph
from theory.mathematics.vectors import dot
from theory.proofs.certificates import Cases, Identity, equalities
from theory.proofs.evidence import Proof, Verdict
from theory.proofs.ledger import Group, claim, evidence


def _as_form(residuals: list[sp.Expr], W: list[list[sp.Expr]]) -> sp.Expr:
    """2 p sum_i d_i r_i^2 + 2 q sum_ij S_ij r_i r_j; with W for S, which the sum does not see."""
    n = range(len(residuals))
    squares = (P * (W[i][j] + W[j][i]) * residuals[i] ** 2 for i, j in product(n, n))
    return sp.Add(
        *squares, *(2 * Q * W[i][j] * residuals[i] * residuals[j] for i, j in product(n, n))
    )


@claim(
    "IV.3-criterion",
    source="Theorem IV.3, Definition II.1, Eq. (2) (not in the paper)",
    title="over linear models the criterion is a quadratic form; Mixup is least squares",
    statement=r"For $f(x)=ax+b$ and the residuals $r_i=y_i-f(x_i)$ the expected criterion of Eq. "
    r"(2) is $r^\top Mr$ with $M=2(pD+qS)$, $S=\tfrac12(W+W^\top)$, $D$ the diagonal of its row "
    r"sums $d$, $p=\tfrac12\mathbb E[\lambda^2+(1-\lambda)^2]$ and "
    r"$q=\mathbb E\lambda(1-\lambda)$. Classical Mixup, with or without self pairs, and vanilla "
    r"training have the same minimiser for every $y$: the least-squares line.",
    verdict=Verdict.PROVED_WITH,
    result="true for every n, W >= 0 and law of lambda: generalised least squares, and least "
    "squares at both extremes",
    sharper=r"$p+q=\frac12$, so $M=D-2q(D-S)$: the degrees less $2q$ times the Laplacian. For "
    r"$\lambda\sim\mathrm{Beta}(\alpha,\alpha)$, $p=\frac{\alpha+1}{2(2\alpha+1)}$ and "
    r"$q=\frac{\alpha}{2(2\alpha+1)}$. $r^\top Mr=\sum_{i,j}W_{ij}\bigl[\tfrac14(r_i+r_j)^2+"
    r"(\tfrac14-q)(r_i-r_j)^2\bigr]$: for $q<\frac14$ (unless $\lambda=\frac12$), $M$ is positive "
    r"definite exactly if every degree is positive, and the minimiser, for $x$ not constant, is "
    r"$(X^\top MX)^{-1}X^\top My$ with $X=[1,x]$. For $W=(c-w)I+wJ$, with $J$ the matrix of ones, "
    r"the criterion is $(c+2w(p(n-1)-q))\sum r_i^2+2qw(\sum r_i)^2$; in every dimension least "
    r"squares minimises both terms at once.",
    hypotheses=(*LINEAR, "x not constant"),
    group=Group.BEYOND,
    formal=(
        "TheoremIV3.mixup_criterion",
        "TheoremIV3.mixup_is_least_squares",
        "TheoremIV3.mixup_minimiser_unique",
    ),
)
def quadratic_form() -> Proof:
    """Certify the moments and the form of one pair, and write small cases out."""
    a, b, x, z, y, v, r, s = sp.symbols("a b x_i x_j y_i y_j r_i r_j")
    first, second = sp.symbols("E_1 E_2")
    pair = expected((LAMBDA * r + (1 - LAMBDA) * s) ** 2, first, second)
    back = expected((LAMBDA * s + (1 - LAMBDA) * r) ** 2, first, second)
    form, of_law = P * r**2 + P * s**2 + 2 * Q * r * s, {Q: first - second}
    cases: Cases = {}
    for n in (1, 2, 3, 4):
        W = [[sp.Symbol(f"W_{i}{j}") for j in range(n)] for i in range(n)]
        both = [[W[min(i, j)][max(i, j)] for j in range(n)] for i in range(n)]
        rest = list(sp.symbols(f"r_0:{n}"))
        cases[f"n = {n}, any W"] = pairwise_criterion(rest, W), _as_form(rest, W)
        cases[f"n = {n}, symmetric W and any law"] = (
            pairwise_criterion(rest, both, first, second),
            _as_form(rest, both).subs(of_law),
        )
    return Proof(
        argument=r"The residual of a virtual sample is $\lambda r_i+(1-\lambda)r_j$, since $f$ is "
        r"affine. Both orders of a pair, of one weight or under a symmetric law, contribute "
        r"$2W_{ij}(pr_i^2+pr_j^2+2qr_ir_j)$; in the sum over "
        r"all pairs $r_i^2$ gets the factor $2pd_i$, and $r_ir_j$ the "
        r"factor $2qS_{ij}$ from each side. A zero of the form has $r_i=r_j=0$ wherever "
        r"$W_{ij}>0$; and a point of degree 0 occurs nowhere.",
        certificates=[
            *moment_certificates(),
            Identity(
                "the residual of a virtual sample",
                LAMBDA * y + (1 - LAMBDA) * v - (a * (LAMBDA * x + (1 - LAMBDA) * z) + b),
                LAMBDA * (y - a * x - b) + (1 - LAMBDA) * (v - a * z - b),
            ),
            Identity("both orders of a pair, any law", pair + back, 2 * form.subs(of_law)),
            Identity(
                "as a sum of two squares",
                form,
                (r + s) ** 2 / 4 + (sp.Rational(1, 4) - Q) * (r - s) ** 2,
            ),
            equalities("the sum over pairs on symbolic W and r", cases, "n = 1, ..., 4"),
        ],
        under=LINEAR,
    )


@evidence("IV.3-criterion")
def mixup_is_least_squares() -> Proof:
    """Certify the criterion of W = (c - w) I + w J in two sums, for symbolic n."""
    n, c, w, squares, total = sp.symbols("n c w Q R")
    degree = c + (n - 1) * w
    # sum_ij S_ij r_i r_j = (c - w) Q + w R^2 with Q = sum r_i^2 and R = sum r_i
    form = 2 * P * degree * squares + 2 * Q * ((c - w) * squares + w * total**2)
    leading = c + 2 * w * (P * (n - 1) - Q)
    cases: Cases = {}
    for count, (own, weight) in product((2, 3, 4), ((1, 1), (0, 1), (1, 0), (3, 2))):
        W = [[own if i == j else weight for j in range(count)] for i in range(count)]
        r = list(sp.symbols(f"r_0:{count}"))
        values = {n: count, c: own, w: weight, squares: dot(r, r), total: sum(r)}
        cases[f"n = {count}, c = {own}, w = {weight}"] = pairwise_criterion(r, W), form.subs(values)
    return Proof(
        argument=r"With $Q=\sum r_i^2$ and $R=\sum r_i$ the criterion is a positive multiple of "
        r"$Q$ plus $2qwR^2$. Least squares is the only minimiser of $Q$, and has $R=0$, since the "
        r"intercept is free; so it is the only minimiser of the sum. Classical Mixup is $c=w=1$, "
        r"without self pairs $c=0$, vanilla training $w=0$. Nothing but the intercept was used of "
        r"the model.",
        certificates=[
            Identity("the criterion", form, leading * squares + 2 * Q * w * total**2),
            Identity(
                "the factor of Q is positive: 1/2 - 2q >= 0, and n >= 2",
                leading,
                c + w * ((n - 2) / 2 + n * (sp.S.Half - 2 * Q)),
            ),
            equalities("the criterion pair by pair", cases, "n = 2, 3, 4, symbolic r"),
        ],
        under=LINEAR,
    )


def _compare_with_condition() -> dict[str, int]:
    """Compare both sides of the condition on all graphs on a few small sets of points."""
    found: Counter[str] = Counter()
    for x in ((0, 1, 2), (0, 1, 3), (0, 1, 2, 3), (0, 1, 4, 5)):
        impulses = [[int(i == j) for j in range(len(x))] for i in range(len(x))]
        for W in every_graph(len(x)):
            verdict = invariance(x, W)
            same = all(minimiser(x, y, W) == least_squares(x, y) for y in impulses)
            found["graphs"] += 1
            found["equal for every y"] += same
            found["disagreements"] += same != verdict.holds
            if verdict.y is not None:
                broken = minimiser(x, verdict.y, W) != least_squares(x, verdict.y)
                found["y that break nothing"] += not broken
    return found


@claim(
    "IV.3-condition",
    source="Theorem IV.3 (not in the paper)",
    title="exactly which graphs keep the least-squares line",
    statement=r"The least-squares line minimises the Local Mixup criterion for every $y$ if and "
    r"only if $M$ maps the span of the columns of $X=[1,x]$ into itself: $d$ and "
    r"$p\,d\circ x+q\,Sx$ are affine functions of $x$.",
    verdict=Verdict.PROVED_WITH,
    result="true for every n; a failing graph comes with a y that breaks it (theory.linear)",
    sharper=r"For a given $y$ with least-squares residual $e$ the line is the same exactly if "
    r"$X^\top Me=0$. The condition holds for two different $q$ (and then for all) exactly if "
    r"$d$, $d\circ x$ and $Sx$ are affine in $x$; with at least three distinct $x_i$: if $d$ is "
    r"constant and $Sx$ affine.",
    hypotheses=(*LINEAR, "x not constant"),
    group=Group.BEYOND,
    uses=("IV.3-criterion",),
    formal=("TheoremIV3.IV3_condition", "TheoremIV3.IV3_condition_directed"),
)
def condition() -> Proof:
    """Certify what two values of q say, and compare both sides on all small graphs."""
    d, x, s, A, B, z0, z1, z2, other = sp.symbols("d_i x_i s_i A B x_0 x_1 x_2 q'")
    counts = _compare_with_condition()
    image = 2 * (P * d * x + Q * s)
    difference = sum(
        (A + B * here) * here / ((here - p) * (here - q))
        for here, p, q in ((z0, z1, z2), (z1, z0, z2), (z2, z0, z1))
    )
    return Proof(
        argument=r"With the least-squares residual $e$ the criterion of the line $X\beta$ away "
        r"from least squares is $(e-X\beta)^\top M(e-X\beta)$, convex, with gradient "
        r"$-2X^\top Me$ at $\beta=0$. As $y$ varies, $e$ runs over all vectors orthogonal to the "
        r"columns of $X$, and $X^\top Me=0$ for all of them exactly if the columns of $MX$ are "
        r"combinations of those of $X$. If one is not, let $e$ be its part orthogonal to them: "
        r"then $y=e$ has $e^\top MX_k=e^\top e>0$. Here $M1=d$ and $Mx=2(p\,d\circ x+q\,Sx)$. Two "
        r"values of $q$ give two combinations of $d\circ x$ and $Sx$, and then both are "
        r"affine; if $d=A+Bx$, $d\circ x$ is a parabola with leading coefficient $B$, whose second "
        r"divided difference is $B$.",
        certificates=[
            Identity("M 1 = d", 2 * (P * d + Q * d), d),
            Identity(
                "two values of q: the difference is a multiple of d x - S x",
                image - image.subs(Q, other),
                2 * (other - Q) * (d * x - s),
            ),
            Identity("the second divided difference of (A + B x) x is B", difference, B),
            equalities(
                "minimisers for all impulses y against the condition",
                {key: (counts[key], 0) for key in ("disagreements", "y that break nothing")},
                "all symmetric graphs with weights 0 and 1 and self pairs on (0, 1, 2), (0, 1, 3), "
                "(0, 1, 2, 3) and (0, 1, 4, 5), alpha = 1",
            ),
        ],
        under=LINEAR,
        found={"small graphs": counts},
    )
