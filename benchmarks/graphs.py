"""Time `numerics.graphs` against scikit-learn's graphs and its dense kernel.

Run ``python benchmarks/graphs.py`` (n = 2,000 and 20,000, some minutes, 8 GB of memory), or with
``--quick`` (n = 2,000 alone). scikit-learn comes with the extra ``local-mixup[data]``.

Ten nearest neighbours; a threshold that joins about twenty to each sample; exp(-D), dense. Points
are normal. scikit-learn is called as its users call it, with float64 inputs: `kneighbors_graph`,
`radius_neighbors_graph`, and `euclidean_distances` with an exponential in place. Both sides give
the same graph, or the benchmark stops.

Processor time, least of alternating runs, on one thread: on more, the times of waiting threads
count as well.
"""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.metrics.pairwise import euclidean_distances
from sklearn.neighbors import kneighbors_graph, radius_neighbors_graph
from threadpoolctl import threadpool_limits

from numerics import graphs

if TYPE_CHECKING:
    from collections.abc import Callable

    from numerics.validation import FloatArray

NEIGHBOURS = 10
JOINED = 20
AGREEMENT = 1e-7
"""Absolute, for weights of at most 1: scikit-learn's distances of close points lose digits."""


def kernel(X: FloatArray) -> FloatArray:
    """Return exp(-D) by scikit-learn, with as few arrays as it allows."""
    D: FloatArray = euclidean_distances(X)
    np.negative(D, out=D)
    return np.exp(D, out=D)


def radius(X: FloatArray) -> float:
    """Return a threshold that joins about so many samples to each."""
    some = np.linalg.norm(X[:20, None] - X, axis=2)
    return float(np.median(np.partition(some, JOINED, axis=1)[:, JOINED]))


def compare(X: FloatArray, runs: int) -> None:
    """Print a line for each graph."""
    n, d = X.shape
    eps = radius(X)
    both: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
        "nearest neighbours": (
            lambda: graphs.knn(X, NEIGHBOURS, directed=True, self_loops=False),
            lambda: kneighbors_graph(X, NEIGHBOURS),
        ),
        "threshold": (
            lambda: graphs.threshold(X, eps, self_loops=False),
            lambda: radius_neighbors_graph(X, eps),
        ),
        "exponential": (lambda: graphs.exponential(X, 1.0), lambda: kernel(X)),
    }
    for name, sides in both.items():
        times = [float("inf")] * 2
        for turn in range(runs):
            results: dict[int, Any] = {}
            # The first fetches memory from the system that the other finds there: they take turns.
            for side in (turn % 2, 1 - turn % 2):
                start = time.process_time()
                results[side] = sides[side]()
                times[side] = min(times[side], time.process_time() - start)
            difference = float(abs(results[0] - results[1]).max())
            if not difference <= AGREEMENT:
                message = f"{name}: the graphs differ by {difference:g}"
                raise ArithmeticError(message)
            del results
        print(
            f"{n:6d} {d:4d}  {name:18s} {times[0]:9.3f} s {times[1]:9.3f} s   "
            f"ratio {times[1] / times[0]:5.2f}",
            flush=True,
        )


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="n = 2,000 alone")
    quick = parser.parse_args().quick
    print("     n    d  graph                   this   scikit-learn  (above 1: this is faster)")
    rng = np.random.default_rng(0)
    with threadpool_limits(1):
        for n, runs in ((2_000, 24), (20_000, 2))[: 1 if quick else 2]:
            for d in (2, 784):
                compare(rng.standard_normal((n, d)), runs)


if __name__ == "__main__":
    main()
