"""Work on other processes: results as they come, orderly ends, and no work lost with a process."""

import os
import signal
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any, TypeVar

import numpy as np

from numerics.validation import check_count

_Result = TypeVar("_Result")

_LOOK = 0.5
"""Seconds between two looks of a worker whether its parent is still there."""


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


def as_they_come(
    function: Callable[..., _Result],
    tasks: Iterable[tuple[object, ...]],
    *,
    local: bool = True,
    **options: Any,
) -> Iterator[tuple[int, _Result]]:
    """Call a function for each task by joblib.Parallel; yield places and results as they come."""
    # Workers on this machine end with this process, even before their first task. If one is killed,
    # as the system does when memory runs out, what had not come back is done again, once.
    import joblib  # noqa: PLC0415  # a tenth of a second

    coming = enumerate(tasks)
    waiting: dict[int, tuple[object, ...]] = {}  # sent off, and not back

    def calls() -> Iterator[Any]:
        send = joblib.delayed(_called)
        for number in list(waiting):
            yield send(number, function, waiting[number])
        for number, task in coming:
            waiting[number] = task
            yield send(number, function, task)

    if local:
        options |= {"initializer": _watch, "initargs": (os.getpid(),)}
    killed = False
    while True:
        pool = joblib.Parallel(return_as="generator_unordered", batch_size=1, **options)
        try:
            with deaf_to_interrupts():
                results: Any = pool(calls())
            for number, result in results:
                del waiting[number]
                killed = False
                yield number, result
        except BrokenProcessPool:
            if killed:
                message = "workers were killed twice, which the system does when memory runs out"
                raise ChildProcessError(message) from None
            killed = True
        except GeneratorExit:  # nobody wants the rest, which is no news
            with warnings.catch_warnings(action="ignore"):
                results.close()
            raise
        else:
            if not waiting:
                return


def _called(
    number: int, function: Callable[..., _Result], task: tuple[object, ...]
) -> tuple[int, _Result]:
    return number, function(*task)


def _watch(parent: int) -> None:
    """Let this worker end with its parent, which may be gone already."""
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK)
    os._exit(1)
