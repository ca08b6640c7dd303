"""What is stored holds on machines whose loops add in another order: NumPy is told."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.processes import LIMIT

ROOT = Path(__file__).parents[2]
STORED = [
    "tests/figures/test_figures.py::test_ledger_page_is_up_to_date",
    "tests/doors/test_pages.py::test_picture_is_what_its_command_draws",
    "tests/doors/test_pages.py::test_blocks_of_a_page_run_in_order",
]
"""The tests that compare text and pictures with what the repository has."""

LOOPS = np.show_config(mode="dicts")["SIMD Extensions"]["found"]
WIDE = [name for name in LOOPS if name.startswith(("AVX512", "X86_V4"))]

MACHINES = {
    "as it is, without a home": {"HOME": "/proc"},
    "Haswell": {"OPENBLAS_CORETYPE": "Haswell", "NPY_DISABLE_CPU_FEATURES": " ".join(WIDE)},
    "SkylakeX": {"OPENBLAS_CORETYPE": "SkylakeX"},
}


@pytest.mark.slow
@pytest.mark.parametrize("machine", MACHINES)
def test_stored_text_and_pictures(machine: str) -> None:
    if machine == "Haswell" and not {"AVX2", "X86_V3"} & set(LOOPS):
        pytest.skip("the processor has no AVX2")
    if machine == "SkylakeX" and not WIDE:
        pytest.skip("the processor has no AVX-512")
    left_out = ("OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES", "MPLCONFIGDIR")
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *STORED],
        cwd=ROOT,
        env={**kept, **MACHINES[machine]},
        capture_output=True,
        text=True,
        check=False,
        timeout=3 * LIMIT,
    )
    assert done.returncode == 0, done.stdout[-5000:]
