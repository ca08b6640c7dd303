"""``python -m numerics spirals`` and ``ablation``: what they print, keep and refuse."""

import math
import shlex
from pathlib import Path

import numpy as np
import pytest

from numerics import experiments
from numerics.__main__ import main
from numerics.commands.spirals import INGREDIENTS
from numerics.experiments import Ablation, SpiralErrors
from numerics.experiments.two_spirals.settings import PRESETS

TINY = "--n 60 --epochs 3 --backend numpy"


def run(arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = main(shlex.split(arguments))
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_table(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(f"spirals {TINY} --runs 4 --epsilon 0 0.8 inf --widths 9", capsys)
    assert code == 0
    result = experiments.spirals(
        (0, 0.8, math.inf), 4, rng=0, n=60, epochs=3, widths=(9,), backend="numpy"
    )
    assert out.startswith("preset printed, rule paper\n")
    for e, epsilon in enumerate(("0", "0.8", "inf")):
        mean, half = 100 * result.mean[e], 100 * result.half_width[e]
        (row,) = [line.split() for line in out.splitlines() if line.split()[:1] == [epsilon]]
        assert row[1:4] == [str(result.batch_sizes[e]), str(result.updates[e]), "4"]
        assert row[4:] == [f"{mean:.3f}", f"{mean - half:.3f}", "to", f"{mean + half:.3f}"]
    steps = 4 * int(result.updates.sum())
    assert f"{steps:,} optimiser steps; 3 chunks to compute" in err


def test_single_run_has_no_interval(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(f"spirals {TINY} --runs 1 --epsilon inf", capsys)
    assert code == 0
    assert " to " not in out
    assert "nan" not in out


def test_out_and_the_recorded_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "errors.csv"
    more = "--preset released --no-softmax-twice --widths 9 8 --no-mirrored --rate 0.02 --seed 3"
    where = f"--store '{tmp_path / 'kept'}' --out '{path}' --jobs 1 --stacked 2"
    code, out, _ = run(f"spirals {TINY} --runs 3 --epsilon 0 1.25 {more} {where}", capsys)
    assert code == 0
    assert f"All 6 errors are in {path}." in out
    result = SpiralErrors.from_csv(path)
    assert not result.settings.softmax_twice
    assert not result.settings.mirrored
    assert (result.settings.widths, result.settings.rate) == ((9, 8), 0.02)
    command = result.provenance["command"]
    assert str(tmp_path) not in command
    again = tmp_path / "again.csv"
    assert command.startswith("python -m numerics spirals ")
    line = command.removeprefix("python -m numerics ")
    code, _, _ = run(f"{line} --out '{again}'", capsys)
    assert code == 0
    assert again.read_bytes() == path.read_bytes()


def test_all_ingredients_have_an_option() -> None:
    assert set(INGREDIENTS) == set(PRESETS["printed"].to_dict()) - {"preset", "rule"}


def test_store_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = f"--store '{tmp_path}'"
    assert run(f"spirals {TINY} --runs 1 --epsilon 0 inf {store}", capsys)[0] == 0
    code, _, err = run(f"spirals {TINY} --runs 2 --epsilon 0 inf {store}", capsys)
    assert code == 0
    assert "50.0% of them known from before; 2 chunks to compute" in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("--runs 0", "runs must be at least 1"),
        ("--epsilon -1", "epsilons must be at least 0, or infinity"),
        ("--epsilon nan", "epsilons must be at least 0, or infinity; got nan"),
        ("--jobs 0", "n_jobs must be at least 1"),
        ("--noise -1", "noise must be"),
        ("--weighting no", "argument --weighting: invalid choice: 'no'"),
        ("--runs 1 --epsilon 0 --rate 1e38", "diverged"),
        ("--runs 1 --epsilon 0 --out nowhere/errors.csv", "nowhere"),
        ("--runs 1 --epsilon 0 --out errors.txt", "must be named *.csv"),
    ],
)
def test_errors_take_one_line(
    arguments: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code, out, err = run(f"spirals {TINY} {arguments}", capsys)
    except SystemExit as caught:
        captured = capsys.readouterr()
        code, out, err = int(caught.code or 0), captured.out, captured.err
    assert code == 2
    assert out == ""
    last = err.splitlines()[-1]
    assert last.startswith("python -m numerics spirals: ")
    assert message in last


def test_other_store_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = f"--store '{tmp_path}'"
    assert run(f"spirals {TINY} --runs 1 --epsilon 0 {store}", capsys)[0] == 0
    code, _, err = run(f"spirals {TINY} --runs 1 --epsilon 0 {store} --seed 4 --alpha 2", capsys)
    assert code == 2
    assert "entropy is 0, asked for 4; alpha is 1.0, asked for 2.0" in err


def test_ablation(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "ladder.csv"
    code, out, _ = run(f"ablation {TINY} --runs 2 --epsilon inf --out '{path}'", capsys)
    assert code == 0
    names = [name for name, _ in experiments.LADDER]
    assert [line[:-1] for line in out.splitlines() if line.endswith(":")] == names
    result = Ablation.from_csv(path)
    (row, *_) = [line.split() for line in out.splitlines() if line.split()[:1] == ["inf"]]
    assert row[4] == f"{100 * result.results[0].mean[0]:.3f}"
    # The line of each step computes that step.
    line = result.results[3].provenance["command"].removeprefix("python -m numerics ")
    again = tmp_path / "again.csv"
    assert run(f"{line} --out '{again}'", capsys)[0] == 0
    np.testing.assert_array_equal(SpiralErrors.from_csv(again).errors, result.results[3].errors)
    code, _, err = run(f"ablation {TINY} --runs 2 --weighting pair", capsys)
    assert code == 2
    assert "the steps of the ablation choose weighting themselves" in err


@pytest.mark.parametrize("command", ["spirals", "ablation"])
def test_help_teaches(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([command, "--help"])
    assert caught.value.code == 0
    text = capsys.readouterr().out
    for word in ("released", "examples:", "--store DIR", "--epochs", "per-pair"):
        assert word in text or (word == "per-pair" and "a weight for each pair" in text)
