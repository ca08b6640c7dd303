r"""Theorem IV.1, Eqs. (5)-(7): limits of f*_K, its bias and its variance, with rates.

Everything is read off the multiplier: with y-hat_j the Fourier coefficients of y on Z/nZ and
theta_j = 2 pi j / n, f_K has the coefficients mult_K(theta_j) y-hat_j, Var(f_K) is the sum of
|y-hat_j|^2 mult^2 over j != 0, and Bias^2 the sum of |y-hat_j|^2 (1 - mult)^2.  Below
s = sin(theta/2)^2, z = 1/s and T = sum_{m<=K} F_m, with 0 <= T <= H_K z.
"""

from __future__ import annotations

import sympy as sp

from theory.mathematics.geometry import IMPULSE, counting_minimiser, not_for, variance
from theory.mathematics.harmonic import BOUND_CERTIFICATES, H1, H2, K, bounds_of
from theory.mathematics.readings import MIXTURES, READINGS
from theory.proofs.certificates import Certificate, Exact, Identity, Relation, Sign
from theory.proofs.evidence import Boundary, Proof, Verdict
from theory.proofs.ledger import claim, evidence

WINDING = "y extended n-periodically (winding), as the indices of Eq. (3) have it"


def uniform_bound_certificates() -> list[Certificate]:
    """Certify mult_K(theta) <= (2 + 2/s)/K for every reading, K >= 1 and theta not 0.

    Each Fejér kernel is at most 1/(m s), so T <= H_K z; both sides are affine in z, and the
    constant part and the factor of z are compared one by one.
    """
    b, mu = sp.symbols("b mu", positive=True)
    certificates: list[Certificate] = [
        *BOUND_CERTIFICATES,
        Identity(
            "continuous: 1/(2Kb) + mu - (1 + 2Kb mu)/(1 + 2Kb) = (1 + 2Kb mu)/(2Kb (1 + 2Kb))",
            1 / (2 * K * b) + mu - (1 + 2 * K * b * mu) / (1 + 2 * K * b),
            (1 + 2 * K * b * mu) / (2 * K * b * (1 + 2 * K * b)),
        ),
    ]
    for reading in READINGS:
        if reading == "continuous":
            # 1/(2Kb) + mu with b at its least, (2 + cos pi)/3, and mu as for "density"
            parts = (1 / (2 * K * sp.Rational(2 - 1, 3)), H2 / K)
        else:
            mixture = MIXTURES[reading]
            norm = mixture.norm(K)
            # sum of w_m F_m <= z sum of w_m/m
            sums = H2 if reading == "density" else mixture.weight(K) * H1
            parts = (mixture.constant(K) / norm, sums / norm)
        certificates += [
            Sign(f"{reading}: {name} <= 2/K", 2 / K - part, K, 1, bounds_of(part), strict=False)
            for name, part in zip(("constant part", "factor of 1/s"), parts, strict=True)
        ]
    return certificates


_ARGUMENT = (
    r"For $\theta_j\ne0$ and all five readings $0<\mathrm{mult}_K\le(2+2/s_j)/K$ with "
    r"$s_j=\sin^2(\pi j/n)\ge\sin^2(\pi/n)$, by $0\le F_m\le1/(ms)$, and the mean is preserved. "
)


@claim(
    "IV.1-limit",
    source="Theorem IV.1, Eq. (5)",
    title="f*_K tends to the mean of y",
    statement=r"$f^*_K(x_i)\to\mathbb E_{train}[y]$ for every $x_i\in\mathbb Z/n\mathbb Z$.",
    verdict=Verdict.PROVED_WITH,
    result="true if y is extended periodically; for the printed distance f_K = y at n = 2",
    sharper=r"Reading `counting`: $K\,(f^*_K-\bar y)\to2\,(y-\bar y)$, whatever $y$. "
    r"`length`: $\tfrac{K^2}{\ln K}(f_K-\bar y)\to4L^{-1}(y-\bar y)$, $L=-\Delta$. "
    r"`density`: $K\,\mathrm{mult}_K(\theta)\to\frac{\phi(\pi-\phi)}{2\sin^2\phi}$ with "
    r"$\phi=\theta/2$, and for all $K$ it lies between that limit less $\frac1{K\sin^2\phi}$ and "
    r"it.",
    hypotheses=(WINDING, "K much larger than n for the limit to be felt"),
)
def limit() -> Proof:
    """Bound the multiplier away from theta = 0."""
    return Proof(
        argument=_ARGUMENT + r"So $|f_K(x_i)-\bar y|\le\frac{2+2/\sin^2(\pi/n)}{K}\sum_{j\ne0}"
        r"|\hat y_j|\to0$.",
        certificates=uniform_bound_certificates(),
        under=(WINDING,),
    )


@evidence("IV.1-limit")
def limit_circular() -> Boundary:
    """The limit fails for the distance of the cycle."""
    return not_for("circular", "value")


@evidence("IV.1-limit")
def limit_interval() -> Boundary:
    """The limit fails for the printed distance."""
    return not_for("interval", "value")


@claim(
    "IV.1-bias",
    source="Theorem IV.1, Eq. (6)",
    title="Bias² tends to Var(y)",
    statement=r"$\mathrm{Bias}^2(f^*_K)\to\mathbb E_{train}[(y_i-\mathbb E_{train}[y])^2]$.",
    verdict=Verdict.PROVED_WITH,
    result="true if y is extended periodically; stays 0 at n = 2 for the other distances",
    sharper=r"Reading `counting`: $K\,(\mathrm{Var}(y)-\mathrm{Bias}^2)\to4\,\mathrm{Var}(y)$, by "
    r"the rate of Eq. (5). For all five readings "
    r"$\mathrm{Bias}^2\ge(1-\frac{2+2/\sin^2(\pi/n)}K)^2\,\mathrm{Var}(y)$ once the bracket is "
    r"positive.",
    hypotheses=(WINDING,),
)
def bias() -> Proof:
    """Bound one minus the multiplier."""
    return Proof(
        argument=_ARGUMENT + r"By Parseval $\mathrm{Bias}^2=\sum_{j\ne0}|\hat y_j|^2"
        r"(1-\mathrm{mult}_K)^2\to\sum_{j\ne0}|\hat y_j|^2=\mathrm{Var}(y)$.",
        certificates=uniform_bound_certificates(),
        under=(WINDING,),
    )


@evidence("IV.1-bias")
def bias_circular() -> Boundary:
    """The limit fails for the distance of the cycle."""
    return not_for("circular", "bias2")


@evidence("IV.1-bias")
def bias_interval() -> Boundary:
    """The limit fails for the printed distance."""
    return not_for("interval", "bias2")


@claim(
    "IV.1-variance",
    source="Theorem IV.1, Eq. (7)",
    title="Var(f*_K) tends to 0",
    statement=r"$\mathrm{Var}(f^*_K)\to0$.",
    verdict=Verdict.PROVED_WITH,
    result="true if y is extended periodically, at the rate 4 Var(y)/K² of Eq. (3)",
    sharper=r"Reading `counting`, for every $K\ge1$: $\frac{4(K+1)^2}{K^2(K+3)^2}\mathrm{Var}(y)"
    r"\le\mathrm{Var}(f_K)\le\frac4{(K+3)^2}\bigl(1+\frac{H_K}{K\sin^2(\pi/n)}\bigr)^2"
    r"\mathrm{Var}(y)$; the left side is attained at $n=2$, $K=2$. Hence "
    r"$K^2\,\mathrm{Var}(f_K)\to4\,\mathrm{Var}(y)$.",
    hypotheses=(WINDING,),
)
def variance_limit() -> Proof:
    """Bound the multiplier from both sides."""
    T, h, z = sp.symbols("T h z", positive=True)
    mult = 2 * (K + T) / (K * (K + 3))
    attained = variance(counting_minimiser(IMPULSE, 2, "winding"))
    return Proof(
        argument=_ARGUMENT + r"By Parseval $\mathrm{Var}(f_K)=\sum_{j\ne0}|\hat y_j|^2"
        r"\mathrm{mult}_K^2$. For `counting`, $F_1=1\le T\le H_K/s$ gives both bounds.",
        certificates=[
            *uniform_bound_certificates(),
            Identity(
                "counting: the multiplier at T = F_1 = 1",
                mult.subs(T, 1),
                2 * (K + 1) / (K * (K + 3)),
            ),
            Identity(
                "counting: the multiplier at T = H_K/s",
                mult.subs(T, h * z),
                2 / (K + 3) * (1 + h * z / K),
            ),
            Exact(
                "the lower bound is attained",
                (
                    Relation(
                        "n = 2, y = (0, 1), K = 2",
                        attained,
                        "==",
                        sp.Rational(36, 100) * variance(IMPULSE),
                    ),
                ),
                "n = 2, K = 2",
            ),
        ],
        under=(WINDING,),
        found={"Var(f_2) at n = 2, y = (0, 1)": attained},
    )


@evidence("IV.1-variance")
def variance_circular() -> Boundary:
    """The limit fails for the distance of the cycle."""
    return not_for("circular", "variance")


@evidence("IV.1-variance")
def variance_interval() -> Boundary:
    """The limit fails for the printed distance."""
    return not_for("interval", "variance")
