"""AdaMixup's step in the loop of all networks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from numerics.adamixup.networks import Policy, Trio
from numerics.mixing import Mixing, check_mixing
from numerics.mlp.single import Data, Fit, Recipe, train
from numerics.validation import spawned

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

    from numerics.mixing.batches import Draw
    from numerics.mlp import Seed


def fit_trio(
    X: ArrayLike,
    labels: ArrayLike,
    recipe: Recipe,
    policy: Policy | None = None,
    *,
    rng: Seed = None,
    test: tuple[ArrayLike, ArrayLike] | None = None,
    mixing: Mixing | None = None,
    progress: Callable[[int], object] | None = None,
) -> tuple[Fit, Trio]:
    """Return what `fit` does, and the three networks."""
    data = Data.of(X, labels, recipe.dtype, test)
    targets = np.eye(data.classes, dtype=data.X.dtype)
    initial, sampling, *others, uniform = spawned(rng, 5)
    sizes = (data.X.shape[1], *recipe.widths, data.classes)
    trio = Trio(sizes, recipe, policy or Policy(), [initial, *others], len(data.X))

    def step(draw: Draw) -> float:
        batch, eps = data.X[draw.samples], uniform.random(draw.samples.size)
        losses = trio.gradient(batch, targets[data.labels[draw.samples]], draw.partners, eps)
        trio.update()
        return sum(losses)

    classifier, how = trio.classifier, check_mixing(Mixing() if mixing is None else mixing)
    return train(classifier, step, trio.finite, data, recipe, how, sampling, progress), trio
