"""Who came, who went, and who has gone quiet?"""

from datetime import date
from typing import Any

import pandas as pd

from churnlab.churn.calling.trial import held_out
from churnlab.churn.caveats import caveats
from churnlab.churn.counts import Campus, at_campus, chosen, month_name, month_start, next_month, stock_of
from churnlab.churn.memory import told_once
from churnlab.churn.outcome import CHURN_KINDS, episodes, with_us
from churnlab.churn.provisional import is_settled
from churnlab.churn.service import any_lessons
from churnlab.churn.standing import standing
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES, text
from churnlab.tables.door import Data


def movements(data: Data, month: str, campus: Campus = None) -> Finding:
    """Return how the number of students changed over a month.

    Students at the start + new + returned + moved here − left = students at the end, always. Who came and left within
    the month is in both.

    Parameters
    ----------
    data, month, campus
        As for `churn_rate`.

    Returns
    -------
    Finding
        `churn.movements`: `movement` (start, new, returned, moved, churned, personal, completed, end), `students`:
        positive for those who came, negative for those who left. `moved` is the balance of transfers between campuses;
        it has a row only where campuses were chosen.
    """
    first, after = month_start(month), next_month(month_start(month))
    start, end = stock_of(data, month, campus), stock_of(data, month_name(after), campus)
    stays = episodes(data)
    came = stays[(stays["entered_on"] >= first) & (stays["entered_on"] < after)]
    came = chosen(at_campus(came, data, month_name(after)), campus)
    left_then = chosen(came, campus)
    left = pd.concat([start[start["has_left"]], left_then[left_then["left_on"] < after]])
    counts = {
        "start": len(start),
        "new": int((came["episode"] == 1).sum()),
        "returned": int((came["episode"] > 1).sum()),
        "churned": -int(left["end_kind"].isin(CHURN_KINDS).sum()),
        "personal": -int((left["end_kind"] == "personal").sum()),
        "completed": -int((left["end_kind"] == "completed").sum()),
    }
    balance = len(end) - sum(counts.values())
    assert campus is not None or balance == 0, "students appeared or vanished"
    moved = {"moved": balance} if campus is not None else {}
    table = pd.DataFrame([*(counts | moved | {"end": len(end)}).items()], columns=["movement", "students"])
    known, more = caveats(data, month, n=None)
    facts = {"month": month} | {name: abs(number) for name, number in counts.items()} | {"end": len(end)}
    change = len(end) - len(start)
    facts |= {"left": len(left), "came": counts["new"] + counts["returned"], "change": abs(change)}
    sentence = "grew" if change > 0 else "shrank" if change < 0 else "even"
    if not is_settled(data, month):
        sentence = "so_far"  # who left without anybody knowing yet still counts among those at the end
    return Finding(
        key="churn.movements",
        table=table,
        facts=facts | more,
        sentences=(sentence,),
        caveats=tuple(name for name in known if name != "churn_process"),
    )


@told_once
def quiet(data: Data, campus: Campus = None) -> Finding:
    """List the students with us as of the date who have not come for a while, those not seen for longest first.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    campus : str or sequence of str, optional
        Default: all campuses.

    Returns
    -------
    Finding
        `churn.quiet`: at most `report.at_risk_students` of those without lesson, start or hold for
        `outcome.silent_days` eligible days while a contract runs: `student_id` as in the at-risk list, `campus`,
        `seen_on`, `days_not_seen`. Its facts count all of them (`quiet`), by campus, and those whose contracts ended
        and whose grace runs (`expired`). Whom a lot holds out of all calls is counted (`held_out`) and not named.

    Raises
    ------
    NotEnoughData
        If the institution records no lessons: then silence says nothing.
    """
    if not any_lessons(data):
        raise NotEnoughData("churn.no_lessons")
    there = _standing_on(data, data.as_of, campus)
    is_quiet = there["is_quiet"] & ~there["has_ended"]
    silent = there[is_quiet].sort_values(["days_not_seen", "unit_id"], ascending=[False, True], ignore_index=True)
    first = silent.head(data.settings.report.at_risk_students)
    back = held_out(data, first["student_id"])
    table = first.loc[~back, ["student_id", "campus", "seen_on", "days_not_seen"]].reset_index(drop=True)
    counts = silent["campus"].value_counts(sort=False).sort_index()
    facts: dict[str, Any] = {
        "unit": data.settings.outcome.unit,
        "students": len(there),
        "quiet": len(silent),
        "listed": len(table),
        "held_out": int(back.sum()),
        "expired": int(there["has_ended"].sum()),
        "silent_days": data.settings.outcome.silent_days,
        "as_of": data.as_of,
        "by_campus": _by_campus(counts, data.settings.outcome.unit),
    }
    said = {
        "sentence": len(silent) > 0,
        "campuses": len(counts) > 1,
        "longest": len(table) > 0 and len(first) < len(silent),
        "held_out": bool(back.any()),
        "order": len(table) > 0,
        "none": len(silent) == 0,
        "expired": facts["expired"] > 0,
    }
    return Finding(
        key="churn.quiet", table=table, facts=facts, sentences=tuple(name for name, is_so in said.items() if is_so)
    )


def quiet_on(data: Data, day: date, campus: Campus = None) -> int | None:
    """Count those who had not come for a while on the first day of a month, as could be seen then.

    The same as asking `quiet(data.before(day))`, without going through the lessons again; None where no lesson had been
    recorded by then.
    """
    if not any_lessons(data.before(day)):
        return None
    there = _standing_on(data, day, campus)
    return int((there["is_quiet"] & ~there["has_ended"]).sum())


def _standing_on(data: Data, day: date, campus: Campus) -> pd.DataFrame:
    """Return those with us on a day as far as could be told then, where they were taught last, and how they stood."""
    stays = with_us(episodes(data), day)
    if day < data.as_of:
        stays = at_campus(stays, data, month_name(pd.Timestamp(day)))
    stood = standing(data, [day]).drop(columns="day")
    return chosen(stays, campus).merge(stood, on="unit_id", how="left", validate="many_to_one")


def _by_campus(counts: pd.Series, unit: str) -> dict[str, str]:
    said = {
        lang: [text("churn.quiet.campus", lang, campus=name, n=number, unit=unit) for name, number in counts.items()]
        for lang in LANGUAGES
    }
    return {lang: {"zh": "、", "en": ", "}[lang].join(parts) for lang, parts in said.items()}
