r"""
How many neighbours should I mix on this signal?
================================================

The signal is a recording that matplotlib ships with its examples, a membrane potential. It says
neither of which cell nor by whom; the record itself shows rest, spikes while something drives it,
and rest again, in the steps of a converter. So its end joins its beginning, and it can pass for one
period. It is written to a CSV file, read back as a file of yours would be, and taken as the truth
:math:`s`. If it were observed with white noise of standard deviation :math:`\sigma`, which
:math:`K` would bring :math:`f_K` closest to :math:`s`?

With a folder, ``python examples/recorded_signal.py out`` keeps the CSV files and the picture there.
The same for one :math:`\sigma` from the command line::

    python -m numerics tradeoff --data out/membrane.csv --column millivolts --K 1:200 --sigma 2
"""

import sys
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import cbook

from numerics import lattice, signals, tradeoff
from numerics.archive import files

folder = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp())
folder.mkdir(parents=True, exist_ok=True)

# %%
# A file with a column of numbers
# -------------------------------
# The bytes are little-endian float32, in units of 100 mV and steps of 0.5 ms.

raw = Path(cbook.get_sample_data("membrane.dat", asfileobj=False)).read_bytes()
potential = 100 * np.frombuffer(raw, "<f4").astype(np.float64)
time = 0.5 * np.arange(potential.size)
path = files.write_csv(folder / "membrane.csv", {"milliseconds": time, "millivolts": potential})

s = signals.read_csv(path, "millivolts")
print(f"{path}: {s.size} samples every 0.5 ms, {s.min():.1f} to {s.max():.1f} mV")
print(f"At rest it varies by {s[time < 400].std():.2f} mV, noise of its own that counts as signal.")

# %%
# The best K for several amounts of noise
# ---------------------------------------
# Bias, variance and risk are exact, for all :math:`K` at once; ``one draw`` is the squared error
# for one noise that was really drawn.

K = np.arange(1, 201)
results = [tradeoff.noisy(s, sigma, K) for sigma in (0.5, 1, 2, 5, 10, 20)]
print("sigma (mV)   best K   risk (mV^2)   one draw   without mixing   asymptotic K")
for seed, result in enumerate(results):
    result.to_csv(folder / f"risk-{result.sigma:g}.csv")
    noise = result.sigma * np.random.default_rng(seed).standard_normal(s.size)
    drawn = np.mean((lattice.smooth(s + noise, result.best_K) - s) ** 2)
    print(
        f"{result.sigma:10g}{result.best_K:9d}{result.risk.min():14.4g}{drawn:11.4g}"
        f"{result.sigma**2:17.4g}{result.K_asymptotic:15.1f}"
    )

# %%
# The more noise, the more neighbours. The asymptotic :math:`K` supposes a signal that hardly bends
# over :math:`K` samples, which a spike does: that is why it can be far off.
#
# A part of the record, and the risk
# ----------------------------------

result = results[3]
noise = result.sigma * np.random.default_rng(3).standard_normal(s.size)
f = lattice.smooth(s + noise, result.best_K)
part = slice(8900, 9500)

figure, (top, bottom) = plt.subplots(2, 1, figsize=(7, 6), layout="constrained")
top.plot(time[part], (s + noise)[part], ".", color="0.6", markersize=3, label="observed")
top.plot(time[part], s[part], color="tab:orange", linewidth=3, label="signal")
top.plot(time[part], f[part], color="tab:blue", label=f"$f_K$, K = {result.best_K}")
top.set(xlabel="time (ms)", ylabel="potential (mV)", title=f"σ = {result.sigma:g} mV")
top.legend()
for result in results:
    (line,) = bottom.loglog(K, result.risk / result.sigma**2, label=f"σ = {result.sigma:g} mV")
    bottom.plot(result.best_K, result.risk.min() / result.sigma**2, "o", color=line.get_color())
bottom.set(xlabel="K, neighbours on each side", ylabel="risk / σ²", title="The best K is marked")
bottom.set_ylim(0.02, 4)
bottom.legend(ncols=2)
figure.savefig(folder / "recorded_signal.png")
plt.show()
