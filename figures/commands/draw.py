"""``python -m figures draw``: figures, with what they plot beside them."""

import argparse
from collections.abc import Collection, Iterator, Sequence
from textwrap import fill

from tqdm import tqdm

import figures
from figures.catalogue import FIGURES, Gallery
from figures.commands import Lines
from figures.commands.options import add_data, add_folder, chosen
from figures.drawing.options import Options
from figures.drawing.stored import MissingRunsError
from numerics.commands import one_of

DESCRIPTION = f"""\
{fill(f"Draw figures: {', '.join(FIGURES)}.", 100, break_on_hyphens=False)}

Each is written as PDF and PNG, with the plotted data as CSV beside it; table1 as Markdown and LaTeX
too. Of all figures, those are left out whose runs are not stored.
"""

EPILOG = """\
examples:
  python -m figures draw                                 all figures
  python -m figures draw fig2 bounds                     two figures
  python -m figures draw fig3 --data mine                Figure 3 of your own runs
  python -m figures draw fig4 fig4-images --data my.csv  Q(D) of images of your own
  python -m figures draw tradeoff --data signal.csv      the trade-off of a signal of your own
  python -m figures draw risk --data signal.csv --sigma 0.2 --reading density
  python -m figures draw choice --data record.csv        the K that suits a record in noise
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "names",
        nargs="*",
        type=one_of(FIGURES, "figure"),
        metavar="NAME",
        help="figures (default: all)",
    )
    add_folder(parser)
    add_data(parser)


def run(options: argparse.Namespace) -> Lines:
    """Draw the figures."""
    names = [name for name in FIGURES if name in options.names] or list(FIGURES)
    gallery = Gallery()
    choices = chosen(options, tuple(names))
    yield from draw(names, choices, options.out, gallery, needed=options.names)
    missing = [why for name, why in gallery.missing.items() if name in options.names]
    if missing:
        raise MissingRunsError("; ".join(missing))
    return True


def draw(
    names: Sequence[str],
    options: Options,
    folder: str,
    gallery: Gallery,
    needed: Collection[str] = (),
) -> Iterator[str]:
    """Draw figures into a gallery; say where each is written, or left out if it is not needed."""
    with tqdm(names, unit="figure", desc="draw", disable=None) as progress:
        for name in progress:
            progress.set_postfix_str(name)
            drawing = gallery.add(name, options)
            if drawing is not None:
                yield "  ".join(map(str, figures.save(drawing, name, folder)))
            elif name not in needed:
                yield f"left out: {gallery.missing[name]}"
