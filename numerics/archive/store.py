"""A folder that keeps the pieces of long work as they come, so that it goes on after a kill.

``DIR/settings.json`` says what is computed: whatever decides the numbers, and the versions that it
began with. ``DIR/chunks/`` has one file for each piece: a line with what is no table, then the
table. All end with a check sum and are written whole or not at all: a process that is killed leaves
at worst a draft (``.*.tmp``), which nobody reads and a later call sweeps away.

There is no lock. The numbers of a piece depend on the settings alone, so that two processes at work
on one folder write the same, and the later file replaces an equal one. The settings are made by one
of them: the other finds them there, and is told if its own are different.
"""

import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from numerics.archive.files import csv_text, write_text
from numerics.validation import check_path

FORMAT = 2
"""Of these files. Those of another one are refused."""

STALE = 600.0
"""Age of a draft, in seconds, that no process is writing any more."""

SETTINGS, PIECES, _DRAFTS = "settings.json", "chunks/*.csv", (".*.tmp", "chunks/.*.tmp")
_SEAL = "# sha256 "


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A part of a result: plain data, and a table of numbers that reads back the same."""

    name: str  # of its file, without an ending
    about: Mapping[str, Any]
    columns: Mapping[str, NDArray[Any]]  # each of shape (rows,)


class Cache:
    """The folder of one piece of work, made if it is not there."""

    def __init__(
        self,
        path: str | os.PathLike[str],
        identity: Mapping[str, Any],
        versions: Mapping[str, str],
    ) -> None:
        self.path = check_path(path, "store")
        asked = json.loads(as_json(identity))
        self._digest = _digest(asked)
        if stored_identity(path) is None:
            if any(self.path.glob(PIECES)):
                message = f"{self.path / 'chunks'} has files, but {SETTINGS} is missing"
                raise ValueError(message)
            self.path.mkdir(parents=True, exist_ok=True)
            content = {"format": FORMAT, "identity": asked, "versions": dict(versions)}
            with suppress(FileExistsError):
                write_text(self.path / SETTINGS, _signed(content), new=True)
        # Read again: another process may have made the store a moment ago.
        found = differences(stored_identity(path) or {}, asked)
        if found:
            message = (
                f"the store {self.path} was made with other settings: {'; '.join(found)}. "
                "Give those of the store, or another folder"
            )
            raise ValueError(message)
        (self.path / "chunks").mkdir(exist_ok=True)
        for draft in drafts_of(self.path):
            draft.unlink(missing_ok=True)

    def add(self, piece: Piece) -> Path:
        """Keep a piece."""
        about = json.dumps({"name": piece.name, "settings": self._digest, **piece.about})
        text = _sealed(f"# {about}\n{csv_text(piece.columns)}")
        return write_text(self._file(piece.name), text)

    def get(self, name: str) -> Piece | None:
        """Read a piece if it is there."""
        try:
            return _read(self._file(name), self._digest)
        except FileNotFoundError:
            return None

    def pieces(self) -> list[Piece]:
        """Read all pieces, sorted by their names."""
        return [_read(file, self._digest) for file in sorted(self.path.glob(PIECES))]

    def _file(self, name: str) -> Path:
        return self.path / "chunks" / f"{name}.csv"


def check(store: Path) -> list[str]:
    """Read every piece of a store, change nothing, and return what has to be mended."""
    faults = []
    try:
        identity = stored_identity(store)
    except ValueError as error:
        return [str(error)]
    if identity is None:
        return [f"{store / SETTINGS} is missing"]
    for file in sorted(store.glob(PIECES)):
        try:
            _read(file, _digest(identity))
        except ValueError as error:
            faults.append(str(error))
    return faults


def stored_identity(path: str | os.PathLike[str]) -> dict[str, Any] | None:
    """Read what a folder keeps the pieces of."""
    file = check_path(path, "store") / SETTINGS
    try:
        text = file.read_bytes().decode(errors="replace")
    except FileNotFoundError:
        return None
    try:
        content = json.loads(text)
        kind = content.get("format", 1)
        whole = kind != FORMAT or text == _signed(content)
        identity: dict[str, Any] = content["identity"]
    except (AttributeError, KeyError, TypeError, ValueError):
        whole = False
    if not whole:
        message = f"{file} is damaged: it does not hold the settings of a store"
        raise ValueError(message)
    if kind != FORMAT:
        message = f"{file} is of format {kind}, which is not {FORMAT}: use another folder"
        raise ValueError(message)
    return identity


def _read(file: Path, digest: str) -> Piece:
    text = file.read_bytes().decode(errors="replace")
    body = text[: text.rfind(_SEAL)]
    # A file that was given the name of another piece is none either.
    about: dict[str, Any] = {}
    if _sealed(body) == text:
        first, header, *rows = body.splitlines()
        about = json.loads(first.removeprefix("# "))
    if about.pop("name", None) != file.stem:
        message = (
            f"{file} is damaged: delete it, or move it elsewhere if it is yours, and what is "
            "missing is computed again"
        )
        raise ValueError(message)
    if about.pop("settings") != digest:
        message = f"{file} was made with other settings than {SETTINGS} beside it says"
        raise ValueError(message)
    names = header.split(",")
    table = np.array([row.split(",") for row in rows], dtype=np.float64).reshape(-1, len(names))
    return Piece(file.stem, about, dict(zip(names, table.T, strict=True)))


def drafts_of(store: Path) -> Iterator[Path]:
    """Yield the drafts that no process is writing any more."""
    for pattern in _DRAFTS:
        for draft in store.glob(pattern):
            with suppress(FileNotFoundError):
                if time.time() - draft.stat().st_mtime > STALE:
                    yield draft


def _sealed(body: str) -> str:
    return f"{body}{_SEAL}{_sum(body)}\n"


def _signed(content: Mapping[str, Any]) -> str:
    """Write settings with their check sum."""
    plain = {name: value for name, value in content.items() if name != "sha256"}
    return as_json({**plain, "sha256": _sum(as_json(plain))})


def _digest(identity: Mapping[str, Any]) -> str:
    return _sum(as_json(identity))[:16]


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def as_json(content: Mapping[str, Any]) -> str:
    """Write plain data as JSON, in one way."""
    return json.dumps(content, indent=1, sort_keys=True, allow_nan=False) + "\n"


def differences(stored: Mapping[str, Any], asked: Mapping[str, Any]) -> list[str]:
    """List what differs between two settings."""
    found: list[str] = []
    for name in dict.fromkeys([*stored, *asked]):
        old, new = stored.get(name), asked.get(name)
        if isinstance(old, dict) and isinstance(new, dict):
            found += differences(old, new)
        elif old != new or type(old) is not type(new):
            found.append(f"{name} is {json.dumps(old)}, asked for {json.dumps(new)}")
    return found
