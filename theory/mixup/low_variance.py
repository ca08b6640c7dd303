r"""The remark after Theorem III.2: averages of convex combinations, hence a low variance."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import sympy as sp

from theory.line import criterion, minimiser, printed
from theory.mathematics.line_graphs import is_affine
from theory.mathematics.piecewise import integral
from theory.mathematics.vectors import dot, mean, variance
from theory.proofs.certificates import Exact, Identity, Relation, equalities
from theory.proofs.evidence import Proof, Refutation, Verdict
from theory.proofs.ledger import claim, evidence

if TYPE_CHECKING:
    from theory.line import Criterion

TILTED = ((0, 1, 3), (-1, 0, 1))
"""The smallest example in which Mixup has more variance than the targets."""

UNIFORM = sp.Rational(2, 3)
"""E[lambda^2 + (1-lambda)^2] for the uniform law, in the statement of the row."""


@claim(
    "III-low-variance",
    source="Section III, text after Theorem III.2",
    title="Mixup's minimiser has a low variance",
    statement=r"$f^*$ is an average of convex combinations and thus has a low variance: with "
    r"Definition IV.1, $\mathrm{Var}(f^*)<\mathrm{Var}(y)$ for nonconstant $y$.",
    verdict=Verdict.REFUTED,
    result="false in the sense of Definition IV.1 (f* = y for n = 2); true in the statistical one",
    sharper=r"For i.i.d. outputs $f^*(x)=\sum c_iy_i$ with $c_i\ge0$, $\sum c_i=1$ has the "
    r"variance $\sigma^2\sum c_i^2\le\sigma^2$. In the sense of Definition IV.1 "
    r"$\mathrm{Var}(f^*)$ may even exceed $\mathrm{Var}(y)$ from $n=3$ on; with distinct inputs "
    r"the limits at the two outer ones are $y_0$ and $y_{n-1}$. For any law of $\lambda$, in any "
    r"dimension: over the virtual inputs of Definition II.1 the mean of $f^*$ is that of $y$, and "
    r"$\mathrm{Var}(f^*(\tilde x))\le\mathrm{Var}(\tilde y)=\mathbb "
    r"E[\lambda^2+(1-\lambda)^2]\,\mathrm{Var}(y)$: the factor is "
    r"$1-\frac{2\alpha\beta}{(\alpha+\beta)(\alpha+\beta+1)}$ for Beta$(\alpha,\beta)$, "
    rf"${sp.latex(UNIFORM)}$ for the uniform law, with equality if $y$ is affine in $x$.",
    hypotheses=(
        "variance over the training inputs, as in Definition IV.1",
        "values of f* there: Eq. (1), one-sided limits, or y itself with self pairs",
    ),
)
def two_points() -> Refutation:
    """On two points nothing is averaged."""
    x, y = (0, 1), (sp.S.Zero, sp.S.One)
    f = minimiser(x, y)
    limits = (f.limit(0, 1), f.limit(1, -1))
    return Refutation(
        case="n = 2, x = (0, 1), y = (0, 1): f*(x) = x",
        stated="Var(f*) < Var(y)",
        relation=Relation("Var(f*) and Var(y)", variance(limits), "<", variance(y)),
        minimal="for n = 1 there is no nonconstant y",
    )


@evidence("III-low-variance")
def more_variance() -> Refutation:
    """Mixup moves the middle of three values away from their mean."""
    x, y = TILTED
    stated, exact = printed(x, y), minimiser(x, y)
    a, b, c = three = sp.symbols("y_0:3")
    smaller = {
        "n = 2": (variance(printed((0, 1), (a, b)).values), variance((a, b))),
        "n = 3, equally spaced: Var(y) - Var(f*) is a square": (
            variance(three) - variance(printed((0, 1, 2), three).values),
            sp.Rational(10, 81) * (b - (a + c) / 2) ** 2,
        ),
    }
    return Refutation(
        case=f"x = {x}, y = {y}, f* by Eq. (1)",
        stated="Var(f*) <= Var(y)",
        relation=Relation("Var(f*) and Var(y)", variance(stated.values), "<=", variance(y)),
        minimal="for n = 2 both are equal, and for equally spaced n = 3 the bound holds",
        smaller=equalities("the bound holds", smaller, "n = 2, and n = 3 equally spaced; all y"),
        found={
            "Eq. (1)": stated.values,
            "Var(y)": variance(y),
            "Var(f*), exact, limit from the left": variance((y[0], exact.limit(1, -1), y[2])),
            "Var(f*), exact, limit from the right": variance((y[0], exact.limit(1, 1), y[2])),
        },
    )


def moments_of_minimiser(problem: Criterion) -> tuple[sp.Expr, sp.Expr]:
    """Integrate f* and its square over the virtual inputs."""
    best = problem.minimiser()

    def moment(power: int) -> sp.Expr:
        atoms = zip(problem.atoms, best.values, strict=True)
        gaps = zip(pairwise(problem.knots), problem.density, best.pieces, strict=True)
        return sp.Add(
            *(atom.mass.as_expr() * value**power for atom, value in atoms),
            *(integral(sp.cancel(p.mass.as_expr() * f**power), *ends) for ends, p, f in gaps),
        )

    return moment(1), moment(2)


@evidence("III-low-variance")
def variance_over_virtual_inputs() -> Proof:
    """The law of total variance, for the law of the virtual samples."""
    share, m1, m2, alpha, beta = sp.symbols("lambda m_1 m_2 alpha beta")
    a, b, c = weights = sp.symbols("c_1:4")
    norm = (alpha + beta) * (alpha + beta + 1)
    mean_share, square = alpha / (alpha + beta), alpha * (alpha + 1) / norm
    relations = []
    for x, y in (
        *(TILTED, ((0, 1, 2), (0, 1, 0)), ((0, 2, 3, 7), (5, 1, 0, 2))),
        *((x, tuple(2 * value - 1 for value in x)) for x in ((0, 1, 3), (0, 2, 3, 7))),
    ):
        first, second = moments_of_minimiser(criterion(x, y))
        bound = UNIFORM * variance(y)
        sign = "==" if is_affine(y, x) else "<="
        relations += [
            Relation(f"x = {x}, y = {y}, mean", first, "==", mean(y)),
            Relation(f"x = {x}, y = {y}, variance", second - first**2, sign, bound),
        ]
    return Proof(
        argument=r"$f^*(\tilde x)=\mathbb E[\tilde y\mid\tilde x]$ has the mean of $\tilde y$ and "
        r"at most its variance. Given $\lambda$, $\tilde y=\lambda y_i+(1-\lambda)y_j$ with "
        r"independent uniform $i,j$ has the mean $\bar y$ and the variance "
        r"$(\lambda^2+(1-\lambda)^2)\mathrm{Var}(y)$. For affine $y$ the target is a function of "
        r"$\tilde x$.",
        certificates=[
            Identity(
                "convex weights have a sum of squares of at most 1; three stand for any number",
                sum(weights) ** 2 - dot(weights, weights),
                2 * (a * b + a * c + b * c),
            ),
            Identity(
                "Var(lambda y_i + (1-lambda) y_j), y with moments m_1, m_2",
                share**2 * m2 + 2 * share * (1 - share) * m1**2 + (1 - share) ** 2 * m2 - m1**2,
                (share**2 + (1 - share) ** 2) * (m2 - m1**2),
            ),
            Identity(
                "the mean of lambda^2 + (1-lambda)^2 for Beta(alpha, beta)",
                2 * square - 2 * mean_share + 1,
                1 - 2 * alpha * beta / norm,
            ),
            Exact("criteria solved, lambda ~ U(0, 1)", tuple(relations), "n = 3 and 4"),
        ],
        under=("variance over the virtual inputs, self pairs included",),
    )
