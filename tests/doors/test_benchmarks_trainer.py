"""The benchmark of the trainer, without the frameworks that it compares with."""

import numpy as np
import pytest

from benchmarks import trainer
from benchmarks.trainer_peers import checks
from benchmarks.trainer_peers.task import FLOP, N_TRAIN, TASKS, Task, load, networks, padded
from numerics import mlp


def test_flop() -> None:
    assert FLOP == 62_000


def test_data_have_the_number_of_samples_that_steps_are_counted_with() -> None:
    data = load(0, range(2))
    assert data.X.shape == (2, N_TRAIN, 2)
    for task in TASKS:
        assert next(data.passes(task, 1)).offsets.shape == (2, task.steps + 1)


@pytest.mark.parametrize("task", TASKS, ids=lambda task: str(task.batch_size))
def test_batches_have_about_twenty_rows_that_count(task: Task) -> None:
    assert trainer.rows_counted(task, 0) == pytest.approx(20, abs=1)


def test_padding_keeps_every_row_and_adds_weight_zero() -> None:
    data, task = load(0, range(3)), TASKS[3]
    epochs = next(data.passes(task, 1))
    sizes = np.diff(epochs.offsets).max(axis=0) + 1
    X, target = padded(epochs, sizes)
    assert len(X) == len(target) == 3 * sizes.sum()
    block = 0
    for s, size in enumerate(sizes):
        for r in range(3):
            rows = slice(*epochs.offsets[r, s : s + 2])
            count = rows.stop - rows.start
            kept, added = slice(block, block + count), slice(block + count, block + size)
            np.testing.assert_array_equal(X[kept], epochs.X[rows])
            np.testing.assert_array_equal(target[kept], epochs.T[rows] * epochs.weights[rows, None])
            assert size > count
            assert not target[added].any()
            block += size


def test_peers_start_from_the_networks_of_the_library() -> None:
    data = load(0, range(2))
    ours = mlp.train(data.X, data.labels, rng=data.generators(), updates=0, backend="numpy")
    start = data.initial()
    expected = ours.logits(data.X_test)
    np.testing.assert_allclose(networks(start)(data.X_test), expected, atol=checks.ROUNDING)
    start[0][0][:] = 0  # a peer trains in place, and the next one starts as it did
    assert np.abs(networks(start)(data.X_test) - expected).max() > checks.ROUNDING
    np.testing.assert_allclose(
        networks(data.initial())(data.X_test), expected, atol=checks.ROUNDING
    )


def test_differences_of_networks_are_seen() -> None:
    outputs = np.random.default_rng(0).normal(size=(16, 5, 2))
    one_off = outputs.copy()
    one_off[3] += 1  # a replicate in which rounding was amplified
    found = checks.differences({"a": outputs, "b": one_off, "c": outputs + 2e-4})
    assert found["a"] == found["b"] == 0
    assert found["c"] > checks.ROUNDING


def test_errors_that_differ_are_seen_and_equal_ones_are_not() -> None:
    rng = np.random.default_rng(0)
    shared = rng.binomial(400, 0.05, 32) / 400
    errors = {name: shared + rng.integers(-2, 3, 32) / 400 for name in "abc"} | {"d": shared}
    assert min(checks.disagreement(errors, 16).values()) > checks.LEVEL
    errors["c"] = errors["c"] + 0.01
    levels = checks.disagreement(errors, 16)
    assert levels["c"] < checks.LEVEL
    assert checks.disagreement({"a": shared, "b": shared, "c": shared}, 3)["a"] == 1
    assert checks.disagreement({"a": shared, "b": shared + 0.0025}, 2)["a"] == 0


def test_replicates_are_shared_out() -> None:
    assert trainer.shares(5, 2) == [range(2), range(2, 5)]
    assert trainer.shares(1, 2) == [range(1)]
