"""What do a KPI's numbers mean, and how are they written?"""

import pytest

from churnlab.kirkpatrick.metrics import change_written, low_is_good, measured, named, written
from churnlab.settings import Kpis, Settings

OURS = Settings(kpis=Kpis(low_is_good=("投诉量",), shares=("满意度",), money=("人效", "growth_rate")))


@pytest.mark.parametrize(
    ("metric", "kind"),
    [
        ("conversion_rate", "share"), ("转化率", "share"), ("满意度", "share"), ("order_value_cny", "money"),
        ("销售额", "money"), ("人效", "money"), ("growth_rate", "money"), ("reply_hours", "plain"),
    ],
)  # fmt: skip
def test_a_name_or_the_settings_say_what_its_numbers_are(metric, kind):
    assert measured(metric, OURS) == kind


def test_less_is_better_where_the_settings_say_so():
    assert low_is_good("投诉量", OURS)
    assert not low_is_good("销售额", OURS)
    assert low_is_good("reply_hours", Settings())


def test_values_are_written_in_their_unit():
    assert written(0.312, "转化率", OURS).say("en") == "31.2%"
    assert written(9000.4, "销售额", OURS).say("zh") == "¥9,000"
    assert written(27.26, "reply_hours", OURS).say("en") == "27.3"
    assert written(float("nan"), "转化率", OURS) is None
    assert written(None, "转化率", OURS) is None


def test_changes_are_written_with_their_interval():
    assert change_written(0.08, 0.021, 0.139, "转化率", OURS).say("en") == "+8.0 points (+2.1 to +13.9)"
    assert change_written(0.08, 0.021, 0.139, "转化率", OURS).say("zh") == "+8.0 个百分点（+2.1 至 +13.9）"
    assert change_written(-1200.0, -2000.0, -400.0, "销售额", OURS).say("en") == "−¥1,200 (−¥2,000 to −¥400)"
    assert change_written(-8.0, float("nan"), 1.0, "reply_hours", OURS).say("en") == "−8.0"
    assert change_written(float("nan"), 0, 1, "reply_hours", OURS) is None


def test_a_kpi_is_called_by_our_word_or_its_own():
    assert str(named("投诉量")) == "投诉量"
    assert named("reply_24h_rate").say("en") == "Answered within 24 h"
