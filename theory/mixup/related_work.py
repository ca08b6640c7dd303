r"""Section II: what the paper says of the work of others, where it can be checked."""

from __future__ import annotations

import sympy as sp

from theory.line import minimiser
from theory.mathematics.piecewise import X
from theory.mathematics.vectors import dot
from theory.proofs.certificates import Antiderivative, Identity, equalities
from theory.proofs.evidence import Proof, Verdict
from theory.proofs.ledger import claim

SHRINK = {"mean": sp.Rational(3, 4), "variance": sp.Rational(1, 48), "rest": sp.Rational(1, 12)}
"""E theta, Var theta and E (1 - theta)^2 for uniform lambda, in the statement of the row."""


@claim(
    "II-transformation",
    source="Section II, on [20]",
    title="Mixup is a transformation of the data and a perturbation",
    statement=r"Mixup can be interpreted as the combination of a data transformation and a data "
    r"perturbation: with $\theta=\max(\lambda,1-\lambda)$, the virtual samples in which $i$ has "
    r"the share $\theta$ are $\bar x+\bar\theta(x_i-\bar x)$, $\bar\theta=\mathbb E\theta$, and a "
    r"perturbation of mean 0; so are their targets.",
    verdict=Verdict.PROVED_WITH,
    result=f"true for every law of lambda; data and targets shrink by {SHRINK['mean']} for the "
    "uniform one",
    sharper=r"Given $i$ the perturbation has the variance $\mathrm{Var}(\theta)(x_i-\bar x)^2+"
    r"\mathbb E(1-\theta)^2\,\mathrm{Var}(x)$: "
    rf"${sp.latex(SHRINK['variance'])}(x_i-\bar x)^2+{sp.latex(SHRINK['rest'])}\mathrm{{Var}}(x)$"
    r" for $\lambda\sim U(0,1)$. Local Mixup shrinks $x_i$ towards the mean of its neighbours "
    r"instead, weighted by $W_{ij}+W_{ji}$.",
    hypotheses=("the other sample uniform, self pairs included",),
)
def shrunken_data() -> Proof:
    """Average the larger share over the partner, and integrate its moments."""
    t, x, m, v, first, second = sp.symbols("theta x_i m V E_1 E_2")
    ends = {t: 1}, {t: sp.S.Half}, {t: 1}
    mean, variance, rest = SHRINK.values()
    # theta x_i + (1 - theta) x_j: first and second moments over j, then over theta.
    square = sp.Poly(sp.expand((t * x + (1 - t) * m) ** 2 + (1 - t) ** 2 * v), t)
    total = dot(reversed(square.all_coeffs()), (1, first, second))
    middle = first * x + (1 - first) * m
    return Proof(
        argument=r"The mean over $j$ of $\theta x_i+(1-\theta)x_j$ is $\theta x_i+(1-\theta)\bar "
        r"x$, its variance $(1-\theta)^2\mathrm{Var}(x)$. For uniform $\lambda$, $\theta$ has the "
        r"density 2 on $[\frac12,1]$.",
        certificates=[
            Identity("the mean is the transformed sample", middle, m + first * (x - m)),
            Identity(
                "the variance given i, by E_k = E theta^k",
                total - middle**2,
                (second - first**2) * (x - m) ** 2 + (1 - 2 * first + second) * v,
            ),
            Antiderivative("E theta", t**2, 2 * t, *ends, mean),
            Antiderivative(
                "Var theta", 2 * (t - mean) ** 3 / 3, 2 * (t - mean) ** 2, *ends, variance
            ),
            Antiderivative("E (1-theta)^2", -2 * (1 - t) ** 3 / 3, 2 * (1 - t) ** 2, *ends, rest),
        ],
        under=("the other sample uniform, self pairs included",),
    )


def slope_of_a_mean() -> Antiderivative:
    """Certify that the slope of a mean with constant weights is the mean of the slopes."""
    v, w, t, u, slope_t, slope_u = sp.symbols("v w t u s_t s_u")
    return Antiderivative(
        "the slope of a mean with constant weights is that of the slopes; more terms by induction",
        (v * t + w * u) / (v + w),
        (v * slope_t + w * slope_u) / (v + w),
        {t: slope_t, u: slope_u},
        constants=(v, w, slope_t, slope_u),
    )


SLOPE = sp.Rational(2, 3)
"""Of the minimiser on (0, 1, 2) for y = (0, 1, 0), in the statement of the row."""


@claim(
    "II-lipschitz",
    source="Section II, on [21]",
    title="Mixup impacts the Lipschitz constant",
    statement=r"Mixup impacts the Lipschitz constant of the model: in dimension one, with uniform "
    r"$\lambda$, the minimiser has between training inputs a slope of at most the largest "
    r"$\frac{\vert y_{i+1}-y_i\vert}{x_{i+1}-x_i}$, that of the interpolation of the data.",
    verdict=Verdict.PROVED_WITH,
    result=f"true, it can only fall; {SLOPE} instead of 1 in the smallest example",
    sharper=r"For every $W$ as well. For $x=(0,1,2)$, $y=(0,1,0)$ the slopes are "
    rf"$\pm{sp.latex(SLOPE)}$ "
    r"instead of $\pm1$. The paper writes of the constant of the *gradient*: that of a piecewise "
    r"linear function is infinite with and without Mixup, unless $y$ is affine. At inner inputs "
    r"the minimiser may jump (row III.2-continuous).",
    hypotheses=("squared loss, minimiser over all functions", "dimension one, uniform lambda"),
)
def smaller_slopes() -> Proof:
    """Write a slope as a mean of slopes twice: over pairs, and over the gaps of a pair."""
    x, y = sp.symbols("x_0:3"), sp.symbols("y_0:3")
    first, second = (y[1] - y[0]) / (x[1] - x[0]), (y[2] - y[1]) / (x[2] - x[1])
    exact = minimiser((0, 1, 2), (0, 1, 0))
    slopes = {
        f"gap {k}": (sp.diff(piece, X), sign * SLOPE)
        for k, (piece, sign) in enumerate(zip(exact.pieces, (1, -1), strict=True))
    }
    return Proof(
        argument=r"On a gap $f^*$ is a mean, with constant weights $\frac{W_{ab}}{x_b-x_a}$, of "
        r"the lines through the covering pairs, and the slope of a pair is a mean of those of its "
        r"gaps: none exceeds the largest.",
        certificates=[
            Identity(
                "the slope of a pair is the mean of those of its gaps, by their lengths; one more "
                "gap at a time",
                (y[2] - y[0]) / (x[2] - x[0]),
                (first * (x[1] - x[0]) + second * (x[2] - x[1])) / (x[2] - x[0]),
            ),
            slope_of_a_mean(),
            equalities("x = (0, 1, 2), y = (0, 1, 0): slopes", slopes, "one example"),
        ],
        under=("dimension one, uniform lambda, squared loss",),
    )
