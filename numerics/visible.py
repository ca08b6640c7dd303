"""Text of others, shown as text: nothing in it is an order to a terminal, a page or a file."""

import re
from collections.abc import Container
from unicodedata import category

_ORDERS = {"Cc", "Cf", "Cs"}
"""Control characters, turns of direction and the like, bytes of no encoding."""


def visible(text: str, *, lines: bool = False) -> str:
    """Spell out what is not to be seen, as Python does; the ends of lines too, unless they stay."""
    if text.isascii() and text.isprintable():
        return text
    shown = (
        c if category(c) not in _ORDERS or (lines and c == "\n") else ascii(c)[1:-1] for c in text
    )
    return "".join(shown)


def shortened(text: str) -> str:
    """Return a text in one line of a readable length."""
    line = visible(" ".join(text.split()))
    return line if len(line) <= 400 else f"{line[:400]}..."


# Neither what is in quotation marks nor a part of a path is Python.
_PYTHON = re.compile(
    r"""(?<!\w)(?:'[^']*'|"[^"]*") | ^(\w+)(?:\[\d\])?(?=\ must\b)
    | (?<![\w./\\-])([A-Za-z_]+)=('[^']*'|\w*)(?![\w./\\,[-])""",
    re.VERBOSE,
)


def as_options(text: str, known: Container[str]) -> str:
    """Name the options of a command where a text names the arguments of Python behind them."""

    def option(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        if name not in known:
            return found[0]
        value = (found[3] or "").strip("'").replace("None", "none")
        return f"--{name.replace('_', '-')} {value}".rstrip()

    return _PYTHON.sub(option, text).replace(" must be None", " must be left out")
