from pathlib import Path

import pytest

from churnlab.churn.feature_dictionary import dictionary, file_name
from churnlab.churn.features import FEATURES
from churnlab.i18n import LANGUAGES, has, text

DOCS = Path(__file__).parents[2] / "docs"
PARTS = ("label", "label_missing", "definition", "reason_high", "reason_low", "reason_missing")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_up_to_date(lang):
    page = (DOCS / file_name(lang)).read_text(encoding="utf-8")
    assert page == dictionary(lang), "write it anew as churnlab/churn/feature_dictionary.py says"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_every_feature_can_be_said(feature, lang):
    value = "piano" if feature.unit == "code" else 0.5 if feature.unit in ("rate", "score", "rate_a_week") else 3.0
    names = [feature.name, feature.stem] if feature.named_by_window else [feature.name]
    for name in names:
        said = [text(f"feature.{name}.{part}", lang, value=value, days=14) for part in PARTS]
        assert all(said)
        assert not has(f"feature.{name}.reason_past") or text(f"feature.{name}.reason_past", lang, value=value)


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
