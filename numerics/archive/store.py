"""A folder that keeps the results of a long experiment as they come.

``DIR/settings.json`` says what the experiment is: whatever decides its numbers, and nothing else
but the versions it began with. A folder in it has one file for each piece of the results; for the
spirals it is ``DIR/chunks/``, and a piece is a chunk, some consecutive runs for one epsilon. All
are written whole or not at all, so that a process killed at any moment leaves a folder to go on
with, and at worst a draft (``.*.tmp``) that nobody reads.

There is no lock. The numbers of a piece depend on the settings alone, so that two processes at work
on one folder at once write the same numbers, and the later file replaces an equal one. Each piece
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
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeAlias, TypeVar, cast

import numpy as np

from numerics.archive.files import write_text
from numerics.validation import check_count

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Mapping

    from numerics.archive.provenance import Seed
    from numerics.validation import FloatArray

__all__ = [
    "Chunk",
    "Pieces",
    "Random",
    "Storable",
    "Store",
    "as_json",
    "differences",
    "plain_seed",
]

Random: TypeAlias = int | np.random.SeedSequence | np.random.Generator
"""What a seed may be."""

_CHECK = re.compile(r"# crc32 ([0-9a-f]{8})\n", re.ASCII)
_CHECK_SIZE = len("# crc32 01234567\n")


class Storable(Protocol):
    """A piece of an experiment's results, which makes one file: a header and a table."""

    FOLDER: ClassVar[str]
    """Folder of the store that has these files."""

    KIND: ClassVar[str]
    """What to call such a piece."""

    PATTERN: ClassVar[re.Pattern[str]]
    """What the names of its files match."""

    COLUMNS: ClassVar[tuple[str, ...]]
    """Header of the table."""

    @property
    def name(self) -> str:
        """File name in a store."""

    def header(self) -> dict[str, Any]:
        """Return what the table does not hold."""

    def rows(self) -> Iterable[str]:
        """Return the lines of the table."""

    @classmethod
    def parse(cls, header: Mapping[str, Any], rows: list[dict[str, str]]) -> Storable:
        """Return the piece that a file holds."""


_Piece = TypeVar("_Piece", bound=Storable)


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """Test errors of consecutive runs for one epsilon."""

    FOLDER: ClassVar[str] = "chunks"
    KIND: ClassVar[str] = "chunk"
    PATTERN: ClassVar[re.Pattern[str]] = re.compile(
        r"epsilon-.+-runs-(\d{5,})-(\d{5,})\.csv", re.ASCII
    )
    COLUMNS: ClassVar[tuple[str, ...]] = ("run", "error")

    epsilon: float  # threshold of the graph
    first: int  # number of the first run
    errors: FloatArray  # test errors in [0, 1] of the runs first, first + 1, ...; shape (runs,)
    batch_size: int  # number of pairs in a batch, before those of weight zero are dropped
    updates: int  # number of optimiser steps of each run
    seconds: float  # wall time that all these runs took together
    versions: dict[str, str]  # what computed them, by name

    @property
    def stop(self) -> int:
        """Number of the run after the last."""
        return self.first + self.errors.size

    @property
    def name(self) -> str:
        """File name in a store."""
        return f"epsilon-{self.epsilon!r}-runs-{self.first:05d}-{self.stop:05d}.csv"

    def header(self) -> dict[str, Any]:
        """Return what the table does not hold."""
        return {
            "epsilon": repr(self.epsilon),
            "batch_size": self.batch_size,
            "updates": self.updates,
            "seconds": round(self.seconds, 3),
            "versions": self.versions,
        }

    def rows(self) -> Iterator[str]:
        """Return the lines of the table."""
        for run, error in enumerate(self.errors.tolist(), self.first):
            yield f"{run},{error!r}"

    @classmethod
    def parse(cls, header: Mapping[str, Any], rows: list[dict[str, str]]) -> Chunk:
        """Return the chunk that a file holds."""
        runs = [int(row["run"]) for row in rows]
        if runs != list(range(runs[0], runs[0] + len(runs))):
            message = "the runs of a chunk must follow each other"
            raise ValueError(message)
        return cls(
            epsilon=float(header["epsilon"]),
            first=runs[0],
            errors=np.array([float(row["error"]) for row in rows]),
            batch_size=int(header["batch_size"]),
            updates=int(header["updates"]),
            seconds=float(header["seconds"]),
            versions=dict(header["versions"]),
        )


class Pieces(Generic[_Piece]):
    """A folder of the pieces of one experiment's results."""

    def __init__(
        self,
        path: str | os.PathLike[str],
        identity: Mapping[str, Any],
        versions: Mapping[str, str],
        kind: type[_Piece],
    ) -> None:
        self.path = Path(path)
        self._kind = kind
        self._folder = self.path / kind.FOLDER
        asked = json.loads(as_json(identity))
        self.digest = hashlib.sha256(as_json(asked).encode()).hexdigest()[:16]
        if Pieces.identity(self.path) is None:
            if any(self._files()):
                message = f"{self._folder} has files, but {self._settings(self.path)} is missing"
                raise ValueError(message)
            self._folder.mkdir(parents=True, exist_ok=True)
            content = as_json({"identity": asked, "versions": dict(versions)})
            write_text(self._settings(self.path), content)
        self._folder.mkdir(exist_ok=True)
        # Read again: another process may have made the store a moment ago.
        found = differences(Pieces.identity(self.path) or {}, asked)
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
        """Read what experiment a folder keeps."""
        file = Pieces._settings(Path(path))
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

    def add(self, piece: _Piece) -> Path:
        """Keep a piece."""
        header = {"settings": self.digest, **piece.header()}
        lines = [f"# {json.dumps(header)}", ",".join(piece.COLUMNS), *piece.rows()]
        text = "\n".join(lines) + "\n"
        text += f"# crc32 {zlib.crc32(text.encode()):08x}\n"
        return write_text(self._folder / piece.name, text)

    def pieces(self) -> list[_Piece]:
        """Read all pieces."""
        return [self._read(file) for file in sorted(self._files())]

    def _read(self, file: Path) -> _Piece:
        if self._kind.PATTERN.fullmatch(file.name) is None:
            message = f"{file} is no {self._kind.KIND} of this store: move it elsewhere"
            raise ValueError(message)
        parsed = _parsed(self._kind, file.read_bytes())
        # Not of that name either if the file was given that of another piece.
        if parsed is None or parsed[0].name != file.name:
            message = f"{file} is damaged: delete it, and its runs are computed again"
            raise ValueError(message)
        if parsed[1] != self.digest:
            message = f"{file} was made with other settings than {self._settings(self.path)} says"
            raise ValueError(message)
        return parsed[0]


class Store(Pieces[Chunk]):
    """A folder of chunks that belong to one experiment on the spirals."""

    def __init__(
        self,
        path: str | os.PathLike[str],
        identity: Mapping[str, Any],
        versions: Mapping[str, str],
    ) -> None:
        super().__init__(path, identity, versions, Chunk)

    def chunks(self) -> list[Chunk]:
        """Read all chunks."""
        return sorted(self.pieces(), key=lambda chunk: (chunk.epsilon, chunk.first, chunk.stop))


def _parsed(kind: type[_Piece], content: bytes) -> tuple[_Piece, str] | None:
    """Return a piece and the digest of its settings, or None if it is not whole."""
    try:
        text = content.decode()
        body, check = text[:-_CHECK_SIZE], _CHECK.fullmatch(text[-_CHECK_SIZE:])
        if check is None or int(check[1], 16) != zlib.crc32(body.encode()):
            return None
        first_line, _, table = body.partition("\n")
        header = json.loads(first_line.removeprefix("# "))
        piece = kind.parse(header, list(csv.DictReader(io.StringIO(table))))
        return cast("_Piece", piece), str(header["settings"])
    except (ValueError, KeyError, TypeError, IndexError):
        return None


def plain_seed(rng: Random | None, store: str | os.PathLike[str] | None = None) -> Seed:
    """Return what makes the seed's children, as plain data."""
    stored = Pieces.identity(store) if rng is None and store is not None else None
    if stored is not None and isinstance(stored.get("seed"), dict):
        return cast("Seed", stored["seed"])
    if isinstance(rng, np.random.Generator):
        rng = rng.spawn(1)[0].bit_generator.seed_seq  # type: ignore[assignment]
    if not isinstance(rng, np.random.SeedSequence):
        rng = np.random.SeedSequence(None if rng is None else check_count(rng, "rng"))
    entropy = np.array(rng.entropy, dtype=object)  # of any size
    plain = [int(number) for number in entropy] if entropy.ndim else int(entropy[()])
    return {"entropy": plain, "spawn_key": [int(key) for key in rng.spawn_key]}


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
