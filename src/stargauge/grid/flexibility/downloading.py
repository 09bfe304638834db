"""Downloads one file so that an interrupted download goes on where it stopped."""

from __future__ import annotations

import http.client
import json
import os
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from stargauge.errors import StargaugeError

CHUNK = 1 << 20
TIMEOUT_SECONDS = 30.0
PARTIAL, RANGE_NOT_SATISFIABLE = 206, 416
BYTES_PER_MB = 1e6

Progress = Callable[[int, int | None], None]


class FetchError(StargaugeError):
    """A data set could not be fetched: no connection, no such file, a broken copy. What to do is said."""


@dataclass
class ResumingDownload:
    """Downloads a file beside where it will stand, and keeps what has arrived if the connection breaks off.

    Attributes:
        part: File that holds what has arrived so far.
        progress: Told the bytes so far and in all.
        resumed_from: Bytes that were there already when the last call began.
    """

    part: Path
    progress: Progress | None = None
    resumed_from: int = 0

    @property
    def _tag_file(self) -> Path:
        return self.part.with_name(self.part.name + ".tag")

    def __call__(self, url: str, output_file: str, pooch: Any = None) -> None:
        """Download an address to a file, the way a downloader of pooch does.

        Raises:
            FetchError: It could not be downloaded whole; what has arrived is kept in `part`.
        """
        try:
            self._download(url)
        except urllib.error.HTTPError as error:
            raise FetchError(f"{url} answers {error.code} {error.reason}") from error
        except (urllib.error.URLError, TimeoutError, ConnectionError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", None) or str(error) or type(error).__name__
            host = urlsplit(url).hostname or url
            raise FetchError(f"no answer from {host} ({reason}){self._kept()}") from error
        os.replace(self.part, output_file)
        self._tag_file.unlink(missing_ok=True)

    def _download(self, url: str) -> None:
        request = urllib.request.Request(url, headers={"User-Agent": "stargauge"})
        have = self.part.stat().st_size if self.part.exists() else 0
        tag = self._tag()
        if have and tag:
            request.add_header("Range", f"bytes={have}-")
            request.add_header("If-Range", tag)
        try:
            answer = urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS)
        except urllib.error.HTTPError as error:
            if error.code != RANGE_NOT_SATISFIABLE:
                raise
            self.part.unlink()
            return self._download(url)
        with answer:
            going_on = getattr(answer, "status", None) == PARTIAL
            self.resumed_from = have if going_on else 0
            self._write_tag(answer.headers)
            length = answer.headers.get("Content-Length")
            total = self.resumed_from + int(length) if length is not None else None
            done = self.resumed_from
            with self.part.open("ab" if going_on else "wb") as file:
                while chunk := answer.read(CHUNK):
                    file.write(chunk)
                    done += len(chunk)
                    if self.progress:
                        self.progress(done, total)
        if total is not None and done < total:
            raise FetchError(f"the connection broke off after {_mb(done)} of {_mb(total)}{self._kept()}")
        return None

    def _tag(self) -> str:
        if not self._tag_file.exists():
            return ""
        return str(json.loads(self._tag_file.read_text(encoding="utf-8"))["tag"])

    def _write_tag(self, headers: Any) -> None:
        """Keep what names this edition of the file, so that two editions are never joined."""
        tag = headers.get("ETag") or headers.get("Last-Modified") or ""
        if tag.startswith("W/"):
            tag = ""
        self._tag_file.write_text(json.dumps({"tag": tag}), encoding="utf-8")

    def _kept(self) -> str:
        if not self.part.exists() or not self.part.stat().st_size:
            return ""
        return f"; {_mb(self.part.stat().st_size)} are kept, the same command goes on from there"


def _mb(size: int) -> str:
    return f"{size / BYTES_PER_MB:.1f} MB"
