"""What a rule for eps is worth: against the stored tables, and the eps against the points."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
import scipy.stats

from figures.drawing.stored import DATA
from figures.ledger import LEDGER
from figures.lipschitz.kept_intrusion import DIGITS, KEPT, KeptIntrusion
from figures.rules import claims
from numerics import datasets, graphs, statistics
from tests.figures.made_runs import by_hand
from theory.proofs.evidence import Measurement, Unchecked

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.claims("VI-rules-mixup", "VI-rules-best")
def test_differences_of_the_spirals_are_those_of_the_table() -> None:
    family = claims.against_mixup()
    seen = set()
    for (setting, rule), choice in claims.choices().items():
        if setting not in claims.SPIRALS:
            continue
        errors = {eps: np.array(row) for eps, row in by_hand(DATA / f"{setting.file}.csv").items()}
        about = json.loads((DATA / f"{setting.points.name}.json").read_text())
        grid = [0, 0.6, 0.8, 1, 1.5, 2, 2.5, 3, 3.5, 4]
        nearest = min(grid, key=lambda eps: abs(eps - about["chosen"][rule]))
        own, mixup = errors[nearest], errors[np.inf]
        assert family[setting, rule].estimate.value == pytest.approx(np.mean(own - mixup))
        low, high = scipy.stats.ttest_rel(own, mixup).confidence_interval(0.95)
        estimate = family[setting, rule].estimate
        np.testing.assert_allclose((estimate.low, estimate.high), (low, high), rtol=1e-6)
        others = np.array([errors[eps] for eps in (*grid, np.inf) if eps != nearest])
        compared = statistics.compare_best(own[None], others).estimate
        assert choice.best_of_others.estimate.value == pytest.approx(compared.value)
        seen.add(nearest)
    assert len(seen) > 1  # the rules do not all choose one threshold


@pytest.mark.claims("VI-rules-mixup", "VI-rules-best")
def test_every_setting_is_answered() -> None:
    for key in ("VI-rules-mixup", "VI-rules-best"):
        answers = [answer() for answer in LEDGER[key].evidence]
        assert len(answers) == 4 * len(claims.SETTINGS)
        assert all(isinstance(answer, Measurement) for answer in answers)


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept.name)
def test_kept_curves_agree_with_the_eps_beside_them(kept: KeptIntrusion) -> None:
    columns, about = kept.columns(), kept.about()
    assert columns is not None
    assert about is not None
    eps, share = columns["epsilon"], columns["share"]
    clean = eps <= about["chosen"]["no-intrusion"]
    assert not share[clean].any()
    assert share[~clean][-1] > 0
    kept_down = eps <= about["chosen"]["rate"]
    if kept_down.any():
        assert share[kept_down][-1] <= 0.06
    assert (columns["lower"] <= share).all()
    assert (share <= columns["upper"]).all()


def test_kept_eps_of_the_digits_are_those_of_their_pixels() -> None:
    images = datasets.load("digits")
    found = graphs.intrusion(images.flat(), images.labels_train, segments=10, rng=0)
    about = DIGITS.about()
    assert about is not None
    for rule in ("persistence", "quartile"):
        assert found.choose(rule) == pytest.approx(about["chosen"][rule], rel=1e-12)


def test_a_kept_curve_of_another_command_is_refused(tmp_path: Path) -> None:
    assert DIGITS.about(tmp_path) is None
    assert DIGITS.columns(tmp_path) is None
    (tmp_path / "intrusion-digits.json").write_text(json.dumps({"command": "another"}))
    with pytest.raises(ValueError, match="must be made by: python -m numerics intrusion --data"):
        DIGITS.about(tmp_path)


def test_missing_points_name_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KeptIntrusion, "about", lambda *_: None)
    monkeypatch.setattr(claims, "choices", dict)
    answer = claims._mixup(claims.SETTINGS[0], "quartile")
    assert isinstance(answer, Unchecked)
    assert answer.command == claims.SETTINGS[0].points.command
