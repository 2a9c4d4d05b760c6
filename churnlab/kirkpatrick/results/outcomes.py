"""What did a training do to the sales, contracts and complaints of the people trained?"""

import numpy as np
import pandas as pd

from churnlab.churn.memory import remembered
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import Evaluation, staff
from churnlab.kirkpatrick.metrics import measured
from churnlab.kirkpatrick.results.effects import KpiEffect, all_effects, effects_of
from churnlab.kirkpatrick.results.saved import staff_saved
from churnlab.kirkpatrick.results.steps import followed_days, not_across, ripe, staff_steps
from churnlab.kirkpatrick.results.telling import told
from churnlab.tables.door import Data, fetch

_AGAIN = ("renewal", "expansion")


def outcomes(evaluated: Evaluation) -> Finding:
    """Say what a training did to sales, contracts and complaints, from the students' own tables.

    By the same comparisons as `kpi_effects`, over the series of `staff_outcomes`; p-values are Holm's over all of
    them and the KPIs: both are the results of one training.
    A season, and what the whole industry grew by, those compared had as well, so that both are out of the effect where
    there is somebody to compare with. What is followed up for some days (a step of a sale) is left out where that
    would reach into the training.

    Returns
    -------
    Finding
        `results.outcomes`: one row a result, columns as of `results.kpi_effects`.

    Raises
    ------
    NotEnoughData
        If no result has `results.fewest_people` trained with months before and after.
    """
    found = outcome_effects(evaluated)
    if not found:
        raise NotEnoughData("results.no_outcomes", least=evaluated.data.settings.results.fewest_people)
    return told_outcomes(evaluated, found)


def told_outcomes(evaluated: Evaluation, found: list[KpiEffect]) -> Finding:
    """Put all of them beside each other, in one family with the KPIs."""
    share = 1 - evaluated.data.settings.results.kpi_share
    return told(evaluated, found, "results.outcomes", all_effects(evaluated), share)


def outcome_effects(evaluated: Evaluation) -> list[KpiEffect]:
    """Return what a training did to each of `staff_outcomes`; those with too few people left out.

    So are shares of which the trained had fewer than `uncertainty.min_group` cases before, or after: of two or three
    they say nothing.
    """
    return list(_outcome_effects(evaluated.data, evaluated.course.training_id))


@remembered
def _outcome_effects(data: Data, training_id: str) -> list[KpiEffect]:
    evaluated = Evaluation(data, training_id)
    series = staff_outcomes(data)
    people, days = evaluated.trained["staff_id"], followed_days(data)
    theirs = {
        name: not_across(evaluated, rows, days[name]) if name in days else rows
        for name, rows in series.items()
        if rows["staff_id"].isin(people).any()
    }
    least = data.settings.uncertainty.min_group
    found = effects_of(evaluated, theirs)
    return [one for one in found if measured(one.metric, data.settings) != "share" or one.fewest_cases >= least]


def staff_outcomes(data: Data) -> dict[str, pd.DataFrame]:
    """Return what the requests, contracts and complaints of each member of staff came to, month by month.

    Each is a frame with one row per `staff_id` and `month` (timestamp, its first day), `value`, and `n`, the
    denominator of a share or mean (missing: a sum or count, which has a row for each whole month that she was there,
    0 where nothing was). Only who ever has a contract is in it.

    By the day signed: `contracts`, new customers; `contract_cny`, sales of all contracts; `contract_value_cny`, mean
    of the new ones; `expansions`, further courses; `referred_contracts`, new customers whom somebody referred. By the
    day a contract of hers ends: `early_renewal_rate`, the share renewed at least `renewal.early_days` before;
    `repurchase_rate`, the share after whose signing the student signed a renewal or expansion, up to
    `outcome.grace_days` after the end, whoever signed it. Further the steps of `staff_steps` and what `staff_saved`
    tells. Complaints that name her are told by `loop.complaints`, per month in service.

    Shares are of what was due, and counts of months there: who is trained to sell renewals and wins more of them has
    not sold fewer further courses, though these are a smaller part of all that she sold.
    """
    signed, month_end = _signed(data), pd.Timestamp(data.as_of).to_period("M").to_timestamp()
    new, due = signed[signed["kind"] == "new"], _due(signed)
    there = _there(data, signed, month_end)
    series = {
        "contracts": _summed(new.assign(one=1.0), "one", there),
        "contract_cny": _summed(signed, "amount_cny", there),
        "contract_value_cny": _mean(new, new["amount_cny"]),
        "expansions": _summed(signed[signed["kind"] == "expansion"].assign(one=1.0), "one", there),
        "referred_contracts": _summed(new[new["is_referred"]].assign(one=1.0), "one", there),
        "repurchase_rate": _repurchased(data, due),
        "early_renewal_rate": _mean(due, _renewed_early(data, due)),
    }
    series = staff_steps(data) | series | staff_saved(data)
    return {name: rows[rows["month"] < month_end].reset_index(drop=True) for name, rows in series.items() if len(rows)}


def _signed(data: Data) -> pd.DataFrame:
    """Return contracts that name who signed them."""
    rows = fetch(data.table("enrolments"))
    referred = fetch(data.table("students").select("student_id", "referrer_id").distinct())
    known = referred.loc[referred["referrer_id"].notna(), "student_id"]
    rows = rows[rows["staff_id"].notna()]
    return rows.assign(
        month=rows["signed_at"].dt.to_period("M").dt.to_timestamp(),
        amount_cny=pd.to_numeric(rows["amount_due"]).astype(float),
        is_referred=rows["student_id"].isin(known),
    )


def _due(signed: pd.DataFrame) -> pd.DataFrame:
    """Return contracts that end, by the month in which they do: `enrolment_id`, `student_id`, `signed_at`, `ends`."""
    due = signed[signed["ends_on"].notna() & (signed["kind"] != "transfer")]
    due = due.assign(ends=pd.to_datetime(due["ends_on"]))
    due = due.assign(month=due["ends"].dt.to_period("M").dt.to_timestamp())
    return due[["enrolment_id", "student_id", "staff_id", "signed_at", "ends", "month"]]


def _renewed_early(data: Data, due: pd.DataFrame) -> pd.Series:
    rows = fetch(data.table("enrolments").select("kind", "renews_id", "signed_at"))
    renewals = rows[(rows["kind"] == "renewal") & rows["renews_id"].notna()]
    first = renewals.groupby("renews_id")["signed_at"].min().dt.normalize()
    early = pd.Timedelta(days=data.settings.renewal.early_days)
    return due["enrolment_id"].map(first) + early <= due["ends"]


def _repurchased(data: Data, due: pd.DataFrame) -> pd.DataFrame:
    """Return the share of ended contracts after which the student bought again.

    Of all contracts that ended and not of all that were signed: who wins more new customers has not lost old ones.
    """
    grace = pd.Timedelta(days=data.settings.outcome.grace_days)
    again = _again(data)
    met = due.merge(again, on="student_id")
    inside = (met["again_at"] > met["signed_at"]) & (met["again_at"].dt.normalize() <= met["ends"] + grace)
    bought = due["enrolment_id"].isin(met.loc[inside & (met["enrolment_id"] != met["again_id"]), "enrolment_id"])
    return ripe(_mean(due, bought), data.settings.outcome.grace_days, data)


def _again(data: Data) -> pd.DataFrame:
    rows = fetch(data.table("enrolments").select("enrolment_id", "student_id", "kind", "signed_at"))
    rows = rows[rows["kind"].isin(_AGAIN)].rename(columns={"enrolment_id": "again_id", "signed_at": "again_at"})
    return rows[["again_id", "student_id", "again_at"]]


def _there(data: Data, rows: pd.DataFrame, month_end: pd.Timestamp) -> pd.DataFrame:
    """Return each whole month that those named were there, from the first month that names anybody on."""
    people = staff(data)
    people = people[people["staff_id"].isin(rows["staff_id"])]
    if people.empty:
        return pd.DataFrame({"staff_id": pd.Series(dtype=object), "month": pd.Series(dtype="datetime64[ns]")})
    months = pd.DataFrame({"month": pd.date_range(rows["month"].min(), month_end, freq="MS", inclusive="left")})
    every = people.merge(months, how="cross")
    leaves = every["left_on"].fillna(pd.Timestamp.max)
    whole = every["hired_on"].isna() | (every["hired_on"] <= every["month"])
    return every.loc[whole & (leaves >= every["month"] + pd.offsets.MonthBegin(1)), ["staff_id", "month"]]


def _summed(rows: pd.DataFrame, column: str, there: pd.DataFrame) -> pd.DataFrame:
    sums = rows.groupby(["staff_id", "month"], as_index=False).agg(value=(column, "sum"))
    return there.merge(sums, on=["staff_id", "month"], how="left").fillna({"value": 0.0}).assign(n=np.nan)


def _mean(rows: pd.DataFrame, values: pd.Series) -> pd.DataFrame:
    told_values = rows.assign(each=values.astype(float)).dropna(subset=["each"])
    grouped = told_values.groupby(["staff_id", "month"], as_index=False).agg(value=("each", "mean"), n=("each", "size"))
    return grouped.astype({"n": float})
