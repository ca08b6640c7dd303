"""``python -m numerics ablation``: the spirals experiment, one ingredient at a time."""

import argparse

from numerics import experiments
from numerics.commands import spirals, with_advice

DESCRIPTION = """\
Which ingredient of the published spirals experiment do the conclusions of Figure 3 hang on?

The experiment is done at each step of a ladder, in which each step changes one ingredient and keeps
the changes before:

  released            what the published code computes
  one softmax         no softmax before that of the cross-entropy
  two hidden layers   instead of three, as the text says
  per-pair weights    as in Eq. (2), instead of a weight for the whole batch; this is the preset
                      "corrected" of `python -m numerics spirals`
  equal updates       the other batch rule: as many updates for all epsilon as Mixup has

All steps use the same seed: the data of run r are the same in all of them. What --store DIR keeps,
and how a stopped command goes on, is as in `python -m numerics spirals --help`; each step has its
folder in DIR.
"""

EPILOG = """\
examples:
  python -m numerics ablation --runs 5 --epochs 20
  python -m numerics ablation --runs 100 --jobs 2 --store ladder --out ladder.csv
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    spirals.add_common(parser, runs=100, epsilons=(0.0, 0.8, float("inf")))


def run(arguments: argparse.Namespace) -> str:
    """Do the ablation."""
    result = with_advice(lambda: experiments.ablation(**spirals.common(arguments)), arguments.store)
    lines: list[str] = []
    for name, step in zip(result.names, result.results, strict=True):
        lines += [f"{name}:", *spirals.table(step), ""]
    if arguments.out is not None:
        path = result.to_csv(arguments.out)
        lines.append(f"All errors are in {path}.")
    return "\n".join(lines).rstrip("\n")
