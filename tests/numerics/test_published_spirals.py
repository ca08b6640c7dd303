"""The published set of spirals: read by its check sums, trained on, and counted."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy.spatial.distance import pdist

from figures.spirals import one_set
from numerics import experiments, mlp, spirals

if TYPE_CHECKING:
    from pathlib import Path

QUICK: dict[str, Any] = {"epochs": 1, "widths": (5,), "backend": "numpy", "rng": 3}


@pytest.fixture(scope="module")
def drawn() -> spirals.Spirals:
    return spirals.make(preset="released", rng=7)


@pytest.fixture
def folder(drawn: spirals.Spirals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder like the published one, with another set whose sums are taken for the right ones."""
    for part in ("train", "test"):
        np.save(tmp_path / f"x_{part}.npy", getattr(drawn, f"X_{part}"))
        labels = getattr(drawn, f"labels_{part}").astype(float)[:, None]
        np.save(tmp_path / f"y_{part}.npy", labels)
    sums = {
        name: hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()
        for name in spirals.PUBLISHED_SUMS
    }
    monkeypatch.setattr(spirals, "PUBLISHED_SUMS", sums)
    return tmp_path


def test_the_files_are_read_as_they_are(folder: Path, drawn: spirals.Spirals) -> None:
    found = spirals.published(folder)
    for name in ("X_train", "labels_train", "X_test", "labels_test"):
        np.testing.assert_array_equal(getattr(found, name), getattr(drawn, name))
        assert getattr(found, name).dtype == getattr(drawn, name).dtype
    assert found.settings == spirals.PRESETS["released"]


@pytest.mark.usefixtures("folder")
def test_other_files_are_refused(folder: Path) -> None:
    with (folder / "y_test.npy").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(ValueError, match=r"y_test\.npy has the wrong checksum"):
        spirals.published(folder)
    (folder / "x_test.npy").unlink()
    with pytest.raises(FileNotFoundError, match=r"lacks x_test\.npy; .*spirals_dataset.*https"):
        spirals.published(folder)
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        spirals.published(folder / "none")


def test_all_runs_have_the_one_set(folder: Path, drawn: spirals.Spirals) -> None:
    preset: Any = "published-corrected"
    found = experiments.spirals((0.0, 2.0), 3, preset, folder=folder, **QUICK)
    pairs = pdist(drawn.X_train)
    size = round(20 / float((pairs <= 2.0).mean()))
    assert found.batch_sizes.tolist() == [20, size]
    assert "--folder spirals_dataset" in found.provenance["command"]
    for epsilon, epoch_updates in ((0.0, 80), (2.0, -(-1600 // size))):
        chosen = found.settings
        networks = mlp.train(
            np.stack([drawn.X_train] * 3),
            np.stack([drawn.labels_train] * 3),
            mixing=chosen.mixing(epsilon),
            network=chosen.network,
            optimiser=chosen.optimiser_object,
            batch_size=20 if epsilon == 0 else size,
            updates=epoch_updates,
            rng=[
                np.random.default_rng(child.spawn(2)[1])
                for child in np.random.SeedSequence(3).spawn(3)
            ],
            backend="numpy",
            dtype="float32",
        )
        wanted = networks.error(np.stack([drawn.X_test] * 3), np.stack([drawn.labels_test] * 3))
        np.testing.assert_array_equal(found.errors[list(found.epsilons).index(epsilon)], wanted)


@pytest.mark.parametrize(
    ("preset", "changes", "message"),
    [
        ("published", {}, "the preset 'published' needs a folder with x_train"),
        ("corrected", {"folder": "."}, "folder must be None for the preset 'corrected'"),
        ("published", {"folder": ".", "noise": 1.0}, "none of n, noise, .* can be changed"),
        ("published", {"folder": ".", "n": 50}, "none of n, noise, .* can be changed"),
    ],
)
def test_what_does_not_go_together(preset: Any, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        experiments.spirals((0.0,), 1, preset, **QUICK, **changes)


def test_a_store_is_not_made_without_the_set(tmp_path: Path) -> None:
    store = tmp_path / "store"
    with pytest.raises(FileNotFoundError):
        experiments.spirals((0.0,), 1, "published", folder=tmp_path, store=store, **QUICK)
    assert not store.exists()


def test_facts_are_counted(folder: Path, drawn: spirals.Spirals) -> None:
    found = one_set.count(drawn)
    path = one_set.write(folder, folder)
    assert one_set.read(folder)[0] == found
    assert "python -m figures data published-spirals" in one_set.read(folder)[1]
    distances = pdist(drawn.X_train)
    same = pdist(drawn.labels_train[:, None].astype(float)) == 0
    for epsilon in (0.3, 1.0, 2.0):
        within = distances <= epsilon
        assert found.share(epsilon) == within.mean()
        assert found.one_spiral(epsilon) == same[within].mean()
    assert (found.share(0.0), found.share(np.inf)) == (0.0, 1.0)
    assert found.one_spiral(np.inf) == same.mean()
    assert found.diameter == distances.max()
    with pytest.raises(ValueError, match=r"epsilon must be one of 0\.1, 0\.2"):
        found.share(0.25)
    # Every sample has its reflection; of the test, those whose reflection was not drawn with them.
    assert found.mirrored == 2000
    reflected = (np.abs(drawn.X_test[:, None] + drawn.X_train[None]).max(axis=-1) < 1e-9).any(
        axis=1
    )
    assert found.test_mirrored == reflected.sum() < 400
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(ValueError, match="must hold what 'python -m figures data published-s"):
        one_set.read(folder)


def test_samples_without_reflection_are_not_counted() -> None:
    found = one_set.count(spirals.make(n=40, preset="released", mirrored=False, rng=1))
    assert (found.mirrored, found.test_mirrored) == (0, 0)
