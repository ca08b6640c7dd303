"""Write a figure as PDF and PNG with the data that it plots beside it."""

import csv
import io
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from figures.drawing.style import style
from numerics.archive.files import whole_file, write_text

Row = Sequence[object]


@dataclass(frozen=True)
class Drawing:
    """A figure with the data that it plots.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        What is drawn.
    header : sequence of str
        Names of the columns of the data.
    rows : sequence of sequences
        The data, one row a plotted point.
    caption : str
        What the figure shows, one sentence; it serves as alternative text too.
    texts : mapping of str to str, optional
        The same as text files, by their ending.
    """

    figure: Figure
    header: Sequence[str]
    rows: Sequence[Row]
    caption: str
    texts: Mapping[str, str] = field(default_factory=dict)


# No dates and no versions, so that the same figure is the same file.
_METADATA: Mapping[str, dict[str, None]] = {
    "pdf": {"CreationDate": None, "ModDate": None, "Creator": None, "Producer": None},
    "png": {"Software": None},
}


def points(name: str, *columns: ArrayLike) -> list[Row]:
    """Return the rows of a curve with a name: one for each point, with its place in each column."""
    return [(name, *row) for row in zip(*(np.asarray(c).tolist() for c in columns), strict=True)]


def csv_text(header: Sequence[str], rows: Sequence[Row]) -> str:
    """Return rows as comma-separated text."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue()


def save(drawing: Drawing, name: str, folder: str | os.PathLike[str]) -> list[Path]:
    """Write NAME.pdf, NAME.png, its texts and NAME.csv, each atomically.

    Parameters
    ----------
    drawing : Drawing
        The figure and its data.
    name : str
        Name of the files, without an ending.
    folder : str or path
        Where they go; it is made if it is not there.

    Returns
    -------
    list of pathlib.Path
        The files, at least three.

    Raises
    ------
    OSError
        If a file cannot be written.
    """
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    paths = []
    for ending, metadata in _METADATA.items():
        path = target / f"{name}.{ending}"
        # Resolution and embedding of fonts are decided when it is written.
        with style(), whole_file(path) as file:
            drawing.figure.savefig(file, format=ending, metadata=metadata)
        paths.append(path)
    for ending, text in drawing.texts.items():
        paths.append(write_text(target / f"{name}.{ending}", text))
    paths.append(write_text(target / f"{name}.csv", csv_text(drawing.header, drawing.rows)))
    return paths
