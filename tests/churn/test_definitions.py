"""Is the method told as the settings have it?"""

import pytest

from churnlab.churn.definitions import definitions, method
from churnlab.i18n import LANGUAGES
from churnlab.settings import Settings

AT_ONCE = {"grace_days": 0, "inactivity_days": "never", "personal_reasons": (), "unit": "enrolment"}


def told(lang, **outcome):
    shown = method(Settings(outcome=outcome)).presented(lang)
    return dict(zip(shown.iloc[:, 0], shown.iloc[:, 1], strict=True))


def test_the_days_and_reasons_are_those_of_the_settings():
    said = told("zh", grace_days=21, inactivity_days=60, personal_reasons=("moved", "army"))
    assert said["流失"].startswith("以下都算流失：合同结束后 21 天内没有续费；退费；")
    assert "连续 60 天没来上课" in said["流失"]
    assert said["不算流失"] == "结课毕业和因个人原因离开（搬家、army）单独列出，不算流失。"
    assert "21 天" in said["离开日"]
    assert "60 天" in said["离开日"]


def test_what_the_settings_leave_out_is_not_told():
    said = told("en", **AT_ONCE)
    assert said["Churn"].startswith("Churn is any of these: a contract that ended without renewal; a refund;")
    assert "Absence alone, however long, is not churn." in said["Churn"]
    assert said["Not churn"] == "Completing a course is shown apart and is not churn."
    assert said["Day of leaving"].endswith("it is known at once, without waiting.")
    assert said["What is counted"].startswith("Enrolments")


def test_without_dormancy_only_the_grace_is_waited_for():
    said = told("en", inactivity_days="never")
    assert "only 30 days after the contract ended" in said["Day of leaving"]
    assert "absence" not in said["Day of leaving"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("unit", ["student", "enrolment", "student-campus"])
@pytest.mark.parametrize("outcome", [{}, AT_ONCE, {"inactivity_days": "never"}, {"grace_days": 0}])
def test_every_setting_can_be_told_in_both_languages(lang, unit, outcome):
    said = told(lang, **{**outcome, "unit": unit})
    assert len(said) == 9
    assert all(said.values())
    assert "—" not in "".join(said.values())


def test_every_threshold_is_listed():
    assert "outcome.grace_days" in definitions(Settings()).table["setting"].tolist()
