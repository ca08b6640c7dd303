r"""Theorem IV.3 on a growing lattice: both lines agree in the limit, and how fast."""

from __future__ import annotations

from fractions import Fraction

import sympy as sp

from theory.linear import least_squares, minimiser
from theory.linear_models.lattice_lines import (
    bound_certificates,
    difference_at_end,
    limit_certificates,
    row_certificates,
    sum_certificates,
)
from theory.mathematics.beta_moments import LINEAR
from theory.mathematics.weights import band, threshold
from theory.proofs.certificates import Exact, Relation
from theory.proofs.evidence import Boundary, Proof, Verdict
from theory.proofs.ledger import Group, claim, evidence

CONSTANTS = {4: sp.Integer(4), 12: sp.Rational(5, 2)}
"""In the statement of the row: the bound is C (K+1)/n max|e| for n >= m K, {m: C}."""


def _small_lattices() -> Exact:
    relations = []
    for neighbours, loops, alpha, size in (
        (1, 1, 1, 3), (1, 0, 2, 5), (2, 1, 1, 4), (2, 1, 3, 9), (3, 0, 1, 8), (3, 2, 2, 12)
    ):  # fmt: skip
        points = list(range(size))
        W = band(size, neighbours, loops)
        for at in points:
            y = [int(point == at) for point in points]
            local, mixup = minimiser(points, y, W, alpha), least_squares(points, y)
            relations.append(
                Relation(
                    f"n = {size}, K = {neighbours}, c = {loops}, alpha = {alpha}, y = e_{at}",
                    (local[0] - mixup[0]) * (size - 1) + local[1] - mixup[1],
                    "==",
                    difference_at_end(size, neighbours, loops, alpha, at),
                )
            )
    return Exact("the closed forms against the minimisers", tuple(relations), "K <= 3, n <= 12")


@claim(
    "IV.3-asymptotic",
    source="Theorem IV.3, Section IV.B (not in the paper)",
    title="on equally spaced points the theorem is true in the limit",
    statement=r"While the graph stays local, the lines of Mixup and of Local Mixup agree in the "
    r"limit of many points: their greatest difference over the training interval tends to 0 as "
    r"$n\to\infty$, for bounded $y$.",
    verdict=Verdict.PROVED_WITH,
    result="true on a lattice, at the rate K/n, for every n >= 4K; false for a thresholded graph "
    "on points of uneven density",
    sharper=r"On $0,\dots,n-1$ with $K$ neighbours on each side and self pairs of any weight "
    r"$c\ge0$, for all $K\ge1$: $\max\vert f_{loc}-f_{OLS}\vert\le C\frac{K+1}n\max\vert e_i\vert"
    r"\le3C\frac{K+1}n\max\vert y_i\vert$ with the least-squares residuals $e$, where "
    + ", ".join(rf"$C={value}$ for $n\ge{fewest}K$" for fewest, value in CONSTANTS.items())
    + r"; so $K=o(n)$ suffices. For $y_i=g(i/n)$ with continuous $g$, "
    r"$K$ fixed and $e_L,e_R$ the limits of the residuals at the ends, "
    r"$n(f_{loc}-f_{OLS})\to-\frac{K(K+1)}{2K+c}(2e_R-e_L)$ at the right end, for every law. "
    r"(Linear programming found no case above $2\frac{K+1}n$, also for $K+2\le n<4K$: not "
    r"proved.)",
    hypotheses=(
        *LINEAR,
        "equally spaced points",
        "K neighbours on each side, K = o(n)",
    ),
    group=Group.BEYOND,
    uses=("IV.3-criterion",),
)
def growing_lattice() -> Proof:
    """Certify the rows of M, the boundary sums, the bound and the limit."""
    return Proof(
        argument=r"Let $n\ge2K$, $x$ be centred, $\kappa=2q$. Rows $K\le i<n-K$: $(M1)_i=2K+c$ and "
        r"$(Mx)_i=(2K+c)x_i$. Rows $i<K$: $\delta_i$ and $\delta_ix_i-\kappa T_i$ less, and at the "
        r"right end the mirror image. As $1^\top e=x^\top e=0$, "
        r"$g_0=-\sum_{i<K}\delta_i(e_i+e_{n-1-i})$ and "
        r"$g_1=\sum_{i<K}\gamma_i(e_i-e_{n-1-i})$; by symmetry $1^\top Mx=0$, so the difference is "
        r"$g_0/m_0+xg_1/m_1$, greatest at an end $x=\pm h$. With $\vert e_i\vert\le E$ it is at "
        r"most $E\bigl(K(K+1)/m_0+2h\Gamma/m_1\bigr)$; times $m_0m_1$ the bound is affine in "
        r"$\kappa\in(0,\tfrac12)$. By Cauchy's inequality $\vert\hat y_i\vert^2\le h_{ii}\sum y_j^2"
        r"\le4\max y^2$ with the leverage $h_{ii}<4/n$, so $E\le3\max\vert y\vert$. In the limit "
        r"$e_i\to e_L$, $e_{n-1-i}\to e_R$, and $\sum\delta_i=K(K+1)/2$.",
        certificates=[
            *row_certificates(),
            *sum_certificates(),
            *(
                certificate
                for fewest, constant in CONSTANTS.items()
                for certificate in bound_certificates(constant, fewest)
            ),
            *limit_certificates(),
            _small_lattices(),
        ],
        under=("equally spaced points, K neighbours on each side, K = o(n)",),
        found={
            "limit of n (f_loc - f_OLS) at the right end for e_L = 0, e_R = 1": {
                f"K = {number}, c = 1": -2 * sp.Rational(number * (number + 1), 2 * number + 1)
                for number in (1, 2, 3)
            }
        },
    )


def _clusters(repeated: int) -> tuple[sp.Rational, sp.Rational]:
    """Values at x = 1 for clusters of m, 2m and m points at 0, 1 and 2, y = 1 in the middle."""
    x = [0] * repeated + [1] * 2 * repeated + [2] * repeated
    y = [int(point == 1) for point in x]
    W = threshold(x, Fraction(1, 2))
    return sp.Add(*minimiser(x, y, W)), sp.Add(*least_squares(x, y))


@evidence("IV.3-asymptotic")
def uneven_density() -> Boundary:
    """Give points of uneven density whose lines stay apart for every n."""
    values = {repeated: _clusters(repeated) for repeated in (1, 2, 3)}
    local, mixup = values[1]
    return Boundary(
        case="m, 2m and m points at (or near) 0, 1 and 2 with y = 0, 1, 0, threshold 1/2: each "
        "cluster of k points gets the weight k^2 instead of k, whatever m",
        stated="the lines of Local Mixup and Mixup agree at x = 1 as m grows; m = 1",
        relation=Relation("f(1)", local, "==", mixup),
        minimal="m = 1 is the least member of the family, whose values do not depend on m",
        smaller=Exact(
            "the values for m = 2 and 3 are those for m = 1",
            tuple(
                Relation(f"m = {repeated}, {name}", value, "==", first)
                for repeated in (2, 3)
                for name, value, first in zip(
                    ("Local Mixup", "Mixup"), values[repeated], values[1], strict=True
                )
            ),
            "m = 2, 3",
        ),
        found={"Local Mixup": local, "Mixup": mixup},
    )
