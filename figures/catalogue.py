"""The figures that there are, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from figures import (
    ablation,
    boundaries,
    bounds,
    fig1,
    fig2,
    fig3,
    fig4,
    fig4_images,
    invariance,
    kernel,
    minimisers,
    risk,
    table1,
    table1_curves,
    tradeoff,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from figures.options import Options
    from figures.save import Drawing

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
