r"""Abstract, Sections I, IV.A and VI: vanilla training and Mixup as the extremes of each graph.

About the weights of Eq. (2) themselves; what becomes of f*_K on the lattice is in
`theory.extremes`.
"""

from __future__ import annotations

from itertools import combinations

import sympy as sp

from theory.certificates import Antiderivative, Exact, Identity, Relation
from theory.evidence import Boundary, Proof, Refutation, Verdict, expect
from theory.graphs import SUPERINCREASING, Loops, complete, distances, nearest, threshold, vanilla
from theory.ledger import claim, evidence

LOOPS: tuple[Loops, ...] = ("counted", "none", "added")


def _self_pair() -> list[Identity]:
    """The pair (i, i) is the sample itself, whatever lambda."""
    t, x = sp.symbols("lambda x")
    return [Identity("lambda x + (1 - lambda) x = x", t * x + (1 - t) * x, x)]


@claim(
    "IV.A-knn-extremes",
    source="Sections IV.A and IV.B",
    title="K = 0 is vanilla and K >= n is Mixup, for the graph",
    statement=r"In Eq. (2) with the $K$-nearest-neighbour graph, $K=0$ gives vanilla training and "
    r"every $K\ge n$ classical Mixup.",
    verdict=Verdict.PROVED_WITH,
    result="true only if a sample is no neighbour of itself and W(i, i) = 1 is set all the same",
    sharper=r"Self loops added: $K=0$ is vanilla, $K\ge n-1$ is Mixup. A sample counted as its own "
    r"first neighbour: $K=0$ has no term at all, $K=1$ is vanilla, $K\ge n$ is Mixup. Neither: "
    r"$K=0$ has no term, and $K\ge n-1$ is Mixup without the $n$ self pairs of Definition II.1, "
    r"which is what Eq. (3) computes with.",
    hypotheses=("self loops added to the K neighbours",),
)
def nearest_extremes() -> Proof:
    """Evaluate both ends with self loops added.

    Returns
    -------
    Proof
        Certificates, the argument that joins them, and what was found.
    """
    relations = []
    table: dict[str, str] = {}
    for size in range(2, 7):
        D = distances(SUPERINCREASING[:size])
        ends = [(0, vanilla(size)), *((K, complete(size)) for K in range(size - 1, size + 2))]
        relations += [
            Relation(f"n = {size}, K = {K}, entry ({i}, {j})", value, "==", stated[i][j])
            for K, stated in ends
            for i, row in enumerate(nearest(D, K, loops="added"))
            for j, value in enumerate(row)
        ]
    D = distances(SUPERINCREASING[:4])
    for loops in LOOPS:
        names = {
            "W = 0": [[sp.Integer(0)] * 4 for _ in range(4)],
            "vanilla": vanilla(4),
            "Mixup": complete(4),
            "Mixup without self pairs": nearest(D, 4, loops="none"),
        }
        table[f"self {loops}"] = ", ".join(
            f"K = {K}: {name}"
            for K in range(5)
            for name, stated in names.items()
            if nearest(D, K, loops=loops) == stated
        )
    return Proof(
        argument=r"With $K=0$ only the loops are left, and the pair $(i,i)$ is the sample itself "
        r"for every $\lambda$. A row has at most $n-1$ others, so from $K=n-1$ on all weights are "
        r"1; Eq. (2) is then $n^2$ times the criterion of Definition II.1 (IV.A-scale).",
        certificates=[
            *_self_pair(),
            Exact("both ends, entry by entry", tuple(relations), "n = 2, ..., 6"),
        ],
        under=("self loops added to the K neighbours",),
        found={"n = 4": table},
    )


@evidence("IV.A-knn-extremes")
def self_counted() -> Boundary:
    """A sample that is its own first neighbour has no weight at K = 0.

    Returns
    -------
    Boundary
        The counterexample outside the hypothesis.
    """
    W = nearest(distances([0]), 0, loops="counted")
    return Boundary(
        case="n = 1, K = 0, the sample counted as its own neighbour: Eq. (2) has no term",
        stated="W = I",
        relation=Relation("W[0, 0]", W[0][0], "==", sp.Integer(1)),
        minimal="n = 1 is the smallest number of samples",
    )


@evidence("IV.A-knn-extremes")
def self_left_out() -> Boundary:
    """Without loops the graph of K >= n misses the self pairs.

    Returns
    -------
    Boundary
        The counterexample outside the hypothesis.
    """
    W = nearest(distances([0]), 1, loops="none")
    return Boundary(
        case="n = 1, K = 1, no loops",
        stated="W is all ones, as in Definition II.1",
        relation=Relation("W[0, 0]", W[0][0], "==", sp.Integer(1)),
        minimal="n = 1 is the smallest number of samples",
    )


@claim(
    "IV.A-threshold-extremes",
    source="Section IV.A, Figure 3",
    title="eps = 0 is vanilla and large eps is Mixup",
    statement=r"In Eq. (2) with the thresholded graph, $\epsilon=0$ gives vanilla training and a "
    r"large $\epsilon$ classical Mixup.",
    verdict=Verdict.PROVED_WITH,
    result="true for distinct inputs; Mixup exactly from eps = diameter on",
    sharper=r"$\mathbf W=I$ exactly for $\epsilon$ below the smallest distance, and all ones "
    r"exactly for $\epsilon\ge$ the largest. The self loops are there, since $\phi(0)=1$; where "
    r"they are left out, $\epsilon=0$ has no term at all.",
    hypotheses=("distinct inputs",),
)
def threshold_extremes() -> Proof:
    """Evaluate both ends, and the values of eps next to them.

    Returns
    -------
    Proof
        Certificates, the argument that joins them, and what was found.
    """
    relations = []
    for size in range(2, 7):
        D = distances(SUPERINCREASING[:size])
        least, largest = D[0][1], D[0][size - 1]
        half = sp.Rational(1, 2)
        for value, stated, same in (
            (sp.Integer(0), vanilla(size), True),
            (least - half, vanilla(size), True),
            (least, vanilla(size), False),
            (largest - half, complete(size), False),
            (largest, complete(size), True),
            (largest + 1, complete(size), True),
        ):
            relations.append(
                Relation(
                    f"n = {size}, eps = {value}: W as stated",
                    sp.Integer(int(threshold(D, value) == stated)),
                    "==",
                    sp.Integer(int(same)),
                )
            )
    return Proof(
        argument=r"The diagonal of $D$ is 0, so $W_{ii}=\phi(0)=1$ for every $\epsilon\ge0$. "
        r"Distinct inputs have positive distances, none of which is at most $\epsilon$ below the "
        r"smallest one; all are from the largest one on. At $\mathbf W=I$ Eq. (2) is "
        r"$L_{vanilla}$, the pair $(i,i)$ being the sample itself.",
        certificates=[
            *_self_pair(),
            Exact("both ends and beside them", tuple(relations), "n = 2, ..., 6"),
        ],
        under=("distinct inputs",),
    )


@evidence("IV.A-threshold-extremes")
def duplicates() -> Boundary:
    """Two samples with the same input are interpolated at eps = 0.

    Returns
    -------
    Boundary
        The counterexample outside the hypothesis.
    """
    W = threshold(distances([0, 0]), 0)
    return Boundary(
        case="n = 2, x = (0, 0), eps = 0",
        stated="W = I",
        relation=Relation("W[0, 1]", W[0][1], "==", sp.Integer(0)),
        minimal="one sample has no duplicate",
    )


@claim(
    "IV.A-exponential-extremes",
    source="Section IV.A",
    title="alpha = 0 is Mixup and alpha = infinity is vanilla",
    statement=r"In Eq. (2) with the exponential graph $W_{ij}=e^{-\alpha D_{ij}}$, $\alpha=0$ "
    r"gives classical Mixup and a large $\alpha$ vanilla training.",
    verdict=Verdict.PROVED_WITH,
    result="true at alpha = 0, and in the limit for distinct inputs; no finite alpha is vanilla",
    sharper=r"$0<W_{ij}\le\frac1{1+\alpha D_{ij}}$ for all $\alpha<\infty$, so no interpolation is "
    r"ever discarded. On a line the minimisers do not become arbitrary between the samples, as "
    r"vanilla training leaves them: they tend to the piecewise linear interpolation.",
    hypotheses=("distinct inputs", "vanilla as the limit of growing alpha"),
)
def exponential_extremes() -> Proof:
    """Bound the weights, and follow a minimiser into the limit.

    Returns
    -------
    Proof
        Certificates, the argument that joins them, and what was found.
    """
    e, u, t, r = sp.symbols("E u t r")
    # On (0, 1), x = (0, 1, 2), y = (0, 1, 0): the segments to 1 and to 2, with densities 1 and 1/2.
    minimiser = (r * t + r**2 * sp.Rational(1, 2) * 0) / (r + r**2 * sp.Rational(1, 2))
    return Proof(
        argument=r"$e^{-0}=1$. With $u=\alpha D_{ij}\ge0$ the derivative of $e^u-1-u$ is "
        r"$e^u-1\ge0$, so $e^u\ge1+u$ and $W_{ij}\le1/(1+u)\to0$ for $D_{ij}>0$, while "
        r"$W_{ii}=1$. On a line, the minimiser on $(x_i,x_{i+1})$ is the mean of the targets of "
        r"the segments over it with weights $e^{-\alpha\ell}/\ell$; that of the shortest, "
        r"$(x_i,x_{i+1})$ itself, is strictly the largest, and the shares of the others are at "
        r"most $e^{-\alpha(\ell-\ell_i)}$.",
        certificates=[
            Antiderivative("d/du (e^u - 1 - u) = e^u - 1", e - 1 - u, e - 1, {e: e, u: sp.S.One}),
            *_self_pair(),
            Identity(
                "x = (0, 1, 2), y = (0, 1, 0), r = e^-alpha: f = 2t/(2 + r) on (0, 1)",
                minimiser,
                2 * t / (2 + r),
            ),
        ],
        under=("distinct inputs", "vanilla as the limit of growing alpha"),
    )


@evidence("IV.A-exponential-extremes")
def finite_alpha() -> Boundary:
    """No finite alpha gives the weight 0.

    Returns
    -------
    Boundary
        The counterexample outside the hypothesis.
    """
    return Boundary(
        case="n = 2, x = (0, 1), alpha = ln 2: W[0, 1] = 1/2, and W[0, 1] > 0 for every alpha",
        stated="W = I",
        relation=Relation("W[0, 1]", sp.Rational(1, 2), "==", sp.Integer(0)),
        minimal="one sample has no pair",
    )


@claim(
    "VI-range",
    source="Section VI",
    title="the hyper-parameter gives a continuous range of solutions",
    statement=r"The hyper-parameter of the graph provides a continuous range of solutions between "
    r"vanilla training and classical Mixup.",
    verdict=Verdict.PROVED_WITH,
    result="true for the exponential graph; the other two have finitely many solutions, with jumps",
    sharper=r"With $K$ there are at most $n+1$ different graphs, with $\epsilon$ at most "
    r"$\frac{n(n-1)}2+1$, changing at the pairwise distances only. For the exponential graph each "
    r"value of the minimiser has the derivative $-\mathrm{Cov}_w(\ell,\tilde y)$ in $\alpha$, "
    r"where $w$ are the weights of the segments over the point and $\ell$ their lengths.",
    hypotheses=("exponential graph", "squared loss, minimiser over all functions"),
)
def continuous_range() -> Proof:
    """Differentiate the minimiser of the exponential graph.

    Returns
    -------
    Proof
        Certificates, the argument that joins them, and what was found.
    """
    w, ell, y = (sp.symbols(f"{letter}_1:4") for letter in ("w", "l", "y"))
    S, N = sum(w), sum(a * b for a, b in zip(w, y, strict=True))
    R = sum(a * b for a, b in zip(w, ell, strict=True))
    P = sum(a * b * c for a, b, c in zip(w, ell, y, strict=True))
    pairs = sum(
        w[k] * w[m] * (ell[k] - ell[m]) * (y[k] - y[m]) for k, m in combinations(range(3), 2)
    )
    return Proof(
        argument=r"The minimiser at a point is $N/S$ with $N=\sum w\tilde y$, $S=\sum w>0$ and "
        r"each $w$ a constant times $e^{-\alpha\ell}$. So $N'=-P$, $P=\sum w\ell\tilde y$, and "
        r"$S'=-R$, $R=\sum w\ell$, for any number of segments: $N/S$ is differentiable in "
        r"$\alpha$, with the weighted covariance of length and target as derivative.",
        certificates=[
            Antiderivative(
                "d/dalpha N/S = -(P/S - N R/S^2)",
                N / S,
                -(P / S - N * R / S**2),
                {a: -b * a for a, b in zip(w, ell, strict=True)},
                scope="three segments stand for any number",
                constants=(*ell, *y),
            ),
            Identity(
                "P/S - N R/S^2 = sum over pairs of w w' (l - l')(y - y')/S^2",
                P / S - N * R / S**2,
                pairs / S**2,
                "three segments stand for any number",
            ),
        ],
        under=("exponential graph",),
    )


@evidence("VI-range")
def jumping_range() -> Boundary:
    """The thresholded graph of two points has two values.

    Returns
    -------
    Boundary
        The counterexample outside the hypothesis.
    """
    D = distances([0, 1])
    return Boundary(
        case="thresholded graph, n = 2, x = (0, 1): W[0, 1] for eps below 1 and at 1",
        stated="the weights are continuous in eps at 1",
        relation=Relation(
            "W[0, 1] from the left and at 1",
            threshold(D, sp.Rational(1, 2))[0][1],
            "==",
            threshold(D, 1)[0][1],
        ),
        minimal="with one sample there is one graph",
    )


def interpolated(a: int, b: int) -> sp.Expr:
    r"""Return the minimiser on (0, 1) for x = (0, 1, 2), y = (0, 1, 0) and lambda ~ Beta(a, b).

    Parameters
    ----------
    a, b : int
        Parameters of the Beta law, at least 1.

    Returns
    -------
    sympy.Expr
        A rational function of the symbol ``t``: the mean of the targets t and 0 of the segments to
        the points 1 and 2, weighted with the density of lambda symmetrised over both directions.
    """
    t, u = sp.symbols("t u")
    density = u ** (a - 1) * (1 - u) ** (b - 1) + u ** (b - 1) * (1 - u) ** (a - 1)
    short, long = density.subs(u, t), density.subs(u, t / 2) / 2
    return sp.cancel(short * t / (short + long))


@claim(
    "I-one-parameter",
    source="Section I, first contribution",
    title="Local Mixup depends on a single parameter",
    statement=r"Local Mixup is a method that depends on a single parameter.",
    verdict=Verdict.REFUTED,
    result="one of the graph, and those of the Beta law beside it, which change the minimiser",
    sharper=r"Two families of parameters: $K$, $\epsilon$ or $\alpha$ of the graph, and "
    r"$(\alpha,\beta)$ of $\lambda\sim\mathrm{Beta}(\alpha,\beta)$ in Definition II.1, which Eq. "
    r"(2) inherits. The letter $\alpha$ stands for both. For $x=(0,1,2)$, $y=(0,1,0)$ and all "
    r"pairs, the minimiser on $(0,1)$ is $\frac{2t}3$ for $\mathrm{Beta}(1,1)$ and "
    r"$\frac{8t(1-t)}{10-9t}$ for $\mathrm{Beta}(2,2)$.",
    hypotheses=("squared loss, minimiser over all functions",),
)
def single_parameter() -> Refutation:
    """Keep the graph, and change the Beta law.

    Returns
    -------
    Refutation
        The counterexample with both values.
    """
    t, w, target = sp.symbols("t w Y")
    forms = {law: interpolated(*law) for law in ((1, 1), (2, 2))}
    middle = {law: form.subs(t, sp.Rational(1, 2)) for law, form in forms.items()}
    expect("Beta(1, 1)", forms[1, 1], 2 * t / 3)
    expect("Beta(2, 2)", forms[2, 2], sp.cancel(8 * t * (1 - t) / (10 - 9 * t)))
    return Refutation(
        case="n = 3, x = (0, 1, 2), y = (0, 1, 0), the complete graph, f*(1/2)",
        stated="the minimiser is the same for Beta(1, 1) and Beta(2, 2)",
        relation=Relation("f*(1/2)", middle[1, 1], "==", middle[2, 2]),
        minimal="for n = 2 there is one segment, and f* is its target for every law",
        smaller=Exact(
            "one segment: w y~/w = y~",
            (Relation("n = 2", w * target / w, "==", target),),
            "n = 2, every weight",
        ),
        found={"on (0, 1)": {f"Beta{law}": form for law, form in forms.items()}},
    )
