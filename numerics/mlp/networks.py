"""Trained replicates of a network, and the checks of data that training shares with them."""

import functools
import os
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Self, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray
from threadpoolctl import ThreadpoolController

from numerics.archive.files import read_arrays, write_arrays
from numerics.mlp.network import matrices
from numerics.validation import (
    FloatArray,
    IntArray,
    as_array,
    check_angles,
    check_count,
    check_labels,
    check_size,
)

_ARRAYS = ("parameters", "sizes", "softmax_twice")


@functools.cache
def _blas() -> ThreadpoolController:
    return ThreadpoolController().select(user_api="blas")


def one_thread() -> AbstractContextManager[object]:
    """Keep BLAS on one thread: at these sizes a second one costs more than it does."""
    return cast("AbstractContextManager[object]", _blas().limit(limits=1))


@dataclass(frozen=True, eq=False)
class Networks:
    """Trained replicates of one network.

    Parameters
    ----------
    parameters : numpy.ndarray
        Shape (R, P), float32 or float64: layer by layer a matrix of shape (inputs + 1, outputs),
        row by row, the biases in its last row.
    sizes : tuple of int
        Widths of the layers, the inputs' dimension and the number of classes included.
    softmax_twice : bool
        Whether the loss takes a softmax of the outputs before its own.
    """

    parameters: NDArray[Any]
    sizes: tuple[int, ...]
    softmax_twice: bool = False

    def __post_init__(self) -> None:
        """Check that the parameters fit the sizes."""
        if len(self.sizes) < 2:
            message = f"sizes must hold those of inputs and outputs at least, got {self.sizes}"
            raise ValueError(message)
        for size in self.sizes:
            check_count(size, "sizes", 1)
        count = sum((inputs + 1) * outputs for inputs, outputs in pairwise(self.sizes))
        shape, dtype = np.shape(self.parameters), np.asarray(self.parameters).dtype
        if len(shape) != 2 or shape[1] != count or dtype not in (np.float32, np.float64):
            message = (
                f"parameters must be float32 or float64 of shape (R, {count}), got {dtype} of "
                f"shape {shape}"
            )
            raise ValueError(message)

    def matrices(self) -> list[NDArray[Any]]:
        """View the parameters as the layers' matrices.

        Returns
        -------
        list of numpy.ndarray
            One for each layer, shape (R, inputs + 1, outputs), the biases in the last row.
        """
        return list(matrices(self.parameters, self.sizes))

    def logits(self, X: ArrayLike) -> NDArray[Any]:
        """Evaluate the networks.

        Parameters
        ----------
        X : array_like
            Points, shape (m, d) for all replicates or (R, m, d).

        Returns
        -------
        numpy.ndarray
            Outputs of the last layer, before any softmax, shape (R, m, c).

        Raises
        ------
        ValueError
            If X has another shape or is not finite.
        """
        kind = self.parameters.dtype
        points = as_points(X, len(self.parameters), kind).astype(kind)
        if points.shape[2] != self.sizes[0]:
            message = f"X must have {self.sizes[0]} coordinates, got shape {np.shape(X)}"
            raise ValueError(message)
        layers = self.matrices()
        result = np.empty((*points.shape[:2], self.sizes[-1]), points.dtype)
        with one_thread():
            # One by one: what comes out for one replicate does not depend on the others.
            for r, values in enumerate(points):
                hidden = values
                for layer in layers[:-1]:
                    hidden = np.maximum(hidden @ layer[r, :-1] + layer[r, -1], 0)
                result[r] = hidden @ layers[-1][r, :-1] + layers[-1][r, -1]
        return result

    def predict(self, X: ArrayLike) -> IntArray:
        """Classify points.

        Parameters
        ----------
        X : array_like
            Points, shape (m, d) for all replicates or (R, m, d).

        Returns
        -------
        numpy.ndarray of int
            The class of the largest output, shape (R, m).
        """
        return np.asarray(self.logits(X).argmax(axis=2), dtype=np.int64)

    def error(self, X: ArrayLike, labels: ArrayLike) -> FloatArray:
        """Measure the error rate.

        Parameters
        ----------
        X : array_like
            Points, shape (m, d) for all replicates or (R, m, d).
        labels : array_like of int
            Their classes, shape (m,) or (R, m).

        Returns
        -------
        numpy.ndarray
            Share of points that are classified wrongly, shape (R,), in [0, 1].

        Raises
        ------
        ValueError
            If the labels are no classes, or their shape is not that of the points.
        """
        predicted = self.predict(X)
        truth = check_labels(labels, "labels")
        if truth.shape not in (predicted.shape, predicted.shape[1:]):
            message = f"labels must be of shape {predicted.shape[1:]}, got {truth.shape}"
            raise ValueError(message)
        return np.asarray((predicted != truth).mean(axis=1), dtype=np.float64)

    def loss(self, X: ArrayLike, Y: ArrayLike, weights: ArrayLike | None = None) -> FloatArray:
        """Evaluate the loss of training, the weighted sum of cross-entropies.

        Parameters
        ----------
        X : array_like
            Points, shape (m, d) for all replicates or (R, m, d).
        Y : array_like
            Labels, shape (m,) or (R, m), integers; or soft targets, shape (m, c) or (R, m, c).
        weights : array_like, optional
            Weights of the points, shape (m,) or (R, m); 1 / m if not given.

        Returns
        -------
        numpy.ndarray
            Shape (R,).

        Raises
        ------
        ValueError
            If an argument has another shape, or is not finite.
        """
        values = self.logits(X).astype(np.float64)
        targets = as_targets(Y, values.shape[0], values.shape[1], self.sizes[-1])
        share = as_weights(weights, values.shape[0], values.shape[1])
        if self.softmax_twice:
            values = np.exp(_log_softmax(values))
        return np.asarray(-(share * (targets * _log_softmax(values)).sum(axis=2)).sum(axis=1))

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the networks to an .npz file, atomically.

        Parameters
        ----------
        path : str or path
            File to write; it is replaced if it exists. Its folder must exist.

        Returns
        -------
        pathlib.Path
            The path.
        """
        return write_arrays(path, {name: np.asarray(getattr(self, name)) for name in _ARRAYS})

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read networks that `save` wrote.

        Parameters
        ----------
        path : str or path
            File to read. Nothing in it is unpickled.

        Returns
        -------
        Networks
            The networks.

        Raises
        ------
        ValueError
            If the file is none of `save`.
        """
        parameters, sizes, twice = read_arrays(path, _ARRAYS)
        return cls(parameters, tuple(int(size) for size in sizes), bool(twice))


def _log_softmax(values: FloatArray) -> FloatArray:
    shifted = values - values.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))


def as_points(X: ArrayLike, replicates: int | None, dtype: np.dtype[Any]) -> FloatArray:
    """Return points, shape (R, n, d), that the type of the parameters holds."""
    points = check_angles(X, "X")
    if points.ndim not in (2, 3) or not points.size:
        message = f"X must be of shape (n, d) or (R, n, d) and not empty, got {points.shape}"
        raise ValueError(message)
    largest, most = float(np.abs(points).max()), float(np.finfo(dtype).max)
    if largest > most:
        message = f"X must stay below {most:.3g} to be {dtype}, got {largest:g}"
        raise ValueError(message)
    if points.ndim == 2:
        return np.broadcast_to(points, (replicates or 1, *points.shape))
    if replicates not in (None, points.shape[0]):
        message = f"X must be for {replicates} replicates, got shape {points.shape}"
        raise ValueError(message)
    return points


def as_targets(Y: ArrayLike, replicates: int, n: int, classes: int | None) -> FloatArray:
    """Return soft targets, shape (R, n, c), of labels or soft targets."""
    given = as_array(Y, "Y")
    if given.dtype.kind in "iu" and given.ndim <= 2:
        labels = check_labels(Y, "Y")
        square = labels.shape == (n, n) and n > 1
        if square and ((labels == 0) | (labels == 1)).all() and (labels.sum(axis=1) == 1).all():
            message = (
                f"Y may be one-hot rows or the labels of {n} replicates, got integers of shape "
                f"{labels.shape}; one-hot rows are floats, and labels of shape ({n},) the same"
            )
            raise ValueError(message)
        highest = int(labels.max())
        count = max(highest + 1, 2) if classes is None else classes
        if highest >= count:
            message = f"Y must hold classes below {count}, got {highest}"
            raise ValueError(message)
        soft = np.eye(count)[labels]
    else:
        soft = check_angles(Y, "Y")
        unit = soft.ndim >= 2 and np.allclose(soft.sum(axis=-1), 1, rtol=0, atol=1e-6)
        unit = unit and soft.size > 0 and soft.min() >= 0
        if not unit or (classes or soft.shape[-1]) != soft.shape[-1]:
            message = (
                "Y must be labels (integers) or soft targets, shares of each class at least 0 "
                f"that sum to 1, got shape {soft.shape}"
            )
            raise ValueError(message)
    shape = (replicates, n, soft.shape[-1])
    if soft.shape not in (shape, shape[1:]):
        message = f"Y must be for {n} points and {replicates} replicates, got {given.shape}"
        raise ValueError(message)
    return np.broadcast_to(soft, shape)


def as_weights(weights: ArrayLike | None, replicates: int, n: int) -> FloatArray:
    if weights is None:
        return np.full((replicates, n), 1 / n)
    share = check_angles(weights, "weights")
    check_size(share, "weights")
    if share.shape not in ((n,), (replicates, n)):
        message = f"weights must be of shape ({n},) or ({replicates}, {n}), got {share.shape}"
        raise ValueError(message)
    return np.broadcast_to(share, (replicates, n))
