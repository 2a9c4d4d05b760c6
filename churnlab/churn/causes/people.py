"""Do the students of some teachers, classes or advisers leave more often than chance explains?"""

from typing import Any, Literal

import ibis
import numpy as np
import pandas as pd

from churnlab.churn.choices import refuse_other
from churnlab.churn.counts import Campus, month_start, stock_of
from churnlab.churn.outcome import settled_before
from churnlab.churn.service import SERVED
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.stats.multiplicity import holm
from churnlab.stats.shrinkage import Shrunken, beta_binomial
from churnlab.stats.stratified import beside_their_like
from churnlab.tables.door import Data, fetch

Person = Literal["teacher", "class", "adviser"]
_SHOWN = (
    "students", "student_months", "churned", "expected_churned", "monthly_churn_rate", "monthly_churn_rate_low",
    "monthly_churn_rate_high", "adjusted_p_value", "stands_out",
)  # fmt: skip
COLUMN = {"teacher": "teacher_id", "class": "class_id", "adviser": "signer_id"}


def churn_per(data: Data, *, by: Person = "teacher", campus: Campus = None) -> Finding:
    """Estimate at which monthly rate the students of each teacher, class or adviser churn.

    Student-months of the latest `causes.judged_months` settled months. A student counts each month for the teacher and
    the class of most of her lessons attended in the `causes.taught_days` before it (of equals the latest), and for the
    adviser who signed her latest contract before it: not who spoke with her first, as in the funnel, and not who looks
    after her (`students.advisor_id`, 学管师), of which exports tell only who it is today; for those who left that may
    hang on their having left. Each estimate is drawn towards the rate of all, the more the fewer student-months stand
    behind it (`beta_binomial`). It is no ranking: only those are said to stand out whose students churned more or less
    often than others of the same campus in the same months (`beside_their_like`, corrected for the number of those
    compared after Holm); else teachers would be named for where they teach. And it is no judgement: their students
    differ in age, course and price.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    by : {"teacher", "class", "adviser"}
        Whose students are compared.
    campus : str, sequence of str, optional
        Where the students were taught before each month; None: all.

    Returns
    -------
    Finding
        `churn.per_teacher`, `churn.per_class` or `churn.per_adviser`: one row each, highest estimate first.
        `student_months` and `churned` are counts, `expected_churned` how many would have churned as often as all of
        the same campus and month, `monthly_churn_rate` the drawn estimate with its interval; `stands_out` None, above
        or below. Who is alone at a campus is compared with nobody.

    Raises
    ------
    OrderError
        If `by` is none of these.
    NotEnoughData
        If no month is settled, or fewer than two are known, or none of their students churned.
    """
    refuse_other("by", by, COLUMN)
    rows = _student_months(data, by, campus)
    counted = rows.groupby("whose").agg(
        students=("student_id", "nunique"), student_months=("student_id", "size"), churned=("churned", "sum")
    )
    facts: dict[str, Any] = {
        "unit": "student",
        "months": rows["start"].nunique(),
        "level": data.settings.uncertainty.level,
    }
    if len(counted) < 2 or not counted["churned"].sum():
        raise NotEnoughData(f"causes.few_{by}", unit="student", known=len(counted))
    drawn = beta_binomial(counted["churned"], counted["student_months"], level=facts["level"])
    table = counted.reset_index(names=COLUMN[by]).assign(
        monthly_churn_rate=drawn.mean,
        monthly_churn_rate_low=drawn.low,
        monthly_churn_rate_high=drawn.high,
        **_beside_their_like(rows, 1 - facts["level"]),
    )
    shown = table.sort_values(["monthly_churn_rate", COLUMN[by]], ascending=[False, True], ignore_index=True)
    facts |= _facts(table, drawn)
    holds = {"causes_people": True, "causes_alone": facts["alone"] > 0, "causes_adviser": by == "adviser"}
    return Finding(
        key=f"churn.per_{by}",
        table=shown[[COLUMN[by], *_SHOWN]].astype({"churned": "int64"}),
        facts=facts,
        sentences=_sentences(table, facts),
        caveats=tuple(name for name, is_so in holds.items() if is_so),
    )


def _facts(table: pd.DataFrame, drawn: Shrunken) -> dict[str, Any]:
    compared = table[table["adjusted_p_value"].notna()]
    raw = compared["churned"] / compared["student_months"]
    higher = table.loc[table["stands_out"] == "above"]
    return {
        "compared": len(compared),
        "alone": len(table) - len(compared),
        "apart": int(table["stands_out"].notna().sum()),
        "mean_rate": float(table["churned"].sum() / table["student_months"].sum()),
        "strength": drawn.prior_strength,
        "names": ", ".join(higher.iloc[:, 0].astype(str)),
        "raw_low": float(raw.min()),
        "raw_high": float(raw.max()),
    }


def _sentences(table: pd.DataFrame, facts: dict[str, Any]) -> tuple[str, ...]:
    if (table["stands_out"] == "above").any():
        return ("above",)
    if not facts["compared"]:
        return ("nobody",)
    return ("below",) if facts["apart"] else ("alike",)


def _beside_their_like(rows: pd.DataFrame, alpha: float) -> dict[str, Any]:
    """Return columns, in the order of the groups' names, on what others of their campus and month would have lost."""
    names, placed = sorted(rows["whose"].unique()), rows[rows["campus"].notna()]
    alike = placed.groupby(["campus", "start"]).ngroup()
    found = [beside_their_like(placed["churned"], placed["whose"] == name, alike) for name in names]
    p_value = np.array([one.p_value for one in found])
    told = ~np.isnan(p_value)
    p_value[told] = holm(p_value[told])
    return {
        "expected_churned": [one.expected for one in found],
        "adjusted_p_value": p_value,
        "stands_out": [
            None if not p < alpha else "above" if one.observed > one.expected else "below"
            for one, p in zip(found, p_value, strict=True)
        ],
    }


def _student_months(data: Data, by: Person, campus: Campus) -> pd.DataFrame:
    """Return one row per student and month at whose start she was with us and somebody's."""
    end = settled_before(data).to_period("M")
    months = [str(end - back) for back in range(data.settings.causes.judged_months, 0, -1)]
    stocks = [
        stock_of(data, month, campus)
        .groupby("student_id", as_index=False)
        .agg(churned=("churned", "any"), campus=("campus", "first"))
        .assign(month=month)
        for month in months
    ]
    rows = pd.concat(stocks, ignore_index=True)
    rows = rows.assign(start=pd.to_datetime(rows["month"], format="%Y-%m"))
    starts = [month_start(month) for month in months]
    whose = _advisers(data, starts) if by == "adviser" else _taught(data, starts, COLUMN[by])
    return rows.astype({"start": "datetime64[ns]"}).merge(whose, on=["student_id", "start"])


def _dates(starts: list[pd.Timestamp]) -> ibis.Table:
    table = ibis.memtable(pd.DataFrame({"start": starts}))
    return table.mutate(start=table.start.cast("date"))


def _taught(data: Data, starts: list[pd.Timestamp], name: str) -> pd.DataFrame:
    """Say of each student and month whose lessons most of hers were, in the engine: lessons are many."""
    days = data.settings.causes.taught_days
    lessons = data.table("lessons")
    lessons = lessons.mutate(day=lessons.starts_at.cast("date"))
    first = (min(starts) - pd.Timedelta(days=days)).date()
    lessons = lessons.filter(
        lessons.status.isin(SERVED) & lessons[name].notnull() & (lessons.day >= ibis.literal(first))
    )
    daily = lessons.group_by("student_id", "day", whose=lessons[name]).aggregate(lessons=lessons.count())
    dates = _dates(starts)
    ago = dates.start.delta(daily.day, unit="day")
    met = daily.inner_join(dates, [daily.day < dates.start, ago <= days])
    counted = met.group_by("student_id", "start", "whose").aggregate(n=met.lessons.sum(), last=met.day.max())
    order = ibis.window(
        group_by=["student_id", "start"], order_by=[counted.n.desc(), counted["last"].desc(), counted.whose]
    )
    main = counted.mutate(place=ibis.row_number().over(order))
    return _fetched(main.filter(main.place == 0))


def _advisers(data: Data, starts: list[pd.Timestamp]) -> pd.DataFrame:
    """Say of each student and month who signed her latest contract."""
    contracts = data.table("enrolments").mutate(day=lambda t: t.signed_at.cast("date"))
    dates = _dates(starts)
    met = contracts.inner_join(dates, [contracts.day < dates.start])
    order = ibis.window(group_by=["student_id", "start"], order_by=[met.signed_at.desc(), met.enrolment_id.desc()])
    last = met.mutate(place=ibis.row_number().over(order), whose=met.staff_id)
    return _fetched(last.filter((last.place == 0) & last.whose.notnull()))


def _fetched(rows: ibis.Table) -> pd.DataFrame:
    rows = rows.select("student_id", "whose", start=rows.start.cast("timestamp"))
    return fetch(rows.order_by(["student_id", "start"])).astype({"start": "datetime64[ns]"})
