"""theory.linear against normal equations and sympy's integration: the decision of Theorem IV.3."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from fractions import Fraction
from typing import Any

import flint
import numpy as np
import pytest
import sympy as sp
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import integrate

from tests.mutations.expressions import survivors
from tests.reference import linear_models as brute
from theory.linear import Invariance, invariance, least_squares, minimiser
from theory.mathematics.beta_moments import ALPHA, LAMBDA, expected, moment_certificates, moments
from theory.mathematics.rational import rational
from theory.proofs.certificates import Antiderivative, CertificateError, Identity

PATH = [[0, 1, 0], [1, 0, 1], [0, 1, 0]]
CYCLE = [[0, 1, 0, 1], [1, 0, 1, 0], [0, 1, 0, 1], [1, 0, 1, 0]]

numbers = st.fractions(min_value=-5, max_value=5, max_denominator=6)
weights = st.sampled_from([Fraction(0), Fraction(1), Fraction(2), Fraction(1, 3)])
alphas = st.sampled_from([Fraction(1), Fraction(2), Fraction(1, 2), Fraction(7, 3), Fraction(5)])


@st.composite
def problems(draw: st.DrawFn, p: int = 1) -> tuple[list[list[Fraction]], list[list[Fraction]]]:
    """Points in dimension p and a directed graph, with some weight at every point."""
    n = draw(st.integers(p + 2, 5))
    x = [[draw(numbers) for _ in range(p)] for _ in range(n)]
    W = [[draw(weights) for _ in range(n)] for _ in range(n)]
    for i in range(n):
        W[i][i] = draw(st.sampled_from([Fraction(1), Fraction(1, 2)]))
    assume(sp.Matrix([[1, *map(sp.Rational, point)] for point in x]).rank() == p + 1)
    return x, W


@pytest.mark.claims("IV.3-condition", "IV.3-criterion")
@pytest.mark.parametrize("p", [1, 2])
@given(data=st.data(), alpha=alphas)
def test_minimiser_solves_the_normal_equations(
    p: int, data: st.DataObject, alpha: Fraction
) -> None:
    x, W = data.draw(problems(p))
    y = data.draw(st.lists(numbers, min_size=len(x), max_size=len(x)))
    assert list(minimiser(x, y, W, alpha)) == brute.line(x, y, W, alpha)


@pytest.mark.claims("IV.3-criterion")
@given(data=st.data(), alpha=alphas, loops=st.sampled_from([0, 1, 3]))
def test_mixup_is_least_squares(data: st.DataObject, alpha: Fraction, loops: int) -> None:
    x, _ = data.draw(problems(data.draw(st.integers(1, 2))))
    n = len(x)
    y = data.draw(st.lists(numbers, min_size=n, max_size=n))
    vanilla = [[int(i == j) for j in range(n)] for i in range(n)]
    mixup = [[loops if i == j else 1 for j in range(n)] for i in range(n)]
    ordinary = list(least_squares(x, y))
    assert ordinary == brute.line(x, y, vanilla, alpha) == brute.line(x, y, mixup, alpha)
    assert invariance(x, mixup, alpha)
    assert invariance(x, vanilla, alpha)


@pytest.mark.claims("IV.3", "IV.3-criterion")
@pytest.mark.parametrize("alpha", [1, 2, 3])
@pytest.mark.parametrize(
    ("x", "y", "W"),
    [
        ((0, 1, 2), (0, 1, 0), PATH),
        ((0, 1, 3), (0, 0, 1), [[1, 1, 0], [1, 1, 0], [0, 0, 1]]),
        ((0, 1, 3), (2, -1, 5), [[0, 2, 1], [0, 1, 0], [3, 1, 0]]),  # directed
        ((-1, 0, 2, 7), (1, 4, 1, 3), CYCLE),
    ],
)
def test_minimiser_against_integration(
    x: tuple[int, ...], y: tuple[int, ...], W: list[list[int]], alpha: int
) -> None:
    assert minimiser(x, y, W, alpha) == brute.integrated_line(x, y, W, alpha)
    ordinary = least_squares(x, y)
    assert ordinary == brute.integrated_line(x, y, brute.complete(len(x)), alpha)
    verdict = invariance(x, W, alpha)
    assert verdict.y is not None
    broken = brute.integrated_line(x, [int(v) for v in verdict.y], W, alpha)
    assert verdict.line_local == broken != verdict.line_mixup


@pytest.mark.claims("IV.3-condition")
@pytest.mark.parametrize("p", [1, 2])
@given(data=st.data(), alpha=alphas)
def test_verdict_is_that_of_all_impulses(p: int, data: st.DataObject, alpha: Fraction) -> None:
    x, W = data.draw(problems(p))
    verdict = invariance(x, W, alpha)
    assert verdict.holds == brute.always_equal(x, W, alpha)
    if verdict.y is None:
        assert verdict.holds
        assert verdict.line_mixup is verdict.line_local is None
        return
    local, mixup = (brute.line(x, verdict.y, V, alpha) for V in (W, brute.complete(len(x))))
    assert local != mixup
    assert (verdict.line_local, verdict.line_mixup) == (tuple(local), tuple(mixup))


@given(data=st.data(), alpha=alphas)
def test_residuals_are_orthogonal_and_vanish_with_the_verdict(
    data: st.DataObject, alpha: Fraction
) -> None:
    x, W = data.draw(problems(2))
    verdict = invariance(x, W, alpha)
    for residual in verdict.residuals:
        assert sum(residual) == 0
        for k in range(2):
            assert sum(v * point[k] for v, point in zip(residual, x, strict=True)) == 0
    assert len(verdict.residuals) == 3
    assert verdict.holds == (not any(any(residual) for residual in verdict.residuals))


@given(data=st.data(), alpha=alphas, factor=st.sampled_from([Fraction(3), Fraction(1, 7)]))
def test_verdict_does_not_depend_on_units_or_order(
    data: st.DataObject, alpha: Fraction, factor: Fraction
) -> None:
    x, W = data.draw(problems())
    n = range(len(x))
    order = data.draw(st.permutations(n))
    verdict = invariance(x, W, alpha).holds
    moved = [[factor * point[0] - 2] for point in x]
    symmetric = [[(W[i][j] + W[j][i]) * factor for j in n] for i in n]
    assert invariance(moved, W, alpha).holds == verdict
    assert invariance(x, symmetric, alpha).holds == verdict
    shuffled = [[W[i][j] for j in order] for i in order]
    assert invariance([x[i] for i in order], shuffled, alpha).holds == verdict


@pytest.mark.claims("IV.3-condition")
def test_each_half_of_the_condition_is_needed() -> None:
    # Equal degrees alone do not suffice: S x is not affine on the cycle 0-1-2-3-0.
    assert {sum(row) for row in CYCLE} == {2}
    assert not invariance((0, 1, 2, 3), CYCLE)
    assert not brute.always_equal(brute.column((0, 1, 2, 3)), CYCLE, 1)
    verdict = invariance((0, 1, 2, 3), CYCLE)
    assert not any(verdict.residuals[0])
    assert any(verdict.residuals[1])
    # And on three points with alpha = 1 the second half alone does not either.
    verdict = invariance((-1, 0, 1), PATH)
    assert any(verdict.residuals[0])
    assert not any(verdict.residuals[1])


@pytest.mark.parametrize("alpha", [Fraction(1, 2), Fraction(1), Fraction(5, 2), Fraction(9)])
def test_moments_by_quadrature(alpha: Fraction) -> None:
    # With lambda = sin^2(t) the integrand stays bounded for alpha >= 1/2.
    def moment(power: int) -> float:
        def integrand(t: float) -> float:
            return float(np.sin(t) ** (2 * power) * (np.sin(t) * np.cos(t)) ** (2 * alpha - 1))

        return float(integrate.quad(integrand, 0, np.pi / 2)[0])

    p, q = (float(value.subs(ALPHA, sp.Rational(alpha))) for value in moments(ALPHA))
    np.testing.assert_allclose(moment(2) / moment(0), p, rtol=1e-9)
    np.testing.assert_allclose((moment(1) - moment(2)) / moment(0), q, rtol=1e-9)


@pytest.mark.claims("IV.3-criterion")
@pytest.mark.parametrize("which", [0, 1])
def test_wrong_moments_are_rejected(which: int) -> None:
    def accepts(expression: sp.Expr) -> bool:
        for alpha in range(1, 8):
            first, second = brute.beta_moments(alpha)
            exact = (second, first - second)[which]
            if expression.subs(ALPHA, alpha) != exact:
                return False
        return True

    assert survivors(moments(ALPHA)[which], accepts) == []


def test_moment_certificates_bite() -> None:
    certificates = moment_certificates()
    for certificate in certificates:
        certificate.verify()
        if isinstance(certificate, Antiderivative):
            with pytest.raises(CertificateError, match="derivative fails"):
                replace(certificate, primitive=2 * certificate.primitive).verify()
        if isinstance(certificate, Identity):
            with pytest.raises(CertificateError, match="identity fails"):
                replace(certificate, right=2 * certificate.right).verify()
    assert {type(certificate) for certificate in certificates} == {Antiderivative, Identity}


def test_higher_moments_are_refused() -> None:
    with pytest.raises(ValueError, match="degree 2 or less"):
        expected(LAMBDA**3)


# What goes in, and what comes out.


def test_result_is_frozen_and_true_where_it_holds() -> None:
    broken, kept = invariance((0, 1, 2), PATH), invariance((0, 1, 2), brute.complete(3))
    assert (bool(broken), bool(kept)) == (False, True)
    assert broken == Invariance(
        holds=False,
        y=(1, -2, 1),
        line_mixup=(0, 0),
        line_local=(0, sp.Rational(-1, 2)),
        residuals=((sp.Rational(-1, 3), sp.Rational(2, 3), sp.Rational(-1, 3)),) * 2,
    )
    with pytest.raises(FrozenInstanceError):
        broken.holds = True  # type: ignore[misc]


@pytest.mark.parametrize(
    ("x", "W"),
    [
        (np.arange(3), np.array(PATH)),
        (sp.Matrix([0, 1, 2]), sp.Matrix(PATH)),
        ([Fraction(0), Fraction(1), sp.Integer(2)], [tuple(row) for row in PATH]),
        ([[0], [1], [2]], [[flint.fmpq(value) for value in row] for row in PATH]),
        (iter([0, 1, 2]), [iter(row) for row in PATH]),
    ],
    ids=["numpy", "sympy", "mixed", "column", "iterators"],
)
def test_exact_input_of_every_kind(x: Any, W: Any) -> None:
    assert invariance(x, W) == invariance((0, 1, 2), PATH)


def test_a_point_without_weight_drops_out() -> None:
    x, y = (0, 1, 2, 5), (0, 1, 0, 7)
    W = [[*row, 0] for row in PATH] + [[0, 0, 0, 0]]
    assert minimiser(x, y, W) == minimiser(x[:3], y[:3], PATH)
    verdict = invariance(x, W)
    assert not verdict
    assert verdict.line_local != verdict.line_mixup


@pytest.mark.claims("IV.3")
@given(w=st.lists(weights, min_size=4, max_size=4).filter(all), alpha=alphas)
def test_two_points_always_agree(w: list[Fraction], alpha: Fraction) -> None:
    assert invariance((1, 4), [w[:2], w[2:]], alpha)


@pytest.mark.parametrize(
    ("x", "W", "alpha", "message"),
    [
        ((0, 1.0, 2), PATH, 1, "x takes exact rational numbers.*float decides no equality.*1.0"),
        ((0, float("nan"), 2), PATH, 1, "x takes exact.*nan"),
        ((0, True, 2), PATH, 1, "x takes exact.*True of type bool"),
        ((0, sp.sqrt(2), 2), PATH, 1, "x takes exact.*sqrt"),
        ((0, sp.oo, 2), PATH, 1, "x takes exact.*oo"),
        ((0, sp.Float(1), 2), PATH, 1, "x takes exact.*Float"),
        ((0, "1", 2), PATH, 1, "x must have shape|x takes exact"),
        ("012", PATH, 1, "x must be a sequence"),
        (3, PATH, 1, "x must be a sequence.*got 3"),
        ((), [], 1, "x must hold at least one number"),
        ([[1], [2, 3]], PATH, 1, r"x must be a matrix with rows of one length.*\[1, 2\]"),
        ([0, [1], [2]], PATH, 1, "numbers and rows together"),
        ((1, 1, 1), PATH, 1, "x must hold at least p \\+ 1 = 2 points.*3 of which only 1"),
        ((7,), [[1]], 1, "x must hold at least p \\+ 1 = 2 points.*got 1"),
        ([(0, 0), (1, 1), (2, 2)], PATH, 1, "= 3 points.*3 of which only 2"),
        ((0, 1, 2), [[1, 2], [3, 4]], 1, r"W must have shape \(n, n\) with n = 3.*\(2, 2\)"),
        ((0, 1, 2), [[1, 2, 3]], 1, r"W must have shape.*\(1, 3\)"),
        ((0, 1, 2), [[1], [2, 3], []], 1, r"W must be a matrix.*\[1, 2, 0\]"),
        ((0, 1, 2), 5, 1, "W must be a matrix; got 5"),
        ((0, 1, 2), [[0, -1, 0], [3, 0, 1], [0, 1, 0]], 1, "negative weight; got -1"),
        ((0, 1, 2), [[0, 0.5, 0], [0.5, 0, 1], [0, 1, 0]], 1, "W takes exact.*0.5"),
        ((0, 1, 2), [[0] * 3] * 3, 1, "W must give a positive degree.*not unique"),
        ((0, 1, 2), [[1, 0, 0], [0, 0, 0], [0, 0, 0]], 1, "W must give a positive degree"),
        ((0, 1, 2), PATH, 0, "alpha must be positive.*got 0"),
        ((0, 1, 2), PATH, Fraction(-1, 2), "alpha must be positive"),
        ((0, 1, 2), PATH, 1.5, "alpha takes exact.*1.5"),
        ((0, 1, 2), PATH, float("inf"), "alpha takes exact.*inf"),
    ],
)
def test_bad_input_is_refused(x: Any, W: Any, alpha: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        invariance(x, W, alpha)
    if not message.startswith(("W", "alpha", "negative")):
        with pytest.raises(ValueError, match=message):
            least_squares(x, [0, 0, 0])
    with pytest.raises(ValueError, match=message):
        minimiser(x, [0, 0, 0], W, alpha)


@pytest.mark.parametrize("y", [(0, 1), (0, 1, 0, 0), (0, 1, 0.0), 5])
def test_bad_targets_are_refused(y: Any) -> None:
    with pytest.raises(ValueError, match=r"y (must|takes)"):
        minimiser((0, 1, 2), y, PATH)
    with pytest.raises(ValueError, match=r"y (must|takes)"):
        least_squares((0, 1, 2), y)


@given(value=numbers)
def test_numbers_are_taken_as_they_are(value: Fraction) -> None:
    found = rational(value, "x")
    assert (int(found.p), int(found.q)) == (value.numerator, value.denominator)
    assert rational(sp.Rational(value), "x") == found
