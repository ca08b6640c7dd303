"""How the curve of Q(D) is searched: the inequality, error bounds, memory, processes, files."""

import errno
import os
import re
import signal
import tracemalloc
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from numerics.archive.store import Cache
from numerics.distances import gram
from numerics.lipschitz import LowerBound, lower_bound, search
from numerics.lipschitz.search import ratio, triangles
from numerics.lipschitz.search.records import LengthRange, Records
from numerics.lipschitz.targets import Targets
from numerics.processes import as_they_come
from tests import tolerances
from tests.processes import ended, started, wait_for
from tests.reference import lipschitz_brute as brute
from theory.lipschitz import segments as theory

Data = tuple[NDArray[np.float64], NDArray[np.int64]]


def made(n: int, d: int, classes: int = 3, spread: float = 1.0) -> Data:
    """Make overlapping classes."""
    rng = np.random.default_rng(n + d)
    labels = rng.permutation(np.arange(n) % classes)
    return rng.standard_normal((n, d)) + spread * labels[:, None], labels


def same(q: LowerBound, p: LowerBound) -> None:
    """Compare two curves bit for bit, with what attains them."""
    np.testing.assert_array_equal(q.epsilons, p.epsilons)
    np.testing.assert_array_equal(q.values, p.values)
    assert q.witnesses == p.witnesses


def exactly(data: Data, *, constant: bool) -> tuple[NDArray[np.float64], ...]:
    """Compare with everything, all triples at a time; targets are one-hot, sqrt(2) apart."""
    X, labels = data
    return brute.curve(
        [
            *brute.points(X, brute.one_hot(labels), "euclidean"),
            *brute.many_triples(X, brute.one_hot(labels), constant=constant),
        ]
    )


def agrees(q: LowerBound, expected: tuple[NDArray[np.float64], ...]) -> None:
    """Hold a curve against brute force."""
    _, upper, values = expected
    np.testing.assert_allclose(q(upper * (1 + 1e-12)), values, rtol=tolerances.LAMBDA_SEARCH)


@pytest.mark.parametrize("d", [2, 5, 300])
@pytest.mark.parametrize("segments", ["same-class", "all"])
def test_more_samples(d: int, segments: str) -> None:
    data = made(40 if segments == "all" else 90, d)
    q = lower_bound(*data, segments, distance="euclidean")
    assert q.values.size > 2
    agrees(q, exactly(data, constant=segments == "same-class"))


def test_a_sample_above_the_middle_of_a_segment() -> None:
    # The nearer end is within half the base, not within a third; closest samples are far off.
    X = np.array([[-1, 0], [1, 0], [0, 0.5], [20, 9.6], [20, 9], [20, 8.9]])
    data = X, np.array([0, 0, 1, 1, 2, 2])
    agrees(lower_bound(*data, distance="euclidean"), exactly(data, constant=True))


def cancelling() -> Data:
    """Two far clusters, of two classes each, whose squared distances float32 blocks get wrong."""
    rng = np.random.default_rng(3)
    labels = np.repeat([0, 1, 0, 1], 30)
    X = rng.standard_normal((120, 20)) * 1e-4
    X[60:] += 1.0
    return X, labels


def test_float32_blocks_are_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    X, labels = cancelling()
    differences = np.linalg.norm(X[:, None] - X, axis=2)
    differences[labels[:, None] == labels] = np.inf
    expected = 1 / differences.min()
    assert lower_bound(X, labels, eps=0) == pytest.approx(expected, rel=1e-12)
    points = gram.ScaledPoints.of(X, np.arange(120))
    rows = np.arange(120)
    exact = np.linalg.norm(X[:, None] - X, axis=2) ** 2 / points.unit**2
    assert np.abs(points.block(rows, rows) - exact).max() > 0.1 * exact[exact > 0].min()
    # Negative control: without the error bound the closest pair is missed.
    monkeypatch.setattr(gram.ScaledPoints, "error", 0.0)
    assert lower_bound(X, labels, eps=0) < 0.999 * expected


def test_sides_are_bounded_from_below_and_bases_from_above() -> None:
    X, labels = cancelling()
    everyone = np.arange(120)
    points = gram.ScaledPoints.of(X, everyone)
    exact = np.linalg.norm(X[:, None] - X, axis=2) / points.unit
    targets, apart = Targets.of(labels, None, 120, "euclidean"), exact > 0
    sides = triangles._sides(points, targets, everyone, everyone, 0.0)
    job = triangles.Job(everyone, everyone, constant=True)
    bases = triangles._bases(points, targets, job, everyone, LengthRange(0, np.inf, 1), 0.0)
    assert (sides <= exact)[apart].all()
    assert (bases >= exact)[apart].all()


@given(
    st.integers(1, 900),
    st.sampled_from([np.float32, np.float64]),
    st.integers(0, 2**32 - 1),
    st.sampled_from([1e-30, 1.0, 3e20]),
)
def test_error_of_blocks(d: int, dtype: Any, seed: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    X = scale * (rng.standard_normal((12, d)) * rng.choice([1e-3, 1.0], (12, 1)) + 50)
    rows = np.arange(12)
    points = gram.ScaledPoints.of(X, rows, dtype)
    exact = ((X[:, None] - X) ** 2).sum(axis=2) / points.unit**2
    assert np.abs(points.block(rows, rows) - exact).max() <= points.error
    # Not by far: a bound without the growth in d would not do.
    assert points.error < 70 * (d + 1) * points.roundoff


def test_blocks_of_float64_where_float32_is_too_coarse() -> None:
    X, labels = made(40, 3)
    X[0] += 1e5
    data = X, labels
    agrees(lower_bound(*data, distance="euclidean"), exactly(data, constant=True))


coordinates = st.lists(st.integers(-4, 4), min_size=3, max_size=3)


@given(
    st.lists(coordinates, min_size=3, max_size=3),
    st.lists(st.integers(-3, 3), min_size=3, max_size=3),
)
def test_against_theory(inputs: list[list[int]], outputs: list[int]) -> None:
    """A sample and a segment in float64 and in fractions, against exact algebra."""
    assume(inputs[1] != inputs[2])
    exact: list[list[Any]] = [[sp.Integer(v) for v in row] for row in inputs]
    N = theory.offset_form(*((sp.Integer(v),) for v in outputs))
    D = theory.offset_form(*map(tuple, exact))
    where, square = theory.point_segment(N, D)
    forms = [tuple(Fraction(int(v)) for v in form) for form in (N, D)]
    value, place = ratio.exact_value(forms[0], forms[1])  # type: ignore[arg-type]
    if 0 < where < 1 and square > 0:
        assert value == pytest.approx(float(sp.sqrt(square)), rel=1e-14)
        assert place == pytest.approx(float(where), abs=1e-14)
    ends = max(float(N[0] / D[0]) if D[0] else 0.0, float(value) ** 2)
    assert value**2 <= float(square) * (1 + 1e-14)
    assert ends <= float(square) * (1 + 1e-14)
    if len(set(outputs)) > 1 and len(set(map(tuple, inputs))) == 3:
        X, y = np.array(inputs, dtype=float), np.array(outputs, dtype=float)
        a_on_segment = lower_bound(X, segments="all", targets=y)
        squares = []
        for order in ((0, 1, 2), (1, 0, 2), (2, 0, 1)):
            N = theory.offset_form(*((sp.Integer(outputs[k]),) for k in order))
            D = theory.offset_form(*(tuple(exact[k]) for k in order))
            squares.append(theory.point_segment(N, D)[1])
        best = float(sp.sqrt(max(squares)))
        assert a_on_segment.mixup == pytest.approx(best, rel=1e-12)


@given(
    st.lists(coordinates, min_size=3, max_size=3),
    st.lists(st.integers(-3, 3), min_size=3, max_size=3),
    st.floats(1, 5),
)
def test_the_inequality(inputs: list[list[int]], outputs: list[int], factor: float) -> None:
    """S(b, c) > S(a, b) + S(a, c) exactly if a place inside [b, c] has a ratio above Q."""
    x, y = np.array(inputs, dtype=float), np.array(outputs, dtype=float)
    squares = np.array([((x[i] - x[j]) ** 2).sum() for i, j in ((0, 1), (0, 2), (1, 2))])
    targets = np.array([(y[i] - y[j]) ** 2 for i, j in ((0, 1), (0, 2), (1, 2))])
    assume((squares > 0).all() and targets.any())
    Q = factor * np.sqrt((targets / squares).max())
    ab, ac, bc = np.sqrt(np.maximum(squares - targets / Q**2, 0))
    N = theory.offset_form(*((sp.Integer(v),) for v in outputs))
    D = theory.offset_form(*(tuple(sp.Integer(v) for v in row) for row in inputs))
    best = float(theory.point_segment(N, D)[1]) ** 0.5
    assume(abs(best / Q - 1) > 1e-6)
    if best > Q:
        assert bc > ab + ac
    else:
        assert bc <= (ab + ac) * (1 + 1e-12)


def test_processes_and_pilots_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for d in (4, 2):
        data = made(150, d)
        q = lower_bound(*data)
        with monkeypatch.context() as patch:
            patch.setattr(search, "_SMALLEST_PART", 1)
            patch.setattr(search, "_ROWS", 40)
            same(lower_bound(*data, n_jobs=2), q)
        with monkeypatch.context() as patch:
            patch.setattr(search, "_PILOTS", ())
            same(lower_bound(*data), q)


@pytest.mark.parametrize("segments", ["same-class", "all"])
def test_memory_changes_nothing(monkeypatch: pytest.MonkeyPatch, segments: str) -> None:
    data = made(60, 4)
    q = lower_bound(*data, segments)
    same(lower_bound(*data, segments, memory=40_000_000), q)

    def small(_memory: float, points: gram.ScaledPoints) -> triangles.Plan:
        return triangles.Plan(12 * len(points), points.small.shape[1], 5)

    monkeypatch.setattr(triangles.Plan, "of", small)
    same(lower_bound(*data, segments), q)


@pytest.mark.parametrize(("n", "d", "memory"), [(900, 5, 6_000_000), (250, 300, 8_000_000)])
def test_memory_is_kept(n: int, d: int, memory: int) -> None:
    data = made(n, d, classes=4)
    tracemalloc.start()
    try:
        lower_bound(*data, memory=memory)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.clear_traces()
        lower_bound(*data, memory="2G")
        unbounded = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak <= memory < unbounded


def test_memory_too_small() -> None:
    data = made(20, 3)
    with pytest.raises(ValueError, match="memory is too small for one block") as caught:
        lower_bound(*data, memory=100)
    has, needs, more = (int(number) for number in re.findall(r"\d+", str(caught.value)))
    # Less than nothing is left: the points themselves do not fit.
    assert has == 0
    assert more > needs
    same(lower_bound(*data, memory=100 + more), lower_bound(*data))


@pytest.mark.parametrize(("n", "d"), [(20, 3), (3000, 2), (200, 3072), (60_000, 1)])
def test_memory_that_is_needed_is_told(n: int, d: int) -> None:
    points = gram.ScaledPoints.of(np.random.default_rng(0).normal(size=(n, d)), np.arange(n))
    with pytest.raises(ValueError, match=r"has 1000 bytes and needs \d+\. Give \d+ more") as caught:
        triangles.Plan.of(1000, points)
    _, needs, more = (int(number) for number in re.findall(r"\d+", str(caught.value)))
    assert more == needs - 1000
    # As much is enough, and hardly less: what is confirmed at a time takes whole triples.
    plan = triangles.Plan.of(needs, points)
    assert plan.numbers >= 2 * (triangles._ARRAYS * n + 2 * d)
    triple = 8 * (6 * d + 60)
    with pytest.raises(ValueError, match="too small"):
        triangles.Plan.of(needs - 4 * triple, points)


def test_records_in_any_order() -> None:
    rng = np.random.default_rng(0)
    m = 300
    every = Records(
        rng.integers(0, 40, m).astype(float),
        rng.integers(0, 60, m).astype(float),
        rng.integers(0, 3, (m, 4)),
        rng.random((m, 2)),
    )
    front = every.front()
    expected = []
    for k in range(m):
        shorter = every.lengths < every.lengths[k]
        level = (every.lengths <= every.lengths[k]) & (every.values > every.values[k])
        if not (level | ((every.values == every.values[k]) & shorter)).any():
            expected.append(k)
    assert set(front.values) == set(every.values[expected])
    assert (np.diff(front.lengths) > 0).all()
    assert (np.diff(front.values) > 0).all()
    for _ in range(5):
        parts = np.array_split(rng.permutation(m), 4)
        joined = Records.union([every[part].front() for part in parts])
        np.testing.assert_array_equal(joined.values, front.values)
        np.testing.assert_array_equal(joined.who, front.who)
    levels = front.level(np.array([-1.0, 5, 1e9]))
    below = every.values[every.lengths <= 5].max()
    np.testing.assert_array_equal(levels, [0, below, every.values.max()])
    for band in front.bands(np.inf):
        assert band.value <= front.level(np.array([band.shortest]))[0]


def test_a_store_is_taken_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_SMALLEST_PART", 1)
    data = made(80, 3)
    whole = lower_bound(*data, store=tmp_path)
    files = sorted((tmp_path / "chunks").glob("*.csv"))
    assert len(files) == 4
    same(lower_bound(*data), whole)
    files[1].unlink()
    same(lower_bound(*data, store=tmp_path, memory="1G"), whole)

    def never(*_: object) -> Records:
        pytest.fail("a part that is kept was computed again")

    monkeypatch.setattr(search, "scan_pairs", never)
    monkeypatch.setattr(search, "_triples", never)
    same(lower_bound(*data, store=tmp_path), whole)


def test_no_part_is_searched_after_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Though the traceback is kept, as by a person who works at a prompt."""
    over = False

    def watched(*given: Any, **named: Any) -> Iterator[tuple[int, Any]]:
        nonlocal over
        try:
            yield from as_they_come(*given, **named)
        finally:
            over = True

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(search, "_ROWS", 20)
    monkeypatch.setattr(search, "as_they_come", watched)
    monkeypatch.setattr(Cache, "add", full)
    with pytest.raises(OSError, match="No space left") as caught:
        lower_bound(*made(80, 3), n_jobs=2)
    assert over
    assert caught.tb is not None


def test_a_store_refuses_other_settings(tmp_path: Path) -> None:
    X, labels = made(30, 3)
    lower_bound(X, labels, store=tmp_path)
    calls: list[Any] = [
        lambda: lower_bound(X + 1, labels, store=tmp_path),
        lambda: lower_bound(X, labels[::-1], store=tmp_path),
        lambda: lower_bound(X, labels, "all", store=tmp_path),
        lambda: lower_bound(X, labels, distance="euclidean", store=tmp_path),
        lambda: lower_bound(X, labels, eps=1.0, store=tmp_path),
        lambda: lower_bound(X, labels, points=20, rng=0, store=tmp_path),
    ]
    for call in calls:
        with pytest.raises(ValueError, match="made with other settings"):
            call()
    file = next((tmp_path / "chunks").glob("triples*"))
    file.write_text(file.read_text(encoding="utf-8").replace("1", "2", 1), encoding="utf-8")
    with pytest.raises(ValueError, match="is damaged: delete it"):
        lower_bound(X, labels, store=tmp_path)


_KILLED = """
import sys
import numpy as np
from numerics.lipschitz import search
from numerics.lipschitz import lower_bound
search._SMALLEST_PART, search._LARGEST_PART, search._FEWEST = 1, 1, 8
rng = np.random.default_rng(5)
lower_bound(rng.standard_normal((300, 3)), np.arange(300) % 3, "all", store=sys.argv[1])
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="the system has no such signal")
def test_killed_and_taken_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_SMALLEST_PART", 1)
    monkeypatch.setattr(search, "_LARGEST_PART", 1)
    monkeypatch.setattr(search, "_FEWEST", 8)
    process = started("-c", _KILLED, str(tmp_path))
    folder = tmp_path / "chunks"
    wait_for(lambda: len(list(folder.glob("triples*.csv"))) >= 3, process)
    os.kill(process.pid, signal.SIGKILL)
    ended(process)
    kept = len(list(folder.glob("triples*.csv")))
    assert 3 <= kept < 38
    (folder / ".draft.csv.0a0a.tmp").write_text("half a dra", encoding="utf-8")
    X = np.random.default_rng(5).standard_normal((300, 3))
    resumed = lower_bound(X, np.arange(300) % 3, "all", store=tmp_path)
    assert len(list(folder.glob("triples*.csv"))) == 38
    same(resumed, lower_bound(X, np.arange(300) % 3, "all"))
