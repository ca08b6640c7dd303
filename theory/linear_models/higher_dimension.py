r"""Theorem IV.3 in higher dimension: on {-1, 1}^p every radial graph keeps it."""

from __future__ import annotations

from itertools import combinations, product

import sympy as sp

from theory.linear import invariance
from theory.mathematics.beta_moments import ALPHA, LINEAR, moment_certificates, moments
from theory.proofs.certificates import Exact, Identity, Relation
from theory.proofs.evidence import Proof, Verdict
from theory.proofs.ledger import claim

Point = tuple[int, ...]

SQUARE: tuple[Point, ...] = ((0, 0), (0, 1), (1, 0), (1, 1))
"""The smallest set of points with a graph between the extremes that keeps the theorem."""

KITE: tuple[Point, ...] = ((0, 0), (0, 1), (1, 0), (2, 2))
"""A square with one corner moved: no such graph keeps it."""


def factorial_design(p: int) -> list[Point]:
    """Return the full factorial design with two levels."""
    return list(product((-1, 1), repeat=p))


def squared_distance(u: Point, v: Point) -> int:
    """Return the squared Euclidean distance; on {-1, 1}^p it is 4 times Hamming's."""
    return sum((a - b) ** 2 for a, b in zip(u, v, strict=True))


def _walsh(p: int) -> Exact:
    """W chi = eigenvalue chi for every Walsh function and symbolic weights of the distances."""
    points = factorial_design(p)
    phi = [sp.Symbol(f"phi_{h}") for h in range(p + 1)]
    relations = []
    for size in range(p + 1):
        for chosen in combinations(range(p), size):
            chi = [sp.prod([point[k] for k in chosen]) for point in points]
            # The row of the point (1, ..., 1), the last one, gives the eigenvalue.
            images = [
                sum(
                    (
                        phi[squared_distance(u, v) // 4] * value
                        for v, value in zip(points, chi, strict=True)
                    ),
                    sp.Integer(0),
                )
                for u in points
            ]
            relations += [
                Relation(f"p = {p}, {chosen}, row {u}", image, "==", images[-1] * value)
                for u, image, value in zip(points, images, chi, strict=True)
            ]
    return Exact(
        f"the Walsh functions diagonalise W on {{-1, 1}}^{p}",
        tuple(relations),
        f"p = {p}, symbolic phi",
    )


def _verdicts() -> list[Relation]:
    """Verdicts of `theory.linear.invariance` on designs, simplices and other points."""
    cases: list[tuple[str, list[Point], dict[int, int], bool]] = [
        (f"square, {values}", list(SQUARE), dict(enumerate(values)), True)
        for values in ((1, 1, 0), (0, 1, 0), (0, 0, 1), (3, 1, 5))
    ]
    cases += [
        (f"cube, {levels}", factorial_design(3), {4 * h: w for h, w in enumerate(levels)}, True)
        for levels in ((1, 1, 0, 0), (1, 1, 1, 0), (0, 1, 0, 0), (2, 0, 7, 1), (0, 3, 1, 2))
    ]
    cases.append(("kite", list(KITE), {0: 1, 1: 1, 2: 0, 5: 0, 8: 0}, False))
    cases.append(("triangle", list(KITE[:3]), {0: 1, 1: 1, 2: 0}, True))
    cases.append(("another triangle", [(0, 0), (0, 1), (2, 2)], {0: 2, 1: 1, 5: 0, 8: 3}, True))
    relations = []
    for name, points, weights, expected in cases:
        W = [[weights[squared_distance(u, v)] for v in points] for u in points]
        relations += [
            Relation(
                f"{name}, alpha = {alpha}: kept (1) or not (0)",
                sp.Integer(bool(invariance(points, W, alpha))),
                "==",
                sp.Integer(expected),
            )
            for alpha in (1, 2)
        ]
    return relations


@claim(
    "IV.3-multivariate",
    source="Theorem IV.3, Section IV.C (not in the paper)",
    title="in higher dimension some local graphs keep the theorem",
    statement=r"On the full factorial design $\{-1,1\}^p$ and for all weights "
    r"$W_{ij}=\phi(\Vert x_i-x_j\Vert)\ge0$ with positive degrees, the linear models of Mixup and "
    r"Local Mixup are the same for every $y$.",
    verdict=Verdict.PROVED,
    result="true for every p, phi and alpha; the unit square with epsilon = 1 is the least "
    "nontrivial case",
    sharper=r"In dimension $p$ the condition of IV.3-condition is the same with "
    r"$X=[1,x^{(1)},\dots,x^{(p)}]$: $d$ and every $p\,d\circ x^{(k)}+q\,Sx^{(k)}$ are affine in "
    r"$x$. On $n\le p+1$ affinely independent points it always holds, since the model meets every "
    r"$y$. Apart from these, on points that span dimension $p$, the first graph of Section IV.A "
    r"between its extremes that keeps the theorem has $n\ge p+2$: none on a line (IV.3-radial, "
    r"IV.3-knn), "
    r"for $p=2$ the unit square with threshold $1\le\epsilon<\sqrt2$. With one corner moved, "
    r"$(0,0),(0,1),(1,0),(2,2)$ with $\epsilon=1$, it fails.",
    hypotheses=LINEAR,
)
def factorial_designs() -> Proof:
    """Certify the induction on p, and write small designs out."""
    near, far, g, degree, value, point = sp.symbols("mu nu g mu_0 mu_1 x_i")
    p, q = moments(ALPHA)
    return Proof(
        argument=r"The residual of a virtual sample is $\lambda r_i+(1-\lambda)r_j$ in every "
        r"dimension, so IV.3-criterion and IV.3-condition hold as they stand. On $\{-1,1\}^p$ "
        r"the distance is a function of the number $h$ of coordinates that differ. Walsh functions "
        r"are the products of coordinates. Let $W(\phi)$ be the matrix on $\{-1,1\}^p$ and "
        r"$\phi^+(h)=\phi(h+1)$. On $\{-1,1\}^{p+1}$, split by the new coordinate, the matrix has "
        r"the blocks $W(\phi)$ on and $W(\phi^+)$ off the diagonal. If $g$ is a Walsh function "
        r"with $W(\phi)g=\mu g$ and $W(\phi^+)g=\nu g$, then $(g,g)$ and $(g,-g)$ have the "
        r"eigenvalues $\mu+\nu$ and $\mu-\nu$; for $p=0$ the matrix is the number $\phi(0)$. So "
        r"all Walsh functions are eigenvectors for every $\phi$; by symmetry the coordinates have "
        r"one eigenvalue $\mu_1$, and 1 has $\mu_0=d$: then $Mx^{(k)}=2(p\mu_0+q\mu_1)x^{(k)}$.",
        certificates=[
            *moment_certificates(),
            Identity("(g, g): first and second block", near * g + far * g, (near + far) * g),
            Identity("(g, -g): first block", near * g + far * -g, (near - far) * g),
            Identity("(g, -g): second block", far * g + near * -g, (near - far) * -g),
            Identity(
                "M x = 2 (p mu_0 + q mu_1) x",
                2 * (p * degree * point + q * value * point),
                2 * (p * degree + q * value) * point,
            ),
            *(_walsh(number) for number in (1, 2, 3)),
            Exact("verdicts", tuple(_verdicts()), "squares, cubes, triangles, a kite, alpha 1, 2"),
        ],
    )
