"""Do the questions measure one thing, and is one of them reversed without being marked so?"""

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.reaction.answers import HIGHEST, LOWEST, answers
from churnlab.stats.reliability import FEWEST, cronbachs_alpha, keyed, mcdonalds_omega, reverse_keyed


def reaction_reliability(evaluated: Evaluation) -> Finding:
    """Return alpha and omega of the questionnaire, and which questions run against the others.

    Only the first whole sheet of each person counts, so that every row is another person's.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `reaction.reliability`, one row an item: `reaction_item`, `reaction_reversed` (as marked),
        `item_rest` (correlation of the answers as given with the rest, with interval) and `keying_state`: `as_marked`,
        `not_marked` (surely runs against the rest, not marked), `wrongly_marked` (marked, and surely runs with it),
        `unclear`. Facts: alpha and omega with intervals, of items turned as they are marked. The first sentence judges
        alpha's whole interval by `[reaction] least_alpha`.

    Raises
    ------
    NotEnoughData
        If fewer than ten people answered every item, or there are fewer than three items.
    """
    rows, settings = answers(evaluated), evaluated.data.settings
    sheets, level = _sheets(rows), settings.uncertainty.level
    if len(sheets) < FEWEST or sheets.shape[1] < 3:
        raise NotEnoughData(
            "reaction.few_sheets", training_id=evaluated.scope, people=len(sheets), items=sheets.shape[1], least=FEWEST
        )
    by_item = rows.groupby("item")["reverse_keyed"].agg(lambda marked: bool(marked.eq(True).any()))
    marked = by_item.reindex(sheets.columns)
    turned = keyed(sheets, list(marked.index[marked]), low=LOWEST, high=HIGHEST)
    alpha = cronbachs_alpha(turned, level=level)
    rng = np.random.default_rng(settings.uncertainty.seed)
    omega = mcdonalds_omega(turned, level=level, rng=rng, drawings=settings.uncertainty.bootstrap)
    found = reverse_keyed(sheets, level=level)
    sure, against = found["sure"].to_numpy(dtype=bool), (found["correlation"] < 0).to_numpy()
    state = np.where(against & ~marked, "not_marked", np.where(~against & marked, "wrongly_marked", "as_marked"))
    table = pd.DataFrame(
        {
            "reaction_item": sheets.columns, "reaction_reversed": marked.to_numpy(dtype=bool),
            "item_rest": found["correlation"].to_numpy(), "item_rest_low": found["low"].to_numpy(),
            "item_rest_high": found["high"].to_numpy(), "keying_state": np.where(sure, state, "unclear"),
        }
    )  # fmt: skip
    wrong = table["keying_state"].isin(["not_marked", "wrongly_marked"])
    facts = {
        "alpha": alpha.alpha, "alpha_low": alpha.low, "alpha_high": alpha.high, "omega": omega.omega,
        "omega_low": omega.low, "omega_high": omega.high, "people": alpha.n_people, "items": alpha.n_items,
        "wrong": int(wrong.sum()), "level": level, "line": settings.reaction.least_alpha,
        "unclear": int((table["keying_state"] == "unclear").sum()), "enough": settings.reaction.reliable_people,
    }  # fmt: skip
    line = settings.reaction.least_alpha
    verdict = "reliable" if alpha.low >= line else "unreliable" if alpha.high < line else "open"
    known = () if np.isnan(omega.low) else ("omega",)
    # Alpha of questions that run the wrong way says nothing: that comes first, and no verdict.
    first, last = ("wrong", ()) if wrong.any() else (verdict, ("right",))
    sentences = (first, "sentence", *known, *last, *(("unclear",) if facts["unclear"] else ()))
    few = ("reliability_few",) if alpha.n_people < settings.reaction.reliable_people else ()
    return Finding(key="reaction.reliability", table=table, facts=facts, sentences=sentences, caveats=few)


def _sheets(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row a person, one column an item: her first whole sheet, answers as given."""
    ids = ["respondent_id", "answered_at", "session_id"]
    told = rows.assign(session_id=rows["session_id"].fillna("").astype(str))
    wide = told.pivot_table(index=ids, columns="item", values="score", aggfunc="first").dropna()
    return wide.groupby(level="respondent_id", sort=True).first()
