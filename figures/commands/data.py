"""``python -m figures data``: what the package keeps, made again."""

import argparse
from pathlib import Path

from figures.commands import Lines
from figures.drawing.stored import DATA
from figures.report.sliders import regions
from figures.spirals import one_set
from figures.table1 import dataset_sizes
from numerics.commands import Renamed, one_of
from numerics.spirals import PUBLISHED

NAMES = (dataset_sizes.NAME, one_set.NAME, regions.NAME)

DESCRIPTION = f"""\
Make again what is kept beside the stored runs:

  {dataset_sizes.NAME:17}  the images of Fashion-MNIST and SVHN are counted, for claim V.C-datasets
  {one_set.NAME}  pairs and mirror images are counted in the spirals that the authors published
  {regions.NAME:17}  the networks are trained whose decision regions the report shows

The stored runs are made by 'python -m numerics spirals', 'ablation', 'table1' and 'lipschitz'; the
figures say with which options when they miss them.
"""

EPILOG = """\
examples:
  python -m figures data image-sets --folder images
  python -m figures data published-spirals --folder spirals_dataset
  python -m figures data regions --out mine
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "names", nargs="+", type=one_of(NAMES, "kept data"), metavar="NAME", help=", ".join(NAMES)
    )
    parser.add_argument(
        "--folder", type=Path, metavar="DIR", help="where the files of the sets are"
    )
    out = parser.add_argument(
        "--out", type=Path, default=DATA, metavar="DIR", help="folder (default: the package's own)"
    )
    parser.add_argument("--data", action=Renamed, new=out)


def run(options: argparse.Namespace) -> Lines:
    """Make them again."""
    if options.folder is not None and not {dataset_sizes.NAME, one_set.NAME} & set(options.names):
        message = f"--folder goes with {dataset_sizes.NAME} and {one_set.NAME}"
        raise ValueError(message)
    if options.folder is None and one_set.NAME in options.names:
        message = f"{one_set.NAME} needs --folder with {PUBLISHED}"
        raise ValueError(message)
    if dataset_sizes.NAME in options.names:
        path, missing = dataset_sizes.write(options.out, options.folder)
        yield f"{path} written"
        yield from (f"left out: {each}" for each in missing)
    if one_set.NAME in options.names:
        yield f"{one_set.write(options.out, options.folder)} written"
    if regions.NAME in options.names:
        yield f"{regions.make(options.out)} written"
    return True
