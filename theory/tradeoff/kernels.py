r"""Section IV.B beyond the paper: the kernel that f*_K tends to, on a line and in dimension d.

With k = u K and H_K - H_k -> -ln u the taps of Eqs. (3) and (4), times K, tend to a kernel on
(0, 1].  In R^d with inputs of constant density and W = 1 up to a distance of eps, the ends of a
pair that puts a virtual input at z are z + u and z + u - delta with u = t delta, t = 1 - lambda,
and delta uniform in the ball of radius eps.
"""

from __future__ import annotations

import sympy as sp

from theory.mathematics.harmonic import K
from theory.mathematics.readings import MIXTURES, Reading
from theory.proofs.certificates import (
    Antiderivative,
    Certificate,
    Exact,
    Identity,
    Relation,
    Telescoping,
)
from theory.proofs.evidence import Proof, Verdict
from theory.proofs.ledger import Group, claim
from theory.tradeoff.choice_of_k import MOMENT_LIMITS, either
from theory.tradeoff.theorem_iv2_closed_form import LIMITS

U, LOG = sp.symbols("u l")
"""u = k/K, and l = ln u, whose derivative is 1/u."""


def limit_kernel(reading: Reading) -> sp.Expr:
    """Return the limit of K c_k at k = u K, with l = ln u."""
    of = MIXTURES[reading]
    flat = of.flat
    scale = sp.limit(of.share * (K**2 if flat else K) / of.norm, K, sp.oo)
    # sum_{k<m<=K} (1 - k/m) and sum (m-k)/m^2, by row Eq3, with H2_K - H2_k ~ 1/k - 1/K.
    kappa: sp.Expr = sp.expand(scale * (1 - U + U * LOG if flat else -LOG - (1 - U)))
    return kappa


def over_unit_interval(text: str, integrand: sp.Expr, value: sp.Expr) -> Antiderivative:
    """Certify an integral over (0, 1] of a polynomial in u and ln u.

    At 0 the primitive does not depend on l, since every term of it has a power of u.
    """
    u = sp.Symbol("u", positive=True)
    primitive = sp.expand(sp.integrate(integrand.subs({LOG: sp.log(u), U: u}), u))
    primitive = primitive.subs(sp.log(u), LOG).subs(u, U)
    ends = {U: 0}, {U: 1, LOG: 0}
    return Antiderivative(text, primitive, integrand, {U: 1, LOG: 1 / U}, *ends, value)


_FLAT: tuple[Reading, ...] = ("counting", "counting-self", "length")
KERNELS: dict[Reading, sp.Expr] = {
    **dict.fromkeys(_FLAT, 2 * (1 - U + U * LOG)),
    "density": U - 1 - LOG,
}
"""The kernels in the statement of the row."""

EFFICIENCY: dict[Reading, str] = {"counting": "0.896", "density": "0.683"}
"""Against Epanechnikov's kernel, to three digits."""


@claim(
    "IV.B-kernel",
    source="Section IV.B (not in the paper)",
    title="the limit kernel, and what it wastes",
    statement=r"At $k=uK$, $0<u\le1$, the taps satisfy $Kc_k\to2(1-u+u\ln u)$ (`counting`, "
    r"`counting-self`, `length`) or $u-1-\ln u$ (`density`) as $K\to\infty$.",
    verdict=Verdict.PROVED,
    result=f"true: efficiency {EFFICIENCY['counting']} and {EFFICIENCY['density']} against "
    "Epanechnikov's kernel",
    sharper=rf"Roughness $\int\kappa^2$: ${either(LIMITS)}$, the limits of $KV_K$; second moment "
    rf"${either(MOMENT_LIMITS)}$. The efficiency is "
    r"$\frac3{5\sqrt5}\big/\bigl(\int\kappa^2\sqrt{\int u^2\kappa}\bigr)$: Mixup with uniform "
    rf"$\lambda$ (`density`) wastes about {100 - 100 * float(EFFICIENCY['density']):.0f} % of a "
    "sample.",
    hypotheses=("uniform lambda", "the lattice Z"),
    group=Group.BEYOND,
    uses=("Eq3", "IV.2-closed-form", "IV.B-oracle"),
)
def kernel_in_the_limit() -> Proof:
    """Integrate the limit kernel, its square and its second moment."""
    certificates: list[Certificate] = []
    for reading in MIXTURES:
        roughness, moment = LIMITS[reading], MOMENT_LIMITS[reading]
        kappa = limit_kernel(reading)
        certificates += [
            Identity(f"{reading}: the limit kernel", kappa, KERNELS[reading]),
            over_unit_interval(f"{reading}: half the mass", kappa, sp.S.Half),
            over_unit_interval(f"{reading}: half the roughness", kappa**2, roughness / 2),
            over_unit_interval(f"{reading}: half the second moment", U**2 * kappa, moment / 2),
        ]
        if reading in EFFICIENCY:
            efficiency = 3 / (5 * sp.sqrt(5)) / (roughness * sp.sqrt(moment))
            off, half = efficiency - sp.Rational(EFFICIENCY[reading]), sp.Rational(1, 2000)
            near = Relation("below", off, ">", -half), Relation("above", off, "<", half)
            certificates.append(Exact(f"{reading}: efficiency", near, "to three digits"))
    return Proof(
        argument=r"The taps in closed form (row Eq3) at $k=uK$: $H_K-H_k\to-\ln u$ and "
        r"$k(H^{(2)}_K-H^{(2)}_k)\to1-u$. The integrals over $(0,1]$ are half of those over "
        r"$[-1,1]$; $u^a\ln^bu\to0$ at 0.",
        certificates=certificates,
    )


def ball_kernel(d: int) -> sp.Expr:
    """Return vol(B_eps) kappa at u = |u|/eps for uniform lambda, with l = ln u."""
    return {1: 2 * (U - 1 - LOG), 2: 2 * (1 / U - 1 + LOG), 3: (1 / U - 1) ** 2}[d]


@claim(
    "IV.B-dimension",
    source="Sections IV.A and IV.B (not in the paper)",
    title="in dimension d the law of λ decides how fast noise is averaged",
    statement=r"For inputs of constant density in $\mathbb R^d$, $W=1$ up to a distance of "
    r"$\epsilon$ and $\lambda$ of a law symmetric about $\frac12$ with density $p$, the mean "
    r"virtual target at $z$ is $\int\kappa(u)s(z+u)\,du$ with $\kappa(u)=\frac2{\mathrm{vol}"
    r"B_\epsilon}\int_{\vert u\vert/\epsilon}^1(1-t)t^{-d}p(t)\,dt$, and for "
    r"$\lambda\sim\mathrm{Beta}(\alpha,\alpha)$ the roughness $\int\kappa^2$ is finite exactly if "
    r"$\alpha>d/2$.",
    verdict=Verdict.PROVED,
    result="true: uniform λ averages noise at the rate 1/N on a line only",
    sharper=r"With $r=\vert u\vert/\epsilon$ and uniform $\lambda$, $\mathrm{vol}(B_\epsilon)"
    r"\kappa$ is $2(r-1-\ln r)$ for $d=1$, $2(\frac1r-1+\ln r)$ for $d=2$ and $(\frac1r-1)^2$ for "
    r"$d=3$; the mass is 1 for every law, and $\int\vert u\vert^2\kappa=\frac{d\,\epsilon^2}"
    r"{6(d+2)}$. For $\alpha<d$ the kernel is singular at 0, like $r^{\alpha-d}$.",
    hypotheses=(
        "the smoother with the limit kernel",
        "the minimiser of finitely many points in general position averages nothing for d >= 3",
    ),
    group=Group.BEYOND,
)
def dimension() -> Proof:
    """Certify kernel, mass and second moment, and the integrability of its square at 0."""
    t, w, d, a = sp.symbols("t w d alpha")
    certificates: list[Certificate] = []
    for dim in (1, 2, 3):
        kappa, shells = ball_kernel(dim), dim * U ** (dim - 1)
        slope, rules, moment = -2 * (1 - U) * U**-dim, {U: 1, LOG: 1 / U}, U**2 * shells
        certificates += [
            Antiderivative(f"d = {dim}: kappa' = -2 (1 - r) r^(-d)", kappa, slope, rules),
            Identity(f"d = {dim}: kappa = 0 at r = 1", kappa.subs({U: 1, LOG: 0}), 0),
            over_unit_interval(f"d = {dim}: the mass, by shells", sp.expand(kappa * shells), 1),
            over_unit_interval(
                f"d = {dim}: the second moment is d/(6(d+2))",
                sp.expand(kappa * moment),
                sp.Rational(dim, 6 * (dim + 2)),
            ),
        ]
    certificates += [
        Antiderivative(text, w, power * w / t, {w: power * w / t, t: 1}, constants=(a, d))
        for text, power in (
            ("(t^(alpha-d))' = (alpha-d) t^(alpha-1) t^(-d), with w = t^(alpha-d)", a - d),
            ("(r^(2 alpha-d))', likewise r^(2(alpha-d)) r^(d-1)", 2 * a - d),
        )
    ]
    return Proof(
        argument=r"$u=t\delta$ is uniform in the ball of radius $t\epsilon$, of density "
        r"$t^{-d}/\mathrm{vol}B_\epsilon$ there; the end $z+u$ has the share $1-t$, and both ends "
        r"give the factor 2. By Fubini the mass is $2\mathbb E(1-t)=1$ and the second moment "
        r"$\frac{d\,\epsilon^2}{d+2}\,2\mathbb E(1-t)t^2$. With $p$ between positive multiples of "
        r"$t^{\alpha-1}$ near 0 and $\alpha<d$, $\kappa$ is there between multiples of "
        r"$r^{\alpha-d}$ (for $\alpha=d$ of $-\ln r$, for $\alpha>d$ bounded), and "
        r"$\int_0r^{2(\alpha-d)}r^{d-1}dr$ is finite exactly if $2\alpha-d>0$.",
        certificates=certificates,
    )


def multiplier(r: sp.Expr, theta: sp.Expr, reading: str = "length") -> sp.Expr:
    """Return the Fourier multiplier of the minimiser for an exponential graph on Z."""
    r, theta = sp.sympify(r, strict=True), sp.sympify(theta, strict=True)
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
    cosine = {c: (e + 1 / e) / 2}
    lengths = r * (1 - (m + 1) * v + m * v * r) / (1 - r) ** 2
    wave = e * (1 - w) / (1 - r * e)
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
            Telescoping("of (re)^m / r", *(wave, e * w, m, 0, 0, {w: w * r * e}, {w: 1}, (r, e))),
            Telescoping(
                "sum_{m=1..M} m r^m = r (1 - (M+1) r^M + M r^{M+1})/(1-r)^2, with v = r^M",
                *(lengths, (m + 1) * v * r, m, 0, 0, {v: v * r}, {v: 1}, (r,)),
            ),
            Identity(
                "real part of e/(1 - re): (e/(1-re) + (1/e)/(1-r/e))/2 = (cos - r)/(1-2r cos+r^2)",
                (e / (1 - r * e) + (1 / e) / (1 - r / e)) / 2,
                ((c - r) / square).subs(cosine),
            ),
            Antiderivative(
                "d/dr [ln(1-2rc+r^2)/2 - ln(1-r)], which is 0 at r = 0",
                ln2 / 2 - ln1,
                1 / (1 - r) - (c - r) / square,
                {ln1: -1 / (1 - r), ln2: (2 * r - 2 * c) / square, r: 1},
                constants=(c,),
            ),
            Identity(
                "1 + z with c = 1 - 2s",
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
            Antiderivative("z/(4s) rises with r", r / (1 - r) ** 2, (1 + r) / (1 - r) ** 3, {r: 1}),
        ],
        under=('reading "length" or "density"',),
    )
