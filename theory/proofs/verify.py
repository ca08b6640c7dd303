"""Run the evidence of many claims, in parallel processes; put it into plain data, and cite it."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import asdict, fields, replace
from enum import StrEnum
from importlib import import_module
from importlib.metadata import version
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

from theory.formal import theorems
from theory.proofs.certificates import Certificate, Relation
from theory.proofs.evidence import Evidence, Verdict, as_text
from theory.proofs.ledger import LEDGER, Claim, Ledger, Result

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


def _run(home: str, key: str) -> Result:
    # A fresh process has to register the claims first.
    ledger: Ledger = import_module(home).LEDGER
    return ledger[key].run()


def _end_with(parent: int) -> None:
    """End this process when its parent is gone."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Start processes that Ctrl-C does not reach; the one that starts them ends them."""
    if threading.current_thread() is not threading.main_thread():
        yield  # no other thread may say what happens to a signal
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def verify(keys: Sequence[str], *, jobs: int = 1, ledger: Ledger = LEDGER) -> Iterator[Result]:
    """Recompute the evidence of claims, and of what they rest on; yield each result as it comes.

    What rests on a claim that fails, fails.
    """
    unknown = [key for key in keys if key not in ledger]
    if unknown:
        message = f"no claim {', '.join(map(repr, unknown))}; there are: {', '.join(ledger)}"
        raise KeyError(message)
    if jobs < 1 or (jobs > 1 and not ledger.home):
        message = f"jobs must be at least 1, and 1 for a ledger without a home; got {jobs}"
        raise ValueError(message)
    waiting = {key: _foundations(key, ledger) for key in keys}
    needed = sorted(set().union(*waiting.values()), key=list(ledger).index)
    done: dict[str, Result] = {}
    for result in _run_all(needed, jobs, ledger):
        done[result.claim.id] = result
        for key in [key for key, below in waiting.items() if below <= done.keys()]:
            yield settled(done[key], (done[below] for below in waiting.pop(key) - {key}))


def settled(result: Result, below: Iterable[Result]) -> Result:
    """Return a result, as failed if anything that it rests on has failed."""
    failed = sorted(other.claim.id for other in below if not other.agrees)
    error = f"rests on {', '.join(failed)}, which failed"
    return replace(result, verdict=None, error=error) if failed else result


def _foundations(key: str, ledger: Ledger) -> set[str]:
    """Return a claim and all that it rests on."""
    return {key}.union(*(_foundations(below, ledger) for below in ledger[key].uses))


def _run_all(keys: Sequence[str], jobs: int, ledger: Ledger) -> Iterator[Result]:
    if jobs == 1 or len(keys) == 1:
        yield from (ledger[key].run() for key in keys)
        return
    # Spawned processes, since a fork of a process with threads is not safe.
    with ProcessPoolExecutor(
        jobs, get_context("spawn"), initializer=_end_with, initargs=(os.getpid(),)
    ) as pool:
        with _deaf_to_interrupts():
            futures = [pool.submit(_run, ledger.home, key) for key in keys]
        try:
            for future in as_completed(futures):
                yield future.result()
        except BrokenProcessPool:
            message = "a process was killed, which the system does when memory runs out: fewer jobs"
            raise ChildProcessError(message) from None
        finally:
            pool.shutdown(cancel_futures=True)


def in_order(results: Iterable[Result], ledger: Ledger = LEDGER) -> list[Result]:
    """Sort results by the order of the ledger."""
    order = {key: position for position, key in enumerate(ledger)}
    return sorted(results, key=lambda result: order[result.claim.id])


def summary(results: Iterable[Result]) -> str:
    """Sum up verdicts in one line."""
    results = list(results)
    counts = Counter(result.verdict for result in results)
    names = ("proved", "proved with a hypothesis", "refuted", "measured", "not checked")
    parts = [f"{counts[verdict]} {name}" for verdict, name in zip(Verdict, names, strict=True)]
    failed = sum(not result.agrees for result in results)
    if failed:
        parts.append(f"{failed} NOT as recorded")
    return f"{len(results)} claims: {', '.join(parts)}"


def _plain(value: object) -> Any:
    """Return a field of a claim or of its evidence as plain data."""
    match value:
        case Certificate():
            return {name: getattr(value, name) for name in ("kind", "statement", "note", "finite")}
        case Relation():
            sides = {"left": as_text(value.left), "right": as_text(value.right)}
            return {"relation": value.operator, **sides, "holds": value.holds()}
        case StrEnum():
            return value.value
        case Mapping():
            return {name: as_text(item) for name, item in value.items()}
        case tuple() | list():
            return list(map(_plain, value))
    return value


def _evidence_data(piece: Evidence) -> dict[str, object]:
    data = {part.name: _plain(getattr(piece, part.name)) for part in fields(piece)}
    return {"kind": type(piece).__name__, **data, **data.pop("relation", {})}


def claim_data(claim: Claim) -> dict[str, object]:
    """Return what is recorded of a claim as plain data."""
    file, line = claim.place
    known = theorems()
    formal = {name: asdict(known[name]) if name in known else None for name in claim.formal}
    own = {"verdict", "formal", "evidence"}
    names = ["assurance", *(part.name for part in fields(Claim) if part.name not in own)]
    data = {name: _plain(getattr(claim, name)) for name in names}
    return {**data, "recorded": claim.verdict.value, "formal": formal, "file": file, "line": line}


def result_data(result: Result) -> dict[str, object]:
    """Return a result as plain data."""
    return claim_data(result.claim) | {
        "verdict": _plain(result.verdict),
        "agrees": result.agrees,
        "error": result.error,
        "seconds": round(result.seconds, 3),
        "evidence": list(map(_evidence_data, result.evidence)),
    }


_LATEX = str.maketrans({sign: rf"\{sign}" for sign in "&%#_$"})


def citation(claim: Claim, command: str) -> str:
    """Return an entry for BibTeX: the claim, its verdict, the version and the command."""
    file, line = claim.place
    title = f"{claim.id}: {claim.title}".translate(_LATEX)
    note = (
        f"{claim.source}; {claim.verdict} ({claim.assurance}): {claim.result}. "
        f"{file}, line {line}; {command}"
    ).translate(_LATEX)
    return (
        f"@misc{{local-mixup:{claim.id},\n"
        "  author = {{The Local Mixup toolkit developers}},\n"
        f"  title  = {{{title}}},\n"
        f"  howpublished = {{Local Mixup toolkit, version {version('local-mixup')}}},\n"
        f"  note   = {{{note}}},\n"
        "}"
    )
