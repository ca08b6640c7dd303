"""The paper's figures and the ledger page, drawn from `theory` and `numerics`.

``python -m figures --help`` draws them from the command line.  Each figure module has a function
that draws one kind of result on an axes of your own:

===============================  ==============================================================
`figures.spirals.fig1`           ``draw_segments``: Figure 1 of the paper
`figures.lattice.fig2`           ``draw_interpolations``: Figure 2 of the paper
`figures.lattice.tradeoff`       ``draw_tradeoff``: Bias² and Var against K (Theorem IV.1)
`figures.lattice.bounds`         ``draw_iid``: the variance for i.i.d. outputs, Eq. (8)
`figures.lattice.kernel`         ``draw_kernel``: the kernel of f*_K and its multiplier
`figures.lattice.risk`           ``draw_risk``: the best K for a signal in white noise
`figures.spirals.fig3`           ``draw_errors``: Figure 3 of the paper, from stored runs
`figures.lipschitz.fig4`         ``draw_curve``: Figure 4 of the paper, Q(D) on images
`figures.lipschitz.fig4_images`  ``draw_step``: the images that cause the steps of Q(D)
`figures.spirals.boundaries`     ``draw_regions``: decision regions on the two spirals
`figures.spirals.ablation`       ``draw_ablation``: from the published experiment to the text's
`figures.table1.differences`     ``draw_differences``: Table I of the paper, of our network
`figures.table1.text`            ``markdown``, ``latex``: the same as a table
`figures.table1.training`        ``draw_training``: test error against epochs
`figures.ledger`                 ``LEDGER``: the claims of `theory` and the measured ones
`figures.ledger.page`            ``render``: the ledger page
`figures.report`                 ``render``: the report, one page to look at
===============================  ==============================================================
"""

from __future__ import annotations

from figures import lattice, ledger, lipschitz, measured, report, spirals, table1
from figures.catalogue import FIGURES
from figures.drawing.options import Options
from figures.drawing.save import Drawing

__all__ = [
    "FIGURES",
    "Drawing",
    "Options",
    "lattice",
    "ledger",
    "lipschitz",
    "measured",
    "report",
    "spirals",
    "table1",
]
