"""The implementations, what is to be reached against them, and the tables of what was."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

import scipy.stats

from benchmarks.trainer_peers.task import FLOP

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from benchmarks.trainer_peers.checks import Floats
    from benchmarks.trainer_peers.task import Task

__all__ = ["GOALS", "PEERS", "Goal", "Peer", "Times", "goals", "table"]


@dataclass(frozen=True)
class Peer:
    """An implementation: where it is, what it needs, and how many replicates suit it."""

    name: str
    title: str
    module: str
    function: str
    needs: str
    stacked: int
    fed: bool = True


PEERS = (
    Peer("torch-eager", "PyTorch, one network after another", "torch_peers", "eager", "torch", 4),
    Peer("torch-stacked", "PyTorch, stacked", "torch_peers", "stacked", "torch", 32),
    Peer("jax", "JAX, sampling inside", "jax_peers", "own", "jax", 16, fed=False),
    Peer("jax-fed", "JAX, sampling by numerics.mixing", "jax_peers", "fed", "jax", 16),
    Peer("numpy", "numerics.mlp, NumPy", "ours", "numpy", "numpy", 16),
    Peer("numba", "numerics.mlp, numba", "ours", "numba", "numba", 16),
)


@dataclass(frozen=True)
class Goal:
    """What one of ours is to reach: ratios to the peers, and percent of the peak."""

    eager: float
    jax: Mapping[int, float]
    peak: float


GOALS = {
    "numpy": Goal(12, {20: 1.0, 103: 1.8, 241: 1.8}, 30),
    "numba": Goal(20, {20: 1.7, 103: 3.0, 241: 3.0}, 50),
}


@dataclass(eq=False)
class Times:
    """Seconds per replicate-step, one for each round."""

    processor: list[float] = field(default_factory=list)
    elapsed: list[float] = field(default_factory=list)
    both: list[float] = field(default_factory=list)  # elapsed, in two processes at once


def table(
    task: Task,
    times: Mapping[Peer, Times],
    errors: Mapping[Peer, Floats],
    rows: float,
    peak: float,
) -> None:
    """Print the times of one batch size."""
    micro = {peer.name: 1e6 * median(t.processor) for peer, t in times.items()}
    print(f"\n{task.name}: {rows:.1f} rows of a step count")
    print(
        f"  {'':<36}{'1 core':>9}{'2 cores':>9}{'factor':>8}{'÷ NumPy':>9}{'÷ numba':>9}"
        f"{'peak':>7}   test error"
    )
    for peer, record in times.items():
        own = micro[peer.name]
        two, factor = "", ""
        if record.both:
            two = f"{1e6 * median(record.both):.1f}"
            factor = f"{median(record.elapsed) / median(record.both):.2f}"
        ratios = [f"{own / micro[ours]:.2f}" if ours in micro else "" for ours in GOALS]
        share = f"{100 * FLOP * rows / (own * 1e-6) / peak:.0f} %"
        error = errors[peer]
        print(
            f"  {peer.title:<36}{own:>9.1f}{two:>9}{factor:>8}{ratios[0]:>9}{ratios[1]:>9}"
            f"{share:>7}   {error.mean():.4f} ± {scipy.stats.sem(error):.4f}"
        )


def goals(
    task: Task, times: Mapping[Peer, Times], rows: float, peak: float
) -> Iterator[tuple[str, float, float]]:
    """Yield what was to be reached, what was, and the goal, where there is one."""
    micro = {peer.name: median(t.processor) for peer, t in times.items()}
    jax = min((micro[name] for name in ("jax", "jax-fed") if name in micro), default=None)
    for peer, record in times.items():
        if peer.name not in GOALS:
            continue
        goal, own = GOALS[peer.name], micro[peer.name]
        what = f"{peer.name}, batch {task.batch_size}:"
        if "torch-eager" in micro:
            yield f"{what} times PyTorch eager", micro["torch-eager"] / own, goal.eager
        if task.batch_size in goal.jax:
            aim = goal.jax[task.batch_size]
            if "jax" in micro:
                yield f"{what} times JAX, sampling inside", micro["jax"] / own, aim
            if jax is not None and jax != micro.get("jax"):
                yield f"{what} times JAX, the faster sampling", jax / own, aim
        yield f"{what} percent of the sgemm peak", 100 * FLOP * rows / own / peak, goal.peak
        if record.both:
            yield f"{what} two processes", median(record.elapsed) / median(record.both), 1.8
