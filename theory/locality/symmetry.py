r"""Section IV.A: whether W is the symmetric similarity matrix that it is said to be."""

from __future__ import annotations

from itertools import combinations, product

import sympy as sp

from theory.line import beta_density
from theory.mathematics.beta_moments import LAMBDA, expected
from theory.mathematics.line_graphs import SUPERINCREASING, Matrix, distances, nearest
from theory.proofs.certificates import (
    Antiderivative,
    Cases,
    Identity,
    Relation,
    Telescoping,
    equalities,
)
from theory.proofs.evidence import Boundary, Proof, Refutation, Verdict
from theory.proofs.ledger import Group, claim, evidence


def _symmetric(case: str, W: Matrix) -> Cases:
    pairs = combinations(range(len(W)), 2)
    return {f"{case}, entry ({i}, {j})": (W[i][j], W[j][i]) for i, j in pairs}


@claim(
    "IV.A-symmetric",
    source="Section I; Section IV.A",
    title="W is a symmetric similarity matrix, a function of the distance",
    statement=r"The weights $\mathbf W$ of each of the three graphs are a symmetric matrix; the "
    r"weight of a virtual sample depends on the distance between the ends of its segment, and "
    r"large weights belong to the closest pairs.",
    verdict=Verdict.REFUTED,
    result="true of the thresholded and exponential graphs; nearest neighbours go by rank, from "
    "three points on",
    sharper=r"Thresholded and exponential graphs have $W_{ij}=\phi(D_{ij})$, nonincreasing. In a "
    r"$K$-nearest-neighbour graph $W_{ij}$ depends on the rank of $x_j$ among the neighbours of "
    r"$x_i$: for a given source vertex it links the closest, as the paper says; globally it links "
    r"a remote sample to its $K$ closest while closer pairs are left out ($x=(0,1,3,7)$, $K=1$: "
    r"not $0,3$, but $3,7$), and the two orders of a pair may differ. It is symmetric for every "
    r"data set if $K=0$ or $K\ge n-1$; for $1\le K\le n-2$ the points $x_i=2^i-1$ give "
    r"$W_{K+1,K}=1$ and $W_{K,K+1}=0$. On tied distances it is not even defined.",
    hypotheses=("no ties",),
)
def symmetry() -> Refutation:
    """Compare the two directions of each pair."""
    D = distances(SUPERINCREASING[:3])
    W = nearest(D, 1)
    smaller = _symmetric("n = 2, K = 1", nearest(distances(SUPERINCREASING[:2]), 1))
    for K in (0, 2, 3):
        smaller |= _symmetric(f"n = 3, K = {K}", nearest(D, K))
    return Refutation(
        case="n = 3, x = (0, 1, 3), K = 1: the vertex 3 has the neighbour 1, whose neighbour is 0",
        stated="W[2, 1] = W[1, 2]",
        relation=Relation("W[2, 1] and W[1, 2]", W[2][1], "==", W[1][2]),
        minimal="two points are each other's neighbour; for n = 3 the graphs K = 0 and K >= 2 are "
        "empty or complete",
        smaller=equalities("symmetric", smaller, "n = 2, K = 1 and n = 3, K = 0, 2, 3"),
        found={"W": [", ".join(map(str, row)) for row in W]},
    )


@evidence("IV.A-symmetric")
def symmetry_of_each_graph() -> Proof:
    """Show where symmetry holds, and that every other K breaks it."""
    w, i, e, alpha = sp.symbols("w i E alpha")
    far = nearest(distances(SUPERINCREASING[:4]), 1)
    cases: Cases = {
        "(0, 1, 3, 7), K = 1: 0 and 3, at distance 3": (far[0][2] + far[2][0], 0),
        "(0, 1, 3, 7), K = 1: 3 and 7, at distance 4": (far[2][3] + far[3][2], 1),
    }
    for size in range(3, len(SUPERINCREASING) + 1):
        for K in range(1, size - 1):
            W = nearest(distances(SUPERINCREASING[:size]), K)
            cases[f"n = {size}, K = {K}, forward"] = W[K + 1][K], 1
            cases[f"n = {size}, K = {K}, back"] = W[K][K + 1], 0
    return Proof(
        argument=r"$D$ is symmetric, so every function of it is. With $x_i=2^i-1$ the distance "
        r"$x_{i+1}-x_i=2^i$ exceeds $x_i-x_0=2^i-1$: each point is closer to all points on its "
        r"left than to any on its right. So the $K$ neighbours of $x_K$ are $x_0,\dots,x_{K-1}$, "
        r"and $x_K$ is one of those of $x_{K+1}$, which exists for $K\le n-2$. For $K\ge n-1$ "
        r"every row has $n-1$ ones.",
        certificates=[
            Telescoping("x_i - x_0 = 2^i - 1, with w = 2^i", w - 1, w, i, 0, 0, {w: 2 * w}, {w: 1}),
            equalities("W[K+1, K] = 1 and W[K, K+1] = 0", cases, "3 <= n <= 8, all such K"),
            Antiderivative("exp(-alpha D)", e, -alpha * e, {e: -alpha * e}, constants=(alpha,)),
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
    group=Group.BEYOND,
    uses=("IV.A-symmetric",),
)
def symmetric_part() -> Proof:
    """Exchange the ends of a pair together with lambda and 1 - lambda."""
    m1, m2, p, q, a, b = sp.symbols("m_1 m_2 p q a b")
    total = (a + b) * (a + b + 1)
    loss = expected((LAMBDA * p + (1 - LAMBDA) * q) ** 2, m1, m2)
    return Proof(
        argument=r"The pair $(j,i)$ with $1-\lambda$ is the pair $(i,j)$ with $\lambda$, for "
        r"inputs and for targets. If both have the same law, the mean losses of $(i,j)$ and "
        r"$(j,i)$ are equal, and $\sum W_{ij}\ell_{ij}=\sum\frac{W_{ij}+W_{ji}}2\ell_{ij}$ for any "
        r"loss. Conversely, with one directed pair and inputs 0 and 1 the loss at $x$ can be any "
        r"nonnegative function of $x$, and equality for all of them means equal laws.",
        certificates=[
            Identity(
                "residuals p, q, squared loss, m_k = E lambda^k: the two directions differ",
                loss - loss.subs({p: q, q: p}, simultaneous=True),
                (2 * m1 - 1) * (p**2 - q**2),
            ),
            Identity("Beta(a, b)", b * (b + 1) / total - a * (a + 1) / total, (b - a) / (a + b)),
        ],
        under=("lambda and 1 - lambda have the same law",),
    )


@evidence("IV.A-symmetric-lambda")
def directed_pair() -> Boundary:
    """Beta(2, 1) tells the graph from its transpose."""
    t, y = LAMBDA, (0, 0, 1)
    W = nearest(distances(SUPERINCREASING[:3]), 1)

    def loss(i: int, j: int) -> sp.Expr:
        squared = (t * y[i] + (1 - t) * y[j]) ** 2
        return sp.integrate(squared * beta_density(t, 2, 1), (t, 0, 1))

    pairs = list(product(range(3), repeat=2))
    given = sp.Add(*(W[i][j] * loss(i, j) for i, j in pairs))
    transposed = sp.Add(*(W[j][i] * loss(i, j) for i, j in pairs))
    return Boundary(
        case="lambda ~ Beta(2, 1), x = (0, 1, 3), y = (0, 0, 1), K = 1, f = 0",
        stated="the graph and its transpose have the same loss",
        relation=Relation("loss of W and of its transpose", given, "==", transposed),
        minimal="with fewer points, or another K, W is symmetric (IV.A-symmetric)",
    )
