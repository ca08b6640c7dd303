"""The trainer: gradients, optimisers, replicates that do not disturb each other, two backends."""

import importlib.util
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from threadpoolctl import threadpool_info

from numerics import mlp
from numerics.mixing import Epochs, Mixing
from numerics.mlp import SGD, Adam, BackendName, Network, Networks
from numerics.mlp.compiled.fused import FusedNetworks
from numerics.mlp.network import Optimiser, initial
from numerics.mlp.numpy_backend import StackedNetworks
from tests import tolerances
from tests.reference.differences import central

Array = NDArray[Any]
Sizes = tuple[int, ...]
Batch = tuple[Array, Array, Array, Array]

needs_numba = pytest.mark.skipif(
    importlib.util.find_spec("numba") is None, reason="the extra 'fast' is not installed"
)
BACKENDS = ["numpy", pytest.param("numba", marks=needs_numba)]
both_backends = pytest.mark.parametrize("backend", BACKENDS)

#: Depths 0 to 4, and widths around the lengths of a vector and of a tile.
WIDTHS = [(), (5,), (7, 6), (9, 4, 8), (3, 16, 2, 1)]


def count(sizes: Sizes) -> int:
    return sum((inputs + 1) * outputs for inputs, outputs in pairwise(sizes))


def problem(sizes: Sizes, replicates: int = 3, n: int = 11) -> Batch:
    """Draw parameters, points, soft targets and weights, one of them zero, for each replicate."""
    rng = np.random.default_rng(sum(sizes) + n)
    weights = rng.random((replicates, n))
    weights[:, 3] = 0
    return (
        rng.normal(size=(replicates, count(sizes))),
        rng.normal(size=(replicates, n, sizes[0])),
        rng.dirichlet(np.ones(sizes[-1]), (replicates, n)),
        weights,
    )


def assert_same(found: Array, expected: Array, tolerance: float = tolerances.TRAINED) -> None:
    np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance)


def make(
    backend: BackendName, parameters: Array, sizes: Sizes, optimiser: Optimiser, twice: bool = False
) -> FusedNetworks | StackedNetworks:
    kind = StackedNetworks if backend == "numpy" else FusedNetworks
    return kind(parameters, sizes, twice, optimiser)


@both_backends
@pytest.mark.parametrize("twice", [False, True])
@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("widths", WIDTHS)
def test_gradient(backend: BackendName, widths: tuple[int, ...], classes: int, twice: bool) -> None:
    sizes = (2, *widths, classes)
    parameters, X, Y, weights = problem(sizes)
    networks = Networks(parameters, sizes, twice)
    found = mlp.gradient(networks, X, Y, weights, backend=backend)

    def loss() -> Array:
        return Networks(parameters, sizes, twice).loss(X, Y, weights)

    expected = central(loss, parameters.T).T  # of all replicates at once
    assert_same(found, expected, tolerances.FINITE_DIFFERENCES)


@both_backends
def test_rows_of_weight_zero_change_nothing(backend: BackendName) -> None:
    sizes = (2, 20, 20, 2)
    parameters, X, Y, weights = problem(sizes, n=61)
    weights[:, np.random.default_rng(0).random(61) < 0.7] = 0
    kept = weights[0] > 0
    networks = Networks(parameters, sizes)
    everything = mlp.gradient(networks, X, Y, weights, backend=backend)
    some = mlp.gradient(networks, X[:, kept], Y[:, kept], weights[:, kept], backend=backend)
    assert_same(some, everything)


def test_loss_is_the_cross_entropy() -> None:
    networks = Networks(np.array([[1.0, -1.0, 0.5, 0.0]]), (1, 2))
    # Logits (x + 1/2, -x): at x = 1/4 the two differ by 1.
    assert_same(networks.loss([[0.25]], [0]), np.log1p(np.exp(-1.0)))
    assert_same(
        networks.loss([[0.25], [-0.25]], [1, 0], [2.0, 3.0]), 2 * np.logaddexp(1, 0) + 3 * np.log(2)
    )
    p = 1 / (1 + np.exp(-1.0))
    twice = Networks(networks.parameters, (1, 2), softmax_twice=True)
    assert_same(twice.loss([[0.25]], [[1.0, 0.0]]), np.log1p(np.exp(1 - 2 * p)))


def reference(parameters: Array, sizes: Sizes, optimiser: Optimiser, steps: Any) -> Array:
    """Make the steps of one replicate as textbooks write them."""
    theta, first, second = parameters.copy(), np.zeros(parameters.size), np.zeros(parameters.size)
    for t, (X, Y, weights) in enumerate(steps, start=1):
        g = np.zeros(parameters.size)
        if len(X):
            g = mlp.gradient(Networks(theta[None], sizes), X, Y, weights, backend="numpy")[0]
        if isinstance(optimiser, SGD):
            first = optimiser.momentum * first + g
            theta = theta - optimiser.rate * first
        else:
            first = optimiser.beta1 * first + (1 - optimiser.beta1) * g
            second = optimiser.beta2 * second + (1 - optimiser.beta2) * g**2
            m, v = first / (1 - optimiser.beta1**t), second / (1 - optimiser.beta2**t)
            theta = theta - optimiser.rate * m / (np.sqrt(v) + optimiser.eps)
    return theta


def ragged(
    sizes: Sizes, counts: list[list[int]]
) -> tuple[list[list[tuple[Array, ...]]], tuple[Array, Array, Array, Array]]:
    """Draw steps of the given numbers of rows, as lists and as one table with offsets."""
    rng = np.random.default_rng(5)
    steps: list[list[tuple[Array, ...]]] = [
        [
            (
                rng.normal(size=(n, sizes[0])),
                rng.dirichlet(np.ones(sizes[-1]), n),
                rng.random(n) / max(n, 1),
            )
            for n in line
        ]
        for line in counts
    ]
    flat = [step for line in steps for step in line]
    ends = np.cumsum([[0, *(len(step[0]) for step in flat)]])
    width = len(counts[0])
    offsets = np.stack([ends[r * width : (r + 1) * width + 1] for r in range(len(counts))])
    X, Y, weights = (np.concatenate([step[part] for step in flat]) for part in range(3))
    return steps, (X, Y, weights, offsets)


#: Equal and different numbers of rows, none and a single one among them.
COUNTS = [[8, 5, 1, 0, 1, 19], [8, 11, 1, 0, 6, 4], [8, 2, 1, 0, 0, 33]]
OPTIMISERS: list[Optimiser] = [Adam(), Adam(0.1, 0.5, 0.9, 1e-3), SGD(0.1), SGD(0.05, 0.9)]


@both_backends
@pytest.mark.parametrize("optimiser", OPTIMISERS, ids=repr)
@pytest.mark.parametrize("sizes", [(2, 7, 6, 3), (3, 4, 17, 5, 2), (2, 2)])
def test_steps(backend: BackendName, sizes: Sizes, optimiser: Optimiser) -> None:
    steps, table = ragged(sizes, COUNTS)
    start = problem(sizes)[0]
    trained = make(backend, start, sizes, optimiser)
    X, Y, weights, offsets = table
    trained.advance(Epochs(X, Y, weights, offsets[:, :3]))  # in two parts
    trained.advance(Epochs(X, Y, weights, offsets[:, 2:]))
    expected = [reference(start[r], sizes, optimiser, steps[r]) for r in range(3)]
    assert_same(trained.parameters(), np.array(expected))


@both_backends
@pytest.mark.parametrize("optimiser", [Adam(0.01, 0.5, 0.9), Adam(0.01, 0, 0.9), SGD(0.05, 0.3)])
def test_many_steps(backend: BackendName, optimiser: Optimiser) -> None:
    # Enough of them for the means to be scaled down several times.
    sizes, counts = (2, 7, 6, 3), np.random.default_rng(4).integers(0, 30, (2, 80)).tolist()
    steps, table = ragged(sizes, counts)
    start = problem(sizes, replicates=2)[0]
    trained = make(backend, start, sizes, optimiser)
    trained.advance(Epochs(*table))
    expected = [reference(start[r], sizes, optimiser, steps[r]) for r in range(2)]
    assert_same(trained.parameters(), np.array(expected))


def test_neighbours_with_other_rows_change_nothing() -> None:
    sizes, counts = (2, 25, 30, 2), [[5, 14, 24, 1], [12, 30, 24, 7], [20, 20, 20, 9]]
    _, (X, Y, weights, offsets) = ragged(sizes, counts)
    start = problem(sizes)[0]

    def advance(which: list[int]) -> Array:
        trained = make("numpy", start[which], sizes, Adam())
        trained.advance(Epochs(X, Y, weights, offsets[which]))
        return trained.parameters()

    together = advance([0, 1, 2])
    for which in ([0], [1], [2], [2, 0], [1, 2]):
        np.testing.assert_array_equal(advance(which), together[which])


@both_backends
@pytest.mark.parametrize("optimiser", [Adam(), SGD(0.1, 0.9)], ids=repr)
def test_no_subnormal_numbers_are_kept(backend: BackendName, optimiser: Optimiser) -> None:
    sizes = (1, 3, 2)
    start = problem(sizes, replicates=1)[0].astype(np.float32)
    trained = make(backend, start, sizes, optimiser)
    row = np.ones((1, 1), np.float32)
    trained.advance(Epochs(row, np.eye(2, dtype=np.float32)[:1], row[0], np.array([[0, 1]])))
    after = trained.parameters()
    # Nothing more to learn from: the first mean would be subnormal after 830 steps, and stay so.
    offsets = np.zeros((1, 1001), int)
    trained.advance(Epochs(row[:0], np.empty((0, 2), np.float32), row[0, :0], offsets))
    if isinstance(trained, StackedNetworks):
        first, *second = trained._descent._means
    else:
        first, *second = trained._first, trained._second
    kept = np.stack([first, *second])
    assert not np.any((kept != 0) & (np.abs(kept) < np.finfo(np.float32).tiny))
    assert not first.any()
    assert np.any(trained.parameters() != after)


def spirals(replicates: int, n: int = 120) -> tuple[Array, Array]:
    rng = np.random.default_rng(8)
    labels = rng.integers(0, 2, (replicates, n))
    t = 6 * np.sqrt(rng.random((replicates, n)))  # nearly one turn
    side = 2 * labels - 1
    return np.stack([side * t * np.cos(t), side * t * np.sin(t)], axis=2), labels


@pytest.fixture(scope="module")
def data() -> tuple[Array, Array]:
    return spirals(5)


LOCAL = Mixing("threshold", 1.0)


@both_backends
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    ("mixing", "batch_size"), [(None, 20), (LOCAL, 50), (Mixing("threshold", 0.1), 7)]
)
def test_replicates_do_not_disturb_each_other(
    data: tuple[Array, Array],
    backend: BackendName,
    dtype: str,
    mixing: Mixing | None,
    batch_size: int,
) -> None:
    X, labels = data

    def train(which: slice, stacked: int) -> Array:
        rngs = [np.random.default_rng(seed) for seed in range(5)][which]
        return mlp.train(
            X[which], labels[which], mixing=mixing, network=Network((13, 10, 9)), updates=14,
            batch_size=batch_size, rng=rngs, stacked=stacked, backend=backend, dtype=dtype,
        ).parameters  # fmt: skip

    together = train(slice(None), 16)
    assert together.dtype == dtype
    for stacked in (1, 2, 4):
        np.testing.assert_array_equal(train(slice(None), stacked), together)
    np.testing.assert_array_equal(train(slice(2, 4), 16), together[2:4])
    assert not np.array_equal(together[0], together[1])


@needs_numba
@pytest.mark.parametrize(
    ("dtype", "tolerance"),
    [("float64", tolerances.TRAINED), ("float32", tolerances.TRAINED_SINGLE)],
)
@pytest.mark.parametrize("twice", [False, True])
@pytest.mark.parametrize("mixing", [None, LOCAL, Mixing("threshold", 1.0, weighting="batch-mean")])
def test_backends_agree(
    data: tuple[Array, Array], dtype: str, tolerance: float, twice: bool, mixing: Mixing | None
) -> None:
    X, labels = data
    found, expected = (
        mlp.train(
            X, labels, mixing=mixing, network=Network((30, 21), softmax_twice=twice), updates=12,
            batch_size=40, rng=3, backend=backend, dtype=dtype,
        ).parameters
        for backend in ("numba", "numpy")
    )  # fmt: skip
    assert_same(found, expected, tolerance)


@both_backends
def test_learns(data: tuple[Array, Array], backend: BackendName) -> None:
    X, labels = data
    start = mlp.train(X, labels, epochs=0, rng=1, backend=backend)
    trained = mlp.train(X, labels, epochs=40, rng=1, backend=backend)
    assert start.error(X, labels).mean() > 0.2
    assert trained.error(X, labels).max() <= 0.02
    assert np.all(trained.loss(X, labels) < 0.2 * start.loss(X, labels))


def test_epochs_and_updates(data: tuple[Array, Array]) -> None:
    X, labels = data
    made: list[int] = []

    def train(**length: Any) -> Array:
        return mlp.train(
            X, labels, network=Network((4,)), batch_size=50, rng=2, progress=made.append, **length
        ).parameters

    two = train(epochs=2)  # 120 samples: batches of 50, 50 and 20
    assert made == [15, 15]
    np.testing.assert_array_equal(train(updates=6), two)
    made.clear()
    cut = train(updates=4)
    assert made == [15, 5]
    assert not np.array_equal(cut, two)


def test_shared_data_and_forms_of_targets(data: tuple[Array, Array]) -> None:
    X, labels = data[0][0], data[1][0]

    def train(points: Array, targets: Array, seeds: int = 2) -> Array:
        rngs = [np.random.default_rng(seed) for seed in range(seeds)]
        return mlp.train(points, targets, network=Network((4,)), epochs=1, rng=rngs).parameters

    expected = train(X, labels)
    np.testing.assert_array_equal(train(np.stack([X, X]), labels), expected)
    np.testing.assert_array_equal(train(X, np.stack([labels, labels])), expected)
    np.testing.assert_array_equal(train(X, np.eye(2)[labels]), expected)
    np.testing.assert_array_equal(train(X, np.eye(2)[np.stack([labels, labels])]), expected)
    np.testing.assert_array_equal(train(X, labels, 1), expected[:1])


def test_rng(data: tuple[Array, Array]) -> None:
    X, labels = data

    def train(rng: Any) -> Array:
        return mlp.train(X, labels, network=Network((4,)), epochs=1, rng=rng).parameters

    children = np.random.default_rng(7).spawn(5)
    np.testing.assert_array_equal(train(7), train(children))
    np.testing.assert_array_equal(train(7), train(np.random.default_rng(7)))
    np.testing.assert_array_equal(train([7, 8]), train(np.random.SeedSequence([7, 8])))
    assert not np.array_equal(train(7), train(8))


def test_start() -> None:
    sizes = (9, 400, 3)
    rngs = np.random.default_rng(4).spawn(2)
    uniform, he = (
        Networks(initial(Network(init=init), sizes, rngs, np.float64), sizes)
        for init in ("uniform-fan-in", "he-uniform")
    )
    for matrix, inputs in zip(uniform.matrices(), sizes, strict=False):
        bound = 1 / np.sqrt(inputs)
        assert 0.9 * bound < np.abs(matrix).max() <= bound
        deviation = matrix.std() * np.sqrt(3)
        error = bound * np.sqrt(1 / (5 * matrix.size))
        assert abs(deviation - bound) < tolerances.SAMPLING * error
    for matrix, inputs in zip(he.matrices(), sizes, strict=False):
        assert 0.9 * np.sqrt(6 / inputs) < np.abs(matrix).max() <= np.sqrt(6 / inputs)
        assert not matrix[:, -1].any()


@both_backends
def test_start_is_drawn_before_the_samples(backend: BackendName) -> None:
    X, labels = spirals(1)
    init, _ = np.random.default_rng(6).spawn(2)
    rngs = [np.random.default_rng(6)]
    found = mlp.train(X, labels, epochs=0, rng=rngs, backend=backend, dtype="float64")
    expected = initial(Network(), (2, 100, 100, 2), [init], np.float64)
    np.testing.assert_array_equal(found.parameters, expected)


@both_backends
def test_divergence_names_the_replicate(data: tuple[Array, Array], backend: BackendName) -> None:
    X, labels = data[0].copy(), data[1]
    X[3] *= 1e30
    with pytest.raises(FloatingPointError, match=r"replicate 3 diverged"):
        mlp.train(X, labels, optimiser=SGD(1.0), epochs=3, rng=0, stacked=2, backend=backend)


def threads() -> list[int]:
    return [found["num_threads"] for found in threadpool_info() if found["user_api"] == "blas"]


def test_one_thread_while_it_runs(data: tuple[Array, Array]) -> None:
    seen: list[list[int]] = []
    before = threads()
    mlp.train(*data, epochs=1, rng=0, progress=lambda _: seen.append(threads()))
    assert seen == [[1] * len(before)]
    assert threads() == before


def test_logits() -> None:
    sizes = (2, 5, 4, 3)
    parameters, X, _, _ = problem(sizes)
    networks = Networks(parameters, sizes)
    for r in range(3):
        hidden = X[r]
        for layer, matrix in enumerate(networks.matrices()):
            if layer:
                hidden = np.maximum(hidden, 0)
            hidden = hidden @ matrix[r, :-1] + matrix[r, -1]
        assert_same(networks.logits(X)[r], hidden)
        np.testing.assert_array_equal(networks.logits(X[r])[r], networks.logits(X)[r])
        np.testing.assert_array_equal(networks.predict(X)[r], hidden.argmax(axis=1))


def test_error() -> None:
    # The class is 1 where x > 0.
    networks = Networks(np.array([[0.0, 1.0, 0.0, 0.0], [0.0, -1.0, 0.0, 0.0]]), (1, 2))
    X = np.array([[-2.0], [-1.0], [1.0], [2.0]])
    np.testing.assert_array_equal(networks.error(X, [0, 1, 1, 1]), [0.25, 0.75])
    np.testing.assert_array_equal(networks.error(X, [[0, 0, 1, 1], [0, 0, 1, 1]]), [0.0, 1.0])


def test_save(tmp_path: Path) -> None:
    sizes = (2, 5, 3)
    networks = Networks(problem(sizes)[0].astype(np.float32), sizes, softmax_twice=True)
    path = networks.save(tmp_path / "networks.npz")
    assert [file.name for file in tmp_path.iterdir()] == ["networks.npz"]
    back = Networks.load(path)
    np.testing.assert_array_equal(back.parameters, networks.parameters)
    assert (back.sizes, back.softmax_twice) == (sizes, True)
    assert back.parameters.dtype == np.float32
    np.savez(tmp_path / "other.npz", X=1)
    with pytest.raises(ValueError, match="must hold the arrays parameters, sizes"):
        Networks.load(tmp_path / "other.npz")


def test_backend_without_numba(data: tuple[Array, Array], monkeypatch: pytest.MonkeyPatch) -> None:
    X, labels = data

    def train(backend: BackendName) -> Array:
        return mlp.train(X, labels, epochs=1, rng=0, backend=backend).parameters

    expected = train("numpy")
    monkeypatch.setitem(sys.modules, "numba", None)
    assert mlp.backend_name() == mlp.backend_name("numpy") == "numpy"
    np.testing.assert_array_equal(train("auto"), expected)
    with pytest.raises(ImportError, match=r"local-mixup\[fast\]"):
        train("numba")


@needs_numba
def test_backend_with_numba() -> None:
    assert mlp.backend_name() == mlp.backend_name("numba") == "numba"
    assert mlp.backend_name("numpy") == "numpy"
