"""By which rules were these figures made?"""

from collections.abc import Iterator

import pandas as pd

from churnlab.finding import Finding
from churnlab.settings import NEVER, Settings
from churnlab.wording import Said

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


def _rows(settings: Settings) -> Iterator[tuple[str, str, Said]]:
    for section in _SECTIONS:
        values = getattr(settings, section)
        for name in type(values).model_fields:
            yield f"{section}.{name}", _written(getattr(values, name)), Said(f"setting.{section}.{name}")


def _written(value: object) -> str:
    if value is None:
        return NEVER
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
