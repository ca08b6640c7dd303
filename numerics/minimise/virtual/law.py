r"""The law Beta(alpha, beta) of lambda, x~ = lambda x_i + (1 - lambda) x_j, and quadrature."""

from collections.abc import Sequence
from dataclasses import dataclass

import scipy

from numerics.validation import FloatArray, check_angles

_LARGEST = 1e6
_SMALLEST = 1e-3


@dataclass(frozen=True)
class BetaLaw:
    """The law Beta(alpha, beta)."""

    alpha: float  # its parameters, positive
    beta: float  # its parameters, positive

    @property
    def symmetric(self) -> bool:
        """Whether lambda and 1 - lambda have the same law."""
        return self.alpha == self.beta

    @property
    def polynomial(self) -> bool:
        """Whether the density is a polynomial."""
        return self.alpha.is_integer() and self.beta.is_integer()

    @property
    def mean(self) -> float:
        """The mean of lambda."""
        return self.alpha / (self.alpha + self.beta)

    @property
    def variance(self) -> float:
        """The variance of lambda."""
        total = self.alpha + self.beta
        return self.alpha * self.beta / (total**2 * (total + 1))

    @property
    def second_moments(self) -> tuple[float, float, float]:
        """The expectations of lambda^2, lambda (1 - lambda) and (1 - lambda)^2."""
        total = self.alpha + self.beta
        norm = total * (total + 1)
        return (
            self.alpha * (self.alpha + 1) / norm,
            self.alpha * self.beta / norm,
            self.beta * (self.beta + 1) / norm,
        )

    def flat(self, *, symmetric_pairs: bool) -> bool:
        """Tell whether virtual samples are spread evenly over every segment."""
        parameters = {self.alpha, self.beta}
        return parameters == {1.0} or (symmetric_pairs and parameters == {1.0, 2.0})

    def log_density(self, log_t: FloatArray, log_rest: FloatArray) -> FloatArray:
        """Return the logarithm of the density of lambda."""
        result: FloatArray = (self.alpha - 1) * log_t + (self.beta - 1) * log_rest
        return result - scipy.special.betaln(self.alpha, self.beta)

    def gauss_jacobi(self, count: int) -> tuple[FloatArray, FloatArray]:
        """Return nodes and weights of the Gauss-Jacobi rule for expectations over lambda."""
        nodes, weights = scipy.special.roots_jacobi(count, self.beta - 1, self.alpha - 1)
        return (1 + nodes) / 2, weights / weights.sum()


def check_beta(value: Sequence[float] | object) -> BetaLaw:
    """Check the parameters of a Beta law."""
    pair = check_angles(value, "beta")  # type: ignore[arg-type]
    if pair.shape != (2,):
        message = f"beta must be a pair of positive numbers (alpha, beta), got {value!r}"
        raise ValueError(message)
    for name, number in zip(("beta[0]", "beta[1]"), pair.tolist(), strict=True):
        if not _SMALLEST <= number <= _LARGEST:
            message = f"{name} must be positive, from {_SMALLEST:g} to {_LARGEST:g}; got {number:g}"
            raise ValueError(message)
    return BetaLaw(*pair.tolist())
