"""The spirals with other ingredients: the ablation of the preset released, and the batch rule."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from figures.ledger import LEDGER
from figures.measured import conclusion
from figures.spirals import stored
from figures.spirals.claims.conditions import COMPARED
from figures.spirals.comparisons import batch_effect, changes, conclusions, steps
from numerics import statistics
from numerics.experiments import LADDER
from numerics.experiments.two_spirals.results import Ablation
from numerics.experiments.two_spirals.settings import PRESETS, Rule, settings
from tests.figures.made_runs import by_hand, errors_of, pieces, some_of, whole_curve


def test_steps_of_the_ablation_are_those_of_the_ladder(runs: Path) -> None:
    path = runs / "ablation.csv"
    made = Ablation.from_csv(path)
    Ablation(made.names, (made.results[0],) * 5).to_csv(path)
    result = LEDGER["Fig3-ablation"].run()
    assert "softmax_twice is true, asked for false" in result.error
    fewer = replace(made.results[1], errors=made.results[1].errors[:, :9])
    Ablation(made.names[:2], (made.results[0], fewer)).to_csv(path)
    with pytest.raises(ValueError, match="same seed, epsilons and number of runs"):
        stored.read_ablation(runs)


@pytest.mark.claims("Fig3-batch-rule")
def test_effect_of_the_batch_rule_from_the_files(runs: Path) -> None:
    chosen = replace(PRESETS["corrected"], rule="equal-updates")
    shifted = {e: v - (1.5 if 0 < e < np.inf else 0) for e, v in whole_curve(1.0).items()}
    errors_of(chosen, shifted, 45, seed=9).to_csv(runs / "spirals-corrected-equal-updates.csv")
    effect = batch_effect("corrected")
    assert effect is not None
    rules = ("paper", "equal-updates")
    paper, equal = (by_hand(runs / f"spirals-corrected-{rule}.csv") for rule in rules)
    local = [e for e in paper if 0 < e < 4]
    assert list(effect.epsilons) == local
    tests = [stats.ttest_rel(paper[e][:45], equal[e]) for e in local]
    intervals = [test.confidence_interval(1 - 0.05 / len(local)) for test in tests]
    direct = [np.mean(np.subtract(paper[e][:45], equal[e])) for e in local]
    np.testing.assert_allclose(
        [(each.value, each.low, each.high) for each in effect.effects],
        [(value, i.low, i.high) for value, i in zip(direct, intervals, strict=True)],
        rtol=1e-9,
    )
    assert effect.largest == np.argmax(np.abs(direct))
    piece = pieces("Fig3-batch-rule")["the rule against equal updates", "corrected"]
    assert (piece.agrees, conclusion(piece)) == (False, "does not agree")
    assert piece.value == effect.effects[effect.largest].value


CONSTANT = "the rule against a constant batch of 20"
EQUAL = "the rule against equal updates"


@pytest.mark.claims("Fig3-batch-rule")
@pytest.mark.parametrize(
    ("rule", "subject", "at_small", "outcome"),
    [
        ("constant", CONSTANT, 8.0, "agrees"),  # what it avoids is its smaller error
        ("constant", CONSTANT, 12.0, "significant the other way"),
        ("constant", CONSTANT, 10.0, "undecided"),
        ("equal-updates", EQUAL, 10.0, "agrees"),
        ("equal-updates", EQUAL, 12.0, "does not agree"),  # though the effects cancel in the mean
    ],
)
def test_the_batch_rule_is_judged_at_single_eps(
    rule: Rule, subject: str, at_small: float, outcome: str, runs: Path
) -> None:
    even = dict.fromkeys(whole_curve(), 10.0)
    means = even | {0.6: at_small} | ({2.0: 20 - at_small} if subject == EQUAL else {})
    errors_of(settings("corrected"), means, 900, 0).to_csv(runs / "spirals-corrected-paper.csv")
    other = runs / f"spirals-corrected-{rule}.csv"
    made = errors_of(settings("corrected", rule), even, 900, 1)
    made.to_csv(other)
    assert conclusion(pieces("Fig3-batch-rule")[subject, "corrected"]) == outcome
    if subject == EQUAL:
        replace(made, provenance=made.provenance | {"seed": {"entropy": 1}}).to_csv(other)
        with pytest.raises(ValueError, match="runs under both rules must have one seed"):
            batch_effect("corrected")


@pytest.mark.claims("Fig3-ablation")
def test_ablation_by_scipy(runs: Path) -> None:
    found = pieces("Fig3-ablation")
    assert len(found) == 15
    pvalues = []
    for (subject, step), piece in found.items():
        first = np.inf if subject.startswith("Mixup") else 0.8
        second = np.inf if subject.endswith("Mixup") else 0.0
        errors = by_hand(runs / "ablation.csv", step)
        test = stats.ttest_rel(errors[first], errors[second])
        np.testing.assert_allclose(piece.interval, tuple(test.confidence_interval()), rtol=1e-9)
        pvalues.append(float(test.pvalue))
    adjusted = statistics.holm(pvalues)
    for piece, pvalue in zip(found.values(), adjusted, strict=True):
        assert piece.agrees == (pvalue < 0.05 and piece.value < 0)
    # Vanilla training gets better with each step of the made runs, and overtakes.
    outcomes = [conclusion(piece) for (what, _), piece in found.items() if "0.8 against v" in what]
    assert outcomes[0] == "agrees"
    assert outcomes[-1] == "significant the other way"


def ladder(*means: tuple[float, float, float]) -> Ablation:
    """Make an ablation of vanilla training, eps = 0.8 and Mixup with these expectations."""
    chosen, steps = settings("released"), []
    for number, ((_, change), errors) in enumerate(zip(LADDER, means, strict=False)):
        chosen = replace(chosen, **change)
        by_epsilon = dict(zip((0.0, 0.8, np.inf), errors, strict=True))
        steps.append(errors_of(chosen, by_epsilon, 100, number))
    return Ablation(tuple(name for name, _ in LADDER[: len(means)]), tuple(steps))


@pytest.mark.claims("Fig3-ablation")
def test_a_conclusion_hangs_on_what_turns_it_round(runs: Path) -> None:
    # Local Mixup: below vanilla with two softmaxes only. Mixup: never. Between the two: always.
    made = ladder((20, 10, 30), (9, 10, 30), (9, 10, 30), (9, 10, 30), (9, 10, 30))
    made.to_csv(runs / "ablation.csv")
    found = conclusions(steps(), COMPARED)
    assert {subject: each.hinges for subject, each in found.items()} == {
        "eps = 0.8 against Mixup": (),
        "eps = 0.8 against vanilla": (("released", "one softmax"),),
        "Mixup against vanilla": (),
    }
    said = LEDGER["Fig3-ablation"].run().claim.result
    assert "eps = 0.8 against vanilla hangs on one softmax; " in said
    assert said.startswith("eps = 0.8 against Mixup holds at 5 of 5 steps; ")
    assert "Mixup against vanilla is reversed at 5 of 5 steps" in said
    # The change is that of the differences, run by run.
    change = changes(steps(), COMPARED)["one softmax", "eps = 0.8 against vanilla"]
    before, after = (100 * (step.errors[1] - step.errors[0]) for step in made.results[:2])
    test = stats.ttest_rel(after, before)
    interval = test.confidence_interval()
    np.testing.assert_allclose(
        [change.estimate.low, change.estimate.high], [interval.low, interval.high], rtol=1e-9
    )
    assert change.adjusted >= test.pvalue


@pytest.mark.claims("Fig3-ablation")
def test_what_is_undecided_or_grows_is_no_hinge(runs: Path) -> None:
    # Small, then undecided, then large, always in one direction; then turned round in two steps.
    steady = ladder((20, 10, 10.8), (20, 10, 10.8), (20, 10, 9.9), (20, 10, 22), (20, 10, 22))
    steady.to_csv(runs / "ablation.csv")
    found = conclusions(steps(), COMPARED)["eps = 0.8 against Mixup"]
    assert found.outcomes["two hidden layers"] == "undecided"
    assert set(found.outcomes.values()) == {"agrees", "undecided"}
    assert found.hinges == ()
    assert [name for name, _ in found.enlarging] == ["per-pair weights"]
    assert "holds at 4 of 5 steps, undecided at 1 of 5 steps (two hidden layers), 1" in str(found)
    turned = ladder((20, 10, 20), (20, 10, 20), (20, 10, 9.9), (20, 22, 10), (20, 22, 10))
    turned.to_csv(runs / "ablation.csv")
    found = conclusions(steps(), COMPARED)["eps = 0.8 against Mixup"]
    assert found.hinges == (("one softmax", "per-pair weights"),)
    assert str(found) == "hangs on two hidden layers or per-pair weights"


@pytest.mark.claims("Fig3-ablation")
def test_a_step_that_an_experiment_has_made_has_all_its_runs(runs: Path) -> None:
    # Undecided in its first runs, decided in all: as the row on the experiment itself.
    (released,) = [study for study in stored.STUDIES if study.preset == "released"]
    chosen = settings("released", "paper")
    means = whole_curve() | {0.8: 3.0, np.inf: 3.3}
    whole = errors_of(chosen, means, 300, 5)
    whole.to_csv(runs / f"{released.name}.csv")
    first = some_of(whole, (0.0, 0.8, np.inf), 8)
    made = Ablation.from_csv(runs / "ablation.csv")
    others = tuple(replace(step, errors=step.errors[:, :8]) for step in made.results[1:])
    Ablation(made.names, (first, *others)).to_csv(runs / "ablation.csv")
    shared = {step.name: (step.study, step.curve.runs) for step in steps()}
    assert shared.pop("released") == (released, 300)
    assert set(shared.values()) == {(None, 8)}
    piece = pieces("Fig3-ablation")["eps = 0.8 against Mixup", "released"]
    test = stats.ttest_rel(whole.errors[2], whole.errors[-1])
    assert piece.agrees
    np.testing.assert_allclose(piece.value, 100 * np.mean(whole.errors[2] - whole.errors[-1]))
    few = stats.ttest_rel(first.errors[1], first.errors[2])
    assert test.pvalue < 1e-3
    assert few.pvalue > 0.05
    assert "figures/data/spirals-released-paper.csv" in piece.provenance
    assert "of which figures/data/ablation.csv has the first" in piece.provenance
    assert (
        "runs of an experiment of Figure 3: released" in LEDGER["Fig3-ablation"].run().claim.result
    )
    # With one other number they are other runs.
    errors = first.errors.copy()
    errors[0, 0] += 0.01
    Ablation(made.names, (replace(first, errors=errors), *others)).to_csv(runs / "ablation.csv")
    assert steps()[0].study is None


@pytest.mark.claims("Fig3-ablation", "Fig3-minimum")
def test_the_kept_rows_on_the_minimum_agree() -> None:
    ablation, minimum = pieces("Fig3-ablation"), pieces("Fig3-minimum")
    for step in steps():
        if step.study is None:
            continue
        one = minimum["Local Mixup against Mixup", step.study.label]
        other = ablation["eps = 0.8 against Mixup", step.name]
        assert conclusion(one) == conclusion(other)
        assert np.sign(one.value) == np.sign(other.value)


@pytest.mark.claims("Fig3-ablation")
def test_significant_beside_not_significant_is_no_change(runs: Path) -> None:
    # Differences around the edge of significance: outcomes differ by luck from step to step.
    made = ladder(*[(10, 9.75 + 0.02 * number, 10) for number in range(5)])
    made.to_csv(runs / "ablation.csv")
    found = conclusions(steps(), COMPARED)["eps = 0.8 against vanilla"]
    assert set(found.outcomes.values()) == {"agrees", "undecided"}
    assert (found.hinges, found.enlarging) == ((), ())
