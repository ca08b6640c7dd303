"""JAX: jit of a scan over the steps of a pass, each step vmapped over the replicates.

What was found to be fastest, and is used: the steps scanned outside and the replicates vmapped
inside, two steps unrolled, the second hidden layer transposed, Adam over the arrays of the
parameters (one flat array is slower) in the form that PyTorch documents.

The rows of a step have to be of one number for a compiled function: all steps of a pass are padded
to the largest number among them, rounded up to a multiple of 4, so that few functions are compiled.
"""

from __future__ import annotations

import math
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.trainer_peers.task import (
    BETA1,
    BETA2,
    EPS,
    N_TRAIN,
    RATE,
    networks,
    padded,
)

if TYPE_CHECKING:
    from benchmarks.trainer_peers.task import Data, Networks, Task

jax: Any = import_module("jax")
jnp: Any = import_module("jax.numpy")
lax: Any = import_module("jax.lax")

#: Largest number of rows of a step that the sampling inside the jit leaves room for, at a mean of
#: 20; it is checked.
ROOM = 64


def _loss(layers: Any, X: Any, target: Any) -> Any:
    (W1, b1), (W2, b2), (W3, b3) = layers
    h = jax.nn.relu(X @ W1 + b1)
    h = jax.nn.relu(W2 @ h.T + b2[:, None])
    z = W3 @ h + b3[:, None]
    return -(jax.nn.log_softmax(z, axis=0) * target.T).sum()


def _train(state: Any, X: Any, target: Any) -> Any:
    """Make one pass: X and target of shape (steps, R, rows, 2)."""
    gradient = jax.vmap(jax.grad(_loss))

    def step(state: Any, batch: Any) -> Any:
        layers, m, v, t = state
        t = t + 1
        g = gradient(layers, *batch)
        m = jax.tree.map(lambda m, g: m + (1 - BETA1) * (g - m), m, g)
        v = jax.tree.map(lambda v, g: v + (1 - BETA2) * (g * g - v), v, g)
        # 1 - beta^t, without the cancellation that single precision would suffer from.
        root = jnp.sqrt(-jnp.expm1(t * math.log(BETA2)))
        rate, eps = -RATE * root / jnp.expm1(t * math.log(BETA1)), EPS * root
        layers = jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(v) + eps), layers, m, v)
        return (layers, m, v, t), None

    return lax.scan(step, state, (X, target), unroll=2)[0]


_train_fed = jax.jit(_train, donate_argnums=0)
_train_own = jax.jit(
    lambda state, X, target, rows: _train(state, X[:, :, :rows], target[:, :, :rows]),
    donate_argnums=0,
    static_argnums=3,
)


_keys = jax.jit(jax.vmap(jax.random.key))


def _start(data: Data) -> Any:
    (W1, b1), (W2, b2), (W3, b3) = data.initial()
    layers = ((W1, b1), (W2.swapaxes(1, 2), b2), (W3.swapaxes(1, 2), b3))
    layers = jax.tree.map(jnp.array, layers)
    zeros = jax.tree.map(jnp.zeros_like, layers)
    return layers, zeros, jax.tree.map(jnp.zeros_like, layers), jnp.float32(0)


def _finish(state: Any) -> Networks:
    (W1, b1), (W2, b2), (W3, b3) = jax.tree.map(np.array, state[0])
    return networks([(W1, b1), (W2.swapaxes(1, 2), b2), (W3.swapaxes(1, 2), b3)])


def _rounded(rows: int) -> int:
    return -(-rows // 4) * 4


def fed(data: Data, task: Task, passes: int) -> Networks:
    """Train all networks at once on the samples of `numerics.mixing`."""
    R = len(data.replicates)
    state = _start(data)
    for epochs in data.passes(task, passes):
        rows = _rounded(int(np.diff(epochs.offsets).max()))
        X, target = padded(epochs, np.full(task.steps, rows))
        shape = (task.steps, R, rows, 2)
        state = _train_fed(state, X.reshape(shape), target.reshape(shape))
    return _finish(state)


def _order(key: Any, shape: tuple[int, ...], live: Any = None) -> Any:
    """Draw random orders along the last axis, the positions that are not live last.

    One array of random bits with the position in the lowest ones is sorted: an `argsort`, and
    `jax.random.permutation`, take three times as long.
    """
    bits = max(1, (shape[-1] - 1).bit_length())
    keys = jax.random.bits(key, shape, jnp.uint32) >> (bits + 1) << bits
    keys = keys | jnp.arange(shape[-1], dtype=jnp.uint32)
    if live is not None:
        keys = jnp.where(live, keys, keys | jnp.uint32(1 << 31))
    return (jnp.sort(keys, axis=-1) & jnp.uint32((1 << bits) - 1)).astype(jnp.int32)


@lru_cache
def _sampler(task: Task) -> Any:
    """Return the jitted function from keys (R,), the number of a pass and data (R, n, 3) to it.

    A row of the data is a sample and its label. The result is inputs and weighted targets, both
    (steps, R, rows, 2) with the counted rows first, and the largest number of counted rows.
    """
    B, steps = task.batch_size, task.steps
    live = (np.arange(steps * B) < N_TRAIN).reshape(steps, B)
    room = min(B, ROOM)
    find = jnp.searchsorted

    def sample(key: Any, index: Any, data: Any) -> Any:
        first, second, third = jax.random.split(jax.random.fold_in(key, index), 3)
        order = jnp.pad(_order(first, (N_TRAIN,)), (0, steps * B - N_TRAIN)).reshape(steps, B)
        a = data[order]
        b = jnp.take_along_axis(a, _order(second, (steps, B), live)[..., None], axis=1)
        lam = jax.random.uniform(third, (steps, 1, 1))
        mixed = b + lam * (a - b)
        keep = jnp.asarray(live)
        if task.epsilon is not None:
            keep &= ((a - b)[..., :2] ** 2).sum(axis=-1) <= task.epsilon**2
            # The k-th row that counts is where their running number reaches k.
            k = jax.vmap(find, in_axes=(0, None))(jnp.cumsum(keep, axis=-1), 1 + np.arange(room))
            mixed = jnp.take_along_axis(mixed, jnp.minimum(k, B - 1)[..., None], axis=1)
        counts = keep.sum(axis=-1)
        sizes = live.sum(axis=-1, keepdims=True)
        weights = (jnp.arange(room) < counts[:, None]) / sizes.astype(np.float32)
        label = mixed[..., 2]
        target = jnp.stack((1 - label, label), axis=-1) * weights[..., None]
        return mixed[..., :2], target, counts.max()

    def pass_over(keys: Any, index: Any, data: Any) -> Any:
        over_replicates = jax.vmap(sample, in_axes=(0, None, 0), out_axes=(1, 1, 0))
        X, target, largest = over_replicates(keys, index, data)
        return X, target, largest.max()

    return jax.jit(pass_over)


def own(data: Data, task: Task, passes: int) -> Networks:
    """Train all networks at once, with the sampling in JAX too."""
    state = _start(data)
    keys = _keys(np.array([rng.integers(2**32) for rng in data.generators()], dtype=np.uint32))
    samples = jnp.asarray(np.dstack((data.X, data.labels)), dtype=jnp.float32)
    draw = _sampler(task)
    for index in range(passes):
        X, target, largest = draw(keys, index, samples)
        rows = int(largest)
        if rows > min(task.batch_size, ROOM):
            message = f"a step has {rows} rows that count, more than {ROOM}"
            raise ArithmeticError(message)
        state = _train_own(state, X, target, min(_rounded(rows), X.shape[2]))
    return _finish(state)
