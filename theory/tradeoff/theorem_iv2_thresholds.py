r"""For exactly which K an inequality of K^p V_K holds (Theorem IV.2, Eq. (8)).

It is decided for all K: by a sign certificate from some K on, where the closed form is used with
bounds of its harmonic numbers, and one by one below.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sympy as sp

from theory.iid import closed_form, variance
from theory.mathematics.harmonic import H1, K, bounds_of
from theory.proofs.certificates import Certificate, CertificateError, Exact, Relation, Sign

if TYPE_CHECKING:
    from theory.mathematics.readings import Reading

_LAST_START = 80
"""How far the search for the first K of a sign certificate goes."""


_SEARCHED = 20
"""How far the search for extremes goes."""


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

    With D the multiplier of ``"density"`` and 1/3 <= b <= 1 its own is D + (1 - D)/(1 + 2Kb): at
    least D, and at most a + (1 - a) D with a = 3/(3 + 2K).
    """
    text = f"continuous: K^{power} V {operator} {constant}"
    if operator in (">=", ">"):
        below = threshold("density", power, operator, constant)
        start, certificates = below.first, below.certificates
    else:
        a = 3 / (3 + 2 * K)
        # <D> is the tap of "density" at 0, H_K/K.
        above = a**2 + 2 * a * (1 - a) * H1 / K + (1 - a) ** 2 * closed_form("density")
        margin = constant - above * K**power
        start, certificates = 1, (Sign(text, margin, K, 1, bounds_of(above), strict=False),)
    cases = [
        Relation(
            f"K = {number}",
            sp.expand(variance(number, "continuous") * number**power),
            operator,
            sp.sympify(constant),
        )
        for number in range(1, start)
    ]
    fails, exact = _decided(f"{text}: one by one", cases, f"K < {start}")
    return Threshold(fails, (*certificates, *exact))


def decide(reading: Reading, power: int, operator: str, constant: sp.Expr) -> Threshold:
    """Decide an inequality of K^power V_K in any of the five readings."""
    if reading == "continuous":
        return continuous_threshold(power, operator, constant)
    return threshold(reading, power, operator, constant)


def extremes(reading: Reading) -> dict[str, tuple[int, sp.Expr]]:
    """Search the largest and the smallest K V_K for small K."""
    values = {number: number * variance(number, reading) for number in range(1, _SEARCHED)}
    # Floats may point at the candidates; whether they are extreme is decided exactly elsewhere.
    order = sorted(values, key=lambda number: sp.N(values[number], 30))
    return {
        "largest": (order[-1], sp.expand(values[order[-1]])),
        "smallest": (order[0], sp.expand(values[order[0]])),
    }
