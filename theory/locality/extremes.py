r"""Abstract, Sections I, IV.A and VI: vanilla training and Mixup as the extremes of each graph.

About the weights of Eq. (2) themselves; what becomes of f*_K on the lattice is in
`theory.tradeoff.equation_3`.
"""

from __future__ import annotations

from itertools import combinations

import sympy as sp

from theory.line import minimiser
from theory.mathematics.beta_moments import LAMBDA, expected
from theory.mathematics.line_graphs import SUPERINCREASING, complete, distances, nearest, threshold
from theory.mathematics.piecewise import X
from theory.mathematics.vectors import dot
from theory.proofs.certificates import Antiderivative, Cases, Identity, Relation, equalities
from theory.proofs.evidence import Boundary, Proof, Verdict
from theory.proofs.ledger import claim, evidence

U = sp.Symbol("u")
BOUND = 1 / (1 + U)
"""An upper bound of e^-u, u = alpha D, in the statement of the row."""


def _ends() -> Cases:
    """Both ends of the two graphs with weights 0 and 1, and the values beside them."""
    cases: Cases = {}
    for size in range(2, 7):
        D, none, every = distances(SUPERINCREASING[:size]), sp.eye(size).tolist(), complete(size)
        least, largest, half = D[0][1], D[0][size - 1], sp.S.Half
        bare = nearest(D, size, loops="none")
        for name, W, stated, same in (
            ("K = 0", nearest(D, 0, loops="added"), none, True),
            ("eps = 0", threshold(D, 0), none, True),
            ("eps below the least distance", threshold(D, least - half), none, True),
            ("eps = the least distance", threshold(D, least), none, False),
            ("eps below the diameter", threshold(D, largest - half), every, False),
            ("eps = the diameter", threshold(D, largest), every, True),
            ("eps above it", threshold(D, largest + 1), every, True),
            ("K = n - 1", nearest(D, size - 1, loops="added"), every, True),
            ("K = n", nearest(D, size, loops="added"), every, True),
            ("K = n + 1", nearest(D, size + 1, loops="added"), every, True),
            ("K = 0, counted", nearest(D, 0, loops="counted"), nearest(D, 0), True),
            ("K = 1, counted", nearest(D, 1, loops="counted"), none, True),
            ("K = n - 1, counted", nearest(D, size - 1, loops="counted"), every, False),
            ("K = n, counted", nearest(D, size, loops="counted"), every, True),
            ("K = n - 1, no loops", nearest(D, size - 1, loops="none"), bare, True),
            ("Mixup without self pairs", bare, every, False),
        ):
            cases[f"n = {size}, {name}: W as stated"] = stated == W, same
    return cases


@claim(
    "IV.A-extremes",
    source="Sections IV.A and IV.B, Figure 3",
    title="vanilla training and Mixup are the extremes of each graph",
    statement=r"In Eq. (2), $K=0$ gives vanilla training and every $K\ge n$ classical Mixup; "
    r"$\epsilon=0$ vanilla training and a large $\epsilon$ Mixup; $\alpha=0$ Mixup and a large "
    r"$\alpha$ vanilla training.",
    verdict=Verdict.PROVED_WITH,
    result="true with self loops and distinct inputs; no finite alpha is vanilla",
    sharper=r"Nearest neighbours, self loops added: vanilla at $K=0$, Mixup from $K=n-1$ on; a "
    r"sample counted as its own first neighbour: no term at $K=0$, vanilla at $K=1$, Mixup from "
    r"$n$ on; neither: no term at $K=0$, Mixup without its self pairs from $n-1$ on, which is "
    r"what Eq. (3) computes with. Threshold: $\mathbf W=I$ exactly below the smallest distance, "
    r"all ones exactly from the diameter on. Exponential: $0<W_{ij}\le\frac1{1+\alpha D_{ij}}$: "
    r"no interpolation is ever discarded, and on a line the minimisers tend to the piecewise "
    r"linear interpolation. Eq. (2) has no normalisation: with all weights 1 it is $n^2$ times "
    r"the criterion of Definition II.1, and the step of gradient descent follows $\sum W_{ij}$.",
    hypotheses=(
        "self loops added to the K neighbours",
        "distinct inputs",
        "vanilla as the limit of growing alpha",
    ),
)
def both_extremes() -> Proof:
    """Evaluate both ends, bound the exponential weights, and follow a minimiser to the limit."""
    e, r, first, second, own = sp.symbols("E r E_1 E_2 r_i")
    near = [[r ** abs(i - j) for j in range(3)] for i in range(3)]
    hat = minimiser((0, 1, 2), (0, 1, 0), near).pieces[0]
    return Proof(
        argument=r"The pair $(i,i)$ is the sample itself, whatever $\lambda$. With $K=0$ only the "
        r"loops are left; a row has at most $n-1$ others. The diagonal of $D$ is 0, so "
        r"$W_{ii}=1$ for every $\epsilon\ge0$; distinct inputs have positive distances, none at "
        r"most $\epsilon$ below the smallest one and all from the largest one on. $e^{-0}=1$; with "
        r"$u=\alpha D_{ij}\ge0$ the derivative of $e^u-1-u$ is $e^u-1\ge0$, so "
        r"$W_{ij}\le1/(1+u)\to0$. On a line the minimiser on $(x_i,x_{i+1})$ is the mean of the "
        r"targets of the segments over it with weights $e^{-\alpha\ell}/\ell$; that of "
        r"$(x_i,x_{i+1})$ itself is the largest, and the shares of the others are at most "
        r"$e^{-\alpha(\ell-\ell_i)}$.",
        certificates=[
            equalities("both ends and beside them", _ends(), "n = 2, ..., 6"),
            Identity(
                "the loss of a self pair, any law of lambda",
                expected((LAMBDA * own + (1 - LAMBDA) * own) ** 2, first, second),
                own**2,
            ),
            Antiderivative("d/du (e^u - 1/bound) = e^u - 1", e - 1 / BOUND, e - 1, {e: e, U: 1}),
            Identity("x = (0, 1, 2), y = (0, 1, 0), r = e^-alpha: f*", hat, 2 * X / (2 + r)),
        ],
        under=("self loops, distinct inputs, vanilla as the limit of growing alpha",),
    )


@evidence("IV.A-extremes")
def without_loops() -> Boundary:
    """A sample that is its own first neighbour, or has no loop, has no weight at one end."""
    counted = nearest(distances([0]), 0, loops="counted")[0][0]
    left_out = nearest(distances([0]), 1, loops="none")[0][0]
    return Boundary(
        case="n = 1: K = 0 with the sample counted as its own neighbour (so too K = 1 without "
        "loops): Eq. (2) has no term",
        stated="W[0, 0] = 1",
        relation=Relation("W[0, 0]", counted, "==", 1),
        minimal="n = 1 is the smallest number of samples",
        found={"W[0, 0] at K = 1 without loops": left_out},
    )


@evidence("IV.A-extremes")
def duplicates() -> Boundary:
    """Two samples with the same input are interpolated at eps = 0."""
    W = threshold(distances([0, 0]), 0)
    return Boundary(
        case="n = 2, x = (0, 0), eps = 0",
        stated="W = I",
        relation=Relation("W[0, 1]", W[0][1], "==", 0),
        minimal="one sample has no duplicate",
    )


@evidence("IV.A-extremes")
def finite_alpha() -> Boundary:
    """No finite alpha gives the weight 0."""
    return Boundary(
        case="n = 2, x = (0, 1), alpha = ln 2: W[0, 1] = 1/2, and W[0, 1] > 0 for every alpha",
        stated="W = I",
        relation=Relation("W[0, 1]", sp.exp(-sp.log(2)), "==", 0),
        minimal="one sample has no pair",
    )


@claim(
    "VI-range",
    source="Section VI",
    title="the hyper-parameter gives a continuous range of solutions",
    statement=r"The hyper-parameter of the graph provides a continuous range of solutions between "
    r"vanilla training and classical Mixup.",
    verdict=Verdict.PROVED_WITH,
    result="true on a line for the exponential graph; the others have finitely many solutions",
    sharper=r"With $K$ there are at most $n+1$ different graphs, with $\epsilon$ at most "
    r"$\frac{n(n-1)}2+1$, changing at the pairwise distances only. For the exponential graph each "
    r"value of the minimiser has the derivative $-\mathrm{Cov}_w(\ell,\tilde y)$ in $\alpha$, "
    r"where $w$ are the weights of the segments over the point and $\ell$ their lengths. In "
    r"general position in dimension three or more no two segments meet (row IV.C-contradictions): "
    r"every $\alpha<\infty$ has one and the same minimiser, of criterion 0, and there is no range. "
    r"A single parameter it is for a fixed law of $\lambda$; the $\mathrm{Beta}(\alpha,\beta)$ of "
    r"Definition II.1 has its own, and the letter $\alpha$ stands for both.",
    hypotheses=(
        "inputs on a line",
        "exponential graph",
        "squared loss, minimiser over all functions",
    ),
)
def continuous_range() -> Proof:
    """Differentiate the minimiser of the exponential graph."""
    w, ell, y = (sp.symbols(f"{letter}_1:4") for letter in ("w", "l", "y"))
    S, N, R = sum(w), dot(w, y), dot(w, ell)
    P = sum(a * b * c for a, b, c in zip(w, ell, y, strict=True))
    pairs = sum(
        w[k] * w[m] * (ell[k] - ell[m]) * (y[k] - y[m]) for k, m in combinations(range(3), 2)
    )
    return Proof(
        argument=r"The minimiser at a point is $N/S$ with $N=\sum w\tilde y$, $S=\sum w>0$ and "
        r"each $w$ a constant times $e^{-\alpha\ell}$. So $N'=-P$, $P=\sum w\ell\tilde y$, and "
        r"$S'=-R$, $R=\sum w\ell$, for any number of segments: $N/S$ is differentiable in "
        r"$\alpha$, with the weighted covariance of length and target as derivative.",
        certificates=[
            Antiderivative(
                "d/dalpha N/S; three segments stand for any number",
                N / S,
                -(P / S - N * R / S**2),
                {a: -b * a for a, b in zip(w, ell, strict=True)},
                constants=(*ell, *y),
            ),
            Identity("the covariance as a sum over pairs", P / S - N * R / S**2, pairs / S**2),
        ],
        under=("exponential graph", "inputs on a line"),
    )


@evidence("VI-range")
def jumping_range() -> Boundary:
    """The thresholded graph of two points has two values."""
    below, at = (threshold(distances([0, 1]), eps)[0][1] for eps in (sp.S.Half, 1))
    return Boundary(
        case="thresholded graph, n = 2, x = (0, 1): W[0, 1] for eps below 1 and at 1",
        stated="the weights are continuous in eps at 1",
        relation=Relation("W[0, 1] from the left and at 1", below, "==", at),
        minimal="with one sample there is one graph",
    )
