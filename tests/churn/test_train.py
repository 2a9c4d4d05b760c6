from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.special import logit

from churnlab.churn.train import month_weights, train
from churnlab.errors import InputError, NotEnoughData
from tests.churn.panels import TRUTH, by_hand, made_up, settings


@pytest.fixture(scope="module")
def panel():
    return made_up()


@pytest.fixture(scope="module")
def trained(panel):
    return train(panel, settings=settings())


def test_every_month_weighs_the_same_by_hand():
    panel = by_hand("2026-01 a 0 1 C\n2026-01 b 0 1 C\n2026-01 c 0 1 C\n2026-02 a 0 1 C")
    # four rows, two months: each month sums to 2
    assert month_weights(panel).tolist() == pytest.approx([2 / 3, 2 / 3, 2 / 3, 2])


def test_a_month_with_more_students_teaches_no_louder(panel):
    first = panel[panel["as_of"] == pd.Timestamp("2026-01-01")]
    copies = [first.assign(unit_id=first["unit_id"] + mark, student_id=first["student_id"] + mark) for mark in "xyz"]
    free = settings(penalties=(1e9,))
    once, often = train(panel, settings=free), train(pd.concat([panel, *copies]), settings=free)
    assert often.score(panel)["churn_probability"].tolist() == pytest.approx(
        once.score(panel)["churn_probability"].tolist(), rel=1e-4
    )


def test_it_remembers_what_it_was_taught_by(panel, trained):
    assert trained.months == tuple(date(2026, month, 1) for month in range(1, 9))
    assert (trained.rows, trained.students, trained.events) == (len(panel), 300, panel["churned"].sum())
    assert trained.encoding.features == ("attendance_rate_28d", "hours_left", "days_since_contact", "course_id")


def test_with_many_students_it_finds_the_true_log_odds():
    panel = made_up(students=20_000, months=3)
    trained = train(panel, settings=settings())
    per_unit = dict(
        zip((c.name for c in trained.encoding.columns), trained.model.coef_ / trained.model.scale_, strict=True)
    )
    assert per_unit["attendance_rate_28d"] == pytest.approx(TRUTH["attendance_rate_28d"], rel=0.08)
    assert per_unit["hours_left"] == pytest.approx(TRUTH["hours_left"], rel=0.08)
    assert per_unit["course_id = C"] - per_unit["course_id = A"] == pytest.approx(TRUTH["course C"], rel=0.15)
    assert abs(per_unit["days_since_contact"]) < 0.002


def test_scores_and_contributions_agree(panel, trained):
    scored, parts = trained.score(panel), trained.contributions(panel)
    assert scored.columns.tolist() == [
        "unit_id",
        "student_id",
        "churn_probability",
        "churn_probability_low",
        "churn_probability_high",
    ]
    total = parts.drop(columns=["unit_id", "student_id"]).sum(axis=1)
    assert np.allclose(total, logit(scored["churn_probability"]))
    assert (scored["churn_probability_low"] < scored["churn_probability"]).all()
    assert (scored["churn_probability"] < scored["churn_probability_high"]).all()
    assert scored["churn_probability"].mean() == pytest.approx(panel["churned"].mean(), abs=0.02)


def test_the_same_rows_in_another_order_teach_the_same(panel, trained):
    shuffled = train(panel.sample(frac=1, random_state=3), settings=settings())
    assert np.array_equal(shuffled.model.coef_, trained.model.coef_)
    assert shuffled.encoding == trained.encoding


def test_columns_in_another_order_score_the_same(panel, trained):
    pd.testing.assert_frame_equal(trained.score(panel[panel.columns[::-1]]), trained.score(panel))


def test_a_missing_column_is_named(panel, trained):
    with pytest.raises(InputError) as caught:
        trained.score(panel.drop(columns="hours_left"))
    assert "hours_left" in caught.value.message("zh")


def test_a_level_never_seen_is_scored_between_the_known_ones(panel, trained):
    row = panel.head(1)
    known = [trained.score(row.assign(course_id=name))["churn_probability"].iloc[0] for name in "ABC"]
    unseen = trained.score(row.assign(course_id="never seen"))["churn_probability"].iloc[0]
    assert min(known) <= unseen <= max(known)


def test_the_penalty_is_picked_on_the_later_months(trained):
    assert [penalty for penalty, _ in trained.tried] == [0.01, 0.1, 1.0]
    assert min(trained.tried, key=lambda pair: pair[1])[0] == trained.model.C


def test_noise_alone_is_shrunk_most(panel):
    rng = np.random.default_rng(5)
    noise = {f"noise_{number}": rng.normal(size=len(panel)) for number in range(25)}
    keys = panel[["as_of", "unit_id", "student_id"]].assign(churned=rng.permutation(panel["churned"]))
    assert train(keys.assign(**noise), settings=settings()).model.C == 0.01


def test_one_month_is_too_few_to_try_penalties_and_gets_the_middle_one():
    trained = train(made_up(months=1), settings=settings())
    assert (trained.tried, trained.model.C) == ((), 0.1)


def test_penalties_are_tried_without_looking_into_the_months_they_are_tried_on(panel):
    # months 7 and 8 of 8 judge; what happened in month 7 changes the losses, not the fits before them
    later = panel["as_of"] >= pd.Timestamp("2026-07-01")
    halved = panel.assign(hours_left=panel["hours_left"].where(~later, 0.0))
    assert train(panel[~later], settings=settings()).encoding == train(halved[~later], settings=settings()).encoding
    assert train(halved, settings=settings()).tried != train(panel, settings=settings()).tried


def _turned(panel, *months):
    """Return the panel with other ends in some months."""
    return panel.assign(churned=panel["churned"] ^ panel["as_of"].dt.month.isin(months))


def test_penalties_are_tried_on_ends_that_were_settled_when_the_first_month_to_try_them_on_began(panel):
    # Months 7 and 8 judge. 1 April + horizon 30 + inactivity 45 = 15 June; 1 May + 75 = 15 July, too late for 1 July.
    tried = train(panel, settings=settings()).tried
    assert train(_turned(panel, 5, 6), settings=settings()).tried == tried
    assert train(_turned(panel, 4), settings=settings()).tried != tried


def test_where_holidays_settle_ends_later_fewer_months_try_penalties(panel):
    # 1 March + 30 ≤ 16 April < 1 April + 30
    def later(month):
        return month - pd.Timedelta(days=45 + 31)

    tried = train(panel, settings=settings(), settled=later).tried
    assert train(_turned(panel, 4, 5, 6), settings=settings(), settled=later).tried == tried
    assert train(_turned(panel, 3), settings=settings(), settled=later).tried != tried


def test_where_few_left_only_the_first_features_are_learned_from(panel):
    rng = np.random.default_rng(4)
    more = panel.assign(leave_share_84d=rng.random(len(panel)), class_size=rng.integers(1, 9, len(panel)))
    few = train(more, settings=settings(events_per_learned_column=1e6))
    assert few.left_out == ("leave_share_84d", "class_size")
    # It is the model that would have been learned without them, and it asks nobody for them.
    alone = train(panel, settings=settings())
    assert few.encoding == alone.encoding
    assert few.tried == alone.tried
    pd.testing.assert_frame_equal(few.score(panel), alone.score(more))


def test_where_enough_left_all_features_are_learned_from(panel):
    more = panel.assign(leave_share_84d=np.random.default_rng(4).random(len(panel)))
    columns = len(train(more, settings=settings(events_per_learned_column=1e-6)).encoding.columns)
    enough = settings(events_per_learned_column=panel["churned"].sum() / columns)
    assert "leave_share_84d" in train(more, settings=enough).encoding.features
    one_short = settings(events_per_learned_column=(panel["churned"].sum() + 1) / columns)
    assert train(more, settings=one_short).left_out == ("leave_share_84d",)


def test_a_feature_that_parts_all_leavers_stays_finite(panel):
    trained = train(panel.assign(leak=panel["churned"].astype(float)), settings=settings())
    assert np.isfinite(trained.model.coef_).all()
    scored = trained.score(panel.assign(leak=panel["churned"].astype(float)))
    assert scored["churn_probability"].between(0, 1, inclusive="neither").all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"churned": False},
            "Nobody churned in the 100 rows of the training months; at least 30 leavings are needed to learn from. "
            "Load more months, and see whether exits and contracts are complete.",
        ),
        (
            {"churned": True},
            "All 100 rows of the training months are followed by churn, so there is no one to compare with. See "
            "whether contracts and lessons are complete.",
        ),
        (
            {"churned": np.arange(100) < 29},
            "Only 29 of 100 rows of the training months are followed by churn; at least 30 are needed "
            "(model.min_events). Load more months.",
        ),
        (
            {"churned": np.arange(100) < 50, "hours_left": 1.0, "attendance_rate_28d": 1.0} | {"course_id": "A"}
            | {"days_since_contact": 1.0},
            "No feature varies over the 100 rows of the training months: there is nothing to learn from. See whether "
            "lessons and contracts are complete.",
        ),
    ],
)  # fmt: skip
def test_too_little_to_learn_from_is_refused(panel, change, message):
    with pytest.raises(NotEnoughData) as caught:
        train(panel.head(100).assign(**change), settings=settings())
    assert caught.value.message("en") == message


def test_an_empty_panel_is_refused(panel):
    with pytest.raises(NotEnoughData) as caught:
        train(panel.head(0), settings=settings())
    assert caught.value.message("zh").startswith("训练数据为空")


def test_no_input_is_changed(panel, trained):
    before = panel.copy(deep=True)
    train(panel, settings=settings())
    trained.score(panel)
    trained.reasons(panel)
    pd.testing.assert_frame_equal(panel, before)
