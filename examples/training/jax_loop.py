"""Local Mixup in a JAX loop: mixed outside of jit, at shapes that never change.

Run ``python examples/training/jax_loop.py`` (half a minute; needs JAX).
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

from numerics import spirals
from numerics.mixing import Mixing

SEED, EPOCHS, SIZE, RATE = 0, 300, 100, 0.5


def logits(parameters: list[tuple[jax.Array, jax.Array]], X: jax.Array) -> jax.Array:
    """Apply a perceptron."""
    *hidden, (last, bias) = parameters
    for matrix, offset in hidden:
        X = jax.nn.relu(X @ matrix + offset)
    return X @ last + bias


def loss(parameters: Any, X: jax.Array, T: jax.Array, weights: jax.Array) -> jax.Array:
    """Return the sum of weight times cross-entropy: rows of weight 0 change nothing."""
    return -(weights * (T * jax.nn.log_softmax(logits(parameters, X))).sum(axis=1)).sum()


@jax.jit  # type: ignore[untyped-decorator]
def step(parameters: Any, X: jax.Array, T: jax.Array, weights: jax.Array) -> Any:
    """Make a step of gradient descent; it is compiled once, as all batches are of one shape."""
    slopes = jax.grad(loss)(parameters, X, T, weights)
    return jax.tree.map(lambda value, slope: value - RATE * slope, parameters, slopes)


def main() -> None:
    """Train a network, and show what it answers."""
    data = spirals.make(1000, preset="released", rng=SEED)
    X, labels = jnp.asarray(data.X_train, dtype=jnp.float32), jnp.asarray(data.labels_train)
    rng = np.random.default_rng(SEED)
    parameters: Any = [
        (jnp.asarray(rng.normal(0, (2 / m) ** 0.5, (m, k)), dtype=jnp.float32), jnp.zeros(k))
        for m, k in ((2, 64), (64, 64), (64, 2))
    ]
    mixing = Mixing("threshold", 0.6, lam="pair", normalise="weights")
    for _ in range(EPOCHS):
        for chosen in np.split(rng.permutation(len(X)), len(X) // SIZE):
            batch = mixing.batch(X[chosen], labels[chosen], classes=2, rng=rng, drop=False)
            parameters = step(parameters, batch.X, batch.T, batch.weights)
    guess = np.asarray(logits(parameters, jnp.asarray(data.X_test)).argmax(axis=1))
    print(f"inputs: test error {np.mean(guess != data.labels_test):.3f}")
    plt.scatter(data.X_test[:, 0], data.X_test[:, 1], c=guess, s=6)
    plt.title("test samples in the colour of the answer")
    plt.show()


if __name__ == "__main__":
    main()
