"""Long commands that are killed at random moments, again and again: their numbers stay the same."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from tests.processes import LIMIT, ended, started

if TYPE_CHECKING:
    from pathlib import Path

KILLS = 20

SPIRALS = "--epochs 3 --n 40 --epsilon 0 inf --backend numpy --seed 1 --jobs 2"
COMMANDS = {
    "spirals": f"{SPIRALS} --runs 150 --widths 9",
    "ablation": f"{SPIRALS} --runs 30",
    "table1": "--runs 2 --epochs 2 --widths 8 --validation-runs 1 --seed 1 --jobs 2 "
    "--methods baseline mixup exponential threshold",
    "lipschitz": "--points 800 --segments all --seed 1 --jobs 2",
}
"""What is asked of each command, small enough for a few seconds."""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "killpg"), reason="the system has no groups of processes")
@pytest.mark.parametrize("command", COMMANDS)
def test_twenty_random_kills(command: str, tmp_path: Path) -> None:
    store, out, whole = tmp_path / "store", tmp_path / "out.csv", tmp_path / "whole.csv"

    def start(target: Path, *more: str) -> subprocess.Popen[str]:
        words = [*COMMANDS[command].split(), "--out", str(target), *more]
        return started("-m", "numerics", command, *words, stderr=subprocess.DEVNULL)

    def finish(process: subprocess.Popen[str]) -> None:
        ended(process)
        assert process.returncode == 0
        assert out.read_bytes() == expected

    begun = time.monotonic()
    unbroken = start(whole)
    ended(unbroken)
    duration, expected = time.monotonic() - begun, whole.read_bytes()
    moments, kills, kept, ends = random.Random(command), 0, 0, 0
    while kills < KILLS:
        process = start(out, "--store", str(store))
        try:
            process.wait(timeout=moments.uniform(0.0, duration))
        except subprocess.TimeoutExpired:
            # Every second time the workers are left alone, and have to end by themselves.
            (os.killpg if kills % 2 else os.kill)(process.pid, signal.SIGKILL)
            process.wait(timeout=LIMIT)
            kills += 1
            kept += len(list(store.rglob("chunks/*.csv")))
        else:
            finish(process)
            shutil.rmtree(store)
            ends += 1
    drafts = list(tmp_path.rglob(".*.tmp"))
    for draft in drafts:
        os.utime(draft, (0, 0))  # as old as those that are swept away
    finish(start(out, "--store", str(store)))
    assert not list(tmp_path.rglob(".*.tmp"))
    assert kept, "no kill came after anything was kept"
    print(f"{command}: {kills} kills, {ends} ends between, {len(drafts)} drafts, {duration:.1f} s")
