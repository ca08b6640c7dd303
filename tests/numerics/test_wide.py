"""One wide network: its gradient, its optimisers, and the batches that it is trained on."""

from itertools import islice
from typing import Any

import numpy as np
import pytest
import scipy.special
from numpy.typing import NDArray

from numerics import mlp
from numerics.mixing import Mixing
from numerics.mixing.batches import Batches, draws
from numerics.mlp import Networks
from numerics.mlp.single import Perceptron, Recipe, cross_entropy, fit
from tests import tolerances
from tests.reference.batches import Rows, one_pass
from tests.reference.differences import central

Array = NDArray[Any]
Steps = tuple[Recipe, Array, Array, int]

SIZES = [(4, 3), (4, 5, 3), (3, 7, 6, 2), (2, 5, 8, 4, 3)]


def assert_same(found: Any, expected: Any, tolerance: float = tolerances.TRAINED) -> None:
    np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance)


def recipe(**fields: Any) -> Recipe:
    """Return a small recipe in float64."""
    small: dict[str, Any] = {"widths": (9, 6), "batch_size": 8, "epochs": 3, "dtype": "float64"}
    return Recipe(**{**small, **fields})


def network(sizes: tuple[int, ...], n: int = 80, **fields: Any) -> Perceptron:
    """Return a network whose parameters, biases included, are random."""
    made = Perceptron(sizes, recipe(**fields), np.random.default_rng(0), n)
    made.parameters[:] = np.random.default_rng(1).normal(size=made.parameters.size)
    return made


def problem(sizes: tuple[int, ...], n: int = 11) -> Rows:
    """Draw inputs, soft targets and weights, one of them zero."""
    rng = np.random.default_rng(sum(sizes) + n)
    weights = rng.random(n)
    weights[3] = 0
    return rng.normal(size=(n, sizes[0])), rng.dirichlet(np.ones(sizes[-1]), n), weights


def layers(parameters: Array, sizes: tuple[int, ...], X: Array) -> list[Array]:
    """Evaluate all layers, as textbooks write it."""
    values = [X]
    matrices = Networks(parameters[None], sizes).matrices()
    for n, matrix in enumerate(matrices):
        z = values[-1] @ matrix[0, :-1] + matrix[0, -1]
        values.append(z if n + 1 == len(matrices) else np.where(z > 0, z, 0))
    return values


def loss(parameters: Array, sizes: tuple[int, ...], rows: Rows) -> float:
    X, T, weights = rows
    logits = layers(parameters, sizes, X)[-1]
    return float(-(weights * (T * scipy.special.log_softmax(logits, axis=1)).sum(axis=1)).sum())


@pytest.mark.parametrize("sizes", SIZES)
def test_forward_and_cross_entropy(sizes: tuple[int, ...]) -> None:
    net, rows = network(sizes), problem(sizes)
    values = layers(net.parameters, sizes, rows[0])
    assert_same(net.forward(rows[0]), values[-1])
    assert_same(net.features, values[-2])
    assert_same(cross_entropy(values[-1], *rows[1:])[0], loss(net.parameters, sizes, rows))


@pytest.mark.parametrize("sizes", SIZES)
def test_gradient(sizes: tuple[int, ...]) -> None:
    net, (X, T, weights) = network(sizes), problem(sizes)
    found_loss, slopes = cross_entropy(net.forward(X), T, weights)
    assert net.backward(slopes) is None
    expected = central(lambda: loss(net.parameters, sizes, (X, T, weights)), net.parameters)
    assert_same(net.gradient, expected, tolerances.FINITE_DIFFERENCES)
    # The trainer of small networks has the same loss and the same gradient.
    networks = net.networks()
    assert_same(networks.loss(X, T, weights), found_loss)
    assert_same(mlp.gradient(networks, X, T, weights, backend="numpy")[0], net.gradient)


@pytest.mark.parametrize("sizes", SIZES)
def test_gradient_of_inputs_and_of_a_head_on_the_features(sizes: tuple[int, ...]) -> None:
    net, (X, T, weights) = network(sizes), problem(sizes)
    head = np.random.default_rng(3).normal(size=(len(X), sizes[-2]))

    def both() -> float:
        own = (layers(net.parameters, sizes, X)[-2] * head).sum()
        return loss(net.parameters, sizes, (X, T, weights)) + float(own)

    slopes = cross_entropy(net.forward(X), T, weights)[1]
    found = net.backward(slopes, feature_slopes=head, inputs=True)
    assert found is not None
    assert_same(net.gradient, central(both, net.parameters), tolerances.FINITE_DIFFERENCES)
    assert_same(found.ravel(), central(both, X.reshape(-1)), tolerances.FINITE_DIFFERENCES)


def test_accumulated_gradients_are_a_sum() -> None:
    sizes = (3, 7, 6, 2)
    net, first, second = network(sizes), problem(sizes), problem(sizes, n=5)
    for rows, accumulate in ((first, False), (second, True)):
        slopes = cross_entropy(net.forward(rows[0]), *rows[1:])[1]
        net.backward(slopes, accumulate=accumulate)
    expected = central(
        lambda: loss(net.parameters, sizes, first) + loss(net.parameters, sizes, second),
        net.parameters,
    )
    assert_same(net.gradient, expected, tolerances.FINITE_DIFFERENCES)


@pytest.mark.parametrize("n", [0, 1, 8, 9, 50, 3])
def test_batches_of_any_size(n: int) -> None:
    sizes = (3, 7, 6, 2)
    net, rng = network(sizes, batch_size=8), np.random.default_rng(0)
    X, T, weights = rng.normal(size=(n, 3)), np.eye(2)[rng.integers(0, 2, n)], rng.random(n)
    expected = np.zeros(net.parameters.size)
    if n:
        expected = mlp.gradient(net.networks(), X, T, weights, backend="numpy")[0]
    net.gradient[:] = 1
    net.backward(cross_entropy(net.forward(X), T, weights)[1])
    assert_same(net.gradient, expected)


def test_cross_entropy_of_large_logits() -> None:
    logits = np.array([[1000.0, 0.0], [-1000.0, 0.0]], dtype=np.float32)
    weights = np.array([1.0, 2.0], dtype=np.float32)
    found, slopes = cross_entropy(logits, np.eye(2, dtype=np.float32), weights)
    assert found == 0
    assert slopes.dtype == np.float32
    assert_same(cross_entropy(logits, np.eye(2)[::-1], weights)[0], 3000)


def test_initial_parameters_are_those_of_small_networks() -> None:
    for init in ("he-uniform", "uniform-fan-in"):
        made = Perceptron((4, 9, 6, 2), recipe(init=init), np.random.default_rng(5), 10)
        (first, *_), last = made.networks().matrices(), made.networks().matrices()[-1]
        bound = np.sqrt(6 / 4) if init == "he-uniform" else 1 / np.sqrt(4)
        assert 0.9 * bound < np.abs(first[0, :-1]).max() <= bound
        assert last.shape == (1, 7, 2)
        assert (first[0, -1] == 0).all() == (init == "he-uniform")


def steps(settings: Recipe, start: Array, gradients: Array, per: int) -> Array:
    """Make the steps of an optimiser as PyTorch documents them."""
    p, first, second = start.copy(), np.zeros_like(start), np.zeros_like(start)
    for t, given in enumerate(gradients, start=1):
        passed = [share for share in settings.drops if t - 1 >= share * len(gradients)]
        rate = settings.rate * settings.factor ** len(passed)
        g = given + settings.weight_decay * p
        if settings.optimiser == "sgd":
            first = settings.momentum * first + g
            p = p - rate * first
        else:
            first = 0.9 * first + 0.1 * g
            second = 0.999 * second + 0.001 * g**2
            m, v = first / (1 - 0.9**t), second / (1 - 0.999**t)
            p = p - rate * m / (np.sqrt(v) + 1e-8)
    assert len(gradients) == settings.epochs * per
    return p


OPTIMISERS: list[dict[str, Any]] = [
    {"rate": 0.1},
    {"rate": 0.1, "weight_decay": 0.0, "momentum": 0.0},
    {"rate": 0.05, "momentum": 0.0, "weight_decay": 0.1, "drops": ()},
    {"rate": 0.2, "momentum": 0.3, "drops": (0.1, 0.1, 0.7)},
    {"optimiser": "adam", "rate": 0.01},
    {"optimiser": "adam", "rate": 0.1, "weight_decay": 0.0, "factor": 0.5},
]


@pytest.mark.parametrize("fields", OPTIMISERS, ids=repr)
def test_optimiser(fields: dict[str, Any]) -> None:
    # More than the numbers of two blocks, and steps enough for the means to be scaled down.
    sizes, per = (90, 190, 3), 17
    net = network(sizes, n=per * 8 - 3, epochs=20, **fields)
    start = net.parameters.copy()
    assert start.size > 16384
    gradients = np.random.default_rng(2).normal(size=(20 * per, start.size))
    for given in gradients:
        net.gradient[:] = given
        net.update()
    assert_same(net.parameters, steps(recipe(epochs=20, **fields), start, gradients, per))


@pytest.mark.parametrize("optimiser", ["sgd", "adam"])
def test_means_do_not_become_subnormal(optimiser: str) -> None:
    net = network((90, 190, 3), dtype="float32", optimiser=optimiser, weight_decay=0.0)
    net.gradient[:] = 1
    net.update()
    net.gradient[:] = 0
    for _ in range(3000):
        net.update()
    assert not net._descent._means[0].any()


def test_rate_is_multiplied_after_shares_of_the_epochs() -> None:
    settings = Recipe(epochs=30, rate=1.0, drops=(0.1, 0.5), factor=0.5)
    rates = [settings.rate_of(epoch) for epoch in range(30)]
    assert rates == [1.0] * 3 + [0.5] * 12 + [0.25] * 15


def data(n: int = 45, d: int = 5, classes: int = 3) -> tuple[Array, Array]:
    rng = np.random.default_rng(n)
    return rng.normal(size=(n, d)), np.arange(n) % classes


def reference(
    settings: Recipe, mixing: Mixing, seed: int, distance: str = "input"
) -> tuple[Array, Array]:
    """Train as textbooks write it; return the parameters and the mean loss of each epoch."""
    X, labels = data()
    initial, sampling = np.random.default_rng(seed).spawn(2)
    sizes = (X.shape[1], *settings.widths, 3)
    theta = Perceptron(sizes, settings, initial, len(X)).parameters.copy()
    velocity, losses = np.zeros_like(theta), []

    def points(batch: Array) -> Array:
        return layers(theta, sizes, batch)[-2] if distance == "features" else batch

    for epoch in range(settings.epochs):
        for rows in one_pass(mixing, X, np.eye(3)[labels], settings.batch_size, sampling, points):
            losses.append(loss(theta, sizes, rows))
            g = mlp.gradient(Networks(theta[None], sizes), *rows, backend="numpy")[0]
            velocity = settings.momentum * velocity + g + settings.weight_decay * theta
            theta = theta - settings.rate_of(epoch) * velocity
    return theta, np.reshape(losses, (settings.epochs, -1)).mean(axis=1)


MIXINGS = [
    Mixing.vanilla(),
    Mixing(),
    Mixing(lam="pair"),
    Mixing(alpha=0.4, beta=0.4),
    Mixing("threshold", 2.5),
    Mixing("threshold", 2.5, lam="pair", alpha=2.0, beta=0.5, pairing="repetition"),
    Mixing("threshold", 2.5, normalise="weights"),
    Mixing("threshold", 1e-9),  # hardly a pair counts, and in some batches none
    Mixing("threshold", 2.5, weighting="batch-mean"),
    Mixing("exponential", 0.7),
    Mixing("exponential", 0.7, normalise="weights", pairing="repetition"),
    Mixing("knn", 0),
    Mixing("knn", 1),
    Mixing("knn", 3, lam="pair"),
    Mixing("knn", 3, normalise="weights", weighting="batch-mean"),
]


@pytest.mark.parametrize("mixing", MIXINGS, ids=repr)
def test_fit_is_training_on_all_pairs(mixing: Mixing) -> None:
    # Pairs of weight zero are left out of the one, and kept in the other.
    found = fit(*data(), recipe(), mixing, rng=4)
    parameters, losses = reference(recipe(), mixing, 4)
    assert_same(found.networks.parameters[0], parameters)
    assert_same(found.loss, losses)


@pytest.mark.parametrize("mixing", MIXINGS[4:], ids=repr)
def test_distances_of_features(mixing: Mixing) -> None:
    found = fit(*data(), recipe(), mixing, rng=4, distance="features")
    expected = reference(recipe(), mixing, 4, distance="features")[0]
    assert_same(found.networks.parameters[0], expected)


@pytest.mark.parametrize("mixing", MIXINGS, ids=repr)
def test_virtual_samples_are_those_of_the_small_networks(mixing: Mixing) -> None:
    X, labels = data()
    theirs = mixing.passes(X[None], np.eye(3)[None, labels], 8, [np.random.default_rng(6)], float)
    ours = Batches(X, labels, 3, mixing, 8)
    epochs = zip(draws(mixing, 45, 8, np.random.default_rng(6)), islice(theirs, 3), strict=False)
    for drawn, expected in epochs:
        found = [[part.copy() for part in ours.mixed(draw)] for draw in drawn]
        for part, values in enumerate((expected.X, expected.T, expected.weights)):
            assert_same(np.concatenate([batch[part] for batch in found]), values)
        counts = [len(batch[0]) for batch in found]
        assert counts == np.diff(expected.offsets[0]).tolist()


def test_all_graphs_see_the_same_order_partners_and_lambda() -> None:
    everything = [
        Mixing(),
        Mixing("threshold", np.inf),
        Mixing("threshold", 1e9),
        Mixing("exponential", 0.0),
        Mixing("knn", 15),
        Mixing("knn", 10**6),
    ]
    alone = [None, Mixing("threshold", 0.0), Mixing("knn", 0), Mixing("exponential", np.inf)]
    settings = recipe(dtype="float32", widths=(40, 30), batch_size=16)
    ends: list[Array] = []
    for mixings, distance in ((everything, "input"), (everything, "features"), (alone, "input")):
        first, *others = (
            fit(*data(n=70), settings, mixing, rng=8, distance=distance)  # type: ignore[arg-type]
            for mixing in mixings
        )
        for other in others:
            np.testing.assert_array_equal(other.networks.parameters, first.networks.parameters)
            np.testing.assert_array_equal(other.loss, first.loss)
        ends.append(first.networks.parameters)
    assert (ends[0] != ends[2]).any()
    orders = [next(draws(mixing, 70, 16, np.random.default_rng(1))) for mixing in MIXINGS]
    for order in orders:
        for draw, first_draw in zip(order, orders[0], strict=True):
            np.testing.assert_array_equal(draw.samples, first_draw.samples)


def test_near_samples_in_float32_far_from_the_origin() -> None:
    X, labels = data(n=64)
    far = (X + 300).astype(np.float32)
    (draw,) = next(draws(Mixing(), 64, 64, np.random.default_rng(0)))
    mixing = Mixing("knn", 5)
    near = Batches(far, labels, 3, mixing, 64).mixed(draw)
    exact = Batches(far.astype(float) - 300, labels, 3, mixing, 64).mixed(draw)
    assert len(near[0]) == len(exact[0]) < 64
    np.testing.assert_allclose(near[0] - 300, exact[0], atol=1e-4)


def test_bad_shapes_of_steps() -> None:
    net = network((4, 5, 3))
    with pytest.raises(ValueError, match=r"X must be of shape \(B, 4\)"):
        net.forward(np.zeros((2, 5)))
    net.forward(np.zeros((2, 4)))
    with pytest.raises(ValueError, match=r"slopes must be of shape \(2, 3\)"):
        net.backward(np.zeros((3, 3)))
    with pytest.raises(ValueError, match=r"feature_slopes must be of shape \(2, 5\)"):
        net.backward(np.zeros((2, 3)), feature_slopes=np.zeros((2, 4)))
