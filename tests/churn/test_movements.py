"""Do those who came and went add up, and who has gone quiet?"""

from datetime import date

import pytest

from churnlab.churn.features import features
from churnlab.churn.movements import movements, quiet, quiet_on
from churnlab.churn.rates import churn_rate
from churnlab.errors import NotEnoughData
from churnlab.settings import Report, Settings
from tests.builders import institution
from tests.churn.random_stays import RULES, random_tables
from tests.churn.stays import by_hours, by_period, left, settings, weekly
from tests.churn.test_outcome_laws import AS_OF


# 2025   Jan       Feb       Mar       Apr
# a      ├─────────────────────┤ 10 March, not renewed
# b      ├────────────────────────────────────────────▶
# c      ├────────┤ 31 Jan   ├ 5 March, back ──────────▶
# d                          ├ 3 March, new ───────────▶
# e                          ├ 3 March, new ─┤ 20 March, moved away
def test_each_movement_of_a_month_is_counted_once():
    data = institution(
        "2025-08-01",
        settings=settings(inactivity_days=None),
        enrolments=[
            by_period("ea", "2025-01-02", "2025-03-10", student="a"),
            by_period("eb", "2025-01-02", "2025-12-31", student="b"),
            by_period("ec", "2025-01-02", "2025-01-31", student="c"),
            by_period("ec2", "2025-03-05", "2025-12-31", student="c"),
            by_period("ed", "2025-03-03", "2025-12-31", student="d"),
            by_period("ee", "2025-03-03", "2025-12-31", student="e"),
        ],
        exits=[left("2025-03-20", "moved", student="e")],
    )
    found = movements(data, "2025-03")
    assert found.table.to_numpy().tolist() == [
        ["start", 2], ["new", 2], ["returned", 1], ["churned", -1], ["personal", -1], ["completed", 0], ["end", 3],
    ]  # fmt: skip
    assert found.sentences == ("grew",)
    assert (found.facts["came"], found.facts["left"], found.facts["change"]) == (3, 2, 1)


def test_who_teaches_without_recording_it_hears_nothing_of_silence():
    data = institution("2025-08-01", settings=settings(), enrolments=[by_period("e1", "2025-01-01", "2025-12-31")])
    with pytest.raises(NotEnoughData) as told:
        quiet(data)
    assert told.value.key == "churn.no_lessons"


def test_a_transferred_student_counts_where_taught_when_the_month_began():
    tables = {
        "enrolments": [by_period("e1", "2025-01-01", "2025-12-31")],
        "lessons": weekly("e1", "2025-01-07", "2025-03-04") + weekly("e1", "2025-03-11", "2025-07-29", campus="West"),
    }
    data = institution("2025-08-01", settings=settings(), **tables)
    at_east = [churn_rate(data, month, "East").table["at_risk"].iloc[0] for month in ("2025-02", "2025-03", "2025-04")]
    assert at_east == [1, 1, 0]
    moved = movements(data, "2025-03", "East").table.set_index("movement")["students"]
    assert moved[["start", "moved", "end"]].tolist() == [1, -1, 0]


def test_students_who_came_and_went_add_up():
    data = institution(AS_OF, settings=RULES, **random_tables(3))
    for month in ("2025-02", "2025-04", "2025-06"):
        table = movements(data, month).table.set_index("movement")["students"]
        assert table.drop("end").sum() == table["end"]
        assert (table[["new", "returned"]] >= 0).all()
    campuses = [
        movements(data, "2025-04", campus).table.set_index("movement")["students"] for campus in ("East", "West")
    ]
    assert campuses[0]["moved"] == -campuses[1]["moved"]


def silent(**last):
    """Four students of two campuses with the day of their last lesson, looked at on 1 April 2025."""
    return {
        "enrolments": [by_hours(f"e{name}", "2025-01-01", 100, student=name) for name in last],
        "lessons": [
            row for name, day in last.items()
            for row in weekly(f"e{name}", "2025-01-07", day, student=name, campus="East" if name < "c" else "West")
        ],
    }  # fmt: skip


# On 1 April: a and c last came on 4 March, 28 days before; b on 18 March, 14 days before; d on 25 March.
def test_the_quiet_are_named_longest_first_with_one_order_of_calling():
    tables = silent(a="2025-03-04", b="2025-03-18", c="2025-03-04", d="2025-03-25")
    found = quiet(institution("2025-04-01", settings=settings(), **tables))
    assert found.table.assign(seen_on=found.table["seen_on"].dt.strftime("%Y-%m-%d")).to_numpy().tolist() == [
        ["a", "East", "2025-03-04", 28], ["c", "West", "2025-03-04", 28], ["b", "East", "2025-03-18", 14],
    ]  # fmt: skip
    assert found.sentence("en") == (
        "As of 1 Apr 2025, 3 students with a running contract had not come for 14 days or more (holidays and "
        "suspensions not counted; the count starts anew after a suspension and at the start of a contract). "
        "By campus: East 2, West 1. Ask each of them whether they are still coming, those not seen for longest first; "
        "whom to call in order to keep them, the call list says."
    )
    assert found.sentence("zh") == (
        "算到2025年4月1日，有 3 名学员在读而已有 14 天或更久没来上课"
        "（节假日与停课不计，停课结束、合同开课起重新计算）。各校区：East 2 名、West 1 名。"
        "请逐个问清还来不来，从没来得最久的问起；挽留电话打给谁，以联系名单为准。"
    )


def test_a_campus_has_its_own_quiet_and_a_long_list_is_cut():
    tables = silent(a="2025-03-04", b="2025-03-18", c="2025-03-04", d="2025-03-25")
    one = settings().model_copy(update={"report": Report(at_risk_students=1)})
    found = quiet(institution("2025-04-01", settings=one, **tables), "East")
    assert found.table["student_id"].tolist() == ["a"]
    assert found.sentences == ("sentence", "longest", "order")
    assert "2 students with a running contract" in found.sentence("en")
    assert "The list names the 1 not seen for longest." in found.sentence("en")
    assert "名单列出没来得最久的 1 名。" in found.sentence("zh")


def test_whom_a_lot_holds_out_of_calls_is_counted_and_not_told_to_be_called():
    tables = silent(a="2025-03-04", b="2025-03-18", c="2025-03-04", d="2025-03-25")
    row = {"student_id": "a", "list_id": "CL20250310", "made_on": "2025-03-10", "arm": "hold_out"}
    held = [row | {"assigned_at_random": True}]
    found = quiet(institution("2025-04-01", settings=settings(), calls=held, **tables))
    assert found.table["student_id"].tolist() == ["c", "b"]
    assert (found.facts["quiet"], found.facts["listed"], found.facts["held_out"]) == (3, 2, 1)
    assert "1 more has stayed away for as long and is not named here" in found.sentence("en")
    assert "另有 1 名同样多日未到课，由抽签决定不联系" in found.sentence("zh")
    only = quiet(institution("2025-04-01", settings=settings(), calls=held, **silent(a="2025-03-04")))
    assert only.sentences == ("sentence", "held_out")  # nobody is left to be called first


def test_where_nobody_is_quiet_nobody_is_to_be_called():
    found = quiet(institution("2025-04-01", settings=settings(), **silent(a="2025-03-25")))
    assert found.sentences == ("none",)
    assert found.sentence("zh").startswith("算到2025年4月1日，没有人在读而已有 14 天或更久没来上课")
    assert found.sentence("en").startswith("As of 1 Apr 2025, nobody with a running contract had stayed away for 14")


def test_days_not_seen_are_those_of_the_at_risk_list():
    tables = silent(a="2025-03-04", b="2025-03-18", c="2025-02-25", d="2025-03-25")
    rules = Settings.model_validate({
        "calendar": {"school_holidays": [{"from_on": "2025-03-20", "to_on": "2025-03-22"}]},
        "outcome": {"silent_days": 11},
    })  # fmt: skip
    data = institution("2025-04-01", settings=rules, **tables)
    listed = quiet(data).table.set_index("student_id")["days_not_seen"]
    since = features(data, dates=[data.as_of]).set_index("unit_id")["days_since_lesson"]
    assert listed.to_dict() == {"c": 32, "a": 25, "b": 11}
    assert since[listed.index].to_dict() == listed.to_dict()


def test_who_was_quiet_at_an_earlier_months_end_is_counted_as_it_was_seen_then():
    data = institution(AS_OF, settings=RULES, **random_tables(3))
    for day in (date(2025, 3, 1), date(2025, 5, 1), date(2025, 7, 1)):
        assert quiet_on(data, day) == quiet(data.before(day)).facts["quiet"]
