"""Every example runs, shows a picture, and says what `numerics` and `theory` compute."""

import ast
import re
import runpy
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import matplotlib.pyplot as plt
import numpy as np
import pytest

from numerics import graphs, lattice, lipschitz, signals, tradeoff
from numerics.minimise import mixup_1d
from tests.doors.test_floors import imported
from tests.processes import ROOT, done
from theory import linear

EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
CORE = {"theory", "numerics", "figures", "matplotlib", "numpy", "scipy", "sympy"}


class Ran:
    """What an example left behind: its names, what it printed and the figures that it showed."""

    def __init__(self, path: Path, *arguments: str) -> None:
        self.figures: list[Any] = []

        def show() -> None:
            self.figures += [plt.figure(number) for number in plt.get_fignums()]

        with (
            mock.patch.object(plt, "show", show),
            mock.patch.object(sys, "argv", [str(path), *arguments]),
        ):
            self.names: dict[str, Any] = runpy.run_path(str(path), run_name="__main__")


@pytest.fixture(autouse=True)
def agg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Draw without a window, in a folder of the test's own."""
    monkeypatch.chdir(tmp_path)
    with plt.rc_context():
        plt.switch_backend("agg")
        yield
    plt.close("all")


def example(name: str, *arguments: str) -> dict[str, Any]:
    return Ran(ROOT / "examples" / f"{name}.py", *arguments).names


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_runs_and_ends_in_a_picture(path: Path, tmp_path: Path) -> None:
    ran = Ran(path, *(["kept"] if "sys.argv" in path.read_text(encoding="utf-8") else []))
    assert ran.figures
    for figure in ran.figures:
        assert all(ax.has_data() for ax in figure.axes)
        figure.canvas.draw()
    # It writes where it is told to, and nowhere else.
    assert {file.name for file in tmp_path.iterdir()} <= {"kept"}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_has_the_form_of_the_gallery(path: Path) -> None:
    assert len(EXAMPLES) >= 6
    source = path.read_text(encoding="utf-8")
    title, underline, *_ = (ast.get_docstring(ast.parse(source)) or "").splitlines()
    assert title.endswith("?")
    assert underline == "=" * len(title)
    assert len(re.findall(r"^# %%$", source, flags=re.MULTILINE)) >= 2
    assert source.endswith("plt.show()\n")
    sections = re.findall(r"^# %%\n# (.*)\n# (-+)$", source, flags=re.MULTILINE)
    assert all(len(heading) == len(line) for heading, line in sections)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_needs_what_the_toolkit_needs(path: Path) -> None:
    assert imported(path.read_text(encoding="utf-8"), "") <= CORE | sys.stdlib_module_names


def test_runs_from_a_shell_without_a_window(tmp_path: Path) -> None:
    environment = {"MPLBACKEND": "agg", "HOME": str(tmp_path)}
    run = done("examples/five_readings.py", str(tmp_path / "new"), env=environment)
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "new" / "readings.png").stat().st_size > 10_000


def test_recorded_signal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "new" / "folder"
    example("recorded_signal", str(folder))
    s = signals.read_csv(folder / "membrane.csv", "millivolts")
    # It rests below -60 mV, spikes above 0 mV, and ends as it began.
    assert s.size == 12_000
    assert s[:800].max() < -60
    assert s.max() > 0
    assert abs(s[:100].mean() - s[-100:].mean()) < 2
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    table = np.array([row for row in rows if row and row[0][0].isdigit()], dtype=float)
    sigma, best, risk, drawn, vanilla = table.T[:5]
    assert (np.diff(best) > 0).all()
    assert (risk < vanilla).all()
    np.testing.assert_allclose(drawn, risk, rtol=0.1)  # one draw over 12,000 points
    for noise, K in zip(sigma, best, strict=True):
        assert tradeoff.noisy(s, noise, np.arange(1, 201)).best_K == K
        assert (folder / f"risk-{noise:g}.csv").is_file()
    assert (folder / "recorded_signal.png").stat().st_size > 10_000


def test_minimise_prices(tmp_path: Path) -> None:
    names = example("minimise_prices", str(tmp_path / "out"))
    x = signals.read_csv(tmp_path / "out" / "prices.csv", "day")
    y = signals.read_csv(tmp_path / "out" / "prices.csv", "price")
    best = mixup_1d(x, y, graphs.knn(x, 10))
    for name, loss in names["candidates"].items():
        assert loss.excess > 0, name
        np.testing.assert_allclose(loss.value, best.criterion + loss.excess, rtol=1e-9)
    bias2 = [f.bias2 for f in names["minimisers"].values()]
    variance = [f.variance for f in names["minimisers"].values()]
    assert (np.diff(bias2) > 0).all()
    assert (np.diff(variance) < 0).all()
    assert names["gap"] > 0.01
    assert {path.name for path in (tmp_path / "out").glob("minimiser-*")} == {
        f"minimiser-{name}.csv" for name in ("2", "5", "10", "20", "mixup")
    }
    assert (tmp_path / "out" / "minimise_prices.png").stat().st_size > 10_000


def test_noise_reduction() -> None:
    names = example("noise_reduction")
    assert str(names["result"].verdict) == "PROVED"
    np.testing.assert_allclose(names["ratio"], 1, atol=0.1)
    from_twelve = names["curve"].variance >= names["curve"].lower
    assert (from_twelve == (names["K"] >= 12)).all()


def test_five_readings() -> None:
    names = example("five_readings")
    assert len(names["segments"]) == 9
    assert all(a <= 0 <= b and 1 <= b - a <= 3 for a, b in names["segments"])
    np.testing.assert_allclose(lattice.kernel(3, "counting"), [2 / 3, 7 / 54, 1 / 27], rtol=1e-14)


def test_regression_line() -> None:
    names = example("regression_line")
    answer = names["answer"]
    assert linear.minimiser(names["x3"], answer.y, names["W3"]) == answer.line_local
    assert linear.least_squares(names["x3"], answer.y) == answer.line_mixup
    assert answer.line_mixup != answer.line_local
    gaps = names["gaps"]
    # Vanilla training and Mixup are the line of least squares; between them it moves.
    np.testing.assert_allclose(gaps[[0, -1]], 0, atol=1e-12)
    slope, intercept = np.polyfit(names["x"], names["y"], 1)
    np.testing.assert_allclose(names["mixup"]([0.0, 1.0]), [intercept, intercept + slope])
    assert gaps.max() > 0.1


def test_where_q_jumps() -> None:
    names = example("where_Q_jumps")
    Q, X, labels, witness = (names[name] for name in ("Q", "X", "labels", "witness"))
    np.testing.assert_allclose(1 / names["distance"], Q.values[names["largest"]], rtol=1e-9)
    length = np.linalg.norm(X[witness.i] - X[witness.j])
    np.testing.assert_allclose(length, Q.epsilons[names["largest"]], rtol=1e-12)
    assert labels[witness.i] == labels[witness.j] != labels[witness.point]


def test_contradictions() -> None:
    names = example("contradictions")
    np.testing.assert_allclose(names["needed"].min(), names["infinite"], rtol=1e-12)
    # The two virtual samples of a contradiction have one input.
    X, i, j = names["X"], names["i"], names["j"]
    for count, (p, q) in enumerate(zip(names["first"], names["second"], strict=True)):
        if count % 5000:
            continue
        directions = np.stack((X[j[p]] - X[i[p]], X[i[q]] - X[j[q]]), axis=1)
        s, t = np.linalg.solve(directions, X[i[q]] - X[i[p]])
        assert 0 < s < 1
        assert 0 < t < 1
    below = lipschitz.lower_bound(X, names["labels"], "segments", eps=0.99 * names["infinite"])
    assert np.isfinite(below)


def test_trained_network() -> None:
    names = example("trained_network")
    excess = np.array(names["excess"])
    assert (excess > names["floor"]).all()
    assert excess[-1] < excess[0] / 20


def test_training_loop() -> None:
    names = example("training_loop")
    first, X = names["first"], names["X"]
    i, j = first.pairs.T
    assert (np.linalg.norm(X[:64][i] - X[:64][j], axis=1) <= 0.6).all()
    share = first.lam[:, None]
    np.testing.assert_allclose(first.X, share * X[i] + (1 - share) * X[j], atol=1e-12)
    errors = names["errors"]
    assert errors["vanilla"] < 0.1
    assert errors["Mixup"] > 0.1
