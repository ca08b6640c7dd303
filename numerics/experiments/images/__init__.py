"""The experiment on images: whether Local Mixup's graphs beat Mixup (Section V.C, Table I).

Networks are trained by vanilla training, Mixup, Local Mixup with each of the paper's three graphs,
and AdaMixup; all with the same recipe, and in one run with the same initial parameters, the same
order of samples and the same partners. First the parameter of each graph is chosen on a part of the
training set, then all methods are trained on the whole of it and tested.

What is not as in the paper: the network is a multilayer perceptron and not convolutional, images
are not augmented, and the pixels are in [0, 1], with distances in that unit.
"""

import os
from collections.abc import Sequence
from typing import Any

from numerics.archive.provenance import Random, plain_seed
from numerics.experiments.images.jobs import makers
from numerics.experiments.images.results import Candidate, Difference, Table1
from numerics.experiments.images.settings import DEFAULT_METHODS, METHODS, Table1Settings, settings
from numerics.experiments.images.study import Study, compute
from numerics.validation import check_count

__all__ = [
    "DEFAULT_METHODS",
    "METHODS",
    "Candidate",
    "Difference",
    "Table1",
    "Table1Settings",
    "makers",
    "settings",
    "table1",
]


def table1(
    data: str = "digits",
    methods: Sequence[str] = DEFAULT_METHODS,
    runs: int = 10,
    *,
    rng: Random | None = None,
    n_jobs: int = 1,
    store: str | os.PathLike[str] | None = None,
    scheduler: str | None = None,
    progress: bool = False,
    folder: str | os.PathLike[str] | None = None,
    **ingredients: Any,
) -> Table1:
    """Train networks on images by each method, and return their test errors.

    Parameters
    ----------
    data : str, optional
        The images: "digits", "fashion-mnist", "mnist", "cifar10", "cifar100" or "svhn".
    methods : sequence of str, optional
        Different methods, some of `METHODS`: "baseline", "mixup", "exponential", "threshold",
        "knn", "adamixup"; "exponential-features", which is the exponential graph on distances in
        the last hidden layer of the network in training; "threshold-quantile", where eps is the
        first quartile of the distances and not chosen.
    runs : int, optional
        Number of runs for each method, at least 1.
    rng : int, numpy.random.SeedSequence or numpy.random.Generator, optional
        Seed: child r, counted from 0, is that of run r. Without one, that of the store if there is
        one, else a new one.
    n_jobs : int, optional
        Number of processes on this machine, -1 for one on each core. The numbers are the same.
    store : str or path, optional
        Folder that keeps the trainings as they are done. What is in it is not done again; more
        runs, methods or values to choose from extend it.
    scheduler : str, optional
        Address of a dask.distributed scheduler, whose workers then do the work; they read the
        images from the same folder on their machines.
    progress : bool, optional
        Show the number of epochs and the time left on standard error.
    folder : str or path, optional
        Where the files of the images are, as `numerics.datasets.load` takes it.
    **ingredients
        What replaces the settings of the data set: epochs=5, widths=(50,), exponential=(1.0,), ...
        as `numerics.experiments.images.settings.settings` takes it.

    Returns
    -------
    Table1
        Test errors after each epoch, shape (methods, runs, epochs), the parameters and how they
        were chosen.

    Raises
    ------
    ValueError
        If an argument does not make sense, the store keeps another experiment or is damaged, or a
        training diverges that the result needs: at the end and with all others kept if there is a
        store, else at once. The message names it.
    OSError
        If the images or the store cannot be read or the store not be written, or no scheduler
        answers.
    ImportError
        If "digits" are asked for and scikit-learn is not installed.

    Notes
    -----
    To choose alpha, eps or K, each value is trained on 5/6 of the training set, drawn anew in each
    validation run, and the one with the least mean error on the other 1/6 is taken; where values
    are equal, the first. A value of which a training diverges is not taken. The test set has no
    part in it. Mixup and vanilla training, the ends of every graph, are trained with them once:
    where one of them has the least error it is taken, and the graph's errors are its errors.

    The values are alpha times the median distance, and quantiles of the distance for eps, of
    random pairs of training images. Distances of features change in training: alpha is then times
    the median distance of the features of a baseline that has been trained on the 5/6.

    A process may be killed at any moment: the same call goes on from there to the numbers of an
    unbroken run, as with `numerics.experiments.spirals`. Several processes may use one store at
    once.

    References
    ----------
    Section V.C and Table I of the paper.
    """
    study = Study(
        settings=settings(data, **ingredients),
        methods=_check_methods(methods),
        runs=check_count(runs, "runs", least=1),
        seed=plain_seed(rng, store),
        folder=None if folder is None else os.fspath(folder),
        path=store,
    )
    compute(study, n_jobs, scheduler, progress)
    return study.result()


def _check_methods(values: Sequence[str]) -> tuple[str, ...]:
    methods = (values,) if isinstance(values, str) else tuple(values)
    if not methods or len(set(methods)) < len(methods) or not set(methods) <= set(METHODS):
        message = f"methods must be different ones of {', '.join(METHODS)}; got {list(methods)}"
        raise ValueError(message)
    return methods
