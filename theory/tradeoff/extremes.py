"""The two extremes of Section IV.B: K = 0 as vanilla training and K >= n as classical Mixup."""

from __future__ import annotations

import sympy as sp

from theory.lattice import kernel, multiplier
from theory.mathematics.geometry import IMPULSE, counting_minimiser
from theory.mathematics.readings import MIXTURES, READINGS, SMALLEST_K
from theory.proofs.certificates import Identity, Relation, equalities
from theory.proofs.evidence import Boundary, Proof, Refutation, Verdict
from theory.proofs.ledger import claim, evidence
from theory.tradeoff.equation_3 import continuous_stationarity, counting_criterion, y


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
    f, zero = sp.Symbol("f", real=True), sp.Integer(0)
    undefined = [r for r in MIXTURES if MIXTURES[r].norm(zero) == MIXTURES[r].constant(zero) == 0]
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
    norm = MIXTURES["counting"].norm(sp.Integer(0))
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
    r"complete from $K=\lfloor n/2\rfloor$ on, with $|x-x'|$ (that of points on a line: "
    r"$d(0,n-1)=n-1$ for neighbours) from $K=n-1$ on; there $K\ge n$ is Mixup, but Eq. (3) does "
    r"not hold. Whatever the reading: if Eq. (3) holds for $K=n$ and $n+1$, the two functions "
    r"differ ($n=2$), so they cannot both be Mixup; and at $K=0$ Eq. (3) is $0/0$.",
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
