"""``python -m numerics spirals``: the experiment on two coiling spirals."""

import argparse
import math
from typing import Any, get_args

from numerics import experiments
from numerics.commands import (
    EPSILON,
    add_ingredients,
    add_out,
    add_seed,
    add_store,
    choices,
    ingredients,
    with_advice,
)
from numerics.experiments.two_spirals.results import SpiralErrors
from numerics.experiments.two_spirals.settings import PRESETS, Preset, Rule, SpiralsSettings
from numerics.mlp.network import Init
from numerics.spirals import PUBLISHED

DESCRIPTION = """\
Does Local Mixup train better networks than Mixup and than vanilla training, and at which epsilon?

The experiment of Section V.A and Figure 3: a small network is trained on two coiling spirals, many
times with other data and other random numbers, with the thresholded graph: only pairs of samples
at most epsilon apart are interpolated. 0 is vanilla training, inf is Mixup.

presets (--preset), any ingredient of which can be replaced:
  printed     what the text says: Gaussian noise of standard deviation 1.5, two hidden layers, a
              weight for each pair (Eq. (2)); what it does not say is as in the published code
  corrected   the published data and training, two hidden layers, a weight for each pair
  released    what the published code computes: three hidden layers, a softmax before that of the
              cross-entropy, and a loss that the weights of a batch only rescale
  published-corrected, published
              corrected and released, with the one data set of the authors' repository in all runs
              instead of new data for each; --folder DIR says where its four files are

batch rules (--rule): a batch has 20/P(d <= epsilon) pairs, so that about 20 of them count.
  paper          the same number of epochs for all epsilon: fewer updates at small epsilon
  equal-updates  as many updates for all epsilon as Mixup has
  constant       a batch has 20 pairs for all epsilon: few of them count at small epsilon

A full run, --runs 1000, is about 10^8 optimiser steps for the eleven values of epsilon. With
--store DIR each part is kept as soon as it is computed. A process that is stopped, killed or loses
its power goes on where it was when the same command is given again, and ends with the numbers that
it would have had. More runs or other epsilon extend the store. Neither --jobs, --stacked nor
--scheduler change any number.
"""

EPILOG = """\
examples:
  python -m numerics spirals --runs 10 --epochs 20
  python -m numerics spirals --runs 1000 --jobs 2 --store printed --out printed.csv
  python -m numerics spirals --preset corrected --rule equal-updates --runs 200 --store equal \\
      --epsilon 0 0.8 inf
  python -m numerics spirals --preset published --folder spirals_dataset --runs 200 --store one-set
  python -m numerics spirals --runs 100 --scheduler tcp://10.0.0.1:8786 --store cluster

  The last one needs a running dask.distributed cluster, pip install 'local-mixup[distributed]' and
  this package on its workers.
"""

#: What --help says of each ingredient; the options are made from the fields of `SpiralsSettings`.
INGREDIENTS = {
    "n": "samples of each class, training and test together",
    "noise": "scale of the noise of the data",
    "law": "law of the noise; uniform: on [0, noise)",
    "turns": "turns of each spiral",
    "mirrored": "class 1 is the mirror image of class 0, noise included",
    "standardise": "standardise the data, before or after the split",
    "test_fraction": "share of the samples for the test",
    "widths": "neurons of each hidden layer",
    "softmax_twice": "a softmax in the network, before that of the cross-entropy",
    "init": "law of the initial parameters",
    "optimiser": "with its usual moments, or none",
    "rate": "learning rate",
    "epochs": "passes over the training data",
    "weighting": "weight of a loss; pair: Eq. (2)",
    "normalise": "divide by the size of the batch, or by the sum of its weights",
    "lam": "one lambda for each batch or pair",
    "pairing": "how partners in a batch are drawn",
    "alpha": "lambda ~ Beta(alpha, beta)",
    "beta": "lambda ~ Beta(alpha, beta)",
    "pairs": "pairs that count in a batch, expected",
    "dtype": "precision of the training",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    what = parser.add_argument_group("what to compute")
    what.add_argument(
        "--preset", choices=get_args(Preset), default="printed", help="(default: %(default)s)"
    )
    what.add_argument(
        "--rule", choices=get_args(Rule), default="paper", help="(default: %(default)s)"
    )
    what.add_argument("--folder", metavar="DIR", help=f"where the published set is: {PUBLISHED}")
    add_common(parser, runs=1000, epsilons=experiments.EPSILONS)


def add_common(parser: argparse.ArgumentParser, *, runs: int, epsilons: tuple[float, ...]) -> None:
    """Add the arguments that the experiment and its ablation share."""
    how = parser.add_argument_group("how much, and where")
    how.add_argument(
        "--runs", type=int, default=runs, help="runs for each epsilon (default: %(default)s)"
    )
    how.add_argument(
        "--epsilon",
        type=EPSILON,
        nargs="+",
        default=list(epsilons),
        metavar="E",
        help=f"thresholds, inf for Mixup (default: {' '.join(f'{e:g}' for e in epsilons)})",
    )
    add_seed(how)
    add_store(how, cluster=True)
    add_out(how, "write all errors here, and a .json file beside it", beside=True)
    how.add_argument(
        "--backend",
        choices=get_args(experiments.Backend),
        default="auto",
        help="of the trainer (default: numba if it is installed, else numpy)",
    )
    how.add_argument(
        "--stacked", type=int, default=16, help="networks trained side by side (default: 16)"
    )
    presets = {
        name: PRESETS[name].to_dict() | {"widths": PRESETS[name].widths}
        for name in get_args(Preset)
    }
    add_ingredients(parser, INGREDIENTS, presets, choices(SpiralsSettings, Init=Init))


def common(arguments: argparse.Namespace) -> dict[str, Any]:
    """Collect the arguments that `add_common` added."""
    return {
        "epsilons": arguments.epsilon,
        "runs": arguments.runs,
        "rng": arguments.seed,
        "n_jobs": arguments.jobs,
        "store": arguments.store,
        "stacked": arguments.stacked,
        "backend": arguments.backend,
        "scheduler": arguments.scheduler,
        "progress": True,
        **ingredients(arguments, INGREDIENTS),
    }


def run(arguments: argparse.Namespace) -> str:
    """Do the experiment."""
    result: SpiralErrors = with_advice(
        lambda: experiments.spirals(
            preset=arguments.preset,
            rule=arguments.rule,
            folder=arguments.folder,
            **common(arguments),
        ),
        arguments.store,
    )
    lines = [f"preset {result.preset}, rule {result.rule}", "", *table(result), "", *source(result)]
    if arguments.out is not None:
        path = result.to_csv(arguments.out)
        lines.append(f"All {result.errors.size} errors are in {path}.")
    return "\n".join(lines)


def table(result: SpiralErrors) -> list[str]:
    """Return a table of the mean errors."""
    lines = [f"{'epsilon':>9}{'batch':>8}{'updates':>10}{'runs':>7}{'error %':>10}  95 % interval"]
    rows = zip(
        result.epsilons.tolist(),
        result.batch_sizes.tolist(),
        result.updates.tolist(),
        (100 * result.mean).tolist(),
        (100 * result.half_width).tolist(),
        strict=True,
    )
    for epsilon, size, updates, mean, half in rows:
        interval = "" if math.isnan(half) else f"  {mean - half:.3f} to {mean + half:.3f}"
        runs = result.errors.shape[1]
        lines.append(f"{epsilon:>9g}{size:>8}{updates:>10}{runs:>7}{mean:>10.3f}{interval}")
    return lines


def source(result: SpiralErrors) -> list[str]:
    """Say what computed the errors, and how long it took."""
    steps = float((result.updates * result.errors.shape[1]).sum())
    seconds = result.provenance["seconds"]
    each, backend = 1e6 * seconds / steps, result.provenance["backend"]
    cost = f"{seconds:.1f} s summed over processes, {each:.1f} microseconds each"
    wall = result.provenance.get("wall_seconds")
    if wall is not None:
        cost = f"{wall:.1f} s, {cost}"
    return [
        f"{steps:.3g} optimiser steps with the backend {backend}: {cost}.",
        f"Again: {result.provenance['command']}",
    ]
