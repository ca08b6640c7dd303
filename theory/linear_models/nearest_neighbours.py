r"""Theorem IV.3 for K-nearest-neighbour graphs on a line: it holds for none but the complete one.

The proof is about intervals: the K nearest neighbours of a point, with the point itself, are K + 1
consecutive points.
"""

from __future__ import annotations

from itertools import combinations, product
from typing import TYPE_CHECKING, Any, Literal, get_args

import sympy as sp

from theory.mathematics.beta_moments import LAMBDA, expected
from theory.mathematics.line_graphs import keeps_least_squares
from theory.proofs.certificates import Certificate, Identity, equalities
from theory.proofs.evidence import Proof, Verdict
from theory.proofs.ledger import Group, claim

if TYPE_CHECKING:
    from collections.abc import Sequence

Symmetrised = Literal["average", "union", "mutual"]
"""How a directed graph becomes symmetric: (W + W^T)/2, the maximum or the minimum of W and W^T."""

UNDER = ("squared loss", "f affine in x", "q = E lambda (1 - lambda) > 0", "distinct points")

RULES: tuple[Symmetrised, ...] = get_args(Symmetrised)


def neighbours(x: Sequence[Any], i: int, K: int, *, ties_left: bool = True) -> range:
    """Return the indices of a point and of its K nearest neighbours, which are consecutive."""
    first, last = i, i
    for _ in range(K):
        left = last == len(x) - 1
        if first > 0 and not left:
            far_left, far_right = x[i] - x[first - 1], x[last + 1] - x[i]
            left = far_left < far_right or (far_left == far_right and ties_left)
        first, last = (first - 1, last) if left else (first, last + 1)
    return range(first, last + 1)


def nearest(
    x: Sequence[Any], K: int, rule: Symmetrised, *, loops: int = 0, ties_left: bool = True
) -> list[list[int]]:
    """Return twice the symmetric weights of the K-nearest-neighbour graph."""
    n = range(len(x))
    closed = [neighbours(x, i, K, ties_left=ties_left) for i in n]
    weight = {"average": (0, 1, 2), "union": (0, 2, 2), "mutual": (0, 0, 2)}[rule]
    return [
        [2 * loops if i == j else weight[(j in closed[i]) + (i in closed[j])] for j in n] for i in n
    ]


def _metric() -> dict[str, int]:
    """Decide the condition for all sets of integers in a range, with every K and rule."""
    counts = {"instances": 0, "least squares kept": 0}
    for n in range(3, 7):
        for rest, K in product(combinations(range(1, 10), n - 1), range(1, n - 1)):
            x = (0, *rest)
            for rule, left, loops in product(RULES, (True, False), (0, 1)):
                W = nearest(x, K, rule, loops=loops, ties_left=left)
                for alpha in (1, 2):
                    counts["instances"] += 1
                    counts["least squares kept"] += keeps_least_squares(x, W, alpha)
    return counts


def _steps() -> list[Certificate]:
    """The identities of the proof, in its order."""
    c, block, here, there = sp.symbols("c X x_i x_j")
    first, second, out, received = sp.symbols("E_1 E_2 out in")
    return [
        Identity(
            "directed W: M 1 = (E lambda^2 + q) out + (E (1-lambda)^2 + q) in",
            expected(LAMBDA**2 + LAMBDA * (1 - LAMBDA), first, second) * out
            + expected((1 - LAMBDA) ** 2 + LAMBDA * (1 - LAMBDA), first, second) * received,
            first * out + (1 - first) * received,
        ),
        Identity(
            "S x within a clique with sum X: rows i and j differ by (c - 1)(x_i - x_j)",
            (c * here + block - here) - (c * there + block - there),
            (c - 1) * (here - there),
        ),
    ]


@claim(
    "IV.3-knn",
    source="Theorem IV.3, Section IV.A (not in the paper)",
    title="K-nearest-neighbour graphs on a line never keep the theorem",
    statement=r"Let $n\ge3$ distinct points on a line have the weights of their "
    r"$K$-nearest-neighbour graph, $1\le K\le n-2$, directed or made symmetric (both directions "
    r"averaged, either or both required), and equal self pairs $W_{ii}=c\ge0$. Then for some $y$ "
    r"the least-squares line does not minimise the Local Mixup criterion.",
    verdict=Verdict.PROVED_WITH,
    result="true for all n, K, c and laws with q > 0, directed or not, however ties are broken",
    sharper=r"So on a line the three graphs of Section IV.A keep the theorem at their extremes "
    r"only: $W=(c-w)I+wJ$. A point is not its own neighbour here; if it is, $K$ is one more and "
    r"$c=1$.",
    hypotheses=UNDER,
    group=Group.BEYOND,
    uses=("IV.3-criterion", "IV.3-condition"),
    formal=("TheoremIV3More.IV3_knn", "TheoremIV3More.IV3_knn_symmetric"),
)
def nearest_neighbours() -> Proof:
    """Certify the steps of the proof, and enumerate points."""
    points = _metric()
    return Proof(
        argument=r"Let $N[i]$ be $i$ with its $K$ nearest neighbours: $K+1$ consecutive points "
        r"$l_i,\dots,r_i$. (1) The ends do not decrease: if $i<j$ and $r_i>r_j$, then $l_j<l_i\le "
        r"i<j\le r_j<r_i$, and with $l=l_j$, $r=r_i$ the choices of $j$ and of $i$ give "
        r"$x_r-x_j\ge x_j-x_l>x_i-x_l\ge x_r-x_i>x_r-x_j$. (2) Directed, or averaged ($\mathbb "
        r"E\lambda=\frac12$): $(M1)_i=c+K\,\mathbb E\lambda+\mathrm{in}_i\mathbb E(1-\lambda)$, "
        r"and $q>0$ gives $\mathbb E(1-\lambda)>0$. If $M1$ is affine, so is the number "
        r"$\mathrm{in}_i$ of points that chose $i$, and none exceeds both ends. Who chose $0$ has "
        r"$l_i=0$, so $i\le K$: $\mathrm{in}_0\le K$, and likewise at the other end. As "
        r"$\sum\mathrm{in}_i=nK$, all are $K$. So $N[i]=\{0,\dots,K\}$ for all $i\le K$, nobody "
        r"else chose these points, and the same follows for the rest: a disjoint union of "
        r"complete graphs on $K+1$ consecutive points. (3) Either direction suffices: every "
        r"degree is at least $K+c$, those of the ends are $K+c$, so affine degrees are all $K+c$, "
        r"the graph is symmetric and (2) applies. (4) Both required: by (1) the neighbours are "
        r"intervals with nondecreasing ends $L_i,R_i$. If 0 and 1 are joined, "
        r"$d_1-d_0=R_1-R_0\ge0$, and if not, $d_0=c\le d_1$; with the same at the other end "
        r"affine degrees are constant, $k+c$, and as in (2) the graph is a union of complete "
        r"graphs on $k+1$ consecutive points. $k\ge1$: with 0 looking to the right and the last "
        r"point to the left, two adjacent points are nearest to each other. $k<n-1$, since "
        r"$K<n-1$. (5) So there are at least two blocks, of equal sizes at least 2. As $d$ is "
        r"constant and $q>0$, $Sx=u+vx$. Within a block with sum $X$ this forces $v=c-1$ and "
        r"$X=u$; but the sums of consecutive blocks of one size increase.",
        certificates=[
            *_steps(),
            equalities(
                "no instance keeps the least-squares line",
                {"kept": (points["least squares kept"], 0)},
                "x in {0, ..., 9}, n = 3, ..., 6, 1 <= K <= n - 2, three rules, ties to the left "
                "and to the right, self pairs 0 and 1, alpha 1 and 2",
            ),
        ],
        under=UNDER,
        found={"sets of points": points},
    )
