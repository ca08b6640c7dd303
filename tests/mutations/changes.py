"""Small changes to `theory` and `numerics`, and the tests that have to notice each: changes.txt."""

from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIST = Path(__file__).with_name("changes.txt")


@dataclass
class Change:
    """A text that is in a file exactly once, what stands in its place, and who has to notice."""

    file: str  # from the root of the repository
    old: str
    new: str = ""
    tests: list[str] = field(default_factory=list)  # as pytest takes them, below tests/
    equivalent: str = ""  # why no test can notice; empty if one has to

    def __str__(self) -> str:
        return f"{self.file}: {self.old!r} -> {self.new!r}"

    def of(self, text: str) -> str:
        """Make the change in the text of the file.

        Raises
        ------
        ValueError
            If the old text is not in it exactly once.
        """
        if text.count(self.old) != 1:
            message = (
                f"{self.file} must hold {self.old!r} exactly once, and holds it "
                f"{text.count(self.old)} times: the code has moved on, so write the formula as it "
                f"is now into {LIST.relative_to(ROOT)}"
            )
            raise ValueError(message)
        return text.replace(self.old, self.new)


def parsed(text: str) -> list[Change]:
    """Read changes: a file, then old (-) and new (+) text, tests (@), or why there are none (=)."""
    found: list[Change] = []
    file = ""
    for number, line in enumerate(text.splitlines(), start=1):
        kind, _, rest = line.partition(" ")
        if kind == "-":
            found.append(Change(file, rest))
        elif kind == "+":
            found[-1].new = rest
        elif kind == "@":
            found[-1].tests.append(rest)
        elif kind == "=":
            found[-1].equivalent += rest
        elif line and not rest:
            file = line
        elif line and kind != "#":
            message = f"{LIST.name}, line {number}, begins with none of - + @ = #: {line!r}"
            raise ValueError(message)
    return found


CHANGES = parsed(LIST.read_text(encoding="utf-8"))
