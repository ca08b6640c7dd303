r"""Definition IV.1: what the paper calls bias and variance, beside the usual statistical ones.

For y = s + noise with white noise of variance sigma^2 on Z/nZ, the statistical bias and variance of
the estimator f_K = c * y at a point are E f_K - s = c*s - s and sigma^2 sum_k c_k^2.  Definition
IV.1 has the training error E_train (f - y)^2 and the spread of f over the training points.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import sympy as sp

from theory.lattice import kernel
from theory.mathematics.geometry import Geometry, counting_minimiser
from theory.mathematics.vectors import dot, mean, mean_square, variance
from theory.proofs.certificates import Cases, Exact, Identity, Relation, equalities
from theory.proofs.evidence import Boundary, Proof, Verdict
from theory.proofs.ledger import Group, claim, evidence

if TYPE_CHECKING:
    from collections.abc import Sequence


def expected_over_signs(n: int, K: int, signal: Sequence[sp.Expr]) -> dict[str, sp.Expr]:
    """Average the quantities of Definition IV.1 over all sign patterns of the noise."""
    bias2, spread, values = [], [], []
    for signs in product((-1, 1), repeat=n):
        y = [value + sign for value, sign in zip(signal, signs, strict=True)]
        values.append(f := counting_minimiser(y, K, "winding"))
        bias2.append(mean_square(f, y))
        spread.append(variance(f))
    points = list(zip(*values, strict=True))
    return {
        "Bias^2": mean(bias2),
        "Var": mean(spread),
        "statistical bias^2": mean_square([mean(point) for point in points], signal),
        "statistical variance": mean([variance(point) for point in points]),
    }


def folded(taps: Sequence[sp.Expr], n: int) -> list[sp.Expr]:
    """Sum a symmetric kernel over the residues modulo n."""
    cycle = [sp.Integer(0)] * n
    for k, c in enumerate(taps):
        for lag in {k, -k}:
            cycle[lag % n] += c
    return cycle


def _sum(y: Sequence[sp.Expr], K: int, geometry: Geometry) -> sp.Expr:
    """Return Bias^2 + Var of Definition IV.1."""
    f = counting_minimiser(y, K, geometry)
    return mean_square(f, y) + variance(f)


def stated_quantities(n: int, K: int, signal: Sequence[sp.Expr]) -> dict[str, sp.Expr]:
    """Return what the row says of them, for noise of variance 1."""
    cycle = folded(kernel(K), n)
    V = dot(cycle, cycle)
    smooth = [dot(cycle, [signal[(i - k) % n] for k in range(n)]) for i in range(n)]
    error = mean_square(smooth, signal)
    return {
        "Bias^2": error + 1 - 2 * cycle[0] + V,
        "Var": variance(smooth) + V - sp.Rational(1, n),
        "statistical bias^2": error,
        "statistical variance": V,
    }


@claim(
    "Def.IV.1",
    source="Definition IV.1",
    title="Bias² is the training error, Var the spread of f over the points",
    statement=r"For $y=s+$ white noise of variance $\sigma^2$ and $f_K=c*y$ on "
    r"$\mathbb Z/n\mathbb Z$ the quantities $\mathrm{Bias}^2=\mathbb E_{train}[(f(x)-y)^2]$ and "
    r"$\mathrm{Var}=\mathbb E_{train}[(f-\mathbb E_{train}f)^2]$ of Definition IV.1 have the "
    r"expectations $\overline{(c*s-s)^2}+\sigma^2(1-2c_0+V_K)$ and "
    r"$\mathrm{Var}(c*s)+\sigma^2(V_K-\tfrac1n)$, with $c$ summed over the residues modulo $n$ and "
    r"$V_K=\sum_kc_k^2$.",
    verdict=Verdict.PROVED,
    result="true: neither is the statistical bias or variance, c*s − s and σ²V_K",
    sharper=r"Theorem IV.2 uses the statistical variance, Theorem IV.1 the quantities of "
    r"Definition IV.1. On pure noise with $n=K=2$ the statistical bias is 0, and the expected "
    r"$\mathrm{Bias}^2$ is not.",
    hypotheses=("y random, as in any statistical notion of bias",),
    group=Group.BEYOND,
    uses=("Eq3",),
)
def expected_quantities() -> Proof:
    """Expand the expected Bias^2 and Var of Definition IV.1."""
    c, R, e = sp.symbols("c_0 R e")
    cases: Cases = {}
    for size, K in product((1, 2, 3), (1, 2, 3, 5)):
        signal = sp.symbols(f"s_0:{size}")
        found, stated = (f(size, K, signal) for f in (expected_over_signs, stated_quantities))
        cases |= {f"n = {size}, K = {K}, {q}": (found[q], stated[q]) for q in stated}
    noise = expected_over_signs(2, 2, [sp.Integer(0)] * 2)
    differ = Relation("", noise["Bias^2"], "!=", noise["statistical bias^2"])
    return Proof(
        argument=r"$f_K-y=(c-\delta)*s+(c-\delta)*\text{noise}$, and the noise is uncorrelated "
        r"with variance $\sigma^2$ at every point, so that signal and noise add up; the mean of "
        r"$f_K$ over the points has the variance $\sigma^2/n$, since the taps sum to 1.",
        certificates=[
            Identity("signal and noise", e + (c - 1) ** 2 + R, e + 1 - 2 * c + (c**2 + R)),
            equalities("averages over all signs of the noise", cases, "n <= 3, K <= 5, any s"),
            Exact("pure noise, n = K = 2", (differ,), "one example"),
        ],
        found=noise,
    )


@claim(
    "Def.IV.1-sum",
    source="Definition IV.1",
    title="Bias² + Var lies between Var(y)/2 and Var(y)",
    statement=r"With the quantities of Definition IV.1, "
    r"$\tfrac12\mathrm{Var}(y)\le\mathrm{Bias}^2(f_K)+\mathrm{Var}(f_K)\le\mathrm{Var}(y)$.",
    verdict=Verdict.PROVED_WITH,
    result="true for every reading: what the variance loses, the bias does not fully gain",
    sharper=r"$\sqrt{\mathrm{Bias}^2}+\sqrt{\mathrm{Var}}\ge\sqrt{\mathrm{Var}(y)}$, and $f_K$ and "
    r"$y-f_K$ are nonnegatively correlated. Equality on the right at $K=1$ ($f=y$), on the left "
    r"where the multiplier is $\tfrac12$.",
    hypotheses=("indices modulo n (winding)",),
    group=Group.BEYOND,
    uses=("Eq3",),
)
def sum_is_bounded() -> Proof:
    """Apply two identities to the multiplier, which lies in (0, 1]."""
    w, a, M = sp.symbols("w a M")
    return Proof(
        argument=r"The multiplier is $\frac{a+\sum w_mF_m}{a+\sum w_mm}$ with $0\le F_m\le m$, so "
        r"it lies in $[0,1]$ and is 1 at $\theta=0$: the mean is kept; for `continuous` it is a "
        r"mean of 1 and such a quotient. The sum is "
        r"$\sum_{j\ne0}|\hat y_j|^2\bigl(w^2+(1-w)^2\bigr)$ with $w=\mathrm{mult}_K(\theta_j)$; "
        r"the covariance of $f$ and $y-f$ is $\sum|\hat y_j|^2w(1-w)\ge0$, and the inequality of "
        r"the roots is Minkowski's.",
        certificates=[
            Identity("at most 1", w**2 + (1 - w) ** 2, 1 - 2 * w * (1 - w)),
            Identity("at least 1/2", w**2 + (1 - w) ** 2, sp.S.Half + 2 * (w - sp.S.Half) ** 2),
            Identity("1 less the multiplier", 1 - (a + w) / (a + M), (M - w) / (a + M)),
        ],
        under=("indices modulo n (winding)",),
    )


@evidence("Def.IV.1-sum")
def sum_on_a_line() -> Boundary:
    """The upper bound fails for the printed distance."""
    y = [sp.Integer(value) for value in (0, 1, 1, 2)]
    a, b, c = three = sp.symbols("y_0 y_1 y_2")
    fall = sp.Rational(7, 81) * (b - (a + c) / 2) ** 2
    return Boundary(
        case="d = |x - x'|, n = 4, K = 2, y = (0, 1, 1, 2)",
        stated="Bias^2 + Var <= Var(y)",
        relation=Relation("n = 4", _sum(y, 2, "interval"), "<=", variance(y)),
        minimal=f"for n = 2 f = y; for n = 3 the sum falls by {fall}",
        smaller=Identity("n = 3, K = 2", variance(three) - _sum(three, 2, "interval"), fall),
    )
