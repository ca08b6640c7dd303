"""theory.tradeoff: limits of Theorem IV.1 and rates, on enumerated functions."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from tests.reference import enumeration as brute
from theory import READINGS
from theory.lattice import multiplier
from theory.proofs.certificates import CertificateError, Sign
from theory.tradeoff.theorem_iv1_limits import uniform_bound_certificates
from theory.tradeoff.theorem_iv1_rates import retained_first_harmonic

# sin(pi/n)^2 is rational for these n.
SQUARES = {2: Fraction(1), 3: Fraction(3, 4), 4: Fraction(1, 2), 6: Fraction(1, 4)}
PI = Fraction(31415926535897, 10**13), Fraction(31415926535898, 10**13)

fractions = st.fractions(min_value=-9, max_value=9, max_denominator=12)


def fejer_sums(c: Fraction, last: int, power: int) -> list[Fraction]:
    """Return sum_{m<=K} F_m/m^power for K = 0, ..., last, where cos(theta) = c < 1."""
    cos = brute.cosine(c)
    sums = [Fraction(0)]
    for m in range(1, last + 1):
        sums.append(sums[-1] + (1 - cos(m)) / (1 - c) / m ** (1 + power))
    return sums


def test_fejer_sums_are_those_of_the_enumeration() -> None:
    c = Fraction(-1, 2)
    sums = fejer_sums(c, 8, 0), fejer_sums(c, 8, 1)
    for K in range(1, 9):
        assert 2 * (K + sums[0][K]) / (K * (K + 3)) == brute.multiplier(K, c, "counting")
        assert sums[1][K] / K == brute.multiplier(K, c, "density")


@pytest.mark.claims("IV.1-limit", "IV.1-bias", "IV.1-variance")
@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("n", SQUARES)
@given(data=st.data(), K=st.integers(1, 8))
def test_uniform_bound_on_random_data(n: int, reading: str, data: st.DataObject, K: int) -> None:
    y = data.draw(st.lists(fractions, min_size=n, max_size=n))
    f = brute.on_cycle(y, K, reading)
    rate = (2 + 2 / SQUARES[n]) / K
    whole = brute.variance(y)
    assert brute.mean(f) == brute.mean(y)
    assert brute.variance(f) <= rate**2 * whole
    assert brute.mean_square(f, y) <= whole
    if rate < 1:
        assert brute.mean_square(f, y) >= (1 - rate) ** 2 * whole
    # |f_i - mean|^2 <= n Var(f)
    assert max((value - brute.mean(y)) ** 2 for value in f) <= n * rate**2 * whole


@pytest.mark.claims("IV.1-limit", "IV.1-bias", "IV.1-variance")
@pytest.mark.parametrize("c", [Fraction(-1), Fraction(-1, 2), Fraction(0), Fraction(1, 2)])
def test_rates_far_out(c: Fraction) -> None:
    s = (1 - c) / 2
    last = 300
    counting, density = fejer_sums(c, last, 0), fejer_sums(c, last, 1)
    for K in (30, 100, last):
        H = brute.harmonic(K)
        mult = 2 * (K + counting[K]) / (K * (K + 3))
        # K mult -> 2, with an error of order (1 + H_K/s)/K
        assert abs(K * mult - 2) <= (6 + 2 * H / s) / K
        # Bias^2 = Var(y) (1 - 4/K + ...), frequency by frequency
        assert abs((1 - mult) ** 2 - (1 - Fraction(4, K))) <= (30 + 10 * H / s) / K**2
        # K^2 mult / H_K -> 1/s for "length", since C_K is bounded
        length = 2 * counting[K] / (K * (K + 1))
        assert abs(K**2 * length - H / s) <= (2 + H / K) / s
        # Between the limit phi (pi - phi)/2 less 1/K, and the limit
        turns = {Fraction(-1): 2, Fraction(-1, 2): 3, Fraction(0): 4, Fraction(1, 2): 6}[c]
        share = Fraction(1, turns) * (1 - Fraction(1, turns)) / 2
        assert share * PI[0] ** 2 - Fraction(1, K) < s * density[K] < share * PI[1] ** 2


def test_rates_are_not_met_by_the_wrong_constants() -> None:
    c, K = Fraction(0), 300
    s = Fraction(1, 2)
    H = brute.harmonic(K)
    mult = 2 * (K + fejer_sums(c, K, 0)[K]) / (K * (K + 3))
    for wrong in (1, 3, 4):
        assert abs(K * mult - wrong) > (6 + 2 * H / s) / K
    for wrong in (3, 5):
        assert abs((1 - mult) ** 2 - (1 - Fraction(wrong, K))) > (30 + 10 * H / s) / K**2 / 4


@pytest.mark.claims("IV.1-variance", "IV.1-zero")
@pytest.mark.parametrize("n", SQUARES)
@given(data=st.data(), K=st.integers(1, 8))
def test_two_sided_bound_of_the_variance(n: int, data: st.DataObject, K: int) -> None:
    y = data.draw(st.lists(fractions, min_size=n, max_size=n))
    whole, reached = brute.variance(y), brute.variance(brute.on_cycle(y, K, "counting"))
    low = Fraction(4 * (K + 1) ** 2, K**2 * (K + 3) ** 2)
    high = Fraction(4, (K + 3) ** 2) * (1 + brute.harmonic(K) / (K * SQUARES[n])) ** 2
    assert low * whole <= reached <= high * whole
    assert (reached > 0) == (whole > 0)


@pytest.mark.claims("IV.1-variance")
def test_lower_bound_of_the_variance_is_attained_and_no_larger_one_holds() -> None:
    y = [Fraction(0), Fraction(1)]
    reached = brute.variance(brute.on_cycle(y, 2, "counting"))
    assert reached == Fraction(36, 100) * brute.variance(y)
    assert reached < Fraction(4 * (2 + 2) ** 2, 2**2 * (2 + 3) ** 2) * brute.variance(y)


@pytest.mark.claims("IV.1-zero")
@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_mixup_on_few_points_has_variance(n: int) -> None:
    # All pairs of points on a line, lattice points of their segments counted: never constant.
    y = [Fraction(i) for i in range(n)]
    seen: list[list[Fraction]] = [[] for _ in y]
    for a in range(n):
        for b in range(a + 1, n):
            for p in range(a, b + 1):
                seen[p].append(brute.target(lambda i: y[i], a, b, Fraction(p)))
    f = [brute.mean(values) for values in seen]
    assert (f[0], f[-1]) == (y[0], y[-1])
    assert brute.variance(f) > 0


@pytest.mark.claims("IV.1-zero")
@pytest.mark.parametrize("reading", ["counting", "counting-self", "length", "density"])
def test_first_harmonic_that_is_kept_approaches_its_limit(reading: str) -> None:
    limit = retained_first_harmonic("density" if reading == "density" else "counting")
    errors = []
    for n in (20, 40, 80):
        theta = 2 * sp.pi / n
        kept = multiplier(n, sp.Symbol("theta"), reading).subs("theta", theta)
        errors.append(abs(sp.N(kept - limit, 20)))
    # The error of a Riemann sum, and of K + 3 for K + 1, is of order 1/n.
    assert errors[0] > errors[1] > errors[2]
    assert errors[2] < errors[0] / 3
    assert errors[2] < sp.Rational(1, 20)


@pytest.mark.parametrize(
    ("reading", "integrand", "digits"),
    [
        ("counting", lambda t: (1 - sp.cos(t)) / t / sp.pi**2, "0.246987"),
        ("density", lambda t: sp.sin(t) / t / sp.pi, "0.451411"),
    ],
    ids=["counting", "density"],
)
def test_limits_of_the_first_harmonic_are_the_integrals(
    reading: str, integrand: object, digits: str
) -> None:
    assert callable(integrand)
    t = sp.Symbol("t")
    limit = retained_first_harmonic("counting" if reading == "counting" else "density")
    integral = sp.Integral(integrand(t), (t, 0, 2 * sp.pi)).evalf(25)
    assert abs(integral - sp.N(limit, 25)) < sp.Float("1e-20")
    assert str(limit.evalf(30)).startswith(digits[:7])


def test_changed_uniform_bounds_are_rejected() -> None:
    certificates = [c for c in uniform_bound_certificates() if isinstance(c, Sign)]
    assert len(certificates) == 2 * len(READINGS)
    refused = 0
    for certificate in certificates:
        certificate.verify()
        # With 1/K in place of 2/K at least one of the two parts fails for every reading.
        pushed = replace(certificate, expression=certificate.expression - 1 / certificate.index)
        try:
            pushed.verify()
        except CertificateError:
            refused += 1
    assert refused >= len(READINGS)
