"""The report ``out/report.html``: one page to look at, without a network.

===========================  ===================================================================
`figures.report.page`        ``render``: the page, made of the parts below and three files beside
                             them, ``template.html``, ``style.css`` and ``script.js``
`figures.report.claims`      the table of claims
`figures.report.exhibits`    which figure shows which claim
`figures.report.text`        formulas as MathML
`figures.report.svg`         figures as SVG
`figures.report.sliders.k_slider`  what moves with K
`figures.report.sliders.thresholds`  what moves with eps in Figure 3
`figures.report.sliders.regions`     decision regions for every eps, which are kept
`figures.report.sliders.q_slider`       what moves with eps in Figure 4
`figures.report.sliders.encoding`     arrays as short text
`figures.report.origins`     versions, seeds and times
===========================  ===================================================================
"""

from __future__ import annotations

from figures.report.page import render

__all__ = ["render"]
