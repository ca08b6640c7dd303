"""Every tolerance of `numerics` and of its tests, each with what it stands for."""

from __future__ import annotations

__all__ = [
    "CLOSED_FORM",
    "CONVERGED",
    "DIRECT_SUMS",
    "FOURIER",
    "MINIMISER",
    "NEARLY_EQUAL_POINTS",
    "NEGLIGIBLE",
    "QUADRATURE",
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

#: Relative. What the adaptive quadrature of `numerics.minimise` aims at.
QUADRATURE = 1e-13

#: Relative to the size of the data. Minimisers of the criterion, and its values, against brute
#: force, whose own quadrature or rounding dominates.
MINIMISER = 1e-10

#: Relative. Minimisers where two points are 1e-12 of the range apart: slopes of 1e12 times the
#: rounding of 1 - t leave this much.
NEARLY_EQUAL_POINTS = 1e-6

#: Relative. A mean square distance to a minimiser, in units of the targets, that is known to fewer
#: digits than a larger one.
NEGLIGIBLE = 1e-6
