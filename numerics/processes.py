"""Starting other processes so that Ctrl-C ends them in order."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from numerics.validation import check_count

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["check_processes", "deaf_to_interrupts"]


def check_processes(n_jobs: object) -> int:
    """Return the number of processes; -1 is one on each core."""
    if not isinstance(n_jobs, (int, np.integer)) or n_jobs != -1:
        return check_count(n_jobs, "n_jobs", 1)
    import joblib  # noqa: PLC0415  # a tenth of a second

    return joblib.cpu_count()


@contextmanager
def deaf_to_interrupts() -> Iterator[None]:
    """Start processes that Ctrl-C does not reach; the one that starts them ends them."""
    if threading.current_thread() is not threading.main_thread():
        yield  # no other thread may say what happens to a signal
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
