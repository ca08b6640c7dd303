"""``python -m numerics minimise`` on two columns of a file."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp

from numerics import graphs
from numerics.commands.minimise import parse_graph
from numerics.minimise import Line, Minimiser, mixup_1d, printed_1d
from tests.commands import Output

X = np.array([0.0, 4, 1, 2, 5])
Y = np.array([1.0, 5, 3, 2, 1])


@pytest.fixture
def data(tmp_path: Path) -> str:
    path = tmp_path / "data.csv"
    rows = [f"{a},{b},{0}" for a, b in zip(X, Y, strict=True)]
    path.write_text("\n".join(["day,price,none", *rows]), encoding="utf-8")
    return str(path)


def table(path: Path) -> dict[str, Any]:
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = np.array([[float(cell) for cell in line.split(",")] for line in lines[1:]])
    return dict(zip(lines[0].split(","), rows.T, strict=True))


@pytest.mark.parametrize("space", ["L2", "continuous", "linear", "printed"])
@pytest.mark.parametrize("graph", ["full", "knn:2", "threshold:1.5", "exponential:0.5", "band:2"])
def test_at_the_samples(data: str, tmp_path: Path, output: Output, space: str, graph: str) -> None:
    out = tmp_path / "out.csv"
    line = f"numerics minimise --graph {graph} --space {space}"
    text = output(line, "--data", data, "--out", out)
    W = parse_graph(graph, X)
    f = printed_1d(X, Y, W) if space == "printed" else mixup_1d(X, Y, W, (1, 1), space)
    found = table(out)
    order = np.argsort(X)
    np.testing.assert_array_equal(found["x"], X[order])
    np.testing.assert_array_equal(found["value"], f.values[order])
    np.testing.assert_array_equal(found["left"], f.left[order])
    np.testing.assert_array_equal(found["right"], f.right[order])
    assert f"bias2 {f.bias2:.6g}, variance {f.variance:.6g}" in text
    if isinstance(f, (Minimiser, Line)):
        assert f"criterion {f.criterion:.9g}" in text
    if isinstance(f, Line):
        assert f"f(x) = {f.slope:.9g} x + {f.intercept:.9g}" in text
    assert "All 5 rows are in" in text


def test_minimiser_on_a_grid(data: str, tmp_path: Path, output: Output) -> None:
    out = tmp_path / "out.csv"
    line = "numerics minimise --x day --y price --no-self-pairs --graph full --beta 0.5 2"
    text = output(f"{line} --at -1 5 25", "--data", data, "--out", out)
    f = mixup_1d(X, Y, graphs.exponential(X, 0, self_loops=False), (0.5, 2))
    found = table(out)
    np.testing.assert_allclose(found["value"], f(np.linspace(-1, 5, 25)))
    assert np.isnan(found["value"]).any()
    assert "nan: no segment covers the point" in text
    assert "+-" in text
    assert "Beta(0.5, 2)" in text


def test_graphs_by_name() -> None:
    assert parse_graph("full", X) is None
    full = parse_graph("full", X, self_loops=False)
    np.testing.assert_array_equal(full, np.ones((5, 5)) - np.eye(5))
    knn = parse_graph("knn:2", X, self_loops=False)
    assert sp.issparse(knn)
    assert isinstance(knn, sp.csr_array)
    assert knn.diagonal().sum() == 0
