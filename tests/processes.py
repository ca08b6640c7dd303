"""Other processes in tests: none is waited for without end, and each can be interrupted."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
LIMIT = 300
"""Seconds after which a process is given up; the slowest takes a fraction of that."""

# Where the parent ignores SIGINT, as a job in the background of a script does, so would the child.
_LISTENING = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""


def done(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run Python to its end, with this project, installed or not."""
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "cwd": ROOT, **options}
    options["env"] = {**os.environ, "PYTHONPATH": str(ROOT), **options.get("env", {})}
    limit = options.pop("timeout", LIMIT)
    command = [sys.executable, "-W", "error", *arguments]
    return subprocess.run(command, text=True, check=False, timeout=limit, **options)


def loaded(code: str, *names: str) -> set[str]:
    """Return which of some modules are loaded after code has run in a process of its own."""
    ended = done("-c", f"import sys\n{code}\nprint(*{set(names)} & set(sys.modules))")
    assert ended.returncode == 0, ended.stderr
    return set(ended.stdout.splitlines()[-1].split())


def started(*arguments: str, **options: Any) -> subprocess.Popen[str]:
    """Start Python in a session of its own, ready to be interrupted."""
    options = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, **options}
    command = [sys.executable, "-c", _LISTENING, *arguments]
    return subprocess.Popen(command, text=True, start_new_session=True, **options)


def ended(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Wait for the end of a process and return what it printed."""
    try:
        return process.communicate(timeout=LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()
        pytest.fail(f"still at work after {LIMIT} s: {process.args!r}, {process.communicate()}")


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Wait until something holds that a process brings about."""
    deadline = time.monotonic() + LIMIT
    while not condition():
        assert process.poll() is None, process.communicate()
        if time.monotonic() > deadline:
            process.kill()
            pytest.fail(f"nothing came of {process.args!r} in {LIMIT} s: {process.communicate()}")
        time.sleep(0.002)
