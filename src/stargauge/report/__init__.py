"""Report: what a run answers, as one HTML file and as a screen of the terminal."""

from __future__ import annotations

from stargauge.report.page import report_html, write_report

__all__ = ["report_html", "write_report"]
