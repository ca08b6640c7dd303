"""The figures that there are, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from figures.lattice import bounds, fig2, invariance, kernel, minimisers, risk, tradeoff
from figures.lipschitz import fig4, fig4_images
from figures.spirals import ablation, boundaries, fig1, fig3
from figures.table1 import differences as table1
from figures.table1 import training as table1_curves

if TYPE_CHECKING:
    from collections.abc import Callable

    from figures.drawing.options import Options
    from figures.drawing.save import Drawing

FIGURES: dict[str, Callable[[Options], Drawing]] = {
    "fig1": fig1.build,
    "fig2": fig2.build,
    "kernel": kernel.build,
    "tradeoff": tradeoff.build,
    "bounds": bounds.build,
    "risk": risk.build,
    "minimisers": minimisers.build,
    "invariance": invariance.build,
    "fig3": fig3.build,
    "fig4": fig4.build,
    "fig4-images": fig4_images.build,
    "boundaries": boundaries.build,
    "ablation": ablation.build,
    "table1": table1.build,
    "training-curves": table1_curves.build,
}
"""Name of the files and function that draws; a new figure is a new module and a line here."""
