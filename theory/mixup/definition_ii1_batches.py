"""Definition II.1 in mini-batches: partners by a random permutation of the batch."""

from __future__ import annotations

from itertools import combinations, permutations

import sympy as sp

from theory.proofs.certificates import Cases, Exact, Identity, Relation, equalities
from theory.proofs.evidence import Proof, Refutation, Verdict
from theory.proofs.ledger import Group, claim, evidence


def pair_weights(n: int, B: int) -> tuple[sp.Rational, sp.Rational]:
    """Enumerate all batches and all permutations, and average the weight of two ordered pairs."""
    own = other = 0
    draws = 0
    for batch in combinations(range(n), B):
        for partners in permutations(batch):
            draws += 1
            partner = dict(zip(batch, partners, strict=True))
            own += partner.get(0) == 0
            other += partner.get(0) == 1
    return sp.Rational(own, B * draws), sp.Rational(other, B * draws)


@claim(
    "Def.II.1-batch",
    source="Definition II.1; Section IV.A (the usual implementation: not in the paper)",
    title="shuffled batches minimise Definition II.1",
    statement=r"Stochastic gradient descent on batches of $B\ge2$ samples, each paired with the "
    r"one that a random permutation of the batch gives it, has the criterion of Definition II.1 "
    r"as its expected loss.",
    verdict=Verdict.REFUTED,
    result="self pairs weigh (n-1)/(B-1) times more than in the definition",
    sharper=r"The expected weight of $(i,i)$ is $\frac1{nB}$ and that of $(i,j)$, $i\ne j$, is "
    r"$\frac{B-1}{n(n-1)B}$: the self pairs have the share $\frac1B$ instead of $\frac1n$. Both "
    r"agree only for $B=n$. The expected loss is that of Definition II.1, up to a factor, with "
    r"self pairs of weight $\frac{n-1}{B-1}$ (about 794 for $n=50000$, $B=64$): a good part of "
    r"vanilla training.",
    hypotheses=("the usual implementation; the paper does not say how partners are drawn",),
    group=Group.BEYOND,
)
def smallest_batch() -> Refutation:
    """Enumerate the batches of two out of three samples."""
    own, other = pair_weights(3, 2)
    whole = pair_weights(2, 2)
    return Refutation(
        case="n = 3, B = 2",
        stated="(0, 0) and (0, 1) have one expected weight, as in Definition II.1",
        relation=Relation("weights of (0, 0) and (0, 1)", own, "==", other),
        minimal="for B = n the weights agree",
        smaller=Exact("B = n = 2", (Relation("n = 2", whole[0], "==", whole[1]),), "n = 2, B = 2"),
        found={"(0, 0)": own, "(0, 1)": other, "Definition II.1": sp.Rational(1, 9)},
    )


@evidence("Def.II.1-batch")
def expected_weights() -> Proof:
    """Multiply the three probabilities."""
    n, B = sp.symbols("n B")
    # The pair has to be in the batch, the permutation has to join it, and the mean divides by B.
    own = (B / n) * (1 / B) / B
    other = (B * (B - 1) / (n * (n - 1))) * (1 / B) / B
    heavier = (n - 1) / (B - 1)
    cases: Cases = {}
    for number in range(2, 6):
        for size in range(1, number + 1):
            weights = zip(pair_weights(number, size), (own, other), strict=True)
            for pair, (found, formula) in zip(("(0, 0)", "(0, 1)"), weights, strict=True):
                stated = formula.subs({n: number, B: size})
                cases[f"n = {number}, B = {size}, {pair}"] = found, stated
    return Proof(
        argument=r"$P(i\in\text{batch})=\frac Bn$, $P(i,j\in\text{batch})=\frac{B(B-1)}{n(n-1)}$, "
        r"and a random permutation sends $i$ to each sample of the batch with probability "
        r"$\frac1B$; the expectation of the mean over the batch is linear in these.",
        certificates=[
            Identity("all weights add to 1", n * own + n * (n - 1) * other, 1),
            Identity("the share of the self pairs", n * own, 1 / B),
            Identity("the weights differ, but for B = n", own - other, (n - B) / (n * (n - 1) * B)),
            Identity("with weight (n-1)/(B-1)", own / (own + other), heavier / (heavier + 1)),
            equalities("all batches and permutations", cases, "n = 2, ..., 5, all B"),
        ],
        found={"n = 5, B = 3": pair_weights(5, 3), "n = 50000, B = 64": sp.Rational(49999, 63)},
    )
