"""Small sets of images in the files of the published ones."""

import gzip
import hashlib
import io
import struct
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.io import savemat

from numerics.datasets import NAMES, cifar, idx, load, svhn

TRAIN, TEST = 30, 20


def random_images(count: int, *shape: int, seed: int = 0) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (count, *shape), dtype=np.uint8)


def some_labels(count: int, classes: int = 10) -> NDArray[np.uint8]:
    return (np.arange(count) * 7 % classes).astype(np.uint8)


def idx_bytes(items: NDArray[np.uint8]) -> bytes:
    header = struct.pack(f">BBBB{items.ndim}I", 0, 0, 8, items.ndim, *items.shape)
    return header + items.tobytes()


def write_idx(folder: Path, *, packed: bool = True) -> dict[str, bytes]:
    """Write the four files; return their contents."""
    contents = {}
    for count, part in [(TRAIN, "train"), (TEST, "test")]:
        images, labels = idx.FILES[part]
        contents[images] = idx_bytes(random_images(count, 28, 28, seed=count))
        contents[labels] = idx_bytes(some_labels(count))
    for name, content in contents.items():
        path = folder / (f"{name}.gz" if packed else name)
        path.write_bytes(gzip.compress(content) if packed else content)
    return contents


def cifar_records(
    images: NDArray[np.uint8], labels: NDArray[np.uint8], coarse: NDArray[np.uint8] | None = None
) -> bytes:
    columns = [labels[:, None]] if coarse is None else [coarse[:, None], labels[:, None]]
    pixels = images.transpose(0, 3, 1, 2).reshape(len(images), -1)
    return np.hstack([*columns, pixels]).tobytes()


def cifar_files(layout: cifar.Layout) -> dict[str, bytes]:
    """Make every file of a set, of 4 images each."""
    classes = layout.labels[-1]
    files = {}
    for seed, name in enumerate(layout.train + layout.test):
        labels = ((some_labels(4, classes) + seed) % classes).astype(np.uint8)
        coarse = some_labels(4, 20) if len(layout.labels) == 2 else None
        files[name] = cifar_records(random_images(4, 32, 32, 3, seed=seed), labels, coarse)
    return files


def write_archive(path: Path, files: dict[str, bytes], folder: str) -> None:
    with tarfile.open(path, "w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(f"{folder}/{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))


def write_svhn(folder: Path, **changed: Any) -> None:
    for count, file in zip((TRAIN, TEST), svhn.SUMS, strict=True):
        content: dict[str, Any] = {
            "X": random_images(count, 32, 32, 3, seed=count).transpose(1, 2, 3, 0),
            "y": some_labels(count)[:, None] + np.uint8(1),
        }
        present = {name: value for name, value in (content | changed).items() if value is not None}
        savemat(folder / file, present, do_compression=True)


def write_set(name: str, folder: Path) -> None:
    if name in {"mnist", "fashion-mnist"}:
        write_idx(folder)
    elif name == "svhn":
        write_svhn(folder)
    else:
        layout = LAYOUTS[name]
        write_archive(folder / layout.archive, cifar_files(layout), layout.folder)


LAYOUTS = {"cifar10": cifar.CIFAR10, "cifar100": cifar.CIFAR100}
FROM_FILES = [name for name in NAMES if name != "digits"]


def refused(
    message: str, name: Any, folder: Any = None, kind: Any = ValueError, *, verify: bool = False
) -> str:
    """Expect that a set is not read, and return what is said of it."""
    with pytest.raises(kind, match=message) as caught:
        load(name, folder, verify=verify)
    return str(caught.value)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
