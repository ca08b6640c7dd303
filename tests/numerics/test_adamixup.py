"""AdaMixup: losses and gradients of its three networks, its counts, and what it learns."""

import functools
import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from numerics import adamixup
from numerics.adamixup import Policy
from numerics.adamixup.networks import Losses, Trio, coefficients
from numerics.mixing import Mixing, batches
from numerics.mixing.batches import Draw
from numerics.mlp import Networks, single
from numerics.mlp.single import Perceptron, Recipe, training
from tests import tolerances
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


def fit_trio(*arguments: Any, **options: Any) -> tuple[single.Fit, Trio]:
    """Fit, and return the three networks too."""
    made: list[Trio] = []

    class Kept(Trio):
        def __init__(self, *parts: Any) -> None:
            super().__init__(*parts)
            made.append(self)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(adamixup, "Trio", Kept)
        fitted = adamixup.fit(*arguments, **options)
    return fitted, made[0]


def gradients(trio: Trio) -> dict[str, Array]:
    return {name: getattr(trio, name).gradient.copy() for name in NETWORKS}


def differences(trio: Trio, loss: Callable[[], float]) -> dict[str, Array]:
    """Differentiate a loss in all parameters by central differences."""
    step, result = 1e-6, {}
    for name in NETWORKS:
        parameters: Array = getattr(trio, name).parameters
        slopes = np.empty_like(parameters)
        for k, kept in enumerate(parameters.copy()):
            parameters[k] = kept + step
            up = loss()
            parameters[k] = kept - step
            slopes[k] = (up - loss()) / (2 * step)
            parameters[k] = kept
        result[name] = slopes
    return result


def assert_close(found: Array, expected: Array) -> None:
    tolerance = tolerances.FINITE_DIFFERENCES
    np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance)


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


@pytest.mark.parametrize("wrong", ["data", "mixed", "intrusion"])
def test_other_losses_are_rejected(wrong: str) -> None:
    policy = Policy(widths=(5,))
    trio, batch = problem(policy)
    expected = by_definition(trio, batch, policy)
    expected = expected._replace(**{wrong: 1.001 * getattr(expected, wrong)})
    with pytest.raises(AssertionError, match="Not equal to tolerance"):
        np.testing.assert_allclose(trio.gradient(*batch), expected, rtol=tolerances.CLOSED_FORM)


@functools.cache
def expected_gradients(policy: Policy, sizes: Sizes = (4, 7, 6, 3)) -> dict[str, Array]:
    trio, batch = problem(policy, sizes)
    held = blended(trio, batch)[1] if policy.targets == "held" else None
    return differences(trio, lambda: sum(by_definition(trio, batch, policy, held)))


@pytest.mark.parametrize("sizes", [(4, 7, 6, 3), (2, 5, 2)])
@pytest.mark.parametrize("policy", POLICIES)
def test_gradient(policy: Policy, sizes: Sizes) -> None:
    trio, batch = problem(policy, sizes)
    trio.gradient(*batch)
    for name, found in gradients(trio).items():
        assert_close(found, expected_gradients(policy, sizes)[name])


@pytest.mark.parametrize("targets", ["followed", "held"])
def test_gradient_of_the_other_meaning_is_rejected(targets: Any) -> None:
    trio, batch = problem(Policy(widths=(5,), targets=targets))
    trio.gradient(*batch)
    other: Any = {"followed": "held", "held": "followed"}[targets]
    expected = expected_gradients(Policy(widths=(5,), targets=other))
    assert_close(trio.classifier.gradient, expected["classifier"])
    with pytest.raises(AssertionError, match="Not equal to tolerance"):
        assert_close(trio.policy.gradient, expected["policy"])


def test_gradient_of_a_second_step_replaces_the_first() -> None:
    trio, (X, *rest) = problem(Policy())
    trio.gradient(X, *rest)
    once = gradients(trio)
    trio.gradient(X + 1, *rest)
    trio.gradient(X, *rest)
    for name, found in gradients(trio).items():
        np.testing.assert_array_equal(found, once[name])


def swapped(gradient: Array) -> Array:
    """Take alpha for alpha' in the last layer of the policy network, of 5 hidden units."""
    result = gradient.copy()
    result[-18:] = gradient[-18:].reshape(6, 3)[:, ::-1].ravel()
    return result


WRONG: dict[str, Callable[[Array], Array]] = {
    "sign": lambda g: -g,
    "factor": lambda g: 1.001 * g,
    "shares swapped": swapped,
}


CONTROLS = [(name, wrong) for name in NETWORKS for wrong in ("sign", "factor")]


@pytest.mark.parametrize(("name", "wrong"), [*CONTROLS, ("policy", "shares swapped")])
def test_wrong_gradient_is_rejected(name: str, wrong: str) -> None:
    policy = Policy(widths=(5,))
    trio, batch = problem(policy)
    trio.gradient(*batch)
    with pytest.raises(AssertionError, match="Not equal to tolerance"):
        assert_close(WRONG[wrong](gradients(trio)[name]), expected_gradients(policy)[name])


def through_gamma(trio: Trio, batch: Batch, policy: Policy, part: str) -> Array:
    """Compute the policy network's gradient from parts of dL/dgamma, softmax by its Jacobian."""
    X, T, partners, eps = batch
    shares = trio.regions(X, X[partners])
    gamma = (shares[:, 0] + shares[:, 1] * eps)[:, None]
    n, gaps = len(X), X - X[partners]
    logits = trio.classifier.forward(X[partners] + gamma * gaps).copy()
    slopes = np.exp(log_softmax(logits)) - T[partners] - gamma * (T - T[partners])
    judged = np.exp(log_softmax(trio.head.forward(trio.classifier.features)))
    judged[:, 1] -= 1
    if part != "inputs, without the discriminator":
        on_features = trio.head.backward(policy.intrusion * judged, inputs=True)
    else:
        on_features = np.zeros((n, 6))
    below = trio.classifier.backward(slopes, feature_slopes=on_features, inputs=True)
    inputs = (np.asarray(below) * gaps).sum(axis=1)
    targets = -((T - T[partners]) * log_softmax(logits)).sum(axis=1)
    slope = {"inputs": inputs, "targets": targets}.get(part, inputs + targets)
    slope = slope * policy.scale / n
    if part == "without eps":
        eps = np.ones(n)
    outer = np.stack([slope, slope * eps, np.zeros(n)], axis=1)
    jacobians = shares[:, :, None] * (np.eye(3) - shares[:, None, :])
    if part == "without the softmax":
        jacobians = np.broadcast_to(np.eye(3), (n, 3, 3))
    trio.policy.backward(np.einsum("kij,ki->kj", jacobians, outer))
    return trio.policy.gradient.copy()


PARTS = ["inputs", "targets", "inputs, without the discriminator", "without eps"]


@pytest.mark.parametrize("part", ["all", *PARTS, "without the softmax"])
def test_every_part_of_the_slope_in_gamma_counts(part: str) -> None:
    policy = Policy(widths=(5,), intrusion=0.7)
    trio, batch = problem(policy)
    expected = expected_gradients(policy)["policy"]
    found = through_gamma(trio, batch, policy, part)
    if part == "all":
        assert_close(found, expected)
        trio.gradient(*batch)
        np.testing.assert_allclose(found, trio.policy.gradient, rtol=0, atol=tolerances.CLOSED_FORM)
        return
    with pytest.raises(AssertionError, match="Not equal to tolerance"):
        assert_close(found, expected)


def test_a_sample_mixed_with_itself_says_nothing_of_its_region() -> None:
    trio, (X, T, _, eps) = problem(Policy())
    trio.gradient(X, T, np.arange(len(X)), eps)
    assert not trio.policy.gradient.any()
    trio.gradient(X, T, np.roll(np.arange(len(X)), 1), eps)
    assert trio.policy.gradient.any()


def far_is_mixed(intrusion: float) -> Trio:
    """Let the discriminator take |x| for a sign of mixing, and the classifier say 0 everywhere."""
    recipe = Recipe(widths=(2,), dtype="float64", batch_size=1, optimiser="sgd", rate=0.1)
    policy = Policy(widths=(), intrusion=intrusion)
    trio = Trio((1, 2, 2), recipe, policy, np.random.default_rng(0).spawn(3), 1)
    for name in NETWORKS:
        getattr(trio, name).parameters[:] = 0
    trio.classifier.parameters[:2] = 1, -1  # the features are max(x, 0) and max(-x, 0)
    trio.head.parameters[:4] = -1, 1, -1, 1  # outputs -|x| and |x|
    return trio


@pytest.mark.parametrize(("x", "other"), [(1.0, 0.0), (0.0, 1.0), (-2.0, -1.0), (0.0, -1.0)])
def test_the_intrusion_loss_moves_the_region_to_where_samples_are_told(
    x: float, other: float
) -> None:
    # Sample 1 is the partner of sample 0, and of itself.
    X, partners, eps = np.array([[x], [other]]), np.array([1, 1]), np.array([0.5, 0.5])
    trio = far_is_mixed(1.0)
    before = trio.regions(X[:1], X[1:])[0]
    np.testing.assert_allclose(before, 1 / 3, rtol=tolerances.CLOSED_FORM)
    trio.gradient(X, np.eye(2), partners, eps)
    # The mixed sample is at the mean m of both; its loss is log(1 + exp(-2 |m|)).
    m, gap = (x + other) / 2, x - other
    slope = -2 * np.sign(m) * gap / (1 + np.exp(2 * abs(m))) / 4  # scale 1/2, two samples
    expected = slope * np.array([1 / 6, 0, -1 / 6])
    found = trio.policy.gradient[-3:]
    np.testing.assert_allclose(found, expected, rtol=0, atol=tolerances.CLOSED_FORM)
    trio.update()
    after = trio.regions(X[:1], X[1:])[0]
    # The share of the sample that is farther out grows.
    assert np.sign(after[0] - before[0]) == np.sign(abs(x) - abs(other))
    assert np.sign(after[2] - before[2]) == np.sign(abs(other) - abs(x))


def test_without_the_intrusion_loss_nothing_moves() -> None:
    trio = far_is_mixed(0.0)
    trio.gradient(np.array([[1.0], [0.0]]), np.eye(2), np.array([1, 1]), np.array([0.5, 0.5]))
    assert not trio.policy.gradient.any()
    assert not trio.head.gradient.any()


@pytest.mark.parametrize("policy", POLICIES[:-1])  # the last one does not follow the gradient
def test_a_short_step_lowers_the_sum(policy: Policy) -> None:
    trio, batch = problem(policy)
    before = sum(trio.gradient(*batch))
    for name, gradient in gradients(trio).items():
        getattr(trio, name).parameters[:] -= 1e-4 * gradient
    assert sum(trio.gradient(*batch)) < before


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


SMALL = Recipe(widths=(8, 6), batch_size=16, epochs=3, rate=0.05)


def blobs(n: int = 60, seed: int = 0) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % 3
    return rng.normal(size=(n, 4)) + 4 * np.eye(4)[labels], labels


def same(a: single.Fit, b: single.Fit) -> bool:
    return all(
        np.array_equal(x, y)
        for x, y in (
            (a.networks.parameters, b.networks.parameters),
            (a.errors, b.errors),
            (a.loss, b.loss),
        )
    )


@pytest.mark.parametrize("optimiser", ["sgd", "adam"])
def test_fit(optimiser: Any) -> None:
    X, labels = blobs()
    recipe = Recipe(widths=(16,), batch_size=16, epochs=30, rate=0.01, optimiser=optimiser)
    steps: list[int] = []
    test = blobs(90, 1)
    found = adamixup.fit(X, labels, recipe, rng=0, test=test, progress=steps.append)
    assert steps == 30 * [4]  # 16 + 16 + 16 + 12 samples
    assert found.networks.sizes == (4, 16, 3)
    assert found.networks.parameters.dtype == np.float32
    assert found.errors.shape == found.loss.shape == (30,)
    assert found.errors[-1] == found.networks.error(*test)[0] < 0.2
    assert found.loss[-1] < found.loss[0]
    assert found.seconds > 0


def test_the_same_seed_gives_the_same_numbers() -> None:
    X, labels = blobs()
    first = adamixup.fit(X, labels, SMALL, rng=3, test=blobs(30, 1))
    assert same(first, adamixup.fit(X, labels, SMALL, rng=3, test=blobs(30, 1)))
    assert same(first, adamixup.fit(X, labels, SMALL, Policy(), rng=3, test=blobs(30, 1)))
    assert not same(first, adamixup.fit(X, labels, SMALL, rng=4, test=blobs(30, 1)))


def test_the_test_set_changes_nothing() -> None:
    X, labels = blobs()
    with_test = adamixup.fit(X, labels, SMALL, rng=0, test=blobs(30, 1))
    without = adamixup.fit(X, labels, SMALL, rng=0)
    np.testing.assert_array_equal(with_test.networks.parameters, without.networks.parameters)
    np.testing.assert_array_equal(with_test.loss, without.loss)
    assert without.errors.size == 0


@pytest.mark.parametrize(
    "policy",
    [Policy(widths=(5,)), Policy(intrusion=2.0), Policy(scale=1.0), Policy(targets="held")],
)
def test_the_settings_count(policy: Policy) -> None:
    X, labels = blobs()
    default = adamixup.fit(X, labels, SMALL, rng=0)
    assert not same(default, adamixup.fit(X, labels, SMALL, policy, rng=0))


def test_the_inputs_stay_as_they_are() -> None:
    X, labels = blobs()
    X = X.astype(np.float32)
    kept = X.copy()
    adamixup.fit(X, labels, SMALL, rng=0)
    np.testing.assert_array_equal(X, kept)


def test_the_three_networks_learn() -> None:
    X, labels = blobs()
    before, after = (
        fit_trio(X, labels, Recipe(widths=(8,), rate=rate, epochs=2), rng=0)[1]
        for rate in (1e-30, 0.05)
    )
    for name in NETWORKS:
        first, last = (getattr(trio, name).parameters for trio in (before, after))
        assert np.abs(last - first).max() > 1e-3, name


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Array, ...]]:
    """Keep what each step of AdaMixup is given: inputs, targets, partners and eps."""
    steps: list[tuple[Array, ...]] = []
    gradient = Trio.gradient

    def recorded(trio: Trio, *batch: Array) -> Losses:
        steps.append(batch)
        return gradient(trio, *batch)

    monkeypatch.setattr(Trio, "gradient", recorded)
    return steps


def test_the_start_is_that_of_other_methods() -> None:
    X, labels = blobs()
    still = Recipe(widths=(8, 6), rate=1e-30, init="uniform-fan-in")  # no parameter is 0
    for seed in (0, 1):
        mixup = single.fit(X, labels, still, Mixing(), rng=seed)
        ours = adamixup.fit(X, labels, still, rng=seed)
        np.testing.assert_array_equal(ours.networks.parameters, mixup.networks.parameters)


@pytest.mark.parametrize(
    "mixing",
    [
        Mixing(),
        Mixing("exponential", 1.0),
        Mixing.vanilla(),
        Mixing(lam="pair", pairing="repetition"),
        Mixing(alpha=0.3, beta=0.3),
    ],
)
def test_order_and_partners_are_those_of_other_methods(
    mixing: Mixing, monkeypatch: pytest.MonkeyPatch, given: list[tuple[Array, ...]]
) -> None:
    drawn: list[Draw] = []
    draws = batches.draws

    def recorded(*arguments: Any) -> Iterator[list[Draw]]:
        for epoch in draws(*arguments):
            drawn.extend(epoch)
            yield epoch

    X, labels = blobs()
    with monkeypatch.context() as patch:
        patch.setattr(training, "draws", recorded)
        single.fit(X, labels, SMALL, mixing, rng=5)
    default = (mixing.lam, mixing.pairing, mixing.alpha) == ("batch", "permutation", 1)
    adamixup.fit(X, labels, SMALL, rng=5, mixing=None if default else mixing)
    assert len(drawn) == len(given) == 3 * 4
    for draw, (inputs, targets, partners, _) in zip(drawn, given, strict=True):
        np.testing.assert_array_equal(inputs, X[draw.samples].astype(np.float32))
        np.testing.assert_array_equal(targets, np.eye(3)[labels[draw.samples]])
        np.testing.assert_array_equal(partners, draw.partners)


def test_eps_is_drawn_from_a_stream_of_its_own(given: list[tuple[Array, ...]]) -> None:
    X, labels = blobs()
    adamixup.fit(X, labels, SMALL, rng=5)
    expected = np.random.default_rng(5).spawn(5)[4].random(3 * 60)
    np.testing.assert_array_equal(np.concatenate([step[3] for step in given]), expected)


def line(seed: int, n: int = 300) -> tuple[Array, Array, Array]:
    """Draw samples near -1, 0 and 1 of a line, in the plane; the middle has a class of its own."""
    place = np.arange(n) % 3 - 1
    X = 0.05 * np.random.default_rng(seed).normal(size=(n, 2))
    X[:, 0] += place
    return X, (place == 0).astype(int), place


def intrusions(policy: Policy, seeds: int = 8) -> tuple[Array, Array]:
    """Mix both ends of the line, by what was learnt and by Mixup: shares near 0, mean distances."""
    adam: dict[str, Any] = {"optimiser": "adam", "rate": 3e-3, "weight_decay": 0}
    recipe = Recipe(widths=(32, 32), batch_size=50, epochs=40, **adam)
    eps = np.linspace(0, 1, 101, dtype=np.float32)
    shares, distances = np.empty((2, seeds, 2))
    for seed in range(seeds):
        X, labels, place = line(seed)
        fitted, trio = fit_trio(X, labels, recipe, policy, rng=seed)
        assert fitted.networks.error(X, labels)[0] == 0
        first, second = (X[place == end].astype(np.float32) for end in (-1, 1))
        learnt = trio.regions(first, second)
        alpha, delta = learnt[:, :1], learnt[:, 1:2]
        for method, gamma in enumerate((alpha + delta * eps, eps)):
            mixed = np.abs(gamma * first[:, :1] + (1 - gamma) * second[:, :1])
            shares[seed, method] = (mixed < 1 / 4).mean()
            distances[seed, method] = np.minimum(mixed, np.abs(1 - mixed)).mean()
    return shares, distances


def test_regions_keep_away_from_where_mixing_intrudes() -> None:
    shares, distances = intrusions(Policy(intrusion=5.0))
    np.testing.assert_allclose(shares[:, 1], 1 / 4, atol=0.02)
    # Fewer mixed samples in the middle, in nearly every training and on average.
    assert (shares[:, 0] < shares[:, 1] / 2).sum() >= 6
    assert shares[:, 0].mean() < shares[:, 1].mean() / 2
    # And not because they became samples of the data: they are further away from all of these.
    assert distances[:, 0].mean() > distances[:, 1].mean() + 0.05


def test_without_the_intrusion_loss_they_do_not() -> None:
    _, distances = intrusions(Policy(intrusion=0.0))
    assert distances[:, 0].mean() < distances[:, 1].mean() + 0.01


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


def test_counts_of_the_network_for_fashion_mnist() -> None:
    assert adamixup.parameter_counts((784, 300, 300, 10)) == {
        "classifier": 328810,
        "policy network": 561903,
        "intrusion discriminator": 602,
        "extra": 562505,
        "total": 891315,
    }


@pytest.mark.parametrize("policy", [Policy(), *POLICIES])
def test_settings_as_plain_data(policy: Policy) -> None:
    assert Policy.from_dict(json.loads(json.dumps(policy.to_dict()))) == policy


def test_divergence_is_named() -> None:
    X, labels = blobs()
    recipe = Recipe(widths=(8,), rate=1e12, momentum=0.0, epochs=4)
    with pytest.raises(FloatingPointError, match=r"diverged in epoch \d: lower the rate"):
        adamixup.fit(100 * X, labels, recipe, rng=0)


def test_parameters_are_looked_at_in_each_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([True, False])
    monkeypatch.setattr(Trio, "finite", lambda _: next(answers))
    with pytest.raises(FloatingPointError, match="diverged in epoch 2: lower the rate"):
        adamixup.fit(*blobs(), SMALL, rng=0)


@pytest.mark.parametrize("name", NETWORKS)
def test_divergence_of_any_network_is_seen(name: str) -> None:
    trio, _ = problem(Policy())
    assert trio.finite()
    network: Perceptron = getattr(trio, name)
    network.parameters[-1] = np.inf
    assert not trio.finite()
