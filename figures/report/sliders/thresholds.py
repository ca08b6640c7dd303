"""What moves with eps in Figure 3: the error rates, and the regions of one network."""

import math
from typing import Any

import numpy as np

from figures.drawing.options import Options
from figures.report.sliders import regions
from figures.report.sliders.encoding import pack, pack_bytes
from figures.report.sliders.regions import KeptRegions
from figures.spirals.boundaries import axis
from figures.spirals.curves import ErrorCurve, curves, quantiles
from figures.spirals.fig3 import DESCRIPTIONS
from figures.spirals.stored import RULE_NAMES, STUDIES, Study
from numerics import statistics

BINS = 31
"""Bars of the error rates of single runs, from 0 to 62 %."""

WIDEST = 62.0


def curve_data(experiment: Study, curve: ErrorCurve) -> dict[str, Any]:
    """Put the error rates of an experiment into plain data."""
    means = [statistics.mean(errors) for errors in curve.percent]
    edges = np.append(np.linspace(0, WIDEST, BINS + 1)[:-1], np.inf)
    return {
        "name": experiment.name,
        "preset": experiment.preset,
        "label": f"{DESCRIPTIONS[experiment.preset]} — {RULE_NAMES[experiment.rule]}",
        "runs": curve.runs,
        "epsilons": [finite(epsilon) for epsilon in curve.epsilons],
        "shares": curve.shares.tolist(),
        "batches": curve.batch_sizes.tolist(),
        "ragged": curve.ragged.tolist(),
        "mean": [found.value for found in means],
        "low": [found.low for found in means],
        "high": [found.high for found in means],
        "median": np.median(curve.percent, axis=1).tolist(),
        "counts": [np.histogram(errors, edges)[0].tolist() for errors in curve.percent],
        "quartiles": list(quantiles(curve.settings)[1:]),
        "changes": curve.changes,
    }


def regions_data(kept: KeptRegions) -> dict[str, Any]:
    """Put kept decision regions into plain data."""
    data = regions.data_of(kept.preset)
    return {
        "epsilons": [finite(epsilon) for epsilon in kept.epsilons],
        "errors": kept.errors.tolist(),
        "bits": [pack_bytes(np.packbits(classes.ravel())) for classes in kept.classes],
        "samples": [pack(data.X_train[data.labels_train == label]) for label in (0, 1)],
    }


def finite(epsilon: float) -> float | None:
    """Write infinity as JSON can."""
    return float(epsilon) if math.isfinite(epsilon) else None


def data(options: Options) -> dict[str, Any]:
    """Collect everything that moves with eps in Figure 3."""
    stored = curves(folder=options.data)
    kept = regions.read(options.data) or regions.read()
    low, high = float(axis()[0]), float(axis()[-1])
    return {
        "curves": [curve_data(experiment, curve) for experiment, curve in stored.items()],
        "regions": {preset: regions_data(found) for preset, found in kept.items()},
        "grid": {"points": axis().size, "low": low, "high": high},
        "bins": {"count": BINS, "widest": WIDEST},
        "missing": [
            {"label": experiment.label, "command": experiment.command}
            for experiment in STUDIES
            if experiment not in stored
        ],
    }
