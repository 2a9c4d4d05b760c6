"""At which times are the ways of leaving, and those still here, told?"""

from typing import Annotated

from pydantic import AfterValidator, Field

from churnlab.settings.kinds import Section, Share, not_empty

LaterDays = Annotated[int, Field(ge=1, le=3660)]
SomeDays = Annotated[tuple[LaterDays, ...], AfterValidator(not_empty)]


class Competing(Section):
    """How ends that compete are told, and what becomes of those here now."""

    told_days: SomeDays = (90, 180, 365)
    tenure_days: SomeDays = (90, 180, 365, 730)
    ahead_days: SomeDays = (90, 180, 365)
    least_told_share: Share = 0.5
    least_all_share: Share = 0.9
