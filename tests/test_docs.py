"""The pages that show code: what they show works."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from figures.ledger import render
from theory import LEDGER, Ledger, Verdict

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parent.parent


def test_a_claim_is_added_as_the_page_says(monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "docs" / "adding-a-claim.md").read_text(encoding="utf-8")
    (source,) = re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
    ledger = Ledger(dict(LEDGER))
    monkeypatch.setattr("theory.ledger.claim", ledger.claim)
    module = ModuleType("shrunken")
    monkeypatch.setitem(sys.modules, "shrunken", module)
    exec(compile(source, "shrunken.py", "exec"), module.__dict__)
    assert list(ledger)[-1] == "Carratino-shrink"
    result = ledger["Carratino-shrink"].run()
    assert result.error == ""
    assert result.verdict is Verdict.PROVED
    rendered = render([result])
    assert "[Carratino-shrink](#carratino-shrink) Mixup trains on data shrunk" in rendered
    assert "### Carratino-shrink:" in rendered
    assert "Carratino-shrink" not in LEDGER


def test_a_wrong_worked_example_would_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "docs" / "adding-a-claim.md").read_text(encoding="utf-8")
    (source,) = re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
    ledger = Ledger()
    monkeypatch.setattr("theory.ledger.claim", ledger.claim)
    module = ModuleType("shrunken")
    monkeypatch.setitem(sys.modules, "shrunken", module)
    wrong = source.replace("sp.Rational(3, 4)", "sp.Rational(2, 3)")
    exec(compile(wrong, "shrunken.py", "exec"), module.__dict__)
    result = ledger["Carratino-shrink"].run()
    assert not result.agrees
    assert "integral fails" in result.error
