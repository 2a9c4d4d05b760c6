"""Within how many days does a step of a sale, or a first contract, count for who brought it about?"""

from pydantic import Field

from churnlab.settings.kinds import Section


class StaffOutcomes(Section):
    """How what people of the staff brought about is counted in the tables of leads, contracts and complaints."""

    step_days: int = Field(30, ge=1, le=365)
    first_visit_days: int = Field(7, ge=0, le=90)
    sign_days: int = Field(90, ge=7, le=730)
    fewest_complaints: int = Field(30, ge=5)
