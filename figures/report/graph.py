"""What rests on what, as a picture: claims in columns, each to the right of all that it uses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from theory import Verdict
from theory.proofs.ledger import Claim

WIDTH, HEIGHT = 160, 26
"""Of the box of a claim, in pixels."""

STEP, LINE = 214, 38
"""From a column to the next, and from a row to the next."""


@dataclass(frozen=True)
class Box:
    """A claim in the picture; x and y are its upper left corner."""

    id: str
    title: str
    verdict: Verdict
    x: float
    y: float


@dataclass(frozen=True)
class Graph:
    """The boxes, the lines between them as paths, and the size of the picture."""

    boxes: tuple[Box, ...]
    paths: tuple[str, ...]
    width: float
    height: float


def draw(claims: Sequence[Claim]) -> Graph:
    """Place the claims that use others or are used; a line that follows from others is left out."""
    known = {claim.id: claim for claim in claims}
    uses = {key: [k for k in claim.uses if k in known] for key, claim in known.items()}
    linked = {key for key, below in uses.items() if below}.union(*uses.values())
    order = [key for key in known if key in linked]
    column: dict[str, int] = {}
    for key in order:  # the ledger has what a claim uses before it
        column[key] = 1 + max((column[below] for below in uses[key]), default=-1)
    row: dict[str, float] = {}
    start = 0
    for part in _parts(order, uses):
        start += _place(part, uses, column, row, start)
    boxes = {
        key: Box(key, known[key].title, known[key].verdict, STEP * column[key], LINE * row[key])
        for key in order
    }
    deeper: dict[str, set[str]] = {}  # all that a claim rests on through others
    for key in order:
        deeper[key] = {k for below in uses[key] for k in (*uses[below], *deeper[below])}
    paths = [
        _path(boxes[below], boxes[key])
        for key in order
        for below in uses[key]
        if below not in deeper[key]
    ]
    width = STEP * max(column.values(), default=0) + WIDTH
    return Graph(tuple(boxes.values()), tuple(paths), width, LINE * start)


def _parts(order: Sequence[str], uses: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Sort claims into those that hang together."""
    parts: list[set[str]] = []
    for key in order:
        touched = {key, *uses[key]}
        apart = [part for part in parts if not part & touched]
        parts = [*apart, touched.union(*(part for part in parts if part & touched))]
    return [[key for key in order if key in part] for part in parts]


def _place(
    part: Sequence[str],
    uses: Mapping[str, Sequence[str]],
    column: Mapping[str, int],
    row: dict[str, float],
    start: int,
) -> int:
    """Give each claim of a part its row, near to what it uses; return how many rows they take."""
    columns = [[key for key in part if column[key] == c] for c in range(len(part))]
    deepest = max(map(len, columns))
    for keys in columns:
        keys.sort(key=lambda key: sum(row[below] for below in uses[key]) / max(len(uses[key]), 1))
        gap = deepest / len(keys) if keys else 0
        for place, key in enumerate(keys):
            row[key] = start + gap * (place + 0.5) - 0.5
    return deepest


def _path(below: Box, above: Box) -> str:
    """Draw a line from the right of a box to the left of another."""
    x, y = below.x + WIDTH, below.y + HEIGHT / 2
    u, v = above.x, above.y + HEIGHT / 2
    bend = min(u - x, STEP - WIDTH)
    return f"M{x:g} {y:g}C{x + bend:g} {y:g} {u - bend:g} {v:g} {u:g} {v:g}"
