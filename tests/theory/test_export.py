"""theory.proofs.export and the codec: evidence in a file, checked from the file alone."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import sympy as sp

from figures.ledger import LEDGER
from theory import Measurement, Result, Verdict
from theory.__main__ import main
from theory.proofs import export
from theory.proofs.certificates import CertificateError, Sign, Telescoping
from theory.proofs.certificates.codec import from_data, to_data
from theory.proofs.export import check

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="module")
def text(recompute: Callable[[str], Result]) -> str:
    """A file with a proof, a refutation and a boundary."""
    return export.export([recompute(key) for key in ("IV.B-K0", "IV.B-Kn", "Eq3-count")])


def write(folder: Path, content: str) -> Path:
    path = folder / "certificates.json"
    path.write_text(content)
    return path


def forged(text: str, change: Callable[[list[Any]], None]) -> str:
    """Change the claims of a file, and give it the digest of the changed ones."""
    content = json.loads(text)
    change(content["claims"])
    content["sha256"] = export._digest(content["claims"])
    return json.dumps(content)


@pytest.mark.parametrize("key", LEDGER)
def test_every_claim_can_be_written_and_checked(
    key: str, recompute: Callable[[str], Result], tmp_path: Path
) -> None:
    result = recompute(key)
    if any(isinstance(piece, Measurement) for piece in result.evidence):
        with pytest.raises(CertificateError, match="cannot be exported"):
            export.export([result])
        return
    if result.verdict is Verdict.NOT_CHECKED:
        with pytest.raises(CertificateError, match="cannot be exported"):
            export.export([result])
        return
    assert check(write(tmp_path, export.export([result]))) == {key: result.verdict}


def test_checking_runs_no_evidence(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("theory.proofs.ledger.LEDGER.claims", {})
    verdicts = check(write(tmp_path, text))
    assert list(verdicts) == ["IV.B-K0", "IV.B-Kn", "Eq3-count"]


def test_any_changed_digit_is_rejected(text: str, tmp_path: Path) -> None:
    places = [match.start() for match in re.finditer(r"\d", text)]
    assert len(places) > 200
    for place in places:
        digit = str((int(text[place]) + 1) % 10)
        with pytest.raises(ValueError, match=r"changed|format|certificate"):
            check(write(tmp_path, text[:place] + digit + text[place + 1 :]))


def test_a_forged_number_is_rejected_even_with_its_digest(text: str, tmp_path: Path) -> None:
    def double(claims: list[Any]) -> None:
        (telescoping, *_) = claims[2]["evidence"][0]["certificates"]
        telescoping["closed"]["expression"] = ["*", "2", telescoping["closed"]["expression"]]

    with pytest.raises(CertificateError, match="base case fails"):
        check(write(tmp_path, forged(text, double)))


def test_a_forged_counterexample_is_rejected(text: str, tmp_path: Path) -> None:
    def agree(claims: list[Any]) -> None:
        relation = claims[1]["evidence"][0]["relation"]
        relation["right"] = relation["left"]

    with pytest.raises(CertificateError, match="no counterexample"):
        check(write(tmp_path, forged(text, agree)))


def test_a_forged_verdict_is_rejected(text: str, tmp_path: Path) -> None:
    def promote(claims: list[Any]) -> None:
        claims[0]["verdict"] = "PROVED"

    with pytest.raises(CertificateError, match="says PROVED, its evidence gives PROVED_WITH"):
        check(write(tmp_path, forged(text, promote)))


@pytest.mark.parametrize(
    "content",
    [
        "{}",
        "[]",
        "3",
        "nothing",
        '{"format": "another 1"}',
        '{"format": "local-mixup certificates 1", "sha256": "0", "claims": []}',
    ],
)
def test_a_damaged_file_is_a_value_error(content: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"certificate|format|changed|Expecting"):
        check(write(tmp_path, content))


@pytest.mark.parametrize(
    "data",
    [
        {"class": "Popen", "args": "true"},
        {"class": "Sign", "claim": "no more"},
        {"expression": ["__import__", "os"]},
        {"expression": ["+", 1.5]},
        {"expression": "1/0"},
        {"fraction": "pi"},
        "text",
        [1, 2],
    ],
)
def test_the_codec_knows_a_fixed_set_of_things(data: object) -> None:
    with pytest.raises(ValueError, match="damaged certificate"):
        from_data(data)


def test_the_codec_keeps_every_field() -> None:
    K, h = sp.symbols("K h", positive=True)
    for certificate in (
        Telescoping("t", K * h, h, K, 1, sp.Integer(1), {h: h + 1 / (K + 1)}, {h: sp.Integer(1)}),
        Sign("s", K - sp.Rational(1, 2) + h, K, 1, {h: (sp.Integer(1), K)}, strict=False),
    ):
        copy = from_data(json.loads(json.dumps(to_data(certificate))))
        assert to_data(copy) == to_data(certificate)
        assert copy.claim == certificate.claim


def test_symbols_of_one_name_are_not_merged() -> None:
    plain, positive = sp.Symbol("K"), sp.Symbol("K", positive=True)
    with pytest.raises(CertificateError, match="two different symbols"):
        to_data(Sign("s", plain - positive, plain, 1))


def test_values_without_a_plain_form_are_refused() -> None:
    K = sp.Symbol("K")
    with pytest.raises(CertificateError, match="cannot be written"):
        to_data(Sign("s", sp.gamma(K), K, 1))
    with pytest.raises(CertificateError, match="cannot be written"):
        to_data(Sign("s", sp.Float("0.5") * K, K, 1))
    assert to_data(Sign("s", K, K, 1))["start"] == 1


def test_the_door(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "out.json"
    assert main(["IV.B-Kn", "--certificate", str(path), "--jobs", "1"]) == 0
    capsys.readouterr()
    assert main(["--check", str(path)]) == 0
    assert "IV.B-Kn: REFUTED, every certificate" in capsys.readouterr().out
    path.write_text(path.read_text().replace("1/5", "2/5"))
    assert main(["--check", str(path)]) == 1
    assert "rejected" in capsys.readouterr().err
    with pytest.raises(SystemExit) as stop:
        main(["--check", str(tmp_path / "missing.json")])
    assert stop.value.code == 2
    assert not list(tmp_path.glob(".*")), "a draft was left behind"
