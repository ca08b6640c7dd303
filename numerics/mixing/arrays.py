"""Arrays of any library of the Python array API, and their way to the host and back."""

from typing import Any, TypeAlias

import array_api_compat as compat
import numpy as np
from numpy.typing import NDArray

from numerics.validation import LARGEST_VALUE, check_unmasked
from numerics.validation import as_array as as_numpy

#: No common type is published for them: an array of NumPy, PyTorch, JAX, CuPy or another library.
Array: TypeAlias = Any


def as_array(values: Any, name: str) -> tuple[Array, Any]:
    """Return an array and its namespace; lists and the like become NumPy's."""
    check_unmasked(values, name)
    if not compat.is_array_api_obj(values):
        values = as_numpy(values, name)
    layout = str(getattr(values, "layout", "torch.strided"))
    if layout != "torch.strided":
        message = f"{name} must be dense, got the layout {layout}"
        raise ValueError(message)
    return values, compat.array_namespace(values)


def check_floats(values: Any, name: str, why: str = "") -> tuple[Array, Any]:
    """Check an array of a float type that is not empty, finite, and can be mixed and squared."""
    array, xp = as_array(values, name)
    if not _is_float(xp, array.dtype):
        message = f"{name} must be float, got {array.dtype}{why}"
        raise ValueError(message)
    if 0 in array.shape:
        message = f"{name} must not be empty, got shape {tuple(array.shape)}"
        raise ValueError(message)
    _check_size(array, xp, name)
    return array, xp


def _check_size(array: Array, xp: Any, name: str) -> None:
    """Check that the values are finite and not so large that their differences overflow."""
    values = detached(array)
    try:
        low, high = float(xp.min(values)), float(xp.max(values))
    except (TypeError, RuntimeError) as error:  # inside of JAX's jit, on PyTorch's device "meta"
        message = f"{name} must have values: mix outside of what is compiled or only traced"
        raise ValueError(message) from error
    if not -np.inf < low <= high < np.inf:
        message = f"{name} must be finite, got values from {low} to {high}"
        raise ValueError(message)
    limit = min(LARGEST_VALUE, float(xp.finfo(array.dtype).max) / 2)
    if max(-low, high) > limit:
        message = f"{name} must stay below {limit:g} for {array.dtype}, got {max(-low, high):g}"
        raise ValueError(message)


def _is_float(xp: Any, dtype: Any) -> bool:
    try:
        return bool(xp.isdtype(dtype, "real floating"))
    except TypeError:  # a type that the standard does not know, such as NumPy's strings
        return False


def detached(array: Array) -> Array:
    """Return an array through which no gradient flows."""
    if compat.is_torch_array(array):
        return array.detach()
    if compat.is_jax_array(array):
        import jax  # noqa: PLC0415 - it is there, or there would be no such array

        return jax.lax.stop_gradient(array)
    return array


def device_of(array: Array) -> Any:
    """Return the device of an array, also where a gradient is traced."""
    return compat.device(detached(array))


def host(array: Array) -> NDArray[Any]:
    """Return an array of NumPy; half precision becomes float32."""
    array = detached(array)
    xp = compat.array_namespace(array)
    if _is_float(xp, array.dtype) and xp.finfo(array.dtype).bits < 32:
        array = xp.astype(array, xp.float32)
    if compat.is_torch_array(array):
        array = array.cpu()
    elif compat.is_cupy_array(array):
        array = array.get()
    return np.asarray(array)


def placed(values: NDArray[Any], like: Array, *, floats: bool = True) -> Array:
    """Return numbers of the host as an array of a library, on its device, and in its type."""
    xp, device = compat.array_namespace(like), device_of(like)
    if not floats:
        return xp.asarray(values, device=device)
    # Not every device has float64.
    wide = xp.finfo(like.dtype).bits > 32
    moved = xp.asarray(values.astype(np.float64 if wide else np.float32), device=device)
    return xp.astype(moved, like.dtype, copy=False)
