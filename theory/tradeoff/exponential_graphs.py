r"""Section IV.A on the lattice: exponential graphs W = exp(-alpha d), in closed form.

On Z with r = exp(-alpha), 0 < r < 1, all segments count, those of length m with the weight r^m
(times 1/m in the reading ``"density"``); s = sin(theta/2)^2 and L = -Delta has the symbol 4s.
"""

from __future__ import annotations

import sympy as sp

from theory.proofs.certificates import Antiderivative, Identity, Telescoping
from theory.proofs.evidence import Proof, Verdict
from theory.proofs.ledger import Group, claim


def multiplier(r: sp.Expr, theta: sp.Expr, reading: str = "length") -> sp.Expr:
    """Return the Fourier multiplier of the minimiser for an exponential graph on Z."""
    r, theta = sp.sympify(r), sp.sympify(theta)
    s = sp.sin(theta / 2) ** 2
    if reading == "length":
        z = 4 * r * s / (1 - r) ** 2
        return sp.log(1 + z) / z
    if reading == "density":
        difference = sp.polylog(2, r) - sp.re(sp.polylog(2, r * sp.exp(sp.I * theta)))
        return (1 - r) / (2 * r * s) * difference
    message = f"reading must be 'length' or 'density'; got {reading!r}"
    raise ValueError(message)


R, S, LN, LI, LI_THETA = sp.symbols("r s ln Li Li_theta")


def in_symbols(reading: str) -> sp.Expr:
    """Return the multiplier in r, s, ln(1+z), Li_2(r) and the real part of Li_2(r e^(i theta))."""
    theta = sp.Symbol("theta", real=True)
    form = multiplier(R, theta, reading).subs(sp.sin(theta / 2) ** 2, S)
    wave = sp.re(sp.polylog(2, R * sp.exp(sp.I * theta)))
    names = {sp.log(1 + 4 * R * S / (1 - R) ** 2): LN, wave: LI_THETA, sp.polylog(2, R): LI}
    return form.subs(names)


@claim(
    "IV.B-exponential",
    source="Section IV.A, exponential graphs, in the setting of IV.B",
    title="exponential graphs tune the same trade-off",
    statement=r"On $\mathbb Z$ the exponential graph $W=e^{-\alpha d}$ has a minimiser in closed "
    r"form, and for every nonconstant $y$ its variance increases and its bias decreases with "
    r"$\alpha$.",
    verdict=Verdict.PROVED_WITH,
    result="true: a logarithm or a dilogarithm, strictly monotone in alpha",
    sharper=r"With $r=e^{-\alpha}$: `length` has the multiplier $\ln(1+z)/z$, "
    r"$z=\frac{4rs}{(1-r)^2}$, that is $f=\int_0^1(I+u\tau L)^{-1}y\,du$ with $L=-\Delta$ and "
    r"$\tau=\frac r{(1-r)^2}$; `density` has $\frac{1-r}{2rs}\bigl[\mathrm{Li}_2(r)-"
    r"\mathrm{Re}\,\mathrm{Li}_2(re^{i\theta})\bigr]$. Both strictly decrease in $r$ for "
    r"$\theta\ne0$, from 1 at $r=0$ (vanilla, $\alpha=\infty$) to 0 as $r\to1$.",
    hypotheses=('reading "length" or "density"', "y on Z, or n-periodic (winding)"),
    group=Group.BEYOND,
    uses=("IV.1-monotone",),
)
def closed_forms() -> Proof:
    """Certify the two series and their monotonicity."""
    r, e, w, v, m, c, z, u = sp.symbols("r e w v m c z u")
    ln1, ln2, ln3, s = sp.symbols("ln1 ln2 ln3 s")
    square = 1 - 2 * r * c + r**2
    return Proof(
        argument=r"$F_m=\frac{1-\cos m\theta}{2ms}$. `length`: $A(r)=\sum r^m\frac{1-\cos "
        r"m\theta}m$ has the derivative $\sum r^{m-1}(1-\cos m\theta)$, two geometric series, so "
        r"$A=\frac12\ln\frac{1-2r\cos\theta+r^2}{(1-r)^2}=\frac12\ln(1+z)$, and the weights sum to "
        r"$\sum mr^m=\frac r{(1-r)^2}$. `density`: $\mathrm{Li}_2(x)=\sum x^m/m^2$ by definition, "
        r"and the weights sum to $\frac r{1-r}$. Monotone: $\ln(1+z)/z=\int_0^1\frac{du}{1+uz}$ "
        r"falls with $z$, which rises with $r$; and $\frac{r^m}{1-r}=\sum_{K\ge m}r^K$ makes "
        r"`density` the mean of $\mathrm{mult}_K$ with weights proportional to $Kr^K$, whose "
        r"likelihood ratio rises with $K$ as $r$ grows, while $\mathrm{mult}_K$ strictly decreases "
        r"in $K$ (row IV.1-monotone). The limits follow by dominated convergence.",
        certificates=[
            Telescoping(
                "sum_{m=1..M} r^{m-1} e^m = e (1 - (re)^M)/(1 - re), with w = (re)^M",
                e * (1 - w) / (1 - r * e),
                e * w,
                m,
                0,
                0,
                {w: w * r * e},
                {w: 1},
                (r, e),
            ),
            Telescoping(
                "sum_{m=1..M} m r^m = r (1 - (M+1) r^M + M r^{M+1})/(1-r)^2, with v = r^M",
                r * (1 - (m + 1) * v + m * v * r) / (1 - r) ** 2,
                (m + 1) * v * r,
                m,
                0,
                0,
                {v: v * r},
                {v: 1},
                (r,),
            ),
            Identity(
                "real part of e/(1 - re): (e/(1-re) + (1/e)/(1-r/e))/2 = (cos - r)/(1-2r cos+r^2)",
                (e / (1 - r * e) + (1 / e) / (1 - r / e)) / 2,
                (c - r).subs(c, (e + 1 / e) / 2) / square.subs(c, (e + 1 / e) / 2),
            ),
            Antiderivative(
                "d/dr [ln(1-2rc+r^2)/2 - ln(1-r)] = 1/(1-r) - (c-r)/(1-2rc+r^2), 0 at r = 0",
                ln2 / 2 - ln1,
                1 / (1 - r) - (c - r) / square,
                {ln1: -1 / (1 - r), ln2: (2 * r - 2 * c) / square, r: 1},
            ),
            Identity(
                "(1-2rc+r^2)/(1-r)^2 = 1 + 4rs/(1-r)^2, with c = 1 - 2s",
                square.subs(c, 1 - 2 * s) / (1 - r) ** 2,
                1 + 4 * r * s / (1 - r) ** 2,
            ),
            Identity(
                "length: A(r)/(2s) over the sum of the weights is the multiplier, ln3 = ln(1+z)",
                ln3 / (4 * s) / (r / (1 - r) ** 2),
                in_symbols("length").subs(LN, ln3),
            ),
            Identity(
                "density: sum r^m (1 - cos m theta)/(2 m^2 s) over the sum of the weights",
                (LI - LI_THETA) / (2 * s) / (r / (1 - r)),
                in_symbols("density"),
            ),
            Antiderivative(
                "d/du ln(1+uz)/z = 1/(1+uz)",
                ln3 / z,
                1 / (1 + u * z),
                {ln3: z / (1 + u * z), u: 1},
                constants=(z,),
            ),
            Antiderivative(
                "d/dr r/(1-r)^2 = (1+r)/(1-r)^3, which is positive",
                r / (1 - r) ** 2,
                (1 + r) / (1 - r) ** 3,
                {r: 1},
            ),
        ],
        under=('reading "length" or "density"',),
    )
