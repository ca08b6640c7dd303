"""A command as a user types it, run in this process."""

import shlex
from collections.abc import Callable
from typing import NamedTuple

import pytest

import local_mixup


class Answer(NamedTuple):
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str


Call = Callable[..., Answer]
Output = Callable[..., str]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    def run(line: str, *more: object) -> Answer:
        try:
            status = local_mixup.main([*shlex.split(line), *map(str, more)])
        except SystemExit as stop:
            status = int(stop.code or 0)
        return Answer(status, *capsys.readouterr())

    return run


@pytest.fixture
def output(call: Call) -> Output:
    """Return what a command prints that has to work."""

    def run(line: str, *more: object) -> str:
        status, out, err = call(line, *more)
        assert status == 0, err
        return out

    return run
