r"""Theorem IV.1: how fast f*_K tends to the mean, and what is left of y at K = n."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sympy as sp

from theory.mathematics.geometry import IMPULSE, counting_minimiser, variance
from theory.mathematics.harmonic import K
from theory.proofs.certificates import Antiderivative, Exact, Identity, Relation, Sign
from theory.proofs.evidence import Proof, Refutation, Verdict
from theory.proofs.ledger import claim, evidence
from theory.tradeoff.theorem_iv1_limits import WINDING

if TYPE_CHECKING:
    from theory.mathematics.readings import Reading


@evidence("IV.1-limit")
def rates() -> Proof:
    """Certify the rates of the three readings."""
    T, _z = sp.symbols("T z", positive=True)
    x, S, C, m = sp.symbols("x S C m")
    pi = sp.Symbol("pi", positive=True)  # a transcendental: nothing but a free symbol here
    # Fourier cosine coefficients of x (pi - x)/2 on [0, pi], with S, C = sin, cos(2 m x)
    primitive = x * (pi - x) / 2 * S / (2 * m) + (pi - 2 * x) / 2 * C / (4 * m**2) + S / (8 * m**3)
    counting = 2 * (K + T) / (K * (K + 3))
    relations = []
    for number in (1, 2, 5, 10, 50):
        # phi = pi/4: s = 1/2 and sin^2(m phi) = 0, 1/2, 1, 1/2 for m = 0, 1, 2, 3 (mod 4)
        partial = sum(
            (sp.Rational((0, 1, 2, 1)[i % 4], 2 * i**2) for i in range(1, number + 1)),
            sp.Integer(0),
        )
        reached = 3 * sp.pi**2 / 32
        relations += [
            Relation(f"theta = pi/2, K = {number}, above", partial, "<", reached),
            Relation(
                f"theta = pi/2, K = {number}, below", partial, ">", reached - sp.Rational(1, number)
            ),
        ]
    return Proof(
        argument=r"`counting`: $K\,\mathrm{mult}_K=\frac{2K}{K+3}+\frac{2T}{K+3}$ with "
        r"$0\le T\le H_K/s$, and $H_K/K\to0$ as the mean of $1,\frac12,\dots$. `length`: "
        r"$\mathrm{mult}_K=\frac{H_K-C_K}{K(K+1)s}$ with $C_K=\sum_{m\le K}\cos(m\theta)/m$ "
        r"bounded in $K$. `density`: $K\,s\,\mathrm{mult}_K=\sum_{m\le K}\sin^2(m\phi)/m^2$ "
        r"increases to $\phi(\pi-\phi)/2$, the function with these Fourier coefficients, and what "
        r"is left after $K$ terms is below $\sum_{m>K}m^{-2}<1/K$.",
        certificates=[
            Identity(
                "counting: K mult_K = 2K/(K+3) + 2T/(K+3)",
                K * counting,
                2 * K / (K + 3) + 2 * T / (K + 3),
            ),
            Antiderivative(
                "int_0^pi x(pi-x)/2 cos(2mx) dx = -pi/(4m^2), the coefficient of sin^2(mx)/m^2",
                primitive,
                x * (pi - x) / 2 * C,
                {x: sp.Integer(1), S: 2 * m * C, C: -2 * m * S},
                {x: sp.Integer(0), S: sp.Integer(0), C: sp.Integer(1)},
                {x: pi, S: sp.Integer(0), C: sp.Integer(1)},
                -pi / (4 * m**2),
                "every integer m >= 1",
                (m, pi),
            ),
            Antiderivative(
                "int_0^pi x(pi-x)/2 dx = pi^3/12, pi times the mean zeta(2)/2",
                pi * x**2 / 4 - x**3 / 6,
                x * (pi - x) / 2,
                {x: sp.Integer(1)},
                {x: sp.Integer(0)},
                {x: pi},
                pi**3 / 12,
                constants=(pi,),
            ),
            Sign(
                "1/m^2 < 1/(m-1) - 1/m, at m = K + 1", 1 / K - 1 / (K + 1) - 1 / (K + 1) ** 2, K, 1
            ),
            Exact("density: the two bounds", tuple(relations), "theta = pi/2, K up to 50"),
        ],
        under=(WINDING,),
    )


@claim(
    "IV.1-zero",
    source="text after Theorem IV.1",
    title="Mixup's minimiser has zero variance",
    statement=r"In the case of Mixup the function $f^*$ has zero variance and is "
    r"$\mathbb E_{train}[y]$.",
    verdict=Verdict.REFUTED,
    result="no f_K has zero variance, and Mixup on two points is f = y",
    sharper=r"$\mathrm{Var}(f_K)\ge\frac{4(K+1)^2}{K^2(K+3)^2}\mathrm{Var}(y)>0$ for every $K$. At "
    r"$K=n$ the first harmonic is kept with a factor that tends to $\mathrm{Cin}(2\pi)/\pi^2$ "
    r"(`counting`, `counting-self`, `length`) or $\mathrm{Si}(2\pi)/\pi$ (`density`) as $n$ grows, "
    r"with $\mathrm{Cin}(x)=\int_0^x\frac{1-\cos t}t\,dt$.",
    hypotheses=("Mixup taken as K >= n",),
)
def zero_variance() -> Refutation:
    """Evaluate the variance at K = n = 2 and of Mixup itself."""
    wound = counting_minimiser(IMPULSE, 2, "winding")
    mixup = counting_minimiser(IMPULSE, 2, "interval")
    return Refutation(
        case="n = 2, y = (0, 1), K = n = 2",
        stated="Var(f_K) = 0 for K >= n",
        relation=Relation("Var(f_2)", variance(wound), "==", sp.Integer(0)),
        minimal="for n = 1 every function in question is constant",
        found={
            "f_2 by Eq. (3)": wound,
            "Mixup on the two points": mixup,
            "its variance": variance(mixup),
        },
    )


def retained_first_harmonic(reading: Reading) -> sp.Expr:
    """Return the limit of mult_n(2 pi / n) as n grows."""
    if reading == "density":
        return sp.Si(2 * sp.pi) / sp.pi
    return (sp.EulerGamma + sp.log(2 * sp.pi) - sp.Ci(2 * sp.pi)) / sp.pi**2


@evidence("IV.1-zero")
def first_harmonic_stays() -> Proof:
    """Certify the two integrals that the retained first harmonic tends to."""
    t, s, c, C, cin, si = sp.symbols("t s c C Cin Si")
    return Proof(
        argument=r"At $K=n$ and $\phi=\pi/n$ the sums are Riemann sums with step $\phi$: "
        r"$\frac2{n(n+3)}\sum_m\frac{\sin^2(m\phi)}{m\sin^2\phi}\to\frac2{\pi^2}\int_0^\pi"
        r"\frac{\sin^2t}t\,dt$ and $\frac1n\sum_m\frac{\sin^2(m\phi)}{m^2\sin^2\phi}\to\frac1\pi"
        r"\int_0^\pi\frac{\sin^2t}{t^2}\,dt$, both of continuous functions on $[0,\pi]$.",
        certificates=[
            Antiderivative(
                "(Cin(2t)/2)' = (1 - cos 2t)/(2t) = sin^2 t/t, with C = cos 2t",
                cin / 2,
                (1 - C) / (2 * t),
                {cin: (1 - C) / t},
            ),
            Antiderivative(
                "(Si(2t) - sin^2 t/t)' = sin^2 t/t^2, with Si(2t)' = 2 sin t cos t/t",
                si - s**2 / t,
                s**2 / t**2,
                {si: 2 * s * c / t, s: c, t: sp.Integer(1)},
            ),
        ],
        found={
            f"first harmonic left at K = n, {reading}": retained_first_harmonic(reading)
            for reading in ("counting", "density")
        },
    )
