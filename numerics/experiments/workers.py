"""Tasks on the processes of this machine or on the workers of a cluster, results as they come."""

import importlib
import logging
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from tqdm import tqdm

from numerics.processes import as_they_come, check_processes

_Result = TypeVar("_Result")

_PATIENCE = 30
"""Seconds to wait for a scheduler to answer."""

_GLANCE = 0.3
"""Seconds between two looks at what was made."""


def as_completed(
    function: Callable[..., _Result],
    tasks: Iterable[tuple[object, ...]],
    *,
    n_jobs: int = 1,
    scheduler: str | None = None,
) -> Iterator[tuple[int, _Result]]:
    """Call a function for each task; yield places and results in the order in which they come."""
    with _workers(check_processes(n_jobs), scheduler):
        yield from as_they_come(function, tasks, local=scheduler is None)


@contextmanager
def _workers(n_jobs: int, scheduler: str | None) -> Iterator[None]:
    """Choose who does the work of a joblib.Parallel inside."""
    import joblib  # noqa: PLC0415

    if scheduler is None:
        # One thread each: more are slower for the small matrices of these experiments.
        with joblib.parallel_config("loky", n_jobs=n_jobs, inner_max_num_threads=1):
            yield
        return
    try:
        cluster = importlib.import_module("distributed")  # an extra
    except ImportError:
        message = "a scheduler needs dask.distributed: pip install 'local-mixup[distributed]'"
        raise ValueError(message) from None
    # What it would log is said in one line below.
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
    # joblib ends what it has submitted if the loop over the results is left.
    try:
        with (
            cluster.Client(scheduler, timeout=_PATIENCE, set_as_default=False) as client,
            joblib.parallel_config("dask", n_jobs=-1, client=client),
        ):
            yield
    except (CancelledError, cluster.KilledWorker) as error:
        message = f"the scheduler {scheduler} or its workers went away ({type(error).__name__})"
        raise ChildProcessError(message) from None


def progress_bar(total: int, initial: int, unit: str, *, told: str, progress: bool) -> "tqdm[Any]":
    """Tell on standard error what is to do, what is done and the time left; in a log by minutes."""
    if progress:
        tqdm.write(told, file=sys.stderr)
    return tqdm(
        total=total,
        initial=initial,
        disable=not progress,
        mininterval=0.5 if sys.stderr.isatty() else 60,
        miniters=1,
        smoothing=0,
        delay=1,
        leave=False,
        unit=unit,
        unit_scale=unit == "step",
    )


@contextmanager
def ticking(bar: "tqdm[Any]") -> Iterator[str]:
    """Name a file whose bytes are the steps that a bar shows, whoever on this machine adds them."""
    shown, over = 0, threading.Event()
    with tempfile.NamedTemporaryFile() as file:

        def show() -> None:
            nonlocal shown
            made = Path(file.name).stat().st_size
            bar.update(made - shown)
            shown = made

        def watch() -> None:
            while not over.wait(_GLANCE):
                show()

        watching = threading.Thread(target=watch, daemon=True)
        watching.start()
        try:
            yield file.name
        finally:
            over.set()
            watching.join()
            show()


def tick(file: str, steps: int = 1) -> None:
    """Add steps to what a bar shows."""
    with Path(file).open("ab") as stream:
        stream.write(bytes(steps))
