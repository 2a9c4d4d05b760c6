"""Does the model still fit?"""

from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from churnlab.churn.reasons import label
from churnlab.i18n import LANGUAGES
from churnlab.improvement.monitoring import drift as room
from churnlab.improvement.monitoring import moved as features
from churnlab.settings import Settings, Uncertainty
from churnlab.stats.drift import as_far, calibration_test

MONTHS = pd.date_range("2025-01-01", periods=16, freq="MS")


def scored(rng: np.random.Generator, last_ratio: float) -> pd.DataFrame:
    """Five months of three hundred students, told the truth but in the last month."""
    parts = []
    for month in MONTHS[-5:]:
        told = rng.beta(1, 9, 300)
        ratio = last_ratio if month == MONTHS[-1] else 1.0
        parts.append(pd.DataFrame({
            "as_of": month, "churned": rng.random(300) < np.minimum(told * ratio, 1), "churn_probability": told,
        }))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


@pytest.fixture
def told(monkeypatch):
    """Ask with one feature drawn by chance, moved at scoring by so much."""

    def ask(moved: float, last_ratio: float = 1.0, also: dict[str, str] | None = None):
        also = also or {}
        rng = np.random.default_rng(1)
        panel = pd.DataFrame({"as_of": np.repeat(MONTHS, 300), "days_since_lesson": rng.normal(size=16 * 300)})
        panel = panel.assign(**also)
        now = pd.DataFrame({"days_since_lesson": rng.normal(moved, 1, 300)}).assign(**also)
        settings, named = Settings(uncertainty=Uncertainty(min_group=5)), ["days_since_lesson", *also]
        monkeypatch.setattr(room, "declared", lambda settings: [SimpleNamespace(name=name) for name in named])
        # Those of the first of the month are looked at, whatever the day.
        monkeypatch.setattr(room, "scoring", {date(2026, 6, 1): now}.get)
        limits = SimpleNamespace(features=0.001, calibration=0.005)
        monkeypatch.setattr(room, "watch", lambda data: SimpleNamespace(limits=limits))
        risk = SimpleNamespace(panel=panel, backtest=SimpleNamespace(scored=scored(rng, last_ratio)))
        data = SimpleNamespace(settings=settings, as_of=date(2026, 6, 15), before=lambda day: day)
        return room.drift(data, risk=risk)

    return ask


def test_what_has_not_moved_raises_nothing(told):
    found = told(0.0)
    assert found.facts["alarms"] == 0
    assert found.sentences == ("steady", "fits")
    assert found.table["drift_measure"].tolist() == ["calibration", "psi"]


def test_a_feature_that_moved_is_named(told):
    found = told(1.0)
    assert found.facts["drifted"] == 1
    row = found.table.iloc[1]
    assert row["drift_value"] > row["drift_limit"]
    assert row["is_alarm"]
    assert label("days_since_lesson").say("en") in found.sentence("en")


@pytest.mark.parametrize("moved", [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35])
def test_an_index_above_its_limit_is_an_alert_and_none_below(told, moved):
    row = told(moved).table.iloc[1]
    assert (row["drift_value"] > row["drift_limit"]) == row["is_alarm"] == (row["drift_p_value"] < 0.001)
    assert row["drift_limit"] > 0.1


def test_a_feature_that_moves_too_unevenly_is_not_watched_and_that_is_said(told, monkeypatch):
    monkeypatch.setattr(features, "farthest_robust", lambda *args, **periods: 1e9)
    found = told(1.0)
    assert (found.facts["unsteady"], found.facts["features"], found.facts["drifted"]) == (1, 0, 0)
    assert found.sentences == ("unsteady", "fits")
    assert "1" in found.sentence("zh")


@pytest.mark.parametrize(("lang", "name"), [("zh", "距上次到课天数"), ("en", "Days since the last lesson")])
def test_those_not_watched_are_named_with_the_index_they_would_need(told, monkeypatch, lang, name):
    # Of 4,800 and 300 students in ten cells chance alone makes 9 × (1/4800 + 1/300) = 0.031875; a thousand times that.
    monkeypatch.setattr(features, "farthest_robust", lambda *args, **periods: 1000.0)
    said = "\n".join(told(1.0).warnings(lang))
    assert name in said
    assert "31.9" in said


def test_one_that_is_the_same_for_all_is_named_and_not_watched(told):
    found = told(0.0, also={"channel": "web"})
    assert (found.facts["constant"], found.facts["features"]) == (1, 1)
    assert found.facts["constant_named"]["en"] == label("channel").say("en")
    assert "watch_constant" in found.caveats
    assert "watch_unsteady" not in found.caveats


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_moved_alone_is_no_reason_to_train_anew(told, lang):
    words = {"zh": "训练。", "en": "train anew"}[lang]
    assert words not in told(1.0).sentence(lang)


def test_a_model_that_says_half_of_what_comes_no_longer_fits(told):
    found = told(0.0, last_ratio=2.5)
    assert found.sentences == ("steady", "misfits")
    assert found.facts["calibration_ratio"] > 1.5


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_is_said_in_both_languages(told, lang):
    found = told(1.0, last_ratio=2.5)
    assert "1" in found.sentence(lang)
    assert found.warnings(lang)
    assert len(found.presented(lang)) == 2


def test_calibration_is_judged_by_how_far_the_months_before_were_off():
    rows = scored(np.random.default_rng(3), 1.5)
    each = [calibration_test(part["churned"], part["churn_probability"]) for _, part in rows.groupby("as_of")]
    # Twice the gain in likelihood is a chi-square of two: over two of its own mean
    *past, last = [test.statistic / 2 for test in each]
    assert room._calibration(rows, 0.01)["drift_p_value"].iloc[0] == pytest.approx(as_far(last, past, 3))
