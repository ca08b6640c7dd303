r"""Section III: the set E(x) of the convex combinations that give x."""

from __future__ import annotations

from itertools import pairwise, product
from typing import TYPE_CHECKING

import sympy as sp

from theory.proofs.certificates import Cases, Identity, Relation, equalities
from theory.proofs.evidence import Proof, Refutation, Verdict
from theory.proofs.ledger import claim, evidence

if TYPE_CHECKING:
    from collections.abc import Sequence

DISTINCT = ((0, 1), (0, 1, 3), (0, 2, 3, 7), (0, 1, 2, 3, 5))
"""Training inputs of the enumeration, without duplicates."""

Triple = tuple[int, int, sp.Rational]


def combinations_at(x: Sequence[int], point: sp.Rational) -> list[Triple] | None:
    """Solve lambda x_i + (1 - lambda) x_j = point for every ordered pair, i = j included."""
    found = []
    for i, j in product(range(len(x)), repeat=2):
        if x[i] == x[j]:
            if x[i] == point:
                return None  # every lambda
            continue
        share = sp.Rational(point - x[j]) / (x[i] - x[j])
        if 0 <= share <= 1:
            found.append((i, j, share))
    return found


@claim(
    "III-finite",
    source="Section III, text before Lemma III.1",
    title="E(x) is non-empty and finite",
    statement=r"For every $\tilde x\in[x_0,x_{n-1}]$ the set $\mathcal E(\tilde x)=\{(i,j,\lambda):"
    r"\tilde x=\lambda x_i+(1-\lambda)x_j\}$ is non-empty and finite.",
    verdict=Verdict.REFUTED,
    result="never empty, but infinite at every training input; finite everywhere else",
    sharper=r"Between training inputs, with $i+1$ of them below $\tilde x$, it has "
    r"$2(i+1)(n-1-i)$ elements, duplicates or not. At $x_i$ the pair $(i,i)$ alone puts all "
    r"$\lambda\in[0,1]$ into it, and so do equal inputs $x_i=x_j$ even without self pairs (the "
    r"paper allows $x_i\le x_{i+1}$); with distinct inputs and $i\ne j$ it has "
    r"$2(i(n-1-i)+n-1)$ elements. "
    r"The text once writes $[x_0,x_n]$, and $[x_1,x_n]$ in Section IV.C: $x_n$ does not exist.",
    hypotheses=("i = j is drawn in Definition II.1",),
    formal=("LemmaIII1.E_infinite_at_inputs",),
)
def self_pair_is_infinite() -> Refutation:
    """Insert the pair (0, 0)."""
    share, first = sp.symbols("lambda x_0")
    return Refutation(
        case="n = 1, x = x_0, the pair (0, 0)",
        stated="lambda x_0 + (1 - lambda) x_0 = x_0 is not an identity in lambda, so that it has "
        "at most one solution",
        relation=Relation("the pair (0, 0)", share * first + (1 - share) * first, "!=", first),
        minimal="n = 1 is the smallest training set",
        found={"in E(x_0)": "(0, 0, lambda) for every lambda in [0, 1]"},
    )


@evidence("III-finite")
def duplicates_are_infinite() -> Refutation:
    """Insert two equal inputs."""
    share, both = sp.symbols("lambda x_0")
    return Refutation(
        case="n = 2, x_0 = x_1, the pair (0, 1)",
        stated="with i != j, lambda x_0 + (1 - lambda) x_1 = x_0 is not an identity in lambda",
        relation=Relation("the pair (0, 1)", share * both + (1 - share) * both, "!=", both),
        minimal="for n = 1 there is no pair with i != j",
    )


@evidence("III-finite")
def number_of_combinations() -> Proof:
    """Count the pairs that cover a point."""
    i, n = sp.symbols("i n")
    cases: Cases = {}
    for x in (*DISTINCT, (0,), (0, 0, 1, 4), (0, 1, 1, 1, 5)):
        for below, (left, right) in enumerate(pairwise(x)):
            if left < right:
                between = sp.Rational(left + right, 2)
                triples, above = combinations_at(x, between) or [], len(x) - 1 - below
                cases[f"x = {x} at {between}"] = len(triples), 2 * (below + 1) * above
    return Proof(
        argument=r"For $x_a\ne x_b$ the equation is linear in $\lambda$ with one solution, which "
        r"lies in $[0,1]$ if and only if $\tilde x$ is between the two; $(x_0,x_{n-1})$ always "
        r"covers $\tilde x$. Between inputs the covering pairs are the $i+1$ inputs below times "
        r"the $n-1-i$ above, in both orders; at $x_i$ those around it and the $n-1$ that end "
        r"there.",
        certificates=[
            Identity("at x_i: a <= i <= b", i * (n - 1 - i) + n - 1, (i + 1) * (n - i) - 1),
            equalities("enumeration between inputs", cases, "seven training sets, n <= 5"),
        ],
    )


def recovered(from_first: sp.Expr, share: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Return the distances to x_a and x_b over that to x_0, from lambda_0b and lambda_ab."""
    right = from_first / (1 - from_first)
    return right * (1 - share) / share, right


@claim(
    "III-determined",
    source="Section III, text before Lemma III.1",
    title="E(x) determines the output f*(x)",
    statement=r"For given targets the output $f^*(\tilde x)$ of Mixup is determined by the set "
    r"$\mathcal E(\tilde x)$.",
    verdict=Verdict.PROVED,
    result="true: the shares in E(x) give the lengths up to one factor, hence the weights",
    sharper=r"With $r_b=\lambda_{0b}/(1-\lambda_{0b})$ and $l_a=r_b(1-\lambda_{ab})/\lambda_{ab}$ "
    r"(the same for every $b$) the weight of the pair $(a,b)$ is "
    r"$1/(l_a+r_b)$ for $\lambda\sim U(0,1)$. It is not the number of elements alone that matters, "
    r"as Eq. (1) has it, and Local Mixup needs $W$ besides.",
    hypotheses=("x is no training input; there the self pairs alone decide",),
)
def shares_determine_the_weights() -> Proof:
    """Recover the lengths from the shares."""
    # Distances of the point to inputs on its left (a) and on its right (b), and of x_0 from it.
    a, b, unit = sp.symbols("d_a d_b d_0")
    left, right = recovered(b / (unit + b), b / (a + b))
    return Proof(
        argument=r"For $x_a<\tilde x<x_b$ the share of $x_a$ is $\lambda_{ab}=d_b/(d_a+d_b)$ with "
        r"the distances of $\tilde x$ to both inputs. In units of the distance of $\tilde x$ to "
        r"$x_0$ the set gives $d_b$ from $\lambda_{0b}$ and $d_a$ from $\lambda_{ab}$. The "
        r"minimiser is a mean with the weights $b(\lambda_{ab})/(d_a+d_b)$, which the unit does "
        r"not change.",
        certificates=[
            Identity("r_b = d_b/d_0", right, b / unit),
            Identity("l_a = d_a/d_0", left, a / unit),
            Identity("1/(l_a + r_b) = d_0/(d_a + d_b)", 1 / (left + right), unit / (a + b)),
        ],
    )
