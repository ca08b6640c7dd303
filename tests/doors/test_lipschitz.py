"""``python -m numerics lipschitz`` on the digits."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from numerics import datasets
from numerics.__main__ import main
from numerics.commands.lipschitz import beside
from numerics.lipschitz import LowerBound, lower_bound
from numerics.lipschitz.segment_lengths import Lengths
from numerics.lipschitz.witness_images import Pictures
from tests.tolerances import CLOSED_FORM

pytest.importorskip("sklearn")


def test_curve_of_a_part(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.csv"
    arguments = ["lipschitz", "--points", "300", "--seed", "4", "--out", str(out)]
    assert main(arguments) == 0
    text = capsys.readouterr().out
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
    about = json.loads(out.with_suffix(".json").read_text(encoding="utf-8"))
    assert about["provenance"]["sources"][0]["sha256"] == data.provenance[0].sha256
    assert "--points 300 --seed 4" in about["provenance"]["command"]


def test_all_samples_with_a_store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["lipschitz", "--store", str(tmp_path / "store")]
    texts = []
    for _ in range(2):
        assert main(arguments) == 0
        texts.append(capsys.readouterr().out)
    tables = [text.partition("\n\n")[2] for text in texts]
    assert tables[0] == tables[1]
    assert "lower bound of that of all" not in texts[0]
    assert main([*arguments, "--segments", "all"]) == 2
    assert "made with other settings" in capsys.readouterr().err


def test_one_epsilon(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lipschitz", "--points", "200", "--epsilon", "1.5", "--segments", "all"]) == 0
    text = capsys.readouterr().out
    data = datasets.load("digits")
    value = lower_bound(data.flat(), data.labels_train, "all", points=200, rng=0, eps=1.5)
    found = re.search(r"Q = (\S+) at epsilon = 1.5", text)
    assert found is not None
    assert float(found[1]) == pytest.approx(value, rel=1e-8)


def test_several_epsilon(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lipschitz", "--points", "200", "--epsilon", "2", "0", "1.5"]) == 0
    text = capsys.readouterr().out
    data = datasets.load("digits")
    curve = lower_bound(data.flat(), data.labels_train, points=200, rng=0)
    found = re.findall(r"Q = (\S+) at epsilon = (\S+);", text)
    assert [epsilon for _, epsilon in found] == ["2", "0", "1.5"]
    for value, epsilon in found:
        assert float(value) == pytest.approx(curve(float(epsilon)), rel=1e-8)


def test_curve_up_to_an_epsilon_in_another_unit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.csv"
    arguments = ["lipschitz", "--epsilon", "2.4", "--deviations", "0.5", "--out", str(out)]
    assert main(arguments) == 0
    assert "at epsilon = 2.4; vanilla" in capsys.readouterr().out
    found = LowerBound.from_csv(out)
    data = datasets.load("digits")
    expected = lower_bound(2 * data.flat(), data.labels_train, up_to=2.4)
    np.testing.assert_allclose(found.values, expected.values, rtol=1e-14)
    np.testing.assert_allclose(found.epsilons, expected.epsilons, rtol=1e-14)
    assert found.up_to == 2.4
    lengths = Lengths.from_csv(beside(out, "lengths.csv"))
    assert lengths.longest > 2 * found.up_to
    pictures = Pictures.load(beside(out, "images.npz"))
    for value, witness in zip(found.values, found.witnesses, strict=True):
        point, near = pictures.virtual(witness)
        assert 1 / np.linalg.norm(point - near) == pytest.approx(value, rel=CLOSED_FORM)
    command = json.loads(out.with_suffix(".json").read_text(encoding="utf-8"))["provenance"][
        "command"
    ]
    assert "--epsilon 2.4 --deviations 0.5" in command
    assert main([*command.split()[3:], "--out", str(tmp_path / "again.csv")]) == 0
    assert (tmp_path / "again.csv").read_bytes() == out.read_bytes()


def test_each_colour_has_its_own_deviation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rng = np.random.default_rng(0)
    X, labels = rng.integers(0, 256, (20, 2, 2, 3), dtype=np.uint8), np.arange(20) % 2
    made = datasets.Dataset("svhn", X, labels, X, labels, ("a", "b"), 255, ())
    monkeypatch.setattr(datasets, "load", lambda *_: made)
    out = tmp_path / "out.csv"
    deviations = ["0.2", "0.3", "0.4"]
    call = ["lipschitz", "--data", "svhn", "--out", str(out), "--deviations", *deviations]
    assert main(call) == 0
    expected = lower_bound(X / 255 / np.array([0.2, 0.3, 0.4]), labels)
    np.testing.assert_allclose(LowerBound.from_csv(out).values, expected.values, rtol=CLOSED_FORM)
    assert main([*call[:-3], "0.3"]) == 0
    other = LowerBound.from_csv(out)
    np.testing.assert_allclose(
        other.values, lower_bound(X / 255 / 0.3, labels).values, rtol=CLOSED_FORM
    )
    assert not np.isclose(other.vanilla, expected.vanilla, rtol=1e-3)
    assert main([*call[:-2], "0.3"]) == 2
    assert "each of the 3 channels of svhn" in capsys.readouterr().err


def test_what_was_kept_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.csv"
    arguments = ["lipschitz", "--points", "200", "--store", str(tmp_path / "store")]
    texts, resumed = [], []
    for _ in range(2):
        assert main([*arguments, "--out", str(out)]) == 0
        texts.append(capsys.readouterr().out)
        about = json.loads(out.with_suffix(".json").read_text(encoding="utf-8"))
        resumed.append(about["provenance"]["resumed"])
    assert resumed == [False, True]
    assert "a second" in texts[0]
    assert "with those kept in" in texts[1]
    assert "a second" not in texts[1]


def test_segments_against_segments(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lipschitz", "--points", "40", "--segments", "segments"]) == 0
    text = capsys.readouterr().out
    assert "40 of the" in text
    assert re.search(r" of \d+ and \S+ of \d+ against \S+ of \d+ and", text)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--points", "1"], "points must be at least 2, got 1"),
        (["--points", "100000"], "points must be at most"),
        (["--epsilon", "-1"], "--epsilon takes numbers from 0 on"),
        (["--epsilon", "nan"], "--epsilon takes numbers from 0 on"),
        (["--out", "nowhere/x.csv"], "nowhere/x.csv: No such file or directory"),
        (["--deviations", "0.5", "0.5"], "one for each of the 1 channels of digits"),
        (["--deviations", "0"], "--deviations takes one positive number"),
        (["--out", "x.txt"], "--out takes a name that ends in .csv"),
        (["--memory", "1K"], "memory is too small"),
        (["--memory", "much"], "memory must be a size"),
        (["--jobs", "0"], "n_jobs must be at least 1"),
        (["--data", "cifar10"], "folder must be given"),
        (["--data", "digits", "--folder", "x"], "folder must be None"),
        (["--data", "mnist", "--folder", "nowhere"], "there is no folder"),
    ],
)
def test_what_the_user_has_to_mend(
    capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert main(["lipschitz", *arguments]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert message in error
