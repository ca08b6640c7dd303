"""The benchmark of wide networks, without the framework that it compares with."""

import numpy as np
import pytest

from benchmarks import images
from numerics.mlp.single import Recipe


def test_operations_of_a_sample() -> None:
    # Two layers, 5-4-3: both products forward, both gradients, and the slopes of the hidden layer.
    assert images.flop((5, 4, 3)) == 2 * ((20 + 12) + (20 + 12) + 12)


def test_synthetic_images_look_like_the_real_ones() -> None:
    data = images.Job("Mixup", 0, Recipe(), 200, synthetic=True).data()
    assert data.X.shape == (200, 784)
    assert data.X_test.shape == (10_000, 784)
    assert data.X.dtype == data.X_test.dtype == np.float32
    assert 0 <= data.X.min() < data.X.max() <= 1
    assert set(data.labels) == set(data.labels_test) == set(range(10))


def test_both_have_one_call_for_each_epoch() -> None:
    job = images.Job("Mixup", 0, Recipe(widths=(8,), epochs=3), 300, synthetic=True)
    calls: list[int] = []
    logits = images.train_numerics(job, lambda: calls.append(len(calls)))
    assert calls == [0, 1, 2]
    assert logits.shape == (10_000, 10)


def report(seconds: list[float], errors: list[float], capsys: pytest.CaptureFixture[str]) -> str:
    found = images.report(
        "Mixup",
        {"numerics": [1.0, 1.0, 1.2], "torch": seconds},
        {"numerics": [0.1, 0.12, 0.11], "torch": errors},
        60_000 * images.flop((784, 512, 512, 10)) / 0.7,
        60_000,
    )
    return capsys.readouterr().out + str(found)


def test_report(capsys: pytest.CaptureFixture[str]) -> None:
    text = report([1.5, 1.5, 1.4], [0.101, 0.121, 0.108], capsys)
    assert "times as fast as PyTorch              1.50     1.0  reached" in text
    assert "percent of the sgemm peak            70.00    60.0  reached" in text
    assert text.endswith("True")


def test_slower_times_and_other_errors_are_seen(capsys: pytest.CaptureFixture[str]) -> None:
    text = report([0.8, 0.9, 0.9], [0.2, 0.22, 0.21], capsys)
    assert "times as fast as PyTorch              0.90     1.0  MISSED" in text
    assert "the test errors DIFFER" in text
    assert text.endswith("False")
