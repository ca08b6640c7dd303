"""The kept curves of intrusion, and the eps that each rule takes from them.

``figures/data/intrusion-SET.csv`` is what ``python -m numerics intrusion --out`` writes, and the
file of the same name with ``.json`` says how it was made and which eps the rules choose.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from figures.drawing import stored
from numerics import graphs, signals
from numerics.archive.command_line import command_line
from numerics.validation import FloatArray


@dataclass(frozen=True)
class KeptIntrusion:
    """A curve that is kept."""

    title: str  # what it is of
    data: str  # the option of the command
    preset: str | None = None  # which spirals

    @property
    def name(self) -> str:
        """Name of its file, without an ending."""
        return f"intrusion-{self.data}" + (f"-{self.preset}" if self.preset else "")

    @property
    def command(self) -> str:
        """The command that makes its files."""
        return command_line(
            "intrusion",
            data=self.data,
            preset=self.preset,
            rate=0.05,
            seed=0,
            out=f"figures/data/{self.name}.csv",
        )

    def columns(self, folder: Path | None = None) -> Mapping[str, FloatArray] | None:
        """Read the curve, or None if it is not there."""
        path = (folder or stored.DATA) / f"{self.name}.csv"
        names = graphs.Intrusion.COLUMNS
        return (
            dict(zip(names, signals.read_csv(path, names), strict=True)) if path.exists() else None
        )

    def about(self, folder: Path | None = None) -> Mapping[str, Any] | None:
        """Read what the curve came from, and the eps of each rule."""
        path = (folder or stored.DATA) / f"{self.name}.json"
        if not path.exists():
            return None
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if found.get("command") != self.command:
            message = f"{path} must be made by: {self.command}; got {found.get('command')}"
            raise ValueError(message)
        return found


PRINTED = KeptIntrusion("printed spirals", "spirals", "printed")
RELEASED = KeptIntrusion("released spirals", "spirals", "released")
DIGITS = KeptIntrusion("Digits", "digits")
FASHION = KeptIntrusion("Fashion-MNIST", "fashion-mnist")

KEPT = (PRINTED, RELEASED, DIGITS, FASHION)
