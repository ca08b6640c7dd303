"""The whole ledger, in the order of the paper: what `theory` proves and what is measured here.

Claims that an experiment decides are registered in this package, next to the figure that shows
them. `theory` knows nothing of them.
"""

from collections.abc import Mapping, Sequence

from figures.lipschitz import claims as lipschitz_claims
from figures.rules import claims as rules_claims
from figures.spirals.claims import conditions as spirals_conditions
from figures.spirals.claims import data_set as spirals_data
from figures.spirals.claims import figure_3 as spirals_claims
from figures.spirals.claims import local_pairs as spirals_pairs
from figures.table1 import claims as images_claims
from theory import LEDGER as THEORY
from theory.proofs.ledger import Ledger

MEASURED: dict[str, tuple[Ledger, ...]] = {
    "V.A-batch-size": (
        spirals_data.CLAIMS,
        spirals_pairs.CLAIMS,
        spirals_claims.CLAIMS,
        spirals_conditions.CLAIMS,
    ),
    "Fig4-jump": (lipschitz_claims.CLAIMS,),
    "V.C-parameters": (images_claims.CLAIMS, rules_claims.CLAIMS),
}
"""Measured claims, by the claim of `theory` that they come after."""


def merged(base: Mapping[str, Sequence[Ledger]]) -> Ledger:
    """Put measured claims among those of `theory`."""
    unknown = [key for key in base if key not in THEORY]
    if unknown:
        message = f"measured claims must follow a claim of theory, got {', '.join(unknown)}"
        raise ValueError(message)
    ledger = Ledger(home=__name__)
    for key, claim in THEORY.items():
        others = [new for part in base.get(key, ()) for new in part.values()]
        for new in (claim, *others):
            if new.id in ledger:
                message = f"id must be new in the ledger, got {new.id!r} twice"
                raise ValueError(message)
            ledger.claims[new.id] = new
    return ledger


LEDGER = merged(MEASURED)
"""Every claim, {id: Claim}."""
