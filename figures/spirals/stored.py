"""The stored runs of the spirals experiment: which there are to be, and where they are.

``figures/data/spirals-PRESET-RULE.csv`` has one row for each epsilon and run, and the file of the
same name with ``.json`` says which command made it, with which seed and versions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from numerics.archive.store import differences
from numerics.experiments import LADDER
from numerics.experiments.two_spirals.results import Ablation, SpiralErrors
from numerics.experiments.two_spirals.settings import settings

if TYPE_CHECKING:
    from numerics.experiments.two_spirals.settings import Preset, Rule, SpiralsSettings

Stamp: TypeAlias = tuple[tuple[str, int], ...]
"""Names of files and when they were written."""

DATA = Path(__file__).parents[1] / "data"
"""Where the runs are that this repository keeps."""

RULE_NAMES: dict[Rule, str] = {"paper": "paper's rule", "equal-updates": "equal updates"}
"""What to call the batch rules: 20/P(d <= eps) pairs over a fixed number of epochs, or updates."""

ABLATION_RUNS = 100


class MissingRunsError(FileNotFoundError):
    """Stored runs that are needed are not there; the message has the command that makes them."""


@dataclass(frozen=True)
class Experiment:
    """One experiment whose runs are kept."""

    preset: Preset  # what is trained on what
    rule: Rule  # how the batch size and the number of updates depend on epsilon
    runs: int  # how many runs are asked for

    @property
    def name(self) -> str:
        """Name of its file, without an ending."""
        return f"spirals-{self.preset}-{self.rule}"

    @property
    def label(self) -> str:
        """What to call it in a sentence."""
        return f"{self.preset} ({RULE_NAMES[self.rule]})"

    @property
    def command(self) -> str:
        """The command that makes its file."""
        return (
            f"python -m numerics spirals --runs {self.runs} --preset {self.preset} "
            f"--rule {self.rule} --seed 0 --jobs 2 --store out/{self.name} "
            f"--out figures/data/{self.name}.csv"
        )


EXPERIMENTS = (
    Experiment("printed", "paper", 1000),
    Experiment("corrected", "paper", 1000),
    Experiment("released", "paper", 200),
    Experiment("printed", "equal-updates", 200),
    Experiment("corrected", "equal-updates", 200),
)
"""Every preset under both rules, with the number of runs that is asked for."""

ABLATION_COMMAND = (
    f"python -m numerics ablation --runs {ABLATION_RUNS} --seed 0 --jobs 2 --store out/ablation "
    "--out figures/data/ablation.csv"
)


def read(experiment: Experiment, folder: Path | None = None) -> SpiralErrors | None:
    """Read the stored runs of an experiment."""
    path = (folder or DATA) / f"{experiment.name}.csv"
    if not path.exists():
        return None
    found = SpiralErrors.from_csv(path)
    if (found.preset, found.rule) != (experiment.preset, experiment.rule):
        message = f"{path} must hold {experiment.name}, got {found.preset}, {found.rule}"
        raise ValueError(message)
    if folder is None:  # what the rows of the ledger speak of
        _check_settings(path, found.settings, settings(experiment.preset, experiment.rule))
    return found


def _check_settings(path: Path, found: SpiralsSettings, wanted: SpiralsSettings) -> None:
    others = differences(found.to_dict(), wanted.to_dict())
    if others:
        message = f"{path} was made with other settings than the experiment's: {'; '.join(others)}"
        raise ValueError(message)


def read_all(folder: Path | None = None) -> dict[Experiment, SpiralErrors]:
    """Read the stored runs of every experiment."""
    found = {experiment: read(experiment, folder) for experiment in EXPERIMENTS}
    return {experiment: runs for experiment, runs in found.items() if runs is not None}


def read_ablation(folder: Path | None = None) -> Ablation | None:
    """Read the stored runs of the ablation."""
    path = (folder or DATA) / "ablation.csv"
    if not path.exists():
        return None
    found = Ablation.from_csv(path)
    if folder is None:
        known = dict(zip(found.names, found.results, strict=True))
        wanted = settings("released")
        for name, change in LADDER:
            wanted = replace(wanted, **change)
            if name in known:
                _check_settings(path, known[name].settings, wanted)
    return found


def stamp(folder: Path | None = None) -> Stamp:
    """Say which files there are and when they were written."""
    where = folder or DATA
    files = sorted([*where.glob("*.csv"), *where.glob("*.json")])
    return tuple((str(path), path.stat().st_mtime_ns) for path in files)
