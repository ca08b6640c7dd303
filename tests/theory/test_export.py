"""theory.proofs.export and the codec: evidence in a file, checked from the file alone."""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import sympy as sp

from figures.ledger import LEDGER
from tests.reference.certificates import ONE, SAMPLES, K
from theory import LEDGER as THEORY
from theory import Ledger, Measurement, Proof, Result, Verdict
from theory.__main__ import main
from theory.proofs import export
from theory.proofs.certificates import Certificate, CertificateError, Identity, Sign
from theory.proofs.codec import DEPTH, DIGITS, KINDS, LARGEST, POWER, decode, encode
from theory.proofs.export import read

Forgery = Callable[[list[Any]], object]
"""What is done to the claims of a file."""

QUICK = ("IV.B-K0", "IV.B-Kn", "Eq3-count")


@pytest.fixture(scope="module")
def text(recompute: Callable[[str], Result]) -> str:
    """A file with a proof, a refutation and a boundary."""
    return export.export([recompute(key) for key in QUICK])


def write(folder: Path, content: str) -> Path:
    path = folder / "certificates.json"
    path.write_text(content)
    return path


def sealed(claims: Any) -> str:
    """Return the text of a file with these claims, and with their digest."""
    content = {"format": export.FORMAT, "sha256": export._digest(claims), "claims": claims}
    return json.dumps(content)


def forged(text: str, change: Forgery) -> str:
    """Change the claims of a file, and give it the digest of the changed ones."""
    claims = json.loads(text)["claims"]
    change(claims)
    return sealed(claims)


def holds(path: Path) -> dict[str, Verdict]:
    """Verify a file as it stands, without a ledger."""
    entries = read(path)
    for entry in entries:
        entry.verify()
    return {entry.id: entry.verdict for entry in entries}


def places(data: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every place in plain data: the container and the key there."""
    keys = list(data) if isinstance(data, dict) else range(len(data))
    for key in keys:
        yield data, key
        if isinstance(data[key], (dict, list)):
            yield from places(data[key])


@pytest.mark.parametrize("key", LEDGER)
def test_every_claim_can_be_written_and_checked(
    key: str, recompute: Callable[[str], Result], tmp_path: Path
) -> None:
    result = recompute(key)
    measured = any(isinstance(piece, Measurement) for piece in result.evidence)
    if measured or result.verdict is Verdict.NOT_CHECKED:
        with pytest.raises(CertificateError, match="cannot be exported"):
            export.export([result])
        return
    path = write(tmp_path, export.export([result]))
    assert holds(path) == {key: result.verdict}
    (entry,) = read(path)
    for kept, found in zip(entry.evidence, result.evidence, strict=True):
        if isinstance(kept, Proof) and isinstance(found, Proof):
            for one, other in zip(kept.certificates, found.certificates, strict=True):
                assert one.statement == other.statement


def test_checking_runs_no_evidence(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("theory.proofs.ledger.LEDGER.claims", {})
    assert list(holds(write(tmp_path, text))) == list(QUICK)


def test_any_changed_digit_is_rejected(text: str, tmp_path: Path) -> None:
    found = [match.start() for match in re.finditer(r"\d", text)]
    assert len(found) > 200
    for place in found:
        digit = str((int(text[place]) + 1) % 10)
        with pytest.raises(ValueError, match="is no certificate file"):
            read(write(tmp_path, text[:place] + digit + text[place + 1 :]))


def step(claims: list[Any]) -> dict[str, Any]:
    """Return the first step of the last proof."""
    found: dict[str, Any] = claims[2]["evidence"][0]["certificates"][0]
    return found


def agreed(claims: list[Any]) -> None:
    """Let a counterexample agree with what it refutes."""
    relation = claims[1]["evidence"][0]["relation"]
    relation["right"] = relation["left"]


FORGERIES: list[tuple[Forgery, str]] = [
    (lambda c: step(c).update(closed=["*", "2", step(c)["closed"]]), "base case fails"),
    (agreed, "no counterexample"),
    (lambda c: c[0].update(verdict="PROVED"), "says PROVED, its evidence gives PROVED_WITH"),
    (lambda c: c[0].update(evidence=[]), "no evidence"),
    (lambda c: c.append(c[0]), "id of its own"),
    (lambda c: c[0].update(id="\ud800"), "printable id"),
]


@pytest.mark.parametrize(("change", "message"), FORGERIES, ids=[said for _, said in FORGERIES])
def test_a_forgery_is_rejected_even_with_its_digest(
    change: Forgery, message: str, text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, forged(text, change))
    with pytest.raises((CertificateError, ValueError), match=message):
        holds(path)
    with suppress(SystemExit):
        assert main(["--check", str(path)]) == 1
    printed = capsys.readouterr()
    assert sum(message in line for line in (printed.out + printed.err).splitlines()) == 1


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{}",
        "[]",
        "3",
        "nothing",
        "\xff",
        '"\\ud800"',
        "1e999999999",
        '{"format": "another 1", "sha256": "0", "claims": []}',
        '{"format": "local-mixup certificates 2", "sha256": "0", "claims": []}',
        "[" * 100_000,
        '{"format":' * 100_000,
        sealed([]),
        sealed({}),
        sealed([[]]),
        sealed(["\ud800"]),
        sealed([1e300]),
    ],
    ids=lambda content: content[-44:].encode("unicode_escape").decode(),
)
def test_a_damaged_file_takes_one_line(
    content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "certificates.json"
    path.write_bytes(content.encode("latin-1", errors="surrogatepass"))
    with pytest.raises(SystemExit) as stop:
        main(["--check", str(path)])
    assert stop.value.code == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "is no certificate file: " in printed.err
    assert printed.err.count("\n") == 1


# What a string in the place of a number would do if anything evaluated it.
PAYLOADS = [
    "__import__('pathlib').Path('ran').touch()",
    "lambdify((), 0, modules='sympy') or __import__('pathlib').Path('ran').touch()",
    "Symbol('K').__class__",
    "\ud800",
    "1e999999999",
    "2**2**2**2**2**2",
    "9" * (DIGITS + 1),
    "1/0",
    "",
]
WRONG: list[Any] = [
    *PAYLOADS,
    None,
    True,
    -1,
    10**300,
    1.5,
    float("inf"),
    [],
    {},
    [[]],
    ["^", "2", ["^", "2", "2"]],
    ["^", "10", str(POWER + 1)],
    ["^", ["^", ["+", ["symbol", "K"], "1"], "100"], "100"],
    ["^", "0", "-1"],
    ["gamma", ["symbol", "K"]],
    ["symbol", "__class__" * 9],
    ["symbol", ["symbol", "K"]],
    {"class": "Popen", "args": "true"},
    {"class": "Relation", "left": "1", "operator": "is", "right": "1"},
]


def test_the_samples_are_of_every_kind() -> None:
    assert {type(certificate) for certificate in SAMPLES} == set(KINDS)
    for certificate in SAMPLES:
        certificate.verify()


@pytest.mark.parametrize("certificate", SAMPLES, ids=lambda c: type(c).__name__)
def test_no_text_in_any_field_is_evaluated(
    certificate: Certificate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    data = json.loads(json.dumps(encode(certificate, Certificate)))
    refused = 0
    for container, key in list(places(data)):
        good = container[key]
        for wrong in WRONG:
            container[key] = wrong
            refused += 1
            with suppress(ValueError, CertificateError):
                decoded = decode(data, Certificate)
                assert isinstance(decoded, Certificate)
                assert len(str(decoded)) < 3000
                decoded.verify()
                refused -= 1
        container[key] = good
    assert not list(tmp_path.iterdir())
    assert refused > 7 * len(WRONG)


def test_no_forged_field_passes_for_the_ledger(text: str, tmp_path: Path) -> None:
    claims = json.loads(text)["claims"]
    wrong: Any
    for container, key in list(places(claims)):
        good = container[key]
        for wrong in ("1", []):
            container[key] = wrong
            with suppress(ValueError, CertificateError):
                entries = read(write(tmp_path, sealed(claims)))
                for entry in entries:
                    entry.verify()
                assert good == wrong or any(entry.differs(THEORY) for entry in entries)
        container[key] = good


TRIVIAL = {
    "class": "Proof",
    "argument": "",
    "under": [],
    "found": [],
    "certificates": [encode(Identity("", ONE, ONE), Certificate)],
}


@pytest.mark.parametrize(
    ("position", "change", "said"),
    [
        (0, {"id": "IV.9"}, "the ledger has no such claim"),
        (0, {"statement": "All is well."}, "not as in the ledger: statement"),
        (0, {"hypotheses": []}, "not as in the ledger: hypotheses"),
        (0, {"source": "Theorem IV.1"}, "not as in the ledger: source"),
        (0, {"statement": "", "source": ""}, "not as in the ledger: source, statement"),
        (2, {"evidence": [TRIVIAL]}, "not as in the ledger: evidence"),
    ],
    ids=range(6),
)
def test_what_differs_from_the_ledger_is_told_apart(
    position: int,
    change: dict[str, Any],
    said: str,
    text: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = write(tmp_path, forged(text, lambda claims: claims[position].update(change)))
    assert main(["--check", str(path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    name = change.get("id", QUICK[position])
    line = lines.index(f"{name}: these steps hold; {said}")
    assert lines[line + 1].startswith("    ")
    assert not any(other.startswith(f"{name}: PROVED") for other in lines)


def file_of(*certificates: dict[str, Any]) -> str:
    proof = {"class": "Proof", "argument": "", "certificates": certificates, "under": []}
    claim = {"class": "Entry", "id": "X", "source": "", "statement": "", "hypotheses": []}
    return sealed([{**claim, "verdict": "PROVED", "evidence": [{**proof, "found": []}]}])


def power(base: Any, *exponents: int) -> Any:
    for exponent in exponents:
        base = ["^", base, str(exponent)]
    return base


def nested(function: str, depth: int) -> Any:
    tree: Any = ["symbol", "K"]
    for _ in range(depth):
        tree = [function, tree]
    return tree


def identity(left: Any, right: Any = "1") -> dict[str, Any]:
    return {"class": "Identity", "left": left, "right": right}


def sign(expression: Any, **others: Any) -> dict[str, Any]:
    plain = {"class": "Sign", "index": "K", "start": 1, "bounds": [], "strict": True}
    return {**plain, "expression": expression, **others}


def exact(left: Any, operator: str, right: Any) -> dict[str, Any]:
    relation = {"class": "Relation", "left": left, "operator": operator, "right": right}
    return {"class": "Exact", "relations": [relation], "complete": False}


NK = ["+", ["symbol", "K"], "1"]
MANY = ["+", *(["symbol", name] for name in "abcdefgh")]
ROOTS = [["^", str(n), "1/2"] for n in (2, 3, 5, 7)]
BOX = [f"a{number}" for number in range(20)]

BUSY: dict[str, dict[str, Any]] = {
    "a tower of powers": identity(power("9", 9, 9, 9, 9, 9)),
    "a tower below the exponent 0": identity(power("9", *[POWER] * 5, 0)),
    "a tower of exponents": identity(["^", "2", ["^", "2", ["^", "2", "999"]]]),
    "a power": identity(power(NK, 100_000)),
    "the largest powers": identity(power(NK, POWER), power(NK, POWER - 1)),
    "a power of many symbols": identity(power(MANY, POWER)),
    "a quotient of many symbols": identity(power(MANY, 9), power(MANY, -9)),
    "a number with an exponent": identity("1e999999999"),
    "long numbers": identity(["+", *([power("9" * (2 * DIGITS // POWER), POWER)] * 20)]),
    "too many levels": identity(nested("log", DEPTH + 1)),
    "many levels of log": identity(nested("log", DEPTH - 1)),
    "an unknown operator": identity(nested("tan", 3)),
    "a large start": sign(NK, start=10**9),
    "the largest start": sign(["+", "-9", power(NK, -50), power(NK, -49)], start=LARGEST),
    "a box of many vertices": sign(
        ["+", *(["*", ["symbol", name], ["symbol", "K"]] for name in BOX)],
        bounds=[[name, ["1", "2"]] for name in BOX],
    ),
    "powers of roots": exact(
        power(["+", *ROOTS], 40), "==", power(["+", *ROOTS[::-1], "0"], 20, 2)
    ),
    "a root of a long number": exact(
        ["^", ["+", *ROOTS], "-1"], "<", ["^", "9" * (DIGITS - 1), "1/2"]
    ),
    "an unknown relation": exact("1", "is", "1"),
}


@pytest.mark.parametrize("what", BUSY)
def test_a_small_file_does_not_keep_the_checker_busy(
    what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, file_of(BUSY[what]))
    started = time.process_time()
    try:
        status: Any = main(["--check", str(path)])
    except SystemExit as stop:
        status = stop.code
    assert time.process_time() - started < 2
    printed = capsys.readouterr()
    assert status in (1, 2)
    assert len((printed.out + printed.err).splitlines()) == 1
    assert "hold" not in printed.out


ROOT_OF_MINUS = ["^", "-1", "1/2"]
FALSE: dict[str, dict[str, Any]] = {
    "numbers without an order": exact(ROOT_OF_MINUS, "<", ["+", ROOT_OF_MINUS, "1"]),
    "functions without an order": exact(["symbol", "K"], "<", NK),
    "functions that meet": exact(["symbol", "K"], "!=", power(["symbol", "K"], 2)),
    "no rational function": identity(["log", ["symbol", "K"]], ["log", ["symbol", "K"]]),
}


@pytest.mark.parametrize("what", FALSE)
def test_a_false_step_in_a_file_is_rejected(
    what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    general = {**FALSE[what], "complete": True} if "relations" in FALSE[what] else FALSE[what]
    assert main(["--check", str(write(tmp_path, file_of(general)))]) == 1
    assert capsys.readouterr().out.startswith("X: rejected: ")


def test_a_file_holds_no_better_than_what_its_claim_rests_on(tmp_path: Path) -> None:
    ledger = Ledger()
    about: dict[str, str] = dict.fromkeys(("source", "title", "statement", "result"), "")
    right = [ONE]

    def add(key: str, **more: Any) -> None:
        proof = Proof("", [Identity("", ONE, ONE)])
        base = key == "base"
        ledger.claim(key, **about, verdict=Verdict.PROVED, **more)(
            lambda: Proof("", [Identity("", ONE, right[-1])]) if base else proof
        )

    add("base")
    add("top", uses=("base",))
    (entry,) = read(write(tmp_path, export.export([ledger["top"].run()])))
    assert not entry.differs(ledger)
    right.append(2 * ONE)
    assert entry.differs(ledger).endswith("rests on base, which failed")


@pytest.mark.parametrize("certificate", SAMPLES, ids=lambda c: type(c).__name__)
def test_the_codec_keeps_every_field_but_notes(certificate: Certificate) -> None:
    data = json.loads(json.dumps(encode(certificate, Certificate)))
    copy = decode(data, Certificate)
    copy.verify()
    assert encode(copy, Certificate) == data
    assert copy.statement == certificate.statement
    assert copy.note == ""
    for note in (certificate.note, "here", "K = 2"):
        assert f'"{note}"' not in json.dumps(data)


@pytest.mark.parametrize("name", ["1 = 2", "2", "x-x", "log(x)", "K ", "", "pi", "I", "oo"])
def test_a_symbol_whose_name_reads_as_something_else_is_refused(name: str) -> None:
    forged = {"class": "Identity", "left": ["symbol", name], "right": ["symbol", name]}
    with pytest.raises(ValueError, match="the name of a symbol expected"):
        decode(forged, Certificate)


def test_symbols_of_one_name_are_not_merged() -> None:
    plain, positive = sp.Symbol("K"), sp.Symbol("K", positive=True)
    with pytest.raises(CertificateError, match="two different symbols"):
        encode(Sign("s", plain - positive, plain, 1), Certificate)


@pytest.mark.parametrize("expression", [sp.gamma(K), sp.Float("0.5") * K])
def test_values_without_a_plain_form_are_refused(expression: sp.Expr) -> None:
    with pytest.raises(CertificateError, match="cannot be written"):
        encode(Sign("s", expression, K, 1), Certificate)
    assert encode(Sign("s", K, K, 1), Certificate)["start"] == 1


def test_the_door(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "out.json"
    assert main(["IV.B-Kn", "--certificate", str(path), "--jobs", "1"]) == 0
    capsys.readouterr()
    assert main(["--check", str(path)]) == 0
    printed = capsys.readouterr().out
    assert re.fullmatch(r"IV\.B-Kn: REFUTED; \d+ steps hold, all as in the ledger\n", printed)
    path.write_text(path.read_text().replace("1/5", "2/5"))
    for name in (path, tmp_path / "missing.json"):
        with pytest.raises(SystemExit) as stop:
            main(["--check", str(name)])
        assert stop.value.code == 2
    assert not list(tmp_path.glob(".*")), "a draft was left behind"
