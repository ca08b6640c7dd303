"""What is computed: Local Mixup in floating point, with numpy and scipy.

One module for each idea:

- `numerics.readings`: the five readings of the criterion;
- `numerics.lattice`: kernel, multiplier and smoothing on Z and Z/nZ (Eqs. (3) and (4));
- `numerics.tradeoff`: bias, variance and risk against K (Theorems IV.1 and IV.2);
- `numerics.asymptotics`: what f*_K tends to as K grows;
- `numerics.graphs`: locality graphs, K nearest neighbours, threshold, exponential (Section IV.A);
- `numerics.minimise`: exact minimisers for any data, graph and Beta law (Sections III and IV.A);
- `numerics.signals`: signals to try it on, made or read from a file.

``python -m numerics --help`` runs it from the command line. Nothing here knows `theory`, which
derives the same objects in exact arithmetic: the tests hold one against the other.
"""

from __future__ import annotations

from numerics import asymptotics, graphs, lattice, minimise, readings, signals, tradeoff

__all__ = ["asymptotics", "graphs", "lattice", "minimise", "readings", "signals", "tradeoff"]
