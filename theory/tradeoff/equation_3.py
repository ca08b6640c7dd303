r"""The Local Mixup criteria on the lattice, written down and solved on symbolic y.

At a point of Z, the segments that contain it are those with both ends within K of each other
(`theory.lattice.segments`), and a segment (a, b) puts the target
y~ = (b y_a - a y_b)/(b - a) at the point 0.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import sympy as sp

from theory.lattice import kernel, multiplier, segments
from theory.mathematics.geometry import IMPULSE, counting_minimiser
from theory.mathematics.harmonic import K
from theory.mathematics.readings import (
    MIXTURES,
    READINGS,
    SMALLEST_K,
    M,
    Reading,
    check_reading,
    count_certificate,
    fejer_certificates,
    norm_certificates,
    tap_certificates,
)
from theory.proofs.certificates import Cases, Exact, Identity, Relation, Telescoping, equalities
from theory.proofs.evidence import Boundary, Proof, Refutation, Verdict, expect
from theory.proofs.ledger import claim, evidence

if TYPE_CHECKING:
    from collections.abc import Sequence


SOLVED = range(1, 6)
"""The K for which stationarity is solved on symbolic y."""


def y(i: int) -> sp.Symbol:
    """Return the symbol y_i."""
    return sp.Symbol(f"y_{{{i}}}", real=True)


def target(a: int, b: int, point: sp.Expr) -> sp.Expr:
    """Return the target y~ that a segment puts at one of its points."""
    share = (point - a) / sp.Integer(b - a)
    return (1 - share) * y(a) + share * y(b)


def printed(K: int) -> sp.Expr:
    """Return the right side of Eq. (3) with the recursion of Eq. (4), on symbolic y."""
    S = sp.Add(
        *(
            ((m - k) * y(-k) + k * y(m - k)) / sp.Integer(m)
            for m in range(2, K + 1)
            for k in range(1, m)
        )
    )
    return (2 * K * y(0) + S) / sp.Rational(K * (K + 3), 2)


def counting_criterion(K: int, f: sp.Symbol, *, self_pairs: bool = False) -> sp.Expr:
    """Return the terms of the lattice-counting criterion that hold the value f at the point 0."""
    total = sp.Add(*((f - target(a, b, 0)) ** 2 for a, b in segments(K)))
    return 2 * total + (f - y(0)) ** 2 if self_pairs else total


def stationary(criterion: sp.Expr, f: sp.Symbol) -> sp.Expr:
    """Solve the stationarity of a criterion that is quadratic in one value."""
    derivative = sp.diff(criterion, f)
    return -derivative.subs(f, 0) / sp.diff(derivative, f)


def solve_counting(K: int, *, self_pairs: bool = False) -> sp.Expr:
    """Solve the stationarity of the lattice-counting criterion at the point 0."""
    f = sp.Symbol("f", real=True)
    return stationary(counting_criterion(K, f, self_pairs=self_pairs), f)


def one_sided_limit(K: int, reading: Reading, side: int) -> sp.Expr:
    """Solve a criterion over functions on the line, near the point 0, and let x tend to it.

    At t between the points 0 and `side`, the criterion is sum_m weight(m) sum (f(t) - y~(t))^2 over
    the segments of length m that cover t: weight 1/m is the density of lambda ~ U(0, 1) on the
    segment (``"density"``), weight 1 that of segments drawn in proportion to their length
    (``"length"``).
    """
    f, t = sp.symbols("f t", real=True)
    weight = MIXTURES[reading].weight
    criterion = sp.Integer(0)
    for m in range(1, K + 1):
        for start in range(1 - m, 1):
            a, b = (start, start + m) if side > 0 else (-start - m, -start)
            criterion += weight.subs(M, m) * (f - target(a, b, side * t)) ** 2
    return stationary(criterion, f).subs(t, 0)


def continuous_stationarity(K: int) -> tuple[sp.Expr, sp.Expr]:
    """Return the derivative of the criterion with self pairs over piecewise-linear functions.

    Each ordered pair (i, j) with |i - j| <= K, self pairs included, contributes the integral over
    lambda ~ U(0, 1) of (f - y~)^2, with f linear between the points of Z.
    """
    f = {i: sp.Symbol(f"f_{{{i}}}", real=True) for i in (-1, 0, 1)}
    # The hat function of the point 0 on a unit interval, against the ends of a linear function.
    near, far = sp.Rational(1, 3), sp.Rational(1, 6)
    left, right = f[0], y(0)
    for (a, b), side in product(segments(K), (-1, 1)):
        if a <= min(0, side) and max(0, side) <= b:
            weight = sp.Rational(2, b - a)
            left += weight * (near * f[0] + far * f[side])
            right += weight * (near * target(a, b, 0) + far * target(a, b, side))
    return left, right


def convolution_at(point: int, taps: Sequence[sp.Expr]) -> sp.Expr:
    """Return the convolution of a symmetric kernel with the symbolic y."""
    pairs = (c * (y(point + k) + y(point - k)) for k, c in enumerate(taps) if k > 0)
    return sp.Add(taps[0] * y(point), *pairs)


@claim(
    "Eq3-count",
    source="Eq. (3), Figure 2",
    title="K(K+3)/2 interpolations meet at a point",
    statement=r"With $K$ neighbours on each side, unordered pairs and no self pairs, $K(K+3)/2$ "
    r"interpolations meet at a point of the lattice: $2K$ that end there and $K(K-1)/2$ that pass "
    r"over it (4 and 1 for $K=2$, 6 and 3 for $K=3$).",
    verdict=Verdict.PROVED,
    result="true for every K, with K neighbours on each side",
    sharper=r"With $K$ neighbours in total (as a $K$-nearest-neighbour graph counts them) the "
    r"number is $\tfrac K2(\tfrac K2+3)/2$, for even $K$.",
    hypotheses=("K counts neighbours on each side", "unordered pairs, no self pairs"),
    formal=("Equation3.segments_all", "Equation3.segments_once", "Equation3.segments_count"),
)
def number_of_interpolations() -> Proof:
    """Count the segments through a point."""
    k = sp.Symbol("k", integer=True, positive=True)
    ends = {number: sum(0 in pair for pair in segments(number)) for number in SOLVED}
    passing = {number: len(segments(number)) - ends[number] for number in SOLVED}
    cases: Cases = {f"K = {number}, ending": (ends[number], 2 * number) for number in SOLVED}
    cases |= {f"K = {k}, passing": (passing[k], sp.Rational(k * (k - 1), 2)) for k in SOLVED}
    return Proof(
        argument=r"A segment of length $m$ contains the point at $m+1$ positions, two of them "
        r"ends.",
        certificates=[
            count_certificate(),
            Telescoping("sum_{m=1..K} (m-1) = K(K-1)/2", k * (k - 1) / 2, k, k, 1, 0),
            equalities("enumeration of the segments", cases, f"K <= {SOLVED[-1]}"),
        ],
        found={"Figure 2": {f"K = {k}": f"{ends[k]} blue, {passing[k]} red" for k in (2, 3)}},
    )


@claim(
    "Eq3",
    source="Eqs. (1), (3) and (4), Definition II.1",
    title="f*_K as printed minimises the criterion",
    statement=r"On $\mathbb Z/n\mathbb Z$ the function $f^*_K(x_i)=\frac{2}{K(K+3)}"
    r"\bigl(2Ky_i+S_K(x_i)\bigr)$ minimises the Local Mixup criterion of the $K$-nearest-neighbour "
    r"graph.",
    verdict=Verdict.REFUTED,
    result="exact for the lattice-counting criterion only; the paper's own criterion gives another "
    "function from K = 2 on; five readings, five kernels",
    sharper=r"Eq. (3) is the minimiser of the criterion that counts each lattice point of each "
    r"segment once. There $f^*_K=c*y$ with $c_0=\frac4{K+3}$ and "
    r"$c_{\pm k}=\frac{2}{K(K+3)}\bigl[K-k-k(H_K-H_k)\bigr]$. With the Fejér kernel "
    r"$F_m(\theta)=\frac{\sin^2(m\theta/2)}{m\sin^2(\theta/2)}$ and sums over $m\le K$ the "
    r"multipliers are (`counting`) $\frac{2}{K(K+3)}(K+\sum F_m)$; "
    r"(`counting-self`) $\frac{1+2K+2\sum F_m}{K^2+3K+1}$; "
    r"(`length`) $\frac{2}{K(K+1)}\sum F_m$, the one-sided limits of Eq. (1); "
    r"(`density`, Definition II.1 without self pairs) $\frac1K\sum F_m/m$, the one-sided limits of "
    r"the exact minimiser; (`continuous`) $\frac{1+2Kb\,\mu_K}{1+2Kb}$ with "
    r"$b=\frac{2+\cos\theta}3$ and $\mu_K$ that of `density`. The first four have taps "
    r"$c_k\ge0$; those of the last alternate in sign far out.",
    hypotheses=(
        'reading "counting" for Eq. (3) to be exact',
        'reading "density" for Definition II.1 with Eq. (2)',
        "squared loss",
        "K neighbours on each side, y extended n-periodically",
    ),
    uses=("Eq3-count",),
    formal=(
        "Equation3.S_is_sum_of_A",
        "Equation3.f_is_counting",
        "Equation3.f_is_mean_over_segments",
        "Equation3.taps",
        "Equation3.taps_sum",
        "Equation3.taps_nonneg",
        "Readings.counting_minimiser",
        "Readings.counting_self_minimiser",
        "Readings.length_minimiser",
        "Readings.density_minimiser",
        "Readings.density_is_definition_II1",
        "ReadingContinuous.continuous_minimiser",
        "Readings.readings_differ",
    ),
)
def printed_minimiser() -> Refutation:
    """Compare Eq. (3) with the minimiser of the paper's own criterion."""
    # An impulse at 0: the coefficient of y_0 alone already differs.
    impulse = {y(i): sp.Integer(i == 0) for i in range(-8, 9)}
    stated = printed(2).subs(impulse)
    actual = one_sided_limit(2, "density", 1).subs(impulse)
    first = Relation("K = 1", printed(1) - y(0), "==", one_sided_limit(1, "density", 1) - y(0))
    return Refutation(
        case="K = 2, y an impulse at x_0 (on Z, or on Z/nZ with n >= 2)",
        stated="Eq. (3) at x_0 equals the minimiser of Definition II.1 weighted as in Eq. (2)",
        relation=Relation("f_2(x_0)", stated, "==", actual),
        minimal="for K = 1, and for n = 1, both are f = y",
        smaller=Exact("K = 1", (first,), "K = 1"),
        found={"Eq. (3)": stated, "exact minimiser (both one-sided limits)": actual},
    )


@evidence("Eq3")
def every_reading() -> Proof:
    """Solve the criterion of every reading and compare with Eq. (3) and with its kernel."""
    cases: Cases = {}
    for number in SOLVED:
        for reading in ("counting", "counting-self"):
            solved = solve_counting(number, self_pairs=reading == "counting-self")
            taps = convolution_at(0, kernel(number, reading))
            cases[f"{reading}, K = {number}, taps"] = solved, taps
        cases[f"counting, K = {number}, Eq. (3)"] = solve_counting(number), printed(number)
        for side, reading in product((1, -1), ("length", "density")):
            limit = one_sided_limit(number, check_reading(reading), side)
            taps = convolution_at(0, kernel(number, reading))
            cases[f"{reading}, K = {number}, side {side}"] = limit, taps
        left, right = continuous_stationarity(number)
        f = {i: sp.Symbol(f"f_{{{i}}}", real=True) for i in (-1, 0, 1)}
        density = kernel(number, "density", number + 2)
        around = {i: convolution_at(i, density) for i in (-1, 0, 1)}
        # The mass matrix has the symbol b = (2 + cos theta)/3.
        mass, averaged = ((4 * g[0] + g[1] + g[-1]) / 6 for g in (f, around))
        cases[f"continuous, K = {number}, f"] = left, f[0] + 2 * number * mass
        cases[f"continuous, K = {number}, y"] = right, y(0) + 2 * number * averaged
    c, b, g = sp.symbols("c b g")
    best = (c + 2 * K * b * g) / (c + 2 * K * b)
    return Proof(
        argument=r"In the counting criterion the value $f(x_i)$ occurs in one term "
        r"$(f(x_i)-\tilde y)^2$ for each of the $K(K+3)/2$ segments through $x_i$, so the "
        r"minimiser is the mean of their targets: $2K$ of them are $y_i$, and those of length $m$ "
        r"that pass over $x_i$ add up to $A_m$, in which $y_{i\pm k}$ has the coefficient $1-k/m$. "
        r"Segments of length $m$ contribute $w_mF_m$ at a lattice point, with $w_m=1$, "
        r"$2$ (ordered pairs), $1$ or $1/m$. On $(x_i,x_{i+1})$ the target of `length` and "
        r"`density` is the straight line between the values at the ends, so both one-sided limits "
        r"agree and the minimiser $g$ of `density` is continuous and piecewise linear. With self "
        r"pairs the criterion is $\sum(f_i-y_i)^2+2K\int(f-g)^2$ up to a constant, and over "
        r"piecewise-linear $f$ its stationarity is $(f-y)+2Kb(f-g)=0$ in the Fourier domain.",
        certificates=[
            equalities("the criteria solved on symbolic y", cases, f"K <= {SOLVED[-1]}"),
            *tap_certificates(),
            *fejer_certificates(),
            *norm_certificates(),
            Identity("stationarity at the best f", (best - 1) * c + 2 * K * b * (best - g), 0),
        ],
        under=("squared loss", "lambda ~ U(0, 1)"),
        found={
            "kernels at K = 2": {
                reading: ", ".join(map(str, kernel(2, reading))) for reading in READINGS
            }
        },
    )


@claim(
    "IV.B-K0",
    source="Section IV.B, K = 0",
    title="K = 0 is vanilla training",
    statement=r"$K=0$ boils down to vanilla training, $f^*_0(x_i)=y_i$.",
    verdict=Verdict.PROVED_WITH,
    result="true with self pairs; Eq. (3) itself is 0/0 at K = 0",
    sharper=r"$f_1=y$ in all five readings: $K=1$ is vanilla at the training points already.",
    hypotheses=("self pairs counted",),
)
def zero_neighbours() -> Proof:
    """Evaluate every reading at K = 0 and K = 1."""
    f = sp.Symbol("f", real=True)
    undefined = [
        r for r in MIXTURES if MIXTURES[r].norm.subs(K, 0) == MIXTURES[r].constant.subs(K, 0) == 0
    ]
    vanilla = [r for r in READINGS if r not in undefined]
    _, right = continuous_stationarity(0)
    identity = {
        f"{r}, K = {K}, c_{k}": (value, k == 0)
        for K, readings in ((0, vanilla), (1, READINGS))
        for r in readings
        for k, value in enumerate(kernel(K, r, 4))
    }
    return Proof(
        argument=r"At $K=0$ with self pairs the criterion is $\sum_i(f(x_i)-y_i)^2$, least at "
        r"$f=y$ for every $y$. Without self pairs $W=0$: the criterion is zero for every $f$, and "
        r"the formulas are $0/0$.",
        certificates=[
            Identity(
                "counting-self: the criterion at K = 0",
                counting_criterion(0, f, self_pairs=True),
                f**2 - 2 * f * y(0) + y(0) ** 2,
            ),
            Identity("continuous: its derivative at K = 0", right, y(0)),
            equalities("the kernel is the identity", identity, "K = 0 and 1, taps 0 to 3"),
        ],
        under=(f"readings {', '.join(vanilla)}",),
        found={"vanilla at K = 0": ", ".join(vanilla), "0/0 at K = 0": ", ".join(undefined)},
    )


@evidence("IV.B-K0")
def zero_neighbours_printed() -> Boundary:
    """Eq. (3) at K = 0 has no value."""
    norm = MIXTURES["counting"].norm.subs(K, 0)
    return Boundary(
        case="Eq. (3) at K = 0",
        stated="the number of interpolations is positive",
        relation=Relation("K(K+3)/2 at K = 0", norm, ">", 0),
        minimal="K = 0 is the only case",
    )


@claim(
    "IV.B-Kn",
    source="Section IV.B, periodic setting, Eq. (3) and K >= n",
    title="the f*_K of Eq. (3) is the minimiser on Z/nZ, and Mixup's for K >= n",
    statement=r"On $\mathbb Z/n\mathbb Z$ with $d_{\mathcal X}(x,x')=|x-x'|\in\{0,\dots,n-1\}$ "
    r"the minimiser is $f^*_K$ of Eq. (3), which for $K\ge n$ is that of classical Mixup, where "
    r"all combinations are allowed.",
    verdict=Verdict.REFUTED,
    result="false: Eq. (3) winds around the cycle and keeps changing for K >= n; no reading gives "
    "Eq. (3), K = 0 and K >= n at once",
    sharper=r"With the indices of Eq. (3) modulo $n$ the segments wind around the cycle, and "
    r"$f^*_K$ differs for all $K$; it is exact, in the reading `counting`, for $y$ extended "
    r"$n$-periodically to $\mathbb Z$. With the distance of $\mathbb Z/n\mathbb Z$ the graph is "
    r"complete from $K=\lfloor n/2\rfloor$ on, with $|x-x'|$ ($d(0,n-1)=n-1$ for neighbours) from "
    r"$K=n-1$ on; there $K\ge n$ is Mixup, but Eq. (3) does not hold. If Eq. (3) holds for $K=n$ "
    r"and $n+1$, the two functions differ ($n=2$), so they cannot both be Mixup; and at $K=0$ it "
    r"is $0/0$.",
    hypotheses=("for the weights of Eq. (2) themselves see the rows of Section IV.A",),
    formal=("TheoremIV1Limits.not_mean",),
)
def beyond_all_neighbours() -> Refutation:
    """Evaluate Eq. (3) on two points for growing K, and beside every reading."""
    values = {K: counting_minimiser(IMPULSE, K, "winding")[0] for K in range(1, 6)}
    mixup = {g: counting_minimiser(IMPULSE, 2, g)[0] for g in ("circular", "interval")}
    table: dict[str, str] = {}
    for reading in READINGS:
        # On two points theta = pi is the only frequency beside 0; Mixup does not depend on K.
        at_two, at_three = (multiplier(K, sp.pi, reading) for K in (2, 3))
        facts = {
            "Eq. (3) at K = 2": kernel(2, reading, 4) == kernel(2, "counting", 4),
            "K = 0 is vanilla": SMALLEST_K[reading] == 0 and kernel(0, reading) == [sp.Integer(1)],
            "K >= n is Mixup": at_two == at_three,
        }
        expect(f"{reading} gives all three", all(facts.values()), stated=False)
        table[reading] = ", ".join(f"{name}: {'yes' if ok else 'no'}" for name, ok in facts.items())
    return Refutation(
        case="n = 2, y = (0, 1), x_0 = 0, K = 2 and 3",
        stated="f_2 = f_3, since both would be Mixup on the two points",
        relation=Relation("f_2(x_0) and f_3(x_0)", values[2], "==", values[3]),
        minimal="for n = 1 every function in question is constant",
        found={
            "f_K(x_0) by Eq. (3)": {f"K = {K}": value for K, value in values.items()},
            "Mixup on two points": {f"{g} distance": value for g, value in mixup.items()},
            "what each reading gives": table,
        },
    )


@evidence("IV.B-Kn")
def printed_distance() -> Refutation:
    """Compare Eq. (3) with the minimiser for |x - x'| on the smallest example."""

    def both(K: int) -> tuple[sp.Expr, sp.Expr]:
        wound, plain = (counting_minimiser(IMPULSE, K, name)[0] for name in ("winding", "interval"))
        return wound, plain

    wound, plain = both(2)
    return Refutation(
        case="n = 2, y = (0, 1), K = 2",
        stated="Eq. (3) at x_0 equals the minimiser for d = |x - x'|",
        relation=Relation("f_2(x_0)", wound, "==", plain),
        minimal="n = 1 has one function, and for n = 2, K = 1 both are f = y",
        smaller=equalities("both are f = y", {"x_0": both(1)}, "n = 2, K = 1"),
    )
