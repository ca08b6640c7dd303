"""Exact derivations of the paper's claims, in symbols and rationals.

`LEDGER` holds every claim, {id: Claim}; ``LEDGER["IV.2-lower"].run()`` recomputes its evidence.
From the command line: ``python -m theory --help``.

=====================  ============================================================================
`theory.lattice`       Eqs. (3) and (4): kernel and multiplier of f*_K, for the five readings
`theory.geometry`      which Z/nZ: winding, circular, interval
`theory.extremes`      K = 0 as vanilla training, K >= n as Mixup
`theory.definitions`   Definition IV.1 beside the statistical bias and variance
`theory.minimiser`     Eqs. (3) and (4) against the criteria, written down and solved
`theory.convergence`   Theorem IV.1, Eqs. (5)-(7): the limits
`theory.rates`         Theorem IV.1: how fast, and "zero variance"
`theory.monotone`      Theorem IV.1, last line: strict decrease for every K
`theory.iid`           Theorem IV.2: the variance in closed form
`theory.bounds`        Theorem IV.2, Eq. (8): which K, and the sharp constants
`theory.oracle`        second moments, an oracle inequality, the best K
`theory.exponential`   exponential graphs on the lattice
`theory.certificates`  the proof tools
=====================  ============================================================================
"""

# Claims register themselves on import; the order is that of the paper.
from theory import (  # isort: skip
    extremes,
    definitions,
    minimiser,
    convergence,
    rates,
    monotone,
    iid,
    bounds,
    oracle,
    exponential,
    geometry,
    lattice,
)
from theory.evidence import Boundary, Measurement, Proof, Refutation, Unchecked, Verdict
from theory.ledger import LEDGER, Claim, Ledger, Result, claim, evidence
from theory.readings import READINGS, Reading

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
    "bounds",
    "claim",
    "convergence",
    "definitions",
    "evidence",
    "exponential",
    "extremes",
    "geometry",
    "iid",
    "lattice",
    "minimiser",
    "monotone",
    "oracle",
    "rates",
]
