"""The figures that there are, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from figures import bounds, fig2, invariance, kernel, minimisers, risk, tradeoff

if TYPE_CHECKING:
    from collections.abc import Callable

    from figures.options import Options
    from figures.save import Drawing

FIGURES: dict[str, Callable[[Options], Drawing]] = {
    "fig2": fig2.build,
    "kernel": kernel.build,
    "tradeoff": tradeoff.build,
    "bounds": bounds.build,
    "risk": risk.build,
    "minimisers": minimisers.build,
    "invariance": invariance.build,
}
"""Name of the files and function that draws; a new figure is a new module and a line here."""
