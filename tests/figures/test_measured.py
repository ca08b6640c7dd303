"""What holds of the measured rows of both experiments: their places, and what they need."""

import argparse
import shlex
from pathlib import Path
from typing import Any

import pytest

from figures.drawing import stored
from figures.ledger import LEDGER, merged
from figures.lipschitz import claims as lipschitz
from figures.measured import MeasuredClaim, Question, measured
from figures.measured.comparisons import relation
from figures.spirals.claims import conditions, data_set, figure_3, local_pairs
from figures.table1 import claims as images
from numerics.commands.table1 import configure
from numerics.experiments.images import METHODS
from theory import LEDGER as THEORY
from theory import Ledger, Unchecked, Verdict

SPIRALS = [*data_set.CLAIMS, *local_pairs.CLAIMS, *figure_3.CLAIMS, *conditions.CLAIMS]
IMAGES = list(images.CLAIMS)
NOT_TRAINED = {"Fig3-mixup", "Fig3-noise"}


@pytest.mark.parametrize(
    ("after", "rows"),
    [
        ("V.A-batch-size", SPIRALS),
        ("V.C-parameters", IMAGES),
        ("Fig4-jump", list(lipschitz.CLAIMS)),
    ],
)
def test_rows_stand_after_the_statements_of_their_section(after: str, rows: list[str]) -> None:
    keys = list(LEDGER)
    start = keys.index(after) + 1
    assert keys[start : start + len(rows)] == rows
    assert not set(rows) & set(THEORY)
    proved = [key for key, claim in LEDGER.items() if not isinstance(claim, MeasuredClaim)]
    assert proved == list(THEORY)


def test_a_ledger_is_merged_without_doubles() -> None:
    twice = Ledger({"Eq3": THEORY["Eq3"]})
    with pytest.raises(ValueError, match="'Eq3' twice"):
        merged({"Eq3": (twice,)})
    with pytest.raises(ValueError, match="follow a claim of theory, got nowhere"):
        merged({"nowhere": ()})


def test_rows_need_questions_and_a_new_id() -> None:
    ledger = Ledger()
    question = Question("s", "w", lambda: Unchecked("data"))
    words: dict[str, Any] = {"source": "here", "title": "t", "statement": "s"}
    with pytest.raises(ValueError, match="got 'X' with 0"):
        measured(ledger, "X", **words, questions=[])
    measured(ledger, "X", **words, questions=[question])
    with pytest.raises(ValueError, match="id must be new"):
        measured(ledger, "X", **words, questions=[question])
    result = ledger["X"].run()
    assert (result.verdict, result.agrees) == (Verdict.NOT_CHECKED, True)


@pytest.mark.claims(*IMAGES)
@pytest.mark.parametrize("key", [key for key in SPIRALS + IMAGES if key not in NOT_TRAINED])
def test_without_runs_a_row_says_which_command_makes_them(
    key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "DATA", tmp_path)
    result = LEDGER[key].run()
    assert result.agrees
    assert result.verdict is Verdict.NOT_CHECKED
    assert result.claim.result.startswith("needs the experiment")
    for piece in result.evidence:
        assert isinstance(piece, Unchecked)
        if key == "V.C-datasets":
            assert piece.command == "python -m figures data image-sets --folder DIR"
            continue
        assert piece.command.startswith("python -m numerics ")
        assert "--out figures/data/" in piece.command
        if key in IMAGES:
            words = shlex.split(piece.command)
            assert words[3] == "table1"
            parser = argparse.ArgumentParser()
            configure(parser)
            arguments = parser.parse_args(words[4:])
            assert arguments.methods == list(METHODS)
            assert arguments.out == f"figures/data/table1-{arguments.data}.csv"
            assert (arguments.folder is None) == (arguments.data in {"digits", "fashion-mnist"})


def test_a_p_value_that_float64_does_not_hold_is_no_zero() -> None:
    assert [relation(p) for p in (1.0, 0.0321, 0.0)] == ["= 1", "= 0.032", "< 1e-300"]
