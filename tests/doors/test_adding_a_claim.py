"""The page on adding a claim: what it shows works. test_pages.py runs all other pages."""

import re
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

from figures.ledger.page import render, render_rooms
from tests.processes import ROOT, done
from theory import LEDGER, Ledger, Verdict

PAGE = (ROOT / "docs" / "adding-a-claim.md").read_text(encoding="utf-8")
(SOURCE,) = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)


def test_a_claim_is_added_as_the_page_says(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger(dict(LEDGER))
    monkeypatch.setattr("theory.proofs.ledger.claim", ledger.claim)
    module = ModuleType("shrunken")
    monkeypatch.setitem(sys.modules, "shrunken", module)
    home = str(ROOT / "theory" / "mixup" / "shrunken.py")
    exec(compile(SOURCE, home, "exec"), module.__dict__)
    assert list(ledger)[-1] == "Carratino-shrink"
    result = ledger["Carratino-shrink"].run()
    assert result.error == ""
    assert result.verdict is Verdict.PROVED
    rendered = render([result])
    link = "[Carratino-shrink](docs/claims/mixup.md#carratino-shrink)"
    assert f"- {link} Mixup trains on data shrunk" in rendered
    (details,) = render_rooms([result]).values()
    assert "## Carratino-shrink:" in details
    assert "Carratino-shrink" not in LEDGER


def test_a_wrong_worked_example_would_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger()
    monkeypatch.setattr("theory.proofs.ledger.claim", ledger.claim)
    module = ModuleType("shrunken")
    monkeypatch.setitem(sys.modules, "shrunken", module)
    wrong = SOURCE.replace("sp.Rational(3, 4)", "sp.Rational(2, 3)")
    exec(compile(wrong, "shrunken.py", "exec"), module.__dict__)
    result = ledger["Carratino-shrink"].run()
    assert not result.agrees
    assert "integral fails" in result.error


def test_the_command_of_the_page_finds_the_new_claim(tmp_path: Path) -> None:
    theory = shutil.copytree(ROOT / "theory", tmp_path / "theory")
    (theory / "mixup" / "shrunken.py").write_text(SOURCE, encoding="utf-8")
    package = theory / "mixup" / "__init__.py"
    before = package.read_text(encoding="utf-8")
    after = before.replace("    low_variance,\n", "    low_variance,\n    shrunken,\n", 1)
    assert after != before
    package.write_text(after, encoding="utf-8")
    assert "\npython -m theory Carratino-shrink\n" in PAGE
    run = done("-m", "theory", "Carratino-shrink", cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)})
    assert run.stdout.split()[:2] == ["Carratino-shrink", "PROVED"]
