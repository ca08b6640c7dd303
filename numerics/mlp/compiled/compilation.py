"""Compile functions with numba, and keep the machine code for the next process if possible.

Importing this module needs numba.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

import numba

if TYPE_CHECKING:
    from collections.abc import Callable

Function = TypeVar("Function", bound="Callable[..., Any]")


def compiled(**options: Any) -> Callable[[Function], Function]:
    """Return a decorator: the function is compiled at its first call, with these options too."""
    options = {"nogil": True, "error_model": "numpy", **options}

    def decorate(function: Function) -> Function:
        try:
            return cast("Function", numba.njit(cache=True, **options)(function))
        except RuntimeError:  # there is no folder to keep it in
            return cast("Function", numba.njit(**options)(function))

    return decorate
