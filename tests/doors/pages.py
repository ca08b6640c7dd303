"""The code blocks of the README and the documentation, and a way to run each of them.

A page's blocks run in order, in one empty folder and in one namespace. A ``text`` block is the
output of the block before it. Commands run as they stand, with these exceptions:

- what takes long (and says so in a comment on its line) runs in the smaller version of `SHORTER`;
- ``make`` says what it would do (``--dry-run``), as it would test the tests;
- ``pip install`` has its group or extra looked up in pyproject.toml;
- ``dask`` does not start a cluster, and a benchmark does not measure: their options are looked up
  in what they print for ``--help``.
"""

import contextlib
import importlib
import io
import os
import re
import runpy
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import matplotlib.pyplot as plt
import numpy as np

import figures.__main__
import local_mixup
from numerics.archive import files
from tests.processes import LIMIT, ROOT

PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        ROOT / "paper_checks.md",
        ROOT / "benchmarks" / "README.md",
        *(ROOT / "docs").rglob("*.md"),
    )
)

SPIRALS = "python -m numerics spirals --preset"
ABLATION = "python -m numerics ablation"
LIPSCHITZ = "python -m numerics lipschitz"
SMALL = "--runs 2 --epochs 1 --n 60 --widths 9 --backend numpy"
KEPT = "--store runs/released --out mine/spirals-released-paper.csv"
FASHION = "figures/data/lipschitz-fashion-mnist"

SHORTER: dict[str, str | None] = {
    f"{SPIRALS} released --runs 1000 --jobs -1 {KEPT}": f"{SPIRALS} released {SMALL} {KEPT}",
    f"{SPIRALS} released --runs 1000 --scheduler tcp://10.0.0.1:8786 {KEPT}": (
        f"{SPIRALS} released {SMALL} {KEPT}"
    ),
    f"{SPIRALS} corrected --runs 4 --epochs 20 --epsilon 0 0.8 inf --jobs 2": (
        f"{SPIRALS} corrected {SMALL} --epsilon 0 0.8 inf --jobs 2"
    ),
    f"{ABLATION} --runs 100 --store ablation --out ablation.csv": (
        f"{ABLATION} --runs 2 --epochs 1 --n 60 --backend numpy --store ablation --out ablation.csv"
    ),
    "python -m numerics table1 --data digits --runs 2": (
        "python -m numerics table1 --data digits --runs 2 --epochs 1 --validation-runs 1"
    ),
    f"{LIPSCHITZ} --data fashion-mnist --points 10000 --seed 0 --out {FASHION}.csv": (
        f"{LIPSCHITZ} --data digits --points 60 --seed 0 --out {FASHION}.csv"
    ),
    f"{LIPSCHITZ} --data fashion-mnist --epsilon 0 --out {FASHION}-vanilla.csv": (
        f"{LIPSCHITZ} --data digits --points 60 --epsilon 0 --out {FASHION}-vanilla.csv"
    ),
    "python -m figures ledger": None,
}
"""What is run in place of a long command; None: it is parsed, and not run."""

TAKES = re.compile(r"#.*\b(seconds|minutes?|hours?|day)\b")
"""How a page says that a command is a long one."""

ELSEWHERE = {
    ("docs/adding-a-claim.md", "python"),
    ("docs/adding-a-claim.md", "python -m theory Carratino-shrink"),
}
"""Run by a test of their own, tests/doors/test_adding_a_claim.py: they add a claim."""


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    page: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


@dataclass(frozen=True)
class Command:
    """A command of a block, with the comment on its line."""

    text: str
    comment: str


class PageError(AssertionError):
    """What a page shows does not work."""


def blocks(page: str, source: str | None = None) -> Iterator[Block]:
    """Yield the fenced blocks of a page, without the directives of Sphinx."""
    if source is None:
        source = (ROOT / page).read_text(encoding="utf-8")
    opened: tuple[int, str] | None = None
    lines: list[str] = []
    for number, line in enumerate(source.splitlines(), start=1):
        if not line.startswith("```"):
            lines.append(line)
        elif opened is None:
            opened, lines = (number, line[3:].strip() or "sh"), []
        else:
            first, language = opened
            opened = None
            if not language.startswith("{"):
                yield Block(page, first, language, "\n".join(lines) + "\n")
    if opened is not None:
        message = f"{page}:{opened[0]}: the block has no end"
        raise PageError(message)


def commands(block: Block) -> Iterator[Command]:
    """Yield the commands of a shell block, with their lines joined."""
    for line in block.text.replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True)
        if words:
            yield Command(shlex.join(words), line[line.find("#") :] if "#" in line else "")


class Runner:
    """Runs the blocks of one page in the current folder."""

    def __init__(self, page: str) -> None:
        self.page = page
        self.namespace: dict[str, Any] = {"__name__": "page"}
        self.printed = ""

    def run(self, block: Block) -> None:
        """Run a block, or compare it with what the one before it printed."""
        if block.language == "text":
            if self.printed != block.text:
                message = f"{block}: the page says\n{block.text}and it printed\n{self.printed}"
                raise PageError(message)
            return
        if (block.page, block.language) in ELSEWHERE:
            return
        runners: dict[str, Callable[[Block], None]] = {"python": self._python, "sh": self._shell}
        if block.language not in runners:
            message = f"{block}: no way to run a block of {block.language!r}"
            raise PageError(message)
        output = io.StringIO()
        with contextlib.redirect_stdout(output), mock.patch.object(plt, "show"):
            runners[block.language](block)
        plt.close("all")
        self.printed = output.getvalue()

    def _python(self, block: Block) -> None:
        # Empty lines first, so that a traceback has the line of the page.
        code = compile("\n" * block.line + block.text, str(ROOT / block.page), "exec")
        exec(code, self.namespace)

    def _shell(self, block: Block) -> None:
        for command in commands(block):
            if (block.page, command.text) in ELSEWHERE:
                continue
            text: str | None = command.text
            if command.text in SHORTER:
                if not TAKES.search(command.comment):
                    message = f"{block}: a comment has to say how long {command.text!r} takes"
                    raise PageError(message)
                text = SHORTER[command.text]
            try:
                if text is None:
                    parse(command.text)
                else:
                    run_command(text)
            except PageError as error:
                message = f"{block}: {error}"
                raise PageError(message) from error


def parse(command: str) -> None:
    """Check the arguments of a command of `figures`, without running it."""
    figures.__main__.parse(shlex.split(command.removeprefix("python -m figures ")))


def run_command(command: str) -> None:
    """Run a command of a page in the current folder."""
    words = shlex.split(command)
    match words:
        case ["python", "-m", "pip", "install", *arguments]:
            _look_up_requirement(command, arguments)
        case ["python", "-m", "pip", "wheel", *arguments]:
            _look_up_options(command, _shown("-m", "pip", "wheel"), arguments)
        case ["local-mixup", *arguments]:
            _call(command, local_mixup.main, arguments)
        case ["python", "-m", "theory" | "numerics" | "figures" as module, *arguments]:
            _call(command, importlib.import_module(f"{module}.__main__").main, arguments)
        case ["python", script, *arguments] if script.startswith("benchmarks/"):
            _look_up_options(command, _help(str(ROOT / script)), arguments)
        case ["python", script, *arguments] if script.startswith("examples/"):
            with mock.patch.object(sys, "argv", [script, *arguments]):
                _call(command, _run_path, str(ROOT / script))
        case ["make", *arguments]:
            _checked("make", "--dry-run", "--directory", str(ROOT), *arguments)
        case ["dask", subcommand, *arguments]:
            _look_up_options(command, _shown("-m", "dask", subcommand), arguments)
        case ["mkdir", "-p", folder]:
            Path(folder).mkdir(parents=True, exist_ok=True)
        case _:
            message = f"no way to run {command!r}"
            raise PageError(message)


def _run_path(path: str) -> int:
    # As Python does for a script, its folder comes first among the places of modules.
    with mock.patch.object(sys, "path", [str(Path(path).parent), *sys.path]):
        runpy.run_path(path, run_name="__main__")
    return 0


def _call(command: str, function: Callable[[Any], int], arguments: object) -> None:
    errors = io.StringIO()
    try:
        with contextlib.redirect_stderr(errors):
            status: object = function(arguments)
    except SystemExit as stop:
        status = stop.code
    if status not in (0, None):
        message = f"{command!r} ends with {status}: {errors.getvalue()}"
        raise PageError(message)


@cache
def _checked(*command: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}  # installed or not
    run = subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, timeout=LIMIT
    )
    if run.returncode:
        message = f"{shlex.join(command)!r} ends with {run.returncode}: {run.stderr}"
        raise PageError(message)
    return run.stdout


def _shown(*program: str) -> str:
    return _checked(sys.executable, *program, "--help")


@cache
def _help(script: str) -> str:
    """Return what a script says of itself, in this process, which has what it imports."""
    shown = io.StringIO()
    argv = mock.patch.object(sys, "argv", [script, "--help"])
    with argv, contextlib.redirect_stdout(shown), contextlib.suppress(SystemExit):
        _run_path(script)
    return shown.getvalue()


def _look_up_options(command: str, shown: str, arguments: list[str]) -> None:
    missing = [word for word in arguments if word.startswith("--") and word not in shown]
    if missing:
        message = f"{command!r}: there is no {', '.join(missing)}"
        raise PageError(message)


def _look_up_requirement(command: str, arguments: list[str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = {f"local-mixup[{name}]" for name in project["project"]["optional-dependencies"]}
    groups = set(project["dependency-groups"])
    if "--group" in arguments:
        known = set(arguments) - {"--group"} <= groups
    else:
        known = set(arguments) <= extras | {"local-mixup", "."}
    if not known:
        message = f"{command!r}: pyproject.toml has no such group or extra"
        raise PageError(message)


def furnish(folder: Path) -> None:
    """Put into a folder what the pages take for granted: a file of the reader's, and a clone's."""
    (folder / "figures" / "data").mkdir(parents=True)
    rng = np.random.default_rng(5)
    day = np.cumsum(rng.integers(1, 4, 60)).astype(float)
    volts = np.sin(day / 9) + 0.2 * rng.standard_normal(day.size)
    files.write_csv(folder / "mine.csv", {"day": day, "volts": volts})
