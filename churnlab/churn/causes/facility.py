"""Are the campuses in order, and do complaints and leavers speak of it?"""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from churnlab import wording
from churnlab.churn.causes.stated import churned, stated
from churnlab.churn.causes.taxonomy import coded
from churnlab.churn.causes.waiting import median_days
from churnlab.churn.comparison import Rate, difference
from churnlab.churn.counts import Campus, at_campus, chosen, month_name
from churnlab.churn.outcome import at_risk, episodes
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES, text
from churnlab.settings import Settings
from churnlab.stats.intervals import clustered_wilson
from churnlab.stats.multiplicity import holm
from churnlab.stats.permutation import worse_by_permutation
from churnlab.stats.shrinkage import gamma_poisson
from churnlab.tables.door import Data, fetch
from churnlab.tables.there import has, need

FACILITY = "facility"
# Visits are dealt out so often: of fifty campuses one can still be surely worse after Holm.
_DRAWS = 4_999
_SEED = 20_260_801
_COMPARED = ("failed", "checked", "rate", "rate_low", "rate_high", "others_rate", "gap", "gap_low", "gap_high")


def inspected(data: Data, *, campus: Campus = None) -> Finding:
    """Tell of each campus how many items failed inspection, what is still open, and who complained or left over it.

    A defect begins when an item fails and ends when it was fixed or next passed, whichever is first; an item that fails
    again meanwhile is the same defect. Nothing here says that defects make students leave: there are few campuses. Each
    campus's rate of failing is compared with that of all others together, as `failing` says.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    campus : str, sequence of str, optional
        Which campuses; None: all.

    Returns
    -------
    Finding
        `churn.inspected`: one row per campus inspected in the `causes.period_days` before the date, most open defects
        first. `failed_rate_count` and `failed_rate` of the `checked` items, its interval by day of inspection;
        `adjusted_p_value` of no more failing than at the others; `fixing_days` the median time to mend, those open
        counted; `complaints_per_100_count` complaints and, of a hundred students with us, `complaints_per_100`, drawn
        towards the rate of all campuses (`gamma_poisson`), NaN where nobody was with us in the middle of that time;
        `facility_leavers`, who churned and gave facilities or safety as the reason.

    Raises
    ------
    NotEnoughData
        If nothing was inspected in that time.
    """
    first = pd.Timestamp(data.as_of) - pd.Timedelta(days=data.settings.causes.period_days)
    need(data, "inspections")
    rows = chosen(fetch(data.table("inspections").order_by(["campus", "item", "at"])), campus)
    rows = rows[rows["passed"].notna()].assign(at=lambda t: t["at"].astype("datetime64[ns]"))
    unplaced = int((rows["campus"].isna() & (rows["at"] >= first)).sum())
    rows = rows[rows["campus"].notna()]
    recent = rows[rows["at"] >= first]
    if recent.empty:
        key = "causes.inspected_nowhere" if unplaced else "causes.no_inspections"
        raise NotEnoughData(key, first_on=first.date(), unit="student", unplaced=unplaced)
    level = data.settings.uncertainty.level
    found = defects(rows)
    table = pd.DataFrame([_row(str(name), part, found, data.as_of, level) for name, part in recent.groupby("campus")])
    apart = failing(recent, data.settings)
    table.insert(5, "adjusted_p_value", table["campus"].map(apart["adjusted_p_value"]).astype(float))
    table = table.join(_voices(data, table["campus"], first))
    table = table.sort_values(["open_defects", "campus"], ascending=[False, True], ignore_index=True)
    still_open = found[found["until"].isna()]
    facts: dict[str, Any] = {
        "unit": data.settings.outcome.unit,
        "first_on": first.date(),
        "checked": int(table["checked"].sum()),
        "failed": int((~recent["passed"].astype(bool)).sum()),
        "open": len(still_open),
        "unplaced": unplaced,
    }
    said, told = _apart(apart, level)
    facts |= told
    state = ("defects",) if len(still_open) else ("mended",) if facts["failed"] else ()
    sentences: tuple[str, ...] = ("sentence", *state, *said)
    if len(still_open):
        oldest = still_open.loc[still_open["at"].idxmin()]
        facts |= {"campus": {lang: wording.cell(oldest["campus"], "campus", lang) for lang in LANGUAGES}}
        facts |= {"item": oldest["item"], "open_days": (pd.Timestamp(data.as_of) - oldest["at"].normalize()).days}
        sentences += ("oldest",)
    rates = table["complaints_per_100"].dropna()
    level_ones = ("causes_complaints_level",) if len(rates) > 1 and rates.nunique() == 1 else ()
    caveats = ("causes_inspected", *level_ones, *(("causes_unplaced",) if unplaced else ()))
    return Finding(key="churn.inspected", table=table, facts=facts, sentences=sentences, caveats=caveats)


def failing(rows: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Compare the rate at which items fail at each campus with that at all others together.

    Newcombe's interval of the difference. Whether more fails than elsewhere is tested by exchanging whole days of
    inspection between campuses (`worse_by_permutation`: what is looked at on one day fails together), item by item;
    p-values are adjusted over the campuses after Holm, so that of campuses that do not differ any is named with a
    probability of 1 − `uncertainty.level` at most. Of three campuses with twelve visits of eight items each, one where
    four items fail six times as often as elsewhere is named in 80 % of years (49 % by a score test of all items
    together), and in 57 % where visits differ in strictness as exponential variables do. The test counts a defect that
    lasts once, at the visit that found it: where three of ten failures fail again at the next visit, one of three
    campuses that are alike would otherwise be named in 38 % of years.

    Parameters
    ----------
    rows : pandas.DataFrame
        Inspections: `campus`, `item`, `at`, `passed`, `fixed_at`.
    settings : Settings
        Which campuses are large enough, and how sure to be.

    Returns
    -------
    pandas.DataFrame
        One row per campus with `uncertainty.min_group` items checked, by name, highest rate first: `failed`, `checked`,
        `rate` with its interval, `others_rate`, `gap` with its interval, `adjusted_p_value`. None where fewer than two.

    References
    ----------
    Holm S, Scand J Stat 1979;6:65–70.
    """
    checked = rows["campus"].value_counts()
    names = sorted(checked[checked >= settings.uncertainty.min_group].index)
    rows = rows[rows["campus"].isin(names)]
    compared = [_against_others(rows, name, settings.uncertainty.level) for name in names if len(names) > 1]
    table = pd.DataFrame(compared, index=names[: len(compared)], columns=list(_COMPARED), dtype=float)
    table = table.assign(adjusted_p_value=holm(_worse(rows)) if len(table) else np.nan)
    return table.sort_values("rate", ascending=False, kind="stable")


def _worse(rows: pd.DataFrame) -> np.ndarray:
    """Return by campus, by name, how likely so much would fail were all campuses alike.

    A defect that nobody mended fails at every visit and is told once: visits must not remember each other.
    """
    rows = rows.reset_index(drop=True)
    failures = _failures(rows)
    rows = rows.drop(index=failures.index[failures["again"]])
    failed = rows.assign(day=rows["at"].dt.normalize(), failed=~rows["passed"].astype(bool))
    by_item = failed.groupby(["campus", "day", "item"])["failed"].agg(["sum", "size"]).unstack(fill_value=0)
    whose = by_item.index.get_level_values("campus").astype(str)
    return worse_by_permutation(by_item["sum"], by_item["size"], whose, draws=_DRAWS, rng=np.random.default_rng(_SEED))


def _against_others(rows: pd.DataFrame, name: str, level: float) -> dict[str, Any]:
    failed, own = ~rows["passed"].astype(bool), rows["campus"] == name
    visit = rows["campus"].astype(str) + rows["at"].dt.strftime(" %Y-%m-%d")
    one, other = (
        Rate(failed[part].mean(), *clustered_wilson(failed[part], visit[part], level)) for part in (own, ~own)
    )
    gap = difference(one, other)
    figures = (failed[own].sum(), own.sum(), one.value, one.low, one.high, other.value, gap.value, gap.low, gap.high)
    return dict(zip(_COMPARED, figures, strict=True))


def _apart(compared: pd.DataFrame, level: float) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Name the campuses where more fails than elsewhere by more than chance."""
    if compared.empty:
        return (), {}
    worse = compared[(compared["adjusted_p_value"] < 1 - level) & (compared["gap"] > 0)]
    facts: dict[str, Any] = {"level": level, "compared": len(compared), "worse": len(worse)}
    if worse.empty:
        return ("alike",), facts
    named = {
        lang: {"zh": "；", "en": "; "}[lang].join(
            text("churn.inspected.one", lang, **{str(key): value for key, value in row.items()})
            for row in worse.assign(campus=[wording.cell(name, "campus", lang) for name in worse.index]).to_dict(
                "records"
            )
        )
        for lang in LANGUAGES
    }
    return ("worse",), facts | {"names": named}


def defects(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per defect.

    Parameters
    ----------
    rows : pandas.DataFrame
        Inspections: `campus`, `item`, `at`, `passed`, `fixed_at`.

    Returns
    -------
    pandas.DataFrame
        `campus`, `item`, `at` (when the item failed), `until` (fixed or next passed; NaT: still open); sorted by these.
    """
    failed = _failures(rows)
    defect = (~failed["again"]).cumsum()
    return failed.groupby(defect).agg(
        campus=("campus", "first"), item=("item", "first"), at=("at", "first"), until=("until", _last)
    ).reset_index(drop=True)  # fmt: skip


def _failures(rows: pd.DataFrame) -> pd.DataFrame:
    """Return what failed, by campus, item and time: `until` when, and whether it is an earlier defect found `again`."""
    rows = rows.sort_values(["campus", "item", "at"], kind="stable")
    passed = rows["passed"].astype(bool)
    next_pass = rows["at"].where(passed).groupby([rows["campus"], rows["item"]]).bfill()
    until = pd.concat([rows["fixed_at"].astype("datetime64[ns]"), next_pass], axis=1).min(axis=1)
    failed = rows[["campus", "item", "at"]].assign(until=until)[~passed]
    by_item = failed.groupby(["campus", "item"])
    is_first = by_item.cumcount() == 0
    # An item that fails again before it was mended is one defect that lasts.
    return failed.assign(again=~is_first & ~(by_item["until"].shift() <= failed["at"]))


def _last(until: pd.Series) -> pd.Timestamp:
    return until.iloc[-1]


def _row(name: str, part: pd.DataFrame, found: pd.DataFrame, as_of: date, level: float) -> dict[str, Any]:
    failed = ~part["passed"].astype(bool)
    own = found[found["campus"] == name]
    recent = own[own["until"].isna() | (own["until"] >= part["at"].min())]
    low, high = clustered_wilson(failed, part["at"].dt.normalize(), level)
    days = median_days(recent["at"], recent["until"], as_of=as_of, level=level, whose=recent.index.to_series())
    return {
        "campus": name,
        "checked": len(part),
        "failed_rate_count": int(failed.sum()),
        "failed_rate": failed.mean(),
        "failed_rate_low": low,
        "failed_rate_high": high,
        "open_defects": int(own["until"].isna().sum()),
        **dict(zip(("fixing_days", "fixing_days_low", "fixing_days_high"), days, strict=True)),
    }


def _voices(data: Data, names: pd.Series, first: pd.Timestamp) -> pd.DataFrame:
    """Count who complained and who left over facilities, at each campus."""
    complaints = data.table("complaints").select("campus", "opened_at", "category").order_by(["campus", "opened_at"])
    rows = fetch(complaints.filter(complaints.category.notnull()))
    rows = rows[rows["opened_at"] >= first].reset_index(drop=True)
    about = coded(rows["category"], pd.Series(None, index=rows.index, dtype=object), data.settings)["department"]
    complained = rows.loc[about == FACILITY, "campus"].value_counts().reindex(names).fillna(0)
    left = churned(stated(data))
    gave = left.loc[left["department"] == FACILITY, "campus"].value_counts().reindex(names).fillna(0)
    students = in_the_middle(data).groupby("campus")["student_id"].nunique()
    there = students.reindex(names).fillna(0).to_numpy(dtype=float)
    drawn = np.full((3, len(names)), np.nan)
    had = there > 0  # a campus that was not open yet has no rate, and takes none from the others
    if had.any():
        rate = gamma_poisson(complained[had], there[had] / 100, level=data.settings.uncertainty.level)
        drawn[:, had] = [rate.mean, rate.low, rate.high]
    counted = pd.DataFrame({
        "complaints_per_100_count": complained.to_numpy(dtype=np.int64),
        "complaints_per_100": drawn[0],
        "complaints_per_100_low": drawn[1],
        "complaints_per_100_high": drawn[2],
        "facility_leavers": gave.to_numpy(dtype=np.int64),
    }, index=names.index)  # fmt: skip
    unknown = [] if has(data, "complaints") else [name for name in counted if "complaints" in str(name)]
    return counted.assign(**dict.fromkeys(map(str, unknown), np.nan))


def in_the_middle(data: Data) -> pd.DataFrame:
    """Return who was with us in the middle of the `causes.period_days` before the date, each at the campus of then."""
    middle = pd.Timestamp(data.as_of) - pd.Timedelta(days=data.settings.causes.period_days // 2)
    return at_campus(at_risk(episodes(data), middle), data, month_name(middle))
