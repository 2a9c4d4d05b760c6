"""Do calls, complaints and low scores tell why students leave, and are they counted?"""

from typing import Any

from churnlab.churn.causes.indirect import ALL, UNCHECKED
from churnlab.churn.causes.stated import churned, indirect, stated
from churnlab.churn.causes.taxonomy import UNSTATED
from churnlab.churn.counts import Campus
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES, Lang, text
from churnlab.tables.door import Data

_COLUMNS = (
    "guessed_from", "department", "leavers_guessed", "also_asked",
    "said_same_share", "said_same_share_low", "said_same_share_high", "kappa", "kappa_low", "kappa_high",
)  # fmt: skip


_NAMES = {"source": "guessed_from", "leavers": "leavers_guessed", "compared": "also_asked"}


def indirect_sources(data: Data, *, campus: Campus = None) -> Finding:
    """Compare what leavers said in calls, complaints and low scores with what the same leavers said when asked.

    A source that names other departments than the leavers themselves is kept out of all shares of causes, as is one of
    which too few can be compared (`indirect.compared`). To be asked means an interview, a form or another entry of an
    exit, or a request for refund.

    Parameters
    ----------
    data : Data
        What had happened before a date; compared is over all campuses and all times, one campus has too few.
    campus : str, sequence of str, optional
        Of whom counted and set aside are told: where they were last taught; None: all.

    Returns
    -------
    Finding
        `churn.indirect_sources`: one row per source for all departments, then one per department that at least
        `uncertainty.min_group` named when asked: `leavers_guessed` with a guess, `also_asked`, of these
        `said_same_share`, who named the same (Wilson), and Cohen's `kappa` (of one department against all others) with
        its interval. Facts of the last `causes.period_days`: `told`, with a reason that counts, `told_guessed` of them
        by such a source, `guesses` that are set aside, `untold` of whom nothing is known: `told`, `guesses` and
        `untold` add up to `churned`.

    Raises
    ------
    NotEnoughData
        If no leaver had a call, a complaint or a low score near the end.
    """
    found = indirect(data)
    whole = found[found["department"] == ALL]
    if not whole["leavers"].sum():
        raise NotEnoughData("indirect.none")
    shown = found[(found["department"] == ALL) | (found["compared"] >= data.settings.uncertainty.min_group)]
    table = shown.rename(columns=_NAMES).rename(columns=lambda name: name.replace("agreed_share", "said_same_share"))
    some = whole[whole["leavers"] > 0]
    counted, out = (some[some["counts"] == is_in]["source"].tolist() for is_in in (True, False))
    facts = _facts(data, campus) | {
        "counted": {lang: _listed(counted, lang) for lang in LANGUAGES},
        "out": {lang: _listed(out, lang) for lang in LANGUAGES},
    }
    unchecked = data.settings.causes.indirect_kappa == UNCHECKED
    sentences = ("unchecked",) if unchecked else (*(("counted",) if counted else ()), *(("out",) if out else ()))
    return Finding(
        key="churn.indirect_sources",
        table=table[list(_COLUMNS)].reset_index(drop=True),
        facts=facts,
        sentences=(*sentences, "sum"),
        caveats=() if unchecked else ("indirect_rule",),
    )


def _facts(data: Data, campus: Campus) -> dict[str, Any]:
    rows = churned(stated(data, campus=campus))
    told, guess = rows["department"] != UNSTATED, rows["guess"].notna()
    rules = data.settings
    return {
        "unit": rules.outcome.unit,
        "level": rules.uncertainty.level,
        "least": rules.uncertainty.min_group,
        "indirect_kappa": rules.causes.indirect_kappa,
        "days": rules.causes.period_days,
        "churned": len(rows),
        "told": int(told.sum()),
        "told_guessed": int(rows["source"].isin(indirect(data)["source"]).sum()),
        "guesses": int(guess.sum()),
        "untold": int((~told & ~guess).sum()),
    }


def _listed(names: list[str], lang: Lang) -> str:
    return {"zh": "、", "en": ", "}[lang].join(text(f"code.guessed_from.{name}", lang) for name in names)
