"""The experiment on two coiling spirals (Section V.A, Figure 3), its ablation, and that on images.

`table1`, on sets of images (Section V.C, Table I), is in `numerics.experiments.images`; the others
are here. Run r of an experiment uses child r of the seed for everything: the data, the initial
parameters, the batches. So its numbers do not depend on how many runs there are, on which epsilon
are asked for, on which process does the work, nor on which runs are trained beside it; and the
errors of one run for two epsilon are a paired comparison.
"""

import math
import os
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

from numpy.typing import ArrayLike

from numerics import mlp
from numerics.archive.provenance import Random, plain_seed
from numerics.experiments.images import Table1, table1
from numerics.experiments.two_spirals.jobs import makers
from numerics.experiments.two_spirals.results import Ablation, SpiralErrors
from numerics.experiments.two_spirals.settings import Preset, Rule, settings
from numerics.experiments.two_spirals.study import Study, compute
from numerics.validation import check_count, check_thresholds

__all__ = [
    "EPSILONS",
    "LADDER",
    "Ablation",
    "SpiralErrors",
    "Table1",
    "ablation",
    "makers",
    "spirals",
    "table1",
]

Backend: TypeAlias = mlp.BackendName
"""Of the trainer: numba if it is installed, or one of the two."""

#: The published values of epsilon, 0.8 and the extremes, vanilla training and Mixup.
EPSILONS = (0.0, 0.6, 0.8, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, math.inf)

#: The steps of the ablation, from "released" to "corrected" and on to the other batch rule: name,
#: and what changes from the step before.
LADDER: tuple[tuple[str, dict[str, Any]], ...] = (
    ("released", {}),
    ("one softmax", {"softmax_twice": False}),
    ("two hidden layers", {"widths": (100, 100)}),
    ("per-pair weights", {"weighting": "pair"}),
    ("equal updates", {"rule": "equal-updates"}),
)


def spirals(
    epsilons: ArrayLike = EPSILONS,
    runs: int = 1000,
    preset: Preset = "printed",
    *,
    rule: Rule = "paper",
    rng: Random | None = None,
    n_jobs: int = 1,
    store: str | os.PathLike[str] | None = None,
    stacked: int = 16,
    backend: Backend = "auto",
    scheduler: str | None = None,
    progress: bool = False,
    folder: str | os.PathLike[str] | None = None,
    **ingredients: Any,
) -> SpiralErrors:
    """Train networks on the spirals, for each epsilon and run, and return their test errors.

    Parameters
    ----------
    epsilons : array_like of float, optional
        Different thresholds of the graph, at least 0: 0 is vanilla training, infinity is Mixup.
    runs : int, optional
        Number of runs for each epsilon, at least 1.
    preset : {"printed", "corrected", "released", "published-corrected", "published"}, optional
        The text's experiment; the published one with a weight for each pair, as in Eq. (2); or the
        published one as it is. The last two are these with the one published data set in all runs,
        where the others draw new data for each.
    rule : {"paper", "equal-updates", "constant"}, optional
        Batches have 20/P(d <= epsilon) pairs, so that about 20 of them count, and each run has the
        same number of epochs, or as many updates as if a batch had 20 pairs; or all batches have 20
        pairs, of which about 20 P(d <= epsilon) count.
    rng : int, numpy.random.SeedSequence or numpy.random.Generator, optional
        Seed: child r, counted from 0, is that of run r. Without one, that of the store if there is
        one, else a new one.
    n_jobs : int, optional
        Number of processes on this machine, -1 for one on each core. The numbers are the same.
    store : str or path, optional
        Folder that keeps the results as they come. What is in it is not computed again; if it was
        made for fewer runs or other epsilon, it is extended.
    stacked : int, optional
        Number of replicates that the trainer stacks. The numbers are the same.
    backend : {"auto", "numpy", "numba"}, optional
        Backend of the trainer; the numbers of the two differ, as rounding grows in training.
    scheduler : str, optional
        Address of a dask.distributed scheduler, whose workers then do the work.
    progress : bool, optional
        Show the number of optimiser steps and the time left on standard error.
    folder : str or path, optional
        Where the published data set is, for the presets that need it and only for them; see
        `numerics.spirals.published`.
    **ingredients
        Fields of `SpiralsSettings` that replace those of the preset: epochs=20, noise=1.0,
        widths=(50, 50), ...

    Returns
    -------
    SpiralErrors
        Errors of shape (E, runs), with the epsilons in the order given.

    Raises
    ------
    ValueError
        If an argument does not make sense, the store keeps another experiment or is damaged, or
        runs diverge: at the end and with all others kept if there is a store, else at once. The
        message names them.
    OSError
        If the store cannot be read or written, or no scheduler answers.

    Notes
    -----
    A process may be killed at any moment: what it kept stays, and the same call goes on from there
    to the numbers of an unbroken run. Several processes may use one store at once; see
    `numerics.archive.store`.

    The numbers are the same bit for bit with the same versions on the same kind of processor; the
    fingerprint of `makers`, which is made of small networks, tells whether rounding is the same.
    Elsewhere, other orders of summation may change them as much as another seed would: a store that
    has parts of both kinds is taken up with a warning, and its provenance names both.

    References
    ----------
    Section V.A and Figure 3 of the paper.
    """
    stacked = check_count(stacked, "stacked", 1)
    study = Study(
        settings=settings(preset, rule, **ingredients),
        epsilons=_check_epsilons(epsilons),
        runs=check_count(runs, "runs", least=1),
        seed=plain_seed(rng, store),
        backend=_resolved(backend),
        path=store,
        folder=folder,
    )
    compute([study], n_jobs, scheduler, stacked, progress)
    return study.result()


def ablation(
    epsilons: ArrayLike = (0.0, 0.8, math.inf),
    runs: int = 100,
    *,
    rng: Random | None = None,
    n_jobs: int = 1,
    store: str | os.PathLike[str] | None = None,
    stacked: int = 16,
    backend: Backend = "auto",
    scheduler: str | None = None,
    progress: bool = False,
    **ingredients: Any,
) -> Ablation:
    """Go from the published experiment to the corrected one, one ingredient at a time.

    Parameters
    ----------
    epsilons : array_like of float, optional
        Different thresholds of the graph, at least 0.
    runs : int, optional
        Number of runs for each step and epsilon, at least 1.
    rng : int, numpy.random.SeedSequence or numpy.random.Generator, optional
        Seed: child r, counted from 0, is that of run r in all steps. Without one, that of the store
        if there is one, else a new one.
    n_jobs : int, optional
        Number of processes on this machine, -1 for one on each core.
    store : str or path, optional
        Folder that keeps the results as they come, with a store for each step in it.
    stacked : int, optional
        Number of replicates that the trainer stacks.
    backend : {"auto", "numpy", "numba"}, optional
        Backend of the trainer.
    scheduler : str, optional
        Address of a dask.distributed scheduler, whose workers then do the work.
    progress : bool, optional
        Show the number of optimiser steps and the time left on standard error.
    **ingredients
        Fields of `SpiralsSettings` that all steps share, such as epochs=20; not one that the
        ladder changes.

    Returns
    -------
    Ablation
        The results of the steps of `LADDER`.

    Raises
    ------
    ValueError
        If an argument does not make sense, the store keeps another experiment or is damaged, or
        runs diverge: at the end and with all others kept if there is a store, else at once. The
        message names them.
    OSError
        If the store cannot be read or written, or no scheduler answers.

    Notes
    -----
    The step "per-pair weights" is the preset "corrected" of `spirals`, and has its numbers if the
    seed and the backend are the same; the first step is "released".
    """
    changed = sorted({name for _, change in LADDER for name in change} & set(ingredients))
    if changed:
        message = f"the steps of the ablation choose {', '.join(changed)} themselves"
        raise ValueError(message)
    chosen = settings("released", "paper", **ingredients)
    names = tuple(name for name, _ in LADDER)
    folders = [None if store is None else Path(store) / name.replace(" ", "-") for name in names]
    seed, thresholds = plain_seed(rng, folders[0]), _check_epsilons(epsilons)
    stacked = check_count(stacked, "stacked", 1)
    studies = []
    for (name, change), folder in zip(LADDER, folders, strict=True):
        chosen = replace(chosen, **change)
        studies.append(
            Study(
                settings=chosen,
                epsilons=thresholds,
                runs=check_count(runs, "runs", least=1),
                seed=seed,
                backend=_resolved(backend),
                path=folder,
                name=f"{name}, ",
            )
        )
    compute(studies, n_jobs, scheduler, stacked, progress)
    return Ablation(names, tuple(study.result() for study in studies))


def _check_epsilons(values: ArrayLike) -> tuple[float, ...]:
    array = check_thresholds(values, "epsilons")
    if array.ndim != 1 or not 0 < len(set(array.tolist())) == array.size:
        message = f"epsilons must be a list of different numbers, got {values!r}"
        raise ValueError(message)
    return tuple(array.tolist())


def _resolved(backend: Backend) -> Literal["numba", "numpy"]:
    try:
        return mlp.backend_name(backend)
    except ImportError as error:
        raise ValueError(str(error)) from None
