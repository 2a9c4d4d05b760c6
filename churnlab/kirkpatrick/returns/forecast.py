"""What may it return within the year, and over the skill's whole life, if it fades and people leave as usual?"""

from math import ceil
from typing import Any

import numpy as np
import pandas as pd

from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.returns.benefit import by_month, so_far
from churnlab.kirkpatrick.returns.outcome import (
    Floats,
    caveats,
    design,
    facts,
    outcome,
    return_of,
    still_to_come,
    verdict,
)
from churnlab.wording import Said

_ASIDE = tuple(f"{name}{end}" for name in ("net_cny", "benefit_cost_ratio") for end in ("", "_low", "_high"))
"""Benefit, cost and return on investment say it; a page has no room for all four with their intervals."""


def return_forecast(evaluated: Evaluation) -> Finding:
    """Carry a training's return on from what is measured: to the horizon of the settings, and to the skill's end.

    TE = (E2 − E1) · T · TS − C, month by month: E2 − E1 is the effect on margin per trained person, TS those who are
    still there (afterwards, as people of their roles leave), T the months that the skill lasts, over which the effect
    fades along `[returns] decay`. Months are counted for each from her own training.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `returns.forecast`, one row a span `return_span` (measured so far, horizon, life): `return_verdict` (`paid`,
        `lost` where the whole interval of the return is above or below 0, else `open`), `benefit_cny`, `net_cny`,
        `benefit_cost_ratio`, `roi_rate` with intervals, `paid_probability`, `target_probability`, `to_come_share` (of
        the benefit, what is not yet measured).

    Raises
    ------
    NotEnoughData
        If no cost is told, nothing that those trained do has a price, too few have months before and after, or there
        is nobody to compare with.
    """
    found, months = return_of(evaluated), evaluated.data.settings.returns.horizon_months
    likely, draws = by_month(found.inputs, found.likely)[0], by_month(found.inputs, found.draws)
    known = int(np.flatnonzero(found.inputs.service.worked)[-1] + 1)
    now = float(so_far(found.inputs, found.likely)[0]), so_far(found.inputs, found.draws)
    spans: list[tuple[Said, float, Floats, float]] = [
        (Said("returns.span_so_far", {"months": known}), now[0], now[1], 0.0),
        (Said("returns.span_months", {"months": months}), likely[months - 1], draws[:, months - 1],
         still_to_come(found, months)),
        (Said("returns.span_life", {"months": ceil(found.inputs.life)}), likely[-1], draws[:, -1],
         still_to_come(found, len(likely))),
    ]  # fmt: skip
    rows: list[dict[str, Any]] = []
    for span, benefit, drawn, to_come in spans:
        row = outcome(found, float(benefit), drawn)
        rows.append({"return_span": span, "return_verdict": verdict(row), **row, "to_come_share": to_come})
    told = facts(evaluated, found, rows[1]) | {"months": months, "known": known, "to_come": rows[1]["to_come_share"]}
    sentences = (str(rows[1]["return_verdict"]), "chances", "to_come")
    return Finding(
        key="returns.forecast", table=pd.DataFrame(rows), facts=told, sentences=sentences,
        caveats=caveats(evaluated, found), design=design(found.inputs), hidden=_ASIDE,
    )  # fmt: skip
