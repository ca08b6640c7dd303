"""One batch of virtual samples, in the library of its inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import array_api_compat as compat
import numpy as np

from numerics.costs import announce
from numerics.mixing.arrays import Array, as_array, check_floats, device_of, host, placed
from numerics.mixing.locality import Euclidean, Given, weights
from numerics.mixing.pairs import lambdas, partners
from numerics.validation import as_array as as_numpy
from numerics.validation import check_angles, check_count, check_unmasked

if TYPE_CHECKING:
    from collections.abc import Callable

    from numerics.mixing import Mixing
    from numerics.validation import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Batch:
    """The virtual samples of one batch, in arrays of the library, device and type of its inputs.

    Parameters
    ----------
    X : array of float
        Virtual inputs, shape (rows, ...), the trailing axes those of the batch.
    T : array of float
        Their targets, shape (rows, c).
    weights : array of float
        Normalised weights, shape (rows,). The loss of the step is the sum of weight times loss.
    pairs : array of int
        Positions i and j in the batch, shape (rows, 2).
    lam : array of float
        The share of i in each row, shape (rows,).
    size : int
        Samples of the batch, B: that of the rows before some were left out.
    """

    X: Array
    T: Array
    weights: Array
    pairs: Array
    lam: Array
    size: int

    def mix(self, values: Array) -> Array:
        """Mix anything else that the batch has a row of, by the same pairs and lambda.

        Parameters
        ----------
        values : array of float
            One row for each sample of the batch, shape (B, ...), in the library and on the device
            of X: hidden features for Manifold Mixup, say.

        Returns
        -------
        array of float
            The mixtures, shape (rows, ...), with gradients through the values.

        Raises
        ------
        ValueError
            If `values` is not of floats or has not B rows.
        """
        array, _ = check_floats(values, "values")
        if tuple(array.shape[:1]) != (self.size,):
            message = (
                f"values must have a row for each of {self.size} samples, got shape "
                f"{tuple(array.shape)}"
            )
            raise ValueError(message)
        return _mixed(array, self.pairs, self.lam)


def _mixed(values: Array, pairs: Array, lam: Array) -> Array:
    """Return the partner plus a share of the difference: a sample with itself stays as it is."""
    xp = compat.array_namespace(values)
    result, partner = (xp.take(values, pairs[:, side], axis=0) for side in (0, 1))
    shares = xp.astype(lam, values.dtype, copy=False)
    result -= partner
    result *= xp.reshape(shares, (-1, *[1] * (values.ndim - 1)))
    result += partner
    return result


def as_targets(Y: Any, like: Array, classes: int | None) -> Array:
    """Check the targets of the inputs, and return a row for each, of their library and type."""
    values, xp = as_array(Y, "Y")
    size, shape = like.shape[0], tuple(values.shape)
    whole = xp.isdtype(values.dtype, ("integral", "bool"))
    if classes is not None:
        count = check_count(classes, "classes", 1)
        if not whole or shape != (size,):
            message = (
                f"Y must be class indices, integers of shape ({size},), where classes is given; "
                f"got {values.dtype} of shape {shape}"
            )
            raise ValueError(message)
        labels = host(values).astype(np.int64)
        if labels.min() < 0 or labels.max() >= count:
            message = f"Y must be from 0 to {count - 1}, got {labels.min()} to {labels.max()}"
            raise ValueError(message)
        announce(
            f"a row of {count} classes for each of {size} samples",
            "give the targets as rows of fewer columns, without classes=",
            memory=8.0 * size * count,
        )
        return placed((labels[:, None] == np.arange(count)).astype(np.float64), like)
    if len(shape) != 2 or shape[0] != size or not shape[1] or (whole and shape[1] == 1):
        message = (
            f"Y must have a row of targets for each sample, one-hot or soft, shape ({size}, c), or "
            f"be class indices, shape ({size},), with classes=; got {values.dtype} of shape {shape}"
        )
        raise ValueError(message)
    if not whole:
        check_floats(values, "Y")
    if compat.is_numpy_array(values):
        return placed(values, like)
    if xp is not compat.array_namespace(like):
        library = compat.array_namespace(like).__name__
        message = f"Y must be an array of {library} or NumPy, as X is, got {xp.__name__}"
        raise ValueError(message)
    if device_of(values) != device_of(like):
        message = f"Y must be on the device of X, {device_of(like)}, got {device_of(values)}"
        raise ValueError(message)
    return xp.astype(values, like.dtype, copy=False)


def pair_weights(
    mixing: Mixing,
    inputs: Array,
    W: Any,
    features: Any,
    metric: Any,
) -> Callable[[IntArray | None], FloatArray]:
    """Return what gives the weights of each sample and its partner, or (of None) of all pairs."""
    size = inputs.shape[0]
    if metric is not None and not callable(metric):
        message = f"metric must be a function of two sets of points, got {metric!r}"
        raise ValueError(message)
    points = inputs if features is None else check_floats(features, "features")[0]
    if tuple(points.shape[:1]) != (size,):
        message = f"features must have a row for each of {size} samples, got {tuple(points.shape)}"
        raise ValueError(message)
    if W is not None:
        if features is not None or metric is not None:
            message = "W must not be given with features or metric, which are what it is made of"
            raise ValueError(message)
        given = _check_weights(W, size)
        if not mixing.interpolates:
            given = np.eye(size)
        return lambda j: given if j is None else np.asarray(given[np.arange(size), j])
    if mixing.graph == "knn" and mixing.scope == "set":
        message = "W must be given: the neighbours in the whole set are not known to a batch"
        raise ValueError(message)
    return lambda j: weights(
        mixing, size, lambda: Euclidean(points) if metric is None else Given(metric, points), j
    )


def _check_weights(W: Any, size: int) -> FloatArray:
    check_unmasked(W, "W")
    if compat.is_torch_array(W):
        W = host(W.detach().to_dense())
    elif compat.is_array_api_obj(W):
        W = host(W)
    dense = as_numpy(W.toarray() if hasattr(W, "toarray") else W, "W")
    found = check_angles(dense.astype(float) if dense.dtype == bool else dense, "W")
    if found.shape != (size, size) or not (found >= 0).all():
        message = (
            f"W must be of shape ({size}, {size}) and at least 0, got shape {found.shape} "
            f"with the least value {found.min(initial=0):g}"
        )
        raise ValueError(message)
    return found


def make(
    mixing: Mixing,
    inputs: Array,
    targets: Array,
    rng: np.random.Generator,
    weights_of: Callable[[IntArray | None], FloatArray],
    least: int,
    *,
    drop: bool,
) -> Batch:
    """Draw partners and lambda, weigh the pairs and mix them."""
    size = inputs.shape[0]
    i, u = np.arange(size), rng.random(size)
    lam = lambdas(mixing, 1 if mixing.lam == "batch" else size, rng)
    if mixing.pairing == "weighted":
        # The weights have their say in the draw, and lambda is folded as the notebook has it.
        j, W, lam = _drawn(weights_of(None), u), np.ones(size), np.minimum(lam, 1 - lam)
    else:
        j = partners(mixing, u) if mixing.interpolates else i.copy()
        W = weights_of(j)
    missing = least - (np.count_nonzero(W) if mixing.weighting == "pair" else size * W.any())
    if missing > 0:
        filled = np.flatnonzero(W == 0)[:missing]
        j[filled], W[filled] = filled, 1
    if mixing.weighting == "batch-mean":
        W = np.full(size, W.mean())
    total = float(W.sum()) if mixing.normalise == "weights" else size
    kept = np.flatnonzero(W) if drop else i
    pairs = placed(np.stack((i, j), axis=1)[kept], inputs, floats=False)
    shares = placed(np.broadcast_to(lam, size)[kept], inputs)
    return Batch(
        X=_mixed(inputs, pairs, shares),
        T=_mixed(targets, pairs, shares),
        weights=placed(W[kept] * (1 / (total or 1)), inputs),
        pairs=pairs,
        lam=shares,
        size=size,
    )


def _drawn(W: FloatArray, u: FloatArray) -> IntArray:
    """Draw a partner of each sample in proportion to its row of W, from a uniform number each."""
    sums = W.cumsum(axis=1)
    if not (sums[:, -1] > 0).all():
        message = "W must have a weight above 0 in each row, for partners to be drawn by weight"
        raise ValueError(message)
    # u is below 1, but its product with a sum may be rounded to the sum.
    last = np.argmax(sums == sums[:, -1:], axis=1)
    return np.asarray(np.minimum((sums <= (u * sums[:, -1])[:, None]).sum(axis=1), last))
