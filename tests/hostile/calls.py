"""One small valid call of every public function that takes numbers, words, seeds or files.

A new name in docs/api.md needs an entry here, or a word in `NOTHING_TO_TRY`; so does a new argument
of a known one.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

import figures  # noqa: F401  # named in CALLS
from numerics import (
    datasets,
    experiments,
    graphs,
    lipschitz,
    minimise,
    mixing,
    mlp,
    spirals,
)
from numerics.mlp.single import Recipe
from theory import iid, line, linear  # noqa: F401  # the rooms behind `theory`

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

AXES = Figure().subplots()
KEPT = Path(__file__).parents[2] / "figures" / "data"
RECORD_CSV = KEPT / "lipschitz-digits-lengths.csv"
X = [[0, 0], [1, 0], [0, 2], [3, 1], [2, 2], [1, 3]]
LABELS = [0, 1, 0, 1, 0, 1]
x = [0, 1, 2, 4, 7, 8]
y = [1, 3, 2, 0, 2, 1]
W = [[1, 2, 0, 0, 0, 1], [2, 1, 1, 0, 0, 0], [0, 1, 1, 3, 0, 0]]
W += [[0, 0, 3, 1, 1, 0], [0, 0, 0, 1, 1, 2], [1, 0, 0, 0, 2, 1]]
RECORD = [1, 4, 2, 5, 3, 6, 2, 4, 1, 3]
TABLE = [[1, 2, 4, 3, 5, 2], [2, 1, 3, 3, 4, 6]]
SHARES = [[1, 0], [0, 1], [1, 0], [0, 1], [1, 0], [0, 1]]
RECIPE = Recipe(widths=(3,), batch_size=3, epochs=1)
TINY = {"n": 4, "epochs": 1, "widths": (2,), "backend": "numpy"}


@dataclass(frozen=True)
class Call:
    """A valid call."""

    given: Mapping[str, Any]
    kinds: Mapping[str, str]
    """What each tried argument is, a name of `tests.hostile.inputs.INPUTS`."""
    plain: tuple[str, ...] = ()
    """Arguments that are not tried: flags, objects of the toolkit, functions."""
    function: Callable[..., Any] | None = None
    """If it is not what the name says: a method of an object."""
    read: Callable[[Any], Any] = field(default=lambda result: result)
    """What is compared of a result."""
    refused: Mapping[str, str] = field(default_factory=dict)
    """An input that is refused of an argument, where other functions may take it."""
    skip: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Inputs that are not tried, by argument: endless work, other processes, and defaults."""


def _curve(f: Any) -> Any:
    return f.x, f.y, f(np.linspace(0.5, 7.5, 8)), f.bias2, f.variance


def _matrix(W: Any) -> Any:
    return W.toarray() if hasattr(W, "toarray") else W


@cache
def networks() -> mlp.Networks:
    return mlp.train(
        X, LABELS, network=mlp.Network((2,)), epochs=1, rng=0, batch_size=3, backend="numpy"
    )


LARGE, PROCESSES = ("2**40", "10**30", "10**400"), {"n_jobs": ("-1", "2**40")}
LONG = {"runs": LARGE, "rng": ("generator",), **PROCESSES}
READING, COUNTING = {"reading": "word"}, {"reading": "counting"}
PROGRESS = ("progress",)
POINTS = {"X": "reals", "labels": "labels"}
GRAPH = {"X": "reals", "query": "reals", "metric": "word"}
GRAPH_PLAIN = ("self_loops", "sparse")
LINE_DATA = {"x": "exact", "y": "exact", "W": "exact"}
FEW = {"x": [0, 1, 3], "y": [1, 0, 2], "W": [[1, 1, 0], [1, 1, 2], [0, 2, 1]]}
EXPERIMENT = {"runs": "count", "rng": "seed", "n_jobs": "count"}
STORED = ("store", "scheduler", "progress", "ingredients", "folder")
QUERY = [[1, 1], [2, 0]]
FILE, WRITTEN = {"path": os.devnull}, {"path": "target"}
CURVE: Any = minimise.mixup_1d(x, y)
LINE = minimise.mixup_1d(x, y, space="linear")
INTRUSION = graphs.intrusion(X, LABELS)
BATCH = mixing.Mixing("threshold", 9.0).batch(np.array(X, float), np.array(SHARES, float), rng=0)
STEPS = lipschitz.lower_bound(X, LABELS)
TRAINED = experiments.Table1.from_csv(KEPT / "table1-digits.csv")
MIXING = mixing.Mixing("threshold", 9.0)
CRITERION = line.criterion(x, y)

CALLS: dict[str, Call] = {
    "theory.lattice.kernel": Call(
        {"K": 3, "taps": 2, **COUNTING},
        {"K": "count", **READING, "taps": "count"},
        skip=dict.fromkeys(("K", "taps"), LARGE),
    ),
    "theory.lattice.multiplier": Call(
        {"K": 3, "theta": 1, **COUNTING},
        {"K": "count", "theta": "fraction", **READING},
        skip=dict.fromkeys(("K",), LARGE),
    ),
    "theory.lattice.segments": Call({"K": 3}, {"K": "count"}, skip=dict.fromkeys(("K",), LARGE)),
    "theory.lattice.tap": Call(
        {"k": 1, "K": 3, **COUNTING},
        {"k": "count", "K": "count", **READING},
        skip=dict.fromkeys(("k", "K"), LARGE),
    ),
    "theory.iid.variance": Call(
        {"K": 3, **COUNTING}, {"K": "count", **READING}, skip=dict.fromkeys(("K",), LARGE)
    ),
    "theory.line.criterion": Call(FEW, LINE_DATA, ("beta", "self_pairs")),
    "theory.line.minimiser": Call(FEW, LINE_DATA, ("beta", "self_pairs")),
    "theory.line.printed": Call(FEW, LINE_DATA, ("ordered",)),
    "theory.line.beta_density": Call(
        {"share": 1, "alpha": 2, "beta": 1},
        {"share": "fraction", "alpha": "count", "beta": "count"},
        skip=dict.fromkeys(("alpha", "beta"), LARGE),
    ),
    "theory.linear.invariance": Call(
        {"x": X, "W": W, "alpha": 2}, {"x": "exact", "W": "exact", "alpha": "fraction"}
    ),
    "theory.linear.minimiser": Call(
        {"x": X, "y": y, "W": W, "alpha": 2}, {**LINE_DATA, "alpha": "fraction"}
    ),
    "theory.linear.least_squares": Call({"x": X, "y": y}, {"x": "exact", "y": "exact"}),
    "numerics.lattice.kernel": Call(
        {"K": 3, "reading": "counting", "taps": 4}, {"K": "count", **READING, "taps": "count"}
    ),
    "numerics.lattice.multiplier": Call(
        {"K": [1, 2], "theta": [0, 1, 2], "reading": "density"},
        {"K": "integers", "theta": "reals", **READING},
    ),
    "numerics.lattice.smooth": Call(
        {"y": RECORD, "K": 2, "reading": "length"}, {"y": "reals", "K": "count", **READING}
    ),
    "numerics.tradeoff.periodic": Call(
        {"y": RECORD, "K": [1, 2], "reading": "counting"},
        {"y": "reals", "K": "integers", **READING},
        PROGRESS,
    ),
    "numerics.tradeoff.iid": Call({"K": [1, 2, 3], **COUNTING}, {"K": "integers", **READING}),
    "numerics.tradeoff.noisy": Call(
        {"signal": RECORD, "sigma": 2, "K": [1, 2], **COUNTING},
        {"signal": "reals", "sigma": "number", "K": "integers", **READING},
        PROGRESS,
    ),
    "numerics.tradeoff.choose": Call(
        {"record": RECORD, "sigma": 1.0, "K": [1, 2]}
        | {"reading": "counting", "boundary": "reflect", "rule": "GCV"},
        {"record": "reals", "sigma": "number", "K": "integers"}
        | {"boundary": "word", "rule": "word", **READING},
        PROGRESS,
    ),
    "numerics.tradeoff.sweep": Call(
        {"x": range(10), "y": RECORD, "graph": "threshold", "parameters": [1, 2, 3]}
        | {"space": "L2", "rule": "Cp", "sigma": 1.0},
        {"x": "reals", "y": "reals", "graph": "word", "parameters": "extended"}
        | {"space": "word", "rule": "word", "sigma": "number"},
        PROGRESS,
    ),
    "numerics.signals.make": Call(
        {"n": 6, "name": "white", "rng": 1}, {"n": "count", "name": "word", "rng": "seed"}
    ),
    "numerics.signals.read_csv": Call(
        {"path": RECORD_CSV, "column": 0},
        {"path": "source"},
        ("column", "header", "decimal", "delimiter", "encoding", "skip", "missing", "classes"),
    ),
    "numerics.graphs.knn": Call(
        {"X": X, "neighbours": 2, "query": QUERY, "metric": "euclidean"},
        {**GRAPH, "neighbours": "count"},
        ("directed", *GRAPH_PLAIN, "K"),
        read=_matrix,
    ),
    "numerics.graphs.both_sides": Call({"K": 2}, {"K": "count"}),
    "numerics.graphs.threshold": Call(
        {"X": X, "eps": 2, "query": QUERY, "metric": "euclidean"},
        {**GRAPH, "eps": "number"},
        GRAPH_PLAIN,
        read=_matrix,
    ),
    "numerics.graphs.exponential": Call(
        {"X": X, "alpha": 0.5, "query": QUERY, "metric": "euclidean", "cutoff": 0.25},
        {**GRAPH, "alpha": "number", "cutoff": "number"},
        GRAPH_PLAIN,
        read=_matrix,
    ),
    "numerics.graphs.band": Call(
        {"n": 5, "K": 2},
        {"n": "count", "K": "count"},
        ("self_loops",),
        read=lambda W: W.tosparse().toarray() if W.n < 100 else W.n,
    ),
    "numerics.graphs.intrusion": Call(
        {"X": X, "labels": LABELS, "segments": 4, "points": 6, "rng": 0},
        {**POINTS, "segments": "count", "points": "count", "rng": "seed"},
        PROGRESS,
    ),
    "numerics.graphs.Intrusion.at": Call(
        {"eps": [1, 2, 3]}, {"eps": "extended"}, function=INTRUSION.at
    ),
    "numerics.graphs.Intrusion.choose": Call(
        {"rule": "rate", "rate": 0.5},
        {"rule": "word", "rate": "number"},
        function=INTRUSION.choose,
    ),
    "numerics.minimise.mixup_1d": Call(
        {"x": x, "y": y, "W": W, "space": "continuous", "knots": [0, 4, 8], "beta": (1, 1)},
        {"x": "reals", "y": "reals", "W": "reals", "space": "word", "knots": "reals"}
        | {"beta": "reals"},
        read=_curve,
    ),
    "numerics.minimise.printed_1d": Call(
        {"x": x, "y": y, "W": W},
        {"x": "reals", "y": "reals", "W": "reals"},
        ("self_pairs",),
        read=_curve,
    ),
    "numerics.minimise.Curve.__call__": Call({"x": [1, 3]}, {"x": "extended"}, function=CURVE),
    "numerics.minimise.Curve.determined": Call(
        {"x": [1, 3]}, {"x": "extended"}, function=CURVE.determined
    ),
    "numerics.minimise.Curve.to_csv": Call(FILE, WRITTEN, function=CURVE.to_csv),
    "numerics.minimise.Line.to_csv": Call(FILE, WRITTEN, function=LINE.to_csv),
    "numerics.mlp.Networks.save": Call(FILE, WRITTEN, function=networks().save),
    "numerics.spirals.Spirals.to_csv": Call(FILE, WRITTEN, function=spirals.make(4, rng=0).to_csv),
    "numerics.minimise.Line.__call__": Call({"x": [1, 3]}, {"x": "reals"}, function=LINE),
    "numerics.mixing.Mixing": Call(
        {"graph": "threshold", "parameter": 2, "alpha": 2, "beta": 1, "lam": "pair"}
        | {"pairing": "repetition", "scope": "set", "normalise": "weights", "weighting": "pair"},
        {"graph": "word", "parameter": "number", "alpha": "number", "beta": "number"}
        | {"lam": "word", "pairing": "word", "scope": "word", "normalise": "word"}
        | {"weighting": "word"},
    ),
    "numerics.mixing.Mixing.passes": Call(
        {"X": [X], "Y": [SHARES], "batch_size": 4, "rngs": 0, "dtype": "float64"},
        {"X": "reals", "Y": "reals", "batch_size": "count"},
        ("rngs", "dtype"),
        function=lambda X, Y, batch_size, rngs, dtype: next(
            MIXING.passes(X, Y, batch_size, [np.random.default_rng(rngs)], dtype)
        ),
    ),
    "numerics.mixing.Mixing.epochs": Call(
        {"X": [X], "Y": [SHARES], "batch_size": 4, "rngs": 0, "dtype": "float64"},
        {"X": "reals", "Y": "reals", "batch_size": "count"},
        ("rngs", "dtype"),
        function=lambda X, Y, batch_size, rngs, dtype: MIXING.epochs(
            X, Y, batch_size, [np.random.default_rng(rngs)], dtype
        ),
    ),
    "numerics.mixing.Mixing.batch": Call(
        {"X": np.array(X, float), "Y": LABELS, "rng": 0, "classes": 2, "W": W}
        | {"minimum_rows": 1},
        {"X": "floats", "Y": "labels", "rng": "seed", "classes": "count", "W": "reals"}
        | {"minimum_rows": "count"},
        ("features", "metric", "drop"),
        function=MIXING.batch,
    ),
    "numerics.mixing.Batch.mix": Call(
        {"values": np.array(y, float)}, {"values": "floats"}, function=BATCH.mix
    ),
    "numerics.mlp.train": Call(
        {"X": X, "Y": LABELS, "batch_size": 4, "epochs": 1, "rng": 0, "stacked": 2}
        | {"backend": "numpy", "dtype": "float32", "network": mlp.Network((2,))},
        {"X": "reals", "Y": "labels", "batch_size": "count", "epochs": "count", "rng": "seed"}
        | {"stacked": "count", "backend": "word", "dtype": "word"},
        ("mixing", "network", "optimiser", "updates", "progress"),
        skip=dict.fromkeys(("epochs",), LARGE),
    ),
    "numerics.mlp.gradient": Call(
        {
            "networks": networks(),
            "X": X,
            "Y": np.array(SHARES, float),
            "weights": y,
            "backend": "numpy",
        },
        {"X": "reals", "Y": "floats", "weights": "reals", "backend": "word"},
        ("networks",),
    ),
    "numerics.mlp.Network": Call(
        {"init": "he-uniform"}, {"init": "word"}, ("widths", "softmax_twice")
    ),
    "numerics.mlp.Networks.logits": Call({"X": X}, {"X": "reals"}, function=networks().logits),
    "numerics.mlp.Networks.predict": Call({"X": X}, {"X": "reals"}, function=networks().predict),
    "numerics.mlp.Networks.error": Call(
        {"X": X, "labels": LABELS}, POINTS, function=networks().error
    ),
    "numerics.mlp.Networks.loss": Call(
        {"X": X, "Y": np.array(SHARES, float), "weights": y},
        {"X": "reals", "Y": "floats", "weights": "reals"},
        function=networks().loss,
    ),
    "numerics.mlp.Adam": Call(
        {"rate": 0.5, "beta1": 0.5, "beta2": 0.25, "eps": 0.5},
        dict.fromkeys(("rate", "beta1", "beta2", "eps"), "number"),
    ),
    "numerics.mlp.SGD": Call(
        {"rate": 2, "momentum": 0.5}, {"rate": "number", "momentum": "number"}
    ),
    "numerics.adamixup.fit": Call(
        {"X": X, "labels": LABELS, "recipe": RECIPE, "rng": 0},
        {**POINTS, "rng": "seed"},
        ("recipe", "policy", "test", "mixing", "progress"),
        read=lambda fit: (fit.networks.parameters, fit.loss),
    ),
    "numerics.adamixup.Policy": Call(
        {"intrusion": 2, "scale": 0.5, "targets": "held"},
        {"intrusion": "number", "scale": "number", "targets": "word"},
        ("widths",),
    ),
    "numerics.spirals.make": Call(
        {"n": 6, "noise": 0.5, "preset": "printed", "rng": 0, "law": "uniform", "turns": 1}
        | {"standardise": "none", "test_fraction": 0.25},
        {"n": "count", "noise": "number", "preset": "word", "rng": "seed", "law": "word"}
        | {"turns": "number", "standardise": "word", "test_fraction": "number"},
        ("mirrored",),
        skip={"n": ("None",)},
        read=lambda made: (made.X_train, made.labels_train, made.X_test),
    ),
    "numerics.spirals.settings": Call({"preset": "released"}, {"preset": "word"}, ("ingredients",)),
    "numerics.experiments.spirals": Call(
        {"epsilons": [0, 2], "runs": 1, "preset": "printed", "rule": "paper", "rng": 0}
        | {"n_jobs": 1, "stacked": 2, **TINY},
        {"epsilons": "extended", "preset": "word", "rule": "word", "stacked": "count"}
        | {**EXPERIMENT, "backend": "word"},
        STORED,
        read=lambda result: result.errors,
        skip=LONG,
    ),
    "numerics.experiments.ablation": Call(
        {"epsilons": [0, 2], "runs": 1, "rng": 0, "n_jobs": 1, "stacked": 2, "n": 4, "epochs": 1}
        | {"backend": "numpy"},
        {"epsilons": "extended", "stacked": "count", **EXPERIMENT, "backend": "word"},
        STORED[:-1],
        read=lambda result: [step.errors for step in result.results],
        skip=LONG,
    ),
    "numerics.experiments.table1": Call(
        {"data": "digits", "methods": ["baseline"], "runs": 1, "rng": 0, "n_jobs": 1}
        | {"widths": (2,), "epochs": 1, "batch_size": 500},
        {"data": "word", **EXPERIMENT},
        ("methods", *STORED),
        read=lambda result: result.curves,
        skip=LONG,
    ),
    "numerics.experiments.Table1.paired": Call(
        {"first": "mixup", "second": "baseline"},
        {"first": "word", "second": "word"},
        function=TRAINED.paired,
    ),
    **{
        f"numerics.experiments.Table1.{name}": Call(
            {"method": "threshold"}, {"method": "word"}, function=getattr(TRAINED, name)
        )
        for name in ("candidates", "edge", "optimism")
    },
    "numerics.statistics.mean": Call(
        {"values": y, "level": 0.5},
        {"values": "reals", "level": "number"},
        refused={"values": "two of it"},
    ),
    "numerics.statistics.paired": Call(
        {"first": x, "second": y},
        {"first": "reals", "second": "reals"},
        refused={"first": "two of it", "second": "two of it"},
    ),
    "numerics.statistics.compare_best": Call(
        {"candidates": TABLE, "others": TABLE, "splits": 3, "rng": 0},
        {"candidates": "reals", "others": "reals", "splits": "count", "rng": "seed"},
        skip=dict.fromkeys(("splits",), LARGE),
    ),
    "numerics.statistics.bootstrap_best": Call(
        {"candidates": TABLE, "resamples": 3, "rng": 0},
        {"candidates": "reals", "resamples": "count", "rng": "seed"},
        skip=dict.fromkeys(("resamples",), LARGE),
    ),
    "numerics.statistics.proportion": Call(
        {"count": 2, "runs": 5}, {"count": "count", "runs": "count"}
    ),
    "numerics.statistics.holm": Call({"pvalues": [0, 1, 1]}, {"pvalues": "reals"}),
    "numerics.lipschitz.lower_bound": Call(
        {"X": X, "labels": LABELS, "segments": "all", "eps": 2, "up_to": 3, "points": 6}
        | {"distance": "zero-one", "memory": "2G", "n_jobs": 1, "rng": 0},
        {**POINTS, "segments": "word", "eps": "number", "up_to": "number", "points": "count"}
        | {"distance": "word", "memory": "word", "n_jobs": "count", "rng": "seed"},
        ("store", "progress", "targets"),
        skip={**PROCESSES, "memory": ("'2G '",)},
    ),
    "numerics.lipschitz.LowerBound.__call__": Call(
        {"eps": [1, 2]}, {"eps": "extended"}, function=STEPS
    ),
    "figures.draw_segments": Call(
        {"ax": AXES, "X": np.array(X), "labels": np.array(LABELS), "drawn": []},
        POINTS,
        ("ax", "drawn"),
    ),
    "figures.draw_interpolations": Call({"ax": AXES, "K": 2}, {"K": "count"}, ("ax",)),
    "figures.draw_kernel": Call(
        {"ax": AXES, "K": 2, **COUNTING}, {"K": "count", **READING}, ("ax",), skip={"K": LARGE}
    ),
    "numerics.datasets.load": Call(
        {"name": "digits"}, {"name": "word"}, ("folder", "verify"), read=lambda d: d.X_train
    ),
    "numerics.datasets.Dataset.flat": Call(
        {"part": "test"},
        {"part": "word"},
        ("scale", "dtype"),
        function=datasets.load().flat,
    ),
}

NOTHING_TO_TRY: dict[str, str] = {
    **dict.fromkeys(
        (
            *("theory.Claim", "theory.Result", "theory.Ledger", "theory.Verdict", "theory.Proof"),
            *("theory.Refutation", "theory.Boundary", "theory.Measurement", "theory.Unchecked"),
            *("theory.line.Criterion", "theory.linear.Invariance"),
            *("numerics.tradeoff.Tradeoff", "numerics.tradeoff.IidVariance"),
            *("numerics.tradeoff.NoisyRisk", "numerics.tradeoff.Choice", "numerics.tradeoff.Sweep"),
            *("numerics.graphs.Intrusion", "numerics.minimise.Minimiser", "numerics.minimise.Loss"),
            *("numerics.minimise.Curve", "numerics.minimise.Line", "numerics.mixing.Batch"),
            *("numerics.mixing.Epochs", "numerics.mlp.Networks", "numerics.spirals.Spirals"),
            *("numerics.experiments.SpiralErrors", "numerics.experiments.Ablation"),
            *("numerics.experiments.Table1", "numerics.statistics.Estimate"),
            *("numerics.statistics.BestComparison", "numerics.lipschitz.LowerBound"),
            *("numerics.lipschitz.Witness", "numerics.datasets.Dataset", "figures.Drawing"),
        ),
        "the toolkit makes them itself",
    ),
    **dict.fromkeys(
        (
            *("figures.draw_errors", "figures.draw_lower_bound", "figures.draw_step"),
            *("figures.draw_tradeoff", "figures.draw_iid", "figures.draw_risk"),
            *("figures.draw_choice", "figures.draw_intrusion", "figures.draw_minimiser"),
            *("figures.draw_regions", "figures.draw_ablation", "figures.draw_differences"),
            *("figures.draw_training", "figures.save", "theory.line.Criterion.loss"),
        ),
        "they take what the toolkit has made",
    ),
    **dict.fromkeys(
        ("numerics.minimise.Minimiser.loss", "numerics.minimise.Line.loss"),
        "they take functions",
    ),
    **dict.fromkeys(
        ("theory.Ledger.find", "theory.Ledger.claim", "theory.Ledger.evidence"),
        "they take the words of a claim",
    ),
    "numerics.spirals.published": "its files are not kept here: see test_published_spirals.py",
}
"""Public names and methods without an argument to try, and why."""
