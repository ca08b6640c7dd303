r"""Theorem IV.3 where the points have a symmetry: hypercubes, regular polygons, and any group."""

from __future__ import annotations

from itertools import product

import sympy as sp

from theory.linear import invariance
from theory.mathematics.beta_moments import LINEAR
from theory.mathematics.vectors import dot, squared
from theory.proofs.certificates import Cases, Identity, equalities
from theory.proofs.evidence import Proof, Verdict
from theory.proofs.ledger import Group, claim

Point = tuple[int, ...]

SQUARE: tuple[Point, ...] = ((0, 0), (0, 1), (1, 0), (1, 1))
"""The smallest set of points with a graph between the extremes that keeps the theorem."""

KITE: tuple[Point, ...] = ((0, 0), (0, 1), (1, 0), (2, 2))
"""A square with one corner moved: no such graph keeps it."""

HEXAGON: tuple[Point, ...] = ((1, 0), (1, 1), (0, 1), (-1, 0), (-1, -1), (0, -1))
"""A regular hexagon in affine coordinates, which the condition does not see."""


def factorial_design(p: int) -> list[Point]:
    """Return the full factorial design with two levels."""
    return list(product((-1, 1), repeat=p))


def eigenvalue(p: int, phi: list[sp.Symbol]) -> sp.Expr:
    """Return the eigenvalue of W for every coordinate of {-1, 1}^p."""
    shares = (sp.binomial(p, h) * (1 - sp.Rational(2 * h, p)) for h in range(p + 1))
    return dot(phi, shares)


def _coordinates(p: int) -> Cases:
    """W x^(k) = mu_1 x^(k) for symbolic weights; squared distances are 4 times Hamming's."""
    points = factorial_design(p)
    phi = [sp.Symbol(f"phi_{h}") for h in range(p + 1)]
    return {
        f"p = {p}, coordinate {k}, row {u}": (
            sp.Add(*(phi[squared(u, v) // 4] * v[k] for v in points)),
            eigenvalue(p, phi) * u[k],
        )
        for k in range(p)
        for u in points
    }


def _verdicts() -> Cases:
    """Verdicts of `theory.linear.invariance` on designs, simplices, a hexagon and other points."""
    instances: list[tuple[str, tuple[Point, ...], list[list[int]], bool]] = []

    def add(name: str, points: tuple[Point, ...], phi: dict[int, int], *, kept: bool) -> None:
        W = [[phi[squared(u, v)] for v in points] for u in points]
        instances.append((f"{name}, {phi}", points, W, kept))

    for values in ((1, 1, 0), (0, 1, 0), (0, 0, 1), (3, 1, 5)):
        add("square", SQUARE, dict(enumerate(values)), kept=True)
    for levels in ((1, 1, 0, 0), (1, 1, 1, 0), (0, 1, 0, 0), (2, 0, 7, 1), (0, 3, 1, 2)):
        add("cube", (*factorial_design(3),), {4 * h: w for h, w in enumerate(levels)}, kept=True)
    add("kite", KITE, {0: 1, 1: 1, 2: 0, 5: 0, 8: 0}, kept=False)
    add("triangle", KITE[:3], {0: 1, 1: 1, 2: 0}, kept=True)
    add("another triangle", ((0, 0), (0, 1), (2, 2)), {0: 2, 1: 1, 5: 0, 8: 3}, kept=True)
    for steps in ((1, 1, 0, 0), (1, 0, 1, 0), (0, 1, 2, 5)):
        W = [[steps[min((i - j) % 6, (j - i) % 6)] for j in range(6)] for i in range(6)]
        instances.append((f"hexagon, {steps}", HEXAGON, W, True))
        broken = [list(row) for row in W]
        broken[0][1] = broken[1][0] = W[0][1] + 1
        instances.append((f"hexagon, {steps}, one side heavier", HEXAGON, broken, False))
    return {
        f"{name}, alpha = {alpha}": (bool(invariance(points, W, alpha)), kept)
        for name, points, W, kept in instances
        for alpha in (1, 2)
    }


@claim(
    "IV.3-multivariate",
    source="Theorem IV.3, Section IV.C (not in the paper)",
    title="graphs with a transitive symmetry group keep the theorem",
    statement=r"Let a finite group act transitively on the points and keep $W$, and let the "
    r"coordinates with the constant span an invariant space of which each irreducible part has "
    r"multiplicity one in $\mathbb R^n$. Then the linear models of Mixup and Local Mixup are the "
    r"same for every $y$. So it is on $\{-1,1\}^p$ with any $W_{ij}=\phi(\Vert x_i-x_j\Vert)$ and "
    r"on the regular $n$-gon with any weights of the arcs (the paper's cycle drawn as a circle).",
    verdict=Verdict.PROVED_WITH,
    result="true for every p, n, weight and law; the unit square with epsilon = 1 is a least case",
    sharper=r"On $\{-1,1\}^p$ every coordinate has the eigenvalue $\sum_h\phi(h)\binom "
    r"ph(1-\frac{2h}p)$ with $h$ the number of coordinates that differ; on the $n$-gon it is "
    r"$\sum_kw_k\cos\frac{2\pi k}n$. In dimension $p$ the condition is that of IV.3-condition "
    r"with $X=[1,x^{(1)},\dots,x^{(p)}]$. On $n\le p+1$ affinely independent points it always "
    r"holds, since the model meets every $y$. Else, on points that span dimension $p$, a graph of "
    r"Section IV.A between its extremes that keeps the theorem needs $n\ge p+2$: none on a line "
    r"(IV.3-radial, IV.3-knn), for $p=2$ the unit square with $1\le\epsilon<\sqrt2$, among "
    r"others. With one corner moved, $(0,0),(0,1),(1,0),(2,2)$, it fails at $\epsilon=1$.",
    hypotheses=(*LINEAR, "positive degrees"),
    group=Group.BEYOND,
    uses=("IV.3-criterion", "IV.3-condition"),
)
def symmetric_graphs() -> Proof:
    """Certify the eigenvalues of hypercubes and polygons, and decide small instances."""
    z, w = sp.symbols("z w")
    return Proof(
        argument=r"The residual of a virtual sample is $\lambda r_i+(1-\lambda)r_j$ in every "
        r"dimension, so IV.3-condition holds as it stands. $M$ commutes with the group; $d$ is "
        r"constant, since the action is transitive; and by Schur's lemma $M$ maps a part of "
        r"multiplicity one into itself, hence span$(X)$. On $\{-1,1\}^p$ the group is that of the "
        r"symmetries of the cube, with $v=u\circ s$: $(Wx^{(k)})_u=u_k\sum_s\phi(h(s))s_k$, and of "
        r"the $\binom ph$ sign vectors $s$ with $h$ entries $-1$ a share $h/p$ has $s_k=-1$. On "
        r"the $n$-gon it is the dihedral one.",
        certificates=[
            Identity(
                "polygon: cos((j+k)t) + cos((j-k)t) = 2 cos(kt) cos(jt), z = e^{ijt}, w = e^{ikt}",
                (z * w + 1 / (z * w)) / 2 + (z / w + w / z) / 2,
                2 * ((w + 1 / w) / 2) * ((z + 1 / z) / 2),
            ),
            *(
                equalities("W x^(k) = mu_1 x^(k) on {-1, 1}^p", _coordinates(p), f"p = {p}")
                for p in (1, 2, 3, 4)
            ),
            equalities("verdicts", _verdicts(), "squares, cubes, triangles, hexagons, alpha 1, 2"),
        ],
        under=LINEAR,
    )
