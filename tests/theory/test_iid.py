"""theory.iid and theory.tradeoff: Theorem IV.2 against sums of squared taps."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import product
from time import process_time

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from tests.mutations.expressions import survivors
from tests.reference import enumeration as brute
from theory import READINGS
from theory.iid import DENSITY_SUM, FEJER_SUM, closed_form, variance
from theory.mathematics.harmonic import K, values_at
from theory.mathematics.readings import check_reading
from theory.proofs.certificates import CertificateError, Sign
from theory.proofs.evidence import expect
from theory.tradeoff import theorem_iv2 as bounds
from theory.tradeoff.theorem_iv2 import decide, extremes
from theory.tradeoff.theorem_iv2_closed_form import LIMITS, limit_certificates

LAST = 60
NUMBERS = range(1, LAST + 1)
HAIR = Fraction(1, 10**20)  # how near the taps of "continuous" are known: 0.268^60 is below 1e-34


@pytest.mark.claims("IV.2-closed-form")
@pytest.mark.parametrize("reading", brute.FINITE)
def test_variance_is_the_sum_of_squared_taps(reading: str) -> None:
    values = [variance(number, reading) for number in NUMBERS]
    assert values == [brute.iid_variance(number, reading) for number in NUMBERS]
    assert sorted(set(values), reverse=True) == values  # falling


@pytest.mark.claims("IV.2-closed-form")
def test_variance_of_the_infinite_kernel() -> None:
    for number in (1, 2, 3, 5, 9, 20):
        found = Fraction(str(sp.N(variance(number, "continuous"), 40)))
        assert abs(found - brute.iid_variance(number, "continuous")) < HAIR
        assert variance(number, "continuous").is_algebraic
    assert variance(0, "counting-self") == variance(0, "continuous") == 1


@pytest.mark.claims("IV.2-closed-form")
@pytest.mark.parametrize("reading", brute.FINITE)
@given(number=st.integers(1, 120))
def test_symbolic_variance_at_random_numbers(reading: str, number: int) -> None:
    index = sp.Symbol("N", integer=True, positive=True)
    found = symbolic(index, reading).subs(index, number).doit()
    assert found == brute.iid_variance(number, reading)


@cache
def symbolic(index: sp.Symbol, reading: str) -> sp.Expr:
    return variance(index, reading)


@pytest.mark.parametrize("reading", brute.FINITE)
def test_long_values_are_quick_and_can_be_printed(reading: str) -> None:
    start = process_time()
    value = variance(5003, reading)
    assert process_time() - start < 1  # a thirtieth of what the squared taps take
    numerator, _, denominator = str(value).partition("/")
    digits = Decimal(numerator) / Decimal(denominator)  # of any length, as int() is not
    assert max(len(numerator), len(denominator)) > 2000
    assert 5003 * digits == pytest.approx(5003 * Decimal(float(value)), abs=Decimal("1e-12"))
    assert sp.latex(value) == rf"\frac{{{numerator}}}{{{denominator}}}"
    assert (value, hash(value)) == (value + 0, hash(value + 0))


@pytest.mark.claims("IV.2-closed-form")
@pytest.mark.parametrize("reading", brute.FINITE)
def test_closed_form_with_a_changed_number_is_rejected(reading: str) -> None:
    def accepts(formula: sp.Expr) -> bool:
        return all(
            formula.subs(values_at(number)) == brute.iid_variance(number, reading)
            for number in range(1, 7)
        )

    closed = closed_form(check_reading(reading))
    assert survivors(closed, accepts) == []
    assert survivors(sp.expand(closed * K**2), lambda formula: accepts(formula / K**2)) == []


def inner_product(m: int, M: int) -> Fraction:
    """Return the mean of F_m F_M: the product of their taps, summed over all lags."""
    lags = range(-min(m, M), min(m, M) + 1)
    taps = ((1 - Fraction(abs(k), m)) * (1 - Fraction(abs(k), M)) for k in lags)
    return sum(taps, Fraction(0))


@pytest.mark.parametrize(("form", "power"), [(FEJER_SUM, 0), (DENSITY_SUM, 1)], ids=["Q", "P"])
def test_double_sums_of_fejer_products(form: sp.Expr, power: int) -> None:
    sums = {
        number: sum(
            inner_product(m, M) / (m * M) ** power
            for m, M in product(range(1, number + 1), repeat=2)
        )
        for number in range(1, 8)
    }

    def accepts(formula: sp.Expr) -> bool:
        return all(formula.subs(values_at(k)) == value for k, value in sums.items())

    assert survivors(sp.expand(form), accepts) == []


@pytest.mark.parametrize("number", [True, 2.0, sp.Rational(3, 2), sp.pi, "3"])
def test_numbers_that_are_no_integer_are_refused(number: object) -> None:
    with pytest.raises(TypeError, match="K must be an integer"):
        variance(number)


@pytest.mark.parametrize(
    ("number", "reading", "message"),
    [
        (0, "counting", "K must be at least 1"),
        (-1, "continuous", "K must be at least 0"),
        (K, "continuous", "K must be an integer for the reading 'continuous'"),
        (2, "uniform", "reading must be one of"),
        (2.0 * K, "counting", "K must be exact"),
    ],
)
def test_other_bad_arguments_are_refused(number: object, reading: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        variance(number, reading)


# Theorem IV.2, Eq. (8): which K.


def holding(reading: str) -> list[int]:
    """Return the K <= 60 with 16/K^2 <= V_K, by enumeration."""
    margins = {number: number**2 * brute.iid_variance(number, reading) - 16 for number in NUMBERS}
    assert all(abs(margin) > 10**6 * HAIR for margin in margins.values())
    return [number for number, margin in margins.items() if margin > 0]


@pytest.mark.claims("IV.2-lower")
@pytest.mark.parametrize("reading", READINGS)
def test_lower_bound_holds_exactly_from_the_recorded_number_on(reading: str) -> None:
    first = bounds.LOWER_FROM[check_reading(reading)]
    assert holding(reading) == list(range(first, LAST + 1))


@pytest.mark.parametrize("reading", brute.FINITE)
def test_sign_certificate_does_not_reach_below_the_threshold(reading: str) -> None:
    result = decide(check_reading(reading), 2, ">=", sp.Integer(16))
    (sign,) = (c for c in result.certificates if isinstance(c, Sign))
    for start in range(1, bounds.LOWER_FROM[check_reading(reading)]):
        with pytest.raises(CertificateError):
            Sign("too early", sign.expression, sign.index, start, sign.bounds).verify()


@pytest.mark.claims("IV.2-upper")
@pytest.mark.parametrize("reading", READINGS)
def test_upper_bound_holds_for_every_number(reading: str) -> None:
    assert all(number * brute.iid_variance(number, reading) <= 8 for number in NUMBERS)
    assert decide(check_reading(reading), 1, "<=", sp.Integer(8)).fails == ()


@pytest.mark.claims("IV.2-lower")
@pytest.mark.parametrize("reading", READINGS)
def test_least_constant(reading: str) -> None:
    where, least = bounds.LEAST[check_reading(reading)]
    products = {k: k * brute.iid_variance(k, reading) for k in NUMBERS}
    slack = HAIR if reading == "continuous" else 0
    assert [k for k, value in products.items() if value <= least + slack] == [where]
    assert abs(products[where] - least) <= slack


@pytest.mark.claims("IV.2-upper")
@pytest.mark.parametrize("reading", READINGS)
def test_largest_constant(reading: str) -> None:
    known = check_reading(reading)
    products = {k: k * brute.iid_variance(k, reading) for k in NUMBERS}
    top = max(products, key=lambda k: products[k])
    limit = LIMITS[known]
    if reading in ("length", "density"):
        # The limit is not attained, and nothing below it would do.
        assert top == LAST
        assert limit - Fraction(1, 10) < products[top] < limit
    elif reading == "continuous":
        assert top == 10
        assert products[top] > limit
    else:
        assert (top, products[top]) == bounds.LARGEST[known]
    if reading == "counting":
        falling = [products[k] for k in range(5, LAST + 1)]
        assert falling == sorted(falling, reverse=True)
        assert [k for k in NUMBERS if products[k] <= limit] == [1]


@pytest.mark.parametrize("reading", ["counting", "counting-self"])
def test_no_smaller_constant_bounds_all(reading: str) -> None:
    where, most = extremes(check_reading(reading))["largest"]
    hair = sp.Rational(1, 10**12)
    assert decide(check_reading(reading), 1, "<=", most).fails == ()
    assert decide(check_reading(reading), 1, "<=", most - hair).fails == (where,)
    assert decide(check_reading(reading), 1, "<", most).fails == (where,)


@pytest.mark.parametrize("reading", ["length", "density"])
def test_no_constant_below_the_limit_is_certified(reading: str) -> None:
    known = check_reading(reading)
    with pytest.raises(CertificateError, match="no sign certificate"):
        decide(known, 1, "<=", LIMITS[known] - sp.Rational(1, 10**6))


@pytest.mark.parametrize("reading", brute.FINITE)
@given(constant=st.fractions(min_value=4, max_value=25, max_denominator=20))
def test_thresholds_of_other_constants(reading: str, constant: Fraction) -> None:
    result = decide(check_reading(reading), 2, ">=", sp.Rational(constant))
    assert max(result.fails, default=0) < LAST
    found = [k for k in NUMBERS if k**2 * brute.iid_variance(k, reading) < constant]
    assert list(result.fails) == found
    for certificate in result.certificates:
        certificate.verify()


@pytest.mark.claims("IV.2-total")
@pytest.mark.parametrize("reading", brute.FINITE)
def test_neighbours_in_total(reading: str) -> None:
    first = bounds.TOTAL_FROM[check_reading(reading)]
    even = range(2, 2 * LAST + 1, 2)
    holds = [k for k in even if k**2 * brute.iid_variance(k // 2, reading) >= 16]
    assert holds == list(range(first, 2 * LAST + 1, 2))
    assert all(k * brute.iid_variance(k // 2, reading) <= 8 for k in even)


@pytest.mark.claims("IV.2-closed-form", "IV.2-upper")
@pytest.mark.parametrize("reading", READINGS)
def test_limit_of_the_product(reading: str) -> None:
    limit = LIMITS[check_reading(reading)]
    off = {number: number * brute.iid_variance(number, reading) - limit for number in (5, 20, LAST)}
    assert all(number * abs(value) < 8 + brute.harmonic(number) for number, value in off.items())
    far = abs(off[LAST])
    assert far < Fraction(1, 8)
    for other in LIMITS.values():
        assert other == limit or far < abs(off[LAST] + limit - other)


def test_limit_certificates_refuse_another_limit() -> None:
    for certificate in limit_certificates():
        certificate.verify()
        assert isinstance(certificate, Sign)
        for change in (sp.Rational(1, 100), -sp.Rational(1, 100)):
            # K^2/100 more on one side, which no constant and no H_K makes up for.
            changed = certificate.expression - abs(change) * K**2
            with pytest.raises(CertificateError):
                Sign("changed", changed, K, 1, certificate.bounds).verify()


def test_continuous_threshold_that_the_estimate_does_not_decide() -> None:
    with pytest.raises(CertificateError, match="no sign certificate"):
        decide("continuous", 2, "<=", sp.Integer(100))


def test_expect_compares() -> None:
    expect("two", 2, 2)
    with pytest.raises(CertificateError, match="the row states 3, the evidence finds 2"):
        expect("two", 2, 3)
