"""Changes of the code and the tests that notice them: a tenth of the list is tried each day."""

import ast
import time
from collections import Counter
from dataclasses import replace
from functools import cache
from itertools import chain

import pytest

from tests.mutations.changes import CHANGES, ROOT, Change, parsed
from tests.mutations.runner import PARTS, copied, noticed, outcomes, part

FEWEST = 64
"""Changes in the list, of which at most one in twenty may survive, with its reason."""


@cache
def names_in(file: str) -> set[str]:
    tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_changes_fit_the_code_and_name_tests() -> None:
    stale = []
    for change in CHANGES:
        try:
            ast.parse(change.of((ROOT / change.file).read_text(encoding="utf-8")))
        except (ValueError, SyntaxError, OSError) as error:
            stale.append(f"{change}: {error}")
        for test in change.tests:
            file, _, name = test.partition("::")
            if name and name.partition("[")[0] not in names_in(file):
                stale.append(f"{change}: no test is called {test}")
        if change.new == change.old or not change.tests:
            stale.append(f"{change}: changes nothing, or names no test")
    assert stale == []


def test_there_are_enough_and_few_survive() -> None:
    survivors = sum(bool(change.equivalent) for change in CHANGES)
    assert len(CHANGES) >= FEWEST
    assert survivors <= len(CHANGES) / 20
    rooms = {change.file.partition("/")[0] for change in CHANGES}
    assert rooms == {"theory", "numerics"}


def test_parts_make_up_the_list() -> None:
    parts = chain.from_iterable(map(part, range(PARTS)))
    assert Counter(map(str, parts)) == Counter(map(str, CHANGES))


@pytest.mark.parametrize("text", ["K + 2", "K"])
def test_a_text_that_is_not_there_once_is_named(text: str) -> None:
    with pytest.raises(ValueError, match=r"theory/line.py must hold '.*' exactly once, and holds"):
        Change("theory/line.py", text, "").of("K = K + 1")


def test_a_line_of_no_kind_is_named() -> None:
    with pytest.raises(ValueError, match="line 2, begins with none of"):
        parsed("theory/line.py\n* K\n")


@pytest.mark.slow
def test_what_changes_nothing_survives() -> None:
    change = next(change for change in CHANGES if change.file == "theory/line.py")
    nothing = replace(change, new=f"({change.old})")
    with copied() as copy:
        assert noticed(copy, nothing) == ""
        assert noticed(copy, change) in change.tests
        with pytest.raises(RuntimeError, match="could not run tests/theory/test_line"):
            noticed(copy, replace(change, tests=["theory/test_line.py::no_such_test"]))


@pytest.mark.slow
def test_changes_of_today_are_noticed(capsys: pytest.CaptureFixture[str]) -> None:
    today = time.gmtime().tm_yday % PARTS
    with capsys.disabled():
        print(f"\npython -m tests.mutations --part {today}")
    wrong = [outcome for outcome in outcomes(part(today)) if outcome.wrong]
    assert wrong == [], f"python -m tests.mutations --part {today} tries them again"
