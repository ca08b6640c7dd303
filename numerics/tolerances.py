"""Every tolerance of `numerics` and of its tests, each with what it stands for."""

from __future__ import annotations

__all__ = [
    "CLOSED_FORM",
    "CONVERGED",
    "DIRECT_SUMS",
    "FOURIER",
    "SAMPLING",
]

#: Relative. Sums of positive terms and closed forms against exact values: rounding alone.
CLOSED_FORM = 1e-12

#: Absolute, for signals of size 1 to 10. Values on Z/nZ that went through Fourier transforms.
FOURIER = 1e-12

#: Relative. Against sums as they are printed, whose own rounding, and cancellation in f_K - y where
#: that is small, dominate.
DIRECT_SUMS = 1e-9

#: Relative. A limit in K against its value at K = 10^6, where the next term is of order log(K)/K.
CONVERGED = 2e-5

#: In standard errors. The mean of simulated draws against its expectation.
SAMPLING = 5.0
