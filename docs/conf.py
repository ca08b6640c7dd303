"""Sphinx configuration of the documentation."""

import re
from importlib.metadata import metadata
from types import GenericAlias

from sphinx.application import Sphinx

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
    "sphinx.ext.mathjax",
]
# The pages are Markdown; what autosummary makes from the docstrings is reStructuredText.
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3

autosummary_generate = True
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True}
numpydoc_class_members_toctree = False
numpydoc_show_class_members = False

html_theme = "alabaster"
html_theme_options = {"description": about["Summary"], "page_width": "72rem"}

# A name that a package hands on is found there and where it is defined; both links lead to it.
suppress_warnings = ["ref.python"]

_LITERAL = re.compile(r"(``.*?``)")


def _keep_bars(
    _app: Sphinx, _what: str, _name: str, _object: object, _options: object, lines: list[str]
) -> None:
    """Keep absolute values such as |x - y| in docstrings from being read as substitutions."""
    for number, line in enumerate(lines):
        parts = _LITERAL.split(line)
        lines[number] = "".join(
            part if part.startswith("``") else part.replace("|", r"\|") for part in parts
        )


def _leave_out_aliases(
    _app: Sphinx, _what: str, _name: str, member: object, _skip: bool, _options: object
) -> bool | None:
    """Leave out aliases such as tuple[int, int], which numpydoc takes for classes."""
    return True if isinstance(member, GenericAlias) else None


def setup(app: Sphinx) -> None:
    """Connect the hooks above, the first of them before numpydoc's own."""
    app.connect("autodoc-process-docstring", _keep_bars, priority=400)
    app.connect("autodoc-skip-member", _leave_out_aliases)
