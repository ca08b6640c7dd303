"""What takes longer than a minute or more than half the memory says so before it starts."""

import os
import warnings


def announce(what: str, advice: str, *, memory: float = 0.0, seconds: float = 0.0) -> None:
    """Warn of many bytes or seconds, and refuse what does not fit into this machine's memory."""
    there = _memory()
    if memory > there:
        message = f"{what} would take {_size(memory)} of memory, of {_size(there)}: {advice}"
        raise MemoryError(message)
    if memory > there / 2:
        message = f"{what} takes {_size(memory)} of memory, of {_size(there)}: {advice}"
        warnings.warn(message, stacklevel=3)
    if seconds > 60:
        message = f"{what} takes about {_time(seconds)}: {advice}"
        warnings.warn(message, stacklevel=3)


def _memory() -> float:
    """Return the bytes of memory of this machine, infinity where it does not say."""
    try:
        return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, OSError, ValueError):
        return float("inf")


def _size(number: float) -> str:
    return f"{number / 1e9:.3g} GB"


def _time(seconds: float) -> str:
    for unit, length in (("days", 86400.0), ("hours", 3600.0), ("minutes", 60.0)):
        if seconds > 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} seconds"
