"""Section V.A: whether local pairs are of one spiral, as the text expects."""

from functools import lru_cache

import numpy as np
import scipy

from figures.measured import AGREES, OPPOSITE, OUTCOME, UNDECIDED, measured, written
from figures.spirals import one_set
from figures.spirals.claims.questions import questions
from figures.spirals.curves import ErrorCurve, curves
from figures.spirals.stored import STUDIES, Study
from numerics import spirals, statistics
from numerics.experiments.two_spirals.settings import SpiralsSettings
from numerics.validation import FloatArray
from theory.proofs.evidence import Measurement
from theory.proofs.ledger import Ledger

CLAIMS = Ledger()

ASKED = tuple(study for study in STUDIES if study.rule == "paper")
"""The experiments whose best eps is taken."""

SETS = 100
SEED = 6

SHOWN = (0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, np.inf)
"""The thresholds whose shares are told; infinity has all pairs."""


@lru_cache(maxsize=8)
def one_spiral(chosen: SpiralsSettings, epsilons: tuple[float, ...]) -> tuple[FloatArray, str]:
    """Return the share of one spiral among close pairs, shape (sets, epsilons), and its source."""
    if chosen.one_set:
        facts, source = one_set.known()
        return np.array([[facts.one_spiral(epsilon) for epsilon in epsilons]]), source
    shares = []
    for child in np.random.SeedSequence(SEED).spawn(SETS):
        found = spirals.make(preset="released", rng=child, **chosen.data)
        X, labels = found.X_train, found.labels_train
        both = (scipy.spatial.cKDTree(X[labels == label]) for label in (0, 1))
        close = sum(tree.count_neighbors(tree, epsilons) for tree in both) - len(X)
        tree = scipy.spatial.cKDTree(X)
        shares.append(close / (tree.count_neighbors(tree, epsilons) - len(X)))
    return np.array(shares), f"{SETS} training sets of this kind, seed {SEED}"


def _at_the_best(study: Study, curve: ErrorCurve) -> Measurement:
    """Compare the pairs up to the best eps with all pairs."""
    best = curve.best
    shares, source = one_spiral(curve.settings, (*SHOWN, best))
    rows = shares.T if len(shares) > 1 else np.repeat(shares.T, 2, axis=1)  # one set, known exactly
    near = statistics.mean(rows[-1])
    # All pairs are those of chance: half of them, but for the samples' own.
    apart = statistics.paired(rows[-1], rows[-2])
    outcome = AGREES if apart.low > 0 else OPPOSITE if apart.high < 0 else UNDECIDED
    return Measurement(
        quantity=f"share of one spiral among the pairs of training samples at most {best:g} apart",
        value=near.value,
        interval=(near.low, near.high),
        agrees=outcome == AGREES,
        provenance=f"{source}; eps = {best:g} is the best of {study.label}",
        found={
            OUTCOME: outcome,
            "share by eps": "; ".join(
                f"{epsilon:g}: {written(float(row.mean()), '{:.3f}')}"
                for epsilon, row in zip(SHOWN, rows, strict=False)
            ),
        },
    )


def _beside_chance() -> str:
    """Tell the shares at the best eps of all experiments."""
    best = [(c.settings, c.best) for s, c in curves().items() if s in ASKED and c.complete]
    found = [one_spiral(settings, (*SHOWN, eps))[0][:, -1].mean() for settings, eps in best]
    if not found:
        return ""
    low, high = (written(float(end(found)), "{:.2f}") for end in (min, max))
    return f"at the best eps {low} to {high} of the pairs are of one spiral, of all pairs half"


measured(
    CLAIMS,
    "V.A-local-pairs",
    source="Section V.A",
    title="local interpolations stay in one spiral",
    statement=r"On the spirals, interpolations of samples at most $\epsilon$ apart are likely to "
    r"stay in the same spiral, for the $\epsilon$ of the smallest error rate.",
    questions=questions({"share of one spiral up to the best eps": _at_the_best}, ASKED, "{:.3f}"),
    sharper=r"Only a pair of one spiral can stay in it, and not each of them does: the share of "
    r"such pairs bounds that of the interpolations from above. Whatever keeps the best $\epsilon$ "
    r"below Mixup's error rate, it is more than this.",
    hypotheses=(
        "pairs of different training samples, all equally likely",
        (
            "agrees: the share of one spiral is significantly larger among these pairs than among "
            "all, of which it is half"
        ),
    ),
    conclude=_beside_chance,
)
