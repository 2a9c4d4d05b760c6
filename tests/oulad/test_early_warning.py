from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from churnlab.i18n import LANGUAGES
from churnlab.oulad.early_warning import auc_finding, clicks_finding, early_warning, trap_finding
from churnlab.oulad.known_by_day import known
from churnlab.oulad.published import Published, read
from churnlab.settings import Settings
from tests.oulad import zips

SETTINGS = Settings()


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return read(zips.write(tmp_path_factory.mktemp("zip") / "oulad.zip", zips.many(600, seed=1)))


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return read(zips.write(tmp_path_factory.mktemp("zip") / "oulad.zip"))


def test_who_teaches_and_who_is_judged_is_counted_as_by_hand(few: Published) -> None:
    # By day 10, AAA 2013J: 1, 2, 4, 8, 10 (2, 4, 10 leave later); BBB 2013B: 1. AAA 2014J: 1, who leaves on day 30.
    told = early_warning(few, 10, settings=SETTINGS)
    assert (told.taught_by, told.taught_events, told.judged_on, told.withdrawals) == (6, 3, 1, 1)
    assert np.isnan(told.area.auc)


def test_clicks_are_looked_at_only_where_they_were_published(few: Published) -> None:
    told = early_warning(few, 10, settings=SETTINGS, module="AAA", with_clicks=True)
    assert (told.taught_by, told.judged_on) == (5, 0)  # nobody's clicks of AAA 2014J are there


def test_the_area_is_that_of_scikit_learn(many: Published) -> None:
    panel = known(many, day=30)
    panel = panel[panel["mean_score"].notna()].drop(columns=["as_of", "unit_id", "student_id"])
    earlier, latest = (panel[(panel["presentation"] == "2014J") == late] for late in (False, True))
    words = [name for name in panel if panel[name].dtype == object and name != "presentation"]
    numbers = [name for name in panel if name not in (*words, "presentation", "churned")]
    encode = make_column_transformer((OneHotEncoder(sparse_output=False), words), ("passthrough", numbers))
    model = make_pipeline(encode, StandardScaler(), LogisticRegression(C=0.3, tol=1e-8, max_iter=1000))
    model.fit(earlier, earlier["churned"])
    expected = roc_auc_score(latest["churned"], model.predict_proba(latest)[:, 1])
    told = early_warning(many, 30, settings=SETTINGS)
    assert told.judged_on == len(latest)
    assert told.area.auc == pytest.approx(expected, abs=1e-6)
    assert told.area.low < told.area.auc < told.area.high


def test_those_already_gone_flatter_the_figure(many: Published) -> None:
    # Withdrawal hangs on the score alone; who has gone hands in nothing, and that gives it away.
    honest = early_warning(many, 100, settings=SETTINGS)
    flattered = early_warning(many, 100, settings=SETTINGS, with_withdrawn=True)
    assert flattered.judged_on == 600 > honest.judged_on
    assert flattered.withdrawals - honest.withdrawals == flattered.judged_on - honest.judged_on


def test_too_few_withdrawals_give_no_figure_but_say_so(few: Published) -> None:
    for found in (auc_finding(few, settings=SETTINGS), clicks_finding(few, settings=SETTINGS)):
        assert found.sentences == ("few",)
        assert found.table["auc"].isna().all()
    assert auc_finding(few, settings=SETTINGS).sentence("en") == (
        "Fewer than 30 enrolments were withdrawn later in the earlier presentations: too few to learn from."
    )


def test_a_day_without_enough_withdrawals_is_named(many: Published) -> None:
    found = auc_finding(many, settings=SETTINGS, days=(30, 199))
    assert found.table["auc"].notna().tolist() == [True, False]
    assert found.warnings("en") == ["Not told for day 199: fewer than 30 later withdrawals to learn from."]
    assert found.warnings("zh") == ["第 199 天未列：可供学习的日后退学不足 30 份。"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_findings_are_said_in_both_languages(many: Published, lang: str) -> None:
    for ask in (auc_finding, trap_finding):
        found = ask(many, settings=SETTINGS, days=(30, 60))
        assert found.sentence(lang)
        assert (
            list(found.presented(lang).columns)
            == {
                "zh": ["截至第几天", "训练份数", "检验份数", "日后退学", "排对占比（AUC）"],
                "en": ["By day", "Learned from", "Judged on", "Withdrew later", "Ranked right (AUC)"],
            }[lang]
        )


def test_clicks_tell_whether_they_beat_a_coin(tmp_path: Path) -> None:
    parts = zips.many(600, seed=2)
    who = parts["studentRegistration"]
    # Everybody clicks daily for ten days, those who will withdraw five times less; one in ten does the contrary.
    days = who.merge(pd.DataFrame({"date": range(10)}), how="cross")
    clicks_little = days["date_unregistration"].notna() != (days["id_student"] % 10 == 0)
    clicks = days.assign(id_site=101, sum_click=np.where(clicks_little, 1, 5))
    found = read(zips.write(tmp_path / "oulad.zip", parts | {"studentVle": clicks}))
    told = clicks_finding(found, settings=SETTINGS, days=(15,))
    assert told.sentences == ("sentence", "clear")
    assert told.table["auc"].iloc[0] > 0.8
    assert told.facts["module"] == "AAA"
