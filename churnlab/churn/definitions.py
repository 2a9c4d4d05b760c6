"""By which rules were these figures made?"""

from collections.abc import Iterator

import pandas as pd

from churnlab import wording
from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES, Lang
from churnlab.settings import NEVER, Settings
from churnlab.wording import Said

_JOINTS: dict[Lang, str] = {"zh": "、", "en": ", "}
_SECTIONS = ("outcome", "features", "model", "retention", "uncertainty")


def definitions(settings: Settings) -> Finding:
    """List every threshold in force with its reason.

    Parameters
    ----------
    settings : Settings
        What the institution decided.

    Returns
    -------
    Finding
        `churn.definitions`: `setting` (as it stands in churnlab.toml), `in_force`, `why`.
    """
    table = pd.DataFrame(_rows(settings), columns=["setting", "in_force", "why"])
    return Finding(key="churn.definitions", table=table, facts={"n": len(table)})


def method(settings: Settings) -> Finding:
    """Tell how each figure is made, with the days and reasons of these settings.

    Parameters
    ----------
    settings : Settings
        What the institution decided.

    Returns
    -------
    Finding
        `churn.method`, one row a topic: `topic_word`, `explained`.
    """
    facts = _facts(settings)
    explained = {
        "as_of": "as_of",
        "unit": f"unit_{settings.outcome.unit.replace('-', '_')}",
        "churn": "churn",
        "not_churn": "not_churn" if settings.outcome.personal_reasons else "not_churn_completed",
        "left_on": _left(settings),
        "rate": "rate",
        "retention": "retention",
        "ratios": "ratios",
        "predictions": "predictions",
    }
    rows = [
        (Said(f"churn.method.topic.{topic}"), Said(f"churn.method.{name}", facts)) for topic, name in explained.items()
    ]
    table = pd.DataFrame(rows, columns=["topic_word", "explained"], dtype=object)
    return Finding(key="churn.method", table=table)


def _facts(settings: Settings) -> dict[str, object]:
    outcome = settings.outcome
    days = {"grace_days": outcome.grace_days, "inactivity_days": outcome.inactivity_days}
    return days | {
        "ended": Said(f"churn.method.ended.{'after_grace' if outcome.grace_days else 'at_once'}", days),
        "absence": Said(f"churn.method.absence.{'never' if outcome.inactivity_days is None else 'days'}", days),
        "reasons": {
            lang: _JOINTS[lang].join(wording.cell(code, "reason_code", lang) for code in outcome.personal_reasons)
            for lang in LANGUAGES
        },
        "level": settings.uncertainty.level,
        "period_days": settings.retention.period_days,
        "horizon_days": outcome.horizon_days,
        "longest_suspension_days": outcome.longest_suspension_days,
        "test_months": settings.model.test_months,
    }


def _left(settings: Settings) -> str:
    """Return which sentence tells when a leaving is known."""
    if settings.outcome.inactivity_days is not None:
        return "left_after_absence"
    return "left_after_grace" if settings.outcome.grace_days else "left_at_once"


def _rows(settings: Settings) -> Iterator[tuple[str, str, Said]]:
    for section in _SECTIONS:
        values = getattr(settings, section)
        for name in type(values).model_fields:
            yield f"{section}.{name}", _written(getattr(values, name)), Said(f"setting.{section}.{name}")


def _written(value: object) -> str:
    if value is None:
        return NEVER
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
