r"""Abstract, Sections I, IV.A and VI: vanilla training and Mixup as the extremes of each graph.

About the weights of Eq. (2) themselves; what becomes of f*_K on the lattice is in
`theory.tradeoff.extremes`.
"""

from __future__ import annotations

import sympy as sp

from theory.mathematics.line_graphs import (
    SUPERINCREASING,
    Loops,
    complete,
    distances,
    nearest,
    threshold,
    vanilla,
)
from theory.proofs.certificates import Antiderivative, Exact, Identity, Relation
from theory.proofs.evidence import Boundary, Proof, Verdict
from theory.proofs.ledger import claim, evidence

LOOPS: tuple[Loops, ...] = ("counted", "none", "added")


def _self_pair() -> list[Identity]:
    """The pair (i, i) is the sample itself, whatever lambda."""
    t, x = sp.symbols("lambda x")
    return [Identity("lambda x + (1 - lambda) x = x", t * x + (1 - t) * x, x)]


@claim(
    "IV.A-knn-extremes",
    source="Sections IV.A and IV.B",
    title="K = 0 is vanilla and K >= n is Mixup, for the graph",
    statement=r"In Eq. (2) with the $K$-nearest-neighbour graph, $K=0$ gives vanilla training and "
    r"every $K\ge n$ classical Mixup.",
    verdict=Verdict.PROVED_WITH,
    result="true only if a sample is no neighbour of itself and W(i, i) = 1 is set all the same",
    sharper=r"Self loops added: $K=0$ is vanilla, $K\ge n-1$ is Mixup. A sample counted as its own "
    r"first neighbour: $K=0$ has no term at all, $K=1$ is vanilla, $K\ge n$ is Mixup. Neither: "
    r"$K=0$ has no term, and $K\ge n-1$ is Mixup without the $n$ self pairs of Definition II.1, "
    r"which is what Eq. (3) computes with.",
    hypotheses=("self loops added to the K neighbours",),
)
def nearest_extremes() -> Proof:
    """Evaluate both ends with self loops added."""
    relations = []
    table: dict[str, str] = {}
    for size in range(2, 7):
        D = distances(SUPERINCREASING[:size])
        ends = [(0, vanilla(size)), *((K, complete(size)) for K in range(size - 1, size + 2))]
        relations += [
            Relation(f"n = {size}, K = {K}, entry ({i}, {j})", value, "==", stated[i][j])
            for K, stated in ends
            for i, row in enumerate(nearest(D, K, loops="added"))
            for j, value in enumerate(row)
        ]
    D = distances(SUPERINCREASING[:4])
    for loops in LOOPS:
        names = {
            "W = 0": [[sp.Integer(0)] * 4 for _ in range(4)],
            "vanilla": vanilla(4),
            "Mixup": complete(4),
            "Mixup without self pairs": nearest(D, 4, loops="none"),
        }
        table[f"self {loops}"] = ", ".join(
            f"K = {K}: {name}"
            for K in range(5)
            for name, stated in names.items()
            if nearest(D, K, loops=loops) == stated
        )
    return Proof(
        argument=r"With $K=0$ only the loops are left, and the pair $(i,i)$ is the sample itself "
        r"for every $\lambda$. A row has at most $n-1$ others, so from $K=n-1$ on all weights are "
        r"1; Eq. (2) is then $n^2$ times the criterion of Definition II.1 (IV.A-scale).",
        certificates=[
            *_self_pair(),
            Exact("both ends, entry by entry", tuple(relations), "n = 2, ..., 6"),
        ],
        under=("self loops added to the K neighbours",),
        found={"n = 4": table},
    )


@evidence("IV.A-knn-extremes")
def self_counted() -> Boundary:
    """A sample that is its own first neighbour has no weight at K = 0."""
    W = nearest(distances([0]), 0, loops="counted")
    return Boundary(
        case="n = 1, K = 0, the sample counted as its own neighbour: Eq. (2) has no term",
        stated="W = I",
        relation=Relation("W[0, 0]", W[0][0], "==", sp.Integer(1)),
        minimal="n = 1 is the smallest number of samples",
    )


@evidence("IV.A-knn-extremes")
def self_left_out() -> Boundary:
    """Without loops the graph of K >= n misses the self pairs."""
    W = nearest(distances([0]), 1, loops="none")
    return Boundary(
        case="n = 1, K = 1, no loops",
        stated="W is all ones, as in Definition II.1",
        relation=Relation("W[0, 0]", W[0][0], "==", sp.Integer(1)),
        minimal="n = 1 is the smallest number of samples",
    )


@claim(
    "IV.A-threshold-extremes",
    source="Section IV.A, Figure 3",
    title="eps = 0 is vanilla and large eps is Mixup",
    statement=r"In Eq. (2) with the thresholded graph, $\epsilon=0$ gives vanilla training and a "
    r"large $\epsilon$ classical Mixup.",
    verdict=Verdict.PROVED_WITH,
    result="true for distinct inputs; Mixup exactly from eps = diameter on",
    sharper=r"$\mathbf W=I$ exactly for $\epsilon$ below the smallest distance, and all ones "
    r"exactly for $\epsilon\ge$ the largest. The self loops are there, since $\phi(0)=1$; where "
    r"they are left out, $\epsilon=0$ has no term at all.",
    hypotheses=("distinct inputs",),
)
def threshold_extremes() -> Proof:
    """Evaluate both ends, and the values of eps next to them."""
    relations = []
    for size in range(2, 7):
        D = distances(SUPERINCREASING[:size])
        least, largest = D[0][1], D[0][size - 1]
        half = sp.Rational(1, 2)
        for value, stated, same in (
            (sp.Integer(0), vanilla(size), True),
            (least - half, vanilla(size), True),
            (least, vanilla(size), False),
            (largest - half, complete(size), False),
            (largest, complete(size), True),
            (largest + 1, complete(size), True),
        ):
            relations.append(
                Relation(
                    f"n = {size}, eps = {value}: W as stated",
                    sp.Integer(int(threshold(D, value) == stated)),
                    "==",
                    sp.Integer(int(same)),
                )
            )
    return Proof(
        argument=r"The diagonal of $D$ is 0, so $W_{ii}=\phi(0)=1$ for every $\epsilon\ge0$. "
        r"Distinct inputs have positive distances, none of which is at most $\epsilon$ below the "
        r"smallest one; all are from the largest one on. At $\mathbf W=I$ Eq. (2) is "
        r"$L_{vanilla}$, the pair $(i,i)$ being the sample itself.",
        certificates=[
            *_self_pair(),
            Exact("both ends and beside them", tuple(relations), "n = 2, ..., 6"),
        ],
        under=("distinct inputs",),
    )


@evidence("IV.A-threshold-extremes")
def duplicates() -> Boundary:
    """Two samples with the same input are interpolated at eps = 0."""
    W = threshold(distances([0, 0]), 0)
    return Boundary(
        case="n = 2, x = (0, 0), eps = 0",
        stated="W = I",
        relation=Relation("W[0, 1]", W[0][1], "==", sp.Integer(0)),
        minimal="one sample has no duplicate",
    )


@claim(
    "IV.A-exponential-extremes",
    source="Section IV.A",
    title="alpha = 0 is Mixup and alpha = infinity is vanilla",
    statement=r"In Eq. (2) with the exponential graph $W_{ij}=e^{-\alpha D_{ij}}$, $\alpha=0$ "
    r"gives classical Mixup and a large $\alpha$ vanilla training.",
    verdict=Verdict.PROVED_WITH,
    result="true at alpha = 0, and in the limit for distinct inputs; no finite alpha is vanilla",
    sharper=r"$0<W_{ij}\le\frac1{1+\alpha D_{ij}}$ for all $\alpha<\infty$, so no interpolation is "
    r"ever discarded. On a line the minimisers do not become arbitrary between the samples, as "
    r"vanilla training leaves them: they tend to the piecewise linear interpolation.",
    hypotheses=("distinct inputs", "vanilla as the limit of growing alpha"),
)
def exponential_extremes() -> Proof:
    """Bound the weights, and follow a minimiser into the limit."""
    e, u, t, r = sp.symbols("E u t r")
    # On (0, 1), x = (0, 1, 2), y = (0, 1, 0): the segments to 1 and to 2, with densities 1 and 1/2.
    minimiser = (r * t + r**2 * sp.Rational(1, 2) * 0) / (r + r**2 * sp.Rational(1, 2))
    return Proof(
        argument=r"$e^{-0}=1$. With $u=\alpha D_{ij}\ge0$ the derivative of $e^u-1-u$ is "
        r"$e^u-1\ge0$, so $e^u\ge1+u$ and $W_{ij}\le1/(1+u)\to0$ for $D_{ij}>0$, while "
        r"$W_{ii}=1$. On a line, the minimiser on $(x_i,x_{i+1})$ is the mean of the targets of "
        r"the segments over it with weights $e^{-\alpha\ell}/\ell$; that of the shortest, "
        r"$(x_i,x_{i+1})$ itself, is strictly the largest, and the shares of the others are at "
        r"most $e^{-\alpha(\ell-\ell_i)}$.",
        certificates=[
            Antiderivative("d/du (e^u - 1 - u) = e^u - 1", e - 1 - u, e - 1, {e: e, u: sp.S.One}),
            *_self_pair(),
            Identity(
                "x = (0, 1, 2), y = (0, 1, 0), r = e^-alpha: f = 2t/(2 + r) on (0, 1)",
                minimiser,
                2 * t / (2 + r),
            ),
        ],
        under=("distinct inputs", "vanilla as the limit of growing alpha"),
    )


@evidence("IV.A-exponential-extremes")
def finite_alpha() -> Boundary:
    """No finite alpha gives the weight 0."""
    return Boundary(
        case="n = 2, x = (0, 1), alpha = ln 2: W[0, 1] = 1/2, and W[0, 1] > 0 for every alpha",
        stated="W = I",
        relation=Relation("W[0, 1]", sp.Rational(1, 2), "==", sp.Integer(0)),
        minimal="one sample has no pair",
    )
