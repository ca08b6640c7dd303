"""Made runs in place of the repository's own."""

from pathlib import Path

import pytest

from figures.drawing import stored
from tests.figures.made_runs import write_runs


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in place of the repository's own runs."""
    where = tmp_path / "data"
    where.mkdir()
    monkeypatch.setattr(stored, "DATA", where)
    return where


@pytest.fixture
def runs(folder: Path) -> Path:
    """Made runs on the spirals, like the paper's curve."""
    return write_runs(folder)
