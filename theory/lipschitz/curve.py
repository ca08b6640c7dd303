r"""Section V.B and Figure 4: Q(D) as a function of eps.

With V_eps and Q_eps as in `theory.lipschitz.lower_bound`.
"""

from __future__ import annotations

import sympy as sp

from theory.lipschitz.lower_bound import between, squared
from theory.proofs.certificates import Exact, Identity, Relation
from theory.proofs.evidence import Proof, Refutation, Verdict
from theory.proofs.ledger import claim, evidence


@claim(
    "V.B-monotone",
    source="Sections IV.C and V.B",
    title="more segments: a larger training set, smaller margins, a larger Q(D)",
    statement=r"As $\epsilon$ grows, the virtual training set grows, the margins between classes "
    r"do not grow, and $Q_\epsilon$ does not decrease.",
    verdict=Verdict.PROVED,
    result="true: suprema and infima over a larger set",
    sharper=r"All change at the pairwise distances only, where they take the new value (they are "
    r"continuous from the right): at most $\frac{n(n-1)}2$ jumps.",
)
def monotone() -> Proof:
    """Compare the sets of pairs."""
    s, t = sp.symbols("s t")
    a, b = sp.symbols("a_1:3"), sp.symbols("b_1:3")
    return Proof(
        argument=r"A pair with $d\le\epsilon$ has $d\le\epsilon'$ for $\epsilon'\ge\epsilon$, so "
        r"$V_\epsilon\subset V_{\epsilon'}$; a supremum over a larger set is no less, an infimum "
        r"no more. Between two consecutive pairwise distances the set of pairs does not change, "
        r"and at a distance $d$ the pair belongs to it, by $d\le\epsilon$. The virtual samples "
        r"of the new segment have the ratio of its ends among themselves, so only others raise "
        r"$Q$.",
        certificates=[
            Identity(
                "two points of one segment: |u(s) - u(t)|^2 = (s - t)^2 |a - b|^2",
                squared(between(a, b, s), between(a, b, t)),
                (s - t) ** 2 * squared(a, b),
                "every coordinate alike",
            ),
        ],
    )


APEX, LEFT, RIGHT = (
    (sp.Integer(0), sp.Integer(4)),
    (sp.Integer(-3), sp.Integer(0)),
    (sp.Integer(3), sp.Integer(0)),
)
"""A triangle with sides 5, 5 and 6 and height 4."""


@claim(
    "V.B-smooth",
    source="Section V.B, Figure 4",
    title="eps tunes Q(D) smoothly",
    statement=r"$\epsilon$ can be used to tune $Q(D)$ smoothly.",
    verdict=Verdict.REFUTED,
    result="false: a step function of eps, which jumps from 1/5 to 1/4 for three points",
    sharper=r"$Q_\epsilon$ is a nondecreasing step function, continuous from the right, with at "
    r"most $\frac{n(n-1)}2$ jumps, all at pairwise distances (row V.B-monotone). For many samples "
    r"the steps may be small; no choice of $\epsilon$ gives a value between them.",
    hypotheses=("Q(D) as defined for row V.B-optimal",),
)
def steps() -> Refutation:
    """Compute Q on both sides of the longest distance of a triangle."""
    foot = between(LEFT, RIGHT, sp.Rational(1, 2))
    below = 1 / sp.sqrt(squared(APEX, LEFT))
    at = 1 / sp.sqrt(squared(APEX, foot))
    t, d = sp.symbols("t d", positive=True)
    return Refutation(
        case="n = 3 in the plane, x = (0,4), (-3,0), (3,0), y = (1, 0, 0), about eps = 6",
        stated="Q is continuous at eps = 6",
        relation=Relation("Q from the left and at 6", below, "==", at),
        minimal="for n = 2 every pair of virtual samples has the ratio |y_0 - y_1|/|x_0 - x_1|",
        smaller=Exact(
            "n = 2: (t dy)/(t dx) does not depend on t",
            (Relation("targets 0, 1 at distance d", t / (t * d), "==", 1 / d),),
            "n = 2, every distance",
        ),
        found={"Q for 0 <= eps < 6": below, "Q for eps >= 6": at},
    )


@evidence("V.B-smooth")
def triangle() -> Proof:
    """Bound Q of the triangle from above on both sides of eps = 6."""
    s, u = sp.symbols("s u")
    first, second = between(APEX, LEFT, s), between(APEX, RIGHT, u)
    return Proof(
        argument=r"Below $\epsilon=5$ there are the three samples, from 5 on also the two legs, "
        r"with targets $1-s$ and $1-u$. On one leg the ratio is $\frac15$; on both, "
        r"$\Vert\tilde x-\tilde x'\Vert^2-25\,\vert\tilde y-\tilde y'\vert^2=36su\ge0$. From 6 on "
        r"there is the base, with target 0, at distance 4 from the apex: $Q\ge\frac14$; and $f=$ "
        r"height$/4$ fits everything with the Lipschitz constant $\frac14$.",
        certificates=[
            Identity(
                "one leg: |x~ - x~'|^2 = 25 (s - u)^2",
                squared(first, between(APEX, LEFT, u)),
                25 * (s - u) ** 2,
            ),
            Identity(
                "two legs: |x~ - x~'|^2 - 25 |y~ - y~'|^2 = 36 s u",
                squared(first, second) - 25 * (s - u) ** 2,
                36 * s * u,
            ),
        ],
        under=("this triangle",),
    )


@claim(
    "V.B-extremes",
    source="Section V.B, Figure 4",
    title="Q(D) runs from Vanilla's at eps = 0 to Mixup's at large eps",
    statement=r"$Q_0$ is the value of vanilla training, and for large $\epsilon$ $Q_\epsilon$ is "
    r"that of classical Mixup.",
    verdict=Verdict.PROVED_WITH,
    result="true for distinct inputs; Mixup's value is reached at the diameter, or earlier",
    sharper=r"$Q_0=\max\frac{\Vert y_i-y_j\Vert}{\Vert x_i-x_j\Vert}$. Mixup's value is reached at "
    r"the largest length needed by a pair of segments that attains it, which can be far below the "
    r"diameter.",
    hypotheses=("distinct inputs",),
)
def ends() -> Proof:
    """Compare the sets of pairs at both ends."""
    t, x = sp.symbols("lambda x")
    return Proof(
        argument=r"Distinct inputs are at positive distances, so at $\epsilon=0$ only the pairs "
        r"$(i,i)$ are left, whose virtual samples are the samples. From the largest distance on "
        r"all pairs belong to it. If $\epsilon^*$ is the length of the longer of two segments "
        r"with the largest ratio, $Q_{\epsilon^*}$ is that ratio already.",
        certificates=[
            Identity("lambda x + (1 - lambda) x = x", t * x + (1 - t) * x, x),
        ],
        under=("distinct inputs",),
    )
