"""The commands that make a choice: choose, sweep and intrusion, and the figures that show it."""

import json
from pathlib import Path

import numpy as np
import pytest

from numerics import graphs, signals, tradeoff
from numerics.archive import files
from tests.commands import Call, Output


@pytest.fixture
def record(tmp_path: Path) -> Path:
    noise = np.random.default_rng(0).standard_normal(400)
    columns = {"t": np.arange(400.0) ** 1.1, "volts": signals.make(400) + 0.3 * noise}
    return files.write_csv(tmp_path / "mine.csv", columns)


def test_choose(record: Path, tmp_path: Path, output: Output) -> None:
    out, smoothed = tmp_path / "risk.csv", tmp_path / "smoothed.csv"
    line = f"numerics choose --data '{record}' --column volts --boundary line --rule GCV"
    text = output(line, "--out", out, "--smoothed", smoothed)
    y = signals.read_csv(record, "volts")
    result = tradeoff.choose(y, boundary="line", rule="GCV")
    assert f"Chosen: K = {result.chosen_K}," in text
    assert f"sigma = {result.sigma:.4g} (estimated)" in text
    np.testing.assert_array_equal(signals.read_csv(out, "risk"), result.risk)
    np.testing.assert_array_equal(signals.read_csv(smoothed, "smoothed"), result.smoothed)
    assert "sigma = 0.3 (given)" in output(f"{line} --K 1:9 --sigma 0.3")


def test_choose_names_a_jump(tmp_path: Path, output: Output) -> None:
    noise = np.random.default_rng(0).standard_normal(500)
    trend = files.write_csv(tmp_path / "trend.csv", {"y": 3 * np.arange(500) / 500 + 0.1 * noise})
    assert "--boundary reflect does not join" in output("numerics choose --data", trend)
    assert "jumps" not in output("numerics choose --boundary reflect --data", trend)


def test_sweep(record: Path, tmp_path: Path, call: Call, output: Output) -> None:
    out = tmp_path / "sweep.csv"
    line = f"numerics sweep --data '{record}' --x t --y volts --graph knn --parameters"
    text = output(f"{line} 9 3 40", "--out", out)
    x, y = signals.read_csv(record, ["t", "volts"])
    result = tradeoff.sweep(x, y, parameters=[9, 3, 40])
    assert f"Chosen: knn {result.chosen:g}," in text
    assert "the mean of the two limits" in text
    np.testing.assert_array_equal(signals.read_csv(out, "degrees"), result.degrees)
    assert "--parameters takes whole numbers" in call(f"{line} 2.5").err


def test_intrusion(tmp_path: Path, call: Call, output: Output) -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 60)
    X = rng.standard_normal((60, 2)) + labels[:, None]
    columns = {"a": X[:, 0], "b": X[:, 1], "kind": labels}
    path = files.write_csv(tmp_path / "points.csv", columns)
    out = tmp_path / "intrusion.csv"
    line = f"numerics intrusion --data '{path}'"
    text = output(f"{line} --columns a b --classes kind", "--out", out)
    result = graphs.intrusion(X, labels)
    assert f"{result.segments} of {result.segments} segments" in text
    for rule in graphs.EPSILON_RULES:
        assert f"epsilon = {result.choose(rule):.4g}: " in text
    np.testing.assert_array_equal(signals.read_csv(out, "share"), result.share)
    made = json.loads(out.with_suffix(".json").read_text())
    assert made["chosen"] == {rule: result.choose(rule) for rule in graphs.EPSILON_RULES}
    out.unlink()
    output(made["command"].removeprefix("python -m "))
    np.testing.assert_array_equal(signals.read_csv(out, "share"), result.share)
    assert "or a file with --columns, the inputs, and --classes" in call(line).err
    wrong = call(f"{line} --columns kind --classes a")
    assert wrong.status == 2
    assert "--classes takes words or whole numbers" in wrong.err
    for named in ("--columns a", "--classes kind"):  # not ignored
        assert "are for a file" in call(f"numerics intrusion --data spirals {named}").err
    assert "--skip goes with a file" in call("numerics intrusion --data spirals --skip 1").err


def test_classes_may_be_words(tmp_path: Path, call: Call, output: Output) -> None:
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 3, 50)
    X = rng.standard_normal((50, 2)) + labels[:, None]
    printed = []
    for kinds in (("0", "1", "2"), ("oak", "2", "ash tree")):
        rows = [
            f"{a!r},{kinds[kind]},{b!r}" for (a, b), kind in zip(X.tolist(), labels, strict=True)
        ]
        path, out = tmp_path / "trees.csv", tmp_path / "out.csv"
        path.write_text("\n".join([*rows[:9], "1.5,,2.5", *rows[9:]]))
        line = f"numerics intrusion --data '{path}' --columns 0 2 --classes 1 --header none"
        assert "trees.csv, line 10: a value is missing" in call(line).err
        printed.append(output(f"{line} --missing drop --out", out))
        out.unlink()
        output(json.loads(out.with_suffix(".json").read_text())["command"][10:])
        np.testing.assert_array_equal(
            signals.read_csv(out, "share"), graphs.intrusion(X, labels).share
        )
    assert printed[0] == printed[1]
    assert " is not a number" in call(line.replace("--columns 0 2", "--columns 0 1")).err


def test_files_are_read_as_the_options_say(tmp_path: Path, call: Call, output: Output) -> None:
    path = tmp_path / "mine.csv"
    rows = "".join(f"{i};{i % 7},5\n" for i in range(20))
    path.write_text(f"Gerät 3\nNA;NA\n{rows}", encoding="latin-1")
    read = f"--data '{path}' --encoding latin-1 --skip 1 --header none --decimal , --delimiter ';'"
    for command in ("choose --column 1", "tradeoff --column 1", "minimise", "sweep"):
        assert "n = 20" in output(f"numerics {command} {read} --missing drop")
    assert "line 2: a value is missing" in call(f"numerics choose --column 1 {read}").err


def test_figures_of_a_record_and_of_points(record: Path, tmp_path: Path, output: Output) -> None:
    out = ("--out", tmp_path / "drawn")
    output("figures draw choice --column volts --data", record, *out)
    y = signals.read_csv(record, "volts")
    table = (tmp_path / "drawn" / "choice.csv").read_text()
    risks = [float(row.split(",")[2]) for row in table.splitlines() if row.startswith("risk,")]
    np.testing.assert_array_equal(risks, tradeoff.choose(y).risk)
    assert "truth" not in table
    foreign = tmp_path / "foreign.csv"
    foreign.write_text("\n".join(str(value).replace(".", ",") for value in y))
    output("figures draw choice --decimal , --header none --boundary line --data", foreign, *out)
    again = (tmp_path / "drawn" / "choice.csv").read_text().splitlines()
    risks = [float(row.split(",")[2]) for row in again if row.startswith("risk,")]
    np.testing.assert_array_equal(risks, tradeoff.choose(y, boundary="line").risk)
    curve = tmp_path / "own.csv"
    graphs.intrusion(np.random.default_rng(0).standard_normal((30, 2)), [0, 1] * 15).to_csv(curve)
    output("figures draw intrusion --data", curve, *out)
    table = (tmp_path / "drawn" / "intrusion.csv").read_text()
    assert "\nDigits,0." in table
    assert "\nown," in table
