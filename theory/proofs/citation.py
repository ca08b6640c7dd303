"""How to cite one claim of the ledger."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from theory.proofs.ledger import Claim

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
