"""The paper's figures and the ledger page, drawn from `theory` and `numerics`.

``python -m figures --help`` draws them from the command line.  Each figure module has a function
that draws one kind of result on an axes of your own:

=======================  =====================================================================
`figures.fig1`           ``draw_segments``: Figure 1 of the paper
`figures.fig2`           ``draw_interpolations``: Figure 2 of the paper
`figures.tradeoff`       ``draw_tradeoff``: Bias² and Var against K (Theorem IV.1)
`figures.bounds`         ``draw_iid``: the variance for i.i.d. outputs and Eq. (8) (Theorem IV.2)
`figures.kernel`         ``draw_kernel``: the kernel of f*_K and its multiplier
`figures.risk`           ``draw_risk``: the best K for a signal in white noise
`figures.fig3`           ``draw_errors``: Figure 3 of the paper, from stored runs
`figures.fig4`           ``draw_curve``: Figure 4 of the paper, Q(D) on images
`figures.fig4_images`    ``draw_step``: the images that cause the steps of Q(D)
`figures.boundaries`     ``draw_regions``: decision regions on the two spirals
`figures.ablation`       ``draw_ablation``: from the published experiment to the text's
`figures.table1`         ``draw_differences``: Table I of the paper, asked of our network
`figures.table1_text`    ``markdown``, ``latex``: the same as a table
`figures.table1_curves`  ``draw_training``: test error against epochs
`figures.claims`         ``LEDGER``: the claims of `theory` and the measured ones
`figures.ledger`         ``render``: the ledger page
`figures.report`         ``render``: the report, one page to look at
=======================  =====================================================================
"""

from __future__ import annotations

from figures import (
    ablation,
    boundaries,
    bounds,
    claims,
    fig1,
    fig2,
    fig3,
    fig4,
    fig4_images,
    kernel,
    ledger,
    risk,
    tradeoff,
)
from figures.catalogue import FIGURES
from figures.options import Options
from figures.save import Drawing

__all__ = [
    "FIGURES",
    "Drawing",
    "Options",
    "ablation",
    "boundaries",
    "bounds",
    "claims",
    "fig1",
    "fig2",
    "fig3",
    "fig4",
    "fig4_images",
    "kernel",
    "ledger",
    "risk",
    "tradeoff",
]
