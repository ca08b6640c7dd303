"""The door of the floor: ``python -m theory [CLAIM ...] [--json]``."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from tqdm import tqdm

import theory
from theory import LEDGER
from theory.proofs.certificates import CertificateError
from theory.proofs.evidence import Measurement, Proof, Unchecked, as_text
from theory.proofs.export import check, export
from theory.proofs.files import write_text
from theory.proofs.verify import in_order, result_data, summary, verify

if TYPE_CHECKING:
    from collections.abc import Sequence

    from theory.proofs.ledger import Result

EPILOG = """\
examples:
  python -m theory                       recompute the evidence of every claim
  python -m theory IV.2-lower Eq3        of two claims, with details
  python -m theory --list                what there is, without running anything
  python -m theory --json > ledger.json  everything that was found, for another program
  python -m theory IV.2-lower --certificate out.json    write the certificates to a file
  python -m theory --check out.json      verify such a file, without the search that found it

The exit status is 0 if every recomputed verdict is the recorded one, 1 if not, 2 for a wrong call.
A verdict is one of PROVED (as stated), PROVED_WITH (under a hypothesis or reading that the row
names), REFUTED (an exact counterexample is given), MEASURED and NOT_CHECKED.
"""


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m theory",
        description="Recompute the evidence for the paper's claims, exactly.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("claims", nargs="*", metavar="CLAIM", help="ids of claims (default: all)")
    parser.add_argument("--json", action="store_true", help="print everything found as JSON")
    parser.add_argument(
        "--certificate", metavar="FILE", help="write the evidence of the claims to this file"
    )
    parser.add_argument("--check", metavar="FILE", help="verify a certificate file and stop")
    parser.add_argument("--list", action="store_true", help="list the claims and stop")
    parser.add_argument("--version", action="store_true", help="print the version and stop")
    parser.add_argument(
        "--jobs", type=int, default=2, metavar="N", help="number of processes (default: 2)"
    )
    return parser


def details(result: Result) -> str:
    """Return what was found about one claim, as text."""
    lines = [f"  {result.claim.statement}", f"  found: {result.claim.result}"]
    for piece in result.evidence:
        if isinstance(piece, Proof):
            lines.append(f"  proof: {piece.argument}")
            lines += [f"    under {hypothesis}" for hypothesis in piece.under]
            shown = [str(c) for c in piece.certificates]
            limit = 24
            lines += [f"    {text}" for text in shown[:limit]]
            if len(shown) > limit:
                lines.append(f"    ... and {len(shown) - limit} more certificates (--json)")
        elif isinstance(piece, Measurement):
            low, high = piece.interval
            measured = f"{piece.value:g}"
            if low < high:
                measured += f" (95 % interval {low:g} to {high:g})"
            lines += [
                f"  measured: {piece.quantity} = {measured}",
                f"    {'agrees' if piece.agrees else 'does not agree'}, from {piece.provenance}",
            ]
        elif isinstance(piece, Unchecked):
            lines += [f"  not checked: it needs {piece.needs}", f"    {piece.command}".rstrip()]
        else:
            relation = piece.relation
            lines += [
                f"  {type(piece).__name__.lower()}: {piece.case}",
                f"    stated: {piece.stated}",
                (
                    f"    exact:  {as_text(relation.left)} {relation.operator} "
                    f"{as_text(relation.right)} is false"
                ),
                f"    minimal: {piece.minimal}",
            ]
        lines += [f"    {name}: {as_text(value)}" for name, value in piece.found.items()]
    return "\n".join(lines)


def check_file(path: str) -> int:
    """Verify a certificate file and say what was found."""
    try:
        verdicts = check(path)
    except (ValueError, CertificateError) as error:
        print(f"rejected: {error}", file=sys.stderr)
        return 1
    for key, verdict in verdicts.items():
        print(f"{key}: {verdict}, every certificate in {path} holds")
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = build_parser()
    options = parser.parse_args(arguments)
    if options.version:
        print(f"local-mixup {theory.__version__}")
        return 0
    unknown = [key for key in options.claims if key not in LEDGER]
    if unknown:
        parser.error(f"no claim {', '.join(unknown)}; python -m theory --list shows them all")
    if options.jobs < 1:
        parser.error(f"--jobs must be at least 1; got {options.jobs}")
    if options.check is not None:
        try:
            return check_file(options.check)
        except OSError as error:
            parser.error(str(error))
    keys = options.claims or list(LEDGER)
    width = max(map(len, LEDGER))
    if options.list:
        for key in keys:
            print(f"{key:{width}}  {LEDGER[key].verdict:12} {LEDGER[key].title}")
        return 0
    results = []
    with tqdm(total=len(keys), unit="claim", disable=None, leave=False) as progress:
        for result in verify(keys, jobs=options.jobs):
            results.append(result)
            progress.set_postfix_str(result.claim.id)
            progress.update()
    results = in_order(results)
    if options.certificate is not None:
        try:
            write_text(options.certificate, export(results))
        except (CertificateError, OSError) as error:
            parser.error(f"--certificate: {error}")
    if options.json:
        json.dump([result_data(result) for result in results], sys.stdout, indent=1)
        print()
        return 0 if all(result.agrees for result in results) else 1
    for result in results:
        verdict = result.verdict or "ERROR"
        print(
            f"{result.claim.id:{width}}  {verdict:12} {result.seconds:6.2f} s  {result.claim.title}"
        )
        if result.error:
            print(f"  {result.error}")
        elif not result.agrees:
            print(f"  recorded as {result.claim.verdict}")
        if options.claims:
            print(details(result))
    print(summary(results))
    return 0 if all(result.agrees for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
