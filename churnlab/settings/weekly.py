"""What does the weekly meeting compare a week with, and how long are its lists?"""

from pydantic import Field

from churnlab.settings.kinds import Section


class Weekly(Section):
    """The weekly meeting."""

    usual_weeks: int = Field(12, ge=4, le=52)
    listed: int = Field(10, ge=1, le=10)
