"""Batches of Local Mixup against Eq. (2), pair by pair, and against the laws of their draws."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice, permutations, product
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.stats import beta as beta_law

from numerics import graphs
from numerics.mixing import Epochs, Mixing
from tests import tolerances
from tests.reference.batches import one_pass, weights

Array = NDArray[np.float64]

REPLICATES, SAMPLES, BATCH = 3, 23, 7  # the last batch has two samples


GRAPHS = [
    ("none", 0.0),
    ("threshold", 0.0),
    ("threshold", 0.05),  # batches without any counted pair
    ("threshold", 1.2),
    ("threshold", np.inf),
    ("knn", 0),
    ("knn", 1),
    ("knn", 3),
    ("knn", 50),
    ("exponential", 0.0),
    ("exponential", 1.5),
    ("exponential", np.inf),
]


def generators(number: int, seed: int = 0) -> list[np.random.Generator]:
    return [np.random.default_rng([seed, r]) for r in range(number)]


def data(
    replicates: int = REPLICATES, n: int = SAMPLES, d: int = 2, c: int = 2, seed: int = 1
) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    return rng.standard_normal((replicates, n, d)), rng.dirichlet(np.ones(c), (replicates, n))


def assert_close(values: Any, expected: Any) -> None:
    """Compare numbers of size 1 that differ by rounding."""
    close = tolerances.CLOSED_FORM
    np.testing.assert_allclose(values, expected, rtol=close, atol=close)


def check(mixing: Mixing, X: Array, Y: Array, batch_size: int = BATCH) -> None:
    """Compare two passes with those of all pairs."""
    rngs = generators(len(X))
    passes = list(islice(mixing.passes(X, Y, batch_size, generators(len(X)), np.float64), 2))
    for found in passes:
        expected = [
            [part[rows[2] > 0] for part in rows]
            for r, rng in enumerate(rngs)
            for rows in one_pass(mixing, X[r], Y[r], batch_size, rng)
        ]
        steps = -(-X.shape[1] // batch_size)
        ends = np.cumsum([len(batch[2]) for batch in expected]).reshape(len(X), steps)
        first = np.concatenate(([0], ends[:-1, -1]))
        assert found.offsets.dtype == np.int64
        np.testing.assert_array_equal(found.offsets, np.column_stack((first, ends)))
        for k, values in enumerate((found.X, found.T, found.weights)):
            assert_close(values, np.concatenate([batch[k] for batch in expected]))


@pytest.mark.parametrize(("graph", "parameter"), GRAPHS)
@pytest.mark.parametrize("lam", ["batch", "pair"])
@pytest.mark.parametrize("pairing", ["permutation", "repetition"])
@pytest.mark.parametrize("scope", ["batch", "set"])
def test_definition(graph: Any, parameter: float, lam: Any, pairing: Any, scope: Any) -> None:
    for normalise, weighting in product(("batch", "weights"), ("pair", "batch-mean")):
        mixing = Mixing(
            graph,
            parameter,
            lam=lam,
            pairing=pairing,
            scope=scope,
            normalise=normalise,  # type: ignore[arg-type]
            weighting=weighting,  # type: ignore[arg-type]
        )
        check(mixing, *data())


@pytest.mark.parametrize(("d", "c"), [(1, 1), (1, 2), (2, 3), (3, 2), (5, 4)])
@pytest.mark.parametrize(
    "mixing", [Mixing.vanilla(), Mixing(), Mixing("threshold", 1.0), Mixing("knn", 2, 0.4, 0.7)]
)
def test_dimensions(mixing: Mixing, d: int, c: int) -> None:
    check(mixing, *data(d=d, c=c))


@pytest.mark.parametrize("batch_size", [1, 2, 12, 22, 23, 24, 1000])
@pytest.mark.parametrize("n", [1, 2, 23])
@pytest.mark.parametrize("graph", ["none", "threshold", "knn", "exponential"])
def test_batch_sizes(graph: Any, n: int, batch_size: int) -> None:
    mixing = Mixing(graph, 2, 2.0, 0.5, lam="pair")
    check(mixing, *data(n=n), batch_size)


@pytest.mark.parametrize("scope", ["batch", "set"])
def test_many_batches(scope: Any) -> None:
    # More distances than are looked at together.
    check(Mixing("knn", 4, scope=scope), *data(2, 1000), 100)


def same(one: Epochs, other: Epochs) -> None:
    for name in ("X", "T", "weights", "offsets"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def two_passes(mixing: Mixing, n: int = SAMPLES, batch_size: int = BATCH) -> list[Epochs]:
    rngs = generators(REPLICATES)
    return list(islice(mixing.passes(*data(n=n), batch_size, rngs), 2))


@pytest.mark.parametrize("graph", ["threshold", "knn", "exponential"])
def test_a_graph_needs_its_parameter(graph: Any) -> None:
    with pytest.raises(ValueError, match=f"parameter must be given for the graph '{graph}'"):
        Mixing(graph)


@pytest.mark.parametrize(
    "mixing", [Mixing("threshold", 0.0), Mixing("knn", 0), Mixing("exponential", np.inf)]
)
@pytest.mark.parametrize("scope", ["batch", "set"])
def test_vanilla(mixing: Mixing, scope: Any) -> None:
    X, Y = data()
    for found in two_passes(replace(mixing, scope=scope)):
        # Every sample once, as it is, and 1 / size for each of the batch.
        for r in range(REPLICATES):
            rows = slice(found.offsets[r, 0], found.offsets[r, -1])
            for values, kept in ((X[r], found.X[rows]), (Y[r], found.T[rows])):
                expected = values.astype(np.float32)
                np.testing.assert_array_equal(np.sort(kept, axis=0), np.sort(expected, axis=0))
        sizes = np.diff(found.offsets).ravel()
        np.testing.assert_array_equal(sizes, [7, 7, 7, 2] * REPLICATES)
        np.testing.assert_array_equal(found.weights, (1 / np.repeat(sizes, sizes)).astype("f4"))
    for one, other in zip(two_passes(mixing), two_passes(Mixing.vanilla()), strict=True):
        same(one, other)


@pytest.mark.parametrize(
    "mixing",
    [
        Mixing("threshold", np.inf),
        Mixing("threshold", 1e3),
        Mixing("exponential", 0.0),
        Mixing("knn", SAMPLES - 1),
        Mixing("knn", SAMPLES - 1, scope="set"),
        Mixing("knn", BATCH - 1),
    ],
)
def test_mixup(mixing: Mixing) -> None:
    for one, other in zip(two_passes(mixing), two_passes(Mixing()), strict=True):
        same(one, other)


@pytest.mark.parametrize("batch_size", [5, 7, 23])
def test_same_draws_for_every_graph(batch_size: int) -> None:
    # With the rows of a unit matrix for targets, a virtual target tells i, j and lambda.
    n = SAMPLES
    X, _ = data()
    Y = np.broadcast_to(np.eye(n), (REPLICATES, n, n))

    def passes(graph: Any, parameter: float) -> list[Epochs]:
        rngs = generators(REPLICATES)
        return list(islice(Mixing(graph, parameter).passes(X, Y, batch_size, rngs, float), 3))

    complete, vanilla = passes("none", 0), passes("threshold", 0)
    for everything, alone in zip(complete, vanilla, strict=True):
        np.testing.assert_array_equal(everything.offsets, alone.offsets)
        first = alone.T.argmax(axis=1)
        assert (np.take_along_axis(everything.T, first[:, None], axis=1) > 0).all()
    for graph, parameter in (("threshold", 0.7), ("knn", 2), ("exponential", 1.0)):
        for part, everything in zip(passes(graph, parameter), complete, strict=True):
            rows = {row.tobytes() for row in everything.T}
            assert part.T.size
            assert all(row.tobytes() in rows for row in part.T)


@pytest.mark.parametrize(
    "mixing",
    [
        Mixing.vanilla(),
        Mixing(),
        Mixing("threshold", 0.8),
        Mixing("threshold", 0.8, 0.3, 0.3, lam="pair", pairing="repetition"),
        Mixing("exponential", 2.0, normalise="weights"),
        Mixing("threshold", 0.8, weighting="batch-mean"),
        Mixing("knn", 3),
        Mixing("knn", 3, scope="set"),
    ],
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_replicates_do_not_depend_on_each_other(mixing: Mixing, dtype: Any) -> None:
    X, Y = data(5, 101, d=2)

    def rows(group: list[int]) -> dict[int, list[list[bytes]]]:
        rngs = [generators(5)[r] for r in group]
        passes = islice(mixing.passes(X[group], Y[group], 10, rngs, dtype), 3)
        result: dict[int, list[list[bytes]]] = {r: [] for r in group}
        for found in passes:
            for r, offsets in zip(group, found.offsets, strict=True):
                part = slice(offsets[0], offsets[-1])
                pieces = (found.X[part], found.T[part], found.weights[part], offsets - offsets[0])
                result[r].append([piece.tobytes() for piece in pieces])
        return result

    together = rows([0, 1, 2, 3, 4])
    for group in ([0], [3], [4, 2], [3, 1, 0]):
        for r, found in rows(group).items():
            assert found == together[r]
    assert together[0] != together[1]
    assert together[0][0] != together[0][1]


def test_epochs_again_and_again_are_passes() -> None:
    mixing, rngs = Mixing("threshold", 1.0), generators(REPLICATES)
    for expected in two_passes(mixing):
        same(mixing.epochs(*data(), BATCH, rngs), expected)


def test_float32_is_float64_rounded() -> None:
    for d, mixing in product((2, 3), (Mixing("threshold", 1.0), Mixing("exponential", 1.0))):
        one, other = (
            mixing.epochs(*data(d=d), BATCH, generators(REPLICATES), kind)
            for kind in (np.float32, np.float64)
        )
        assert one.X.dtype == one.T.dtype == one.weights.dtype == np.float32
        np.testing.assert_array_equal(one.X, other.X.astype(np.float32))
        np.testing.assert_array_equal(one.weights, other.weights.astype(np.float32))


def test_input_is_kept_and_output_is_free() -> None:
    X, Y = data()
    before = X.copy(), Y.copy()
    first, second = islice(Mixing().passes(X, Y, BATCH, generators(REPLICATES), float), 2)
    for values in (first.X, first.T, first.weights):
        assert values.flags.writeable
        assert values.flags.c_contiguous
    assert not np.shares_memory(first.X, second.X)
    np.testing.assert_array_equal(X, before[0])
    np.testing.assert_array_equal(Y, before[1])
    for d in (2, 3):
        X, Y = data(d=d)
        transposed = np.asfortranarray(X), np.asfortranarray(Y)
        for mixing in (Mixing(), Mixing("threshold", 1.0)):
            found, expected = (
                mixing.epochs(*pair, BATCH, generators(REPLICATES)) for pair in (transposed, (X, Y))
            )
            same(found, expected)


def test_pass_without_any_pair() -> None:
    # Two samples in a batch, far apart, and swapped: nothing counts in either replicate.
    X = np.array([[[0.0, 0.0], [9.0, 9.0]]] * 2)
    Y = np.eye(2)[None].repeat(2, axis=0)
    for seed in range(40):
        found = Mixing("threshold", 1.0).epochs(X, Y, 2, generators(2, seed))
        if not found.weights.size:
            break
    else:
        pytest.fail("no seed swaps both")
    assert found.X.shape == found.T.shape == (0, 2)
    np.testing.assert_array_equal(found.offsets, [[0, 0], [0, 0]])


def excess(counts: Array, shares: Array | float) -> float:
    """Return Pearson's statistic less its mean, in its standard deviations."""
    expected = counts.sum() * shares
    statistic = ((counts - expected) ** 2 / expected).sum()
    freedom = counts.size - 1
    return float((statistic - freedom) / np.sqrt(2 * freedom))


@pytest.mark.parametrize(("alpha", "beta"), [(1.0, 1.0), (2.0, 0.5), (0.2, 0.2), (1.0, 3.0)])
@pytest.mark.parametrize("lam", ["batch", "pair"])
def test_law_of_lambda(alpha: float, beta: float, lam: Any) -> None:
    mixing = Mixing("none", alpha=alpha, beta=beta, lam=lam)
    rng = np.random.default_rng(3)
    size, batches = (2000, 1) if lam == "pair" else (2, 2000)
    X, Y = np.ones((size, 1)), np.ones((size, 1))
    found = np.stack([mixing.batch(X, Y, rng=rng).lam for _ in range(batches)])
    if lam == "batch":
        np.testing.assert_array_equal(found[:, 0], found[:, 1])
    values = found[:1] if lam == "pair" else found[:, :1]
    edges = beta_law.ppf(np.linspace(0, 1, 21), alpha, beta)
    counts = np.histogram(values, edges)[0].astype(float)
    assert excess(counts, 1 / 20) < tolerances.SAMPLING
    others = beta_law.ppf(np.linspace(0, 1, 21), 1.5 * alpha, beta)
    wrong = np.histogram(values, others)[0].astype(float)
    assert excess(wrong, 1 / 20) > tolerances.SAMPLING


def draws(mixing: Mixing, n: int, batch_size: int, passes: int) -> tuple[Any, Any]:
    """Return the orders and the partners of many passes, read off virtual targets."""
    Y = np.eye(n)[None]
    X = np.zeros((1, n, 1))
    rng = np.random.default_rng(5)
    alone, rngs = Mixing.vanilla(), np.random.default_rng(5)
    orders, partners = [], []
    for one, both in zip(
        alone.passes(X, Y, batch_size, [rngs], np.float64),
        mixing.passes(X, Y, batch_size, [rng], np.float64),
        strict=True,
    ):
        first = one.T.argmax(axis=1)
        rest = both.T.copy()
        itself = both.T[np.arange(n), first] == 1
        rest[np.arange(n), first] = np.where(itself, 1, -1)
        orders.append(tuple(first.tolist()))
        partners.append(tuple(rest.argmax(axis=1).tolist()))
        if len(orders) == passes:
            return orders, partners
    raise AssertionError


def counted(found: Sequence[Any], outcomes: Sequence[Any]) -> Array:
    assert set(found) <= set(outcomes)
    return np.array([found.count(outcome) for outcome in outcomes], dtype=float)


def test_law_of_permutations() -> None:
    orders, partners = draws(Mixing(), 4, 4, 4800)
    everything = list(permutations(range(4)))
    assert abs(excess(counted(orders, everything), 1 / 24)) < tolerances.SAMPLING
    assert abs(excess(counted(partners, everything), 1 / 24)) < tolerances.SAMPLING
    # Independent of each other: the partner of the first in the order, by place in the order.
    places = [(order.index(pair[0]),) for order, pair in zip(orders, partners, strict=True)]
    assert abs(excess(counted(places, [(k,) for k in range(4)]), 1 / 4)) < tolerances.SAMPLING
    rolled = [(*order[1:], order[0]) for order in orders]
    places = [(order.index(pair[0]),) for order, pair in zip(orders, rolled, strict=True)]
    assert excess(counted(places, [(k,) for k in range(4)]), 1 / 4) > tolerances.SAMPLING


def test_partners_stay_in_the_batch() -> None:
    for pairing, size in product(("permutation", "repetition"), (2, 3)):
        orders, partners = draws(Mixing(pairing=pairing), 5, size, 200)  # type: ignore[arg-type]
        repeated = False
        for order, pair in zip(orders, partners, strict=True):
            for start in range(0, 5, size):
                inside, with_whom = order[start : start + size], pair[start : start + size]
                assert set(with_whom) <= set(inside)
                repeated |= len(set(with_whom)) < len(with_whom)
        assert repeated == (pairing == "repetition")


def test_law_of_repetition() -> None:
    orders, partners = draws(Mixing(pairing="repetition"), 3, 3, 2700)
    everything = list(product(range(3), repeat=3))
    assert abs(excess(counted(partners, everything), 1 / 27)) < tolerances.SAMPLING
    assert excess(counted(orders, everything), 1 / 27) > tolerances.SAMPLING


def test_counted_pairs_are_as_many_as_the_batch_rule_says() -> None:
    # 1 + (B - 1) P(d <= eps) of a batch: one pair of a sample with itself on average.
    X, Y = data(4, 400, seed=8)
    distances = np.sqrt(((X[:, :, None] - X[:, None]) ** 2).sum(axis=3))
    P = np.mean([(D[np.triu_indices(400, 1)] <= 0.5).mean() for D in distances])
    passes = islice(Mixing("threshold", 0.5).passes(X, Y, 40, generators(4)), 100)
    counts = np.concatenate([np.diff(found.offsets).ravel() for found in passes])
    gap = (counts.mean() - (1 + 39 * P)) / (counts.std() / np.sqrt(counts.size))
    assert abs(gap) < tolerances.SAMPLING
    assert (counts.mean() - 40 * P) / (counts.std() / np.sqrt(counts.size)) > tolerances.SAMPLING


@pytest.mark.parametrize(("graph", "parameter"), GRAPHS)
@pytest.mark.parametrize("lam", ["batch", "pair"])
@pytest.mark.parametrize("drop", [True, False])
def test_batch(graph: Any, parameter: float, lam: Any, drop: bool) -> None:
    rng = np.random.default_rng(2)
    X, Y = rng.standard_normal((9, 2, 3)), rng.dirichlet(np.ones(3), 9)
    for normalise, alpha in product(("batch", "weights"), (1.0, 0.5)):
        mixing = Mixing(graph, parameter, alpha, lam=lam, normalise=normalise)  # type: ignore[arg-type]
        found = mixing.batch(X, Y, rng=11, drop=drop)
        i, j = found.pairs.T
        W = weights(mixing, X.reshape(9, -1))[i, j]
        share = found.lam[:, None]
        mixed = share[:, :, None] * X[i] + (1 - share[:, :, None]) * X[j]
        assert_close(found.X, mixed)
        assert_close(found.T, share * Y[i] + (1 - share) * Y[j])
        divisor = 9 if normalise == "batch" else W.sum()
        assert_close(found.weights, W / (divisor or 1))
        assert (found.weights > 0).all() == (drop or (W > 0).all())
        if not drop:
            np.testing.assert_array_equal(i, np.arange(9))
            assert set(j) == set(range(9))


def test_batch_draws_partners_then_lambda() -> None:
    X, Y = data(n=BATCH)
    found = Mixing(lam="pair").batch(X[0], Y[0], rng=4)
    rng = np.random.default_rng(4)
    np.testing.assert_array_equal(found.pairs[:, 1], np.argsort(rng.random(BATCH)))
    np.testing.assert_array_equal(found.lam, rng.random(BATCH))
    again = Mixing(lam="pair").batch(X[0], Y[0], rng=np.random.default_rng(4))
    np.testing.assert_array_equal(found.X, again.X)


def test_batch_with_weights_of_the_whole_set() -> None:
    X, Y = data(1, 60)
    whole: Any = graphs.knn(X[0], 5)
    mixing = Mixing("knn", 5, scope="set")
    rng = np.random.default_rng(6)
    rows = rng.permutation(60)[:20]
    W = whole.toarray()[np.ix_(rows, rows)]
    kept = mixing.batch(X[0, rows], Y[0, rows], rng=7, W=W, drop=False)
    np.testing.assert_array_equal(kept.weights * 20, W[kept.pairs[:, 0], kept.pairs[:, 1]])
    for form in (sp.csr_array(W), W.astype(bool), W.tolist()):
        other = mixing.batch(X[0, rows], Y[0, rows], rng=7, W=form, drop=False)
        np.testing.assert_array_equal(other.weights, kept.weights)
    local = Mixing("knn", 5).batch(X[0, rows], Y[0, rows], rng=7, drop=False)
    assert (local.weights != kept.weights).any()
    vanilla = Mixing.vanilla().batch(X[0, rows], Y[0, rows], rng=7, W=W)
    np.testing.assert_array_equal(vanilla.X, X[0, rows])
