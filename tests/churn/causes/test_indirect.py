"""Does a guess count only where it agrees with what the same leavers say when asked?"""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import cohen_kappa_score

from churnlab.churn.causes.guesses import indirect_sources
from churnlab.churn.causes.indirect import compared
from churnlab.churn.causes.shares import causes
from churnlab.churn.causes.stated import churned, indirect, stated
from churnlab.errors import NotEnoughData
from churnlab.i18n import LANGUAGES
from churnlab.settings import Settings
from tests.builders import institution
from tests.churn.causes.leavers import complaint, exit_of, gone, score
from tests.churn.stays import settings

RULES = settings(inactivity_days=None)
MARKET, TEACHING = ("price", "价格"), ("teacher", "老师")


def ruled(**rules: float) -> Settings:
    return RULES.model_copy(update={"causes": RULES.causes.model_copy(update=rules)})


def complaining(pairs, alone=("价格",), rules=RULES, **tables):
    """Open leavers of 31 March who complained before; of each pair one reason when asked and one complaint."""
    names = [f"s{number:03}" for number in range(len(pairs) + len(alone))]
    words = [word for _, word in pairs] + list(alone)
    return institution(
        "2025-08-01", settings=rules, enrolments=[gone(name) for name in names],
        exits=[exit_of(name, said) for name, (said, _) in zip(names, pairs, strict=False)],
        complaints=[complaint(name, word, "2025-03-10") for name, word in zip(names, words, strict=True)], **tables,
    )  # fmt: skip


AGREEING = [MARKET] * 10 + [TEACHING] * 10
CROSSED = [("price", "老师")] * 5 + [("teacher", "价格")] * 5 + [MARKET] * 5 + [TEACHING] * 5


def row(data, department="all"):
    rows = indirect(data)
    return rows[(rows["source"] == "complaint") & (rows["department"] == department)].iloc[0]


# Twenty complained and were asked; one only complained, of the price.
def test_who_only_complained_counts_where_complaints_are_what_leavers_say():
    data = complaining(AGREEING)
    found = row(data)
    assert found[["leavers", "compared", "agreed_share", "kappa", "counts"]].tolist() == [21, 20, 20 / 20, 1.0, True]
    assert row(data, "market")[["leavers", "compared"]].tolist() == [11, 10]
    assert stated(data)[["department", "source", "guess"]].iloc[-1].tolist() == ["market", "complaint", None]


# Half of each say something else when asked: as often as chance would, 10 of 20 agree.
def test_who_only_complained_is_a_guess_where_they_are_not():
    data = complaining(CROSSED)
    found = row(data)
    assert found[["compared", "agreed_share", "kappa"]].tolist() == [20, 10 / 20, 0.0]
    assert found["kappa_low"] < 0 < found["kappa_high"]
    assert not found["counts"]
    last = stated(data).iloc[-1]
    assert last[["department", "reason", "source", "guess", "guessed_from", "sources"]].tolist() == [
        "unstated", None, None, "market", "complaint", 0,
    ]  # fmt: skip


def test_kappa_is_that_of_scikit_learn():
    rng = np.random.default_rng(3)
    pairs = [(("price", "teacher")[one], ("价格", "老师")[two]) for one, two in rng.integers(0, 2, (30, 2))]
    asked, said = [one == "price" for one, _ in pairs], [two == "价格" for _, two in pairs]
    assert row(complaining(pairs))["kappa"] == pytest.approx(cohen_kappa_score(asked, said))


@pytest.mark.parametrize(("many", "counts"), [(9, False), (10, True)])
def test_with_few_who_were_also_asked_nothing_is_known_and_nothing_counts(many, counts):
    data = complaining([MARKET] * (many - 5) + [TEACHING] * 5)
    assert row(data)["compared"] == many
    assert row(data)["counts"] == counts
    assert (stated(data)["department"].iloc[-1] == "market") == counts


# Forty agree; ten went for the price, of whom complaints name none. Kappa of all is high, that of the market 0.
def test_a_source_that_cannot_name_a_department_does_not_count():
    scheduling, safety = ("scheduling", "排课"), ("safety", "安全")
    data = complaining([TEACHING] * 14 + [scheduling] * 13 + [safety] * 13 + [("price", "老师")] * 10, alone=["老师"])
    assert row(data)["kappa_low"] > 0.4
    assert not row(data)["counts"]
    assert row(data, "market")[["agreed_share", "kappa"]].tolist() == [0.0, 0.0]
    assert stated(data)["guess"].iloc[-1] == "teaching"


def test_settings_say_how_well_they_must_agree_and_may_do_without():
    pairs = [*AGREEING, ("price", "老师"), ("teacher", "价格")]
    low = row(complaining(pairs))["kappa_low"]
    for least, counts in ((low - 0.01, True), (low + 0.01, False)):
        assert row(complaining(pairs, rules=ruled(indirect_kappa=least)))["counts"] == counts
    free = complaining([], rules=ruled(indirect_kappa=-1))
    assert stated(free)["department"].tolist() == ["market"]
    assert indirect_sources(free).sentences == ("unchecked", "sum")


# What she said when asked is filed under 其他; the complaint names the price and is no reason either.
def test_a_guess_does_not_stand_before_what_was_said_when_asked():
    names = ["a", "b"]
    data = institution(
        "2025-08-01", settings=RULES, enrolments=[gone(name) for name in names], exits=[exit_of("a", "other")],
        complaints=[complaint(name, "价格", "2025-03-10") for name in names],
    )  # fmt: skip
    assert stated(data)[["department", "guess"]].to_numpy().tolist() == [["other", None], ["unstated", "market"]]


def test_each_source_is_checked_by_itself():
    low = [score(f"s{number:03}", "service", "2025-03-12", 1) for number in range(20)]
    data = complaining(AGREEING, surveys=low)
    counts = indirect(data).drop_duplicates("source").set_index("source")["counts"]
    assert counts.to_dict() == {"call": False, "complaint": True, "satisfaction": False}


def test_of_a_student_one_end_is_compared_the_latest():
    ends = [("a", 1, "2025-01-31", "market"), ("a", 2, "2025-06-30", "teaching")]
    met = pd.DataFrame([
        {"row": place, "student_id": who, "end_kind": "not_renewed", "left_on": pd.Timestamp(on),
         "source": source, "department": department}
        for place, (who, _, on, department) in enumerate(ends) for source in ("exit", "call")
    ])  # fmt: skip
    found = compared(met, Settings()).set_index(["source", "department"])
    assert found.loc[("call", "all"), ["leavers", "compared"]].tolist() == [2, 1]
    assert found.loc[("call", "teaching"), "compared"] == 1
    assert found.loc[("call", "market"), "compared"] == 0


def test_shares_leave_the_guesses_out_and_say_how_many():
    data = complaining(CROSSED, alone=["价格"] * 5)
    found = causes(data)
    assert found.facts["told"] + found.facts["unstated"] == found.facts["churned"] == 25
    assert found.facts["guesses"] == 5
    assert found.table.set_index("department")["students"].to_dict()["market"] == 10
    assert "causes_guesses" in found.caveats
    assert any("Of those without a reason 5 said something" in each for each in found.warnings("en"))
    assert any("有 5 名" in each for each in found.warnings("zh"))


def test_the_table_says_which_source_counts_and_that_the_rows_add_up():
    found = indirect_sources(complaining(CROSSED, alone=["价格"] * 5))
    facts = found.facts
    assert facts["told"] + facts["guesses"] + facts["untold"] == facts["churned"] == 25
    assert found.table[["guessed_from", "department", "also_asked"]].to_numpy().tolist() == [
        ["call", "all", 0], ["complaint", "all", 20], ["complaint", "market", 10], ["complaint", "teaching", 10],
        ["satisfaction", "all", 0],
    ]  # fmt: skip
    assert found.sentences == ("out", "sum")
    assert indirect_sources(complaining(AGREEING)).sentences == ("counted", "sum")
    assert indirect_sources(complaining(AGREEING)).sentence("en").startswith("Complaints: what leavers said")
    for lang in LANGUAGES:
        assert found.sentence(lang)
        assert found.warnings(lang)
        assert len(found.presented(lang)) == 5


def test_without_any_guess_there_is_nothing_to_compare():
    data = institution("2025-08-01", settings=RULES, enrolments=[gone("a")], exits=[exit_of("a", "price")])
    with pytest.raises(NotEnoughData) as told:
        indirect_sources(data)
    assert told.value.message("en").startswith("No leaver had a call")


def test_what_is_learned_later_changes_nothing():
    rows = complaining(AGREEING)
    early = institution(
        "2025-04-30", settings=RULES, enrolments=[gone("a")], exits=[exit_of("a", "price")],
        complaints=[complaint("a", "价格", "2025-03-10")],
    )  # fmt: skip
    assert len(churned(stated(rows))) == 21
    assert len(stated(early)) == 0  # not told to have left yet
    assert indirect(early)["compared"].sum() == 0
