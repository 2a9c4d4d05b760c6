"""Do people use the knowledge base more after a training?"""

from typing import Any

import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Design, Finding
from churnlab.kirkpatrick.behavior.exposure import claim, compare, service, started
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.stats.multiplicity import holm
from churnlab.tables.door import fetch
from churnlab.tables.there import need

_EVENTS = ("view", "download", "applied", "shared")


def document_use(evaluated: Evaluation) -> Finding:
    """Compare how often people used documents per month in service, each with herself and beside others.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `behavior.documents`, one row for all `document_event`s (`all`), then one each: `before_month`, `after_month`,
        `compared_month` (uses per person-month in service), `rate_ratio` with its interval, and `adjusted_p_value`
        (Holm over the four; of all uses it is the p-value itself).

    Raises
    ------
    NotEnoughData
        If nobody of the training used a document.
    """
    need(evaluated.data, "documents")
    days = started(evaluated, service(evaluated), "documents")
    told = fetch(evaluated.data.table("documents").select("staff_id", "at", "event"))
    told = told[told["staff_id"].isin(set(days["staff_id"]))]
    told = told.assign(day=pd.to_datetime(told["at"]).dt.normalize())
    if told.empty:
        raise NotEnoughData("behavior.no_documents", training_id=evaluated.course.training_id)
    level = evaluated.data.settings.uncertainty.level
    rows = [{"document_event": "all", **compare(evaluated, days, told, level=level)}]
    rows += [
        {"document_event": event, **compare(evaluated, days, told[told["event"] == event], level=level)}
        for event in _EVENTS
        if (told["event"] == event).any()
    ]
    table = pd.DataFrame(rows)
    adjusted = [table["p_value"].iloc[0], *holm(table["p_value"].iloc[1:])]
    table = table.assign(adjusted_p_value=adjusted)
    main, design = table.iloc[0], claim(evaluated)
    known, sure = pd.notna(main["rate_ratio"]), main["adjusted_p_value"] < 1 - level
    way = "unknown" if not known else "open" if not sure else "fewer" if main["rate_ratio"] < 1 else "more"
    alone = design is Design.BEFORE_AFTER_ONLY
    facts: dict[str, Any] = {
        "before": main["before"], "after": main["after"], "ratio": main["rate_ratio"], "low": main["rate_ratio_low"],
        "high": main["rate_ratio_high"], "level": level,
    }  # fmt: skip
    names = {"before": "before_month", "after": "after_month", "compared": "compared_month"}
    shown = table.rename(columns=names)[
        ["document_event", *names.values(), "rate_ratio", "rate_ratio_low", "rate_ratio_high", "adjusted_p_value"]
    ]
    sentence = way if way == "unknown" else f"{way}_alone" if alone else way
    return Finding(key="behavior.documents", table=shown, facts=facts, sentences=(sentence,), design=design)
