"""Text of others, shown as text: nothing in it is an order to a terminal, a page or a file."""

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
