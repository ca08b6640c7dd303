"""Texts of the ledger as HTML, with their formulas as MathML."""

import re
from functools import lru_cache
from html import escape, unescape

from math_core import LatexError, LatexToMathML

_MARKS = re.compile(
    r"\$(?P<formula>[^$]+)\$"
    r"|`(?P<code>[^`]+)`"
    r"|\*\*(?P<strong>[^*]+)\*\*"
    r"|(?<![\w*])\*(?P<em>[^\s*][^*]*)\*(?![\w*])"
)
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z]+;")  # names that only HTML knows
_CONVERTER = LatexToMathML(annotation=True, fancy_error=False)


@lru_cache(maxsize=4096)
def mathml(formula: str) -> str:
    """Convert a formula."""
    try:
        element = _CONVERTER.convert_with_local_state(formula, displaystyle=False)
    except LatexError as error:
        message = f"formula must be LaTeX that becomes MathML, got {formula!r}: {error}"
        raise ValueError(message) from error
    return _ENTITY.sub(lambda match: unescape(match.group()), element)


def marked(text: str) -> str:
    """Convert a text with formulas and a little Markdown."""
    return _MARKS.sub(_mark, escape(text, quote=False))


def _mark(match: re.Match[str]) -> str:
    kind, inner = next((k, v) for k, v in match.groupdict().items() if v is not None)
    if kind == "formula":
        return mathml(unescape(inner))
    return f"<{kind}>{inner if kind == 'code' else _MARKS.sub(_mark, inner)}</{kind}>"
