"""Lemma III.1, Eq. (1), against the minimiser of the criterion that it is about."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import sympy as sp

from theory.line import criterion, minimiser, printed
from theory.mathematics.piecewise import X
from theory.proofs.certificates import Antiderivative, Exact, Identity, Relation
from theory.proofs.evidence import Proof, Refutation, Verdict
from theory.proofs.ledger import claim, evidence

if TYPE_CHECKING:
    from theory.mathematics.piecewise import LineFunction

HAT = ((0, 1, 2), (0, 1, 0))
"""Inputs and targets of the smallest counterexample."""

EXCESS = sp.Rational(1, 162)
"""What Eq. (1) loses there, in the statement of the row."""

DESIGNS = ((0, 1, 2), (0, 1, 3), (0, 2, 3, 7), (-4, -1, 0, 5), (0, 1, 2, 3, 4), (0, 3, 4, 6, 11))
"""Training inputs of the finite checks."""


def symbols_for(n: int) -> list[sp.Symbol]:
    """Return symbolic targets."""
    return list(sp.symbols(f"y_0:{n}"))


def same_pieces(case: str, one: LineFunction, two: LineFunction) -> list[Relation]:
    """Return the relations that say that two functions agree between their knots."""
    return [
        Relation(f"{case}, ({low}, {high})", first, "==", second)
        for low, high, first, second in zip(
            one.knots, one.knots[1:], one.pieces, two.pieces, strict=False
        )
    ]


@claim(
    "III.1",
    source="Lemma III.1, Eq. (1)",
    title="f* is the plain mean over E(x)",
    statement=r"For $\lambda\sim U(0,1)$ and every $\tilde x\in[x_0,x_{n-1}]$ the minimiser of the "
    r"Mixup criterion is $f^*(\tilde x)=\frac{1}{\mathrm{card}\,\mathcal E(\tilde x)}"
    r"\sum_{\mathcal E(\tilde x)}\lambda_{ij}y_i+(1-\lambda_{ij})y_j$.",
    verdict=Verdict.REFUTED,
    result="false from n = 3 on: each target needs the weight 1/length of its segment",
    sharper=r"Between training inputs, for $\lambda$ of a law with density $b$, "
    r"$f^*(x)=\frac{\sum_{x_a<x<x_b}\beta_{ab}(x)\,\tilde y_{ab}(x)}{\sum_{x_a<x<x_b}"
    r"\beta_{ab}(x)},\qquad \beta_{ab}(x)=\frac{W_{ab}\,b(\lambda)+W_{ba}\,b(1-\lambda)}{x_b-x_a},"
    r"\quad\lambda=\frac{x_b-x}{x_b-x_a}$, with the weights $\frac1{x_b-x_a}$ in the paper's "
    r"case: short segments count more. "
    rf"In the smallest example Eq. (1) is $t/2$ on $(0,1)$, the minimiser is $2t/3$, and the "
    rf"criterion (self pairs left out, they cost neither anything) is $\frac1{{18}}$ instead of "
    rf"$\frac4{{81}}$, an excess of $\frac1{{{EXCESS.q}}}$. On $x=(0,1,s,\dots,s)$, "
    r"$y=(0,1,0,\dots,0)$ the two differ near 1 by $\frac{(n-2)(s-1)}{(n-1)(s+n-2)}$, for large "
    r"$n$ and $s/n$ almost the whole range of $y$. At training inputs $\mathcal E$ is infinite "
    r"and Eq. (1) has no value.",
    hypotheses=("squared loss", "lambda ~ U(0, 1)", "values between training inputs"),
    uses=("Def.II.1-loss",),
    formal=("LemmaIII1.lemma_III1_refuted", "LemmaIII1.lemma_III1_two_points"),
)
def plain_mean() -> Refutation:
    """Compare Eq. (1) with the minimiser on three points."""
    problem = criterion(*HAT, self_pairs=False)
    exact, stated = problem.minimiser(), printed(*HAT)
    half = sp.Rational(1, 2)
    two = symbols_for(2)
    segment = same_pieces("n = 2", minimiser((0, 1), two), printed((0, 1), two))
    return Refutation(
        case=f"x = {HAT[0]}, y = {HAT[1]}, at x = 1/2",
        stated="f*(1/2) is the plain mean of the two targets 1/2 and 0",
        relation=Relation("Eq. (1) and the minimiser", stated(half), "==", exact(half)),
        minimal="for n = 2 one segment covers each point, and both are the straight line",
        smaller=Exact("two points, symbolic y", tuple(segment), "n = 2"),
        found={
            "Eq. (1) on (0, 1)": str(stated.pieces[0]),
            "minimiser on (0, 1)": str(exact.pieces[0]),
            "criterion at Eq. (1)": problem.loss(stated),
            "criterion at the minimiser": problem.loss(exact),
        },
    )


@evidence("III.1")
def exact_mean() -> Proof:
    """Derive the weights, and the excess of Eq. (1) in the example."""
    x, low, high, f, mass, first, second = sp.symbols("x x_a x_b f M_0 M_1 M_2")
    n, s = sp.symbols("n s")
    problem = criterion(*HAT, self_pairs=False)
    best, stated = problem.minimiser(), printed(*HAT)
    found = [
        Relation("loss of Eq. (1)", problem.loss(stated), "==", sp.Rational(1, 18)),
        Relation("loss of the minimiser", problem.loss(best), "==", sp.Rational(4, 81)),
        Relation("excess", problem.loss(stated) - problem.loss(best), "==", EXCESS),
        Relation("Eq. (1)", stated.pieces[0], "==", X / 2),
        Relation("minimiser", best.pieces[0], "==", 2 * X / 3),
    ]
    for size, far in product((3, 4, 5), (2, 3, 10)):
        # Equal inputs: their own pairs only make an atom, and cover nothing.
        data = ((0, 1, *(far,) * (size - 2)), (0, 1, *(0,) * (size - 2)))
        gap = minimiser(*data).limit(1, -1) - sp.Rational(1, size - 1)
        formula = (n - 2) * (s - 1) / ((n - 1) * (s + n - 2))
        found.append(Relation(f"n = {size}, s = {far}", gap, "==", formula.subs({n: size, s: far})))
    return Proof(
        argument=r"$\tilde x=\lambda x_a+(1-\lambda)x_b$ has the density "
        r"$b(\lambda)\vert d\lambda/dx\vert$, and the mean squared error given $\tilde x=x$ is "
        r"least at the mean of the targets with these weights. On $x=(0,1,s,\dots,s)$ the "
        r"coefficient of $y_1$ at 1 is $1/(1+(n-2)/s)$, in Eq. (1) $1/(n-1)$.",
        certificates=[
            Antiderivative(
                "d lambda/dx = -1/(x_b - x_a)",
                (high - x) / (high - low),
                -1 / (high - low),
                {x: 1},
                constants=(low, high),
            ),
            Identity(
                "M_2 - 2 f M_1 + f^2 M_0 = M_0 (f - M_1/M_0)^2 + M_2 - M_1^2/M_0",
                second - 2 * f * first + f**2 * mass,
                mass * (f - first / mass) ** 2 + second - first**2 / mass,
            ),
            Identity(
                "1/(1 + (n-2)/s) - 1/(n-1) = (n-2)(s-1)/((n-1)(s+n-2))",
                1 / (1 + (n - 2) / s) - 1 / (n - 1),
                (n - 2) * (s - 1) / ((n - 1) * (s + n - 2)),
            ),
            Exact("the examples solved", tuple(found), "n = 3, 4, 5"),
        ],
    )
