"""Local Mixup in a PyTorch loop: DataLoader, collate_fn in two workers, inputs or hidden features.

Run ``python examples/training/pytorch_loop.py`` (half a minute; needs PyTorch).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, default_collate

from numerics import spirals
from numerics.mixing import Batch, Mixing

SEED, EPOCHS, CLASSES = 0, 120, 2


@dataclass
class Collate:
    """Make a batch of virtual samples where the batch is put together: in a worker, if there are.

    PyTorch gives each worker a seed of its own, which follows from the global one;
    the random numbers of NumPy are taken from it.
    """

    mixing: Mixing
    rng: np.random.Generator | None = field(default=None, repr=False)

    def __call__(self, samples: list[tuple[torch.Tensor, torch.Tensor]]) -> Batch:
        """Mix what the data set gives: inputs and class indices."""
        if self.rng is None:
            self.rng = np.random.default_rng(torch.initial_seed())
        X, labels = default_collate(samples)
        return self.mixing.batch(X, labels, classes=CLASSES, rng=self.rng, minimum_rows=1)


class Net(nn.Module):  # type: ignore[misc]
    """Two layers, with a place between them for hidden features to be mixed."""

    def __init__(self) -> None:
        super().__init__()
        self.lower = nn.Sequential(nn.Linear(2, 64), nn.ReLU())
        self.upper = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, CLASSES))

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        """Return logits."""
        return self.upper(self.lower(X))


def loss_of(logits: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Return the loss of a step: the sum of weight times cross-entropy with soft targets."""
    return (batch.weights * nn.functional.cross_entropy(logits, batch.T, reduction="none")).sum()


def train_on_inputs(data: TensorDataset, mixing: Mixing) -> Net:
    """Mix inputs, in two workers."""
    torch.manual_seed(SEED)
    net = Net()
    optimiser = torch.optim.Adam(net.parameters(), lr=1e-2)
    loader = DataLoader(
        data,
        batch_size=100,
        shuffle=True,
        collate_fn=Collate(mixing),
        num_workers=2,
        multiprocessing_context="spawn",
        persistent_workers=True,
    )
    for _ in range(EPOCHS):
        for batch in loader:
            optimiser.zero_grad()
            loss_of(net(batch.X), batch).backward()
            optimiser.step()
    net.eval()
    return net


def train_on_features(data: TensorDataset, mixing: Mixing) -> Net:
    """Mix hidden features (Manifold Mixup), with the weights and pairs of the inputs."""
    torch.manual_seed(SEED)
    net, rng = Net(), np.random.default_rng(SEED)
    optimiser = torch.optim.Adam(net.parameters(), lr=1e-2)
    for _ in range(EPOCHS):
        for X, labels in DataLoader(data, batch_size=100, shuffle=True):
            batch = mixing.batch(X, labels, classes=CLASSES, rng=rng, minimum_rows=1)
            optimiser.zero_grad()
            loss_of(net.upper(batch.mix(net.lower(X))), batch).backward()
            optimiser.step()
    net.eval()
    return net


def main() -> None:
    """Train both, and show what they answer."""
    torch.set_num_threads(1)  # more cost time on a network this small
    found = spirals.make(1000, preset="released", rng=SEED)
    X, labels = torch.asarray(found.X_train, dtype=torch.float32), torch.asarray(found.labels_train)
    mixing = Mixing("threshold", 0.6, lam="pair")
    _, axes = plt.subplots(1, 2)
    ways = (("inputs", train_on_inputs), ("features", train_on_features))
    for ax, (name, train) in zip(axes, ways, strict=True):
        net = train(TensorDataset(X, labels), mixing)
        with torch.no_grad():
            guess = net(torch.asarray(found.X_test, dtype=torch.float32)).argmax(dim=1).numpy()
        print(f"{name}: test error {np.mean(guess != found.labels_test):.3f}")
        ax.scatter(found.X_test[:, 0], found.X_test[:, 1], c=guess, s=6)
        ax.set(aspect="equal", title=f"answers, {name} mixed")
    plt.show()


if __name__ == "__main__":
    main()
