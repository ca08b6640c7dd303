"""theory.tradeoff: strict decrease in K on random data, and by Sturm."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from tests.reference import enumeration as brute
from theory import READINGS
from theory.mathematics.readings import check_reading
from theory.proofs.certificates import (
    Antiderivative,
    CertificateError,
    Identity,
    Sign,
    prove_on_interval,
)
from theory.tradeoff import crosscheck
from theory.tradeoff import theorem_iv1_monotone as monotone

fractions = st.fractions(min_value=-9, max_value=9, max_denominator=12)
nonconstant = st.lists(fractions, min_size=2, max_size=5).filter(lambda y: len(set(y)) > 1)
cosines = st.fractions(min_value=-1, max_value=1, max_denominator=20).filter(lambda c: c != 1)


def is_decreasing(values: list[Fraction]) -> bool:
    return all(high > low for high, low in pairwise(values))


@pytest.mark.claims("IV.1-monotone", "IV.1-tradeoff")
@pytest.mark.parametrize("reading", READINGS)
@given(y=nonconstant, start=st.integers(1, 5))
def test_variance_falls_and_bias_rises_on_random_data(
    reading: str, y: list[Fraction], start: int
) -> None:
    functions = [brute.on_cycle(y, K, reading) for K in range(start, start + 4)]
    assert is_decreasing([brute.variance(f) for f in functions])
    assert is_decreasing([-brute.mean_square(f, y) for f in functions])


@pytest.mark.claims("IV.1-monotone")
@pytest.mark.parametrize("reading", READINGS)
@given(c=cosines)
def test_multiplier_falls_at_random_angles(reading: str, c: Fraction) -> None:
    values = [brute.multiplier(K, c, reading) for K in range(1, 9)]
    assert values[0] == 1
    assert values[-1] > 0
    assert is_decreasing(values)


@pytest.mark.claims("IV.1-monotone")
@pytest.mark.parametrize("reading", brute.FINITE)
def test_iid_variance_falls(reading: str) -> None:
    assert is_decreasing([brute.iid_variance(K, reading) for K in range(1, 41)])


def test_a_multiplier_that_does_not_fall_is_noticed() -> None:
    # F_m itself, the kernel of the segments of one length, rises and falls with m.
    c = Fraction(0)
    fejer = [(1 - brute.cosine(c)(m)) / (1 - c) / m for m in range(1, 9)]
    assert not is_decreasing(fejer)
    assert not is_decreasing([Fraction(1), Fraction(1)])


@pytest.mark.claims("IV.1-tradeoff")
@pytest.mark.parametrize("reading", brute.FINITE)
@given(s=nonconstant, start=st.integers(1, 5))
def test_statistical_trade_off(reading: str, s: list[Fraction], start: int) -> None:
    n = len(s)
    bias, noise = [], []
    for K in range(start, start + 4):
        kernel = brute.folded(brute.taps(K, reading), n)
        bias.append(brute.mean_square(brute.convolve(kernel, s), s))
        noise.append(sum((c**2 for c in kernel), Fraction(0)))
    assert is_decreasing(noise)
    assert is_decreasing([-value for value in bias])


@pytest.mark.claims("IV.1-monotone")
@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("K", range(1, 13))
def test_sturm_finds_no_root_of_the_decrease(K: int, reading: str) -> None:
    coefficients = crosscheck.decrease_polynomial(K, check_reading(reading))
    c = sp.Symbol("c")
    rationals = [sp.Rational(*value.as_integer_ratio()) for value in reversed(coefficients)]
    polynomial = sp.Poly(rationals, c, domain="QQ")
    assert polynomial.count_roots(-1, 1) == 0
    assert polynomial.eval(1) > 0


def test_sturm_finds_the_root_of_a_changed_decrease() -> None:
    # mult_2 - 99/100 mult_1 of "counting": negative where both multipliers are near 1.
    c = sp.Symbol("c")
    polynomial = sp.Poly(sp.Rational(99, 100) - (sp.Rational(4, 5) + c / 5), c)
    assert polynomial.count_roots(-1, 1) == 1


@given(K=st.integers(1, 7), reading=st.sampled_from(READINGS), c=cosines)
def test_decrease_polynomial_is_the_difference(K: int, reading: str, c: Fraction) -> None:
    coefficients = crosscheck.decrease_polynomial(K, check_reading(reading))
    found = sum((value * c**power for power, value in enumerate(coefficients)), Fraction(0))
    difference = brute.multiplier(K, c, reading) - brute.multiplier(K + 1, c, reading)
    expected = difference / (1 - c)
    if reading == "continuous":
        b = (2 + c) / 3
        expected *= (1 + 2 * K * b) * (1 + 2 * (K + 1) * b)
    assert found == expected > 0


@given(K=st.integers(1, 9), reading=st.sampled_from(brute.FINITE), c=cosines)
def test_multiplier_polynomial(K: int, reading: str, c: Fraction) -> None:
    polynomial = crosscheck.multiplier_polynomial(K, check_reading(reading))
    found = sum(
        (
            Fraction(int(value.p), int(value.q)) * c**i
            for i, value in enumerate(polynomial.coeffs())
        ),
        Fraction(0),
    )
    assert found == brute.multiplier(K, c, reading)


@pytest.mark.parametrize("reading", READINGS)
def test_bernstein_certificate_with_a_changed_coefficient_is_rejected(reading: str) -> None:
    name = check_reading(reading)
    found = {c.scope: c for c in crosscheck.bernstein_certificates(4)}
    assert len(found) == 4  # one scope for all readings
    (certificate,) = (
        c for c in crosscheck.bernstein_certificates(3) if c.title == f"{name}: mult_3 > mult_4"
    )
    certificate.verify()
    for position in range(len(certificate.coefficients)):
        changed = list(certificate.coefficients)
        changed[position] -= sum(map(abs, changed))
        with pytest.raises(CertificateError):
            replace(certificate, coefficients=tuple(changed)).verify()


def test_all_certificates_of_the_decrease_verify_and_speak_of_all_parameters() -> None:
    for certificate in monotone.strict_decrease_certificates():
        certificate.verify()
        assert not certificate.finite


def changed(certificate: Identity | Sign | Antiderivative) -> Identity | Sign | Antiderivative:
    """Return a false neighbour of a certificate."""
    if isinstance(certificate, Identity):
        return replace(certificate, right=2 * certificate.right + 1)
    if isinstance(certificate, Sign):
        return replace(certificate, expression=-certificate.expression)
    return replace(certificate, integrand=-certificate.integrand)


def test_changed_certificates_of_the_decrease_are_rejected() -> None:
    seen = 0
    for certificate in monotone.strict_decrease_certificates():
        if isinstance(certificate, (Identity, Sign, Antiderivative)):
            seen += 1
            with pytest.raises(CertificateError):
                changed(certificate).verify()
    assert seen > 12


t = sp.Symbol("t")


@pytest.mark.parametrize(
    ("expression", "low", "high"),
    [
        (sp.sin(t) ** 2 - sp.Rational(1, 2), Fraction(7, 10), Fraction(11, 7)),
        (sp.Rational(72, 100) * t - sp.sin(t) ** 2, Fraction(7, 10), Fraction(22, 7)),
        (sp.Si(2 * sp.pi) - 1 - sp.Rational(42, 100), Fraction(0), Fraction(1)),
        (sp.pi * sp.sin(t) ** 2 - t, Fraction(1), Fraction(3)),
    ],
    ids=["first term", "peak", "constant", "first square"],
)
def test_constants_of_the_lemmas_cannot_be_pushed(
    expression: sp.Expr, low: Fraction, high: Fraction
) -> None:
    with pytest.raises(CertificateError):
        prove_on_interval("pushed too far", expression, low, high, depth=10)


@pytest.mark.claims("IV.1-monotone")
@given(phi=st.fractions(min_value=Fraction(1, 40), max_value=Fraction(157, 100)))
def test_lemmas_of_case_b_at_random_angles(phi: Fraction) -> None:
    angle = sp.Rational(*phi.as_integer_ratio())
    number = int(sp.floor(sp.pi / angle))
    squares = {m: sp.N(sp.sin(m * angle) ** 2, 30) for m in range(1, number + 1)}
    assert sum(value / m for m, value in squares.items()) >= sp.Rational(1, 2)
    # K + 1 = N is at least number + 1, and K/N^2 falls with N.
    for N in (number + 1, number + 2, 3 * number):
        assert sum(value / m**2 for m, value in squares.items()) > sp.Rational(N - 1, N**2)
