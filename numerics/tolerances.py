"""Every tolerance of `numerics` and of its benchmarks, each with what it stands for."""

#: Relative. Sums of positive terms and closed forms against exact values: rounding alone.
CLOSED_FORM = 1e-12

#: Relative. Against sums as they are printed, whose own rounding, and cancellation in f_K - y where
#: that is small, dominate.
DIRECT_SUMS = 1e-9

#: Relative. Distances in the exponential graph from products of matrices, by a bound on the
#: rounding; what is closer than that allows is computed from differences of coordinates.
DISTANCE = 1e-11

#: Relative. What the adaptive quadrature of `numerics.minimise` aims at.
QUADRATURE = 1e-13

#: Relative to the size of the data. Minimisers of the criterion, and its values, against brute
#: force, whose own quadrature or rounding dominates.
MINIMISER = 1e-10

#: Relative. A mean square distance to a minimiser, in units of the targets, that is known to fewer
#: digits than a larger one.
NEGLIGIBLE = 1e-6

#: p-value of a paired test. Runs that are trained again differ from their stored selves by chance
#: alone; one check in ten thousand is allowed to say otherwise.
RETRAINED = 1e-4

#: Relative to the size of the triangle. A sample nearer than this to a segment has its ratio to the
#: segment computed in fractions, as rounding leaves too little of the distance.
NEARLY_ON_SEGMENT = 1e-5

#: Relative. Steps of the curve eps -> Q(D) that are smaller are rounding: the values of equal
#: triangles, differently placed, agree to this.
STEP = 1e-12
