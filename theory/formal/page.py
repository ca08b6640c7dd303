"""docs/formal.md: the paper's sentence, ours and the formal statement, theorem by theorem."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from theory.formal import record, theorems

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from theory.formal import Theorem


@dataclass(frozen=True)
class Part:
    """A statement of the paper, and the sources about it."""

    title: str
    prefix: str  # of the names of its sources
    paper: str
    beside: str  # what the formal statements assume or leave out


_MIXTURES = (
    "Four readings are mixtures of Fejér operators, defined in `Lattice.v` by their weights. The "
    "fifth, `continuous`, is defined there by its normal equations."
)

PARTS = (
    Part(
        "Definition II.1",
        "DefinitionII1",
        "f\\* minimises the expected loss over all pairs, drawn with repetitions, and λ.",
        "Squared loss, dimension 1, λ uniform; f ranges over functions with integrable losses.",
    ),
    Part(
        "Lemma III.1",
        "LemmaIII1",
        "f\\* is the mean of the targets in $\\mathcal E(\\tilde x)$, each with weight "
        "$1/\\mathrm{card}(\\mathcal E(\\tilde x))$ (Eq. (1)).",
        "Squared loss, λ uniform, distinct inputs.",
    ),
    Part(
        "Theorem III.2",
        "TheoremIII2",
        "f\\* is “piecewise linear”, linear on each $[x_i, x_{i+1}]$, and given by Eq. (1).",
        "Squared loss, λ uniform, distinct inputs, weights W ≥ 0 as in Eq. (2).",
    ),
    Part(
        "Equations (3) and (4)",
        "Equation3",
        "$f^*_K(x_i) = (2Ky_i + S_K(x_i)) / (K(K+3)/2)$, an average over the interpolations.",
        _MIXTURES,
    ),
    Part(
        "The five readings",
        "Reading",
        "$f^*_K$ is “the function that minimizes the Local Mixup criterion”.",
        f"{_MIXTURES} Squared loss; λ uniform where it occurs.",
    ),
    Part(
        "Theorem IV.1",
        "TheoremIV1",
        "As K grows $f^*_K$ tends to the mean of y (5), Bias² to the variance of y (6), Var to 0 "
        "(7), and Var is “eventually nonincreasing”.",
        f"{_MIXTURES} A signal on ℤ/nℤ is an n-periodic one on ℤ, also where K exceeds n.",
    ),
    Part(
        "Theorem IV.2",
        "TheoremIV2",
        "The variance is “eventually” between $4^2\\sigma^2/K^2$ and $8\\sigma^2/K$ (8).",
        f"{_MIXTURES} A covariance is any symmetric bilinear form that is not negative on the "
        "diagonal, on a space of random variables. The outputs are uncorrelated and have one "
        "variance, which independence implies and which is all that is used.",
    ),
    Part(
        "The choice of K",
        "ChoiceOfK",
        "Local Mixup can “tune the trade-off between the bias and variance”; how is left open.",
        "An expectation is any linear functional on a space of random variables that maps 1 to 1. "
        "Mixtures only.",
    ),
    Part(
        "Theorem IV.3",
        "TheoremIV3",
        "The best linear model f(x) = ax + b of “Mixup and Local Mixup is the same”.",
        "Squared loss, dimension 1. The law of λ is given by its expectation of quadratic "
        "polynomials, which is all that the losses contain.",
    ),
    Part(
        "Section V.B: Q(D)",
        "Lipschitz",
        "ε can be used to “smoothly tune the lower bound Q(D)” of the Lipschitz constant.",
        "The paper leaves the definition of Q(D) to its longer version: here it is the largest "
        "slope between two virtual samples, in any dimension, with Euclidean distances.",
    ),
    Part(
        "What ties the sources to the Python package",
        "Binding",
        "nothing. These statements are written by `theory/formal/binding.py` from the formulas "
        "that the rest of `theory` computes with.",
        "Taps, variances, segments and `continuous` are compared for small K, the rest for all K.",
    ),
)

_HEAD = """\
# Formal proofs

The theorems below are stated in Rocq (Coq) and checked by its kernel: definitions as the paper
prints them, no `Admitted`, and no axiom but those of the classical real numbers. The statements are
shown as the proof assistant prints them. Definitions are in `theory/formal/`: `Lattice.v` has the
lattice and the readings, `Criterion.v` Definition II.1 on the line, `LinearModels.v` Section IV.B.2
and `Lipschitz.v` Section V.B. A sentence that begins with “Sharp” says that the theorem before it
cannot be had with less.

```sh
make proofs # checks them anew; takes a minute or two, and needs coqc
```

{count} theorems, checked with Coq {coq}. The axioms are `sig_forall_dec` and `sig_not_dec` (the
construction of the real numbers), `functional_extensionality_dep`, and `classic` (excluded middle).
This page is written by `make proofs RECORD=1`.
"""

_CODE = re.compile(r"(`[^`]*`)")


def in_order(names: Iterable[str], files: Sequence[str]) -> list[str]:
    """Order theorems as the paper does, and within a part as the sources build on each other."""

    def place(name: str) -> tuple[int, int]:
        file = name.partition(".")[0]
        for number, part in enumerate(PARTS):
            if file.startswith(part.prefix):
                return number, files.index(file)
        message = f"theory/formal/page.py has no part of the paper for {file}.v"
        raise ValueError(message)

    return sorted(names, key=place)


def prose(words: str) -> str:
    """Write the text of a comment as Markdown."""
    parts = _CODE.split(words)
    return "".join(
        part if part.startswith("`") else re.sub(r"([\\*_<>\[\]$|#])", r"\\\1", part)
        for part in parts
    )


def _theorem(theorem: Theorem) -> str:
    axioms = ", ".join(f"`{name.rpartition('.')[2]}`" for name in theorem.assumptions)
    return (
        f"### {theorem.name}\n\n{prose(theorem.words)}\n\n"
        f"```{{code-block}} coq\n{theorem.statement}\n```\n\n"
        f"`{theorem.file}`, line {theorem.line}; rests on {axioms or 'no axiom'}.\n"
    )


def page() -> str:
    """Return docs/formal.md."""
    every = theorems()
    pieces = [_HEAD.format(count=len(every), coq=record()["coq"])]
    for part in PARTS:
        pieces.append(
            f"## {part.title}\n\nThe paper: {part.paper}\n\nAssumed, or left out: {part.beside}\n"
        )
        pieces += [_theorem(each) for each in every.values() if each.name.startswith(part.prefix)]
    return "\n".join(pieces)
