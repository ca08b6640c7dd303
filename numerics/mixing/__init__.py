r"""Local Mixup's batches: pairs, weights and virtual samples (Definition II.1, Eq. (2)).

A pass over n samples is a random order of them, cut into batches. Within a batch each sample i gets
a partner j, and the pair the virtual sample :math:`\tilde x=\lambda x_i+(1-\lambda)x_j`,
:math:`\tilde y=\lambda y_i+(1-\lambda)y_j` with :math:`\lambda\sim\mathrm{Beta}(\alpha,\beta)`.
Its loss counts with the weight W[i, j] of a locality graph. Pairs of weight zero change neither the
loss nor its gradient and are left out, so that a step costs what its counted pairs cost.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Self, TypeAlias

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike, DTypeLike

from numerics.mixing import passes as whole_passes
from numerics.mixing.arrays import Array, check_floats
from numerics.mixing.one_batch import Batch, as_targets, make, pair_weights
from numerics.mixing.pairs import Replicates
from numerics.mixing.passes import Epochs
from numerics.validation import (
    check_angles,
    check_count,
    check_dtype,
    check_extended,
    check_fields,
    check_positive,
    check_rng,
)

__all__ = ["Batch", "Epochs", "Mixing", "check_mixing"]

GraphName: TypeAlias = Literal["none", "threshold", "knn", "exponential"]


@dataclass(frozen=True)
class Mixing:
    """How samples are paired, weighted and interpolated.

    Parameters
    ----------
    graph : {"none", "threshold", "knn", "exponential"}
        Weights of the pairs (Section IV.A): all 1; 1 up to the distance eps; 1 if one of the two is
        among the K nearest neighbours of the other; exp(-alpha d).
    parameter : float
        Threshold eps, number K (an integer) or rate alpha, which has to be given; not used by
        "none".
    alpha, beta : float
        Parameters of the Beta law of lambda, above 0.
    lam : {"batch", "pair"}
        Draw one lambda for each batch or for each pair.
    pairing : {"permutation", "repetition", "weighted"}
        The partners in a batch are a uniform permutation of it; or each is drawn uniformly from it;
        or each is drawn with the probabilities W[i, j] / sum_k W[i, k], the sample itself included,
        and lambda is folded to min(lambda, 1 - lambda), as in the authors' CIFAR notebook. The law
        of one partner is uniform in the first two. In the third each row counts the same, as the
        weights have had their say: another criterion than Eq. (2) (row ``V.C-code-partners``), and
        for `batch` only.
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
    `numerics.graphs.threshold` and `numerics.graphs.knn` say; in `batch`, where inputs are float32
    or narrower, eps may also be off by the rounding of a distance in float32.

    A sample is at distance 0 from itself, and such a pair has weight 1. "threshold" with parameter
    0, "knn" with 0 and "exponential" with infinity are `vanilla`: of Eq. (2) only the pairs of each
    sample with itself are left, and all of them are taken, not the few that a random pairing would
    hit. Each sample counts once in a pass, in the same batches as for other graphs.
    "threshold" with infinity, "knn" with n - 1 or more and "exponential" with 0 are Mixup.
    """

    graph: GraphName = "none"
    parameter: float = math.nan
    alpha: float = 1.0
    beta: float = 1.0
    lam: Literal["batch", "pair"] = "batch"
    pairing: Literal["permutation", "repetition", "weighted"] = "permutation"
    scope: Literal["batch", "set"] = "batch"
    normalise: Literal["batch", "weights"] = "batch"
    weighting: Literal["pair", "batch-mean"] = "pair"

    def __post_init__(self) -> None:
        """Check the fields."""
        check_fields(self)
        given: object = self.parameter
        if isinstance(given, float) and math.isnan(given):
            if self.graph != "none":
                message = f"parameter must be given for the graph {self.graph!r}: eps, K or alpha"
                raise ValueError(message)
            object.__setattr__(self, "parameter", 0.0)
        if self.graph == "knn":
            check_count(self.parameter, "parameter")
        else:
            check_extended(self.parameter, "parameter")
        check_positive(self.alpha, "alpha")
        check_positive(self.beta, "beta")

    @classmethod
    def vanilla(cls) -> Self:
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
        size, kind = check_count(batch_size, "batch_size", 1), check_dtype(dtype)
        data = Replicates.of(check_angles(X, "X"), check_angles(Y, "Y"), size, kind)
        generators = whole_passes.check_generators(rngs, data.R)
        return whole_passes.passes(check_mixing(self), data, generators, kind)

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
        X: Array,
        Y: Array,
        *,
        rng: int | np.random.SeedSequence | np.random.Generator | None = None,
        classes: int | None = None,
        W: ArrayLike | sp.sparray | Array | None = None,
        features: Array | None = None,
        metric: Callable[[Array, Array], Array] | None = None,
        minimum_rows: int = 0,
        drop: bool = True,
    ) -> Batch:
        """Mix one batch, for a training loop of one's own in any framework.

        Parameters
        ----------
        X : array of float
            Inputs of the batch, shape (B, ...), an array of NumPy, PyTorch, JAX, CuPy or another
            library of the Python array API. Distances are Euclidean over all trailing axes.
        Y : array
            One-hot or soft targets, shape (B, c); or class indices, integers of shape (B,), if
            `classes` is given.
        rng : int, numpy.random.SeedSequence or numpy.random.Generator, optional
            Seed or generator. It draws B uniform numbers for the partners, then the lambdas: one
            seed gives the same pairs in every library.
        classes : int, optional
            Number of classes, of which Y are indices from 0.
        W : array or sparse array, optional
            Weights of all pairs of the batch, shape (B, B), at least 0, in place of those of
            `graph`: to be given if the scope is "set" and the graph "knn", as the rows and columns
            of `numerics.graphs.knn` that are in the batch. Vanilla training does not use it.
        features : array of float, optional
            What distances are taken of in place of X, shape (B, ...): the penultimate layer, say.
        metric : callable, optional
            What gives the distances in place of the Euclidean one: called with the points twice,
            each of shape (B, p), it returns an array of shape (B, B), such as `torch.cdist`. It is
            believed to the last digit.
        minimum_rows : int, optional
            Rows with a weight above 0 that there have to be, at most B. Where pairs of weight zero
            leave fewer, the first of their samples are paired with themselves: vanilla rows, of the
            weight 1 that such a pair has.
        drop : bool, optional
            Leave pairs of weight zero out, or keep all B rows in the order of the batch, so that
            shapes do not depend on the data, as what is compiled wants.

        Returns
        -------
        Batch
            Virtual samples, normalised weights, pairs and lambda, as arrays of the library, device
            and type of X. Gradients flow through X and soft targets, none through the weights.

        Raises
        ------
        ValueError
            If an argument is not as above. Integers are no inputs: images are made float first.

        Notes
        -----
        Without `minimum_rows` a batch may keep no row: the sum over its losses is 0, and layers
        that need a row fail. With it, the loss is the sum over the pairs that count and the vanilla
        rows, each weight divided by B, or by their sum, as `normalise` says.

        Pairs within the rounding of eps, or of the K-th distance, are decided again in float64.
        In half precision X is taken as it is, rounded as it was, and distances are computed in
        float32; the mixtures, the weights and `lam` are rounded to it.
        """
        inputs, _ = check_floats(X, "X", ": divide images by 255, or convert them")
        if not inputs.ndim:
            message = "X must have shape (B, ...), got a number"
            raise ValueError(message)
        least = check_count(minimum_rows, "minimum_rows")
        if least > inputs.shape[0]:
            message = f"minimum_rows must be at most {inputs.shape[0]}, the batch, got {least}"
            raise ValueError(message)
        targets = as_targets(Y, inputs, classes)
        weights = pair_weights(self, inputs, W, features, metric)
        return make(self, inputs, targets, check_rng(rng), weights, least, drop=drop)


def check_mixing(mixing: object) -> Mixing:
    """Check the mixing of whole passes; vanilla training if it is None."""
    if mixing is None:
        return Mixing.vanilla()
    if not isinstance(mixing, Mixing):
        message = f"mixing must be a Mixing, such as Mixing('threshold', 0.8), got {mixing!r}"
        raise ValueError(message)
    if mixing.pairing == "weighted":
        message = "pairing must not be 'weighted' in whole passes: it is for single batches"
        raise ValueError(message)
    return mixing
