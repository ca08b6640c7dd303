"""Every command with hostile files and options: right, or status 2 and one line."""

from __future__ import annotations

import gzip
import re
import warnings
from argparse import _HelpAction, _SubParsersAction
from importlib import import_module
from typing import TYPE_CHECKING

import numpy as np
import pytest

from numerics.commands import COMMANDS, Renamed, door, guarded

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from pathlib import Path

    Files = dict[str, str]

GOOD = "\n".join(f"{x},{np.sin(x):.3f},{x % 2}" for x in range(12))

FILES: dict[str, bytes] = {
    "empty": b"",
    "a blank line": b"\n",
    "binary": bytes(range(256)) * 3,
    "nulls": b"\0" * 50,
    "words": b"one,two\nthree,four\n",
    "NaN": b"1,2\nnan,3\n" * 8,
    "infinity": b"1,2\ninf,3\n" * 8,
    "huge": b"1,2\n1e400,3\n" * 8,
    "large": b"1e300,-1e300\n2e300,1e300\n" * 8,
    "denormal": b"5e-324,5e-324\n0,1e-323\n" * 8,
    "constant": b"1,1\n" * 12,
    "one row": b"1,2\n",
    "one column": b"\n".join(b"%d" % x for x in range(12)),
    "ragged": b"1,2\n1,2,3\n1\n",
    "a header alone": b"x,y\n",
    "half of a gzip": gzip.compress(GOOD.encode())[:40],
    "UTF-16 cut": "1,2\n3,4".encode("utf-16")[:-1],
    "a long line": b"1," * 50_000 + b"1\n",
    "escapes": b"\x1b[31m,2\n1,2\n",
    "JSON": b'{"claims": [1, null, {"id": 3}]}',
    "deep": b"[" * 5000 + b"]" * 5000,
}
"""What may be in a file, by kind."""

VALUES = (
    "",
    "x",
    "nan",
    "inf",
    "-1",
    "0",
    "1e400",
    "9" * 5000,
    "\x1b[31m",
    "\udcff",
    "1,,2",
    "0:0",
)
"""What may be given for an option."""

TRAINING = "--runs 1 --epochs 1 --n 4 --epsilon 0 --backend numpy"
SMALL = {
    "ablation": TRAINING,
    "check-store": "",
    "choose": "--K 1:4",
    "intrusion": "--columns 0 1 --classes 2",
    "lipschitz": "--points 60",
    "minimise": "",
    "spirals": TRAINING,
    "sweep": "",
    "table1": "--runs 1 --epochs 1 --methods baseline --widths 2",
    "tradeoff": "--K 1:4",
}
"""What makes each command quick."""

READS = ("choose", "intrusion", "minimise", "sweep", "tradeoff")
"""Commands of ``python -m numerics`` that read a text file."""


def outcome(program: str, arguments: list[str]) -> int:
    """Run a command as its door does; a warning is an error."""
    main: Callable[[list[str]], int] = import_module(f"{program}.__main__").main
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return guarded(program, lambda: main(arguments))
        except SystemExit as end:
            return int(end.code or 0)


def fault(
    program: str, arguments: list[str], capsys: pytest.CaptureFixture[str], allowed: tuple[int, ...]
) -> str:
    """Return what is wrong with the answer of a command, or nothing."""
    told = f"{program} {' '.join(map(ascii, arguments))[:200]}: "
    try:
        status = outcome(program, arguments)
    except BaseException as error:  # noqa: BLE001  # whatever it is, it is a fault
        return f"{told}{type(error).__name__}: {error}"
    out, err = capsys.readouterr()
    if status not in allowed:
        return f"{told}status {status}: {err}"
    if status == 2 and (err.count("\n") != 1 or not err.endswith("\n") or len(err) > 1000):
        return f"{told}not one line: {err!r}"
    if re.search(r"[\x00-\x09\x0b-\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]", out + err):
        return f"{told}raw control characters: {out + err!r}"
    return ""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Write the hostile files; return their names by kind."""
    folder = tmp_path_factory.mktemp("hostile")
    found = {}
    for number, (kind, content) in enumerate(FILES.items()):
        path = folder / f"{number}.csv"
        path.write_bytes(content)
        found[kind] = str(path)
    return found | {
        "a folder": str(folder),
        "missing": str(folder / "none"),
        "below a file": f"{found['empty']}/x",
        "no name": "",
        "null in the name": "a\0b",
        "a long name": "x" * 5000,
        "no encoding": "\ud800",
    }


@pytest.mark.parametrize("command", READS)
def test_files_that_are_read(
    command: str, files: Files, capsys: pytest.CaptureFixture[str]
) -> None:
    faults = [
        fault("numerics", [command, "--data", path, *SMALL[command].split()], capsys, (0, 2))
        for path in files.values()
    ]
    assert not any(faults), "\n".join(filter(None, faults))


def test_files_that_theory_and_figures_read(
    files: Files, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "out")
    faults = []
    for kind, path in files.items():
        faults.append(fault("theory", ["--check", path], capsys, (1, 2)))
        faults.append(fault("numerics", ["check-store", path], capsys, (0, 2)))
        if kind != "a folder":  # where figures look for stored runs
            drawing = ["draw", "choice", "--data", path, "--out", out]
            faults.append(fault("figures", drawing, capsys, (0, 2)))
    assert not any(faults), "\n".join(filter(None, faults))


def options(command: str) -> list[argparse.Action]:
    """Return the options of a command that take a value."""
    parser = door("numerics", "", COMMANDS, [command], "numerics")
    (subparsers,) = (item for item in parser._actions if isinstance(item, _SubParsersAction))
    return [
        action
        for action in subparsers.choices[command]._actions
        if action.option_strings
        and action.nargs != 0
        and not isinstance(action, (_HelpAction, Renamed))
        and action.dest not in {"jobs", "out", "smoothed", "store", "scheduler"}
    ]


SLOW = ("ablation", "table1")
"""Commands that train for most of the options; the others have the same checks."""


@pytest.mark.parametrize(
    "command",
    [pytest.param(name, marks=pytest.mark.slow if name in SLOW else ()) for name in COMMANDS],
)
def test_options(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = tmp_path / "record.csv"
    record.write_text(GOOD)
    given = [command, *SMALL[command].split()]
    given += ["--data", str(record)] if command in READS else []
    faults = [
        fault("numerics", [*given, f"{action.option_strings[0]}={value}"], capsys, (0, 2))
        for action in options(command)
        for value in VALUES
    ]
    assert not any(faults), "\n".join(filter(None, faults))


@pytest.mark.parametrize(
    "option",
    [
        *("--K", "--reading"),
        *(
            pytest.param(f"--{name}", marks=pytest.mark.slow)
            for name in ("sigma", "seed", "column")
        ),
    ],
)
def test_options_of_figures(
    option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = tmp_path / "record.csv"
    record.write_text("\n".join(map(str, np.sin(np.arange(20)))))
    given = ["draw", "choice", "--out", str(tmp_path), "--data", str(record), "--K", "1:4"]
    values = [value for value in VALUES if not (option == "--seed" and value == "0")]
    faults = [fault("figures", [*given, f"{option}={v}"], capsys, (0, 2)) for v in values]
    assert not any(faults), "\n".join(filter(None, faults))


@pytest.mark.parametrize("option", ["", "--jobs="])
def test_options_of_theory(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    values = [value for value in VALUES if not option or value not in {"x", "1,,2", "0:0"}]
    faults = [fault("theory", ["no-claim", f"{option}{v}"], capsys, (2,)) for v in values]
    assert not any(faults), "\n".join(filter(None, faults))
