"""The formal proofs: the record against the sources, and (slow, with coqc) false statements."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sympy as sp

from theory.formal import __main__ as command
from theory.formal import binding, record, theorems
from theory.formal.build import (
    BuildError,
    MissingError,
    SourceError,
    ask,
    axioms,
    check,
    compile_all,
    compile_source,
    coqc,
    declarations,
    differences,
    digest,
    gaps,
    graph,
    preamble,
    sources,
    statement,
)
from theory.formal.page import in_order, page, prose
from theory.mathematics.harmonic import K
from theory.mathematics.readings import MIXTURES, M, Reading
from theory.proofs.certificates import CertificateError

ROOT = Path(__file__).parents[2]
NUMERAL = re.compile(r"(?<![\w.])\d+")


def stated(text: str, theorem: str) -> str:
    """Return the statement of a theorem as its source has it."""
    found = re.search(rf"(?:Theorem|Corollary) {theorem}\b.*?Proof\.", text, re.DOTALL)
    assert found is not None, theorem
    return found[0]


# The record


def test_record_is_of_these_sources() -> None:
    assert record()["digest"] == digest(sources()), "run: make proofs RECORD=1"


def test_a_changed_source_has_another_digest() -> None:
    texts = sources()
    for name in texts:
        assert digest({**texts, name: texts[name].replace("1", "2", 1)}) != digest(texts)


def test_record_has_every_theorem_of_the_sources() -> None:
    declared = [
        (f"{name}.{each.name}", each.line, each.words)
        for name, text in sources().items()
        for each in declarations(name, text)
    ]
    assert sorted(declared) == sorted((t.name, t.line, t.words) for t in theorems().values())


def test_statements_on_record_are_those_of_the_sources() -> None:
    texts = sources()
    for name, theorem in theorems().items():
        file, _, short = name.partition(".")
        in_source = Counter(NUMERAL.findall(stated(texts[file], short)))
        assert not Counter(NUMERAL.findall(theorem.statement)) - in_source, name
        path = ROOT / theorem.file
        assert (
            path.suffix == ".py" or short in path.read_text("utf-8").splitlines()[theorem.line - 1]
        )


def test_page_is_written_from_the_record() -> None:
    assert (ROOT / "docs" / "formal.md").read_text(encoding="utf-8") == page()


def test_page_needs_a_part_of_the_paper_for_each_source() -> None:
    order = list(graph(sources()).static_order())
    assert in_order(theorems(), order) == list(theorems())
    with pytest.raises(ValueError, match=r"no part of the paper for TheoremV1\.v"):
        in_order(["TheoremV1.x"], order)


def test_prose_is_no_markup() -> None:
    assert prose("f*_K <= `a_b` [i]") == r"f\*\_K \<= `a_b` \[i\]"


# The sources


def test_sources_leave_no_gap() -> None:
    assert all(gaps(text) == [] for text in sources().values())


@pytest.mark.parametrize("word", ["Admitted", "Axiom", "Parameter", "admit", "give_up"])
def test_a_gap_is_found(word: str) -> None:
    assert gaps(f"Proof. {word}.") == [word]
    assert gaps(f"(* no {word} (* nor here *) {word} *) Qed.") == []


def test_a_theorem_needs_words() -> None:
    text = "(* The file. *)\n\n(* One\n   is one. *)\nTheorem one : 1 = 1.\nProof. auto. Qed.\n"
    (found,) = declarations("Two", text)
    assert (found.name, found.line, found.words) == ("one", 5, "One is one.")
    with pytest.raises(SourceError, match=r"Two\.v: no sentence in words before one"):
        declarations("Two", text.replace("is one. *)", "is one. *)\n"))


def test_preamble_has_the_imports() -> None:
    text = (
        "(* From Nowhere Import X. *)\nFrom Coq Require Import Reals\n  Lia.\nOpen Scope R_scope.\n"
    )
    assert preamble(text) == "From Coq Require Import Reals\n  Lia.\nOpen Scope R_scope."


# What coqc prints


def test_axioms_are_read() -> None:
    assert axioms("Closed under the global context\n") == []
    assert axioms("Axioms:\nA.b : forall P,\n  P\nc\n  : nat\n") == ["A.b", "c"]
    assert axioms("Axioms:\nx is assumed to be guarded.\n") != []


def test_statement_is_read() -> None:
    assert statement("x\n     : forall K : nat,\n       K = K\n") == "forall K : nat,\nK = K"


def test_differences_are_told() -> None:
    kept = record()
    assert differences(kept, kept) == []
    name, entry = next(iter(kept["theorems"].items()))

    def changed(**values: object) -> dict[str, object]:
        return {**kept, "theorems": {**kept["theorems"], name: {**entry, **values}}}

    loose = entry["statement"].replace(" ", "\n  ")
    assert differences(changed(statement=loose), kept) == []
    assert differences(changed(statement="True"), kept) == [
        f"{name} states something else than in the record"
    ]
    assert differences(changed(assumptions=[]), kept) == [
        f"{name} rests on something else than in the record"
    ]
    assert differences({**changed(assumptions=[]), "coq": "9.0"}, kept) == []
    assert differences({**kept, "digest": ""}, kept) == ["the sources have changed"]
    without = {key: value for key, value in kept["theorems"].items() if key != name}
    assert differences({**kept, "theorems": without}, kept) == [f"{name} is in the record alone"]
    assert differences(kept, {**kept, "theorems": without}) == [f"{name} is not in the record"]


def test_command_compares_with_the_record(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "check", lambda **_: record())
    assert command.main([]) == 0
    monkeypatch.setattr(command, "check", lambda **_: {**record(), "coq": "9.0"})
    assert command.main([]) == 0
    assert "coqc 9.0; the record was made with" in capsys.readouterr().out
    monkeypatch.setattr(command, "check", lambda **_: {**record(), "digest": "0"})
    assert command.main([]) == 1
    assert "the sources have changed\nafter a change" in capsys.readouterr().err


def test_without_coqc_it_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert command.main([]) == 2
    assert "apt install coq libcoq-coquelicot" in capsys.readouterr().err
    with pytest.raises(MissingError):
        coqc(tmp_path, "--print-version")


def test_page_command_needs_no_coqc(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert command.main(["--page"]) == 0
    assert capsys.readouterr().out == page()


def test_help_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["--help"])
    text = capsys.readouterr().out
    for word in ("--record", "--page", "--jobs", "coqc", "exit status"):
        assert word in text


# The binding to the formulas of `theory`

FALSE_MIXTURES: list[tuple[Reading, dict[str, Any]]] = [
    ("counting", {"norm": K * (K + 2) / 2}),
    ("counting-self", {"constant": 2 * K}),
    ("length", {"weight": sp.Integer(2)}),
    ("density", {"weight": 2 / M}),
]


false_mixtures = pytest.mark.parametrize(
    ("reading", "change"), FALSE_MIXTURES, ids=[reading for reading, _ in FALSE_MIXTURES]
)


@false_mixtures
def test_a_changed_formula_changes_the_binding(
    reading: Reading, change: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = binding.text()
    assert before == binding.text()
    monkeypatch.setitem(MIXTURES, reading, replace(MIXTURES[reading], **change))
    assert binding.text() != before
    assert digest(sources()) != record()["digest"]


@pytest.mark.parametrize(
    "weight",
    [1 + (M - 1) * (M - 2) * (M - 3) * (M - 4), 1 / M**2],
    ids=["equal up to 4", "another power"],
)
def test_a_weight_without_closed_form_is_not_bound(
    weight: sp.Expr, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(MIXTURES, "length", replace(MIXTURES["length"], weight=weight))
    with pytest.raises(CertificateError, match="weight must be c or c/m"):
        binding.text()


def test_real_numbers_are_written_in_lowest_terms() -> None:
    K, m = (symbol for symbol, name in binding.NAMES.items() if name in ("INR K", "INR m"))
    assert binding.real(sp.Rational(-4, 6)) == "-2/3"
    assert binding.real((K**2 - 1) / (K + 1)) == "INR K - 1"
    assert binding.real(1 / (3 * m**2)) == "(1/3) / (INR m ^ 2)"
    assert binding.real(K / (K + 3) ** 2) == "(INR K) / ((INR K + 3) ^ 2)"


# With coqc

needs_coqc = pytest.mark.skipif(shutil.which("coqc") is None, reason="coqc is not installed")


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with all sources compiled."""
    folder = tmp_path_factory.mktemp("formal")
    texts = sources()
    for name in graph(texts).static_order():
        compile_source(folder, name, texts[name])
    return folder


@pytest.mark.slow
@needs_coqc
def test_coqc_says_what_is_on_record(compiled: Path) -> None:
    found = ask(compiled, "TheoremIII2", sources()["TheoremIII2"])
    kept = {key: entry for key, entry in record()["theorems"].items() if key in found}
    assert kept
    if coqc(compiled, "--print-version").split()[0] == record()["coq"]:
        assert found == kept


@pytest.mark.slow
@needs_coqc
def test_another_axiom_is_found(compiled: Path) -> None:
    text = (
        "From Coq Require Import IndefiniteDescription.\n\n(* Choice. *)\n"
        "Theorem choose (P : nat -> Prop) : (exists n, P n) -> {n | P n}.\n"
        "Proof. apply constructive_indefinite_description. Qed.\n"
    )
    compile_source(compiled, "Choice", text)
    with pytest.raises(BuildError, match=r"rests on .*constructive_indefinite_description"):
        ask(compiled, "Choice", text)


FALSE = [
    ("DefinitionII1", "self_pairs", "0 < W i i", "0 <= W i i"),
    ("LemmaIII1", "lemma_III1_refuted", "f t = t / 2", "f t = 2 * t / 3"),
    ("LemmaIII1", "III1_weight", "c * (x j - x i)", "c"),
    ("TheoremIII2", "minimiser", "gap_mean n x y W", "gap_mean n x y (fun _ _ => 1)"),
    ("TheoremIII2", "minimiser", "= y k", "= y (S k)"),
    ("Equation3", "segments_count", "K * (K + 3)", "K * (K + 2)"),
    ("Equation3", "f_is_mean_over_segments", "(segments K)", "(segments (K + 1))"),
    ("Equation3", "taps_sum", "= 1", "= 2"),
    ("TheoremIV1Limits", "f_limit", "(INR K + 3)", "(INR K + 3) ^ 2"),
    ("TheoremIV1Limits", "Bias_limit", "(Var n y)", "0"),
    ("TheoremIV1Limits", "Var_limit", ") 0.", ") 1."),
    ("TheoremIV1Monotone", "mult_strictly_decreasing", "cos theta <> 1", "cos theta <> 2"),
    ("TheoremIV1Monotone", "Var_strictly_decreasing", "y a <> y b", "a <> b"),
    ("TheoremIV1Monotone", "Bias_strictly_increasing", "y a <> y b", "a <> b"),
    (
        "TheoremIV1Continuous",
        "continuous_mult_strictly_decreasing",
        "cos theta <> 1",
        "cos theta <> 2",
    ),
    ("TheoremIV2", "iid_variance", "sigma ^ 2 *", "sigma *"),
    ("TheoremIV2", "V_closed", "183", "182"),
    ("TheoremIV2", "V_lower", "12", "11"),
    ("TheoremIV2", "V_lower", "12", "13"),
    ("TheoremIV2", "V_upper", "8", "1"),
    ("TheoremIV2", "V_peak", "21563", "21562"),
    ("TheoremIV2", "V_peak", "5%nat", "4%nat"),
    ("TheoremIV2", "V_limit", "28", "29"),
    ("TheoremIV2", "V_decreasing", "(1 <= K)%nat", "(0 <= K)%nat"),
    ("TheoremIV2Readings", "V_lower_length", "16 <= K", "15 <= K"),
    ("TheoremIV2Readings", "V_lower_counting_self", "12 <= K", "11 <= K"),
    ("TheoremIV2Readings", "V_lower_density", "11 <= K", "10 <= K"),
    ("TheoremIV2Continuous", "V_lower_continuous", "10", "9"),
    ("TheoremIV3", "mixup_is_least_squares", "(vanilla n x y) a b", "(vanilla n x y) b a"),
    ("TheoremIV3", "theorem_IV3_refuted", "b = 1 / 3", "b = 1 / 2"),
    ("TheoremIV3", "IV3_condition", "q E < 1 / 4", "q E <= 1 / 4"),
    ("TheoremIV3More", "degree_weighted", "2 * q E", "q E"),
    ("Lipschitz", "Q_monotone", "Q <= Q'", "Q' <= Q"),
    ("Lipschitz", "Q_jumps", "eps < 2", "eps <= 2"),
]


@pytest.mark.slow
@needs_coqc
@pytest.mark.parametrize(("source", "theorem", "old", "new"), FALSE)
def test_false_statement_has_no_proof(
    compiled: Path, source: str, theorem: str, old: str, new: str
) -> None:
    text = sources()[source]
    right = stated(text, theorem)
    assert old in right
    false = text.replace(right, right.replace(old, new))
    with pytest.raises(BuildError, match="does not compile") as failed:
        compile_source(compiled, "Falsified", false)
    assert "Syntax error" not in str(failed.value)
    # Warnings about the imports come first.
    line = int(re.findall(r"line (\d+), characters", str(failed.value))[-1])
    begin = false[: false.index(right.replace(old, new))].count("\n")
    assert begin < line <= begin + stated_lines(false, theorem)


def stated_lines(text: str, theorem: str) -> int:
    """Return the length of a theorem and its proof."""
    found = re.search(rf"(?:Theorem|Corollary) {theorem}\b.*?Qed\.", text, re.DOTALL)
    assert found is not None
    return found[0].count("\n") + 1


@pytest.mark.slow
@needs_coqc
@false_mixtures
def test_a_changed_formula_has_no_proof(
    compiled: Path, reading: Reading, change: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(MIXTURES, reading, replace(MIXTURES[reading], **change))
    with pytest.raises(BuildError, match="does not compile"):
        compile_source(compiled, "Falsified", binding.text())


@pytest.mark.slow
@needs_coqc
def test_a_changed_definition_has_no_proof(tmp_path: Path) -> None:
    texts = sources()
    norm = "INR K ^ 2 + 3 * INR K + 1"
    assert norm in texts["Lattice"]
    texts["Lattice"] = texts["Lattice"].replace(norm, "INR K ^ 2 + 3 * INR K")
    with pytest.raises(BuildError, match="does not compile"):
        compile_all(tmp_path, texts)


@pytest.mark.slow
@needs_coqc
def test_a_gap_stops_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binding, "text", lambda: "Axiom false : False.\n")
    with pytest.raises(SourceError, match=r"Binding\.v takes something without a proof: Axiom"):
        check()
