"""The ledger: every verdict is recomputed, every claim is hit by another test, nothing is faked."""

from __future__ import annotations

import inspect
import json
import math
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest
import sympy as sp

from figures.ledger import LEDGER
from figures.measured import MeasuredClaim
from tests.conftest import found_lines
from tests.processes import ROOT, done, ended, started
from theory import (
    Boundary,
    Claim,
    Ledger,
    Measurement,
    Proof,
    Refutation,
    Result,
    Unchecked,
    Verdict,
)
from theory.proofs.certificates import Certificate, Exact, Identity, Relation
from theory.proofs.evidence import Evidence, as_text, verdict_of
from theory.proofs.verify import in_order, result_data, summary, verify

Recompute = Callable[[str], Result]
HERE = Path(__file__)
x = sp.Symbol("x")


@pytest.mark.parametrize("key", LEDGER)
def test_recomputed_verdict_is_the_recorded_one(key: str, recompute: Recompute) -> None:
    result = recompute(key)
    assert result.error == ""
    if isinstance(LEDGER[key], MeasuredClaim):  # its verdict is read off the stored runs
        assert result.verdict in {Verdict.MEASURED, Verdict.NOT_CHECKED}
    else:
        assert result.claim is LEDGER[key]
        assert result.verdict is LEDGER[key].verdict
    assert result.agrees
    assert len(result.evidence) == len(LEDGER[key].evidence) > 0
    # A conditional verdict comes from a named hypothesis.
    conditions = (piece for piece in result.evidence if isinstance(piece, (Proof, Boundary)))
    conditional = any(isinstance(piece, Boundary) or piece.under for piece in conditions)
    assert conditional or result.verdict is not Verdict.PROVED_WITH
    assert not conditional or result.verdict is not Verdict.PROVED


@pytest.mark.parametrize("key", LEDGER)
def test_result_is_plain_data_with_everything_in_it(key: str, recompute: Recompute) -> None:
    result = recompute(key)
    data = json.loads(json.dumps(result_data(result), allow_nan=False))
    claim = result.claim
    assert data["id"] == key
    assert data["verdict"] == data["recorded"] == claim.verdict.value
    assert data["agrees"] is True
    assert data["error"] == ""
    assert data["seconds"] >= 0
    for field in ("source", "title", "statement", "result", "sharper"):
        assert data[field] == getattr(claim, field)
    assert data["hypotheses"] == list(claim.hypotheses)
    assert len(data["evidence"]) == len(result.evidence)
    for piece, found in zip(data["evidence"], result.evidence, strict=True):
        assert piece["kind"] == type(found).__name__
        assert set(piece["found"]) == set(found.found)
        assert all(isinstance(value, str) for value in piece["found"].values())
        if isinstance(found, Proof):
            assert [c["statement"] for c in piece["certificates"]] == [
                c.statement for c in found.certificates
            ]
            assert not all(c["finite"] for c in piece["certificates"])
            assert all(c["kind"] and c["statement"] for c in piece["certificates"])
        elif isinstance(found, (Refutation, Boundary)):
            assert piece["holds"] is False
            assert (piece["left"], piece["right"]) == (
                as_text(found.relation.left),
                as_text(found.relation.right),
            )
            assert piece["minimal"]
            assert (piece["smaller"] is None) == (found.smaller is None)


@pytest.mark.parametrize("key", LEDGER)
def test_claim_is_described_and_says_where_it_stands(key: str) -> None:
    claim = LEDGER[key]
    assert claim.id == key
    assert all((claim.source, claim.title, claim.statement, claim.result))
    assert claim.statement.count("$") % 2 == claim.sharper.count("$") % 2 == 0
    # What holds under a hypothesis only names it.
    assert claim.hypotheses or claim.verdict is not Verdict.PROVED_WITH
    file, line = claim.place
    source = (HERE.parents[2] / file).read_text(encoding="utf-8").splitlines()
    assert 0 < line <= len(source)
    if not isinstance(claim, MeasuredClaim):
        assert source[line - 1] == "@claim("
        assert key in source[line]


# Which tests hit which claims.


MAY_NOT_RUN = ("skip", "skipif", "xfail")
"""Markers of a test that need not show anything."""


ROOMS = {"theory", "numerics", "figures"}


def calls_the_toolkit(function: Callable[..., object], seen: set[str] | None = None) -> bool:
    """Tell whether a test, or a helper of its file that it names, names code under test."""
    seen = set() if seen is None else seen
    inner = getattr(function, "hypothesis", None)
    function = inspect.unwrap(inner.inner_test if inner else function)
    codes = [function.__code__]
    for code in codes:
        codes += [part for part in code.co_consts if isinstance(part, CodeType)]
    for name in {name for code in codes for name in code.co_names} - seen:
        seen.add(name)
        value: Any = function.__globals__.get(name)
        if not (callable(value) or isinstance(value, ModuleType)):
            continue
        home = (
            value.__name__
            if isinstance(value, ModuleType)
            else str(getattr(value, "__module__", None))
        )
        own = home == function.__module__ and isinstance(inspect.unwrap(value), FunctionType)
        if home.partition(".")[0] in ROOMS or (own and calls_the_toolkit(value, seen)):
            return True
    return False


def hits(items: list[pytest.Item]) -> dict[str, set[str]]:
    """Return the test files for every claim that a marker outside this file names.

    A test that may be skipped or may fail hits nothing, and neither does one of test code alone.
    """
    found: dict[str, set[str]] = {}
    for item in items:
        idle = any(True for name in MAY_NOT_RUN for _ in item.iter_markers(name))
        test = getattr(item, "function", None)
        if item.path != HERE and not idle and test and calls_the_toolkit(test):
            for marker in item.iter_markers("claims"):
                for key in marker.args:
                    found.setdefault(key, set()).add(item.path.name)
    return found


@pytest.fixture(scope="module")
def marked(collected: list[pytest.Item]) -> dict[str, set[str]]:
    return hits(collected)


@pytest.fixture(scope="module")
def whole_suite(collected: list[pytest.Item]) -> None:
    """Skip where only some of the test files were collected."""
    missing = {path.name for path in HERE.parents[1].rglob("test_*.py")} - {
        item.path.name for item in collected
    }
    if missing:
        pytest.skip(f"needs the whole suite; not collected: {', '.join(sorted(missing))}")


@pytest.mark.usefixtures("whole_suite")
@pytest.mark.parametrize("key", LEDGER)
def test_claim_is_hit_by_another_test(key: str, marked: dict[str, set[str]]) -> None:
    assert marked.get(key), f'no test has the marker claims("{key}")'


def test_markers_name_claims_of_the_ledger(marked: dict[str, set[str]]) -> None:
    assert set(marked) <= set(LEDGER)


class Elsewhere:
    """What `hits` asks of a test."""

    def __init__(
        self,
        path: Path,
        *marks: pytest.MarkDecorator,
        function: Callable[[], object] = lambda: verify([]),
    ) -> None:
        self.path = path
        self.marks = [decorator.mark for decorator in marks]
        self.function = function

    def iter_markers(self, name: str) -> list[pytest.Mark]:
        return [mark for mark in self.marks if mark.name == name]


def test_hits_reads_markers_outside_of_this_file() -> None:
    marks = pytest.mark.claims("Eq3", "no such claim"), pytest.mark.usefixtures("marked")
    other = Elsewhere(HERE.with_name("test_other.py"), *marks)
    found = hits([other, Elsewhere(HERE, *marks)])  # type: ignore[list-item]
    assert found == {"Eq3": {"test_other.py"}, "no such claim": {"test_other.py"}}
    for idle in (pytest.mark.skip, pytest.mark.xfail, pytest.mark.skipif(False, reason="never")):
        skipped = Elsewhere(HERE.with_name("test_other.py"), *marks, idle)
        assert hits([skipped]) == {}  # type: ignore[list-item]
    alone = Elsewhere(HERE.with_name("test_other.py"), *marks, function=lambda: sp.factor(x**2))
    assert hits([alone]) == {}  # type: ignore[list-item]


# Negative controls, each on a ledger of its own.

TRUE = Identity("square", (x + 1) ** 2, x**2 + 2 * x + 1)
FALSE = Identity("square", (x + 1) ** 2, x**2 + 1)
ONE_CASE = Exact("one case", (Relation("1", sp.Integer(1), "<", sp.Integer(2)),), "1")
FALSE_CASE = Exact("one case", (Relation("1", sp.Integer(2), "<", sp.Integer(1)),), "1")
FAILS = Relation("n = 1", sp.Integer(2), "<=", sp.Integer(1))
HOLDS = Relation("n = 1", sp.Integer(1), "<=", sp.Integer(1))


def proof(*certificates: Certificate, under: tuple[str, ...] = ()) -> Proof:
    return Proof("by the certificates", certificates, under)


def refutation(relation: Relation, smaller: Certificate | None = None) -> Refutation:
    return Refutation("n = 1", "2 <= 1", relation, "the first case", smaller)


def boundary(relation: Relation, smaller: Certificate | None = None) -> Boundary:
    return Boundary("n = 1", "2 <= 1", relation, "the first case", smaller)


def register(
    ledger: Ledger, key: str, verdict: Verdict, *functions: Callable[[], Evidence]
) -> None:
    """Put a claim into a throw-away ledger."""
    ledger.claim(
        key, source="here", title=f"the {key}", statement="s", verdict=verdict, result="r"
    )(functions[0])
    for function in functions[1:]:
        ledger.evidence(key)(function)


def run(verdict: Verdict, *pieces: Evidence) -> Result:
    """Recompute a claim of a throw-away ledger with this evidence."""
    ledger = Ledger()
    register(ledger, "claim", verdict, *[partial(lambda piece: piece, piece) for piece in pieces])
    (result,) = verify(["claim"], ledger=ledger)
    assert result.evidence in (pieces, ())
    return result


DECIDED: dict[str, tuple[list[Evidence], Verdict]] = {
    "proof": ([proof(TRUE)], Verdict.PROVED),
    "proof with a case": ([proof(TRUE, ONE_CASE)], Verdict.PROVED),
    "proof under a hypothesis": ([proof(TRUE, under=("n = 1",))], Verdict.PROVED_WITH),
    "proof and boundary": ([proof(TRUE), boundary(FAILS, ONE_CASE)], Verdict.PROVED_WITH),
    "two proofs": ([proof(TRUE), proof(TRUE, under=("n = 1",))], Verdict.PROVED_WITH),
    "refutation": ([refutation(FAILS)], Verdict.REFUTED),
    "refutation of what is proved elsewhere": ([proof(TRUE), refutation(FAILS)], Verdict.REFUTED),
    "measurement": (
        [Measurement("m", 1.0, (0.5, 1.5), agrees=False, provenance="p")],
        Verdict.MEASURED,
    ),
    "unchecked": ([Unchecked("data")], Verdict.NOT_CHECKED),
}


@pytest.mark.parametrize(("pieces", "verdict"), DECIDED.values(), ids=DECIDED)
def test_verdict_follows_from_the_evidence(pieces: list[Evidence], verdict: Verdict) -> None:
    assert verdict_of(pieces) is verdict
    for recorded in Verdict:
        result = run(recorded, *pieces)
        assert result.verdict is verdict
        assert result.agrees == (recorded is verdict)
        assert result.error == ""


FALSE_EVIDENCE: dict[str, tuple[list[Evidence], str]] = {
    "refutation that holds": ([refutation(HOLDS)], "no counterexample"),
    "boundary that holds": ([proof(TRUE), boundary(HOLDS)], "no counterexample"),
    "smaller case that fails": ([refutation(FAILS, FALSE_CASE)], "fails in the case"),
    "finite proof": ([proof(ONE_CASE)], "a tested range is not a proof"),
    "empty proof": ([proof()], "a tested range is not a proof"),
    "false certificate": ([proof(FALSE)], "identity fails"),
    "one false certificate": ([proof(TRUE, FALSE)], "identity fails"),
    "false case": ([proof(TRUE, FALSE_CASE)], "fails in the case"),
    "one false proof": ([proof(TRUE), proof(FALSE)], "identity fails"),
    "boundary alone": ([boundary(FAILS)], "no evidence that decides"),
    "value outside its interval": (
        [Measurement("m", 2.0, (0.5, 1.5), agrees=True, provenance="p")],
        "no measurement",
    ),
    "value that is no number": (
        [Measurement("m", float("nan"), (0.5, 1.5), agrees=True, provenance="p")],
        "no measure",
    ),
    "value without a bound": (
        [Measurement("m", math.inf, (0.5, math.inf), agrees=True, provenance="p")],
        "no measurement",
    ),
    "proof beside a measurement": (
        [proof(TRUE), Measurement("m", 1.0, (0.5, 1.5), agrees=False, provenance="p")],
        "beside a proof",
    ),
    "proof beside what is unchecked": ([proof(TRUE), Unchecked("data")], "beside a proof"),
    "refutation without an order": (
        [refutation(Relation("", sp.I, "<", sp.I))],
        "undecided",
    ),
    "measurement from nowhere": (
        [Measurement("m", 1.0, (0.5, 1.5), agrees=True, provenance="")],
        "no measurement",
    ),
    "unchecked without a need": ([Unchecked("")], "what it would need"),
}


@pytest.mark.parametrize(("pieces", "error"), FALSE_EVIDENCE.values(), ids=FALSE_EVIDENCE)
def test_false_evidence_is_an_error_whatever_is_recorded(
    pieces: list[Evidence], error: str
) -> None:
    for recorded in Verdict:
        result = run(recorded, *pieces)
        assert result.verdict is None
        assert error in result.error
        assert not result.agrees


@pytest.mark.parametrize("returned", [Verdict.PROVED, "PROVED", None, TRUE, True], ids=repr)
def test_a_verdict_cannot_be_returned(returned: object) -> None:
    result = run(Verdict.PROVED, returned)  # type: ignore[arg-type]
    assert result.verdict is None
    assert result.error
    assert not result.agrees


def test_an_exception_in_the_evidence_is_kept_and_others_still_run() -> None:
    ledger = Ledger()
    register(ledger, "raises", Verdict.PROVED, partial(divmod, 1, 0))
    register(ledger, "holds", Verdict.PROVED, lambda: proof(TRUE))
    first, second = verify(list(ledger), ledger=ledger)
    assert first.error.startswith("ZeroDivisionError")
    assert (first.agrees, second.agrees) == (False, True)
    assert summary([first, second]).endswith("1 NOT as recorded")
    assert json.loads(json.dumps(result_data(first)))["verdict"] is None


def test_evidence_is_recomputed_each_time() -> None:
    calls = []

    def evidence() -> Evidence:
        calls.append(1)
        return proof(TRUE)

    ledger = Ledger()
    register(ledger, "c", Verdict.PROVED, evidence)
    ledger["c"].run()
    ledger["c"].run()
    assert len(calls) == 2


def test_ledger_refuses_a_second_claim_and_unknown_ones() -> None:
    ledger = Ledger()
    register(ledger, "first", Verdict.PROVED, lambda: proof(TRUE))
    with pytest.raises(ValueError, match="'first', which is 'the first'"):
        register(ledger, "first", Verdict.REFUTED, lambda: proof(TRUE))
    with pytest.raises(KeyError, match="second"):
        ledger.evidence("second")
    with pytest.raises(KeyError, match="second"):
        ledger["second"]
    with pytest.raises(KeyError, match="no claim 'second'; there are: first"):
        list(verify(["first", "second"], ledger=ledger))
    assert list(ledger) == ["first"]
    assert isinstance(ledger["first"], Claim)
    assert ledger["first"].verdict is Verdict.PROVED


def test_uses_must_stand_before() -> None:
    ledger = Ledger()
    about: dict[str, str] = dict.fromkeys(("source", "title", "statement", "result"), "")
    with pytest.raises(ValueError, match="claims that stand before second; got first"):
        ledger.claim("second", **about, verdict=Verdict.PROVED, uses=("first",))


@pytest.mark.parametrize("order", [["base", "middle", "top", "other"], ["top", "other"], ["top"]])
def test_what_rests_on_a_failing_claim_fails(order: list[str]) -> None:
    ledger = Ledger()
    register(ledger, "base", Verdict.PROVED, lambda: proof(FALSE))
    for key, uses in (("middle", ("base",)), ("top", ("middle",)), ("other", ())):
        ledger.claim(
            key, source="s", title="t", statement="s", verdict=Verdict.PROVED, result="r", uses=uses
        )(lambda: proof(TRUE))
    results = {result.claim.id: result for result in verify(order, ledger=ledger)}
    assert list(results) == order
    assert not results["top"].agrees
    assert results["top"].error == "rests on base, which failed"
    assert "other" not in results or results["other"].agrees


@pytest.mark.parametrize("key", LEDGER)
def test_assurance_follows_from_the_verdict_and_the_record(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = LEDGER[key]
    informal = {
        Verdict.PROVED: "certificates",
        Verdict.PROVED_WITH: "certificates",
        Verdict.REFUTED: "exact case",
        Verdict.MEASURED: "measured",
        Verdict.NOT_CHECKED: "not checked",
    }[claim.verdict]
    for recorded in (0, 1, len(claim.formal)):
        record = dict.fromkeys(claim.formal[:recorded], "a statement")
        monkeypatch.setattr("theory.proofs.ledger.theorems", lambda record=record: record)
        complete = 0 < len(claim.formal) == len(record)
        assert claim.assurance == ("formal" if complete else informal)


@pytest.mark.parametrize(
    ("jobs", "ledger", "message"),
    [
        (0, LEDGER, "jobs must be at least 1"),
        (-1, LEDGER, "jobs must be at least 1"),
        (2, Ledger(), "1 for a ledger without a home"),
    ],
    ids=range(3),
)
def test_number_of_processes_is_checked(jobs: int, ledger: Ledger, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        list(verify([], jobs=jobs, ledger=ledger))


def test_two_processes_find_the_same(recompute: Recompute) -> None:
    keys = ["IV.B-Kn", "Def.IV.1", "Fig3-minimum"]
    for result in in_order(verify(keys, jobs=2, ledger=LEDGER), LEDGER):
        here = recompute(result.claim.id)
        assert result.agrees
        found, expected = result_data(result), result_data(here)
        del found["seconds"], expected["seconds"]
        assert found == expected


def test_order_is_that_of_the_ledger(recompute: Recompute) -> None:
    keys = ["IV.B-K0", "IV.B-Kn", "Eq3-count"]
    results = [recompute(key) for key in keys]
    ordered = [result.claim.id for result in in_order(results, LEDGER)]
    assert ordered == [key for key in LEDGER if key in keys]


def test_a_changed_record_is_noticed(recompute: Recompute) -> None:
    result = recompute("Eq3-count")
    for verdict in Verdict:
        changed = replace(result, claim=replace(result.claim, verdict=verdict))
        assert changed.agrees == (verdict is Verdict.PROVED)


FALSE_CERTIFICATES = """
import sympy as sp
from theory import Ledger, Proof, Verdict
from theory.proofs.certificates import (
    Exact, Identity, Relation, SequenceBound, Sign, Telescoping
)
K = sp.Symbol("K")
false = [
    Identity("false", K, K + 1),
    Telescoping("false", K, K, K, 1, sp.Integer(1)),
    Sign("false", -K, K, 1),
    SequenceBound("false", 1 / (K + 1), 1, K / 2, K / 2, K, 1),
    Exact("false", (Relation("1", K, "==", K + 1),), "1"),
]
print(__debug__)
for certificate in false:
    ledger = Ledger()
    ledger.claim("c", source="", title="", statement="", verdict=Verdict.PROVED, result="")(
        lambda: Proof("", [Identity("true", K, K), certificate])
    )
    result = ledger["c"].run()
    print(result.agrees, result.error.split(":")[0])
"""


def test_optimised_python_refuses_the_same() -> None:
    debug, *found = done("-O", "-c", FALSE_CERTIFICATES).stdout.splitlines()
    assert debug == "False"
    assert found == ["False CertificateError"] * 5


def test_pytest_ends_with_a_line_about_the_claims() -> None:
    one = f"{HERE}::test_recomputed_verdict_is_the_recorded_one[IV.B-Kn]"
    lines = done("-m", "pytest", "-q", "-p", "no:cacheprovider", one).stdout.splitlines()
    assert lines[-1] == f"claims: 1 of {len(LEDGER)} recomputed, 1 as recorded"


def test_the_last_lines_name_what_passed_and_nothing_else() -> None:
    verdicts = {"IV.2-lower": ("PROVED", True), "IV.2-upper": ("REFUTED", False)}
    lines = list(found_lines(Counter({"IV.2-lower": 14, "IV.B-K0": 3}), verdicts))
    lower, upper, wrong, counts = lines
    assert lower.startswith("Theorem IV.2 ")
    assert lower.endswith("PROVED, formal, 14 tests passed")
    assert "REFUTED" in upper
    assert "tests passed" not in upper
    assert wrong.startswith("NOT AS RECORDED  IV.2-upper, 8σ²/K is an upper bound: REFUTED, not")
    assert counts == f"claims: 2 of {len(LEDGER)} recomputed, 1 as recorded"
    assert not list(found_lines(Counter(), {}))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("as it is", "as it is"),
        (3, "3"),
        (sp.Rational(33, 50), "33/50"),
        ([sp.Integer(1), sp.Rational(1, 2)], "1, 1/2"),
        ({"K = 2": sp.Rational(1, 5), "K = 3": "none"}, "K = 2: 1/5; K = 3: none"),
        (x + 1, "x + 1"),
        (sp.sqrt(35) / 3, "sqrt(35)/3"),
        (sp.pi, "≈ 3.1415926535897932385"),
    ],
    ids=str,
)
def test_values_as_text(value: object, text: str) -> None:
    assert as_text(value) == text


@pytest.mark.parametrize("module", ["sympy", "tqdm"])
def test_an_interrupt_of_an_import_takes_one_line(module: str, tmp_path: Path) -> None:
    code = "import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(9)\n"
    (tmp_path / f"{module}.py").write_text(code)
    path = f"{tmp_path}{os.pathsep}{ROOT}"
    process = started("-m", "theory", "--list", cwd=ROOT, env={**os.environ, "PYTHONPATH": path})
    _, said = ended(process)
    assert (process.returncode, said) == (130, "python -m theory: interrupted\n")


def test_an_interrupt_of_an_import_in_a_script_is_an_exception(tmp_path: Path) -> None:
    (tmp_path / "sympy.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n")
    code = "try: import theory\nexcept KeyboardInterrupt: raise SystemExit(7)"
    path = f"{tmp_path}{os.pathsep}{ROOT}"
    process = started("-c", code, cwd=ROOT, env={**os.environ, "PYTHONPATH": path})
    assert (ended(process)[1], process.returncode) == ("", 7)


def test_long_numbers_are_shown_with_digits() -> None:
    long = sum((sp.sqrt(p) for p in (2, 3, 5, 7, 11, 13, 17, 19, 23)), sp.Integer(0))
    shown = as_text(long)
    assert shown.startswith("≈ ")
    assert abs(sp.Rational(shown[2:]) - sp.N(long, 40)) < sp.Rational(1, 10**17)
