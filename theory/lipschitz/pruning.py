r"""Section V.B: three numbers that decide whether a segment can raise Q(D) above a given value.

This is how the toolkit computes Q(D) on large data; the paper does not have it.
"""

from __future__ import annotations

import sympy as sp

from theory.lipschitz.lower_bound import between, squared
from theory.proofs.certificates import Identity, Relation
from theory.proofs.evidence import Boundary, Proof, Verdict
from theory.proofs.ledger import Group, claim, evidence


def excess(p: sp.Expr, q: sp.Expr, r: sp.Expr, t: sp.Expr) -> sp.Expr:
    """Return |a - u(t)|^2 - |y_a - y(t)|^2/Q^2 along a segment."""
    return (1 - t) * p**2 + t * q**2 - t * (1 - t) * r**2


@claim(
    "V.B-pruning",
    source="Section V.B (not in the paper: how Q(D) is computed here)",
    title="a triangle inequality decides whether a segment raises Q(D)",
    statement=r"Let $Q>0$ be at least the ratio of any two samples, with Euclidean norms, and "
    r"$S(x,x')=\sqrt{\Vert x-x'\Vert^2-\Vert y-y'\Vert^2/Q^2}$. Some place inside the segment "
    r"$[b,c]$ has a ratio above $Q$ against the sample $a$ exactly if $S(b,c)>S(a,b)+S(a,c)$.",
    verdict=Verdict.PROVED_WITH,
    result="true: three distances decide, and no place has to be looked for",
    sharper=r"Then the lowest $\Vert a-u(t)\Vert^2-\Vert y_a-y(t)\Vert^2/Q^2$ is at "
    r"$t=\frac{S(b,c)^2+S(a,b)^2-S(a,c)^2}{2S(b,c)^2}$, inside the segment. It follows that the "
    r"nearer end has $S(a,\cdot)<\frac12S(b,c)$, which rules out whole rows of segments at once. "
    r"For $y_b=y_c$ at distance 1 from $y_a$ the condition is $\Vert b-c\Vert>"
    r"\sqrt{\Vert a-b\Vert^2-Q^{-2}}+\sqrt{\Vert a-c\Vert^2-Q^{-2}}$.",
    hypotheses=("Q at least the vanilla value", "Euclidean norms of inputs and of targets"),
    group=Group.BEYOND,
    uses=("V.B-lower",),
)
def triangle_inequality() -> Proof:
    """Write the excess along a segment as a square plus a multiple of (p + q)^2 - r^2."""
    p, q, r, t, w = sp.symbols("p q r t w")
    a, b, c = (sp.symbols(f"{name}_1:3") for name in "abc")
    vertex = (r**2 + p**2 - q**2) / (2 * r**2)
    heron = (r + p + q) * (r + p - q) * (r - p + q) * (r - p - q)
    sides = {"p": squared(a, b), "q": squared(a, c), "r": squared(b, c)}
    return Proof(
        argument=r"$S$ is real for all pairs of samples, as $Q$ is at least their ratio. With "
        r"$p=S(a,b)$, $q=S(a,c)$, $r=S(b,c)$ and $g(t)=\Vert a-u(t)\Vert^2-\Vert y_a-y(t)\Vert^2/"
        r"Q^2$, a place has a ratio above $Q$, infinity included, exactly if $g(t)<0$. The "
        r"identity for a squared distance along a segment holds in each coordinate of inputs and "
        r"of targets, so $g(t)=(1-t)p^2+tq^2-t(1-t)r^2$. If $r\le p+q$, this is a square plus "
        r"$t(1-t)((p+q)^2-r^2)\ge0$: no place does. If $r>p+q$, then $r>0$, "
        r"$r^2\pm(p^2-q^2)>(p+q)^2\pm(p^2-q^2)\ge0$, so the vertex is inside, and all four "
        r"factors of $g$ there are positive but for the sign: $g<0$. The smaller of $p,q$ is at "
        r"most half their sum, which is below $\frac12r$.",
        certificates=[
            Identity(
                "|a - u(t)|^2 = (1-t) |a-b|^2 + t |a-c|^2 - t (1-t) |b-c|^2",
                squared(a, between(b, c, t)),
                (1 - t) * sides["p"] + t * sides["q"] - t * (1 - t) * sides["r"],
                "every coordinate alike, inputs and targets",
            ),
            Identity(
                "the same with w = 1/Q^2 times the targets' (second coordinate) taken off",
                (a[0] - between(b, c, t)[0]) ** 2 - w * (a[1] - between(b, c, t)[1]) ** 2,
                (1 - t) * ((a[0] - b[0]) ** 2 - w * (a[1] - b[1]) ** 2)
                + t * ((a[0] - c[0]) ** 2 - w * (a[1] - c[1]) ** 2)
                - t * (1 - t) * ((b[0] - c[0]) ** 2 - w * (b[1] - c[1]) ** 2),
                "linear in the coordinates of inputs and of targets",
            ),
            Identity(
                "g = ((1-t) p - t q)^2 + t (1-t) ((p+q)^2 - r^2)",
                excess(p, q, r, t),
                ((1 - t) * p - t * q) ** 2 + t * (1 - t) * ((p + q) ** 2 - r**2),
            ),
            Identity(
                "at the vertex g = -(r+p+q)(r+p-q)(r-p+q)(r-p-q)/(4 r^2)",
                excess(p, q, r, vertex),
                -heron / (4 * r**2),
            ),
            Identity(
                "the slope of g is 0 there", sp.diff(excess(p, q, r, t), t).subs(t, vertex), 0
            ),
            Identity(
                "(p+q)^2 + (p^2 - q^2) = 2 p (p+q)", (p + q) ** 2 + p**2 - q**2, 2 * p * (p + q)
            ),
            Identity(
                "(p+q)^2 - (p^2 - q^2) = 2 q (p+q)", (p + q) ** 2 - p**2 + q**2, 2 * q * (p + q)
            ),
        ],
        under=("Q at least the vanilla value", "Euclidean norms of inputs and of targets"),
    )


@evidence("V.B-pruning")
def below_vanilla() -> Boundary:
    """For Q below the vanilla value the side from a to an end is not real."""
    side = squared((sp.Integer(0),), (sp.Integer(1),)) - sp.Integer(4)
    return Boundary(
        case="n = 2, x = (0, 1), y = (0, 1), Q = 1/2, below the ratio 1 of the samples",
        stated="S is real",
        relation=Relation("S^2 = 1 - 1/Q^2", side, ">=", 0),
        minimal="one sample has no pair",
    )
