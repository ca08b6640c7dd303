"""Files that are written whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
import tempfile
from pathlib import Path


def check_target(path: str | os.PathLike[str]) -> None:
    """Raise an OSError if a file cannot be written, before the work that it is to hold."""
    target = Path(path).resolve()
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if target.exists() and not target.is_file():
        return  # to open a pipe would already be to write
    try:
        tempfile.TemporaryFile(dir=target.parent).close()
    except OSError as error:
        raise type(error)(error.errno, error.strerror, str(path)) from error


def write_text(path: str | os.PathLike[str], text: str) -> Path:
    """Write a text file so that no reader ever sees a part of it."""
    target = Path(path)
    if target.exists() and not target.is_file():  # a device or a pipe, which nothing may replace
        target.write_text(text, encoding="utf-8", newline="\n")
        return target
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    try:
        draft.write_text(text, encoding="utf-8", newline="\n")
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return target
