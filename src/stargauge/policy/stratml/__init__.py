"""StratML (ISO 17469): strategies out to core plans and performance reports, and in again."""

from stargauge.policy.stratml.exporting import ExportAnswer, export_plan
from stargauge.policy.stratml.importing import ImportAnswer, import_plan
from stargauge.policy.stratml.schema import Kind

__all__ = ["ExportAnswer", "ImportAnswer", "Kind", "export_plan", "import_plan"]
