"""Pages as files: templates filled in, and written so that a crash leaves the old file or the new one."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from stargauge.errors import StoreError
from stargauge.report import wording
from stargauge.report.numbers import day_long, decimal, month_long

TEMPLATES = Path(__file__).parent / "templates"


def filled(template: str, context: Mapping[str, Any]) -> str:
    """Return a template as HTML with the house's style; the same context gives the same text."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(day=day_long, month=month_long, decimal=decimal)
    style = Markup((TEMPLATES / "style.css").read_text(encoding="utf-8"))
    page = environment.get_template(template).render(
        {"style": style, "language": wording.LANGUAGE, **context}
    )
    return page.lstrip()


def write_page(html: str, path: Path) -> None:
    """Write a page so that a crash at any moment leaves the old file or the new one.

    Raises:
        StoreError: The file cannot be written; an older one stands.
    """
    aside = path.with_name(f".{path.name}.tmp")
    try:
        try:
            with aside.open("wb") as file:
                file.write(html.encode())
                file.flush()
                os.fsync(file.fileno())
            os.replace(aside, path)
        except OSError:
            with suppress(OSError):
                aside.unlink()
            raise
    except OSError as error:
        raise StoreError(wording.CANNOT_WRITE.format(path=path, reason=error.strerror or error)) from error
