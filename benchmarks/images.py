"""Time the training of a wide network on Fashion-MNIST: this library against PyTorch.

Both train the same network, 784-512-512-10 in single precision with ReLU, on all 60,000 images in
batches of 128, by gradient descent with momentum and weight decay, with the same mixing (Eq. (2)):
Mixup, and Local Mixup with the graph exp(-alpha d). What is measured is seconds per epoch, mixing
and distances included, without the test.

implementations:
  numerics  numerics.mlp.single.fit
  torch     PyTorch's eager training loop: torch.nn.Sequential, cross_entropy, and the fused SGD,
            which is its fastest here (SGD with foreach or a loop takes a tenth longer)

Each has a process of its own, as the threads of two libraries in one process would be in each
other's way, and both use as many threads (--threads). They take turns epoch by epoch, from the same
initial parameters and with the same order, partners and lambda, which both get from the sampler of
numerics.mlp.single, within their time.

before anything is timed, both have to give the same network after 20 steps, to rounding. After the
last epoch both have to have the same test error, to ten images of 10,000 or by a paired test of the
seeds (a few seeds may differ by the same image each, which no test takes for chance). If one of the
two fails, the benchmark says so and exits with status 1.

times are medians over all epochs of all seeds. The share of the peak is the number of operations of
all products of matrices (not of anything else that an epoch does), divided by the time and by the
rate of a large sgemm with as many threads, measured between trainings. Times mean something only if
nothing else runs.
"""

from __future__ import annotations

import argparse
import importlib.util
import multiprocessing
import os
import sys
import time
import traceback
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import scipy.stats
from tqdm import tqdm

from benchmarks.trainer_peers.checks import LEVEL, disagreement
from numerics import datasets
from numerics.mixing import Mixing
from numerics.mixing.batches import draws
from numerics.mlp.single import Perceptron, Recipe, fit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from multiprocessing.connection import Connection

    from numpy.typing import NDArray

    from numerics.validation import IntArray

    Floats: TypeAlias = NDArray[Any]

WIDTHS = (512, 512)

#: The median distance of two images is between 11 and 12.
TASKS = {"Mixup": Mixing(), "Local Mixup, exp(-d / 10)": Mixing("exponential", 0.1)}

NAMES = {"numerics": "numerics.mlp.single", "torch": "PyTorch, eager"}

#: Steps at a low rate after which both have to be the same network, and by how much their outputs,
#: of size 1, may differ: rounding leaves 1e-5.
STEPS, LOW_RATE, ROUNDING = 20, 0.01, 1e-3

#: What is to be reached: how many times as fast as PyTorch, and percent of the peak.
SAME = 0.001
"""Difference of two test errors that says nothing of the training."""

GOALS = (1.0, 60.0)


def flop(sizes: tuple[int, ...]) -> int:
    """Count a sample's operations: forward, and back to the weights and to all layers' inputs."""
    return 6 * sum(a * b for a, b in pairwise(sizes)) - 2 * sizes[0] * sizes[1]


@dataclass(frozen=True)
class Data:
    """Images (n, 784) with values in [0, 1] and labels (n,), for training and for the test."""

    X: Floats
    labels: IntArray
    X_test: Floats
    labels_test: IntArray


@cache
def load(synthetic: bool, samples: int) -> Data:
    """Read Fashion-MNIST, or make images of as many pixels around ten others."""
    if not synthetic:
        images = datasets.load("fashion-mnist")
        return Data(
            images.flat("train", dtype=np.float32)[:samples],
            images.labels_train[:samples],
            images.flat("test", dtype=np.float32),
            images.labels_test,
        )
    rng = np.random.default_rng(0)
    centres = rng.random((10, 784))
    labels = rng.integers(0, 10, samples + 10_000)
    noise = rng.random((labels.size, 784), dtype=np.float32)
    X = (noise + np.float32(0.2) * centres.astype(np.float32)[labels]) / np.float32(1.2)
    return Data(X[:samples], labels[:samples], X[samples:], labels[samples:])


@dataclass(frozen=True)
class Job:
    """One training: epoch by epoch, with a turn of the other after each."""

    task: str
    seed: int
    recipe: Recipe
    samples: int
    synthetic: bool

    def data(self) -> Data:
        """Return the first samples."""
        whole = load(self.synthetic, self.samples if self.synthetic else 60_000)
        return Data(
            whole.X[: self.samples], whole.labels[: self.samples], whole.X_test, whole.labels_test
        )


def train_numerics(job: Job, epoch_is_done: Callable[[], object]) -> Floats:
    """Train with this library, and return the logits of the test."""
    data = job.data()
    found = fit(
        data.X,
        data.labels,
        job.recipe,
        TASKS[job.task],
        rng=job.seed,
        progress=lambda _: epoch_is_done(),
    )
    logits: Floats = found.networks.logits(data.X_test)[0]
    return logits


def train_torch(job: Job, epoch_is_done: Callable[[], object]) -> Floats:
    """Train with PyTorch as its users write it."""
    torch: Any = import_module("torch")
    functional = torch.nn.functional
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    data, recipe, mixing = job.data(), job.recipe, TASKS[job.task]
    initial, sampling = np.random.default_rng(job.seed).spawn(2)
    sizes = (784, *recipe.widths, 10)
    start = Perceptron(sizes, recipe, initial, len(data.X)).networks().matrices()
    layers = []
    for (matrix,), (inputs, outputs) in zip(start, pairwise(sizes), strict=True):
        layer = torch.nn.Linear(inputs, outputs)
        with torch.no_grad():
            layer.weight.copy_(torch.from_numpy(matrix[:-1].T.copy()))
            layer.bias.copy_(torch.from_numpy(matrix[-1].copy()))
        layers += [layer, torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers[:-1])
    optimiser = torch.optim.SGD(
        model.parameters(),
        lr=recipe.rate,
        momentum=recipe.momentum,
        weight_decay=recipe.weight_decay,
        fused=True,
    )
    X = torch.from_numpy(data.X)
    Y = functional.one_hot(torch.from_numpy(data.labels.copy()), 10).float()
    drawn = draws(mixing, len(data.X), recipe.batch_size, sampling)
    for epoch in range(recipe.epochs):
        for group in optimiser.param_groups:
            group["lr"] = recipe.rate_of(epoch)
        for draw in next(drawn):
            i, j = torch.from_numpy(draw.samples), torch.from_numpy(draw.partners)
            x, y, lam = X[i], Y[i], float(draw.lam[0])
            partner = x[j]
            inputs, targets = torch.lerp(partner, x, lam), torch.lerp(y[j], y, lam)
            optimiser.zero_grad()
            if mixing.graph == "none":
                loss = functional.cross_entropy(model(inputs), targets)
            else:
                distance = torch.linalg.vector_norm(x - partner, dim=1)
                losses = functional.cross_entropy(model(inputs), targets, reduction="none")
                loss = (torch.exp(-mixing.parameter * distance) * losses).mean()
            loss.backward()
            optimiser.step()
        epoch_is_done()
    with torch.no_grad():
        return np.asarray(model(torch.from_numpy(data.X_test)).numpy())


def sgemm(n: int = 2048, repeats: int = 4) -> float:
    """Return the best rate of a product of two large matrices, in operations a second."""
    a, b = np.random.default_rng(0).random((2, n, n), dtype=np.float32)
    out, best = a @ b, np.inf
    for _ in range(repeats):
        start = time.perf_counter()
        np.matmul(a, b, out=out)
        best = min(best, time.perf_counter() - start)
    return 2 * n**3 / best


def _serve(connection: Connection, name: str) -> None:
    """Do jobs: send the seconds of each epoch and wait for the next turn, then send the logits."""
    train = {"numerics": train_numerics, "torch": train_torch}[name]
    while (job := connection.recv()) is not None:
        if job == "sgemm":
            connection.send(sgemm())
            continue
        job.data()
        start = [time.perf_counter()]

        def epoch_is_done(start: list[float] = start) -> None:
            connection.send(time.perf_counter() - start[0])
            connection.recv()
            start[0] = time.perf_counter()

        try:
            connection.send(train(job, epoch_is_done))
        except Exception:  # noqa: BLE001 - whatever it is, the parent process reports it
            connection.send(traceback.format_exc())


class Worker:
    """A process that trains with one of the two, turn by turn."""

    def __init__(self, name: str, threads: int) -> None:
        # The libraries read them when the child loads them.
        for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
            os.environ[variable] = str(threads)
        context = multiprocessing.get_context("spawn")
        self._connection, other = context.Pipe()
        self._process = context.Process(target=_serve, args=(other, name), daemon=True)
        self._process.start()
        other.close()

    def ask(self, what: Job | str) -> Any:
        """Send a job or the go-ahead, and return what comes back."""
        self._connection.send(what)
        answer = self._connection.recv()
        if isinstance(answer, str):
            raise RuntimeError(answer)
        return answer

    def epochs(self, job: Job) -> Iterator[float]:
        """Make the epochs of a training, and yield the seconds of each."""
        yield float(self.ask(job))
        for _ in range(job.recipe.epochs - 1):
            yield float(self.ask("go on"))

    def logits(self) -> Floats:
        """Return what the trained network says of the test set."""
        return np.asarray(self.ask("go on"))

    def close(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.join()


def same_network(workers: Mapping[str, Worker], job: Job) -> float:
    """Return by how much the outputs differ after the first steps."""
    outputs = []
    for worker in workers.values():
        for _ in worker.epochs(job):
            pass
        outputs.append(worker.logits())
    return float(np.abs(outputs[-1] - outputs[0]).max())


def measure(
    workers: Mapping[str, Worker], jobs: list[Job]
) -> tuple[dict[str, list[float]], dict[str, list[float]], float]:
    """Return the seconds of each epoch, the test errors of each seed, and the rate of a sgemm."""
    seconds: dict[str, list[float]] = {name: [] for name in workers}
    errors: dict[str, list[float]] = {name: [] for name in workers}
    peak = []
    for job in tqdm(jobs, jobs[0].task, leave=False, disable=None):
        peak.append(float(next(iter(workers.values())).ask("sgemm")))
        turns = {name: worker.epochs(job) for name, worker in workers.items()}
        for _ in range(job.recipe.epochs):
            for name, turn in turns.items():
                seconds[name].append(next(turn))
        truth = job.data().labels_test
        for name, worker in workers.items():
            errors[name].append(float((worker.logits().argmax(axis=1) != truth).mean()))
    return seconds, errors, median(peak)


def report(
    task: str,
    seconds: Mapping[str, list[float]],
    errors: Mapping[str, list[float]],
    peak: float,
    samples: int,
) -> bool:
    """Print a table, and what was reached; return whether the test errors agree."""
    work = samples * flop((784, *WIDTHS, 10))
    print(f"\n{task}: a large sgemm runs at {peak / 1e9:.0f} GFLOP/s")
    print(f"  {'':<18}{'s / epoch':>10}{'quartiles':>16}{'peak':>7}   test error")
    share = {}
    for name, own in seconds.items():
        low, high = np.quantile(own, [0.25, 0.75])
        share[name] = 100 * work / median(own) / peak
        error = errors[name]
        spread = f" ± {scipy.stats.sem(error):.4f}" if len(error) > 1 else ""
        print(
            f"  {NAMES[name]:<18}{median(own):>10.3f}{f'{low:.3f}-{high:.3f}':>16}"
            f"{share[name]:>5.0f} %   {np.mean(error):.4f}{spread}"
        )
    outcomes = [("percent of the sgemm peak", share["numerics"], GOALS[1])]
    agree = True
    if "torch" in seconds:
        ratio = median(seconds["torch"]) / median(seconds["numerics"])
        outcomes.insert(0, ("times as fast as PyTorch", ratio, GOALS[0]))
        if len(errors["torch"]) > 1:
            level = disagreement({n: np.array(e) for n, e in errors.items()}, 1)["torch"]
            gap = abs(float(np.mean(errors["torch"]) - np.mean(errors["numerics"])))
            agree = level > LEVEL or gap <= SAME
            print(f"  the test errors {'agree' if agree else 'DIFFER'} (level {level:.2g})")
    for what, reached, goal in outcomes:
        verdict = "reached" if reached >= goal else "MISSED"
        print(f"  {what:<34}{reached:>8.2f}{goal:>8.1f}  {verdict}")
    return agree


def arguments() -> argparse.Namespace:
    """Read the command line."""
    summary, _, details = (__doc__ or "").partition("\n")
    parser = argparse.ArgumentParser(
        description=f"{summary}\n{details}", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--quick", action="store_true", help="shorter: --seeds 2 --epochs 2 --samples 10000"
    )
    whole = {"seeds": 3, "epochs": 5, "samples": 60_000, "threads": 2}
    short = {"seeds": 2, "epochs": 2, "samples": 10_000, "threads": 2}
    texts = {
        "seeds": "trainings of each",
        "epochs": "epochs of a training",
        "samples": "images to train on",
        "threads": "threads of each library",
    }
    for name, text in texts.items():
        parser.add_argument(f"--{name}", type=int, help=f"{text} (default: {whole[name]})")
    parser.add_argument("--only", choices=NAMES, help="this one alone")
    parser.add_argument("--task", choices=TASKS, help="this one alone")
    parser.add_argument(
        "--synthetic", action="store_true", help="random images in place of Fashion-MNIST"
    )
    options = parser.parse_args()
    for name, value in (short if options.quick else whole).items():
        if getattr(options, name) is None:
            setattr(options, name, value)
        if getattr(options, name) < 1:
            parser.error(f"--{name} must be at least 1, got {getattr(options, name)}")
    if not options.synthetic and options.samples > 60_000:
        parser.error(f"--samples must be at most 60000, got {options.samples}")
    return options


def compare(workers: Mapping[str, Worker], options: argparse.Namespace) -> bool:
    """Check, time and print; return whether both did the same."""
    recipe = Recipe(widths=WIDTHS, epochs=options.epochs)
    agree = True
    for task in [options.task] if options.task else TASKS:
        few = Recipe(widths=WIDTHS, epochs=1, rate=LOW_RATE)
        first = Job(task, 0, few, STEPS * few.batch_size, options.synthetic)
        difference = same_network(workers, first)
        same = difference <= ROUNDING
        print(
            f"\n{task}: outputs after {STEPS} steps differ by {difference:.0e}"
            f"{'' if same else ', TOO MUCH'}"
        )
        jobs = [
            Job(task, seed, recipe, options.samples, options.synthetic)
            for seed in range(options.seeds)
        ]
        agree &= same & report(task, *measure(workers, jobs), options.samples)
    return agree


def main() -> int:
    """Run the benchmark."""
    options = arguments()
    names = [name for name in NAMES if options.only in (None, name)]
    if "torch" in names and importlib.util.find_spec("torch") is None:
        print("left out: PyTorch, since torch is not installed")
        names.remove("torch")
    if not options.synthetic:
        try:
            datasets.load("fashion-mnist")
        except FileNotFoundError as error:
            print(f"{error}\nor take random images of the same shape: --synthetic")
            return 1
    if not names:
        print("nothing to compare")
        return 1
    workers = {name: Worker(name, options.threads) for name in names}
    try:
        agree = compare(workers, options)
    finally:
        for worker in workers.values():
            worker.close()
    if not agree:
        print("\nthe two do not solve the same task")
    return 0 if agree else 1


if __name__ == "__main__":
    sys.exit(main())
