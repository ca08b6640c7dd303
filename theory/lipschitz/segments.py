r"""Section V.B: the largest ratio between a sample and a segment, and between two segments.

A segment u(t) = b + t (c - b), t in [0, 1], carries the targets y_b + t (y_c - y_b).  Against a
sample a the squared ratio of Q(D) is N(t)/D(t) with N = N0 + 2 N1 t + N2 t^2 and D likewise,
quadratic forms of (1, t); against a second segment they are quadratic forms of (1, s, t).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import sympy as sp

from theory.mathematics.vectors import between, dot, squared
from theory.proofs.certificates import Antiderivative, Identity, Relation, equalities
from theory.proofs.evidence import Boundary, Proof, Verdict
from theory.proofs.ledger import Group, claim, evidence

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from theory.mathematics.vectors import Point


Form: TypeAlias = tuple[sp.Expr, sp.Expr, sp.Expr]
"""Coefficients N0, N1, N2 of N0 + 2 N1 t + N2 t^2."""


def offset_form(a: Point, b: Point, c: Point) -> Form:
    """Return the squared distance of a point to the points of a segment."""
    p = [v - u for u, v in zip(a, b, strict=True)]
    r = [v - u for u, v in zip(b, c, strict=True)]
    return dot(p, p), dot(p, r), dot(r, r)


def evaluate(form: Form, t: sp.Expr) -> sp.Expr:
    """Return the value of a quadratic form of (1, t)."""
    return form[0] + 2 * form[1] * t + form[2] * t**2


def stationary_quadratic(N: Form, D: Form) -> tuple[sp.Expr, sp.Expr, sp.Expr]:
    """Return the quadratic whose roots are the stationary points of N/D."""
    return (N[2] * D[1] - N[1] * D[2], N[2] * D[0] - N[0] * D[2], N[1] * D[0] - N[0] * D[1])


def point_segment(N: Form, D: Form) -> tuple[sp.Expr, sp.Expr]:
    """Return where the squared ratio between a sample and a segment is largest, and its value."""
    t = sp.Symbol("t", real=True)
    if D[2] == 0:
        # Both ends are at one input; N is convex in t, so largest at an end.
        end = max((sp.Integer(0), sp.Integer(1)), key=lambda u: evaluate(N, u))
        top = evaluate(N, end)
        if D[0] == 0:
            return end, sp.oo if top > 0 else sp.S.Zero
        return end, top / D[0]
    foot = -D[1] / D[2]
    if D[0] * D[2] == D[1] ** 2 and 0 <= foot <= 1:
        return (foot, sp.oo) if evaluate(N, foot) > 0 else (1 - foot.floor(), N[2] / D[2])
    inner = sp.Poly(stationary_quadratic(N, D), t)
    roots = [] if inner.is_zero else [root for root in sp.real_roots(inner) if 0 < root < 1]
    best, where = -sp.oo, sp.nan
    for u in (sp.Integer(0), sp.Integer(1), *roots):
        value = sp.radsimp(sp.expand(evaluate(N, u)) / sp.expand(evaluate(D, u)))
        if value > best:
            best, where = value, u
    return where, best


def pencil(A: Sequence[Sequence[sp.Expr]], B: Sequence[Sequence[sp.Expr]]) -> sp.Poly:
    """Return the polynomial whose roots are the squared ratios inside two segments."""
    mu = sp.Symbol("mu")
    matrix = sp.Matrix(3, 3, lambda i, j: A[i][j] - mu * B[i][j])
    return sp.Poly(sp.expand(matrix.det(method="berkowitz")), mu)


@claim(
    "V.B-point-segment",
    source="Section V.B (not in the paper)",
    title="a sample and a segment: a quadratic equation",
    statement=r"With Euclidean norms the ratio of $Q(D)$ between a sample and a segment, which the "
    r"sample does not lie on, is largest at an end of the segment or at a root of a quadratic.",
    verdict=Verdict.PROVED,
    result="true: the cubic terms of the derivative cancel",
    sharper=r"The roots of $(N_2D_1-N_1D_2)t^2+(N_2D_0-N_0D_2)t+(N_1D_0-N_0D_1)$ in $(0,1)$, and "
    r"$t=0,1$. For one-hot targets: $y_b=y_c\ne y_a$ gives $\sqrt2/\mathrm{dist}(a,[b,c])$; "
    r"$y_a=y_b\ne y_c$ exceeds the ratios of the samples exactly if $\langle a-b,c-b\rangle>"
    r"\Vert a-b\Vert^2>0$, and is then $\sqrt2/(\Vert c-b\Vert\sin\angle(a,b,c))$, at "
    r"$t=\Vert a-b\Vert^2/\langle a-b,c-b\rangle$; three classes have $N=2-2t+2t^2$.",
    hypotheses=("Euclidean norms", "the sample does not lie on the segment"),
    group=Group.BEYOND,
)
def point_and_segment() -> Proof:
    """Differentiate the ratio."""
    t, *rest = sp.symbols("t N0 N1 N2 D0 D1 D2")
    N, D = (rest[0], rest[1], rest[2]), (rest[3], rest[4], rest[5])
    n, d = evaluate(N, t), evaluate(D, t)
    a, b, c = stationary_quadratic(N, D)
    grown, turn = (sp.S.Zero, sp.S.Zero, N[2]), -D[0] / D[1]
    least = D[2] - D[1] ** 2 / D[0]
    return Proof(
        argument=r"$D>0$ on $[0,1]$, and the derivative of $N/D$ is $2/D^2$ times the quadratic; "
        r"where that vanishes identically the ratio is constant. Constant targets: $D$ is least "
        r"at the foot $t=-D_1/D_2$ (clipped to $[0,1]$). $y_a=y_b$: with $p=b-a$, $r=c-b$ one has "
        r"$D_0=\Vert p\Vert^2$, $D_1=\langle p,r\rangle$, and the stationary point $t=-D_0/D_1$ "
        r"lies in $(0,1)$ exactly if $-D_1>D_0>0$; its value exceeds those of the pairs $(b,c)$, "
        r"where the denominator is $D_2$, and $(a,c)$, at $t=1$.",
        certificates=[
            Antiderivative(
                "d/dt N/D = 2 (quadratic)/D^2",
                n / d,
                2 * (a * t**2 + b * t + c) / d**2,
                {t: 1},
                constants=(*N, *D),
            ),
            Identity(
                "constant targets: the square of D is completed",
                d,
                D[0] - D[1] ** 2 / D[2] + D[2] * (t + D[1] / D[2]) ** 2,
            ),
            Identity("y_a = y_b: N/D", evaluate(grown, turn) / evaluate(D, turn), N[2] / least),
            Identity("y_a = y_b: D/t^2", d / t**2, least + D[0] * (1 / t + D[1] / D[0]) ** 2),
            Identity("three classes: N", (-1) ** 2 + (1 - t) ** 2 + t**2, 2 - 2 * t + 2 * t**2),
        ],
    )


SKEW = (
    [[sp.Integer(2), 0, 0], [0, 0, 0], [0, 0, 0]],
    [[sp.Rational(3, 2), -sp.S.Half, -sp.S.Half], [-sp.S.Half, 1, 0], [-sp.S.Half, 0, 1]],
)
"""A and B for N = 2 and D = (s - 1/2)^2 + (t - 1/2)^2 + 1."""


@claim(
    "V.B-segment-segment",
    source="Section V.B (not in the paper)",
    title="two segments: a 3 x 3 eigenvalue problem",
    statement=r"With Euclidean norms the ratio of $Q(D)$ between two segments that do not meet is "
    r"largest on an edge of $[0,1]^2$ (a sample and a segment) or at a root of a cubic.",
    verdict=Verdict.PROVED,
    result="true: stationary points solve (A - mu B) z = 0 with z = (1, s, t)",
    sharper=r"With $N=z^\top Az$, $D=z^\top Bz$, an inner maximum $\mu$ (the squared ratio) "
    r"satisfies $(A-\mu B)z=0$, so $\det(A-\mu B)=0$. That determinant vanishes identically only "
    r"if $A$ and $B$ have a common null vector; then the ratio is constant along lines, and its "
    r"largest value is found on the edges. Constant one-hot targets of two different classes: "
    r"$\sqrt2/\mathrm{dist}$ of the segments.",
    hypotheses=("Euclidean norms", "the segments do not meet"),
    group=Group.BEYOND,
)
def two_segments() -> Proof:
    """Write stationarity as an eigenvalue problem."""
    s, t, c = sp.symbols("s t c")
    a, b, d, e, f, g = names = sp.symbols("m00 m01 m02 m11 m12 m22")
    M = ((a, b, d), (b, e, f), (d, f, g))
    z, k = (sp.S.One, s, t), sp.symbols("k0 k1 k2")

    def product(u: Sequence[sp.Expr], v: Sequence[sp.Expr]) -> sp.Expr:
        return dot(u, [dot(row, v) for row in M])

    image, form = [dot(row, z) for row in M], product(z, z)
    moved = [a + c * b for a, b in zip(z, k, strict=True)]
    return Proof(
        argument=r"Let $M=A-\mu B$ with $\mu$ the ratio at an inner stationary point. Then "
        r"$z^\top Mz=0$, and the derivatives of $N-\mu D$ in $s$ and $t$ vanish, which are twice "
        r"the second and third entries of $Mz$. Since $z^\top Mz$ is the first entry plus $s$ and "
        r"$t$ times the others, all three vanish. $A$ and $B$ are Gram matrices. If "
        r"$\det(A-\mu B)$ is zero for all $\mu$, it is so at $\mu=-1$: there is $k\ne0$ with "
        r"$k^\top Ak+k^\top Bk=0$, hence $Ak=Bk=0$. Then neither $N$ nor $D$ changes from $z$ to "
        r"$z+ck$, and the points $z+ck$, scaled to first entry 1, run on a line through "
        r"$(s,t)$; along it the ratio is constant up to an edge of the square, one end of the "
        r"line at least being reached before the first entry vanishes.",
        certificates=[
            equalities(
                "skew segments at distance 1, targets at distance sqrt(2): 2 is a root",
                {"det(A - 2 B)": (pencil(*SKEW).eval(2), 0)},
                "one example",
            ),
            Identity("z'Mz", form, image[0] + s * image[1] + t * image[2]),
            *(
                Antiderivative(
                    f"d/d{u} z'Mz", form, 2 * image[row], {u: 1}, constants=(*names, other)
                )
                for row, u, other in ((1, s, t), (2, t, s))
            ),
            Identity(
                "(z + ck)'M(z + ck)",
                product(moved, moved),
                form + 2 * c * product(k, z) + c**2 * product(k, k),
            ),
        ],
    )


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
    u = between(b, c, t)

    def along(form: Callable[[Point, Point], sp.Expr]) -> sp.Expr:
        return (1 - t) * form(a, b) + t * form(a, c) - t * (1 - t) * form(b, c)

    def reduced(x: Point, z: Point) -> sp.Expr:
        return (x[0] - z[0]) ** 2 - w * (x[1] - z[1]) ** 2

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
            Identity("|a - u(t)|^2, every coordinate alike", squared(a, u), along(squared)),
            Identity("less w = 1/Q^2 times that of targets", reduced(a, u), along(reduced)),
            Identity(
                "g as a square and a multiple of (p+q)^2 - r^2",
                excess(p, q, r, t),
                ((1 - t) * p - t * q) ** 2 + t * (1 - t) * ((p + q) ** 2 - r**2),
            ),
            Identity("g at the vertex", excess(p, q, r, vertex), -heron / (4 * r**2)),
            Identity("its slope is 0", sp.diff(excess(p, q, r, t), t).subs(t, vertex), 0),
            Identity("(p+q)^2 + (p^2 - q^2)", (p + q) ** 2 + p**2 - q**2, 2 * p * (p + q)),
            Identity("(p+q)^2 - (p^2 - q^2)", (p + q) ** 2 - p**2 + q**2, 2 * q * (p + q)),
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
