"""The door of the floor: ``python -m theory [CLAIM ...] [--json]``."""

from __future__ import annotations

import argparse
import io
import json
import os
import shlex
import sys
from contextlib import contextmanager, suppress
from difflib import get_close_matches
from typing import TYPE_CHECKING, NoReturn
from unicodedata import category

from tqdm import tqdm

import theory
from theory import LEDGER
from theory.interrupt import imported
from theory.proofs.certificates import CertificateError
from theory.proofs.evidence import Measurement, Proof, Unchecked, as_text
from theory.proofs.export import export, read
from theory.proofs.files import check_target, write_text
from theory.proofs.verify import citation, in_order, result_data, summary, verify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from theory.proofs.ledger import Result

EPILOG = """\
examples:
  python -m theory                       recompute the evidence of every claim
  python -m theory IV.2-lower Eq3        of two claims, with details
  python -m theory "Theorem IV.2"        of all that it says; "IV.2" and "Eq. (8)" do as well
  python -m theory --cite IV.2-lower     an entry for BibTeX, with the version
  python -m theory --list                what there is, without running anything
  python -m theory --json > ledger.json  everything that was found, for another program
  python -m theory IV.2-lower --certificate out.json    write the certificates to a file
  python -m theory --check out.json      verify such a file, without the search that found it

--check first verifies every step from the file alone. Then it recomputes the evidence of the same
claims, and compares id, place, statement, hypotheses, verdict and all steps with the ledger.

The exit status is 0 if every recomputed verdict is the recorded one (with --check: if every step
holds and is the ledger's), 1 if not, 2 for a wrong call, for a file that is no certificate file and
for output that cannot be written, 75 if a process was killed, 130 after Ctrl-C, 141 if nobody reads
the output any more.
A verdict is one of PROVED (as stated), PROVED_WITH (under a hypothesis or reading that the row
names), REFUTED (an exact counterexample is given), MEASURED and NOT_CHECKED.
"""


class Parser(argparse.ArgumentParser):
    """A parser whose errors take one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {shortened(message)} (see --help)\n")

    @contextmanager
    def refusing(self, option: str) -> Iterator[None]:
        """Turn what a file does not allow into an error of its option."""
        try:
            yield
        except (CertificateError, OSError, ValueError) as error:
            self.error(f"{option}: {one_line(error)}")


def build_parser() -> Parser:
    """Return the parser of the command line."""
    parser = Parser(
        prog="python -m theory",
        description="Recompute the evidence for the paper's claims, exactly.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("claims", nargs="*", metavar="CLAIM", help="ids, or places in the paper (default: all)")
    add("--json", action="store_true", help="print everything found as JSON")
    add("--certificate", metavar="FILE", help="write the evidence of the claims to this file")
    add("--check", metavar="FILE", help="verify a certificate file and stop")
    add("--list", action="store_true", help="list the claims and stop")
    add("--cite", action="store_true", help="print how to cite the claims and stop")
    add("--version", action="store_true", help="print the version and stop")
    add("--jobs", type=int, default=2, metavar="N", help="number of processes (default: 2)")
    return parser


def details(result: Result) -> str:
    """Return what was found about one claim, as text."""
    claim = result.claim
    file, number = claim.place
    lines = [f"  {claim.statement}", f"  found: {claim.result}"]
    lines.append(f"  assurance: {claim.assurance}; {file}, line {number}")
    if claim.uses:
        lines.append(f"  rests on: {', '.join(claim.uses)}")
    for piece in result.evidence:
        if isinstance(piece, Proof):
            lines.append(f"  proof: {piece.argument}")
            lines += [f"    under {hypothesis}" for hypothesis in piece.under]
            lines += listed([str(c) for c in piece.certificates])
        elif isinstance(piece, Measurement):
            low, high = piece.interval
            measured = as_text(piece.value)
            if low < high:
                measured += f" (95 % interval {as_text(low)} to {as_text(high)})"
            lines += [
                f"  measured: {piece.quantity} = {measured}",
                f"    {piece.outcome}, from {piece.provenance}",
            ]
        elif isinstance(piece, Unchecked):
            lines += [f"  not checked: it needs {piece.needs}", f"    {piece.command}".rstrip()]
        else:
            relation = piece.relation
            left, right = as_text(relation.left), as_text(relation.right)
            lines += [
                f"  {type(piece).__name__.lower()}: {piece.case}",
                f"    stated: {piece.stated}",
                f"    exact:  {left} {relation.operator} {right} is false",
                f"    minimal: {piece.minimal}",
            ]
        lines += [f"    {name}: {as_text(value)}" for name, value in piece.found.items()]
    return "\n".join(lines)


def listed(steps: Sequence[str], most: int = 24) -> list[str]:
    """Return the first steps, and how many more there are."""
    lines = [f"    {text}" for text in steps[:most]]
    more = len(steps) - most
    return lines + [f"    ... and {more} more certificates"] * (more > 0)


def check_file(path: str) -> int:
    """Verify a certificate file and say what was found."""
    status = 0
    for entry in read(path):
        name, steps = visible(entry.id), [visible(step) for step in entry.steps()]
        try:
            entry.verify()
        except CertificateError as error:
            print(f"{name}: rejected: {one_line(error)}")
            status = 1
            continue
        if other := entry.differs(LEDGER):
            print(f"{name}: these steps hold; {other}", *listed(steps), sep="\n")
            status = 1
        else:
            print(f"{name}: {entry.verdict}; {len(steps)} steps hold, all as in the ledger")
    return status


def one_line(error: BaseException) -> str:
    """Return in one line what went wrong."""
    if isinstance(error, OSError) and error.strerror is not None:
        return shortened(f"{error.filename or ''}: {error.strerror}".removeprefix(": "))
    return shortened(str(error)) or type(error).__name__


def visible(text: str) -> str:
    """Spell out what a terminal would obey instead of showing it."""
    return "".join(c if category(c) not in {"Cc", "Cf", "Cs"} else ascii(c)[1:-1] for c in text)


def shortened(text: str) -> str:
    """Return a text in one line of a readable length."""
    line = visible(" ".join(text.split()))
    return line if len(line) <= 400 else f"{line[:400]}..."


def guarded(program: str, command: Callable[[], int]) -> int:
    """Run a command; what ends it from outside takes one line and a status of its own."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # whatever the encoding lacks
    try:
        try:
            return command()
        finally:
            sys.stdout.flush()
    except KeyboardInterrupt as advice:
        status, problem = 130, shortened(str(advice)) or "interrupted"
    except ChildProcessError as lost:
        status, problem = 75, one_line(lost)
    except BrokenPipeError:
        status, problem = 141, "nobody reads the output any more"
    except OSError as error:
        status, problem = 2, one_line(error)
    sys.stderr.write(f"{program}: {problem}\n")
    # Python would try once more to write what is left, and complain.
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return status


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = build_parser()
    options = parser.parse_args(arguments)
    if options.version:
        print(f"local-mixup {theory.__version__}")
        return 0
    unknown = [name for name in options.claims if not LEDGER.find(name)]
    if unknown:
        nearest = {name: get_close_matches(name, list(LEDGER), 1, 0.8) for name in unknown}
        named = [f"{name} (nearest: {near[0]})" if near else name for name, near in nearest.items()]
        parser.error(
            f"no claim {', '.join(named)}; python -m theory --list shows them all, and those "
            f"that are measured have the door python -m figures claims {shlex.join(unknown)}"
        )
    if options.jobs < 1:
        parser.error(f"--jobs must be at least 1; got {options.jobs}")
    if options.check is not None:
        with parser.refusing("--check"):
            return check_file(options.check)
    if options.certificate is not None:
        with parser.refusing("--certificate"):
            check_target(options.certificate)
    keys = [key for name in options.claims for key in LEDGER.find(name)] or list(LEDGER)
    keys = list(dict.fromkeys(keys))
    width = max(map(len, LEDGER))
    if options.list:
        for key in keys:
            print(f"{key:{width}}  {LEDGER[key].verdict:12} {LEDGER[key].title}")
        return 0
    if options.cite:
        print(*(citation(LEDGER[key], f"python -m theory {key}") for key in keys), sep="\n")
        return 0
    results = []
    with tqdm(total=len(keys), unit="claim", disable=None, leave=False) as progress:
        for result in verify(keys, jobs=options.jobs):
            results.append(result)
            progress.set_postfix_str(result.claim.id)
            progress.update()
    results = in_order(results)
    if options.certificate is not None:
        with parser.refusing("--certificate"):
            write_text(options.certificate, export(results))
    if options.json:
        json.dump(list(map(result_data, results)), sys.stdout, indent=1)
        print()
    else:
        for result in results:
            verdict, title = result.verdict or "ERROR", result.claim.title
            print(f"{result.claim.id:{width}}  {verdict:12} {result.seconds:6.2f} s  {title}")
            if result.error:
                print(f"  {result.error}")
            elif not result.agrees:
                print(f"  recorded as {result.claim.verdict}")
            if options.claims:
                print(details(result))
        print(summary(results))
    return 0 if all(result.agrees for result in results) else 1


if __name__ == "__main__":
    imported()
    sys.exit(guarded("python -m theory", main))
