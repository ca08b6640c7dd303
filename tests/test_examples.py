"""The examples run, and print what `numerics` computes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from numerics import signals, tradeoff

ROOT = Path(__file__).resolve().parents[1]


def test_recorded_signal(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    command = [sys.executable, str(ROOT / "examples" / "recorded_signal.py"), str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}  # installed or not
    run = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    s = signals.read_csv(folder / "membrane.csv", "millivolts")
    # It rests below -60 mV, spikes above 0 mV, and ends as it began.
    assert s.size == 12_000
    assert s[:800].max() < -60
    assert s.max() > 0
    assert abs(s[:100].mean() - s[-100:].mean()) < 2
    rows = [line.split() for line in run.stdout.splitlines()]
    table = np.array([row for row in rows if row and row[0][0].isdigit()], dtype=float)
    sigma, best, risk, drawn, vanilla = table.T[:5]
    assert (np.diff(best) > 0).all()
    assert (risk < vanilla).all()
    np.testing.assert_allclose(drawn, risk, rtol=0.1)  # one draw over 12,000 points
    for noise, K in zip(sigma, best, strict=True):
        assert tradeoff.noisy(s, noise, np.arange(1, 201)).best_K == K
        assert (folder / f"risk-{noise:g}.csv").is_file()
