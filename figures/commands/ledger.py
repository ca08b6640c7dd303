"""``python -m figures ledger``: every claim is verified, and the page is written."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from figures.commands import Lines
from figures.commands.options import add_jobs
from figures.ledger import LEDGER
from figures.ledger.page import PAGE, QUOTED, ROOMS, render, render_rooms, renewed
from numerics.archive.files import write_text
from numerics.commands import Renamed
from theory import Result, Verdict
from theory.proofs.verify import in_order, summary, verify

DESCRIPTION = f"""\
Verify every claim of the paper again, and write {PAGE}: what is proved, refuted and
measured. The details go to {ROOMS} beside it, one page a room, and
{" and ".join(QUOTED)} there have their ten findings renewed.

If a verdict is not the recorded one, nothing is written, and the exit status is 1.
"""

EPILOG = """\
examples:
  python -m figures ledger
  python -m figures ledger --jobs 4 --out checks.md
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    out = parser.add_argument(
        "--out", default=PAGE, metavar="FILE", help="the page (default: %(default)s)"
    )
    parser.add_argument("--page", action=Renamed, new=out)
    add_jobs(parser)


def run(options: argparse.Namespace) -> Lines:
    """Verify the claims and write the page."""
    results = verify_all(options.jobs)
    yield report(results)
    if not all(result.agrees for result in results):
        return False
    yield write(results, options.out)
    return True


def write(results: Sequence[Result], path: str) -> str:
    """Write the page and what goes with it, and say so."""
    folder = Path(path).parent
    pages = {Path(path): render(results)}
    pages |= {folder / name: text for name, text in render_rooms(results).items()}
    for name, links in QUOTED.items():
        if (folder / name).exists():
            text = (folder / name).read_text(encoding="utf-8")
            pages[folder / name] = renewed(text, results, links)
    for page, text in pages.items():
        page.parent.mkdir(parents=True, exist_ok=True)
        write_text(page, text)
    return f"{path} written, with {len(pages) - 1} pages beside it"


def verify_all(jobs: int) -> list[Result]:
    """Recompute the evidence of every claim, with a progress bar."""
    results = []
    with tqdm(total=len(LEDGER), unit="claim", desc="verify", disable=None) as progress:
        for result in verify(list(LEDGER), jobs=jobs, ledger=LEDGER):
            results.append(result)
            progress.set_postfix_str(result.claim.id)
            progress.update()
    return in_order(results, LEDGER)


def report(results: Sequence[Result]) -> str:
    """Return what was found, for the end of a run."""
    lines = []
    for verdict in Verdict:
        claims = [result.claim for result in results if result.verdict is verdict]
        if claims:
            lines.append(f"{verdict}:")
            lines += [f"  {claim.id:16} {claim.title}: {claim.result}" for claim in claims]
    for result in results:
        if not result.agrees:
            found = result.error or f"found {result.verdict}, recorded as {result.claim.verdict}"
            lines.append(f"NOT AS RECORDED: {result.claim.id}: {found}")
    return "\n".join([*lines, "", summary(results)])
