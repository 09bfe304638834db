"""Where each value stands in the records of a PSS/E RAW file, by revision, and what it is if left out.

From the data format appendix of the PSS/E Program Operation Manual, revisions 33 to 35. `None` as a default
means that the value must be stated.
"""

from __future__ import annotations

from collections.abc import Sequence

Field = tuple[str, float | str | None]
Layout = tuple[Field, ...]

_UNLIMITED = 9999.0
"""What PSS/E takes for a limit that is not stated."""


def _ratings(revision: int, stem: str = "RATE", *, short: Sequence[str] = ("A", "B", "C")) -> Layout:
    """Return the rating fields: three up to revision 33, twelve from 34."""
    if revision == 33:
        return tuple((f"RAT{letter}", 0.0) for letter in short)
    return tuple((f"{stem}{number}", 0.0) for number in range(1, 13))


def layout(section: str, revision: int) -> Layout:
    """Return the fields of the records of a section, in order, with their defaults."""
    later = revision >= 34
    newest = revision >= 35
    match section:
        case "BUS":
            return (
                ("I", None), ("NAME", ""), ("BASKV", 0.0), ("IDE", 1.0), ("AREA", 1.0), ("ZONE", 1.0),
                ("OWNER", 1.0), ("VM", 1.0), ("VA", 0.0), ("NVHI", 1.1), ("NVLO", 0.9),
            )  # fmt: skip
        case "LOAD":
            return (
                ("I", None), ("ID", "1"), ("STATUS", 1.0), ("AREA", 1.0), ("ZONE", 1.0), ("PL", 0.0),
                ("QL", 0.0), ("IP", 0.0), ("IQ", 0.0), ("YP", 0.0), ("YQ", 0.0), ("OWNER", 1.0),
                ("SCALE", 1.0), ("INTRPT", 0.0),
                *((("DGENP", 0.0), ("DGENQ", 0.0), ("DGENM", 0.0)) if later else ()),
            )  # fmt: skip
        case "FIXED SHUNT":
            return (("I", None), ("ID", "1"), ("STATUS", 1.0), ("GL", 0.0), ("BL", 0.0))
        case "GENERATOR":
            return (
                ("I", None), ("ID", "1"), ("PG", 0.0), ("QG", 0.0), ("QT", _UNLIMITED), ("QB", -_UNLIMITED),
                ("VS", 1.0), ("IREG", 0.0), *((("NREG", 0.0),) if newest else ()), ("MBASE", 0.0),
                ("ZR", 0.0), ("ZX", 1.0), ("RT", 0.0), ("XT", 0.0), ("GTAP", 1.0), ("STAT", 1.0),
                ("RMPCT", 100.0), ("PT", _UNLIMITED), ("PB", -_UNLIMITED),
            )  # fmt: skip
        case "BRANCH":
            return (
                ("I", None), ("J", None), ("CKT", "1"), ("R", 0.0), ("X", None), ("B", 0.0),
                *((("NAME", ""),) if later else ()), *_ratings(revision, short=("EA", "EB", "EC")),
                ("GI", 0.0), ("BI", 0.0), ("GJ", 0.0), ("BJ", 0.0), ("ST", 1.0),
            )  # fmt: skip
        case "SYSTEM SWITCHING DEVICE":
            return (
                ("I", None), ("J", None), ("CKT", "1"), ("X", 0.0001), *_ratings(revision), ("STAT", 1.0),
            )  # fmt: skip
        case "TRANSFORMER":
            return (
                ("I", None), ("J", None), ("K", 0.0), ("CKT", "1"), ("CW", 1.0), ("CZ", 1.0), ("CM", 1.0),
                ("MAG1", 0.0), ("MAG2", 0.0), ("NMETR", 2.0), ("NAME", ""), ("STAT", 1.0),
            )  # fmt: skip
        case "IMPEDANCES":
            return (
                ("R1-2", 0.0), ("X1-2", None), ("SBASE1-2", 0.0), ("R2-3", 0.0), ("X2-3", 0.0),
                ("SBASE2-3", 0.0), ("R3-1", 0.0), ("X3-1", 0.0), ("SBASE3-1", 0.0), ("VMSTAR", 1.0),
                ("ANSTAR", 0.0),
            )  # fmt: skip
        case "WINDING":
            return (("WINDV", 1.0), ("NOMV", 0.0), ("ANG", 0.0), *_ratings(revision))
        case "TWO-TERMINAL DC":
            return (("NAME", None), ("MDC", 0.0), ("RDC", 0.0), ("SETVL", 0.0), ("VSCHD", 0.0))
        case "DC TERMINAL":
            return (("IP", None),)
        case "VSC DC LINE":
            return (("NAME", None), ("MDC", 1.0))
        case "CONVERTER":
            return (
                ("IBUS", None), ("TYPE", None), ("MODE", 1.0), ("DCSET", 0.0), ("ACSET", 1.0),
                ("ALOSS", 0.0), ("BLOSS", 0.0), ("MINLOSS", 0.0), ("SMAX", 0.0),
            )  # fmt: skip
        case "AREA":
            return (("I", None), ("ISW", 0.0), ("PDES", 0.0), ("PTOL", 10.0), ("ARNAME", ""))
        case "ZONE":
            return (("I", None), ("ZONAME", ""))
        case "SWITCHED SHUNT":
            control = (
                ("MODSW", 1.0),
                ("ADJM", 0.0),
                ("STAT", 1.0),
                ("VSWHI", 1.0),
                ("VSWLO", 1.0),
                ("SWREG", 0.0),
            )
            first = (("I", None), *((("ID", "1"),) if newest else ()))
            node = (("NREG", 0.0),) if newest else ()
            return (*first, *control, *node, ("RMPCT", 100.0), ("RMIDNT", ""), ("BINIT", 0.0))
    raise ValueError(section)


TEXT_FIELDS = {"NAME", "ID", "CKT", "ARNAME", "ZONAME", "RMIDNT"}
"""Fields that are text; all others are numbers."""
