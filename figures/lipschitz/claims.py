"""Section V.B and Figure 4: what the kept curves of Q(D) say, those of the published script."""

import importlib.util
from collections.abc import Callable, Mapping
from functools import partial
from math import isqrt

import numpy as np
import scipy

from figures.lipschitz.curves import CIFAR10, DIGITS, FASHION, VANILLA, Exhibit, Kept, read
from figures.measured import Question, measured
from numerics import datasets
from numerics.tolerances import CLOSED_FORM
from theory.experiments.figure_4 import PRINTED, PRINTED_EXTREME
from theory.proofs.evidence import Evidence, Measurement, Unchecked
from theory.proofs.ledger import Ledger

CLAIMS = Ledger()

SMOOTH = 0.1
"""A curve is called smooth here if no step is a larger share of its whole rise."""

PIXELS = 32 * 32 * 3
"""Values in an image of CIFAR-10."""

SCRIPT = "Q(D) is the quantity of the public script (row V.B-same-class), classes 1 apart"


def from_curve(kept: Kept, answer: Callable[[Exhibit], Measurement]) -> Evidence:
    """Answer a question from a kept curve, or say that it is missing."""
    exhibit = read(kept)
    if exhibit is not None and exhibit.lengths is not None and exhibit.pictures is not None:
        return answer(exhibit)
    files = f"figures/data/{kept.name}.csv and what goes with it"
    source = " from the CIFAR-10 training set (50,000 images)" if kept is CIFAR10 else ""
    return Unchecked(needs=files + source, command=kept.command)


def provenance(exhibit: Exhibit) -> str:
    """Say where a curve is from."""
    made = exhibit.curve.provenance
    what = "all pairs and segments" if exhibit.curve.up_to else "all pairs"
    versions = ", ".join(f"{name} {version}" for name, version in made["versions"].items())
    return (
        f"{exhibit.label}, pixels {made['pixels']}; made by {made['command']} in "
        f"{made['seconds']:.0f} s, with {versions}; {what} of these samples"
    )


def attained(exhibit: Exhibit, step: int) -> float:
    """Compute a value of the curve again, from the pixels of the images that are kept."""
    if exhibit.pictures is None:
        message = f"exhibit must have its images, got none for {exhibit.label}"
        raise ValueError(message)
    point, near = exhibit.pictures.virtual(exhibit.curve.witnesses[step])
    return float(1 / np.linalg.norm(point - near))


def _measurement(
    exhibit: Exhibit, quantity: str, value: float, *, agrees: bool, found: Mapping[str, object]
) -> Measurement:
    return Measurement(quantity, value, (value, value), agrees, provenance(exhibit), found=found)


def _vanilla(exhibit: Exhibit) -> Measurement:
    """Compare Q at eps = 0 with the distance of the two images that attain it."""
    curve, again = exhibit.curve, attained(exhibit, 0)
    witness = curve.witnesses[0]
    pair = witness.i == witness.j and witness.point == witness.partner
    return _measurement(
        exhibit,
        "Q(D) at eps = 0",
        curve.vanilla,
        agrees=pair and abs(again / curve.vanilla - 1) < CLOSED_FORM,
        found={
            "1 over the distance of the closest images of two classes, from their pixels": again,
            "these images": f"{witness.point} and {witness.i}",
        },
    )


def counted(eps: float) -> tuple[int, int]:
    """Count the segments within a class of the digits up to a length, and all, in whole pixels."""
    data = datasets.load("digits")
    squares = [
        scipy.spatial.distance.pdist(data.X_train[data.labels_train == label].reshape(-1, 64)) ** 2
        for label in np.unique(data.labels_train)
    ]
    lengths = np.rint(np.concatenate(squares))
    return int((lengths <= round((data.brightest * eps) ** 2)).sum()), lengths.size


def _share(exhibit: Exhibit, eps: float) -> str:
    """Tell the share of the segments up to a length: exactly where the images are at hand."""
    known = exhibit.curve.provenance.get("data") == DIGITS.data
    if known and importlib.util.find_spec("sklearn") is not None:
        count, total = counted(eps)
        return f"{count / total:.6f}, {count} of {total}"
    return f"about {exhibit.lengths.share(eps):.3f}, by the histogram" if exhibit.lengths else ""


def _mixup_from(exhibit: Exhibit) -> Measurement:
    """Measure from which eps on Q has Mixup's value."""
    curve, lengths = exhibit.curve, exhibit.lengths
    last = float(curve.epsilons[-1])
    again, longest = attained(exhibit, -1), lengths.longest if lengths else np.inf
    return _measurement(
        exhibit,
        "eps from which Q(D) has Mixup's value, over the longest segment within a class",
        last / longest,
        agrees=last <= longest and abs(again / curve.mixup - 1) < CLOSED_FORM,
        found={
            "this eps": last,
            "longest segment within a class": longest,
            "share of the segments up to this eps": _share(exhibit, last),
            "Mixup's Q(D)": curve.mixup,
            "1 over the distance of the two virtual images, from pixels": again,
        },
    )


def _largest_step(exhibit: Exhibit) -> Measurement:
    """Measure the largest step as a share of the whole rise."""
    curve = exhibit.curve
    steps = np.diff(curve.values)
    largest = int(np.argmax(steps))
    share = float(steps[largest] / (curve.values[-1] - curve.values[0]))
    return _measurement(
        exhibit,
        "largest step of Q(D) as a share of its rise from Vanilla to Mixup",
        share,
        agrees=share <= SMOOTH,
        found={
            "steps": steps.size,
            "largest step": float(steps[largest]),
            "at eps": float(curve.epsilons[largest + 1]),
            "longest interval of eps without a step": float(np.diff(curve.epsilons).max()),
        },
    )


def _printed(name: str, half: float, exhibit: Exhibit) -> Measurement:
    """Compare an end of the curve with the printed value."""
    curve = exhibit.curve
    value = curve.vanilla if name == "Vanilla" else curve.mixup
    return _measurement(
        exhibit,
        f"Q(D) of {name}",
        value,
        agrees=abs(value - float(PRINTED[name])) <= half,
        found={
            "printed": float(PRINTED[name]),
            "times sqrt(2), for one-hot targets": float(value * np.sqrt(2)),
        },
    )


def _reached(exhibit: Exhibit) -> Measurement:
    """Measure whether Q has Mixup's value at the printed eps."""
    curve, longest = exhibit.curve, exhibit.lengths.longest if exhibit.lengths else np.inf
    last = float(curve.epsilons[-1])
    return _measurement(
        exhibit,
        "eps from which Q(D) has Mixup's value",
        last,
        agrees=last <= PRINTED_EXTREME,
        found={
            "Q(D) at the printed eps": curve(float(PRINTED_EXTREME)),
            "Mixup's Q(D)": curve.mixup,
            "longest segment within a class": longest,
        },
    )


def _ask(
    subject: str, answer: Callable[[Exhibit], Measurement], *curves: Kept, form: str = "{:.3g}"
) -> list[Question]:
    return [
        Question(subject, kept.label, partial(from_curve, kept, answer), form) for kept in curves
    ]


measured(
    CLAIMS,
    "Fig4-extremes",
    source="Section V.B, Figure 4",
    title="Q(D) runs from Vanilla's to Mixup's value on images",
    statement=r"At $\epsilon=0$ $Q(D)$ is Vanilla's value, and from the longest distance on at the "
    r"latest it is that of classical Mixup.",
    questions=[
        *_ask("Vanilla's value", _vanilla, DIGITS, FASHION, VANILLA),
        *_ask(
            "Mixup's value from this part of the longest segment on", _mixup_from, DIGITS, FASHION
        ),
    ],
    sharper=r"Only segments within a class are compared, so the longest of these is enough, and "
    r"the value is reached well before. $Q(D)$ of a part of the samples is a lower bound of that "
    r"of all, and of Vanilla's value too.",
    hypotheses=(SCRIPT, "agrees: the stored value is that of the stored images, pixel by pixel"),
)

measured(
    CLAIMS,
    "Fig4-smooth",
    source="Section V.B, Figure 4",
    title="eps tunes Q(D) smoothly on images",
    statement=r"On images $\epsilon$ can be used to tune $Q(D)$ smoothly.",
    questions=_ask("largest step", _largest_step, DIGITS, FASHION, form="{:.0%} of the rise"),
    sharper=r"$Q(D)$ is a step function of $\epsilon$ on any data (row V.B-monotone), so the "
    r"question is how large its steps are.",
    hypotheses=(SCRIPT, "agrees: no step is more than a tenth of the rise from Vanilla to Mixup"),
)

measured(
    CLAIMS,
    "Fig4-values",
    source="Section V.B, Figure 4",
    title="Q(D) is 0.073 for Vanilla and 0.11 for Mixup on CIFAR-10",
    statement=r"On CIFAR-10 $Q(D)=0.073$ for Vanilla and $Q(D)=0.11$ for classical Mixup.",
    questions=[
        *_ask("Vanilla", partial(_printed, "Vanilla", 0.0005), CIFAR10, form="{:.4f}"),
        *_ask("Mixup", partial(_printed, "Mixup", 0.005), CIFAR10, form="{:.4f}"),
    ],
    sharper=r"If they are right, the closest samples of two classes are "
    rf"{float(1 / PRINTED['Vanilla']):.1f} apart. The paper says neither how "
    r"$Q(D)$ is defined nor how pixels are scaled.",
    hypotheses=(
        SCRIPT,
        "pixels divided by 0.2023, 0.1994, 0.2010 after scaling to [0, 1], as in the public script",
        "agrees: rounds to the printed digits",
    ),
)

measured(
    CLAIMS,
    "Fig4-fifty",
    source="Section V.B, Figure 4",
    title="eps = 50 is classical Mixup on CIFAR-10",
    statement=r"On CIFAR-10 $\epsilon\ge50$ corresponds to classical Mixup.",
    questions=_ask("Mixup's value from eps", _reached, CIFAR10),
    sharper=r"As graphs they are the same exactly if the diameter is at most 50 (row "
    r"IV.A-extremes). The mean squared distance of two samples drawn with replacement "
    r"is twice the total variance; with pixels of standard deviation 1 the root mean square "
    rf"distance is $\sqrt{{2\cdot{PIXELS}}}>{isqrt(2 * PIXELS)}$, and 50 is below the "
    r"diameter. $Q(D)$ has Mixup's value as soon as the segment that attains it is allowed (row "
    r"V.B-monotone).",
    hypotheses=(
        SCRIPT,
        "pixels divided by 0.2023, 0.1994, 0.2010 after scaling to [0, 1], as in the public script",
        "agrees: for Q(D), not for the graph",
    ),
)
