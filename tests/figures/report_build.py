"""The report that its tests look at: rendered once in a session, with a signal of a user's own."""

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from figures.drawing.options import Options
from figures.ledger import LEDGER
from figures.report import render
from figures.report.page import embedded
from figures.report.sliders import k_slider, q_slider, thresholds
from numerics import signals
from tests.figures.made_runs import few_epochs
from theory import Result

LABEL = 'mine <b>& "co"</b>'
BUMPS = signals.make(48, "bumps")
OPTIONS = Options(signal=BUMPS, K=np.arange(1, 200), sigma=0.3, label=LABEL, seed=5)
RECHECKED = "trained again: 2 runs < 3"


@cache
def page(recompute: Callable[[str], Result]) -> str:
    """Render the report of the whole ledger."""
    results = [recompute(key) for key in LEDGER]
    with few_epochs():
        return render(results, OPTIONS, rechecks=[RECHECKED])


@cache
def data() -> dict[str, Any]:
    """Return what its script reads, without the ledger."""
    parts = {"neighbours": k_slider, "thresholds": thresholds, "jumps": q_slider}
    found: dict[str, Any] = json.loads(
        embedded({name: slider.data(OPTIONS) for name, slider in parts.items()})
    )
    return found
