"""Figures of matplotlib as SVG for a page: small, with ids and colours that are the page's own."""

import io
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from html import escape

import matplotlib as mpl

from figures.drawing.save import Drawing
from figures.drawing.style import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, RED, style

THEME: dict[str, str] = {
    BLACK: "--ink",
    "#ffffff": "--paper",
    GREY: "--soft",
    BLUE: "--blue",
    RED: "--red",
    GREEN: "--green",
    ORANGE: "--orange",
    PURPLE: "--purple",
}
"""Colours that a page in the dark sets otherwise, and the names of its own."""

REGIONS = frozenset({"fig1", "boundaries"})
"""Figures whose pixels are pale regions under lines, which a page in the dark turns dark."""

_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_DECIMALS = re.compile(r"-?\d+\.\d{3,}")
_LOCAL = re.compile(r"url\(#([^)]+)\)")
_COLOUR = re.compile(r"#[0-9a-f]{6}\b")


@dataclass(frozen=True)
class Shown:
    """A figure on the page."""

    content: str  # inside of an SVG element
    width: float
    height: float
    caption: str


def render(drawing: Drawing, name: str) -> Shown:
    """Turn a figure into SVG."""
    buffer = io.BytesIO()
    metadata = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with style(), mpl.rc_context({"svg.fonttype": "path", "svg.hashsalt": name}):
        drawing.figure.savefig(buffer, format="svg", metadata=metadata)
    root = ET.fromstring(buffer.getvalue())  # of our own making
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{{{_SVG}}}metadata", f"{{{_SVG}}}style"):
                parent.remove(child)
    if name in REGIONS:
        for image in root.iter(f"{{{_SVG}}}image"):
            image.set("class", "regions")
    _own(root, name)
    (group,) = [child for child in root if child.tag == f"{{{_SVG}}}g"]
    group.set("id", f"figure-{name}")
    return Shown("".join(map(_write, root)), width, height, drawing.caption)


def _own(root: ET.Element, name: str) -> None:
    """Keep ids that are used, make them the figure's own, and shorten what is long."""
    for node in root.iter():
        target = node.attrib.pop(f"{{{_XLINK}}}href", None)
        if target is not None:
            node.set("href", target)
    used: dict[str, str] = {}
    for node in root.iter():
        for key, value in node.attrib.items():
            targets = [value[1:]] if key == "href" and value[0] == "#" else _LOCAL.findall(value)
            for target in targets:
                # No other id on the page has an underscore.
                used.setdefault(target, f"{name}_{len(used)}")
    for node in root.iter():
        for key, value in list(node.attrib.items()):
            if key == "id":
                if value in used:
                    node.set(key, used[value])
                else:
                    del node.attrib[key]
            elif key == "href":
                if value[0] == "#":
                    node.set(key, f"#{used[value[1:]]}")
            elif key in ("d", "x", "y", "points"):
                node.set(key, _DECIMALS.sub(_shorter, " ".join(value.split())))
            elif key == "style":
                node.set(key, _COLOUR.sub(_themed, value).replace("; ", ";").replace(": ", ":"))
            else:
                node.set(key, _LOCAL.sub(lambda match: f"url(#{used[match[1]]})", value))


def _shorter(match: re.Match[str]) -> str:
    return f"{float(match.group()):.2f}".rstrip("0").rstrip(".")


def _themed(match: re.Match[str]) -> str:
    colour = match.group()
    known = {value.lower(): variable for value, variable in THEME.items()}
    return f"var({known[colour]},{colour})" if colour in known else colour


def _write(node: ET.Element) -> str:
    tag = node.tag.removeprefix(f"{{{_SVG}}}")
    attributes = "".join(f' {key}="{escape(value)}"' for key, value in node.attrib.items())
    inside = "".join(_write(child) for child in node)
    return f"<{tag}{attributes}>{inside}</{tag}>" if inside else f"<{tag}{attributes}/>"
