"""The figures `minimisers` and `invariance`: what they plot is what `numerics` computes."""

import numpy as np
import pytest
import scipy.sparse as sp

from figures.drawing.options import Options
from figures.drawing.save import Drawing
from figures.lattice import invariance, minimisers
from numerics import graphs
from numerics.minimise import mixup_1d, printed_1d
from tests import tolerances
from theory import linear


def test_minimisers_are_drawn_with_their_jumps() -> None:
    x, y = minimisers.data_set(5)
    drawing = minimisers.build(Options(seed=5))
    curves = {"Mixup, exact": mixup_1d(x, y), "Eq. (1) as printed": printed_1d(x, y)}
    for K in minimisers.NEIGHBOURS:
        curves[rf"Local Mixup, $K={K}$"] = mixup_1d(x, y, graphs.knn(x, K))
    for label, f in curves.items():
        points = np.array([row[1:] for row in drawing.rows if row[0] == label], dtype=float)
        pieces = points.reshape(-1, 3, 2)
        np.testing.assert_array_equal(pieces[:, 0], np.stack((x, f.right), axis=1)[:-1])
        np.testing.assert_array_equal(pieces[:, 1], np.stack((x, f.left), axis=1)[1:])
        assert np.isnan(pieces[:, 2, 1]).all()
    assert all(ax.get_legend() for ax in drawing.figure.axes)
    segments = drawing.figure.axes[1].collections[0].get_segments()  # type: ignore[attr-defined]
    assert len(segments) == x.size * (x.size - 1) // 2
    assert len(drawing.figure.axes[0].collections[0].get_segments()) < len(segments)  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def drawing() -> Drawing:
    return invariance.build(Options())


def test_invariance_holds_at_the_extremes_only(drawing: Drawing) -> None:
    rows = [row for row in drawing.rows if not str(row[0]).startswith("lattice")]
    shares = np.array([row[2] for row in rows], dtype=float)
    gaps = np.array([row[3] for row in rows], dtype=float)
    extreme = (shares == 0) | (shares == 1)
    assert extreme.sum() >= 5
    assert (gaps[extreme] < tolerances.MINIMISER).all()
    assert (gaps[~extreme] > 1e-4).all()


def test_invariance_returns_on_the_lattice(drawing: Drawing) -> None:
    for K in invariance.BANDS:
        rows = [row for row in drawing.rows if row[0] == f"lattice, K = {K}"]
        n, leading, found = np.array([row[1:] for row in rows], dtype=float).T
        off = np.abs(found / leading - 1)
        assert off[-1] < 0.05
        assert off[-1] < off[-2] < off[-3]
        # Negative control: without the self loops in the denominator it is not the limit.
        assert abs(found[-1] / leading[-1] * (2 * K + 1) / (2 * K) - 1) > off[-1] / 2 + 0.02
        slope = np.polyfit(np.log(n[-3:]), np.log(found[-3:]), 1)[0]
        np.testing.assert_allclose(slope, -1, atol=0.03)


def test_gap_against_exact_lines() -> None:
    x, y = [0, 1, 3, 4], [0, 2, 1, 5]
    W = sp.csr_array(graphs.threshold(x, 2))
    local = linear.minimiser(x, y, W.toarray().astype(int).tolist())
    mixup = linear.least_squares(x, y)
    expected = max(abs((local[0] - mixup[0]) * t + local[1] - mixup[1]) for t in (0, 4))
    found = invariance.gap(np.array(x, float), np.array(y, float), W)
    np.testing.assert_allclose(found, float(expected), rtol=tolerances.MINIMISER)
    np.testing.assert_allclose(invariance.share(W), 6 / 12)
