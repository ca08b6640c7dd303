"""What the three doors do alike when something outside of them goes wrong."""

import ast
import errno
import inspect
import io
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import numerics.__main__
import numerics.commands
import theory.__main__
from numerics.archive import files
from numerics.commands import load
from tests.commands import Call
from tests.processes import ROOT, done, ended, started, wait_for
from theory.proofs import files as exact_files

INSTALLED = {**os.environ, "PYTHONPATH": str(ROOT)}
TESTS = [*(ROOT / "tests").rglob("*.py")]

QUICK = {
    "theory": ["--list"],
    "numerics": ["tradeoff", "--K", "1:9", "--n", "30"],
    "figures": ["claims", "V.C-datasets"],
}
LONG = {
    "theory": [],
    "numerics": ["spirals", "--jobs", "2", "--runs", "9999"],
    "figures": ["ledger"],
}


def test_there_is_one_way_for_all_doors() -> None:
    for name in ("guarded", "one_line"):
        one, other = (getattr(door, name) for door in (theory.__main__, numerics.commands))
        assert inspect.getsource(one) == inspect.getsource(other)


def fails(error: BaseException) -> Callable[[], int]:
    def command() -> int:
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "status", "line"),
    [
        (KeyboardInterrupt(), 130, "interrupted"),
        (KeyboardInterrupt("go on so"), 130, "go on so"),
        (ChildProcessError("workers are gone"), 75, "workers are gone"),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), 141, "nobody reads the output any more"),
        (OSError(errno.ENOSPC, "No space left on device"), 2, "No space left on device"),
        (OSError(errno.EACCES, "Permission denied", "x.csv"), 2, "x.csv: Permission denied"),
    ],
    ids=["interrupt", "advice", "workers", "pipe", "disk", "file"],
)
def test_each_has_its_status_and_its_line(
    error: BaseException, status: int, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert theory.__main__.guarded("python -m x", fails(error)) == status
    assert capsys.readouterr() == ("", f"python -m x: {line}\n")


def test_characters_that_the_output_lacks_are_written_out(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    narrow = io.TextIOWrapper(written, encoding="ascii")
    monkeypatch.setattr(sys, "stdout", narrow)
    assert theory.__main__.guarded("python -m x", lambda: bool(print("α ≥ 0"))) == 0
    assert written.getvalue() == b"\\u03b1 \\u2265 0\n"


@pytest.mark.parametrize("door", QUICK)
@pytest.mark.parametrize(("target", "status"), [("closed", 141), ("/dev/full", 2), ("ascii", 0)])
def test_output_that_goes_nowhere(door: str, target: str, status: int, tmp_path: Path) -> None:
    if target == "closed":
        reader, writer = os.pipe()
        os.close(reader)
    elif target == "ascii":
        writer = os.open(tmp_path / "out", os.O_WRONLY | os.O_CREAT)
    elif Path(target).exists():
        writer = os.open(target, os.O_WRONLY)
    else:
        pytest.skip(f"there is no {target} here")
    run = done("-m", door, *QUICK[door], env={"PYTHONIOENCODING": "ascii"}, stdout=writer)
    os.close(writer)
    assert run.returncode == status, run.stderr
    assert len(run.stderr.splitlines()) == (0 if status == 0 else 1)
    assert run.stderr.startswith(f"python -m {door}" if status else "")


@pytest.mark.slow
@pytest.mark.parametrize("door", LONG)
def test_an_interrupt_takes_one_line(door: str, tmp_path: Path) -> None:
    process = started("-m", door, *LONG[door], cwd=tmp_path, env=INSTALLED)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not children.exists():
        process.kill()
        pytest.skip("the system does not tell the children of a process")
    # Two workers, and what watches over them.
    wait_for(lambda: len(children.read_text().split()) >= 3, process)
    time.sleep(1)
    # As a terminal does it: all processes of the group get the signal.
    os.killpg(process.pid, signal.SIGINT)
    _, said = ended(process)
    assert process.returncode == 130, said
    lines = [line for line in said.splitlines() if "to compute" not in line]
    assert len(lines) == 1
    assert lines[0].startswith(f"python -m {door}: interrupted")


@pytest.mark.parametrize(
    ("line", "place"),
    [
        *(
            (f"numerics {line} {place}", place)
            for line in (
                "spirals --out",
                "ablation --out",
                "table1 --out",
                "lipschitz --out",
                "tradeoff --out",
                "minimise --data mine.csv --out",
                "choose --data mine.csv --smoothed",
            )
            for place in ("nowhere/x.csv", "folder.csv")
        ),
        ("figures draw fig2 --out file/out", "file/out"),
        ("figures report --out file", "file"),
        ("figures ledger --out nowhere/page.md", "nowhere/page.md"),
        ("figures ledger --out page.md", "docs/claims"),
        ("figures data regions --out file", "file"),
        ("theory IV.B-K0 --certificate nowhere/x.json", "nowhere/x.json"),
    ],
)
def test_a_door_looks_where_it_will_write(
    line: str, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Call
) -> None:
    def work(*_: object) -> str:
        pytest.fail("the work has begun")

    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    (tmp_path / "docs").write_text("")
    (tmp_path / "folder.csv").mkdir()
    monkeypatch.setattr(theory.__main__, "verify", work)
    floor, command, *_ = line.split()
    if floor == "numerics":
        monkeypatch.setattr(load(floor, command), "run", work)
    before = sorted(tmp_path.iterdir())
    status, out, err = call(line)
    assert (status, out) == (2, "")
    assert err.startswith(f"python -m {floor}{'' if floor == 'theory' else f' {command}'}: ")
    assert f"{place}: " in err
    assert err.count("\n") == 1
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("command", ["spirals", "ablation", "table1", "intrusion", "lipschitz"])
def test_a_table_with_a_file_beside_it_is_named_before_the_work(
    command: str, monkeypatch: pytest.MonkeyPatch, call: Call
) -> None:
    monkeypatch.setattr(load("numerics", command), "run", lambda _: pytest.fail("it has begun"))
    for name in ("errors.txt", "errors", "there/.csv"):
        said = call(f"numerics {command} --out {name}")
        assert said.status == 2
        assert f"--out: takes a name that ends in .csv, got '{name}'" in said.err


def test_a_device_is_written_to_and_not_replaced() -> None:
    device = Path("/dev/full")
    if not device.is_char_device():
        pytest.skip("there is no /dev/full here")
    for write in (exact_files.write_text, files.write_text):
        with pytest.raises(OSError, match="No space left"):
            write(device, "text")
    assert device.is_char_device()


def waits(source: str) -> list[str]:
    """Name the calls that may wait for a process without a limit."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name, limited = node.func.attr, any(k.arg == "timeout" for k in node.keywords)
            owner = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
            if owner == "subprocess" and name != "TimeoutExpired" and not limited:
                found.append(f"subprocess.{name}")
            if name in {"communicate", "wait"} and not limited:
                found.append(name)
    return found


def test_every_wait_has_a_limit() -> None:
    found = {path.name: waits(path.read_text(encoding="utf-8")) for path in TESTS}
    assert sorted(found.pop("processes.py")) == [*["communicate"] * 3, "subprocess.Popen"]
    assert not any(found.values()), found


@pytest.mark.parametrize("call", ["subprocess.run(['true'])", "p.wait()", "p.communicate()"])
def test_a_wait_without_a_limit_is_found(call: str) -> None:
    assert waits(call)
    assert not waits(call[:-1] + ", timeout=3)" if "[" in call else call[:-1] + "timeout=3)")
