"""``python -m numerics table1``: Table I's question on sets of images."""

import argparse
import math
from collections.abc import Iterator

from numerics import experiments
from numerics.commands import (
    add_ingredients,
    add_out,
    add_seed,
    add_store,
    choices,
    ingredients,
    with_advice,
)
from numerics.datasets import NAMES
from numerics.experiments.images import DEFAULT_METHODS, METHODS, settings
from numerics.experiments.images.results import Table1
from numerics.experiments.images.settings import flat

DESCRIPTION = """\
Do the graphs of Local Mixup beat Mixup and vanilla training on images?

Table I's question, Section V.C, asked with a multilayer perceptron in place of the paper's
convolutional networks. Every method is trained with the same recipe; in one run, all have the same
initial parameters, order of samples and partners, so that errors are compared run by run.

methods (--methods):
  baseline              vanilla training
  mixup                 all pairs count 1
  exponential           a pair at distance d counts exp(-alpha d): the paper's Local Mixup
  threshold             pairs count if they are at most eps apart
  knn                   pairs count if one is among the K nearest of the other in the batch
  adamixup              AdaMixup: the range of lambda is learnt (Guo, Mao, Zhang, AAAI 2019)
  exponential-features  exponential, with distances in the last hidden layer in training
  threshold-quantile    threshold at a quantile of the distances that is fixed beforehand

First alpha, eps and K are chosen: each value is trained on 5/6 of the training set, and what errs
least on the other 1/6 is taken. The test set has no part in it. alpha is tried in units of the data
(--exponential: alpha times the median distance of two images) and eps as a quantile of the
distances (--threshold), because neither means anything by itself from one data set to the next.
Mixup and the baseline, the ends of every graph, are always among what is tried; if one of them errs
least it is taken, and said. Optimism is what the choice lowers the validation error by: that of the
values that the other runs choose, minus the least mean.
Then all methods are trained on the whole training set, --runs times, and tested.

With --store DIR each training is kept as soon as it is done. A process that is stopped, killed or
loses its power goes on where it was when the same command is given again, and ends with the numbers
that it would have had. More runs, methods or values extend the store. --jobs and --scheduler change
no number. A training that diverges does not stop the others: in validation its parameter is not
taken; in the end, the command says which method and run it was.
"""

EPILOG = """\
examples:
  python -m numerics table1 --data digits --runs 3 --epochs 10 --validation-runs 1
  python -m numerics table1 --data digits --runs 10 --jobs 2 --store digits --out digits.csv
  python -m numerics table1 --data fashion-mnist --runs 10 --jobs 2 --store fashion \\
      --out fashion.csv
  python -m numerics table1 --data cifar10 --folder DIR --methods baseline mixup exponential

  The first one takes seconds. The digits come with scikit-learn, pip install
  'local-mixup[data]'; Fashion-MNIST is found where Debian's package dataset-fashion-mnist puts it;
  for the others, --folder says where their files are.
"""

#: What --help says of each ingredient; the options are made from the settings.
INGREDIENTS = {
    "widths": "neurons of each hidden layer",
    "optimiser": "sgd with momentum, or adam",
    "rate": "learning rate at the start",
    "momentum": "of sgd",
    "weight_decay": "what multiplies the parameters in the gradient, as in PyTorch",
    "batch_size": "samples in a batch",
    "epochs": "passes over the training set",
    "drops": "shares of the epochs after which the rate is multiplied by --factor",
    "factor": "see --drops",
    "init": "law of the initial parameters",
    "dtype": "precision of the training",
    "alpha": "lambda ~ Beta(alpha, beta)",
    "beta": "lambda ~ Beta(alpha, beta)",
    "lam": "one lambda for each batch or pair",
    "pairing": "how partners in a batch are drawn",
    "normalise": "divide by the size of the batch, or by the sum of its weights",
    "exponential": "values to choose from, with the ends: alpha times the median distance",
    "threshold": "values to choose from, with the ends: eps as quantiles of the distances",
    "knn": "values to choose from, with the ends: K; less than the size of a batch",
    "quantile": "of threshold-quantile",
    "validation_runs": "runs of each value to choose from",
    "policy_widths": "AdaMixup: neurons of the policy network's hidden layers",
    "policy_intrusion": "AdaMixup: what multiplies the intrusion loss",
    "policy_targets": "AdaMixup: gradient in gamma through the mixed targets",
    "policy_scale": "AdaMixup: what multiplies the sum of its losses",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    what = parser.add_argument_group("what to compute")
    what.add_argument("--data", choices=NAMES, default="digits", help="(default: %(default)s)")
    what.add_argument("--folder", metavar="DIR", help="where the files of the images are")
    what.add_argument(
        "--methods",
        nargs="+",
        choices=METHODS,
        default=list(DEFAULT_METHODS),
        metavar="METHOD",
        help=f"(default: {' '.join(DEFAULT_METHODS)})",
    )
    how = parser.add_argument_group("how much, and where")
    how.add_argument(
        "--runs", type=int, default=10, help="runs for each method (default: %(default)s)"
    )
    add_seed(how)
    add_store(how, cluster=True)
    add_out(how, "write all errors here, and a .json file beside it", beside=True)
    small = settings("digits")
    words = choices(type(small)) | choices(type(small.recipe))
    words |= {f"policy_{name}": known for name, known in choices(type(small.policy)).items()}
    defaults = {"digits": flat(small), "other data": flat(settings("fashion-mnist"))}
    add_ingredients(parser, INGREDIENTS, defaults, words)


def run(arguments: argparse.Namespace) -> str:
    """Do the experiment."""
    result: Table1 = with_advice(
        lambda: experiments.table1(
            arguments.data,
            arguments.methods,
            arguments.runs,
            rng=arguments.seed,
            n_jobs=arguments.jobs,
            store=arguments.store,
            scheduler=arguments.scheduler,
            progress=True,
            folder=arguments.folder,
            **ingredients(arguments, INGREDIENTS),
        ),
        arguments.store,
    )
    lines = list(table(result))
    if arguments.out is not None:
        path = result.to_csv(arguments.out)
        lines.append(f"All {result.curves.size} errors are in {path}.")
    return "\n".join(lines)


def table(result: Table1) -> Iterator[str]:
    """Say what came out, and what it came from."""
    runs, epochs = result.curves.shape[1:]
    recipe = result.settings["recipe"]
    yield (
        f"{result.data}: hidden layers of {' and '.join(map(str, recipe['widths']))}, {epochs} "
        f"epochs, {runs} run{'s' if runs > 1 else ''}"
    )
    yield f"median distance of two training images: {result.median_distance:.4g}"
    yield ""
    yield f"{'method':<22}{'parameter':<42}{'error %':>8}  {'95 % interval':<18}optimism"
    rows = zip(result.methods, 100 * result.mean, 100 * result.half_width, strict=True)
    for method, mean, half in rows:
        interval = "" if math.isnan(half) else f"{mean - half:.3f} to {mean + half:.3f}"
        optimism = 100 * result.optimism(method)
        gained = "" if math.isnan(optimism) else f"{optimism:.3f}"
        line = f"{method:<22}{_parameter(result, method):<42}{mean:>8.3f}  {interval:<18}{gained}"
        yield line.rstrip()
    yield ""
    differences = result.differences() if runs > 1 else ()
    if differences:
        yield "differences in percentage points, below 0 where the first is better; p-values are of"
        yield f"paired t tests, corrected by Holm's rule for these {len(differences)}"
        yield f"{'':<34}{'mean':>8}  {'95 % interval':<18}{'p':>8}"
        for item in differences:
            found = item.estimate
            pair = f"{item.first} - {item.second}"
            interval = f"{100 * found.low:.3f} to {100 * found.high:.3f}"
            yield f"{pair:<34}{100 * found.value:>8.3f}  {interval:<18}{item.adjusted:>8.2g}"
        yield ""
    counts = result.parameter_counts
    yield "parameters: " + ", ".join(f"{name} {count:,}" for name, count in counts.items())
    source = result.provenance
    yield (
        f"{source['trainings']} trainings: {source['wall']:.1f} s, {source['seconds']:.1f} s "
        "summed over processes."
    )
    yield f"Again: {source['command']}"


def _parameter(result: Table1, method: str) -> str:
    value, scaled = result.parameters[method], result.scaled[method]
    edge = result.edge(method)
    if value is None or scaled is None:
        return f"{edge} itself" if edge else ""
    told = f" ({edge})" if edge else ""
    if method == "knn":
        return f"K = {value:g} of {result.settings['recipe']['batch_size'] - 1}{told}"
    if method.startswith("threshold"):
        return f"eps = {value:.4g}, quantile {scaled:g}{told}"
    of = " of features" if method.endswith("-features") else ""
    return f"alpha = {value:.4g}, {scaled:g} / median{of}{told}"
