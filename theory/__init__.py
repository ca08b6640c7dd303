"""Exact derivations of the paper's claims, in symbols and rationals.

`LEDGER` holds every claim, {id: Claim}; ``LEDGER["IV.2-lower"].run()`` recomputes its evidence.
From the command line: ``python -m theory --help``.

The exact objects, to call from scripts:

- `theory.line`: dimension one: the criterion, its exact minimiser, Eq. (1)
- `theory.lattice`: Eqs. (3) and (4): kernel and multiplier of f*_K, for the five readings
- `theory.iid`: Theorem IV.2: the variance in closed form
- `theory.linear`: Theorem IV.3 decided for given points and weights

The claims, one room for each part of the paper:

- `theory.mixup`: Sections I to III
- `theory.locality`: Sections IV.A and VI
- `theory.tradeoff`: Section IV.B, Eqs. (3) to (8)
- `theory.linear_models`: Section IV.B.2, Theorem IV.3
- `theory.lipschitz`: Sections IV.C and V.B
- `theory.experiments`: Section V

The main theorems, checked by a proof assistant: `theory.formal`.

What they stand on: `theory.proofs` (claims, evidence, certificates) and `theory.mathematics`.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from theory import interrupt  # isort: skip  # noqa: F401  # before what takes half a second

# Claims register themselves on import; the order is that of the paper.
from theory import (  # isort: skip
    mixup,
    locality,
    tradeoff,
    linear_models,
    lipschitz,
    experiments,
    iid,
    lattice,
    line,
    linear,
)
from theory.mathematics.readings import READINGS, Reading
from theory.proofs.evidence import Boundary, Measurement, Proof, Refutation, Unchecked, Verdict
from theory.proofs.ledger import LEDGER, Claim, Ledger, Result

__all__ = [
    "LEDGER",
    "READINGS",
    "Boundary",
    "Claim",
    "Ledger",
    "Measurement",
    "Proof",
    "Reading",
    "Refutation",
    "Result",
    "Unchecked",
    "Verdict",
    "experiments",
    "iid",
    "lattice",
    "line",
    "linear",
    "linear_models",
    "lipschitz",
    "locality",
    "mixup",
    "tradeoff",
]

if TYPE_CHECKING:
    __version__: str


def __getattr__(name: str) -> str:
    """Look the version up when it is asked for."""
    if name != "__version__":
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return str(import_module("importlib.metadata").version("local-mixup"))
