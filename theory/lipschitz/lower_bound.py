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
    return sum(((a - b) ** 2 for a, b in zip(p, q, strict=True)), sp.Integer(0))


def between(p: Point, q: Point, t: sp.Expr) -> Point:
    """Return a point of the segment from p to q."""
    return tuple((1 - t) * a + t * b for a, b in zip(p, q, strict=True))


@claim(
    "V.B-lower",
    source="Sections V.B and VI",
    title="Q(D) bounds the Lipschitz constant of the trained model from below",
    statement=r"$Q(D)$ is a lower bound of the Lipschitz constant of the trained model $f$.",
    verdict=Verdict.PROVED_WITH,
    result="true for a model that fits the virtual samples, and up to its training error otherwise",
    sharper=r"If $\Vert f(\tilde x)-\tilde y\Vert\le\eta$ on the virtual samples, then "
    r"$\mathrm{Lip}(f)\ge\sup\frac{\Vert\tilde y-\tilde y'\Vert-2\eta}{\Vert\tilde x-\tilde "
    r"x'\Vert}$, which is $Q_\epsilon$ for $\eta=0$. Any metric spaces will do.",
    hypotheses=("f fits the virtual samples, within eta",),
)
def lower_bound() -> Proof:
    """Apply the triangle inequality to two virtual samples."""
    dx, df, eta, s, u, v = sp.symbols("dx df eta s u v")
    return Proof(
        argument=r"$d(\tilde y,\tilde y')\le d(\tilde y,f(\tilde x))+d(f(\tilde x),f(\tilde x'))+"
        r"d(f(\tilde x'),\tilde y')\le2\eta+\mathrm{Lip}(f)\,d(\tilde x,\tilde x')$. The slacks of "
        r"these inequalities are $s,u,v\ge0$. If two virtual samples share their input and their "
        r"targets differ by more than $2\eta$, no $f$ fits them.",
        certificates=[
            Identity(
                "dy = (eta - u) + df + (eta - v) - s: df/dx - (dy - 2 eta)/dx = (s + u + v)/dx",
                df / dx - (((eta - u) + df + (eta - v) - s) - 2 * eta) / dx,
                (s + u + v) / dx,
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
        relation=Relation("Lip(f) and Q", sp.Integer(0), ">=", sp.Integer(1)),
        minimal="one sample has no pair, and Q = 0",
    )


@claim(
    "V.B-optimal",
    source="Sections IV.C and V.B (the paper: a lower bound)",
    title="Q(D) is the optimal Lipschitz constant",
    statement=r"$Q(D)$ is the smallest Lipschitz constant of a function that fits the virtual "
    r"samples.",
    verdict=Verdict.PROVED_WITH,
    result="true for real outputs and any metric on the inputs, and from Euclidean to Euclidean "
    "spaces",
    sharper=r"Real outputs (or the sup norm): $F(x)=\inf_{V_\epsilon}\bigl(\tilde y+Q_\epsilon "
    r"d(x,\tilde x)\bigr)$ fits and has the Lipschitz constant $Q_\epsilon$ (McShane). Euclidean "
    r"inputs and outputs: Kirszbraun's theorem, which is cited and not proved here. From other "
    r"norms to Euclidean outputs it fails.",
    hypotheses=(
        "Q(D) finite",
        "real outputs, outputs in the sup norm, or Euclidean inputs and outputs (Kirszbraun)",
    ),
)
def mcshane() -> Proof:
    """Go through McShane's three steps with slack variables."""
    y, p, Q, d, far, s, w = sp.symbols("y_q y_p Q d_xx' d_x'p s w")
    # d(x, p) = d(x, x') + d(x', p) - s with s >= 0; likewise |y - y'| = Q d(p, q) - w with w >= 0.
    return Proof(
        argument=r"Let $F(x)=\inf_p\bigl(y_p+Q\,d(x,p)\bigr)$ over the virtual samples $p$. "
        r"(1) At a virtual sample $q$ the term of $q$ is $y_q$, and every other one is $y_p+Q\,"
        r"d(q,p)\ge y_q$ by the definition of $Q$: $F(q)=y_q$. (2) $F$ is finite, since "
        r"$y_p+Q\,d(x,p)\ge y_q-Q\,d(x,q)$ for one fixed $q$. (3) Each term changes by at most "
        r"$Q\,d(x,x')$ between $x$ and $x'$, and so does the infimum. In the sup norm this is done "
        r"in every coordinate. No function does with less (row V.B-lower). For Euclidean inputs "
        r"and outputs Kirszbraun's theorem is cited.",
        certificates=[
            Identity(
                "(1) (y_p + Q d - y_q)(Q d - y_p + y_q) = (Q d)^2 - (y_p - y_q)^2 >= 0, and the "
                "factors sum to 2 Q d",
                (p + Q * d - y) * (Q * d - p + y),
                (Q * d) ** 2 - (p - y) ** 2,
            ),
            Identity(
                "(2) y_p = y_q - Q d(p,q) + w, d(p,q) = d(x,p) + d(x,q) - s: "
                "y_p + Q d(x,p) - (y_q - Q d(x,q)) = Q s + w >= 0",
                (y - Q * (far + d - s) + w) + Q * far - (y - Q * d),
                Q * s + w,
            ),
            Identity(
                "(3) Q d(x,x') - [(y_p + Q d(x,p)) - (y_p + Q d(x',p))] = Q s >= 0",
                Q * d - ((y + Q * (d + far - s)) - (y + Q * far)),
                Q * s,
            ),
        ],
        under=("Q(D) finite", "real outputs or sup norm (proved), Euclidean spaces (cited)"),
    )


@evidence("V.B-optimal")
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
    u, v, h = sp.symbols("u v h")  # h stands for sqrt(3), h^2 = 3 being added by hand
    total = sum(((u - a) ** 2 + (v - b) ** 2 for a, b in ((-1, 0), (1, 0), (0, h))), sp.S.Zero)
    Identity(
        "the mean squared distance to the corners is that to the centre plus 4/3",
        total / 3 - (h**2 - 3) / 3,
        u**2 + (v - h / 3) ** 2 - (h**2 - 3) / 9 + sp.Rational(4, 3),
    ).verify()
    return Boundary(
        case="inputs (1,-1), (-1,1), (1,1) in the sup norm, targets an equilateral triangle of "
        "side 2, Q = 1; the input 0 is at distance 1 from all three, and no point is nearer than "
        "the circumradius to all three targets",
        stated="the squared circumradius is at most 1, so that f(0) can be chosen",
        relation=Relation("squared circumradius", radius, "<=", sp.Integer(1)),
        minimal="two targets lie on a line, where McShane's extension applies",
        found={
            "distances of the inputs": ", ".join(map(str, sides)),
            "their distance from 0": ", ".join(map(str, reach)),
            "squared distances of the targets": ", ".join(map(str, outputs)),
        },
    )
