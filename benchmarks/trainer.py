"""Time the training of many small networks: this library against PyTorch and JAX.

All implementations train the same network, 2-100-100-2 in single precision, with Adam on the same
spirals with the same mixing (Section V.A), and all leave out the pairs of weight zero. What is
measured is microseconds per replicate-step, the sampling of the pairs included: processor time in
one process on one core, and elapsed time in two processes on two cores.

implementations (--only NAME):
  torch-eager    PyTorch, one network after another, fused Adam: the usual loop
  torch-stacked  PyTorch, all replicates in torch.baddbmm (faster here than torch.func.vmap)
  jax            JAX, jit of vmap and scan, the sampling in JAX too
  jax-fed        the same step, on samples drawn outside by numerics.mixing
  numpy          numerics.mlp, backend "numpy"
  numba          numerics.mlp, backend "numba" (the extra local-mixup[fast])

PyTorch gets the samples of numerics.mixing, which are drawn faster than PyTorch can. Whatever is
not installed is named and left out. Each implementation stacks as many replicates as suit it best
(--stacked overrides that). Every process is tied to one processor and its libraries to one thread.

before anything is timed:
  1. All that get the same samples ("jax" draws its own) have to give the same networks after one
     pass over the data from the same start, to rounding.
  2. All have to reach the same test error after the same longer training: differences are paired
     by replicate and tested, with Bonferroni's correction. The errors are printed.
If one of the two fails, the benchmark says so and exits with status 1.

times are medians of rounds in which all implementations take turns. The share of the peak is 62,000
operations for each row that counts (not for those that were filled up), divided by the time and by
the rate of a large sgemm in the same rounds. Times in two processes mean something only if nothing
else runs: the program says how far elapsed and processor time were apart.
"""

from __future__ import annotations

import argparse
import importlib.util
import math
import sys
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
from tqdm import tqdm

from benchmarks.trainer_peers.checks import LEVEL, ROUNDING, differences, disagreement
from benchmarks.trainer_peers.report import PEERS, Peer, Times, goals, table
from benchmarks.trainer_peers.task import TASKS, load
from benchmarks.trainer_peers.worker import Job, Worker, processors

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.trainer_peers.checks import Floats
    from benchmarks.trainer_peers.task import Task
    from benchmarks.trainer_peers.worker import Result


def settled(options: argparse.Namespace) -> tuple[list[Peer], list[Task]]:
    """Return what to compare, and name what is left out."""
    chosen = [peer for peer in PEERS if not options.only or peer.name in options.only]
    for peer in chosen:
        if importlib.util.find_spec(peer.needs) is None:
            print(f"left out: {peer.name}, since {peer.needs} is not installed")
    peers = [peer for peer in chosen if importlib.util.find_spec(peer.needs)]
    return peers, [task for task in TASKS if task.batch_size in options.batch]


def together(lanes: Sequence[Worker], jobs: Sequence[Job]) -> list[Result]:
    """Do one job in each process at the same time."""
    for lane, job in zip(lanes, jobs, strict=False):
        lane.start(job)
    return [lane.wait() for lane, _ in zip(lanes, jobs, strict=False)]


def shares(count: int, parts: int) -> list[range]:
    """Divide replicates among processes, as evenly as can be."""
    edges = [count * part // parts for part in range(parts + 1)]
    return [range(a, b) for a, b in pairwise(edges) if a < b]


def same_networks(lanes: Mapping[Peer, Sequence[Worker]], task: Task, seed: int) -> bool:
    """Check that one pass on the same samples gives the same networks, and print how closely."""
    job = Job(task, seed, range(16), 1)
    outputs = {p.title: workers[0].train(job).logits for p, workers in lanes.items() if p.fed}
    found = differences(outputs)
    agree = all(value <= ROUNDING for value in found.values())
    print(f"  {task.name}: {max(found.values(), default=0):.0e}{'' if agree else ' DIFFERENT'}")
    if not agree:
        print("".join(f"    {title:<36}{value:.0e}\n" for title, value in found.items()), end="")
    return agree


def trained(
    lanes: Mapping[Peer, Sequence[Worker]], task: Task, options: argparse.Namespace
) -> dict[Peer, Floats]:
    """Return the test errors (R,) of each implementation after the same training."""
    passes = -(-options.updates // task.steps)
    errors = {}
    for peer, workers in lanes.items():
        parts = shares(options.replicates, len(workers))
        jobs = [Job(task, options.seed, part, passes) for part in parts]
        errors[peer] = np.concatenate([r.errors for r in together(workers, jobs)])
    return errors


def rows_counted(task: Task, seed: int) -> float:
    """Return the mean number of rows of a step that count."""
    passes = load(seed, range(8)).passes(task, 4)
    return float(np.mean([np.diff(epochs.offsets).mean() for epochs in passes]))


def prepared(
    peer: Peer, workers: Sequence[Worker], task: Task, options: argparse.Namespace
) -> list[Job]:
    """Return a job for each process, of about the time asked for, with nothing left to compile."""
    stacked = options.stacked or peer.stacked
    parts = [range(lane * stacked, (lane + 1) * stacked) for lane in range(len(workers))]
    job = Job(task, options.seed, parts[0], 1)
    workers[0].train(job)
    once = workers[0].train(job).processor
    passes = max(1, round(options.seconds / once))
    jobs = [Job(task, options.seed, part, passes) for part in parts]
    together(workers, jobs)
    return jobs


def rounds(
    lanes: Mapping[Peer, Sequence[Worker]], tasks: Sequence[Task], options: argparse.Namespace
) -> tuple[dict[tuple[Peer, Task], Times], float]:
    """Time all in turn; return the times and the median rate of a large sgemm."""
    jobs = {
        (peer, task): prepared(peer, workers, task, options)
        for peer, workers in tqdm(lanes.items(), "preparing", leave=False, disable=None)
        for task in tasks
    }
    times = {key: Times() for key in jobs}
    peak = []
    for _ in tqdm(range(options.rounds), "timing", leave=False, disable=None):
        peak.append(next(iter(lanes.values()))[0].sgemm())
        for (peer, task), own in jobs.items():
            result = lanes[peer][0].train(own[0])
            record = times[peer, task]
            record.processor.append(result.processor / own[0].steps)
            record.elapsed.append(result.elapsed / own[0].steps)
            if len(own) > 1:
                slowest = max(r.elapsed for r in together(lanes[peer], own))
                record.both.append(slowest / sum(job.steps for job in own))
    return times, median(peak)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    summary, _, details = (__doc__ or "").partition("\n")
    parser = argparse.ArgumentParser(
        description=f"{summary}\n{details}",
        epilog="examples:\n"
        "  python benchmarks/trainer.py                        # all of it, about ten minutes\n"
        "  python benchmarks/trainer.py --quick                # a minute or two, rough\n"
        "  python benchmarks/trainer.py --only numpy jax --batch 20\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    whole = {"rounds": 7, "seconds": 0.4, "replicates": 32, "updates": 1600}
    short = {"rounds": 3, "seconds": 0.1, "replicates": 8, "updates": 160}
    parser.add_argument(
        "--quick",
        action="store_true",
        help="shorter: " + ", ".join(f"--{name} {value}" for name, value in short.items()),
    )
    parser.add_argument(
        "--only", nargs="+", choices=[p.name for p in PEERS], metavar="NAME", help="these alone"
    )
    sizes = [task.batch_size for task in TASKS]
    parser.add_argument(
        "--batch",
        nargs="+",
        type=int,
        choices=sizes,
        default=sizes,
        metavar="SIZE",
        help=f"these batch sizes alone, of {', '.join(map(str, sizes))}",
    )
    texts = {
        "rounds": "times each is timed",
        "seconds": "processor time of one timing, about",
        "replicates": "replicates whose test errors are compared, at least 2",
        "updates": "steps after which they are, rounded up to whole passes",
    }
    for name, text in texts.items():
        kind = type(whole[name])
        parser.add_argument(f"--{name}", type=kind, help=f"{text} (default: {whole[name]})")
    parser.add_argument("--stacked", type=int, help="replicates trained at once, for all")
    parser.add_argument("--one-core", action="store_true", help="leave out the two processes")
    parser.add_argument("--seed", type=int, default=0, help="of data and training (default: 0)")
    options = parser.parse_args()
    for name, value in (short if options.quick else whole).items():
        if getattr(options, name) is None:
            setattr(options, name, value)
    for name, least in {"rounds": 1, "replicates": 2, "updates": 1, "stacked": 1}.items():
        value = getattr(options, name)
        if value is not None and value < least:
            parser.error(f"--{name} must be at least {least}, got {value}")
    if not 0 < options.seconds < math.inf:
        parser.error(f"--seconds must be above 0 and finite, got {options.seconds}")
    if options.seed < 0:
        parser.error(f"--seed must be at least 0, got {options.seed}")
    return options


def compare(
    lanes: Mapping[Peer, Sequence[Worker]], tasks: Sequence[Task], options: argparse.Namespace
) -> bool:
    """Check, time and print; return whether all implementations did the same task."""
    print("largest difference of the networks after one pass on the same samples")
    same = [same_networks(lanes, task, options.seed) for task in tasks]
    agree = all(same)
    errors = {}
    for task in tqdm(tasks, "training for the test errors", leave=False, disable=None):
        errors[task] = trained(lanes, task, options)
    times, peak = rounds(lanes, tasks, options)

    print(f"\nmicroseconds per replicate-step, medians of {options.rounds} alternating rounds")
    print(f"  one core: processor time; sgemm peak {peak / 1e9:.0f} GFLOP/s")
    print("  two processes, one on each core: elapsed time; factor: to one process, elapsed")
    print(f"  test errors: {options.replicates} replicates, {options.updates} updates")
    disturbed = max(median(t.elapsed) / median(t.processor) for t in times.values())
    print(f"  elapsed / processor time of one process: at most {disturbed:.2f}")
    if disturbed > 1.05:
        print("  other programs were running: the times of two processes mean nothing")
    outcomes: list[tuple[str, float, float]] = []
    for task in tasks:
        own = {peer: times[peer, task] for peer in lanes}
        rows = rows_counted(task, options.seed)
        table(task, own, errors[task], rows, peak)
        outcomes += goals(task, own, rows, peak)
        named = {peer.title: errors[task][peer] for peer in lanes}
        for name, level in disagreement(named, len(tasks) * len(lanes)).items():
            if level < LEVEL:
                agree = False
                print(f"  DIFFERENT TEST ERROR: {name} (level {level:.0e}, corrected)")
    print("\ngoals" if outcomes else "")
    for what, reached, goal in outcomes:
        verdict = "reached" if reached >= goal else "MISSED"
        print(f"  {what:<52}{reached:>8.2f}{goal:>8.1f}  {verdict}")
    return agree


def main() -> int:
    """Run the benchmark."""
    options = arguments()
    peers, tasks = settled(options)
    available = processors()
    if len(available) < 2 and not options.one_core:
        print("left out: two processes, since there is one processor")
    cores = available[: 1 if options.one_core else 2]
    if not peers:
        print("nothing to compare")
        return 1
    lanes = {peer: [Worker(core, peer.module, peer.function) for core in cores] for peer in peers}
    try:
        agree = compare(lanes, tasks, options)
    finally:
        for workers in lanes.values():
            for worker in workers:
                worker.close()
    if not agree:
        print("\nthe implementations do not solve the same task")
    return 0 if agree else 1


if __name__ == "__main__":
    sys.exit(main())
