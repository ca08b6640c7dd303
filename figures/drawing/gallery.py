"""Figures that are drawn once and shown in several places."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from figures.catalogue import FIGURES
from figures.drawing.stored import MissingRunsError

if TYPE_CHECKING:  # what draws is not loaded for a name that is wrong
    from figures.drawing.options import Options
    from figures.drawing.save import Drawing


@dataclass
class Gallery:
    """Figures by name, and why others are missing."""

    drawings: dict[str, Drawing] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, options: Options) -> Drawing | None:
        """Draw a figure, unless its runs are missing."""
        try:
            self.drawings[name] = FIGURES[name](options)
        except MissingRunsError as missing:
            self.missing[name] = str(missing)
        return self.drawings.get(name)

    def complete(self, options: Options) -> None:
        """Draw what is not drawn yet."""
        for name in FIGURES:
            if name not in self.drawings and name not in self.missing:
                self.add(name, options)
