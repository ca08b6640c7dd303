r"""For exactly which K an inequality of K^p V_K holds (Theorem IV.2, Eq. (8)).

It is decided for all K: by a sign certificate from some K on, where the closed form is used with
bounds of its harmonic numbers, and one by one below.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from theory.iid import closed_form, variance
from theory.mathematics.harmonic import BOUNDS, H1, K, bounds_of
from theory.mathematics.readings import MIXTURES, Reading
from theory.proofs.certificates import Certificate, CertificateError, Exact, Relation, Sign
from theory.tradeoff.theorem_iv2_estimate import CONSTANT, estimate_certificates

_LAST_START = 80
"""How far the search for the first K of a sign certificate goes."""

LIMITS: dict[Reading, sp.Rational] = {
    "counting": sp.Rational(28, 27),
    "counting-self": sp.Rational(28, 27),
    "length": sp.Rational(28, 27),
    "density": sp.Rational(5, 3),
    "continuous": sp.Rational(5, 3),
}
"""The limits of K V_K: `limit_certificates`, and the two estimates of `continuous_threshold`."""

_CONTINUOUS_LAST = 50
"""K from which on the reading "continuous" is bounded by estimates; below, it is exact."""


@dataclass(frozen=True)
class Threshold:
    """Exactly which K satisfy an inequality."""

    fails: tuple[int, ...]  # the K for which it fails; it holds for all others
    certificates: tuple[Certificate, ...]

    @property
    def first(self) -> int:
        """The smallest K from which on the inequality always holds."""
        return max(self.fails, default=0) + 1


_OPPOSITE = {">=": "<", ">": "<=", "<=": ">", "<": ">="}


def _decided(
    text: str, cases: list[Relation], scope: str
) -> tuple[tuple[int, ...], tuple[Certificate, ...]]:
    """Split relations labelled by their K into failures and a certificate of what holds."""
    fails, relations = [], []
    for stated in cases:
        if stated.holds():
            relations.append(stated)
        else:
            fails.append(int(stated.case.removeprefix("K = ")))
            opposite = _OPPOSITE[stated.operator]
            relations.append(Relation(stated.case, stated.left, opposite, stated.right))
    return tuple(fails), (Exact(text, tuple(relations), scope),) if relations else ()


def threshold(
    reading: Reading, power: int, operator: str, constant: sp.Expr, *, total: bool = False
) -> Threshold:
    """Decide for which K >= 1 the inequality K^power V_K <operator> constant holds."""
    form, step = closed_form(reading), 2 if total else 1
    sense = 1 if operator in (">=", ">") else -1
    margin = sense * (form * (step * K) ** power - constant)
    text = f"{reading}: K^{power} V {operator} {constant}"
    if total:
        text += ", K = 2k neighbours in total (index k)"
    for start in range(1, _LAST_START):
        sign = Sign(text, margin, K, start, bounds_of(form))
        try:
            sign.verify()
        except CertificateError:
            continue
        break
    else:
        message = f"{text}: no sign certificate below K = {_LAST_START}"
        raise CertificateError(message)
    cases = [
        Relation(
            f"K = {number}",
            variance(number // step, reading) * number**power,
            operator,
            sp.sympify(constant),
        )
        for number in range(step, step * start, step)
    ]
    fails, exact = _decided(f"{text}: one by one", cases, f"K < {step * start}")
    return Threshold(fails, (sign, *exact))


def continuous_threshold(power: int, operator: str, constant: sp.Expr) -> Threshold:
    """Decide for which K the inequality holds in the reading ``"continuous"``.

    Its multiplier is a mean of 1 and that of ``"density"``, mu, so V_K is at least that of
    ``"density"``.  From above K V_K <= 5/3 + C/K (`theory.tradeoff.theorem_iv2_estimate`).
    """
    last = sp.Integer(_CONTINUOUS_LAST)
    text = f"continuous: K^{power} V {operator} {constant}"
    certificates: tuple[Certificate, ...]
    if operator in (">=", ">"):
        below = threshold("density", power, operator, constant)
        if below.first > last:
            message = f"{text}: not decided by the reading 'density' from K = {last} on"
            raise CertificateError(message)
        certificates = below.certificates
    else:
        if power != 1:
            message = f"{text}: K^{power} V_K is not bounded from above"
            raise CertificateError(message)
        bound = sp.Rational(5, 3) + CONSTANT / last
        far = Relation(f"K >= {last}", bound, "<", sp.sympify(constant))
        certificates = (
            *estimate_certificates(),
            *threshold("density", 1, ">=", sp.Integer(1)).certificates,
            Exact(f"{text}: 5/3 + C/K, which falls with K", (far,), f"K >= {last}"),
        )
    cases = [
        Relation(
            f"K = {number}",
            sp.expand(variance(number, "continuous") * number**power),
            operator,
            sp.sympify(constant),
        )
        for number in range(1, _CONTINUOUS_LAST)
    ]
    fails, exact = _decided(f"{text}: one by one", cases, f"K < {last}")
    return Threshold(fails, (*certificates, *exact))


def decide(reading: Reading, power: int, operator: str, constant: sp.Expr) -> Threshold:
    """Decide an inequality of K^power V_K in any of the five readings."""
    if reading == "continuous":
        return continuous_threshold(power, operator, constant)
    return threshold(reading, power, operator, constant)


def extremes(reading: Reading) -> dict[str, tuple[int, sp.Expr]]:
    """Search the largest and the smallest K V_K for K < 50."""
    values = {number: number * variance(number, reading) for number in range(1, _CONTINUOUS_LAST)}
    # Floats may point at the candidates; whether they are extreme is decided exactly elsewhere.
    order = sorted(values, key=lambda number: sp.N(values[number], 30))
    return {
        "largest": (order[-1], sp.expand(values[order[-1]])),
        "smallest": (order[0], sp.expand(values[order[0]])),
    }


def limit_certificates() -> list[Certificate]:
    """Certify the limits of K V_K of the four finite readings."""
    certificates: list[Certificate] = []
    for reading in MIXTURES:
        form = closed_form(reading)
        bounds = {**bounds_of(form), H1: BOUNDS[H1]}
        certificates += [
            Sign(
                f"{reading}: {'' if sense > 0 else '-'}(K V_K - {LIMITS[reading]}) K < 8 + H_K",
                8 + H1 - sense * K * (K * form - LIMITS[reading]),
                K,
                1,
                bounds,
            )
            for sense in (1, -1)
        ]
    return certificates
