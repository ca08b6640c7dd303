"""Binding.v: that the definitions of the formal sources are those of `theory`, as theorems."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sympy as sp

from theory.iid import closed_form, variance
from theory.lattice import kernel, multiplier, segments
from theory.mathematics.harmonic import H1, H3, S12, K
from theory.mathematics.readings import MIXTURES, M

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SMALL = range(1, 5)
"""The K for which taps, V_K, segments and `continuous` are compared as numbers."""

PERIOD = 6
"""The cycle on which `continuous` is compared: the cosines of its angles are rational."""

NAMES = {
    K: "INR K",
    M: "INR m",
    H1: "H K",
    H3: "sum K (fun i => / INR (S i) ^ 3)",
    S12: "sum K (fun i => H i / INR (S i) ^ 2)",
}
"""The symbols of `theory`, and what they are in the sources."""

HEAD = """\
(* Written by theory/formal/binding.py from the formulas of the Python package. *)

From Coq Require Import Reals ZArith List Lia Lra.
From LocalMixup Require Import Sums Lattice Equation3 TheoremIV2 TheoremIV2Readings Comparison.
Import ListNotations.
Open Scope R_scope.
"""


def power(base: str, exponent: int) -> str:
    """Write a power of a name or of a sum."""
    base = f"({base})" if "+" in base or "-" in base else base
    return base if exponent == 1 else f"{base} ^ {exponent}"


def polynomial(expression: sp.Expr) -> str:
    """Write a polynomial with rational coefficients, in an order that depends on it alone."""
    terms = []
    for exponents, coefficient in sp.Poly(expression, *NAMES).terms():
        factors = [power(name, e) for name, e in zip(NAMES.values(), exponents, strict=True) if e]
        terms.append(" * ".join([str(coefficient)] * (coefficient != 1 or not factors) + factors))
    return " + ".join(terms).replace("+ -", "- ")


def real(expression: sp.Expr) -> str:
    """Write a rational function as a real number of Rocq, in lowest terms."""
    numerator, denominator = sp.fraction(sp.cancel(expression))
    content, factors = sp.factor_list(denominator, *NAMES)
    if not factors:
        return polynomial(numerator / content)
    below = " * ".join(sorted(power(polynomial(factor), e) for factor, e in factors))
    return f"({polynomial(numerator / content)}) / ({below})"


def impulse_response(number: int) -> list[sp.Rational]:
    """Return what `continuous` makes of (1, 0, ..., 0) on the cycle, from its multiplier."""
    angles = [2 * sp.pi * j / PERIOD for j in range(PERIOD)]
    values = [multiplier(number, angle, "continuous") for angle in angles]
    return [
        sp.Rational(sum(v * sp.cos(k * angle) for v, angle in zip(values, angles, strict=True)))
        / PERIOD
        for k in range(PERIOD)
    ]


def listed(entries: Iterable[object]) -> str:
    """Write a list."""
    return f"[{'; '.join(map(str, entries))}]"


def by_length(number: int) -> list[tuple[int, int]]:
    """Return the segments for K in the order of Equation3.v."""
    return sorted(segments(number), key=lambda ends: (ends[1] - ends[0], -ends[0]))


def theorems() -> Iterator[tuple[str, str, list[str], str]]:
    """Yield name, sentence, statements and proof of the theorems of Binding.v."""
    for reading, mixture in MIXTURES.items():
        name = reading.replace("-", "_")
        yield (
            f"{name}_mixture",
            f"Constant, weights and norm of `{reading}`, as in theory/mathematics/readings.py.",
            [
                f"(forall K, constant {name} K = {real(mixture.constant)})",
                f"(forall m, (1 <= m)%nat -> weight {name} m = {real(mixture.weight)})",
                f"(forall K, norm {name} K = {real(mixture.norm)})",
            ],
            "repeat split; intros; same.",
        )
        closed = "V_closed" if reading == "counting" else f"V_closed_{name}"
        split = " rewrite density_sum." if reading == "density" else ""
        yield (
            f"{name}_variance",
            f"V_K of `{reading}`, as in theory/iid.py.",
            [f"forall K, (1 <= K)%nat ->\n  V {name} K = {real(closed_form(reading))}"],
            f"intros K HK. rewrite {closed} by auto.{split} same.",
        )
        yield (
            f"{name}_numbers",
            f"The first taps and V_K of `{reading}`, by theory/lattice.py and theory/iid.py.",
            [
                *(
                    f"tap {name} {number} {k} = {real(tap)}"
                    for number in SMALL
                    for k, tap in enumerate(kernel(number, reading, number + 1))
                ),
                *(f"V {name} {number} = {real(variance(number, reading))}" for number in SMALL),
            ],
            "repeat split; value.",
        )
    yield (
        "segments_listed",
        "The segments for the first K, as listed by theory/lattice.py.",
        [f"segments {number} = {listed(by_length(number))}%Z" for number in SMALL],
        "repeat split.",
    )
    impulse = listed([1] + [0] * (PERIOD - 1))
    yield (
        "continuous_solved",
        f"`continuous` for an impulse on Z/{PERIOD}Z, by the multiplier of theory/lattice.py.",
        [
            f"continuous {number} (cycle {impulse})\n"
            f"    (cycle {listed(map(real, impulse_response(number)))})"
            for number in SMALL
        ],
        "repeat apply conj; period.",
    )


def text() -> str:
    """Return the source Binding.v."""
    pieces = [HEAD]
    for name, words, statements, proof in theorems():
        statement = "\n  /\\ ".join(statements)
        pieces.append(f"(* {words} *)\nTheorem {name} :\n  {statement}.\nProof. {proof} Qed.\n")
    return "\n".join(pieces)
