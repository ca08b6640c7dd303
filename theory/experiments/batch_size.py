"""Section V.A: the rule that a smaller eps gets a larger batch."""

from __future__ import annotations

from itertools import combinations, permutations

import sympy as sp

from theory.mathematics.line_graphs import SUPERINCREASING, distances, threshold
from theory.proofs.certificates import Exact, Identity, Relation
from theory.proofs.evidence import Boundary, Proof, Verdict
from theory.proofs.ledger import claim, evidence


def samples_used(points: int, B: int, eps: int) -> tuple[sp.Expr, sp.Expr]:
    """Count the samples that an update uses, over all batches and pairings."""
    line = SUPERINCREASING[:points]
    W = threshold(distances(line), eps)
    used, trials = sp.Integer(0), 0
    for batch in combinations(range(points), B):
        for partners in permutations(batch):
            used += sum(W[i][j] for i, j in zip(batch, partners, strict=True))
            trials += 1
    pairs = list(combinations(range(points), 2))
    share = sum((W[i][j] for i, j in pairs), sp.Integer(0)) / len(pairs)
    return used / trials, share


@claim(
    "V.A-batch-size",
    source="Section V.A",
    title="a larger batch for small eps keeps the number of used samples",
    statement=r"By varying the batch size with $\epsilon$, the same number of samples is used on "
    r"average to update the parameters.",
    verdict=Verdict.PROVED_WITH,
    result="true for each update, with an exact rule; not for a whole epoch",
    sharper=r"With a random permutation as pairing, a batch of $B$ uses $1+(B-1)p$ samples on "
    r"average, $p$ being the share of pairs of different samples within $\epsilon$; $S$ are used "
    r"for $B=1+(S-1)/p$ (a little less than $S/p$). An epoch has $n/B$ updates, so the number of "
    r"updates and of used samples per epoch falls with $p$: runs at a small $\epsilon$ are "
    r"shorter.",
    hypotheses=(
        "pairs from a random permutation of the batch",
        "number of samples per update",
        "p > 0 and S <= 1 + (n-1) p, with B rounded to an integer",
    ),
)
def batch_rule() -> Proof:
    """Average over the pairings."""
    B, p, S = sp.symbols("B p S")
    relations = []
    for points, size, eps in ((4, 2, 1), (4, 3, 3), (4, 4, 3), (5, 2, 7), (5, 3, 4), (5, 4, 2)):
        used, share = samples_used(points, size, eps)
        relations.append(
            Relation(f"n = {points}, B = {size}, eps = {eps}", used, "==", 1 + (size - 1) * share)
        )
    return Proof(
        argument=r"In a random permutation each sample is its own partner with probability "
        r"$\frac1B$, and is paired with each other one with probability $\frac1B$. The batch is "
        r"random, so that a pair of different samples is within $\epsilon$ with probability $p$.",
        certificates=[
            Identity("used in a batch", B * (1 / B + (B - 1) / B * p), 1 + (B - 1) * p),
            Identity("against S of them", 1 + (B - 1) * p - S, p * (B - 1 - (S - 1) / p)),
            Identity("a share of the epoch's n", (1 + (B - 1) * p) / B, p + (1 - p) / B),
            Exact("all batches and pairings", tuple(relations), "n = 4, 5"),
        ],
        under=(
            "pairs from a random permutation of the batch",
            "number of samples per update",
            "p > 0 and S <= 1 + (n-1) p",
        ),
    )


@evidence("V.A-batch-size")
def vanilla_batch() -> Boundary:
    """At eps = 0 every batch uses one sample, whatever its size."""
    used, _ = samples_used(2, 2, 0)
    return Boundary(
        case="eps = 0, two samples, the whole set as the batch: only self pairs count",
        stated="some batch uses S = 2 samples on average",
        relation=Relation("n = 2, B = 2, eps = 0", used, "==", sp.Integer(2)),
        minimal="a batch of one sample uses one",
    )


@evidence("V.A-batch-size")
def per_epoch() -> Boundary:
    """The number of updates in an epoch changes with the batch size."""
    full, half = (1 + sp.Integer(2 - 1) / p for p in (sp.Integer(1), sp.Rational(1, 2)))
    return Boundary(
        case="two samples used per update: p = 1 needs B = 2, p = 1/2 needs B = 3",
        stated="the number of updates per sample and epoch is the same",
        relation=Relation("updates per sample", 1 / full, "==", 1 / half),
        minimal="one sample used per update is the self pair; these are the smallest batches",
    )
