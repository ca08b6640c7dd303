"""Every row fails when what it speaks of is changed: a weight, a constant, a formula, a hypothesis.

One change at least for each claim of `theory`.  `WRONG` names an object by its module and gives
what stands in its place; the row's own evidence has to notice.
"""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest
import sympy as sp

from theory import LEDGER, iid, line, linear
from theory.experiments import public_code
from theory.experiments.significance import WELCH
from theory.mathematics import line_graphs
from theory.mathematics.harmonic import K
from theory.mathematics.readings import MIXTURES, M
from theory.tradeoff.theorem_iv2 import LOWER_FROM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.slow

LINE = ((0, 1, 2), (0, 1, 2))
"""Three samples on one straight line."""


def times(factor: sp.Expr) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Multiply what a function returns."""
    return lambda function: lambda *args, **kwargs: factor * function(*args, **kwargs)


def always(value: object) -> Callable[[object], Callable[..., object]]:
    """Return one value whatever is asked."""
    return lambda _: lambda *_args, **_kwargs: value


def put(value: object) -> Callable[[object], object]:
    """Put another object in the place of one."""
    return lambda _: value


def entry(key: object, value: object) -> Callable[[dict[object, object]], dict[object, object]]:
    """Change one entry of a table."""
    return lambda table: {**table, key: value}


def squared_entries(function: Callable[..., Any]) -> Callable[..., Any]:
    """Square every entry of a matrix."""
    return lambda *args: [[value**2 for value in row] for row in function(*args)]


def both_ways(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make a graph symmetric."""

    def changed(*args: Any, **kwargs: Any) -> Any:
        W = function(*args, **kwargs)
        return [[max(W[i][j], W[j][i]) for j in range(len(W))] for i in range(len(W))]

    return changed


def strictly(_: object) -> Callable[..., Any]:
    """Keep a pair only below the threshold, not at it."""
    return lambda D, eps: [[sp.Integer(bool(d < eps)) for d in row] for row in D]


def without_self_pairs(function: Callable[..., Any]) -> Callable[..., Any]:
    """Leave the self pairs out."""
    return lambda *args, **kwargs: function(*args, **kwargs, self_pairs=False)


def bell(function: Callable[..., Any]) -> Callable[..., Any]:
    """Draw lambda from Beta(2, 2)."""
    return lambda x, y, W=None, *_: function(x, y, W, (2, 2))


def at_inputs_too(function: Callable[..., Any]) -> Callable[..., Any]:
    """Lose one of the things that are listed."""
    return lambda *args: (function(*args) or [])[:-1]


def plus(offset: object) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add to what a function returns."""
    return lambda function: lambda *args, **kwargs: function(*args, **kwargs) + offset


def late(weight: sp.Expr) -> sp.Expr:
    """Change a weight from m = 62 on."""
    return sp.Piecewise((weight, M < 62), (sp.Integer(10**6), True))


def reading(name: str, **parts: Callable[..., Any]) -> Callable[[Any], Any]:
    """Change a part of a reading."""
    return lambda table: {
        **table,
        name: replace(
            table[name],
            **{part: change(getattr(table[name], part)) for part, change in parts.items()},
        ),
    }


MIXED = "mathematics.readings.MIXTURES"

WRONG: dict[str, list[tuple[str, Callable[[Any], Any]]]] = {
    "I-contradiction": [("mixup.contradictions.HAT", put(LINE))],
    "I-forbid": [("mixup.contradictions.ARMS", put(((3, 4), (-3, 4), (0, 0))))],
    "Def.II.1-loss": [("mixup.definition_ii1.HAT", put(LINE))],
    "Def.II.1-atoms": [("mixup.definition_ii1.minimiser", without_self_pairs)],
    "Def.II.1-continuous": [
        ("mixup.definition_ii1.HAT", put(LINE)),
        ("mixup.definition_ii1.EXCESS", put(sp.Rational(1, 81))),
    ],
    "Def.II.1-batch": [("mixup.definition_ii1_batches.pair_weights", always((1, 1)))],
    "II-transformation": [
        ("mixup.related_work.SHRINK", entry("mean", sp.Rational(2, 3))),
        ("mixup.related_work.SHRINK", entry("variance", sp.Rational(1, 12))),
    ],
    "II-lipschitz": [
        ("mixup.related_work.minimiser", put(line.printed)),
        ("mixup.related_work.SLOPE", put(sp.Rational(3, 4))),
    ],
    "III-finite": [("mixup.covering_set.combinations_at", at_inputs_too)],
    "III-determined": [("mixup.covering_set.recovered", always((sp.S.One, sp.S.One)))],
    "III.1": [
        ("mixup.lemma_iii1.printed", put(line.minimiser)),
        ("mixup.lemma_iii1.EXCESS", put(sp.Rational(1, 161))),
    ],
    "III.1-weight": [("mixup.lemma_iii1.lengths", squared_entries)],
    "III.1-sampling": [("mixup.lemma_iii1.printed", put(line.minimiser))],
    "III.2-linear": [("mixup.theorem_iii2.minimiser", bell)],
    "III.2-closed": [
        ("mixup.theorem_iii2.HAT", put(LINE)),
        ("mixup.theorem_iii2.LEFT", lambda left: left + 1),
    ],
    "III.2-continuous": [("mixup.theorem_iii2.STEEP", put(((0, 1, 2), (0, 1, 0))))],
    "III.2-beta": [
        ("mixup.theorem_iii2_beta.UNIFORM_LIKE", lambda laws: (*laws, (2, 2))),
        ("mixup.theorem_iii2_beta.UNIFORM_LIKE", put(((1, 1), (1, 2)))),
        ("mixup.theorem_iii2_beta.BELL", lambda form: form / 2),
    ],
    "III-low-variance": [
        ("mixup.low_variance.TILTED", put(((0, 1, 2), (-1, 0, 1)))),
        ("mixup.low_variance.UNIFORM", put(sp.Rational(3, 5))),
    ],
    "IV.A-symmetric": [("locality.symmetry.nearest", both_ways)],
    "IV.A-symmetric-lambda": [("locality.symmetry.nearest", both_ways)],
    "IV.A-extremes": [
        ("locality.extremes.BOUND", lambda bound: bound**2),
        ("locality.extremes.threshold", strictly),
        ("locality.extremes.minimiser", put(line.printed)),
    ],
    "VI-range": [("locality.extremes.threshold", always(line_graphs.complete(2)))],
    "IV.A-covered": [("locality.gaps.covered", lambda f: lambda W: [True] * len(f(W)))],
    "IV.A-batch": [("locality.batches.batch_weight", times(sp.Integer(2)))],
    "IV.B-K0": [("tradeoff.equation_3.kernel", always([sp.S.Half] * 4))],
    "IV.B-Kn": [("tradeoff.equation_3.counting_minimiser", always([sp.S.Half] * 2))],
    "Eq3-count": [("tradeoff.equation_3.segments", at_inputs_too)],
    "Eq3": [
        ("tradeoff.equation_3.printed", times(sp.Integer(2))),
        (MIXED, reading("counting", constant=lambda form: form + 1)),
        (MIXED, reading("length", weight=late)),
        (MIXED, reading("density", norm=lambda form: form + 1)),
    ],
    "Def.IV.1": [("tradeoff.definition_iv1.folded", lambda f: lambda taps, n: f(taps[:1], n))],
    "Def.IV.1-sum": [("tradeoff.definition_iv1.counting_minimiser", put(lambda y, *_: list(y)))],
    "IV.1-limit": [
        (
            "tradeoff.theorem_iv1_limits.PRINTED",
            lambda table: {name: value * 2 / 3 for name, value in table.items()},
        ),
        ("tradeoff.theorem_iv1_limits.GEOMETRIES", put(("winding",))),
        (MIXED, reading("length", weight=late)),
        (MIXED, reading("counting-self", norm=lambda form: form + 1)),
    ],
    "IV.1-zero": [
        ("tradeoff.theorem_iv1_limits.counting_minimiser", always([sp.S.Half] * 2)),
        (MIXED, reading("counting", constant=lambda form: form + 1)),
    ],
    "IV.1-monotone": [
        (MIXED, reading("length", weight=late)),
        (MIXED, reading("counting", constant=put(K**3))),
        (MIXED, reading("counting-self", weight=put(M))),
        (MIXED, reading("density", norm=put(K**2))),
        ("tradeoff.theorem_iv1_monotone.counting_minimiser", put(lambda y, *_: y)),
    ],
    "IV.2-closed-form": [
        ("iid.FEJER_SUM", lambda form: form + 1),
        ("iid.DENSITY_SUM", lambda form: form + 1 / K),
        (
            "tradeoff.theorem_iv2_closed_form.PRINTED",
            lambda table: {**table, "counting-self": table["counting-self"] * 2},
        ),
        (MIXED, reading("length", weight=late)),
        ("tradeoff.theorem_iv2_closed_form.LIMITS", entry("counting", sp.Rational(29, 27))),
        (
            "lattice.continuous_taps",
            lambda f: lambda K, count: replace(f(K, count), taps=f(K + 1, count).taps),
        ),
    ],
    "IV.2-lower": [
        ("tradeoff.theorem_iv2.LOWER_FROM", entry(name, first + change))
        for name, first in LOWER_FROM.items()
        for change in (-1, 1)
    ]
    + [
        ("tradeoff.theorem_iv2.LEAST", entry("length", (4, sp.Rational(178, 180)))),
        ("tradeoff.theorem_iv2.LEAST", entry("counting", (2, sp.Integer(1)))),
    ],
    "IV.2-upper": [
        ("tradeoff.theorem_iv2.LARGEST", entry("counting", (5, sp.Rational(21562, 14400)))),
        ("tradeoff.theorem_iv2.LARGEST", entry("counting", (6, sp.Rational(21563, 14400)))),
        ("tradeoff.theorem_iv2.counting_minimiser", put(lambda y, *_: [value / 9 for value in y])),
        ("tradeoff.theorem_iv2.LIMITS", entry("length", sp.Rational(27, 28))),
        ("tradeoff.theorem_iv2.ABOVE", put(1)),
    ],
    "IV.2-total": [
        ("tradeoff.theorem_iv2.TOTAL_FROM", entry(name, first))
        for name, first in (("counting", 4), ("length", 8), ("length", 12))
    ],
    "IV.B-oracle": [
        ("tradeoff.choice_of_k.MOMENTS", lambda table: {r: 2 * v for r, v in table.items()}),
        ("tradeoff.choice_of_k.bias_bound", times(sp.S.Half)),
        ("tradeoff.choice_of_k.TWO_PAYS", entry("counting", 35)),
        (
            "tradeoff.choice_of_k.second_moment",
            lambda f: lambda K, name: f(K, name) * (2 if name == "continuous" else 1),
        ),
        (MIXED, reading("length", weight=late)),
    ],
    "IV.B-best-K": [
        (
            "tradeoff.choice_of_k.BEST",
            entry("counting", (sp.Rational(447, 3), sp.Rational(35, 27))),
        ),
        ("tradeoff.choice_of_k.BEST", entry("density", (sp.Integer(540), sp.Integer(2)))),
    ],
    "IV.B-Cp": [
        ("tradeoff.choice_of_k.folded", put(lambda taps, _: [taps[0] / 2])),
        ("tradeoff.choice_of_k.OWN_TAPS", entry("length", 1 / K)),
        (MIXED, reading("density", norm=lambda form: form + 1)),
    ],
    "IV.B-kernel": [
        ("tradeoff.kernels.LIMITS", entry("density", sp.Rational(5, 2))),
        ("tradeoff.kernels.MOMENT_LIMITS", entry("density", sp.Rational(1, 12))),
        (
            "tradeoff.kernels.KERNELS",
            lambda table: {name: 2 * value for name, value in table.items()},
        ),
        ("tradeoff.kernels.EFFICIENCY", entry("density", "0.685")),
    ],
    "IV.B-dimension": [("tradeoff.kernels.ball_kernel", times(sp.S.Half))],
    "IV.B-exponential": [("tradeoff.kernels.multiplier", times(sp.Integer(2)))],
    "IV.3": [
        ("linear_models.theorem_iv3.BUMP", put((0, 1, 2))),
        ("linear_models.theorem_iv3.AT_BUMP", entry("Local", sp.Rational(3, 8))),
        ("linear_models.theorem_iv3.EXCESS", lambda excess: 2 * excess),
    ],
    "IV.3-criterion": [
        ("linear_models.condition.P", lambda p: 2 * p),
        ("linear_models.condition.pairwise_criterion", times(sp.Integer(2))),
    ],
    "IV.3-condition": [
        (
            "linear_models.condition.invariance",
            lambda f: lambda x, W: replace(f(x, W), holds=True, y=None),
        )
    ],
    "IV.3-radial": [("linear_models.radial_graphs.keeps_least_squares", always(True))],
    "IV.3-knn": [("linear_models.nearest_neighbours.keeps_least_squares", always(True))],
    "IV.3-nonmonotone": [
        ("linear_models.radial_graphs.FOUR", put(((-2, -1, 1, 2), {1: 1, 2: 1, 3: 0, 4: 0})))
    ],
    "IV.3-multivariate": [
        ("linear_models.higher_dimension.eigenvalue", times(sp.Integer(2))),
        ("linear_models.higher_dimension.KITE", put(((0, 0), (0, 1), (1, 0), (1, 1)))),
    ],
    "IV.3-degrees": [
        (
            "linear_models.estimators.predicted",
            lambda f: lambda x, y, W, alpha: f(x, y, W, alpha + 1),
        )
    ],
    "IV.3-gauss-markov": [
        ("linear_models.estimators.minimiser", put(lambda x, y, *_: linear.least_squares(x, y)))
    ],
    "IV.3-asymptotic": [
        ("linear_models.many_points.CONSTANTS", put({(3, 3): sp.Integer(2)})),
        ("linear_models.many_points.DEGREES", lambda form: form + 1),
        ("linear_models.many_points.threshold", lambda f: lambda D, _: f(D, 10)),
    ],
    "V.B-lower": [("lipschitz.lower_bound.squared", times(sp.S.Half))],
    "V.B-monotone": [
        ("lipschitz.lower_bound.APEX", put((sp.Integer(0), sp.Integer(3)))),
        ("lipschitz.lower_bound.JUMP", put((sp.Rational(1, 6), sp.Rational(1, 4)))),
    ],
    "V.B-point-segment": [
        ("lipschitz.segments.stationary_quadratic", lambda f: lambda N, D: f(D, N))
    ],
    "V.B-segment-segment": [("lipschitz.segments.pencil", plus(1))],
    "V.B-pruning": [("lipschitz.segments.excess", plus(sp.Integer(1)))],
    "V.B-same-class": [("lipschitz.margins.point_segment", always((sp.S.Zero, sp.Integer(2))))],
    "IV.C-contradictions": [
        (
            "lipschitz.margins.SQUARE",
            put(tuple((sp.Integer(a), sp.Integer(b)) for a, b in ((1, 0), (2, 0), (0, 1), (0, 2)))),
        )
    ],
    "V.B-bound": [
        ("lipschitz.margins.offset_form", always((1, 0, 0))),
        ("lipschitz.margins.SQUARE", put(tuple((sp.Integer(a), sp.S.Zero) for a in range(4)))),
    ],
    "V.A-batch-size": [
        (
            "experiments.batch_size.samples_used",
            lambda f: lambda *args: (f(*args)[0] + 1, f(*args)[1]),
        )
    ],
    "Fig4-jump": [
        ("experiments.figure_4.BOUNDS", entry("rounded", sp.Rational("19.5"))),
        ("experiments.figure_4.PRINTED", entry("Mixup", sp.Rational("0.10"))),
    ],
    "Table1-means": [
        ("experiments.table_1.ORDERED", lambda rows: (*rows, ("SVHN", "Mixup", "Baseline")))
    ],
    "Table1-intervals": [
        ("experiments.table_1.ALWAYS", lambda names: {*names, "SVHN, Mixup over Local Mixup"}),
        ("experiments.table_1.FOLLOWS", entry(WELCH, ("SVHN, Mixup over Local Mixup",))),
        ("experiments.table_1.TEXT_RUNS", entry("CIFAR-10", 10)),
        ("experiments.significance._student_quantile", times(2)),
    ],
    "VI-generalization": [
        ("experiments.table_1.SURE", lambda names: (*names, "SVHN, Mixup over Local Mixup")),
        ("experiments.table_1.SURE", lambda names: names[:-1]),
    ],
    "V-chosen": [
        ("experiments.table_1.best_of_five", times(sp.Rational(1, 2))),
        ("experiments.table_1.best_of_five", times(2)),
        ("experiments.table_1.best_of_five", times(sp.Rational(1001, 1000))),
    ],
    "V.C-parameters": [
        ("experiments.parameters.PRINTED", entry("Local Mixup", 836523)),
        ("experiments.parameters.normalisation", plus(1)),
    ],
    "V.A-code-weights": [("experiments.public_code.code_loss", put(public_code.weighted))],
    "V.A-code-network": [
        ("experiments.public_code.perceptron", lambda f: lambda widths: f(widths[-3:]))
    ],
    "V.A-code-updates": [
        ("experiments.public_code.BATCHES", lambda table: dict.fromkeys(table, 20)),
        ("experiments.public_code.UPDATES", entry("2", 50)),
    ],
    "V.A-code-noise": [
        ("experiments.public_code.NOISE", put(sp.Rational(1, 3))),
        ("experiments.public_code.MEAN", put(sp.Rational(1, 2))),
        ("experiments.public_code.VARIANCE", put(sp.Rational(1, 47))),
    ],
    "V.C-code-weights": [
        ("experiments.public_code.LOWEST", put(sp.Rational("0.98"))),
        ("experiments.public_code.LARGEST_FACTOR", put(sp.Rational("1.02"))),
        ("experiments.public_code.RATE", put(sp.Rational("0.0006"))),
        ("experiments.public_code.LOWEST_COLOUR", put(sp.Rational("0.947"))),
        ("experiments.public_code.COLOUR_EXPONENT", put(sp.Rational("0.055"))),
    ],
    "V.C-code-partners": [
        ("experiments.public_code.DRAWN", lambda found: (found[0], found[0], found[2]))
    ],
}

CHANGES = [
    pytest.param(key, *change, id=f"{key}: {change[0].rpartition('.')[2]} ({number})")
    for key, changes in WRONG.items()
    for number, change in enumerate(changes, 1)
]


@pytest.fixture(autouse=True)
def fresh_values() -> Iterator[None]:
    """Forget the exact variances of a changed reading."""
    iid.squared_taps.cache_clear()
    yield
    iid.squared_taps.cache_clear()


def change_it(patch: pytest.MonkeyPatch, path: str, change: Callable[[Any], Any]) -> None:
    """Put a changed object where it is defined."""
    home, _, name = f"theory.{path}".rpartition(".")
    original = getattr(import_module(home), name)
    if original is MIXTURES:
        for key, value in change(original).items():
            patch.setitem(MIXTURES, key, value)
    else:
        patch.setattr(import_module(home), name, change(original))


@pytest.mark.parametrize(("key", "path", "change"), CHANGES)
def test_a_row_fails_when_what_it_speaks_of_is_changed(
    key: str, path: str, change: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    change_it(monkeypatch, path, change)
    result = LEDGER[key].run()
    assert not result.agrees, f"{key} survives a change of {path}"
    # It is the evidence that notices, not an accident of the change.
    assert result.verdict is not None or result.error.startswith("CertificateError: ")


def test_every_claim_of_theory_is_sabotaged() -> None:
    assert set(WRONG) == set(LEDGER)
