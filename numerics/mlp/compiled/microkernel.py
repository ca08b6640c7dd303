"""Two building blocks of the compiled kernel that a compiler does not find by itself.

A tile of a matrix product, whose sums stay in registers from the first term to the last, and the
transposition of a square of one vector by one vector. Both are written in LLVM's own terms, for
vectors as long as the machine's, and inlined where numba meets a call.

What that buys: a step of the spirals' network takes 17 microseconds on an AMD EPYC with AVX-512.
With the same tiles as loops in numba, whose sums go through memory, it takes 62, and with one row
at a time 510; with BLAS, in `numerics.mlp.numpy_backend`, 33.

Importing this module needs numba.
"""

from collections.abc import Callable
from typing import Any, cast

import numba
from llvmlite import binding, ir
from numba.core import cgutils
from numba.extending import intrinsic

ROWS = 4
"""Rows of a tile: 4 by 3 sums, 3 loaded vectors and 1 broadcast fill the 16 registers of AVX2."""

VECTOR_BYTES = 64 if binding.get_host_cpu_features().get("avx512f") else 32
"""Bytes of one vector; the rows of matrices are padded to a multiple of it."""


class _Vectors:
    """Vectors of one type, and where they lie in the arrays that an intrinsic is called with."""

    def __init__(self, context: Any, builder: Any, signature: Any, values: Any) -> None:
        self._context, self._builder = context, builder
        self._types, self._values = signature.args, values
        kind = signature.args[0].dtype
        self._size = kind.bitwidth // 8
        self.lanes = VECTOR_BYTES // self._size
        self.type = ir.VectorType(context.get_value_type(kind), self.lanes)

    def constant(self, number: int) -> Any:
        return self._context.get_constant(numba.intp, number)

    def element(self, array: int, *terms: Any) -> Any:
        """Return the address of an entry of the argument number `array`, at a sum of terms."""
        data = self._context.make_array(self._types[array])
        place = terms[0]
        for term in terms[1:]:
            place = self._builder.add(place, term)
        start = data(self._context, self._builder, self._values[array]).data
        return self._builder.gep(start, [place])

    def load(self, array: int, *terms: Any) -> Any:
        return self._builder.load(self._cast(self.element(array, *terms)), align=self._size)

    def store(self, value: Any, array: int, *terms: Any) -> None:
        self._builder.store(value, self._cast(self.element(array, *terms)), align=self._size)

    def shuffle(self, left: Any, right: Any, order: list[int]) -> Any:
        """Pick entries of two vectors, those of the right one numbered after the left one's."""
        mask = ir.Constant(ir.VectorType(ir.IntType(32), self.lanes), order)
        return self._builder.shuffle_vector(left, right, mask)

    def spread(self, scalar: Any) -> Any:
        empty = ir.Constant(self.type, ir.Undefined)
        first = self._builder.insert_element(empty, scalar, ir.Constant(ir.IntType(32), 0))
        return self.shuffle(first, empty, [0] * self.lanes)

    def _cast(self, pointer: Any) -> Any:
        return self._builder.bitcast(pointer, self.type.as_pointer())


def _tile(vectors: int) -> Callable[..., None]:
    """Make the product of `ROWS` rows of a by as many columns of b as fill `vectors` vectors."""
    # In flat arrays, c[k + r pitch + s] becomes the sum over t < depth of
    # a[i + r row + t step] b[j + t width + s].

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        v = _Vectors(context, builder, signature, values)
        _, i, row, step, _, j, width, _, k, pitch, depth = values
        columns = [v.constant(v.lanes * n) for n in range(vectors)]
        zero = ir.Constant(v.type, [0.0] * v.lanes)
        sums = [[cgutils.alloca_once_value(builder, zero) for _ in columns] for _ in range(ROWS)]
        for entry in (entry for line in sums for entry in line):
            builder.store(zero, entry)
        with cgutils.for_range(builder, depth) as loop:
            right = builder.add(j, builder.mul(loop.index, width))
            left = builder.add(i, builder.mul(loop.index, step))
            loaded = [v.load(4, right, column) for column in columns]
            for r, line in enumerate(sums):
                scalar = builder.load(v.element(0, left, builder.mul(row, v.constant(r))))
                factor = v.spread(scalar)
                for entry, vector in zip(line, loaded, strict=True):
                    product = builder.fmul(factor, vector, flags=("contract",))
                    total = builder.fadd(builder.load(entry), product, flags=("contract",))
                    builder.store(total, entry)
        for r, line in enumerate(sums):
            below = builder.mul(pitch, v.constant(r))
            for entry, column in zip(line, columns, strict=True):
                v.store(builder.load(entry), 7, k, below, column)
        return context.get_dummy_value()

    # numba counts the arguments of the function that it is given.
    def tile(
        _: Any,
        a: Any,
        i: Any,
        row: Any,
        step: Any,
        b: Any,
        j: Any,
        width: Any,
        c: Any,
        k: Any,
        pitch: Any,
        depth: Any,
    ) -> Any:
        return numba.void(a, i, row, step, b, j, width, c, k, pitch, depth), generate

    return cast("Callable[..., None]", intrinsic(tile))


one, two, three = _tile(1), _tile(2), _tile(3)


def _square() -> Callable[..., None]:
    """Make the transposition of a square, from a[i + r pitch + s] to b[j + s width + r]."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        v = _Vectors(context, builder, signature, values)
        _, i, pitch, _, j, width = values
        rows = [v.load(0, i, builder.mul(pitch, v.constant(r))) for r in range(v.lanes)]
        # Exchange the off-diagonal entries in squares of 2 by 2, then blocks in squares of 4 by 4,
        # and so on.
        half = 1
        while half < v.lanes:
            low = [n if not n & half else v.lanes + n - half for n in range(v.lanes)]
            high = [n + half if not n & half else v.lanes + n for n in range(v.lanes)]
            for r in (r for r in range(v.lanes) if not r & half):
                upper, lower = rows[r], rows[r + half]
                rows[r] = v.shuffle(upper, lower, low)
                rows[r + half] = v.shuffle(upper, lower, high)
            half *= 2
        for r, entries in enumerate(rows):
            v.store(entries, 3, j, builder.mul(width, v.constant(r)))
        return context.get_dummy_value()

    def square(_: Any, a: Any, i: Any, pitch: Any, b: Any, j: Any, width: Any) -> Any:
        return numba.void(a, i, pitch, b, j, width), generate

    return cast("Callable[..., None]", intrinsic(square))


transpose_square = _square()
