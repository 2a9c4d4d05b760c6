"""Do students leave for other reasons than they did?"""

from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from churnlab.churn.causes.leavers import leavers
from churnlab.churn.causes.taxonomy import DEPARTMENTS
from churnlab.churn.comparison import Rate, difference
from churnlab.churn.counts import Campus
from churnlab.churn.outcome import settled_before
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES, Lang, text
from churnlab.stats.intervals import clustered_wilson
from churnlab.stats.proportions import rates_differ
from churnlab.stats.shrinkage import beta_binomial
from churnlab.tables.door import Data
from churnlab.wording import Said


def cause_trend(data: Data, *, campus: Campus = None) -> Finding:
    """Follow each department's share of the stated reasons over quarters.

    Only quarters all of whose ends are known. A quarter's share is drawn towards that of all quarters, the more the
    fewer left in it (`beta_binomial`): the share of five leavers is mostly chance. Whether the latest quarter differs
    from those before is tested on the plain counts: Fisher's test (by student where one has several units), adjusted
    over the departments after Benjamini and Hochberg.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    campus : str, sequence of str, optional
        Where they were last taught; None: all.

    Returns
    -------
    Finding
        `churn.cause_trend`: one row per quarter, `quarter` as `2026Q3`; `told`, how many stated a reason; of each
        department `market_share_count`, how many of these named it, and `market_share`, the share drawn towards that of
        all quarters, with its interval. Where the quarters scatter no more than by chance nothing but that mean is
        left, and a caveat names the departments.

    Raises
    ------
    NotEnoughData
        If fewer than three quarters had leavers with a reason, the latest among them, or fewer than
        `uncertainty.min_group` all together.
    """
    level, least = data.settings.uncertainty.level, data.settings.uncertainty.min_group
    end = pd.Period(settled_before(data), freq="Q").start_time
    start = (pd.Period(end, freq="Q") - data.settings.causes.trend_quarters).start_time
    found = leavers(data, start=start.date(), stop=end.date(), campus=campus, least=least)
    told = found.told.assign(quarter=lambda t: t["left_on"].dt.to_period("Q"))
    latest = pd.Period(end, freq="Q") - 1
    if told["quarter"].nunique() < 3 or latest not in set(told["quarter"]):
        raise NotEnoughData("causes.few_quarters", quarters=told["quarter"].nunique(), **found.facts)
    counted = told.groupby("quarter")["unit_id"].size().rename("told").to_frame().reset_index()
    columns = {"quarter": counted["quarter"].astype(str), "told": counted["told"].astype("int64")}
    level_ones = []
    for name in DEPARTMENTS:
        did = (told["department"] == name).groupby(told["quarter"]).sum()
        drawn = beta_binomial(did.to_numpy(), counted["told"].to_numpy(), level=level)
        columns |= {f"{name}_share_count": did.to_numpy(dtype=np.int64), f"{name}_share": drawn.mean}
        columns |= {f"{name}_share_low": drawn.low, f"{name}_share_high": drawn.high}
        level_ones += [name] if np.isinf(drawn.prior_strength) else []
    sentence, facts = _change(told, told["quarter"] == latest, level)
    facts |= found.facts | {"quarter": str(latest), "quarters": len(counted)}
    caveats = (*found.caveats, "causes_drawn")
    if level_ones:
        caveats += ("causes_level" if len(level_ones) < len(DEPARTMENTS) else "causes_all_level",)
        facts |= {"level_ones": {lang: _listed(level_ones, lang) for lang in LANGUAGES}}
    return Finding(
        key="churn.cause_trend", table=pd.DataFrame(columns), facts=facts, sentences=(sentence,), caveats=caveats
    )


def _listed(names: list[str], lang: Lang) -> str:
    return {"zh": "、", "en": ", "}[lang].join(text(f"code.department.{name}", lang) for name in names)


def _change(told: pd.DataFrame, now: pd.Series, level: float) -> tuple[str, dict[str, Any]]:
    """Say whether a department's share in the latest quarter differs from before by more than chance."""
    who = told["student_id"]
    raw = [rates_differ(told["department"] == name, now, who) for name in DEPARTMENTS]
    adjusted = stats.false_discovery_control(raw)
    if adjusted.min() >= 1 - level:
        return "alike", {"least_p": float(adjusted.min())}
    name = DEPARTMENTS[int(np.argmin(raw))]
    did = told["department"] == name
    one, other = (Rate(did[part].mean(), *clustered_wilson(did[part], who[part], level)) for part in (now, ~now))
    gap = difference(one, other)
    facts = {
        "department": Said(f"code.department.{name}"),
        "share": float(one.value),
        "before_share": float(other.value),
        "gap": float(gap.value),
        "gap_low": float(gap.low),
        "gap_high": float(gap.high),
        "least_p": float(adjusted.min()),
    }
    return ("more" if gap.value > 0 else "less"), facts
