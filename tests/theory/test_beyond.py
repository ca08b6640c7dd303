"""Rows beyond the paper, by simulation and enumeration: related work, C_p, kernels, degrees."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from numerics import tradeoff
from numerics.lattice import kernel
from numerics.minimise import mixup_1d
from numerics.mixing import Mixing
from tests.reference import enumeration as brute
from theory.linear import least_squares, minimiser
from theory.linear_models.estimators import predicted
from theory.mixup.related_work import SHRINK
from theory.tradeoff.kernels import EFFICIENCY, KERNELS, LOG, U, ball_kernel

if TYPE_CHECKING:
    from collections.abc import Callable

    import sympy as sp

    from theory import Reading

values = st.integers(-6, 6)


def as_function(expression: sp.Expr) -> Callable[[float], float]:
    return lambda u: float(expression.subs({U: u, LOG: np.log(u)}))


@pytest.mark.claims("II-transformation")
def test_virtual_samples_are_shrunken_and_perturbed() -> None:
    x = np.array([0.0, 1.0, 5.0])
    column = np.tile(x, 130_000)[:, None]
    batch = Mixing(lam="pair", pairing="repetition").batch(column, column, rng=3)
    lam, virtual = np.asarray(batch.lam), np.asarray(batch.X)[:, 0]
    i, j = np.asarray(batch.pairs).T % 3
    i = np.where(lam > 0.5, i, j)  # the sample with the larger share
    for k in range(3):
        own = virtual[i == k]
        mean = x.mean() + float(SHRINK["mean"]) * (x[k] - x.mean())
        spread = float(SHRINK["variance"]) * (x[k] - x.mean()) ** 2
        spread += float(SHRINK["rest"]) * x.var()
        assert abs(own.mean() - mean) < 4 * own.std() / np.sqrt(own.size)
        assert abs(own.var() / spread - 1) < 0.02


@pytest.mark.claims("II-lipschitz")
@given(y=st.lists(values, min_size=3, max_size=6), data=st.data())
def test_no_slope_exceeds_those_of_the_data(y: list[int], data: st.DataObject) -> None:
    gaps = data.draw(st.lists(st.integers(1, 4), min_size=len(y) - 1, max_size=len(y) - 1))
    x = np.concatenate([[0], np.cumsum(gaps)]).astype(float)
    f = mixup_1d(x, np.array(y, dtype=float), np.ones((len(y), len(y))))
    steepest = np.abs(np.diff(y) / np.diff(x)).max()
    for low, high in pairwise(x):
        inner = np.linspace(low, high, 5)[1:-1]
        assert np.abs(np.diff(f(inner)) / np.diff(inner)).max() <= steepest * (1 + 1e-9) + 1e-9


@pytest.mark.claims("IV.B-Cp")
@pytest.mark.parametrize("reading", brute.FINITE)
@given(s=st.lists(values, min_size=1, max_size=5), K=st.integers(1, 5))
def test_mallows_estimate_is_unbiased(reading: str, s: list[int], K: int) -> None:
    bias2, noise = brute.noisy(list(map(Fraction, s)), K, reading)
    c = brute.folded(brute.taps(K, reading), len(s))
    # E mean (f - y)^2 from the response to one unit of noise.
    training = bias2 + sum((tap - (k == 0)) ** 2 for k, tap in enumerate(c))
    assert training + 2 * c[0] - 1 == bias2 + noise
    risk = tradeoff.noisy(s, 1.0, K, reading).risk
    np.testing.assert_allclose(risk, float(bias2 + noise), rtol=1e-9, atol=1e-12)


@pytest.mark.claims("IV.B-kernel")
@pytest.mark.parametrize("reading", KERNELS)
def test_taps_tend_to_the_limit_kernel(reading: Reading) -> None:
    K, kappa = 4000, as_function(KERNELS[reading])
    taps = kernel(K, reading)
    for u in (0.1, 0.3, 0.5, 0.9):
        assert abs(K * taps[int(u * K)] - kappa(u)) < 3e-3
    mass, _ = quad(kappa, 0, 1)
    rough, _ = quad(lambda u: kappa(u) ** 2, 0, 1)
    moment, _ = quad(lambda u: u**2 * kappa(u), 0, 1)
    assert abs(mass - 0.5) < 1e-6
    efficiency = 3 / (5 * 5**0.5) / (2 * rough * (2 * moment) ** 0.5)
    assert abs(efficiency - float(EFFICIENCY.get(reading, "0.896"))) < 6e-4


@pytest.mark.claims("IV.B-dimension")
@pytest.mark.parametrize("d", [1, 2, 3])
def test_ball_kernel_by_simulation(d: int) -> None:
    # Ends of the pairs that put a virtual input at 0: t delta, with t uniform and weight 2 (1-t).
    rng = np.random.default_rng(d)
    t = rng.random(200_000)
    radius = t * rng.random(t.size) ** (1 / d)
    weight = 2 * (1 - t)
    edges = np.linspace(0.2, 1, 9)
    found, _ = np.histogram(radius, edges, weights=weight)
    kappa = as_function(ball_kernel(d))
    for k, (low, high) in enumerate(pairwise(edges)):
        expected, _ = quad(lambda r: kappa(r) * d * r ** (d - 1), low, high)
        assert abs(found[k] / t.size - expected) < 0.05 * expected + 2e-3
    second = np.mean(weight * radius**2)
    assert abs(second - d / (6 * (d + 2))) < 4e-3


@pytest.mark.claims("IV.3-degrees")
@given(
    y=st.lists(values, min_size=5, max_size=5),
    bits=st.lists(st.integers(0, 3), min_size=10, max_size=10),
    alpha=st.integers(1, 4),
)
def test_degree_weighted_line(y: list[int], bits: list[int], alpha: int) -> None:
    x, W = [0, 1, 3, 4, 8], [[int(i == j) for j in range(5)] for i in range(5)]
    for bit, (i, j) in zip(bits, combinations(range(5), 2), strict=True):
        W[i][j] = W[j][i] = bit
    slope, intercept = minimiser(x, y, W, alpha)
    assert predicted(x, y, W, alpha) == [slope * z + intercept for z in x]
    # With equal degrees and no edges it is least squares itself.
    alone = [[int(i == j) for j in range(5)] for i in range(5)]
    slope, intercept = least_squares(x, y)
    assert predicted(x, y, alone, alpha) == [slope * z + intercept for z in x]
