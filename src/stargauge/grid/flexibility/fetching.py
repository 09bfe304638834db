"""Fetches the hourly data set into a folder of the user's, checked, by the library pooch."""

from __future__ import annotations

import csv
import hashlib
import importlib
import os
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from stargauge.errors import InputError, MissingExtraError, Mistake, StoreError
from stargauge.grid.flexibility.downloading import FetchError, Progress, ResumingDownload

FACTS = Path(__file__).parent / "datasets.csv"
CACHE_VARIABLE = "STARGAUGE_CACHE"


@dataclass(frozen=True)
class DataSet:
    """A data set that can be fetched: a row of `datasets.csv`.

    Attributes:
        name: Name in commands.
        title: Title.
        version: Version.
        doi: Digital object identifier of all versions.
        record: Page of this version.
        address: Address of the file.
        file_name: Name it gets in the folder.
        sha256: Checksum, empty where it is not known.
        licence: Licence.
        credit: Whom to credit.
        confidence: How sure the row is.
        note: Where the row comes from.
    """

    name: str
    title: str
    version: str
    doi: str
    record: str
    address: str
    file_name: str
    sha256: str
    licence: str
    credit: str
    confidence: str
    note: str


@dataclass(frozen=True)
class Fetched:
    """A data set that lies in the folder.

    Attributes:
        data_set: What it is.
        path: Where it lies.
        sha256: Checksum of the file.
        size: Bytes.
        downloaded: Whether it was downloaded now.
        resumed_from: Bytes that were there from an earlier try.
        checked_against: What the checksum was compared with: `known`, `first copy` or `nothing`.
    """

    data_set: DataSet
    path: Path
    sha256: str
    size: int
    downloaded: bool
    resumed_from: int
    checked_against: str


@cache
def data_sets() -> dict[str, DataSet]:
    """Return the data sets that can be fetched, by name."""
    with FACTS.open(encoding="utf-8", newline="") as file:
        return {row["name"]: DataSet(**row) for row in csv.DictReader(file)}


def find_data_set(name: str) -> DataSet:
    """Return a data set by name.

    Raises:
        InputError: There is none of that name.
    """
    known = data_sets()
    if name in known:
        return known[name]
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"
    raise InputError(
        "the command line", [Mistake(0, "name", f'"{name}" is no data set; {hint}')], "nothing was fetched"
    )


def fetch(
    data_set: DataSet,
    folder: Path | None = None,
    *,
    address: str | None = None,
    progress: Progress | None = None,
) -> Fetched:
    """Return a data set, downloaded unless a good copy is there.

    The checksum is that of the data set; where it is not known, the first copy's is noted beside the file and
    later copies must have it too.

    Args:
        data_set: What to fetch.
        folder: Where to keep it; the cache folder of the user, or `STARGAUGE_CACHE`, if None.
        address: Where to fetch it from instead.
        progress: Told bytes so far and in all.

    Raises:
        MissingExtraError: pooch is not installed.
        FetchError: No connection, no such file, or a copy with another checksum.
        StoreError: The folder cannot be written.
    """
    pooch = _pooch()
    place = folder or cache_folder()
    path = place / data_set.file_name
    noted = path.with_name(path.name + ".sha256")
    known = data_set.sha256 or (noted.read_text(encoding="utf-8").strip() if noted.exists() else "")
    against = "known" if data_set.sha256 else "first copy" if known else "nothing"
    present = path.exists() and (not known or _sha256(path) == known)
    download = ResumingDownload(path.with_name(path.name + ".part"), progress)
    if not present:
        try:
            place.mkdir(parents=True, exist_ok=True)
            pooch.retrieve(
                url=address or data_set.address,
                known_hash=f"sha256:{known}" if known else None,
                fname=path.name,
                path=place,
                downloader=download,
            )
        except FetchError as error:
            raise FetchError(
                f"{data_set.name} was not fetched: {error}. Without a connection, put a copy of the file of "
                f"{data_set.record} at {path}, or give an hourly file of your own."
            ) from error
        except ValueError as error:
            raise FetchError(
                f"{data_set.name} was fetched but has not the expected checksum {known[:16]}…; the copy was "
                f"thrown away. Try again; if it stays so, see whether {data_set.record} has changed."
            ) from error
        except OSError as error:
            raise StoreError(f"{path} cannot be written: {error.strerror or error}") from error
    digest = _sha256(path)
    if not data_set.sha256 and not noted.exists():
        noted.write_text(digest + "\n", encoding="utf-8")
    return Fetched(data_set, path, digest, path.stat().st_size, not present, download.resumed_from, against)


def cache_folder() -> Path:
    """Return the folder in which fetched data sets are kept.

    Raises:
        MissingExtraError: pooch is not installed.
    """
    given = os.environ.get(CACHE_VARIABLE)
    return Path(given) if given else Path(_pooch().os_cache("stargauge"))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _pooch() -> Any:
    try:
        pooch = importlib.import_module("pooch")
    except ImportError as error:
        raise MissingExtraError(
            "fetching data needs pooch, which is not installed: pip install 'stargauge[data]'"
        ) from error
    # What pooch logs is said by the command itself.
    pooch.get_logger().setLevel("WARNING")
    return pooch
