r"""
How much noise do K neighbours take away?
=========================================

Theorem IV.2 bounds the variance of :math:`f_K(x_i)` for independent outputs of variance
:math:`\sigma^2` between :math:`16\sigma^2/K^2` and :math:`8\sigma^2/K`, eventually. How large is
it? Exact fractions, floating point and a simulation say the same.
"""

import matplotlib.pyplot as plt
import numpy as np

from numerics import lattice, tradeoff
from theory import LEDGER, iid

# %%
# Exactly
# -------
# ``theory`` has the variance as a fraction, and the row of the ledger says from which K on the
# lower bound holds: what it says is recomputed here.

for k in (1, 2, 11, 12, 100):
    exact = iid.variance(k)
    print(f"K = {k:3}: Var = {float(exact):.6f} sigma^2, above 16/K^2: {exact * k**2 >= 16}")
result = LEDGER["IV.2-lower"].run()
print(f"{result.verdict}: {result.claim.result}")

# %%
# For many K, and by drawing noise
# --------------------------------
# ``numerics`` has closed forms of its own, in floating point.

K = np.arange(1, 201)
curve = tradeoff.iid(K)

noise = np.random.default_rng(1).standard_normal((40, 4096))
drawn_K = (1, 2, 3, 5, 8, 12, 20, 35, 60, 100)
drawn = [np.mean([lattice.smooth(row, k) ** 2 for row in noise]) for k in drawn_K]
ratio = np.array(drawn) / tradeoff.iid(drawn_K).variance
print(f"drawn / exact: {ratio.min():.3f} to {ratio.max():.3f}")

# %%
# The bounds are far apart, and the truth is near neither
# -------------------------------------------------------
# The variance falls like :math:`28\sigma^2/(27K)`: averaging K neighbours on each side is worth
# about K independent samples, not :math:`K^2`.

figure, ax = plt.subplots(figsize=(7, 4.2), layout="constrained")
ax.fill_between(K, curve.lower, curve.upper, where=curve.lower <= curve.upper, color="0.92")
ax.loglog(K, curve.upper, color="0.4", label="8/K")
ax.loglog(K, curve.lower, "--", color="0.4", label="16/K²")
ax.loglog(K, curve.variance, color="tab:blue", label="exact")
ax.loglog(drawn_K, drawn, "o", color="tab:orange", label="drawn")
ax.axvline(12, color="tab:red", linewidth=0.8)
ax.annotate(" K = 12: from here on\n the lower bound holds", (12, 4), color="tab:red", fontsize=8)
ax.set(xlabel="K, neighbours on each side", ylabel="Var($f_K(x_i)$) / σ²", ylim=(3e-4, 20))
ax.legend(loc="lower left")
plt.show()
