"""The commands that make a choice: choose, sweep and intrusion, and the figures that show it."""

import json
import shlex
from pathlib import Path

import numpy as np
import pytest

from figures.__main__ import main as draw
from numerics import graphs, signals, tradeoff
from numerics.__main__ import main
from numerics.archive import files


@pytest.fixture
def record(tmp_path: Path) -> Path:
    noise = np.random.default_rng(0).standard_normal(400)
    columns = {"t": np.arange(400.0) ** 1.1, "volts": signals.make(400) + 0.3 * noise}
    return files.write_csv(tmp_path / "mine.csv", columns)


def test_choose(record: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, smoothed = tmp_path / "risk.csv", tmp_path / "smoothed.csv"
    arguments = ["--data", str(record), "--column", "volts", "--boundary", "line", "--rule", "GCV"]
    assert main(["choose", *arguments, "--out", str(out), "--smoothed", str(smoothed)]) == 0
    text = capsys.readouterr().out
    y = signals.read_csv(record, "volts")
    result = tradeoff.choose(y, boundary="line", rule="GCV")
    assert f"Chosen: K = {result.chosen_K}," in text
    assert f"sigma = {result.sigma:.4g} (estimated)" in text
    np.testing.assert_array_equal(signals.read_csv(out, "risk"), result.risk)
    np.testing.assert_array_equal(signals.read_csv(smoothed, "smoothed"), result.smoothed)
    assert main(["choose", *arguments, "--K", "1:9", "--sigma", "0.3"]) == 0
    assert "sigma = 0.3 (given)" in capsys.readouterr().out


def test_choose_names_a_jump(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    noise = np.random.default_rng(0).standard_normal(500)
    trend = files.write_csv(tmp_path / "trend.csv", {"y": 3 * np.arange(500) / 500 + 0.1 * noise})
    assert main(["choose", "--data", str(trend)]) == 0
    assert "boundary='reflect' does not join" in capsys.readouterr().out
    assert main(["choose", "--data", str(trend), "--boundary", "reflect"]) == 0
    assert "jumps" not in capsys.readouterr().out


def test_sweep(record: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "sweep.csv"
    arguments = ["--data", str(record), "--x", "t", "--y", "volts", "--graph", "knn"]
    parameters = ["--parameters", "9", "3", "40"]
    assert main(["sweep", *arguments, *parameters, "--out", str(out)]) == 0
    text = capsys.readouterr().out
    x, y = signals.read_csv(record, ["t", "volts"])
    result = tradeoff.sweep(x, y, parameters=[9, 3, 40])
    assert f"Chosen: knn {result.chosen:g}," in text
    assert "the mean of the two limits" in text
    np.testing.assert_array_equal(signals.read_csv(out, "degrees"), result.degrees)
    assert main(["sweep", *arguments, "--parameters", "2.5"]) == 2
    assert "--parameters takes whole numbers" in capsys.readouterr().err


def test_intrusion(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 60)
    X = rng.standard_normal((60, 2)) + labels[:, None]
    columns = {"a": X[:, 0], "b": X[:, 1], "kind": labels}
    path = files.write_csv(tmp_path / "points.csv", columns)
    out = tmp_path / "intrusion.csv"
    arguments = ["--data", str(path), "--columns", "a", "b", "--classes", "kind"]
    assert main(["intrusion", *arguments, "--out", str(out)]) == 0
    text = capsys.readouterr().out
    result = graphs.intrusion(X, labels)
    assert f"{result.segments} of {result.segments} segments" in text
    for rule in graphs.EPSILON_RULES:
        assert f"epsilon = {result.choose(rule):.4g}: " in text
    np.testing.assert_array_equal(signals.read_csv(out, "share"), result.share)
    made = json.loads(out.with_suffix(".json").read_text())
    assert made["chosen"] == {rule: result.choose(rule) for rule in graphs.EPSILON_RULES}
    out.unlink()
    assert main(shlex.split(made["command"])[3:]) == 0
    np.testing.assert_array_equal(signals.read_csv(out, "share"), result.share)
    assert main(["intrusion", "--data", str(path)]) == 2
    assert "takes --columns, the inputs, and --classes" in capsys.readouterr().err
    wrong = ["--data", str(path), "--columns", "kind", "--classes", "a"]
    assert main(["intrusion", *wrong]) == 2
    assert "--classes takes whole numbers" in capsys.readouterr().err


def test_files_are_read_as_the_options_say(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.csv"
    rows = "".join(f"{i};{i % 7},5\n" for i in range(20))
    path.write_text(f"Gerät 3\nNA;NA\n{rows}", encoding="latin-1")
    arguments = ["--data", str(path), "--encoding", "latin-1", "--skip", "1", "--header", "none"]
    arguments += ["--decimal", ",", "--delimiter", ";"]
    for command in ("choose", "tradeoff"):
        assert main([command, "--column", "1", *arguments, "--missing", "drop"]) == 0
        assert "n = 20" in capsys.readouterr().out
    for command in ("minimise", "sweep"):
        assert main([command, *arguments, "--missing", "drop"]) == 0
        assert "n = 20" in capsys.readouterr().out
    assert main(["choose", "--column", "1", *arguments]) == 2
    assert "line 2: a value is missing" in capsys.readouterr().err


def test_figures_of_a_record_and_of_points(record: Path, tmp_path: Path) -> None:
    out = ["--out", str(tmp_path / "drawn")]
    assert draw(["draw", "choice", "--data", str(record), "--column", "volts", *out]) == 0
    y = signals.read_csv(record, "volts")
    table = (tmp_path / "drawn" / "choice.csv").read_text()
    risks = [float(row.split(",")[2]) for row in table.splitlines() if row.startswith("risk,")]
    np.testing.assert_array_equal(risks, tradeoff.choose(y).risk)
    assert "truth" not in table
    curve = tmp_path / "own.csv"
    graphs.intrusion(np.random.default_rng(0).standard_normal((30, 2)), [0, 1] * 15).to_csv(curve)
    assert draw(["draw", "intrusion", "--data", str(curve), *out]) == 0
    table = (tmp_path / "drawn" / "intrusion.csv").read_text()
    assert "\nDigits,0." in table
    assert "\nown," in table
