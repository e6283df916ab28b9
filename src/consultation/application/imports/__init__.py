"""Bringing whole debates in: archives of this service, and records of other platforms."""

from consultation.application.imports.archives import import_archive
from consultation.application.imports.ports import (
    ArchiveLine,
    BulkStore,
    Imported,
    UnfitArchiveError,
)
from consultation.application.imports.records import ImportPlan, import_records

__all__ = [
    "ArchiveLine",
    "BulkStore",
    "ImportPlan",
    "Imported",
    "UnfitArchiveError",
    "import_archive",
    "import_records",
]
