"""AdaMixup's three networks in training: their losses and gradients, worked out by hand.

The policy network's outputs z for a pair (i, j) give (alpha, Delta, alpha') = softmax(z), and
the share of i is gamma = alpha + Delta eps with eps uniform on [0, 1). The loss L of the mixed
sample x~ = gamma x_i + (1 - gamma) x_j with target t~ = gamma t_i + (1 - gamma) t_j has the slope

    g = dL/dgamma = <dL/dx~, x_i - x_j> - <t_i - t_j, logits>

(for the cross-entropy, dL/dt~ is minus the log-softmax of the logits, and its normalisation drops
out as t_i - t_j sums to 0; without this part where targets are held), and from there

    dL/dz = g (alpha (1 - gamma), Delta (eps - gamma), -alpha' gamma).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from numerics.archive.plain import Plain
from numerics.mlp.network import Network
from numerics.mlp.single import Perceptron, Recipe, cross_entropy
from numerics.validation import IntArray, check_fields, check_nonnegative, check_positive

Targets: TypeAlias = Literal["followed", "held"]
"""What the gradient in gamma makes of the mixed targets: functions of gamma, or constants."""

#: What the initial parameters of the policy network's last layer are multiplied by, so that all
#: pairs start with nearly the same region, (1/3, 2/3).
START = 1e-3

_ORIGINAL, _MIXED = 0, 1  # classes of the intrusion discriminator


@dataclass(frozen=True)
class Policy(Plain):
    """What AdaMixup has beside its classifier.

    Parameters
    ----------
    widths : tuple of int, optional
        Widths of the hidden layers of the policy network; those of the classifier if not given.
    intrusion : float
        What the intrusion loss is multiplied by, at least 0; 1 in the paper.
    scale : float
        What the sum of the three losses is multiplied by, above 0; 1 in the paper. With 1/2 the
        classifier learns from the mean of data and mixed samples, at the same rate as in other
        methods.
    targets : {"followed", "held"}
        Whether the gradient in gamma is that of the loss, whose targets move with gamma, or takes
        the targets for constants.
    """

    widths: tuple[int, ...] | None = None
    intrusion: float = 1.0
    scale: float = 0.5
    targets: Targets = "followed"

    def __post_init__(self) -> None:
        """Check the fields."""
        check_fields(self)
        if self.widths is not None:
            Network(self.widths)
        check_nonnegative(self.intrusion, "intrusion")
        check_positive(self.scale, "scale")


class Losses(NamedTuple):
    """The three losses of a step, each with the weight that it has in their sum."""

    data: float
    mixed: float
    intrusion: float


def extra_sizes(sizes: tuple[int, ...], policy: Policy) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the layers' widths of the policy network and of the discriminator's own layer."""
    hidden = sizes[1:-1] if policy.widths is None else policy.widths
    return (2 * sizes[0], *hidden, 3), (sizes[-2], 2)


def coefficients(shares: NDArray[Any], eps: NDArray[Any]) -> NDArray[Any]:
    """Return gamma = alpha + Delta eps, shape (B,), of regions (B, 3) and eps (B,)."""
    # Rounded, alpha + Delta may be a little more than 1.
    return np.asarray(np.minimum(shares[:, 0] + shares[:, 1] * eps, shares.dtype.type(1)))


class Trio:
    """A classifier, the policy network and the discriminator's own layer, trained together."""

    def __init__(
        self,
        sizes: tuple[int, ...],
        recipe: Recipe,
        policy: Policy,
        rngs: Sequence[np.random.Generator],
        n: int,
    ) -> None:
        widths, head = extra_sizes(sizes, policy)
        self._settings = policy
        self._dtype = np.dtype(recipe.dtype)
        self.classifier, self.policy, self.head = self._networks = [
            Perceptron(layers, recipe, rng, n)
            for layers, rng in zip((sizes, widths, head), rngs, strict=True)
        ]
        self.policy.parameters[-3 * (widths[-2] + 1) :] *= START

    def regions(self, first: NDArray[Any], second: NDArray[Any]) -> NDArray[Any]:
        """Return (alpha, Delta, alpha') of pairs, shape (B, 3)."""
        outputs = self.policy.forward(np.concatenate([first, second], axis=1))
        shares: NDArray[Any] = np.exp(outputs - outputs.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        return shares

    def gradient(
        self, X: NDArray[Any], T: NDArray[Any], partners: IntArray, eps: NDArray[Any]
    ) -> Losses:
        """Compute the gradient for a batch, X (B, d) and T (B, c), its partners and eps, (B,)."""
        others, other_targets = X[partners], T[partners]
        shares, eps = self.regions(X, others), eps.astype(self._dtype)
        gamma = coefficients(shares, eps)
        gaps, target_gaps = X - others, T - other_targets
        mixed = others + gamma[:, None] * gaps
        mixed_targets = other_targets + gamma[:, None] * target_gaps

        # The data first: the slopes in the mixed samples and their logits are needed afterwards.
        on_data, as_data, _ = self._backward(self.classifier.forward(X), T, _ORIGINAL)
        logits = self.classifier.forward(mixed)
        on_mixed, as_mixed, slopes = self._backward(logits, mixed_targets, _MIXED)
        slope = np.einsum("kd,kd->k", slopes, gaps)
        if self._settings.targets == "followed":
            slope -= np.einsum("kc,kc->k", logits, target_gaps) * (self._settings.scale / len(X))
        reach = np.stack([1 - gamma, eps - gamma, -gamma], axis=1)
        self.policy.backward(slope[:, None] * shares * reach)
        return Losses(on_data, on_mixed, as_data + as_mixed)

    def update(self) -> None:
        """Make one step of the optimiser in all three networks."""
        for network in self._networks:
            network.update()

    def finite(self) -> bool:
        """Tell whether all parameters of the three networks are finite."""
        return all(network.finite() for network in self._networks)

    def _backward(
        self, logits: NDArray[Any], T: NDArray[Any], kind: int
    ) -> tuple[float, float, Any]:
        """Return the two losses at the samples just put in, and their slopes in mixed inputs."""
        weights = np.full(len(T), self._settings.scale / len(T), self._dtype)
        loss, slopes = cross_entropy(logits, T, weights)
        kinds = np.zeros((len(T), 2), self._dtype)
        kinds[:, kind] = 1
        judged = self.head.forward(self.classifier.features)
        weights *= self._dtype.type(self._settings.intrusion)
        intrusion, judged_slopes = cross_entropy(judged, kinds, weights)
        # Each step begins with the original data, whose gradient replaces that of the last step.
        mixed = kind == _MIXED
        feature_slopes = self.head.backward(judged_slopes, inputs=True, accumulate=mixed)
        inputs = self.classifier.backward(
            slopes, feature_slopes=feature_slopes, inputs=mixed, accumulate=mixed
        )
        return loss, intrusion, inputs
