r"""Section VI: a continuous range of solutions."""

from __future__ import annotations

from itertools import combinations

import sympy as sp

from theory.mathematics.line_graphs import distances, threshold
from theory.mathematics.vectors import dot
from theory.proofs.certificates import Antiderivative, Identity, Relation
from theory.proofs.evidence import Boundary, Proof, Verdict
from theory.proofs.ledger import claim, evidence


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
    S, N = sum(w), dot(w, y)
    R = dot(w, ell)
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
                "d/dalpha N/S = -(P/S - N R/S^2)",
                N / S,
                -(P / S - N * R / S**2),
                {a: -b * a for a, b in zip(w, ell, strict=True)},
                scope="three segments stand for any number",
                constants=(*ell, *y),
            ),
            Identity(
                "P/S - N R/S^2 = sum over pairs of w w' (l - l')(y - y')/S^2",
                P / S - N * R / S**2,
                pairs / S**2,
                "three segments stand for any number",
            ),
        ],
        under=("exponential graph", "inputs on a line"),
    )


@evidence("VI-range")
def jumping_range() -> Boundary:
    """The thresholded graph of two points has two values."""
    D = distances([0, 1])
    return Boundary(
        case="thresholded graph, n = 2, x = (0, 1): W[0, 1] for eps below 1 and at 1",
        stated="the weights are continuous in eps at 1",
        relation=Relation(
            "W[0, 1] from the left and at 1",
            threshold(D, sp.Rational(1, 2))[0][1],
            "==",
            threshold(D, 1)[0][1],
        ),
        minimal="with one sample there is one graph",
    )
