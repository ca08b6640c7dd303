"""The benchmark of mixing, without the frameworks that it compares with."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import mixing


def test_lambda_and_partner_are_read_off_a_target() -> None:
    assert mixing.drawn(np.array([0.25, 0, 0.75, 0])) == (0.25, 2)
    assert mixing.drawn(np.array([1.0, 0, 0, 0]))[1] == 0
    for target in ([0.5, 0.25, 0.25, 0], [0.5, 0.25, 0, 0]):
        with pytest.raises(RuntimeError, match="no mixture of two"):
            mixing.drawn(np.array(target))


def draws(seed: int, alpha: float, lowest: int) -> mixing.Draws:
    rng = np.random.default_rng(seed)
    return rng.beta(alpha, alpha, 3000), rng.integers(lowest, mixing.SIZE, 3000)


def test_equal_laws_are_told_from_others() -> None:
    own = draws(0, 0.7, 0)
    assert min(mixing.p_values(own, draws(1, 0.7, 0), apart=False).values()) > mixing.LEVEL
    assert mixing.p_values(own, draws(2, 1.4, 0), apart=False)["lambda"] < mixing.LEVEL
    assert mixing.p_values(own, draws(3, 0.7, 1), apart=False)["partner"] < mixing.LEVEL
    assert min(mixing.p_values(own, draws(3, 0.7, 1), apart=True).values()) > mixing.LEVEL
