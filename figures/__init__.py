"""The paper's figures and the ledger page, drawn from `theory` and `numerics`.

``python -m figures --help`` draws them from the command line.  Each figure module has a function
that draws one kind of result on an axes of your own:

=====================  =====================================================================
`figures.fig2`         ``draw_interpolations``: Figure 2 of the paper
`figures.tradeoff`     ``draw_tradeoff``: Bias² and Var against K (Theorem IV.1)
`figures.bounds`       ``draw_iid``: the variance for i.i.d. outputs and Eq. (8) (Theorem IV.2)
`figures.kernel`       ``draw_kernel``: the kernel of f*_K and its multiplier
`figures.risk`         ``draw_risk``: the best K for a signal in white noise
`figures.ledger`       ``render``: the ledger page
=====================  =====================================================================
"""

from __future__ import annotations

from figures import bounds, fig2, kernel, ledger, risk, tradeoff
from figures.catalogue import FIGURES
from figures.options import Options
from figures.save import Drawing

__all__ = [
    "FIGURES",
    "Drawing",
    "Options",
    "bounds",
    "fig2",
    "kernel",
    "ledger",
    "risk",
    "tradeoff",
]
