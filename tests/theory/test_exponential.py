"""theory.tradeoff.kernels: exponential graphs against weighted sums over the segments."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from tests.mutations.expressions import survivors
from tests.reference import enumeration as brute
from theory.tradeoff.kernels import multiplier

REST = sp.Rational(1, 10**16)  # above what longer segments add at r <= 2/3: r^120 < 1e-21, times m

readings = pytest.mark.parametrize("reading", ["length", "density"])


def summed(r: Fraction, c: Fraction, reading: str) -> sp.Rational:
    """Return the weighted mean over segments: r^m, times 1/m for "density"."""
    power = 1 if reading == "density" else 0
    cos = brute.cosine(c)
    total = mass = Fraction(0)
    for m in range(1, 121):
        weight = r**m / Fraction(m) ** power
        total += weight * (1 - cos(m)) / (1 - c) / m
        mass += weight * m
    return sp.Rational(total / mass)


@pytest.mark.claims("IV.B-exponential")
@readings
@given(
    r=st.sampled_from([Fraction(1, 9), Fraction(1, 3), Fraction(1, 2), Fraction(2, 3)]),
    c=st.sampled_from([Fraction(k, 4) for k in range(-4, 4)]),
)
def test_closed_form_is_the_weighted_sum(reading: str, r: Fraction, c: Fraction) -> None:
    found = sp.N(multiplier(sp.Rational(r), sp.acos(sp.Rational(c)), reading), 30)
    assert abs(found - sp.N(summed(r, c, reading), 30)) < REST


def test_changed_closed_form_is_rejected() -> None:
    r, s = sp.symbols("r s")
    theta = sp.Symbol("theta", real=True)
    cases = {sp.Rational(1, k): summed(Fraction(1, k), Fraction(0), "length") for k in (2, 3, 5)}

    def accepts(formula: sp.Expr) -> bool:
        return all(
            abs(sp.N(formula.subs({r: ratio, s: sp.S.Half}) - value, 25)) < REST
            for ratio, value in cases.items()
        )

    closed = multiplier(r, theta, "length").subs(sp.sin(theta / 2) ** 2, s)
    assert survivors(closed, accepts) == []


@pytest.mark.claims("IV.B-exponential")
@readings
def test_multiplier_falls_with_the_ratio(reading: str) -> None:
    ratios = [sp.Rational(1, 1000), *(sp.Rational(i, 10) for i in range(1, 10))]
    ratios.append(sp.Rational(999, 1000))
    for theta in (sp.pi / 5, sp.pi / 2):
        values = [sp.N(multiplier(r, theta, reading), 20) for r in ratios]
        assert sp.Rational(99, 100) < values[0] < 1
        assert all(high > low for high, low in pairwise(values))
        assert 0 < values[-1] < sp.Rational(1, 100)


def test_other_readings_are_refused() -> None:
    with pytest.raises(ValueError, match="reading must be 'length' or 'density'; got 'counting'"):
        multiplier(sp.Rational(1, 2), sp.pi, "counting")
