import re
from pathlib import Path

import pytest

from churnlab.churn.declarations import CORE
from churnlab.churn.feature_dictionary import dictionary, file_name
from churnlab.churn.features import FEATURES
from churnlab.churn.shapes import can_be_reason
from churnlab.i18n import LANGUAGES, has, text

DOCS = Path(__file__).parents[2] / "docs"
PARTS = ("label", "label_missing", "definition")
REASONS = ("reason_high", "reason_low", "reason_missing")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_up_to_date(lang):
    page = (DOCS / file_name(lang)).read_text(encoding="utf-8")
    assert page == dictionary(lang), "write it anew as churnlab/churn/feature_dictionary.py says"


@pytest.mark.parametrize("page", ["features.{}.md", "guide.{}.md"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_is_said_how_many_features_there_are_and_how_many_are_always_used(page, lang):
    lines = (DOCS / page.format(lang)).read_text(encoding="utf-8").splitlines()
    assert any({str(len(FEATURES)), str(CORE)} <= set(re.findall(r"\d+", line)) for line in lines)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_every_feature_can_be_said(feature, lang):
    value = "piano" if feature.unit == "code" else 0.5 if feature.unit in ("rate", "score", "rate_a_week") else 3.0
    # A name with the usual window may have words of its own; those of any window are told with its days.
    own = feature.name if has(f"feature.{feature.name}.label") else feature.stem
    for name in {own, feature.stem} if feature.named_by_window else {own}:
        parts = (*PARTS, *REASONS) if can_be_reason(feature.name) else PARTS
        assert all(text(f"feature.{name}.{part}", lang, value=value, days=14) for part in parts)
        assert not has(f"feature.{name}.reason_past") or text(f"feature.{name}.reason_past", lang, value=value)
    assert text(f"feature.{feature.stem}.why", lang)


@pytest.mark.parametrize(("lang", "empty"), [("zh", "空"), ("en", "mpty")])
def test_every_definition_says_when_the_feature_is_empty(lang, empty):
    silent = [f.stem for f in FEATURES if empty not in text(f"feature.{f.stem}.definition", lang, days=14)]
    assert not silent


def test_what_nobody_can_talk_about_is_no_reason_and_has_no_words_for_one():
    silent = {feature.stem for feature in FEATURES if not can_be_reason(feature.name)}
    assert silent == {
        "courses_at_once", "free_hours_share", "teacher_left_share", "referrals_given", "age_band", "channel",
    }  # fmt: skip
    assert not any(has(f"feature.{stem}.{part}") for stem in silent for part in REASONS)


def test_reasons_read_as_sentences():
    assert text("feature.attendance_rate_28d.reason_low", "zh", value=3 / 8) == "近四周到课率只有 37.5%"
    assert text("feature.attendance_rate_28d.reason_low", "en", value=3 / 8) == (
        "came to only 37.5% of lessons in the last four weeks"
    )
    assert text("feature.attendance_rate.reason_low", "en", value=3 / 8, days=14) == (
        "came to only 37.5% of lessons in the last 14 days"
    )
    assert text("feature.missed_in_a_row.reason_high", "en", value=1.0) == "missed the last 1 lesson"
    past = text("feature.days_to_contract_end.reason_past", "zh", value=9.0)
    assert past == "最近一份合同结束（到期、用完或退费）已 9 天，尚未续费"
    behind = text("feature.hours_behind_rate.reason_high", "zh", value=0.125)
    assert behind == "课时用得慢，比合同时间落后 12.5%"
    assert text("feature.save_calls.reason_high", "en", value=1.0, days=84) == "had 1 save call in the last 84 days"
