"""The command that computes something again, as it would be typed."""

import math
import shlex


def command_line(command: str, /, **options: object) -> str:
    """Write a command of ``python -m numerics``; an option that is None is left out."""
    words = ["python", "-m", "numerics", command]
    for name, value in options.items():
        option = name.replace("_", "-")
        if isinstance(value, bool):
            words.append(f"--{option}" if value else f"--no-{option}")
        elif value is not None:
            values = value if isinstance(value, (tuple, list)) else (value,)
            words += [f"--{option}", *map(_word, values)]
    return shlex.join(words)


def _word(value: object) -> str:
    """Write a value; a whole number without a point, infinity as inf."""
    if isinstance(value, float) and math.isfinite(value):
        return repr(value).removesuffix(".0")
    return str(value)
