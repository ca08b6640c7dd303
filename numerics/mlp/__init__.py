"""Small multilayer perceptrons, many independent replicates at once (Section V.A).

The network, the loss (softmax cross-entropy with soft targets and a weight for each pair) and the
optimiser are those of any framework. What is different is the size: a step of the spirals' network
is 1.2 million multiplications and additions, less work than a framework spends on starting it.
Here many replicates, which share nothing but the machine, are trained side by side, and pairs of
weight zero never reach the network.

A replicate's numbers depend on its own Generator and on nothing else: not on how many there are,
nor on how many are stacked together.
"""

import importlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from numerics.mixing import Epochs, Mixing, check_mixing
from numerics.mlp.compiled.fused import FusedNetworks
from numerics.mlp.loop import run
from numerics.mlp.network import SGD, Adam, Backend, Network, Optimiser, initial
from numerics.mlp.networks import Networks, as_points, as_targets, as_weights, one_thread
from numerics.mlp.numpy_backend import StackedNetworks
from numerics.validation import as_array, check_choice, check_count, check_dtype, spawned

__all__ = ["SGD", "Adam", "BackendName", "Network", "Networks", "backend_name", "gradient", "train"]

BackendName: TypeAlias = Literal["auto", "numba", "numpy"]

#: What SPEC 7 takes as `rng`.
Seed: TypeAlias = int | Sequence[int] | np.random.SeedSequence | np.random.Generator | None


def backend_name(backend: BackendName = "auto") -> Literal["numba", "numpy"]:
    """Say which backend a choice amounts to here."""
    check_choice(backend, "backend", get_args(BackendName))
    if backend == "numpy":
        return "numpy"
    try:
        importlib.import_module("numba")
    except ImportError as error:
        if backend == "auto":
            return "numpy"
        message = "the backend 'numba' is not installed: pip install 'local-mixup[fast]'"
        raise ImportError(message) from error
    return "numba"


def _backend(name: BackendName) -> Callable[..., Backend]:
    return FusedNetworks if backend_name(name) == "numba" else StackedNetworks


def _generators(rng: object, replicates: int | None) -> list[np.random.Generator]:
    if isinstance(rng, Sequence) and rng and all(isinstance(r, np.random.Generator) for r in rng):
        if replicates not in (None, len(rng)):
            message = f"rng must hold {replicates} Generators, one a replicate, got {len(rng)}"
            raise ValueError(message)
        return list(rng)
    return spawned(rng, replicates or 1)


def gradient(
    networks: Networks,
    X: ArrayLike,
    Y: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    backend: BackendName = "auto",
) -> NDArray[Any]:
    """Compute the gradient of `Networks.loss` with the code that trains.

    Parameters
    ----------
    networks : Networks
        Where.
    X, Y, weights : array_like
        Points, labels or soft targets, and weights, as `Networks.loss` takes them.
    backend : {"auto", "numba", "numpy"}, optional
        As in `train`.

    Returns
    -------
    numpy.ndarray
        Shape (R, P), laid out as the parameters.

    Notes
    -----
    It is the difference that one step of gradient descent of rate 1 makes, so that a check of it is
    a check of the training itself. It is rounded as the parameters are.
    """
    start = networks.parameters
    points = as_points(X, len(start), start.dtype)
    count, n = points.shape[:2]
    targets = as_targets(Y, count, n, networks.sizes[-1])
    share = as_weights(weights, count, n)
    trained = _backend(backend)(start, networks.sizes, networks.softmax_twice, SGD(1.0))
    edges = n * np.arange(count + 1)
    with one_thread(), np.errstate(all="ignore"):
        trained.advance(
            Epochs(
                points.reshape(count * n, -1).astype(start.dtype),
                targets.reshape(count * n, -1).astype(start.dtype),
                share.reshape(-1).astype(start.dtype),
                np.stack([edges[:-1], edges[1:]], axis=1),
            )
        )
    return np.asarray(start - trained.parameters())


def train(
    X: ArrayLike,
    Y: ArrayLike,
    *,
    mixing: Mixing | None = None,
    network: Network | None = None,
    optimiser: Optimiser | None = None,
    batch_size: int = 20,
    epochs: int | None = None,
    updates: int | None = None,
    rng: Seed | Sequence[np.random.Generator] = None,
    stacked: int = 16,
    backend: BackendName = "auto",
    dtype: DTypeLike = "float32",
    progress: Callable[[int], object] | None = None,
) -> Networks:
    """Train replicates of a network, each on its own data and random numbers.

    Parameters
    ----------
    X : array_like
        Training points, shape (n, d) for all replicates or (R, n, d).
    Y : array_like
        Their labels, integers, shape (n,) or (R, n); or soft targets, shape (n, c) or (R, n, c).
    mixing : Mixing, optional
        How virtual samples are made; vanilla training if not given.
    network : Network, optional
        Widths of the hidden layers, loss and initialisation; the defaults of `Network` if not
        given.
    optimiser : Adam or SGD, optional
        ``Adam()`` if not given.
    batch_size : int, optional
        Samples in a batch, before pairs of weight zero are left out.
    epochs, updates : int, optional
        Passes over the data, or steps (the last pass is cut); exactly one of the two.
    rng : optional
        Seed as in SPEC 7, of which each replicate gets a child; or a sequence of R Generators. Each
        is spawned into two: initialisation and sampling, in this order.
    stacked : int, optional
        Replicates that are trained side by side; it changes speed only.
    backend : {"auto", "numba", "numpy"}, optional
        "numba" is the extra ``local-mixup[fast]``, the same results up to rounding; "auto" takes it
        if it is installed.
    dtype : {"float32", "float64"}, optional
        Type of all numbers of training.
    progress : callable, optional
        Called with the number of replicate-steps made since its last call, after each pass.

    Returns
    -------
    Networks
        The R trained replicates.

    Raises
    ------
    ValueError
        If an argument has a wrong shape, type or value, or not exactly one of `epochs` and
        `updates` is given.
    ImportError
        If the backend is "numba" and numba is not installed.
    FloatingPointError
        If a replicate diverges: a parameter is infinite or NaN. The message names it.

    Notes
    -----
    While it runs, BLAS is kept on one thread in the whole process; use processes for more cores.
    """
    kind = check_dtype(dtype)
    network, optimiser = network or Network(), optimiser or Adam()
    mixing = check_mixing(mixing)
    batch_size = check_count(batch_size, "batch_size", 1)
    stacked = check_count(stacked, "stacked", 1)
    if (epochs is None) == (updates is None):
        message = f"give exactly one of epochs and updates, got {epochs} and {updates}"
        raise ValueError(message)
    trainer = _backend(backend)

    inputs, given = as_array(X, "X"), as_array(Y, "Y")
    several = given.ndim - (1 if given.dtype.kind in "iu" else 2)
    count = given.shape[0] if several == 1 else None
    if inputs.ndim == 3:
        count = inputs.shape[0]
    rngs = _generators(rng, count)
    points = as_points(inputs, len(rngs), kind)
    n = points.shape[1]
    targets = as_targets(given, len(rngs), n, None)
    sizes = (points.shape[2], *network.widths, targets.shape[2])
    if epochs is not None:
        total = check_count(epochs, "epochs", 0) * -(-n // batch_size)
    else:
        total = check_count(updates, "updates", 0)

    streams = [child.spawn(2) for child in rngs]
    result = initial(network, sizes, [pair[0] for pair in streams], kind)
    with one_thread():
        for low in range(0, len(rngs), stacked):
            group = slice(low, low + stacked)
            trained = trainer(result[group], sizes, network.softmax_twice, optimiser)
            samplers = [pair[1] for pair in streams[group]]
            passes = mixing.passes(points[group], targets[group], batch_size, samplers, kind)
            run(
                _first(passes, total),
                trained.advance,
                trained.finite,
                [f"replicate {r}" for r in range(low, low + len(samplers))],
                progress=progress,
            )
            result[group] = trained.parameters()
    return Networks(result, sizes, network.softmax_twice)


def _first(passes: Iterator[Epochs], total: int) -> Iterator[Epochs]:
    """Yield passes until there were so many steps; the last one is cut."""
    while total > 0:
        rows = next(passes)
        offsets = rows.offsets[:, : total + 1]
        total -= offsets.shape[1] - 1
        yield replace(rows, offsets=offsets)
