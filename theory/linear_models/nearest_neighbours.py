r"""Theorem IV.3 for K-nearest-neighbour graphs on a line: it holds for none but the complete one.

The proof is about intervals: the K nearest neighbours of a point, with the point itself, are K + 1
consecutive points.
"""

from __future__ import annotations

from itertools import combinations, pairwise, product
from typing import TYPE_CHECKING, get_args

import sympy as sp

from theory.mathematics.beta_moments import LAMBDA, expected
from theory.mathematics.weights import Symmetrised, keeps_least_squares, nearest
from theory.proofs.certificates import Certificate, Exact, Identity, Relation
from theory.proofs.evidence import Proof, Verdict
from theory.proofs.ledger import Group, claim

if TYPE_CHECKING:
    from collections.abc import Iterator

UNDER = ("squared loss", "f affine in x", "q = E lambda (1 - lambda) > 0", "distinct points")

RULES: tuple[Symmetrised, ...] = get_args(Symmetrised)


def _neighbourhoods(n: int, K: int) -> Iterator[list[range]]:
    """All ways to give each of n points K + 1 consecutive ones around it, ends nondecreasing."""
    starts = [range(max(0, i - K), min(i, n - 1 - K) + 1) for i in range(n)]
    for choice in product(*starts):
        if all(low <= high for low, high in pairwise(choice)):
            yield [range(start, start + K + 1) for start in choice]


def _cliques(closed: list[frozenset[int]]) -> bool:
    """Whether a symmetric graph is a disjoint union of complete graphs of one size."""
    return len({len(around) for around in closed}) == 1 and all(
        closed[j] == closed[i] for i in range(len(closed)) for j in closed[i]
    )


def _symmetric(intervals: list[range], rule: Symmetrised) -> list[frozenset[int]]:
    """Closed neighbourhoods of the union or of the mutual graph."""
    needed = 1 if rule == "union" else 2
    n = range(len(intervals))
    return [
        frozenset(j for j in n if (j in intervals[i]) + (i in intervals[j]) >= needed) for i in n
    ]


def _combinatorial() -> dict[str, dict[str, int]]:
    """Check what the proof says of intervals on every system of them up to n = 7."""
    counts: dict[str, dict[str, int]] = {
        rule: {"systems": 0, "degrees can be affine": 0, "surprises": 0} for rule in RULES
    }
    for n in range(3, 8):
        for K in range(1, n - 1):
            for intervals in _neighbourhoods(n, K):
                received = [sum(i in around for around in intervals) for i in range(n)]
                union, mutual = (_symmetric(intervals, rule) for rule in ("union", "mutual"))
                degrees = {
                    "average": received,
                    "union": [len(around) for around in union],
                    "mutual": [len(around) for around in mutual],
                }
                graphs = {"average": union, "union": union, "mutual": mutual}
                for rule in RULES:
                    d = degrees[rule]
                    steps = [b - a for a, b in pairwise(d)]
                    # Affine at increasing points: constant, or strictly monotone.
                    possible = (
                        all(s == 0 for s in steps)
                        or all(s > 0 for s in steps)
                        or all(s < 0 for s in steps)
                    )
                    fine = _cliques(graphs[rule]) and len(graphs[rule][0]) in range(2, n)
                    counts[rule]["systems"] += 1
                    counts[rule]["degrees can be affine"] += possible
                    counts[rule]["surprises"] += possible and not fine
    return counts


def _metric() -> dict[str, int]:
    """Decide the condition for all sets of integers in a range, with every K and rule."""
    counts = {"instances": 0, "least squares kept": 0}
    for n in range(3, 7):
        for rest in combinations(range(1, 10), n - 1):
            x = (0, *rest)
            for K, rule, left in product(range(1, n - 1), RULES, (True, False)):
                W = nearest(x, K, rule, ties_left=left)
                for loops, alpha in product((0, 1), (1, 2)):
                    for i in range(n):
                        W[i][i] = 2 * loops
                    counts["instances"] += 1
                    counts["least squares kept"] += keeps_least_squares(x, W, alpha)
    return counts


def _steps() -> list[Certificate]:
    """The identities of the proof, in its order."""
    A, B, low, high, point = sp.symbols("A B x_0 x_n x_i")
    c, block, here, there = sp.symbols("c X x_i x_j")
    first, second, out, received = sp.symbols("E_1 E_2 out in")
    return [
        Identity(
            "directed W: M 1 = (E lambda^2 + q) out + (E (1-lambda)^2 + q) in = E lambda out + "
            "E (1-lambda) in",
            expected(LAMBDA**2 + LAMBDA * (1 - LAMBDA), first, second) * out
            + expected((1 - LAMBDA) ** 2 + LAMBDA * (1 - LAMBDA), first, second) * received,
            first * out + (1 - first) * received,
        ),
        Identity(
            "affine degrees lie between those of the ends",
            ((high - point) * (A + B * low) + (point - low) * (A + B * high)) / (high - low),
            A + B * point,
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
    formal=("TheoremIV3More.IV3_knn",),
)
def nearest_neighbours() -> Proof:
    """Certify the steps of the proof, and enumerate intervals and points."""
    intervals, points = _combinatorial(), _metric()
    return Proof(
        argument=r"Let $N[i]$ be $i$ with its $K$ nearest neighbours: $K+1$ consecutive points "
        r"$l_i,\dots,r_i$. (1) The ends do not decrease: if $i<j$ and $r_i>r_j$, then "
        r"$l_j<l_i\le i<j\le r_j<r_i$, and with $l=l_j$, $r=r_i$ the choices of $j$ and of $i$ "
        r"give $x_r-x_j\ge x_j-x_l>x_i-x_l\ge x_r-x_i>x_r-x_j$. (2) Directed, or averaged ("
        r"$\mathbb E\lambda=\frac12$): $(M1)_i=c+K\,\mathbb E\lambda+"
        r"\mathrm{in}_i\mathbb E(1-\lambda)$, and $q>0$ gives $\mathbb E(1-\lambda)>0$. If "
        r"$M1$ is affine, so is the number $\mathrm{in}_i$ of points that chose $i$, and no "
        r"$\mathrm{in}_i$ exceeds both ends. The points that chose $0$ have $l_i=0$, so $i\le K$: "
        r"$\mathrm{in}_0\le K$, and likewise at the other end. As $\sum\mathrm{in}_i=nK$, all are "
        r"$K$. So $N[i]=\{0,\dots,K\}$ for all $i\le K$; nobody else chose these points, and the "
        r"same follows for the rest: the graph is a disjoint union of complete graphs on $K+1$ "
        r"consecutive points. (3) Either direction suffices: every degree is at least $K+c$, those "
        r"of the ends are $K+c$ by the same count, so affine degrees are all $K+c$, whoever chose "
        r"$i$ is in $N[i]$, the graph is symmetric and (2) applies. (4) Both required: by (1) the "
        r"neighbours are again intervals with nondecreasing ends $L_i,R_i$. If 0 and 1 are "
        r"joined, $d_1-d_0=R_1-R_0\ge0$, and if not, $d_0=c\le d_1$; with the same at the other "
        r"end affine degrees are constant, $k+c$, and as in (2) the graph is a union of complete "
        r"graphs on $k+1$ consecutive points. $k\ge1$: with 0 looking to the right and the last "
        r"point to the left, two adjacent points are nearest to each other. $k<n-1$, since "
        r"$K<n-1$. (5) So in each case there are at least two blocks, of equal sizes at least 2. "
        r"As $d$ is constant and $q>0$, $Sx=u+vx$. Within a block with sum $X$ this forces "
        r"$v=c-1$ and $X=u$; but the sums of consecutive blocks of one size increase.",
        certificates=[
            *_steps(),
            Exact(
                "affine degrees only for unions of at least two complete graphs of one size > 1",
                tuple(
                    Relation(rule, sp.Integer(count["surprises"]), "==", sp.Integer(0))
                    for rule, count in intervals.items()
                ),
                "all systems of K + 1 consecutive points with nondecreasing ends, n = 3, ..., 7",
            ),
            Exact(
                "no instance keeps the least-squares line",
                (Relation("kept", sp.Integer(points["least squares kept"]), "==", sp.Integer(0)),),
                "x in {0, ..., 9}, n = 3, ..., 6, 1 <= K <= n - 2, three rules, ties to the left "
                "and to the right, self pairs 0 and 1, alpha 1 and 2",
            ),
        ],
        under=UNDER,
        found={"systems of intervals": intervals, "sets of points": points},
    )
