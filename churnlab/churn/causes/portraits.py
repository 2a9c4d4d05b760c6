"""Who left of late and can still be asked, and what was on record of her?"""

import numpy as np
import pandas as pd

from churnlab.churn.causes.owners import owner
from churnlab.churn.causes.pareto import paid_before
from churnlab.churn.causes.stated import churned, stated
from churnlab.churn.causes.taxonomy import DEPARTMENTS, PERSONAL
from churnlab.churn.counts import Campus, chosen
from churnlab.churn.features import features
from churnlab.churn.outcome import episodes, with_us
from churnlab.churn.risk import Risk
from churnlab.errors import NotEnoughData
from churnlab.tables.door import Data, fetch
from churnlab.tables.keeping import kept_frame

INTERVIEW = "interview"
_LEAST_LOG_ODDS = 0.0953
"""As for the reasons on the call list: what raises the odds by less than a tenth pushes nobody."""


def portraits(risk: Risk, *, campus: Campus = None) -> pd.DataFrame:
    """Return who churned of late and was not interviewed, with what was on record before she left.

    Parameters
    ----------
    risk : Risk
        The data and their model; all campuses.
    campus : str, sequence of str, optional
        Where they were last taught; None: all. Causes, their leavers and means are those of these campuses; risks are
        compared among the students of all.

    Returns
    -------
    pandas.DataFrame
        One row per unit that churned in the `causes.case_days` before the date, by `unit_id`; personal reasons are left
        out:

        - `unit_id`, `student_id`, `campus`, `left_on`, `department`, `reason`, `source`: as of `stated`
        - `cause`: `reason.<code>` where at least `causes.case_leavers` of these left for it; else `department.<code>`,
          or `rest.<code>` where another reason of that department is a cause of its own
        - `leavers`: how many left for that cause
        - `paid_cny`: paid in the `causes.paid_days` before; `stay_days`: from first to last day
        - `distance`: from the mean of those of the same cause, over all numeric features in standard deviations of
          those who left, divided by the root of their number; NaN where no feature is known
        - `seen_on`: the last first of a month on which she was with us; `churn_probability` then, by the model as it is
          now; `higher_risk_share`: how many of those with us then had a higher one
        - `pushed`: the department whose features raised her risk most, where they raised the odds by a tenth; else None
        - `push_gap`: by how much more, in log odds, than those of the department stated

        The last five are NaN or None where no model can be trained.
    """
    data = risk.data
    recent = _recent(data)
    # What takes long is worked out for all campuses at once, and kept.
    seen = _seen(data, recent)
    frame = _known(data, seen["as_of"])
    rows = chosen(recent, campus).reset_index(drop=True)
    rows = rows.assign(
        cause=_causes(rows, data.settings.causes.case_leavers),
        paid_cny=paid_before(data, rows).to_numpy(),
        stay_days=(rows["left_on"] - rows["entered_on"]).dt.days + 1,
    )
    rows = rows.assign(leavers=rows.groupby("cause")["unit_id"].transform("size").astype("int64"))
    rows = rows.merge(seen[["unit_id", "as_of"]].rename(columns={"as_of": "seen_on"}), on="unit_id", how="left")
    own = rows[["unit_id", "seen_on"]].merge(
        frame, left_on=["unit_id", "seen_on"], right_on=["unit_id", "as_of"], how="left"
    )
    numbers = own.drop(columns=["unit_id", "seen_on", "student_id", "as_of"]).select_dtypes("number").astype(float)
    rows = rows.assign(distance=_distances(numbers, rows["cause"]))
    return rows.join(_modelled(risk, rows, frame))


def _recent(data: Data) -> pd.DataFrame:
    start = pd.Timestamp(data.as_of) - pd.Timedelta(days=data.settings.causes.case_days)
    rows = churned(stated(data, start=start.date()))
    rows = rows[rows["department"] != PERSONAL].sort_values(["unit_id", "left_on"])
    rows = rows.drop_duplicates("unit_id", keep="last")
    asked = data.table("exits")
    asked = fetch(
        asked.filter(asked.method == INTERVIEW).select("student_id", on=asked.left_on).order_by("student_id", "on")
    )
    met = rows[["unit_id", "student_id", "entered_on"]].merge(asked, on="student_id")
    done = met.loc[met["on"] >= met["entered_on"], "unit_id"]
    return rows[~rows["unit_id"].isin(done)].reset_index(drop=True)


def _causes(rows: pd.DataFrame, least: int) -> np.ndarray:
    reason = rows["reason"].fillna(rows["department"])
    many = reason.map(reason.value_counts())
    is_own = (many >= least) & rows["department"].isin(DEPARTMENTS)
    split = is_own.groupby(rows["department"]).transform("any")
    rest = split.map({True: "rest.", False: "department."}) + rows["department"]
    return ("reason." + reason).where(is_own, rest).to_numpy(dtype=object)


def _seen(data: Data, rows: pd.DataFrame) -> pd.DataFrame:
    """Return for each the last first of a month on which she was with us: `unit_id`, `as_of`."""
    stop = pd.Timestamp(data.as_of)
    days = pd.date_range(stop - pd.Timedelta(days=data.settings.causes.case_days + 31), stop, freq="MS")
    stays = episodes(data)
    here = [with_us(stays, day)[["unit_id"]].assign(as_of=day) for day in days]
    met = pd.concat(here).merge(rows[["unit_id", "entered_on", "left_on"]], on="unit_id")
    met = met[(met["as_of"] <= met["left_on"]) & (met["as_of"] > met["entered_on"])].sort_values(["unit_id", "as_of"])
    return met.drop_duplicates("unit_id", keep="last")[["unit_id", "as_of"]].reset_index(drop=True)


def _known(data: Data, days: pd.Series) -> pd.DataFrame:
    """Return the features of all who were with us on these days."""
    dates = sorted(days.unique())
    stays = episodes(data)
    frame = kept_frame(data.keep, "portraits", lambda: features(data, dates=dates or [data.as_of]))
    here = [with_us(stays, day)[["unit_id"]].assign(as_of=day) for day in dates]
    if not here:
        return frame.head(0)
    return pd.concat(here, ignore_index=True).merge(frame, on=["unit_id", "as_of"])


def _distances(numbers: pd.DataFrame, cause: pd.Series) -> np.ndarray:
    spread = numbers.std(ddof=0)
    scaled = (numbers - numbers.mean()) / spread.where(spread > 0)
    away = scaled - scaled.groupby(cause.to_numpy()).transform("mean")
    distance: np.ndarray = np.sqrt((away**2).mean(axis=1)).to_numpy()
    return distance


def _modelled(risk: Risk, rows: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """Return what the model says of each on the last first of a month on which she was with us."""
    empty = pd.DataFrame(index=rows.index).assign(
        churn_probability=np.nan, higher_risk_share=np.nan, pushed=None, push_gap=np.nan
    )
    try:
        trained = risk.trained
    except NotEnoughData:
        return empty
    if frame.empty:
        return empty
    chance = trained.score(frame)["churn_probability"].to_numpy()
    rank = pd.Series(chance).groupby(frame["as_of"].to_numpy()).rank(ascending=False, method="min")
    here = frame.groupby("as_of")["unit_id"].transform("size").to_numpy()
    added = trained.contributions(frame).drop(columns=["unit_id", "student_id", "intercept"])
    told = frame[["unit_id", "as_of"]].assign(churn_probability=chance, higher_risk_share=(rank.to_numpy() - 1) / here)
    told = told.join(_pushes(added))
    own = rows[["unit_id", "seen_on", "department"]].merge(
        told, left_on=["unit_id", "seen_on"], right_on=["unit_id", "as_of"], how="left"
    )
    sums = own[[name for name in DEPARTMENTS if name in own]]
    most = sums.max(axis=1)
    is_pushed = most > _LEAST_LOG_ODDS
    pushed = np.where(is_pushed, sums.fillna(-np.inf).idxmax(axis=1), np.array(None, dtype=object))
    stated_push = np.array(
        [row.get(name, np.nan) for row, name in zip(sums.to_dict("records"), own["department"], strict=True)],
        dtype=float,
    )
    return own[["churn_probability", "higher_risk_share"]].assign(
        pushed=pushed, push_gap=(most - stated_push).where(is_pushed)
    )


def _pushes(added: pd.DataFrame) -> pd.DataFrame:
    """Add up what the features of each department add to the log odds."""
    owners = {str(name): owner(str(name)) for name in added}
    return pd.DataFrame({
        department: added[[name for name, whose in owners.items() if whose == department]].sum(axis=1)
        for department in DEPARTMENTS
        if department in owners.values()
    }, index=added.index)  # fmt: skip
