"""``python -m figures data``: what the package keeps, made again."""

import argparse
from pathlib import Path

from figures.commands import Lines
from figures.drawing.stored import DATA
from numerics.commands import Renamed, one_of
from numerics.spirals import PUBLISHED

NAMES = IMAGES, SPIRALS, REGIONS = ("image-sets", "published-spirals", "regions")

DESCRIPTION = f"""\
Make again what is kept beside the stored runs:

  {IMAGES:17}  the images of Fashion-MNIST and SVHN are counted, for claim V.C-datasets
  {SPIRALS}  pairs and mirror images are counted in the spirals that the authors published
  {REGIONS:17}  the networks are trained whose decision regions the report shows

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
    if options.folder is not None and not {IMAGES, SPIRALS} & set(options.names):
        message = f"--folder goes with {IMAGES} and {SPIRALS}"
        raise ValueError(message)
    if options.folder is None and SPIRALS in options.names:
        message = f"{SPIRALS} needs --folder with {PUBLISHED}"
        raise ValueError(message)
    options.out.mkdir(parents=True, exist_ok=True)
    if IMAGES in options.names:
        from figures.table1 import dataset_sizes  # noqa: PLC0415  # after the door

        path, missing = dataset_sizes.write(options.out, options.folder)
        yield f"{path} written"
        yield from (f"left out: {each}" for each in missing)
    if SPIRALS in options.names:
        from figures.spirals import one_set  # noqa: PLC0415  # after the door

        yield f"{one_set.write(options.out, options.folder)} written"
    if REGIONS in options.names:
        from figures.report.sliders import regions  # noqa: PLC0415  # after the door

        yield f"{regions.make(options.out)} written"
    return True
