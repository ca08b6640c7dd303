"""What the functions of `numerics` refuse, and that they name it: one call for each message."""

import math
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp

from numerics import adamixup, graphs, lattice, mlp, spirals, statistics, tradeoff
from numerics.adamixup import Policy
from numerics.lipschitz import lower_bound
from numerics.minimise import mixup_1d
from numerics.mixing import Mixing
from numerics.mlp import SGD, Adam, Network, Networks
from numerics.mlp.single import Perceptron, Recipe, fit

nan, inf = math.nan, math.inf


def case(message: str, function: Callable[..., object], *args: Any, **options: Any) -> Any:
    return partial(function, *args, **options), message


def fields(functions: Iterable[Callable[..., object]], bad: dict[str, list[Any]]) -> list[Any]:
    """Return a case for each of the bad values of each argument."""
    every = ((f, name, value) for f in functions for name in bad for value in bad[name])
    return [case(f"^{name} must", f, **{name: value}) for f, name, value in every]


TEXT, MATRIX = ["a"], sp.eye_array(3)
REAL = "y must be a one-dimensional array of real numbers"
INTEGERS = "K must be an integer or an array of integers"
LATTICE = [
    *(
        case(message, function, K)
        for function in (
            partial(lattice.multiplier, theta=1.0),
            partial(lattice.smooth, [1.0, 2.0]),
            lattice.kernel,
        )
        for K, message in (
            (0, "at least 1 for the reading 'counting', whose formula is 0/0 at K = 0; got 0"),
            (2.0, "K must be an integer.*got 2.0"),
            ("3", "K must be an integer.*got '3'"),
        )
    ),
    case("at least 0, got -1", lattice.smooth, [1.0, 2.0], -1),
    case("at least 0, got -1", lattice.kernel, -1),
    case(r"K must be at most 2\*\*53", lattice.multiplier, 2**53 + 2, 1.0),
    case(r"K must be at most 2\*\*53", lattice.multiplier, 10**30, 1.0),
    case("K must be an integer", lattice.kernel, np.array([1, 2])),
    case("K must hold at least one integer", lattice.multiplier, [], 1.0),
    case("K must hold at least one integer", lattice.multiplier, np.array([], dtype=int), 1.0),
    case(r"one-dimensional, got shape \(1, 2\)", lattice.multiplier, [[1, 2]], 1.0),
    case(INTEGERS, lattice.multiplier, [1, True], 1.0),
    case(INTEGERS, lattice.multiplier, [1, [2, 3]], 1.0),
    case(INTEGERS, lattice.multiplier, [1.0, 2.0], 1.0),
    case(INTEGERS, lattice.multiplier, np.array([True]), 1.0),
    case(r"one-dimensional and not empty.*got shape \(0,\)", lattice.smooth, [], 1),
    case(r"pass one at a time.*got shape \(1, 2\)", lattice.smooth, [[1.0, 2.0]], 1),
    case(r"y must be one-dimensional.*got shape \(\)", lattice.smooth, 3.0, 1),
    case("y must be finite, got nan at index 1", lattice.smooth, [1.0, nan], 1),
    case("y must stay below 1e", lattice.smooth, [1e151], 1),
    *(case(REAL, lattice.smooth, y, 1) for y in ([1j], TEXT, [True], [[1.0], [2.0, 3.0]], None)),
    case(r"reading must be one of counting, .*; got 'count'", lattice.kernel, 1, "count"),
    case("taps must be at least 1, got 0", lattice.kernel, 1, taps=0),
    case(r"theta must be finite, got nan$", lattice.multiplier, 1, nan),
    case("theta must be finite, got inf at index 0, 1", lattice.multiplier, 1, [[1.0, inf]]),
    case("theta must be a real number", lattice.multiplier, 1, "x"),
]

of_one = partial(tradeoff.noisy, [1.0], K=1)
TRADEOFF = [
    case("K must hold at least one integer", tradeoff.periodic, [1.0, 2.0], []),
    case("K must be at least 1.*got 0", tradeoff.periodic, [1.0, 2.0], [1, 0]),
    case("y must be one-dimensional and not empty", tradeoff.periodic, [], 1),
    case("K must be at least 1", tradeoff.iid, -1),
    case("signal must be one-dimensional", tradeoff.noisy, [[1.0]], 1, 1),
    case("sigma must be a finite number, at least 0, got -1", of_one, sigma=-1),
    case("sigma must be .*got inf", of_one, sigma=inf),
    case("sigma must be .*got True", of_one, sigma=True),
]

of_record = partial(tradeoff.choose, np.arange(9.0))
CHOOSE = [
    case("record must have at least 8", tradeoff.choose, np.arange(7.0)),
    case("record must be one-dimensional", tradeoff.choose, np.zeros((3, 9))),
    case("sigma must be", of_record, sigma=-1),
    case("K must be at least 1", of_record, K=0),
    case("K must hold", of_record, K=[]),
    case("boundary must be one of", of_record, boundary="open"),
    case("rule must be one of", of_record, rule="AIC"),
]

intrusion = partial(graphs.intrusion, np.eye(4))
INTRUSION = [
    case(r"labels must have shape \(4,\)", intrusion, [0, 1, 0]),
    case(r"labels must have shape \(4,\)", intrusion, [[0], [1], [0], [1]]),
    case("labels must be integers or words", intrusion, [0.0, 1.0, 0.0, 1.0]),
    case("labels must name two classes", intrusion, [0, 0, 0, 0]),
    case("labels must name two classes", intrusion, [0, 1, 2, 3]),
    case("segments must be at least 1", intrusion, [0, 1, 0, 1], segments=0),
    case("points must be at least 3", intrusion, [0, 1, 0, 1], points=2),
]

knn = partial(graphs.knn, [0, 1])
precomputed = partial(graphs.threshold, eps=1, metric="precomputed")
GRAPHS = [
    case("X must be finite, got nan at index 1", graphs.knn, [0, nan], 1),
    case(r"X must have shape \(n,\) or \(n, p\)", graphs.knn, [[[0.0]]], 1),
    case("X must", graphs.knn, [], 1),
    case("neighbours must be at least 0, got -1", knn, -1),
    case("neighbours must be an integer, got 1.5", knn, 3 / 2),
    case("neighbours must be an integer, got None", knn),
    case("K of graphs.knn is now called neighbours", knn, 1, K=1),
    case("K must be at least 0, got -1", graphs.both_sides, -1),
    case(r"X must be a dense array: pass X.toarray\(\)", graphs.knn, MATRIX, 1),
    case("query must be a dense array", knn, 1, query=MATRIX),
    case("query must have 1 columns, as X has", knn, 1, query=[[0, 1]]),
    case("query must", knn, 1, query=[]),
    case("metric must be one of euclidean, precomputed", knn, 1, metric="cosine"),
    case("X must be the symmetric matrix", knn, 1, metric="precomputed"),
    case("of the distances of the samples, 0 on", precomputed, [[0, 1], [2, 0]]),
    case("X must not have negative distances, got -1", precomputed, [[0, -1], [-1, 0]]),
    case("eps must be a number, at least 0, or infinity", graphs.threshold, [0, 1], -1),
    case("cutoff must be at most 1", graphs.exponential, [0, 1], 1, cutoff=2),
    case("alpha must be a number", graphs.exponential, [0, 1], nan),
    case("n must be at least 1", graphs.band, 0, 1),
    case("K must be at least 0", graphs.band, 3, -1),
]

of_two = partial(mixup_1d, [0, 1], [0, 1])
loss = mixup_1d([0, 1, 2], [0, 1, 0]).loss
plane = mixup_1d(np.array([[0.0, 0], [1, 1], [2, 2]]), [0, 1, 2], space="linear")
MINIMISE = [
    case("x must be finite, got nan at index 1", mixup_1d, [0, nan], [0, 1]),
    case(r"y must have shape \(3,\) or \(3, c\), as x has 3", mixup_1d, [0, 1, 2], [0, 1]),
    case("y must have shape", mixup_1d, [0, 1], [[[0]], [[1]]]),
    case(r"x must have shape \(n,\) and not be empty", mixup_1d, [[0], [1]], [0, 1]),
    case("x must", mixup_1d, [], []),
    case("x has different points only 1e-130 apart", mixup_1d, [0, 1e-130, 1], [0, 1, 2]),
    case(r"x must stay below 1e\+150", mixup_1d, [0, 1e200], [0, 1]),
    case("W must not be negative, got -1", of_two, [[1, -1], [1, 1]]),
    case(r"W must have shape \(2, 2\)", of_two, np.ones((2, 3))),
    case(r"W must have shape \(2, 2\)", of_two, sp.csr_array(np.ones((3, 3)))),
    case("W must have a positive weight", of_two, np.zeros((2, 2))),
    case("W must have a positive weight", of_two, graphs.band(2, 0, self_loops=False)),
    case("W must be a band of 2 samples", of_two, graphs.band(3, 1)),
    case(r"beta\[0\] must be positive", of_two, beta=(0, 1)),
    case(r"beta\[1\] must be positive, from", of_two, beta=(1, -1)),
    case("beta must be a pair", of_two, beta=1),
    case("space must be one of L2, continuous, linear", of_two, space="H1"),
    case("knots go with space='continuous'", of_two, knots=[0, 1]),
    case("knots must be at least", of_two, space="continuous", knots=[0.5, 1]),
    case("strictly ascending", of_two, space="continuous", knots=[1, 0]),
    case(r"f must return shape", loss, lambda _: 0.0),
    case(r"f\(x\) must be finite", loss, lambda t: np.full(t.shape, nan)),
    case("f must be callable or a pair", loss, 3),
    case("values must have shape", loss, ([0, 1], [1])),
    case("strictly ascending", loss, ([1, 0], [1, 2])),
    case("x must be finite", of_two(), [0.5, nan]),
    case(r"x must have shape \(\.\.\., 2\)", plane, [1.0, 2.0, 3.0]),
    case("f must be callable", plane.loss, ([0, 1], [0, 1])),
    case("nodes must be at least 2", plane.loss, lambda t: t[:, 0], nodes=1),
]

POINTS = np.arange(12.0).reshape(6, 2) ** 2
CLASSES = [0, 0, 0, 1, 1, 1]
of_points = partial(lower_bound, POINTS)
labelled = partial(lower_bound, labels=CLASSES)
good = partial(lower_bound, POINTS, CLASSES)
LIPSCHITZ = [
    case("labels must hold at least two classes, got one", of_points, [0] * 6),
    case("labels must hold each class twice.* point 5 has one", of_points, [0, 0, 0, 0, 0, 1]),
    case(r"labels must be classes, integers of shape \(6,\) or one-hot", of_points, CLASSES[:5]),
    case("labels must be classes", of_points, [[[0]]] * 6),
    case("labels must be classes", of_points, TEXT * 6),
    case(r"labels .* got float64 of shape \(6,\).*targets=", of_points, np.array(CLASSES) * 1.0),
    case(r"labels must be classes.* \(6, 1\)", of_points, np.array(CLASSES)[:, None]),
    case("labels or targets must be given, and not both", good, targets=CLASSES),
    case("labels or targets must be given", of_points),
    case("targets differ by too little", of_points, targets=[0, 0, 0, 0, 0, 1e-200]),
    case(r"targets must stay below 1e\+150", of_points, targets=[0, 0, 0, 0, 0, 1e200]),
    case(r"targets must have shape \(6,\) or \(6, k\)", of_points, targets=CLASSES[:5]),
    case("targets must hold at least two different ones", of_points, targets=[0] * 6),
    case("targets .* finite, got nan at index 5", of_points, targets=[0, 1, 0, 1, 0, nan]),
    case("X must be finite.*; point 0 is not", labelled, POINTS * [1, nan]),
    case("X must be finite", labelled, np.where(POINTS == 49, inf, POINTS)),
    case(r"X must be finite and below 1e\+150", labelled, POINTS * 1e200),
    case("X must be an array of at least two points", lower_bound, POINTS[:1], CLASSES[:1]),
    case("X must be an array", lower_bound, [[1, 2], [3]], [0, 1]),
    case("X must be an array", labelled, POINTS.astype(str)),
    case("points: all 2 that were drawn have the same", good, points=2, rng=4),
    case("eps must be a number, at least 0, or infinity; got -1e-09", good, eps=-1e-9),
    case("eps must be", good, eps=nan),
    case("eps must be", good, eps=True),
    case("segments must be one of same-class, all, segments", good, segments="none"),
    case("distance must be one of zero-one, euclidean", good, distance="l1"),
    case("distance must be 'eucl", of_points, targets=CLASSES, distance="zero-one"),
    case("memory must be at least 1", good, memory=0),
    case("memory must be a size", good, memory="4 apples"),
    case("memory is too small for one block", good, memory="1K"),
    case("n_jobs must be at least 1", good, n_jobs=0),
    case("points must be at least 2", good, points=1),
    case("points must be at most 6", good, points=7),
    case("eps must be at most up_to = 1, got 2", good, eps=2, up_to=1),
    case("up_to must be a number, at least 0", good, up_to=-1),
    *(
        case("eps must be at least 0, or infinity; got", good(), eps)
        for eps in (-1.0, nan, [0, -2])
    ),
]

X3, Y3 = np.random.default_rng(1).standard_normal((3, 23, 2)), np.full((3, 23, 2), 0.5)
WITH_NAN = np.where(np.arange(46).reshape(23, 2) == 4, nan, X3)
RNGS = [np.random.default_rng([0, r]) for r in range(3)]
SHARED = np.random.Generator(RNGS[0].bit_generator)


def passes(**changed: Any) -> object:
    """Ask for passes: what is wrong is said at once, not when the first is asked for."""
    return Mixing().passes(**{"X": X3, "Y": Y3, "batch_size": 3, "rngs": RNGS, **changed})


def batch(**changed: Any) -> object:
    return Mixing().batch(**{"X": np.eye(5), "Y": np.eye(5), **changed})


MIXING = [
    *fields([Mixing], {"alpha": [0.0, inf], "beta": [-1.0, nan], "graph": ["nearest"]}),
    *fields([Mixing], {"lam": ["sample"], "pairing": ["none"], "scope": ["all"]}),
    *fields([Mixing], {"normalise": ["mean"], "weighting": ["mean"]}),
    *fields([partial(Mixing, "threshold")], {"parameter": [-1.0, nan, "1", True]}),
    *fields([partial(Mixing, "exponential")], {"parameter": [-inf]}),
    *fields([partial(Mixing, "knn")], {"parameter": [2.0, True, -1, inf]}),
    *fields([passes], {"X": [X3[0], X3[:, :0], WITH_NAN, X3.astype(str), 1e39 * X3]}),
    case("^X must", passes, X=1e160 * X3, dtype=np.float64),
    case("^X must", passes, X=-1e160 * np.abs(X3), dtype=np.float64),
    *fields([passes], {"Y": [Y3[0], Y3[:2], Y3[:, :-1], Y3[:, :, :0], inf * Y3]}),
    *fields([passes], {"batch_size": [0, 2.0, True], "dtype": [np.float16, int]}),
    *fields([passes], {"rngs": [RNGS[:2], [0, 1, 2], RNGS[:1] * 3, [*RNGS[:2], SHARED]]}),
    *fields([batch], {"X": [1.0, np.empty((0, 2))], "Y": [np.ones(4), 1.0, np.ones((4, 2))]}),
    *fields([batch], {"W": [np.ones((4, 4)), -np.eye(5), np.full((5, 5), nan)]}),
    case("^W must", Mixing("knn", 2, scope="set").batch, np.eye(5), np.eye(5)),
]


def train(**changed: Any) -> object:
    return mlp.train(**{"X": np.zeros((4, 2)), "Y": [0, 1, 0, 1], "epochs": 1, "rng": 0, **changed})


NETWORKS = Networks(np.zeros((2, 4)), (1, 2))
MLP = [
    case("X must be of shape", train, X=np.zeros(3)),
    case("X must be finite", train, X=np.full((4, 2), nan)),
    case("Y must be for 4 points", train, Y=[0, 1, 0]),
    case("Y must be integers, at least 0", train, Y=[0, 1, -1, 0]),
    case("Y must be labels", train, Y=[0.5, 1.0, 0.0, 0.0]),
    case("Y must be labels", train, Y=np.full((4, 2), 0.6)),
    case("Y may be one-hot rows or the labels of 4 replicates", train, Y=np.eye(4, dtype=int)),
    case("exactly one of epochs and updates", train, epochs=None),
    case("exactly one of epochs and updates", train, updates=3),
    case("epochs must be at least 0", train, epochs=-1),
    case("epochs must be an integer", train, epochs=1.0),
    case("batch_size must be at least 1", train, batch_size=0),
    case("stacked must be at least 1", train, stacked=0),
    case("backend must be one of", train, backend="torch"),
    case("dtype must be float32 or float64", train, dtype="float16"),
    case("rng must hold 2", train, X=np.zeros((2, 4, 2)), rng=RNGS[:1]),
    case("widths must be a tuple", Network, [100]),
    case("widths must be at least 1", Network, (100, 0)),
    case("softmax_twice must be", Network, softmax_twice=1),
    case("init must be one of", Network, init="zeros"),
    case("rate must be above 0", Adam, 0),
    case("beta1 must be below 1", Adam, beta1=1),
    case("beta2 must be a finite number, at least 0", Adam, beta2=-0.1),
    case("eps must be above 0", Adam, eps=0),
    case("rate must be a finite number", SGD, inf),
    case("momentum must be below 1", SGD, 0.1, 1.0),
    case("sizes must hold", Networks, np.zeros((1, 4)), (2,)),
    case(r"shape \(R, 4\)", Networks, np.zeros((1, 5)), (1, 2)),
    case("float32 or float64", Networks, np.zeros((1, 4), int), (1, 2)),
    case("X must have 1 coordinates", NETWORKS.logits, np.zeros((3, 2))),
    case("X must be for 2 replicates", NETWORKS.logits, np.zeros((3, 4, 1))),
    case("labels must be of shape", NETWORKS.error, np.zeros((3, 1)), [0, 1]),
    case("Y must hold classes below 2", NETWORKS.loss, np.zeros((3, 1)), [0, 1, 2]),
    case("weights must be of shape", NETWORKS.loss, np.zeros((3, 1)), [0, 1, 1], [1.0]),
]

X, LABELS = np.random.default_rng(0).standard_normal((45, 5)), np.arange(45) % 3
NAN = np.where(np.arange(45)[:, None] == 7, nan, X)
to_fit = partial(fit, recipe=Recipe(widths=(9, 6), batch_size=8, epochs=3, dtype="float64"))
fit_policy = partial(adamixup.fit, recipe=Recipe(widths=(8, 6), batch_size=16, epochs=3), rng=0)
SINGLE = [
    case("widths must hold", Recipe, widths=()),
    case("widths must be a tuple", Recipe, widths=[3]),
    case("widths must be at least 1", Recipe, widths=(0,)),
    case("optimiser must be one of", Recipe, optimiser="adagrad"),
    case("rate must be above 0", Recipe, rate=0.0),
    case("rate must be a finite number", Recipe, rate=nan),
    case("momentum must be below 1", Recipe, momentum=1.0),
    case("momentum must be a finite number, at least 0", Recipe, momentum=-0.1),
    case("weight_decay must be", Recipe, weight_decay=-1.0),
    case("batch_size must be at least 1", Recipe, batch_size=0),
    case("batch_size must be an integer", Recipe, batch_size=True),
    case("epochs must be at least 1", Recipe, epochs=0),
    case("drops must be a tuple", Recipe, drops=[0.5]),
    case("drops must be shares", Recipe, drops=(1.5,)),
    case("factor must be above 0", Recipe, factor=0.0),
    case("init must be one of", Recipe, init="zeros"),
    case("dtype must be one of", Recipe, dtype="float16"),
    case("sizes must hold", Perceptron, (4,), Recipe(), np.random.default_rng(0), 10),
    case("n must be at least 1", Perceptron, (4, 2), Recipe(), np.random.default_rng(0), 0),
    case(r"X must be real, of shape \(n, d\)", to_fit, X[0], LABELS),
    case(r"X must be real, of shape \(n, d\)", to_fit, X[:0], LABELS),
    case(r"X must be real, of shape \(n, d\)", to_fit, X.astype(str), LABELS),
    case("X must be finite and below", to_fit, NAN, LABELS),
    case("X must be finite and below", to_fit, np.where(np.isnan(NAN), -inf, X), LABELS),
    case("X must be finite and below", to_fit, 1e200 * X, LABELS),
    case(r"labels must be integers, at least 0, of shape \(45,\)", to_fit, X, LABELS[:-1]),
    case("labels must be integers", to_fit, X, LABELS + 0.5),
    case("labels must be integers, at least 0", to_fit, X, LABELS - 1),
    case("for neighbours in the batch", to_fit, X, LABELS, mixing=Mixing("knn", 3, scope="set")),
    case("distance must be one of", to_fit, X, LABELS, distance="output"),
    case("test inputs must have 5 coordinates", to_fit, X, LABELS, test=(X[:, :2], LABELS)),
    case("test inputs must be finite", to_fit, X, LABELS, test=(NAN, LABELS)),
    case("test labels must be integers", to_fit, X, LABELS, test=(X, LABELS[:3])),
    case("widths must be a tuple", Policy, widths=[5]),
    case("widths must be at least 1", Policy, widths=(0,)),
    case("widths must be an integer", Policy, widths=(True,)),
    case("intrusion must be", Policy, intrusion=-1.0),
    case("intrusion must be", Policy, intrusion=nan),
    case("scale must be above 0", Policy, scale=0.0),
    case("scale must be", Policy, scale=inf),
    case("targets must be one of", Policy, targets="free"),
    case("one hidden layer", adamixup.parameter_counts, (4, 3)),
    case("tuple", adamixup.parameter_counts, [4, 5, 3]),
    case("sizes must be at least 1", adamixup.parameter_counts, (4, 0, 3)),
    case("X must", fit_policy, NAN, LABELS),
    case("X must be real", fit_policy, X[0], LABELS),
    case("labels must be integers", fit_policy, X, LABELS.astype(float)),
    case("labels must be .* shape", fit_policy, X, LABELS[1:]),
    case("labels must", fit_policy, X, LABELS - 1),
    case("test inputs must have 5", fit_policy, X, LABELS, test=(X[:, 1:], LABELS)),
    case("test labels must", fit_policy, X, LABELS, test=(X, LABELS[1:])),
]

distance_fraction = partial(spirals.distance_fraction, 1.0)
of_spirals = (spirals.make, spirals.settings, distance_fraction)
SPIRALS = [
    *fields(of_spirals, {"preset": ["published"], "n": [0, 10.0, True], "law": ["normal"]}),
    *fields(of_spirals, {"noise": [-0.5, nan, inf, "1.5"], "turns": [0, -1.0, nan]}),
    *fields(of_spirals, {"mirrored": [1], "standardise": [True, "both"]}),
    *fields(of_spirals, {"test_fraction": [1.0, -0.1, nan]}),
    *(case("^test_fraction must", f, n=2, test_fraction=0.9) for f in of_spirals),
    *fields([spirals.distance_fraction], {"epsilon": [-1.0, nan, "1", [0.5, -0.5], None]}),
    case("^standardise must", spirals.make, 1, test_fraction=0.5, standardise="after", rng=0),
    case("two training samples", spirals.pair_distances, n=1, test_fraction=0.5),
]

ZEROS, MASKED = np.zeros((2, 6)), np.ma.masked_equal([1.0, 2.0, 3.0, 4.0], 2.0)
STATISTICS = [
    case("values must be finite, got nan", statistics.mean, [1.0, nan]),
    case("at least 2 columns", statistics.mean, [1.0]),
    case("level must be between 0 and 1, got 1", statistics.mean, [1.0, 2.0], level=1),
    case("same runs", statistics.paired, [1.0, 2.0], [1.0, 2.0, 3.0]),
    case("others must have the 6 runs", statistics.compare_best, ZEROS, np.zeros(5)),
    case("at least 4 columns", statistics.compare_best, np.zeros((2, 3)), np.zeros(3)),
    case("splits must be at least 1", statistics.compare_best, ZEROS, ZEROS, splits=0),
    case("resamples must be an integer", statistics.bootstrap_best, ZEROS, resamples=1.5),
    case("count must be at most runs = 3", statistics.proportion, 4, 3),
    case("pvalues must be finite, got nan at index 1", statistics.holm, [0.5, nan]),
    *(
        each
        for rows in (ZEROS, ZEROS.tolist(), [np.arange(6.0), np.ones(6)])
        for each in (
            case("values must have one number a run", statistics.mean, rows),
            case("first must have one number a run", statistics.paired, rows, rows),
        )
    ),
    *(
        each
        for hidden in (MASKED, [MASKED], (MASKED, MASKED))
        for each in (
            case("values must not be masked", statistics.mean, hidden),
            case("second must not be masked", statistics.paired, [1.0, 2.0, 3.0, 4.0], hidden),
            case("candidates must not be masked", statistics.compare_best, hidden, np.zeros(4)),
        )
    ),
]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        *(LATTICE + TRADEOFF + CHOOSE + INTRUSION + GRAPHS + MINIMISE + LIPSCHITZ),
        *(MIXING + MLP + SINGLE + SPIRALS + STATISTICS),
    ],
)
def test_it_is_refused_by_name(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_what_is_right_is_taken() -> None:
    for call in (passes, batch, train, of_two, good, partial(to_fit, X, LABELS)):
        call()
    fit_policy(X, LABELS)
