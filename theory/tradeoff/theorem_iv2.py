r"""For exactly which K an inequality of K^p V_K holds (Theorem IV.2, Eq. (8)).

It is decided for all K: by a sign certificate from some K on, where the closed form is used with
bounds of its harmonic numbers, and one by one below.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import sympy as sp

from theory.iid import closed_form, variance
from theory.mathematics.geometry import counting_minimiser
from theory.mathematics.harmonic import AT_ONE, BOUNDS, H1, H3, S12, SHIFTS, K, bounds_of
from theory.mathematics.readings import MIXTURES, READINGS, Reading
from theory.proofs.certificates import (
    Certificate,
    CertificateError,
    Exact,
    Identity,
    Relation,
    Sign,
)
from theory.proofs.evidence import Boundary, Proof, Verdict, expect
from theory.proofs.ledger import Group, claim, evidence
from theory.tradeoff.theorem_iv2_closed_form import LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterable


_LAST_START = 80
"""How far the search for the first K of a sign certificate goes."""


@dataclass(frozen=True)
class Threshold:
    """Exactly which K satisfy an inequality."""

    fails: tuple[int, ...]  # the K for which it fails; it holds for all others
    certificates: tuple[Certificate, ...]

    def require_failures(self, what: str, stated: Iterable[int]) -> tuple[Certificate, ...]:
        """Return the certificates if it fails where the row states it."""
        expect(what, self.fails, tuple(stated))
        return self.certificates


_OPPOSITE = {">=": "<", ">": "<=", "<=": ">", "<": ">="}


def decide(
    reading: Reading, power: int, operator: str, constant: sp.Expr, *, total: bool = False
) -> Threshold:
    """Decide for which K >= 1 the inequality K^power V_K <operator> constant holds.

    If K counts the neighbours in total, it is even and the variance is V_(K/2).  With D the
    multiplier of "density" and 1/3 <= b <= 1 that of "continuous" is D + (1 - D)/(1 + 2Kb): at
    least D, and at most a + (1 - a) D with a = 3/(3 + 2K).
    """
    step, below = (2 if total else 1), operator in (">=", ">")
    bound = closed_form("density" if reading == "continuous" else reading)
    if reading == "continuous" and not below:
        a = 3 / (3 + 2 * K)
        # <D> is the tap of "density" at 0, H_K/K.
        bound = a**2 + 2 * a * (1 - a) * H1 / K + (1 - a) ** 2 * bound
    margin = (1 if below else -1) * (bound * (step * K) ** power - constant)
    text = f"{reading}: K^{power} V {operator} {constant}" + (", K = 2k (index k)" if total else "")
    for start in range(1, _LAST_START):
        sign = Sign(text, margin, K, start, bounds_of(bound), strict=operator in "<>")
        try:
            sign.verify()
        except CertificateError:
            continue
        break
    else:
        message = f"{text}: no sign certificate below K = {_LAST_START}"
        raise CertificateError(message)
    fails, relations = [], []
    for number in range(step, step * start, step):
        value = sp.expand(variance(number // step, reading) * number**power)
        found = Relation(f"K = {number}", value, operator, constant)
        if not found.holds():
            fails.append(number)
            found = replace(found, operator=_OPPOSITE[operator])
        relations.append(found)
    one_by_one = Exact(f"{text}: one by one", tuple(relations), f"K < {step * start}")
    return Threshold(tuple(fails), (sign, one_by_one) if relations else (sign,))


def extremes(reading: Reading) -> dict[str, tuple[int, sp.Expr]]:
    """Search the largest and the smallest K V_K for small K."""
    values = {number: number * variance(number, reading) for number in range(1, 20)}
    # Floats may point at the candidates; whether they are extreme is decided exactly elsewhere.
    order = sorted(values, key=lambda number: sp.N(values[number], 30))
    ends = {"largest": order[-1], "smallest": order[0]}
    return {name: (where, sp.expand(values[where])) for name, where in ends.items()}


def sharp(reading: Reading, end: str, stated: tuple[int, sp.Expr]) -> tuple[Certificate, ...]:
    """Certify the largest or the smallest K V_K, and that it is attained at one K only."""
    where, value = extremes(reading)[end]
    expect(f"{reading}: the {end} K V_K", (where, value), stated)
    operator = ">" if end == "smallest" else "<"
    weak, strict = (decide(reading, 1, sign, value) for sign in (f"{operator}=", operator))
    return (
        *weak.require_failures(f"{reading}: the K beyond the {end} K V_K", ()),
        *strict.require_failures(f"{reading}: the K with the {end} K V_K", (where,)),
    )


LOWER_FROM: dict[Reading, int] = {
    "counting": 12,
    "counting-self": 12,
    "length": 16,
    "density": 11,
    "continuous": 10,
}
"""The K from which on 16/K^2 <= V_K, in the statement of the row; the evidence has to find it."""

LEAST: dict[Reading, tuple[int, sp.Rational]] = {
    reading: (1, sp.Integer(1)) for reading in READINGS
} | {"length": (4, sp.Rational(179, 180))}
"""Where K V_K is least, and its value there."""

LARGEST: dict[Reading, tuple[int, sp.Rational]] = {
    "counting": (5, sp.Rational(21563, 14400)),
    "counting-self": (5, sp.Rational(23408, 15129)),
}
"""Where K V_K is largest and its value there, for two readings."""

ABOVE = 10
"""A K at which K V_K of "continuous" is above its limit."""

TOTAL_FROM: dict[Reading, int] = {"counting": 6, "counting-self": 6, "length": 10, "density": 8}
"""The even K from which on 16/K^2 <= V_{K/2}."""


@claim(
    "IV.2-lower",
    source="Theorem IV.2, Eq. (8), left",
    title="16σ²/K² is eventually a lower bound",
    statement=r"For i.i.d. outputs on $\mathbb Z$ eventually "
    r"$\frac{4^2\sigma^2}{K^2}\le\mathrm{Var}(f_K(x_i))$.",
    verdict=Verdict.PROVED,
    result=f"true exactly from K = {LOWER_FROM['counting']} on (Eq. (3)); far from sharp, the "
    "order is 1/K",
    sharper=r"$16/K^2\le V_K$ holds exactly for "
    + ", ".join(rf"$K\ge{first}$ (`{reading}`)" for reading, first in LOWER_FROM.items())
    + r". The sharp lower bound is $\frac1K\le V_K$ for all $K\ge1$, with equality at $K=1$ "
    rf"(but ${sp.latex(LEAST['length'][1] / K)}$ for `length`, at $K={LEAST['length'][0]}$); "
    rf"for `counting` even ${sp.latex(LIMITS['counting'] / K)}<V_K$ for all $K\ge2$, and "
    rf"$K V_K\to{sp.latex(LIMITS['counting'])}$.",
    hypotheses=("finite variance, uncorrelated outputs", "any of the five readings"),
    uses=("IV.2-closed-form",),
    formal=(
        "TheoremIV2.V_lower",
        "TheoremIV2.V_least",
        "TheoremIV2.V_limit",
        "TheoremIV2Readings.V_lower_counting_self",
        "TheoremIV2Readings.V_lower_length",
        "TheoremIV2Readings.V_lower_density",
        "TheoremIV2Continuous.V_lower_continuous",
    ),
)
def lower_bound() -> Proof:
    """Decide the lower bound of Eq. (8) for every K and reading."""
    certificates: list[Certificate] = []
    for reading in READINGS:
        printed = decide(reading, 2, ">=", sp.Integer(16))
        stated = range(1, LOWER_FROM[reading])
        certificates += printed.require_failures(f"{reading}: the K with 16/K^2 > V_K", stated)
        certificates += sharp(reading, "smallest", LEAST[reading])
    above = decide("counting", 1, ">", LIMITS["counting"])
    certificates += above.require_failures("counting: the K with K V_K at most its limit", (1,))
    return Proof(
        argument=r"$V_K$ in closed form, affine in $H_K$ with $1\le H_K\le\frac{K+1}2$; "
        r"`continuous` is bounded from below by `density`, since its multiplier is a mean of 1 and "
        r"that of `density`.",
        certificates=certificates,
    )


@claim(
    "IV.2-upper",
    source="Theorem IV.2, Eq. (8), right",
    title="8σ²/K is an upper bound",
    statement=r"For i.i.d. outputs on $\mathbb Z$ eventually "
    r"$\mathrm{Var}(f_K(x_i))\le\frac{8\sigma^2}K$.",
    verdict=Verdict.PROVED_WITH,
    result=f"true for every K >= 1 in all five readings, on Z; {LARGEST['counting'][1]} would do "
    "for Eq. (3)",
    sharper=rf"$V_K\le{sp.latex(LARGEST['counting'][1] / K)}$ for all $K\ge1$, with equality at "
    rf"$K={LARGEST['counting'][0]}$ only (`counting`); from there $K V_K$ decreases to its limit "
    rf"${sp.latex(LIMITS['counting'])}$. `length`: $V_K<{sp.latex(LIMITS['length'] / K)}$; "
    rf"`density`: $V_K<{sp.latex(LIMITS['density'] / K)}$, neither attained. `counting-self` is "
    rf"largest at $K={LARGEST['counting-self'][0]}$; for `continuous` $KV_K$ exceeds its limit "
    rf"${sp.latex(LIMITS['continuous'])}$ at $K={ABOVE}$.",
    hypotheses=(
        (
            "one of the five readings: self pairs left out, counted on the lattice, or over "
            "continuous piecewise-linear f"
        ),
        "the infinite lattice Z",
        "finite variance, uncorrelated outputs",
    ),
    uses=("IV.2-closed-form",),
    formal=(
        "TheoremIV2.V_upper",
        "TheoremIV2.V_peak",
        "TheoremIV2.V_limit",
        "TheoremIV2.theorem_IV2",
        "TheoremIV2Readings.V_upper_reading",
        "TheoremIV2Readings.V_bounds_length",
        "TheoremIV2Readings.V_bounds_counting_self",
        "TheoremIV2Readings.V_bounds_density",
        "TheoremIV2Continuous.V_upper_continuous",
    ),
)
def upper_bound() -> Proof:
    """Decide the upper bound of Eq. (8) for every K and reading."""
    certificates: list[Certificate] = [*_below_limit()]
    for reading in READINGS:
        printed = decide(reading, 1, "<=", sp.Integer(8))
        certificates += printed.require_failures(f"{reading}: the K with V_K > 8/K", ())
    for reading, stated in LARGEST.items():
        certificates += sharp(reading, "largest", stated)
    exceeds = Relation("", ABOVE * variance(ABOVE, "continuous"), ">", LIMITS["continuous"])
    form = closed_form("counting")
    falls = K * form - ((K + 1) * form.subs(K, K + 1)).subs(H1, SHIFTS[H1])
    return Proof(
        argument=r"$V_K$ in closed form, affine in $H_K$. For `density` "
        r"$K V_K$ is its limit less $B_K/K$ with $B_K$ increasing from $B_1=\frac23>0$. For "
        r"`continuous` the multiplier is $D+\frac{1-D}{1+2Kb}\le a+(1-a)D$ with $D$ that of "
        r"`density`, $b\ge\frac13$ and $a=\frac3{3+2K}$.",
        certificates=[
            *certificates,
            Exact("continuous: K V_K is above its limit", (exceeds,), f"K = {ABOVE}"),
            Sign("counting: K V_K decreases", falls, K, LARGEST["counting"][0], {H1: BOUNDS[H1]}),
        ],
        under=("one of the five readings, on Z",),
    )


def _below_limit() -> list[Certificate]:
    """K V_K stays below its limit, for "length" and "density"."""
    length = decide("length", 1, "<", LIMITS["length"])
    increment = SHIFTS[H1] - H1 - sp.Rational(2, 3) * H1 / (K + 1) ** 2 - 1 / (3 * (K + 1) ** 3)
    symbols = {H1: SHIFTS[H1], S12: SHIFTS[S12], H3: SHIFTS[H3], K: K + 1}
    B = H1 - sp.Rational(2, 3) * S12 - H3 / 3
    return [
        *length.require_failures("length: the K with K V_K >= its limit", ()),
        Identity("density: K V_K", K * closed_form("density"), LIMITS["density"] - B / K),
        Identity("B_{K+1} - B_K", B.subs(symbols, simultaneous=True) - B, increment),
        Sign("B_K increases", increment, K, 1, {H1: BOUNDS[H1]}),
        Exact("B_1 > 0", (Relation("B_1", B.subs(AT_ONE), ">", 0),), "K = 1"),
    ]


@evidence("IV.2-upper")
def upper_bound_periodic() -> Boundary:
    """On Z/nZ the variance does not tend to zero."""
    Y = sp.Symbol("y_0")
    # f_K(x_0) on the cycle of one point is a multiple of y_0, and its variance the square of that.
    first, *others = (
        Relation(
            f"n = 1, K = {number}",
            sp.cancel(counting_minimiser([Y], number, "winding")[0] / Y) ** 2,
            "<=",
            sp.Rational(8, number),
        )
        for number in range(9, 0, -1)
    )
    return Boundary(
        case="Z/nZ with n = 1, where f_K = y, as under Definition II.1 as written (row "
        "Def.II.1-atoms); in general Var(f_K(x_i)) >= sigma^2/n there, so 8/K fails for K > 8n",
        stated="Var(f_K(x_i))/sigma^2 <= 8/K",
        relation=first,
        minimal="n = 1, and the smallest K",
        smaller=Exact("V_K <= 8/K before", tuple(others), "K = 1, ..., 8"),
    )


@claim(
    "IV.2-total",
    source="Theorem IV.2, Eq. (8)",
    title="Eq. (8) with K neighbours in total",
    statement=r"If $K$ counts the nearest neighbours in total, as a $K$-nearest-neighbour graph "
    r"does ($K$ even, $K/2$ on each side), Eq. (8) still holds eventually.",
    verdict=Verdict.PROVED_WITH,
    result=f"true: for Eq. (3) the lower bound from K = {TOTAL_FROM['counting']} on, the upper one "
    "for every even K",
    sharper=r"$16/K^2\le V_{K/2}$ exactly for even "
    + ", ".join(rf"$K\ge{first}$ (`{reading}`)" for reading, first in TOTAL_FROM.items())
    + rf". `counting`: $\frac2K\le V_{{K/2}}\le{sp.latex(2 * LARGEST['counting'][1] / K)}$ for all "
    rf"even $K$, with limit ${sp.latex(2 * LIMITS['counting'] / K)}$.",
    hypotheses=(
        "K even (on a lattice the K nearest neighbours are tied for odd K)",
        "a reading with a finite kernel",
    ),
    group=Group.BEYOND,
    uses=("IV.2-closed-form",),
)
def neighbours_in_total() -> Proof:
    """Decide Eq. (8) at half of K."""
    certificates: list[Certificate] = []
    for reading in MIXTURES:
        lower = decide(reading, 2, ">=", sp.Integer(16), total=True)
        upper = decide(reading, 1, "<=", sp.Integer(8), total=True)
        stated = range(2, TOTAL_FROM[reading], 2)
        certificates += lower.require_failures(f"{reading}: the K with 16/K^2 > V_(K/2)", stated)
        certificates += upper.require_failures(f"{reading}: the K with V_(K/2) > 8/K", ())
    _, most = LARGEST["counting"]
    for operator, constant in (("<=", 2 * most), (">=", sp.Integer(2))):
        bound = decide("counting", 1, operator, constant, total=True)
        certificates += bound.require_failures(f"counting: K V_(K/2) {operator} {constant}", ())
    return Proof(
        argument=r"The closed form of $V_k$ at $k=K/2$.",
        certificates=certificates,
        under=("K even", "a reading with a finite kernel"),
    )
