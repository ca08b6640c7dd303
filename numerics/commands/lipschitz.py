"""``python -m numerics lipschitz``: the curve of Q(D) on images."""

import argparse
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from numerics import datasets
from numerics.archive.command_line import command_line
from numerics.archive.provenance import versions
from numerics.archive.tables import beside
from numerics.commands import EPSILON, add_out, add_seed, add_store, with_advice
from numerics.datasets import Dataset
from numerics.lipschitz import SEGMENTS, LowerBound, lower_bound
from numerics.lipschitz.curve import Witness
from numerics.lipschitz.segment_lengths import segment_lengths
from numerics.lipschitz.targets import DISTANCES
from numerics.lipschitz.witness_images import Pictures
from numerics.validation import FloatArray

DESCRIPTION = """\
How steep must a function be that fits the virtual samples, and how does that grow with epsilon?

Q(D) of Section V.B and Figure 4 is the largest ratio of the distance of targets to the distance of
inputs, over virtual samples of segments at most epsilon long: a step function, from vanilla
training (epsilon = 0) to Mixup (the longest segment). This computes all its steps, and for each
the samples that cause it. Pixels are scaled to [0, 1].

Without options it computes the digits that scikit-learn brings, in a second and without a download
(pip install "local-mixup[data]").

segments (--segments):
  same-class  samples against segments between two samples of another class, as in the published
              script
  all         samples against all segments
  segments    all segments against each other, Q(D) itself; for a few hundred samples

distances of targets (--distance): classes are 1 apart (zero-one), or sqrt(2) as one-hot vectors
(euclidean).

With --points N a random part of the samples is looked at: Q of these is a lower bound of that of
all. With --store DIR each part of the search is kept as soon as it is done, and the same command
goes on from there if it was stopped or killed. Neither --jobs nor --memory change a number.
"""

EPILOG = """\
examples:
  python -m numerics lipschitz
  python -m numerics lipschitz --data fashion-mnist --points 10000 --jobs 2 --out fashion.csv
  python -m figures draw fig4 --data fashion.csv
  python -m numerics lipschitz --data fashion-mnist --epsilon 0
  python -m numerics lipschitz --data cifar10 --folder cifar --deviations 0.2023 0.1994 0.2010 \\
      --memory 8G --jobs -1 --store cifar-curve --out cifar.csv
"""

_ROWS = 24  # of the printed table


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    what = parser.add_argument_group("what to compute")
    what.add_argument(
        "--data", choices=datasets.NAMES, default="digits", help="(default: %(default)s)"
    )
    what.add_argument(
        "--folder", metavar="DIR", help="where the files of the data are; digits need none"
    )
    what.add_argument("--points", type=int, metavar="N", help="so many training samples, at random")
    add_seed(what, "of the random part")
    what.add_argument(
        "--segments", choices=SEGMENTS, default="same-class", help="(default: %(default)s)"
    )
    what.add_argument(
        "--distance", choices=DISTANCES, default="zero-one", help="(default: %(default)s)"
    )
    what.add_argument(
        "--epsilon",
        type=EPSILON,
        nargs="+",
        metavar="E",
        help="print Q for these thresholds, and leave out segments longer than the largest; 0 is "
        "vanilla training",
    )
    what.add_argument(
        "--deviations",
        type=float,
        nargs="+",
        default=[1.0],
        metavar="S",
        help="divide the scaled pixels by this, or each colour by its own (published script for "
        "CIFAR-10: 0.2023 0.1994 0.2010)",
    )
    how = parser.add_argument_group("how")
    how.add_argument(
        "--memory",
        default="2G",
        metavar="SIZE",
        help="for all processes, next to the images (default: %(default)s)",
    )
    add_store(how)
    add_out(
        how,
        "write the curve here; beside it FILE.json (provenance), FILE-lengths.csv (how long "
        "segments are) and FILE-images.npz (the images that cause the steps)",
        "--csv",
        beside=True,
    )


def run(arguments: argparse.Namespace) -> str:
    """Compute the curve."""
    epsilons = [np.inf] if arguments.epsilon is None else arguments.epsilon
    up_to = max(epsilons)
    try:
        data = datasets.load(arguments.data, arguments.folder)
    except ImportError as error:
        raise ValueError(str(error)) from error
    X, unit, deviations = _inputs(data, arguments.deviations)
    n = len(data.X_train)
    points = None if arguments.points in {None, n} else arguments.points
    part: dict[str, Any] = {"points": points, "rng": arguments.seed}
    resumed = arguments.store is not None and any(Path(arguments.store).glob("chunks/*"))
    start = time.perf_counter()
    curve: LowerBound = with_advice(
        lambda: lower_bound(
            X,
            data.labels_train,
            arguments.segments,
            up_to=up_to * unit,
            distance=arguments.distance,
            memory=arguments.memory,
            n_jobs=arguments.jobs,
            store=arguments.store,
            progress=True,
            **part,
        ),
        arguments.store,
    )
    seconds = time.perf_counter() - start
    curve = replace(
        curve,
        epsilons=curve.epsilons / unit,
        values=curve.values * unit,
        up_to=up_to,
        provenance=_provenance(arguments, data, seconds, resumed=resumed),
    )
    looked_at = f"{curve.points if points else 'all'} of the {n} training samples"
    if points:
        looked_at += f", drawn with seed {arguments.seed}"
    lines = [
        f"{data.name}: {looked_at}; segments {arguments.segments!r}, {arguments.distance}",
        _work(curve, seconds, arguments.store if resumed else None),
        "",
        *_table(curve, data),
        "",
        *_summary(curve, arguments.epsilon or ()),
    ]
    if arguments.out is not None:
        lengths = segment_lengths(X, data.labels_train, arguments.segments, **part)
        written = (
            curve.to_csv(arguments.out),
            lengths.scaled(unit).to_csv(beside(arguments.out, "-lengths.csv")),
            Pictures.of(data, curve, deviations).save(beside(arguments.out, "-images.npz")),
        )
        lines.append(f"The curve is in {', '.join(map(str, written))}.")
    return "\n".join(lines)


def _inputs(data: Dataset, deviations: list[float]) -> tuple[NDArray[Any], float, FloatArray]:
    """Return X, what it is to be divided by, and what each pixel is divided by."""
    channels = data.image_shape[2] if len(data.image_shape) > 2 else 1
    if len(deviations) not in {1, channels} or not all(0 < s < np.inf for s in deviations):
        message = (
            f"--deviations takes one positive number, or one for each of the {channels} channels "
            f"of {data.name}; got {' '.join(f'{s:g}' for s in deviations)}"
        )
        raise ValueError(message)
    units = data.brightest * np.array(deviations)
    if len(set(deviations)) == 1:
        # The pixels as they are, which takes the least memory; the unit is put in afterwards.
        return data.X_train, float(units[0]), units[:1]
    return data.X_train / units, 1.0, units


def _work(curve: LowerBound, seconds: float, store: str | None) -> str:
    if store is not None:
        return f"{curve.pairs:.3g} pairs, with those kept in {store}; {seconds:.1f} s this time"
    if curve.up_to == 0:
        return f"pairs of samples only, in {seconds:.1f} s"
    rate = curve.pairs / seconds
    return f"{curve.pairs:.3g} pairs decided in {seconds:.1f} s, {rate:.2g} a second"


def _cause(w: Witness, data: Dataset) -> str:
    ends = f"{w.i}" if w.i == w.j else f"{w.lam:.3g} of {w.i} and {1 - w.lam:.3g} of {w.j}"
    point = f"{w.point}"
    if w.partner != w.point:
        point = f"{w.mu:.3g} of {w.point} and {1 - w.mu:.3g} of {w.partner}"
    names = [data.classes[int(data.labels_train[index])] for index in (w.point, w.i, w.j)]
    kinds = f"{names[0]} | {names[1]}" + (f", {names[2]}" if names[2] != names[1] else "")
    return f"{point} against {ends} ({kinds})"


def _table(curve: LowerBound, data: Dataset) -> list[str]:
    lines = [f"{'epsilon':>12}{'Q':>12}   from (numbers of training samples)"]
    for number, (epsilon, value, w) in enumerate(
        zip(curve.epsilons, curve.values, curve.witnesses, strict=True)
    ):
        if number == _ROWS:
            lines.append(f"  and {curve.values.size - _ROWS} more")
            break
        lines.append(f"{epsilon:>12.6g}{value:>12.6g}   {_cause(w, data)}")
    return lines


def _summary(curve: LowerBound, asked: Sequence[float]) -> list[str]:
    last, epsilon = float(curve.values[-1]), float(curve.epsilons[-1])
    lines = [
        f"Q = {float(curve(each)):.9g} at epsilon = {each:g}; vanilla {curve.vanilla:.6g}."
        for each in asked
    ]
    if curve.up_to == np.inf:
        lines.append(
            f"Vanilla {curve.vanilla:.6g}, Mixup {last:.6g} from epsilon = {epsilon:.6g} on."
        )
    if last == np.inf:
        lines.append("Infinity: two equal virtual inputs have different targets; nothing fits.")
    elif curve.values.size > 1:
        steps = np.diff(curve.values)
        largest = int(np.argmax(steps))
        share = steps[largest] / (last - curve.vanilla)
        lines.append(
            f"The largest of {steps.size} steps is {steps[largest]:.3g}, {100 * share:.0f} % of "
            f"the rise, at epsilon = {curve.epsilons[largest + 1]:.6g}."
        )
    if not curve.exact:
        lines.append("This is Q of a random part: a lower bound of that of all samples.")
    return lines


def _provenance(
    arguments: argparse.Namespace, data: Dataset, seconds: float, *, resumed: bool
) -> dict[str, Any]:
    scaled = set(arguments.deviations) != {1.0}
    part = arguments.points is not None
    command = command_line(
        "lipschitz",
        data=data.name,
        folder="DIR" if arguments.folder else None,
        points=arguments.points,
        seed=arguments.seed if part else None,
        segments=arguments.segments,
        distance=arguments.distance,
        epsilon=arguments.epsilon,
        deviations=arguments.deviations if scaled else None,
        jobs=arguments.jobs,
        memory=arguments.memory,
    )
    pixels = f"scaled from 0..{data.brightest} to [0, 1]"
    if scaled:
        pixels += f" and divided by {', '.join(map(repr, arguments.deviations))}"
    return {
        "command": command,
        "data": data.name,
        "deviations": arguments.deviations,
        "pixels": pixels,
        "resumed": resumed,
        "seconds": round(seconds, 3),
        "seed": arguments.seed,
        "sources": [asdict(source) for source in data.provenance],
        "versions": versions("numpy"),
    }
