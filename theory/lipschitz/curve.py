r"""Section V.B and Figure 4: Q(D) as a function of eps.

With V_eps and Q_eps as in `theory.lipschitz.lower_bound`.
"""

from __future__ import annotations

import sympy as sp

from theory.lipschitz.lower_bound import between, squared
from theory.proofs.certificates import Exact, Identity, Relation
from theory.proofs.evidence import Boundary, Proof, Verdict, expect
from theory.proofs.ledger import claim, evidence

APEX, LEFT, RIGHT = (
    (sp.Integer(0), sp.Integer(4)),
    (sp.Integer(-3), sp.Integer(0)),
    (sp.Integer(3), sp.Integer(0)),
)
"""A triangle with sides 5, 5 and 6 and height 4."""


@claim(
    "V.B-monotone",
    source="Sections IV.C and V.B, Figure 4",
    title="eps takes Q(D) from Vanilla's value to Mixup's",
    statement=r"As $\epsilon$ grows, the virtual training set grows, the margins between classes "
    r"(the distances of virtual samples of different classes) do not grow, and $Q_\epsilon$ does "
    r"not decrease: from the value of vanilla training at $\epsilon=0$ to that of classical Mixup "
    r"for large $\epsilon$, and $\epsilon$ tunes it smoothly.",
    verdict=Verdict.PROVED_WITH,
    result="true for distinct inputs, but in steps: for three points it jumps from 1/5 to 1/4",
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
        r"is $\frac15$, on both "
        r"$\Vert\tilde x-\tilde x'\Vert^2-25\,\vert\tilde y-\tilde y'\vert^2=36su\ge0$; from 6 on "
        r"there is the base, with target 0, at distance 4 from the apex, and height$/4$ fits all.",
        certificates=[
            Identity(
                "two points of one segment: |u(s) - u(t)|^2 = (s - t)^2 |a - b|^2",
                squared(between(a, b, s), between(a, b, t)),
                (s - t) ** 2 * squared(a, b),
                "every coordinate alike",
            ),
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
        under=("distinct inputs", "smoothly read as in small steps"),
    )


@evidence("V.B-monotone")
def steps() -> Boundary:
    """Compute Q on both sides of the longest distance of a triangle."""
    foot = between(LEFT, RIGHT, sp.Rational(1, 2))
    below = 1 / sp.sqrt(squared(APEX, LEFT))
    at = 1 / sp.sqrt(squared(APEX, foot))
    expect("the jump", (below, at), (sp.Rational(1, 5), sp.Rational(1, 4)))
    t, d = sp.symbols("t d", positive=True)
    return Boundary(
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
