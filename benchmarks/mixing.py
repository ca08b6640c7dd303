"""Mixing of one batch beside the usual Mixup in PyTorch: the same law, and the time that it takes.

Run ``python benchmarks/mixing.py`` (two minutes; ``--quick`` for half a minute, rough). The peers:

  facebook  the rule of facebookresearch/mixup-cifar10 (train.py, `mixup_data`), stated again here:
            one lambda a batch from NumPy's beta, partners by `torch.randperm`
  timm      timm's own `Mixup`, mode "batch", loaded from the file of the installed package (without
            the rest of it, which wants torchvision). It pairs a batch with its reverse, so that the
            batch is put in random order first, as a shuffled loader does
  short     Local Mixup as one writes it in eight lines of torch, for each graph

laws: with W = 1, what is compared is the law of (lambda, partner, target). Lambda and the target,
which must be its mixture, by a two-sample Kolmogorov-Smirnov test; the partner of one sample by a
chi-square test. facebook has permutations, as `Mixing` has: partners are uniform, the sample itself
included. timm never pairs a sample with itself (even batches): its partner is compared with that of
`Mixing` given that it is another one. A p-value below 1e-4, or a target that is no such mixture,
ends in exit status 1; a wrong law (another alpha; timm with the sample itself) has to be refused.

times: medians of processor time on one thread, for all kept rows of what is returned.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import sys
import time
from statistics import median
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import scipy.stats
from threadpoolctl import threadpool_limits

from numerics.mixing import Mixing

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    #: lambda, and the position of the partner of sample 0, one each for many batches.
    Draws: TypeAlias = tuple[NDArray[Any], NDArray[Any]]

LEVEL, SIZE, ALPHA = 1e-4, 8, 0.7
SHAPES = ((128, 3, 32, 32), (256, 3, 224, 224))


def timm_mixup() -> Any:
    """Load timm's class from its file; None if it is not installed."""
    try:
        files = importlib.metadata.files("timm") or []
    except importlib.metadata.PackageNotFoundError:
        return None
    path = next(str(file.locate()) for file in files if str(file) == "timm/data/mixup.py")
    spec = importlib.util.spec_from_file_location("timm_mixup", path)
    if spec is None or spec.loader is None:
        return None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Mixup


def facebook(torch: Any, X: Any, labels: Any, alpha: float, classes: int) -> tuple[Any, Any]:
    """Mix a batch by the rule of mixup-cifar10; its two losses are that of the mixed target."""
    lam = np.random.beta(alpha, alpha)  # noqa: NPY002 - as there
    index = torch.randperm(X.shape[0])
    Y = torch.nn.functional.one_hot(labels, classes)
    return lam * X + (1 - lam) * X[index], lam * Y + (1 - lam) * Y[index]


def short(torch: Any, X: Any, Y: Any, mixing: Mixing) -> tuple[Any, Any, Any]:
    """Mix a batch of Local Mixup as briefly as one can."""
    flat, partner, lam = X.flatten(1), torch.randperm(X.shape[0]), float(np.random.random())  # noqa: NPY002
    D = torch.cdist(flat, flat)
    if mixing.graph == "knn":
        near = D.kthvalue(int(mixing.parameter) + 1, dim=1).values[:, None] >= D
        W = (near | near.T).float()
    else:
        threshold = mixing.graph == "threshold"
        W = (mixing.parameter >= D).float() if threshold else torch.exp(-mixing.parameter * D)
    w = W[torch.arange(X.shape[0]), partner]
    X, Y = lam * X + (1 - lam) * X[partner], lam * Y + (1 - lam) * Y[partner]
    return X[w > 0], Y[w > 0], w[w > 0] / len(w)


def drawn(T: NDArray[Any]) -> tuple[float, int]:
    """Read lambda and partner of a sample off its target, all classes being different."""
    others = np.flatnonzero(T[1:] > 0) + 1
    if others.size > 1 or abs(T.sum() - 1) > 1e-5:
        message = f"a target is no mixture of two: {T}"
        raise RuntimeError(message)
    return (float(T[0]), int(others[0])) if others.size else (np.nan, 0)


def law(mix: Callable[[Any, Any], tuple[Any, Any]], batches: int, torch: Any) -> Draws:
    """Return lambda and the partner of the sample 0, in many batches of a random order."""
    found = []
    for _ in range(batches):
        order = torch.randperm(SIZE)
        inputs = order.to(torch.float32)[:, None, None, None]
        X, T = mix(inputs, order)
        first = int((order == 0).nonzero())
        lam, partner = drawn(T[first].numpy())
        # The inputs are 0 and the number of the partner: mixed by the same lambda.
        if partner and abs(float(X[first]) - (1 - lam) * partner) > 1e-4:
            message = f"input {float(X[first])} and target {lam} are not mixed alike"
            raise RuntimeError(message)
        found.append((lam, partner))
    lam, partner = np.array(found).T
    return lam[~np.isnan(lam)], partner.astype(np.int64)


def p_values(one: Draws, other: Draws, *, apart: bool) -> dict[str, float]:
    """Compare the laws of lambda and partner; `apart`: given that the partner is another sample."""
    counts = np.array(
        [np.bincount(draws[1], minlength=SIZE)[int(apart) :] for draws in (one, other)]
    )
    counts = counts[:, counts.sum(axis=0) > 0]
    return {
        "lambda": float(scipy.stats.ks_2samp(one[0], other[0]).pvalue),
        "partner": float(scipy.stats.chi2_contingency(counts).pvalue),
    }


def compare_laws(torch: Any, batches: int) -> bool:
    """Print p-values against every peer, and say whether all are as they should be."""

    def ours(alpha: float) -> Draws:
        mixing, rng = Mixing(alpha=alpha, beta=alpha), np.random.default_rng(1)

        def mix(X: Any, labels: Any) -> tuple[Any, Any]:
            batch = mixing.batch(X, labels, classes=SIZE, rng=rng)
            return batch.X, batch.T

        return law(mix, batches, torch)

    np.random.seed(2)  # noqa: NPY002 - what both peers draw from
    torch.manual_seed(3)
    own, wrong = ours(ALPHA), ours(2 * ALPHA)
    theirs = law(lambda X, y: facebook(torch, X, y, ALPHA, SIZE), batches, torch)
    rows = [
        ("facebook", p_values(own, theirs, apart=False), False),
        ("facebook, twice its alpha", p_values(wrong, theirs, apart=False), True),
    ]
    timm = timm_mixup()
    if timm is None:
        print("timm is not installed: left out (pip install --no-deps timm)")
    else:
        mixup = timm(mixup_alpha=ALPHA, label_smoothing=0, num_classes=SIZE)
        theirs = law(lambda X, y: mixup(X.clone(), y), batches, torch)
        rows.append(("timm, another sample", p_values(own, theirs, apart=True), False))
        rows.append(("timm, itself included", p_values(own, theirs, apart=False), True))
    fine = True
    print(f"laws of {batches} batches, p-values          lambda    partner")
    for name, found, refused in rows:
        fine &= (min(found.values()) < LEVEL) == refused
        verdict = "another law, as it has to be" if refused else "the same law"
        print(f"  {name:36}{found['lambda']:9.3g}{found['partner']:11.3g}  {verdict}")
    return fine


def seconds(call: Callable[[], object], repeats: int) -> float:
    """Return the median processor time of a call."""
    call()
    found = []
    for _ in range(repeats):
        start = time.process_time()
        call()
        found.append(time.process_time() - start)
    return median(found)


def compare_times(torch: Any, *, quick: bool) -> None:
    """Print milliseconds a batch."""
    timm = timm_mixup()
    for shape in SHAPES[: 1 if quick else 2]:
        X, labels = torch.randn(shape), torch.randint(0, 10, shape[:1])
        Y, rng = torch.nn.functional.one_hot(labels, 10).float(), np.random.default_rng(0)
        distance = float(np.sqrt(2 * np.prod(shape[1:])))  # of two images, within one percent
        repeats = 50 if shape == SHAPES[0] else 5
        print(f"\nmilliseconds a batch of {'x'.join(map(str, shape))}{'numerics':>14}{'peer':>9}")

        def row(name: str, mixing: Mixing, peer: Callable[[], object]) -> None:
            own = seconds(lambda: mixing.batch(X, Y, rng=rng), repeats)  # noqa: B023
            other = seconds(peer, repeats)  # noqa: B023
            print(f"  {name:36}{1e3 * own:12.2f}{1e3 * other:9.2f}  {own / other:.2f} times")

        row("Mixup, facebook", Mixing(), lambda: facebook(torch, X, labels, 1.0, 10))  # noqa: B023
        if timm is not None:
            mixup = timm(label_smoothing=0, num_classes=10)
            # It mixes in place; a loop gives it a new batch each time.
            row("Mixup, timm (in place)", Mixing(), lambda: mixup(X, labels))  # noqa: B023
            X.normal_()
        for graph, parameter in (
            ("threshold", distance),
            ("knn", 10),
            ("exponential", 1 / distance),
        ):
            mixing = Mixing(graph, parameter)  # type: ignore[arg-type]
            row(f"{graph}, short", mixing, lambda: short(torch, X, Y, mixing))  # noqa: B023


def main() -> int:
    """Compare laws, then times."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="fewer batches, and small ones only")
    options = parser.parse_args()
    if importlib.util.find_spec("torch") is None:
        print("PyTorch is not installed: pip install --group bench")
        return 1
    import torch  # noqa: PLC0415 - a peer that most do without

    torch.set_num_threads(1)
    with threadpool_limits(1):
        fine = compare_laws(torch, 4_000 if options.quick else 20_000)
        compare_times(torch, quick=options.quick)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
