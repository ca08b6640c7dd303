"""Definition II.1: which error function it needs, and what its self pairs do."""

from __future__ import annotations

from itertools import product

import sympy as sp

from theory.line import criterion, minimiser
from theory.mathematics.line_graphs import band
from theory.mathematics.piecewise import LineFunction, X
from theory.mathematics.vectors import dot, mean_square, variance
from theory.mixup.contradictions import HAT
from theory.proofs.certificates import Antiderivative, Cases, Exact, Identity, Relation, equalities
from theory.proofs.evidence import Boundary, Proof, Refutation, Verdict
from theory.proofs.ledger import claim, evidence

HALF = sp.Rational(1, 2)


def targets_at(
    x: tuple[int, ...], y: tuple[int, ...], point: sp.Rational
) -> dict[sp.Expr, sp.Rational]:
    """Return the law of the virtual target at a point that is no training input."""
    law: dict[sp.Expr, sp.Rational] = {}
    for (i, low), (j, high) in product(enumerate(x), repeat=2):
        if low < point < high:
            share = (point - low) / (high - low)
            target = (1 - share) * y[i] + share * y[j]
            law[target] = law.get(target, sp.S.Zero) + sp.Rational(1, high - low)
    mass = sum(law.values())
    return {target: weight / mass for target, weight in law.items()}


@claim(
    "Def.II.1-loss",
    source="Definition II.1; Section III",
    title="f* is the barycentre of the virtual targets",
    statement=r"The function that minimises the Mixup criterion with the error function "
    r"$\mathcal L$ takes at a virtual input the barycentre of the virtual targets there.",
    verdict=Verdict.PROVED_WITH,
    result="true for the squared loss and the cross-entropy, which the paper does not name; false "
    "for others",
    sharper=r"It is the conditional mean $f^*(x)=\mathbb E[\tilde y\mid\tilde x=x]$, unique up to "
    r"null sets of the law of $\tilde x$ and free where no virtual sample falls, for every Bregman "
    r"loss $\mathcal L(\tilde y,f)=\phi(\tilde y)-\phi(f)-\phi'(f)(\tilde y-f)$ with strictly "
    r"convex $\phi$, in any dimension; for $\vert\tilde y-f\vert$ it is the conditional median.",
    hypotheses=(
        "squared loss, or cross-entropy with the target as first argument",
        "f ranges over all measurable functions",
    ),
    formal=(
        "DefinitionII1.mean_of_targets",
        "DefinitionII1.f_star_is_mean_of_targets",
        "DefinitionII1.not_mean_absolute_loss",
    ),
)
def conditional_mean() -> Proof:
    """Complete the square, and its analogue for Bregman losses."""
    f, mass, first, second, u, log = sp.symbols("f M_0 M_1 M_2 u l")
    phi_f, slope_f, phi_m, slope_m = sp.symbols("phi_f phi'_f phi_m phi'_m")
    weights, targets, phi = (sp.symbols(f"{name}_1:4") for name in ("p", "t", "phi"))
    total = sp.Add(*weights)
    m = dot(weights, targets) / total

    def divergence(value: sp.Expr, height: sp.Expr, slope: sp.Expr) -> sp.Expr:
        """Sum of p_k times the Bregman divergence of t_k and a value."""
        tangent = (a - height - slope * (t - value) for t, a in zip(targets, phi, strict=True))
        return dot(weights, tangent)

    return Proof(
        argument=r"Given $\tilde x=x$, the mean loss of the value $f$ exceeds that of the mean $m$ "
        r"by $(f-m)^2$ for squared loss and by the Bregman divergence of $m$ and $f$ in general, "
        r"both positive unless $f=m$; integrated over $\tilde x$ this is the excess of any "
        r"function. For cross-entropy, which is linear in the target, the excess is "
        r"$-\sum_cm_c\log(f_c/m_c)\ge-\sum_c(f_c-m_c)=0$ on the simplex by $\log u\le u-1$: "
        r"$u-1-\log u$ is 0 at $u=1$ and its derivative $(u-1)/u$ has the sign of $u-1$.",
        certificates=[
            Identity(
                "squared loss: the square is completed",
                second - 2 * f * first + f**2 * mass,
                mass * (f - first / mass) ** 2 + second - first**2 / mass,
            ),
            Identity(
                "Bregman loss: the excess of f over the mean m is the divergence of m and f, for "
                "all phi; three targets stand for all",
                divergence(f, phi_f, slope_f) - divergence(m, phi_m, slope_m),
                total * (phi_m - phi_f - slope_f * (m - f)),
            ),
            Antiderivative("u - 1 - log u, u > 0", u - 1 - log, (u - 1) / u, {u: 1, log: 1 / u}),
        ],
        under=("squared loss or cross-entropy (target first)",),
    )


@evidence("Def.II.1-loss")
def absolute_loss() -> Boundary:
    """The absolute loss takes the median."""
    law = targets_at(*HAT, HALF)
    mean, median = dot(law.keys(), law.values()), max(law, key=lambda target: law[target])

    def loss(value: sp.Expr) -> sp.Expr:
        return sp.Add(*(p * abs(target - value) for target, p in law.items()))

    return Boundary(
        case=f"x = {HAT[0]}, y = {HAT[1]}, absolute error, at x = 1/2: the targets "
        + " and ".join(f"{target} with probability {p}" for target, p in law.items()),
        stated="the mean loss of the barycentre is at most that of any other value",
        relation=Relation("loss at the mean and at the median", loss(mean), "<=", loss(median)),
        minimal="for n = 2 there is one target at each point, which is mean and median",
        found={"mean": mean, "median": median, "Eq. (1)": sp.Add(*law) / len(law)},
    )


@evidence("Def.II.1-loss")
def order_of_arguments() -> Boundary:
    """With the arguments as in L_vanilla, cross-entropy has no inner minimiser."""
    target = sp.Rational(1, 3)
    at_target, at_vertex = (
        -value * sp.log(target) - (1 - value) * sp.log(1 - target) for value in (target, 0)
    )
    return Boundary(
        case="the first argument of the error is the model in L_vanilla and the target in "
        "Definition II.1; cross-entropy in the former order, n = 2, two classes, at x = 1/3: the "
        "only target is (2/3, 1/3)",
        stated="the loss -sum_c f_c log y_c at f = y is at most that at f = (1, 0)",
        relation=Relation("loss at the target and at a vertex", at_target, "<=", at_vertex),
        minimal="for n = 1 the target is a vertex itself",
    )


@claim(
    "Def.II.1-atoms",
    source="Definition II.1; Eqs. (5) to (8)",
    title="Eqs. (5)-(8) hold for Definition II.1 as written",
    statement=r"With $i,j$ drawn with repetitions (so that $i=j$ occurs), the values $f^*_K(x_i)$ "
    r"of the minimiser tend to the mean of $y$ as in Eq. (5), with Eqs. (6) to (8) for their bias "
    r"and variance.",
    verdict=Verdict.REFUTED,
    result="the self pairs give f(x_i) = y_i for every K: no bias, no loss of variance",
    sharper=r"With $W_{ii}>0$ and $\lambda$ of any law with a density, every minimiser over all "
    r"measurable functions has $f^*(x_i)=y_i$ (the mean of the $y$ at equal inputs, if these pairs "
    r"have one weight), for Mixup and every Local Mixup: $\mathrm{Bias}^2=0$, "
    r"$\mathrm{Var}(f^*)=\mathrm{Var}(y)$, and $\mathrm{Var}(f_K(x_i))=\sigma^2$ for i.i.d. "
    r"outputs, for every $K$. Eqs. (5) to (8) can only speak of one-sided limits, of a smaller "
    r"class of functions, or of a criterion without self pairs.",
    hypotheses=("squared loss", "all measurable functions"),
    formal=(
        "DefinitionII1.self_pairs",
        "DefinitionII1.not_self_pairs_equal_inputs",
        "DefinitionII1.not_self_pairs_without_weight",
    ),
)
def values_at_the_samples() -> Refutation:
    """Solve the definition on two points."""
    x, y = (0, 1), (0, 1)
    values = minimiser(x, y).values
    (alone,) = minimiser((0,), (1,)).values
    return Refutation(
        case=f"n = 2, x = {x}, y = {y}, Mixup (every K >= 1)",
        stated="f*(x_0) is the mean of y",
        relation=Relation("f*(x_0)", values[0], "==", sp.Rational(sum(y), 2)),
        minimal="for n = 1 every function in question is constant",
        smaller=Exact("n = 1", (Relation("f*(x_0)", alone, "==", 1),), "n = 1, y = 1"),
        found={
            "f*": values,
            "Bias^2": mean_square(values, y),
            "Var(f*)": variance(values),
            "Var(y)": variance(y),
        },
    )


@evidence("Def.II.1-atoms")
def atoms() -> Proof:
    """The self pairs put an atom at each sample, the other pairs do not."""
    m, r, total = sp.symbols("m r Y")
    x, y = (0, 1, 3, 4), (2, -1, 5, 3)
    twins = minimiser((0, 0, 1), (1, 4, 0), beta=(3, 1)).values[0]
    cases: Cases = {"two equal inputs, y = 1 and 4": (twins, sp.Rational(5, 2))}
    for K, beta in product(range(4), ((1, 1), (2, 1), (3, 2))):
        values = minimiser(x, y, band(4, K, 1), beta).values
        pairs = enumerate(zip(values, y, strict=True))
        cases |= {f"K = {K}, Beta{beta}, f*(x_{i})": pair for i, pair in pairs}
    return Proof(
        argument=r"For $x_i\ne x_j$ the point $\lambda x_i+(1-\lambda)x_j$ has a density, so that "
        r"it falls on training inputs with probability 0. Only the pairs with $x_i=x_j$ put mass "
        r"there, and the mean of their targets is the value of every minimiser at the atom. For "
        r"$r$ equal inputs with one weight the mean over their $r^2$ pairs of "
        r"$my_i+(1-m)y_j$, $m=\mathbb E\lambda$, is the mean of the $r$ targets.",
        certificates=[
            Identity(
                "the mean over the r^2 pairs, with Y the sum of r targets",
                (m * r * total + (1 - m) * r * total) / r**2,
                total / r,
            ),
            equalities("criteria solved on four points", cases, "K = 0, ..., 3, three laws"),
        ],
        under=("squared loss, all measurable functions",),
    )


EXCESS = sp.Rational(2, 81)
"""Of a bridge over the jump, per width, in the statement of the row."""


@claim(
    "Def.II.1-continuous",
    source="Definition II.1",
    title="some continuous model minimises the criterion",
    statement=r"For continuous models (networks are) the argmin of Definition II.1 with "
    r"$\lambda\sim U(0,1)$ is taken.",
    verdict=Verdict.REFUTED,
    result="the infimum over continuous functions is that over all, and need not be attained",
    sharper=r"The infimum over continuous $f$ equals the minimum over all measurable $f$, and is "
    r"attained if and only if $f^*$ is continuous: its two one-sided limits at each $x_i$ have to "
    r"be $y_i$ (distinct inputs; in general the mean of $y$ at equal inputs; without self pairs: "
    r"have to agree). For $x=(0,1,2)$, $y=(0,1,0)$ continuous "
    rf"functions come within ${sp.latex(EXCESS)}\,\epsilon$ of it. For $\lambda\sim$ "
    r"Beta$(\alpha,\beta)$ with $\min(\alpha,\beta)<1$ Mixup's minimum is attained.",
    hypotheses=("squared loss", "lambda ~ U(0, 1)"),
    formal=("TheoremIII2.theorem_III2_no_continuous_minimiser",),
)
def no_continuous_minimiser() -> Refutation:
    """Compare the value at the middle sample with the limits there."""
    f = minimiser(*HAT)
    left, right = f.limit(1, -1), f.limit(1, 1)
    two = minimiser((0, 1), sp.symbols("y_0 y_1"))
    agree = {"x_0": (two.limit(0, 1), two.values[0]), "x_1": (two.limit(1, -1), two.values[1])}
    return Refutation(
        case=f"x = {HAT[0]}, y = {HAT[1]}",
        stated="the minimiser, unique up to null sets, is continuous at x_1",
        relation=Relation("f*(x_1) and its limit", f.values[1], "==", left),
        minimal="for n = 2 the minimiser is the straight line through both samples",
        smaller=equalities("the minimiser on two points is continuous", agree, "n = 2, symbolic y"),
        found={"f*(x_1)": f.values[1], "from the left": left, "from the right": right},
    )


def bridged(epsilon: sp.Rational) -> LineFunction:
    """Return a continuous function near the minimiser on the three points of `HAT`."""
    best = minimiser(*HAT)
    low, high = 1 - epsilon, 1 + epsilon
    left, right = (piece.subs(X, at) for piece, at in zip(best.pieces, (low, high), strict=True))
    rise = (1 - left) / epsilon
    return LineFunction(
        (sp.S.Zero, low, sp.S.One, high, sp.Integer(2)),
        (best.pieces[0], left + rise * (X - low), 1 - rise * (X - 1), best.pieces[1]),
        (sp.S.Zero, left, sp.S.One, right, sp.S.Zero),
    )


@evidence("Def.II.1-continuous")
def infimum_over_continuous() -> Proof:
    """Bridge the gap at the middle sample by steep straight lines."""
    s, width = sp.symbols("s epsilon")
    problem = criterion(*HAT)
    best = problem.minimiser()
    gap = best.values[1] - best.limit(1, -1)
    square = problem.density[0].mass.as_expr() * width * gap**2
    least = problem.loss(best)
    excess = {
        f"epsilon = {e}": (problem.loss(bridged(e)) - least, EXCESS * e)
        for e in (sp.Rational(1, 2), sp.Rational(1, 4), sp.Rational(1, 100))
    }
    return Proof(
        argument=r"On $(1-\epsilon,1)$, in $s\in(0,1)$, the bridge exceeds $f^*$ by $s/3$, and the "
        r"virtual inputs have the density $1/3$; the same on the right. In general $f^*$ is "
        r"bounded and has finitely many jumps, and bridges of width $\epsilon$ cost at most a "
        r"constant times $\epsilon$. A continuous minimiser would equal $f^*$ almost everywhere "
        r"and at the atoms.",
        certificates=[
            Antiderivative(
                "half the excess of the bridge, on one side, 0 < epsilon < 1",
                *(square * s**3 / 3, square * s**2, {s: 1}, {s: 0}, {s: 1}, EXCESS * width / 2),
                constants=(width,),
            ),
            equalities("the exact loss of the bridge", excess, "three widths"),
        ],
        found={"minimum": least, "excess of the bridge": EXCESS * width},
    )
