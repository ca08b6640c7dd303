"""Section V.A and Figure 3: what the stored runs say of the curve.

Every row has one answer for each preset and batch rule: ``printed`` is the text's experiment,
``corrected`` the published one with the per-pair weights of Eq. (2) and the text's network, and
``released`` what the published code computes.
"""

from functools import partial

import numpy as np
from numpy.typing import NDArray

from figures.measured import AGREES, DIFFERS, OPPOSITE, OUTCOME, UNDECIDED, measured
from figures.measured.comparisons import Comparison, difference, interval, pvalue
from figures.spirals.claims.questions import FAMILY, PAIRED, provenance, questions, shown, spread
from figures.spirals.comparisons import compared
from figures.spirals.curves import ErrorCurve, quantiles
from figures.spirals.stored import Study
from numerics import statistics
from numerics.validation import FloatArray
from theory.proofs.evidence import Measurement
from theory.proofs.ledger import Ledger

CLAIMS = Ledger()

FIRST = 0.25
"""Share of the distances below their first quartile."""

CHOSEN = (
    "the best eps is chosen on one half of the runs and judged on the other, both ways; the "
    "interval is that of even and odd runs, the p-value twice the median over 200 random halves"
)


def _found(comparison: Comparison, curve: ErrorCurve) -> dict[str, object]:
    """Collect what a comparison rests on."""
    rows = {"vanilla": curve.row(0.0), "Mixup": curve.row(np.inf)}
    found: dict[str, object] = {"p after Holm's rule": pvalue(comparison.adjusted)}
    found |= {name: shown(float(row.mean())) for name, row in rows.items()}
    best = comparison.best
    if best is not None:
        names = [f"{epsilon:g}" for epsilon in comparison.candidates]
        found["eps chosen by even runs, by odd runs"] = ", ".join(names[i] for i in best.chosen)
        found["difference on the odd runs, on the even runs"] = ", ".join(
            map(interval, best.halves)
        )
        found["chosen by random halves"] = "; ".join(
            f"eps = {name} in {100 * share:.0f} %"
            for name, share in zip(names, best.shares, strict=True)
            if share
        )
        name, row = f"eps = {curve.best:g}", curve.row(curve.best)
        found[f"Local Mixup at {name}, the best over all runs"] = shown(float(row.mean()))
        rows[name] = row
    ragged = [
        f"eps = {epsilon:g}: {last} after batches of {size}"
        for epsilon, last, size, small in zip(
            curve.epsilons, curve.last_batches, curve.batch_sizes, curve.ragged, strict=True
        )
        if small
    ]
    if ragged:
        found["pairs in the last batch of a pass, where few"] = "; ".join(ragged)
    return found | spread(rows)


def _smaller(
    family: str, subject: str, other: str, experiment: Study, curve: ErrorCurve
) -> Measurement:
    """Measure by how much one error rate is smaller than another."""
    comparison = compared(family)[experiment, subject]
    name = f"{subject} at its best eps" if comparison.best is not None else subject
    return difference(
        f"error rate of {name} minus that of {other}, in percentage points",
        comparison.estimate,
        comparison.outcome,
        provenance(experiment),
        _found(comparison, curve),
    )


def _best_share(experiment: Study, curve: ErrorCurve) -> Measurement:
    """Measure which share of the distances lies below the best eps, vanilla training left out."""
    comparison = compared("quartile")[experiment, "Local Mixup"]
    mixed = curve.epsilons > 0
    epsilons, shares, percent = curve.epsilons[mixed], curve.shares[mixed], curve.percent[mixed]
    often = statistics.bootstrap_best(percent)
    index = int(np.argmin(percent.mean(axis=1)))
    best, share = float(epsilons[index]), float(shares[index])
    resampled = shares[np.flatnonzero(_middle(often))]
    low, high = min(share, float(resampled[0])), max(share, float(resampled[-1]))
    decile, quartile, *_ = quantiles(experiment.preset)
    found = UNDECIDED
    if high < FIRST and comparison.outcome == AGREES:
        found = AGREES
    elif share >= FIRST and comparison.outcome == OPPOSITE:
        found = DIFFERS
    vanilla = statistics.paired(curve.row(0.0), curve.row(best))
    return Measurement(
        quantity="share of the pairwise distances up to the best eps above 0",
        value=share,
        interval=(low, high),
        agrees=found == AGREES,
        provenance=provenance(experiment),
        found={
            OUTCOME: found,
            "best eps above 0, over all runs": f"{best:g}",
            "first decile and first quartile of the distances": f"{decile:.3f}, {quartile:.3f}",
            "best eps below the first decile": "yes" if best < decile else "no",
            "best in resampled runs": "; ".join(
                f"eps = {epsilon:g} in {100 * part:.1f} %"
                for epsilon, part in zip(epsilons, often, strict=True)
                if part
            ),
            "best eps below the quartile minus the best above it, in percentage points": (
                str(comparison)
            ),
            "vanilla minus the best eps above 0, in percentage points": interval(vanilla),
        },
    )


def _middle(shares: FloatArray) -> NDArray[np.bool_]:
    """Find what is left when 2.5 % are cut from each end."""
    upper = np.cumsum(shares)
    return np.asarray((upper > 0.025) & (upper - shares < 0.975) & (shares > 0))


measured(
    CLAIMS,
    "Fig3-vanilla",
    source="Section V.A, Figure 3",
    title="Mixup and Local Mixup are better than Vanilla on the spirals",
    statement=r"On the two spirals the error rates of Mixup and Local Mixup are significantly "
    r"smaller than that of Vanilla.",
    questions=questions(
        {
            "Mixup against vanilla": partial(_smaller, "vanilla", "Mixup", "vanilla"),
            "Local Mixup against vanilla": partial(_smaller, "vanilla", "Local Mixup", "vanilla"),
        }
    ),
    hypotheses=(PAIRED, CHOSEN, FAMILY),
)

measured(
    CLAIMS,
    "Fig3-minimum",
    source="Section V.A, Figure 3",
    title="Local Mixup's best eps is better than Mixup on the spirals",
    statement=r"On the two spirals the smallest error rate over $\epsilon$ is significantly "
    r"smaller than that of Mixup.",
    questions=questions(
        {"Local Mixup against Mixup": partial(_smaller, "Mixup", "Local Mixup", "Mixup")}
    ),
    hypotheses=(PAIRED, CHOSEN, FAMILY),
)

measured(
    CLAIMS,
    "Fig3-quantile",
    source="Section V.A, Figure 3",
    title="the best eps is below the first quantile of the distances",
    statement=r"The smallest error rate on the spirals is reached at an $\epsilon$ below the first "
    r"quantile of the distances.",
    questions=questions({"share of the distances up to the best eps": _best_share}, form="{:.3f}"),
    sharper=r"Which quantile is meant is not said; agreement is judged by the first quartile of "
    r"the distances of different training samples, and the first decile is given beside it.",
    hypotheses=(
        PAIRED,
        CHOSEN,
        "the interval holds the best eps of 95 % of 2000 resamples of the runs",
        (
            "agrees: the interval stays below 1/4, and the best eps below the quartile is "
            "significantly better than the best above it, Mixup included; does not agree: the "
            "best eps is above, and the reverse is significant"
        ),
        FAMILY,
        "eps = 0, Vanilla, is left out in this row; row Fig3-vanilla compares with it",
        "only the values of eps that were measured can be best",
    ),
)
