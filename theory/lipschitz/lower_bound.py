r"""Sections IV.C, V.B and VI: Q(D), a lower bound of the Lipschitz constant.

The paper refers to its longer version for Q(D).  Here, with V_eps the virtual samples
(x~, y~) of all pairs (i, j) at a distance of at most eps, the pairs (i, i) included,

    Q_eps = sup |y~ - y~'| / |x~ - x~'|   over two virtual samples with x~ != x~',

and Q_eps is infinite if two virtual samples have the same input and different targets.
"""

from __future__ import annotations

from itertools import combinations

import sympy as sp

from theory.mathematics.vectors import between, squared
from theory.proofs.certificates import Identity, Relation
from theory.proofs.evidence import Boundary, Proof, Verdict, expect
from theory.proofs.ledger import claim, evidence


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
    r"for real outputs or the sup norm, in any metric, $F(x)=\inf_{V_\epsilon}\bigl(\tilde "
    r"y+Q_\epsilon d(x,\tilde x)\bigr)$ (McShane); between Euclidean spaces by Kirszbraun's "
    r"theorem (cited, not proved). From other norms to Euclidean outputs it fails.",
    hypotheses=("f fits the virtual samples, within eta",),
    formal=("Lipschitz.Q_lower_bound", "Lipschitz.contradictory_samples", "Lipschitz.Q_optimal"),
)
def lower_bound() -> Proof:
    """Apply the triangle inequality to two virtual samples, and go through McShane's steps."""
    y, p, Q, d = sp.symbols("y_q y_p Q d")
    u, v, h = sp.symbols("u v h")  # h stands for sqrt(3), h^2 = 3 being added by hand
    total = sum(squared((u, v), corner) for corner in ((-1, 0), (1, 0), (0, h)))
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
            Identity("step (1)", (p + Q * d - y) * (Q * d - p + y), (Q * d) ** 2 - (p - y) ** 2),
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
    corners = [(sp.Integer(-1), sp.S.Zero), (sp.Integer(1), sp.S.Zero), (sp.S.Zero, root)]
    outputs = {squared(p, q) for p, q in combinations(corners, 2)}
    (radius,) = {sp.expand(squared((sp.S.Zero, root / 3), corner)) for corner in corners}
    return Boundary(
        case="inputs (1,-1), (-1,1), (1,1) in the sup norm, targets an equilateral triangle of "
        "side 2, Q = 1; the input 0 is at distance 1 from all three, and no point is nearer than "
        "the circumradius to all three targets",
        stated="the squared circumradius is at most 1, so that f(0) can be chosen",
        relation=Relation("squared circumradius", radius, "<=", 1),
        minimal="two targets lie on a line, where McShane's extension applies",
        found={
            "distances of the inputs": list(sides),
            "their distance from 0": list(reach),
            "squared distances of the targets": list(outputs),
        },
    )


APEX, LEFT, RIGHT = (0, 4), (-3, 0), (3, 0)
"""A triangle with sides 5, 5 and 6 and height 4."""

JUMP = sp.Rational(1, 5), sp.Rational(1, 4)
"""Q below and at the longest side of that triangle, in the statement of the row."""


@claim(
    "V.B-monotone",
    source="Sections IV.C and V.B, Figure 4",
    title="eps takes Q(D) from Vanilla's value to Mixup's",
    statement=r"As $\epsilon$ grows, the virtual training set grows, the margins between classes "
    r"(the distances of virtual samples of different classes) do not grow, and $Q_\epsilon$ does "
    r"not decrease: from the value of vanilla training at $\epsilon=0$ to that of classical Mixup "
    r"for large $\epsilon$, and $\epsilon$ tunes it smoothly.",
    verdict=Verdict.PROVED_WITH,
    result="true for distinct inputs, but in steps: for three points it jumps from "
    f"{JUMP[0]} to {JUMP[1]}",
    sharper=r"$Q_0=\max\frac{\Vert y_i-y_j\Vert}{\Vert x_i-x_j\Vert}$. $Q_\epsilon$ is a step "
    r"function, continuous from the right, with at most $\frac{n(n-1)}2$ jumps, all at pairwise "
    r"distances: no finite sample could be tuned smoothly, though for many samples the steps may "
    r"be small. Mixup's value is reached at the largest length needed by a pair of segments that "
    r"attains it, which can be far below the diameter.",
    hypotheses=("distinct inputs", "smoothly read as in small steps", "Q(D) of row V.B-lower"),
    uses=("V.B-lower",),
    formal=(
        "Lipschitz.Q_monotone",
        "Lipschitz.Q_step",
        "Lipschitz.Q_vanilla",
        "Lipschitz.Q_mixup",
        "Lipschitz.Q_jumps",
    ),
)
def monotone() -> Proof:
    """Compare the sets of pairs, and bound Q of a triangle on both sides of its longest side."""
    s, t, u = sp.symbols("s t u")
    a, b = sp.symbols("a_1:3"), sp.symbols("b_1:3")
    first, second = between(APEX, LEFT, s), between(APEX, RIGHT, u)
    return Proof(
        argument=r"A pair with $d\le\epsilon$ has $d\le\epsilon'$ for $\epsilon'\ge\epsilon$, so "
        r"$V_\epsilon\subset V_{\epsilon'}$; a supremum over a larger set is no less, an infimum "
        r"no more. Between two consecutive pairwise distances the set of pairs does not change, "
        r"and at a distance $d$ the pair belongs to it, by $d\le\epsilon$. Distinct inputs are at "
        r"positive distances, so at $\epsilon=0$ only the pairs $(i,i)$ are left, whose virtual "
        r"samples are the samples; from the largest distance on all pairs belong to it. The "
        r"virtual samples of a new segment have the ratio of its ends among themselves, so only "
        r"others raise $Q$. The triangle $(0,4),(\pm3,0)$ with $y=(1,0,0)$: on one leg the ratio "
        rf"is ${sp.latex(JUMP[0])}$, on both "
        r"$\Vert\tilde x-\tilde x'\Vert^2-25\,\vert\tilde y-\tilde y'\vert^2=36su\ge0$; from 6 on "
        r"there is the base, with target 0, at distance 4 from the apex, and height$/4$ fits all.",
        certificates=[
            Identity(
                "two points of one segment: |u(s) - u(t)|^2 = (s - t)^2 |a - b|^2",
                squared(between(a, b, s), between(a, b, t)),
                (s - t) ** 2 * squared(a, b),
            ),
            Identity("one leg", squared(first, between(APEX, LEFT, u)), 25 * (s - u) ** 2),
            Identity("two legs", squared(first, second) - 25 * (s - u) ** 2, 36 * s * u),
        ],
        under=("distinct inputs", "smoothly read as in small steps"),
    )


@evidence("V.B-monotone")
def steps() -> Boundary:
    """Compute Q on both sides of the longest distance of a triangle."""
    foot = between(LEFT, RIGHT, sp.Rational(1, 2))
    below = 1 / sp.sqrt(squared(APEX, LEFT))
    at = 1 / sp.sqrt(squared(APEX, foot))
    expect("the jump", (below, at), JUMP)
    t, d = sp.symbols("t d", positive=True)
    return Boundary(
        case="n = 3 in the plane, x = (0,4), (-3,0), (3,0), y = (1, 0, 0), about eps = 6",
        stated="Q is continuous at eps = 6",
        relation=Relation("Q from the left and at 6", below, "==", at),
        minimal="for n = 2 every pair of virtual samples has the ratio |y_0 - y_1|/|x_0 - x_1|",
        smaller=Identity("n = 2: (t dy)/(t dx) does not depend on t", t / (t * d), 1 / d),
        found={"Q for 0 <= eps < 6": below, "Q for eps >= 6": at},
    )
