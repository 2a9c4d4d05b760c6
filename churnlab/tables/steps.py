"""How far is a load?"""

from collections.abc import Callable

from churnlab.i18n import text
from churnlab.tables.load_report import title
from churnlab.tables.schemas import TABLES

Progress = Callable[[str, int, int], None]


class Steps:
    """Tells what is being done: one step for reading, one for each sheet checked, one for each table stored.

    Parameters
    ----------
    progress : callable, optional
        Called with what is being done, how many steps are done, and of how many.
    """

    def __init__(self, progress: Progress | None) -> None:
        self._progress, self._done, self._of = progress, 0, 1

    def expect(self, more: int) -> None:
        """Count on so many more steps."""
        self._of += more

    def step(self, stage: str, what: str) -> None:
        """Begin the next step; `stage` is its sentence below `tables.stage.`."""
        if self._progress:
            self._progress(text(f"tables.stage.{stage}", what=what), self._done, self._of)
        self._done += 1

    def stored(self, table: str) -> None:
        """Take the store's word that a table is done."""
        if table in TABLES:
            self.step("storing", str(title(table)))
