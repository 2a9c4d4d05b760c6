import numpy as np
import pandas as pd
import pytest

from churnlab.churn.competing.conditional import EVERYBODY, OLD, _known, _Old, _said, chances, conditional_retention
from churnlab.churn.stays import stays, watched
from churnlab.errors import NotEnoughData
from churnlab.settings import Competing, Retention
from churnlab.stats.survival import kaplan_meier
from churnlab.wording import Said
from tests.builders import institution
from tests.churn.competing.institutions import SMALL, four, many
from tests.churn.stays import by_period, left

SHORT, LONG = Said("competing.tenure.between", {"low": 0, "high": 19}), Said("competing.tenure.longer", {"low": 20})


def rows(cause, exit_, **more):
    n = len(cause)
    return pd.DataFrame({"entry": -1, "exit": exit_, "cause": cause, "cluster": range(n)} | more)


def test_two_who_are_here_worked_by_hand():
    # day      0    10    15   20    25    30    40
    # a        ─────x                                  churned on day 10
    # b        ────────────────x                       moved away on day 20
    # c        ───────────────────────────x            churned on day 30
    # d        ──────────o                             here now, for 15 days
    # e        ─────────────────────o                  here now, for 25 days
    # f        ──────────────────────────────────o     here now, for 40 days
    # at risk: day 20 b c e f, day 30 c f
    told = rows([1, 3, 1, 0, 0, 0], [10, 20, 30, 15, 25, 40])
    found = chances(told, SMALL)
    assert found["tenure"].tolist() == [EVERYBODY, EVERYBODY, SHORT, SHORT, LONG, LONG]
    assert found["students_now"].tolist() == [3, 3, 1, 1, 2, 2]
    short = found[found["tenure"] == SHORT].set_index("days_ahead")
    assert short.loc[10, ["still_here_share", "churned_share"]].tolist() == pytest.approx([3 / 4, 0])
    # f stood alone from day 31 on: for d twenty days ahead end on day 35, for e ten days ahead too
    assert short.loc[20].isna()["still_here_share"]
    one_at_risk = chances(told, SMALL.model_copy(update={"retention": Retention(min_at_risk=1)}))
    long = one_at_risk[one_at_risk["tenure"] == LONG].set_index("days_ahead")
    # of e and f only e has somebody before her: half of the group, which is enough
    assert long.loc[10, ["still_here_share", "churned_share"]].tolist() == pytest.approx([1 / 2, 1 / 2])
    assert long.loc[10, "told_now"] == 1
    everybody = one_at_risk[one_at_risk["tenure"] == EVERYBODY].set_index("days_ahead")
    assert everybody.loc[10, "still_here_share"] == pytest.approx((3 / 4 + 1 / 2) / 2)


def test_of_one_tenure_it_is_the_ratio_of_the_curve():
    data = many()
    told = stays(data, period_days=365)
    told = told[(told["cause"] != 0) | (told["exit"] == told.loc[told["cause"] == 0, "exit"].iloc[0])]
    tenure = int(told.loc[told["cause"] == 0, "exit"].iloc[0])
    found = chances(told, data.settings)
    curve = kaplan_meier(watched(told))
    row = found[(found["tenure"] == EVERYBODY) & (found["days_ahead"] == 30)].iloc[0]
    assert row["still_here_share"] == pytest.approx(curve.value[tenure + 30] / curve.value[tenure])


def test_longer_ahead_fewer_are_here_and_more_have_churned():
    found = conditional_retention(many()).table.dropna()
    for _, part in found.groupby(found["tenure"].map(str)):
        assert part["still_here_share"].is_monotonic_decreasing
        assert part["churned_share"].is_monotonic_increasing
    assert (found["still_here_share"] + found["churned_share"] <= 1 + 1e-12).all()
    assert found["still_here_share"].between(found["still_here_share_low"], found["still_here_share_high"]).all()


def test_it_says_of_whom_and_what_it_supposes():
    found = conditional_retention(many())
    assert found.sentence("en").startswith("15 students were here on 29 Jan 2026. Of ")
    assert f"Of {found.facts['told']} of them it can be told" in found.sentence("en")
    assert found.sentence("zh").startswith("2026年1月29日在读 15 名学员，其中 ")
    assert found.warnings("en")[0].startswith(
        "It supposes that at each length of stay students go on to leave as they did"
    )
    shown = found.presented("zh")
    assert shown.iloc[0, 0] == "全部在读"
    assert "已读 90 天以上" in set(shown.iloc[:, 0])


def test_where_too_few_went_before_there_is_no_figure():
    found = conditional_retention(many(competing=Competing(tenure_days=(30,), ahead_days=(30, 300))))
    assert found.table.loc[found.table["days_ahead"] == 300, "still_here_share"].isna().all()
    assert "tenure_not_told" in found.caveats
    with pytest.raises(NotEnoughData) as refused:
        conditional_retention(many(competing=Competing(ahead_days=(3000,))))
    assert refused.value.message("en").startswith("No group of students here now has enough who went before")
    assert "没有一组在读的学员" in refused.value.message("zh")


def test_of_hardly_anybody_nothing_is_foretold():
    data = four()
    one = data.settings.model_copy(
        update={"uncertainty": data.settings.uncertainty.model_copy(update={"min_group": 5})}
    )
    with pytest.raises(NotEnoughData) as refused:
        conditional_retention(type(data)(**(vars(data) | {"settings": one})))
    assert refused.value.message("en") == "Only 1 students are here; at least 5 are needed."


# f was here on 1 January 2025, when the records begin, and registered years before; so were g and h. The last 30 days
# known are 14 January to 12 February 2026. In them g leaves, before them h did; a came on 10 January.
#
#             1 Jan 2025 ........ 13 Jan 2026 ......... 30 Jan ....... 12 Feb (last day that is known)
#     e f   ──|─────────────────────|──────────────────────────────────o
#     g     ──|─────────────────────|────────────────────x
#     h     ──|──────────x
#     a                       ──────────────────────────────────────o
def test_who_was_here_before_the_records_is_a_group_of_her_own_and_one_of_all():
    ends = {"e": "2026-12-31", "f": "2026-12-31", "g": "2026-01-30", "h": "2025-06-30"}
    contracts = [by_period(name, "2025-01-01", until, student=name) for name, until in ends.items()]
    contracts += [by_period("a", "2026-01-10", "2026-12-31", student="a")]
    known = [{"student_id": name, "registered_on": "2020-01-01", "channel": "street"} for name in ends]
    known += [{"student_id": "a", "registered_on": "2026-01-10", "channel": "street"}]
    rules = SMALL.model_copy(update={"retention": Retention(min_at_risk=2, period_days=30)})
    found = conditional_retention(institution("2026-03-15", settings=rules, enrolments=contracts, students=known))
    assert found.facts["n"] == 3
    assert found.facts["old"] == 2
    assert "now_here_before" in found.caveats
    old = found.table[found.table["tenure"] == OLD].set_index("days_ahead")
    assert old["students_now"].tolist() == [2, 2]
    # Two of three stayed for 30 days: for 10 of them the third root.
    assert old.loc[10, ["still_here_share", "churned_share"]].tolist() == pytest.approx(
        [(2 / 3) ** (1 / 3), 1 - (2 / 3) ** (1 / 3)]
    )
    everybody = found.table[found.table["tenure"] == EVERYBODY].set_index("days_ahead")
    assert everybody.loc[20, "students_now"] == found.facts["told"] == 3  # nobody went before a: she counts as they do
    assert everybody.loc[20, "still_here_share"] == pytest.approx((2 / 3) ** (2 / 3))


def test_of_less_than_most_of_them_nothing_is_said_of_all():
    found = conditional_retention(many(competing=Competing(tenure_days=(30,), ahead_days=(60,), least_all_share=0.99)))
    assert found.table.loc[found.table["tenure"] == EVERYBODY, "still_here_share"].isna().all()
    assert found.sentences[0] == "some"


def test_the_range_foretold_is_of_these_students_and_wider_than_that_of_their_average():
    found = conditional_retention(many())
    told = found.table[(found.table["tenure"] == EVERYBODY) & (found.table["days_ahead"] == found.facts["days"])].iloc[
        0
    ]
    assert found.facts["low"] < told["still_here_share_low"]
    assert found.facts["high"] > told["still_here_share_high"]


def test_of_three_groups_two_must_differ_after_correction_for_three_pairs():
    # Half a width of .12: the p of two such groups is near .03, of three pairs near .09.
    table = pd.DataFrame({"days_ahead": 10, "still_here_share": [0.5, 0.6, 0.7]})
    table = table.assign(tenure=[SHORT, Said("competing.tenure.between", {"low": 20, "high": 29}), LONG])
    low, high = table["still_here_share"] - 0.125, table["still_here_share"] + 0.115
    table = table.assign(still_here_share_low=low, still_here_share_high=high)
    assert _said(table.iloc[[0, 2]], {}, 0.05)[0] == ("some", "apart")
    assert _said(table, {}, 0.05)[0] == ("some",)


def test_groups_are_named_only_if_they_are_told_apart():
    def said(low, high):
        table = pd.DataFrame({"tenure": [SHORT, LONG], "days_ahead": 10, "still_here_share": [0.5, 0.8]})
        spread = {"still_here_share_low": [0.5 - low, 0.8 - low], "still_here_share_high": [0.5 + high, 0.8 + high]}
        return _said(table.assign(**spread), {}, 0.05)[0]

    assert said(0.05, 0.05) == ("some", "apart")
    assert said(0.19, 0.19) == ("some",)


def test_who_has_been_here_for_just_the_bound_is_among_the_longer():
    found = chances(rows([0, 0, 0], [19, 20, 21]), SMALL)
    assert found.groupby(found["tenure"].map(str), sort=False)["students_now"].first().tolist() == [3, 1, 2]


def test_those_before_the_records_are_told_of_for_as_long_as_enough_were_watched():
    nobody = watched(rows([0], [1]))

    def rate(at_risk, days):
        old = _Old(now=5, at_risk=at_risk, left=1, churned=1, watched_days=30)
        known = _known(nobody, np.full(5, -1), old, days, SMALL)  # at least 2 at risk
        assert known.at_rate.all() == (known.rate is not None)
        return known.rate and known.rate[0].value

    assert rate(2, 30) == pytest.approx(1 / 2)
    assert rate(2, 31) is None
    assert rate(1, 30) is None


def test_who_finished_has_left_but_not_churned_also_of_those_before_the_records():
    # as above, but g moves away on 30 January; i left on 13 January, the last day before the 30 are watched: with her
    # three of four would have stayed
    ends = {"e": "2026-12-31", "f": "2026-12-31", "g": "2026-01-30", "i": "2026-01-13"}
    contracts = [by_period(name, "2025-01-01", until, student=name) for name, until in ends.items()]
    known = [{"student_id": name, "registered_on": "2020-01-01", "channel": "street"} for name in ends]
    rules = SMALL.model_copy(update={"retention": Retention(min_at_risk=2, period_days=30)})
    moved = [left("2026-01-30", "moved", student="g")]
    data = institution("2026-03-15", settings=rules, enrolments=contracts, students=known, exits=moved)
    told = conditional_retention(data).table
    old = told[told["tenure"] == OLD].set_index("days_ahead").loc[10]
    assert old["still_here_share"] == pytest.approx((2 / 3) ** (1 / 3))
    assert old["churned_share"] == 0


# The records begin on 1 January 2025; e, f and g were here before, c and d come on 1 December. The last 60 days known
# are 15 December to 12 February 2026: in them g leaves. At risk of those who came: both on each day from 14 to 73.
#
#             1 Jan 2025 ........ 1 Dec ..... 14 Dec .............. 30 Jan ..... 12 Feb (last day that is known)
#     e f   ──|─────────────────────────────────|───────────────────────────────────o
#     g     ──|─────────────────────────────────|─────────────────────x
#     c d                          ─────────────|───────────────────────────────────o    here for 73 days
#     a                                             ────────────────────────────────o    from 8 January: 35 days
#     b                                                                        ─────o    from 5 February: 7 days
def who_came_late(**changed):
    until = {"e": "2026-12-31", "f": "2026-12-31", "g": "2026-01-30"}
    came = {"c": "2025-12-01", "d": "2025-12-01", "a": "2026-01-08", "b": "2026-02-05"}
    contracts = [by_period(name, "2025-01-01", ends, student=name) for name, ends in until.items()]
    contracts += [by_period(name, day, "2026-12-31", student=name) for name, day in came.items()]
    known = [{"student_id": name, "registered_on": "2020-01-01", "channel": "street"} for name in until]
    known += [{"student_id": name, "registered_on": day, "channel": "street"} for name, day in came.items()]
    competing = Competing(**{"tenure_days": (50,), "ahead_days": (30, 60), "least_all_share": 0.1} | changed)
    rules = SMALL.model_copy(update={"retention": Retention(min_at_risk=2, period_days=60), "competing": competing})
    return institution("2026-03-15", settings=rules, enrolments=contracts, students=known)


def test_who_is_told_of_at_the_rate_of_those_of_old_is_so_in_her_row_too():
    found = conditional_retention(who_came_late())
    table = found.table.assign(group=found.table["tenure"].map(lambda tenure: tenure.key.rsplit(".", 1)[-1]))
    by_group = table.set_index(["group", "days_ahead"])
    two_of_three = (2 / 3) ** (30 / 60)
    # a goes as c and d did, of whom nobody left; c and d, before whom nobody was here so long, as e, f and g do; of b
    # nothing is told, as few were seen on her next days
    told = by_group.xs(30, level="days_ahead")
    assert told["still_here_share"].to_dict() == pytest.approx(
        {"all": (1 + 4 * two_of_three) / 5, "between": 1, "longer": two_of_three, "before": two_of_three}
    )
    assert told["told_now"].to_dict() == {"all": 5, "between": 1, "longer": 2, "before": 2}
    assert told["at_rate_now"].to_dict() == {"all": 4, "between": 0, "longer": 2, "before": 2}
    assert told["students_now"].to_dict() == {"all": 6, "between": 2, "longer": 2, "before": 2}


def test_of_whom_her_row_tells_nothing_the_row_of_all_tells_nothing():
    # of a and b, here for less than 50 days, only a is told of: half of them, too few where it must be .6
    for least, told in ((0.4, [5, 1, 2, 2]), (0.6, [4, 0, 2, 2])):
        table = conditional_retention(who_came_late(least_told_share=least)).table
        assert table.loc[table["days_ahead"] == 30, "told_now"].tolist() == told


def of_many(**changed):
    return many(competing=Competing(tenure_days=(30, 90), ahead_days=(30, 60), least_all_share=0.01, **changed))


@pytest.mark.parametrize("least", [0.01, 0.5, 0.8])
@pytest.mark.parametrize("made", [who_came_late, of_many])
def test_all_together_are_the_weighted_mean_of_the_rows_that_are_told(made, least):
    table = conditional_retention(made(least_told_share=least)).table
    for _, part in table.groupby("days_ahead"):
        everybody, groups = part.iloc[0], part.iloc[1:]
        told = groups.dropna(subset=["still_here_share"])
        assert everybody["tenure"] == EVERYBODY
        assert everybody["students_now"] == groups["students_now"].sum()
        assert everybody["told_now"] == groups["told_now"].sum() == told["told_now"].sum()
        for share in ("still_here_share", "churned_share"):
            mean = np.average(told[share], weights=told["told_now"]) if len(told) else np.nan
            assert everybody[share] == pytest.approx(mean, nan_ok=True)
