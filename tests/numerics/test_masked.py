"""Masked arrays with anything masked are refused by name: what is behind a mask is no value."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from numerics import (
    graphs,
    lattice,
    lipschitz,
    minimise,
    mixing,
    mlp,
    statistics,
    tradeoff,
    validation,
)

LAST = [False, False, False, True]
VALUES: Any = np.ma.masked_array([1.0, 2.0, 3.0, 99.0], LAST)
CLASSES: Any = np.ma.masked_array([1, 2, 1, 2], LAST)
SHARES: Any = np.ma.masked_array([0.1, 0.2], [False, True])
TABLE: Any = np.ma.masked_array(np.ones((4, 4)), np.eye(4, dtype=bool))
y, X = np.arange(4.0), np.arange(8.0).reshape(4, 2)

CALLS: dict[str, Callable[[], object]] = {
    "signal": lambda: tradeoff.noisy(VALUES, 1, [1]),
    "y": lambda: lattice.smooth(VALUES, 2),
    "theta": lambda: lattice.multiplier([1], VALUES),
    "K": lambda: tradeoff.iid(CLASSES),
    "X": lambda: graphs.knn(TABLE, 1),
    "X ": lambda: lipschitz.lower_bound(TABLE, [0, 1, 0, 1]),
    "X  ": lambda: graphs.intrusion(TABLE, [0, 1, 0, 1]),
    "labels": lambda: lipschitz.lower_bound(X, CLASSES),
    "labels ": lambda: graphs.intrusion(X, CLASSES),
    "x": lambda: minimise.mixup_1d(VALUES, y),
    "y ": lambda: minimise.printed_1d(y, VALUES),
    "W": lambda: minimise.mixup_1d(y, y, TABLE),
    "W ": lambda: mixing.Mixing("threshold", 9.0).batch(X, np.eye(4), W=TABLE, rng=0),
    "Y": lambda: mixing.Mixing("threshold", 9.0).batch(X, CLASSES, rng=0),
    "Y ": lambda: mlp.train(X, CLASSES, epochs=1, rng=0),
    "values": lambda: statistics.mean(VALUES),
    "pvalues": lambda: statistics.holm(SHARES),
}


@pytest.mark.parametrize("name", CALLS)
def test_masked_arrays_are_refused_by_name(name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name.strip()} must not be masked, got [14] masked"):
        CALLS[name]()


def test_a_mask_that_hides_nothing_is_no_matter() -> None:
    open_ = np.ma.masked_array([1.0, 2.0, 4.0], [False] * 3)
    np.testing.assert_array_equal(validation.check_signal(open_), [1, 2, 4])
    np.testing.assert_array_equal(validation.check_labels(np.ma.masked_array([1, 2]), "y"), [1, 2])
