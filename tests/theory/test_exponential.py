"""theory.tradeoff.kernels: the closed forms against weighted sums over the segments."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from tests.mutations.expressions import survivors
from tests.reference import enumeration as brute
from theory.tradeoff.kernels import multiplier

ratios = st.fractions(min_value=Fraction(1, 20), max_value=Fraction(3, 4), max_denominator=20)
cosines = st.fractions(min_value=-1, max_value=Fraction(19, 20), max_denominator=20)


LONGEST = 120
REST = sp.Rational(1, 10**16)  # above what longer segments add at r <= 2/3: r^120 < 1e-21, times m


def as_rational(value: Fraction) -> sp.Rational:
    return sp.Rational(value.numerator, value.denominator)


def summed(r: Fraction, c: Fraction, reading: str, longest: int = LONGEST) -> Fraction:
    """Return the weighted mean over segments: r^m, times 1/m for "density", up to a length."""
    power = 1 if reading == "density" else 0
    cos = brute.cosine(c)
    total = mass = Fraction(0)
    for m in range(1, longest + 1):
        weight = r**m / Fraction(m) ** power
        total += weight * (1 - cos(m)) / (1 - c) / m
        mass += weight * m
    return total / mass


def on_points(r: Fraction, c: Fraction, reading: str, longest: int) -> Fraction:
    """Return the same from what the segments put near the point 0, where y = cos(j theta)."""
    y = brute.cosine(c)

    def near(t: Fraction) -> Fraction:
        total = mass = Fraction(0)
        for a in range(-longest, 1):
            for b in range(1, a + longest + 1):
                weight = r ** (b - a) / (b - a if reading == "density" else 1)
                total += weight * brute.target(y, a, b, t)
                mass += weight
        return total / mass

    return 2 * near(Fraction(1, 3)) - near(Fraction(2, 3))


@pytest.mark.parametrize("reading", ["length", "density"])
@given(r=ratios, c=cosines)
def test_weighted_sum_is_what_the_segments_put_at_a_point(
    reading: str, r: Fraction, c: Fraction
) -> None:
    assert summed(r, c, reading, 6) == on_points(r, c, reading, 6)


@pytest.mark.claims("IV.B-exponential")
@pytest.mark.parametrize("reading", ["length", "density"])
@given(
    r=st.sampled_from([Fraction(1, 9), Fraction(1, 3), Fraction(1, 2), Fraction(2, 3)]),
    c=st.sampled_from([Fraction(k, 4) for k in range(-4, 4)]),
)
def test_closed_form_is_the_weighted_sum(reading: str, r: Fraction, c: Fraction) -> None:
    found = sp.N(multiplier(as_rational(r), sp.acos(as_rational(c)), reading), 30)
    expected = summed(r, c, reading, LONGEST)
    assert abs(found - sp.N(as_rational(expected), 30)) < REST


def test_changed_closed_form_is_rejected() -> None:
    r, s = sp.symbols("r s")
    z = 4 * r * s / (1 - r) ** 2
    cases = {
        (sp.Rational(1, k), sp.Rational(1, 2)): summed(Fraction(1, k), Fraction(0), "length")
        for k in (2, 3, 5)
    }

    def accepts(formula: sp.Expr) -> bool:
        return all(
            abs(sp.N(formula.subs({r: ratio, s: square}) - as_rational(value), 25)) < REST
            for (ratio, square), value in cases.items()
        )

    assert survivors(sp.log(1 + z) / z, accepts) == []


@pytest.mark.claims("IV.B-exponential")
@pytest.mark.parametrize("reading", ["length", "density"])
@given(c=cosines, low=ratios, high=ratios)
def test_multiplier_falls_with_the_ratio(
    reading: str, c: Fraction, low: Fraction, high: Fraction
) -> None:
    # Cut at any length the weights are still ordered by likelihood ratio.
    first, second = sorted((low, high))
    values = [summed(r, c, reading, 25) for r in (first, second)]
    assert values[0] > values[1] or first == second
    assert 0 < values[1] <= values[0] < 1


@pytest.mark.claims("IV.B-exponential")
@pytest.mark.parametrize("reading", ["length", "density"])
def test_limits_in_the_ratio(reading: str) -> None:
    near_one, near_zero = (
        sp.N(multiplier(r, sp.pi / 2, reading), 15)
        for r in (sp.Rational(999, 1000), sp.Rational(1, 1000))
    )
    assert near_one < sp.Rational(1, 100)
    assert near_zero > sp.Rational(99, 100)


@pytest.mark.claims("IV.B-exponential")
@pytest.mark.parametrize("n", [2, 3, 5])
@given(data=st.data())
def test_variance_and_bias_on_a_cycle(n: int, data: st.DataObject) -> None:
    fractions = st.fractions(min_value=-5, max_value=5, max_denominator=6)
    y = data.draw(st.lists(fractions, min_size=n, max_size=n).filter(lambda v: len(set(v)) > 1))
    functions = []
    for r in (Fraction(1, 5), Fraction(1, 2), Fraction(4, 5)):
        # A mean of the functions f_K of the reading, with the weights of their bands.
        parts = [(K * r**K, brute.on_cycle(y, K, "density")) for K in range(1, 7)]
        mass = sum((weight for weight, _ in parts), Fraction(0))
        functions.append([sum((w * f[i] for w, f in parts), Fraction(0)) / mass for i in range(n)])
    spread = [brute.variance(f) for f in functions]
    bias = [brute.mean_square(f, y) for f in functions]
    assert spread[0] > spread[1] > spread[2]
    assert bias[0] < bias[1] < bias[2]


def test_other_readings_are_refused() -> None:
    with pytest.raises(ValueError, match="reading must be 'length' or 'density'; got 'counting'"):
        multiplier(sp.Rational(1, 2), sp.pi, "counting")
