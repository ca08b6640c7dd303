"""``python -m numerics spirals``, ``ablation`` and ``table1``: what they print and keep."""

import math
import re
from pathlib import Path

import numpy as np

from numerics import experiments
from numerics.commands import spirals, table1
from numerics.experiments import Ablation, SpiralErrors
from numerics.experiments.images import METHODS, Table1
from numerics.experiments.images.settings import flat, settings
from numerics.experiments.two_spirals.settings import PRESETS
from tests.commands import Call, Output
from tests.numerics import studies
from tests.numerics.studies import IMAGES, TRAININGS, same

SPIRALS = "numerics spirals --n 60 --epochs 3 --backend numpy"
TABLE1 = f"numerics {IMAGES.command}"


def again(result: SpiralErrors | Table1) -> str:
    """Return the recorded command, as it is typed behind the door."""
    command: str = result.provenance["command"]
    assert command.startswith("python -m numerics ")
    return command.removeprefix("python -m ")


def test_table_of_the_spirals(call: Call) -> None:
    code, out, err = call(f"{SPIRALS} --runs 4 --epsilon 0 0.8 inf --widths 9")
    assert code == 0
    result = studies.spirals(runs=4, rng=0)
    assert out.startswith("preset printed, rule paper\n")
    for e, epsilon in enumerate(("0", "0.8", "inf")):
        mean, half = 100 * result.mean[e], 100 * result.half_width[e]
        (row,) = [line.split() for line in out.splitlines() if line.split()[:1] == [epsilon]]
        assert row[1:4] == [str(result.batch_sizes[e]), str(result.updates[e]), "4"]
        assert row[4:] == [f"{mean:.3f}", f"{mean - half:.3f}", "to", f"{mean + half:.3f}"]
    steps = 4 * int(result.updates.sum())
    assert f"{steps:,} optimiser steps; 3 chunks to compute" in err


def test_single_run_has_no_interval(output: Output) -> None:
    for line in (f"{SPIRALS} --epsilon inf", f"{TABLE1} --methods mixup baseline --drops"):
        out = output(f"{line} --runs 1")
        assert " to " not in out
        assert "nan" not in out
        assert "differences" not in out
        assert ("--drops" in out.splitlines()[-1]) == ("--drops" in line)


def test_out_and_the_recorded_command(tmp_path: Path, output: Output) -> None:
    path = tmp_path / "errors.csv"
    more = "--preset released --no-softmax-twice --widths 9 8 --no-mirrored --rate 0.02 --seed 3"
    where = f"--store '{tmp_path / 'kept'}' --out '{path}' --jobs 1 --stacked 2"
    out = output(f"{SPIRALS} --runs 3 --epsilon 0 1.25 {more} {where}")
    assert f"All 6 errors are in {path}." in out
    result = SpiralErrors.from_csv(path)
    assert not result.settings.softmax_twice
    assert not result.settings.mirrored
    assert (result.settings.widths, result.settings.rate) == ((9, 8), 0.02)
    assert str(tmp_path) not in again(result)
    output(again(result), "--out", tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == path.read_bytes()


def test_table1(tmp_path: Path, call: Call) -> None:
    whole, path = IMAGES.whole, tmp_path / "errors.csv"
    where = ("--store", tmp_path / "kept", "--out")
    code, out, err = call(f"{TABLE1} --runs 3 --methods {' '.join(METHODS)}", *where, path)
    assert code == 0
    result = Table1.from_csv(path)
    assert same(result, whole)
    rows = [line.split() for line in out.splitlines()]
    for m, method in enumerate(METHODS):
        mean, half = 100 * whole.mean[m], 100 * whole.half_width[m]
        row = next(row for row in rows if row[:1] == [method])
        numbers = [f"{mean:.3f}", f"{mean - half:.3f}", "to", f"{mean + half:.3f}"]
        optimism = 100 * whole.optimism(method)
        expected = numbers if math.isnan(optimism) else [*numbers, f"{optimism:.3f}"]
        assert row[-len(expected) :] == expected
    for item in whole.differences():
        row = next(row for row in rows if row[:3] == [item.first, "-", item.second])
        assert row[3] == f"{100 * item.estimate.value:.3f}"
        assert row[-1] == f"{item.adjusted:.2g}"
    assert f"eps = {whole.parameters['threshold-quantile']:.4g}, quantile 0.25" in out
    assert f"All 48 errors are in {path}." in out
    assert re.search(r"^threshold +mixup itself ", out, re.MULTILINE)
    assert "trainings of 2 epochs: reference 1, validation 20, test 24\n" in err
    # The recorded command is the same, without the places of files.
    assert str(tmp_path) not in again(result)
    code, _, err = call(again(result), *where, tmp_path / "again.csv")
    assert code == 0
    assert (tmp_path / "again.csv").read_bytes() == path.read_bytes()
    assert f"test 24; the store has {TRAININGS}\n" in err


def test_all_ingredients_have_an_option(output: Output) -> None:
    assert set(spirals.INGREDIENTS) == set(PRESETS["printed"].to_dict()) - {"preset", "rule"}
    assert set(table1.INGREDIENTS) == set(flat(settings("digits")))
    text = output("numerics table1 --help")
    assert all(f"--{name.replace('_', '-')}" in text for name in table1.INGREDIENTS)
    assert all(method in text for method in METHODS)


def test_store_goes_on_and_others_are_refused(tmp_path: Path, call: Call) -> None:
    line = f"{SPIRALS} --epsilon 0 inf --store '{tmp_path}'"
    assert call(f"{line} --runs 1").status == 0
    code, _, err = call(f"{line} --runs 2")
    assert code == 0
    assert "50.0% of them known from before; 2 chunks to compute" in err
    code, _, err = call(f"{line} --runs 1 --seed 4 --alpha 2")
    assert code == 2
    assert "entropy is 0, asked for 4; alpha is 1.0, asked for 2.0" in err


def test_ablation(tmp_path: Path, call: Call, output: Output) -> None:
    path = tmp_path / "ladder.csv"
    line = SPIRALS.replace("spirals", "ablation")
    out = output(f"{line} --runs 2 --epsilon inf --out", path)
    names = [name for name, _ in experiments.LADDER]
    assert [line[:-1] for line in out.splitlines() if line.endswith(":")] == names
    result = Ablation.from_csv(path)
    (row, *_) = [line.split() for line in out.splitlines() if line.split()[:1] == ["inf"]]
    assert row[4] == f"{100 * result.results[0].mean[0]:.3f}"
    # The line of each step computes that step.
    step = result.results[3]
    output(again(step), "--out", tmp_path / "again.csv")
    computed = SpiralErrors.from_csv(tmp_path / "again.csv")
    np.testing.assert_array_equal(computed.errors, step.errors)
    code, _, err = call(f"{line} --runs 2 --weighting pair")
    assert code == 2
    assert "the steps of the ablation choose weighting themselves" in err
