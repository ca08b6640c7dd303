"""The measured rows of Section V.C and Table I, the figures of it, and the runs that are kept."""

import csv
from collections import Counter, defaultdict
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from figures.drawing import stored
from figures.drawing.options import Options
from figures.ledger import LEDGER
from figures.measured import conclusion
from figures.table1 import claims as images_claims
from figures.table1 import comparisons as table1_compare
from figures.table1 import differences as table1
from figures.table1 import stored as table1_stored
from figures.table1 import training as table1_curves
from figures.table1.stored import CIFAR10, DIGITS, FASHION, LABELS, MNIST, SETS, ImageSet
from figures.table1.text import columns, methods, write
from numerics.experiments.images import METHODS, Candidate, settings
from numerics.validation import FloatArray
from tests.commands import Output
from tests.figures.made_runs import AS_PRINTED, REVERSED, made, pieces, write_table1
from theory import Unchecked, Verdict
from theory.experiments.table_1 import TABLE

MEASURED = list(images_claims.CLAIMS)
ORDERINGS = ["Table1-network"]
FROM_RUNS = [key for key in MEASURED if key != "V.C-datasets"]
OPPOSITE = "significant the other way"
SMALL = (MNIST, DIGITS, FASHION)
"""Small grey images."""
KEPT = stored.DATA
"""Where the repository's own runs are."""


@pytest.fixture
def runs(folder: Path) -> Path:
    """Made runs on all data sets, with whose means every row agrees."""
    write_table1(folder, sets=SETS)
    for seed, data in enumerate(SMALL, 5):  # where AdaMixup is said to be better
        made(data, AS_PRINTED | {"adamixup": 5.1}, seed=seed).to_csv(folder / f"{data.file}.csv")
    return folder


def by_hand(path: Path) -> dict[str, FloatArray]:
    """Read test errors in percent, shape (runs, epochs) for each method, with nothing but csv."""
    found: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            found[row["method"]][int(row["run"])].append(100 * float(row["error"]))
    return {method: np.array(list(rows.values())) for method, rows in found.items()}


def outcomes(key: str) -> set[str]:
    return {conclusion(piece) for piece in pieces(key).values()}


@pytest.mark.claims(*FROM_RUNS)
@pytest.mark.parametrize("key", FROM_RUNS)
def test_rows_say_what_differs(key: str) -> None:
    said = " ".join(LEDGER[key].hypotheses) + LEDGER[key].title
    assert "our network" in said
    if key != "V.C-parameters-network":
        assert "perceptron" in said
        assert "never on the test set" in said


def test_some_methods_are_better_than_none(folder: Path) -> None:
    few = {name: AS_PRINTED[name] for name in ("baseline", "mixup", "exponential")}
    write_table1(folder, few, (DIGITS,))
    result = LEDGER["Table1-network"].run()
    assert result.verdict is Verdict.MEASURED
    assert "8 of 10 numbers not measured yet" in result.claim.result
    piece, *_ = LEDGER["VI-features"].run().evidence
    assert isinstance(piece, Unchecked)
    assert "two runs of feature distances" in piece.needs
    write_table1(folder, few, (DIGITS,), runs=1)
    assert LEDGER["Table1-network"].run().verdict is Verdict.NOT_CHECKED
    with pytest.raises(FileNotFoundError, match=r"table1 needs runs in .* make them with: python"):
        table1.build(Options(data=folder))


def test_a_file_of_another_experiment_is_refused(folder: Path, tmp_path: Path) -> None:
    made(DIGITS, AS_PRINTED).to_csv(folder / f"{FASHION.file}.csv")
    assert "must hold runs on fashion-mnist, got digits" in LEDGER["VI-quantile"].run().error
    (folder / f"{FASHION.file}.csv").unlink()
    known = made(DIGITS, AS_PRINTED)
    other = replace(known, settings=settings("digits", rate=0.5).to_dict())
    other.to_csv(folder / f"{DIGITS.file}.csv")
    assert "rate is 0.5, asked for 0.1" in LEDGER["VI-quantile"].run().error
    # Runs of one's own may have any ingredients.
    own = tmp_path / "own"
    own.mkdir()
    other.to_csv(own / f"{DIGITS.file}.csv")
    assert table1_stored.read(DIGITS, own) is not None


def check_differences(where: Path) -> set[tuple[ImageSet, tuple[str, str]]]:
    """Hold every difference, and Holm's rule for all, against scipy, from the files alone."""
    errors = {
        data: by_hand(where / f"{data.file}.csv")
        for data in SETS
        if (where / f"{data.file}.csv").exists()
    }
    found = table1_compare.compared()
    pvalues = {}
    for (data, (first, second)), comparison in found.items():
        one, other = errors[data][first][:, -1], errors[data][second][:, -1]
        estimate = comparison.estimate
        if (one == other).all():
            assert (estimate.value, estimate.pvalue) == (0, 1)
            pvalues[data, first, second] = 1.0
            continue
        test = stats.ttest_rel(one, other)
        interval = test.confidence_interval(0.95)
        np.testing.assert_allclose(
            [estimate.value, estimate.low, estimate.high],
            [np.mean(one) - np.mean(other), interval.low, interval.high],
            rtol=1e-8,
            atol=1e-10,
        )
        pvalues[data, first, second] = float(test.pvalue)
    ordered = sorted(pvalues.items(), key=lambda item: item[1])
    bound = 0.0
    for rank, ((data, first, second), pvalue) in enumerate(ordered):
        bound = max(bound, min(1.0, (len(ordered) - rank) * pvalue))
        np.testing.assert_allclose(found[data, (first, second)].adjusted, bound, rtol=1e-6)
    return set(found)


ALL = {
    (data, pair)
    for family in table1_compare.FAMILIES.values()
    for pair, places in family
    for data in places
}


@pytest.mark.claims(
    *ORDERINGS,
    "V.C-fmnist-network",
    "V.C-graphs",
    "V.C-adamixup-network",
    "VI-quantile",
    "VI-features",
)
def test_differences_are_those_of_scipy(runs: Path) -> None:
    assert check_differences(runs) == ALL


def test_differences_of_the_kept_runs_are_those_of_scipy() -> None:
    assert check_differences(KEPT) <= ALL


@pytest.mark.claims(*(key for key in FROM_RUNS if key != "V.C-parameters-network"))
@pytest.mark.usefixtures("runs")
@pytest.mark.parametrize("key", [key for key in FROM_RUNS if key != "V.C-parameters-network"])
def test_the_statement_is_found_right_where_it_is(key: str) -> None:
    assert LEDGER[key].run().verdict is Verdict.MEASURED
    assert outcomes(key) == {"agrees"}


@pytest.mark.claims(*(key for key in FROM_RUNS if key != "V.C-parameters-network"))
@pytest.mark.parametrize("key", [key for key in FROM_RUNS if key != "V.C-parameters-network"])
def test_the_reversed_order_is_the_opposite(key: str, folder: Path) -> None:
    for number, data in enumerate(SETS):
        means = REVERSED | ({"adamixup": 7.0} if data in SMALL else {})
        slow = {"exponential": 8.0, "adamixup": 4.0}
        made(data, means, pace=slow, seed=number).to_csv(folder / f"{data.file}.csv")
    if key == "V.C-convergence":
        # Of the area the level is a part; here it is against the statement too.
        for data in SMALL:
            made(data, REVERSED, pace=slow).to_csv(folder / f"{data.file}.csv")
    assert outcomes(key) == {OPPOSITE}
    result = LEDGER[key].run()
    assert OPPOSITE in result.claim.result
    assert ": agrees" not in result.claim.result


@pytest.mark.claims(*ORDERINGS)
@pytest.mark.parametrize(
    "key", [key for key in FROM_RUNS if key not in {"V.C-parameters-network", "V.C-graphs"}]
)
def test_equal_methods_are_undecided(key: str, folder: Path) -> None:
    even = dict.fromkeys(AS_PRINTED, 6.0)
    for number, data in enumerate(SETS):
        made(data, even, pace={}, seed=40 + number).to_csv(folder / f"{data.file}.csv")
    assert outcomes(key) == {"undecided"}


@pytest.mark.claims("Table1-network")
def test_the_number_of_comparisons_counts(folder: Path) -> None:
    # One comparison alone is significant at 5 %, among four that show nothing it is not.
    rng = np.random.default_rng(0)
    for number, data in enumerate((DIGITS, FASHION)):
        known = made(data, dict.fromkeys(AS_PRINTED, 6.0), pace={}, seed=30 + number)
        curves = known.curves.copy()
        base = 0.06 + 0.002 * rng.normal(size=12)
        shift = 0.002 * stats.zscore(rng.normal(size=12))
        curves[0, :, -1] = base
        curves[1, :, -1] = base + 0.002 * stats.zscore(rng.normal(size=12))
        curves[2, :, -1] = base + shift - (0.0014 if data is DIGITS else 0.0)
        replace(known, curves=curves).to_csv(folder / f"{data.file}.csv")
    piece = pieces("Table1-network")["Local Mixup against Baseline", "Digits"]
    alone, adjusted = map(float, str(piece.found["p alone, p after Holm's rule"]).split(", "))
    assert alone < 0.05 < adjusted
    assert piece.interval[1] < 0
    assert conclusion(piece) == "undecided"


@pytest.mark.claims("V.C-graphs")
def test_one_graph_that_wins_decides_for_the_sets_that_are_summed_up(runs: Path) -> None:
    where = "the least favourable of the four comparisons", CIFAR10.title
    assert conclusion(pieces("V.C-graphs")[where]) == "agrees"
    wins = AS_PRINTED | {"threshold": 6.5}  # better than Mixup, and not than the baseline
    made(CIFAR10, wins).to_csv(runs / f"{CIFAR10.file}.csv")
    piece = pieces("V.C-graphs")[where]
    assert conclusion(piece) == OPPOSITE
    assert piece.quantity.startswith("error rate of threshold graph minus that of Mixup")
    assert sum("agrees" in str(value) for value in piece.found.values()) == 3
    assert "threshold graph" in LEDGER["V.C-graphs"].run().claim.result


@pytest.mark.claims(*ORDERINGS)
@pytest.mark.usefixtures("runs")
def test_what_a_comparison_rests_on_is_told() -> None:
    piece = pieces("Table1-network")["Local Mixup against Mixup", "Fashion-MNIST"]
    printed = TABLE["Fashion-MNIST"]
    local, mixup = printed["Local Mixup"], printed["Mixup"]
    assert piece.found["printed in Table I"] == (
        f"Local Mixup {local.mean} ± {local.width}, Mixup {mixup.mean} ± {mixup.width}"
    )
    assert "alpha = 0.5, 1 over the median distance" in str(piece.found["Local Mixup"])
    assert "hidden layers of 300, 300" in piece.provenance
    assert "12 runs of each method" in piece.provenance
    piece = pieces("VI-features")["feature distances against Local Mixup", "Digits"]
    assert "median distance of trained features" in str(piece.found["feature distances"])
    assert "printed in Table I" not in piece.found


@pytest.mark.claims("V.C-graphs")
def test_no_smaller_error_is_what_is_asked_of_the_graphs(runs: Path) -> None:
    means = AS_PRINTED | {"threshold": 6.8, "knn": 6.78}  # Mixup's, and hardly less
    known = made(DIGITS, means)
    curves = known.curves.copy()
    curves[3, :, -1] = curves[1, :, -1]  # the threshold is Mixup itself
    curves[4, :, -1] = curves[1, :, -1] - 0.0002 + 0.002 * stats.zscore(np.arange(12.0))
    replace(known, curves=curves).to_csv(runs / f"{DIGITS.file}.csv")
    found = pieces("V.C-graphs")
    assert conclusion(found["threshold graph against Mixup", "Digits"]) == "agrees"
    assert conclusion(found["K-NN graph against Mixup", "Digits"]) == "undecided"
    assert found["K-NN graph against Mixup", "Digits"].value < 0
    assert conclusion(found["threshold graph against Baseline", "Digits"]) == "agrees"


@pytest.mark.claims(*ORDERINGS, "V.C-graphs")
def test_what_a_parameter_was_chosen_from_is_told(runs: Path) -> None:
    old = pieces("V.C-graphs")["K-NN graph against Mixup", "Fashion-MNIST"].found["K-NN graph"]
    assert "chosen from 1 value without Mixup and vanilla training" in str(old)
    known = made(FASHION, AS_PRINTED)
    own = [Candidate("knn", K, K / 127, (0.2 + K / 1000,)) for K in (8.0, 32.0, 64.0)]
    knn = dict.fromkeys(("parameters", "scaled"))
    for candidates, edge, told in (
        (own, "smallest", "3 values without Mixup and vanilla training, it is the smallest, 1 val"),
        ([*own, Candidate("mixup", None, None, (0.1,)), Candidate("baseline", None, None, (0.3,))],
         "mixup", "it is Mixup itself, 10.00 % in validation, where the best value between"),
    ):  # fmt: skip
        changed = {name: getattr(known, name) | {"knn": None} for name in knn}
        made_so = replace(known, validation=tuple(candidates), **changed)
        assert made_so.edge("knn") == edge
        made_so.to_csv(runs / f"{FASHION.file}.csv")
        piece = pieces("V.C-graphs")["K-NN graph against Mixup", "Fashion-MNIST"]
        assert told in str(piece.found["K-NN graph"])
        assert "optimism not known of one run" in str(piece.found["K-NN graph"])
        itself = "(K-NN graph is Mixup itself)" if edge == "mixup" else ""
        assert piece.found.get("remark", "") == itself.strip("()")
        row = images_claims.CLAIMS.claims["V.C-graphs"].run()
        assert itself in row.claim.result
        assert ("itself" in row.claim.result) == (edge == "mixup")
        assert ("K-NN graph: the choice is Mixup itself" in write({FASHION: made_so}, "md")) == (
            edge == "mixup"
        )
    two = [replace(item, errors=(*item.errors, 0.25)) for item in own]
    replace(known, validation=tuple(two)).to_csv(runs / f"{FASHION.file}.csv")
    piece = pieces("V.C-graphs")["K-NN graph against Mixup", "Fashion-MNIST"]
    assert "2 validation runs a value, optimism 0.00 points" in str(piece.found["K-NN graph"])


def test_runs_with_other_grids_are_read(folder: Path) -> None:
    known = made(DIGITS, AS_PRINTED)
    older = settings(
        "digits", exponential=(0.1, 4.0), threshold=(0.5,), knn=(2, 8), validation_runs=1
    )
    replace(known, settings=older.to_dict()).to_csv(folder / f"{DIGITS.file}.csv")
    where = "Local Mixup against Baseline", "Digits"
    assert pieces("Table1-network")[where].provenance.endswith(
        "; exponential, threshold, knn, validation runs are not what the command tries now"
    )
    known.to_csv(folder / f"{DIGITS.file}.csv")
    assert "tries now" not in pieces("Table1-network")[where].provenance


def needed_by_hand(curve: list[float], within: float) -> int:
    """Walk back from the last epoch."""
    epoch = len(curve)
    while epoch > 1 and curve[epoch - 2] <= curve[-1] + within:
        epoch -= 1
    return epoch


@pytest.mark.claims("V.C-convergence")
def test_epochs_until_the_final_error() -> None:
    rng = np.random.default_rng(0)
    curves = np.cumsum(rng.normal(-0.1, 0.5, (200, 15)), axis=1)
    found = table1_compare.epochs_needed(curves, 0.7)
    assert found.tolist() == [needed_by_hand(row, 0.7) for row in curves.tolist()]
    assert len(set(found.tolist())) > 5
    # The first time is not enough: the error has to stay there.
    first = (curves <= curves[:, -1:] + 0.7).argmax(axis=1) + 1
    assert (first < found).any()
    np.testing.assert_array_equal(table1_compare.epochs_needed(np.ones((2, 4))), [1, 1])


@pytest.mark.claims("V.C-convergence")
def test_convergence_from_the_files(runs: Path) -> None:
    found = pieces("V.C-convergence")
    assert len(found) == 6
    for (subject, where), piece in found.items():
        (data,) = [data for data in SETS if data.title == where]
        errors = by_hand(runs / f"{data.file}.csv")
        if "epochs until" in subject:
            one, other = (
                np.array([needed_by_hand(row, table1_compare.WITHIN) for row in errors[m].tolist()])
                for m in ("exponential", "adamixup")
            )
        else:
            one, other = (errors[m].mean(axis=1) for m in ("exponential", "adamixup"))
        np.testing.assert_allclose(piece.value, np.mean(one - other), rtol=1e-9)
        if np.ptp(one - other) == 0:  # whole numbers of epochs: all runs may agree
            assert piece.interval == (piece.value, piece.value)
            continue
        test = stats.ttest_rel(one, other)
        np.testing.assert_allclose(piece.interval, tuple(test.confidence_interval()), rtol=1e-9)


@pytest.mark.claims("V.C-parameters-network")
def test_parameters_by_the_shapes_of_the_weights(runs: Path) -> None:
    where = "AdaMixup's parameters over Local Mixup's", "Digits"
    piece = pieces("V.C-parameters-network")[where]
    shapes = [((a + 1) * b) for a, b in pairwise((64, 100, 100, 10))]
    assert piece.agrees
    assert piece.found["Local Mixup, the classifier alone"] == sum(shapes) == 17_610
    assert piece.found["what Local Mixup adds"] == 0
    extra = [int(str(v)) for name, v in piece.found.items() if name.startswith("of these")]
    assert len(extra) == 2
    assert piece.value == (sum(shapes) + sum(extra)) / sum(shapes) > 1
    known = made(DIGITS, AS_PRINTED)
    wrong = known.parameter_counts | {"classifier": 17_600}
    replace(known, parameter_counts=wrong).to_csv(runs / f"{DIGITS.file}.csv")
    assert not pieces("V.C-parameters-network")[where].agrees


def test_drawn_differences_are_the_files(runs: Path) -> None:
    drawing = table1.build(Options(data=runs))
    seen: Counter[tuple[object, bool]] = Counter()
    for title, by, first, second, count, value, low, high, p, _ in drawing.rows:
        numbers = [float(str(number)) for number in (value, low, high)]
        if by == "ours":
            (data,) = [data for data in SETS if data.title == title]
            errors = by_hand(runs / f"{data.file}.csv")
            names = {LABELS[method]: method for method in METHODS}
            one = errors[names[str(first)]][:, -1]
            other = errors[names[str(second)]][:, -1] if second else np.zeros(12)
            low_high = stats.t.interval(0.95, 11, np.mean(one - other), stats.sem(one - other))
            np.testing.assert_allclose(numbers, [np.mean(one - other), *low_high], rtol=1e-8)
            assert count == 12
            assert (p == "") == (second == "")
        seen[by, bool(second)] += 1
    assert seen["ours", False] == 8 * len(SETS)
    assert seen["ours", True] == len(table1.SHOWN) * len(SETS)
    assert seen["Table I", False] == 12
    assert seen["Table I", True] == 12
    assert seen["Section V.C", True] == 2
    rows = {tuple(row[:4]): row[5:8] for row in drawing.rows}
    difference = rows["Fashion-MNIST", "Table I", "Mixup", "Baseline"]
    half = np.hypot(0.2, 0.16)
    np.testing.assert_allclose(
        [float(str(number)) for number in difference], [0.16, 0.16 - half, 0.16 + half], rtol=1e-9
    )


def test_tables_have_ours_beside_the_printed_numbers(folder: Path) -> None:
    write_table1(folder)
    found = table1_stored.read_all()
    text, source = write(found, "md"), write(found, "tex")
    head, _, *lines = text.splitlines()
    cells = [cell.strip() for cell in head.strip("|").split("|")]
    at = cells.index("Fashion-MNIST, Table I (DenseNet)")
    assert cells[at - 1] == "Fashion-MNIST, ours (perceptron)"
    for line, name in zip(lines, ("Baseline", "Mixup", "Local Mixup"), strict=False):
        row = [cell.strip() for cell in line.strip("|").split("|")]
        printed = TABLE["Fashion-MNIST"][name]
        assert (row[0], row[at]) == (name, f"{printed.mean} ± {printed.width}")
        errors = by_hand(folder / f"{FASHION.file}.csv")
        method = {label: key for key, label in LABELS.items()}[name]
        final = errors[method][:, -1]
        half = stats.t.ppf(0.975, 11) * stats.sem(final)
        assert row[at - 1] == f"{np.mean(final):.2f} ± {half:.2f}"
    shown = columns(found)
    assert methods(shown) == list(LABELS)
    # Every row of the LaTeX table has as many cells as the table has columns.
    rows = [line for line in source.splitlines() if line.endswith(r"\\")]
    assert len(rows) == 3 + len(LABELS)
    assert {row.count("&") for row in rows} == {len(shown)}
    assert source.count("{") == source.count("}")
    assert "%" not in source.replace(r"\%", "")
    for said in ("no convolutions", "without augmentation", "12 runs"):
        assert said in text
        assert said in source


def test_curves_are_the_means_of_the_files(folder: Path) -> None:
    write_table1(folder)
    drawing = table1_curves.build(Options(data=folder))
    errors = by_hand(folder / f"{DIGITS.file}.csv")
    own = [row for row in drawing.rows if row[0] == "Digits"]
    assert len(own) == 8 * 60
    for _, count, method, epoch, *numbers in own[::37]:
        column = errors[str(method)][:, int(str(epoch)) - 1]
        expected = stats.t.interval(0.95, 11, np.mean(column), stats.sem(column))
        np.testing.assert_allclose(
            [float(str(number)) for number in numbers], [np.mean(column), *expected], rtol=1e-8
        )
        assert count == 12
    looks = [(look["color"], str(look["linestyle"])) for look in table1_curves.LOOKS.values()]
    assert set(table1_curves.LOOKS) == set(METHODS)
    assert len({colour for colour, _ in looks}) == len(looks)


def test_everything_through_the_door(tmp_path: Path, output: Output) -> None:
    data, out = tmp_path / "mine", tmp_path / "out"
    data.mkdir()
    write_table1(data)
    said = output("figures draw table1 training-curves --data", data, "--out", out)
    assert {path.name for path in out.iterdir()} == {
        *(f"table1.{ending}" for ending in ("pdf", "png", "csv", "md", "tex")),
        *(f"training-curves.{ending}" for ending in ("pdf", "png", "csv")),
    }
    assert "table1.md" in said


@pytest.mark.parametrize("data", SETS[:2], ids=lambda data: data.name)
def test_kept_runs_are_those_that_were_asked_for(data: ImageSet) -> None:
    found = table1_stored.read(data, KEPT)
    if found is None:
        assert not (KEPT / f"{data.file}.csv").exists()
        return
    assert found.curves.shape[1] >= (10 if data is DIGITS else 5)
    assert set(found.methods) >= set(METHODS[:6])
    assert "fingerprint" in found.provenance["versions"]
    made_by = found.provenance["command"]
    assert made_by.startswith("python -m numerics table1 ")
    assert f" --data {data.name} " in made_by
    for method in found.methods:
        tried = found.candidates(method)
        if tried:
            best = min(tried, key=lambda item: item.mean)
            assert (found.parameters[method], found.scaled[method]) == (best.parameter, best.scaled)
