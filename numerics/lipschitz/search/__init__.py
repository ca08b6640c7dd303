"""The search for the records of Q(D): samples, samples and segments, then segments and segments.

A small random part of the samples goes before the second step: its records let the search skip most
of what is below them, and change nothing in the result.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise, starmap
from typing import TypeVar

import numpy as np
from tqdm import tqdm

from numerics.archive.store import Cache, Piece
from numerics.distances.gram import ScaledPoints
from numerics.lipschitz.search.records import Records
from numerics.lipschitz.search.segment_pairs import scan_segments, segment_list
from numerics.lipschitz.search.triangles import Job, Plan, scan_pairs, scan_triples
from numerics.lipschitz.targets import Targets
from numerics.processes import as_they_come
from numerics.validation import IntArray

_Task = TypeVar("_Task")

_COLUMNS = ("length", "value", "point", "partner", "i", "j", "mu", "lambda")

_ROWS = 2048  # samples of a part that are held against all later ones
_LARGEST_PART = 10**11  # samples times ordered pairs of ends
_SMALLEST_PART = 5 * 10**9
_FEWEST = 1024  # samples in a part, where the ends are so many that it gets larger
_SEGMENT_PARTS = 64
_PILOTS = (32, 128, 512)  # samples, each time the same
_PILOT_SHARE = 4  # a pilot is at most one part in so many
_COARSE = 0.25
"""Error of the float32 blocks, relative to the squared distance of the closest samples with
different targets, from which on the blocks are of float64."""


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """A search for the records of Q(D)."""

    points: ScaledPoints  # the inputs
    targets: Targets  # their targets, in the same order, equal ones together
    segments: str  # "same-class", "all" or "segments"
    longest: float  # longer segments are left out
    memory: int  # bytes for all processes
    n_jobs: int  # number of processes
    progress: bool  # whether to show a progress bar

    def __post_init__(self) -> None:
        """See that a block fits into the memory."""
        self._plan(self.points)

    @property
    def pairs(self) -> int:
        """Number of samples times segments, or of segments times segments, to decide."""
        n = len(self.points)
        if self.segments == "same-class":
            sizes = np.bincount(self.targets.codes).tolist()
            return sum((n - size) * (size * (size - 1) // 2) for size in sizes)
        count = n * (n - 1) // 2
        return count * (n - 2) if self.segments == "all" else count * (count - 1) // 2

    def run(self, cache: Cache) -> Records:
        """Search, but for what is kept."""
        points, targets, plan = self.points, self.targets, self._plan(self.points)
        n = len(points)
        rows = np.arange(n)
        blocks = [rows[k : k + _ROWS] for k in range(0, n, _ROWS)]
        sizes = [block.size * (n - int(block[0])) for block in blocks]
        scan = partial(scan_pairs, points, targets, plan=plan)
        known = self._all(cache, "pairs", blocks, sizes, scan, Records.empty())
        if known.infinite_from == 0 or self.longest == 0:
            return known
        closest = targets.largest / (float(known.values[0]) * points.unit) ** 2
        if points.error > _COARSE * closest:
            points = ScaledPoints.of(points.given, points.order, np.float64)
            plan = self._plan(points)
        shuffled = np.random.default_rng(0).permutation(n)
        for size in (size for size in _PILOTS if _PILOT_SHARE * size <= n):
            pilot = list(self._jobs(np.sort(shuffled[:size])))
            known = _triples(points, targets, plan, self.longest, pilot, known)
        tasks = list(_tasks(self._jobs(rows)))
        sizes = [sum(job.pairs for job in task) for task in tasks]
        scan = partial(_triples, points, targets, plan, self.longest)
        known = self._all(cache, "triples", tasks, sizes, scan, known)
        if self.segments != "segments":
            return known
        count = segment_list(points, self.longest)[1].size
        edges = (np.sqrt(np.linspace(0, 1, _SEGMENT_PARTS + 1)) * count).astype(int).tolist()
        numbers = [np.arange(low, high) for low, high in pairwise(edges) if high > low]
        sizes = [int(part.sum()) for part in numbers]
        scan = partial(scan_segments, points, targets, longest=self.longest)
        return self._all(cache, "segments", numbers, sizes, scan, known)

    def _plan(self, points: ScaledPoints) -> Plan:
        """Leave out what all processes share: the points, and X where it is sent to others."""
        shared = points.small.nbytes + points.squares.nbytes
        if self.n_jobs > 1:
            shared += points.small.nbytes + points.given.nbytes
        return Plan.of((self.memory - shared) / self.n_jobs, points)

    def _jobs(self, some: IntArray) -> Iterator[Job]:
        """Return what is held against what among some samples."""
        if self.segments != "same-class":
            yield Job(some, some, constant=False)
            return
        codes = self.targets.codes[some]
        for code in np.unique(codes):
            here = codes == code
            if here.sum() > 1:
                yield Job(some[~here], some[here], constant=True)

    def _all(
        self,
        cache: Cache,
        name: str,
        tasks: Sequence[_Task],
        sizes: Sequence[int],
        function: Callable[[_Task, Records], Records],
        known: Records,
    ) -> Records:
        """Do the parts of a step that are not kept; each begins with what is known by then."""
        names = [f"{name}-{number:04d}-of-{len(tasks):04d}" for number in range(len(tasks))]
        kept = (_records(cache.pieces[title]) for title in names if title in cache.pieces)
        known = Records.union([known, *kept])
        missing = [number for number, title in enumerate(names) if title not in cache.pieces]
        done = sum(sizes) - sum(sizes[number] for number in missing)
        with tqdm(
            total=sum(sizes),
            initial=done,
            desc=name,
            unit="pair",
            unit_scale=True,
            delay=2,
            leave=False,
            disable=None if self.progress else True,
        ) as bar:
            # The generator asks for `known` when a part is begun, not before.
            calls = ((tasks[number], known) for number in missing)
            # No name for what comes: a traceback would hold it, and all work go on after an error.
            for place, found in (
                enumerate(starmap(function, calls))
                if self.n_jobs == 1 or len(missing) < 2
                else as_they_come(function, calls, n_jobs=self.n_jobs, pre_dispatch="n_jobs")
            ):
                number = missing[place]
                # The records that other parts, known by then, do not beat.
                columns = found.lengths, found.values, *found.who.T, *found.shares.T
                cache.add(Piece(names[number], {}, dict(zip(_COLUMNS, columns, strict=True))))
                known = Records.union([known, found])
                bar.update(sizes[number])
        return known


def _records(piece: Piece) -> Records:
    length, value, *who_and_shares = (piece.columns[name] for name in _COLUMNS)
    who, shares = np.stack(who_and_shares[:4], axis=1), np.stack(who_and_shares[4:], axis=1)
    return Records(length, value, who.astype(np.int64), shares)


def _triples(
    points: ScaledPoints,
    targets: Targets,
    plan: Plan,
    longest: float,
    task: Sequence[Job],
    known: Records,
) -> Records:
    for job in task:
        known = scan_triples(points, targets, job, known, plan, longest)
    return known


def _tasks(jobs: Iterator[Job]) -> Iterator[list[Job]]:
    """Cut and join jobs to parts of about equal work, whatever the memory."""
    task: list[Job] = []
    work = 0
    for job in jobs:
        most = max(_FEWEST, _LARGEST_PART // job.ends.size**2)
        for samples in np.array_split(job.samples, -(-job.samples.size // most)):
            piece = Job(samples, job.ends, job.constant)
            task.append(piece)
            work += 2 * piece.pairs
            if work >= _SMALLEST_PART:
                yield task
                task, work = [], 0
    if task:
        yield task
