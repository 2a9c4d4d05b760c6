"""What is watched only together, or not at all, and for want of what?"""

from collections.abc import Mapping, Sequence

from churnlab.churn.counts import Campus
from churnlab.i18n import LANGUAGES, Lang, text
from churnlab.improvement.monitoring.series import ABSENCE, DAILY, Watched
from churnlab.tables.door import Data
from churnlab.tables.there import called, has

_MOST_NAMED = 6
_TABLES = {
    "churn": "lessons", "refunds": "refunds", "complaints": "complaints", ABSENCE: "lessons", DAILY: "lessons",
}  # fmt: skip


def unseen(series: Watched, data: Data, campus: Campus) -> dict[str, Mapping[str, str]]:
    """Name what each campus is not watched for alone.

    Parameters
    ----------
    series : Watched
        What is watched.
    data : Data
        What had happened before a date.
    campus : str, sequence of str, optional
        Who is named; None: all.

    Returns
    -------
    dict
        Facts in each language, each only where there is something to name: `pooled` (measures with the campuses watched
        together), `unwatched` (measures with those not watched) and `tables` (of which nothing is in the store).
    """
    wanted = None if campus is None else {campus} if isinstance(campus, str) else set(campus)
    lacking = [name for name in series.everywhere if not has(data, _TABLES[name])]
    unwatched = {name: small for name, small in series.unwatched.items() if name not in lacking}
    facts: dict[str, Mapping[str, str]] = {}
    for fact, groups in (("pooled", series.pooled), ("unwatched", unwatched)):
        told = {name: [one for one in small if wanted is None or one in wanted] for name, small in groups.items()}
        here = {name: small for name, small in told.items() if small}
        if here:
            facts[fact] = {lang: _listed(here, series.everywhere, lang) for lang in LANGUAGES}
    if lacking:
        facts["tables"] = called(*dict.fromkeys(_TABLES[name] for name in lacking))
    return facts


def _listed(groups: Mapping[str, Sequence[str]], everywhere: Sequence[str], lang: Lang) -> str:
    """Name measures, each with its campuses where it is not all of them."""
    named = []
    for name, small in groups.items():
        measure = text(f"code.watch_measure.{name}", lang)
        shown = {"zh": "、", "en": ", "}[lang].join([*small[:_MOST_NAMED], *(["……"] * (len(small) > _MOST_NAMED))])
        named.append(measure if name in everywhere else text("watch.at", lang, measure=measure, campuses=shown))
    return {"zh": "；", "en": "; "}[lang].join(named)
