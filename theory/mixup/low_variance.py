r"""The remark after Theorem III.2: averages of convex combinations, hence a low variance."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import sympy as sp

from theory.line import criterion, minimiser, printed
from theory.mathematics.piecewise import integral
from theory.mathematics.vectors import mean, variance
from theory.proofs.certificates import Exact, Identity, Relation
from theory.proofs.evidence import Proof, Refutation, Verdict
from theory.proofs.ledger import claim, evidence

if TYPE_CHECKING:
    from theory.line import Criterion

TILTED = ((0, 1, 3), (-1, 0, 1))
"""The smallest example in which Mixup has more variance than the targets."""


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
    r"$\mathrm{Var}(f^*)$ may even exceed $\mathrm{Var}(y)$ from $n=3$ on. With distinct inputs "
    r"the limits at the two outer ones are $y_0$ and $y_{n-1}$ for every $n$ and every law. What "
    r"is true, for any law of $\lambda$, in any dimension: over the "
    r"virtual inputs of Definition II.1 (self pairs included) the mean of $f^*$ is that of $y$, "
    r"and $\mathrm{Var}(f^*(\tilde x))\le\mathrm{Var}(\tilde y)=\mathbb "
    r"E[\lambda^2+(1-\lambda)^2]\,\mathrm{Var}(y)$, which is $\bigl(1-\frac{2\alpha\beta}"
    r"{(\alpha+\beta)(\alpha+\beta+1)}\bigr)\mathrm{Var}(y)$ for Beta$(\alpha,\beta)$ and "
    r"$\frac23\mathrm{Var}(y)$ for the uniform law, with equality if $y$ is affine in $x$.",
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
    targets = [sp.Integer(value) for value in y]
    a, b, c = sp.symbols("y_0:3")
    even = printed((0, 1, 2), (a, b, c))
    smaller = (
        Relation("n = 2", variance(printed((0, 1), (a, b)).values), "==", variance((a, b))),
        Relation(
            "n = 3, equally spaced: Var(y) - Var(f*) is a square",
            variance((a, b, c)) - variance(even.values),
            "==",
            sp.Rational(10, 81) * (b - (a + c) / 2) ** 2,
        ),
    )
    return Refutation(
        case=f"x = {x}, y = {y}, f* by Eq. (1)",
        stated="Var(f*) <= Var(y)",
        relation=Relation("Var(f*) and Var(y)", variance(stated.values), "<=", variance(targets)),
        minimal="for n = 2 both are equal, and for equally spaced n = 3 the bound holds",
        smaller=Exact("the bound holds", smaller, "n = 2, and n = 3 equally spaced; all y"),
        found={
            "Eq. (1)": stated.values,
            "Var(y)": variance(targets),
            "Var(f*), exact, limit from the left": variance((y[0], exact.limit(1, -1), y[2])),
            "Var(f*), exact, limit from the right": variance((y[0], exact.limit(1, 1), y[2])),
        },
    )


def moments_of_minimiser(problem: Criterion) -> tuple[sp.Expr, sp.Expr]:
    """Integrate f* and its square over the virtual inputs."""
    best = problem.minimiser()
    first = second = sp.S.Zero
    for atom, value in zip(problem.atoms, best.values, strict=True):
        first += atom.mass.as_expr() * value
        second += atom.mass.as_expr() * value**2
    for ends, part, piece in zip(
        pairwise(problem.knots), problem.density, best.pieces, strict=True
    ):
        mass = part.mass.as_expr()
        first += integral(sp.cancel(mass * piece), *ends)
        second += integral(sp.cancel(mass * piece**2), *ends)
    return first, second


@evidence("III-low-variance")
def variance_over_virtual_inputs() -> Proof:
    """The law of total variance, for the law of the virtual samples."""
    share, m1, m2, alpha, beta = sp.symbols("lambda m_1 m_2 alpha beta")
    c = sp.symbols("c_1:4")
    norm = (alpha + beta) * (alpha + beta + 1)
    mean_share, square = alpha / (alpha + beta), alpha * (alpha + 1) / norm
    relations = []
    for x, y in (TILTED, ((0, 1, 2), (0, 1, 0)), ((0, 2, 3, 7), (5, 1, 0, 2))):
        targets = [sp.Integer(value) for value in y]
        first, second = moments_of_minimiser(criterion(x, y))
        bound = sp.Rational(2, 3) * variance(targets)
        relations += [
            Relation(f"x = {x}, y = {y}, mean", first, "==", mean(targets)),
            Relation(f"x = {x}, y = {y}, variance", second - first**2, "<=", bound),
        ]
    for x in ((0, 1, 3), (0, 2, 3, 7)):
        affine = [2 * sp.Integer(value) - 1 for value in x]
        first, second = moments_of_minimiser(criterion(x, affine))
        bound = sp.Rational(2, 3) * variance(affine)
        relations.append(Relation(f"x = {x}, y = 2x - 1", second - first**2, "==", bound))
    return Proof(
        argument=r"$f^*(\tilde x)=\mathbb E[\tilde y\mid\tilde x]$ has the mean of $\tilde y$ and "
        r"at most its variance. Given $\lambda$, $\tilde y=\lambda y_i+(1-\lambda)y_j$ with "
        r"independent uniform $i,j$ has the mean $\bar y$ and the variance "
        r"$(\lambda^2+(1-\lambda)^2)\mathrm{Var}(y)$. For affine $y$ the target is a function of "
        r"$\tilde x$.",
        certificates=[
            Identity(
                "(sum c)^2 - sum c^2 = 2 sum over pairs of c c' >= 0: convex weights have sum of "
                "squares at most 1",
                sum(c) ** 2 - sum(part**2 for part in c),
                2 * (c[0] * c[1] + c[0] * c[2] + c[1] * c[2]),
                "three weights stand for any number",
            ),
            Identity(
                "Var(lambda y_i + (1-lambda) y_j) = (lambda^2 + (1-lambda)^2) (m_2 - m_1^2)",
                share**2 * m2 + 2 * share * (1 - share) * m1**2 + (1 - share) ** 2 * m2 - m1**2,
                (share**2 + (1 - share) ** 2) * (m2 - m1**2),
                "all n, all y with moments m_1, m_2",
            ),
            Identity(
                "E[lambda^2 + (1-lambda)^2] for Beta(alpha, beta)",
                2 * square - 2 * mean_share + 1,
                1 - 2 * alpha * beta / norm,
            ),
            Exact("criteria solved, lambda ~ U(0, 1)", tuple(relations), "n = 3 and 4"),
        ],
        under=("variance over the virtual inputs, self pairs included",),
    )
