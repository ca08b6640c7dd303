"""AdaMixup: losses and gradients of its three networks, its counts, and what it learns."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from numerics import adamixup
from numerics.adamixup import Policy
from numerics.adamixup.networks import Losses, Trio, coefficients
from numerics.mlp import Networks
from numerics.mlp.single import Perceptron, Recipe
from tests import tolerances
from tests.reference.differences import central
from theory.experiments.parameters import perceptron, total

Array = NDArray[Any]
Batch = tuple[Array, Array, Array, Array]
Sizes = tuple[int, ...]

NETWORKS = ("classifier", "policy", "head")
EXACT = Recipe(widths=(7, 6), dtype="float64", batch_size=9)


def problem(policy: Policy, sizes: Sizes = (4, 7, 6, 3), n: int = 9) -> tuple[Trio, Batch]:
    """Draw three networks, and a batch: inputs, soft targets, partners and eps."""
    rng = np.random.default_rng(sum(sizes) + n)
    trio = Trio(sizes, EXACT, policy, rng.spawn(3), n)
    for name in NETWORKS:
        parameters = getattr(trio, name).parameters
        parameters[:] = rng.normal(size=parameters.size)
    targets = rng.dirichlet(np.ones(sizes[-1]), n)
    return trio, (rng.normal(size=(n, sizes[0])), targets, rng.permutation(n), rng.random(n))


def gradients(trio: Trio) -> dict[str, Array]:
    return {name: getattr(trio, name).gradient.copy() for name in NETWORKS}


def log_softmax(values: Array) -> Array:
    return np.asarray(values - np.log(np.exp(values).sum(axis=1, keepdims=True)))


def blended(trio: Trio, batch: Batch) -> tuple[Array, Array]:
    """Mix inputs and targets as the policy network says."""
    X, T, partners, eps = batch
    outputs = trio.policy.networks().logits(np.hstack([X, X[partners]]))[0]
    alpha, delta, _ = np.exp(log_softmax(outputs)).T
    gamma = (alpha + delta * eps)[:, None]
    return gamma * X + (1 - gamma) * X[partners], gamma * T + (1 - gamma) * T[partners]


def by_definition(trio: Trio, batch: Batch, policy: Policy, held: Array | None = None) -> Losses:
    """Evaluate the three losses as the paper has them, from the networks' parameters alone.

    The targets of the mixed samples are the given ones, if any.
    """
    X, T, _, _ = batch
    mixed, targets = blended(trio, batch)
    if held is not None:
        targets = held
    classifier = trio.classifier.networks()
    last = classifier.matrices()[-1].size
    trunk = Networks(classifier.parameters[:, :-last], classifier.sizes[:-1])
    head = trio.head.networks()

    def judged(points: Array, kind: int) -> float:
        features = np.maximum(trunk.logits(points)[0], 0)
        return -float(log_softmax(head.logits(features)[0])[:, kind].mean())

    return Losses(
        policy.scale * float(classifier.loss(X, T)[0]),
        policy.scale * float(classifier.loss(mixed, targets)[0]),
        policy.scale * policy.intrusion * (judged(X, 0) + judged(mixed, 1)),
    )


POLICIES = [
    Policy(widths=(5,)),
    Policy(intrusion=0.0),
    Policy(widths=(), intrusion=2.5, scale=1.0),
    Policy(widths=(4, 3, 5), intrusion=0.5),
    Policy(widths=(5,), targets="held"),
]


@pytest.mark.parametrize("policy", POLICIES)
def test_losses(policy: Policy) -> None:
    trio, batch = problem(policy)
    expected = by_definition(trio, batch, policy)
    found = trio.gradient(*batch)
    np.testing.assert_allclose(found, expected, rtol=tolerances.CLOSED_FORM)


@pytest.mark.parametrize("sizes", [(4, 7, 6, 3), (2, 5, 2)])
@pytest.mark.parametrize("policy", POLICIES)
def test_gradient(policy: Policy, sizes: Sizes) -> None:
    trio, batch = problem(policy, sizes)
    held = blended(trio, batch)[1] if policy.targets == "held" else None
    trio.gradient(*batch)
    for name, found in gradients(trio).items():
        parameters = getattr(trio, name).parameters
        expected = central(lambda: sum(by_definition(trio, batch, policy, held)), parameters)
        tolerance = tolerances.FINITE_DIFFERENCES
        np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance)


def test_gradient_of_a_second_step_replaces_the_first() -> None:
    trio, (X, *rest) = problem(Policy())
    trio.gradient(X, *rest)
    once = gradients(trio)
    trio.gradient(X + 1, *rest)
    trio.gradient(X, *rest)
    for name, found in gradients(trio).items():
        np.testing.assert_array_equal(found, once[name])


@pytest.mark.parametrize("spread", [0.1, 1.0, 30.0])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_region_lies_between_0_and_1(dtype: Any, spread: float) -> None:
    rng = np.random.default_rng(0)
    trio = Trio((3, 5, 2), Recipe(widths=(5,), dtype=dtype), Policy(), rng.spawn(3), 1)
    trio.policy.parameters[:] = spread * rng.normal(size=trio.policy.parameters.size)
    first, second = rng.normal(size=(2, 2000, 3)).astype(dtype)
    shares = trio.regions(first, second)
    assert shares.dtype == dtype
    assert shares.min() >= 0
    np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=4 * np.finfo(dtype).eps)
    low, high = (coefficients(shares, np.full(2000, e, dtype)) for e in (0, 1))
    middle = coefficients(shares, rng.random(2000).astype(dtype))
    assert low.min() >= 0
    assert high.max() <= 1
    assert ((low <= middle) & (middle <= high)).all()
    assert (high > low).any()


def test_a_coefficient_never_exceeds_1() -> None:
    above = np.array([[0.75 + 2**-23, 0.25, 0]], np.float32)
    assert above[0, :2].sum() > 1
    assert coefficients(above, np.ones(1, np.float32)) == 1


def test_all_regions_start_near_the_middle_third() -> None:
    rng = np.random.default_rng(0)
    trio = Trio((20, 30, 4), Recipe(widths=(30,)), Policy(), rng.spawn(3), 100)
    shares = trio.regions(*rng.normal(size=(2, 100, 20)).astype("float32"))
    assert np.abs(shares - 1 / 3).max() < 0.01
    assert np.ptp(shares[:, 0]) > 0


@pytest.mark.parametrize("policy", [Policy(), Policy(widths=(5, 4)), Policy(widths=())])
@pytest.mark.parametrize("sizes", [(784, 300, 300, 10), (64, 100, 10), (2, 3, 4, 5, 2)])
def test_counts(sizes: Sizes, policy: Policy) -> None:
    counts = adamixup.parameter_counts(sizes, policy)
    recipe = Recipe(widths=sizes[1:-1], batch_size=4)
    trio = Trio(sizes, recipe, policy, np.random.default_rng(0).spawn(3), 4)
    trained = [getattr(trio, name).parameters.size for name in NETWORKS]
    names = ["classifier", "policy network", "intrusion discriminator"]
    assert [counts[name] for name in names] == trained
    hidden = sizes[1:-1] if policy.widths is None else policy.widths
    layers = [sizes, (2 * sizes[0], *hidden, 3), (sizes[-2], 2)]
    assert trained == [total(perceptron(widths)) for widths in layers]
    assert counts["extra"] == sum(trained[1:])
    assert counts["total"] == sum(trained)
    assert list(counts) == [*names, "extra", "total"]


@pytest.mark.parametrize("name", NETWORKS)
def test_divergence_of_any_network_is_seen(name: str) -> None:
    trio, _ = problem(Policy())
    assert trio.finite()
    network: Perceptron = getattr(trio, name)
    network.parameters[-1] = np.inf
    assert not trio.finite()
