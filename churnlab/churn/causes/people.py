"""Do the students of some teachers, classes or advisers leave more often than chance explains?"""

from typing import Any, Literal

import ibis
import numpy as np
import pandas as pd

from churnlab.churn.counts import Campus, month_start, stock_of
from churnlab.churn.outcome import settled_before
from churnlab.churn.service import SERVED
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.stats.shrinkage import Shrunken, beta_binomial
from churnlab.tables.door import Data, fetch

Person = Literal["teacher", "class", "adviser"]
COLUMN = {"teacher": "teacher_id", "class": "class_id", "adviser": "signer_id"}


def churn_per(data: Data, *, by: Person = "teacher", campus: Campus = None) -> Finding:
    """Estimate at which monthly rate the students of each teacher, class or adviser churn.

    Student-months of the latest `causes.judged_months` settled months. A student counts each month for the teacher and
    the class of most of her lessons attended in the `causes.taught_days` before it (of equals the latest), and for the
    adviser who signed her latest contract before it: not who spoke with her first, as in the funnel, and not who looks
    after her (`students.advisor_id`, 学管师), of which exports tell only who it is today; for those who left that may
    hang on their having left. Each estimate is drawn towards the rate of all, the more the fewer student-months stand
    behind it (`beta_binomial`). It is no ranking: only those are said to stand out whose interval leaves out the common
    rate even when it is widened for the number of those compared (Bonferroni). And it is no judgement: their students
    differ in age, course, price and campus.

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
        `student_months` and `churned` are counts, `monthly_churn_rate` the drawn estimate with its interval.

    Raises
    ------
    NotEnoughData
        If no month is settled, or fewer than two are known, or none of their students churned.
    """
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
    level = data.settings.uncertainty.level
    drawn, widened = (
        beta_binomial(counted["churned"], counted["student_months"], level=each)
        for each in (level, 1 - (1 - level) / len(counted))
    )
    table = counted.reset_index(names=COLUMN[by]).assign(
        monthly_churn_rate=drawn.mean,
        monthly_churn_rate_low=drawn.low,
        monthly_churn_rate_high=drawn.high,
        stands_out=_apart(widened),
    )
    shown = table.sort_values(["monthly_churn_rate", COLUMN[by]], ascending=[False, True], ignore_index=True)
    facts |= _facts(table, drawn)
    return Finding(
        key=f"churn.per_{by}",
        table=shown.astype({"churned": "int64"}),
        facts=facts,
        sentences=_sentences(table, facts),
        caveats=("causes_people", *(("causes_adviser",) if by == "adviser" else ())),
    )


def _facts(table: pd.DataFrame, drawn: Shrunken) -> dict[str, Any]:
    raw = table["churned"] / table["student_months"]
    higher = table.loc[table["stands_out"] == "above"]
    return {
        "compared": len(table),
        "apart": int(table["stands_out"].notna().sum()),
        "mean_rate": drawn.prior_mean,
        "strength": drawn.prior_strength,
        "names": ", ".join(higher.iloc[:, 0].astype(str)),
        "raw_low": float(raw.min()),
        "raw_high": float(raw.max()),
    }


def _sentences(table: pd.DataFrame, facts: dict[str, Any]) -> tuple[str, ...]:
    if (table["stands_out"] == "above").any():
        return ("above",)
    return ("alike",) if np.isinf(facts["strength"]) or not facts["apart"] else ("below",)


def _apart(drawn: Shrunken) -> np.ndarray:
    higher, lower = drawn.low > drawn.prior_mean, drawn.high < drawn.prior_mean
    words = np.where(lower, "below", np.array(None, dtype=object))
    return np.where(higher, "above", words)


def _student_months(data: Data, by: Person, campus: Campus) -> pd.DataFrame:
    """Return one row per student and month at whose start she was with us and somebody's."""
    end = settled_before(data).to_period("M")
    months = [str(end - back) for back in range(data.settings.causes.judged_months, 0, -1)]
    stocks = [
        stock_of(data, month, campus).groupby("student_id")["churned"].any().reset_index().assign(month=month)
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
