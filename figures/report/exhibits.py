"""Which figures show what a claim says."""

import re
from collections.abc import Collection

SHOWN: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"I-contradiction|I-forbid|IV\.C-.*|IV\.A-covered", ("fig1",)),
    (r"Eq3-count", ("fig2",)),
    (r"Eq3", ("fig2", "kernel")),
    (r"IV\.B-K0|IV\.B-exponential|IV\.B-kernel|IV\.B-dimension", ("kernel",)),
    (r"III.*|II-lipschitz|Def\.II\.1-(loss|continuous)", ("minimisers",)),
    (r"IV\.1-.*|Def\.IV\.1.*|IV\.B-Kn", ("tradeoff",)),
    (r"IV\.2-.*", ("bounds",)),
    (r"IV\.B-(oracle|best-K|K2|Cp)", ("risk",)),
    (r"IV\.3.*", ("invariance",)),
    (r"Fig3-ablation|V\.A-code-.*", ("ablation",)),
    (r"Fig3-(minimum|mixup|extremes)", ("fig3", "boundaries")),
    (r"Fig3-.*|V\.A-batch-size|IV\.A-extremes", ("fig3",)),
    (r"Fig4-jump|V\.B-(point-segment|same-class)", ("fig4", "fig4-images")),
    (r"Fig4-.*|V\.B-.*", ("fig4",)),
    (r"Table1-network|V\.C-fmnist-network|V\.C-adamixup-network", ("table1",)),
    (r"V\.C-convergence", ("training-curves",)),
)
"""Patterns of claims' ids and names of figures; the first pattern that fits counts."""


TITLES: dict[str, str] = {
    "fig1": "Figure 1: segments on two spirals",
    "fig2": "Figure 2: what passes over a point",
    "kernel": "The kernel and its multiplier",
    "tradeoff": "Theorem IV.1: bias and variance",
    "bounds": "Theorem IV.2: the bounds of Eq. (8)",
    "risk": "The best K in white noise",
    "choice": "K from a record in noise",
    "intrusion": "Segments that leave their class",
    "minimisers": "Exact minimisers, and Eq. (1)",
    "invariance": "Theorem IV.3: two regression lines",
    "fig3": "Figure 3: error rates on two spirals",
    "fig4": "Figure 4: Q(D) on images",
    "fig4-images": "The images behind Figure 4",
    "boundaries": "Decision regions",
    "ablation": "From the published code to the text",
    "table1": "Table I",
    "training-curves": "Test error against epochs",
}
"""What figures are called on the page; another one goes by its name."""


def figures_of(claim: str, drawn: Collection[str]) -> list[str]:
    """Return the figures that show a claim."""
    names = next((names for pattern, names in SHOWN if re.fullmatch(pattern, claim)), ())
    return [name for name in names if name in drawn]
