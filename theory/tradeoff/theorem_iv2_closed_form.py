r"""Theorem IV.2: the variance in closed form, by telescoping, and the limits of K V_K."""

from __future__ import annotations

from itertools import product

import sympy as sp

from theory.iid import DENSITY_SUM, FEJER_SUM, closed_form, squared_taps, variance
from theory.lattice import kernel
from theory.mathematics.harmonic import AT_ONE, BOUNDS, H1, SHIFTS, K, bound_certificates, bounds_of
from theory.mathematics.readings import MIXTURES, READINGS, Reading
from theory.proofs.certificates import Cases, Certificate, Identity, Sign, Telescoping, equalities
from theory.proofs.evidence import Proof, Verdict
from theory.proofs.ledger import Group, claim

LIMITS = dict.fromkeys(READINGS, sp.Rational(28, 27))
LIMITS |= dict.fromkeys(("density", "continuous"), sp.Rational(5, 3))
"""The limits of K V_K."""


def limit_certificates() -> list[Certificate]:
    """Certify the limits of K V_K of the four finite readings."""
    certificates: list[Certificate] = []
    for reading, sense in product(MIXTURES, (1, -1)):
        form, limit = closed_form(reading), LIMITS[reading]
        text = f"{reading}: {'' if sense > 0 else '-'}(K V_K - {limit}) K < 8 + H_K"
        rest = 8 + H1 - sense * K * (K * form - limit)
        certificates.append(Sign(text, rest, K, 1, {**bounds_of(form), H1: BOUNDS[H1]}))
    return certificates


def green_function(number: int, lags: int) -> Cases:
    """Compare the taps of "continuous" with f + 2K B f = delta + 2K B u, u those of "density"."""
    f, u = kernel(number, "continuous", lags + 1), kernel(number, "density", lags + 1)

    def averaged(taps: list[sp.Expr], lag: int) -> sp.Expr:
        return (taps[abs(lag - 1)] + 4 * taps[lag] + taps[lag + 1]) / 6

    return {
        f"K = {number}, lag {lag}": (
            sp.expand(f[lag] + 2 * number * averaged(f, lag)),
            int(lag == 0) + 2 * number * averaged(u, lag),
        )
        for lag in range(lags)
    }


PRINTED: dict[Reading, sp.Expr] = {
    "counting": 2 * (14 * K**3 + 183 * K**2 + 37 * K - 18 * H1) / (27 * K**2 * (K + 3) ** 2),
    "counting-self": (1 + 8 * K + 4 * (3 * K**2 + FEJER_SUM)) / (K**2 + 3 * K + 1) ** 2,
    "length": 2 * (14 * K**3 + 21 * K**2 + 37 * K - 18 * H1) / (27 * K**2 * (K + 1) ** 2),
    "density": DENSITY_SUM / K**2,
}
"""The closed forms in the statement of the row."""


def closed_form_certificates() -> list[Certificate]:
    """Certify the closed forms of the four finite readings for all K."""
    L, m, M, N = sp.symbols("L m M N", positive=True)
    J = m - (m**2 - 1) / (3 * M)
    products = L * (1 - (L + 1) / (2 * m) - (L + 1) / (2 * M)) + L * (L + 1) * (2 * L + 1) / (
        6 * m * M
    )
    linear = K * (K + 1) / 2 - (K * (K + 1) * (2 * K + 1) / 6 - K) / (3 * N)
    ratio = K - (K * (K + 1) / 2 - H1) / (3 * N)
    step = (1 - (L + 1) / m) * (1 - (L + 1) / M)
    above, first, new = (J.subs(s) for s in ({M: N, m: K + 1}, {M: N, m: 1}, {m: K + 1, M: K + 1}))
    squares = new + 2 * linear.subs(N, K + 1)
    weighted = new / (K + 1) ** 2 + 2 * ratio.subs(N, K + 1) / (K + 1)
    cases = {
        f"{reading}, K = {number}": (variance(number, reading), squared_taps(number, reading))
        for reading in MIXTURES
        for number in range(1, 13)
    }
    return [
        Telescoping("sum_{k=1..L} (1-k/m)(1-k/M)", products, step, L, 0, 0, parameters=(m, M)),
        Identity("<F_m, F_M> for m <= M", 1 + 2 * products.subs(L, m - 1), J),
        Telescoping("sum_{m=1..K} J(m, N)", linear, above, K, 1, first, parameters=(N,)),
        Telescoping("and of J(m, N)/m", ratio, above / (K + 1), K, 1, first, SHIFTS, AT_ONE, (N,)),
        Telescoping("Q_K", FEJER_SUM, squares, K, 1, 1, SHIFTS, AT_ONE),
        Telescoping("P_K", DENSITY_SUM, weighted, K, 1, 1, SHIFTS, AT_ONE),
        *(
            Identity(f"{reading}: the form in the row", closed_form(reading), PRINTED[reading])
            for reading in PRINTED
        ),
        equalities("closed form against squared taps", cases, "K = 1, ..., 12"),
    ]


@claim(
    "IV.2-closed-form",
    source="Theorem IV.2 (not in the paper)",
    title="the variance itself, not only bounds",
    statement=r"For uncorrelated outputs of variance $\sigma^2$ on $\mathbb Z$, "
    r"$\mathrm{Var}(f_K(x_i))=\sigma^2V_K$, where $V_K$ depends on $K$ and the reading alone.",
    verdict=Verdict.PROVED,
    result="closed forms in K and H_K; V_K ~ {}/({}K) for Eq. (3)".format(
        *LIMITS["counting"].as_numer_denom()
    ),
    sharper=r"`counting`: $V_K=\frac{2(14K^3+183K^2+37K-18H_K)}{27K^2(K+3)^2}$. "
    r"`counting-self`: $\frac{1+8K+4(3K^2+Q_K)}{(K^2+3K+1)^2}$ with "
    r"$Q_K=\frac{7K(K+1)(2K+1)}{54}+\frac{5K}9-\frac{H_K}3$. "
    r"`length`: $\frac{2(14K^3+21K^2+37K-18H_K)}{27K^2(K+1)^2}$. "
    r"`density`: $\frac1{K^2}\bigl[\frac{5K}3-H_K+\frac23\sum_{m\le K}\frac{H_{m-1}}{m^2}"
    r"+\frac{H^{(3)}_K}3\bigr]$. "
    r"`continuous`: a number of $\mathbb Q(\sqrt{(2K+1)(2K+3)/3})$, the sum of the squared taps "
    r"$u_k+\frac1R\bigl(\rho^{|k|}-(u*\rho^{|\cdot|})_k\bigr)$ with $u$ the kernel of `density`, "
    r"$R=\sqrt{(2K+1)(2K+3)/3}$ and $\rho=\frac{3R-3-4K}{2K}$.",
    hypotheses=("finite common variance; independence is not needed",),
    group=Group.BEYOND,
    uses=("Eq3",),
    formal=(
        "TheoremIV2.iid_variance_mixture",
        "TheoremIV2.V_closed",
        "TheoremIV2Readings.V_closed_length",
        "TheoremIV2Readings.V_closed_counting_self",
        "TheoremIV2Readings.V_closed_density",
    ),
)
def closed_forms() -> Proof:
    """Certify the closed forms by telescoping."""
    A, B, R = sp.symbols("A B R")
    rho = (R - A) / B
    lags = {case: pair for K in (1, 2, 3, 4) for case, pair in green_function(K, K + 3).items()}
    return Proof(
        argument=r"$V_K=\sum_kc_k^2=\frac1{2\pi}\int\mathrm{mult}_K^2$, and $\langle "
        r"F_m,F_M\rangle=\sum_k(1-\frac{|k|}m)(1-\frac{|k|}M)=m-\frac{m^2-1}{3M}$ for $m\le M$; "
        r"the double sums telescope in $K$. For `continuous` the taps are those of $\mu+(1-\mu)G$ "
        r"with the Green's function $G$ of $A+B\cos\theta$, $A=1+\frac{4K}3$, $B=\frac{2K}3$, "
        r"$R^2=A^2-B^2$. The limits of $KV_K$ follow from $H_K/K\to0$.",
        certificates=[
            *bound_certificates(),
            *closed_form_certificates(),
            *limit_certificates(),
            equalities("continuous: stationarity", lags, "K <= 4, lags up to K + 2"),
            Identity("Green's function at 0: A g_0 + B g_1 = 1", (A + B * rho) / R, 1),
            Identity(
                "and elsewhere: the right side is 0, by R^2 = A^2 - B^2",
                2 * B * (A * rho + B * (1 + rho**2) / 2),
                R**2 - A**2 + B**2,
            ),
            Identity(
                "R^2 = (2K+1)(2K+3)/3",
                (1 + 4 * K / 3) ** 2 - (2 * K / 3) ** 2,
                (2 * K + 1) * (2 * K + 3) / 3,
            ),
        ],
        found={
            f"V_{number}": {reading: variance(number, reading) for reading in READINGS}
            for number in (1, 2, 5)
        },
    )
