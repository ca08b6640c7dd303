"""The sizes of the sets of images, counted and kept: the row on Section V.C."""

import json
from pathlib import Path

import numpy as np
import pytest

from figures.commands.data import NAMES
from figures.drawing import stored
from figures.report.sliders import regions
from figures.spirals import one_set
from figures.table1 import dataset_sizes
from numerics import datasets
from tests.commands import Output
from tests.figures.made_runs import pieces

KEPT = stored.DATA
"""Where the repository's own runs are."""


@pytest.mark.claims("V.C-datasets")
def test_kept_facts_are_those_of_the_files_that_other_results_came_from() -> None:
    facts = dataset_sizes.read(KEPT)["fashion-mnist"]
    with (KEPT / "lipschitz-fashion-mnist-vanilla.json").open() as file:
        other = json.load(file)
    assert facts["train"] == other["n"] == sum(facts["per_class"]) == 60_000
    assert facts["sources"] == other["provenance"]["sources"]
    assert facts["shape"] == [28, 28]
    assert facts["per_class"] == [6000] * 10


def image_set(name: str, number: int, shape: tuple[int, ...], classes: int) -> datasets.Dataset:
    X = np.zeros((number, *shape), dtype=np.uint8)
    labels = np.arange(number) % classes
    names = tuple(map(str, range(10)))
    return datasets.Dataset(name, X, labels, X[:7], labels[:7], names, 255, ())


@pytest.mark.claims("V.C-datasets")
@pytest.mark.parametrize(
    ("name", "number", "shape", "classes", "agrees"),
    [
        ("fashion-mnist", 60_000, (2, 2), 10, False),
        ("fashion-mnist", 59_999, (28, 28), 10, False),
        ("fashion-mnist", 60_000, (28, 28), 9, False),
        ("fashion-mnist", 60_000, (28, 28), 10, True),
        ("svhn", 73_257, (32, 32), 10, False),
        ("svhn", 73_257, (32, 32, 3), 10, True),
    ],
)
def test_facts_are_counted(
    name: str,
    number: int,
    shape: tuple[int, ...],
    classes: int,
    agrees: bool,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    output: Output,
) -> None:
    def load(asked: str, where: Path | None) -> datasets.Dataset:
        assert where == folder
        if asked != name:
            raise FileNotFoundError(asked)
        return image_set(name, number, shape, classes)

    monkeypatch.setattr("figures.table1.dataset_sizes.datasets.load", load)
    said = output("figures data image-sets --folder", folder, "--out", folder)
    assert "left out: " in said
    facts = dataset_sizes.read()[name]
    assert (facts["train"], facts["shape"], facts["test"]) == (number, list(shape), 7)
    (piece,) = pieces("V.C-datasets").values()
    assert (piece.value, piece.agrees) == (number, agrees)


def test_what_is_made_again_has_its_names_and_a_new_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: Output
) -> None:
    assert (dataset_sizes.NAME, one_set.NAME, regions.NAME) == NAMES
    new = tmp_path / "new" / "place"
    monkeypatch.setattr(
        "figures.table1.dataset_sizes.datasets.load", lambda *_: image_set("svhn", 20, (4, 4), 2)
    )
    output("figures data image-sets --out", new)
    assert (new / dataset_sizes.FILE).is_file()


def test_damaged_facts_and_missing_sets_are_told(folder: Path) -> None:
    with pytest.raises(FileNotFoundError):
        dataset_sizes.write(folder, folder)
    assert not dataset_sizes.read()
    (folder / dataset_sizes.FILE).write_text('{"svhn": {"train": 1}}')
    with pytest.raises(ValueError, match="must hold what 'python -m figures data image-sets'"):
        dataset_sizes.read()
