"""How many neighbours should I mix on this signal?

The signal is a recording that matplotlib ships with its examples, a membrane potential. It says
neither of which cell nor by whom; the record itself shows rest, spikes while something drives it,
and rest again, in the steps of a converter. So its end joins its beginning, and it can pass for one
period. It is written to a CSV file, read back as a file of yours would be, and taken as the truth
s. If it were observed with white noise of standard deviation sigma, which K would bring f_K closest
to s?

Run it with a folder for the CSV files::

    python examples/recorded_signal.py out

The same for one sigma from the command line::

    python -m numerics tradeoff --signal out/membrane.csv --column millivolts --K 1:200 --sigma 2
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from matplotlib import cbook

from numerics import files, lattice, signals, tradeoff

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAMPLE = "membrane.dat"  # little-endian float32; units and interval as matplotlib plots it
MILLIVOLTS = 100.0  # per unit of the file
INTERVAL = 0.5  # milliseconds

NEIGHBOURS = np.arange(1, 201)
NOISE = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0)  # millivolts


def recording() -> NDArray[np.float64]:
    """Return the recorded potential in millivolts, from the raw bytes of matplotlib's file."""
    path = cbook.get_sample_data(SAMPLE, asfileobj=False)
    return MILLIVOLTS * np.frombuffer(Path(path).read_bytes(), "<f4").astype(np.float64)


def main() -> None:
    """Write the recording as CSV, and find the best K for several amounts of noise."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="where the CSV files go; made if missing")
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)

    potential = recording()
    time = INTERVAL * np.arange(potential.size)
    path = files.write_csv(folder / "membrane.csv", {"milliseconds": time, "millivolts": potential})
    s = signals.read_csv(path, "millivolts")
    rest = s[time < 400].std()
    print(f"{path}: {s.size} samples every {INTERVAL} ms, {s.min():.1f} to {s.max():.1f} mV")
    print(f"At rest it varies by {rest:.2f} mV, noise of its own that counts as signal here.")
    print()
    print("sigma (mV)   best K   risk (mV^2)   one draw   without mixing   asymptotic K")
    for i, sigma in enumerate(NOISE):
        result = tradeoff.noisy(s, sigma, NEIGHBOURS)
        result.to_csv(folder / f"risk-{sigma:g}.csv")
        noise = sigma * np.random.default_rng(i).standard_normal(s.size)
        drawn = np.mean((lattice.smooth(s + noise, result.best_K) - s) ** 2)
        print(
            f"{sigma:10g}{result.best_K:9d}{result.risk.min():14.4g}{drawn:11.4g}"
            f"{sigma**2:17.4g}{result.K_asymptotic:15.1f}"
        )
    print()
    print("The more noise, the more neighbours. The asymptotic K supposes a signal that hardly")
    print("bends over K samples, which a spike does: that is why it can be far off.")


if __name__ == "__main__":
    main()
