"""The paper's figures and the ledger page, drawn from `theory` and `numerics`.

``python -m figures --help`` draws them from the command line. For scripts, ``figures.draw_...``
draws each kind of result on an axes of your own, `figures.save` writes a `figures.Drawing`, and
`figures.ledger.LEDGER` has every claim.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from figures.drawing.save import Drawing as Drawing
    from figures.drawing.save import save as save
    from figures.lattice.bounds import draw_iid as draw_iid
    from figures.lattice.choice import draw_choice as draw_choice
    from figures.lattice.fig2 import draw_interpolations as draw_interpolations
    from figures.lattice.kernel import draw_kernel as draw_kernel
    from figures.lattice.minimisers import draw_minimiser as draw_minimiser
    from figures.lattice.risk import draw_risk as draw_risk
    from figures.lattice.tradeoff import draw_tradeoff as draw_tradeoff
    from figures.lipschitz.fig4 import draw_lower_bound as draw_lower_bound
    from figures.lipschitz.fig4_images import draw_step as draw_step
    from figures.lipschitz.intrusion import draw_intrusion as draw_intrusion
    from figures.spirals.ablation import draw_ablation as draw_ablation
    from figures.spirals.boundaries import draw_regions as draw_regions
    from figures.spirals.fig1 import draw_segments as draw_segments
    from figures.spirals.fig3 import draw_errors as draw_errors
    from figures.table1.differences import draw_differences as draw_differences
    from figures.table1.training import draw_training as draw_training

    __version__: str

_HOMES = {
    "Drawing": "drawing.save",
    "draw_ablation": "spirals.ablation",
    "draw_choice": "lattice.choice",
    "draw_differences": "table1.differences",
    "draw_errors": "spirals.fig3",
    "draw_iid": "lattice.bounds",
    "draw_interpolations": "lattice.fig2",
    "draw_intrusion": "lipschitz.intrusion",
    "draw_kernel": "lattice.kernel",
    "draw_lower_bound": "lipschitz.fig4",
    "draw_minimiser": "lattice.minimisers",
    "draw_regions": "spirals.boundaries",
    "draw_risk": "lattice.risk",
    "draw_segments": "spirals.fig1",
    "draw_step": "lipschitz.fig4_images",
    "draw_tradeoff": "lattice.tradeoff",
    "draw_training": "table1.training",
    "save": "drawing.save",
}


def __getattr__(name: str) -> object:
    """Load the room of a function when it is asked for: matplotlib takes a second."""
    if name == "__version__":
        return import_module("importlib.metadata").version("local-mixup")
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
