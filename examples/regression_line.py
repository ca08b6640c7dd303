r"""
Does Local Mixup change my regression line?
===========================================

Theorem IV.3 says no: over linear models, Mixup and Local Mixup would have the same minimiser. Here
is the exact answer for given points and a given graph, with outputs that break the equality if
there are any, and how much the line moves on a data set.
"""

from fractions import Fraction

import matplotlib.pyplot as plt
import numpy as np

from numerics import graphs
from numerics.minimise import mixup_1d
from theory import linear

# %%
# An exact answer, for every y
# ----------------------------
# Three points, of which only neighbours are mixed. The numbers are fractions: a float decides no
# equality.

x3 = [Fraction(0), Fraction(1), Fraction(2)]
W3 = [[1, 1, 0], [1, 1, 1], [0, 1, 1]]
answer = linear.invariance(x3, W3)
print(f"the same line for every y: {answer.holds}")
print(f"not for y = {answer.y}: Mixup has (slope, intercept) = {answer.line_mixup},")
print(f"Local Mixup {answer.line_local}")

complete = [[1] * 3] * 3
print(f"with all pairs: {linear.invariance(x3, complete).holds}")

# %%
# How much it moves on data
# -------------------------
# Denser on the left, and not quite on a line.

rng = np.random.default_rng(3)
x = np.sort(rng.beta(1, 2.5, 40))
y = 0.4 + x**2 + 0.05 * rng.standard_normal(x.size)
mixup = mixup_1d(x, y, space="linear")

epsilons = np.linspace(0, 1, 101)
lines = [mixup_1d(x, y, graphs.threshold(x, eps), space="linear") for eps in epsilons]
gaps = np.array([np.abs(line([0, 1]) - mixup([0, 1])).max() for line in lines])
worst = int(gaps.argmax())
print(f"at eps = {epsilons[worst]:.2f} the line has moved by {gaps[worst]:.3f}")

# %%
# The two extremes agree with least squares, and nothing between does
# -------------------------------------------------------------------

figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
left.plot(x, y, "o", color="black", markersize=3, label="samples")
ends = np.array([0.0, 1.0])
left.plot(ends, mixup(ends), color="tab:red", label="Mixup, least squares")
left.plot(ends, lines[worst](ends), color="tab:blue", label=f"ε = {epsilons[worst]:.2f}")
left.set(xlabel="x", ylabel="y")
left.legend()
right.plot(epsilons, gaps, color="tab:blue")
right.plot(epsilons[worst], gaps[worst], "o", color="tab:blue")
right.set(xlabel="ε", ylabel="largest distance of the lines on [0, 1]")
figure.suptitle("Local Mixup moves the regression line")
plt.show()
