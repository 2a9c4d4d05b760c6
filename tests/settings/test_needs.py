"""Are senseless thresholds of needs and delivery refused?"""

import pytest
from pydantic import ValidationError

from churnlab.settings import Settings
from churnlab.settings.needs import Needs


@pytest.mark.parametrize(
    "told",
    [
        {"tenure_years": []}, {"tenure_years": [0]}, {"power": 1}, {"power": 0.4}, {"mastered_share": 75},
        {"gaps_listed": 0}, {"on_time_minutes": -1}, {"new_module_share": True}, {"months": 3},
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(told: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Needs.model_validate(told)


def test_power_lies_above_the_chance_of_a_false_finding_by_default() -> None:
    settings = Settings()
    assert settings.needs.power > 1 - settings.uncertainty.level
    assert list(settings.needs.tenure_years) == sorted(settings.needs.tenure_years)
