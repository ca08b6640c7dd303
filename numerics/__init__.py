"""What is computed: Local Mixup in floating point, with numpy and scipy.

One module for each idea:

- `numerics.lattice.readings`: the five readings of the criterion;
- `numerics.lattice`: kernel, multiplier and smoothing on Z and Z/nZ (Eqs. (3) and (4));
- `numerics.tradeoff`: bias, variance and risk against K (Theorems IV.1 and IV.2);
- `numerics.lattice.asymptotics`: what f*_K tends to as K grows;
- `numerics.graphs`: locality graphs, K nearest neighbours, threshold, exponential (Section IV.A);
- `numerics.minimise`: exact minimisers for any data, graph and Beta law (Sections III and IV.A);
- `numerics.mixing`: batches of Local Mixup for a training loop, NumPy only (Eq. (2));
- `numerics.spirals`: the two coiling spirals (Section V.A);
- `numerics.mlp`: small networks in NumPy, many trained side by side (Section V.A);
- `numerics.experiments`: the error of trained networks against eps (Figure 3);
- `numerics.statistics`: paired comparisons of runs, and the choice of the best of several;
- `numerics.lipschitz`: Q(D), a lower bound on the Lipschitz constant, for all eps (Section V.B);
- `numerics.lipschitz.segment_lengths`: how long segments are between samples;
- `numerics.lipschitz.witness_images`: the few images that cause the steps of Q(D);
- `numerics.datasets`: sets of images, read from their files;
- `numerics.signals`: signals to try it on, made or read from a file.

``python -m numerics --help`` runs it from the command line. Nothing here knows `theory`, which
derives the same objects in exact arithmetic: the tests hold one against the other.
"""

from __future__ import annotations

from numerics import (
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

__all__ = [
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
