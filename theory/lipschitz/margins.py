r"""Sections IV.C and V.B: contradictions, margins, and how much eps can add to Q(D).

Q^s is the quantity that the public script computes: the largest 1/dist(a, [b, c]) with b and c of
one class, a of another, and |b - c| at most eps.
"""

from __future__ import annotations

import sympy as sp

from theory.lipschitz.segments import Form, offset_form, point_segment
from theory.mathematics.vectors import between, dot, squared
from theory.proofs.certificates import Identity, Relation, equalities
from theory.proofs.evidence import Boundary, Proof, Refutation, Verdict, expect
from theory.proofs.ledger import Group, claim, evidence

UNIT: Form = (sp.S.One, sp.S.Zero, sp.S.Zero)
"""Targets at distance 1 all along a segment."""

SQUARE = tuple((sp.Integer(a), sp.Integer(b)) for a, b in ((1, 0), (-1, 0), (0, 1), (0, -1)))
"""Two samples of one class, then two of another: the exclusive-or square."""


@claim(
    "V.B-same-class",
    source="Section V.B, Figure 4 (the quantity that the public script computes)",
    title="samples against segments of one other class give Q(D)",
    statement=r"The optimal Lipschitz constant is the largest $1/\mathrm{dist}(a,[b,c])$ with "
    r"$b,c$ of one class, $a$ of another and $\Vert b-c\Vert\le\epsilon$ (targets of different "
    r"classes at distance 1).",
    verdict=Verdict.REFUTED,
    result="a lower bound only, which can be 1 where no function fits at all",
    sharper=r"$Q_\epsilon\ge\Vert e_A-e_B\Vert\,Q^s_\epsilon$, with $\sqrt2$ for one-hot targets "
    r"in the Euclidean norm. Segments between classes and pairs of segments are left out: for "
    r"$x=(0,1,2)$ with classes $A,A,B$, and for the square $(\pm1,0)$ in $A$, $(0,\pm1)$ in $B$ "
    r"(even with segments within classes only), $Q^s=1$ and $Q=\infty$.",
    hypotheses=("b = c allowed, so that vanilla's value is included",),
    group=Group.CODE,
    uses=("V.B-lower",),
)
def same_class() -> Refutation:
    """Three points on a line, of which two are of one class."""
    half, d = sp.S.Half, sp.Symbol("d", positive=True)
    at_one = (1 - half) * 1 + half * 0  # class A's share on the segment from 0 (A) to 2 (B)
    line = [(sp.Integer(i),) for i in range(3)]
    found = sp.sqrt(point_segment(UNIT, offset_form(line[2], line[0], line[1]))[1])
    return Refutation(
        case="n = 3, x = (0, 1, 2) with classes A, A, B: at the input 1 there are the sample 1, of "
        "class A, and the middle of the segment from 0 to 2",
        stated="the targets at the input 1 agree, so that a function fits",
        relation=Relation("share of class A at the input 1", 1, "==", at_one),
        minimal="for n = 2 both are the ratio of the two samples",
        smaller=Identity("n = 2: the ratio is that of the ends", 1 / d, half / (half * d)),
        found={"Q of the script": found},
    )


@evidence("V.B-same-class")
def script_bound() -> Proof:
    """The quantity is a lower bound, also for the exclusive-or square."""
    first, second = SQUARE[:2], SQUARE[2:]
    cases = {
        f"from {a} to the other diagonal": (point_segment(UNIT, offset_form(a, *segment))[1], 1)
        for a, segment in [(a, second) for a in first] + [(a, first) for a in second]
    }
    middles = (between(a, b, sp.S.Half) for a, b in (first, second))
    meet = enumerate(zip(*middles, strict=True))
    cases |= {f"the middles meet, coordinate {i}": pair for i, pair in meet}
    t = sp.Symbol("t")
    return Proof(
        argument=r"A sample and a point of such a segment are two virtual samples whose targets "
        r"are at the distance $\Vert e_A-e_B\Vert$, so their ratio is one of those in "
        r"$Q_\epsilon$.",
        certificates=[
            Identity("one-hot targets, squared", (1 - t) ** 2 + (t - 1) ** 2, 2 * (1 - t) ** 2),
            equalities("the square: all distances are 1, and the diagonals meet", cases, "XOR"),
        ],
    )


@claim(
    "IV.C-contradictions",
    source="Section IV.C",
    title="no contradictions are to be expected in higher dimension",
    statement=r"In dimension two and more, explicit contradictions between virtual samples are not "
    r"necessarily expected.",
    verdict=Verdict.PROVED_WITH,
    result="true from dimension three on, for samples in general position; in the plane they are "
    "generic",
    sharper=r"If any four samples (all of them, if there are fewer) are affinely independent, two "
    r"segments "
    r"share at most a common end: there is no contradiction at all. In the plane the diagonals of "
    r"any four samples in convex position cross (and five samples in general position always "
    r"include such four); their targets at the crossing differ unless a linear condition holds.",
    hypotheses=(
        "any four samples, or all of them if there are fewer, affinely independent",
        '"higher dimension" read as two and more',
    ),
)
def no_crossing() -> Proof:
    """Read a crossing as an affine dependence."""
    t, u = sp.symbols("lambda mu")
    A, B, C = (sp.Matrix(sp.symbols(f"{letter}_1:4")) for letter in "ABC")
    volume = sp.Matrix.hstack(A, B, C).det()
    crossing = t * A + (1 - t) * C - u * B
    first, second = (sp.Matrix.hstack(*rows).det() for rows in ((crossing, B, C), (A, B, crossing)))
    return Proof(
        argument=r"Let $\lambda a+(1-\lambda)c=\mu b+(1-\mu)d$ with four different samples, and "
        r"$A,B,C$ the differences $a-d,b-d,c-d$ (in dimension three, or in three coordinates in "
        r"which they are independent). Then $\lambda A+(1-\lambda)C-\mu B=0$, hence "
        r"$\lambda\det(A,B,C)=0$, and likewise for the other coefficients, of which not all "
        r"vanish: the four are affinely dependent. With a common end $d=c$, so $C=0$: "
        r"$\lambda A=\mu B$, and independence gives $\lambda=\mu=0$: the segments meet at $c$ "
        r"only, where both have the target $y_c$.",
        certificates=[
            Identity("lambda det(A, B, C)", t * volume, first),
            Identity("(1 - lambda) det(A, B, C)", (1 - t) * volume, second),
        ],
        under=("any four samples, or all of them if there are fewer, affinely independent",),
    )


@evidence("IV.C-contradictions")
def plane() -> Boundary:
    """The diagonals of a square cross."""
    half = sp.Rational(1, 2)
    targets = [half * (0 + 0), half * (1 + 1)]
    first, second = (between(SQUARE[k], SQUARE[k + 1], half) for k in (0, 2))
    expect("the diagonals meet in their middles", first, second)
    return Boundary(
        case="the plane, x = (1,0), (-1,0), (0,1), (0,-1), y = (0, 0, 1, 1), all pairs: both "
        "diagonals pass through 0",
        stated="the targets at 0 agree",
        relation=Relation("the targets at 0", targets[0], "==", targets[1]),
        minimal="three samples in general position have segments with common ends only",
    )


@claim(
    "V.B-bound",
    source="Section V.B, Figure 4 (not in the paper)",
    title="how much eps can add to Q(D)",
    statement=r"With $\delta$ the smallest Euclidean distance of samples of different classes, "
    r"$Q^s_\epsilon\le(\delta^2-\epsilon^2/4)^{-1/2}$ for all $\epsilon<2\delta$.",
    verdict=Verdict.PROVED,
    result="true, and attained: a segment of length eps comes no closer than that to other classes",
    hypotheses=("Euclidean norm", "the Q^s of row V.B-same-class"),
    sharper=r"Two segments, one within each of two classes and of length at most $\epsilon$, are "
    r"at least $\sqrt{\delta^2-\epsilon^2/2}$ apart, so they cannot cross below "
    r"$\epsilon=\sqrt2\,\delta$. Both are sharp: an isosceles triangle, and the square.",
    group=Group.BEYOND,
    uses=("V.B-same-class",),
)
def leg_bound() -> Proof:
    """Expand the squared distance of two points of two segments."""
    s, t, a, b, c, d = sp.symbols("s t a b c d")
    u, v = (1 - s) * a + s * b, (1 - t) * c + t * d
    corners = ((a, c), (a, d), (b, c), (b, d))
    weights = ((1 - s) * (1 - t), (1 - s) * t, s * (1 - t), s * t)
    mixed = dot(weights, [(p - q) ** 2 for p, q in corners])
    foot = offset_form((0, 4), (-3, 0), (3, 0))
    attained = {
        "triangle 5, 5, 6: 1/dist^2 = 1/(25 - 36/4)": (
            point_segment(UNIT, foot)[1],
            1 / (sp.Integer(25) - sp.Rational(36, 4)),
        ),
        "square: the legs of length eps = 2 meet, delta^2 - eps^2/2 = 0": (
            squared(SQUARE[0], SQUARE[2]) - squared(SQUARE[0], SQUARE[1]) / 2,
            0,
        ),
    }
    return Proof(
        argument=r"In each coordinate, and so for squared norms, $\Vert u-v\Vert^2$ of "
        r"$u=(1-s)a+sb$ and $v=(1-t)c+td$ is the mean of the four $\Vert\cdot\Vert^2$ between the "
        r"ends minus $s(1-s)\Vert a-b\Vert^2+t(1-t)\Vert c-d\Vert^2$. The mean is at least "
        r"$\delta^2$, the weights $s(1-s)$ are at most $\frac14$. With $c=d$ there is one such "
        r"term, and $Q^s$ is the largest inverse distance.",
        certificates=[
            Identity(
                "|u - v|^2 and the mean over the ends",
                (u - v) ** 2,
                mixed - s * (1 - s) * (a - b) ** 2 - t * (1 - t) * (c - d) ** 2,
            ),
            Identity("the weights sum to 1", sum(weights), 1),
            Identity("s(1 - s)", s * (1 - s), sp.Rational(1, 4) - (s - sp.S.Half) ** 2),
            equalities("attained", attained, "two examples"),
        ],
    )
