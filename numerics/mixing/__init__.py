r"""Local Mixup's batches: pairs, weights and virtual samples (Definition II.1, Eq. (2)).

A pass over n samples is a random order of them, cut into batches. Within a batch each sample i gets
a partner j, and the pair the virtual sample :math:`\tilde x=\lambda x_i+(1-\lambda)x_j`,
:math:`\tilde y=\lambda y_i+(1-\lambda)y_j` with :math:`\lambda\sim\mathrm{Beta}(\alpha,\beta)`.
Its loss counts with the weight W[i, j] of a locality graph. Pairs of weight zero change neither the
loss nor its gradient and are left out, so that a step costs what its counted pairs cost.
"""

from __future__ import annotations

import reprlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

import numpy as np

from numerics.graphs.distances import reach
from numerics.mixing.pairs import (
    Replicates,
    indices,
    near_in_batch,
    neighbours,
    shuffled,
    sort_keys,
    unpacked,
)
from numerics.validation import (
    FloatArray,
    IntArray,
    check_angles,
    check_count,
    check_nonnegative,
    check_unmasked,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import scipy.sparse as sp
    from numpy.typing import ArrayLike, DTypeLike, NDArray

__all__ = ["Batch", "Epochs", "Mixing"]

GraphName: TypeAlias = Literal["none", "threshold", "knn", "exponential"]


@dataclass(frozen=True, eq=False)
class Epochs:
    """One pass over the data for each of R replicates, without the pairs of weight zero.

    Parameters
    ----------
    X : numpy.ndarray
        Virtual inputs, shape (rows, d), by replicate and in it by step.
    T : numpy.ndarray
        Their targets, shape (rows, c).
    weights : numpy.ndarray
        Normalised weights, shape (rows,): the loss of a step is the sum of weight times loss over
        its rows.
    offsets : numpy.ndarray of int
        Shape (R, steps + 1), int64: step s of replicate r has the rows
        ``offsets[r, s]:offsets[r, s + 1]``, none if no pair of the batch counts.
    """

    X: NDArray[Any]
    T: NDArray[Any]
    weights: NDArray[Any]
    offsets: IntArray


@dataclass(frozen=True, eq=False)
class Batch:
    """The virtual samples of one batch.

    Parameters
    ----------
    X : numpy.ndarray
        Virtual inputs, shape (rows, ...), the trailing axes those of the batch.
    T : numpy.ndarray
        Their targets, shape (rows, c).
    weights : numpy.ndarray
        Normalised weights, shape (rows,).
    pairs : numpy.ndarray of int
        Positions i and j in the batch, shape (rows, 2).
    lam : numpy.ndarray
        The share of i in each row, shape (rows,), float64.
    """

    X: NDArray[Any]
    T: NDArray[Any]
    weights: NDArray[Any]
    pairs: IntArray
    lam: FloatArray


@dataclass(frozen=True)
class Mixing:
    """How samples are paired, weighted and interpolated.

    Parameters
    ----------
    graph : {"none", "threshold", "knn", "exponential"}
        Weights of the pairs (Section IV.A): all 1; 1 up to the distance eps; 1 if one of the two is
        among the K nearest neighbours of the other; exp(-alpha d).
    parameter : float
        Threshold eps, number K (an integer) or rate alpha; not used by "none".
    alpha, beta : float
        Parameters of the Beta law of lambda, above 0.
    lam : {"batch", "pair"}
        Draw one lambda for each batch or for each pair.
    pairing : {"permutation", "repetition"}
        The partners in a batch are a uniform permutation of it, or each is drawn uniformly from it.
    scope : {"batch", "set"}
        Neighbours are looked for in the batch or in the whole training set. Distances are what
        they are, so this matters for "knn" only.
    normalise : {"batch", "weights"}
        Divide the weights of a batch by its size or by their sum.
    weighting : {"pair", "batch-mean"}
        Each pair has its own weight, as in Eq. (2), or all have the mean weight of the batch, which
        is what the published loss of the spirals amounts to.

    Notes
    -----
    What counts as at most eps apart, or as close as the K-th neighbour, is what
    `numerics.graphs.threshold` and `numerics.graphs.knn` say.

    A sample is at distance 0 from itself, and such a pair has weight 1. "threshold" with parameter
    0, "knn" with 0 and "exponential" with infinity are `vanilla`: of Eq. (2) only the pairs of each
    sample with itself are left, and all of them are taken, not the few that a random pairing would
    hit. Each sample counts once in a pass, in the same batches as for other graphs.
    "threshold" with infinity, "knn" with n - 1 or more and "exponential" with 0 are Mixup.
    """

    graph: GraphName = "none"
    parameter: float = 0.0
    alpha: float = 1.0
    beta: float = 1.0
    lam: Literal["batch", "pair"] = "batch"
    pairing: Literal["permutation", "repetition"] = "permutation"
    scope: Literal["batch", "set"] = "batch"
    normalise: Literal["batch", "weights"] = "batch"
    weighting: Literal["pair", "batch-mean"] = "pair"

    def __post_init__(self) -> None:
        """Check the fields."""
        _check_choice(self.graph, "graph", GraphName)
        _check_choice(self.lam, "lam", Literal["batch", "pair"])
        _check_choice(self.pairing, "pairing", Literal["permutation", "repetition"])
        _check_choice(self.scope, "scope", Literal["batch", "set"])
        _check_choice(self.normalise, "normalise", Literal["batch", "weights"])
        _check_choice(self.weighting, "weighting", Literal["pair", "batch-mean"])
        if self.graph == "knn":
            check_count(self.parameter, "parameter")
        elif self.parameter != np.inf:
            check_nonnegative(self.parameter, "parameter")
        for name in ("alpha", "beta"):
            if not check_nonnegative(getattr(self, name), name) > 0:
                message = f"{name} must be above 0, got {getattr(self, name)!r}"
                raise ValueError(message)

    @classmethod
    def vanilla(cls) -> Mixing:
        """Return the one that does not interpolate.

        Returns
        -------
        Mixing
            The threshold graph with eps = 0.
        """
        return cls("threshold", 0.0)

    @property
    def interpolates(self) -> bool:
        """Whether samples are interpolated; False for vanilla training.

        Returns
        -------
        bool
            The answer.
        """
        nothing = np.inf if self.graph == "exponential" else 0
        return self.graph == "none" or self.parameter != nothing

    def passes(
        self,
        X: ArrayLike,
        Y: ArrayLike,
        batch_size: int,
        rngs: Sequence[np.random.Generator],
        dtype: DTypeLike = np.float32,
    ) -> Iterator[Epochs]:
        """Return pass after pass over the data, without end.

        Parameters
        ----------
        X : array_like of float
            Inputs, shape (R, n, d).
        Y : array_like of float
            One-hot or soft targets, shape (R, n, c).
        batch_size : int
            Samples in a batch, at least 1; the last batch of a pass may be smaller.
        rngs : sequence of numpy.random.Generator
            One for each replicate, length R.
        dtype : dtype, optional
            Of what is returned, float32 or float64; everything is computed in float64.

        Returns
        -------
        iterator of Epochs
            One pass for each replicate at a time, of ceil(n / batch_size) steps.

        Raises
        ------
        ValueError
            If an argument is not as above.

        Notes
        -----
        For each pass each generator draws, in this order, n uniform numbers for the order of the
        samples, n for the partners and one lambda for each batch or pair. None of this depends on
        the graph or on the data: equal generators give the same batches, partners and lambdas for
        every graph and parameter, vanilla included. lambda is `Generator.random` if alpha = beta =
        1 and `Generator.beta` if not. The rows of a replicate depend on its own data and generator
        only. A pass is drawn when it is asked for.
        """
        size, kind = check_count(batch_size, "batch_size", 1), _check_dtype(dtype)
        data = Replicates.of(check_angles(X, "X"), check_angles(Y, "Y"), size, kind)
        return self._passes(data, _check_generators(rngs, data.R), kind)

    def epochs(
        self,
        X: ArrayLike,
        Y: ArrayLike,
        batch_size: int,
        rngs: Sequence[np.random.Generator],
        dtype: DTypeLike = np.float32,
    ) -> Epochs:
        """Return one pass over the data: the first of `passes`, which is faster for many.

        Parameters
        ----------
        X : array_like of float
            Inputs, shape (R, n, d).
        Y : array_like of float
            One-hot or soft targets, shape (R, n, c).
        batch_size : int
            Samples in a batch, at least 1; the last batch of a pass may be smaller.
        rngs : sequence of numpy.random.Generator
            One for each replicate, length R.
        dtype : dtype, optional
            Of what is returned, float32 or float64; everything is computed in float64.

        Returns
        -------
        Epochs
            One pass for each replicate, of ceil(n / batch_size) steps.

        Raises
        ------
        ValueError
            If an argument is not as above.
        """
        return next(self.passes(X, Y, batch_size, rngs, dtype))

    def batch(
        self,
        X: ArrayLike,
        Y: ArrayLike,
        *,
        rng: int | np.random.SeedSequence | np.random.Generator | None = None,
        W: ArrayLike | sp.sparray | None = None,
        drop: bool = True,
        dtype: DTypeLike = np.float64,
    ) -> Batch:
        """Mix one batch, for a training loop of one's own in any framework.

        Parameters
        ----------
        X : array_like of float
            Inputs of the batch, shape (B, ...); distances are Euclidean over all trailing axes.
        Y : array_like of float
            One-hot or soft targets, shape (B, c).
        rng : int, numpy.random.SeedSequence or numpy.random.Generator, optional
            Seed or generator. It draws B uniform numbers for the partners, then the lambdas.
        W : array_like or sparse array, optional
            Weights of all pairs of the batch, shape (B, B), at least 0, in place of those of
            `graph`: to be given if the scope is "set" and the graph "knn", as the rows and columns
            of `numerics.graphs.knn` that are in the batch. Vanilla training does not use it.
        drop : bool, optional
            Leave pairs of weight zero out, or keep all B rows in the order of the batch.
        dtype : dtype, optional
            Of what is returned, float32 or float64; everything is computed in float64.

        Returns
        -------
        Batch
            Virtual samples, normalised weights and pairs.

        Raises
        ------
        ValueError
            If an argument is not as above.
        """
        inputs, targets, kind = check_angles(X, "X"), check_angles(Y, "Y"), _check_dtype(dtype)
        if not inputs.ndim or not inputs.size:
            message = f"X must have shape (B, ...) and not be empty, got shape {inputs.shape}"
            raise ValueError(message)
        B = inputs.shape[0]
        flat = inputs.reshape(1, B, -1)
        data = Replicates.of(flat, targets[None] if targets.ndim else targets, B, kind)
        if W is not None:
            weights = _check_weights(W, B)
        elif self.graph == "knn" and self.scope == "set":
            message = "W must be given: the neighbours in the whole set are not known to a batch"
            raise ValueError(message)
        generator = np.random.default_rng(rng)
        u = generator.random((1, B))
        i = np.arange(B)
        j = self._partners(u, i[None], data).ravel() if self.interpolates else i
        lam = self._lambdas([generator], data)
        if W is not None and self.interpolates:
            rows = self._rows(data, i, j, lam, weights[i, j], kind, drop=drop)
        else:
            rows = self._rows(data, i, j, lam, self._weights(data, i, j, None), kind, drop=drop)
        return Batch(
            X=rows.X.reshape(-1, *inputs.shape[1:]),
            T=rows.T,
            weights=rows.weights,
            pairs=np.stack((rows.i, rows.j), axis=1),
            lam=rows.lam,
        )

    def _passes(
        self, data: Replicates, rngs: list[np.random.Generator], dtype: np.dtype[Any]
    ) -> Iterator[Epochs]:
        table = None
        if self.graph == "knn" and self.scope == "set" and self.interpolates:
            table = neighbours(data, int(self.parameter))
        # Turned into indices in place: on some machines fresh memory costs more than the work.
        u = np.empty((2, data.R, data.n))
        above = data.n * np.arange(data.R)[:, None]
        while True:
            for r, rng in enumerate(rngs):
                rng.random(out=u[0, r])
                rng.random(out=u[1, r])
            order = shuffled(u[0])
            partner = self._partners(u[1], order, data) if self.interpolates else order
            lam = self._lambdas(rngs, data)
            order += above
            if self.interpolates:
                partner += above
            i, j = order.ravel(), partner.ravel()
            rows = self._rows(data, i, j, lam, self._weights(data, i, j, table), dtype, drop=True)
            ends = np.cumsum(rows.counts).reshape(data.R, -1)
            offsets = np.zeros((data.R, ends.shape[1] + 1), dtype=np.int64)
            offsets[:, 1:] = ends
            offsets[1:, 0] = ends[:-1, -1]
            yield Epochs(X=rows.X, T=rows.T, weights=rows.weights, offsets=offsets)

    def _partners(self, u: FloatArray, order: IntArray, data: Replicates) -> IntArray:
        """Turn uniform numbers into the partner of each sample, shape (R, n)."""
        if self.pairing == "repetition":
            place = (u * np.repeat(data.sizes, data.sizes)).astype(np.int64)
            place += np.repeat(data.starts, data.sizes)
            return np.take_along_axis(order, place, axis=1)
        keys = sort_keys(u, order)
        whole = data.n - data.n % int(data.sizes[0])
        keys[:, :whole].reshape(data.R, -1, data.sizes[0]).sort(axis=2)
        keys[:, whole:].sort(axis=1)
        return indices(keys)

    def _lambdas(self, rngs: list[np.random.Generator], data: Replicates) -> FloatArray:
        """Draw lambda, shape (R, steps) or (R, n)."""
        number = data.starts.size if self.lam == "batch" else data.n
        if self.alpha == self.beta == 1:
            return np.stack([rng.random(number) for rng in rngs])
        return np.stack([rng.beta(self.alpha, self.beta, number) for rng in rngs])

    def _weights(
        self, data: Replicates, i: IntArray, j: IntArray, table: IntArray | None
    ) -> NDArray[Any] | None:
        """Return W[i, j], of bool where it is 0 or 1; None if all are 1."""
        everything = {"threshold": np.inf, "exponential": 0.0}.get(self.graph)
        if self.graph == "none" or not self.interpolates or self.parameter == everything:
            return None
        if table is not None:
            wanted = i * data.n + j % data.n
            place = np.minimum(np.searchsorted(table, wanted), table.size - 1)
            found: NDArray[np.bool_] = table[place] == wanted
            return found
        if self.graph == "knn":
            return near_in_batch(data, i, j, int(self.parameter))
        squares = data.squares(i, j)
        if self.graph == "threshold":
            near: NDArray[np.bool_] = squares <= reach(self.parameter, data.features) ** 2
            return near
        np.sqrt(squares, out=squares)
        squares *= -self.parameter
        return np.exp(squares)

    def _rows(
        self,
        data: Replicates,
        i: IntArray,
        j: IntArray,
        lam: FloatArray,
        W: NDArray[Any] | None,
        dtype: np.dtype[Any],
        *,
        drop: bool,
    ) -> _Rows:
        """Mix the pairs (i, j), R n of them in the order of the batches, with the weights W."""
        counts, shares = data.all_sizes, lam.ravel()
        if W is None:
            weights = np.repeat(1 / counts, counts)
        else:
            if self.weighting == "batch-mean":
                mean = np.add.reduceat(W, data.all_starts, dtype=np.float64) / counts
                W = np.repeat(mean, counts)
            scale = 1 / counts
            if self.normalise == "weights":
                total = np.add.reduceat(W, data.all_starts, dtype=np.float64)
                scale = 1 / np.where(total > 0, total, 1.0)
            if drop:
                kept = np.flatnonzero(W)
                ends = np.searchsorted(kept, data.all_starts[1:])
                counts = np.diff(ends, prepend=0, append=kept.size)
                i, j, W = i[kept], j[kept], W if W.dtype == bool else W[kept]
                if self.lam == "pair":
                    shares = shares[kept]
            weights = np.repeat(scale, counts)
            if not (drop and W.dtype == bool):
                weights *= W
        if self.lam == "batch":
            shares = np.repeat(shares, counts)
        mixed = [
            unpacked(
                data.mix(values, i, j, shares) if self.interpolates else values.take(i, axis=0),
                dtype,
            )
            for values in (data.x, data.y)
        ]
        return _Rows(mixed[0], mixed[1], weights.astype(dtype), shares, counts, i, j)


@dataclass(frozen=True, eq=False)
class _Rows:
    """Virtual samples of R replicates, by replicate and by step."""

    X: NDArray[Any]
    T: NDArray[Any]
    weights: NDArray[Any]
    lam: FloatArray
    counts: IntArray  # of rows in each step, shape (R * steps,)
    i: IntArray
    j: IntArray


def _check_dtype(dtype: DTypeLike) -> np.dtype[Any]:
    kind = np.dtype(dtype)
    if kind not in {np.dtype(np.float32), np.dtype(np.float64)}:
        message = f"dtype must be float32 or float64, got {kind}"
        raise ValueError(message)
    return kind


def _check_generators(
    rngs: Sequence[np.random.Generator], replicates: int
) -> list[np.random.Generator]:
    generators = list(rngs)
    known = all(isinstance(rng, np.random.Generator) for rng in generators)
    # Two replicates with one source of bits would have rows that depend on each other.
    if (
        not known
        or not len({id(rng.bit_generator) for rng in generators}) == len(rngs) == replicates
    ):
        message = (
            f"rngs must be {replicates} different generators, one for each replicate of X, "
            f"got {reprlib.repr(generators)}"
        )
        raise ValueError(message)
    return generators


def _check_weights(W: Any, size: int) -> FloatArray:
    check_unmasked(W, "W")
    dense = np.asarray(W.toarray() if hasattr(W, "toarray") else W)
    weights = check_angles(dense.astype(float) if dense.dtype == bool else dense, "W")
    if weights.shape != (size, size) or not (weights >= 0).all():
        message = (
            f"W must be of shape ({size}, {size}) and at least 0, got shape {weights.shape} "
            f"with the least value {weights.min(initial=0):g}"
        )
        raise ValueError(message)
    return weights


def _check_choice(value: object, name: str, choices: object) -> None:
    known = get_args(choices)
    if value not in known:
        message = f"{name} must be one of {', '.join(known)}; got {value!r}"
        raise ValueError(message)
