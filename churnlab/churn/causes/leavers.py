"""Who churned in a period, with which stated reasons, and what must be known before they are counted?"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from churnlab.churn.causes.indirect import INDIRECT, UNCHECKED
from churnlab.churn.causes.stated import churned, stated
from churnlab.churn.causes.taxonomy import UNSTATED
from churnlab.churn.caveats import set_aside
from churnlab.churn.counts import Campus
from churnlab.churn.outcome import settled_before
from churnlab.errors import NotEnoughData
from churnlab.tables.door import Data
from churnlab.tables.there import need

STATING = ("exits", "refunds", "calls", "contacts", "complaints", "surveys")
"""The tables that can hold why somebody left."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Leavers:
    """Those who churned in a period.

    Attributes
    ----------
    rows : pandas.DataFrame
        As of `stated`, those who churned.
    personal : pandas.DataFrame
        Likewise, those who left for personal reasons that were registered: another end, no churn.
    caveats : tuple of str
        What the reader must know first.
    facts : dict
        What caveats and sentences need: `first_on`, `last_on`, `churned`, `told` (how many with a reason), `unstated`,
        `guessed` (from sources that agree with what leavers say when asked), `coded` (from texts that nobody filed) and
        their shares, `level`, `unit`; `guesses`: of the unstated, of how many there is a guess that does not count.
    """

    rows: pd.DataFrame
    personal: pd.DataFrame
    caveats: tuple[str, ...]
    facts: dict[str, Any]

    @property
    def told(self) -> pd.DataFrame:
        """Those who stated a reason."""
        return self.rows[self.rows["department"] != UNSTATED].reset_index(drop=True)


def leavers(
    data: Data,
    *,
    start: date | None = None,
    stop: date | None = None,
    campus: Campus = None,
    by: str = "left_on",
    least: int = 0,
) -> Leavers:
    """Return those who churned in a period, with the reasons that they stated.

    Parameters
    ----------
    data, start, stop, campus, by
        As for `stated`.
    least : int
        How many must have stated a reason.

    Raises
    ------
    NotEnoughData
        If nobody churned, fewer than `least` stated a reason, or the store holds no table that could tell one.
    """
    ended = stated(data, start=start, stop=stop, campus=campus, by=by)
    rows = churned(ended)
    stop = stop or data.as_of
    first = start or (pd.Timestamp(stop) - pd.Timedelta(days=data.settings.causes.period_days)).date()
    facts = {
        "unit": data.settings.outcome.unit,
        "level": data.settings.uncertainty.level,
        "first_on": first,
        "last_on": (pd.Timestamp(stop) - pd.Timedelta(days=1)).date(),
        "settled_on": (settled_before(data) - pd.Timedelta(days=1)).date(),
        "churned": len(rows),
    }
    told = rows[rows["department"] != UNSTATED]
    if rows.empty:
        raise NotEnoughData("causes.nobody", **facts)
    if told.empty:
        need(data, *STATING)
    if len(told) < least:
        raise NotEnoughData("causes.few", told=len(told), least=least, **facts)
    counts = {
        "guessed": int(told["source"].isin(INDIRECT).sum()),
        "guesses": int(rows["guess"].notna().sum()),
        "coded": int((told["source"] == "text").sum()),
    }
    facts |= counts | {"told": len(told), "unstated": len(rows) - len(told)}
    facts |= {"told_share": len(told) / len(rows), "unstated_share": 1 - len(told) / len(rows)}
    facts |= {"indirect_kappa": data.settings.causes.indirect_kappa}
    is_open = by == "left_on" and pd.Timestamp(stop) > settled_before(data)
    known, more = _caveats(data, **{name: many > 0 for name, many in counts.items()}, is_open=is_open)
    personal = ended[ended["end_kind"] == "personal"].reset_index(drop=True)
    return Leavers(rows=rows, personal=personal, caveats=known, facts=facts | more)


def _caveats(
    data: Data, *, guessed: bool, guesses: bool, coded: bool, is_open: bool
) -> tuple[tuple[str, ...], dict[str, Any]]:
    short, more = set_aside(data)
    unchecked = data.settings.causes.indirect_kappa == UNCHECKED
    holds = {
        **dict.fromkeys(short, True),
        "causes_stated": True,
        "causes_guessed": guessed and not unchecked,
        "causes_unchecked": guessed and unchecked,
        "causes_guesses": guesses,
        "causes_coded": coded,
        "causes_open": is_open,
    }
    return tuple(name for name, is_so in holds.items() if is_so), more
