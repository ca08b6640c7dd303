"""
Which function does Mixup fit to my two columns?
================================================

The data is a record that matplotlib ships with its examples: closing prices of a share in the
summer of 2003, on trading days only, so that weekends and holidays make the spacing uneven. It is
written to a CSV file of two columns, day and price, and read back as a file of yours would be.

On it, four things that a network cannot show are exact: how Local Mixup smooths more and more as
more neighbours are mixed; how far Eq. (1) of the paper is from the minimiser that it is said to be;
what continuity, or being a line, costs; and how far from the minimum any model of your own is, here
a moving average.

With a folder, ``python examples/minimise_prices.py out`` keeps the CSV files and the picture there.
The same for one graph from the command line::

    python -m numerics minimise --data out/prices.csv --x day --y price --graph knn:10
"""

import csv
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import cbook

from figures import draw_minimiser
from numerics import graphs, signals
from numerics.archive import files
from numerics.minimise import mixup_1d, printed_1d

folder = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp())
folder.mkdir(parents=True, exist_ok=True)

# %%
# A file with two columns
# -----------------------

sample = Path(cbook.get_sample_data("msft.csv", asfileobj=False))  # date, open, high, low, close
with sample.open(encoding="utf-8", newline="") as file:
    rows = list(csv.DictReader(file))
dates = [datetime.strptime(row["Date"], "%d-%b-%y").replace(tzinfo=UTC) for row in rows]
day = np.array([(date - min(dates)).days for date in dates], dtype=float)
price = np.array([float(row["Close"]) for row in rows])
order = np.argsort(day)
table = files.write_csv(folder / "prices.csv", {"day": day[order], "price": price[order]})

x, y = signals.read_csv(table, "day"), signals.read_csv(table, "price")
print(f"{x.size} closing prices over {x.max():.0f} days; variance {y.var():.4f}")

# %%
# The minimiser over all functions
# --------------------------------
# A trade-off of bias and variance (Definition IV.1): the more neighbours, the less variance.

minimisers = {f"K = {K}": mixup_1d(x, y, graphs.knn(x, K)) for K in (2, 5, 10, 20)}
minimisers["Mixup"] = mixup_1d(x, y)
print(f"{'graph':>9}{'bias2':>12}{'variance':>12}{'criterion':>12}")
for name, f in minimisers.items():
    print(f"{name:>9}{f.bias2:>12.5f}{f.variance:>12.5f}{f.criterion:>12.4f}")
    f.to_csv(folder / f"minimiser-{name.removeprefix('K = ').lower()}.csv")

# %%
# How far is something else from it?
# ----------------------------------
# ``loss`` takes any function. Its excess over the least criterion is computed on its own, not as a
# difference of two large numbers.

W = graphs.knn(x, 10)
best = minimisers["K = 10"]
days = np.arange(x.max() + 1)
average = np.array([y[np.abs(x - d) <= 5].mean() for d in days])
candidates = {
    "Eq. (1) as printed": best.loss(printed_1d(x, y, W)),
    "the continuous minimiser": best.loss(mixup_1d(x, y, W, space="continuous")),
    "the best line": best.loss(mixup_1d(x, y, W, space="linear")),
    "a moving average of 11 days": best.loss((days, average)),
    "the prices, joined": best.loss((x, y)),
}
print("Excess over the least criterion, K = 10, in per cent of it")
for name, loss in candidates.items():
    print(f"{100 * loss.excess / best.criterion:>9.2f}  {name}")

local, mixup = (mixup_1d(x, y, graph, space="linear") for graph in (W, None))
gap = float(np.max(np.abs(local(x) - mixup(x))))
print(f"Theorem IV.3 would have the lines of both agree; they are {gap:.3f} apart at most.")

# %%
# The exact minimisers
# --------------------
# They jump at the samples; over the uniform law they are straight between them (Theorem III.2).

figure, ax = plt.subplots(figsize=(7, 4.5), layout="constrained")
ax.plot(x, y, "o", color="black", markersize=3, label="closing prices")
for name, look in {"K = 2": "tab:green", "K = 10": "tab:blue", "Mixup": "tab:red"}.items():
    draw_minimiser(ax, minimisers[name], name, color=look)
ax.plot(days, average, "--", color="0.6", label="moving average")
ax.set(xlabel="day", ylabel="price", title="What Mixup and Local Mixup train towards")
ax.legend()
figure.savefig(folder / "minimise_prices.png")
plt.show()
