"""PyTorch: one network after another, and stacked networks.

Both are fed by `numerics.mixing`, which is faster than the same in PyTorch's own operations and
leaves out the pairs of weight zero.
"""

from __future__ import annotations

from importlib import import_module
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.trainer_peers.task import BETA1, BETA2, EPS, RATE, networks, padded

if TYPE_CHECKING:
    from benchmarks.trainer_peers.task import Data, Networks, Task

torch: Any = import_module("torch")
functional: Any = import_module("torch.nn.functional")
torch.set_num_threads(1)


def _adam(parameters: list[Any]) -> Any:
    return torch.optim.Adam(parameters, lr=RATE, betas=(BETA1, BETA2), eps=EPS, fused=True)


def eager(data: Data, task: Task, passes: int) -> Networks:
    """Train one network after another, operation by operation, with the fused Adam."""
    start = data.initial()
    drawn = []
    for epochs in data.passes(task, passes):
        target = torch.from_numpy(-epochs.T * epochs.weights[:, None])
        drawn.append((torch.from_numpy(epochs.X), target, epochs.offsets.tolist()))
    for r in range(len(data.replicates)):
        # A linear layer of PyTorch has its matrix as (out, in). Steps are taken in place.
        layers = [(torch.from_numpy(W[r].T.copy()), torch.from_numpy(b[r])) for W, b in start]
        parameters = [array.requires_grad_() for layer in layers for array in layer]
        W1, b1, W2, b2, W3, b3 = parameters
        optimiser = _adam(parameters)
        for X, target, offsets in drawn:
            for i, j in pairwise(offsets[r]):
                h = functional.linear(X[i:j], W1, b1).relu_()
                h = functional.linear(h, W2, b2).relu_()
                z = functional.linear(h, W3, b3)
                loss = (functional.log_softmax(z, 1) * target[i:j]).sum()
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
        for (W, _), (trained, _) in zip(start, layers, strict=True):
            W[r] = trained.detach().numpy().T
    return networks(start)


def stacked(data: Data, task: Task, passes: int) -> Networks:
    """Train all networks at once by products of stacks of matrices.

    Written with `torch.baddbmm`; `torch.func.vmap` of the gradient of one network takes 1.3 to 2
    times as long. The rows of a step are padded to the largest number among the replicates.
    """
    R = len(data.replicates)
    start = data.initial()
    parameters = [
        torch.from_numpy(array).requires_grad_() for W, b in start for array in (W, b[:, None])
    ]
    W1, b1, W2, b2, W3, b3 = parameters
    optimiser = _adam(parameters)
    for epochs in data.passes(task, passes):
        sizes = np.diff(epochs.offsets).max(axis=0)
        inputs, targets = padded(epochs, sizes)
        cuts = (R * sizes).tolist()
        for X, target in zip(
            torch.from_numpy(inputs).split(cuts),
            torch.from_numpy(-targets).split(cuts),
            strict=True,
        ):
            h = torch.baddbmm(b1, X.view(R, -1, 2), W1).relu_()
            h = torch.baddbmm(b2, h, W2).relu_()
            z = torch.baddbmm(b3, h, W3)
            loss = (functional.log_softmax(z, 2) * target.view(R, -1, 2)).sum()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    return networks(start)
