"""Work on processes that are killed: done again or told, and nobody outlives its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

import pytest

from numerics import experiments
from numerics.__main__ import main
from numerics.commands import guarded, with_advice
from numerics.experiments.images import study
from numerics.experiments.workers import as_completed, progress_bar, tick, ticking
from numerics.processes import as_they_come
from tests.processes import LIMIT, started, wait_for

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal")


def fatal(number: int, folder: Path, times: int) -> int:
    """Kill the process that does number 3, so many times."""
    killed = folder / "killed"
    before = killed.stat().st_size if killed.exists() else 0
    if number == 3 and before < times:
        killed.write_bytes(bytes(before + 1))
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


@pytest.mark.slow
def test_what_a_killed_worker_had_is_done_again(tmp_path: Path) -> None:
    tasks = [(number, tmp_path, 1) for number in range(12)]
    found = sorted(as_they_come(fatal, tasks, n_jobs=2))
    assert found == [(number, number**2) for number in range(12)]
    assert (tmp_path / "killed").stat().st_size == 1


@pytest.mark.slow
def test_workers_that_are_always_killed_are_told(tmp_path: Path) -> None:
    tasks = [(number, tmp_path, 99) for number in (3, 3, 3)]
    with pytest.raises(ChildProcessError, match=r"workers were killed twice, .* memory runs out"):
        list(as_completed(fatal, tasks, n_jobs=2))
    # The next ones are none the worse.
    assert sorted(as_completed(divmod, [(7, 2), (8, 2)], n_jobs=2)) == [(0, (3, 1)), (1, (4, 0))]


@pytest.mark.slow
def test_what_is_left_ends_without_a_word() -> None:
    for place, _ in as_completed(time.sleep, [(0.2,)] * 3, n_jobs=2):
        assert place < 3
        break


@pytest.mark.parametrize("store", [None, "a folder"])
def test_lost_workers_take_one_line_and_a_status(
    store: str | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def lost(**_: Any) -> None:
        message = "workers were killed twice"
        raise ChildProcessError(message)

    monkeypatch.setattr(experiments, "spirals", lost)
    arguments = ["spirals", *(["--store", store] if store else [])]
    assert guarded("numerics", lambda: main(arguments)) == 75
    advice = f"{store} keeps what is done: the same command goes on from there"
    told = advice if store else "nothing is kept without --store DIR"
    assert capsys.readouterr().err == f"numerics: workers were killed twice; {told}\n"


def test_advice_leaves_other_errors_alone() -> None:
    def wrong() -> None:
        message = "no such thing"
        raise FileNotFoundError(message)

    with pytest.raises(FileNotFoundError, match=r"^no such thing$"):
        with_advice(wrong, "a folder")


SLEEPERS = """
import os, sys, time
from numerics.processes import as_they_come
def work(folder):
    open(os.path.join(folder, str(os.getpid())), "x").close()
    time.sleep(600)
if __name__ == "__main__":
    list(as_they_come(work, [(sys.argv[1],)] * 2, n_jobs=2))
"""


def alive(process: int) -> bool:
    """Tell whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no forks")
def test_a_worker_whose_parent_is_gone_ends_at_once() -> None:
    program = "import time; from numerics.processes import _watch; _watch(-1); time.sleep(60)"
    ended = subprocess.run([sys.executable, "-c", program], timeout=LIMIT, check=False)
    assert ended.returncode == 1


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are not listed")
@pytest.mark.parametrize("floor", ["numerics", "theory"])
def test_workers_end_with_their_parent(floor: str, tmp_path: Path) -> None:
    if floor == "numerics":
        script = tmp_path / "sleepers.py"
        script.write_text(SLEEPERS)
        working = tmp_path / "at work"
        working.mkdir()
        parent = started(str(script), str(working), stderr=subprocess.DEVNULL)
        wait_for(lambda: len(list(working.iterdir())) == 2, parent)
    else:
        parent = started("-m", "theory", "--jobs", "2", stderr=subprocess.DEVNULL)
        wait_for(lambda: len(children(parent.pid)) >= 3, parent)
        time.sleep(3)  # until they have begun
    workers = children(parent.pid)
    assert len(workers) >= 2
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait(timeout=LIMIT)
    deadline = time.monotonic() + 20
    while any(map(alive, workers)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not [worker for worker in workers if alive(worker)]


def children(parent: int) -> list[int]:
    """Return the processes that a process has started."""
    listed = Path(f"/proc/{parent}/task/{parent}/children")
    return [int(child) for child in listed.read_text().split()]


def test_a_bar_shows_what_others_make() -> None:
    with progress_bar(10, 0, "epoch", told="", progress=False) as bar:
        shown: list[float] = []
        bar.update = shown.append  # type: ignore[assignment, method-assign]
        with ticking(bar) as ticks:
            program = "import sys; from numerics.experiments.workers import tick; tick(sys.argv[1])"
            for _ in range(2):
                subprocess.run([sys.executable, "-c", program, ticks], check=True, timeout=LIMIT)
            tick(ticks, 3)
        assert sum(shown) == 5
        assert not Path(ticks).exists()


@pytest.mark.parametrize("n_jobs", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_epochs_show_while_a_network_is_trained(
    n_jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("sklearn")
    seen: list[int] = []
    monkeypatch.setattr(study, "progress_bar", lambda *_, **__: Bar(seen))
    monkeypatch.setattr("numerics.experiments.workers._GLANCE", 0.001)
    experiments.table1(
        "digits",
        ["baseline", "mixup"],
        1,
        rng=0,
        n_jobs=n_jobs,
        progress=True,
        widths=(64,),
        epochs=9,
    )
    assert seen[-1] == 18
    assert any(0 < later - earlier < 9 for earlier, later in pairwise([0, *seen]))


class Bar:
    """What is asked of a progress bar."""

    def __init__(self, seen: list[int]) -> None:
        self.seen, self.total = seen, 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def set_description(self, *_: object, **__: object) -> None:
        pass

    def update(self, steps: int) -> None:
        self.seen.append((self.seen[-1] if self.seen else 0) + steps)
