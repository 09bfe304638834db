"""Stargauge: how far a national AI strategy gets, from plan, to power, to position."""

__version__ = "0.1.0"
