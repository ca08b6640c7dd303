"""The experiment on images: what it tries on each data set, and what its results say."""

import dataclasses
import itertools
from typing import Any

import numpy as np
import pytest
from scipy import stats

from numerics import datasets, statistics
from numerics.experiments.images import METHODS, Candidate, Table1
from numerics.experiments.images.settings import ENDS, settings
from numerics.mlp import single
from tests.numerics.studies import IMAGES

pytest.importorskip("sklearn")


@pytest.fixture(scope="module")
def unbroken() -> Any:
    return IMAGES.whole


def tried(*errors: tuple[float | None, ...], ends: int = 2) -> Table1:
    """Make a result in which the exponential graph has these validation errors, the ends last."""
    own = len(errors) - ends
    items = [
        Candidate("exponential", k, k, row)
        if k < own
        else Candidate(ENDS[k - own], None, None, row)
        for k, row in enumerate(errors)
    ]
    empty: Any = {"methods": ("exponential",), "validation": tuple(items)}
    rest = {field.name: None for field in dataclasses.fields(Table1)}
    return Table1(**rest | empty)


def test_the_end_of_what_was_tried_is_told() -> None:
    for place, told in ((0, ""), (2, ""), (3, "mixup"), (4, "baseline")):
        errors = [(0.2, 0.2)] * 5
        errors[place] = (0.1, 0.1)
        assert tried(*errors).edge("exponential") == told
    # Of equals the first, so that no end is taken without need.
    assert tried((0.1,), (0.1,), (0.1,)).edge("exponential") == ""
    # Older runs did not try the ends.
    for place, told in ((0, "smallest"), (1, ""), (2, "largest")):
        errors = [(0.2, 0.2)] * 3
        errors[place] = (0.1, 0.1)
        assert tried(*errors, ends=0).edge("exponential") == told
    assert tried((0.1,), ends=0).edge("exponential") == ""


def test_optimism_is_that_of_the_runs_left_out() -> None:
    # By hand: without the first run the second value is best, without the second the first is.
    result = tried((0.1, 0.3), (0.2, 0.1), (0.5, 0.5), (0.5, 0.5))
    np.testing.assert_allclose(result.optimism("exponential"), (0.2 + 0.3) / 2 - 0.15)
    # What diverged cannot be chosen, and one run says nothing.
    lost = tried((0.1, 0.3), (0.2, 0.1), (0.0, None), (0.5, 0.5))
    assert lost.optimism("exponential") == result.optimism("exponential")
    assert np.isnan(tried((0.1,), (0.2,), (0.5,), (0.5,)).optimism("exponential"))
    # Rounding decides nothing where values are equal.
    equal = tried(*((0.2 + K / 1000, 0.25) for K in (8, 32, 64)), ends=0)
    np.testing.assert_allclose(equal.optimism("exponential"), 0, atol=1e-12)
    thirds = tried((0.1, 0.2, 0.3), (0.3, 0.2, 0.1), (0.2, 0.3, 0.1), ends=0)
    assert thirds.edge("exponential") == "smallest"
    assert len({item.mean for item in thirds.validation}) == 1
    # Of equally good values it is what the least mean falls short by.
    rng = np.random.default_rng(0)
    found, short = [], []
    for _ in range(2000):
        table = rng.normal(0.5, 0.01, (5, 5))
        found.append(tried(*map(tuple, table.tolist())).optimism("exponential"))
        short.append(0.5 - table.mean(axis=1).min())
    assert min(found) >= 0
    assert abs(np.mean(found) - np.mean(short)) < 4 * stats.sem(np.array(found) - short)


def test_choice_has_the_least_mean_validation_error(unbroken: Table1) -> None:
    by = itertools.groupby(unbroken.validation, lambda item: item.method)
    groups = {method: list(items) for method, items in by}
    ends = [groups.pop(end)[0] for end in ENDS]
    assert set(groups) == {"exponential", "threshold", "knn", "exponential-features"}
    for method, own in groups.items():
        items = own + ends
        assert unbroken.candidates(method) == tuple(items)
        assert [len(item.errors) for item in items] == [2, 2, 2, 2]
        means = [np.mean([error for error in item.errors if error is not None]) for item in items]
        assert means[0] != means[1]
        best = items[int(np.argmin(means))]
        assert unbroken.edge(method) == ("" if best in own else best.method)
        assert unbroken.parameters[method] == best.parameter
        assert unbroken.scaled[method] == best.scaled
    # Not the same place for all, so that no rule but this one is followed.
    assert unbroken.scaled["exponential"] == 0.5
    assert unbroken.scaled["exponential-features"] == 2.0
    assert unbroken.edge("threshold") == "mixup"
    where = unbroken.methods.index
    np.testing.assert_array_equal(*unbroken.curves[[where("threshold"), where("mixup")]])
    for method in ("baseline", "mixup", "adamixup", "threshold-quantile"):
        assert unbroken.candidates(method) == ()
        assert unbroken.edge(method) == ""
        assert np.isnan(unbroken.optimism(method))


def test_differences_are_students_and_holms(unbroken: Table1) -> None:
    found = unbroken.differences()
    pairs = [(item.first, item.second) for item in found]
    assert len(pairs) == len(set(pairs)) == 13
    assert ("baseline", "mixup") in pairs
    assert ("mixup", "baseline") not in pairs
    raw = []
    for item in found:
        one, other = (unbroken.errors[METHODS.index(name)] for name in (item.first, item.second))
        # The threshold's choice is Mixup itself: no difference at all.
        raw.append(float(stats.ttest_rel(one, other).pvalue) if (one != other).any() else 1.0)
        assert item.estimate == unbroken.paired(item.first, item.second)
        np.testing.assert_allclose(item.estimate.value, (one - other).mean(), rtol=1e-12)
    np.testing.assert_allclose([item.estimate.pvalue for item in found], raw, rtol=1e-9)
    pvalues = [item.estimate.pvalue for item in found]
    assert [item.adjusted for item in found] == statistics.holm(pvalues)
    other = IMAGES.run(("knn", "threshold"), 2)
    assert other.differences() == ()
    with pytest.raises(ValueError, match="second must be one of knn, threshold; got 'mixup'"):
        other.paired("knn", "mixup")


def test_settings_of_the_data_sets() -> None:
    digits, fashion = settings("digits"), settings("fashion-mnist")
    assert (digits.recipe.widths, digits.recipe.epochs) == ((100, 100), 60)
    assert (digits.recipe.batch_size, digits.knn) == (32, (2, 8, 16, 24))
    assert (fashion.recipe, fashion.knn) == (single.Recipe(epochs=15), (8, 32, 64, 96))
    short = settings("svhn", epochs=15)
    assert {settings(name).validation_runs for name in datasets.NAMES} == {5}
    assert dataclasses.replace(short, data="fashion-mnist") == fashion
    assert settings("svhn").recipe == single.Recipe()
    assert fashion.grid("exponential") == fashion.grid("exponential-features")
    assert [fashion.grid(method) for method in ("baseline", "threshold-quantile")] == [(), ()]
    assert settings("digits", batch_size=6).knn == (1, 2, 3, 4)
    assert settings("digits", batch_size=2).knn == (1,)
    assert settings("digits", batch_size=6, knn=[5]).knn == (5,)
