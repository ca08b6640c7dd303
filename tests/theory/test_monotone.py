"""theory.tradeoff: strict decrease in K on random data, and the steps of its proof."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from tests.reference import enumeration as brute
from theory import READINGS, Reading
from theory.mathematics.harmonic import K as INDEX
from theory.mathematics.readings import MIXTURES
from theory.proofs.certificates import CertificateError, Identity, Sign
from theory.tradeoff import theorem_iv1_monotone as monotone

fractions = st.fractions(min_value=-9, max_value=9, max_denominator=12)
nonconstant = st.lists(fractions, min_size=2, max_size=5).filter(lambda y: len(set(y)) > 1)
cosines = st.fractions(min_value=-1, max_value=1, max_denominator=20).filter(lambda c: c != 1)


def is_decreasing(values: list[Fraction]) -> bool:
    return all(high > low for high, low in pairwise(values))


@pytest.mark.claims("IV.1-monotone")
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


@pytest.mark.claims("IV.1-monotone")
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


def test_all_certificates_of_the_decrease_verify_and_speak_of_all_parameters() -> None:
    for certificate in monotone.strict_decrease_certificates():
        certificate.verify()
        assert not certificate.finite


def changed(certificate: Identity | Sign) -> Identity | Sign:
    """Return a false neighbour of a certificate."""
    if isinstance(certificate, Identity):
        return replace(certificate, right=2 * certificate.right + 1)
    return replace(certificate, expression=-certificate.expression - 1)


def test_changed_certificates_of_the_decrease_are_rejected() -> None:
    seen = 0
    for certificate in monotone.strict_decrease_certificates():
        if isinstance(certificate, (Identity, Sign)):
            seen += 1
            with pytest.raises(CertificateError):
                changed(certificate).verify()
    assert seen > 12


@pytest.mark.claims("IV.1-monotone")
@given(c=cosines, m=st.integers(1, 7), n=st.integers(1, 7))
def test_fejer_kernel_is_subadditive(c: Fraction, m: int, n: int) -> None:
    fejer = [(1 - brute.cosine(c)(k)) / (1 - c) / k for k in range(1, 15)]
    assert fejer[m + n - 1] <= fejer[m - 1] + fejer[n - 1]
    # Hence K F_N <= 2 T, and N - F_N >= 1 - cos(theta).
    K = m + n - 1
    assert K * fejer[K] <= 2 * sum(fejer[:K])
    assert (K + 1) - fejer[K] >= 1 - c


@pytest.mark.claims("IV.1-monotone")
@pytest.mark.parametrize("reading", MIXTURES)
@given(c=cosines, K=st.integers(1, 7))
def test_the_fall_is_the_certified_combination(reading: Reading, c: Fraction, K: int) -> None:
    fejer = [sp.Rational(*((1 - brute.cosine(c)(m)) / (1 - c) / m).as_integer_ratio())
             for m in range(1, K + 2)]  # fmt: skip
    flat = MIXTURES[reading].flat
    terms = fejer if flat else [value / m for m, value in enumerate(fejer, 1)]
    identity = monotone.fall_certificates(reading)[0]
    values = {monotone.R0: 1, monotone.T: sum(terms[:K]), monotone.FN: terms[K], INDEX: K}
    expected = brute.multiplier(K, c, reading) - brute.multiplier(K + 1, c, reading)
    assert identity.right.subs(values) == sp.Rational(*expected.as_integer_ratio())
