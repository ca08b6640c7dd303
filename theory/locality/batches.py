r"""Section IV.A and Eq. (2): what computing the graph on each mini-batch does to the weights.

A batch of B samples is drawn from n without replacement, and the graph is that of the batch alone.
"""

from __future__ import annotations

from itertools import combinations, product
from math import comb

import sympy as sp

from theory.mathematics.line_graphs import SUPERINCREASING, distances, nearest, threshold
from theory.proofs.certificates import Cases, Identity, Relation, equalities
from theory.proofs.evidence import Boundary, Proof, Verdict
from theory.proofs.ledger import claim, evidence


def batch_weight(n: int, B: int, K: int, rank: int) -> sp.Rational:
    """Return the mean weight of a pair in the nearest-neighbour graphs of the batches with both."""
    closer = sum(comb(rank - 1, m) * comb(n - 1 - rank, B - 2 - m) for m in range(min(K, B - 1)))
    return sp.Rational(closer, comb(n - 2, B - 2))


def counted_weight(n: int, B: int, K: int, rank: int) -> sp.Rational:
    """Return the same by listing the batches and making the graph of each."""
    batches = [(0, *others) for others in combinations(range(1, n), B - 1) if rank in others]
    graphs = (nearest(distances([SUPERINCREASING[i] for i in batch]), K) for batch in batches)
    weights = (W[0][batch.index(rank)] for batch, W in zip(batches, graphs, strict=True))
    return sp.Add(*weights) / len(batches)


@claim(
    "IV.A-batch",
    source="Section IV.A, graph of each batch",
    title="the weight of a pair depends on the batch",
    statement=r"Since the graph is computed on each batch, the weight of two samples can vary with "
    r"the batch.",
    verdict=Verdict.PROVED_WITH,
    result="true for nearest neighbours only: there the batch makes a soft weight of the rank",
    sharper=r"If $j$ is the $r$-th closest of the others to $i$, the mean weight over the batches "
    r"with both is $P_r=\mathbb P\bigl(\mathrm{Hyp}(n-2,r-1,B-2)\le K-1\bigr)$. It is 1 exactly "
    r"for $r\le K$, falls strictly by $P_r-P_{r+1}=\binom{r-1}{K-1}\binom{n-2-r}{B-2-K}/"
    r"\binom{n-2}{B-2}$ for $K\le r\le n-B+K$ and is 0 beyond ($1\le K\le B-2$); "
    r"$\sum_rP_r=\frac{n-1}{B-1}K$. For $K\ge B-1$ the batch is complete. "
    r"Thresholded and exponential weights depend on the two samples alone.",
    hypotheses=("nearest-neighbour graph, no ties", "batches uniform without replacement"),
)
def mean_weight() -> Proof:
    """Count the batches, and difference the count in the rank."""
    g, below, h, above = sp.symbols("g_m g_{m-1} h_{q-m-1} h_{q-m}")
    counted: Cases = {}
    falls: Cases = {}
    sums: Cases = {}
    for n in range(3, 8):
        for B, r in product(range(2, n + 1), range(1, n)):
            for K in range(1, B):
                total = sp.Add(*(batch_weight(n, B, K, rank) for rank in range(1, n)))
                sums[f"n, B, K = {(n, B, K)}"] = total, sp.Rational((n - 1) * K, B - 1)
                case, weight = f"n, B, K, r = {(n, B, K, r)}", batch_weight(n, B, K, r)
                counted[case] = counted_weight(n, B, K, r), weight
                if r < n - 1 and K <= B - 2:
                    fewer = comb(r - 1, K - 1) * comb(n - 2 - r, B - 2 - K)
                    fall = weight - batch_weight(n, B, K, r + 1)
                    falls[case] = fall, sp.Rational(fewer, comb(n - 2, B - 2))
    return Proof(
        argument=r"Of the $\binom{n-2}{B-2}$ batches with $i$ and $j$, those with $m$ of the "
        r"$r-1$ closer samples number $\binom{r-1}m\binom{n-1-r}{B-2-m}$, and $j$ is a neighbour "
        r"exactly if $m\le K-1$. With $g_m=\binom{r-1}m$, $h_q=\binom{n-2-r}q$ and Pascal's rule "
        r"$\binom{n-1-r}q=h_q+h_{q-1}$, $\binom rm=g_m+g_{m-1}$, the difference of the counts for "
        r"$r$ and $r+1$ is $\sum_{m<K}(g_mh_{q-m-1}-g_{m-1}h_{q-m})$, $q=B-2$, which telescopes "
        r"to $g_{K-1}h_{q-K}$. It is positive exactly for $K\le r\le n-B+K$; $P_K=1$, and past "
        r"$r=n-B+K$ fewer than $B-1-K$ samples are farther, so $m\ge K$. "
        r"Each sample has $K\le B-1$ neighbours in its batch, and given $i$ the batch has $j$ with "
        r"probability $\frac{B-1}{n-1}$, which gives the sum.",
        certificates=[
            Identity(
                "a step of the telescope, by Pascal's rule",
                g * (above + h) - (g + below) * above,
                g * h - below * above,
            ),
            equalities("batches listed, graphs made", counted, "3 <= n <= 7, all B, K < B and r"),
            equalities("the fall from rank r to r + 1", falls, "3 <= n <= 7, K <= B - 2"),
            equalities("the sum over the ranks", sums, "3 <= n <= 7, K < B"),
        ],
        under=("nearest-neighbour graph, no ties", "batches uniform without replacement"),
        found={
            "n = 7, B = 4, K = 1, r = 1, ..., 6": [batch_weight(7, 4, 1, r) for r in range(1, 7)]
        },
    )


@evidence("IV.A-batch")
def fixed_weights() -> Boundary:
    """A thresholded weight is the same in every batch."""
    pair, three = SUPERINCREASING[:2], SUPERINCREASING[:3]
    weights = [threshold(distances(batch), 1)[0][1] for batch in (pair, three)]
    return Boundary(
        case="thresholded graph, x = (0, 1, 3), eps = 1: W(0, 1) in the batches (0, 1), (0, 1, 3)",
        stated="the weight varies with the batch",
        relation=Relation("W(0, 1)", weights[0], "!=", weights[1]),
        minimal="for n = 2 there is one batch with both samples",
    )
