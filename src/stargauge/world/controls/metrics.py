"""The three numbers that the chip rules are written in: performance, its density, and memory per area."""

from __future__ import annotations

from collections.abc import Mapping

BITS = {"fp16": 16, "fp8": 8, "fp4": 4, "int8": 8, "int4": 4}
"""Bits of an operation, by the format a data sheet names."""


def total_processing_performance(dense_tera_ops: Mapping[str, float | None]) -> float | None:
    """Return TPP, the largest of dense tera-operations a second times bits; None without any.

    The rule says 2 x MacTOPS x bit length, summed over the processing units of a part, for dense matrices
    (88 FR 73458, technical notes to 3A090). Data sheets count a multiply-accumulate as two operations
    already, so the factor of 2 is in their numbers: 4,800 is 600 TOPS at 8 bits, or 300 TFLOPS at 16.

    Args:
        dense_tera_ops: TOPS or TFLOPS by format, a key of `BITS`; without sparsity (half of what sparse
        sheets say). None where unknown.

    Raises:
        KeyError: If a format is not one of `BITS`.
    """
    products = [BITS[name] * value for name, value in dense_tera_ops.items() if value is not None]
    return max(products, default=None)


def performance_density(tpp: float, die_area_mm2: float | None) -> float | None:
    """Return TPP per mm2 of applicable die area; None where the area is unknown (88 FR 73458).

    The area is that of every logic die made with non-planar transistors, summed over a package; memory
    stacks are no logic.
    """
    return None if die_area_mm2 is None else tpp / die_area_mm2


def memory_bandwidth_density(bandwidth_gb_s: float, area_mm2: float) -> float:
    """Return GB/s per mm2 of a memory stack or package, which 3A090.c is written in (89 FR 96790)."""
    return bandwidth_gb_s / area_mm2
