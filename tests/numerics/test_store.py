"""The folder that keeps the pieces of long work: whole, refused or left out, but never half."""

import errno
import hashlib
import json
import multiprocessing
import os
import shutil
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from numerics.archive import files
from numerics.archive.plain import differences
from numerics.archive.store import STALE, Cache, Piece, drafts_of, stored_identity
from tests.commands import Call, Output

IDENTITY = {"seed": {"entropy": 5, "spawn_key": []}, "settings": {"rate": 0.01, "widths": [3, 4]}}
VERSIONS = {"numpy": "2.0"}


def a_piece(epsilon: float = 0.6, first: int = 25, runs: int = 3) -> Piece:
    about = {"epsilon": epsilon, "versions": VERSIONS}
    errors = np.random.default_rng(first).random(runs)
    columns = {"run": np.arange(first, first + runs), "error": errors}
    return Piece(f"epsilon-{epsilon!r}-runs-{first:05d}-{first + runs:05d}", about, columns)


def opened(path: Path, **settings: Any) -> Cache:
    return Cache(path, {**IDENTITY, "settings": {**IDENTITY["settings"], **settings}}, VERSIONS)


def a_file(path: Path) -> Path:
    """Open a store, keep a piece, and return its file."""
    opened(path).add(a_piece())
    return path / "chunks" / f"{a_piece().name}.csv"


def test_pieces_come_back(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "store"
    store, memory = opened(folder), Cache(None, IDENTITY, VERSIONS)
    pieces = [a_piece(), a_piece(np.inf), a_piece(0.6, 0, 25), a_piece(1e-7, 99_999, 0)]
    for piece in [*pieces, pieces[0]]:  # the same piece twice is one
        store.add(piece)
        memory.add(piece)
    names = [piece.name for piece in pieces]
    again = opened(folder).pieces
    assert list(again) == sorted(names) == [file.stem for file in sorted(folder.glob("*/*"))]
    assert list(store.pieces) == list(memory.pieces) == names
    for piece in pieces:
        for found in (again[piece.name], store.pieces[piece.name], memory.pieces[piece.name]):
            assert (found.name, found.about) == (piece.name, piece.about)
            for name, values in piece.columns.items():
                np.testing.assert_array_equal(found.columns[name], values)


def test_other_settings_are_refused_by_name(tmp_path: Path) -> None:
    opened(tmp_path)
    message = r"rate is 0\.01, asked for 0\.02; widths is \[3, 4\], asked for \[3\]\. Give"
    with pytest.raises(ValueError, match=message) as caught:
        opened(tmp_path, rate=0.02, widths=[3])
    assert str(tmp_path) in str(caught.value)
    assert "entropy" not in str(caught.value)


@pytest.mark.parametrize(
    ("stored", "asked", "found"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": True}, ["a is 1, asked for true"]),
        ({"a": 1}, {}, ["a is 1, asked for null"]),
        ({}, {"b": "x"}, ['b is null, asked for "x"']),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 3, "c": 2}}, ["b is 1, asked for 3"]),
    ],
)
def test_differences(stored: dict[str, Any], asked: dict[str, Any], found: list[str]) -> None:
    assert differences(stored, asked) == found


def test_every_shorter_file_is_refused(tmp_path: Path) -> None:
    file = a_file(tmp_path)
    content = file.read_bytes()
    for size in range(len(content)):
        file.write_bytes(content[:size])
        with pytest.raises(ValueError, match="is damaged: delete it") as caught:
            opened(tmp_path)
        assert str(file) in str(caught.value)
    file.write_bytes(content)
    assert len(opened(tmp_path).pieces) == 1


def test_all_damaged_files_are_named(tmp_path: Path) -> None:
    file = a_file(tmp_path)
    for name in ("one.csv", "other.csv"):
        shutil.copy(file, file.with_name(name))
    with pytest.raises(ValueError, match=r"one\.csv is damaged.*; .*other\.csv is damaged"):
        opened(tmp_path)


@pytest.mark.parametrize("message", ["is damaged", "is damaged|is of format"])
def test_every_changed_byte_is_refused(message: str, tmp_path: Path) -> None:
    piece = a_file(tmp_path)
    file = piece if message == "is damaged" else tmp_path / "settings.json"
    content = file.read_bytes()
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1
        file.write_bytes(changed)
        with pytest.raises(ValueError, match=message):
            opened(tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        "epsilon-0.8-runs-00025-00028.csv",
        "epsilon-0.6-runs-00026-00029.csv",
        "epsilon-0.6-runs-00025-00029.csv",
        "epsilon-0.60-runs-00025-00028.csv",
        "epsilon-..-runs-00025-00028.csv",
        "copy of a chunk.csv",
    ],
)
def test_piece_of_another_name_is_refused(name: str, tmp_path: Path) -> None:
    file = a_file(tmp_path)
    file.rename(file.with_name(name))
    with pytest.raises(ValueError, match="is damaged") as caught:
        opened(tmp_path)
    assert name in str(caught.value)


ABOUT = '# {"name": "epsilon-0.6-runs-00025-00028", "settings": "0"}'


@pytest.mark.parametrize(
    "body",
    [
        *("", "# {}", "# {", "# 3\nrun", "# [1]\nrun", ABOUT, ABOUT.replace("settings", "digest")),
        *(f"{ABOUT}\n{rows}" for rows in ("run\nx", "run,error\n1", "run,error\n1,2,3\n4,5,6")),
    ],
)
def test_nonsense_with_a_right_sum_is_refused_by_name(body: str, tmp_path: Path) -> None:
    file = a_file(tmp_path)
    text = f"{body}\n" if body else ""
    file.write_text(f"{text}# sha256 {hashlib.sha256(text.encode()).hexdigest()}\n")
    with pytest.raises(ValueError, match="is damaged: delete it") as caught:
        opened(tmp_path)
    assert str(file) in str(caught.value)


def test_piece_of_another_store_is_refused(tmp_path: Path) -> None:
    file = a_file(tmp_path / "one")
    opened(tmp_path / "other", rate=1.0)
    shutil.copy(file, tmp_path / "other" / "chunks")
    with pytest.raises(ValueError, match="was made with other settings"):
        opened(tmp_path / "other", rate=1.0)


def test_drafts_of_a_killed_process_are_left_out(tmp_path: Path) -> None:
    file = a_file(tmp_path)
    draft = file.with_name(f".{file.name}.01234567.tmp")
    draft.write_text("# half")
    other = tmp_path / ".settings.json.01234567.tmp"
    other.write_text("{")
    old = time.time() - 2 * STALE
    os.utime(other, (old, old))
    assert len(opened(tmp_path).pieces) == 1
    # What a process may still be writing stays; what nobody is writing any more goes.
    assert draft.exists()
    assert not other.exists()
    os.utime(draft, (old, old))
    assert list(drafts_of(tmp_path)) == [draft]
    opened(tmp_path)
    assert not draft.exists()


def test_drafts_in_a_folder_that_can_only_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = a_file(tmp_path)
    draft = file.with_name(".half.tmp")
    draft.write_text("# half")
    os.utime(draft, (0, 0))

    def read_only(path: Path, **_: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

    monkeypatch.setattr(Path, "unlink", read_only)
    assert list(opened(tmp_path).pieces) == [file.stem]


def test_a_full_disk_is_told_with_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = opened(tmp_path)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left") as caught:
        store.add(a_piece())
    assert caught.value.filename == str(tmp_path / "chunks" / f"{a_piece().name}.csv")
    assert not list(tmp_path.glob("chunks/*"))
    assert not store.pieces


DAMAGED, OTHER = r"settings\.json is damaged", r"is of format [13], which is not 2: use another"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        *((text, DAMAGED) for text in ("", "{", "[1]", '{"format": 2, "identity": {}}', "\xff")),
        *((text, OTHER) for text in ('{"identity": {}}', '{"format": 3, "identity": {}}')),
    ],
)
def test_damaged_or_older_settings_are_refused(content: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text(content, encoding="latin-1")
    with pytest.raises(ValueError, match=message):
        opened(tmp_path)


def test_pieces_without_settings_are_refused(tmp_path: Path) -> None:
    a_file(tmp_path)
    (tmp_path / "settings.json").unlink()
    with pytest.raises(ValueError, match=r"settings\.json is missing"):
        opened(tmp_path)


def test_settings_are_plain(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        opened(tmp_path, rate=np.inf)
    opened(tmp_path)
    content = json.loads((tmp_path / "settings.json").read_text(encoding="utf-8"))
    assert len(content.pop("sha256")) == 64
    assert content == {"format": 2, "identity": IDENTITY, "versions": VERSIONS}
    assert stored_identity(tmp_path) == IDENTITY
    assert stored_identity(tmp_path / "nothing") is None


def write_again_and_again(path: Path) -> None:
    store = opened(path)
    for _ in range(100):
        store.add(a_piece())


def test_processes_at_once_never_leave_half_a_piece(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write_again_and_again, args=(tmp_path,)) for _ in range(2)]
    for writer in writers:
        writer.start()
    seen = 0
    while any(writer.is_alive() for writer in writers):
        if stored_identity(tmp_path) is not None:
            seen = max(seen, len(opened(tmp_path).pieces))
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
        writer.close()
    assert seen == len(opened(tmp_path).pieces) == 1
    assert [file.stem for file in (tmp_path / "chunks").iterdir()] == [a_piece().name]


def test_the_second_on_a_folder_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process makes the settings after this one has looked for them."""
    write = files.write_text

    def late(path: Path, text: str, *, new: bool = False) -> Path:
        monkeypatch.undo()
        opened(tmp_path)
        return write(path, text, new=new)

    monkeypatch.setattr("numerics.archive.store.write_text", late)
    with pytest.raises(ValueError, match=r"rate is 0\.01, asked for 0\.02"):
        opened(tmp_path, rate=0.02)
    assert stored_identity(tmp_path) == IDENTITY
    monkeypatch.setattr("numerics.archive.store.write_text", late)
    assert opened(tmp_path).pieces == {}
    assert not list(tmp_path.glob(".*"))


def test_a_store_made_while_it_is_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process makes the settings and a piece after this one has found none."""
    read = Path.read_bytes

    def late(file: Path) -> bytes:
        monkeypatch.undo()
        try:
            return read(file)
        finally:
            a_file(tmp_path)

    monkeypatch.setattr(Path, "read_bytes", late)
    assert list(opened(tmp_path).pieces) == [a_piece().name]


def test_check_store(tmp_path: Path, call: Call, output: Output) -> None:
    for name in ("one", "other"):
        file = a_file(tmp_path / name)
        opened(tmp_path / name).add(a_piece(np.inf))
    lines = output("numerics check-store", tmp_path).splitlines()
    assert lines == [f"{tmp_path / name}: 2 pieces are whole" for name in ("one", "other")]
    draft = file.with_name(".half.tmp")
    draft.write_text("")
    os.utime(draft, (0, 0))
    said = output("numerics check-store", tmp_path / "other")
    assert "; drafts of killed processes: 1" in said
    assert draft.exists()
    file.write_bytes(file.read_bytes()[:-1])
    shutil.copy(file.with_name(f"{a_piece(np.inf).name}.csv"), file.with_name("more.csv"))
    (tmp_path / "one" / "settings.json").unlink()
    status, out, err = call("numerics check-store", tmp_path)
    assert status == 2
    assert "3 files are damaged or missing" in err
    # However many there are, each has its line.
    for found in (f"{file} is damaged", "more.csv is damaged", "settings.json is missing"):
        assert sum(found in line for line in out.splitlines()) == 1
    (tmp_path / "one" / "settings.json").write_text("{}", encoding="utf-8")
    status, out, _ = call("numerics check-store", tmp_path / "one")
    assert status == 2
    assert "settings.json is damaged" in out
    assert "is no store" in call("numerics check-store", tmp_path / "nothing").err


def test_no_name_is_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Call) -> None:
    """What a shell makes of a variable that is not set: not the folder that one is in."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match="store must be a path, got ''"):
        Cache("", IDENTITY, VERSIONS)
    for line in ("check-store ''", "spirals --runs 1 --store ''", "tradeoff --out ''"):
        status, _, err = call(f"numerics {line}")
        assert status == 2
        assert "must be a path, got ''" in err
    assert not list(tmp_path.iterdir())
