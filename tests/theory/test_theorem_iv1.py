"""theory.tradeoff: Theorem IV.1, its limits and its decrease in K, on enumerated functions."""

from dataclasses import replace
from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from tests.mutations.expressions import verifies
from tests.reference import enumeration as brute
from theory import READINGS, Reading
from theory.mathematics.harmonic import K as INDEX
from theory.mathematics.harmonic import values_at
from theory.mathematics.readings import MIXTURES
from theory.proofs.certificates import Identity, Sign
from theory.tradeoff import theorem_iv1_monotone as monotone
from theory.tradeoff.theorem_iv1_limits import N, Z, deviation

fractions = st.fractions(min_value=-9, max_value=9, max_denominator=12)
cosines = st.fractions(min_value=-1, max_value=1, max_denominator=20).filter(lambda c: c != 1)


@pytest.mark.claims("IV.1-limit")
@pytest.mark.parametrize("reading", READINGS)
@given(y=st.lists(fractions, min_size=1, max_size=5), K=st.integers(1, 8))
def test_deviation_from_the_mean_on_random_data(
    reading: Reading, y: list[Fraction], K: int
) -> None:
    f = brute.on_cycle(y, K, reading)
    reach = max(abs(value - brute.mean(y)) for value in y)
    bound = Fraction(deviation(reading).subs({INDEX: K, N: len(y), Z: reach, **values_at(K)}))
    assert brute.mean(f) == brute.mean(y)
    assert max(abs(value - brute.mean(y)) for value in f) <= bound
    assert brute.variance(f) <= bound**2


@pytest.mark.claims("IV.1-limit")
def test_deviation_is_of_the_right_order() -> None:
    y = [Fraction(1), Fraction(-1)]
    for K in (10, 20, 40):
        bound = deviation("counting").subs({INDEX: K, N: 2, Z: 1})
        assert 3 * brute.on_cycle(y, K, "counting")[0] >= bound


def test_certificates_of_the_decrease_speak_of_all_parameters_and_bite() -> None:
    seen = 0
    for certificate in monotone.strict_decrease_certificates():
        assert verifies(certificate)
        assert not certificate.finite
        if isinstance(certificate, Identity):
            assert not verifies(replace(certificate, right=2 * certificate.right + 1))
        if isinstance(certificate, Sign):
            assert not verifies(replace(certificate, expression=-certificate.expression - 1))
        seen += isinstance(certificate, (Identity, Sign))
    assert seen > 12


@pytest.mark.claims("IV.1-monotone")
@pytest.mark.parametrize("reading", MIXTURES)
@given(c=cosines, K=st.integers(1, 7))
def test_the_fall_is_the_certified_combination(reading: Reading, c: Fraction, K: int) -> None:
    fejer = [brute.fejer(m, c) for m in range(1, K + 2)]
    assert K * fejer[K] <= 2 * sum(fejer[:K])
    assert K + 1 - fejer[K] >= 1 - c
    terms = fejer if MIXTURES[reading].flat else [F / m for m, F in enumerate(fejer, 1)]
    identity = monotone.fall_certificates(reading)[0]
    values = {monotone.R0: 1, monotone.T: sum(terms[:K]), monotone.FN: terms[K], INDEX: K}
    fall = brute.multiplier(K, c, reading) - brute.multiplier(K + 1, c, reading)
    assert identity.right.subs(values) == sp.Rational(fall) > 0
