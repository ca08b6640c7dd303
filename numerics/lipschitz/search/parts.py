"""A folder that keeps the records of a long search as its parts are done.

It is laid out as `numerics.archive.store` says: ``settings.json`` tells what is searched, and
``chunks/`` has one file for each part, written whole or not at all.

The records of a part leave out what was beaten by other parts already kept, and so differ between
runs; those that make the curve are in every version of it. Two processes may therefore share a
folder, and the settings leave out the memory and the number of processes.
"""

from __future__ import annotations

import json
import re
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

from numerics.archive.files import write_text
from numerics.archive.store import Store
from numerics.lipschitz.search.records import Records

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["Parts"]

_HEADER = "length,value,point,partner,i,j,mu,lambda"
_CHECK = re.compile(r"# crc32 ([0-9a-f]{8})\n", re.ASCII)
_CHECK_SIZE = len("# crc32 01234567\n")


class Parts:
    """A folder of parts that belong to one search."""

    def __init__(self, path: str | os.PathLike[str], identity: Mapping[str, Any]) -> None:
        store = Store(path, identity, {"numpy": np.__version__})
        self._folder: Path = store.path / "chunks"
        self._head = f"# {json.dumps({'settings': store.digest})}\n{_HEADER}\n"

    def add(self, name: str, records: Records) -> Path:
        """Keep the records of a part."""
        rows = zip(
            records.lengths.tolist(),
            records.values.tolist(),
            *records.who.T.tolist(),
            *records.shares.T.tolist(),
            strict=True,
        )
        text = self._head + "".join(",".join(map(repr, row)) + "\n" for row in rows)
        text += f"# crc32 {zlib.crc32(text.encode()):08x}\n"
        return write_text(self._folder / f"{name}.csv", text)

    def get(self, name: str) -> Records | None:
        """Read the records of a part."""
        file = self._folder / f"{name}.csv"
        try:
            content = file.read_bytes()
        except FileNotFoundError:
            return None
        text = content.decode(errors="replace")
        body, check = text[:-_CHECK_SIZE], _CHECK.fullmatch(text[-_CHECK_SIZE:])
        if check is None or int(check[1], 16) != zlib.crc32(body.encode()):
            message = f"{file} is damaged: delete it, and its part is computed again"
            raise ValueError(message)
        if not body.startswith(self._head):
            message = f"{file} was made with other settings than those of its folder"
            raise ValueError(message)
        rows = [line.split(",") for line in body[len(self._head) :].splitlines()]
        table = np.array(rows, dtype=np.float64).reshape(-1, 8)
        return Records(table[:, 0], table[:, 1], table[:, 2:6].astype(np.int64), table[:, 6:])
