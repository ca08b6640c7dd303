r"""Section IV.A: whether W is the symmetric similarity matrix that it is said to be."""

from __future__ import annotations

from itertools import combinations, count, permutations
from typing import TYPE_CHECKING

import sympy as sp

from theory.mathematics.line_graphs import SUPERINCREASING, Matrix, distances, nearest
from theory.proofs.certificates import Antiderivative, Exact, Identity, Relation, Telescoping
from theory.proofs.evidence import Boundary, Proof, Refutation, Verdict, expect
from theory.proofs.ledger import claim, evidence

if TYPE_CHECKING:
    from collections.abc import Iterator


def _symmetric(case: str, W: Matrix) -> list[Relation]:
    return [
        Relation(f"{case}, entry ({i}, {j})", W[i][j], "==", W[j][i])
        for i, j in combinations(range(len(W)), 2)
    ]


@claim(
    "IV.A-symmetric",
    source="Section IV.A",
    title="W is symmetric",
    statement=r"The weights $\mathbf W$ of each of the three graphs are a symmetric matrix.",
    verdict=Verdict.REFUTED,
    result="false for nearest neighbours, from three points on; true for the other two graphs",
    sharper=r"Thresholded and exponential graphs are symmetric, being functions of $D$. The "
    r"$K$-nearest-neighbour graph is symmetric for every data set if $K=0$ or $K\ge n-1$; for all "
    r"$1\le K\le n-2$ the points $x_i=2^i-1$ give $W_{K+1,K}=1$ and $W_{K,K+1}=0$. "
    r"On tied distances it is not even defined.",
    hypotheses=("no ties",),
)
def symmetry() -> Refutation:
    """Compare the two directions of each pair."""
    points = SUPERINCREASING[:3]
    D = distances(points)
    W = nearest(D, 1)
    smaller = _symmetric("n = 2, K = 1", nearest(distances(points[:2]), 1))
    for K in (0, 2, 3):
        smaller += _symmetric(f"n = 3, K = {K}", nearest(D, K))
    return Refutation(
        case="n = 3, x = (0, 1, 3), K = 1: the vertex 3 has the neighbour 1, whose neighbour is 0",
        stated="W[2, 1] = W[1, 2]",
        relation=Relation("W[2, 1] and W[1, 2]", W[2][1], "==", W[1][2]),
        minimal="two points are each other's neighbour; for n = 3 the graphs K = 0 and K >= 2 are "
        "empty or complete",
        smaller=Exact("symmetric", tuple(smaller), "n = 2, K = 1 and n = 3, K = 0, 2, 3"),
        found={"W": [", ".join(map(str, row)) for row in W]},
    )


@evidence("IV.A-symmetric")
def symmetry_of_each_graph() -> Proof:
    """Show where symmetry holds, and that every other K breaks it."""
    a, b, w, i = sp.symbols("a b w i")
    relations = []
    for size in range(3, len(SUPERINCREASING) + 1):
        for K in range(1, size - 1):
            W = nearest(distances(SUPERINCREASING[:size]), K)
            relations += [
                Relation(f"n = {size}, K = {K}, forward", W[K + 1][K], "==", sp.Integer(1)),
                Relation(f"n = {size}, K = {K}, back", W[K][K + 1], "==", sp.Integer(0)),
            ]
    return Proof(
        argument=r"$D$ is symmetric, so every function of it is. With $x_i=2^i-1$ the distance "
        r"$x_{i+1}-x_i=2^i$ exceeds $x_i-x_0=2^i-1$: each point is closer to all points on its "
        r"left than to any on its right. So the $K$ neighbours of $x_K$ are $x_0,\dots,x_{K-1}$, "
        r"and $x_K$ is one of those of $x_{K+1}$, which exists for $K\le n-2$. For $K\ge n-1$ "
        r"every row has $n-1$ ones.",
        certificates=[
            Identity("(a - b)^2 = (b - a)^2", (a - b) ** 2, (b - a) ** 2),
            Telescoping(
                "x_i - x_0 = sum_{m<i} 2^m = 2^i - 1, with w = 2^i",
                w - 1,
                w,
                i,
                0,
                sp.Integer(0),
                {w: 2 * w},
                {w: sp.Integer(1)},
            ),
            Exact("W[K+1, K] = 1 and W[K, K+1] = 0", tuple(relations), "3 <= n <= 8, all such K"),
        ],
    )


@claim(
    "IV.A-symmetric-lambda",
    source="Section IV.A, Eq. (2) (not in the paper)",
    title="an asymmetric W does no harm",
    statement=r"In Eq. (2), averaged over $\lambda$, only the symmetric part "
    r"$(\mathbf W+\mathbf W^\top)/2$ of the weights counts.",
    verdict=Verdict.PROVED_WITH,
    result="true exactly if lambda and 1 - lambda have the same law, as for Beta(a, a)",
    sharper=r"For $\lambda\sim\mathrm{Beta}(a,b)$, $f=0$ and targets 0 and 1 the two directions "
    r"of a pair differ by $\frac{b-a}{a+b}$, so the transposed graph has the same loss for all "
    r"data and all $f$ if and only if $a=b$.",
    hypotheses=("lambda and 1 - lambda have the same law",),
)
def symmetric_part() -> Proof:
    """Exchange the ends of a pair together with lambda and 1 - lambda."""
    m1, m2, p, q, a, b = sp.symbols("m_1 m_2 p q a b")
    total = (a + b) * (a + b + 1)
    return Proof(
        argument=r"The pair $(j,i)$ with $1-\lambda$ is the pair $(i,j)$ with $\lambda$, for "
        r"inputs and for targets. If both have the same law, the mean losses of $(i,j)$ and "
        r"$(j,i)$ are equal, and $\sum W_{ij}\ell_{ij}=\sum\frac{W_{ij}+W_{ji}}2\ell_{ij}$ for any "
        r"loss. Conversely, with one directed pair and inputs 0 and 1 the loss at $x$ can be any "
        r"nonnegative function of $x$, and equality for all of them means equal laws.",
        certificates=[
            Identity(
                "residuals p, q, squared loss, m_k = E lambda^k: the two directions differ by "
                "(2 m_1 - 1)(p^2 - q^2)",
                (m2 * p**2 + 2 * (m1 - m2) * p * q + (1 - 2 * m1 + m2) * q**2)
                - (m2 * q**2 + 2 * (m1 - m2) * p * q + (1 - 2 * m1 + m2) * p**2),
                (2 * m1 - 1) * (p**2 - q**2),
            ),
            Identity(
                "Beta(a, b): E (1 - lambda)^2 - E lambda^2 = (b - a)/(a + b)",
                b * (b + 1) / total - a * (a + 1) / total,
                (b - a) / (a + b),
            ),
        ],
        under=("lambda and 1 - lambda have the same law",),
    )


@evidence("IV.A-symmetric-lambda")
def directed_pair() -> Boundary:
    """Beta(2, 1) tells the graph from its transpose."""
    t = sp.Symbol("lambda", real=True)
    density = 2 * t
    y = [sp.Integer(value) for value in (0, 0, 1)]
    W = nearest(distances(SUPERINCREASING[:3]), 1)

    def loss(weights: Matrix) -> sp.Expr:
        terms = (
            weights[i][j] * sp.integrate((t * y[i] + (1 - t) * y[j]) ** 2 * density, (t, 0, 1))
            for i in range(3)
            for j in range(3)
        )
        return sum(terms, sp.Integer(0))

    transposed = [list(column) for column in zip(*W, strict=True)]
    return Boundary(
        case="lambda ~ Beta(2, 1), x = (0, 1, 3), y = (0, 0, 1), K = 1, f = 0",
        stated="the graph and its transpose have the same loss",
        relation=Relation("loss of W and of its transpose", loss(W), "==", loss(transposed)),
        minimal="with fewer points, or another K, W is symmetric (IV.A-symmetric)",
    )


def _violation(D: Matrix, W: Matrix) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """Return a pair without a weight and a longer one with a weight, if there is one."""
    pairs = list(combinations(range(len(D)), 2))
    for i, j in pairs:
        if W[i][j] == W[j][i] == 0:
            for k, m in pairs:
                if D[k][m] > D[i][j] and W[k][m] + W[m][k] > 0:
                    return (i, j), (k, m)
    return None


def smallest_violation() -> tuple[tuple[int, ...], tuple[int, int], tuple[int, int]]:
    """Find the shortest four integer points whose nearest-neighbour graph prefers a longer pair."""
    return next(_violations())


def _violations() -> Iterator[tuple[tuple[int, ...], tuple[int, int], tuple[int, int]]]:
    for reach in count(3):
        for inner in combinations(range(1, reach), 2):
            points = (0, *inner, reach)
            D = distances(points)
            if all(len(set(row)) == len(row) for row in D):
                found = _violation(D, nearest(D, 1))
                if found is not None:
                    yield points, *found


@claim(
    "IV.A-closest",
    source="Section IV.A",
    title="large weights belong to the closest pairs",
    statement=r"Each graph is a similarity matrix in which large weights correspond to the closest "
    r"pairs: $D_{ij}<D_{kl}$ implies $W_{ij}\ge W_{kl}$.",
    verdict=Verdict.REFUTED,
    result="false for nearest neighbours, from four points on: a remote sample is linked all the "
    "same; true for the other two graphs",
    sharper=r"Thresholded and exponential weights are nonincreasing in the distance. A "
    r"$K$-nearest-neighbour graph is so within a row only: it links a sample to its $K$ closest "
    r"however far they are, and so keeps the long segments of isolated samples.",
    hypotheses=("no ties", "a pair counts as linked if either direction is"),
)
def closest_pairs() -> Refutation:
    """Search the smallest example, and exclude three points."""
    points, near, far = smallest_violation()
    expect("the smallest four points", (points, near, far), ((0, 1, 3, 7), (0, 2), (2, 3)))
    D = distances(points)
    W = nearest(D, 1)
    relations = []
    # With three points only the order of the three distances matters; all are realised.
    for ab, ac, bc in permutations((4, 5, 6)):
        triangle = [[sp.Integer(d) for d in row] for row in ((0, ab, ac), (ab, 0, bc), (ac, bc, 0))]
        for K in range(4):
            linked = _violation(triangle, nearest(triangle, K))
            relations.append(
                Relation(
                    f"n = 3, distances {ab}, {ac}, {bc}, K = {K}: violations",
                    sp.Integer(int(linked is not None)),
                    "==",
                    sp.Integer(0),
                )
            )
    return Refutation(
        case=f"n = 4, x = {points}, K = 1: the points 0 and 3 are not linked, 3 and 7 are",
        stated="the closer pair has at least the weight of the longer one",
        relation=Relation(
            f"weights at distance {D[near[0]][near[1]]} and {D[far[0]][far[1]]}",
            max(W[near[0]][near[1]], W[near[1]][near[0]]),
            ">=",
            max(W[far[0]][far[1]], W[far[1]][far[0]]),
        ),
        minimal="with three points the shortest pair and the middle one are linked; the points are "
        "the shortest such integers",
        smaller=Exact(
            "no longer pair is preferred", tuple(relations), "n = 3, every order, K <= 3"
        ),
    )


@evidence("IV.A-closest")
def monotone_weights() -> Proof:
    """Thresholded and exponential weights do not increase with the distance."""
    e, alpha = sp.symbols("E alpha")
    return Proof(
        argument=r"$\frac{d}{dD}e^{-\alpha D}=-\alpha e^{-\alpha D}\le0$; and a distance that is "
        r"at most one that is at most $\epsilon$ is itself at most $\epsilon$.",
        certificates=[
            Antiderivative(
                "d/dD exp(-alpha D)", e, -alpha * e, {e: -alpha * e}, constants=(alpha,)
            ),
        ],
    )
