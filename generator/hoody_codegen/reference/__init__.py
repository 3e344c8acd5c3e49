"""The documentation importer: pages → blocks → sections → operations → OpenAPI documents."""

from .importer import RULES_FILE, Import, import_reference, render_files, run_import
from .report import ImportReport

__all__ = [
    "RULES_FILE",
    "Import",
    "ImportReport",
    "import_reference",
    "render_files",
    "run_import",
]
