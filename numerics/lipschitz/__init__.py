r"""Section V.B: Q(D), a lower bound on the Lipschitz constant of whatever fits the virtual samples.

For a threshold eps the virtual samples are the points (x~, y~) of all segments between samples at a
distance of at most eps, and

.. math:: Q(\epsilon) = \sup \frac{d(\tilde y, \tilde y')}{\Vert\tilde x - \tilde x'\Vert} .

It is a step function, right-continuous, that jumps at lengths of segments: a segment counts from
eps equal to its length on, by the rule of `numerics.graphs.threshold`. eps = 0 is vanilla training,
from the largest length on it is Mixup. `lower_bound` computes the whole of it.
"""

from __future__ import annotations

import hashlib
import math
import re
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from joblib import cpu_count

from numerics.graphs.distances import reach
from numerics.lipschitz.curve import SEGMENTS, LowerBound, Segments, Witness, check_segments
from numerics.lipschitz.search import Search
from numerics.lipschitz.segment_lengths import draw_points
from numerics.lipschitz.targets import Targets
from numerics.tolerances import STEP
from numerics.validation import LARGEST_VALUE, check_count, check_extended

if TYPE_CHECKING:
    import os

    from numpy.typing import ArrayLike, NDArray

    from numerics.lipschitz.search.records import Records
    from numerics.validation import IntArray

__all__ = ["SEGMENTS", "LowerBound", "Segments", "Witness", "lower_bound", "parse_size"]

_SIZE = re.compile(r"(\d+(?:\.\d+)?)([KMGT]?)(?:i?B)?", re.ASCII | re.IGNORECASE)


@overload
def lower_bound(  # numpydoc ignore=GL08
    X: ArrayLike,
    labels: ArrayLike,
    segments: str = ...,
    *,
    eps: None = ...,
    up_to: float = ...,
    distance: str | None = ...,
    memory: int | str = ...,
    n_jobs: int = ...,
    points: int | None = ...,
    rng: np.random.Generator | int | None = ...,
    store: str | os.PathLike[str] | None = ...,
    progress: bool = ...,
) -> LowerBound: ...
@overload
def lower_bound(  # numpydoc ignore=GL08
    X: ArrayLike,
    labels: ArrayLike,
    segments: str = ...,
    *,
    eps: float,
    up_to: float = ...,
    distance: str | None = ...,
    memory: int | str = ...,
    n_jobs: int = ...,
    points: int | None = ...,
    rng: np.random.Generator | int | None = ...,
    store: str | os.PathLike[str] | None = ...,
    progress: bool = ...,
) -> float: ...
def lower_bound(
    X: ArrayLike,
    labels: ArrayLike,
    segments: str = "same-class",
    *,
    eps: float | None = None,
    up_to: float = math.inf,
    distance: str | None = None,
    memory: int | str = "2G",
    n_jobs: int = 1,
    points: int | None = None,
    rng: np.random.Generator | int | None = None,
    store: str | os.PathLike[str] | None = None,
    progress: bool = False,
) -> LowerBound | float:
    r"""Compute Q(D; eps) for all eps at once.

    Parameters
    ----------
    X : array_like
        Inputs, shape (n, ...), such as images; distances are Euclidean.
    labels : array_like
        Integers of shape (n,) are classes, and so are one-hot rows of shape (n, k). Other real
        numbers, of shape (n,) or (n, k), are targets.
    segments : {"same-class", "all", "segments"}, optional
        Which virtual samples are compared. "same-class": samples with segments whose two ends have
        another target, equal at both, the definition of the published script. "all": samples with
        all segments. "segments": all virtual samples with each other, which is Q(D) itself; for a
        few hundred samples. Pairs of samples count in each of them.
    eps : float, optional
        Return Q for this threshold only; infinity is Mixup.
    up_to : float, optional
        Leave out longer segments: the curve ends there. 0 is vanilla training alone.
    distance : {"zero-one", "euclidean"}, optional
        Distance of targets. "zero-one": 1 between classes, the distance in variation (half the l1
        norm) of their mixtures; the default for integers. "euclidean": the norm, of one-hot vectors
        if the labels are classes, which are then sqrt(2) apart; the default for all else.
    memory : int or str, optional
        Bytes that this may take next to X, all processes together: "500M", "4G".
    n_jobs : int, optional
        Number of processes, -1 for one on each core. The result does not depend on it, nor on
        `memory`.
    points : int, optional
        Look at so many samples only, drawn at random without replacement: what comes out is Q of
        these, and a lower bound of Q(D).
    rng : numpy.random.Generator or int, optional
        Where they are drawn from.
    store : str or path, optional
        Folder that keeps the parts of the search as they are done; another call with the same data
        and settings goes on from there.
    progress : bool, optional
        Show a progress bar on standard error, if that is a terminal, after two seconds.

    Returns
    -------
    LowerBound or float
        The curve; a number if `eps` is given, which must not be above `up_to`.

    Raises
    ------
    ValueError
        If X or the labels are not finite numbers, their lengths differ, there are fewer than two
        classes, a class has one point and `segments` is "same-class", `eps` is negative, an
        argument is not one of those above, the memory is too small for one block, or the store
        keeps another search.
    OSError
        If the store cannot be read or written.

    Notes
    -----
    Blocks of the Gram matrix in float32, with a bound on their error, rule out what cannot be a
    record by a triangle inequality (`numerics.lipschitz.search.triangles`); what is left is
    computed in float64 from differences of coordinates, and in fractions where that loses too many
    digits. Samples with equal inputs and different targets, and samples exactly on a segment with
    another target, give infinity: nothing fits them. Relative steps of less than
    `numerics.tolerances.STEP` are taken for rounding.

    References
    ----------
    .. [1] R. Baena, L. Drumetz, V. Gripon, A local mixup to prevent manifold intrusion, EUSIPCO
       2022, Section V.B and Figure 4.
    """
    which = check_segments(segments)
    inputs = _check_inputs(X)
    n = inputs.shape[0]
    targets = Targets.of(labels, n, distance)
    longest = check_extended(up_to, "up_to")
    if eps is not None:
        if check_extended(eps, "eps") > longest:
            message = f"eps must be at most up_to = {longest:g}, got {eps}"
            raise ValueError(message)
        longest = float(eps)
    budget = parse_size(memory)
    jobs = cpu_count() if n_jobs == -1 else check_count(n_jobs, "n_jobs", 1)
    if which == "same-class":
        _check_classes(targets)
    chosen = draw_points(n, points, rng)
    order = chosen[np.argsort(targets.codes[chosen], kind="stable")]
    if targets.codes[order[0]] == targets.codes[order[-1]]:
        message = f"points: all {order.size} that were drawn have the same target; draw more"
        raise ValueError(message)
    identity = None
    if store is not None:
        identity = {
            "data": _digest(inputs),
            "labels": _digest(targets.codes if targets.vectors is None else targets.vectors),
            "chosen": _digest(chosen),
            "segments": which,
            "distance": targets.distance,
            "longest": repr(longest),
        }
    search = Search.of(
        inputs,
        targets,
        order,
        which,
        longest=reach(longest, inputs.shape[1]),
        memory=budget,
        n_jobs=jobs,
        progress=progress,
    )
    records = search.run(store, identity).front(STEP)
    curve = LowerBound(
        epsilons=records.lengths,
        values=records.values,
        witnesses=_witnesses(records, order),
        segments=which,
        distance=targets.distance,
        n=n,
        points=order.size,
        features=inputs.shape[1],
        pairs=search.pairs,
        up_to=longest,
    )
    return curve if eps is None else curve(longest)


def _witnesses(records: Records, order: IntArray) -> tuple[Witness, ...]:
    witnesses = []
    for (a, partner, i, j), (mu, lam) in zip(
        order[records.who].tolist(), records.shares.tolist(), strict=True
    ):
        point, other = ((a, mu), (partner, 1 - mu))[:: 1 if a <= partner else -1]
        first, second = ((i, lam), (j, 1 - lam))[:: 1 if i <= j else -1]
        witnesses.append(Witness(point[0], first[0], second[0], first[1], other[0], point[1]))
    return tuple(witnesses)


def parse_size(size: int | str) -> int:
    """Parse a number of bytes."""
    if isinstance(size, str):
        match = _SIZE.fullmatch(size.strip())
        if match is not None and float(match[1]) > 0:
            return int(float(match[1]) * 1024 ** " KMGT".index(match[2].upper() or " "))
        message = f"memory must be a size such as '500M' or '4G', got {size!r}"
        raise ValueError(message)
    return check_count(size, "memory", 1)


def _check_inputs(X: ArrayLike) -> NDArray[Any]:
    try:
        array = np.asarray(X)
    except ValueError:  # a ragged list
        array = np.empty(0, dtype=object)
    if array.dtype.kind not in "iuf" or array.ndim < 1 or array.shape[0] < 2 or not array.size:
        message = (
            "X must be an array of at least two points of real numbers, "
            f"got shape {array.shape} of {array.dtype}"
        )
        raise ValueError(message)
    flat = array.reshape(array.shape[0], -1)
    low, high = float(flat.min()), float(flat.max())
    if not max(-low, high) < LARGEST_VALUE:  # NaN as well
        bad = np.flatnonzero(~(np.abs(flat.astype(np.float64)) < LARGEST_VALUE).all(axis=1))[0]
        message = (
            f"X must be finite and below {LARGEST_VALUE:g}, to be squared; point {bad} is not: "
            f"its values go from {flat[bad].min()} to {flat[bad].max()}"
        )
        raise ValueError(message)
    return flat


def _check_classes(targets: Targets) -> None:
    sizes = np.bincount(targets.codes)
    alone = np.flatnonzero(sizes == 1)
    if alone.size:
        row = int(np.flatnonzero(targets.codes == alone[0])[0])
        message = (
            f"labels must hold each class twice for segments 'same-class', which otherwise has "
            f"none: that of point {row} has one point"
        )
        raise ValueError(message)


def _digest(array: NDArray[Any]) -> str:
    content = hashlib.sha256(f"{array.dtype.str} {array.shape} ".encode())
    content.update(np.ascontiguousarray(array).data)
    return content.hexdigest()[:16]
