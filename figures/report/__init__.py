"""The report ``out/report.html``: one page to look at, without a network.

`figures.report.page` makes it of ``template.html`` with ``claims.html``, ``style.css`` and
``script.js``; `exhibits` says which figure shows which claim, `text` and `svg` turn formulas and
figures into what a page shows, `origins` has versions, seeds and times, and `sliders` what moves.
"""

from figures.report.page import render

__all__ = ["render"]
