"""The compiled kernel: whole passes over the data, replicate by replicate. It needs numba.

All three products of a dense layer are one loop nest over tiles of 4 rows by up to 3 vectors. The
matrices of one small network stay in the cache, and each is read along its rows, without copies. A
matrix's gradient is used up by the optimiser four rows at a time and never stored.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

from numerics.mlp.compiled.microkernel import ROWS, VECTOR_BYTES, one, three, transpose_square, two

Function = TypeVar("Function", bound=Callable[..., Any])

# Multiplications and additions may be fused; NaN and infinities keep their meaning.
_OPTIONS: Any = {"nogil": True, "error_model": "numpy", "fastmath": {"contract", "nsz"}}


def _compiled(function: Function) -> Function:
    """Compile a function at its first call, and keep it for the next process if that can be."""
    try:
        return cast("Function", numba.njit(cache=True, **_OPTIONS)(function))
    except RuntimeError:  # there is no folder to keep it in
        return cast("Function", numba.njit(**_OPTIONS)(function))


@_compiled
def _transpose(
    a: NDArray[Any],
    pitch: int,
    b: NDArray[Any],
    width: int,
    rows: int,
    columns: int,
    lanes: int,
) -> None:
    """Transpose in whole squares, so that `rows` and `columns` are rounded up."""
    for i in range(0, rows, lanes):
        for j in range(0, columns, lanes):
            transpose_square(a, i * pitch + j, pitch, b, j * width + i, width)


@_compiled
def _product(
    a: NDArray[Any],
    i: int,
    row: int,
    step: int,
    b: NDArray[Any],
    j: int,
    width: int,
    c: NDArray[Any],
    k: int,
    pitch: int,
    depth: int,
    rows: int,
    columns: int,
    lanes: int,
) -> None:
    """Tile a product; it computes whole tiles, so `rows` and `columns` are rounded up."""
    s = 0
    while s < columns:
        vectors = (columns - s + lanes - 1) // lanes
        # A tile of one vector waits for its own sums: 4 vectors are 2 + 2 rather than 3 + 1.
        take = 1 if vectors == 1 else 2 if vectors in (2, 4) else 3
        for r in range(0, rows, ROWS):
            if take == 3:
                three(
                    a, i + r * row, row, step, b, j + s, width, c, k + r * pitch + s, pitch, depth
                )
            elif take == 2:
                two(a, i + r * row, row, step, b, j + s, width, c, k + r * pitch + s, pitch, depth)
            else:
                one(a, i + r * row, row, step, b, j + s, width, c, k + r * pitch + s, pitch, depth)
        s += take * lanes


@_compiled
def _softmax(values: NDArray[Any], at: int, result: NDArray[Any], to: int, classes: int) -> None:
    """Write the softmax of values[at:at + classes] to result[to:to + classes]."""
    top = values[at]
    for j in range(1, classes):
        top = max(top, values[at + j])
    total = np.exp(values[at] - top)
    result[to] = total
    for j in range(1, classes):
        result[to + j] = np.exp(values[at + j] - top)
        total += result[to + j]
    for j in range(classes):
        result[to + j] /= total


@_compiled
def _loss_gradient(
    logits: NDArray[Any],
    at: int,
    pitch: int,
    targets: NDArray[Any],
    weights: NDArray[Any],
    twice: bool,
    inner: NDArray[Any],
    delta: NDArray[Any],
    transposed: NDArray[Any],
    width: int,
) -> None:
    """Write the loss's gradient in the logits by rows to `delta` and by columns to `transposed`."""
    rows, classes = targets.shape
    for k in range(rows):
        row = k * pitch
        if twice:
            _softmax(logits, at + row, inner, 0, classes)
            _softmax(inner, 0, delta, row, classes)
        else:
            _softmax(logits, at + row, delta, row, classes)
        for j in range(classes):
            delta[row + j] = weights[k] * (delta[row + j] - targets[k, j])
        if twice:
            mean = inner[0] * delta[row]
            for j in range(1, classes):
                mean += inner[j] * delta[row + j]
            for j in range(classes):
                delta[row + j] = inner[j] * (delta[row + j] - mean)
        for j in range(classes):
            transposed[j * width + k] = delta[row + j]
        delta[row + classes : row + pitch] = 0


@_compiled
def _keep_active(entries: NDArray[Any], values: NDArray[Any]) -> None:
    """Set to zero what belongs to values that are not positive."""
    kind = entries.dtype.type
    zero, one = kind(0), kind(1)
    for j in range(entries.size):
        # A plain choice between the entry and zero is compiled into masked stores, five times
        # slower.
        entries[j] *= one if values[j] > zero else zero


@_compiled
def _adam(
    parameters: NDArray[Any],
    first: NDArray[Any],
    second: NDArray[Any],
    gradient: NDArray[Any],
    rate: Any,
    eps: Any,
    decays: NDArray[Any],
) -> None:
    """Make one step of Adam in place; `rate` and `eps` hold the corrections of its bias."""
    keep1, take1, keep2, take2, least = decays[0], decays[1], decays[2], decays[3], decays[4]
    zero = parameters.dtype.type(0)
    for j in range(parameters.size):
        g = gradient[j]
        m = keep1 * first[j] + take1 * g
        v = keep2 * second[j] + take2 * (g * g)
        m = zero if abs(m) < least else m
        v = zero if v < least else v
        first[j] = m
        second[j] = v
        parameters[j] -= rate * m / (np.sqrt(v) + eps)


@_compiled
def _momentum(
    parameters: NDArray[Any],
    velocity: NDArray[Any],
    gradient: NDArray[Any],
    rate: Any,
    decays: NDArray[Any],
) -> None:
    """Make one step of gradient descent in place."""
    momentum, least = decays[0], decays[4]
    zero = parameters.dtype.type(0)
    for j in range(parameters.size):
        v = momentum * velocity[j] + gradient[j]
        v = zero if abs(v) < least else v
        velocity[j] = v
        parameters[j] -= rate * v


@_compiled
def run(
    parameters: NDArray[Any],
    first: NDArray[Any],
    second: NDArray[Any],
    X: NDArray[Any],
    targets: NDArray[Any],
    weights: NDArray[Any],
    offsets: NDArray[np.int64],
    sizes: NDArray[np.int64],
    pitches: NDArray[np.int64],
    adam: bool,
    schedule: NDArray[Any],
    decays: NDArray[Any],
    twice: bool,
) -> None:
    """Make the steps of all replicates, in place."""
    layers = sizes.size - 1
    lanes = VECTOR_BYTES // parameters.itemsize
    most = 0
    for r in range(offsets.shape[0]):
        for s in range(offsets.shape[1] - 1):
            most = max(most, offsets[r, s + 1] - offsets[r, s])
    most += -most % lanes
    starts = np.zeros(layers + 2, np.int64)
    places = np.zeros(layers + 1, np.int64)
    for layer in range(layers):
        inputs = sizes[layer] + 1
        starts[layer + 1] = starts[layer] + most * pitches[layer]
        places[layer + 1] = places[layer] + (inputs + -inputs % ROWS) * pitches[layer + 1]
    values = np.zeros(starts[layers] + most * pitches[layers], X.dtype)
    delta = np.zeros(most * pitches.max(), X.dtype)
    transposed = np.zeros((sizes.max() + lanes) * most, X.dtype)
    before = np.zeros(transposed.size, X.dtype)
    gradient = np.zeros(ROWS * pitches.max(), X.dtype)
    inner = np.zeros(sizes[layers], X.dtype)
    zero, unit = X.dtype.type(0), X.dtype.type(1)

    for layer in range(layers):  # the column that the bias is multiplied with
        for k in range(most):
            values[starts[layer] + k * pitches[layer] + sizes[layer]] = 1
    for r in range(offsets.shape[0]):
        for s in range(offsets.shape[1] - 1):
            start, stop = offsets[r, s], offsets[r, s + 1]
            n = stop - start
            width = n + -n % lanes
            for k in range(n):
                for j in range(sizes[0]):
                    values[k * pitches[0] + j] = X[start + k, j]

            for layer in range(layers):
                inputs, outputs = sizes[layer], sizes[layer + 1]
                pitch, out = pitches[layer], pitches[layer + 1]
                at, to = starts[layer], starts[layer + 1]
                _product(
                    values, at, pitch, 1, parameters[r], places[layer], out, values, to, out,
                    inputs + 1, n, outputs, lanes,
                )  # fmt: skip
                if layer < layers - 1:
                    hidden = values[to : to + n * out]
                    # Not `_keep_active`: where both arrays may be one, no loop uses vectors.
                    for j in range(hidden.size):
                        hidden[j] *= unit if hidden[j] > zero else zero
                    for k in range(n):
                        values[to + k * out + outputs] = 1

            _loss_gradient(
                values, starts[layers], pitches[layers], targets[start:stop], weights[start:stop],
                twice, inner, delta, transposed, width,
            )  # fmt: skip

            for layer in range(layers - 1, -1, -1):
                inputs, outputs = sizes[layer], sizes[layer + 1]
                pitch, out = pitches[layer], pitches[layer + 1]
                at, place = starts[layer], places[layer]
                if layer:  # before the matrix changes
                    _product(
                        parameters[r], place, out, 1, transposed, 0, width, before, 0, width,
                        outputs, inputs, n, lanes,
                    )  # fmt: skip
                for i in range(0, inputs + 1, ROWS):
                    _product(
                        values, at + i, 1, pitch, delta, 0, out, gradient, 0, out,
                        n, ROWS, outputs, lanes,
                    )  # fmt: skip
                    some = slice(place + i * out, place + (i + ROWS) * out)
                    if adam:
                        _adam(
                            parameters[r, some], first[r, some], second[r, some],
                            gradient[: ROWS * out], schedule[s, 0], schedule[s, 1], decays,
                        )  # fmt: skip
                    else:
                        _momentum(
                            parameters[r, some], first[r, some], gradient[: ROWS * out],
                            schedule[s, 0], decays,
                        )  # fmt: skip
                if layer:
                    before[inputs * width : pitch * width] = zero  # not a value of the layer
                    _transpose(before, width, delta, pitch, pitch, n, lanes)
                    _keep_active(delta[: n * pitch], values[at : at + n * pitch])
                    if layer > 1:
                        _transpose(delta, pitch, transposed, width, n, inputs, lanes)
