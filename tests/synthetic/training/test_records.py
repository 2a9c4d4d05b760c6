"""Do incidents, promotions, documents and meetings follow their rates?"""

import numpy as np
import pandas as pd
import pytest

from churnlab.synthetic.training.records import rate_ratios
from tests.synthetic.training.conftest import Told


def test_bad_incidents_fall_by_the_ratio_and_good_ones_stay(many: list[Told]) -> None:
    counts = np.zeros((2, 2))
    months = np.zeros(2)
    for told in many:
        world, staff = told.world, told.trained.staff
        exposed = told.trained.drawn["reply_24h_rate"]
        works = rate_ratios(staff, told.trained.held, world.institution.months) < 1
        for trained in (0, 1):
            months[trained] += (exposed.measured & (works[exposed.who] == bool(trained))).sum()
        rows = told.tables["incidents"]
        number = pd.Series(np.arange(len(staff)), index=staff["staff_id"]).reindex(rows["staff_id"]).to_numpy()
        first = world.institution.first_day.astype("datetime64[M]")
        month = (rows["at"].to_numpy().astype("datetime64[M]") - first).astype(int)
        for good in (0, 1):
            is_kind = (rows["good"].astype(int) == good).to_numpy()
            counts[good] += np.bincount(works[number, month][is_kind].astype(int), minlength=2)
    rates = counts / months
    assert rates[0, 0] == pytest.approx(0.5, rel=0.05)
    # The variance of the logarithm of a ratio of Poisson counts is 1 / a + 1 / b.
    for good, ratio in ((0, 0.55), (1, 1.0)):
        error = np.sqrt((1 / counts[good]).sum())
        assert abs(np.log(rates[good, 1] / rates[good, 0]) - np.log(ratio)) < 3.5 * error


def test_promotions_are_those_of_the_staff(told: Told) -> None:
    rows, staff = told.tables["promotions"], told.tables["staff"].set_index("staff_id")
    assert len(rows) > 5
    assert (staff["promoted_on"].reindex(rows["staff_id"]).to_numpy() == rows["on"]).all()
    assert (staff["grade"].reindex(rows["staff_id"]).to_numpy() == rows["to_grade"]).all()
    assert (rows["from_grade"] < rows["to_grade"]).all()
    assert staff["promoted_on"].notna().sum() == len(rows)


def test_decisions_are_carried_out_as_often_as_is_said(many: list[Told]) -> None:
    rows = pd.concat([told.tables["meetings"] for told in many])
    held = rows[(rows["kind"] == "meeting") & rows["closed_at"].notna()]
    for what, name in (("decisions", "decision_done_share"), ("items", "item_done_share")):
        truth, of = many[0].truth.facts[name], float(held[what].sum())
        assert abs(held[f"{what}_done"].sum() / of - truth) < 3.5 * np.sqrt(truth * (1 - truth) / of)
    assert rows.loc[rows["kind"] != "meeting", ["items", "decisions", "minutes"]].isna().all(axis=None)


def test_requests_are_closed_faster_after_the_heads_were_trained(many: list[Told]) -> None:
    """Events over days at risk, censored at the end of the history, is the hazard of an exponential."""
    closed, days = np.zeros(2), np.zeros(2)
    for told in many:
        rows = told.tables["meetings"].query("kind == 'request'")
        end = pd.Timestamp(told.world.institution.end)
        ends = told.tables["trainings"].set_index("training_id").loc[told.training("校长领导力"), "ends_on"]
        after = (rows["opened_at"].dt.normalize() > ends).astype(int)
        spent = (rows["closed_at"].fillna(end) - rows["opened_at"]) / pd.Timedelta(days=1)
        closed += np.bincount(after, weights=rows["closed_at"].notna(), minlength=2)
        days += np.bincount(after, weights=spent, minlength=2)
        assert (rows["closed_at"].isna()).sum() < 15
    facts = many[0].truth.facts
    for which, hazard in enumerate((1 / facts["request_mean_days"], facts["request_hazard_ratio"] / 4)):
        assert abs(np.log(closed[which] / days[which] / hazard)) < 3.5 / np.sqrt(closed[which])


def test_documents_are_used_by_those_who_work_there(told: Told) -> None:
    rows = told.tables["documents"].merge(told.tables["staff"], on="staff_id")
    assert len(rows) == len(told.tables["documents"])
    assert (rows["at"] >= rows["hired_on"]).all()
    assert not (rows["at"].dt.normalize() > rows["left_on"]).any()
    assert rows.groupby("doc_id")["author_id"].nunique().max() == 1
    assert set(rows["event"]) == {"view", "download", "applied", "shared"}
