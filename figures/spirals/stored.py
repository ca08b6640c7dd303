"""The stored runs of the spirals experiment: which there are to be, and where they are.

``figures/data/spirals-PRESET-RULE.csv`` has one row for each epsilon and run, and the file of the
same name with ``.json`` says which command made it, with which seed and versions.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from figures.drawing import stored
from numerics.archive.command_line import command_line
from numerics.experiments import LADDER
from numerics.experiments.two_spirals.results import Ablation, SpiralErrors
from numerics.experiments.two_spirals.settings import Preset, Rule, settings
from numerics.spirals import PUBLISHED_FOLDER

RULE_NAMES: dict[Rule, str] = {
    "paper": "paper's rule",
    "equal-updates": "equal updates",
    "constant": "constant batch of 20",
}
"""What to call the batch rules: 20/P(d <= eps) pairs over a fixed number of epochs, or updates."""

ABLATION_RUNS = 400


@dataclass(frozen=True)
class Study:
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
        return command_line(
            "spirals",
            runs=self.runs,
            preset=self.preset,
            rule=self.rule,
            seed=0,
            jobs=2,
            store=f"out/{self.name}",
            out=f"figures/data/{self.name}.csv",
            folder=PUBLISHED_FOLDER if settings(self.preset).one_set else None,
        )


STUDIES = (
    Study("printed", "paper", 1000),
    Study("corrected", "paper", 1000),
    Study("released", "paper", 200),
    Study("printed", "equal-updates", 200),
    Study("corrected", "equal-updates", 200),
    Study("published-corrected", "paper", 1000),
    Study("published", "paper", 200),
    Study("corrected", "constant", 200),
)
"""Which presets are stored under which rules, with the number of runs that is asked for."""

ABLATION_COMMAND = command_line(
    "ablation",
    runs=ABLATION_RUNS,
    seed=0,
    jobs=2,
    store="out/ablation",
    out="figures/data/ablation.csv",
)


def read(study: Study, folder: Path | None = None) -> SpiralErrors | None:
    """Read the stored runs of a study."""
    where = folder or stored.DATA
    path = where / f"{study.name}.csv"
    if not path.exists():
        return None
    found = SpiralErrors.from_csv(path)
    if (found.preset, found.rule) != (study.preset, study.rule):
        message = f"{path} must hold {study.name}, got {found.preset}, {found.rule}"
        raise ValueError(message)
    if where == stored.DATA:  # what the rows of the ledger speak of
        wanted = settings(study.preset, study.rule)
        stored.check_settings(path, found.settings.to_dict(), wanted.to_dict())
    return found


def read_all(folder: Path | None = None) -> dict[Study, SpiralErrors]:
    """Read the stored runs of every study."""
    found = {study: read(study, folder) for study in STUDIES}
    return {study: runs for study, runs in found.items() if runs is not None}


def read_ablation(folder: Path | None = None) -> Ablation | None:
    """Read the stored runs of the ablation."""
    where = folder or stored.DATA
    path = where / "ablation.csv"
    if not path.exists():
        return None
    found = Ablation.from_csv(path)
    if where == stored.DATA:
        known = dict(zip(found.names, found.results, strict=True))
        wanted = settings("released")
        for name, change in LADDER:
            wanted = replace(wanted, **change)
            if name in known:
                stored.check_settings(path, known[name].settings.to_dict(), wanted.to_dict())
    return found
