"""theory.experiments by other routes (Section V)."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, product
from math import exp, prod

import flint
import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from numerics import graphs
from numerics.statistics import holm
from theory import LEDGER
from theory.experiments import batch_size as captions
from theory.experiments import parameters as networks
from theory.experiments import public_code, significance
from theory.experiments import table_1 as table1
from theory.proofs.certificates import CertificateError
from theory.proofs.evidence import Boundary, Counterexample, Evidence, Refutation


def evidence(key: str) -> list[Evidence]:
    return [function() for function in LEDGER[key].evidence]


def counterexample(key: str) -> Counterexample:
    (piece,) = [piece for piece in evidence(key) if isinstance(piece, Counterexample)]
    return piece


# The batch-size rule.


@pytest.mark.claims("V.A-batch-size")
@given(n=st.integers(4, 5), eps=st.integers(0, 31), B=st.integers(2, 4))
def test_samples_used_by_a_batch(n: int, eps: int, B: int) -> None:
    gaps = [2**j - 2**i for i, j in combinations(range(n), 2)]
    p = Fraction(sum(gap <= eps for gap in gaps), len(gaps))
    used, share = captions.samples_used(n, B, eps)
    assert (used, share) == (1 + (B - 1) * p, p)
    # S/p, which leaves out the self pairs, is too large a batch for S > 1 and p < 1.
    assert not 0 < p < 1 or 1 + (used / p - 1) * p > used


@pytest.mark.claims("V.A-batch-size")
def test_samples_used_by_the_evidence() -> None:
    used, share = captions.samples_used(4, 3, 3)
    assert (used, share) == (2, sp.Rational(1, 2))
    boundary = [piece for piece in evidence("V.A-batch-size") if isinstance(piece, Boundary)]
    vanilla, epochs = (b.relation for b in boundary)
    # At eps = 0 the whole set of two points uses one sample on average, its self pairs.
    assert (vanilla.left, vanilla.right) == (1, 2)
    assert captions.samples_used(2, 2, 0) == (1, 0)
    assert epochs.right == sp.Rational(1, 3)


# Table I and the comparisons.

COMPARISONS = [
    (table1.TABLE[dataset][other], table1.TABLE[dataset]["Local Mixup"])
    for dataset in table1.TABLE
    for other in ("Baseline", "Mixup")
] + [
    (table1.TABLE["Fashion-MNIST"]["Mixup"], table1.TABLE["Fashion-MNIST"]["Baseline"]),
    (table1.ADAMIXUP["MNIST"]["Local Mixup"], table1.ADAMIXUP["MNIST"]["AdaMixup"]),
    (table1.ADAMIXUP["CIFAR-10"]["AdaMixup"], table1.ADAMIXUP["CIFAR-10"]["Local Mixup"]),
]
SIGNIFICANT = [True, True, True, False, False, True, True, False, False, True, True]
"""In the order of `COMPARISONS`."""


@pytest.mark.claims("Table1-intervals")
@pytest.mark.parametrize(
    ("larger", "smaller", "significant"),
    [(a, b, s) for (a, b), s in zip(COMPARISONS, SIGNIFICANT, strict=True)],
)
@pytest.mark.parametrize("level", ["0.9", "0.95", "0.99"])
def test_significance_does_not_depend_on_the_level(
    larger: significance.Printed, smaller: significance.Printed, significant: bool, level: str
) -> None:
    quantile = stats.norm.ppf((1 + float(level)) / 2)
    first, second = (float(printed.width) / quantile for printed in (larger, smaller))
    z = (float(larger.mean) - float(smaller.mean)) / np.hypot(first, second)
    p = 2 * stats.norm.sf(z)
    difference, width = significance.sides(larger, smaller)
    ratio = difference / width
    np.testing.assert_allclose(float(ratio), (z / quantile) ** 2, rtol=1e-9)
    assert (p < 1 - float(level)) == (ratio > 1) == significant
    if level == "0.95":
        with flint.ctx.workprec(256):
            found = significance.p_value(larger, smaller, significance.NORMAL, 10)
            text = significance.digits(found)
        np.testing.assert_allclose(float(found), p, rtol=1e-6, atol=1e-40)
        assert (p < 1e-12) == (text == "< 1e-12")
        np.testing.assert_allclose(float(text.removeprefix("< ")), max(p, 1e-12), rtol=6e-3)


def by_scipy(
    reading: str, larger: significance.Printed, smaller: significance.Printed, n: int
) -> float:
    """Compare two printed means with scipy, from their standard deviations."""
    d = float(larger.mean) - float(smaller.mean)
    widths = np.array([float(larger.width), float(smaller.width)])
    quantile = {
        significance.DEVIATION: np.sqrt(n),
        significance.STUDENT: stats.t.ppf(0.975, n - 1),
    }.get(reading, stats.norm.ppf(0.975))
    first, second = widths * np.sqrt(n) / quantile
    if reading == significance.NORMAL:
        return float(2 * stats.norm.sf(d / np.hypot(first, second) * np.sqrt(n)))
    found = stats.ttest_ind_from_stats(d, first, n, 0, second, n, equal_var=False)
    return float(found.pvalue)


@pytest.mark.claims("Table1-intervals")
@pytest.mark.parametrize("unknown", [10, 100])
@pytest.mark.parametrize("reading", significance.READINGS)
def test_adjusted_p_values_are_those_of_scipy_and_holm(reading: str, unknown: int) -> None:
    assert [tuple(pair) for _, *pair in table1.comparisons()] == COMPARISONS
    counts = [100] * 2 + [unknown] * 2 + [10] * 6 + [5]
    raw = [by_scipy(reading, *pair, n) for pair, n in zip(COMPARISONS, counts, strict=True)]
    found = table1.adjusted(reading, unknown)
    np.testing.assert_allclose(
        [float(value) for value in found.values()], holm(raw), rtol=1e-6, atol=1e-40
    )
    significant = {name for name, value in found.items() if float(value) < 0.05}
    more = {"CIFAR-100, Mixup over Local Mixup"}
    if reading != significance.DEVIATION or unknown == 10:
        more = set()
    assert significant == {*table1.SURE, *table1.FOLLOWS[reading], *more}


def test_five_runs_are_few_for_the_normal_law() -> None:
    pair = table1.ADAMIXUP["CIFAR-10"]
    larger, smaller = pair["AdaMixup"], pair["Local Mixup"]
    alone = {
        reading: float(significance.p_value(larger, smaller, reading, 5))
        for reading in significance.READINGS
    }
    assert round(alone[significance.NORMAL], 3) == 0.011
    assert round(alone[significance.WELCH], 3) == 0.035


def test_what_is_not_certain_decides_nothing() -> None:
    wide = flint.arb("0.05", "0.01")
    with pytest.raises(CertificateError, match=r"which side of 0\.05"):
        significance.below(wide)
    with pytest.raises(CertificateError, match="order of two p-values is not certain"):
        significance.holm({"one": wide, "other": flint.arb("0.051")})


@pytest.mark.claims("V-chosen")
def test_the_best_of_five_by_quadrature_and_by_drawing() -> None:
    def density(x: float) -> float:
        return float(5 * x * stats.norm.pdf(x) * stats.norm.cdf(x) ** 4)

    mean = integrate.quad(density, -9, 9)[0]
    exact = float(table1.best_of_five(sp.asin(sp.Rational(1, 3))))
    np.testing.assert_allclose(exact, mean, rtol=1e-9)
    low, high = (float(table1.best_of_five(bound)) for bound in table1.ARCSINE)
    assert low < mean < high < low + 1e-3
    drawn = np.random.default_rng(0).normal(size=(200_000, 5)).max(axis=1)
    assert abs(drawn.mean() - mean) < 4 * stats.sem(drawn)
    gains = {
        data: (mean * float(column["Local Mixup"].width) / stats.norm.ppf(0.975))
        for data, column in table1.TABLE.items()
    }
    printed = {
        data: float(column["Mixup"].mean) - float(column["Local Mixup"].mean)
        for data, column in table1.TABLE.items()
    }
    assert {data for data in gains if gains[data] > printed[data]} == {"CIFAR-100"}
    for data, gain in gains.items():
        said = table1.GAINS[data]
        np.testing.assert_allclose([float(number) for number in said], [gain, printed[data]], 0.03)
        assert f"{said[0]} points on {data} ({said[1]} are printed)" in LEDGER["V-chosen"].sharper


@pytest.mark.claims("VI-generalization")
def test_both_differences_are_clear_on_one_set_alone() -> None:
    def least(data: str, reading: str, unknown: int) -> float:
        found = table1.adjusted(reading, unknown)
        return max(float(found[f"{data}, {n} over Local Mixup"]) for n in ("Baseline", "Mixup"))

    clear = {
        data
        for data in table1.TABLE
        if all(
            least(data, reading, unknown) < 0.05
            for reading in significance.READINGS
            for unknown in (10, 100)
        )
    }
    assert clear == {"CIFAR-10"}


@pytest.mark.claims("Table1-intervals")
def test_roundings_that_matter() -> None:
    def near(text: str) -> list[Fraction]:
        """Return numbers that round to the printed one, ends and middle."""
        unit = Fraction(1, 10 ** len(text.partition(".")[2]))
        return [Fraction(text) + Fraction(k, 4) * unit for k in range(-2, 3)]

    def decided(*pair: significance.Printed) -> bool:
        texts = [text for printed in pair for text in (printed.mean, printed.width)]
        search = product(*map(near, texts))
        return len({(m - n) ** 2 > h**2 + k**2 for m, h, n, k in search}) == 1

    undecided = [pair for pair in COMPARISONS if not decided(*pair)]
    fashion, mnist = table1.TABLE["Fashion-MNIST"], table1.ADAMIXUP["MNIST"]
    assert undecided == [
        (fashion["Baseline"], fashion["Local Mixup"]),
        (mnist["Local Mixup"], mnist["AdaMixup"]),
    ]


@pytest.mark.claims("Table1-means")
def test_printed_means_and_runs() -> None:
    for column in table1.TABLE.values():
        assert min(column, key=lambda name: Fraction(column[name].mean)) == "Local Mixup"
    assert set(table1.TABLE) - set(table1.RUNS) == {"CIFAR-100"}
    larger, smaller = zip(*COMPARISONS, strict=True)
    assert all(Fraction(a.mean) > Fraction(b.mean) for a, b in zip(larger, smaller, strict=True))


def test_wrong_order_is_refused() -> None:
    column = table1.TABLE["SVHN"]
    with pytest.raises(ValueError, match=r"larger must have the larger mean; got 8\.20 and 8\.31"):
        significance.sides(column["Local Mixup"], column["Mixup"])


# Networks.


def size(*shapes: tuple[int, ...]) -> int:
    """Count the entries of weight tensors."""
    return sum(prod(shape) for shape in shapes)


def small_network(channels: int, side: int) -> int:
    """Follow an image through the layers, with the shapes of all weights."""
    shapes: list[tuple[int, ...]] = []
    for layer in range(4):
        shapes += [(32, channels, 3, 3), (32,)]
        channels = 32
        if layer in (0, 2):
            side //= 2
    flat = channels * side * side
    return size(*shapes, (512, flat), (512,), (10, 512), (10,))


def residual(*, before: bool) -> int:
    """Count an 18-layer residual network by the shapes of all weights."""
    shapes: list[tuple[int, ...]] = [(64, 3, 3, 3)]
    if not before:
        shapes += [(64,), (64,)]
    inputs = 64
    for width in (64, 64, 128, 128, 256, 256, 512, 512):
        norm = inputs if before else width
        shapes += [(norm,), (norm,), (width, inputs, 3, 3), (width,), (width,)]
        shapes.append((width, width, 3, 3))
        if inputs != width:
            shapes.append((width, inputs, 1, 1))
            if not before:
                shapes += [(width,), (width,)]
        inputs = width
    return size(*shapes, (10, 512), (10,))


@pytest.mark.claims("V.C-parameters")
def test_printed_parameters_by_the_shapes_of_the_weights() -> None:
    assert small_network(1, 28) == networks.total(networks.convnet(1, 28)) == 836522
    assert small_network(3, 32) == networks.total(networks.convnet(3, 32)) == 1082858
    assert residual(before=True) == networks.total(networks.resnet18(preactivated=True)) == 11171146
    after = networks.total(networks.resnet18(preactivated=False))
    assert residual(before=False) == after == 11173962
    assert networks.total(networks.resnet18(preactivated=True, classes=0)) == 11171146 - 5130
    assert networks.total(networks.resnet18(preactivated=True, classes=100)) == 11171146 + 90 * 513
    policy = size((100, 512), (100,), (3, 100), (3,))
    head = size((10, 512), (10,), (2, 10), (2,))
    for classifier, trained in ((11171146, 22393917), (836522, 1724669)):
        assert classifier + (classifier - 5130) + policy + head == trained
    # Neither printed number is the count of both: the smaller one has gray images.
    assert 836522 not in (small_network(3, 28), small_network(1, 32), small_network(3, 32))


# The published code.


@pytest.mark.claims("V.A-code-weights")
@given(batch=st.lists(st.tuples(*[st.fractions(0, 9, max_denominator=9)] * 2), min_size=1))
def test_mean_times_weights_keeps_every_sample(batch: list[tuple[Fraction, Fraction]]) -> None:
    B, (losses, weights) = len(batch), zip(*batch, strict=True)
    code = public_code.code_loss(losses, weights)
    assert code * B**2 == sum(losses) * sum(weights)
    products = sum((a - b) * (v - w) for (a, v), (b, w) in combinations(batch, 2))
    assert (public_code.weighted(losses, weights) - code) * B**2 == products


@pytest.mark.claims("V.A-code-weights")
def test_gradient_is_that_of_plain_mixup() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(8, 3)), rng.normal(size=8)
    w = np.array([1.0, 0, 0, 1, 0, 0, 0, 1])
    theta = rng.normal(size=3)
    single = 2 * (x @ theta - y)[:, None] * x  # gradient of each squared loss
    plain, chosen = single.mean(axis=0), (w[:, None] * single).mean(axis=0)
    step = 1e-6

    def loss(parameters: np.ndarray) -> float:
        return float(public_code.code_loss(list((x @ parameters - y) ** 2), list(w)))

    code = [(loss(theta + step * e) - loss(theta - step * e)) / (2 * step) for e in np.eye(3)]
    np.testing.assert_allclose(code, w.mean() * plain, rtol=1e-6, atol=1e-8)
    assert np.max(np.abs(np.array(code) - chosen)) > 0.01


@pytest.mark.claims("V.A-code-network")
def test_parameters_of_both_networks() -> None:
    paper = size((100, 2), (100,), (100, 100), (100,), (2, 100), (2,))
    assert paper == networks.total(networks.perceptron((2, 100, 100, 2))) == 10602
    code = paper + size((100, 100), (100,))
    assert code == networks.total(networks.perceptron((2, 100, 100, 100, 2))) == 20702
    relation = counterexample("V.A-code-network").relation
    assert (relation.left, relation.right) == (code, paper)


@pytest.mark.claims("V.A-code-updates")
def test_updates_by_slicing_the_samples() -> None:
    samples = range(public_code.TRAINING)
    updates = {
        eps: len([samples[k : k + B] for k in range(0, len(samples), B)])
        for eps, B in public_code.BATCHES.items()
    }
    piece = counterexample("V.A-code-updates")
    assert piece.found == {"updates per epoch": updates}
    assert (piece.relation.left, piece.relation.right) == (updates["0.6"], updates["0"]) == (7, 80)


@pytest.mark.claims("V.A-code-noise")
def test_variance_of_the_noise() -> None:
    law = stats.uniform(0, 0.5)
    piece = counterexample("V.A-code-noise")
    np.testing.assert_allclose(float(piece.relation.left), law.var(), rtol=1e-12)
    np.testing.assert_allclose(float(piece.relation.right), stats.norm(0, 1.5).var(), rtol=1e-12)
    assert piece.found == {"mean of the noise": sp.Rational(1, 4)}
    assert law.mean() == 0.25


@pytest.mark.claims("V.C-code-weights")
@pytest.mark.parametrize(("shape", "least"), [((28, 28), 0.9723), ((3, 32, 32), 0.946)])
def test_smallest_weight_is_that_of_opposite_images(shape: tuple[int, ...], least: float) -> None:
    distance = float(np.linalg.norm(np.ones(shape) - -np.ones(shape)))
    rng = np.random.default_rng(1)
    for _ in range(20):
        a, b = rng.uniform(-1, 1, size=(2, *shape))
        assert np.linalg.norm(a - b) < distance
    opposite = np.stack((np.ones(shape), -np.ones(shape))).reshape(2, -1)
    weight = float(graphs.exponential(opposite, 0.0005)[0, 1])
    np.testing.assert_allclose(weight, exp(-0.0005 * distance), rtol=1e-12)
    assert least < weight < least + 2e-4 + 6e-4 * (len(shape) == 3)
    # With ten times the rate the weights would not be nearly constant.
    assert exp(-0.005 * distance) < 0.8


def test_refuted_rows_are_about_the_code_or_the_printed_numbers() -> None:
    for key in ("V.A-code-weights", "V.A-code-network", "V.A-code-updates", "V.A-code-noise"):
        assert public_code.RECORD in LEDGER[key].hypotheses
        assert any(isinstance(piece, Refutation) for piece in evidence(key))


@pytest.mark.claims("V.C-code-partners")
def test_drawn_partners_by_simulated_integration() -> None:
    # The mean virtual target beside 1/4 over many draws of the notebook's kind.
    rng = np.random.default_rng(7)
    x, y = np.array([0.0, 1.0, 3.0]), np.array([0.0, 1.0, 0.0])
    W = 0.5 ** np.abs(x[:, None] - x)
    samples = 2_000_000
    for half, stated in ((1.0, public_code.DRAWN[1]), (0.5, public_code.DRAWN[2])):
        i = rng.integers(3, size=samples)
        bounds = (W / W.sum(axis=1, keepdims=True)).cumsum(axis=1)[i]
        j = (rng.random(samples)[:, None] > bounds).sum(axis=1)
        share = rng.random(samples) * half
        inputs = share * x[i] + (1 - share) * x[j]
        near = (np.abs(inputs - 0.25) < 0.02) & (i != j)
        targets = (share * y[i] + (1 - share) * y[j])[near]
        error = targets.std() / np.sqrt(near.sum())
        assert abs(targets.mean() - float(stated)) < 4 * error
        # Eq. (2) is told apart where the difference exceeds the error.
        if half < 1:
            assert abs(targets.mean() - float(public_code.DRAWN[0])) > 4 * error
