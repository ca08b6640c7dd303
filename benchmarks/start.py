"""Time how long the doors take to open, beside one import of scipy.

Run ``python benchmarks/start.py`` (half a minute). Each line is the processor time of a new process
that imports what it names, or prints a ``--help``, as a median over rounds in which all take turns.
Goals: ``import numerics`` at most 0.35 s more than numpy, ``python -m numerics --help`` at most
0.7 s, and so the other two doors.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]

STARTS = {
    "nothing": ("-c", "pass"),
    "import numpy": ("-c", "import numpy"),
    "import scipy.stats": ("-c", "import scipy.stats"),
    "import numerics": ("-c", "import numerics"),
    "import every module of numerics": (
        "-c",
        "import numerics as n; [getattr(n, m) for m in n.__all__]",
    ),
    "python -m theory --help": ("-m", "theory", "--help"),
    "python -m numerics --help": ("-m", "numerics", "--help"),
    "python -m figures --help": ("-m", "figures", "--help"),
}
"""What is started, and the arguments of the interpreter."""

GOALS = {name: 0.7 for name in STARTS if name.endswith("--help")}


def seconds(arguments: tuple[str, ...]) -> float:
    """Return the processor time of one process."""
    before = os.times()
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    user = after.children_user - before.children_user
    return user + after.children_system - before.children_system


def main() -> int:
    """Print all times; 1 if a goal is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5, help="(default: %(default)s)")
    rounds = parser.parse_args().rounds
    times: dict[str, list[float]] = {name: [] for name in STARTS}
    for _ in range(rounds + 1):
        for name, arguments in STARTS.items():
            times[name].append(seconds(arguments))
    # The first round compiles modules and fills the cache of the file system.
    found = {name: median(values[1:]) for name, values in times.items()}
    goals = GOALS | {"import numerics": found["import numpy"] + 0.35}
    print(f"processor time in seconds, medians of {rounds} rounds")
    for name, value in found.items():
        verdict = ""
        if name in goals:
            verdict = f"   at most {goals[name]:.2f}: {'yes' if value <= goals[name] else 'MISSED'}"
        print(f"  {name:<34}{value:6.2f}{verdict}")
    return int(any(found[name] > goal for name, goal in goals.items()))


if __name__ == "__main__":
    sys.exit(main())
