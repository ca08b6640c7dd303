"""Apply each change to a copy of the repository, and see whether the tests notice it."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.mutations.changes import CHANGES, ROOT, Change

PARTS = 10
"""The list is run in as many parts, one a day."""

LIMIT = 1800
"""Seconds after which tests are given up; no change is to make the code run without end."""


@dataclass(frozen=True)
class Outcome:
    """What the tests said of a change."""

    change: Change
    noticed: str  # the test that failed; empty if all passed
    seconds: float

    @property
    def wrong(self) -> bool:
        """Whether a change has survived without a reason, or was noticed in spite of one."""
        return bool(self.noticed) == bool(self.change.equivalent)


def part(number: int) -> list[Change]:
    """Return one part of the list: every tenth change, so that each part is of all rooms."""
    return CHANGES[number::PARTS]


@contextmanager
def copied() -> Iterator[Path]:
    """Copy the repository, without what is hidden or made, into a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="mutations-") as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".*", "out", "build", "dist"))
        yield copy


def failing(copy: Path, tests: Iterable[str]) -> str:
    """Run tests in the copy and return the first that fails, or nothing.

    Raises
    ------
    RuntimeError
        If pytest could not run them, so that they say nothing.
    """
    names = [f"tests/{test}" for test in dict.fromkeys(tests)]
    options = ["-x", "-q", "--tb=no", "-p", "no:cacheprovider", "--hypothesis-profile=unshrunk"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *names],
        cwd=copy,
        env=os.environ | {"PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    if done.returncode == 0:
        return ""
    failed = re.search(r"^(?:FAILED|ERROR) tests/([^\s\[]+)", done.stdout, re.MULTILINE)
    if done.returncode != 1 or not failed:
        message = f"pytest could not run {' '.join(names)}:\n{done.stdout}{done.stderr}"
        raise RuntimeError(message)
    return failed[1]


def noticed(copy: Path, change: Change) -> str:
    """Return the test that notices a change, or nothing; the copy is as before afterwards."""
    path = copy / change.file
    text = path.read_text(encoding="utf-8")
    compiled = path.parent / "__pycache__"  # told from stale by size and second, which may agree
    try:
        shutil.rmtree(compiled, ignore_errors=True)
        path.write_text(change.of(text), encoding="utf-8")
        return failing(copy, change.tests)
    finally:
        shutil.rmtree(compiled, ignore_errors=True)
        path.write_text(text, encoding="utf-8")


def outcomes(changes: Sequence[Change]) -> Iterator[Outcome]:
    """Try changes one after the other.

    Raises
    ------
    RuntimeError
        If a test fails without any change, so that it notices nothing.
    """
    with copied() as copy:
        failed = failing(copy, [test for change in changes for test in change.tests])
        if failed:
            message = f"{failed} fails as it is, without any change"
            raise RuntimeError(message)
        for change in changes:
            start = time.perf_counter()
            name = noticed(copy, change)
            yield Outcome(change, name, time.perf_counter() - start)
