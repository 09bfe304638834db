"""Sixteen numbers as one value: a Numba type that is one LLVM vector of doubles, with its arithmetic.

Sweeps over all buses take sixteen at a time. Plain loops over sixteen numbers are unrolled by Numba before
LLVM's vectoriser sees them and end up scalar; this type says what is meant. LLVM maps it to whatever vector
registers a machine has (AVX-512, AVX2, SSE2, NEON) and fuses a product into a sum where it can.

Inside compiled code: `+ - *` work lane by lane, also with a float64 for all lanes; `>= > ` give a mask, an
int64 with one bit a lane, lane 0 lowest; masks are combined with `& | ~`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba.core import cgutils, types
from numba.core.imputils import lower_builtin
from numba.core.typing.templates import ConcreteTemplate, infer_global, signature
from numba.extending import intrinsic, models, register_model
from numba.np import arrayobj
from numpy.typing import NDArray

WIDTH = 16
"""Lanes of a vector: two registers of AVX-512, four of AVX2."""

ALL = (1 << WIDTH) - 1
"""Mask with every lane."""

_ALIGNMENT = 64


class _LanesType(types.Type):
    def __init__(self) -> None:
        super().__init__(name=f"Lanes{WIDTH}")


_lanes = _LanesType()
_double = ir.DoubleType()
_vector = ir.VectorType(_double, WIDTH)
_bits = ir.IntType(WIDTH)
_i32 = ir.IntType(32)
_i64 = ir.IntType(64)


@register_model(_LanesType)
class _LanesModel(models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager: Any, declared: Any) -> None:
        super().__init__(manager, declared, _vector)


def rows(count: int) -> NDArray[np.float64]:
    """Return room for `count` vectors, (count, WIDTH), aligned as `load` and `store` need it."""
    buffer = np.empty(count * WIDTH + _ALIGNMENT // 8)
    skip = (-buffer.ctypes.data // 8) % (_ALIGNMENT // 8)
    return buffer[skip : skip + count * WIDTH].reshape(count, WIDTH)


def _spread(builder: Any, value: Any) -> Any:
    """Return one double in every lane."""
    undefined = ir.Constant(_vector, ir.Undefined)
    single = builder.insert_element(undefined, value, _i32(0))
    return builder.shuffle_vector(single, undefined, ir.Constant(ir.VectorType(_i32, WIDTH), [0] * WIDTH))


def _define(operation: Any, result: Any, emit: Callable[[Any, Any, Any], Any]) -> None:
    """Give an operator of Python a meaning for lanes and lanes, and for lanes and one number."""
    combinations = ((_lanes, _lanes), (_lanes, types.float64), (types.float64, _lanes))

    class _Template(ConcreteTemplate):  # type: ignore[misc]
        cases = [signature(result, *operands) for operands in combinations]  # noqa: RUF012

    infer_global(operation)(_Template)

    def lower(context: Any, builder: Any, sig: Any, arguments: Any) -> Any:
        left, right = (
            value if kind == _lanes else _spread(builder, value)
            for kind, value in zip(sig.args, arguments, strict=True)
        )
        return emit(builder, left, right)

    for operands in combinations:
        lower_builtin(operation, *operands)(lower)


# `contract` lets LLVM fuse a product into a sum; nothing else is relaxed.
_define(operator.add, _lanes, lambda b, x, y: b.fadd(x, y, flags=("contract",)))
_define(operator.sub, _lanes, lambda b, x, y: b.fsub(x, y, flags=("contract",)))
_define(operator.mul, _lanes, lambda b, x, y: b.fmul(x, y, flags=("contract",)))
_define(operator.ge, types.int64, lambda b, x, y: _mask(b, b.fcmp_ordered(">=", x, y)))
_define(operator.gt, types.int64, lambda b, x, y: _mask(b, b.fcmp_ordered(">", x, y)))


def _mask(builder: Any, flags: Any) -> Any:
    return builder.zext(builder.bitcast(flags, _bits), _i64)


def _row_pointer(context: Any, builder: Any, array_type: Any, array: Any, index: Any, index_type: Any) -> Any:
    data = arrayobj.make_array(array_type)(context, builder, array).data
    first = builder.mul(context.cast(builder, index, index_type, types.intp), _i64(WIDTH))
    return builder.bitcast(builder.gep(data, [first]), _vector.as_pointer())


@intrinsic  # type: ignore[untyped-decorator]
def load(typing_context: Any, array: Any, row: Any) -> Any:
    """Return a row of an array made by `rows`. The row is not checked."""

    def generate(context: Any, builder: Any, sig: Any, arguments: Any) -> Any:
        pointer = _row_pointer(context, builder, sig.args[0], arguments[0], arguments[1], sig.args[1])
        value = builder.load(pointer)
        value.align = _ALIGNMENT
        return value

    return _lanes(array, row), generate


@intrinsic  # type: ignore[untyped-decorator]
def store(typing_context: Any, array: Any, row: Any, value: Any) -> Any:
    """Write a row of an array made by `rows`. The row is not checked."""

    def generate(context: Any, builder: Any, sig: Any, arguments: Any) -> Any:
        pointer = _row_pointer(context, builder, sig.args[0], arguments[0], arguments[1], sig.args[1])
        builder.store(arguments[2], pointer).align = _ALIGNMENT
        return context.get_dummy_value()

    return types.void(array, row, value), generate


@intrinsic  # type: ignore[untyped-decorator]
def at(typing_context: Any, array: Any, index: Any) -> Any:
    """Return an item of a flat array. Unlike `array[index]`, a negative index is not taken from the end."""

    def generate(context: Any, builder: Any, sig: Any, arguments: Any) -> Any:
        data = arrayobj.make_array(sig.args[0])(context, builder, arguments[0]).data
        place = builder.gep(data, [context.cast(builder, arguments[1], sig.args[1], types.intp)])
        return context.unpack_value(builder, sig.return_type, place)

    return array.dtype(array, index), generate


@intrinsic  # type: ignore[untyped-decorator]
def everywhere(typing_context: Any, value: Any) -> Any:
    """Return a number in every lane."""

    def generate(context: Any, builder: Any, sig: Any, arguments: Any) -> Any:
        return _spread(builder, context.cast(builder, arguments[0], sig.args[0], types.float64))

    return _lanes(value), generate


@intrinsic  # type: ignore[untyped-decorator]
def larger(typing_context: Any, first: Any, second: Any) -> Any:
    """Return the larger of two, lane by lane."""

    def generate(context: Any, builder: Any, sig: Any, arguments: Any) -> Any:
        return builder.select(
            builder.fcmp_ordered(">", arguments[0], arguments[1]), arguments[0], arguments[1]
        )

    return _lanes(first, second), generate


@intrinsic  # type: ignore[untyped-decorator]
def larger_in(typing_context: Any, mask: Any, first: Any, second: Any) -> Any:
    """Return the larger of two in the lanes of a mask, the first of them in the others."""

    def generate(context: Any, builder: Any, sig: Any, arguments: Any) -> Any:
        chosen = builder.bitcast(builder.trunc(arguments[0], _bits), ir.VectorType(ir.IntType(1), WIDTH))
        chosen = builder.and_(chosen, builder.fcmp_ordered(">", arguments[2], arguments[1]))
        return builder.select(chosen, arguments[2], arguments[1])

    return _lanes(mask, first, second), generate


@intrinsic  # type: ignore[untyped-decorator]
def size(typing_context: Any, value: Any) -> Any:
    """Return the absolute value, lane by lane."""

    def generate(context: Any, builder: Any, sig: Any, arguments: Any) -> Any:
        kind = ir.FunctionType(_vector, [_vector])
        function = cgutils.get_or_insert_function(builder.module, kind, f"llvm.fabs.v{WIDTH}f64")
        return builder.call(function, [arguments[0]])

    return _lanes(value), generate


@intrinsic  # type: ignore[untyped-decorator]
def lowest(typing_context: Any, mask: Any) -> Any:
    """Return the number of the lowest lane in a mask, which must not be empty."""

    def generate(context: Any, builder: Any, sig: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(mask), generate


@intrinsic  # type: ignore[untyped-decorator]
def count(typing_context: Any, mask: Any) -> Any:
    """Return the number of lanes in a mask."""

    def generate(context: Any, builder: Any, sig: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.int64(mask), generate
