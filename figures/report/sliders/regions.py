"""Decision regions for every eps of Figure 3: one network each, trained once and kept."""

import json
import time
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from figures.drawing.stored import DATA
from figures.spirals.boundaries import GRID, SEED, train
from numerics import spirals
from numerics.archive import provenance
from numerics.archive.files import whole_file, write_text
from numerics.experiments import EPSILONS
from numerics.experiments.two_spirals.settings import PRESETS, Preset
from numerics.spirals import Spirals
from numerics.validation import FloatArray

NAME = "regions"
COMMAND = f"python -m figures data {NAME}"

DRAWN: tuple[Preset, ...] = tuple(preset for preset in PRESETS if not PRESETS[preset].one_set)
"""Of whose networks the regions are kept: those with data that can be drawn again anywhere."""


@dataclass(frozen=True, eq=False)
class KeptRegions:
    """What the networks of one preset answer."""

    preset: Preset  # how they were trained
    epsilons: FloatArray  # thresholds, shape (E,)
    classes: NDArray[np.uint8]
    errors: FloatArray  # their test errors in [0, 1], shape (E,)


def data_of(preset: Preset) -> Spirals:
    """Draw the samples that the networks of a preset are trained and tested on."""
    return spirals.make(preset="released", rng=SEED, **PRESETS[preset].data)


def make(
    folder: Path = DATA,
    presets: tuple[Preset, ...] = DRAWN,
    epsilons: tuple[float, ...] = EPSILONS,
) -> Path:
    """Train the networks and keep what they answer."""
    started = time.perf_counter()
    classes = np.zeros((len(presets), len(epsilons), GRID, GRID), dtype=np.uint8)
    errors = np.zeros(classes.shape[:2])
    places = [(p, e) for p in range(len(presets)) for e in range(len(epsilons))]
    for place in tqdm(places, unit="network", desc=NAME, disable=None):
        preset = presets[place[0]]
        (trained,) = train(data_of(preset), (epsilons[place[1]],), preset=preset)
        classes[place], errors[place] = trained.classes, trained.error
    about = {
        "command": COMMAND,
        "seed": SEED,
        "seconds": round(time.perf_counter() - started, 1),
        "settings": {preset: PRESETS[preset].to_dict() for preset in presets},
        "versions": provenance.versions("numpy"),
    }
    write_text(folder / f"{NAME}.json", json.dumps(about, indent=1) + "\n")
    path = folder / f"{NAME}.npz"
    with whole_file(path) as file:
        np.savez_compressed(
            file,
            presets=np.array(presets),
            epsilons=np.array(epsilons),
            bits=np.packbits(classes.reshape(*errors.shape, -1), axis=-1),
            errors=errors,
        )
    return path


def read(folder: Path = DATA) -> dict[Preset, KeptRegions]:
    """Read the regions that are kept."""
    path = folder / f"{NAME}.npz"
    if not path.exists():
        return {}
    try:
        # Opened here: a damaged file would be left open by NumPy.
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            names, epsilons = file["presets"].tolist(), file["epsilons"].astype(np.float64)
            errors = file["errors"].astype(np.float64)
            bits = np.unpackbits(file["bits"], axis=-1, count=GRID * GRID)
        classes = bits.reshape(len(names), epsilons.size, GRID, GRID)
        whole = errors.shape == classes.shape[:2] and set(names) <= set(PRESETS)
    except (BadZipFile, EOFError, KeyError, TypeError, ValueError):
        whole = False
    if not whole:
        message = f"{path} must be a file that '{COMMAND}' writes, got another or a damaged one"
        raise ValueError(message)
    return {
        preset: KeptRegions(preset, epsilons, classes[place], errors[place])
        for place, preset in enumerate(names)
    }
