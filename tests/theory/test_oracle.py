"""theory.tradeoff.choice_of_k: what K neighbours cost on a cycle, by enumeration and quadrature."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from numerics.lattice import asymptotics
from tests.mutations.expressions import survivors
from tests.reference import enumeration as brute
from theory.iid import variance
from theory.lattice import multiplier
from theory.mathematics.harmonic import K
from theory.mathematics.readings import MIXTURES, READINGS, Reading
from theory.tradeoff.choice_of_k import MOMENTS, TWO_PAYS, second_moment

FINITE: tuple[Reading, ...] = tuple(MIXTURES)
NUMBERS = (1, 2, 3, 7, 20)

fractions = st.fractions(min_value=-5, max_value=5, max_denominator=6)


def moment(K: int, reading: str) -> Fraction:
    taps = brute.taps(K, reading) if reading in FINITE else brute.continuous_taps(K, 80)
    return 2 * sum((k**2 * c for k, c in enumerate(taps)), Fraction(0))


def roughness(s: list[Fraction]) -> Fraction:
    """Return the mean of the squared second differences."""
    n = len(s)
    return brute.mean([(s[(i + 1) % n] - 2 * s[i] + s[i - 1]) ** 2 for i in range(n)])


def risk(s: list[Fraction], noise: Fraction, K: int, reading: str) -> Fraction:
    bias2, unit = brute.noisy(s, K, reading)
    return bias2 + noise * unit


@pytest.mark.claims("IV.B-oracle")
@pytest.mark.parametrize("reading", READINGS)
def test_second_moment_is_that_of_the_kernel(reading: Reading) -> None:
    # What is cut off from the infinite kernel: k^2 0.268^k from k = 80 on.
    hair = 0 if reading in FINITE else Fraction(1, 10**25)
    for number in NUMBERS:
        assert abs(second_moment(number, reading) - moment(number, reading)) <= hair

    def accepts(form: sp.Expr) -> bool:
        return all(form.subs(K, number) == moment(number, reading) for number in NUMBERS)

    assert reading not in FINITE or survivors(MOMENTS[reading], accepts) == []


@pytest.mark.claims("IV.B-oracle")
@pytest.mark.parametrize("reading", READINGS)
def test_one_minus_multiplier_is_at_most_four_s_beta(reading: Reading) -> None:
    for number in (2, 3, 9):
        beta = second_moment(number, reading) / 2
        for theta in (sp.pi / 7, sp.pi / 3, sp.pi / 2, sp.pi):
            deficit = 1 - multiplier(number, theta, reading)
            bound = 4 * sp.sin(theta / 2) ** 2 * beta
            below = sp.N(bound - deficit, 30)
            if number == 2 and reading != "continuous":
                assert abs(below) < sp.Float("1e-25")
            else:
                assert below > 0
            # a tenth less is no bound at small angles
            if theta == sp.pi / 7 and number < 9:
                assert sp.N(bound * sp.Rational(9, 10) - deficit, 30) < 0


@pytest.mark.claims("IV.B-oracle")
@pytest.mark.parametrize("reading", READINGS)
@given(s=st.lists(fractions, min_size=7, max_size=9), K=st.integers(1, 4))
def test_oracle_inequality(reading: Reading, s: list[Fraction], K: int) -> None:
    bias2, unit = brute.noisy(s, K, reading)
    bound = (Fraction(second_moment(K, reading)) / 2) ** 2 * roughness(s)
    assert bias2 <= bound
    if reading in FINITE:
        assert unit == variance(K, reading)  # n >= 2K - 1
        assert K > 2 or bias2 == bound


@pytest.mark.claims("IV.B-oracle")
def test_the_infinite_kernel_never_fits_a_cycle() -> None:
    _, on_cycle = brute.noisy([Fraction(0)] * 4, 2, "continuous")
    assert variance(2, "continuous") + sp.Rational(1, 2000) < on_cycle


@pytest.mark.parametrize("reading", FINITE)
def test_a_smaller_moment_does_not_bound_the_risk(reading: Reading) -> None:
    # Equality at K = 2, and nearly so at K = 3 for a slow signal.
    s = [Fraction(v) for v in (0, 3, 4, 3, 0, -3, -4, -3)]
    for number in (2, 3):
        smaller = (Fraction(9, 20) * second_moment(number, reading)) ** 2 * roughness(s)
        assert risk(s, Fraction(0), number, reading) > smaller


@pytest.mark.claims("IV.B-oracle")
@pytest.mark.parametrize("reading", FINITE)
@given(
    s=st.lists(fractions, min_size=3, max_size=9),
    noise=st.fractions(min_value=0, max_value=Fraction(3, 2), max_denominator=30),
)
def test_two_neighbours_pay_exactly_below_the_bound(
    reading: Reading, s: list[Fraction], noise: Fraction
) -> None:
    assert risk(s, noise, 1, reading) == noise
    assert (risk(s, noise, 2, reading) < noise) == (roughness(s) < TWO_PAYS[reading] * noise)


@pytest.mark.parametrize("reading", FINITE)
def test_bound_of_two_neighbours_is_sharp(reading: Reading) -> None:
    s = [Fraction(v) for v in (1, 0, 0, 0)]
    for change in (-1, 0, 1):
        noise = roughness(s) / (TWO_PAYS[reading] + change)
        assert (risk(s, noise, 2, reading) == noise) == (change == 0)


@pytest.mark.parametrize(
    ("reading", "moment", "square"), [("counting", 1 / 12, 28 / 27), ("density", 1 / 18, 5 / 3)]
)
def test_limit_shapes_have_the_moments_of_the_theory(
    reading: Reading, moment: float, square: float
) -> None:
    def shape(t: float) -> float:
        return float(asymptotics.limit_shape(t, reading))

    assert np.isclose(2 * quad(shape, 0, 1)[0], 1)
    assert np.isclose(2 * quad(lambda t: t**2 * shape(t), 0, 1)[0], moment)
    assert np.isclose(2 * quad(lambda t: shape(t) ** 2, 0, 1)[0], square)
