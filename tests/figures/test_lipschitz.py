"""Figure 4, the measured rows of Section V.B, and the curves that are kept."""

import csv
import importlib.util
import json
import shutil
import sys
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_rgba
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from figures.drawing import stored
from figures.drawing.options import Options
from figures.drawing.style import BLUE, column_figure
from figures.ledger import LEDGER
from figures.lipschitz import claims as lipschitz_claims
from figures.lipschitz import curves as lipschitz_curves
from figures.lipschitz import fig4, fig4_images
from figures.lipschitz.curves import CIFAR10, DIGITS, FASHION, VANILLA, Exhibit, Kept, exhibits
from figures.measured import MeasuredClaim
from numerics import datasets
from numerics.lipschitz import LowerBound, lower_bound
from numerics.lipschitz.segment_lengths import Lengths, segment_lengths
from numerics.lipschitz.witness_images import Pictures
from tests.commands import Call, Output
from tests.tolerances import CLOSED_FORM
from theory import Measurement, Unchecked, Verdict
from theory.experiments.figure_4 import PRINTED, PRINTED_EXTREME

pytest.importorskip("sklearn")

DATA = stored.DATA
KEPT = [DIGITS, FASHION, VANILLA]
OPEN = ["Fig4-values", "Fig4-fifty"]


def kept(curve: Kept) -> Exhibit:
    found = lipschitz_curves.read(curve)
    assert found is not None
    return found


def by_hand(curve: Kept) -> NDArray[np.float64]:
    """Read epsilon and Q of a kept file with nothing but csv."""
    with (DATA / f"{curve.name}.csv").open(newline="") as file:
        return np.array([(float(r["epsilon"]), float(r["value"])) for r in csv.DictReader(file)])


def answers(key: str) -> list[Measurement]:
    result = LEDGER[key].run()
    assert result.error == ""
    assert all(isinstance(piece, Measurement) for piece in result.evidence)
    return [piece for piece in result.evidence if isinstance(piece, Measurement)]


def pretend_cifar10(folder: Path, scale: float) -> LowerBound:
    """Keep a curve under the name of CIFAR-10, with vanilla's value near 0.073 * scale."""
    rng = np.random.default_rng(0)
    X, labels = rng.integers(0, 256, (30, 4, 4, 3), dtype=np.uint8), np.arange(30) % 10
    data = datasets.Dataset("cifar10", X, labels, X, labels, tuple("abcdefghij"), 255, ())
    deviations = 255 * np.array(CIFAR10.deviations)
    curve = lower_bound(X / deviations, data.labels_train)
    grown = curve.values * scale * float(PRINTED["Vanilla"]) / curve.vanilla
    curve = replace(
        curve,
        values=grown,
        n=CIFAR10.of,
        points=CIFAR10.samples,
        provenance={
            "command": "made up",
            "data": "cifar10",
            "deviations": list(CIFAR10.deviations),
            "pixels": "made up",
            "seconds": 1.0,
            "versions": {"made": "up"},
        },
    )
    path = curve.to_csv(folder / f"{CIFAR10.name}.csv")
    lengths = segment_lengths(X / deviations, data.labels_train)
    lengths.to_csv(path.with_name(f"{CIFAR10.name}-lengths.csv"))
    Pictures.of(data, curve, deviations).save(path.with_name(f"{CIFAR10.name}-images.npz"))
    return curve


@pytest.mark.parametrize("curve", KEPT, ids=lambda curve: curve.name)
def test_kept_curves_have_images_lengths_and_provenance(curve: Kept) -> None:
    found = kept(curve)
    assert found.lengths is not None
    assert found.pictures is not None
    made = found.curve.provenance
    assert {"seconds", "seed", "versions", "sources", "command"} <= set(made)
    assert made["command"].startswith(f"python -m numerics lipschitz --data {curve.data}")
    assert all(source["verified"] for source in made["sources"])
    assert not made["resumed"]
    assert "--out figures/data/" in curve.command
    assert str(Path.home()) not in json.dumps(made)
    for step in range(found.curve.values.size):
        again = lipschitz_claims.attained(found, step)
        assert again == pytest.approx(float(found.curve.values[step]), rel=CLOSED_FORM)
    with pytest.raises(ValueError, match="must have its images"):
        lipschitz_claims.attained(replace(found, pictures=None), 0)


def test_kept_digits_are_what_is_computed_here() -> None:
    here, there = lipschitz_curves.compute_digits(), kept(DIGITS)
    assert here is not None
    np.testing.assert_allclose(here.curve.values, there.curve.values, rtol=CLOSED_FORM)
    np.testing.assert_allclose(here.curve.epsilons, there.curve.epsilons, rtol=CLOSED_FORM)
    assert here.lengths is not None
    assert there.lengths is not None
    np.testing.assert_array_equal(here.lengths.count, there.lengths.count)
    assert here.pictures is not None
    assert there.pictures is not None
    np.testing.assert_array_equal(here.pictures.images, there.pictures.images)
    assert here.label == there.label == "Digits (all 1,442)"


def test_commands_write_what_we_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Call
) -> None:
    (tmp_path / "figures" / "data").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    assert call(DIGITS.command.removeprefix("python -m ")).status == 0
    assert lipschitz_curves.read(DIGITS, tmp_path / "figures" / "data") is not None
    # A folder is the only thing that is left to fill in.
    assert "--nothing" in call(CIFAR10.command.removeprefix("python -m "), "--nothing").err
    for words in ("--deviations 0.2023 0.1994 0.201 ", "--folder DIR", "--out figures/data/"):
        assert words in CIFAR10.command
    assert "--points 10000 --seed 0" in FASHION.command
    assert "--epsilon 0 " in VANILLA.command


def test_other_curves_under_a_kept_name_are_refused(folder: Path) -> None:
    for ending in (".csv", ".json"):
        shutil.copy(DATA / f"{VANILLA.name}{ending}", folder / f"{FASHION.name}{ending}")
    with pytest.raises(ValueError, match="must be made by: python -m numerics lipschitz"):
        lipschitz_curves.read(FASHION, folder)
    assert "must be made by" in LEDGER["Fig4-smooth"].run().error
    for ending in (".csv", ".json"):
        shutil.copy(DATA / f"{DIGITS.name}{ending}", folder / f"{DIGITS.name}{ending}")
    path = folder / f"{DIGITS.name}.json"
    about = json.loads(path.read_text(encoding="utf-8"))
    about["provenance"]["deviations"] = [0.5]
    path.write_text(json.dumps(about), encoding="utf-8")
    with pytest.raises(ValueError, match="must be made by"):
        lipschitz_curves.read(DIGITS, folder)


@pytest.mark.claims("V.B-monotone")
def test_the_curve_of_the_digits_grows_by_every_single_eps() -> None:
    """Each value is computed alone, and with other segments left out."""
    data = datasets.load("digits")
    X, labels = data.flat(), data.labels_train
    curve = by_hand(DIGITS)
    asked = [0.5, 1.0, 1.2, 1.5, 2.5]
    alone = [lower_bound(X, labels, eps=eps) for eps in asked]
    assert alone == sorted(alone)
    at = np.searchsorted(curve[:, 0], asked, side="right") - 1
    np.testing.assert_allclose(alone, curve[at, 1], rtol=CLOSED_FORM)


@pytest.mark.claims("Fig4-extremes")
def test_extremes_of_the_digits_by_brute_force() -> None:
    data = datasets.load("digits")
    X, labels = data.flat(), data.labels_train
    between = cdist(X, X)
    other = labels[:, None] != labels
    vanilla, fashion, whole, last, _ = answers("Fig4-extremes")
    assert vanilla.value == pytest.approx(1 / between[other].min(), rel=CLOSED_FORM)
    assert whole.value > fashion.value  # of which the samples are a part
    longest = between[~other].max()
    assert last.value == pytest.approx(by_hand(DIGITS)[-1, 0] / longest, rel=CLOSED_FORM)
    lengths = between[np.triu(~other, 1)]
    short = int((lengths <= by_hand(DIGITS)[-1, 0] * (1 + 1e-12)).sum())
    said = last.found["share of the segments up to this eps"]
    assert said == f"{short / lengths.size:.6f}, {short} of {lengths.size}"
    # All feet inside all segments of one class, from the distances alone.
    best = 0.0
    for k in range(10):
        own, rest = np.flatnonzero(labels == k), np.flatnonzero(labels != k)
        square = between[np.ix_(rest, own)] ** 2
        for i, j in combinations(range(own.size), 2):
            length = between[own[i], own[j]] ** 2
            foot = (length + square[:, i] - square[:, j]) / (2 * length)
            inside = (foot > 0) & (foot < 1)
            heights = square[inside, i] - foot[inside] ** 2 * length
            if heights.size:
                best = max(best, float(heights.min()) ** -0.5)
    found = float(str(last.found["Mixup's Q(D)"]))
    assert found == pytest.approx(best, rel=1e-9)
    assert found > vanilla.value


@pytest.mark.claims("Fig4-extremes")
def test_wrong_values_do_not_agree(folder: Path) -> None:
    for path in DATA.glob(f"{DIGITS.name}*"):
        shutil.copy(path, folder)
    assert answers_of(DIGITS, "Fig4-extremes") == [True, True]
    path = folder / f"{DIGITS.name}.csv"
    curve = LowerBound.from_csv(path)
    replace(curve, values=curve.values * (1 + 1e-9)).to_csv(path)
    assert answers_of(DIGITS, "Fig4-extremes") == [False, False]
    replace(curve, epsilons=curve.epsilons * 2).to_csv(path)
    assert answers_of(DIGITS, "Fig4-extremes") == [True, False]


def answers_of(curve: Kept, key: str) -> list[bool]:
    claim = LEDGER[key]
    assert isinstance(claim, MeasuredClaim)
    return [
        piece.agrees
        for piece, question in zip(claim.run().evidence, claim.questions, strict=True)
        if question.where == curve.label and isinstance(piece, Measurement)
    ]


@pytest.mark.claims("Fig4-smooth")
@pytest.mark.parametrize("place", [0, 1])
def test_largest_step_from_the_file(place: int) -> None:
    piece = answers("Fig4-smooth")[place]
    table = by_hand((DIGITS, FASHION)[place])
    values = table[:, 1].tolist()
    steps = [after - before for before, after in pairwise(values)]
    share = max(steps) / (values[-1] - values[0])
    assert piece.value == pytest.approx(share, rel=CLOSED_FORM)
    assert piece.found["steps"] == len(steps)
    assert piece.agrees == (share <= lipschitz_claims.SMOOTH)
    # No eps gives a value in the middle of that step.
    middle = values[steps.index(max(steps))] + max(steps) / 2
    curve = kept((DIGITS, FASHION)[place]).curve
    reached = np.asarray(curve(np.linspace(0, 25, 5001)))
    assert np.abs(reached - middle).min() >= max(steps) / 2 * (1 - 1e-9)


@pytest.mark.claims("Fig4-smooth")
def test_many_small_steps_would_be_smooth() -> None:
    found = kept(DIGITS)
    curve = replace(
        found.curve,
        epsilons=np.linspace(0, 2, 21),
        values=np.linspace(1, 2, 21),
        witnesses=found.curve.witnesses[:1] * 21,
    )
    assert lipschitz_claims._largest_step(replace(found, curve=curve)).agrees
    assert not lipschitz_claims._largest_step(found).agrees


@pytest.mark.claims(*OPEN)
@pytest.mark.parametrize("key", OPEN)
def test_open_rows_about_cifar10(key: str, folder: Path) -> None:
    assert not list(folder.iterdir())
    result = LEDGER[key].run()
    assert (result.verdict, result.error) == (Verdict.NOT_CHECKED, "")
    for piece in result.evidence:
        assert isinstance(piece, Unchecked)
        assert "CIFAR-10 training set" in piece.needs
        assert piece.command == CIFAR10.command


@pytest.mark.claims(*OPEN)
def test_open_rows_become_measured(folder: Path) -> None:
    curve = pretend_cifar10(folder, 1.0)
    vanilla, mixup = answers("Fig4-values")
    (fifty,) = answers("Fig4-fifty")
    assert LEDGER["Fig4-values"].run().verdict is Verdict.MEASURED
    assert vanilla.agrees
    assert mixup.agrees == (0.105 <= curve.mixup <= 0.115)
    assert fifty.agrees
    assert fifty.value == curve.epsilons[-1] <= PRINTED_EXTREME
    pretend_cifar10(folder, 1.01)
    assert not answers("Fig4-values")[0].agrees
    far = replace(curve, epsilons=curve.epsilons * 51 / curve.epsilons[-1])
    far.to_csv(folder / f"{CIFAR10.name}.csv")
    assert not answers("Fig4-fifty")[0].agrees
    with_cifar = exhibits(folder)
    assert with_cifar[-1].label == "CIFAR-10 (all 50,000)"
    drawing = fig4.build(Options(data=folder))
    assert drawing.figure.axes[-1].get_xlabel() == "ε"  # not pixels from 0 to 1


@pytest.mark.claims("Fig4-fifty")
def test_mean_squared_distance_is_twice_the_variance() -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(40, 7)) * np.arange(1, 8)
    distances = np.sum((x[:, None] - x[None]) ** 2, axis=2)
    np.testing.assert_allclose(distances.mean(), 2 * x.var(axis=0).sum(), rtol=CLOSED_FORM)
    assert lipschitz_claims.PIXELS == 3072
    assert 78**2 < 2 * 3072 < 79**2
    assert ">78$" in LEDGER["Fig4-fifty"].sharper
    assert "13.7 apart" in LEDGER["Fig4-values"].sharper


def test_fig4_draws_the_kept_curves() -> None:
    drawing = fig4.build(Options())
    titles = [ax.get_title() for ax in drawing.figure.axes]
    assert titles == ["Digits (all 1,442)", "", "Fashion-MNIST (10,000 of 60,000)", ""]
    for name, ax in zip((DIGITS, FASHION), drawing.figure.axes[::2], strict=True):
        table = by_hand(name)
        rows = [row for row in drawing.rows if row[:2] == (ax.get_title(), "Q")]
        drawn = np.array([[float(str(cell)) for cell in row[2:]] for row in rows])
        np.testing.assert_allclose(drawn, table, rtol=CLOSED_FORM)
        step = next(line for line in ax.lines if line.get_drawstyle() == "steps-post")
        assert to_rgba(step.get_color()) == to_rgba(BLUE)
        x, y = (np.asarray(values) for values in step.get_data())
        np.testing.assert_allclose(y[:-1], table[:, 1], rtol=CLOSED_FORM)
        np.testing.assert_allclose(x[:-1], table[:, 0], rtol=CLOSED_FORM)
        levels = [float(np.asarray(line.get_ydata())[0]) for line in ax.lines[:2]]
        np.testing.assert_allclose(levels, [table[0, 1], table[-1, 1]], rtol=CLOSED_FORM)
        bars = [r[3] for r in drawing.rows if r[:2] == (ax.get_title(), "percent of segments")]
        assert sum(float(str(bar)) for bar in bars) == pytest.approx(100)
    words = [text.get_text() for text in drawing.figure.axes[2].texts]
    assert f"Vanilla of all 60,000 {kept(VANILLA).curve.vanilla:.3g}" in words


def test_fig4_of_an_own_curve(tmp_path: Path, call: Call, output: Output) -> None:
    own, out = tmp_path / "own.csv", tmp_path / "out"
    where = f"--data '{own}' --out '{out}'"
    output("numerics lipschitz --points 200 --out", own)
    output(f"figures draw fig4 fig4-images {where}")
    assert len(list(out.iterdir())) == 6
    text = (out / "fig4.csv").read_text(encoding="utf-8")
    assert "Digits (200 of 1,442)" in text
    assert "Fashion" not in text
    for beside in tmp_path.glob("own-*"):
        beside.unlink()
    drawing = fig4.build(Options(curves=(own,)))
    assert len(drawing.figure.axes) == 1
    refused = call(f"figures draw fig4-images {where}")
    assert refused.status == 2
    assert "FILE-images.npz" in refused.err
    damaged = (
        ("nothing", "is not a curve of Q(D)"),
        ("epsilon,value,point,partner\n", "must be a table with the columns"),
    )
    for content, message in damaged:
        own.write_text(content, encoding="utf-8")
        assert message in call(f"figures draw fig4 {where}").err


def test_infinite_and_partial_curves_can_be_drawn(tmp_path: Path) -> None:
    X, labels = [[0.0], [2.0], [1.0], [9.0]], [0, 0, 1, 1]
    infinite = lower_bound(X, labels)
    assert infinite.mixup == np.inf
    infinite.to_csv(tmp_path / "infinite.csv")
    ax = fig4.build(Options(curves=(tmp_path / "infinite.csv",))).figure.axes[0]
    assert any(text.get_text() == "Mixup ∞" for text in ax.texts)
    partial = lower_bound(X, labels, up_to=1.0)
    partial.to_csv(tmp_path / "partial.csv")
    ax = fig4.build(Options(curves=(tmp_path / "partial.csv",))).figure.axes[0]
    assert not any("Mixup" in text.get_text() for text in ax.texts)
    at_once = lower_bound([[0.0], [0.0], [1.0], [9.0]], [0, 1, 0, 1])
    at_once.to_csv(tmp_path / "at_once.csv")
    assert fig4.build(Options(curves=(tmp_path / "at_once.csv",))).rows[0][3] == np.inf


def test_images_are_those_of_the_largest_steps() -> None:
    data = datasets.load("digits")
    drawing = fig4_images.build(Options())
    exhibit = kept(DIGITS)
    curve = exhibit.curve
    steps = fig4_images.largest_steps(curve)
    assert steps[0] == 0
    rise = np.diff(curve.values)
    assert set(steps[1:] - 1) == set(np.argsort(rise)[-fig4_images.STEPS :])
    shown = [ax for ax in drawing.figure.axes if ax.images]
    for line, step in enumerate(steps.tolist()):
        witness = curve.witnesses[step]
        # Vanilla's row has two images, the others four.
        first = 0 if line == 0 else 2 + 4 * (line - 1)
        pixels = [np.asarray(ax.images[0].get_array()) for ax in shown[first : first + 2]]
        np.testing.assert_array_equal(pixels[0], data.X_train[witness.point] / 16)
        ends = data.X_train[[witness.i, witness.j]] / 16
        mixed = witness.lam * ends[0] + (1 - witness.lam) * ends[1]
        np.testing.assert_allclose(pixels[1], mixed, rtol=1e-12)
        assert shown[first].get_xlabel() == str(data.labels_train[witness.point])
        if line:
            last = np.asarray(shown[first + 3].images[0].get_array())
            np.testing.assert_array_equal(last, ends[1])
    labels = {str(row[0]) for row in drawing.rows}
    assert labels == {"Digits (all 1,442)", "Fashion-MNIST (10,000 of 60,000)"}
    weights = [row[5] for row in drawing.rows if row[3] == "end"]
    assert sum(float(str(weight)) for weight in weights) == pytest.approx(len(weights) / 2)


def test_images_of_two_segments_and_in_colour(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    X, labels = rng.integers(0, 256, (12, 3, 3, 3), dtype=np.uint8), np.arange(12) % 6
    data = datasets.Dataset("made", X, labels, X, labels, tuple("abcdef"), 255, ())
    curve = lower_bound(X / 255, data.labels_train, "segments", distance="euclidean")
    path = curve.to_csv(tmp_path / "made.csv")
    Pictures.of(data, curve, np.array([255.0])).save(tmp_path / "made-images.npz")
    drawing = fig4_images.build(Options(curves=(path,)))
    assert {row[3] for row in drawing.rows} >= {"sample", "partner", "end"}
    assert any(" + " in ax.get_xlabel() for ax in drawing.figure.axes)
    first = next(ax for ax in drawing.figure.axes if ax.images)
    pixels = first.images[0].get_array()
    assert pixels is not None
    assert pixels.shape == (3, 3, 3)


def test_without_scikit_learn_kept_digits_are_shown(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: find(name) if name != "sklearn" else None
    )
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(stored.MissingRunsError, match="python -m numerics lipschitz --data digits"):
        exhibits(folder)
    assert exhibits(DATA)[0].label == "Digits (all 1,442)"


def test_shares_of_lengths_are_marked() -> None:
    lengths = Lengths(np.array([1.0, 2.0]), np.array([2.0, 3.0]), np.array([3, 1]))
    ax = column_figure(2).subplots()
    bars = fig4.draw_lengths(ax, lengths, 2.0)
    assert bars == [(1.5, 75.0), (2.5, 25.0)]
    assert ax.texts[0].get_text() == "75 % are shorter"
