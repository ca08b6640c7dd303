"""The figures that there are, by name; each is loaded when it is drawn."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
