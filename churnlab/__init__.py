"""churnlab: who left, who will, why, and what worked against it."""

from churnlab.errors import ChurnlabError
from churnlab.finding import Design, Finding
from churnlab.language import use
from churnlab.settings import Settings
from churnlab.tables.asking import attempt
from churnlab.tables.months import open_month
from churnlab.tables.store import open_data as open
from churnlab.tables.store import store_facts
from churnlab.tables.weeks import open_week

__all__ = [
    "ChurnlabError",
    "Design",
    "Finding",
    "Settings",
    "attempt",
    "open",
    "open_month",
    "open_week",
    "store_facts",
    "use",
]
