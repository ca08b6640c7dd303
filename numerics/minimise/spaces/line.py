"""The affine minimiser that `numerics.minimise` returns for the space "linear" (Theorem IV.3)."""

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from numerics.archive import files
from numerics.minimise.measure import Measure
from numerics.minimise.spaces import continuous
from numerics.minimise.spaces import least_squares as linear
from numerics.minimise.spaces.curve import Fitted, named_columns
from numerics.minimise.spaces.minimiser import Function, Loss, Minimiser, Space
from numerics.minimise.virtual.samples import Samples
from numerics.minimise.virtual.segments import Segments
from numerics.validation import FloatArray, check_angles, check_count


@dataclass(frozen=True, eq=False, kw_only=True)
class Line(Fitted):
    """The affine minimiser f(x) = x @ slope + intercept; see `mixup_1d`.

    Calling it with an array of inputs, of any shape for x of shape (n,) and of shape (..., p) for
    x of shape (n, p), returns its values.

    Parameters
    ----------
    x, y : numpy.ndarray
        Inputs and targets as they were given.
    slope : numpy.ndarray
        Shape () or (c,) for x of shape (n,); (p,) or (p, c) for x of shape (n, p).
    intercept : numpy.ndarray
        Shape () or (c,).
    criterion : float
        The least criterion among affine functions, in squared units of y; exact up to rounding.
    beta : tuple of float
        The parameters of the law of lambda.
    space : str
        "linear".
    """

    x: FloatArray
    y: FloatArray
    slope: FloatArray
    intercept: FloatArray
    criterion: float
    beta: tuple[float, float]
    space: Space = "linear"
    _affine: linear.Affine
    _form: linear.CriterionForm

    def __call__(self, x: ArrayLike) -> FloatArray:
        """Return the values at inputs."""
        query = check_angles(x, "x")
        inputs = self.x.shape[1] if self.x.ndim > 1 else 1
        if self.x.ndim > 1 and (query.ndim == 0 or query.shape[-1] != inputs):
            message = f"x must have shape (..., {inputs}), got {query.shape}"
            raise ValueError(message)
        shape = query.shape if self.x.ndim == 1 else query.shape[:-1]
        return self._affine.at(query.reshape(-1, inputs)).reshape(shape + self.y.shape[1:])

    @property
    def values(self) -> FloatArray:
        """Value at each x_i, which is also the limit from both sides.

        Returns
        -------
        numpy.ndarray
            Of the shape of y.
        """
        return self(self.x)

    left = right = at_samples = values

    def loss(self, f: Function, nodes: int = 16) -> Loss:
        """Evaluate the criterion of any function.

        Parameters
        ----------
        f : callable or tuple of array_like
            For x of shape (n,) as in `Minimiser.loss`. For x of shape (n, p) a function that takes
            an array of shape (q, p) and returns one of shape (q,) or (q, c).
        nodes : int, optional
            Number of Gauss-Jacobi nodes on each segment, for x of shape (n, p): exact where f is a
            polynomial of degree less than `nodes` along each segment.

        Returns
        -------
        Loss
            Criterion, excess over this minimiser, and the error of the quadrature; for x of shape
            (n, p), the difference between the rules of `nodes` and of nodes / 2 nodes.

        Raises
        ------
        ValueError
            If f does not return finite values of such a shape.
        """
        if self.x.ndim == 1:
            samples = Samples.of(self.x, self.y.reshape(self.x.size, -1))
            measure = Measure(Segments.of(samples, self._form.graph), self._form.law)
            return self._on_the_line(measure).loss(f)
        if not callable(f):
            message = "f must be callable where x has several columns"
            raise ValueError(message)
        n = self.y.shape[0]
        count = check_count(nodes, "nodes", 2)
        parts = (self.x, self.y.reshape(n, -1), self._form)
        fine = linear.paired_excess(f, self._affine, *parts, count)
        coarse = linear.paired_excess(f, self._affine, *parts, count // 2)
        return Loss(self.criterion + fine, fine, abs(fine - coarse))

    def to_csv(self, path: str | os.PathLike[str]) -> Path:
        """Write the columns x, y, value, numbered where there are several, atomically.

        Parameters
        ----------
        path : str or path
            File to write; it is replaced if it exists.

        Returns
        -------
        pathlib.Path
            The path.

        Raises
        ------
        OSError
            If the file cannot be written.
        """
        parts = {"x": self.x, "y": self.y, "value": self.values}
        return files.write_csv(path, named_columns(parts))

    def _on_the_line(self, measure: Measure) -> Minimiser:
        """Return the same function as a minimiser over functions of one variable."""
        samples = measure.segments.samples
        heights = self._affine.at(samples.points[:, None] * samples.x_scale)
        at_points = ((heights - samples.y_shift) / samples.y_scale).T
        straight = continuous.PiecewiseLinear(samples.points, samples.points, at_points)
        return _WithCriterion(
            x=self.x,
            y=self.y,
            space="linear",
            beta=self.beta,
            _samples=samples,
            _inside=straight.inside,
            _limits=(at_points[:, :-1], at_points[:, 1:]),
            _at_points=at_points,
            _measure=measure,
            _kinks=np.empty(0),
            _known=self.criterion / samples.y_scale**2,
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class _WithCriterion(Minimiser):
    """A minimiser whose criterion is known in closed form, in the units of the samples."""

    _known: float

    @cached_property
    def _least(self) -> tuple[float, float]:
        return self._known, 0.0
