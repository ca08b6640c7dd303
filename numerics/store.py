"""A folder that keeps the results of a long experiment as they come.

``DIR/settings.json`` says what the experiment is: whatever decides its numbers, and nothing else
but the versions it began with. ``DIR/chunks/`` has one file for each chunk: some consecutive runs
for one epsilon. Both are written whole or not at all, so that a process killed at any moment leaves
a folder to go on with, and at worst a draft (``.*.tmp``) that nobody reads.

There is no lock. A chunk's numbers depend on the settings alone, so that two processes at work on
one folder at once write the same numbers, and the later file replaces an equal one. Each chunk
carries a digest of the settings that it was made with, and a check sum.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from numerics.files import write_text

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping

    from numerics.validation import FloatArray

__all__ = ["Chunk", "Store", "as_json", "differences"]

_NAME = re.compile(r"epsilon-.+-runs-(\d{5,})-(\d{5,})\.csv", re.ASCII)
_CHECK = re.compile(r"# crc32 ([0-9a-f]{8})\n", re.ASCII)
_CHECK_SIZE = len("# crc32 01234567\n")


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """Test errors of consecutive runs for one epsilon.

    Parameters
    ----------
    epsilon : float
        Threshold of the graph.
    first : int
        Number of the first run.
    errors : numpy.ndarray
        Test errors in [0, 1] of the runs first, first + 1, ...; shape (runs,).
    batch_size : int
        Number of pairs in a batch, before those of weight zero are dropped.
    updates : int
        Number of optimiser steps of each run.
    seconds : float
        Wall time that all these runs took together.
    versions : dict of str to str
        What computed them, by name.
    """

    epsilon: float
    first: int
    errors: FloatArray
    batch_size: int
    updates: int
    seconds: float
    versions: dict[str, str]

    @property
    def stop(self) -> int:
        """Number of the run after the last.

        Returns
        -------
        int
            The number of the first run plus the number of runs.
        """
        return self.first + self.errors.size

    @property
    def name(self) -> str:
        """File name in a store.

        Returns
        -------
        str
            It tells epsilon and the runs.
        """
        return f"epsilon-{self.epsilon!r}-runs-{self.first:05d}-{self.stop:05d}.csv"


class Store:
    """A folder of chunks that belong to one experiment.

    Parameters
    ----------
    path : str or path
        The folder; it is made if it does not exist.
    identity : mapping
        What decides the numbers: plain data that JSON can hold.
    versions : mapping of str to str
        What the experiment begins with, for the record.

    Raises
    ------
    ValueError
        If the folder keeps another experiment (the message names each difference), or its
        settings cannot be read.
    OSError
        If the folder cannot be read or written.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        identity: Mapping[str, Any],
        versions: Mapping[str, str],
    ) -> None:
        self.path = Path(path)
        self._folder = self.path / "chunks"
        asked = json.loads(as_json(identity))
        self.digest = hashlib.sha256(as_json(asked).encode()).hexdigest()[:16]
        if Store.identity(self.path) is None:
            if any(self._files()):
                message = f"{self._folder} has chunks, but {self._settings(self.path)} is missing"
                raise ValueError(message)
            self._folder.mkdir(parents=True, exist_ok=True)
            content = as_json({"identity": asked, "versions": dict(versions)})
            write_text(self._settings(self.path), content)
        self._folder.mkdir(exist_ok=True)
        # Read again: another process may have made the store a moment ago.
        found = differences(Store.identity(self.path) or {}, asked)
        if found:
            message = (
                f"the store {self.path} was made with other settings: {'; '.join(found)}. "
                "Give those of the store, or another folder"
            )
            raise ValueError(message)

    @staticmethod
    def _settings(path: Path) -> Path:
        return path / "settings.json"

    @staticmethod
    def identity(path: str | os.PathLike[str]) -> dict[str, Any] | None:
        """Read what experiment a folder keeps.

        Parameters
        ----------
        path : str or path
            The folder, which need not exist.

        Returns
        -------
        dict or None
            What was passed as `identity` when the store was made; None if there is no store yet.

        Raises
        ------
        ValueError
            If the file with the settings is damaged.
        OSError
            If it cannot be read.
        """
        file = Store._settings(Path(path))
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except ValueError:  # neither UTF-8 nor JSON
            content = None
        identity = content.get("identity") if isinstance(content, dict) else None
        if not isinstance(identity, dict):
            message = f"{file} is damaged: it does not hold the settings of a store"
            raise ValueError(message)
        return identity

    def _files(self) -> Iterator[Path]:
        return self._folder.glob("*.csv")

    def add(self, chunk: Chunk) -> Path:
        """Keep a chunk.

        Parameters
        ----------
        chunk : Chunk
            What was computed with the settings of this store.

        Returns
        -------
        pathlib.Path
            The file.

        Raises
        ------
        OSError
            If it cannot be written.
        """
        header = {
            "settings": self.digest,
            "epsilon": repr(chunk.epsilon),
            "batch_size": chunk.batch_size,
            "updates": chunk.updates,
            "seconds": round(chunk.seconds, 3),
            "versions": chunk.versions,
        }
        runs = range(chunk.first, chunk.stop)
        rows = (f"{run},{error!r}" for run, error in zip(runs, chunk.errors.tolist(), strict=True))
        text = "\n".join([f"# {json.dumps(header)}", "run,error", *rows]) + "\n"
        text += f"# crc32 {zlib.crc32(text.encode()):08x}\n"
        return write_text(self._folder / chunk.name, text)

    def chunks(self) -> list[Chunk]:
        """Read all chunks.

        Returns
        -------
        list of Chunk
            In the order of epsilon, then of the runs.

        Raises
        ------
        ValueError
            If a file is damaged, is no chunk or was made with other settings.
        OSError
            If a file cannot be read.
        """
        chunks = [self._read(file) for file in self._files()]
        return sorted(chunks, key=lambda chunk: (chunk.epsilon, chunk.first, chunk.stop))

    def _read(self, file: Path) -> Chunk:
        named = _NAME.fullmatch(file.name)
        if named is None:
            message = f"{file} is no chunk of this store: move it elsewhere"
            raise ValueError(message)
        parsed = _parsed(int(named[1]), file.read_bytes())
        # Not of that name either if the file was given that of another chunk.
        if parsed is None or parsed[0].name != file.name:
            message = f"{file} is damaged: delete it, and its runs are computed again"
            raise ValueError(message)
        if parsed[1] != self.digest:
            message = f"{file} was made with other settings than {self._settings(self.path)} says"
            raise ValueError(message)
        return parsed[0]


def _parsed(first: int, content: bytes) -> tuple[Chunk, str] | None:
    """Return a chunk and the digest of its settings, or None if it is not whole."""
    try:
        text = content.decode()
        body, check = text[:-_CHECK_SIZE], _CHECK.fullmatch(text[-_CHECK_SIZE:])
        if check is None or int(check[1], 16) != zlib.crc32(body.encode()):
            return None
        first_line, _, table = body.partition("\n")
        header = json.loads(first_line.removeprefix("# "))
        rows = list(csv.DictReader(io.StringIO(table)))
        chunk = Chunk(
            epsilon=float(header["epsilon"]),
            first=first,
            errors=np.array([float(row["error"]) for row in rows]),
            batch_size=int(header["batch_size"]),
            updates=int(header["updates"]),
            seconds=float(header["seconds"]),
            versions=dict(header["versions"]),
        )
        whole = [int(row["run"]) for row in rows] == list(range(chunk.first, chunk.stop))
        return (chunk, str(header["settings"])) if whole else None
    except (ValueError, KeyError, TypeError):
        return None


def as_json(content: Mapping[str, Any]) -> str:
    """Write plain data as JSON, in one way.

    Parameters
    ----------
    content : mapping
        Plain data without NaN or infinities.

    Returns
    -------
    str
        Lines, in the order of the names.

    Raises
    ------
    ValueError
        If it holds NaN or an infinity.
    TypeError
        If it holds what JSON cannot.
    """
    return json.dumps(content, indent=1, sort_keys=True, allow_nan=False) + "\n"


def differences(stored: Mapping[str, Any], asked: Mapping[str, Any]) -> list[str]:
    """List what differs between two settings.

    Parameters
    ----------
    stored, asked : mapping
        Plain data, as JSON gives it back.

    Returns
    -------
    list of str
        One entry for each name with different values: "rate is 0.01, asked for 0.02". Names of
        mappings inside are not mentioned.
    """
    found: list[str] = []
    for name in dict.fromkeys([*stored, *asked]):
        old, new = stored.get(name), asked.get(name)
        if isinstance(old, dict) and isinstance(new, dict):
            found += differences(old, new)
        elif old != new or type(old) is not type(new):
            found.append(f"{name} is {json.dumps(old)}, asked for {json.dumps(new)}")
    return found
