"""What moves with eps in Figure 4: Q(D), and the images behind each of its steps."""

import math
from typing import Any

import numpy as np

from figures.drawing.options import Options
from figures.drawing.stored import MissingRunsError
from figures.lipschitz.curves import Exhibit, exhibits
from figures.lipschitz.fig4 import BARS, unit_pixels
from figures.report.sliders.encoding import pack_bytes
from numerics.lipschitz.curve import LowerBound, Witness
from numerics.lipschitz.witness_images import Pictures
from numerics.validation import FloatArray


def step_data(pictures: Pictures, witness: Witness) -> list[dict[str, Any]]:
    """Put the images of one step into plain data."""
    scale = pictures.deviations / pictures.brightest
    point, near = (image * scale for image in pictures.virtual(witness))
    mixed = witness.i != witness.j
    found = [
        _image("sample" if witness.partner == witness.point else "virtual image", point)
        | {"who": _names(pictures, witness.point, witness.partner)},
        _image("nearest virtual image" if mixed else "nearest sample of another class", near)
        | {"who": _names(pictures, witness.i, witness.j)},
    ]
    ends = ((witness.i, witness.lam), (witness.j, 1 - witness.lam)) if mixed else ()
    for sample, weight in ends:
        image = _image("end of the segment", pictures.inputs(sample) * scale)
        found.append(image | {"who": _names(pictures, sample, sample), "weight": weight})
    return found


def exhibit_data(exhibit: Exhibit) -> dict[str, Any]:
    """Put a curve of Q(D) into plain data."""
    curve, pictures, lengths = exhibit.curve, exhibit.pictures, exhibit.lengths
    longest = max(float(curve.epsilons[-1]), lengths.longest if lengths else 0.0)
    data: dict[str, Any] = {
        "label": exhibit.label,
        "epsilons": curve.epsilons.tolist(),
        "values": [float(v) if math.isfinite(v) else None for v in curve.values],
        "end": min(1.04 * longest or 1.0, curve.up_to),
        "whole": exhibit.whole,
        "pixels": unit_pixels(curve),
        "command": str(curve.provenance.get("command", "python -m figures draw fig4")),
        "distances": _distances(curve),
        "images": None,
        "lengths": None,
    }
    if pictures is not None:
        data["images"] = [step_data(pictures, witness) for witness in curve.witnesses]
    if lengths is not None:
        size = max(1, lengths.count.size // BARS)
        starts = np.arange(0, lengths.count.size, size)
        ends = np.append(lengths.low[starts], lengths.longest)
        data["lengths"] = {
            "edges": ends.tolist(),
            "below": [lengths.share(float(end)) for end in ends],
        }
    return data


def _distances(curve: LowerBound) -> list[float] | None:
    """Return how far the images of each step are apart, where targets are 0 or 1."""
    if curve.distance != "zero-one" or curve.segments != "same-class":
        return None
    return [float(1 / value) if value else 0.0 for value in curve.values]


def _image(part: str, pixels: FloatArray) -> dict[str, Any]:
    whole = np.rint(255 * np.clip(pixels, 0, 1)).astype(np.uint8)
    height, width = whole.shape[:2]
    return {
        "part": part,
        "width": width,
        "height": height,
        "colours": 3 if whole.ndim == 3 else 1,
        "data": pack_bytes(whole),
    }


def _names(pictures: Pictures, first: int, second: int) -> str:
    classes = [pictures.classes[pictures.place(sample)] for sample in (first, second)]
    return " + ".join(dict.fromkeys(classes))


def data(options: Options) -> dict[str, Any]:
    """Collect everything that moves with eps in Figure 4."""
    try:
        shown = exhibits(options.data, options.curves)
    except MissingRunsError as missing:
        return {"exhibits": [], "missing": str(missing)}
    return {"exhibits": [exhibit_data(exhibit) for exhibit in shown], "missing": None}
