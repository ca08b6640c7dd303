r"""Section V.B: Q(D), a lower bound on the Lipschitz constant of whatever fits the virtual samples.

For a threshold eps the virtual samples are the points (x~, y~) of all segments between samples at a
distance of at most eps, and

.. math:: Q(\epsilon) = \sup \frac{d(\tilde y, \tilde y')}{\Vert\tilde x - \tilde x'\Vert} .

It is a step function, right-continuous, that jumps at lengths of segments: a segment counts from
eps equal to its length on, by the rule of `numerics.graphs.threshold`. eps = 0 is vanilla training,
from the largest length on it is Mixup. `lower_bound` computes the whole of it.
"""

import math
import os
from typing import TypedDict, Unpack, overload

import numpy as np
from numpy.typing import ArrayLike

from numerics.archive.store import Cache
from numerics.distances import reach
from numerics.distances.gram import ScaledPoints
from numerics.lipschitz.checks import check_classes, check_inputs, digest, draw_points, parse_size
from numerics.lipschitz.curve import SEGMENTS, LowerBound, Segments, Witness, witnesses_of
from numerics.lipschitz.search import Search
from numerics.lipschitz.targets import Targets
from numerics.processes import check_processes
from numerics.tolerances import STEP
from numerics.validation import check_choice, check_extended

__all__ = ["SEGMENTS", "LowerBound", "Segments", "Witness", "lower_bound", "parse_size"]


class _Options(TypedDict, total=False):
    """What `lower_bound` takes whether it returns a curve or a number."""

    up_to: float
    distance: str | None
    memory: int | str
    n_jobs: int
    points: int | None
    targets: ArrayLike | None
    rng: np.random.Generator | int | None
    store: str | os.PathLike[str] | None
    progress: bool


@overload
def lower_bound(  # numpydoc ignore=GL08
    X: ArrayLike,
    labels: ArrayLike | None = ...,
    segments: str = ...,
    *,
    eps: None = ...,
    **options: Unpack[_Options],
) -> LowerBound: ...
@overload
def lower_bound(  # numpydoc ignore=GL08
    X: ArrayLike,
    labels: ArrayLike | None = ...,
    segments: str = ...,
    *,
    eps: float,
    **options: Unpack[_Options],
) -> float: ...
def lower_bound(
    X: ArrayLike,
    labels: ArrayLike | None = None,
    segments: str = "same-class",
    *,
    targets: ArrayLike | None = None,
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
    labels : array_like, optional
        Classes: integers of shape (n,), or one-hot rows of shape (n, k).
    segments : {"same-class", "all", "segments"}, optional
        Which virtual samples are compared. "same-class": samples with segments whose two ends have
        another target, equal at both, the definition of the published script. "all": samples with
        all segments. "segments": all virtual samples with each other, which is Q(D) itself; for a
        few hundred samples. Pairs of samples count in each of them.
    targets : array_like of float, optional
        In place of labels: real numbers, of shape (n,) or (n, k).
    eps : float, optional
        Return Q for this threshold only; infinity is Mixup.
    up_to : float, optional
        Leave out longer segments: the curve ends there. 0 is vanilla training alone.
    distance : {"zero-one", "euclidean"}, optional
        Distance of targets. "zero-one": 1 between classes, the distance in variation (half the l1
        norm) of their mixtures; the default for labels. "euclidean": the norm, of one-hot vectors
        if they are labels, which are then sqrt(2) apart; the default for targets.
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
        If X or the targets are not finite numbers, the labels no classes, their lengths differ, not
        exactly one of labels and targets is given, there are fewer than two classes, a class has
        one point and `segments` is "same-class", `eps` is negative, an argument is not one of those
        above, the memory is too small for one block, or the store keeps another search.
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
    which = check_choice(segments, "segments", SEGMENTS)
    inputs = check_inputs(X)
    n = inputs.shape[0]
    known = Targets.of(labels, targets, n, distance)
    longest = check_extended(up_to, "up_to")
    if eps is not None:
        if check_extended(eps, "eps") > longest:
            message = f"eps must be at most up_to = {longest:g}, got {eps}"
            raise ValueError(message)
        longest = float(eps)
    budget = parse_size(memory)
    jobs = check_processes(n_jobs)
    if which == "same-class":
        check_classes(known)
    chosen = draw_points(n, points, rng)
    order = chosen[np.argsort(known.codes[chosen], kind="stable")]
    if known.codes[order[0]] == known.codes[order[-1]]:
        message = f"points: all {order.size} that were drawn have the same target; draw more"
        raise ValueError(message)
    search = Search(
        ScaledPoints.of(inputs, order),
        known[order],
        which,
        longest=reach(longest, inputs.shape[1]),
        memory=budget,
        n_jobs=jobs,
        progress=progress,
    )
    identity = {}
    if store is not None:
        identity = {
            "data": digest(inputs),
            "labels": digest(known.codes if known.vectors is None else known.vectors),
            "chosen": digest(chosen),
            "segments": which,
            "distance": known.distance,
            "longest": repr(longest),
        }
    cache = Cache(store, identity, {"numpy": np.__version__})
    records = search.run(cache).front(STEP)
    curve = LowerBound(
        epsilons=records.lengths,
        values=records.values,
        witnesses=witnesses_of(records, order),
        segments=which,
        distance=known.distance,
        n=n,
        points=order.size,
        features=inputs.shape[1],
        pairs=search.pairs,
        up_to=longest,
    )
    return curve if eps is None else curve(longest)
