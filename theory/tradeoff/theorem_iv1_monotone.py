r"""Theorem IV.1, "eventually nonincreasing": strict in K for every K >= 1, in all five readings.

Call r : Z -> R positive definite if sum a_i a_j r(i - j) >= 0 for all finite a, and write F_m for
F_m r(0), which is 1/m times the sum of r(i - j) over i, j < m.  Then F is subadditive, and the fall
of a reading from K to N = K + 1 is a combination of 2 T - K F_N and N r(0) - F_N, both nonnegative,
with factors that are read off its constant, weight and norm.  r(k) = cos(k theta) gives the
multiplier.
"""

from __future__ import annotations

import sympy as sp

from theory.mathematics.geometry import counting_minimiser
from theory.mathematics.harmonic import K
from theory.mathematics.readings import MIXTURES, M, Reading
from theory.mathematics.vectors import variance
from theory.proofs.certificates import Certificate, Identity, Relation, Sign
from theory.proofs.evidence import Boundary, Proof, Verdict
from theory.proofs.ledger import claim, evidence

R0, T, FN = sp.symbols("r_0 T F_N")
"""r(0), the sum of the first K terms, and the next one: F_m, or F_m/m where the weight is c/m."""


def subadditive_certificates() -> list[Certificate]:
    """Certify F_m + F_n >= F_(m+n), the bound of F_N by its first terms, and F_2."""
    m, n, first, second, cross, r1 = sp.symbols("m n A B C r_1")
    s, q = sp.symbols("s_K q_N")
    return [
        Identity(
            "F_m + F_n - F_(m+n) is mn/(m+n) times sum e_i e_j r(i-j), e = 1/m on one block and "
            "-1/n on the next; A, B, C: the sums of r within the blocks and between them",
            first / m + second / n - (first + second + cross) / (m + n),
            m * n / (m + n) * (first / m**2 + second / n**2 - cross / (m * n)),
        ),
        Identity("2 r_0 - F_2 = r_0 - r_1", 2 * R0 - (2 * R0 + 2 * r1) / 2, R0 - r1),
        Identity(
            "q_m = F_m/m, 2 T <= (K+1) s is kept: (K+2)(s + q_N) - 2(T + (K+1) q_N) is the sum of "
            "(K+1) s - 2 T and s - K q_N",
            (K + 2) * (s + q) - 2 * (T + (K + 1) * q),
            ((K + 1) * s - 2 * T) + (s - K * q),
        ),
        Identity(
            "and (K+1)(s - K q_N) is the sum of (K+1) s - 2 T and 2 T - K F_N, F_N = (K+1) q_N",
            (K + 1) * (s - K * q),
            ((K + 1) * s - 2 * T) + (2 * T - K * (K + 1) * q),
        ),
    ]


def fall_certificates(reading: Reading) -> tuple[Identity, *tuple[Sign, ...]]:
    """Certify that a mixture falls from K to K + 1, with factors made of its own weights."""
    of = MIXTURES[reading]
    a, n, c = of.constant, of.norm, of.share
    later_a, later_n = a.subs(K, K + 1), n.subs(K, K + 1)
    fall = (a * R0 + c * T) / n - (later_a * R0 + c * (T + FN)) / later_n
    flat = of.flat
    block, own = (2 * T - K * FN, (K + 1) * R0 - FN) if flat else (T - K * FN, R0 - FN)
    spread = c * (1 / n - 1 / later_n) / (2 if flat else 1)
    rise = (a / n - later_a / later_n) / ((K + 1) if flat else 1)
    names = ("2T - K F_N", "N r_0 - F_N") if flat else ("s - K q_N", "r_0 - q_N")
    return (
        Identity(f"{reading}: the fall from K to K + 1", fall, spread * block + rise * own),
        Sign(f"{reading}: the factor of {names[0]} is positive", spread, K, 1),
        Sign(f"{reading}: the factor of {names[1]} is not negative", rise, K, 1, strict=False),
        Sign(f"{reading}: at least this, above 0", (a + of.weight.subs(M, 1)) / n, K, 1),
    )


def strict_decrease_certificates() -> list[Certificate]:
    """Return every certificate of the strict decrease in K."""
    B, low, high = sp.symbols("B D D'")  # of "density"
    now, later = 1 + 2 * K * B, 1 + 2 * (K + 1) * B
    return [
        *subadditive_certificates(),
        *(certificate for reading in MIXTURES for certificate in fall_certificates(reading)),
        Identity(
            "continuous: the fall times (1+2KB)(1+2NB) is 2B(1 - D') + 2KB(1+2NB)(D - D')",
            (1 + 2 * K * B * low) / now - (1 + 2 * (K + 1) * B * high) / later,
            (2 * B * (1 - high) + 2 * K * B * later * (low - high)) / (now * later),
        ),
    ]


@claim(
    "IV.1-monotone",
    source="Theorem IV.1, last line, and the text after it",
    title="Var(f*_K) is eventually nonincreasing, at the price of bias",
    statement=r"$\mathrm{Var}(f^*_K)$ is eventually nonincreasing, and $K$ tunes a trade-off: the "
    r"variance falls as $K$ grows, at the price of bias.",
    verdict=Verdict.PROVED_WITH,
    result="true; strictly for every K >= 1 if y is nonconstant and extended periodically; for the "
    "printed distance the variance can rise (n = 4)",
    sharper=r"For every $\theta\ne0$ and all five readings $\mathrm{mult}_K(\theta)$ is strictly "
    r"decreasing in $K\ge1$; `counting`: $\mathrm{mult}_K-\mathrm{mult}_{K+1}\ge"
    r"\frac{2(1-\cos\theta)}{(K+1)(K+3)(K+4)}$. So for every nonconstant $y$ on "
    r"$\mathbb Z/n\mathbb Z$, indices modulo $n$, $\mathrm{Var}(f_K)$ strictly decreases and "
    r"$\mathrm{Bias}^2(f_K)$ strictly increases for **all** $K\ge1$, and so does the variance for "
    r"i.i.d. outputs on $\mathbb Z$. With $y=s+$ white noise the expected squared error is the sum "
    r"of a term that increases (nonconstant $s$) and one that decreases. Under the circular and "
    r"the printed distance $f_K$ is constant from $K=n-1$ on, so that the first half holds there "
    r"too.",
    hypotheses=(
        "y nonconstant and extended n-periodically (winding) for the strict decrease",
        "f*_K of Eq. (3) or any other reading",
    ),
    uses=("Eq3",),
    formal=(
        "TheoremIV1Monotone.mult_bound",
        "TheoremIV1Monotone.mult_strictly_decreasing",
        "TheoremIV1Monotone.mix_Var_strictly_decreasing",
        "TheoremIV1Monotone.mix_Bias_strictly_increasing",
        "TheoremIV1Monotone.Var_strictly_decreasing",
        "TheoremIV1Monotone.Bias_strictly_increasing",
        "TheoremIV1Continuous.continuous_mult_strictly_decreasing",
        "TheoremIV1Continuous.continuous_Var_strictly_decreasing",
        "TheoremIV1Continuous.continuous_Bias_strictly_increasing",
    ),
)
def variance_decreases() -> Proof:
    """Write the fall from K to K + 1 as a combination of nonnegative terms."""
    c, fall = sp.Symbol("c"), fall_certificates("counting")[0]
    # The factor of N r_0 - F_N: what is left at T = F_N = 0 is N times it.
    own = fall.right.subs({T: 0, FN: 0, R0: 1 / (K + 1)})
    return Proof(
        argument=r"Let $r$ be positive definite and $F_m=\frac1m\sum_{i,j<m}r(i-j)$. (1) "
        r"$F_{m+n}\le F_m+F_n$: the difference is a positive multiple of $\sum e_ie_jr(i-j)$. (2) "
        r"Adding $F_N\le F_m+F_{N-m}$ over $m=1,\dots,K$, $N=K+1$: $KF_N\le2T$. (3) Iterating "
        r"$F_{j+1}\le F_1+F_j$ from $F_2$: $Nr_0-F_N\ge r_0-\frac{r_1+r_{-1}}2$. (4) For the "
        r"weights $1/m$, $2T\le(K+1)s$ by induction from $2F_1=2s_1$, so $Kq_N\le s$. The fall of "
        r"each reading is a combination of these with nonnegative factors. "
        r"$r(k)=\cos k\theta$ is positive definite, $r_0-r_1=1-\cos\theta$, and (2) is strict for "
        r"$\theta\ne0$, the mean of a block differing from the value beside it. For `continuous`, "
        r"$B=\frac{2+\cos\theta}3>0$. So $0<\mathrm{mult}_{K+1}<\mathrm{mult}_K\le1$ at every "
        r"$\theta\ne0$, and by Parseval $\mathrm{Var}(f_K)=\sum_{j\ne0}|\hat y_j|^2\mathrm{mult}^2$"
        r" falls and $\mathrm{Bias}^2=\sum_{j\ne0}|\hat y_j|^2(1-\mathrm{mult})^2$ rises.",
        certificates=[
            *strict_decrease_certificates(),
            Identity(
                "counting: what the fall is at least, by (3)",
                own * (1 - c),
                2 * (1 - c) / ((K + 1) * (K + 3) * (K + 4)),
            ),
        ],
        under=("y nonconstant", "y extended n-periodically (winding)"),
    )


@evidence("IV.1-monotone")
def variance_on_a_line() -> Boundary:
    """The variance may rise for the printed distance."""
    y = [sp.Integer(value) for value in (0, 1, 1, 2)]
    first, second = (variance(counting_minimiser(y, k, "interval")) for k in (1, 2))
    a, b, c = three = sp.symbols("y_0 y_1 y_2")
    fall = sp.Rational(10, 81) * (b - (a + c) / 2) ** 2
    return Boundary(
        case="d = |x - x'|, n = 4, y = (0, 1, 1, 2), K = 1 and 2",
        stated="Var(f_2) <= Var(f_1)",
        relation=Relation("n = 4", second, "<=", first),
        minimal=f"for n = 2 f = y; for n = 3 it falls by {fall}",
        smaller=Identity(
            "n = 3: Var(f_1) - Var(f_2)",
            variance(three) - variance(counting_minimiser(three, 2, "interval")),
            fall,
        ),
    )
