"""The parameter of a graph for any (x, y): against `mixup_1d` value by value."""

import itertools
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from numerics import graphs, tradeoff
from numerics.minimise import Line, mixup_1d
from numerics.tradeoff import fits
from numerics.validation import FloatArray
from tests.tolerances import CLOSED_FORM

PARAMETERS: dict[str, list[float]] = {
    "knn": [7, 1, 2, 3, 20, 39],
    "threshold": [0.02, 0.1, 0.3, 1.0, 5.0, 0.0],
    "exponential": [1.0, 0.0, 30.0],
}


def inputs(kind: str, n: int = 40) -> FloatArray:
    rng = np.random.default_rng(0)
    if kind == "lattice":
        return np.linspace(0, 3.9, n)
    if kind == "repeated":
        return np.asarray(rng.integers(0, n // 2 - 5, n) * 0.3)
    if kind == "geometric":
        return np.asarray(1.7 ** -np.arange(float(n)))
    if kind == "cluster":
        return np.concatenate((rng.uniform(0, 1, n // 2), 0.5 + 1e-9 * rng.uniform(0, 1, n // 2)))
    return rng.uniform(0, 1, n)


def one_by_one(
    x: FloatArray, y: FloatArray, graph: str, parameter: float, space: str
) -> tuple[FloatArray, FloatArray]:
    """Return f and the matrix of the map from y to f, from the minimiser of every unit vector."""
    W = getattr(graphs, graph)(x, parameter, self_loops=False)
    n = x.size
    if not W.sum():
        return y, np.eye(n)
    f = mixup_1d(x, np.column_stack((y, np.eye(n))), W, space=space)
    if isinstance(f, Line):
        values = f(x)
    elif space == "continuous":
        values = f.values
    else:
        both = np.stack((f.left, f.right))
        known = ~np.isnan(both)
        number = np.maximum(known.sum(axis=0), 1)
        values = np.where(known, both, 0).sum(axis=0) / number
        values[~known.any(axis=(0, 2))] = np.nan
    alone = np.isnan(values).any(axis=1)
    values[alone] = np.column_stack((y, np.eye(n)))[alone]
    return values[:, 0], values[:, 1:]


@pytest.mark.parametrize("graph", tradeoff.GRAPHS)
@pytest.mark.parametrize("kind", ["even", "lattice", "repeated", "geometric", "cluster"])
def test_sweep_is_mixup_1d_for_every_value(graph: str, kind: str) -> None:
    x = inputs(kind)
    y = np.sin(5 * x) + 0.3 * np.random.default_rng(1).standard_normal(40) + 100
    result = tradeoff.sweep(x, y, graph, PARAMETERS[graph])
    np.testing.assert_array_equal(result.parameter, PARAMETERS[graph])
    for i, parameter in enumerate(PARAMETERS[graph]):
        f, H = one_by_one(x, y, graph, parameter, "L2")
        assert result.degrees[i] == pytest.approx(H.trace(), rel=1e-8)
        assert result.bias2[i] == pytest.approx(np.mean((f - y) ** 2), rel=1e-8, abs=1e-18)
        assert result.variance[i] == pytest.approx(f.var(), rel=1e-7)
        if parameter == result.chosen:
            np.testing.assert_allclose(result.values, f, rtol=1e-9)


@pytest.mark.parametrize("space", ["continuous", "linear"])
@pytest.mark.parametrize("graph", tradeoff.GRAPHS)
def test_sweep_over_other_spaces(graph: str, space: str) -> None:
    x = inputs("even")
    y = np.sin(5 * x) + 0.3 * np.random.default_rng(1).standard_normal(40)
    result = tradeoff.sweep(x, y, graph, PARAMETERS[graph][:3], space)
    for i, parameter in enumerate(PARAMETERS[graph][:3]):
        f, H = one_by_one(x, y, graph, parameter, space)
        assert result.degrees[i] == pytest.approx(H.trace(), rel=CLOSED_FORM)
        assert result.bias2[i] == pytest.approx(np.mean((f - y) ** 2), rel=CLOSED_FORM)
    if space == "linear":
        np.testing.assert_allclose(result.degrees, 2, rtol=CLOSED_FORM)


def test_the_estimated_risk_is_unbiased() -> None:
    x, parameters = inputs("even"), [2, 5, 12]
    s, sigma = np.sin(5 * x), 0.3
    noise = np.random.default_rng(3).standard_normal((4000, 40))
    found = np.array(
        [tradeoff.sweep(x, s + sigma * e, parameters=parameters, sigma=sigma).risk for e in noise]
    )
    exact = []
    for parameter in parameters:
        f, H = one_by_one(x, s, "knn", parameter, "L2")
        exact.append(np.mean((f - s) ** 2) + sigma**2 * np.mean((H**2).sum(axis=1)))
    error = found.std(axis=0) / np.sqrt(len(found))
    assert (np.abs(found.mean(axis=0) - exact) < 4 * error).all()
    assert (error < 0.02 * np.array(exact)).all()


def test_leaving_one_out_keeps_the_other_pairs() -> None:
    x = inputs("even")
    y = np.random.default_rng(1).standard_normal(40)
    W = graphs.knn(x, 9, self_loops=False, sparse=False)
    squares = []
    for i in range(40):
        others = W.copy()
        others[i, :] = others[:, i] = 0
        value = float(mixup_1d(x, y, others)(x[i]))
        squares.append((y[i] - value) ** 2)
    order = np.argsort(x)
    ends = order[[0, -1]]  # no segment of the others reaches them
    expected = np.array(squares)
    expected[ends] = [(y[i] - np.delete(y, i).mean()) ** 2 for i in ends]
    found = tradeoff.sweep(x, y, parameters=9, rule="LOO").score
    np.testing.assert_allclose(found, expected.mean(), rtol=1e-8)


def test_the_rules_differ() -> None:
    x = inputs("even")
    y = np.sin(5 * x) + 0.3 * np.random.default_rng(1).standard_normal(40)
    found = {rule: tradeoff.sweep(x, y, rule=rule) for rule in tradeoff.RULES}
    general = found["GCV"]
    free = 1 - general.degrees / 40
    np.testing.assert_allclose(general.score, general.bias2 / free**2, rtol=CLOSED_FORM)
    np.testing.assert_array_equal(found["Cp"].score, general.risk)
    assert not np.allclose(found["LOO"].score, general.score, rtol=1e-3)


def test_the_choice_is_near_the_best() -> None:
    ratios = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        x = np.sort(rng.uniform(0, 1, 600) ** 2)
        s = np.sin(9 * x)
        y = s + 0.3 * rng.standard_normal(600)
        result = tradeoff.sweep(x, y, "threshold")
        assert result.sigma == pytest.approx(0.3, rel=0.2)
        error = [
            np.mean((tradeoff.sweep(x, y, "threshold", eps).values - s) ** 2)
            for eps in result.parameter
        ]
        ratios.append(np.mean((result.values - s) ** 2) / min(error))
    assert np.median(ratios) < 1.1


@pytest.mark.parametrize("kind", ["even", "repeated", "geometric", "cluster"])
@pytest.mark.parametrize("graph", tradeoff.GRAPHS)
def test_continuous_minimisers_of_uneven_points(
    graph: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    x = inputs(kind, 120)
    monkeypatch.setattr(fits, "_HELD", 240)  # two graphs at a time
    y = np.sin(5 * x) + 0.3 * np.random.default_rng(1).standard_normal(120)
    parameters = [*PARAMETERS[graph][:5], 90]
    result = tradeoff.sweep(x, y, graph, parameters, "continuous", "LOO")
    for i, parameter in enumerate(parameters):
        f, H = one_by_one(x, y, graph, parameter, "continuous")
        assert result.degrees[i] == pytest.approx(H.trace(), rel=1e-10)
        assert result.bias2[i] == pytest.approx(np.mean((f - y) ** 2), rel=1e-8, abs=1e-18)
        free = 1 - H.diagonal()
        if free.min() > 1e-6:
            one_out = np.mean(((y - f) / free) ** 2)
            assert result.score[i] == pytest.approx(one_out, rel=1e-6)
        if parameter == result.chosen:
            np.testing.assert_allclose(result.values, f, atol=1e-9)


Exact = list[Fraction]


def exact_weights(x: FloatArray, graph: str, parameter: float) -> list[Exact]:
    """Return the graph by its definition, without self loops."""
    d = np.abs(x[:, None] - x)
    if graph == "knn":
        nearest = np.sort(d + np.diag(np.full(x.size, np.inf)))[:, int(parameter) - 1]
        W = np.maximum(d <= nearest[:, None], d <= nearest).astype(float)
    else:
        W = np.exp(-parameter * d) if graph == "exponential" else (d <= parameter).astype(float)
    np.fill_diagonal(W, 0)
    return [[Fraction(w) for w in row] for row in W.tolist()]


def exact_limits(x: Exact, W: list[Exact], i: int, out: int | None) -> list[Exact]:
    """Return the weights of all targets in the limits at a sample from both sides, as they exist.

    Without the pairs of the sample `out`.
    """
    others, found = sorted(set(x)), []
    at = others.index(x[i])
    for low, high in zip(
        others[max(at - 1, 0) : at + 1], others[max(at, 1) : at + 2], strict=False
    ):
        row = [Fraction(0)] * len(x)
        for a, b in itertools.product(range(len(x)), repeat=2):
            if x[a] <= low and high <= x[b] and W[a][b] and out not in {a, b}:
                share = (x[i] - x[a]) / (x[b] - x[a])
                row[a] += W[a][b] / (x[b] - x[a]) * (1 - share)
                row[b] += W[a][b] / (x[b] - x[a]) * share
        if any(row):
            found.append([each / sum(row) for each in row])
    return found


def exact_system(x: Exact, W: list[Exact], space: str) -> list[Exact]:
    """Return the rows of A and B in A c = B y, for the coefficients c of hat functions or 1 and x.

    On each interval between two points a pair has straight lines, whose product is integrated.
    """
    points = sorted(set(x))
    hats = [[Fraction(p == q) for p in points] for q in points]
    basis = hats if space == "continuous" else [[Fraction(1)] * len(points), points]
    A = [[Fraction(0)] * len(basis) for _ in basis]
    B = [[Fraction(0)] * len(x) for _ in basis]
    for a, b in itertools.product(range(len(x)), repeat=2):
        if not W[a][b] or (x[a], a) > (x[b], b):
            continue
        first, last = points.index(x[a]), points.index(x[b])
        for k, m in [(k, k + 1) for k in range(first, last)] or [(first, first)]:
            ends = [Fraction(0), Fraction(1)]
            if k < m:
                ends = [(points[end] - x[a]) / (x[b] - x[a]) for end in (k, m)]
            mass = W[a][b] * (ends[1] - ends[0])
            some = [(p, [row[k], row[m]]) for p, row in enumerate(basis) if row[k] or row[m]]
            for p, own in some:
                for q, other in some:
                    A[p][q] += mass * product(own, other)
                B[p][a] += mass * product(own, [1 - end for end in ends])
                B[p][b] += mass * product(own, ends)
    return [u + v for u, v in zip(A, B, strict=True)]


def product(f: Exact, g: Exact) -> Fraction:
    """Return the mean of the product of two straight lines, from their ends."""
    return (2 * f[0] * g[0] + f[0] * g[1] + f[1] * g[0] + 2 * f[1] * g[1]) / 6


def exact_map(x: Exact, W: list[Exact], space: str) -> list[Exact]:
    """Return the matrix H of f = H y at the samples."""
    n, one = len(x), [[Fraction(i == j) for j in range(len(x))] for i in range(len(x))]
    if space == "L2":
        limits = [exact_limits(x, W, i, None) or [one[i]] for i in range(n)]
        return [[sum(each) / len(row) for each in zip(*row, strict=True)] for row in limits]
    rows = exact_system(x, W, space)
    size = len(rows)
    known = [rows[p][p] != 0 for p in range(size)]
    for p in np.flatnonzero(known).tolist():
        rows[p] = [each / rows[p][p] for each in rows[p]]
        for q in range(size):
            if q != p and rows[q][p]:
                factor = rows[q][p]
                rows[q] = [u - factor * v for u, v in zip(rows[q], rows[p], strict=True)]
    inverse = [row[size:] for row in rows]
    if space == "linear":
        return [[u + v * x[i] for u, v in zip(*inverse, strict=True)] for i in range(n)]
    points = sorted(set(x))
    at = [points.index(each) for each in x]
    return [inverse[at[i]] if known[at[i]] else one[i] for i in range(n)]


def hostile(kind: str) -> FloatArray:
    rng = np.random.default_rng(7)
    if kind == "clusters":
        return np.append(1e-6 * rng.uniform(0, 1, 4), 1 + 1e-6 * rng.uniform(0, 1, 4))
    if kind == "decades":
        return np.asarray(10.0 ** -np.arange(8))
    if kind == "repeated":
        return np.asarray(rng.integers(0, 5, 8) * 0.3)
    if kind == "two points":
        return np.append(np.zeros(7), 1)
    if kind == "far off":
        return 1e9 + rng.uniform(0, 1, 8)
    return rng.uniform(-1, 1, 8) * float(kind)


@pytest.mark.parametrize("space", ["L2", "continuous", "linear"])
@pytest.mark.parametrize(
    "kind", ["clusters", "decades", "repeated", "two points", "far off", "1e-300", "1e140"]
)
def test_against_exact_fractions(kind: str, space: str) -> None:
    x = hostile(kind)
    y = np.random.default_rng(8).standard_normal(8)
    places, targets = [Fraction(v) for v in x.tolist()], [Fraction(v) for v in y.tolist()]
    width, gap = np.ptp(x), np.diff(np.unique(x))
    asked: dict[str, list[float]] = {
        "knn": [7, 1, 2, 3],
        "threshold": [width, float(gap.max()), float(gap.min()), width / 3],
        "exponential": [0.0, 10 / width, 2 / np.median(gap)],
    }
    for graph, parameters in asked.items():
        found = tradeoff.sweep(x, y, graph, parameters, space, "LOO")
        for i, parameter in enumerate(parameters):
            W = exact_weights(x, graph, parameter)
            H = exact_map(places, W, space)
            f = [sum(h * v for h, v in zip(row, targets, strict=True)) for row in H]
            trace = float(sum(H[j][j] for j in range(8)))
            bias2 = float(sum((u - v) ** 2 for u, v in zip(f, targets, strict=True)) / 8)
            assert found.degrees[i] == pytest.approx(trace, rel=1e-11)
            assert found.bias2[i] == pytest.approx(bias2, rel=1e-9, abs=1e-15)
            if parameter == found.chosen:
                np.testing.assert_allclose(found.values, [float(v) for v in f], rtol=1e-9)
            if space == "L2":
                squares = []
                for j in range(8):
                    rows = exact_limits(places, W, j, j)
                    values = [sum(h * v for h, v in zip(r, targets, strict=True)) for r in rows]
                    others = (sum(targets) - targets[j]) / 7
                    left = sum(values) / len(values) if values else others
                    squares.append(float(targets[j] - left) ** 2)
                assert found.score[i] == pytest.approx(np.mean(squares), rel=1e-9)


@pytest.mark.parametrize("space", ["L2", "continuous", "linear"])
def test_weights_that_underflow_are_none(space: str) -> None:
    x = inputs("even")
    y, alpha = np.sin(5 * x), np.geomspace(1, 1e7, 300)
    result = tradeoff.sweep(x, y, "exponential", alpha, space, "LOO", sigma=0.1)
    assert np.isfinite([result.degrees, result.bias2, result.score]).all()
    # Some leverages over continuous functions are above 1.
    assert (result.degrees < 40.1).all()
    assert result.degrees[-1] == 40
    for i in (60, 90):
        f, H = one_by_one(x, y, "exponential", alpha[i], space)
        assert result.degrees[i] == pytest.approx(H.trace(), rel=CLOSED_FORM)
        assert result.bias2[i] == pytest.approx(np.mean((f - y) ** 2), rel=1e-10)
    least = np.linspace(7300, 7460, 100)  # weights of few of the least numbers there are
    result = tradeoff.sweep(inputs("lattice"), y, "exponential", least, space, "LOO", sigma=0.1)
    assert np.isfinite([result.degrees, result.bias2, result.score]).all()
    assert (result.degrees < 40.1).all()


@pytest.mark.parametrize("rule", tradeoff.RULES)
@pytest.mark.parametrize("size", [2.0**-1060, 2.0**-600, 2.0**490])
def test_targets_of_any_size(size: float, rule: str) -> None:
    x = inputs("even")
    y = np.round(np.sin(5 * x) + 0.3 * np.random.default_rng(1).standard_normal(40), 2)
    y = np.ldexp(np.rint(y * 64), -6)  # few digits: exact in every size and beside an offset
    for graph in tradeoff.GRAPHS:
        result = tradeoff.sweep(x, y, graph, rule=rule)
        for other in (size * y, y + 2.0**40):
            found = tradeoff.sweep(x, other, graph, rule=rule)
            assert found.chosen == result.chosen
            np.testing.assert_array_equal(found.degrees, result.degrees)
        shift = found.values - 2.0**40
        np.testing.assert_allclose(shift, result.values, atol=1e-3)  # digits of 2^40
        np.testing.assert_allclose(found.bias2, result.bias2, rtol=1e-11)
        assert found.sigma == pytest.approx(result.sigma, rel=1e-11)
        given = tradeoff.sweep(x, y, graph, rule=rule, sigma=1e150)
        assert np.isfinite([given.risk, given.risk_error, given.bias2]).all()


@pytest.mark.parametrize("graph", tradeoff.GRAPHS)
def test_inputs_of_any_size(graph: str) -> None:
    x = inputs("even")
    y = np.sin(5 * x)
    result = tradeoff.sweep(x, y, graph, sigma=0.1)
    assert tradeoff.sweep(x * 2.0**-1060, y, graph, sigma=0.1).n == 40
    for size in (2.0**-900, 2.0**490):
        found = tradeoff.sweep(x * size, y, graph, sigma=0.1)
        np.testing.assert_array_equal(found.score, result.score)
    x[:2] = -1.7e308, 1.7e308
    with pytest.raises(ValueError, match="x must stay below"):
        tradeoff.sweep(x, y, graph)


@pytest.mark.parametrize("space", ["L2", "continuous", "linear"])
@pytest.mark.parametrize("rule", tradeoff.RULES)
def test_of_equal_scores_the_sparsest_graph_is_chosen(space: str, rule: str) -> None:
    x, y = np.arange(20.0), np.random.default_rng(1).standard_normal(20)
    assert tradeoff.sweep(x, y, "exponential", [1e4, 1e308, 1e5], space, rule).chosen == 1e308
    result = tradeoff.sweep(x, y, "threshold", [0.5, 0.1, 0.5, 0.2], space, rule)
    assert result.chosen == 0.1
    np.testing.assert_allclose(result.values, y, rtol=CLOSED_FORM)
    constant = tradeoff.sweep(x, np.full(20, 3.3), "knn", [4, 9, 2], space, rule)
    assert (constant.chosen, constant.sigma, set(constant.values)) == (2, 0, {3.3})


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"x": np.ma.masked_array(np.arange(9.0), [False] * 8 + [True])}, "x must not be masked"),
        ({"y": np.ma.masked_array(np.arange(9.0), [False] * 8 + [True])}, "y must not be masked"),
        ({"x": np.arange(7.0), "y": np.arange(7.0)}, "x must have shape"),
        ({"x": np.ones(9)}, "x must hold at least two different"),
        ({"x": [np.inf] * 9}, "x must be finite"),
        ({"y": np.arange(8.0)}, "y must have shape"),
        ({"y": np.ones((9, 2))}, "y must have shape"),
        ({"graph": "band"}, "graph must be one of"),
        ({"space": "L1"}, "space must be one of"),
        ({"rule": "BIC"}, "rule must be one of"),
        ({"sigma": -1.0}, "sigma must be"),
        ({"parameters": 0}, "parameters must be at least 1"),
        ({"parameters": 0.5}, "parameters must be an integer"),
        ({"graph": "threshold", "parameters": [-1.0]}, "parameters must be at least 0"),
        ({"graph": "threshold", "parameters": [np.nan]}, "parameters must be finite"),
        ({"graph": "threshold", "parameters": []}, "parameters must be one-dimensional"),
    ],
)
def test_bad_input_is_named(wrong: dict[str, Any], message: str) -> None:
    given: dict[str, Any] = {"x": np.arange(9.0), "y": np.arange(9.0)}
    with pytest.raises(ValueError, match=message):
        tradeoff.sweep(**(given | wrong))
