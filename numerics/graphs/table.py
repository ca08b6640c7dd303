"""Graphs from distances that are given."""

import numpy as np
import scipy.sparse as sp

from numerics.validation import FloatArray


class Table:
    """Distances, shape (n, n), or (m, n) of queries from samples; `Space` has the same methods."""

    def __init__(self, samples: FloatArray, queries: FloatArray | None = None) -> None:
        self.alone = queries is None
        self.lengths = samples if queries is None else queries
        self.shape = self.lengths.shape

    def nearest(self, K: int, *, directed: bool) -> sp.csr_array:
        """Join each to the K closest others and what is as close as the K-th."""
        others = self.lengths.copy()
        if self.alone:
            np.fill_diagonal(others, np.inf)
        near = others <= np.partition(others, K - 1, axis=1)[:, K - 1 : K]
        if self.alone:
            near |= np.eye(len(near), dtype=bool)
            near |= near.T & (not directed)
        return sp.csr_array(near.astype(np.float64))

    def within(self, eps: float) -> sp.csr_array:
        """Join each to the samples at most eps away."""
        return sp.csr_array((self.lengths <= eps).astype(np.float64))

    def weights(self, rate: float) -> FloatArray:
        """Return exp(-rate D) of all pairs."""
        return np.asarray(np.exp(-rate * self.lengths))

    def sparse_weights(self, rate: float, cutoff: float) -> sp.csr_array:
        """Return those that are at least the cutoff."""
        weights = self.weights(rate)
        weights[weights < cutoff] = 0
        return sp.csr_array(weights)
