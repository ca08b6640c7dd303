"""Sphinx configuration of the documentation."""

import re
from importlib.metadata import metadata
from pathlib import Path
from types import BuiltinFunctionType, GenericAlias, MethodDescriptorType
from typing import Any

from docutils import nodes
from math_core import LatexError, LatexToMathML
from sphinx.application import Sphinx
from sphinx.util import logging

ROOT = Path(__file__).parent.parent

about = metadata("local-mixup")
project = "Local Mixup toolkit"
author = "the Local Mixup toolkit developers"
copyright = f"2026, {author}"
release = about["Version"]

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx_gallery.gen_gallery",
]
# The pages are Markdown; what autosummary and the gallery make is reStructuredText.
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
html_math_renderer = "mathml"

autosummary_generate = True
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True}
numpydoc_class_members_toctree = False
numpydoc_show_class_members = False

# Every example is run, and what it draws and prints is on its page.
sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "gallery",
    "filename_pattern": r"\.py$",
    "abort_on_example_error": False,
    "download_all_examples": False,
    "show_signature": False,
    "write_computation_times": False,
    "remove_config_comments": True,
    "image_srcset": ["2x"],
}

html_theme = "furo"
html_title = project
html_theme_options = {"top_of_page_buttons": []}
html_static_path = ["_static"]
html_css_files = ["style.css"]
html_show_sphinx = False

# A name that a package hands on is found there and where it is defined; both links lead to it.
suppress_warnings = ["ref.python", "config.cache"]

logger = logging.getLogger(__name__)

_LITERAL = re.compile(r"(``.*?``)")
_STAR = re.compile(r"(?<=[ (])\*(?=\w+[,)])")
_ANCHOR = re.compile(r'^<a id="([\w-]+)"></a>$', re.MULTILINE)
_ROOMS = "|".join(path.stem for path in (ROOT / "docs" / "claims").glob("*.md"))
_TO_LEDGER = re.compile(r"\]\((?:\.\./)*paper_checks\.md\)")
_TO_CLAIM = re.compile(rf"\]\((?:[\w./]*/)?(?:{_ROOMS})\.md(#[\w-]+)\)")
_TO_SOURCE = re.compile(r"\[([^]]+)\]\((?:\.\./)*(?:theory|figures)/[\w/.]+#L\d+\)")
_CONVERTER = LatexToMathML(annotation=True, fancy_error=False)


def _mathml(translator: Any, node: nodes.Element, *, display: bool) -> None:
    """Write a formula as MathML, which browsers show without a script and without a network."""
    try:
        html = _CONVERTER.convert_with_local_state(node.astext(), displaystyle=display)
    except LatexError as error:
        logger.warning("no MathML for %r: %s", node.astext(), error, location=node)
        html = f"<code>{translator.encode(node.astext())}</code>"
    translator.body.append(f'<div class="math">{html}</div>' if display else html)
    raise nodes.SkipNode


def _inline(translator: Any, node: nodes.Element) -> None:
    _mathml(translator, node, display=False)


def _block(translator: Any, node: nodes.Element) -> None:
    _mathml(translator, node, display=True)


def _take_in_ledger(app: Sphinx, page: str, source: list[str]) -> None:
    """Put the ledger on its page, and let links to its files lead to their pages."""
    if page == "ledger":
        ledger = (ROOT / "paper_checks.md").read_text(encoding="utf-8")
        app.env.note_dependency(str(ROOT / "paper_checks.md"))
        source[0] += ledger.replace("](docs/", "](").partition("\n")[2]
    text = _ANCHOR.sub(r"(\1)=", source[0])
    text = _TO_SOURCE.sub(r"\1", _TO_CLAIM.sub(r"](\1)", text))
    up = "../" * page.count("/")
    source[0] = _TO_LEDGER.sub(f"]({up}ledger.md)", text)


def _keep_signs(
    _app: Sphinx, _what: str, _name: str, _object: object, _options: object, lines: list[str]
) -> None:
    """Keep |x - y| and (d, *widths, c) in docstrings from being read as mark-up."""
    for number, line in enumerate(lines):
        parts = _LITERAL.split(line)
        lines[number] = "".join(
            part if part.startswith("``") else _STAR.sub(r"\*", part.replace("|", r"\|"))
            for part in parts
        )


def _leave_out_guests(
    app: Sphinx, what: str, _name: str, member: object, _skip: bool, _options: object
) -> bool | None:
    """Leave out what is at home on another page, what Python's own types have, and aliases."""
    if isinstance(member, (BuiltinFunctionType, GenericAlias, MethodDescriptorType)):
        return True
    home = getattr(member, "__module__", None)
    here = str(app.env.temp_data.get("docname", "")).rpartition("/")[2]
    if what != "module" or not isinstance(home, str) or not isinstance(member, type):
        return None
    public = not any(part.startswith("_") for part in home.split("."))
    return True if home.split(".")[0] == here.split(".")[0] and public and home != here else None


def setup(app: Sphinx) -> None:
    """Connect the hooks above, that for docstrings before numpydoc's own."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    app.connect("source-read", _take_in_ledger)
    app.connect("autodoc-process-docstring", _keep_signs, priority=400)
    app.connect("autodoc-skip-member", _leave_out_guests)
