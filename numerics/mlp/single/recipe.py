"""What decides how a wide network is trained, as plain data."""

from dataclasses import dataclass
from typing import Literal

from numerics.archive.plain import Plain
from numerics.mlp.network import Init, Network
from numerics.validation import (
    check_count,
    check_fields,
    check_nonnegative,
    check_positive,
    check_share,
)


@dataclass(frozen=True)
class Recipe(Plain):
    """What decides how one wide network is trained."""

    widths: tuple[int, ...] = (300, 300)  # widths of the hidden layers, at least one
    optimiser: Literal["sgd", "adam"] = "sgd"
    rate: float = 0.1  # learning rate at the start, above 0
    momentum: float = 0.9
    weight_decay: float = 5e-4
    batch_size: int = 128  # samples in a batch; the last one of an epoch may be smaller
    epochs: int = 20  # passes over the data
    drops: tuple[float, ...] = (0.5, 0.75)
    factor: float = 0.1  # see there; above 0
    init: Init = "he-uniform"  # law of the initial parameters, as in `numerics.mlp.Network`
    dtype: Literal["float32", "float64"] = "float32"  # type of all numbers of training

    def __post_init__(self) -> None:
        """Check the fields."""
        check_fields(self)
        Network(self.widths, init=self.init)
        if not self.widths:
            message = "widths must hold that of one hidden layer at least, got ()"
            raise ValueError(message)
        check_count(self.batch_size, "batch_size", 1)
        check_count(self.epochs, "epochs", 1)
        check_positive(self.rate, "rate")
        check_positive(self.factor, "factor")
        check_nonnegative(self.weight_decay, "weight_decay")
        check_share(self.momentum, "momentum")
        drops: object = self.drops
        if not isinstance(drops, tuple):
            message = f"drops must be a tuple of shares, got {drops!r}"
            raise ValueError(message)
        for share in drops:
            if check_nonnegative(share, "drops") > 1:
                message = f"drops must be shares of the epochs, at most 1, got {share!r}"
                raise ValueError(message)

    def rate_of(self, epoch: int) -> float:
        """Return the learning rate of an epoch."""
        # Rounded: a share such as 0.1 is none of the floating-point numbers.
        passed = sum(epoch >= round(share * self.epochs, 9) for share in self.drops)
        return float(self.rate * self.factor**passed)
