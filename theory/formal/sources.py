"""The Rocq sources as text: what they declare, what they require, and their digest."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

from theory.formal import binding

if TYPE_CHECKING:
    from collections.abc import Mapping

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
