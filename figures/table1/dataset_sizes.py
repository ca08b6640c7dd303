"""Facts of the image sets that Section V.C states, counted in their files and kept.

``figures/data/image-sets.json`` has them, with the check sums of the files that they were counted
in; ``python -m figures data image-sets`` writes it. So the ledger says the same on a machine
without the files.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

from figures.drawing import stored
from numerics import datasets
from numerics.archive.files import write_text
from numerics.archive.plain import as_json
from numerics.archive.provenance import versions
from theory.proofs.evidence import Evidence, Measurement, Unchecked

FILE = "image-sets.json"

NAME = "image-sets"
COMMAND = f"python -m figures data {NAME}"

STATED: dict[str, dict[str, Any]] = {
    "fashion-mnist": {"train": 60_000, "shape": [28, 28], "classes": 10},
    "svhn": {"train": 73_257, "shape": [32, 32, 3], "classes": 10},
}
"""Training images, their height, width and colours if there are any, and classes, as printed."""


def count(data: datasets.Dataset) -> dict[str, Any]:
    """Count what there is in a set."""
    labels, sizes = np.unique(data.labels_train, return_counts=True)
    return {
        "train": len(data.X_train),
        "shape": list(data.image_shape),
        "classes": labels.size,
        "per_class": sizes.tolist(),
        "test": len(data.X_test),
        "sources": [
            {"file": source.file, "sha256": source.sha256, "verified": source.verified}
            for source in data.provenance
        ],
        "command": COMMAND,
        "versions": versions("numpy"),
    }


def read(folder: Path | None = None) -> dict[str, dict[str, Any]]:
    """Read the facts that are kept."""
    path = (folder or stored.DATA) / FILE
    if not path.exists():
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        found = None
    keys = {"train", "shape", "classes", "sources", "command"}
    if not isinstance(found, dict) or not all(
        isinstance(facts, dict) and keys <= set(facts) for facts in found.values()
    ):
        message = f"{path} must hold what {COMMAND!r} writes"
        raise ValueError(message)
    return found


def write(folder: Path, images: Path | None = None) -> tuple[Path, list[str]]:
    """Count the facts of those sets whose files are there, and keep them."""
    found, missing = read(folder), []
    names = STATED if images is not None else ("fashion-mnist",)
    for name in names:
        try:
            found[name] = count(datasets.load(name, images))
        except FileNotFoundError as error:
            missing.append(f"{name}: {error}")
    if len(missing) == len(names):
        raise FileNotFoundError("; ".join(missing))
    return write_text(folder / FILE, as_json(found)), missing


def answer(name: str) -> Evidence:
    """Compare the facts of a set with the printed ones."""
    facts, stated = read().get(name), STATED[name]
    if facts is None:
        return Unchecked(
            needs="the training files of this set, which the docstring of numerics.datasets names",
            command=f"{COMMAND} --folder DIR",
        )
    files = ", ".join(
        f"{source['file']} (SHA-256 {source['sha256'][:16]}…"
        f"{', the published one' if source['verified'] else ''})"
        for source in facts["sources"]
    )
    count = float(facts["train"])
    return Measurement(
        quantity="images for training",
        value=count,
        interval=(count, count),
        agrees=all(facts[key] == stated[key] for key in stated),
        provenance=f"counted in {files} by {facts['command']}",
        found={
            "height, width and colours": " x ".join(map(str, facts["shape"])),
            "classes": facts["classes"],
            "printed": f"{stated['train']}, {' x '.join(map(str, stated['shape']))}, "
            f"{stated['classes']} classes",
        },
    )
