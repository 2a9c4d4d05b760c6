"""Of how many teachers must students tell before it is said whether a training kept them?"""

from pydantic import Field

from churnlab.settings.kinds import Section


class Loop(Section):
    """How the students of trained teachers are followed, and when a ratio of theirs is a verdict."""

    fewest_teachers: int = Field(30, ge=4, le=1000)
    new_days: int = Field(91, ge=0, le=3660)
    look_back_months: int = Field(3, ge=1, le=24)
