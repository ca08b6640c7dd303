"""The Rocq sources as text; compiled with coqc, which is asked what each theorem states."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from theory.formal import binding
from theory.formal.page import in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


HERE = Path(__file__).parent
BINDING = "Binding"

_TOKEN = re.compile(r"\(\*|\*\)|.", re.DOTALL)
_MAIN = re.compile(r"^[ \t]*(?:Theorem|Corollary)\s+(\w+)", re.MULTILINE)
_WORDS = re.compile(r"\(\*((?:(?!\*\)).)*)\*\)\n\Z", re.DOTALL)
_GAP = re.compile(r"\b(?:Admitted|admit|give_up|Axioms?|Conjectures?|Parameters?)\b")
_OWN = re.compile(r"^From LocalMixup Require Import ([\w\s]+)\.", re.MULTILINE)
_PREAMBLE = re.compile(r"^(?:From|Import|Open Scope)\b.*?\.(?=\s)", re.MULTILINE | re.DOTALL)


class SourceError(ValueError):
    """A source is not what the others rely on."""


@dataclass(frozen=True)
class Declaration:
    """A theorem of a source, its line and the comment that ends just before it."""

    name: str
    line: int
    words: str


def sources() -> dict[str, str]:
    """Return the text of each source by its name, the generated one included."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(HERE.glob("*.v"))}
    return {**texts, BINDING: binding.text()}


def digest(texts: Mapping[str, str]) -> str:
    """Return the SHA-256 of all sources."""
    state = hashlib.sha256()
    for name in sorted(texts):
        for part in (name, texts[name]):
            state.update(part.encode() + b"\0")
    return state.hexdigest()


def without_comments(text: str) -> str:
    """Return a source with blanks in place of its comments, so that lines and columns stay."""
    depth, kept = 0, []
    for token in _TOKEN.findall(text):
        depth += token == "(*"
        kept.append(token if depth == 0 or token == "\n" else " " * len(token))
        depth -= token == "*)"
    return "".join(kept)


def declarations(name: str, text: str) -> list[Declaration]:
    """Return the theorems of a source; its lemmas only serve them."""
    found = []
    for match in _MAIN.finditer(without_comments(text)):
        before = text[: match.start()]
        words = _WORDS.search(before)
        if words is None:
            message = f"{name}.v: no sentence in words before {match[1]}"
            raise SourceError(message)
        sentence = " ".join(words[1].split())
        found.append(Declaration(match[1], before.count("\n") + 1, sentence))
    return found


def gaps(text: str) -> list[str]:
    """Return the words of a source by which something is taken without a proof."""
    return _GAP.findall(without_comments(text))


def preamble(text: str) -> str:
    """Return the imports of a source, one sentence after the other."""
    return "\n".join(_PREAMBLE.findall(without_comments(text)))


def requirements(text: str) -> set[str]:
    """Return the sources that a source imports."""
    return {name for names in _OWN.findall(without_comments(text)) for name in names.split()}


def graph(texts: Mapping[str, str]) -> TopologicalSorter[str]:
    """Return the sources ordered by what they import."""
    return TopologicalSorter({name: sorted(requirements(texts[name])) for name in sorted(texts)})


LIMIT = 300
"""Seconds after which a source is given up."""

ALLOWED = {
    "ClassicalDedekindReals.sig_forall_dec",
    "ClassicalDedekindReals.sig_not_dec",
    "FunctionalExtensionality.functional_extensionality_dep",
    "Classical_Prop.classic",
}
"""The axioms of the classical reals: what a proof may rest on."""

INSTALL = """\
coqc is not installed, and only it can check the proofs; everything else works without it.
On Debian and Ubuntu: apt install coq libcoq-coquelicot
With opam: opam install coq coq-coquelicot"""


class MissingError(RuntimeError):
    """There is no coqc here."""


class BuildError(RuntimeError):
    """A source does not compile, or a theorem rests on more than it may."""


def coqc(folder: Path, *arguments: str) -> str:
    """Run coqc in a folder with the options of _CoqProject, and return what it prints."""
    program = shutil.which("coqc")
    if program is None:
        raise MissingError(INSTALL)
    options = (HERE / "_CoqProject").read_text(encoding="utf-8").split()
    command = [program, "-q", *options, *arguments]
    try:
        done = subprocess.run(
            command, cwd=folder, timeout=LIMIT, capture_output=True, text=True, check=False
        )
    except subprocess.TimeoutExpired as error:
        message = f"{arguments[-1]} takes more than {LIMIT} s"
        raise BuildError(message) from error
    if done.returncode:
        message = f"{arguments[-1]} does not compile:\n{done.stderr.strip()}"
        raise BuildError(message)
    return done.stdout


def compile_source(folder: Path, name: str, text: str) -> None:
    """Compile a source in a folder that has what it imports."""
    (folder / f"{name}.v").write_text(text, encoding="utf-8")
    coqc(folder, f"{name}.v")


def axioms(printed: str) -> list[str]:
    """Return the axioms that Print Assumptions lists."""
    if printed.strip() == "Closed under the global context":
        return []
    # Types are indented.  Whatever else is said, as of a check that is off, is no allowed name.
    heads = [line.partition(" :")[0] for line in printed.splitlines() if not line.startswith(" ")]
    return sorted(head for head in heads if head != "Axioms:")


def statement(printed: str) -> str:
    """Return the type that Check prints after the name."""
    lines = printed.partition("\n     : ")[2].rstrip().splitlines()
    return "\n".join(line.removeprefix("       ").rstrip() for line in lines)


def ask(folder: Path, name: str, text: str) -> dict[str, dict[str, Any]]:
    """Return what coqc says of the theorems of a compiled source."""
    declared = declarations(name, text)
    if not declared:
        return {}
    full = {each.name: f"LocalMixup.{name}.{each.name}" for each in declared}
    # Axioms are printed before anything is imported, for their names to be the same everywhere.
    questions = [
        f"Require LocalMixup.{name}.",
        *(f'Redirect "{key}.axioms" Print Assumptions {key}.' for key in full.values()),
        preamble(text),
        f"Require Import LocalMixup.{name}.",
        "Set Printing Width 96.",
        "Set Printing Depth 1000.",
        *(f'Redirect "{key}.type" Check @{key}.' for key in full.values()),
    ]
    compile_source(folder, f"Ask{name}", "\n".join(questions) + "\n")
    file = "binding.py" if name == BINDING else f"{name}.v"
    found = {}
    for each in declared:
        key = full[each.name]
        assumptions = axioms((folder / f"{key}.axioms.out").read_text(encoding="utf-8"))
        if not ALLOWED.issuperset(assumptions):
            message = f"{key} rests on {', '.join(sorted({*assumptions} - ALLOWED))}"
            raise BuildError(message)
        found[f"{name}.{each.name}"] = {
            "file": f"theory/formal/{file}",
            "line": each.line,
            "words": each.words,
            "statement": statement((folder / f"{key}.type.out").read_text(encoding="utf-8")),
            "assumptions": assumptions,
        }
    return found


def compile_all(
    folder: Path,
    texts: Mapping[str, str],
    *,
    jobs: int = 2,
    report: Callable[[str], None] = lambda _: None,
) -> dict[str, dict[str, Any]]:
    """Compile all sources in an empty folder, in order, and ask for their theorems."""

    def run(name: str) -> dict[str, dict[str, Any]]:
        start = time.perf_counter()
        compile_source(folder, name, texts[name])
        found = ask(folder, name, texts[name])
        report(f"{name:24} {len(found):3} theorems {time.perf_counter() - start:6.1f} s")
        return found

    found: dict[str, dict[str, Any]] = {}
    order = graph(texts)
    order.prepare()
    running: dict[Future[dict[str, dict[str, Any]]], str] = {}
    with ThreadPoolExecutor(jobs) as pool:
        try:
            while order.is_active():
                running |= {pool.submit(run, name): name for name in order.get_ready()}
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    found |= future.result()
                    order.done(running.pop(future))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return found


def check(*, jobs: int = 2, report: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """Check every source from clean and return the record of it."""
    texts = sources()
    for name, text in texts.items():
        if gaps(text):
            message = f"{name}.v takes something without a proof: {', '.join(gaps(text))}"
            raise SourceError(message)
    with TemporaryDirectory(prefix="local-mixup-proofs-") as folder:
        version = coqc(Path(folder), "--print-version").split()[0]
        found = compile_all(Path(folder), texts, jobs=jobs, report=report)
    return {
        "coq": version,
        "digest": digest(texts),
        "theorems": {
            name: found[name] for name in in_order(found, list(graph(texts).static_order()))
        },
    }


def differences(found: Mapping[str, Any], recorded: Mapping[str, Any]) -> list[str]:
    """Say where a new record differs from the one that is kept, but for white space."""
    problems = []
    if found["digest"] != recorded["digest"]:
        problems.append("the sources have changed")
    new, old = found["theorems"], recorded["theorems"]
    problems += [f"{name} is not in the record" for name in new.keys() - old.keys()]
    problems += [f"{name} is in the record alone" for name in old.keys() - new.keys()]
    same_version = found["coq"] == recorded["coq"]
    for name in new.keys() & old.keys():
        if new[name]["statement"].split() != old[name]["statement"].split():
            problems.append(f"{name} states something else than in the record")
        if same_version and new[name]["assumptions"] != old[name]["assumptions"]:
            problems.append(f"{name} rests on something else than in the record")
    return sorted(problems)
