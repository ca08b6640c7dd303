r"""Section IV.B beyond the paper: second moments, an oracle inequality for every K, and the best K.

For y = s + white noise of variance sigma^2 on Z/nZ the expected squared error of f_K is
R(K) = sum_j |s-hat_j|^2 (1 - mult_K(theta_j))^2 + sigma^2 mean(mult_K^2); the last mean is V_K for
a finite kernel and n >= 2K - 1.  With 2 beta_K the second moment sum_k k^2 c_k of the kernel and
Delta the second difference, whose symbol is -4 sin(theta/2)^2, the first sum is at most
beta_K^2 mean((Delta s)^2).
"""

from __future__ import annotations

from itertools import product

import sympy as sp

from theory.iid import variance
from theory.lattice import kernel, multiplier
from theory.mathematics.harmonic import H1, K
from theory.mathematics.readings import MIXTURES, READINGS, M, Reading
from theory.proofs.certificates import (
    Cases,
    Certificate,
    Exact,
    Identity,
    Relation,
    Sign,
    Telescoping,
    equalities,
)
from theory.proofs.evidence import Boundary, Proof, Verdict
from theory.proofs.ledger import Group, claim, evidence
from theory.tradeoff.definition_iv1 import expected_over_signs, folded
from theory.tradeoff.theorem_iv2_closed_form import LIMITS

MOMENTS: dict[Reading, sp.Expr] = {
    "counting": (K**2 - 1) * (K + 2) / (12 * (K + 3)),
    "counting-self": (K - 1) * K * (K + 1) * (K + 2) / (12 * (K**2 + 3 * K + 1)),
    "length": (K - 1) * (K + 2) / 12,
    "density": (K - 1) * (2 * K + 5) / 36,
}
"""sum_k k^2 c_k over all lags, for all K >= 1."""

TWO_PAYS: dict[Reading, int] = {"counting": 34, "counting-self": 38, "length": 18, "density": 26}
"""K = 2 beats vanilla exactly if mean((Delta s)^2) is below this many sigma^2."""


def second_moment(number: int, reading: Reading) -> sp.Expr:
    """Return the second moment of the kernel of f*_K."""
    if reading == "continuous":
        # 1 - mult is 2Kb/(1+2Kb) (1 - mu), and b = 1 at theta = 0.
        return sp.Rational(2 * number, 2 * number + 1) * MOMENTS["density"].subs(K, number)
    return MOMENTS[reading].subs(K, number)


SQUARED_SINE = sp.Symbol("s")
"""s = sin(theta/2)^2."""


def bias_bound(K: int, reading: Reading) -> sp.Expr:
    """Return the bound 4 s beta_K of 1 - mult_K."""
    return 2 * SQUARED_SINE * second_moment(K, reading)


def moment_certificates() -> list[Certificate]:
    """Certify the second moments for all K."""
    L, m = sp.symbols("L m", positive=True)
    partial = L * (L + 1) * (2 * L + 1) / 3 - L**2 * (L + 1) ** 2 / (2 * m)
    increment = 2 * (1 - (L + 1) / m) * (L + 1) ** 2
    theta = sp.Symbol("theta")
    cases = {
        f"{reading}, K = {number}": (
            second_moment(number, reading),
            -sp.diff(multiplier(number, theta, reading), theta, 2).subs(theta, 0),
        )
        for reading in READINGS
        for number in range(1, 6)
    }
    return [
        Telescoping("2 sum_{k=1..L} (1-k/m) k^2", partial, increment, L, 0, 0, parameters=(m,)),
        Identity("moment of F_m: m(m^2-1)/6", partial.subs(L, m - 1), m * (m**2 - 1) / 6),
        *(
            Telescoping(
                f"{reading}: sum_m w_m m(m^2-1)/6",
                MOMENTS[reading] * MIXTURES[reading].norm,
                MIXTURES[reading].weight.subs(M, K + 1) * (K + 1) * ((K + 1) ** 2 - 1) / 6,
                K,
                1,
                0,
            )
            for reading in MIXTURES
        ),
        equalities("against the multiplier's curvature at 0", cases, "K = 1, ..., 5"),
    ]


@claim(
    "IV.B-oracle",
    source="Section IV.B (not in the paper)",
    title="how much bias K neighbours cost at most, and when two beat none",
    statement=r"For $y=s+$ white noise of variance $\sigma^2$ on $\mathbb Z/n\mathbb Z$ and every "
    r"$K\ge1$, the expected squared error of $f_K$ is at most "
    r"$\beta_K^2\,\overline{(\Delta s)^2}+\sigma^2\,\frac1n\sum_j\mathrm{mult}_K(\theta_j)^2$, "
    r"where $2\beta_K=\sum_kk^2c_k$; the last mean is $V_K$ as soon as $n\ge2K-1$.",
    verdict=Verdict.PROVED_WITH,
    result="true for every K and reading; K = 2 beats vanilla exactly below "
    f"{TWO_PAYS['counting']} sigma^2 (Eq. (3)); "
    + ", ".join(f"{bound}" for reading, bound in TWO_PAYS.items() if reading != "counting")
    + " in other readings",
    sharper=r"$2\beta_K$ is "
    + ", ".join(f"${sp.latex(moment)}$ (`{reading}`)" for reading, moment in MOMENTS.items())
    + r" and $\frac{2K}{2K+1}$ of the last (`continuous`). At $K=2$ it is an equality in the "
    r"four readings with a finite kernel: for $n\ge3$ two neighbours beat none, "
    r"$R(2)<\sigma^2$, exactly if $\overline{(\Delta s)^2}<$ "
    + ", ".join(rf"${bound}\,\sigma^2$ (`{reading}`)" for reading, bound in TWO_PAYS.items())
    + ".",
    hypotheses=("white noise", "for the V_K of Theorem IV.2: a finite kernel and n >= 2K - 1"),
    group=Group.BEYOND,
    uses=("Eq3", "IV.2-closed-form"),
)
def oracle_inequality() -> Proof:
    """Bound one minus the multiplier by the second moment."""
    B, noise = sp.symbols("B sigma2")
    pays: list[Certificate] = []
    for reading, bound in TWO_PAYS.items():
        beta, V = second_moment(2, reading) / 2, variance(2, reading)
        gain = noise - (beta**2 * B + noise * V)
        pays.append(Identity(f"{reading}: R(1) - R(2)", gain, beta**2 * (bound * noise - B)))
    attained = {
        f"{r}: 1 - mult_2 with cos(theta) = 1 - 2s": (
            1 - (taps[0] + 2 * taps[1] * (1 - 2 * SQUARED_SINE)),
            bias_bound(2, r),
        )
        for r in MIXTURES
        for taps in [kernel(2, r)]
    }
    return Proof(
        argument=r"$\vert\sin kx\vert\le k\vert\sin x\vert$ by induction from the addition "
        r"theorem, so $1-\cos k\theta\le k^2(1-\cos\theta)$ and, the taps being nonnegative, "
        r"$1-\mathrm{mult}_K=\sum_kc_k(1-\cos k\theta)\le4s\beta_K$ with $s=\sin^2(\theta/2)$; "
        r"$-\Delta$ has the symbol $4s$. For `continuous` "
        r"$1-\mathrm{mult}_K=\frac{2Kb}{1+2Kb}(1-\mu_K)$ with $b\le1$. At $K=2$ there is one lag: "
        r"$1-\mathrm{mult}_2=4s\beta_2$, $R(2)=\beta_2^2\,\overline{(\Delta s)^2}+\sigma^2V_2$. "
        r"The lags $\vert k\vert<K$ do not overlap on a cycle of $2K-1$ points.",
        certificates=[
            *moment_certificates(),
            equalities("the bound 4 s beta_K is attained at K = 2", attained, "K = 2"),
            *pays,
        ],
        under=("white noise of variance sigma^2", "a finite kernel and n >= 2K - 1 for V_K"),
    )


@evidence("IV.B-oracle")
def oracle_on_a_small_cycle() -> Boundary:
    """The kernel of the reading "continuous" never fits on a cycle."""
    on_line = variance(2, "continuous")

    def below(n: int) -> Relation:
        squares = (multiplier(2, 2 * sp.pi * j / n, "continuous") ** 2 for j in range(n))
        return Relation(f"n = {n}", sp.radsimp(sp.Add(*squares) / n), "<=", on_line)

    return Boundary(
        case='reading "continuous", K = 2, n = 4, s constant, sigma = 1',
        stated="the expected squared error is at most 0 + V_2",
        relation=below(4),
        minimal="n >= 2K - 1 leaves n = 3, where it holds",
        smaller=Exact("n = 3", (below(3),), "n = 3, K = 2"),
    )


BEST: dict[Reading, tuple[sp.Rational, sp.Rational]] = {
    "counting": (sp.Rational(448, 3), sp.Rational(35, 27)),
    "density": (sp.Integer(540), sp.Rational(25, 12)),
}
"""The constants of the best K and of its risk; the evidence derives both."""


MOMENT_LIMITS = dict.fromkeys(MIXTURES, sp.Rational(1, 12)) | {"density": sp.Rational(1, 18)}
"""The limits of sum_k k^2 c_k / K^2."""


def either(values: dict[Reading, sp.Expr]) -> str:
    """Write the numbers that are among the values."""
    return "$ or $".join(map(sp.latex, dict.fromkeys(values.values())))


@claim(
    "IV.B-best-K",
    source="Section IV.B (not in the paper)",
    title="the best K for a smooth signal in noise",
    statement=r"For $\sigma>0$ and $s$ a fixed nonconstant trigonometric polynomial sampled at $n$ "
    r"points, $B=\overline{(\Delta s)^2}$, the $K$ of least expected squared error grows like "
    r"$(\sigma^2/B)^{1/5}$.",
    verdict=Verdict.PROVED_WITH,
    result=f"true, with the constant {BEST['counting'][0]} (Eq. (3)) or {BEST['density'][0]} "
    "(Definition II.1) under the root",
    sharper=r"$K^{\ast}\sim(a\sigma^2/B)^{1/5}$ with risk $b\,\sigma^2/K^{\ast}$: "
    + "; ".join(
        rf"$a={sp.latex(fifth)}$, $b={sp.latex(factor)}$ ({names})"
        for (fifth, factor), names in zip(
            BEST.values(),
            ("`counting`, `counting-self`, `length`", "`density`, `continuous`"),
            strict=True,
        )
    )
    + ".",
    hypotheses=("n tends to infinity with s and sigma fixed, so that B > 0 tends to 0",),
    group=Group.BEYOND,
    uses=("IV.2-closed-form", "IV.1-monotone", "IV.B-oracle"),
)
def best_number() -> Proof:
    """Minimise the leading terms of bias and variance."""
    B, noise, x = sp.symbols("B sigma2 x", positive=True)
    certificates: list[Certificate] = []
    for reading, (fifth, factor) in BEST.items():
        share = MOMENT_LIMITS[reading]
        risk = share**2 / 4 * x**4 * B + LIMITS[reading] * noise / x
        slope = share**2 * B * (x**5 - fifth * noise / B) / x**2
        least = risk.subs(B, fifth * noise / x**5)
        certificates += [
            Identity(f"{reading}: the derivative of the leading risk", sp.diff(risk, x), slope),
            Identity(f"{reading}: its value where that is 0", least, factor * noise / x),
        ]
    for reading, sense in product(MIXTURES, (1, -1)):
        rest = K + sense * (MOMENTS[reading] - MOMENT_LIMITS[reading] * K**2)
        text = f"{reading}: |second moment - share K^2| <= K"
        certificates.append(Sign(text, rest, K, 1, strict=False))
    return Proof(
        argument=r"For a frequency $\theta$ with $K\theta\to0$, $1-\mathrm{mult}_K=2s\sum_kk^2c_k"
        r"\,(1+O(K^2\theta^2))$, since $0\le\frac{x^2}2-(1-\cos x)\le\frac{x^4}{24}$; so the "
        r"squared bias is $\beta_K^2B(1+o(1))$, with $2\beta_K/K^2\to"
        rf"{either(MOMENT_LIMITS)}$, while $KV_K\to{either(LIMITS)}$. "
        r"With $K=xB^{-1/5}$ the risk divided by "
        r"$B^{1/5}$ tends to the leading risk uniformly on compact sets of $x$, and it is larger "
        r"outside them, where the bias (it increases with $K$) or the variance (it decreases) "
        r"already exceeds the minimum. `continuous` differs from `density` by factors $1+O(1/K)$.",
        certificates=certificates,
        under=("n tends to infinity with s and sigma fixed",),
        found={"limits of K V_K": {reading: LIMITS[reading] for reading in MIXTURES}},
    )


OWN_TAPS: dict[Reading, sp.Expr] = {
    "counting": 4 / (K + 3),
    "counting-self": (4 * K + 1) / (K**2 + 3 * K + 1),
    "length": 2 / (K + 1),
    "density": H1 / K,
}
"""The tap c_0 of each reading, in the statement of the row."""


@claim(
    "IV.B-Cp",
    source="Section IV.B (not in the paper)",
    title="choosing K from the data: C_p, and ordered smoothers",
    statement=r"For $y=s+$ white noise of variance $\sigma^2$ on $\mathbb Z/n\mathbb Z$, "
    r"$\mathrm{Bias}^2(f_K)+2\sigma^2c_0-\sigma^2$, with $\mathrm{Bias}^2$ of Definition IV.1 and "
    r"$c_0$ the tap at 0 folded modulo $n$, has the expectation of $\overline{(f_K-s)^2}$.",
    verdict=Verdict.PROVED,
    result="true for every K, n and reading: Mallows' C_p, with n c_0 degrees of freedom",
    sharper=r"For $K\le n$ $c_0$ is "
    + ", ".join(f"${sp.latex(tap)}$ (`{reading}`)" for reading, tap in OWN_TAPS.items())
    + r". Since $0<\mathrm{mult}_{K+1}<\mathrm{mult}_K\le1$ at every $\theta\ne0$ (row "
    r"IV.1-monotone), $\{f_K\}$ are ordered linear smoothers in Kneip's sense (1994), for which "
    r"the choice by $C_p$ is asymptotically as good as the best $K$ (cited, not proved here).",
    hypotheses=("white noise with a known variance",),
    group=Group.BEYOND,
    uses=("Def.IV.1", "IV.1-monotone"),
    formal=(
        "ChoiceOfK.choice_of_K",
        "ChoiceOfK.choice_of_K_counting",
        "ChoiceOfK.choice_of_K_density",
    ),
)
def mallows() -> Proof:
    """Compare the two expectations, and read the tap at 0 off the readings."""
    e, c, R, v = sp.symbols("e c_0 R v")
    cases: Cases = {}
    for n, number in product((1, 2, 3), (1, 2, 4)):
        found = expected_over_signs(n, number, sp.symbols(f"s_0:{n}"))
        cases[f"n = {n}, K = {number}"] = (
            found["Bias^2"] + 2 * folded(kernel(number), n)[0] - 1,
            found["statistical bias^2"] + found["statistical variance"],
        )
    return Proof(
        argument=r"With the signal's error $e$ and $V=c_0^2+R$, $\mathbb E\,\mathrm{Bias}^2="
        r"e+\sigma^2((1-c_0)^2+R)$ and the risk is $e+\sigma^2(c_0^2+R)$.",
        certificates=[
            Identity(
                "Bias^2 + 2 sigma^2 c_0 - sigma^2 is the risk",
                e + v * ((1 - c) ** 2 + R) + 2 * v * c - v,
                e + v * (c**2 + R),
            ),
            *(
                Identity(
                    f"{reading}: c_0 = (constant + sum w_m)/norm",
                    (MIXTURES[reading].constant + MIXTURES[reading].total) / MIXTURES[reading].norm,
                    tap,
                )
                for reading, tap in OWN_TAPS.items()
            ),
            equalities("averages over all signs of the noise", cases, "n <= 3, K <= 4, any s"),
        ],
    )
