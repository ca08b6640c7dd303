"""The spirals experiment: what its numbers depend on, and what a store keeps of it."""

import dataclasses
import json
import math
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from numerics import experiments, mlp, spirals
from numerics.archive import tables as _tables
from numerics.archive.files import write_text
from numerics.archive.provenance import wall_seconds
from numerics.archive.store import Piece
from numerics.experiments import Ablation, SpiralErrors, ablation
from numerics.experiments.two_spirals import jobs, study
from numerics.experiments.two_spirals.jobs import Job
from numerics.experiments.two_spirals.settings import PRESETS, settings
from numerics.mixing import Mixing
from tests.numerics.studies import EPSILONS, SPIRALS, a_store

tiny = SPIRALS.run
Calls = list[tuple[float, int, int]]
COMMON: dict[str, Any] = {"n": 60, "epochs": 3, "backend": "numpy", "rng": 11}


@pytest.fixture(scope="module")
def unbroken() -> Any:
    return SPIRALS.whole


def test_errors_are_those_of_the_documented_streams(unbroken: SpiralErrors) -> None:
    run, size = 4, 20
    for_data, for_training = np.random.SeedSequence(11).spawn(7)[run].spawn(2)
    made = spirals.make(60, preset="printed", rng=for_data)
    trained = mlp.train(
        made.X_train[None],
        made.labels_train[None],
        mixing=Mixing("threshold", math.inf),
        network=mlp.Network((9,)),
        batch_size=size,
        epochs=3,
        rng=[np.random.default_rng(for_training)],
        backend="numpy",
    )
    error = trained.error(made.X_test, made.labels_test)
    assert unbroken.errors[2, run] == error[0]
    assert unbroken.batch_sizes[2] == size
    assert unbroken.updates[2] == 3 * 5  # 96 training samples


def test_epsilon_and_run_matter(unbroken: SpiralErrors) -> None:
    assert unbroken.errors.shape == (3, 7)
    assert len(np.unique(unbroken.errors, axis=0)) == 3
    assert (unbroken.errors.std(axis=1) > 0).all()
    assert not np.array_equal(tiny(rng=12).errors, unbroken.errors)
    assert not np.array_equal(tiny(preset="corrected").errors, unbroken.errors)


@pytest.mark.parametrize("changes", [{"stacked": 1}, {"stacked": 3}, {"stacked": 50}], ids=str)
def test_numbers_do_not_depend_on_how_they_are_computed(
    changes: dict[str, Any], unbroken: SpiralErrors
) -> None:
    np.testing.assert_array_equal(tiny(**changes).errors, unbroken.errors)


@pytest.mark.parametrize("size", [1, 4])
def test_numbers_do_not_depend_on_the_chunks(
    size: int, unbroken: SpiralErrors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(study, "CHUNK", size)
    result = tiny()
    np.testing.assert_array_equal(result.errors, unbroken.errors)
    assert result.provenance["chunks"] == 3 * math.ceil(7 / size)


def test_numbers_do_not_depend_on_other_epsilon_or_runs(unbroken: SpiralErrors) -> None:
    result = tiny((math.inf, 1.5, 0.0), 3)
    np.testing.assert_array_equal(result.errors[[2, 0]], unbroken.errors[[0, 2], :3])


def test_backends_give_errors_of_the_same_size(unbroken: SpiralErrors) -> None:
    pytest.importorskip("numba")
    other = tiny(backend="numba")
    # Rounding grows in training, but three epochs are few: hardly a sample changes its class.
    assert np.abs(other.errors - unbroken.errors).mean() < 0.01
    assert other.provenance["backend"] == "numba"
    assert "numba" in other.provenance["versions"]
    assert "numba" not in unbroken.provenance["versions"]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """Epsilon, first run and last run but one of what is computed in this process."""
    made: Calls = []
    train = jobs.train

    def recorded(job: Any, *more: Any) -> Any:
        made.append((job.epsilon, job.first, job.stop))
        return train(job, *more)

    monkeypatch.setattr(study, "train", recorded)
    return made


def test_store_is_extended(tmp_path: Path, unbroken: SpiralErrors, calls: Calls) -> None:
    tiny((0.8,), 3, store=tmp_path)
    assert calls == [(0.8, 0, 3)]
    tiny(runs=5, store=tmp_path)
    assert calls[1:] == [(0, 0, 5), (0.8, 3, 5), (math.inf, 0, 5)]
    result = tiny(store=tmp_path, n_jobs=1, stacked=2)
    assert calls[4:] == [(0, 5, 7), (0.8, 5, 7), (math.inf, 5, 7)]
    np.testing.assert_array_equal(result.errors, unbroken.errors)
    again = tiny(EPSILONS[::-1], 4, store=tmp_path)
    assert len(calls) == 7
    np.testing.assert_array_equal(again.errors, unbroken.errors[::-1, :4])


def test_lost_and_overlapping_chunks(
    tmp_path: Path, unbroken: SpiralErrors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(study, "CHUNK", 2)
    tiny(store=tmp_path)
    (tmp_path / "chunks" / "epsilon-0.8-runs-00002-00004.csv").unlink()
    monkeypatch.setattr(study, "CHUNK", 3)
    result = tiny(store=tmp_path)
    names = {file.name for file in (tmp_path / "chunks").glob("*-0.8-*")}
    assert {"epsilon-0.8-runs-00002-00003.csv", "epsilon-0.8-runs-00003-00004.csv"} < names
    np.testing.assert_array_equal(result.errors, unbroken.errors)
    monkeypatch.setattr(study, "CHUNK", 25)
    tiny((0.0,), 6, store=tmp_path / "other")
    overlapping = "epsilon-0.0-runs-00000-00006.csv"
    (tmp_path / "other" / "chunks" / overlapping).rename(tmp_path / "chunks" / overlapping)
    np.testing.assert_array_equal(tiny(store=tmp_path).errors, unbroken.errors)


def test_contradicting_chunks_are_refused(tmp_path: Path) -> None:
    tiny((0.0,), 2, store=tmp_path)
    store = a_store(tmp_path)
    (chunk,) = store.pieces.values()
    name, columns = "epsilon-0.0-runs-00001-00003", {**chunk.columns, "run": np.array([1, 2])}
    store.add(Piece(name, chunk.about, columns))
    with pytest.raises(ValueError, match="has other errors than another chunk"):
        tiny((0.0,), 2, store=tmp_path)
    (tmp_path / "chunks" / f"{name}.csv").unlink()
    store.add(dataclasses.replace(chunk, about={**chunk.about, "batch_size": 21}))
    with pytest.raises(ValueError, match="was made with batches of 21 and 15 updates"):
        tiny((0.0,), 2, store=tmp_path)


def test_fingerprint_tells_other_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = jobs.makers.__wrapped__
    known = fresh("numpy")["fingerprint"]
    assert fresh("numpy")["fingerprint"] == known
    with monkeypatch.context() as patch:
        patch.setattr(mlp.Adam, "__post_init__", lambda self: object.__setattr__(self, "eps", 2e-8))
        assert fresh("numpy")["fingerprint"] != known
    with monkeypatch.context() as patch:
        make = spirals.make
        patch.setattr(spirals, "make", lambda **given: make(**given | {"noise": 1.5000001}))
        assert fresh("numpy")["fingerprint"] != known


def test_fingerprint_covers_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, Any]] = []
    train = mlp.train

    def recorded(X: Any, Y: Any, **given: Any) -> mlp.Networks:
        seen.append(given | {"shape": np.shape(X)})
        return train(X, Y, **given)

    monkeypatch.setattr(mlp, "train", recorded)
    jobs.makers.__wrapped__("numpy")
    assert [given["mixing"].parameter for given in seen] == [1.5, math.inf]
    for given in seen:
        assert given["shape"] == (2, 80, 2)
        assert (given["batch_size"], given["updates"], given["stacked"]) == (40, 12, 2)
        assert given["network"] == mlp.Network((100, 100), softmax_twice=False)
        assert given["optimiser"] == mlp.Adam(0.01)
        assert given["dtype"] == "float32"
        mixing = given["mixing"]
        assert (mixing.weighting, mixing.normalise) == ("pair", "batch")
        assert (mixing.lam, mixing.pairing) == ("batch", "permutation")


def test_wall_time_is_that_in_which_somebody_works() -> None:
    def wall(spans: list[tuple[float, float]]) -> float:
        times = ({"seconds": seconds, "ended": ended} for ended, seconds in spans)
        return wall_seconds(Piece("", about, {}) for about in times)

    assert wall([]) == 0
    # Two processes side by side, then a pause, then one of them.
    spans = [(10.0, 4.0), (11.0, 4.0), (15.0, 4.0), (13.0, 2.0), (100.0, 3.0)]
    assert wall(spans) == wall(spans[::-1]) == 9 + 3
    assert wall([(5.0, 5.0), (4.0, 1.0)]) == 5


def test_wall_time_is_read_from_a_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(study, "CHUNK", 4)
    first = tiny(store=tmp_path, n_jobs=2)
    assert len(list(tmp_path.glob("chunks/*.csv"))) == first.provenance["chunks"] == 6
    # Read again it is the same but for rounding, and in a copy, whose files have other times.
    copy = shutil.copytree(tmp_path, tmp_path / "copy", copy_function=shutil.copyfile)
    for where in (tmp_path, copy):
        again = tiny(store=where).provenance
        expected = first.provenance["wall_seconds"]
        assert again["wall_seconds"] == pytest.approx(expected, abs=1e-2)
        assert set(again) == set(first.provenance)
    store = a_store(tmp_path)
    chunks = list(store.pieces.values())
    seconds = [chunk.about["seconds"] for chunk in chunks]
    total = sum(seconds)
    assert total == pytest.approx(first.provenance["seconds"], abs=1e-2)
    for number, chunk in enumerate(chunks):
        end = 1000 * (1 + number // 2) + seconds[number]  # by two they begin together
        store.add(dataclasses.replace(chunk, about={**chunk.about, "ended": end}))
    wall = tiny(store=tmp_path).provenance["wall_seconds"]
    pairs = zip(seconds[::2], seconds[1::2], strict=True)
    assert wall == pytest.approx(sum(map(max, pairs)), abs=1e-2)


def test_wall_time_without_a_store() -> None:
    made = tiny(epochs=100).provenance
    # One process: chunk after chunk, but for rounding.
    assert made["wall_seconds"] == pytest.approx(made["seconds"], abs=3e-3)
    assert made["seconds"] > 3e-2
    before = time.perf_counter()
    assert 0 < tiny(n_jobs=2).provenance["wall_seconds"] < time.perf_counter() - before


def test_time_of_a_chunk_is_without_compiling(monkeypatch: pytest.MonkeyPatch) -> None:
    def compiling(_: str) -> dict[str, str]:
        time.sleep(0.5)
        return {}

    monkeypatch.setattr(jobs, "makers", compiling)
    assert tiny((0.0,), 1).provenance["seconds"] < 0.5


#: Mixup and vanilla training diverge; at 0.8 there is one batch in a pass, and few updates.
WILD: dict[str, Any] = {"optimiser": "sgd", "rate": 1e5}


def failing(monkeypatch: pytest.MonkeyPatch, bad: Callable[[Job, int], bool]) -> None:
    """Let some runs diverge."""
    trained = jobs.trained_networks

    def some(job: Job, stacked: int) -> Any:
        if any(bad(job, run) for run in range(job.first, job.stop)):
            raise FloatingPointError
        return trained(job, stacked)

    monkeypatch.setattr(jobs, "trained_networks", some)


def test_all_but_what_diverges_is_kept(
    tmp_path: Path, unbroken: SpiralErrors, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(study, "CHUNK", 5)
    with monkeypatch.context() as patch:
        failing(patch, lambda job, run: job.epsilon == 0.8 and run in {0, 3, 5, 6})
        failing(patch, lambda job, run: job.epsilon == math.inf and run == 2)
        with pytest.raises(ValueError, match="diverged") as caught:
            tiny(store=tmp_path)
    assert ": epsilon 0.8, runs 0, 3, 5 to 6; epsilon inf, run 2. All" in str(caught.value)
    files = {file.name for file in tmp_path.glob("chunks/*.csv")}
    assert "epsilon-0.0-runs-00000-00005.csv" in files
    assert "epsilon-inf-runs-00005-00007.csv" in files
    # The others of those chunks are there too, and what is left is computed when it can be.
    kept = tiny(runs=2, epsilons=(0.0, math.inf), store=tmp_path)
    np.testing.assert_array_equal(kept.errors, unbroken.errors[::2, :2])
    calls.clear()
    np.testing.assert_array_equal(tiny(store=tmp_path).errors, unbroken.errors)
    assert sorted(calls) == [(0.8, 0, 1), (0.8, 3, 4), (0.8, 5, 7), (math.inf, 2, 3)]


def test_a_rate_that_diverges_for_one_epsilon(tmp_path: Path, calls: Calls) -> None:
    with pytest.raises(ValueError, match=r": epsilon inf, runs 0 to 2\. All other runs are kept"):
        tiny((math.inf, 0.8), 3, store=tmp_path, **WILD)
    assert [file.name for file in tmp_path.glob("chunks/*")] == ["epsilon-0.8-runs-00000-00003.csv"]
    kept = tiny((0.8,), 3, store=tmp_path, **WILD)
    assert calls == [(math.inf, 0, 3), (0.8, 0, 3)]
    np.testing.assert_array_equal(kept.errors, tiny((0.8,), 3, **WILD).errors)


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_without_a_store_the_first_ends_it(n_jobs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(study, "CHUNK", 2)
    with pytest.raises(ValueError, match=r"^epsilon 0\.0, runs from \d+ on: replicate.* With a st"):
        tiny((0.0,), 40, n_jobs=n_jobs, **WILD)


def test_epsilon_that_diverges_is_named_to_the_last_bit(tmp_path: Path) -> None:
    wild, known = {**WILD, "rate": 1e30}, (0.3, 0.1 + 0.2)
    with pytest.raises(ValueError, match=r": epsilon 0\.3, run 0; epsilon 0\.30000000000000004, r"):
        tiny(known, 1, store=tmp_path, **wild)


def test_ablation_names_what_diverges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        failing(patch, lambda job, run: job.settings.softmax_twice and run == 1)
        failing(patch, lambda job, _: job.settings.rule == "equal-updates")
        with pytest.raises(ValueError, match="diverged") as caught:
            ablation((0.8,), 3, store=tmp_path, **COMMON)
        named = ": released, epsilon 0.8, run 1; equal updates, epsilon 0.8, runs 0 to 2. All"
        assert named in str(caught.value)
        with pytest.raises(ValueError, match=r"^released, epsilon 0\.8, runs from 0 on: "):
            ablation((0.8,), 3, **COMMON)
    chunks = [len(list(tmp_path.glob(f"{name.replace(' ', '-')}/chunks/*.csv")))
              for name, _ in experiments.LADDER]  # fmt: skip
    assert chunks == [2, 1, 1, 1, 0]
    again = ablation((0.8,), 3, store=tmp_path, **COMMON)
    whole = ablation((0.8,), 3, **COMMON)
    for one, other in zip(again.results, whole.results, strict=True):
        np.testing.assert_array_equal(one.errors, other.errors)


def test_presets_differ_as_they_should() -> None:
    printed, corrected, released, *one_set = (PRESETS[name].to_dict() for name in PRESETS)
    assert {k for k in printed if printed[k] != corrected[k]} == {"preset", "noise", "law"}
    assert {k: released[k] for k in released if released[k] != corrected[k]} == {
        "preset": "released",
        "widths": [100, 100, 100],
        "softmax_twice": True,
        "weighting": "batch-mean",
    }
    assert one_set == [
        corrected | {"preset": "published-corrected"},
        released | {"preset": "published"},
    ]
    assert (printed["noise"], printed["law"], printed["n"]) == (1.5, "gaussian", 1000)
    assert (printed["widths"], printed["weighting"]) == ([100, 100], "pair")
    assert (printed["optimiser"], printed["rate"], printed["epochs"]) == ("adam", 0.01, 200)


def test_batch_rule() -> None:
    released = settings("released")
    assert released.n_train == 1600
    thresholds = (0.6, 1, 1.5, 2, 2.5, 3, 3.5)
    published = np.array([241, 103, 50, 33, 25, 22, 20])
    sizes = np.array([released.batch_size(epsilon) for epsilon in thresholds])
    assert (np.abs(sizes - published) <= 0.03 * published + 1).all()
    for epsilon, size in zip(thresholds, sizes, strict=True):
        assert size == round(20 / float(spirals.distance_fraction(epsilon, "released")))
        assert released.updates(released.batch_size(epsilon)) == 200 * math.ceil(1600 / size)
    assert [released.batch_size(epsilon) for epsilon in (0, 4, math.inf)] == [20, 20, 20]
    equal = settings("released", "equal-updates")
    assert {equal.updates(size) for size in (20, *sizes)} == {200 * 80}
    assert equal.batch_size(0.6) == released.batch_size(0.6)
    constant = settings("released", "constant")
    assert {constant.batch_size(epsilon) for epsilon in (0, *thresholds, math.inf)} == {20}
    assert constant.updates(20) == 200 * 80


def test_batches_are_not_larger_than_the_training_set() -> None:
    small = settings(n=60)
    assert small.batch_size(1e-9) == small.batch_size(0.05) == small.n_train == 96
    assert settings(n=5).batch_size(math.inf) == 8


def test_missing_numba_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    with pytest.raises(ValueError, match=r"pip install 'local-mixup\[fast\]'"):
        tiny(backend="numba")
    assert tiny(runs=1, backend="auto").provenance["backend"] == "numpy"


def without_digest(path: Path) -> None:
    """Make the file beside a table one of an earlier version."""
    content = json.loads(path.read_text())
    del content[_tables.DIGEST]
    path.write_text(json.dumps(content))


def test_two_files_of_different_results_are_refused(tmp_path: Path, unbroken: SpiralErrors) -> None:
    path = unbroken.to_csv(tmp_path / "errors.csv")
    beside = path.with_suffix(".json")
    other = dataclasses.replace(unbroken, errors=unbroken.errors[:, ::-1])
    kept = other.to_csv(tmp_path / "other.csv").read_bytes()
    own = path.read_bytes()
    path.write_bytes(kept)
    with pytest.raises(ValueError, match="they do not belong together: sha256_of_table is"):
        SpiralErrors.from_csv(path)
    # Other ends of the lines are not another table.
    path.write_bytes(own.replace(b"\n", b"\r\n"))
    np.testing.assert_array_equal(SpiralErrors.from_csv(path).errors, unbroken.errors)
    # Files of earlier versions do not say what they belong to, and have no wall time.
    without_digest(beside)
    old = json.loads(beside.read_text())
    del old["provenance"]["wall_seconds"]
    beside.write_text(json.dumps(old))
    read = SpiralErrors.from_csv(path)
    np.testing.assert_array_equal(read.errors, unbroken.errors)
    assert "wall_seconds" not in read.provenance
    path.write_bytes(kept)
    np.testing.assert_array_equal(SpiralErrors.from_csv(path).errors, other.errors)


def test_a_table_that_is_not_written_leaves_no_wrong_pair(
    tmp_path: Path, unbroken: SpiralErrors, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = unbroken.to_csv(tmp_path / "errors.csv")

    def full(target: Path, text: str) -> Path:
        if Path(target).suffix == ".csv":
            message = "no space left"
            raise OSError(message)
        return write_text(target, text)

    monkeypatch.setattr(_tables, "write_text", full)
    with pytest.raises(OSError, match="no space left"):
        dataclasses.replace(unbroken, errors=unbroken.errors[:, ::-1]).to_csv(path)
    with pytest.raises(ValueError, match="they do not belong together"):
        SpiralErrors.from_csv(path)


def test_ladder_goes_from_released_to_corrected() -> None:
    chosen = [settings("released")]
    for _, change in experiments.LADDER:
        assert len(change) <= 1
        chosen.append(dataclasses.replace(chosen[-1], **change))
    assert chosen[1] == PRESETS["released"]
    assert dataclasses.replace(chosen[-2], preset="corrected") == PRESETS["corrected"]
    last = dataclasses.replace(chosen[-1], preset="corrected")
    assert last == settings("corrected", "equal-updates")


def test_ablation(tmp_path: Path) -> None:
    result = ablation((0.8, math.inf), 2, store=tmp_path, **COMMON)
    assert result.names == tuple(name for name, _ in experiments.LADDER)
    corrected = experiments.spirals((0.8, math.inf), 2, "corrected", **COMMON)
    np.testing.assert_array_equal(result.results[3].errors, corrected.errors)
    released = experiments.spirals((0.8, math.inf), 2, "released", **COMMON)
    np.testing.assert_array_equal(result.results[0].errors, released.errors)
    assert len({step.errors.tobytes() for step in result.results}) == 5
    # Each step is an ordinary store.
    kept = experiments.spirals(
        (0.8,), 2, "released", store=tmp_path / "two-hidden-layers", softmax_twice=False,
        widths=(100, 100), **COMMON,
    )  # fmt: skip
    np.testing.assert_array_equal(kept.errors, result.results[2].errors[:1])
    path = result.to_csv(tmp_path / "ablation.csv")
    read = Ablation.from_csv(path)
    assert read.names == result.names
    for old, new in zip(result.results, read.results, strict=True):
        np.testing.assert_array_equal(old.errors, new.errors)
        assert (old.settings, old.provenance) == (new.settings, new.provenance)
    text = path.read_text()
    path.write_text(text.replace("inf,20,15,1,0.", "inf,20,15,1,0.0", 1))
    assert path.read_text() != text
    with pytest.raises(ValueError, match="they do not belong together"):
        Ablation.from_csv(path)
    without_digest(path.with_suffix(".json"))
    assert Ablation.from_csv(path).names == result.names
    path.write_text(text.replace("one softmax", "no softmax"))
    with pytest.raises(ValueError, match="'no softmax' is missing"):
        Ablation.from_csv(path)


def test_ablation_keeps_its_own_ingredients() -> None:
    with pytest.raises(
        ValueError, match="the steps of the ablation choose rule, widths themselves"
    ):
        ablation(widths=(3,), rule="paper")
