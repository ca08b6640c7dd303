"""Sphinx configuration of the documentation."""

from importlib.metadata import metadata

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
