"""Tasks on this machine and on a cluster that loses a worker."""

import importlib
import math
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from numerics import experiments
from numerics.__main__ import main
from numerics.archive.store import Cache, Piece
from numerics.commands import guarded
from numerics.experiments.two_spirals import study
from numerics.experiments.workers import as_completed
from tests.processes import ended, started

TINY: dict[str, Any] = {"n": 60, "epochs": 3, "widths": (9,), "backend": "numpy", "rng": 11}


def test_results_come_as_they_are_made() -> None:
    taken = []

    def tasks() -> Iterator[tuple[int, int]]:
        for i in range(20):
            taken.append(i)
            yield i, 2

    results = as_completed(pow, tasks())
    assert next(results) == (0, 0)
    assert len(taken) < 20
    assert sorted(results) == [(i, i**2) for i in range(1, 20)]


def test_two_processes_give_all_results() -> None:
    found = as_completed(divmod, [(i, 3) for i in range(9)], n_jobs=2)
    assert sorted(found) == [(i, divmod(i, 3)) for i in range(9)]


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_errors_are_passed_on(n_jobs: int) -> None:
    with pytest.raises(ZeroDivisionError):
        list(as_completed(divmod, [(1, 1), (1, 0)], n_jobs=n_jobs))


@pytest.mark.parametrize("n_jobs", [0, -2, 1.0, True])
def test_bad_number_of_jobs_is_named(n_jobs: Any) -> None:
    with pytest.raises(ValueError, match="n_jobs must be"):
        list(as_completed(divmod, [(1, 1)], n_jobs=n_jobs))


def test_missing_package_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(ValueError, match=r"pip install 'local-mixup\[distributed\]'"):
        list(as_completed(divmod, [(1, 1)], scheduler="tcp://127.0.0.1:1"))


def test_no_scheduler_at_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("numerics.experiments.workers._PATIENCE", 0.2)
    with pytest.raises(OSError, match=r"127\.0\.0\.1:1"):
        list(as_completed(divmod, [(1, 1)], scheduler="tcp://127.0.0.1:1"))


@pytest.mark.slow
def test_cluster_that_loses_a_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    distributed = pytest.importorskip("distributed")
    expected = experiments.spirals((0.0, math.inf), 24, **TINY)
    monkeypatch.setattr(study, "CHUNK", 2)
    add = Cache.add
    seen = []

    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
        ) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        workers = client.run(os.getpid)
        assert len(set(workers.values())) == 2

        def add_and_kill(cache: Cache, piece: Piece) -> None:
            seen.append(piece.name)
            if len(seen) == 8:
                os.kill(min(workers.values()), signal.SIGKILL)
            add(cache, piece)

        monkeypatch.setattr(Cache, "add", add_and_kill)
        result = experiments.spirals(
            (0.0, math.inf), 24, store=tmp_path, scheduler=cluster.scheduler_address, **TINY
        )
        # A nanny has started another worker in its place, or is about to.
        client.wait_for_workers(2, timeout=30)
        assert min(workers.values()) not in client.run(os.getpid).values()
    np.testing.assert_array_equal(result.errors, expected.errors)
    assert len(seen) == 24
    assert len(list(tmp_path.glob("chunks/*.csv"))) == 24


SCHEDULER = """
import asyncio, distributed
async def main():
    async with (
        distributed.Scheduler(port=0, dashboard=False, host="127.0.0.1") as scheduler,
        distributed.Worker(scheduler.address, nthreads=2),
    ):
        print(scheduler.address, flush=True)
        await scheduler.finished()
asyncio.run(main())
"""


@pytest.mark.slow
def test_a_scheduler_that_goes_away_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(study, "CHUNK", 2)
    scheduler = started("-c", SCHEDULER, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert scheduler.stdout is not None
    address = scheduler.stdout.readline().strip()
    add = Cache.add

    def add_and_kill(cache: Cache, piece: Piece) -> None:
        scheduler.kill()
        add(cache, piece)

    monkeypatch.setattr(Cache, "add", add_and_kill)
    tiny = "--epsilon 0 inf --n 60 --epochs 3 --widths 9 --backend numpy --seed 11 --runs 24"
    command = ["spirals", *tiny.split(), "--scheduler", address, "--store", str(tmp_path)]
    assert guarded("numerics", lambda: main(command)) == 75
    first, told = capfd.readouterr().err.splitlines()
    assert first.endswith("chunks to compute")
    assert told.startswith(f"numerics: the scheduler {address} or its workers went away")
    assert told.endswith(f"{tmp_path} keeps what is done: the same command goes on from there")
    assert list(tmp_path.glob("chunks/*.csv"))
    ended(scheduler)
    monkeypatch.setattr(Cache, "add", add)
    result = experiments.spirals((0.0, math.inf), 24, store=tmp_path, **TINY)
    expected = experiments.spirals((0.0, math.inf), 24, **TINY)
    np.testing.assert_array_equal(result.errors, expected.errors)
