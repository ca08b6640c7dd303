r"""Sections I and VI: a single parameter, and a continuous range of solutions."""

from __future__ import annotations

from itertools import combinations

import sympy as sp

from theory.mathematics.line_graphs import distances, threshold
from theory.proofs.certificates import Antiderivative, Exact, Identity, Relation
from theory.proofs.evidence import Boundary, Proof, Refutation, Verdict, expect
from theory.proofs.ledger import claim, evidence


@claim(
    "VI-range",
    source="Section VI",
    title="the hyper-parameter gives a continuous range of solutions",
    statement=r"The hyper-parameter of the graph provides a continuous range of solutions between "
    r"vanilla training and classical Mixup.",
    verdict=Verdict.PROVED_WITH,
    result="true for the exponential graph; the other two have finitely many solutions, with jumps",
    sharper=r"With $K$ there are at most $n+1$ different graphs, with $\epsilon$ at most "
    r"$\frac{n(n-1)}2+1$, changing at the pairwise distances only. For the exponential graph each "
    r"value of the minimiser has the derivative $-\mathrm{Cov}_w(\ell,\tilde y)$ in $\alpha$, "
    r"where $w$ are the weights of the segments over the point and $\ell$ their lengths.",
    hypotheses=("exponential graph", "squared loss, minimiser over all functions"),
)
def continuous_range() -> Proof:
    """Differentiate the minimiser of the exponential graph."""
    w, ell, y = (sp.symbols(f"{letter}_1:4") for letter in ("w", "l", "y"))
    S, N = sum(w), sum(a * b for a, b in zip(w, y, strict=True))
    R = sum(a * b for a, b in zip(w, ell, strict=True))
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
        under=("exponential graph",),
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


def interpolated(a: int, b: int) -> sp.Expr:
    """Return the minimiser on (0, 1) for x = (0, 1, 2), y = (0, 1, 0) and lambda ~ Beta(a, b)."""
    t, u = sp.symbols("t u")
    density = u ** (a - 1) * (1 - u) ** (b - 1) + u ** (b - 1) * (1 - u) ** (a - 1)
    short, long = density.subs(u, t), density.subs(u, t / 2) / 2
    return sp.cancel(short * t / (short + long))


@claim(
    "I-one-parameter",
    source="Section I, first contribution",
    title="Local Mixup has a single parameter, the law of λ included",
    statement=r"Local Mixup is a method that depends on a single parameter, the law of $\lambda$ "
    r"in Definition II.1 included.",
    verdict=Verdict.REFUTED,
    result="one of the graph, and those of the Beta law beside it, which change the minimiser",
    sharper=r"Two families of parameters: $K$, $\epsilon$ or $\alpha$ of the graph, and "
    r"$(\alpha,\beta)$ of $\lambda\sim\mathrm{Beta}(\alpha,\beta)$ in Definition II.1, which Eq. "
    r"(2) inherits. The letter $\alpha$ stands for both. For $x=(0,1,2)$, $y=(0,1,0)$ and all "
    r"pairs, the minimiser on $(0,1)$ is $\frac{2t}3$ for $\mathrm{Beta}(1,1)$ and "
    r"$\frac{8t(1-t)}{10-9t}$ for $\mathrm{Beta}(2,2)$.",
    hypotheses=(
        "squared loss, minimiser over all functions",
        "with the law of lambda fixed, as in Section III, the graph's parameter is the only one",
    ),
)
def single_parameter() -> Refutation:
    """Keep the graph, and change the Beta law."""
    t, w, target = sp.symbols("t w Y")
    forms = {law: interpolated(*law) for law in ((1, 1), (2, 2))}
    middle = {law: form.subs(t, sp.Rational(1, 2)) for law, form in forms.items()}
    expect("Beta(1, 1)", forms[1, 1], 2 * t / 3)
    expect("Beta(2, 2)", forms[2, 2], sp.cancel(8 * t * (1 - t) / (10 - 9 * t)))
    return Refutation(
        case="n = 3, x = (0, 1, 2), y = (0, 1, 0), the complete graph, f*(1/2)",
        stated="the minimiser is the same for Beta(1, 1) and Beta(2, 2)",
        relation=Relation("f*(1/2)", middle[1, 1], "==", middle[2, 2]),
        minimal="for n = 2 there is one segment, and f* is its target for every law",
        smaller=Exact(
            "one segment: w y~/w = y~",
            (Relation("n = 2", w * target / w, "==", target),),
            "n = 2, every weight",
        ),
        found={"on (0, 1)": {f"Beta{law}": form for law, form in forms.items()}},
    )
