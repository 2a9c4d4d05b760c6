"""churnlab: who left, who will, why, and what worked against it."""

from churnlab.errors import ChurnlabError
from churnlab.finding import Design, Finding
from churnlab.i18n import use
from churnlab.settings import Settings
from churnlab.tables.store import open_data as open

__all__ = ["ChurnlabError", "Design", "Finding", "Settings", "open", "use"]
