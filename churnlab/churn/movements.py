"""Who came, who went, and who has gone quiet?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.churn.caveats import caveats
from churnlab.churn.counts import Campus, at_campus, chosen, month_name, month_start, next_month, stock_of
from churnlab.churn.outcome import CHURN_KINDS, episodes
from churnlab.churn.provisional import is_settled
from churnlab.churn.service import any_lessons
from churnlab.churn.standing import standing
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.stats.intervals import clustered_wilson
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


def quiet(data: Data, campus: Campus = None) -> Finding:
    """Count the students with us as of the date who have not come for a while, by campus.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    campus : str or sequence of str, optional
        Default: all campuses.

    Returns
    -------
    Finding
        `churn.quiet`: per campus the students with us, those without lesson, start or hold for `outcome.silent_days`
        eligible days while a contract runs (`quiet`), those whose contracts ended and whose grace runs (`expired`), and
        the share of the quiet, with its Wilson interval.

    Raises
    ------
    NotEnoughData
        If the institution records no lessons: then silence says nothing.
    """
    if not any_lessons(data):
        raise NotEnoughData("churn.no_lessons")
    stays = episodes(data)
    there = chosen(stays[stays["left_on"].isna()], campus)
    stood = standing(data, [data.as_of]).set_index("unit_id")
    has_ended = stood["has_ended"].reindex(there["unit_id"]).to_numpy(dtype=bool)
    is_quiet = stood["is_quiet"].reindex(there["unit_id"]).to_numpy(dtype=bool) & ~has_ended
    counts = there.assign(is_quiet=is_quiet, has_ended=has_ended).groupby("campus", dropna=False)
    table = counts.agg(
        students=("unit_id", "size"), quiet=("is_quiet", "sum"), expired=("has_ended", "sum")
    ).reset_index()
    level = data.settings.uncertainty.level
    limits = [clustered_wilson(rows["is_quiet"], rows["student_id"], level) for _, rows in counts]
    table["quiet_share"] = table["quiet"] / table["students"]
    table[["quiet_share_low", "quiet_share_high"]] = np.array(limits, dtype=float).reshape(-1, 2)
    table = table.sort_values(["quiet_share", "campus"], ascending=[False, True], ignore_index=True)
    facts: dict[str, Any] = {
        "unit": data.settings.outcome.unit,
        "students": len(there),
        "quiet": int(np.sum(is_quiet)),
        "expired": int(np.sum(has_ended)),
        "silent_days": data.settings.outcome.silent_days,
        "known_to": (pd.Timestamp(data.as_of) - pd.Timedelta(days=1)).date(),
    }
    return Finding(key="churn.quiet", table=table, facts=facts)
