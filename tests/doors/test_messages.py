"""What a command says names its options, not the arguments of Python behind them."""

import argparse
from pathlib import Path

import pytest

from numerics.commands import COMMANDS, door
from numerics.visible import as_options
from tests.commands import Call

FILES = {
    "1\nNA\n3\n": "(--missing drop leaves such rows out)",
    "0,1\n1.5,2\n2.5,4\n": "Say --header 0 or --header none",
    "1,2\n3,4\n": "or give --decimal , if they are one, with a decimal comma",
    "a;b\n1,234;x\n": "is not clear: --decimal , if it is the decimal mark",
    "gr\xf6\xdfe\n1\n": "not text in UTF-8; name another with --encoding",
}
"""Files that are not clear, and what the message about each says."""


@pytest.mark.parametrize("content", FILES, ids=[said.split("--")[1] for said in FILES.values()])
@pytest.mark.parametrize("line", ["numerics tradeoff", "numerics choose", "figures draw risk"])
def test_a_file_that_is_not_clear(content: str, line: str, tmp_path: Path, call: Call) -> None:
    path = tmp_path / "header=0.csv"
    path.write_bytes(content.encode("latin-1"))
    status, _, said = call(f"{line} --data", path)
    assert status == 2
    assert FILES[content] in said
    assert "header=0.csv" in said


def test_a_column_that_is_not_there_may_be_in_the_first_row(tmp_path: Path, call: Call) -> None:
    path = tmp_path / "years.csv"
    path.write_text("2019,2020\n3,4\n5,6\n7,8\n")
    for name in ("2019", "volts"):
        said = call(f"numerics tradeoff --data '{path}' --column {name}").err
        assert "it has 0, 1; --header 0 takes its first row for their names" in said
    assert "n = 4," in call(f"numerics tradeoff --data '{path}' --column 0").out
    assert "n = 3," in call(f"numerics tradeoff --data '{path}' --column 0 --header 0").out
    said = call(f"numerics tradeoff --data '{path}' --column volts --header 0").err
    assert said.endswith("it has '2019' (0), '2020' (1)\n")


def options(command: str) -> argparse.Namespace:
    needed = {"choose": "--data x", "minimise": "--data x", "sweep": "--data x", "check-store": "x"}
    words = [command, *needed.get(command, "").split()]
    return door("", "", COMMANDS, words, "numerics").parse_args(words)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_named_as_it_is_typed(command: str) -> None:
    known = vars(options(command))
    assert known
    for name in known:
        typed = f"--{name.replace('_', '-')}"
        assert as_options(f"{name} must be one, got 0", known) == f"{typed} must be one, got 0"
        assert as_options(f"x ({name}='a' or {name}=) x", known) == f"x ({typed} a or {typed}) x"
    assert as_options("fever must be 1; say fever=1", known) == "fever must be 1; say fever=1"


@pytest.mark.parametrize(
    "text",
    [
        "sigma=3.csv, line 4: no",
        "runs/sigma=3/mine, line 4: no",
        "x has no column 'b'; it has 'sigma=3' (0), \"sigma=5's\" (1)",
        "the sigma must be small",
        "sigma=[1, 2]",
        "sigmas=3",
    ],
)
def test_names_of_files_and_of_columns_stay(text: str) -> None:
    assert as_options(text, {"sigma"}) == text


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("line", ["numerics tradeoff --K 2 --n 1200", "figures draw tradeoff"])
def test_a_warning_takes_one_line(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Call
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("numerics.costs._memory", lambda: 30_000.0 if "1200" in line else 10_000.0)
    status, _, said = call(line)
    first, *_ = (line for line in said.splitlines() if "memory" in line)
    program, command, *_ = line.split()
    assert status == 0
    assert first.startswith(f"python -m {program} {command}: a signal of ")
    assert "Warning" not in said


SMALL = {
    "choose": "--data mine.csv --column y",
    "intrusion": "--data mine.csv --columns 0 --classes 1",
    "lipschitz": "--points 60",
    "minimise": "--data mine.csv",
    "spirals": "--runs 1 --epochs 1 --n 8 --epsilon 0 --backend numpy",
    "sweep": "--data mine.csv --parameters 3",
    "table1": "--runs 1 --epochs 1 --methods baseline --widths 2",
    "tradeoff": "--K 1:4",
}
"""What makes each command quick."""

OTHERS = {"--data", "--column", "--columns", "--classes", "--x", "--y", "--delimiter", "--header"}
"""Options of which a message names the file, and what is in it."""


@pytest.mark.parametrize("command", SMALL)
def test_a_wrong_number_is_blamed_on_its_option(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Call
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.csv").write_text("x,y\n" + "".join(f"{i},{i * i % 5}\n" for i in range(20)))
    refused = 0
    for name, value in vars(options(command)).items():
        option = f"--{name.replace('_', '-')}"
        if option in OTHERS or isinstance(value, bool) or name in ("command", "store"):
            continue
        said = call(f"numerics {command} {SMALL[command]} {option} -7")
        if said.status == 0 or "unrecognized arguments: -7" in said.err:  # it takes no value
            continue
        refused += 1
        assert option in said.err.splitlines()[-1], said.err
    assert refused > 3
