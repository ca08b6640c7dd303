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
from numerics.archive.plain import as_json, differences
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
    """The pieces of one work by their names: in a folder, made if it is not there, or in memory."""

    def __init__(
        self,
        path: str | os.PathLike[str] | None,
        identity: Mapping[str, Any],
        versions: Mapping[str, str],
    ) -> None:
        self.pieces: dict[str, Piece] = {}
        self.path = None if path is None else check_path(path, "store")
        if self.path is None:
            return
        asked = json.loads(as_json(identity))
        self._digest = _digest(asked)
        stored, pieces, faults = read_store(self.path)
        if stored is None:
            self.path.mkdir(parents=True, exist_ok=True)
            content = {"format": FORMAT, "identity": asked, "versions": dict(versions)}
            with suppress(FileExistsError):
                write_text(self.path / SETTINGS, _signed(content), new=True)
            # Read again: another process may have made the store a moment ago.
            stored, pieces, faults = read_store(self.path)
        if others := differences(stored or {}, asked):
            message = (
                f"the store {self.path} was made with other settings: {'; '.join(others)}. "
                "Give those of the store, or another folder"
            )
            raise ValueError(message)
        if faults:
            raise ValueError("; ".join(faults))
        self.pieces = {piece.name: piece for piece in pieces}
        (self.path / "chunks").mkdir(exist_ok=True)
        with suppress(OSError):  # in a folder that can only be read they stay
            for draft in drafts_of(self.path):
                draft.unlink(missing_ok=True)

    def add(self, piece: Piece) -> None:
        """Keep a piece."""
        if self.path is not None:
            about = json.dumps({"name": piece.name, "settings": self._digest, **piece.about})
            text = _sealed(f"# {about}\n{csv_text(piece.columns)}")
            write_text(self.path / "chunks" / f"{piece.name}.csv", text)
        self.pieces[piece.name] = piece


def read_store(store: Path) -> tuple[dict[str, Any] | None, list[Piece], list[str]]:
    """Read settings and pieces of a store, change nothing, and say which pieces are damaged."""
    identity, pieces, faults = stored_identity(store), [], []
    digest = _digest(identity or {})
    for file in sorted(store.glob(PIECES)):
        try:
            pieces.append(_read(file, digest))
        except ValueError as error:
            faults.append(str(error))
    return identity, pieces, faults


def stored_identity(path: str | os.PathLike[str]) -> dict[str, Any] | None:
    """Read what a folder keeps the pieces of; None if it keeps nothing."""
    file = check_path(path, "store") / SETTINGS
    fault = "is damaged: it does not hold the settings of a store"
    used = any(file.parent.glob(PIECES))  # before the settings are, which another process may make
    try:
        text = file.read_bytes().decode(errors="replace")
        content = json.loads(text)
        identity = dict(content["identity"])
        if (kind := content.get("format", 1)) != FORMAT:
            fault = f"is of format {kind}, which is not {FORMAT}: use another folder"
        elif text == _signed(content):
            return identity
    except FileNotFoundError:
        if not used:
            return None
        fault = "is missing, and there are pieces beside it"
    except (AttributeError, KeyError, TypeError, ValueError):
        pass
    message = f"{file} {fault}"
    raise ValueError(message)


def _read(file: Path, digest: str) -> Piece:
    text = file.read_bytes().decode(errors="replace")
    body = text[: text.rfind(_SEAL)]
    fault = (
        "is damaged: delete it, or move it elsewhere if it is yours, and what is missing is "
        "computed again"
    )
    with suppress(AttributeError, KeyError, TypeError, ValueError):
        first, header, *rows = body.splitlines()
        about, table = json.loads(first.removeprefix("# ")), [r.split(",") for r in (header, *rows)]
        columns = {name: np.array(cells, np.float64) for name, *cells in zip(*table, strict=True)}
        # A file that was given the name of another piece is none either.
        if _sealed(body) == text and about.pop("name") == file.stem:
            if about.pop("settings") == digest:
                return Piece(file.stem, about, columns)
            fault = f"was made with other settings than {SETTINGS} beside it says"
    message = f"{file} {fault}"
    raise ValueError(message)


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
