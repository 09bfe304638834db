"""Accelerators: supply, efficiency and life; energised IT power to compute."""

from stargauge.compute.inputs import COMPUTE_UNITS, OWNERS, ComputeInputs, compute_inputs
from stargauge.compute.stock import compute_stock
from stargauge.compute.supply import domestic_rate

__all__ = ["COMPUTE_UNITS", "OWNERS", "ComputeInputs", "compute_inputs", "compute_stock", "domestic_rate"]
