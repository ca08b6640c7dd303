"""Definition IV.1 beside the statistical bias and variance, by enumeration of the noise."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from tests.mutations.expressions import survivors
from tests.reference import enumeration as brute
from theory.lattice import kernel
from theory.tradeoff.definition_iv1 import expected_over_signs, stated_quantities

fractions = st.fractions(min_value=-5, max_value=5, max_denominator=6)
signals = st.lists(fractions, min_size=1, max_size=5)

ONE = Fraction(1)
B2, SPREAD, SIGMA, C0, V, N = sp.symbols("b2 spread sigma c0 V n")
IDENTITIES = B2 + SIGMA**2 * (1 - 2 * C0 + V), SPREAD + SIGMA**2 * (V - 1 / N), B2, SIGMA**2 * V


def in_parts(s: list[Fraction], K: int, reading: str) -> dict[sp.Symbol, Fraction]:
    """Return what the identities are in, from the kernel of the toolkit."""
    c = brute.folded(list(map(Fraction, kernel(K, reading))), len(s))
    smooth = brute.convolve(c, s)
    parts = brute.mean_square(smooth, s), brute.variance(smooth), c[0], sum(v**2 for v in c)
    return dict(zip((B2, SPREAD, C0, V, N), (*parts, len(s)), strict=True))


def over_signs(
    s: list[Fraction], sigma: Fraction, K: int, reading: str
) -> tuple[Fraction, Fraction, Fraction, Fraction]:
    """Return E Bias^2 and E Var of Definition IV.1, and mean bias^2 and variance over the noise."""
    n = len(s)
    # What enumeration makes of each unit vector gives all of f, which is linear in y.
    units = [[brute.impulse(i - j) for i in range(n)] for j in range(n)]
    columns = [brute.on_cycle(unit, K, reading) for unit in units]
    training, spread, values = [], [], []
    for signs in product((-1, 1), repeat=n):
        y = [value + sign * sigma for value, sign in zip(s, signs, strict=True)]
        f = [sum((y[j] * columns[j][i] for j in range(n)), Fraction(0)) for i in range(n)]
        training.append(brute.mean_square(f, y))
        spread.append(brute.variance(f))
        values.append(f)
    points = list(zip(*values, strict=True))
    bias2 = brute.mean([(brute.mean(p) - value) ** 2 for p, value in zip(points, s, strict=True)])
    return (
        brute.mean(training),
        brute.mean(spread),
        bias2,
        brute.mean([brute.variance(p) for p in points]),
    )


@pytest.mark.claims("Def.IV.1")
@given(s=signals, sigma=fractions, K=st.integers(1, 7), reading=st.sampled_from(brute.FINITE))
def test_identities_over_all_sign_patterns(
    s: list[Fraction], sigma: Fraction, K: int, reading: str
) -> None:
    values = {**in_parts(s, K, reading), SIGMA: sigma}
    found = over_signs(s, sigma, K, reading)
    assert [form.subs(values) for form in IDENTITIES] == list(found)


@pytest.mark.parametrize("position", [0, 1, 3])
def test_changed_identities_are_rejected(position: int) -> None:
    cases = []
    for reading in brute.FINITE:
        for K, s in ((2, [1, -2, 4]), (3, [1, -2, 4]), (3, [0, 2])):
            signal = list(map(Fraction, s))
            values = {**in_parts(signal, K, reading), SIGMA: 2}
            cases.append((values, over_signs(signal, Fraction(2), K, reading)[position]))

    def accepts(formula: sp.Expr) -> bool:
        return all(formula.subs(values) == expected for values, expected in cases)

    assert survivors(IDENTITIES[position], accepts) == []


@pytest.mark.claims("Def.IV.1")
@pytest.mark.parametrize("n", [2, 3, 4])
def test_pure_noise_has_no_bias_but_a_training_error(n: int) -> None:
    for K in (1, 2, 3):
        found = expected_over_signs(n, K, [sp.S.Zero] * n)
        training, spread, bias2, variance = found.values()
        assert list(found.values()) == list(over_signs([Fraction(0)] * n, ONE, K, "counting"))
        assert (bias2, training > 0) == (0, K > 1)
        assert spread < variance
        assert (n, K) != (2, 2) or training == sp.Rational(2, 25)


@pytest.mark.claims("Def.IV.1")
@given(s=st.lists(st.integers(-5, 5), min_size=1, max_size=4), K=st.integers(1, 5))
def test_stated_quantities_with_a_signal(s: list[int], K: int) -> None:
    found = stated_quantities(len(s), K, [sp.Integer(value) for value in s])
    expected = over_signs([Fraction(value) for value in s], ONE, K, "counting")
    assert list(found.values()) == list(expected)


def test_taps_on_the_line_do_not_serve_a_short_cycle() -> None:
    # n = 2, K = 3: the identity needs the folded kernel.
    training, *_ = over_signs([Fraction(0)] * 2, ONE, 3, "counting")
    assert training != 1 - 2 * kernel(3)[0] + brute.iid_variance(3, "counting")
