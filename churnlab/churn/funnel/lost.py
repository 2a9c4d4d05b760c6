"""Why were those lost who asked and never enrolled, and how far had they come?"""

from typing import Any

import pandas as pd

from churnlab.churn.counts import Campus
from churnlab.churn.funnel.cohort import Cohort, period, ripe, ripe_cohort
from churnlab.churn.funnel.last_words import last_words, most_frequent, share_of_lost
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.tables.door import Data
from churnlab.wording import Said

NO_REASON = Said("churn.lost_reasons.none")


def lost_reasons(data: Data, *, campus: Campus = None) -> Finding:
    """Count the reasons for which those were given up who asked and never enrolled.

    A reason is known from the day of the loss (`leads.lost_on`). Where too few have that day, no reason can be told as
    of a date, and the outcome of the last contact is told in its place (`last_words`).

    Parameters
    ----------
    data : Data
        What had happened before a date.
    campus : str, sequence of str, optional
        Where they asked; None: everywhere.

    Returns
    -------
    Finding
        `churn.lost_reasons`: one row per reason, the most frequent first, at most `funnel.listed`, then the others, and
        those without a reason. `requests` and `lost_share` of all who are marked as lost with a day, with Wilson's
        interval, by person; `at_asked`, …, `at_trial_done`: how many of them stood at this step, of steps of which
        anything is on record. Or `churn.last_words`.

    Raises
    ------
    NotEnoughData
        As for `conversion`, or if all of them enrolled, or neither enough losses have a day nor contacts are stored.
    """
    cohort = ripe_cohort(data, "enrolled", campus)
    gone = ~cohort.passed["enrolled"]
    if not gone.any():
        raise NotEnoughData("funnel.nobody_lost", asked=len(cohort.rows))
    marked = gone & cohort.rows["lost_on"].notna()
    if marked.sum() < data.settings.uncertainty.min_group:
        return last_words(data, cohort)
    table = _by_reason(data, cohort, marked)
    known, more = ripe(data, cohort)
    facts = _facts(cohort, marked, table) | {"lost": int(gone.sum())} | period(cohort) | more
    return Finding(
        key="churn.lost_reasons",
        table=table,
        facts=facts | {"unmarked": int((gone & ~marked).sum()), "level": data.settings.uncertainty.level},
        sentences=_sentences(facts),
        caveats=(*known, "funnel_marked", *(("funnel_lost_at",) if "at_asked" in table else ())),
    )


def _sentences(facts: dict[str, Any]) -> tuple[str, ...]:
    """Where most have no reason, that comes first: the reasons of the few say little of the others."""
    told = ("first",) if "first" in facts else ()
    return ("mostly_untold" if facts["untold_share"] > 1 / 2 else "sentence", *told)


def _by_reason(data: Data, cohort: Cohort, marked: pd.Series) -> pd.DataFrame:
    rows, rules = cohort.rows[marked], data.settings
    steps = cohort.steps[: cohort.steps.index("enrolled")]
    stood = cohort.passed.loc[marked, list(steps)].sum(axis=1) - 1
    # Of a single step all that can be said is that they asked.
    shown = enumerate(steps) if len(steps) > 1 else ()
    at = {f"at_{step}": stood == place for place, step in shown}
    said = [*most_frequent(rows["lost_reason"], rules), (NO_REASON, rows["lost_reason"].isna())]
    return pd.DataFrame(
        [
            {"lost_reason": name, **share_of_lost(which, rows["person"], rules)}
            | {name: int((which & there).sum()) for name, there in at.items()}
            for name, which in said
            if which.any()
        ]
    )


def _facts(cohort: Cohort, marked: pd.Series, table: pd.DataFrame) -> dict[str, Any]:
    untold = cohort.rows.loc[marked, "lost_reason"].isna()
    facts: dict[str, Any] = {
        "asked": len(cohort.rows),
        "marked": int(marked.sum()),
        "untold": int(untold.sum()),
        "untold_share": float(untold.mean()),
    }
    if untold.all():
        return facts
    first = table.iloc[0]
    shares = {f"first_{name}": float(first[f"lost_{name}"]) for name in ("share", "share_low", "share_high")}
    return facts | {"first": first["lost_reason"], "first_n": int(first["requests"])} | shares
