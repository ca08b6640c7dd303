"""Run the evidence of many claims, in parallel processes, and put it into plain data."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import asdict, replace
from importlib import import_module
from multiprocessing import get_context
from typing import TYPE_CHECKING

from theory.formal import theorems
from theory.proofs.evidence import Evidence, Measurement, Proof, Unchecked, Verdict, as_text
from theory.proofs.ledger import LEDGER, Claim, Ledger, Result

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from theory.proofs.certificates import Certificate


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
    names = {
        Verdict.PROVED: "proved",
        Verdict.PROVED_WITH: "proved with a hypothesis",
        Verdict.REFUTED: "refuted",
        Verdict.MEASURED: "measured",
        Verdict.NOT_CHECKED: "not checked",
    }
    parts = [f"{counts[verdict]} {name}" for verdict, name in names.items()]
    failed = sum(not result.agrees for result in results)
    if failed:
        parts.append(f"{failed} NOT as recorded")
    return f"{len(results)} claims: {', '.join(parts)}"


def _certificate_data(certificate: Certificate) -> dict[str, object]:
    return {
        "kind": certificate.kind,
        "statement": certificate.statement,
        "note": certificate.note,
        "finite": certificate.finite,
    }


def _evidence_data(piece: Evidence) -> dict[str, object]:
    data: dict[str, object] = {"kind": type(piece).__name__}
    if isinstance(piece, Proof):
        data |= {
            "argument": piece.argument,
            "under": list(piece.under),
            "certificates": [_certificate_data(c) for c in piece.certificates],
        }
    elif isinstance(piece, Measurement):
        data |= {
            "quantity": piece.quantity,
            "value": piece.value,
            "interval": list(piece.interval),
            "agrees": piece.agrees,
            "provenance": piece.provenance,
        }
    elif isinstance(piece, Unchecked):
        data |= {"needs": piece.needs, "command": piece.command}
    else:
        data |= {
            "case": piece.case,
            "stated": piece.stated,
            "left": as_text(piece.relation.left),
            "relation": piece.relation.operator,
            "right": as_text(piece.relation.right),
            "holds": piece.relation.holds(),
            "minimal": piece.minimal,
            "smaller": None if piece.smaller is None else _certificate_data(piece.smaller),
        }
    return data | {"found": {name: as_text(value) for name, value in piece.found.items()}}


def claim_data(claim: Claim) -> dict[str, object]:
    """Return what is recorded of a claim as plain data."""
    file, line = claim.place
    return {
        "id": claim.id,
        "source": claim.source,
        "title": claim.title,
        "statement": claim.statement,
        "hypotheses": list(claim.hypotheses),
        "recorded": claim.verdict.value,
        "result": claim.result,
        "sharper": claim.sharper,
        "group": claim.group.value,
        "assurance": claim.assurance,
        "formal": {
            name: asdict(theorems()[name]) if name in theorems() else None for name in claim.formal
        },
        "uses": list(claim.uses),
        "file": file,
        "line": line,
    }


def result_data(result: Result) -> dict[str, object]:
    """Return a result as plain data."""
    return claim_data(result.claim) | {
        "verdict": None if result.verdict is None else result.verdict.value,
        "agrees": result.agrees,
        "error": result.error,
        "seconds": round(result.seconds, 3),
        "evidence": [_evidence_data(piece) for piece in result.evidence],
    }
