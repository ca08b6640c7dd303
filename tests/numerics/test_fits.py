"""Training with Mixup and with AdaMixup: what both promise alike, and what the second learns."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from numerics import adamixup
from numerics.adamixup import Policy
from numerics.adamixup.networks import Losses, Trio
from numerics.mixing import Mixing, batches
from numerics.mixing.batches import Draw
from numerics.mlp import single
from numerics.mlp.single import Recipe, training

Array = NDArray[Any]
Training = Callable[..., single.Fit]

both = pytest.mark.parametrize("fit", [single.fit, adamixup.fit], ids=["mixup", "adamixup"])

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


@both
@pytest.mark.parametrize("optimiser", ["sgd", "adam"])
def test_it_learns(fit: Training, optimiser: Any) -> None:
    recipe = Recipe(widths=(16,), batch_size=16, epochs=30, rate=0.01, optimiser=optimiser)
    steps: list[int] = []
    test = blobs(90, 1)
    found = fit(*blobs(), recipe, rng=0, test=test, progress=steps.append)
    assert steps == 30 * [4]  # 16 + 16 + 16 + 12 samples
    assert found.networks.sizes == (4, 16, 3)
    assert found.networks.parameters.dtype == np.float32
    assert found.errors.shape == found.loss.shape == (30,)
    assert found.errors[-1] == found.networks.error(*test)[0] < 0.2 < found.errors[0]
    assert found.loss[-1] < found.loss[0] / 2
    assert found.seconds > 0


@both
def test_the_same_seed_gives_the_same_numbers(fit: Training) -> None:
    first, again, other = (
        fit(*blobs(), SMALL, rng=seed, test=blobs(30, 1)) for seed in (3, np.int64(3), 4)
    )
    assert same(first, again)
    assert not same(first, other)


@both
def test_the_test_set_changes_nothing(fit: Training) -> None:
    X, labels = blobs(30, 1)
    without = fit(*blobs(), SMALL, rng=0)
    for shift in (0, 9):  # the classes of the test, and none of them
        tested = fit(*blobs(), SMALL, rng=0, test=(X, labels + shift))
        np.testing.assert_array_equal(tested.networks.parameters, without.networks.parameters)
        np.testing.assert_array_equal(tested.loss, without.loss)
        assert (tested.errors == 1).all() == (shift == 9)
    assert without.errors.size == 0


@both
def test_data_are_used_as_they_are_stored(fit: Training) -> None:
    X, labels = blobs()
    expected = fit(X, labels, SMALL, rng=1)
    wide = np.zeros((120, 9))
    wide[::2, 2:6] = X
    wide.flags.writeable = False
    for stored in (np.asfortranarray(X), wide[::2, 2:6], X.tolist()):
        assert same(fit(stored, labels.tolist(), SMALL, rng=1), expected)


@both
def test_divergence_is_named(fit: Training) -> None:
    X, labels = blobs()
    with pytest.raises(FloatingPointError, match="diverged in epoch 1: lower the rate"):
        fit(X, labels, Recipe(widths=(8, 6), batch_size=8, rate=1e12), rng=0)
    slowly = Recipe(widths=(8, 6), batch_size=8, rate=20.0, epochs=19, drops=(), momentum=0.99)
    with pytest.raises(FloatingPointError, match=r"diverged in epoch ([2-9]|1\d): lower"):
        fit(X, labels, slowly, rng=0)


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


@pytest.mark.parametrize(
    "policy",
    [Policy(widths=(5,)), Policy(intrusion=2.0), Policy(scale=1.0), Policy(targets="held")],
)
def test_the_settings_count(policy: Policy) -> None:
    X, labels = blobs()
    default = adamixup.fit(X, labels, SMALL, rng=0)
    assert not same(default, adamixup.fit(X, labels, SMALL, policy, rng=0))


def test_the_three_networks_learn() -> None:
    X, labels = blobs()
    before, after = (
        fit_trio(X, labels, Recipe(widths=(8,), rate=rate, epochs=2), rng=0)[1]
        for rate in (1e-30, 0.05)
    )
    for name in ("classifier", "policy", "head"):
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


def test_regions_keep_away_from_where_mixing_intrudes() -> None:
    adam: dict[str, Any] = {"optimiser": "adam", "rate": 3e-3, "weight_decay": 0}
    recipe = Recipe(widths=(32, 32), batch_size=50, epochs=40, **adam)
    eps = np.linspace(0, 1, 101, dtype=np.float32)
    # Both ends are mixed, by what was learnt and by Mixup: shares near 0, mean distances.
    shares, distances = np.empty((2, 8, 2))
    for seed in range(8):
        X, labels, place = line(seed)
        fitted, trio = fit_trio(X, labels, recipe, Policy(intrusion=5.0), rng=seed)
        assert fitted.networks.error(X, labels)[0] == 0
        first, second = (X[place == end].astype(np.float32) for end in (-1, 1))
        learnt = trio.regions(first, second)
        alpha, delta = learnt[:, :1], learnt[:, 1:2]
        for method, gamma in enumerate((alpha + delta * eps, eps)):
            mixed = np.abs(gamma * first[:, :1] + (1 - gamma) * second[:, :1])
            shares[seed, method] = (mixed < 1 / 4).mean()
            distances[seed, method] = np.minimum(mixed, np.abs(1 - mixed)).mean()
    np.testing.assert_allclose(shares[:, 1], 1 / 4, atol=0.02)
    # Fewer mixed samples in the middle, in nearly every training and on average.
    assert (shares[:, 0] < shares[:, 1] / 2).sum() >= 6
    assert shares[:, 0].mean() < shares[:, 1].mean() / 2
    # And not because they became samples of the data: they are further away from all of these.
    assert distances[:, 0].mean() > distances[:, 1].mean() + 0.05


def test_parameters_are_looked_at_in_each_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([True, False])
    monkeypatch.setattr(Trio, "finite", lambda _: next(answers))
    with pytest.raises(FloatingPointError, match="diverged in epoch 2: lower the rate"):
        adamixup.fit(*blobs(), SMALL, rng=0)
