"""Where do the tables live, and how does nothing get lost?"""

from datetime import date
from pathlib import Path

from churnlab.tables.door import Data


def open_data(store: str | Path, *, as_of: str | date, known_by: str | date | None = None) -> Data:
    """Open the store as of a date."""
    raise NotImplementedError(store, as_of, known_by)
