"""What both experiments promise alike: seeds, stores, interruptions, and results in two files."""

import dataclasses
import errno
import functools
import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from numerics import adamixup, experiments
from numerics.archive.store import Cache
from numerics.experiments import images
from numerics.experiments.images.settings import flat
from numerics.experiments.two_spirals.settings import settings
from numerics.experiments.workers import as_completed
from tests.numerics.studies import IMAGES, SPIRALS, Small, same
from tests.processes import ended, wait_for

both = pytest.mark.parametrize("small", [SPIRALS, IMAGES], ids=["spirals", "table1"])


@both
def test_interval_is_students(small: Small) -> None:
    whole = small.whole
    for errors, mean, half in zip(whole.errors, whole.mean, whole.half_width, strict=True):
        low, high = stats.t.interval(0.95, len(errors) - 1, errors.mean(), stats.sem(errors))
        np.testing.assert_allclose([mean - half, mean + half], [low, high], rtol=1e-12)
    assert np.isnan(small.at_least().half_width).all()


ON_SPIRALS = settings("released", "equal-updates", widths=[3, 4], noise=1, epochs=np.int64(7))
ON_IMAGES = images.settings("mnist", widths=[3, 4], rate=1, epochs=np.int64(7), policy_widths=[5])


@pytest.mark.parametrize(
    "chosen",
    [ON_SPIRALS, ON_IMAGES, ON_IMAGES.recipe, ON_IMAGES.policy, adamixup.Policy()],
    ids=["spirals", "images", "recipe", "policy", "policy of the paper"],
)
def test_settings_are_plain_data(chosen: Any) -> None:
    content = json.loads(json.dumps(chosen.to_dict()))
    assert type(chosen).from_dict(content) == chosen
    for bad in (content | {"more": 1}, dict(list(content.items())[:-1]), 3):
        with pytest.raises(ValueError, match="must be a mapping with the names"):
            type(chosen).from_dict(bad)


def test_settings_are_checked_when_they_come_back() -> None:
    assert type(ON_SPIRALS.noise) is type(ON_IMAGES.recipe.rate) is float
    assert images.settings("mnist", **flat(ON_IMAGES)) == ON_IMAGES
    for chosen, name, bad in (
        (ON_SPIRALS, "widths", 3),
        (ON_SPIRALS, "widths", [0]),
        (ON_IMAGES, "knn", [0]),
    ):
        with pytest.raises(ValueError, match=name):
            type(chosen).from_dict(chosen.to_dict() | {name: bad})


@both
def test_numbers_do_not_depend_on_the_processes(small: Small) -> None:
    assert same(small.run(n_jobs=2), small.whole)


@both
def test_seeds(small: Small, tmp_path: Path) -> None:
    run = functools.partial(small.run, small.least[0], 2)
    assert same(run(rng=np.random.SeedSequence(11)), run())
    one = run(rng=np.random.default_rng(11))
    assert same(one, run(rng=np.random.SeedSequence(11, spawn_key=(0,))))
    assert one.provenance["seed"] == {"entropy": 11, "spawn_key": [0]}
    assert run(rng=np.random.SeedSequence([3, 4])).provenance["seed"]["entropy"] == [3, 4]
    command = one.provenance["command"]
    assert same(eval(command, {"numerics": sys.modules["numerics"], "numpy": np}), one)
    fresh, other = (run(rng=None, store=tmp_path / name) for name in "ab")
    assert fresh.provenance["seed"] != other.provenance["seed"]
    # Without a seed, a store's is taken up.
    assert same(run(rng=None, store=tmp_path / "a"), fresh)


@pytest.mark.parametrize(
    ("small", "changes", "message"),
    [
        (SPIRALS, {"epochs": 4}, "epochs is 3, asked for 4"),
        (SPIRALS, {"rng": 12}, "entropy is 11, asked for 12"),
        (SPIRALS, {"rule": "equal-updates"}, 'rule is "paper", asked for "equal-updates"'),
        (SPIRALS, {"widths": (9, 9)}, r"widths is \[9\], asked for \[9, 9\]"),
        (SPIRALS, {"preset": "corrected", "noise": 1.5}, '"gaussian", asked for "uniform"'),
        (IMAGES, {"epochs": 3}, "epochs is 2, asked for 3"),
        (IMAGES, {"rng": 12}, "entropy is 11, asked for 12"),
        (IMAGES, {"lam": "pair"}, 'lam is "batch", asked for "pair"'),
        (IMAGES, {"policy_scale": 1}, r"scale is 0\.5, asked for 1\.0"),
        (IMAGES, {"drops": ()}, r"drops is \[0\.5, 0\.75\], asked for \[\]"),
    ],
)
def test_store_of_other_settings_is_refused(
    small: Small, changes: dict[str, Any], message: str, tmp_path: Path
) -> None:
    small.at_least(store=tmp_path)
    with pytest.raises(ValueError, match=message):
        small.at_least(store=tmp_path, **changes)
    # The same settings in other words are the same.
    small.at_least(store=tmp_path, widths=[np.int64(9)], alpha=1, rng=np.int64(11))


def test_store_of_another_experiment_is_refused(tmp_path: Path) -> None:
    SPIRALS.at_least(store=tmp_path)
    with pytest.raises(ValueError, match='experiment is null, asked for "table1"'):
        IMAGES.at_least(store=tmp_path)


@both
def test_files_of_others_are_refused(small: Small, tmp_path: Path) -> None:
    small.at_least(store=tmp_path)
    (tmp_path / "chunks" / "notes.csv").write_text("mine")
    with pytest.raises(ValueError, match=r"notes\.csv is damaged: delete it, or move it elsewhere"):
        small.at_least(store=tmp_path)


@both
def test_nothing_goes_on_after_an_error(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though the traceback is kept, as by a person who works at a prompt."""
    over = False

    def watched(*given: Any, **named: Any) -> Iterator[tuple[int, Any]]:
        nonlocal over
        try:
            yield from as_completed(*given, **named)
        finally:
            over = True

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(small.package.study, "as_completed", watched)
    monkeypatch.setattr(Cache, "add", full)
    with pytest.raises(OSError, match="No space left") as caught:
        small.run(small.least[0], 60)
    assert over
    assert caught.tb is not None


@both
def test_versions_are_told(small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (part,), runs = small.least
    with monkeypatch.context() as patch:
        for module in (small.package.study, small.package.jobs):

            def old(*given: str) -> dict[str, str]:
                return {"numpy": " for ".join(["0.9", *given])}

            patch.setattr(module, "makers", old, raising=False)
        small.at_least(store=tmp_path)
    name = "0.9 for numpy" if small is SPIRALS else "0.9"
    with pytest.warns(UserWarning, match=rf"computed with numpy {name}") as caught:
        result = small.run((part,), runs + 1, store=tmp_path)
    assert {Path(warning.filename).name for warning in caught} == {"studies.py"}
    assert result.provenance["versions"]["numpy"] == f"{name} and {np.__version__}"


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "killpg"), reason="the system has no groups of processes")
@pytest.mark.parametrize(
    ("small", "parts", "runs", "most"),
    [(SPIRALS, (0, 0.8, np.inf), 120, 15), (IMAGES, ("exponential", "mixup"), 40, 4 + 80)],
)
def test_killed_at_any_moment_and_taken_up(
    small: Small, parts: tuple[Any, ...], runs: int, most: int, tmp_path: Path
) -> None:
    whole = small.run(parts, runs)

    def files() -> set[Path]:
        return set(tmp_path.glob("chunks/*.csv"))

    def more_than(old: set[Path]) -> bool:
        return files() > old

    # Each as soon as something is there that was not; in validation, and in the test.
    for processes in (2, 1):
        before = files()
        more = f"{small.some} --runs {runs} --jobs {processes}"
        process = small.started_on(tmp_path, more)
        wait_for(functools.partial(more_than, before), process)
        os.killpg(process.pid, signal.SIGKILL)
        ended(process)
        assert process.returncode == -signal.SIGKILL
        assert before < files()
        assert len(files()) < most
    file = min(files())
    content = file.read_bytes()
    # What a kill in the midst of a write leaves: a draft, which is no result.
    file.rename(file.with_name(f".{file.name}.00000000.tmp"))
    assert same(small.run(parts, runs, store=tmp_path), whole)
    # A damaged file is not a result, and is not overwritten without being asked.
    file.write_bytes(content[: len(content) // 2])
    with pytest.raises(ValueError, match="is damaged: delete it") as caught:
        small.run(parts, runs, store=tmp_path)
    assert str(file) in str(caught.value)
    file.unlink()
    assert same(small.run(parts, runs, store=tmp_path), whole)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="the system has no SIGINT for one process")
@both
def test_interrupted_says_how_to_go_on(small: Small, tmp_path: Path) -> None:
    process = small.started_on(tmp_path, f"{small.some} --runs 100000")
    wait_for(lambda: any(tmp_path.glob("chunks/*.csv")), process)
    process.send_signal(signal.SIGINT)
    _, reason = ended(process)
    assert process.returncode == 130
    assert "the same command goes on from there" in reason
    assert "Traceback" not in reason


@pytest.mark.slow
def test_two_processes_on_one_store(tmp_path: Path) -> None:
    store = tmp_path / "store"
    pair = [SPIRALS.started_on(store, f"{SPIRALS.some} --runs 80") for _ in range(2)]
    outputs = [ended(process) for process in pair]
    assert [process.returncode for process in pair] == [0, 0], outputs
    assert same(SPIRALS.run(runs=80, store=store), SPIRALS.run(runs=80))
    assert len(list((store / "chunks").iterdir())) == 3 * 4


DIFFERENT = "exponential must be a tuple of different numbers"
METHODS = "methods must be different ones of"
DIFFERENT_EPSILONS = "epsilons must be a list of different numbers"


@pytest.mark.parametrize(
    ("small", "arguments", "message"),
    [
        *((small, *rest) for small in (SPIRALS, IMAGES) for rest in (
            ({"depth": 2}, "there is no ingredient 'depth': they are alpha, b"),
            ({"runs": 0}, "runs must be at least 1, got 0"),
            ({"runs": True}, "runs must be an integer"),
            ({"rng": -1}, "rng must be at least 0"),
            ({"rng": 1.5}, "rng must be an integer"),
            ({"n_jobs": 0}, "n_jobs must be at least 1, got 0"),
            ({"epochs": 0}, "epochs must be at least 1, got 0"),
            ({"epochs": 2.0}, "epochs must be an integer"),
            ({"widths": (9.5,)}, "widths must be an integer"),
            ({"widths": 9}, "widths"),
            ({"rate": 0}, "rate must be"),
            ({"optimiser": "adagrad"}, "optimiser must be one of .*adam"),
        )),
        (SPIRALS, {"preset": "prnted"}, "preset must be one of printed, .*; got 'prnted'"),
        (SPIRALS, {"rule": "papr"}, "rule must be one of"),
        (SPIRALS, {"noise": -1}, "noise must be"),
        (SPIRALS, {"noise": True}, "noise must be"),
        (SPIRALS, {"weighting": "pairs"}, "weighting must be one of"),
        (SPIRALS, {"dtype": "float16"}, "dtype must be one of float32, float64"),
        (SPIRALS, {"test_fraction": 0.0}, "test_fraction must leave a test sample"),
        (SPIRALS, {"epsilons": ()}, DIFFERENT_EPSILONS),
        (SPIRALS, {"epsilons": 1.0}, DIFFERENT_EPSILONS),
        (SPIRALS, {"epsilons": (0.0, np.nan)}, "epsilons must be at least 0, or infinity; got nan"),
        (SPIRALS, {"epsilons": (-1.0,)}, "epsilons must be at least 0, or infinity; got -1"),
        (SPIRALS, {"epsilons": (0.0, -0.0)}, DIFFERENT_EPSILONS),
        (SPIRALS, {"stacked": 0}, "stacked must be at least 1, got 0"),
        (SPIRALS, {"backend": "torch"}, "backend must be one of auto, numba, numpy; got 'torch'"),
        (SPIRALS, {"optimiser": "sgd", "rate": 1e30}, "^epsilon 0.0, runs from 0.* diverged"),
        (IMAGES, {"recipe": 2}, "there is no ingredient 'recipe'"),
        (IMAGES, {"methods": ()}, METHODS),
        (IMAGES, {"methods": ("mixup", "mixup")}, METHODS),
        (IMAGES, {"methods": ("mixing",)}, f"{METHODS} baseline, mixup"),
        (IMAGES, {"folder": "somewhere"}, "folder must be None for 'digits'"),
        (IMAGES, {"validation_runs": 0}, "validation_runs must be at least 1"),
        (IMAGES, {"exponential": ()}, DIFFERENT),
        (IMAGES, {"exponential": 1.0}, DIFFERENT),
        (IMAGES, {"exponential": (1.0, 1)}, DIFFERENT),
        (IMAGES, {"exponential": (0.0,)}, "exponential must be above 0; got 0.0"),
        (IMAGES, {"exponential": (np.inf,)}, "exponential must be"),
        (IMAGES, {"threshold": (1.5,)}, "a quantile, above 0 and at most 1; got 1.5"),
        (IMAGES, {"quantile": np.nan}, "quantile must be"),
        (IMAGES, {"knn": (0,)}, "knn must be at least 1"),
        (IMAGES, {"knn": (2.5,)}, "knn must be an integer"),
        (IMAGES, {"knn": (48,)}, "knn must be less than the size of a batch, 48"),
        (IMAGES, {"alpha": 0}, "alpha must be above 0"),
        (IMAGES, {"lam": "epoch"}, "lam must be one of batch, pair"),
        (IMAGES, {"policy_intrusion": -1}, "intrusion must be"),
        (IMAGES, {"rate": 1e30}, r"baseline, run 0 .*diverged in epoch 1"),
    ],
)  # fmt: skip
def test_bad_arguments_are_named(small: Small, arguments: dict[str, Any], message: str) -> None:
    parts = "epsilons" if small is SPIRALS else "methods"
    with pytest.raises(ValueError, match=message):
        small.run(**{parts: small.least[0], "runs": 1, **arguments})


def test_data_must_be_known() -> None:
    with pytest.raises(ValueError, match="data must be one of digits, fashion-mnist"):
        experiments.table1("digit")


@pytest.mark.parametrize(
    ("small", "header", "last", "lines"),
    [
        (SPIRALS, "epsilon,batch_size,updates,run,error", "inf,20,15,6", 1 + 3 * 7),
        (IMAGES, "method,run,epoch,error", "threshold-quantile,2,2", 1 + 8 * 3 * 2),
    ],
)
def test_results_return(small: Small, header: str, last: str, lines: int, tmp_path: Path) -> None:
    path = small.whole.to_csv(tmp_path / "errors.csv")
    read = small.result.from_csv(path)
    assert same(read, small.whole)
    assert read.provenance == small.whole.provenance
    for field in dataclasses.fields(read):
        old, new = (getattr(result, field.name) for result in (small.whole, read))
        assert getattr(old, "dtype", type(old)) == getattr(new, "dtype", type(new))
    text = path.read_text().splitlines()
    assert (text[0], len(text)) == (header, lines)
    assert text[-1] == f"{last},{small.whole.errors[-1, -1]}"


@both
def test_results_need_a_name_for_two_files(small: Small, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"must be named \*\.csv"):
        small.whole.to_csv(tmp_path / "errors.json")
    assert not list(tmp_path.iterdir())


COLUMNS = "must be a table with the columns"
ORDER = "order of method, run and epoch"


@pytest.mark.parametrize(
    ("small", "file", "old", "new", "message"),
    [
        (SPIRALS, "csv", "epsilon,", "eps,", f"{COLUMNS} epsilon, batch_size"),
        (SPIRALS, "csv", "inf,20,15,6,", "inf,20,15,", COLUMNS),
        (SPIRALS, "csv", "inf,20,15,6,", "inf,20,15,7,", "same number of runs"),
        (SPIRALS, "csv", "inf,20,15,6,", "inf,20,15,5,", "order of epsilon"),
        (SPIRALS, "csv", "inf,20,15,6,", "inf,20,16,6,", "order of epsilon"),
        (SPIRALS, "csv", "inf,20,15,6,", "3.0,20,15,6,", "order of epsilon"),
        (SPIRALS, "csv", "inf,20,15,6,", "inf,20,15,6,1", r"must be in \[0, 1\]"),
        (SPIRALS, "csv", "inf,20,15,6,", "inf,20,15,nan,", "must be finite"),
        (SPIRALS, "csv", "inf,20,15,6,", "x,20,15,6,", "could not convert"),
        (SPIRALS, "csv", "inf,20,15,6,0.", "inf,20,15,6,0.0", "do not belong together: sha256_of"),
        (SPIRALS, "json", '"epochs"', '"epocs"', "the settings must be a mapping"),
        (SPIRALS, "json", '"epochs": 3', '"epochs": 0', "epochs must be at least 1"),
        (SPIRALS, "json", '"provenance"', '"source"', "'provenance' is missing"),
        (SPIRALS, "json", "{", "[", "must hold a JSON object"),
        (IMAGES, "csv", "method,", "how,", f"{COLUMNS} method, run"),
        (IMAGES, "csv", "mixup,2,2,", "mixup,2,", COLUMNS),
        (IMAGES, "csv", "mixup,2,2,", "mixup,2,3,", ORDER),
        (IMAGES, "csv", "mixup,2,2,", "knn,2,2,", ORDER),
        (IMAGES, "csv", "mixup,", "mixing,", "the methods must be some of"),
        (IMAGES, "csv", "mixup,2,2,", "mixup,2,2,1", r"must be in \[0, 1\]"),
        (IMAGES, "csv", "mixup,2,2,0.", "mixup,2,2,nan0.", "could not convert"),
        (IMAGES, "csv", "mixup,2,2,0.", "mixup,2,2,0.0", "do not belong together"),
        (IMAGES, "json", '"epochs"', '"epocs"', "must be a mapping with the names batch_size"),
        (IMAGES, "json", '"epochs": 2', '"epochs": 3', f"{ORDER}, 3"),
        (IMAGES, "json", '"provenance"', '"source"', "'provenance' is missing"),
        (IMAGES, "json", '"scaled": {', '"scaled": {"none": 1,', "scaled must be given for"),
        (IMAGES, "json", '"data": "digits"', '"data": "mnist"', "the settings are for"),
        (IMAGES, "json", "{", "[", "must hold a JSON object"),
    ],
)
def test_damaged_results_are_refused(
    small: Small, file: str, old: str, new: str, message: str, tmp_path: Path
) -> None:
    path = small.whole.to_csv(tmp_path / "errors.csv")
    damaged = path.with_suffix(f".{file}")
    text = damaged.read_text()
    assert old in text
    damaged.write_text(text.replace(old, new, 1 if small is IMAGES else -1))
    with pytest.raises(ValueError, match=message):
        small.result.from_csv(path)
