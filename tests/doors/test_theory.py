"""``python -m theory``: what it prints, and its exit status."""

import json
from dataclasses import replace
from functools import partial
from importlib import metadata

import pytest

from tests.commands import Call, Output
from tests.processes import done
from theory import LEDGER, Measurement, Proof, Result, Unchecked, Verdict
from theory.__main__ import details
from theory.proofs.certificates import Identity
from theory.proofs.verify import claim_data

version = partial(metadata.version, "local-mixup")
QUICK = "IV.B-Kn"  # refuted, in milliseconds


def test_list_names_every_claim_and_runs_nothing(output: Output) -> None:
    lines = output("theory --list").splitlines()
    assert [line.split()[0] for line in lines] == list(LEDGER)
    for line, claim in zip(lines, LEDGER.values(), strict=True):
        assert line.split()[1] == claim.verdict.value
        assert line.endswith(claim.title)
        assert " s  " not in line.removesuffix(claim.title)


def test_help_explains_itself(output: Output) -> None:
    text = output("theory --help")
    for word in ("CLAIM", "--json", "--list", "--jobs", "examples:", "exit status", "PROVED_WITH"):
        assert word in text


def test_one_claim_with_its_details(output: Output) -> None:
    text = output(f"theory {QUICK}")
    first, *others = text.splitlines()
    assert first.split()[:2] == [QUICK, "REFUTED"]
    assert LEDGER[QUICK].statement in others[0]
    file, line = LEDGER[QUICK].place
    for part in (
        f"assurance: formal; {file}, line {line}",
        "refutation:",
        "stated:",
        "exact:",
        "1/5 == 0 is false",
        "minimal:",
    ):
        assert part in text
    assert others[-1].startswith("1 claims: ")
    assert "1 refuted" in others[-1]


def test_two_claims_come_in_the_order_of_the_ledger(output: Output) -> None:
    keys = [key for key in LEDGER if key in ("Eq3-count", QUICK)]
    text = output("theory --jobs 1", *reversed(keys))
    assert text.index(keys[0]) < text.index(keys[1])
    assert "proof: " in text
    assert "telescoping: S(K) = K*(K + 3)/2 for all K >= 1, where S(1) = 2" in text
    assert "(note: sum_{m=1..K} (m+1) = K(K+3)/2)" in text


def test_json_is_complete(output: Output) -> None:
    entries = json.loads(output(f"theory {QUICK} IV.B-K0 --json --jobs 1"))
    found = {entry["id"]: entry for entry in entries}
    assert set(found) == {QUICK, "IV.B-K0"}
    for key, entry in found.items():
        assert set(claim_data(LEDGER[key])) <= set(entry)
        assert {"verdict", "agrees", "error", "seconds", "evidence"} <= set(entry)
        assert entry["verdict"] == entry["recorded"] == LEDGER[key].verdict.value
    assert found[QUICK]["evidence"][0]["left"] == "1/5"
    assert [piece["kind"] for piece in found["IV.B-K0"]["evidence"]] == ["Proof", "Boundary"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("IV.9", "no claim IV.9; python -m theory --list shows them all"),
        ("IV.2-low", "no claim IV.2-low (nearest: IV.2-lower); "),
        ("Fig3-minimum", "python -m figures claims Fig3-minimum"),
        ("Theorem IV.2", "no claim Theorem"),
        ("--cite 'Figure 33'", "python -m figures claims 'Figure 33'"),
        (f"{QUICK} IV.9 IV.8", "no claim IV.9, IV.8"),
        (f"{QUICK} --jobs 0", "--jobs must be at least 1; got 0"),
        (f"{QUICK} --jobs two", "--jobs: invalid int value: 'two'"),
        ("--verbose", "unrecognized arguments: --verbose"),
    ],
)
def test_wrong_call_exits_with_two(line: str, message: str, call: Call) -> None:
    status, out, err = call(f"theory {line}")
    assert (status, out) == (2, "")
    assert message in err


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("iv.2-LOWER", ["IV.2-lower"]),
        ("IV.3", ["IV.3"]),
        ("IV.2", ["IV.2-closed-form", "IV.2-lower", "IV.2-upper", "IV.2-total"]),
        ("Theorem IV.2", ["IV.2-closed-form", "IV.2-lower", "IV.2-upper", "IV.2-total"]),
        ("theorem iii.2", [k for k in LEDGER if "Theorem III.2" in LEDGER[k].source]),
        ("def.ii.1", [key for key in LEDGER if key.startswith("Def.II.1-")]),
        ("Eq. (7)", ["IV.1-limit"]),
        ("equation 4", ["Eq3"]),
        ("Section VI", ["VI-range", "V.B-lower", "VI-generalization"]),
        ("Table I", ["Table1-means", "Table1-intervals", "VI-generalization"]),
        ("Theorem IV", [key for key in LEDGER if "Theorem IV." in LEDGER[key].source]),
        ("Theorem IV.22", []),
        ("Theorem V.2", []),
        ("Theorem", []),
        ("", []),
    ],
)
def test_a_claim_is_found_by_what_the_paper_calls_it(name: str, meant: list[str]) -> None:
    assert LEDGER.find(name) == meant


def test_names_are_found_through_the_door(output: Output) -> None:
    lines = output("theory --list 'Theorem IV.2' iv.2-lower").splitlines()
    assert [line.split()[0] for line in lines] == LEDGER.find("IV.2")


def test_citation_has_claim_verdict_place_and_version(output: Output) -> None:
    text = output("theory --cite IV.2-lower")
    claim = LEDGER["IV.2-lower"]
    file, line = claim.place
    assert text.startswith("@misc{local-mixup:IV.2-lower,\n")
    assert text.count("{") == text.count("}")
    for part in (claim.title, claim.source, "PROVED (formal)", f"line {line}", version()):
        assert part in text
    assert file.replace("_", r"\_") in text
    assert "python -m theory IV.2-lower" in text
    assert output("theory --cite IV.2").count("@misc{") == 4


@pytest.mark.parametrize("form", ["", "--json"])
def test_wrong_record_exits_with_1(form: str, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = replace(LEDGER[QUICK], verdict=Verdict.PROVED)
    monkeypatch.setitem(LEDGER.claims, QUICK, wrong)
    status, text, _ = call(f"theory {QUICK} --jobs 1 {form}")
    assert status == 1
    if form:
        (entry,) = json.loads(text)
        assert (entry["recorded"], entry["verdict"]) == ("PROVED", "REFUTED")
        assert entry["agrees"] is False
    else:
        assert "recorded as PROVED" in text
        assert text.splitlines()[-1].endswith("1 NOT as recorded")


def test_failing_evidence_exits_with_one(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> Proof:
        return Proof("", [Identity("one is two", 1, 2)])

    monkeypatch.setitem(LEDGER.claims, QUICK, replace(LEDGER[QUICK], evidence=(fails,)))
    status, text, _ = call(f"theory {QUICK} --jobs 1")
    assert status == 1
    assert text.split()[:2] == [QUICK, "ERROR"]
    assert "CertificateError: identity fails: identity: 1 = 2 (note: one is two" in text


def test_details_of_the_other_kinds_of_evidence() -> None:
    pieces = (
        Measurement("accuracy in %", 96.5, (96.0, 97.0), agrees=False, provenance="ten seeds"),
        Unchecked("the data of the paper", "python -m figures table"),
    )
    text = details(Result(LEDGER[QUICK], pieces, Verdict.MEASURED, "", 0.0))
    assert "measured: accuracy in % = 96.5 (95 % interval 96 to 97)" in text
    assert "does not agree, from ten seeds" in text
    assert "not checked: it needs the data of the paper" in text
    assert "python -m figures table" in text


def test_long_proofs_are_cut_in_the_details() -> None:
    x = Identity("0 = 0", 0, 0)
    result = Result(LEDGER[QUICK], (Proof("many", [x] * 30),), Verdict.PROVED, "", 0.0)
    assert details(result).count("identity: 0 = 0") == 24
    assert "... and 6 more certificates" in details(result)


def test_as_a_program() -> None:
    run = done("-m", "theory", QUICK, "--json")
    assert (run.returncode, run.stderr) == (0, "")
    assert [entry["id"] for entry in json.loads(run.stdout)] == [QUICK]
