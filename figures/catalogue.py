"""The figures that there are, by name; each is loaded when it is drawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what draws is not loaded for a name that is wrong
    from collections.abc import Callable

    from figures.drawing.options import Options
    from figures.drawing.save import Drawing


def _build(home: str, options: Options) -> Drawing:
    from figures.drawing.style import style  # noqa: PLC0415  # matplotlib takes a second

    with style():
        drawing: Drawing = import_module(f"figures.{home}").build(options)
    return drawing


FIGURES: dict[str, Callable[[Options], Drawing]] = {
    name: partial(_build, home)
    for name, home in {
        "fig1": "spirals.fig1",
        "fig2": "lattice.fig2",
        "kernel": "lattice.kernel",
        "tradeoff": "lattice.tradeoff",
        "bounds": "lattice.bounds",
        "risk": "lattice.risk",
        "choice": "lattice.choice",
        "minimisers": "lattice.minimisers",
        "invariance": "lattice.invariance",
        "fig3": "spirals.fig3",
        "fig4": "lipschitz.fig4",
        "fig4-images": "lipschitz.fig4_images",
        "intrusion": "lipschitz.intrusion",
        "boundaries": "spirals.boundaries",
        "ablation": "spirals.ablation",
        "table1": "table1.differences",
        "training-curves": "table1.training",
    }.items()
}
"""Name of the files and function that draws; a new figure is a new module and a line here."""


@dataclass
class Gallery:
    """Figures that are drawn once and shown in several places, and why others are missing."""

    drawings: dict[str, Drawing] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, options: Options) -> Drawing | None:
        """Draw a figure, unless its runs are missing."""
        from figures.drawing.stored import MissingRunsError  # noqa: PLC0415  # it loads numpy

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
