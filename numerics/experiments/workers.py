"""Tasks on the processes of this machine or on the workers of a cluster, results as they come."""

from __future__ import annotations

import importlib
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from tqdm import tqdm

from numerics.processes import check_processes, deaf_to_interrupts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_Result = TypeVar("_Result")

_PATIENCE = 30
"""Seconds to wait for a scheduler to answer."""


def as_completed(
    function: Callable[..., _Result],
    tasks: Iterable[tuple[object, ...]],
    *,
    n_jobs: int = 1,
    scheduler: str | None = None,
) -> Iterator[_Result]:
    """Call a function for each task and yield the results in the order in which they come."""
    import joblib  # noqa: PLC0415  # a tenth of a second

    with _workers(check_processes(n_jobs), scheduler):
        calls = (joblib.delayed(function)(*task) for task in tasks)
        with deaf_to_interrupts():
            results = joblib.Parallel(return_as="generator_unordered", batch_size=1)(calls)
        yield from results


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
    # joblib ends what it has submitted if the loop over the results is left.
    with (
        cluster.Client(scheduler, timeout=_PATIENCE, set_as_default=False) as client,
        joblib.parallel_config("dask", n_jobs=-1, client=client),
    ):
        yield


def progress_bar(total: int, initial: int, unit: str, *, progress: bool) -> tqdm[Any]:
    """Show what is done and the time left on standard error; in a log, a line a minute."""
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
