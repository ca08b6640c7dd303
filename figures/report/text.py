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
    parts, position = [], 0
    for match in _MARKS.finditer(text):
        parts.append(escape(text[position : match.start()], quote=False))
        position = match.end()
        kind, inner = next((k, v) for k, v in match.groupdict().items() if v is not None)
        if kind == "formula":
            parts.append(mathml(inner))
        elif kind == "code":
            parts.append(f"<code>{escape(inner, quote=False)}</code>")
        else:
            parts.append(f"<{kind}>{marked(inner)}</{kind}>")
    parts.append(escape(text[position:], quote=False))
    return "".join(parts)
