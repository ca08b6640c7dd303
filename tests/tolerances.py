"""What the tests allow, by their own numbers: each says what it stands for."""

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

#: Relative to the size of the data. Minimisers of the criterion, and its values, against brute
#: force, whose own quadrature or rounding dominates.
MINIMISER = 1e-10

#: Relative. Minimisers where two points are 1e-12 of the range apart: slopes of 1e12 times the
#: rounding of 1 - t leave this much.
NEARLY_EQUAL_POINTS = 1e-6

#: p-value of a paired test. Runs that are trained again differ from their stored selves by chance
#: alone; one check in ten thousand is allowed to say otherwise.
RETRAINED = 1e-4

#: Relative. What the distances of one random data set of 1600 samples say about their law, beside
#: the reference sample, with batch sizes as rounded in the published notebook (2 of 50).
ONE_DATA_SET = 0.05

#: Relative. Largest ratios between samples and segments against a search over lambda that zooms in.
LAMBDA_SEARCH = 1e-9

#: Absolute, for gradients of size 1. Against central differences of step 1e-6 in float64: rounding
#: of the loss leaves 1e-16 / 1e-6, its third derivative 1e-12.
FINITE_DIFFERENCES = 1e-7

#: Absolute, for parameters of size 1. The same few training steps in float64, in another order of
#: additions.
TRAINED = 1e-10

#: The same in float32. Adam divides by the gradient's own size, so that a small one, which is
#: mostly rounding, moves a parameter as far as a large one.
TRAINED_SINGLE = 1e-3

#: Relative. What the adaptive quadrature of `numerics.minimise` aims at.
QUADRATURE = 1e-13
