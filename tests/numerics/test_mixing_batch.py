"""One batch in any library: the same numbers, decisions that hold, errors that say so."""

from importlib import import_module
from importlib.util import find_spec
from itertools import product
from typing import Any

import array_api_strict
import numpy as np
import pytest
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.spatial.distance import cdist
from scipy.stats import beta as beta_law
from scipy.stats import chisquare, kstest

from numerics import adamixup, mlp
from numerics.mixing import Batch, Mixing
from numerics.mixing.locality import Euclidean, weights
from numerics.mlp import single

SIZE, CLASSES = 24, 4
LEVEL = 1e-4  # p-value below which a law is refused


def guest(name: str) -> Any:
    """Mark what needs a framework that most do without."""
    there = find_spec(name) is not None
    return [pytest.mark.slow, pytest.mark.skipif(not there, reason=f"{name} is not installed")]


LIBRARIES = [
    "numpy",
    "array_api_strict",
    pytest.param("torch", marks=guest("torch")),
    pytest.param("jax.numpy", marks=guest("jax")),
]


def to(library: str, values: NDArray[Any]) -> Any:
    return import_module(library).asarray(values)


def images(kind: Any = np.float32, seed: int = 0) -> tuple[NDArray[Any], NDArray[Any]]:
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((SIZE, 3, 5, 5)).astype(kind)
    return X, rng.integers(0, CLASSES, SIZE)


MIXINGS = [
    Mixing(graph, parameter, lam=lam, pairing=pairing)  # type: ignore[arg-type]
    for (graph, parameter), lam, pairing in product(
        [("none", 0.0), ("threshold", 0.0), ("threshold", 12.0), ("knn", 4), ("exponential", 0.1)],
        ("batch", "pair"),
        ("permutation", "repetition", "weighted"),
    )
]
FIELDS = ("X", "T", "weights", "pairs", "lam")


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_same_in_every_library(library: str) -> None:
    X, labels = images()
    one_hot = np.eye(CLASSES, dtype=np.float32)[labels]
    for mixing, drop in product(MIXINGS, (True, False)):
        expected = mixing.batch(X.astype(np.float64), one_hot, rng=5, drop=drop)
        inputs = to(library, X)
        for found in (
            mixing.batch(inputs, to(library, one_hot), rng=5, drop=drop),
            mixing.batch(inputs, to(library, labels), classes=CLASSES, rng=5, drop=drop),
            mixing.batch(inputs, one_hot, rng=np.random.default_rng(5), drop=drop),
        ):
            for name in FIELDS:
                values, wanted = getattr(found, name), getattr(expected, name)
                assert type(values) is type(inputs)
                assert name == "pairs" or values.dtype == inputs.dtype
                np.testing.assert_allclose(np.asarray(values), wanted, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("library", LIBRARIES)
def test_other_values_are_mixed_alike(library: str) -> None:
    X, labels = images()
    found = Mixing("threshold", 12.0, lam="pair").batch(
        to(library, X), to(library, labels), classes=CLASSES, rng=1
    )
    assert 0 < found.X.shape[0] < SIZE == found.size
    np.testing.assert_array_equal(np.asarray(found.mix(to(library, X))), np.asarray(found.X))
    with pytest.raises(ValueError, match=r"^values must .* 24 samples"):
        found.mix(to(library, X[:5]))
    with pytest.raises(ValueError, match=r"^values must be float"):
        found.mix(to(library, labels))


def brute(graph: str, parameter: float, X: NDArray[Any]) -> NDArray[Any]:
    """Return the graph from differences in float64, and no rounding allowed for."""
    flat = X.reshape(len(X), -1).astype(np.float64)
    D = cdist(flat, flat)
    if graph == "threshold":
        return (parameter >= D).astype(float)
    if graph == "exponential":
        return np.asarray(np.exp(-parameter * D))
    reach = np.sort(D, axis=1)[:, int(parameter), None]
    return ((reach >= D) | (reach >= D.T).T | (D <= reach.T)).astype(float)


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("features", [1, 3, 700, 5000])
@pytest.mark.parametrize("place", [0.0, 100.0])
def test_graphs_against_differences(kind: Any, features: int, place: float) -> None:
    rng = np.random.default_rng(features)
    X = (place + rng.standard_normal((40, features))).astype(kind)
    X[7] = X[3]  # a distance of 0, where products of matrices have no digits left
    for graph, parameter in (("threshold", None), ("knn", 6), ("exponential", 0.3)):
        value = float(np.sqrt(2 * features)) * 0.99 if parameter is None else parameter
        W = brute(graph, value, X)
        mixing = Mixing(graph, value)  # type: ignore[arg-type]
        whole = weights(mixing, 40, lambda: Euclidean(X), None)
        j = rng.permutation(40)
        pairs = weights(mixing, 40, lambda: Euclidean(X), j)
        if graph == "exponential":
            np.testing.assert_allclose(whole, W, rtol=5e-3)
            np.testing.assert_allclose(pairs, W[np.arange(40), j], rtol=1e-3)
        else:
            if kind != np.float64 and parameter is None:  # eps counts as rounded to float32
                W[brute(graph, value * (1 + 1e-5), X) != W] = 1
            np.testing.assert_array_equal(whole, W)
            np.testing.assert_array_equal(pairs, W[np.arange(40), j])


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("scale", [2.0**-116, 1.0, 2.0**100])
def test_neither_under_nor_overflow_decides(kind: Any, scale: float) -> None:
    X = (scale * np.arange(6.0)[:, None] * np.ones(4)).astype(kind)
    near = np.abs(np.subtract.outer(range(6), range(6)))
    for mixing, far in ((Mixing("threshold", 4.001 * scale), 2), (Mixing("threshold", scale), 0)):
        found = weights(mixing, 6, lambda: Euclidean(X), None)
        np.testing.assert_array_equal(found, near <= far)
        found = weights(mixing, 6, lambda: Euclidean(X), np.arange(6)[::-1].copy())
        np.testing.assert_array_equal(found, near[:, ::-1].diagonal() <= far)
    found = weights(Mixing("knn", 1), 6, lambda: Euclidean(X), None)
    np.testing.assert_array_equal(found, near <= 1)


def test_ties_are_neighbours_all() -> None:
    grid = np.stack(np.meshgrid(np.arange(5.0), np.arange(5.0)), axis=-1).reshape(-1, 2) / 3
    found = weights(Mixing("knn", 4), 25, lambda: Euclidean(grid), None)
    inner = found.reshape(5, 5, 25)[1:4, 1:4].sum(axis=2)
    assert (inner[1, 1], inner.min()) == (5, 5)
    same = weights(Mixing("knn", 1), 7, lambda: Euclidean(np.ones((7, 3))), None)
    np.testing.assert_array_equal(same, 1)


@pytest.mark.parametrize(
    "mixing", [Mixing("exponential", 1.0), Mixing("knn", 2), Mixing("threshold", 1.5), Mixing()]
)
def test_law_of_weighted_partners(mixing: Mixing) -> None:
    n, draws = 6, 4000
    X = np.random.default_rng(2).standard_normal((n, 2))
    weighted = Mixing(mixing.graph, mixing.parameter, 0.5, lam="pair", pairing="weighted")
    W = weights(mixing, n, lambda: Euclidean(X), None)
    rng = np.random.default_rng(4)
    found = [weighted.batch(X, np.eye(n), rng=rng) for _ in range(draws)]
    pairs = np.stack([batch.pairs for batch in found])
    counts = np.stack([np.bincount(pairs[:, i, 1], minlength=n) for i in range(n)])
    for wanted, refused in ((W, False), (np.sqrt(W) + np.tri(n), True)):
        values = []
        for i in range(n):
            some = wanted[i] > 0
            assert not counts[i, ~some].any()
            expected = draws * wanted[i, some] / wanted[i].sum()
            values.append(chisquare(counts[i, some], expected).pvalue if some.sum() > 1 else 1)
        assert (min(values) < LEVEL) == refused
    lam = np.concatenate([batch.lam for batch in found])
    law = beta_law(0.5, 1.0)
    assert kstest(lam, lambda x: law.cdf(x) + law.sf(1 - x)).pvalue > LEVEL
    assert kstest(lam, lambda x: law.cdf(x) / law.cdf(0.5)).pvalue < LEVEL
    np.testing.assert_array_equal(np.concatenate([batch.weights for batch in found]), 1 / n)
    assert all(batch.X.shape == (n, 2) for batch in found)


def test_weighted_partners_are_of_single_batches_only() -> None:
    X, labels = np.random.default_rng(0).standard_normal((20, 2)), np.arange(20) % 2
    weighted = Mixing(pairing="weighted")
    for call in (
        lambda: mlp.train(X, labels, mixing=weighted, epochs=1),
        lambda: single.fit(X, labels, single.Recipe(epochs=1), weighted),
        lambda: adamixup.fit(X, labels, single.Recipe(epochs=1), mixing=weighted),
    ):
        with pytest.raises(ValueError, match=r"^pairing must not be 'weighted'"):
            call()
    with pytest.raises(ValueError, match=r"^W must have a weight above 0 in each row"):
        weighted.batch(X, np.eye(20), W=np.tri(20, k=-1))


def test_mixing_by_name_is_refused() -> None:
    X, labels = np.zeros((4, 2)), np.arange(4) % 2
    for call in (
        lambda: mlp.train(X, labels, mixing="threshold", epochs=1),  # type: ignore[arg-type]
        lambda: single.fit(X, labels, single.Recipe(), "threshold"),  # type: ignore[arg-type]
    ):
        with pytest.raises(ValueError, match=r"^mixing must be a Mixing, .* got 'threshold'"):
            call()


@pytest.mark.parametrize("normalise", ["batch", "weights"])
@pytest.mark.parametrize("weighting", ["pair", "batch-mean"])
@pytest.mark.parametrize("drop", [True, False])
def test_minimum_rows(normalise: Any, weighting: Any, drop: bool) -> None:
    X, labels = images()
    mixing = Mixing("threshold", 1e-9, normalise=normalise, weighting=weighting)
    for least in (0, 1, 2, 7, SIZE):
        found = mixing.batch(X, labels, classes=CLASSES, rng=8, minimum_rows=least, drop=drop)
        i, j = found.pairs.T
        vanilla = (i == j).sum()
        if weighting == "pair":
            assert (found.weights > 0).sum() == max(least, vanilla)
            counted = found.weights > 0
            np.testing.assert_array_equal(found.X[counted], X[i[counted]])
            one = 1 / SIZE if normalise == "batch" else 1 / max(vanilla, 1)
            np.testing.assert_allclose(found.weights[counted], one, rtol=1e-6)
        assert len(found.weights) == (SIZE if not drop else (found.weights > 0).sum())
        assert len(found.weights) >= least
    with pytest.raises(ValueError, match=r"^minimum_rows must be at most 24"):
        mixing.batch(X, labels, classes=CLASSES, minimum_rows=SIZE + 1)


def test_no_row_is_no_error() -> None:
    mixing = Mixing("threshold", 1e-9)
    found = mixing.batch(np.array([[0.0], [9.0]]), np.eye(2), rng=0)
    assert found.pairs.tolist() == [] or found.X.shape == (2, 1)
    empty = [mixing.batch([[0.0], [9.0]], np.eye(2), rng=seed) for seed in range(20)]
    assert {batch.X.shape for batch in empty} == {(0, 1), (2, 1)}
    assert {batch.T.shape for batch in empty} == {(0, 2), (2, 2)}


def test_distances_of_features_and_of_a_metric() -> None:
    X, labels = images()
    features = np.arange(SIZE, dtype=np.float32)[:, None]
    mixing = Mixing("threshold", 2.0, pairing="repetition")
    found = mixing.batch(X, labels, classes=CLASSES, rng=3, features=features, drop=False)
    i, j = found.pairs.T
    np.testing.assert_array_equal(found.weights > 0, abs(i - j) <= 2)
    np.testing.assert_array_equal(
        mixing.batch(X, labels, classes=CLASSES, rng=3, features=features).weights,
        found.weights[found.weights > 0],
    )

    def cosine(one: Any, other: Any) -> Any:
        assert one.shape == (SIZE, 75)
        return cdist(one, other, "cosine")

    for graph, parameter in (("threshold", 1.0), ("knn", 3), ("exponential", 2.0)):
        near = Mixing(graph, parameter, pairing="repetition")  # type: ignore[arg-type]
        found = near.batch(X, labels, classes=CLASSES, rng=3, metric=cosine, drop=False)
        i, j = found.pairs.T
        D = cdist(X.reshape(SIZE, -1), X.reshape(SIZE, -1), "cosine")
        np.fill_diagonal(D, 0)
        reach = np.sort(D, axis=1)[:, 3]
        W = {
            "threshold": D <= 1,
            "knn": (reach[:, None] >= D) | (reach >= D),
            "exponential": np.exp(-2 * D),
        }[graph]
        np.testing.assert_allclose(found.weights * SIZE, W[i, j], rtol=1e-6)


def call(**changed: Any) -> Batch:
    X, labels = images()
    arguments: dict[str, Any] = {"X": X, "Y": np.eye(CLASSES)[labels], "rng": 0} | changed
    return Mixing("threshold", 12.0).batch(arguments.pop("X"), arguments.pop("Y"), **arguments)


X, LABELS = images()
STRICT = array_api_strict.Device("device1")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"X": (255 * X).astype(np.uint8)}, "X must be float, got uint8: divide images"),
        ({"X": [[1, 2]] * SIZE}, "X must be float, got int64"),
        ({"X": np.ma.masked_array(X, X > 1)}, "X must not be masked"),
        ({"X": sp.csr_array(np.eye(SIZE))}, "X must be float, got object"),
        ({"X": [[1.0], [2.0, 3.0]]}, "X must be float, got object"),
        ({"X": X.astype(str)}, "X must be float, got <U"),
        ({"X": np.where(X > 2, np.nan, X)}, "X must be finite"),
        ({"X": np.where(X > 2, np.inf, X)}, "X must be finite"),
        ({"X": np.full_like(X, 3e38)}, "X must stay below 1.70141e+38 for float32"),
        ({"X": np.full(X.shape, 1e151)}, "X must stay below 1e+150 for float64"),
        ({"Y": LABELS}, "Y must have a row .* one-hot .* with classes=; got int64 of shape (24,)"),
        ({"Y": LABELS[:, None]}, "Y must have a row .* one-hot .* got int64 of shape (24, 1)"),
        ({"Y": LABELS[:5], "classes": 4}, "Y must be class indices, .* (24,), .* shape (5,)"),
        ({"Y": LABELS[:, None], "classes": 4}, "Y must be class indices, .* shape (24, 1)"),
        ({"Y": LABELS.astype(float), "classes": 4}, "Y must be class indices, .* float64"),
        ({"Y": LABELS, "classes": 3}, "Y must be from 0 to 2, got 0 to 3"),
        ({"Y": LABELS - 1, "classes": 4}, "Y must be from 0 to 3, got -1 to 2"),
        ({"Y": LABELS, "classes": 0}, "classes must be at least 1"),
        ({"Y": array_api_strict.asarray(np.eye(SIZE))}, "Y must be an array of .*numpy"),
        (
            {
                "X": array_api_strict.asarray(X),
                "Y": array_api_strict.asarray(np.eye(SIZE), device=STRICT),
            },
            "Y must be on the device of X, .*CPU.*, got .*device1",
        ),
        ({"rng": "torch"}, "rng must be a seed or generator of NumPy"),
        ({"rng": -1}, "rng must be a seed or generator of NumPy"),
        ({"minimum_rows": -1}, "minimum_rows must be at least 0"),
        ({"features": X[:3]}, "features must have a row for each of 24 samples, got (3, 3, 5, 5)"),
        ({"features": LABELS}, "features must be float"),
        ({"metric": "euclidean"}, "metric must be a function of two sets of points"),
        ({"metric": lambda a, b: a - b}, "metric must return distances of shape (24, 24)"),
        ({"metric": lambda a, b: -(a @ b.T)}, "metric must return distances .* at least 0"),
        ({"W": np.eye(SIZE), "features": X}, "W must not be given with features"),
    ],
)
def test_what_is_wrong_is_named(changed: dict[str, Any], message: str) -> None:
    pattern = "^" + message.replace("(", r"\(").replace(")", r"\)").replace("+", r"\+")
    with pytest.raises(ValueError, match=pattern):
        call(**changed)


@pytest.mark.slow
def test_torch() -> None:
    torch = pytest.importorskip("torch")
    given, labels = torch.asarray(X, requires_grad=True), torch.asarray(LABELS)
    for mixing in MIXINGS:
        found = mixing.batch(given, labels, classes=CLASSES, rng=2)
        assert found.X.requires_grad
        assert not found.weights.requires_grad
        assert not found.lam.requires_grad
        loss = (found.weights[:, None] * found.X.flatten(1)).sum()
        (gradient,) = torch.autograd.grad(loss, given)
        expected = np.zeros(SIZE)
        for (i, j), lam, weight in zip(found.pairs, found.lam, found.weights, strict=True):
            expected[i] += lam * weight
            expected[j] += (1 - lam) * weight
        wanted = np.broadcast_to(expected[:, None, None, None], X.shape)
        np.testing.assert_allclose(gradient.numpy(), wanted, rtol=1e-4, atol=1e-7)
    soft = torch.full((SIZE, 2), 0.5, requires_grad=True)
    assert Mixing().batch(given, soft, rng=0).T.requires_grad
    for kind in (torch.bfloat16, torch.float16):
        found = Mixing("knn", 3).batch(given.detach().to(kind), labels, classes=CLASSES, rng=2)
        assert {getattr(found, name).dtype for name in FIELDS} == {kind, torch.int64}
    kept = Mixing().batch(given, labels, classes=CLASSES, W=torch.eye(SIZE).to_sparse(), rng=0)
    other = Mixing().batch(given, labels, classes=CLASSES, W=torch.eye(SIZE), rng=0)
    assert torch.equal(kept.pairs, other.pairs)
    near = Mixing("threshold", 11.0)
    by_metric = near.batch(given, labels, classes=CLASSES, metric=torch.cdist, rng=1)
    assert torch.equal(by_metric.X, near.batch(given, labels, classes=CLASSES, rng=1).X)
    for changed, message in (
        ({"X": (255 * given).to(torch.uint8)}, "X must be float, got torch.uint8"),
        ({"X": given.detach().to_sparse()}, "X must be dense, got the layout torch.sparse_coo"),
        ({"X": given.to("meta")}, "X must have values"),
        ({"rng": torch.Generator()}, "rng must be a seed or generator of NumPy.*initial_seed"),
        (
            {"X": given, "Y": array_api_strict.asarray(np.eye(SIZE))},
            "Y must be an array of .*torch",
        ),
    ):
        with pytest.raises(ValueError, match=message):
            call(**changed)


@pytest.mark.slow
def test_jax() -> None:
    jax = pytest.importorskip("jax")

    def loss(values: Any) -> Any:
        found = Mixing("knn", 5).batch(values, LABELS, classes=CLASSES, rng=3, drop=False)
        return (found.weights * (found.X**2).sum(axis=(1, 2, 3))).sum()

    values = jax.numpy.asarray(X)
    gradient, step = jax.grad(loss)(values), 1e-2
    direction = jax.random.normal(jax.random.key(0), values.shape)
    change = (loss(values + step * direction) - loss(values - step * direction)) / (2 * step)
    np.testing.assert_allclose((gradient * direction).sum(), change, rtol=1e-2)
    with pytest.raises(ValueError, match=r"^X must have values: mix outside of what is compiled"):
        jax.jit(loss)(values)
