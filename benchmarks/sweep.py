"""Time `numerics.tradeoff.sweep` against `mixup_1d` for each value of the parameter.

Run ``python benchmarks/sweep.py`` (some minutes), or with ``--quick`` (n = 200 only).

Both minimise over each space, on each family of graphs, for 60 parameters from dense to sparse. One
by one, `mixup_1d` is called for every tenth of them, graph included, with one output, y: that gives
the values at the samples, and no more. `sweep` also gives the exact degrees of freedom, which each
of its rules needs; to get them from `mixup_1d` takes the n columns of the unit matrix as further
outputs, which is timed at n = 200 alone, as it would take too long with more samples.

Processor time, medians of three alternating runs.
"""

from __future__ import annotations

import argparse
import time
from functools import partial
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from numerics import graphs, tradeoff
from numerics.minimise import SPACES, mixup_1d

if TYPE_CHECKING:
    from collections.abc import Callable

    from numerics.validation import FloatArray

EVERY = 10


def seconds(function: Callable[[], object]) -> float:
    """Return the processor time of a call."""
    began = time.process_time()
    function()
    return time.process_time() - began


def one_by_one(
    x: FloatArray, targets: FloatArray, graph: str, parameters: list[float], space: str
) -> None:
    """Minimise for one parameter after the other."""
    for parameter in parameters:
        W = getattr(graphs, graph)(x, parameter, self_loops=False)
        mixup_1d(x, targets, W, space=space)


def compare(n: int, *, degrees: bool) -> None:
    """Print the times of all graphs and spaces."""
    rng = np.random.default_rng(0)
    x = np.sort(rng.random(n))
    y = np.sin(9 * x) + 0.3 * rng.standard_normal(n)
    targets = {"one by one": y}
    if degrees:
        targets["with degrees"] = np.column_stack((y, np.eye(n)))
    print(f"n = {n}, 60 parameters; in seconds, and how many times as long as the sweep")
    print(f"{'graph':<12} {'space':<10} {'sweep':>8}" + "".join(f"{each:>19}" for each in targets))
    for graph in tradeoff.GRAPHS:
        parameters = np.asarray(tradeoff.sweep(x, y, graph).parameter)
        few = parameters[::EVERY].tolist()
        for space in SPACES:
            routes: list[Callable[[], object]] = [partial(tradeoff.sweep, x, y, graph, space=space)]
            routes += [partial(one_by_one, x, each, graph, few, space) for each in targets.values()]
            times = [[seconds(route) for route in routes] for _ in range(3)]
            own, *others = (median(each) for each in zip(*times, strict=True))
            scaled = [other * parameters.size / len(few) for other in others]
            cells = "".join(f"{each:>10.2f} ({each / own:>6.1f})" for each in scaled)
            print(f"{graph:<12} {space:<10} {own:>8.3f} {cells}", flush=True)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="n = 200")
    quick = parser.parse_args().quick
    for n in [200] if quick else [200, 1000, 2000]:
        compare(n, degrees=n == 200)


if __name__ == "__main__":
    main()
