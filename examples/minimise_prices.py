"""Which function does Mixup fit to my two columns?

The data is a record that matplotlib ships with its examples: closing prices of a share in the
summer of 2003, on trading days only, so that weekends and holidays make the spacing uneven. It is
written to a CSV file of two columns, day and price, and read back as a file of yours would be.

On it, four things that a network cannot show are exact: how Local Mixup smooths more and more as
more neighbours are mixed; how far Eq. (1) of the paper is from the minimiser that it is said to be;
what continuity, or being a line, costs; and how far from the minimum any model of your own is, here
a moving average.

Run it with a folder for the CSV files::

    python examples/minimise_prices.py out

The same for one graph from the command line::

    python -m numerics minimise --data out/prices.csv --x day --y price --graph knn:10
"""

from __future__ import annotations

import argparse
import csv
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from matplotlib import cbook

from numerics import files, graphs, signals
from numerics.minimise import mixup_1d, printed_1d

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

SAMPLE = "msft.csv"  # text: date, open, high, low, close, ...
NEIGHBOURS = (2, 5, 10, 20)
WINDOW = 5  # days on each side of the moving average


def prices() -> tuple[Array, Array]:
    """Return days since the first one and closing prices, from matplotlib's file."""
    path = Path(cbook.get_sample_data(SAMPLE, asfileobj=False))
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    dates = [datetime.strptime(row["Date"], "%d-%b-%y").replace(tzinfo=UTC) for row in rows]
    days = np.array([(date - min(dates)).days for date in dates], dtype=float)
    return days, np.array([float(row["Close"]) for row in rows])


def main() -> None:
    """Write the prices as CSV, and compare minimisers on them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="where the CSV files go; made if missing")
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    day, price = prices()
    order = np.argsort(day)
    table = files.write_csv(folder / "prices.csv", {"day": day[order], "price": price[order]})
    x, y = signals.read_csv(table, "day"), signals.read_csv(table, "price")
    print(f"{x.size} closing prices over {x.max():.0f} days; variance {y.var():.4f}\n")

    print("Local Mixup over all functions: a trade-off of bias and variance (Definition IV.1)")
    print(f"{'K':>9}{'bias2':>12}{'variance':>12}{'criterion':>12}")
    for K in (*NEIGHBOURS, None):
        W = None if K is None else graphs.knn(x, K)
        f = mixup_1d(x, y, W)
        name = "Mixup" if K is None else str(K)
        print(f"{name:>9}{f.bias2:>12.5f}{f.variance:>12.5f}{f.criterion:>12.4f}")
        f.to_csv(folder / f"minimiser-{name.lower()}.csv")

    W = graphs.knn(x, 10)
    best = mixup_1d(x, y, W)
    print("\nExcess over the least criterion, K = 10, in per cent of it")
    days = np.arange(x.max() + 1)
    average = np.array([y[np.abs(x - d) <= WINDOW].mean() for d in days])
    candidates = {
        "Eq. (1) as printed": best.loss(printed_1d(x, y, W)),
        "the continuous minimiser": best.loss(mixup_1d(x, y, W, space="continuous")),
        "the best line": best.loss(mixup_1d(x, y, W, space="linear")),
        f"a moving average of {2 * WINDOW + 1} days": best.loss((days, average)),
        "the prices, joined": best.loss((x, y)),
    }
    for name, loss in candidates.items():
        print(f"{100 * loss.excess / best.criterion:>9.2f}  {name}")

    local, mixup = (mixup_1d(x, y, graph, space="linear") for graph in (W, None))
    gap = float(np.max(np.abs(local(x) - mixup(x))))
    print(f"\nTheorem IV.3 would have the lines of both agree; they are {gap:.3f} apart at most.")


if __name__ == "__main__":
    main()
