r"""Sections IV.C, V.B and VI: Q(D), a lower bound of the Lipschitz constant.

The paper refers to its longer version for Q(D).  Here, with V_eps the virtual samples
(x~, y~) of all pairs (i, j) at a distance of at most eps, the pairs (i, i) included,

    Q_eps = sup |y~ - y~'| / |x~ - x~'|   over two virtual samples with x~ != x~',

and Q_eps is infinite if two virtual samples have the same input and different targets.
"""

from __future__ import annotations

from itertools import combinations

import sympy as sp

from theory.proofs.certificates import Identity, Relation
from theory.proofs.evidence import Boundary, Proof, Verdict
from theory.proofs.ledger import claim, evidence

Point = tuple[sp.Expr, ...]


def squared(p: Point, q: Point) -> sp.Expr:
    """Return the squared Euclidean distance of two points."""
    return sp.Add(*((a - b) ** 2 for a, b in zip(p, q, strict=True)))


def between(p: Point, q: Point, t: sp.Expr) -> Point:
    """Return a point of the segment from p to q."""
    return tuple((1 - t) * a + t * b for a, b in zip(p, q, strict=True))


@claim(
    "V.B-lower",
    source="Sections IV.C, V.B and VI",
    title="Q(D) bounds the Lipschitz constant of the trained model from below",
    statement=r"$Q(D)$, the largest $\frac{\Vert\tilde y-\tilde y'\Vert}{\Vert\tilde x-\tilde "
    r"x'\Vert}$ over two virtual samples (this toolkit's definition: the paper defers to its "
    r"longer version), is a lower bound of the Lipschitz constant of the trained model $f$.",
    verdict=Verdict.PROVED_WITH,
    result="true for a model that fits the virtual samples, within its error otherwise; it is the "
    "best such bound",
    sharper=r"$V_\epsilon$ are the virtual samples of all pairs with $d(x_i,x_j)\le\epsilon$, the "
    r"pairs $(i,i)$ included, and $Q_\epsilon$ is their $Q$, $\infty$ if two of them have one "
    r"input and different targets. If $\Vert f(\tilde x)-\tilde y\Vert\le\eta$ on them, "
    r"$\mathrm{Lip}(f)\ge\sup\frac{\Vert\tilde y-\tilde y'\Vert-2\eta}{\Vert\tilde x-\tilde "
    r"x'\Vert}$. If finite, $Q_\epsilon$ is the least Lipschitz constant of a function that fits: "
    r"for real outputs or the sup norm, in any metric on the inputs, "
    r"$F(x)=\inf_{V_\epsilon}\bigl(\tilde y+Q_\epsilon d(x,\tilde x)\bigr)$ (McShane); from "
    r"Euclidean to Euclidean spaces by Kirszbraun's theorem (cited, not proved). From other norms "
    r"to Euclidean outputs it fails.",
    hypotheses=("f fits the virtual samples, within eta",),
    formal=(
        "Lipschitz.Q_lower_bound",
        "Lipschitz.contradictory_samples",
        "Lipschitz.Q_optimal",
    ),
)
def lower_bound() -> Proof:
    """Apply the triangle inequality to two virtual samples, and go through McShane's steps."""
    y, p, Q, d = sp.symbols("y_q y_p Q d")
    u, v, h = sp.symbols("u v h")  # h stands for sqrt(3), h^2 = 3 being added by hand
    total = sp.Add(*((u - a) ** 2 + (v - b) ** 2 for a, b in ((-1, 0), (1, 0), (0, h))))
    return Proof(
        argument=r"$d(\tilde y,\tilde y')\le d(\tilde y,f(\tilde x))+d(f(\tilde x),f(\tilde x'))+"
        r"d(f(\tilde x'),\tilde y')\le2\eta+\mathrm{Lip}(f)\,d(\tilde x,\tilde x')$. If two "
        r"virtual samples share their input and their targets differ by more than $2\eta$, no $f$ "
        r"fits them. McShane: (1) at a virtual sample $q$ the term of $q$ in $F$ is $y_q$, and "
        r"every other one is $y_p+Qd(q,p)\ge y_q$ by the definition of $Q$. (2) $F$ is finite: "
        r"$y_p+Qd(x,p)\ge y_q-Qd(x,q)$ for one fixed $q$. (3) Each term changes by at most "
        r"$Qd(x,x')$ between $x$ and $x'$, and so does the infimum. In the sup norm this is done "
        r"in every coordinate.",
        certificates=[
            Identity(
                "(1) (y_p + Q d - y_q)(Q d - y_p + y_q) = (Q d)^2 - (y_p - y_q)^2 >= 0, and the "
                "factors sum to 2 Q d",
                (p + Q * d - y) * (Q * d - p + y),
                (Q * d) ** 2 - (p - y) ** 2,
            ),
            Identity(
                "an equilateral triangle of side 2: the mean squared distance to the corners is "
                "that to the centre plus 4/3",
                total / 3 - (h**2 - 3) / 3,
                u**2 + (v - h / 3) ** 2 - (h**2 - 3) / 9 + sp.Rational(4, 3),
            ),
        ],
        under=("f fits the virtual samples, within eta",),
    )


@evidence("V.B-lower")
def unfitted_model() -> Boundary:
    """A constant model has the Lipschitz constant 0."""
    return Boundary(
        case="n = 2, x = (0, 1), y = (0, 1), f = 0, which does not fit: Q = 1",
        stated="Lip(f) >= Q",
        relation=Relation("Lip(f) and Q", 0, ">=", 1),
        minimal="one sample has no pair, and Q = 0",
    )


@evidence("V.B-lower")
def other_norms() -> Boundary:
    """Three points of the plane with the sup norm, sent to an equilateral triangle."""
    inputs = [(1, -1), (-1, 1), (1, 1)]
    reach = {max(abs(a), abs(b)) for a, b in inputs}
    sides = {max(abs(a - c), abs(b - d)) for (a, b), (c, d) in combinations(inputs, 2)}
    root = sp.sqrt(3)
    centre = (sp.Integer(0), root / 3)
    corners = [(sp.Integer(-1), sp.Integer(0)), (sp.Integer(1), sp.Integer(0)), (sp.S.Zero, root)]
    outputs = {squared(p, q) for p, q in combinations(corners, 2)}
    (radius,) = {sp.expand(squared(centre, corner)) for corner in corners}
    return Boundary(
        case="inputs (1,-1), (-1,1), (1,1) in the sup norm, targets an equilateral triangle of "
        "side 2, Q = 1; the input 0 is at distance 1 from all three, and no point is nearer than "
        "the circumradius to all three targets",
        stated="the squared circumradius is at most 1, so that f(0) can be chosen",
        relation=Relation("squared circumradius", radius, "<=", 1),
        minimal="two targets lie on a line, where McShane's extension applies",
        found={
            "distances of the inputs": ", ".join(map(str, sides)),
            "their distance from 0": ", ".join(map(str, reach)),
            "squared distances of the targets": ", ".join(map(str, outputs)),
        },
    )
