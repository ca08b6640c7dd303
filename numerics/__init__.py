"""What is computed: Local Mixup in floating point, with numpy and scipy.

- `numerics.lattice`: kernel, multiplier and smoothing on Z and Z/nZ (Eqs. (3) and (4));
- `numerics.tradeoff`: bias, variance and risk against K (Theorems IV.1 and IV.2);
- `numerics.graphs`: locality graphs, K nearest neighbours, threshold, exponential (Section IV.A);
- `numerics.minimise`: exact minimisers for any data, graph and Beta law (Sections III and IV.A);
- `numerics.mixing`: batches of Local Mixup for a training loop in any framework (Eq. (2));
- `numerics.spirals`: the two coiling spirals (Section V.A);
- `numerics.mlp`: small networks in NumPy, many trained side by side (Section V.A);
- `numerics.adamixup`: AdaMixup on the same networks (Section V.C);
- `numerics.experiments`: the error of trained networks (Figure 3, Table I);
- `numerics.statistics`: paired comparisons of runs, and the choice of the best of several;
- `numerics.lipschitz`: Q(D), a lower bound on the Lipschitz constant, for all eps (Section V.B);
- `numerics.datasets`: sets of images, read from their files;
- `numerics.signals`: signals to try it on, made or read from a file.

``python -m numerics --help`` runs it from the command line. Nothing here knows `theory`, which
derives the same objects in exact arithmetic: the tests hold one against the other.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numerics import (
        adamixup,
        datasets,
        experiments,
        graphs,
        lattice,
        lipschitz,
        minimise,
        mixing,
        mlp,
        signals,
        spirals,
        statistics,
        tradeoff,
    )

    __version__: str

__all__ = [
    "adamixup",
    "datasets",
    "experiments",
    "graphs",
    "lattice",
    "lipschitz",
    "minimise",
    "mixing",
    "mlp",
    "signals",
    "spirals",
    "statistics",
    "tradeoff",
]


def __getattr__(name: str) -> object:
    """Load a module when it is asked for: few scripts need more than two of them."""
    if name == "__version__":
        return import_module("importlib.metadata").version("local-mixup")
    if name not in __all__:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return import_module(f"{__name__}.{name}")
