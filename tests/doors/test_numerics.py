"""The command line of `numerics`."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from numerics import __version__, signals, tradeoff
from numerics.__main__ import main
from numerics.commands import COMMANDS
from numerics.commands.tradeoff import parse_K
from tests.processes import LIMIT


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


def test_tradeoff_of_a_made_signal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.csv"
    arguments = ["--make", "bumps", "--n", "60", "--K", "1:30", "--out", str(out)]
    assert main(["tradeoff", *arguments]) == 0
    text = capsys.readouterr().out
    expected = tradeoff.periodic(signals.make(60, "bumps"), np.arange(1, 31))
    assert "Definition IV.1" in text
    assert f"{expected.bias2[-1]:.6g}" in text
    assert f"{expected.variance[-1]:.6g}" in text
    assert "least risk" not in text
    assert f"All 30 rows are in {out}" in text
    table = np.loadtxt(out, delimiter=",", skiprows=1)
    np.testing.assert_array_equal(table[:, 1], expected.bias2)


def test_tradeoff_of_a_file_with_noise(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    s = signals.make(80)
    path = tmp_path / "mine.csv"
    lines = [f"{i};{value!r}" for i, value in enumerate(s.tolist())]
    path.write_text("t;volts\n" + "\n".join(lines), encoding="utf-8")
    expected = tradeoff.noisy(s, 0.5, np.arange(1, 40), "density")
    for column in ("volts", "1"):
        arguments = ["--data", str(path), "--column", column, "--sigma", "0.5"]
        assert main(["tradeoff", *arguments, "--K", "1:39", "--reading", "density"]) == 0
        text = capsys.readouterr().out
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
def test_tradeoff_says_what_to_make_of_it(
    arguments: str, phrase: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["tradeoff", *arguments.split()]) == 0
    assert phrase in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("--K 0", "K must be at least 1 for the reading 'counting'"),
        ("--K x", "--K takes"),
        ("--data none.csv", "none.csv: No such file"),
        ("--sigma -1", "sigma must be a finite number"),
        ("--sigma nan", "sigma must be a finite number"),
        ("--n 0", "n must be at least 1"),
        ("--column 2", "--column goes with --data"),
        ("--data none.csv --n 5", "--n makes a signal"),
        ("--data none.csv --make sine", "--make makes a signal"),
        ("--out missing/out.csv", "missing"),
    ],
)
def test_errors_take_one_line(
    arguments: str,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["tradeoff", *arguments.split()]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("python -m numerics tradeoff: ")
    assert message in captured.err
    assert captured.err.count("\n") == 1


@pytest.mark.parametrize("arguments", ["", "nothing", "tradeoff --n x", "tradeoff --reading no"])
def test_usage_errors_take_one_line(arguments: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments.split())
    assert caught.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("arguments", ["--help", "tradeoff --help"])
def test_help_teaches(arguments: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments.split())
    assert caught.value.code == 0
    text = capsys.readouterr().out
    assert ("examples:" in text) == ("tradeoff --help" in arguments)
    assert "tradeoff" in text


def test_help_has_a_line_for_each_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    lines = capsys.readouterr().out.splitlines()
    for name, summary in COMMANDS.items():
        (line,) = [line for line in lines if line.split()[:1] == [name]]
        assert line.endswith(summary)
        assert len(line) < 80


@pytest.mark.parametrize(
    ("arguments", "nearest"),
    [
        ("tradeof", "tradeoff"),
        ("lipshitz --epsilon 1", "lipschitz"),
        ("tradeoff --reading countin", "counting"),
        ("spirals --weighting mean-batch", "batch-mean"),
    ],
)
def test_a_wrong_name_gets_the_nearest(
    arguments: str, nearest: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments.split())
    assert caught.value.code == 2
    assert f"; the nearest is {nearest!r} (see --help)\n" in capsys.readouterr().err


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"local-mixup {__version__}\n"


def test_old_names_still_work_and_say_the_new_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / "mine.csv", tmp_path / "out.csv"
    path.write_text("1\n2\n5\n", encoding="utf-8")
    printed = []
    for data, written in (("--data", "--out"), ("--signal", "--csv")):
        assert main(["tradeoff", data, str(path), "--K", "1:5", written, str(out)]) == 0
        captured = capsys.readouterr()
        printed.append((captured.out, out.read_bytes()))
        out.unlink()
    assert printed[0] == printed[1]
    assert captured.err.splitlines() == [
        "python -m numerics tradeoff: --signal is now called --data",
        "python -m numerics tradeoff: --csv is now called --out",
    ]


@pytest.mark.parametrize(
    ("arguments", "heavy"),
    [(["--help"], False), (["no-such-command"], False), (["spirals", "--help"], True)],
)
def test_the_door_opens_before_what_lies_behind_it_is_loaded(
    arguments: list[str], heavy: bool
) -> None:
    code = (
        "import sys, numerics.__main__\n"
        f"try: numerics.__main__.main({arguments})\n"
        "except SystemExit: pass\n"
        "print(*{'numpy', 'scipy'} & set(sys.modules))"
    )
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-c", code]
    run = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=root, timeout=LIMIT
    )
    assert bool(run.stdout.splitlines()[-1]) == heavy


def test_module_runs_and_stays_on_its_floor() -> None:
    command = [sys.executable, "-m", "numerics", "tradeoff", "--K", "1:3", "--n", "9"]
    root = Path(__file__).resolve().parents[2]
    run = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=root, timeout=LIMIT
    )
    assert "Definition IV.1" in run.stdout
    assert run.stderr == ""
    code = (
        "import sys, numerics.__main__; "
        "print(*{'theory', 'figures', 'sympy', 'flint', 'matplotlib'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", code]
    run = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=root, timeout=LIMIT
    )
    assert run.stdout == "\n"
