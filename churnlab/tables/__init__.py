"""From files as institutions hand them in to what had happened by a date."""

from churnlab.tables.doubts import doubts
from churnlab.tables.health import data_health, late_campuses, set_aside

__all__ = ["data_health", "doubts", "late_campuses", "set_aside"]
