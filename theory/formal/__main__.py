"""Check the formal proofs: ``python -m theory.formal [--record | --page]``."""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import TYPE_CHECKING

from theory.formal import RECORD, record
from theory.formal.build import BuildError, MissingError, SourceError, check, differences
from theory.formal.page import page
from theory.proofs.files import write_text

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m theory.formal",
        description="Check every proof of theory/formal with coqc, from clean, and compare what is "
        "proved with theory/formal/checked.json.",
        epilog="The exit status is 0 if all proofs are checked and are those on record, 1 if not, "
        "2 for a wrong call or without coqc.",
    )
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument(
        "--record", action="store_true", help="write the record instead of comparing with it"
    )
    mode.add_argument(
        "--page", action="store_true", help="print docs/formal.md from the record and stop"
    )
    parser.add_argument(
        "--jobs", type=int, default=2, metavar="N", help="number of processes (default: 2)"
    )
    options = parser.parse_args(arguments)
    if options.jobs < 1:
        parser.error(f"--jobs must be at least 1; got {options.jobs}")
    if options.page:
        print(page(), end="")
        return 0
    start = time.perf_counter()
    try:
        found = check(jobs=options.jobs, report=lambda line: print(line, flush=True))
    except MissingError as error:
        print(error, file=sys.stderr)
        return 2
    except (BuildError, SourceError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{len(found['theorems'])} theorems in {time.perf_counter() - start:.0f} s")
    if options.record:
        write_text(RECORD, json.dumps(found, indent=1, ensure_ascii=False) + "\n")
        return 0
    recorded = record()
    if found["coq"] != recorded["coq"]:
        print(f"coqc {found['coq']}; the record was made with {recorded['coq']}")
    problems = differences(found, recorded)
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        print("after a change that is meant: make proofs RECORD=1", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
