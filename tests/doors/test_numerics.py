"""The command line of `numerics`: tradeoff, and the errors of all commands."""

from pathlib import Path

import numpy as np
import pytest

from numerics import signals, tradeoff
from numerics.commands import COMMANDS
from numerics.commands.tradeoff import parse_K
from tests.commands import Call, Output
from tests.numerics.studies import IMAGES
from tests.processes import done


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3", [3]),
        ("1:4", [1, 2, 3, 4]),
        ("1:9:4", [1, 5, 9]),
        ("1:8:4", [1, 5]),
        ("5, 1,2:3", [5, 1, 2, 3]),
        ("0", [0]),
        ("1000000000000", [10**12]),
    ],
)
def test_parse_K(text: str, expected: list[int]) -> None:
    np.testing.assert_array_equal(parse_K(text), expected)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "--K takes numbers and ranges such as .*; got ''"),
        ("a", "--K takes .*; got 'a'"),
        ("1:2:3:4", "--K takes"),
        ("-3", "--K takes"),
        ("1.5", "--K takes"),
        ("1:", "--K takes"),
        ("\N{ARABIC-INDIC DIGIT ONE}", "--K takes"),
        ("9" * 40, "--K takes"),
        ("4:1", "the range '4:1' is empty"),
        ("1:4:0", "the range '1:4:0' is empty"),
        ("1:100000000", "holds more than 10000000 numbers"),
    ],
)
def test_parse_K_refuses(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_K(text)


def test_tradeoff_of_a_made_signal(tmp_path: Path, output: Output) -> None:
    out = tmp_path / "out.csv"
    text = output("numerics tradeoff --make bumps --n 60 --K 1:30 --out", out)
    expected = tradeoff.periodic(signals.make(60, "bumps"), np.arange(1, 31))
    assert "Definition IV.1" in text
    assert f"{expected.bias2[-1]:.6g}" in text
    assert f"{expected.variance[-1]:.6g}" in text
    assert "least risk" not in text
    assert f"All 30 rows are in {out}" in text
    table = np.loadtxt(out, delimiter=",", skiprows=1)
    np.testing.assert_array_equal(table[:, 1], expected.bias2)


def test_tradeoff_of_a_file_with_noise(tmp_path: Path, output: Output) -> None:
    s = signals.make(80)
    path = tmp_path / "mine.csv"
    lines = [f"{i};{value!r}" for i, value in enumerate(s.tolist())]
    path.write_text("t;volts\n" + "\n".join(lines), encoding="utf-8")
    expected = tradeoff.noisy(s, 0.5, np.arange(1, 40), "density")
    for column in ("volts", "1"):
        line = f"numerics tradeoff --column {column} --sigma 0.5 --K 1:39 --reading density --data"
        text = output(line, path)
        assert "taken as noise-free" in text
        assert f"at K = {expected.best_K}." in text
        assert f"K = {expected.K_asymptotic:.1f}" in text
        best = next(line for line in text.splitlines() if "<- least risk" in line)
        assert best.split()[0] == str(expected.best_K)
        assert best.split()[3] == f"{expected.risk.min():.6g}"


@pytest.mark.parametrize(
    ("arguments", "phrase"),
    [
        ("--sigma 0", "no error at all"),
        ("--sigma 1 --make white --K 1:3 --n 500", "may fall further beyond it"),
        ("--sigma 1 --make sine --n 1 --K 5", "The signal is constant"),
        ("--make bridge --seed 3 --reading continuous --K 0,2,1000000", "1000000"),
    ],
)
def test_tradeoff_says_what_to_make_of_it(arguments: str, phrase: str, output: Output) -> None:
    assert phrase in output(f"numerics tradeoff {arguments}")


SPIRALS = "spirals --n 60 --epochs 3 --backend numpy"
ONE = f"{SPIRALS} --runs 1 --epsilon 0"
TABLE1 = IMAGES.command
MINIMISE = "minimise --data mine.csv"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "required"),
        ("nothing", "nothing"),
        ("tradeoff --n x", "invalid int value: 'x'"),
        ("tradeoff --reading no", "no"),
        ("tradeof", "; the nearest is 'tradeoff' (see --help)"),
        ("lipshitz --epsilon 1", "; the nearest is 'lipschitz' (see --help)"),
        ("tradeoff --reading countin", "; the nearest is 'counting' (see --help)"),
        ("spirals --weighting mean-batch", "; the nearest is 'batch-mean' (see --help)"),
        ("tradeoff --K 0", "K must be at least 1 for the reading 'counting'"),
        ("tradeoff --K x", "--K takes"),
        ("tradeoff --data none.csv", "none.csv: No such file"),
        ("tradeoff --sigma -1", "sigma must be a finite number"),
        ("tradeoff --column 2", "--column goes with --data"),
        ("tradeoff --decimal ,", "--decimal goes with --data"),
        ("tradeoff --missing drop", "--missing goes with --data"),
        ("tradeoff --data none.csv --n 5", "--n makes a signal"),
        ("tradeoff --data none.csv --make sine", "--make makes a signal"),
        ("tradeoff --out missing/out.csv", "missing"),
        ("lipschitz --points 100000", "points must be at most"),
        ("lipschitz --epsilon -1", "argument --epsilon: takes numbers from 0 on, or inf, got '-1'"),
        ("lipschitz --seed -1", "argument --seed: takes a whole number from 0 on, got '-1'"),
        ("tradeoff --make white --seed x", "argument --seed: takes a whole number from 0 on"),
        ("tradeoff --header x", "--header: takes the number of a row, none or auto, got 'x'"),
        ("spirals --scheduler nonsense", "--scheduler: takes an address with its port"),
        ("lipschitz --out nowhere/x.csv", "nowhere/x.csv: No such file or directory"),
        ("lipschitz --deviations 0.5 0.5", "one for each of the 1 channels of digits"),
        ("lipschitz --deviations 0", "--deviations takes one positive number"),
        ("lipschitz --data cifar10", "lipschitz: --folder must be given"),
        ("lipschitz --data digits --folder x", "lipschitz: --folder must be left out"),
        ("lipschitz --data mnist --folder nowhere", "there is no folder"),
        (f"{MINIMISE} --graph foo:3", "--graph takes full, knn:N, "),
        (f"{MINIMISE} --graph foo:3", "; got 'foo:3'"),
        (f"{MINIMISE} --graph knn:2.5", "--graph takes"),
        (f"{MINIMISE} --graph knn:-1", "--graph knn:-1: neighbours must be at least 0, got -1"),
        (f"{MINIMISE} --graph full:1", "--graph takes"),
        (f"{MINIMISE} --beta 0 1", "minimise: --beta must be positive"),
        (f"{MINIMISE} --at 0 1 2.5", "--at takes two finite numbers and a count"),
        (f"{MINIMISE} --at 0 1 0", "--at takes"),
        (f"{MINIMISE} --x month", "has no column 'month'"),
        (f"{MINIMISE} --y 7", "has no column 7"),
        ("minimise --data nowhere.csv", "nowhere.csv: No such file"),
        (f"{SPIRALS} --epsilon 0 NaN", "--epsilon: takes numbers from 0 on, or inf, got 'NaN'"),
        (f"{SPIRALS} --jobs 0", "argument --jobs: takes a whole number from 1 on, or -1, got '0'"),
        (f"{SPIRALS} --test-fraction 2", "spirals: --test-fraction must be below 1"),
        (f"{SPIRALS} --weighting no", "argument --weighting: invalid choice: 'no'"),
        (f"{ONE} --rate 1e38", "diverged"),
        (f"{ONE} --out nowhere/errors.csv", "nowhere"),
        (f"{TABLE1} --methods mixing", "invalid choice: 'mixing'"),
        (f"{TABLE1} --data svhn", "folder must be given for 'svhn'"),
        (f"{TABLE1} --folder nowhere", "table1: --folder must be left out"),
        (f"{TABLE1} --policy-scale -1", "table1: --policy-scale must be a finite number"),
        (f"{TABLE1} --policy-widths 0", "table1: --policy-widths must be at least 1"),
        (f"{TABLE1} --runs 1 --methods mixup --rate 1e30", "mixup, run 0"),
    ],
)
def test_errors_take_one_line(
    line: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Call
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.csv").write_text("day,price\n0,1\n4,5\n1,3\n", encoding="utf-8")
    status, out, err = call(f"numerics {line}")
    assert (status, out) == (2, "")
    *progress, last = err.splitlines()
    command = line.split(" ", maxsplit=1)[0]
    name = f"numerics {command}: " if command in COMMANDS else "numerics: "
    assert last.startswith(f"python -m {name}")
    assert message in last
    assert not progress or command in {"spirals", "table1"}


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("", ("tradeoff",)),
        ("tradeoff", ("tradeoff", "examples:")),
        ("spirals", ("released", "examples:", "--epochs", "a weight for each pair")),
        ("ablation", ("released", "examples:", "--store DIR", "--epochs", "per-pair")),
        ("table1", ("AdaMixup", "examples:", "--data digits", "--store DIR", "test set")),
    ],
)
def test_help_teaches(command: str, words: tuple[str, ...], output: Output) -> None:
    text = output(f"numerics {command} --help")
    assert [word for word in words if word not in text] == []
    assert ("examples:" in text) == bool(command)


def test_old_names_still_work_and_say_the_new_one(tmp_path: Path, call: Call) -> None:
    path, out = tmp_path / "mine.csv", tmp_path / "out.csv"
    path.write_text("1\n2\n5\n", encoding="utf-8")
    printed = []
    for data, written in (("--data", "--out"), ("--signal", "--csv")):
        answer = call("numerics tradeoff --K 1:5", data, path, written, out)
        assert answer.status == 0
        printed.append((answer.out, out.read_bytes()))
        out.unlink()
    assert printed[0] == printed[1]
    assert answer.err.splitlines() == [
        "python -m numerics tradeoff: --signal is now called --data",
        "python -m numerics tradeoff: --csv is now called --out",
    ]


def test_module_runs() -> None:
    run = done("-m", "numerics", "tradeoff", "--K", "1:3", "--n", "9")
    assert "Definition IV.1" in run.stdout
    assert run.stderr == ""
