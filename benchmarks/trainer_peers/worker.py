"""A process that trains with one implementation, on one processor, when it is told to."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import time
import traceback
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.trainer_peers.task import load

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from numpy.typing import NDArray

    from benchmarks.trainer_peers.task import Task

__all__ = ["Job", "Result", "Worker", "processors"]

#: One thread for each library, whose own settings these are.
ENVIRONMENT = {
    "JAX_PLATFORMS": "cpu",
    "MKL_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false",
}


@dataclass(frozen=True)
class Job:
    """Some passes over the data by some replicates."""

    task: Task
    seed: int
    replicates: range
    passes: int

    @property
    def steps(self) -> int:
        """Number of replicate-steps."""
        return self.passes * self.task.steps * len(self.replicates)


@dataclass(frozen=True, eq=False)
class Result:
    """Seconds that the training took, and what the networks do with the test data."""

    processor: float
    elapsed: float
    logits: NDArray[np.floating]
    errors: NDArray[np.floating]


def processors() -> list[int | None]:
    """Return the processors that this program may use; None where that cannot be asked."""
    if hasattr(os, "sched_getaffinity"):
        return [*sorted(os.sched_getaffinity(0))]
    return [None] * (os.cpu_count() or 1)


def _sgemm(n: int = 1024, repeats: int = 10) -> float:
    """Return the best rate of a product of two large matrices, in operations a second."""
    a, b = np.random.default_rng(0).random((2, n, n), dtype=np.float32)
    out = a @ b
    best = np.inf
    for _ in range(repeats):
        start = time.process_time()
        np.matmul(a, b, out=out)
        best = min(best, time.process_time() - start)
    return 2 * n**3 / best


def _serve(connection: Connection, processor: int | None, module: str, function: str) -> None:
    if processor is not None:
        os.sched_setaffinity(0, {processor})
    train = getattr(import_module(f"benchmarks.trainer_peers.{module}"), function)
    while (job := connection.recv()) is not None:
        try:
            connection.send(_answer(train, job))
        except Exception:  # noqa: BLE001 - whatever it is, the parent process reports it
            connection.send(traceback.format_exc())


def _answer(train: Any, job: Job | str) -> Result | float:
    if isinstance(job, str):
        return _sgemm()
    data = load(job.seed, job.replicates)
    start = time.perf_counter(), time.process_time()
    networks = train(data, job.task, job.passes)
    elapsed, processor = time.perf_counter() - start[0], time.process_time() - start[1]
    logits = np.asarray(networks(data.X_test))
    errors = np.mean(logits.argmax(axis=2) != data.labels_test, axis=1)
    return Result(processor, elapsed, logits, errors)


class Worker:
    """The parent's end of such a process."""

    def __init__(self, processor: int | None, module: str, function: str) -> None:
        os.environ.update(ENVIRONMENT)  # the libraries read it when the child loads them
        context = multiprocessing.get_context("spawn")
        self._connection, other = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(other, processor, module, function), daemon=True
        )
        self._process.start()
        other.close()

    def start(self, job: Job | str) -> None:
        """Begin a job, or the measurement of the "sgemm" rate."""
        self._connection.send(job)

    def wait(self) -> Any:
        """Return what came out of it."""
        answer = self._connection.recv()
        if isinstance(answer, str):
            raise RuntimeError(answer)
        return answer

    def train(self, job: Job) -> Result:
        """Do a job."""
        self.start(job)
        result: Result = self.wait()
        return result

    def sgemm(self) -> float:
        """Measure the rate of a product of two large matrices, in operations a second."""
        self.start("sgemm")
        return float(self.wait())

    def close(self) -> None:
        """End the process."""
        with contextlib.suppress(BrokenPipeError):  # it may have ended by itself
            self._connection.send(None)
        self._process.join()
