"""Stored runs that are trained again, on the spirals and on the digits: what passes, what fails."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from figures.measured.retrained import Retrained
from figures.spirals import stored
from figures.spirals.recheck import RECHECKED, RUNS, recheck, recheck_all
from figures.table1 import recheck as table1_recheck
from figures.table1.stored import DIGITS
from numerics import experiments, statistics
from numerics.experiments import SpiralErrors
from numerics.experiments.images import Table1, table1
from numerics.experiments.two_spirals.settings import settings
from numerics.validation import FloatArray
from tests.commands import Call
from tests.figures.made_runs import errors_of, some_of, whole_curve
from tests.tolerances import RETRAINED

CORRECTED = stored.STUDIES[1]


@cache
def small_spirals() -> SpiralErrors:
    return experiments.spirals((0.0, 0.8), 6, "corrected", rng=3, backend="numpy", n=50, epochs=10)


@cache
def small_digits() -> Table1:
    pytest.importorskip("sklearn")
    few: dict[str, Any] = {"epochs": 2, "widths": (12,), "exponential": (0.5, 2.0)}
    return table1("digits", table1_recheck.METHODS, 4, rng=3, validation_runs=1, **few)


def spirals_again(known: SpiralErrors) -> list[Retrained]:
    return [recheck(CORRECTED, known, epsilon, 6, n=50, epochs=10) for epsilon in (0.0, 0.8)]


def moved(errors: FloatArray, part: float, shift: float) -> FloatArray:
    """Make other errors: a part of these, a shift, and little noise."""
    noise = np.random.default_rng(0).normal(size=errors.shape)
    return np.clip(part * errors + shift + 0.001 * noise, 0, 1)


@pytest.mark.parametrize(
    ("make", "field", "again", "runs", "part", "shift"),
    [
        (small_spirals, "errors", spirals_again, 6, 1.0, 0.2),
        (small_digits, "curves", table1_recheck.recheck, table1_recheck.RUNS, 0.0, 0.9),
    ],
    ids=["spirals", "digits"],
)
def test_runs_that_are_trained_again_come_out_and_others_do_not(
    make: Callable[[], Any],
    field: str,
    again: Callable[[Any], list[Retrained]],
    runs: int,
    part: float,
    shift: float,
) -> None:
    known = make()
    found = again(known)
    assert len({each.what for each in found}) == 2
    for each in found:
        np.testing.assert_array_equal(each.stored, each.again)
        assert each.passes
        assert f"{runs} runs, trained again with the same rounding, {runs} with the" in str(each)
        assert "still come out" in str(each)
    other = replace(known, **{field: moved(getattr(known, field), part, shift)})
    for each in again(other):
        assert not each.passes
        assert "DO NOT COME OUT" in str(each)


def test_recheck_of_experiments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Call
) -> None:
    made: dict[tuple[str, str], SpiralErrors] = {}
    asked = []
    for number, experiment in enumerate(RECHECKED):
        chosen = settings(experiment.preset, experiment.rule)
        known = errors_of(chosen, whole_curve(), experiment.runs, number)
        assert known.errors.shape == (11, 1000)
        known.to_csv(tmp_path / f"{experiment.name}.csv")
        made[experiment.preset, experiment.rule] = known

    def train(
        epsilons: tuple[float, ...], runs: int, preset: str, *, rule: str, rng: Any, backend: str
    ) -> SpiralErrors:
        assert (rng.entropy, rng.spawn_key, backend) == (0, (), "numpy")
        asked.append((preset, epsilons, runs))
        return some_of(made[preset, rule], epsilons, runs)

    monkeypatch.setattr("figures.spirals.recheck.experiments.spirals", train)
    command = f"figures recheck --jobs 1 --data '{tmp_path}'"
    status, said, _ = call(command)
    assert status == 0
    assert asked == [
        (experiment.preset, (epsilon,), count)
        for experiment in RECHECKED
        for epsilon, count in RUNS.items()
    ]
    assert said.count("still come out") == 4
    for count in RUNS.values():
        assert f"{count} with the very same error, mean" in said
    # Other numbers in the file of one of them, which then belongs to its description again.
    path = tmp_path / f"{RECHECKED[1].name}.csv"
    other = SpiralErrors.from_csv(path)
    replace(other, errors=other.errors[:, ::-1] + 0.05).to_csv(path)
    status, said, _ = call(command)
    assert status == 1
    assert (said.count("still come out"), said.count("DO NOT COME OUT")) == (2, 2)


def test_recheck_of_digits(tmp_path: Path, call: Call) -> None:
    known = small_digits()
    (other,) = table1_recheck.recheck(known, ("mixup",), rate=0.01)
    assert (other.stored != other.again).any()
    changed = replace(known, curves=moved(known.curves, 0.0, 0.9))
    changed.to_csv(tmp_path / f"{DIGITS.file}.csv")
    status, said, _ = call("figures recheck digits --jobs 1 --data", tmp_path)
    assert (status, said.count("DO NOT COME OUT")) == (1, 2)


def test_recheck_needs_something_to_compare(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = tmp_path / "nothing"
    with pytest.raises(FileNotFoundError, match="python -m numerics spirals --runs 1000"):
        recheck_all(nothing)
    with pytest.raises(FileNotFoundError, match="recheck digits needs two stored runs"):
        table1_recheck.recheck_digits(nothing)
    for number, means in ((1, {0.0: 3.0, 0.8: 2.0}), (2, {0.0: 3.0, 1.0: 2.0})):
        few = errors_of(settings("printed"), means, number)
        few.to_csv(tmp_path / f"{stored.STUDIES[0].name}.csv")
        with pytest.raises(FileNotFoundError, match=r"two stored runs for eps = 0\.8 or inf"):
            recheck_all(tmp_path)
    known = small_spirals()
    with pytest.raises(ValueError, match="epsilon must be one of"):
        recheck(CORRECTED, known, 3.0, 2)
    with pytest.raises(ValueError, match="the provenance must have the seed, got None"):
        recheck(CORRECTED, replace(known, provenance={}), 0.8, 2)
    now = errors_of(settings("corrected"), {0.8: 2.0}, 2)
    monkeypatch.setattr("figures.spirals.recheck.experiments.spirals", lambda *_, **__: now)
    with pytest.raises(ValueError, match="settings must be those of the stored runs"):
        recheck(CORRECTED, known, 0.8, 2)


def paired(old: FloatArray, new: FloatArray) -> float:
    return statistics.paired(new, old[: new.size]).pvalue


@pytest.mark.parametrize(
    ("test", "runs", "shift", "noticed"),
    [
        *((paired, count, 2.0, True) for count in RUNS.values()),
        (paired, 4, 2.0, False),  # the controls: so few runs notice next to nothing
        (table1_recheck.chance, table1_recheck.RUNS, 14.0, True),
        (paired, table1_recheck.RUNS, 14.0, False),
    ],
)
def test_chance_passes_and_a_shift_does_not(
    test: Callable[[FloatArray, FloatArray], float], runs: int, shift: float, noticed: bool
) -> None:
    rng = np.random.default_rng(8)

    def passing(mean: float) -> np.floating[Any]:
        """Return the share that passes of runs whose errors have moved by so much on average."""
        found = []
        for _ in range(200):
            old = rng.normal(size=max(runs, 10))
            found.append(test(old, old[:runs] + rng.normal(mean, 1, runs)) > RETRAINED)
        return np.mean(found)

    assert passing(0) == 1
    assert passing(shift) < 0.25 if noticed else passing(shift) > 0.9


def test_runs_without_any_spread() -> None:
    assert table1_recheck.chance(np.ones(3), np.ones(2)) == 1
    assert table1_recheck.chance(np.ones(3), np.zeros(2)) == 0
