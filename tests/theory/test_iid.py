"""theory.iid and theory.tradeoff: Theorem IV.2 against sums of squared taps."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import cache
from time import process_time
from typing import TYPE_CHECKING

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
from theory.tradeoff.theorem_iv2_closed_form import limit_certificates, limit_of

if TYPE_CHECKING:
    from collections.abc import Callable

LAST = 60
NUMBERS = range(1, LAST + 1)
HAIR = Fraction(1, 10**20)  # how near the taps of "continuous" are known: 0.268^60 is below 1e-34


def rational(value: Fraction) -> sp.Rational:
    return sp.Rational(value.numerator, value.denominator)


def exact(value: sp.Expr) -> Fraction:
    return Fraction(int(value.p), int(value.q))


@cache
def summed(K: int, reading: str) -> Fraction:
    """Return the sum of the squared taps; within a hair for "continuous"."""
    if reading != "continuous":
        return brute.iid_variance(K, reading)
    first, *others = brute.continuous_taps(K, 60)
    return first**2 + 2 * sum((c**2 for c in others), Fraction(0))


@pytest.mark.claims("IV.2-closed-form")
@pytest.mark.parametrize("reading", brute.FINITE)
def test_variance_is_the_sum_of_squared_taps(reading: str) -> None:
    for number in NUMBERS:
        assert exact(variance(number, reading)) == summed(number, reading)


@pytest.mark.claims("IV.2-closed-form")
def test_variance_of_the_infinite_kernel() -> None:
    for number in (1, 2, 3, 5, 9, 20):
        found = Fraction(str(sp.N(variance(number, "continuous"), 40)))
        assert abs(found - summed(number, "continuous")) < HAIR
        assert variance(number, "continuous").is_algebraic


@pytest.mark.claims("IV.2-closed-form")
@pytest.mark.parametrize("reading", brute.FINITE)
@given(number=st.integers(1, 120))
def test_symbolic_variance_at_random_numbers(reading: str, number: int) -> None:
    index = sp.Symbol("N", integer=True, positive=True)
    formula = symbolic(index, reading)
    assert exact(formula.subs(index, number).doit()) == summed(number, reading)


@cache
def symbolic(index: sp.Symbol, reading: str) -> sp.Expr:
    return variance(index, reading)


# Section 8 of the mathematical notes, with h = H_K, S = sum H_{m-1}/m^2 and z = H_K^(3).
PRINTED: dict[str, Callable[[int], Fraction]] = {
    "counting": lambda K: (
        Fraction(2)
        * (14 * K**3 + 183 * K**2 + 37 * K - 18 * brute.harmonic(K))
        / (27 * K**2 * (K + 3) ** 2)
    ),
    "counting-self": lambda K: (
        (
            1
            + 8 * K
            + 4
            * (
                3 * K**2
                + Fraction(7, 54) * K * (K + 1) * (2 * K + 1)
                + Fraction(5 * K, 9)
                - brute.harmonic(K) / 3
            )
        )
        / (K**2 + 3 * K + 1) ** 2
    ),
    "length": lambda K: (
        Fraction(2)
        * (14 * K**3 + 21 * K**2 + 37 * K - 18 * brute.harmonic(K))
        / (27 * K**2 * (K + 1) ** 2)
    ),
    "density": lambda K: (
        (
            Fraction(5 * K, 3)
            - brute.harmonic(K)
            + Fraction(2, 3) * sum(brute.harmonic(m - 1) / m**2 for m in range(1, K + 1))
            + brute.harmonic(K, 3) / 3
        )
        / K**2
    ),
}


@pytest.mark.claims("IV.2-closed-form")
@pytest.mark.parametrize("reading", brute.FINITE)
@given(number=st.integers(1, 60))
def test_printed_closed_form(reading: str, number: int) -> None:
    assert PRINTED[reading](number) == summed(number, reading)


def test_known_values() -> None:
    found = {(reading, k): exact(variance(k, reading)) for reading in brute.FINITE for k in (1, 2)}
    assert {value for (_, k), value in found.items() if k == 1} == {Fraction(1)}
    assert found["counting", 2] == Fraction(33, 50)
    assert found["length", 2] == Fraction(1, 2)
    assert found["density", 2] == Fraction(19, 32)
    assert variance(0, "counting-self") == variance(0, "continuous") == 1


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
            formula.subs(values_at(number)) == rational(summed(number, reading))
            for number in range(1, 7)
        )

    assert survivors(closed_form(check_reading(reading)), accepts) == []
    assert (
        survivors(
            sp.expand(closed_form(check_reading(reading)) * K**2),
            lambda formula: accepts(formula / K**2),
        )
        == []
    )


def inner_product(m: int, M: int) -> Fraction:
    """Return the mean of F_m F_M: the product of their taps, summed over all lags."""
    return sum(
        (
            (1 - Fraction(abs(k), m)) * (1 - Fraction(abs(k), M))
            for k in range(-min(m, M), min(m, M) + 1)
        ),
        Fraction(0),
    )


@pytest.mark.parametrize(("form", "power"), [(FEJER_SUM, 0), (DENSITY_SUM, 1)], ids=["Q", "P"])
def test_double_sums_of_fejer_products(form: sp.Expr, power: int) -> None:
    sums = {
        number: sum(
            (
                inner_product(m, M) / (m * M) ** power
                for m in range(1, number + 1)
                for M in range(1, number + 1)
            ),
            Fraction(0),
        )
        for number in range(1, 8)
    }

    def accepts(formula: sp.Expr) -> bool:
        return all(formula.subs(values_at(k)) == rational(value) for k, value in sums.items())

    assert survivors(sp.expand(form), accepts) == []


@pytest.mark.parametrize("number", [True, 2.0, sp.Rational(3, 2), sp.pi, "3"])
def test_numbers_that_are_no_integer_are_refused(number: object) -> None:
    with pytest.raises(TypeError, match="K must be an integer"):
        variance(number)


def test_other_bad_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="K must be at least 1"):
        variance(0)
    with pytest.raises(ValueError, match="K must be at least 0"):
        variance(-1, "continuous")
    with pytest.raises(ValueError, match="K must be an integer for the reading 'continuous'"):
        variance(sp.Symbol("K"), "continuous")
    with pytest.raises(ValueError, match="reading must be one of"):
        variance(2, "uniform")


# Theorem IV.2, Eq. (8): which K.


def holding(reading: str) -> list[int]:
    """Return the K <= 60 with 16/K^2 <= V_K, by enumeration."""
    margins = {number: number**2 * summed(number, reading) - 16 for number in NUMBERS}
    assert all(abs(margin) > 10**6 * HAIR for margin in margins.values())
    return [number for number, margin in margins.items() if margin > 0]


@pytest.mark.claims("IV.2-lower")
@pytest.mark.parametrize("reading", READINGS)
def test_lower_bound_holds_exactly_from_the_recorded_number_on(reading: str) -> None:
    first = bounds.LOWER_FROM[check_reading(reading)]
    assert holding(reading) == list(range(first, LAST + 1))


@pytest.mark.parametrize("shift", [-1, 1])
@pytest.mark.parametrize("reading", READINGS)
def test_evidence_refuses_a_shifted_threshold(
    reading: str, shift: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = check_reading(reading)
    monkeypatch.setitem(bounds.LOWER_FROM, known, bounds.LOWER_FROM[known] + shift)
    with pytest.raises(CertificateError, match=f"{reading}: the K with 16/K"):
        bounds.lower_bound()


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
    assert all(number * summed(number, reading) <= 8 for number in NUMBERS)
    assert decide(check_reading(reading), 1, "<=", sp.Integer(8)).fails == ()


@pytest.mark.claims("IV.2-upper")
def test_upper_bound_fails_on_a_cycle() -> None:
    # V >= 1/n there: n = 5, K = 100, and with the least n, n = 1, from K = 9 on.
    kernel = brute.folded(brute.taps(100, "counting"), 5)
    assert sum((c**2 for c in kernel), Fraction(0)) > Fraction(8, 100)
    for n in (1, 2):
        found = [
            sum((c**2 for c in brute.folded(brute.taps(k, "counting"), n)), Fraction(0))
            > Fraction(8, k)
            for k in range(1, 8 * n + 3)
        ]
        assert found[8 * n :] == [True, True]
        assert n > 1 or not any(found[:8])


@pytest.mark.claims("IV.2-lower")
@pytest.mark.parametrize("reading", READINGS)
def test_least_constant(reading: str) -> None:
    where, least = bounds.LEAST[check_reading(reading)]
    products = {k: rational(k * summed(k, reading)) for k in NUMBERS}
    slack = rational(HAIR) if reading == "continuous" else 0
    assert [k for k, value in products.items() if value <= least + slack] == [where]
    assert abs(products[where] - least) <= slack


@pytest.mark.claims("IV.2-upper")
@pytest.mark.parametrize("reading", READINGS)
def test_largest_constant(reading: str) -> None:
    known = check_reading(reading)
    products = {k: k * summed(k, reading) for k in NUMBERS}
    top = max(products, key=lambda k: products[k])
    limit = exact(limit_of(known))
    if reading in ("length", "density"):
        # The limit is not attained, and nothing below it would do.
        assert top == LAST
        assert limit - Fraction(1, 10) < products[top] < limit
    elif reading == "continuous":
        assert top == 10
        assert products[top] > limit
    else:
        assert (top, rational(products[top])) == bounds.LARGEST[known]
    if reading == "counting":
        falling = [products[k] for k in range(5, LAST + 1)]
        assert falling == sorted(falling, reverse=True)
        assert [k for k in NUMBERS if products[k] <= Fraction(28, 27)] == [1]


@pytest.mark.parametrize("table", ["LEAST", "LARGEST"])
def test_evidence_refuses_a_changed_constant(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    where, value = getattr(bounds, table)["counting"]
    evidence = bounds.lower_bound if table == "LEAST" else bounds.upper_bound
    for changed in ((where + 1, value), (where, value + sp.Rational(1, 10**9))):
        monkeypatch.setitem(getattr(bounds, table), "counting", changed)
        with pytest.raises(CertificateError, match="counting"):
            evidence()


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
        decide(known, 1, "<=", limit_of(known) - sp.Rational(1, 10**6))


@pytest.mark.parametrize("reading", brute.FINITE)
@given(constant=st.fractions(min_value=4, max_value=25, max_denominator=20))
def test_thresholds_of_other_constants(reading: str, constant: Fraction) -> None:
    result = decide(check_reading(reading), 2, ">=", rational(constant))
    assert max(result.fails, default=0) < LAST
    found = [k for k in NUMBERS if k**2 * summed(k, reading) < constant]
    assert list(result.fails) == found
    for certificate in result.certificates:
        certificate.verify()


@pytest.mark.claims("IV.2-total")
@pytest.mark.parametrize("reading", brute.FINITE)
def test_neighbours_in_total(reading: str) -> None:
    first = bounds.TOTAL_FROM[check_reading(reading)]
    even = range(2, 2 * LAST + 1, 2)
    holds = [k for k in even if k**2 * summed(k // 2, reading) >= 16]
    assert holds == list(range(first, 2 * LAST + 1, 2))
    assert all(k * summed(k // 2, reading) <= 8 for k in even)


@pytest.mark.claims("IV.2-total")
def test_sharp_constants_in_total() -> None:
    products = [k * summed(k // 2, "counting") for k in range(2, 2 * LAST + 1, 2)]
    assert min(products) == products[0] == 2
    assert max(products) == products[4] == Fraction(21563, 7200)
    assert Fraction(56, 27) < products[-1] < Fraction(56, 27) + Fraction(1, 4)


@pytest.mark.parametrize("shift", [-2, 2])
def test_evidence_refuses_a_shifted_total(shift: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(bounds.TOTAL_FROM, "length", bounds.TOTAL_FROM["length"] + shift)
    with pytest.raises(CertificateError, match="length: the K with 16/K"):
        bounds.neighbours_in_total()


@pytest.mark.claims("IV.2-closed-form", "IV.2-upper")
@pytest.mark.parametrize("reading", READINGS)
def test_limit_of_the_product(reading: str) -> None:
    limit = exact(limit_of(check_reading(reading)))
    for number in (5, 20, LAST):
        off = number * (number * summed(number, reading) - limit)
        assert abs(off) < 8 + brute.harmonic(number)
    far = abs(LAST * summed(LAST, reading) - limit)
    assert far < Fraction(1, 8)
    for other in map(limit_of, READINGS):
        assert exact(other) == limit or far < abs(LAST * summed(LAST, reading) - exact(other))


def test_limit_certificates_refuse_another_limit() -> None:
    for certificate in limit_certificates():
        certificate.verify()
        assert isinstance(certificate, Sign)
        for change in (sp.Rational(1, 100), -sp.Rational(1, 100)):
            # K^2/100 more on one side, which no constant and no H_K makes up for.
            changed = certificate.expression - abs(change) * K**2
            with pytest.raises(CertificateError):
                Sign("changed", changed, K, 1, certificate.bounds).verify()


@pytest.mark.claims("IV.2-upper", "IV.2-lower")
def test_continuous_lies_between_its_estimates() -> None:
    # D <= mult <= a + (1 - a) D with D of "density" and a = 3/(3 + 2K), at every K <= 60.
    for number in NUMBERS:
        a, V = Fraction(3, 3 + 2 * number), summed(number, "continuous")
        density, tap = summed(number, "density"), brute.harmonic(number) / number
        assert density - HAIR <= V <= a**2 + 2 * a * (1 - a) * tap + (1 - a) ** 2 * density + HAIR


def test_continuous_threshold_that_the_estimate_does_not_decide() -> None:
    with pytest.raises(CertificateError, match="no sign certificate"):
        decide("continuous", 2, "<=", sp.Integer(100))


def test_expect_compares() -> None:
    expect("two", 2, 2)
    with pytest.raises(CertificateError, match="the row states 3, the evidence finds 2"):
        expect("two", 2, 3)
