"""The built page: read into memory once, so that no path of a request ever reaches the disk."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from stargauge.web.problems import ProblemError

FOLDER = Path(__file__).parent / "assets"
INDEX = "index.html"
LASTING = "assets/"
"""Files below it have a digest of their content in their names and never change."""

YEAR_SECONDS = 31_536_000
LEAST_PACKED = 1024
"""Files below this many bytes are sent as they are."""

# What a page is made of; other files are not served. The system's own tables may say otherwise.
_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".html": "text/html",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
    ".ico": "image/x-icon",
    ".png": "image/png",
}
_TEXT = ("text/", "application/json", "application/manifest+json", "image/svg+xml")


@dataclass(frozen=True)
class Content:
    """Bytes that are served, plain and packed, with their tag."""

    plain: bytes
    packed: bytes | None
    media_type: str
    tag: str
    lasting: bool = False

    @classmethod
    def of(cls, plain: bytes, media_type: str, *, lasting: bool = False) -> Content:
        """Return a content, packed where that helps."""
        text = media_type.startswith(_TEXT)
        packed = gzip.compress(plain, mtime=0) if text and len(plain) >= LEAST_PACKED else None
        full = f"{media_type}; charset=utf-8" if text else media_type
        return cls(plain, packed, full, f'"{sha256(plain).hexdigest()[:32]}"', lasting)

    def response(self, request: Request) -> Response:
        """Return the answer to a request: the content, packed if it may be, or that it is unchanged."""
        caching = f"public, max-age={YEAR_SECONDS}, immutable" if self.lasting else "no-cache"
        headers = {"ETag": self.tag, "Cache-Control": caching, "Vary": "Accept-Encoding"}
        if self.tag in [tag.strip() for tag in request.headers.get("if-none-match", "").split(",")]:
            return Response(status_code=304, headers=headers)
        accepted = [
            part.split(";")[0].strip() for part in request.headers.get("accept-encoding", "").split(",")
        ]
        if self.packed is not None and "gzip" in accepted:
            return Response(
                self.packed, headers={**headers, "Content-Encoding": "gzip"}, media_type=self.media_type
            )
        return Response(self.plain, headers=headers, media_type=self.media_type)


class Assets:
    """The files of the page by their path."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Read the files of a folder that pages are made of; none where it is not there."""
        self._files = {
            path.relative_to(folder).as_posix(): _content(path, path.relative_to(folder).as_posix())
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not path.is_symlink() and path.suffix in _TYPES and path.name[0] != "."
        }

    @property
    def built(self) -> bool:
        """Whether the page is there."""
        return INDEX in self._files

    def response(self, path: str, request: Request) -> Response:
        """Return a file of the page.

        Raises:
            ProblemError: There is none at the path, or no page at all.
        """
        content = self._files.get(path or INDEX)
        if content is not None:
            return content.response(request)
        if not path:
            detail = (
                "This copy holds no built page: scripts/build-page makes it. The API is at /api/openapi.json."
            )
            raise ProblemError(404, "not_found", "The page is not built", detail)
        raise ProblemError(
            404, "not_found", "There is nothing here", "The page is at /, the API at /api/openapi.json."
        )


def _content(path: Path, name: str) -> Content:
    return Content.of(path.read_bytes(), _TYPES[path.suffix], lasting=name.startswith(LASTING))
