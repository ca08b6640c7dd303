"""The experiment on images: how parameters are chosen, what is compared, and what a store keeps."""

import dataclasses
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.spatial.distance import pdist

from numerics import adamixup, datasets
from numerics.archive.store import Piece
from numerics.experiments.images import DEFAULT_METHODS, METHODS, Table1, jobs
from numerics.experiments.images.settings import ENDS, changes, settings
from numerics.mixing import Mixing
from numerics.mlp import single
from tests.numerics.studies import IMAGES, RECIPE, SOME, TRAININGS, a_store, same

pytest.importorskip("sklearn")

tiny = IMAGES.run


@pytest.fixture(scope="module")
def unbroken() -> Any:
    return IMAGES.whole


@pytest.fixture(scope="module")
def digits() -> datasets.Dataset:
    return datasets.load("digits")


def child(run: int) -> list[np.random.SeedSequence]:
    """Return the streams of a run: training, validation and distances."""
    return np.random.SeedSequence(11).spawn(5)[run].spawn(3)


@pytest.mark.parametrize("method", ["baseline", "exponential", "knn", "exponential-features"])
def test_errors_are_those_of_the_documented_streams(
    method: str, unbroken: Table1, digits: datasets.Dataset
) -> None:
    run, graph = 2, method.split("-", maxsplit=1)[0]
    value = unbroken.parameters[method]
    mixing = Mixing.vanilla()
    if value is not None:
        mixing = Mixing(graph, int(value) if graph == "knn" else value)  # type: ignore[arg-type]
    fit = single.fit(
        digits.flat("train", dtype=np.float32),
        digits.labels_train,
        RECIPE,
        mixing,
        rng=np.random.default_rng(child(run)[0]),
        test=(digits.flat("test", dtype=np.float32), digits.labels_test),
        distance="features" if method.endswith("features") else "input",
    )
    np.testing.assert_array_equal(unbroken.curves[unbroken.methods.index(method), run], fit.errors)


def test_methods_runs_and_epochs_matter(unbroken: Table1) -> None:
    assert unbroken.methods == METHODS
    assert unbroken.curves.shape == (8, 3, 2)
    # The threshold's choice is Mixup itself; all others are different.
    assert len(np.unique(unbroken.curves.reshape(8, -1), axis=0)) == 7
    assert (unbroken.errors.std(axis=1) > 0).all()
    np.testing.assert_array_equal(unbroken.errors, unbroken.curves[:, :, 1])
    assert not np.array_equal(tiny(DEFAULT_METHODS, rng=12).curves, unbroken.curves[:6])


@pytest.mark.parametrize(
    ("method", "whole"),
    [
        ("exponential", None),  # the first of its values
        ("baseline", Mixing.vanilla()),
        ("mixup", Mixing("threshold", np.inf)),
        ("mixup", Mixing("exponential", 0)),
    ],
)
def test_validation_is_on_a_sixth_apart(
    method: str, whole: Mixing | None, unbroken: Table1, digits: datasets.Dataset
) -> None:
    item = next(item for item in unbroken.validation if item.method == method)
    if whole is None:
        whole = Mixing("exponential", item.parameter or 0.0)
    else:
        assert (item.parameter, item.scaled) == (None, None)
    for_split, for_training = child(1)[1].spawn(2)
    out = jobs.held_out(digits.labels_train, np.random.default_rng(for_split))
    sixth = [round(count / 6) for count in np.bincount(digits.labels_train)]
    np.testing.assert_array_equal(np.bincount(digits.labels_train[out]), sixth)
    X, labels = digits.flat("train", dtype=np.float32), digits.labels_train
    rng, test = np.random.default_rng(for_training), (X[out], labels[out])
    fit = single.fit(X[~out], labels[~out], RECIPE, whole, rng=rng, test=test)
    assert item.errors[1] == fit.errors[-1]


@pytest.fixture
def with_images(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[datasets.Dataset], None]]:
    def put(images: datasets.Dataset) -> None:
        jobs.images.cache_clear()
        monkeypatch.setattr(datasets, "load", lambda *_: images)

    yield put
    jobs.images.cache_clear()


def test_test_set_has_no_part_in_the_choice(
    unbroken: Table1, digits: datasets.Dataset, with_images: Callable[[datasets.Dataset], None]
) -> None:
    others = np.random.default_rng(0).integers(10, size=digits.labels_test.size)
    turned = 16 - digits.X_test
    with_images(dataclasses.replace(digits, X_test=turned, labels_test=others))
    result = tiny()
    assert result.validation == unbroken.validation
    assert (result.parameters, result.scaled) == (unbroken.parameters, unbroken.scaled)
    assert (np.abs(result.curves - 0.9) < 0.1).all()  # as by chance: they are what is tested on
    # The same change of the training labels does change it.
    labels = digits.labels_train.copy()
    labels[::3] = 0
    with_images(dataclasses.replace(digits, labels_train=labels))
    assert tiny(SOME, 1).validation != unbroken.validation[:2]


def test_methods_of_a_run_have_the_same_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, list[Any]] = {}

    def recorded(method: str, fit: Any) -> Any:
        def call(X: Any, labels: Any, *given: Any, rng: Any, **named: Any) -> Any:
            mixing = given[1] if method == "wide" else named["mixing"]
            name = f"{method} {mixing.graph} {mixing.parameter}"
            pairs = (mixing.alpha, mixing.beta, mixing.lam, mixing.pairing)
            seen.setdefault(name, []).append((rng.bit_generator.state["state"], X.sum(), pairs))
            return fit(X, labels, *given, rng=rng, **named)

        return call

    monkeypatch.setattr(single, "fit", recorded("wide", single.fit))
    monkeypatch.setattr(adamixup, "fit", recorded("adamixup", adamixup.fit))
    result = tiny(DEFAULT_METHODS, 2, alpha=0.5, pairing="repetition", lam="pair")
    final = {name: trainings[-2:] for name, trainings in seen.items()}
    mixup = final["wide none 0.0"]
    assert mixup[0][0] != mixup[1][0]
    assert mixup[0][2] == (0.5, 1.0, "pair", "repetition")
    others = [method for method in DEFAULT_METHODS if not result.edge(method)]
    assert sum(trainings == mixup for trainings in final.values()) == len(others) >= 4
    # Validation too: two runs, each of its own split, the same for all values.
    two = {name: trainings[:2] for name, trainings in seen.items() if len(trainings) >= 2}
    for_choice = [trainings for trainings in two.values() if trainings != mixup]
    assert len(for_choice) == 3 * 2 + len(ENDS)
    assert all(trainings == for_choice[0] for trainings in for_choice)
    assert for_choice[0][0] != for_choice[0][1]


def test_scales_are_those_of_the_images(unbroken: Table1, digits: datasets.Dataset) -> None:
    every = pdist(digits.flat("train"))
    np.testing.assert_allclose(unbroken.median_distance, np.median(every), rtol=0.01)
    for item in unbroken.validation:
        if item.parameter is None or item.scaled is None:
            assert item.method in ENDS
        elif item.method == "exponential":
            alpha = item.parameter * unbroken.median_distance
            np.testing.assert_allclose(alpha, item.scaled, rtol=1e-12)
        elif item.method == "threshold":
            np.testing.assert_allclose((every <= item.parameter).mean(), item.scaled, atol=0.01)
        elif item.method == "knn":
            assert item.scaled == item.parameter / 47
    for method in ("baseline", "mixup", "adamixup"):
        assert unbroken.parameters[method] is None
        assert unbroken.scaled[method] is None


def test_quantile_is_not_chosen(unbroken: Table1, digits: datasets.Dataset) -> None:
    assert unbroken.scaled["threshold-quantile"] == 0.25
    drawn = jobs.distances(digits.X_train, np.random.default_rng(child(0)[2]), digits.brightest)
    eps = unbroken.parameters["threshold-quantile"]
    assert eps == np.quantile(drawn, 0.25)
    other = tiny(("threshold-quantile",), 1, quantile=0.5)
    assert other.validation == ()
    assert other.parameters["threshold-quantile"] == other.median_distance


def test_alpha_of_features_is_in_units_of_a_trained_baseline(
    unbroken: Table1, digits: datasets.Dataset
) -> None:
    for_split, for_training = child(0)[1].spawn(2)
    out = jobs.held_out(digits.labels_train, np.random.default_rng(for_split))
    X, labels = digits.flat("train", dtype=np.float32)[~out], digits.labels_train[~out]
    fit = single.fit(X, labels, RECIPE, rng=np.random.default_rng(for_training))
    (first, _) = fit.networks.matrices()
    features = np.maximum(X @ first[0, :-1] + first[0, -1], 0)
    alpha, scaled = (x["exponential-features"] for x in (unbroken.parameters, unbroken.scaled))
    assert alpha is not None
    assert scaled is not None
    np.testing.assert_allclose(scaled / alpha, np.median(pdist(features)), rtol=0.02)


def test_distances_are_exact_and_of_different_points() -> None:
    points = np.array([[0, 255, 3], [255, 0, 4]], dtype=np.uint8)
    found = jobs.distances(points, np.random.default_rng(0), 255, 5000)
    np.testing.assert_array_equal(found, np.full(5000, math.sqrt(2 * 255**2 + 1) / 255))


def test_numbers_do_not_depend_on_other_methods_runs_or_order(unbroken: Table1) -> None:
    result = tiny(("knn", "exponential-features", "baseline"), 2)
    order = [METHODS.index(method) for method in result.methods]
    np.testing.assert_array_equal(result.curves, unbroken.curves[order, :2])


Key = tuple[str, str, float | None, int]
"""Phase, method, place in the grid, and run."""


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[Key]:
    """What is trained in this process."""
    made: list[Key] = []
    train = jobs.train

    def recorded(*given: Any, **counted: Any) -> Piece:
        made.append(dataclasses.astuple(given[-1])[:4])
        return train(*given, **counted)

    monkeypatch.setattr(jobs, "train", recorded)
    return made


def test_store_is_extended(tmp_path: Path, unbroken: Table1, calls: list[Key]) -> None:
    tiny(("mixup",), 1, store=tmp_path)
    assert calls == [("test", "mixup", None, 0)]
    tiny(SOME, 1, store=tmp_path, exponential=(0.5,), validation_runs=1)
    ends = [("validation", end, None, 0) for end in ENDS]
    own = ("validation", "exponential", 0.5, 0)
    assert calls[1:] == [own, *ends, ("test", "exponential", 0.5, 0)]
    tiny(SOME, 1, store=tmp_path)
    assert not {own, *ends} & set(calls[5:])
    assert ("validation", "exponential", 2.0, 1) in calls[5:]
    assert same(tiny(store=tmp_path), unbroken)
    assert len(calls) == len(set(calls))
    number = len(calls)
    assert same(tiny(store=tmp_path), unbroken)
    assert len(calls) == number


def test_lost_trainings_are_made_again(tmp_path: Path, unbroken: Table1) -> None:
    tiny(store=tmp_path)
    files = sorted((tmp_path / "chunks").iterdir())
    assert len(files) == TRAININGS
    for file in files[::5]:
        file.unlink()
    assert same(tiny(store=tmp_path), unbroken)
    assert sorted((tmp_path / "chunks").iterdir()) == files


def test_store_of_other_images_is_refused(
    tmp_path: Path, digits: datasets.Dataset, with_images: Callable[[datasets.Dataset], None]
) -> None:
    tiny(("baseline",), 1, store=tmp_path)
    (source,) = digits.provenance
    other = (dataclasses.replace(source, sha256="0" * 64),)
    with_images(dataclasses.replace(digits, provenance=other))
    with pytest.raises(ValueError, match=f'is "{source.sha256}", asked for "000'):
        tiny(("baseline",), 1, store=tmp_path)


def test_trainings_come_back(tmp_path: Path) -> None:
    tiny(SOME, 1, store=tmp_path)
    store = a_store(tmp_path)
    trainings = list(store.pieces.values())
    assert "test-mixup-none-run-00000" in store.pieces
    for training in trainings:
        assert training.about["versions"]["numpy"] == np.__version__
        assert training.about["seconds"] > 0
        store.add(training)
    for old, new in zip(trainings, a_store(tmp_path).pieces.values(), strict=True):
        np.testing.assert_array_equal(old.columns["error"], new.columns["error"])
        assert old.about == new.about


def test_training_with_another_parameter_is_refused(tmp_path: Path) -> None:
    tiny(SOME, 1, store=tmp_path)
    store = a_store(tmp_path)
    done = ((training, training.about["job"]) for training in store.pieces.values())
    one, job = next((t, job) for t, job in done if job["phase"] == "test" and job["parameter"])
    other = job | {"parameter": job["parameter"] * (1 + 1e-15)}
    store.add(dataclasses.replace(one, about={**one.about, "job": other}))
    with pytest.raises(ValueError, match="another training gave its scale"):
        tiny(SOME, 1, store=tmp_path)


def test_fingerprint_tells_other_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = jobs.makers.__wrapped__
    known = fresh()["fingerprint"]
    assert fresh()["fingerprint"] == known
    for method in METHODS:
        parameter = 2.0 if method == "knn" else 0.5000001
        fit = jobs.fit

        def changed(
            chosen: Any, name: str, value: Any, *given: Any, fit: Any = fit, changed: Any = method,
            parameter: float = parameter,
        ) -> Any:  # fmt: skip
            if name == changed == "adamixup":
                chosen = dataclasses.replace(chosen, policy=adamixup.Policy(intrusion=1.001))
            elif name == changed in {"baseline", "mixup"}:
                recipe = dataclasses.replace(chosen.recipe, rate=0.1000001)
                chosen = dataclasses.replace(chosen, recipe=recipe)
            return fit(chosen, name, parameter if name == changed else value, *given)

        with monkeypatch.context() as patch:
            patch.setattr(jobs, "fit", changed)
            # A threshold so little larger has the same pairs.
            if not method.startswith("threshold"):
                assert fresh()["fingerprint"] != known, method


def diverging(monkeypatch: pytest.MonkeyPatch, wanted: Callable[[str, Any, int], bool]) -> None:
    """Let trainings diverge: of which method, with which parameter, on how many samples."""
    fit = jobs.fit

    def call(chosen: Any, method: str, parameter: Any, X: Any, *given: Any) -> Any:
        if wanted(method, parameter, len(X)):
            message = "training diverged in epoch 2: lower the rate"
            raise FloatingPointError(message)
        return fit(chosen, method, parameter, X, *given)

    makers = jobs.makers()
    monkeypatch.setattr(jobs, "makers", lambda: makers)
    monkeypatch.setattr(jobs, "fit", call)


def test_what_diverges_is_not_chosen(unbroken: Table1, monkeypatch: pytest.MonkeyPatch) -> None:
    best = unbroken.parameters["exponential"]
    diverging(monkeypatch, lambda method, value, _: method == "exponential" and value == best)
    result = tiny(SOME, 1)
    (lost,) = [item for item in result.validation if item.parameter == best]
    assert lost.errors == (None, None)
    assert lost.mean == math.inf
    left = min(result.candidates("exponential"), key=lambda item: item.mean)
    assert (result.parameters["exponential"], left.mean) == (left.parameter, left.mean)
    assert left.mean < math.inf


def test_final_training_that_diverges_is_named_after_all_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, calls: list[Key]
) -> None:
    n = datasets.load("digits").labels_train.size
    diverging(monkeypatch, lambda method, _, size: method == "mixup" and size == n)
    with pytest.raises(ValueError, match=r"mixup, run 0 .*in epoch 2.*; mixup, run 1") as caught:
        tiny(SOME, 2, store=tmp_path)
    assert "All other trainings are kept in the store" in str(caught.value)
    assert ("test", "exponential") in {key[:2] for key in calls}
    number = len(calls)
    # It is known to diverge, and not tried again; the other method has its result.
    with pytest.raises(ValueError, match="mixup, run 0"):
        tiny(SOME, 2, store=tmp_path)
    assert tiny(("exponential",), 2, store=tmp_path).curves.shape == (1, 2, 2)
    assert len(calls) == number
    with pytest.raises(ValueError, match="stopped there, as nothing is kept") as caught:
        tiny(SOME, 2)
    assert "run 1" not in str(caught.value)


def test_method_whose_every_parameter_diverges_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, calls: list[Key]
) -> None:
    n = datasets.load("digits").labels_train.size
    diverging(monkeypatch, lambda *about: about[-1] < n)
    with pytest.raises(ValueError, match="exponential, every parameter in validation"):
        tiny(SOME, 1, store=tmp_path)
    assert calls[-1] == ("test", "mixup", None, 0)
    assert not [key for key in calls if key[:2] == ("test", "exponential")]


def test_graph_whose_own_values_diverge_is_one_of_the_ends(
    unbroken: Table1, monkeypatch: pytest.MonkeyPatch
) -> None:
    diverging(monkeypatch, lambda method, *_: method == "exponential")
    result = tiny(SOME, 3)
    best = min((item for item in unbroken.validation if item.method in ENDS), key=lambda i: i.mean)
    assert result.edge("exponential") == best.method
    np.testing.assert_array_equal(result.curves[0], unbroken.curves[METHODS.index(best.method)])


@pytest.mark.parametrize("kept", [True, False])
def test_graph_whose_end_diverges_is_named(
    kept: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    n = datasets.load("digits").labels_train.size
    diverging(monkeypatch, lambda method, _, size: method == "exponential" or size == n)
    with pytest.raises(ValueError, match=r"diverged: exponential, run 0 \(training") as caught:
        tiny(("exponential",), 2, store=tmp_path if kept else None)
    assert ("; exponential, run 1 (" in str(caught.value)) == kept


def test_reference_that_diverges_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, calls: list[Key]
) -> None:
    diverging(monkeypatch, lambda method, *_: method == "baseline")
    with pytest.raises(ValueError, match="baseline, reference for the features"):
        tiny(("exponential-features", "mixup"), 1, store=tmp_path)
    assert [key[:2] for key in calls] == [("reference", "baseline"), ("test", "mixup")]


def test_features_without_a_scale_are_named() -> None:
    with pytest.raises(ValueError, match=r"reference for the features \(half of its feat"):
        tiny(("exponential-features", "mixup"), 1, rng=12)


def test_parameters_are_counted(unbroken: Table1) -> None:
    assert unbroken.parameter_counts == adamixup.parameter_counts((64, 9, 10))


def test_provenance(unbroken: Table1) -> None:
    source = unbroken.provenance
    assert set(source) == {"command", "seed", "versions", "trainings", "seconds", "wall"}
    assert source["trainings"] == TRAININGS
    # One after the other: nothing is counted twice, and hardly anything is between them.
    assert 0 < source["wall"] <= source["seconds"] + 0.1
    assert {"numpy", "blas", "fingerprint"} <= set(source["versions"])


def test_command_has_what_is_not_the_data_sets_own() -> None:
    assert changes(settings("svhn")) == {"folder": "DIR"}
    assert changes(settings("digits", rate=0.3, batch_size=48)) == {"batch_size": 48, "rate": 0.3}
