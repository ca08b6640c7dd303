"""Run the changes: ``python -m tests.mutations [--part 0..9] [WORD ...]``."""

import argparse
import sys

from tests.mutations.changes import CHANGES
from tests.mutations.runner import PARTS, outcomes, part


def main() -> int:
    """Try the changes, with a line for each, and list those that survive."""
    parser = argparse.ArgumentParser("python -m tests.mutations", description=main.__doc__)
    parser.add_argument("words", nargs="*", help="only files whose path holds one of these words")
    parser.add_argument("--part", type=int, choices=range(PARTS), help="one part in ten")
    given = parser.parse_args()
    chosen = [
        change
        for change in (CHANGES if given.part is None else part(given.part))
        if not given.words or any(word in change.file for word in given.words)
    ]
    if not chosen:
        parser.error(f"WORD must be in the path of a changed file; got {' '.join(given.words)}")
    print(f"{len(chosen)} changes; first the tests without any", flush=True)
    found = []
    for number, outcome in enumerate(outcomes(chosen), start=1):
        found.append(outcome)
        print(
            f"{number:3}/{len(chosen)}  {outcome.seconds:5.1f} s  {outcome.change}: "
            f"{outcome.noticed or 'SURVIVES'}",
            flush=True,
        )
    survivors = [outcome for outcome in found if not outcome.noticed]
    print(f"{len(found) - len(survivors)} of {len(found)} noticed")
    for outcome in survivors:
        print(f"survives  {outcome.change}  {outcome.change.equivalent or 'UNEXPLAINED'}")
    return any(outcome.wrong for outcome in found)


if __name__ == "__main__":
    sys.exit(main())
