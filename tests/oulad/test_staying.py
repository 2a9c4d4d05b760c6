import pandas as pd
import pytest

from churnlab.i18n import LANGUAGES
from churnlab.oulad.staying import staying
from churnlab.settings import Settings
from churnlab.tables.door import Data
from tests.builders import institution

SETTINGS = Settings.model_validate({
    "calendar": {"public_holidays": "none"},
    "outcome": {"unit": "enrolment", "grace_days": 0, "inactivity_days": "never"},
    "retention": {"period_days": 30, "restricted_days": 200},
})  # fmt: skip


# Two modules of 40 students each, begun on 1 October 2013, 240 days long. Of AAA ten leave on day 50, of BBB twenty on
# day 90 and ten more on day 150.
def _data() -> Data:
    start = pd.Timestamp("2013-10-01")
    leaves = {"AAA": [50] * 10, "BBB": [90] * 20 + [150] * 10}
    enrolments, exits = [], []
    for course, days in leaves.items():
        for number in range(40):
            enrolment = {"enrolment_id": f"{course}-{number}", "student_id": f"{course}{number}"}
            enrolments.append(
                enrolment | {
                    "course_id": course, "billing": "by_period", "signed_at": "2013-09-01", "starts_on": start,
                    "ends_on": start + pd.Timedelta(days=240),
                }
            )  # fmt: skip
            if number < len(days):
                left_on = start + pd.Timedelta(days=days[number])
                exits.append(enrolment | {"left_on": left_on, "reason_code": "withdrawn"})
    courses = [{"course_id": course, "name": course, "terminal": True} for course in leaves]
    return institution("2015-12-01", settings=SETTINGS, courses=courses, enrolments=enrolments, exits=exits)


def test_shares_still_enrolled_are_as_by_hand() -> None:
    shares, compared = staying(_data())
    table = shares.table.set_index("course")
    assert table["students"].to_dict() == {"AAA": 40, "BBB": 40}
    names = [f"day_{day}_share" for day in (28, 84, 140)]
    assert table.loc["AAA", names].tolist() == pytest.approx([40 / 40, 30 / 40, 30 / 40])
    assert table.loc["BBB", names].tolist() == pytest.approx([40 / 40, 40 / 40, 20 / 40])
    means = compared.table.set_index("course")["restricted_mean_days"]
    assert means["AAA"] > means["BBB"]
    assert compared.caveats[-1] == "oulad_median"


def test_all_presentations_count_however_long_ago() -> None:
    # The settings look back on 30 days only, in which nobody was there.
    assert all(finding.key != "missing" for finding in staying(_data()))


def test_the_settings_of_the_data_stay_as_they_are() -> None:
    data = _data()
    staying(data)
    assert data.settings.retention.period_days == 30


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_is_said_in_both_languages(lang: str) -> None:
    shares, compared = staying(_data())
    assert (
        list(shares.presented(lang).columns)[2:]
        == {
            "zh": ["第 28 天", "第 84 天", "第 140 天", "第 196 天", "第 224 天"],
            "en": ["Day 28", "Day 84", "Day 140", "Day 196", "Day 224"],
        }[lang]
    )
    assert shares.sentence(lang)
    assert len(shares.warnings(lang)) == 1
    assert compared.warnings(lang)
