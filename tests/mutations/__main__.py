"""``python -m tests.mutations``: try the changes, and list those that no test notices."""

import argparse
import sys

from tests.mutations.changes import CHANGES
from tests.mutations.runner import PARTS, outcomes, part


def main() -> int:
    """Try the changes, one line each; 1 if one survives that should not, or the reverse."""
    parser = argparse.ArgumentParser(
        "python -m tests.mutations", description="Change the code, and see whether tests notice."
    )
    parser.add_argument("words", nargs="*", help="only files whose path has one of these in it")
    parser.add_argument("--part", type=int, choices=range(PARTS), help="a tenth of the list")
    given = parser.parse_args()
    chosen = [
        change
        for change in (CHANGES if given.part is None else part(given.part))
        if not given.words or any(word in change.file for word in given.words)
    ]
    if not chosen:
        parser.error(f"words must be in the path of a changed file; got {' '.join(given.words)}")
    print(f"{len(chosen)} changes; first the tests without any", flush=True)
    found = []
    for number, outcome in enumerate(outcomes(chosen), start=1):
        found.append(outcome)
        told = outcome.noticed or "SURVIVES"
        print(f"{number:3}  {outcome.seconds:4.1f} s  {outcome.change}  {told}", flush=True)
    survivors = [outcome.change for outcome in found if not outcome.noticed]
    print(f"{len(found) - len(survivors)} of {len(found)} noticed")
    for change in survivors:
        print(f"survives  {change}: {change.equivalent or 'WITHOUT A REASON'}")
    return any(outcome.wrong for outcome in found)


if __name__ == "__main__":
    sys.exit(main())
