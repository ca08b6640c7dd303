r"""Theorem IV.3 itself: three points on which Mixup and Local Mixup have different lines."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import sympy as sp

from theory.mathematics.beta_moments import LAMBDA, LINEAR, pairwise_criterion
from theory.mathematics.line_graphs import band, distances, radial, threshold
from theory.proofs.certificates import Cases, Exact, Identity, Relation, Sign, equalities
from theory.proofs.evidence import Proof, Refutation, Verdict
from theory.proofs.ledger import claim, evidence

if TYPE_CHECKING:
    from collections.abc import Sequence

SLOPE, INTERCEPT = sp.symbols("a b")
LATTICE, BUMP = (0, 1, 2), (0, 1, 0)
"""The smallest counterexample: its points, and its targets."""

AT_BUMP = {"Mixup": sp.Rational(1, 3), "Local": sp.Rational(3, 7), "no loops": sp.Rational(1, 2)}
"""The constant lines in the statement of the row; the evidence has to find them."""

WEIGHTS = sp.symbols("c w_1 w_2 r")
EXCESS = 2 * (WEIGHTS[1] - WEIGHTS[2]) / (9 * WEIGHTS[0] + 12 * WEIGHTS[1] + 6 * WEIGHTS[2])
"""Of Local Mixup's line there over Mixup's, by the weights c, w_1, w_2 of the distances."""


def integrated_criterion(
    x: Sequence[sp.Expr], y: Sequence[sp.Expr], W: Sequence[Sequence[sp.Expr]], alpha: int
) -> sp.Expr:
    """Return the expected criterion of a line by integration over lambda, pair by pair."""
    shape = sp.expand((LAMBDA * (1 - LAMBDA)) ** (alpha - 1))
    norm = _integral(shape)
    total = sp.Integer(0)
    for i, j in product(range(len(x)), repeat=2):
        if W[i][j] != 0:
            x_mixed = LAMBDA * x[i] + (1 - LAMBDA) * x[j]
            y_mixed = LAMBDA * y[i] + (1 - LAMBDA) * y[j]
            loss = sp.expand((SLOPE * x_mixed + INTERCEPT - y_mixed) ** 2 * shape)
            total += W[i][j] * _integral(loss) / norm
    return sp.expand(total)


def _integral(polynomial: sp.Expr) -> sp.Expr:
    """Integrate a polynomial in lambda over [0, 1]."""
    primitive = sp.Poly(polynomial, LAMBDA).integrate()
    return primitive.eval(1) - primitive.eval(0)


def expected_criterion(
    x: Sequence[sp.Expr], y: Sequence[sp.Expr], W: Sequence[Sequence[sp.Expr]]
) -> sp.Expr:
    """Return the expected criterion of a line for every law, by the moments of lambda."""
    residuals = [value - SLOPE * point - INTERCEPT for point, value in zip(x, y, strict=True)]
    return pairwise_criterion(residuals, [list(row) for row in W])


def best_line(criterion: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Solve the stationarity of a criterion that is quadratic in slope and intercept."""
    gradient = [sp.expand(sp.diff(criterion, symbol)) for symbol in (SLOPE, INTERCEPT)]
    (aa, ab), (_, bb) = [[g.coeff(s, 1) for s in (SLOPE, INTERCEPT)] for g in gradient]
    ga, gb = (g.subs({SLOPE: 0, INTERCEPT: 0}) for g in gradient)
    determinant = aa * bb - ab**2
    return (ab * gb - bb * ga) / determinant, (ab * ga - aa * gb) / determinant


def _two_points() -> Exact:
    """On two points every weighting has the line through both."""
    x, y = sp.symbols("x_0 x_1"), sp.symbols("y_0 y_1")
    W = [[sp.Symbol(f"W_{i}{j}") for j in range(2)] for i in range(2)]
    slope, intercept = best_line(expected_criterion(x, y, W))
    through = (y[1] - y[0]) / (x[1] - x[0])
    return equalities(
        "on two distinct points the line goes through both, whatever the weights",
        {"slope": (slope, through), "intercept": (intercept, y[0] - through * x[0])},
        "n = 2, symbolic x, y, W and q",
    )


@claim(
    "IV.3",
    source="Theorem IV.3",
    title="Mixup and Local Mixup have the same linear model",
    statement=r"Over the linear models $f(x)=ax+b$ the minimiser of the Mixup criterion is also "
    r"that of the Local Mixup criterion.",
    verdict=Verdict.REFUTED,
    result="false from n = 3 on, for every law; true at the two extremes and on two points",
    sharper=r"For $x=(0,1,2)$ and $y=(0,1,0)$ the line of Mixup (and least squares) is "
    rf"${sp.latex(AT_BUMP['Mixup'])}$, that of Local Mixup with the graph $0-1-2$ is "
    rf"${sp.latex(AT_BUMP['Local'])}$ with self pairs and ${sp.latex(AT_BUMP['no loops'])}$ "
    r"without, for every law of $\lambda$ that is symmetric, or any with symmetric weights. "
    r"With weights $c$, $w_1$, $w_2$ of the distances 0, 1, 2 it is "
    rf"${sp.latex(AT_BUMP['Mixup'])}+{sp.latex(EXCESS)}$: as soon as near points weigh more than "
    r"far ones, the lines differ. The rows IV.3-condition, IV.3-radial and IV.3-knn say exactly "
    r"when the theorem holds: in dimension one, for the graphs of Section IV.A, at the two "
    r"extremes only.",
    hypotheses=LINEAR,
    uses=("IV.3-criterion",),
    formal=("TheoremIV3.theorem_IV3_refuted", "TheoremIV3.not_theorem_IV3"),
)
def three_points() -> Refutation:
    """Minimise both criteria on three points after integrating over lambda."""
    complete = [[1] * 3] * 3
    mixup, local, bare = (
        best_line(integrated_criterion(LATTICE, BUMP, W, 1))
        for W in (complete, threshold(distances(LATTICE), 1), band(3, 1, 0))
    )
    return Refutation(
        case="x = (0, 1, 2), y = (0, 1, 0), threshold epsilon = 1 (or K = 1), lambda ~ U(0, 1)",
        stated="the line of Local Mixup has the value of Mixup's line at x = 1",
        relation=Relation("f(1)", sum(local), "==", sum(mixup)),
        minimal="on two distinct points both lines go through both, and on one point both "
        "criteria are least for all lines through it",
        smaller=_two_points(),
        found={
            "(slope, intercept) of Mixup": mixup,
            "of Local Mixup": local,
            "of Local Mixup without self pairs": bare,
        },
    )


@evidence("IV.3")
def every_alpha() -> Proof:
    """Certify the lines on three points for every alpha and all weights of the distances."""
    c, near, far, r = WEIGHTS
    W = radial(LATTICE, lambda distance: (near, far)[distance - 1], c)
    slope, intercept = best_line(expected_criterion(LATTICE, BUMP, W))
    cases: Cases = {"slope, all weights, every law": (slope, 0)}
    for name, weights in (("Mixup", (1, 1, 1)), ("Local", (1, 1, 0)), ("no loops", (0, 1, 0))):
        values = dict(zip((c, near, far), weights, strict=True))
        cases[f"{name}, every law"] = intercept.subs(values), AT_BUMP[name]
        for alpha in (1, 2, 3):
            numbers = radial(LATTICE, weights.__getitem__, weights[0])
            flat, level = best_line(integrated_criterion(LATTICE, BUMP, numbers, alpha))
            cases[f"{name}, integrated, alpha = {alpha}, slope"] = flat, 0
            cases[f"{name}, integrated, alpha = {alpha}"] = level, AT_BUMP[name]
    exponential = EXCESS.subs({c: 1, near: r, far: r**2})
    return Proof(
        argument=r"The line on $x=(0,1,2)$, $y=(0,1,0)$ for all weights of the distances, found "
        r"from the stationarity of the criterion with symbolic $q$. A thresholded graph has "
        r"$(c,w_1,w_2)=(1,1,0)$ for $1\le\epsilon<2$, an exponential one $(1,r,r^2)$ with "
        r"$r=e^{-\gamma}$ at the scale $\gamma$, so that the lines differ for every $0<r<1$.",
        certificates=[
            Identity("the intercept", intercept, AT_BUMP["Mixup"] + EXCESS),
            Sign(
                "exponential graph: the difference over r (1 - r) is positive for real r >= 0",
                sp.cancel(exponential / (r * (1 - r))),
                r,
                0,
            ),
            equalities("the values above", cases, "x = (0, 1, 2), y = (0, 1, 0)"),
        ],
        found={"exponential graph, less Mixup's line": sp.factor(exponential)},
    )
