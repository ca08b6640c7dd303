"""``python -m numerics lipschitz`` on the digits."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from numerics import datasets
from numerics.archive.tables import beside
from numerics.lipschitz import LowerBound, lower_bound
from numerics.lipschitz.segment_lengths import Lengths
from numerics.lipschitz.witness_images import Pictures
from tests.commands import Call, Output
from tests.tolerances import CLOSED_FORM

pytest.importorskip("sklearn")

COMMAND = "numerics lipschitz"


def provenance(table: Path) -> Any:
    return json.loads(table.with_suffix(".json").read_text(encoding="utf-8"))["provenance"]


def test_curve_of_a_part(tmp_path: Path, output: Output) -> None:
    out = tmp_path / "out.csv"
    text = output(f"{COMMAND} --points 300 --seed 4 --out", out)
    data = datasets.load("digits")
    expected = lower_bound(data.flat(), data.labels_train, points=300, rng=4)
    found = LowerBound.from_csv(out)
    np.testing.assert_allclose(found.values, expected.values, rtol=1e-14)
    np.testing.assert_allclose(found.epsilons, expected.epsilons, rtol=1e-14)
    assert [w[:3] for w in found.witnesses] == [w[:3] for w in expected.witnesses]
    assert not found.exact
    assert f"300 of the {len(data.X_train)} training samples, drawn with seed 4" in text
    assert "a lower bound of that of all samples" in text
    assert f"Vanilla {found.vanilla:.6g}, Mixup {found.mixup:.6g}" in text
    largest = np.diff(found.values).max()
    assert f"The largest of {found.values.size - 1} steps is {largest:.3g}" in text
    about = provenance(out)
    assert about["sources"][0]["sha256"] == data.provenance[0].sha256
    assert "--points 300 --seed 4" in about["command"]


def test_all_samples_with_a_store(tmp_path: Path, call: Call, output: Output) -> None:
    line = f"{COMMAND} --store '{tmp_path / 'store'}'"
    texts = [output(line) for _ in range(2)]
    tables = [text.partition("\n\n")[2] for text in texts]
    assert tables[0] == tables[1]
    assert "lower bound of that of all" not in texts[0]
    other = call(f"{line} --segments all")
    assert other.status == 2
    assert "made with other settings" in other.err


@pytest.mark.parametrize(
    ("segments", "asked"), [("all", ["1.5"]), ("same-class", ["2", "0", "1.5"])]
)
def test_some_epsilon(segments: Any, asked: list[str], output: Output) -> None:
    text = output(f"{COMMAND} --points 200 --segments {segments} --epsilon {' '.join(asked)}")
    data = datasets.load("digits")
    curve = lower_bound(data.flat(), data.labels_train, segments, points=200, rng=0)
    found = re.findall(r"Q = (\S+) at epsilon = (\S+);", text)
    assert [epsilon for _, epsilon in found] == asked
    for value, epsilon in found:
        assert float(value) == pytest.approx(curve(float(epsilon)), rel=1e-8)


def test_curve_up_to_an_epsilon_in_another_unit(tmp_path: Path, output: Output) -> None:
    out = tmp_path / "out.csv"
    text = output(f"{COMMAND} --epsilon 2.4 --deviations 0.5 --out", out)
    assert "at epsilon = 2.4; vanilla" in text
    found = LowerBound.from_csv(out)
    data = datasets.load("digits")
    expected = lower_bound(2 * data.flat(), data.labels_train, up_to=2.4)
    np.testing.assert_allclose(found.values, expected.values, rtol=1e-14)
    np.testing.assert_allclose(found.epsilons, expected.epsilons, rtol=1e-14)
    assert found.up_to == 2.4
    lengths = Lengths.from_csv(beside(out, "-lengths.csv"))
    assert lengths.longest > 2 * found.up_to
    pictures = Pictures.load(beside(out, "-images.npz"))
    for value, witness in zip(found.values, found.witnesses, strict=True):
        point, near = pictures.virtual(witness)
        assert 1 / np.linalg.norm(point - near) == pytest.approx(value, rel=CLOSED_FORM)
    command = provenance(out)["command"]
    assert "--epsilon 2.4 --deviations 0.5" in command
    output(command.removeprefix("python -m "), "--out", tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == out.read_bytes()


def test_each_colour_has_its_own_deviation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Call, output: Output
) -> None:
    rng = np.random.default_rng(0)
    X, labels = rng.integers(0, 256, (20, 2, 2, 3), dtype=np.uint8), np.arange(20) % 2
    made = datasets.Dataset("svhn", X, labels, X, labels, ("a", "b"), 255, ())
    monkeypatch.setattr(datasets, "load", lambda *_: made)
    out = tmp_path / "out.csv"
    line = f"{COMMAND} --data svhn --out '{out}' --deviations"
    output(f"{line} 0.2 0.3 0.4")
    expected = lower_bound(X / 255 / np.array([0.2, 0.3, 0.4]), labels)
    np.testing.assert_allclose(LowerBound.from_csv(out).values, expected.values, rtol=CLOSED_FORM)
    output(f"{line} 0.3")
    other = LowerBound.from_csv(out)
    expected_other = lower_bound(X / 255 / 0.3, labels).values
    np.testing.assert_allclose(other.values, expected_other, rtol=CLOSED_FORM)
    assert not np.isclose(other.vanilla, expected.vanilla, rtol=1e-3)
    assert "each of the 3 channels of svhn" in call(f"{line} 0.2 0.3").err


def test_what_was_kept_is_told(tmp_path: Path, output: Output) -> None:
    out = tmp_path / "out.csv"
    line = f"{COMMAND} --points 200 --store '{tmp_path / 'store'}' --out"
    texts, resumed = [], []
    for _ in range(2):
        texts.append(output(line, out))
        resumed.append(provenance(out)["resumed"])
    assert resumed == [False, True]
    assert "a second" in texts[0]
    assert "with those kept in" in texts[1]
    assert "a second" not in texts[1]


def test_segments_against_segments(output: Output) -> None:
    text = output(f"{COMMAND} --points 40 --segments segments")
    assert "40 of the" in text
    assert re.search(r" of \d+ and \S+ of \d+ against \S+ of \d+ and", text)
