r"""Theorem IV.1, "eventually nonincreasing": the multiplier strictly decreases in K, for every K.

Write phi = theta/2 in (0, pi/2], s = sin(phi)^2, N = K + 1 and q_m = F_m/m, which is
(sin(m phi)/(m sin phi))^2.
The multiplier of every reading is a weighted mean of r_m for m <= K, with r_m = q_m or
(1 + m q_m)/(1 + m), so that it decreases from K to N exactly if r_N is below that mean.

(a) N phi <= pi.  sin(x)/x decreases on (0, pi], so r_1 > r_2 > ... > r_N: the new term is below all
    the others.
(b) N phi > pi.  F_N <= 1/(N s), while the sum over the terms with m phi < pi, which are among the
    first K, is large: sum sin(m phi)^2/m >= 1/2 and sum sin(m phi)^2/m^2 > K/N^2.
"""

from __future__ import annotations

from fractions import Fraction

import sympy as sp

from theory.mathematics.geometry import counting_minimiser, variance
from theory.mathematics.harmonic import K
from theory.proofs.certificates import (
    Antiderivative,
    Certificate,
    Identity,
    Relation,
    Sign,
    prove_on_interval,
)
from theory.proofs.evidence import Boundary, Proof, Verdict
from theory.proofs.ledger import claim, evidence
from theory.tradeoff.crosscheck import CROSS_CHECKED, bernstein_certificates

_CIN = (sp.EulerGamma + sp.log(2 * sp.pi) - sp.Ci(2 * sp.pi)) / 2
"""Integral of sin(t)^2/t over [0, pi], half of Cin(2 pi)."""

_SPLIT = Fraction(4, 5)
"""phi above which the first term alone proves the lemma of the harmonic sum."""

_SMALL = Fraction(7, 10)
"""t up to which sin(t)^2/t <= t shows the same bound."""

_ABOVE_PI, _ABOVE_HALF_PI = Fraction(22, 7), Fraction(11, 7)

_PEAK = Fraction(73, 100)
"""An upper bound of sin(t)^2/t on (0, pi]."""


def _rational(value: Fraction) -> sp.Rational:
    return sp.Rational(value.numerator, value.denominator)


def range_certificates() -> list[Certificate]:
    """Certify that the pieces of the covers meet, and reach pi/2 and pi."""
    ends = ((_ABOVE_PI, sp.pi, "pi"), (_ABOVE_HALF_PI, sp.pi / 2, "pi/2"))
    below = _rational(_PEAK) - _rational(_SMALL)
    return [
        prove_on_interval(f"{_SMALL} < {_PEAK}", below, Fraction(0), Fraction(1)),
        *(
            prove_on_interval(f"{end} > {name}", _rational(end) - value, Fraction(0), Fraction(1))
            for end, value, name in ends
        ),
    ]


def sinc_certificates() -> list[Certificate]:
    """Certify that sin(x)/x decreases on (0, pi], so that q_1 > q_2 > ... while m phi <= pi."""
    x, s, c = sp.symbols("x s c")
    rules = {x: sp.Integer(1), s: c, c: -s}
    return [
        Antiderivative("(sin x / x)' = (x cos x - sin x)/x^2", s / x, (x * c - s) / x**2, rules),
        Antiderivative("(x cos x - sin x)' = -x sin x", x * c - s, -x * s, rules),
    ]


def mean_certificates() -> list[Certificate]:
    """Certify how a weighted mean moves, and that r_m = (1 + m q_m)/(1 + m) decreases with q_m."""
    W, w, mean, r, q, m = sp.symbols("W w M r q m")
    return [
        Identity(
            "the mean moves by w/(W+w) (r - mean) when r joins with weight w",
            (W * mean + w * r) / (W + w) - mean,
            w / (W + w) * (r - mean),
        ),
        Identity("r_m = 1 - m/(m+1) (1 - q_m)", (1 + m * q) / (1 + m), 1 - m / (m + 1) * (1 - q)),
        Sign("m/(m+1) increases", (m + 1) / (m + 2) - m / (m + 1), m, 1),
    ]


def harmonic_sum_certificates() -> list[Certificate]:
    """Certify sum over m phi < pi of sin(m phi)^2/m >= 1/2, for 0 < phi <= pi/2.

    For phi >= 4/5 the first term suffices.  Below, h(t) = sin(t)^2/t rises and then falls on
    (0, pi], so that phi sum h(m phi) >= int_0^pi h - phi max h.
    """
    t = sp.Symbol("t")
    s, c, cin = sp.symbols("s c Cin")
    rules = {t: sp.Integer(1), s: c, c: -s}
    p = 2 * t * c - s
    constant = _CIN - _rational(_SPLIT) * _rational(_PEAK) - sp.Rational(1, 2)
    return [
        Antiderivative(
            "(sin^2 t/t)' = sin t (2t cos t - sin t)/t^2", s**2 / t, s * p / t**2, rules
        ),
        Antiderivative("p' = cos t - 2t sin t", p, c - 2 * t * s, rules),
        Antiderivative("p'' = -3 sin t - 2t cos t", c - 2 * t * s, -3 * s - 2 * t * c, rules),
        Antiderivative(
            "(Cin(2t)/2)' = (1 - cos 2t)/(2t) = sin^2 t/t, with C = cos 2t",
            cin / 2,
            (1 - c) / (2 * t),
            {cin: (1 - c) / t},
        ),
        prove_on_interval(
            "sin^2 phi > 1/2",
            sp.sin(t) ** 2 - sp.Rational(1, 2),
            _SPLIT,
            _ABOVE_HALF_PI,
        ),
        prove_on_interval(
            "sin^2 t/t < 73/100 from 7/10 on",
            _rational(_PEAK) * t - sp.sin(t) ** 2,
            _SMALL,
            _ABOVE_PI,
        ),
        *range_certificates(),
        prove_on_interval("Cin(2 pi)/2 - 4/5 * 73/100 > 1/2", constant, Fraction(0), Fraction(1)),
    ]


def square_sum_certificates() -> list[Certificate]:
    """Certify sum over m phi < pi of sin(m phi)^2/m^2 > K/N^2, where N phi > pi.

    The right side is below 1/N < phi/pi.  For phi <= 1 the left side is at least
    phi (int_0^pi sinc^2 - phi), since sinc^2 decreases; above, its first term suffices.
    """
    t = sp.Symbol("t")
    s, c, si = sp.symbols("s c Si")
    return [
        Antiderivative(
            "(Si(2t) - sin^2 t/t)' = sin^2 t/t^2, with Si(2t)' = 2 sin t cos t/t",
            si - s**2 / t,
            s**2 / t**2,
            {si: 2 * s * c / t, s: c, t: sp.Integer(1)},
        ),
        prove_on_interval(
            "Si(2 pi) - 1 > 1/pi", sp.Si(2 * sp.pi) - 1 - 1 / sp.pi, Fraction(0), Fraction(1)
        ),
        prove_on_interval(
            "sin^2 phi > phi/pi",
            sp.pi * sp.sin(t) ** 2 - t,
            Fraction(1),
            _ABOVE_HALF_PI,
        ),
        Sign("K/(K+1)^2 < 1/(K+1)", 1 / (K + 1) - K / (K + 1) ** 2, K, 1),
    ]


def step_certificates() -> list[Certificate]:
    """Certify that the new term is below the mean in case (b), reading by reading.

    With z = 1/s >= 1, F_N <= z/N and sum_{m<=K} F_m >= z/2; both sides are affine in z.
    """
    mean, b, mu, N = sp.symbols("M b mu N")
    share = 2 * K * b / (1 + 2 * K * b)
    return [
        Sign("counting, constant part: 2K/(K(K+3)) > 1/(K+2)", 2 / (K + 3) - 1 / (K + 2), K, 1),
        Sign(
            "counting, factor of z: 1/(K(K+3)) > 1/((K+1)(K+2))",
            1 / (K * (K + 3)) - 1 / ((K + 1) * (K + 2)),
            K,
            1,
        ),
        Identity(
            "counting-self is a mean of 1 and counting",
            (1 + 2 * K + 2 * mean) / (K**2 + 3 * K + 1),
            (1 + K * (K + 3) * (2 * (K + mean) / (K * (K + 3)))) / (K**2 + 3 * K + 1),
        ),
        Sign("length: 1/(K N) > 1/N^2", 1 / (K * (K + 1)) - 1 / (K + 1) ** 2, K, 1),
        Identity(
            "continuous: 1 - mult = 2Kb/(1+2Kb) (1 - mu)",
            1 - (1 + 2 * K * b * mu) / (1 + 2 * K * b),
            share * (1 - mu),
        ),
        Identity(
            "2Kb/(1+2Kb) increases in K: the difference is 2b/((1+2Kb)(1+2Nb)), with N = K + 1",
            (share.subs(K, K + 1) - share).subs(b, N),
            2 * N / ((1 + 2 * K * N) * (1 + 2 * (K + 1) * N)),
        ),
    ]


def strict_decrease_certificates() -> list[Certificate]:
    """Return every certificate of the strict decrease in K."""
    return [
        *sinc_certificates(),
        *mean_certificates(),
        *harmonic_sum_certificates(),
        *square_sum_certificates(),
        *step_certificates(),
    ]


_ARGUMENT = (
    r"The multiplier of each reading is a weighted mean of $r_m$, $m\le K$ (weights $1+m$, $m$ or "
    r"$1$). Adding $m=N=K+1$ lowers it exactly if $r_N$ is below the mean. (a) If $N\phi\le\pi$, "
    r"$q_m=F_m/m$ decreases, and so does $r_m$. (b) If $N\phi>\pi$, then $F_N\le\frac1{Ns}$, and "
    r"the terms with $m\phi<\pi$, all among the first $K$, give $\sum F_m\ge\frac1{2s}$ and "
    r"$\sum\sin^2(m\phi)/m^2>K/N^2$ (a Riemann sum of a function that rises and then falls, or "
    r"falls, is at least its integral less the step times its maximum); integer inequalities in "
    r"$K$ finish. `counting-self` is a mean of 1 and `counting`, whose multiplier is below 1, with "
    r"the same weights added; for `continuous` $1-\mathrm{mult}_K$ is a positive strictly "
    r"increasing share times the nondecreasing $1-\mu_K$, positive from $K=2$ on, and "
    r"$\mathrm{mult}_1=1$. "
)


@claim(
    "IV.1-monotone",
    source="Theorem IV.1, last line",
    title="Var(f*_K) is eventually nonincreasing",
    statement=r"$\mathrm{Var}(f^*_K)$ is eventually nonincreasing.",
    verdict=Verdict.PROVED,
    result="true, and more: strictly decreasing for every K >= 1, in all five readings",
    sharper=r"For every $\theta\in(0,\pi]$ and all five readings $\mathrm{mult}_K(\theta)$ is "
    r"strictly decreasing in $K$ for all $K\ge1$. Hence for every nonconstant $y$ on "
    r"$\mathbb Z/n\mathbb Z$ the variance is strictly decreasing for **all** $K\ge1$, not only "
    r"eventually; so is the variance for i.i.d. outputs on $\mathbb Z$.",
    hypotheses=(
        "f*_K of Eq. (3) or any other reading, indices modulo n (winding)",
        "under the other two geometries f_K is constant from K = n - 1 on",
    ),
)
def variance_decreases() -> Proof:
    """Prove the strict decrease for all K and cross-check it for K <= 60."""
    return Proof(
        argument=_ARGUMENT + r"The multiplier is positive, so $\mathrm{Var}(f_K)=\sum_{j\ne0}"
        r"|\hat y_j|^2\mathrm{mult}_K^2$ falls with it. Under the circular distance and under "
        r"$\vert x-x'\vert$ the graph is complete from $K=n-1$ on, and under Definition II.1 as "
        r"written $f_K(x_i)=y_i$: there the variance is constant in the end.",
        certificates=[*strict_decrease_certificates(), *bernstein_certificates()],
        found={"independent check": f"Bernstein coefficients, K = 1, ..., {CROSS_CHECKED}"},
    )


@claim(
    "IV.1-tradeoff",
    source="text after Theorem IV.1",
    title="K tunes a bias/variance trade-off",
    statement=r"Local Mixup tunes the trade-off between bias and variance: the variance falls as "
    r"$K$ grows, at the price of bias.",
    verdict=Verdict.PROVED_WITH,
    result="true for every K >= 1: bias up and variance down, strictly",
    sharper=r"For every nonconstant $y$, $\mathrm{Bias}^2(f_K)$ is strictly increasing and "
    r"$\mathrm{Var}(f_K)$ strictly decreasing in $K\ge1$. With $y=s+$ white noise of variance "
    r"$\sigma^2$ the expected squared error "
    r"$\sum_j|\hat s_j|^2(1-\mathrm{mult}_K)^2+\sigma^2V_K$ is a sum of a strictly increasing "
    r"(nonconstant $s$) and a strictly decreasing term: a trade-off in the statistical sense too.",
    hypotheses=("y nonconstant", "indices modulo n (winding), or the lattice Z"),
)
def bias_increases() -> Proof:
    """The bias rises since the multiplier lies in (0, 1] and strictly decreases."""
    w, v = sp.symbols("w v")
    return Proof(
        argument=_ARGUMENT + r"Since $0<\mathrm{mult}_{K+1}<\mathrm{mult}_K\le1$, "
        r"$(1-\mathrm{mult}_K)^2$ strictly increases and $\mathrm{mult}_K^2$ strictly decreases at "
        r"every $\theta\ne0$.",
        certificates=[
            *strict_decrease_certificates(),
            Identity(
                "(1-v)^2 - (1-w)^2 = (w-v)((1-w) + (1-v))",
                (1 - v) ** 2 - (1 - w) ** 2,
                (w - v) * ((1 - w) + (1 - v)),
            ),
        ],
        under=("y nonconstant", "y extended n-periodically (winding)"),
    )


@evidence("IV.1-tradeoff")
def variance_on_a_line() -> Boundary:
    """The variance may rise for the printed distance."""
    y = [sp.Integer(value) for value in (0, 1, 1, 2)]
    first, second = (variance(counting_minimiser(y, k, "interval")) for k in (1, 2))
    a, b, c = three = sp.symbols("y_0 y_1 y_2")
    return Boundary(
        case="d = |x - x'|, n = 4, y = (0, 1, 1, 2), K = 1 and 2",
        stated="Var(f_2) <= Var(f_1)",
        relation=Relation("n = 4", second, "<=", first),
        minimal="for n = 2 f = y; for n = 3 it falls by 10/81 (y_1 - (y_0 + y_2)/2)^2",
        smaller=Identity(
            "n = 3: Var(f_1) - Var(f_2) = 10/81 (y_1 - (y_0 + y_2)/2)^2",
            variance(three) - variance(counting_minimiser(three, 2, "interval")),
            sp.Rational(10, 81) * (b - (a + c) / 2) ** 2,
        ),
    )
