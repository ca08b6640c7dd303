"""The folder that keeps an experiment's results: whole, refused or left out, but never half."""

from __future__ import annotations

import json
import multiprocessing
import shutil
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from numerics.archive.store import Chunk, Store, differences

if TYPE_CHECKING:
    from pathlib import Path

IDENTITY = {"seed": {"entropy": 5, "spawn_key": []}, "settings": {"rate": 0.01, "widths": [3, 4]}}
VERSIONS = {"numpy": "2.0"}


def a_chunk(epsilon: float = 0.6, first: int = 25, runs: int = 3) -> Chunk:
    errors = np.random.default_rng(first).random(runs)
    return Chunk(epsilon, first, errors, 103, 3200, 1.5, VERSIONS)


def opened(path: Path, **settings: Any) -> Store:
    return Store(path, {**IDENTITY, "settings": {**IDENTITY["settings"], **settings}}, VERSIONS)


def test_chunks_come_back(tmp_path: Path) -> None:
    store = opened(tmp_path / "new" / "store")
    chunks = [a_chunk(), a_chunk(np.inf), a_chunk(0.6, 0, 25), a_chunk(1e-7, 99_999, 2)]
    for chunk in chunks:
        assert store.add(chunk).name == chunk.name
    read = opened(tmp_path / "new" / "store").chunks()
    assert [(c.epsilon, c.first, c.stop) for c in read] == [
        (1e-7, 99_999, 100_001),
        (0.6, 0, 25),
        (0.6, 25, 28),
        (np.inf, 25, 28),
    ]
    np.testing.assert_array_equal(read[2].errors, chunks[0].errors)
    assert (read[2].batch_size, read[2].updates, read[2].seconds) == (103, 3200, 1.5)
    assert read[2].versions == VERSIONS


def test_same_chunk_twice_is_one(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.add(a_chunk())
    store.add(a_chunk())
    assert len(store.chunks()) == 1


def test_other_settings_are_refused_by_name(tmp_path: Path) -> None:
    opened(tmp_path)
    message = (
        r"settings: rate is 0\.01, asked for 0\.02; widths is \[3, 4\], asked for \[3\]\. Give"
    )
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
    store = opened(tmp_path)
    file = store.add(a_chunk())
    content = file.read_bytes()
    for size in range(len(content)):
        file.write_bytes(content[:size])
        with pytest.raises(ValueError, match="is damaged: delete it") as caught:
            store.chunks()
        assert str(file) in str(caught.value)
    file.write_bytes(content)
    assert len(store.chunks()) == 1


def test_every_changed_byte_is_refused(tmp_path: Path) -> None:
    store = opened(tmp_path)
    file = store.add(a_chunk())
    content = file.read_bytes()
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1
        file.write_bytes(changed)
        with pytest.raises(ValueError, match="is damaged"):
            store.chunks()


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
def test_chunk_of_another_name_is_refused(name: str, tmp_path: Path) -> None:
    store = opened(tmp_path)
    file = store.add(a_chunk())
    file.rename(file.with_name(name))
    with pytest.raises(ValueError, match=r"damaged|no chunk") as caught:
        store.chunks()
    assert name in str(caught.value)


def test_chunk_of_another_store_is_refused(tmp_path: Path) -> None:
    file = opened(tmp_path / "one").add(a_chunk())
    other = opened(tmp_path / "other", rate=1.0)
    shutil.copy(file, tmp_path / "other" / "chunks")
    with pytest.raises(ValueError, match="was made with other settings"):
        other.chunks()


def test_drafts_of_a_killed_process_are_left_out(tmp_path: Path) -> None:
    store = opened(tmp_path)
    file = store.add(a_chunk())
    draft = file.with_name(f".{file.name}.01234567.tmp")
    draft.write_text("# half")
    (tmp_path / ".settings.json.01234567.tmp").write_text("{")
    assert len(opened(tmp_path).chunks()) == 1


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"identity": 3}', "\xff"])
def test_damaged_settings_are_refused(content: str, tmp_path: Path) -> None:
    opened(tmp_path)
    (tmp_path / "settings.json").write_text(content, encoding="latin-1")
    with pytest.raises(ValueError, match=r"settings\.json is damaged"):
        opened(tmp_path)


def test_chunks_without_settings_are_refused(tmp_path: Path) -> None:
    opened(tmp_path).add(a_chunk())
    (tmp_path / "settings.json").unlink()
    with pytest.raises(ValueError, match=r"settings\.json is missing"):
        opened(tmp_path)


def test_settings_are_plain(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        opened(tmp_path, rate=np.inf)
    opened(tmp_path)
    content = json.loads((tmp_path / "settings.json").read_text(encoding="utf-8"))
    assert content == {"identity": IDENTITY, "versions": VERSIONS}
    assert Store.identity(tmp_path) == IDENTITY
    assert Store.identity(tmp_path / "nothing") is None


def write_again_and_again(path: Path) -> None:
    store = opened(path)
    for _ in range(100):
        store.add(a_chunk())


def test_processes_at_once_never_leave_half_a_chunk(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write_again_and_again, args=(tmp_path,)) for _ in range(2)]
    for writer in writers:
        writer.start()
    seen = 0
    while any(writer.is_alive() for writer in writers):
        if Store.identity(tmp_path) is not None:
            seen = max(seen, len(opened(tmp_path).chunks()))
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
        writer.close()
    assert seen == len(opened(tmp_path).chunks()) == 1
    assert [file.name for file in (tmp_path / "chunks").iterdir()] == [a_chunk().name]
