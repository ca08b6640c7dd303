r"""AdaMixup for a multilayer perceptron: Mixup that learns for each pair how far it may go.

The method that Section V.C compares Local Mixup with [1]_. Manifold intrusion is a mixed sample
that lies where there are samples of another label. Three networks are trained together:

- the classifier, on the data and on mixed samples;
- the policy region generator, which takes a pair and returns, by a softmax, three shares
  (alpha, Delta, alpha') that sum to 1. The pair's coefficient is uniform on its region
  [alpha, alpha + Delta], drawn as gamma = alpha + Delta eps with eps uniform on [0, 1), so that
  the losses have a gradient in alpha and Delta;
- the intrusion discriminator, which shares all layers of the classifier but the last one and tells
  mixed samples (positive) from samples of the data (negative).

The loss is the sum of three: the mean cross-entropy of the classifier on the data, the same on the
mixed samples, and the intrusion loss, the discriminator's mean cross-entropy on the mixed samples
plus that on the data. All parameters are chosen to minimise it: the generator works with the
discriminator, not against it, and moves mixed samples to where they are told from the data.

Notes
-----
What is left open, or is for convolutional networks, and what is done here:

- The generator is a perceptron on the two inputs side by side, with the hidden layers of the
  classifier, unless others are given. (The published code, which docs/public-code.md names, gives
  a network with the layers of the classifier a sum of both inputs with random weights.)
- Its last layer starts a thousand times smaller than others: all regions start near [1/3, 2/3], as
  in the published code.
- The discriminator's own layer has two outputs and a softmax. (Two linear layers in the published
  code, which compute no more than one.)
- A step takes one batch, with the order of samples and the partners of
  `numerics.mlp.single.fit`: its samples are the data of the first loss and the negatives
  of the third; each is mixed with its partner. eps is drawn for each pair. (The published code
  mixes half of the batch; the other half is among the negatives only.) A sample that is its own
  partner counts as a mixed one.
- The sum of the losses is multiplied by 1/2 (`Policy.scale`), so that the rate of the recipe means
  the same as for methods that have one loss. (The published code takes the mean over data and mixed
  samples, and adds the mean over all samples that the discriminator sees.)
- Learning rate, momentum and weight decay are those of the recipe for all three networks.
- The gradient in gamma is that of the loss as it is written (`Policy.targets`, "followed"): the
  targets of mixed samples depend on gamma too. The cross-entropy of a mixed sample is at least the
  entropy of its target, which falls as gamma comes near 0 or 1, so that the second loss alone draws
  pairs of two classes to regions without mixing; where the third one does not hold against it, what
  is left is all but vanilla training. (The published code calls a cross-entropy through which no
  gradient flows to the targets: "held". Its generator does not minimise the sum of the losses, but
  feels nothing of that pull.)

References
----------
.. [1] H. Guo, Y. Mao and R. Zhang, "MixUp as Locally Linear Out-of-Manifold Regularization",
   AAAI 2019, arXiv:1809.02499.
"""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from numerics.adamixup.networks import Policy, Trio, extra_sizes
from numerics.mixing import Mixing, check_mixing
from numerics.mixing.batches import Draw
from numerics.mlp import Seed
from numerics.mlp.single import Data, Fit, Recipe, train
from numerics.validation import check_count, spawned

__all__ = ["Policy", "fit", "parameter_counts"]


def parameter_counts(sizes: tuple[int, ...], policy: Policy | None = None) -> dict[str, int]:
    """Count the parameters that AdaMixup trains."""
    given: object = sizes
    if not isinstance(given, tuple) or len(given) < 3:
        message = f"sizes must be a tuple with one hidden layer at least, got {sizes!r}"
        raise ValueError(message)
    for size in sizes:
        check_count(size, "sizes", 1)
    classifier, generator, head = (
        sum((inputs + 1) * outputs for inputs, outputs in pairwise(layers))
        for layers in (sizes, *extra_sizes(sizes, policy or Policy()))
    )
    return {
        "classifier": classifier,
        "policy network": generator,
        "intrusion discriminator": head,
        "extra": generator + head,
        "total": classifier + generator + head,
    }


def fit(
    X: ArrayLike,
    labels: ArrayLike,
    recipe: Recipe,
    policy: Policy | None = None,
    *,
    rng: Seed = None,
    test: tuple[ArrayLike, ArrayLike] | None = None,
    mixing: Mixing | None = None,
    progress: Callable[[int], object] | None = None,
) -> Fit:
    """Train one network by AdaMixup.

    Parameters
    ----------
    X : array_like
        Training inputs, shape (n, d). They are not copied if they are of the recipe's type and
        stored by rows.
    labels : array_like of int
        Their classes, shape (n,), from 0.
    recipe : Recipe
        The classifier, and the optimiser of all three networks.
    policy : Policy, optional
        The policy network and the weights of the losses; ``Policy()`` if not given.
    rng : optional
        Seed as in SPEC 7. It is spawned into five: initialisation of the classifier, sampling, as
        for `numerics.mlp.single.fit`; initialisation of the policy network and of the
        discriminator's layer, and eps.
    test : tuple of array_like, optional
        Inputs (m, d) and labels (m,) on which the error is measured after each epoch. They have no
        influence on anything else.
    mixing : Mixing, optional
        That of the training by `numerics.mlp.single.fit` whose order of samples and
        partners are to be met again: pairing and law of lambda decide them; the graph does not
        count, nor the lambda that is drawn. ``Mixing()`` if not given.
    progress : callable, optional
        Called after each epoch with the number of its steps.

    Returns
    -------
    Fit
        The trained classifier; `loss` is the sum of the three losses, with their weights.

    Raises
    ------
    ValueError
        If an argument has a wrong shape, type or value.
    FloatingPointError
        If the training diverges: a parameter or the loss is infinite or NaN. The message names the
        epoch.

    Notes
    -----
    A step evaluates the classifier on two batches and the policy network, whose inputs are twice as
    long, on one: it takes several times as long as one of Mixup.
    """
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

    how = check_mixing(Mixing() if mixing is None else mixing)
    return train(trio.classifier, step, trio.finite, data, recipe, how, sampling, progress)
