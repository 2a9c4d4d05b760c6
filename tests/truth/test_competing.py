import importlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from churnlab.churn.competing.conditional import EVERYBODY, chances
from churnlab.churn.competing.groups import incidence_by
from churnlab.churn.competing.incidence import cumulative_incidence
from churnlab.churn.competing.ratios import ratios_side_by_side
from churnlab.churn.levels import POOLED
from churnlab.churn.stays import stays, watched
from churnlab.settings import Settings
from churnlab.stats.conditional import can_be_told
from churnlab.synthetic import Truth
from tests.truth.coverage import LEVEL, assert_covers, band
from tests.truth.many import Many, one_by_one

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("truth")]

INCIDENCE, GROUPS = (importlib.import_module(f"churnlab.churn.competing.{name}") for name in ("incidence", "groups"))
DAYS = (90, 180, 365)
COVARIATES = {"campus": "campus", "course": "course_id", "channel": "channel"}


@pytest.fixture(scope="module")
def parts(simple: Many) -> dict[str, pd.DataFrame]:
    """The stays of each institution over its last year, as the report sees them."""
    rows = stays(simple.data, period_days=simple.data.settings.retention.period_days)
    return dict(one_by_one(rows))


def true_shares(truth: Truth, campus: str = "") -> pd.DataFrame:
    rows = truth.cumulative_incidence
    return rows[rows["campus"] == campus].set_index("day")


def tell(analysis: Any, module: Any, data: Any, part: pd.DataFrame, **chosen: Any) -> pd.DataFrame:
    """Let the analysis be given the stays of one institution."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "stays", lambda data, **_: part)
        return analysis(data, **chosen).table


def test_intervals_of_cumulative_incidences_cover_the_true_ones(simple: Many, parts: dict[str, pd.DataFrame]) -> None:
    """Estimand: the probability of having churned, so many days after entry; personal reasons compete.

    Averaged over the students who started.
    """
    rows = []
    for name, part in parts.items():
        table = tell(cumulative_incidence, INCIDENCE, simple.data, part).set_index(["days_with_us", "fate"])
        true = true_shares(simple.truths[name])
        rows.append({
            (fate, day): table.loc[(day, fate), "fate_share_low"] <= share <= table.loc[(day, fate), "fate_share_high"]
            for day in DAYS
            for fate, share in (("churned", true.at[day, "churned"]), ("personal", true.at[day, "personal"]))
            if (day, fate) in table.index and (fate == "churned" or day == 365)
        })  # fmt: skip
    assert_covers(pd.DataFrame(rows))


def test_intervals_of_each_campus_cover_the_true_incidence_there(simple: Many, parts: dict[str, pd.DataFrame]) -> None:
    """Estimand: the probability of having churned by day 180 and 365, averaged over those who started there."""
    rows = []
    for name, part in parts.items():
        held = {}
        for row in tell(incidence_by, GROUPS, simple.data, part, by="campus").itertuples():
            share = true_shares(simple.truths[name], row.campus[3:]).at[row.days_with_us, "churned"]
            if row.days_with_us >= 180:
                held[f"{row.campus[3:]} {row.days_with_us}"] = row.churned_share_low <= share <= row.churned_share_high
        rows.append(held)
    assert_covers(pd.DataFrame(rows))


def test_intervals_of_who_will_still_be_here_cover_the_truth(simple: Many, parts: dict[str, pd.DataFrame]) -> None:
    """Estimand: of those here now, for u days each, the mean of S(u + h) / S(u) with the S of those who started.

    Of those for whom enough went before. Students of safe courses stay longer, but curves and truth know no courses.
    """
    assert_covers(still_here_held(simple, parts))


def still_here_held(simple: Many, parts: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Tell of each institution and number of days ahead whether the interval of all those here now held the truth."""
    rows, rules = [], simple.data.settings
    # Told here of however few, as the estimand is of those for whom enough went before.
    least = {"least_all_share": 0.001, "least_told_share": 0.001}
    rules = rules.model_copy(update={"competing": rules.competing.model_copy(update=least)})
    for name, part in parts.items():
        true = true_shares(simple.truths[name])
        here = 1 - true["churned"] - true["personal"]
        now = part.loc[part["cause"] == 0, "exit"].to_numpy(dtype=int)
        table, held = chances(part, rules), {}
        for row in table[table["tenure"] == EVERYBODY].dropna().itertuples():
            ahead = int(row.days_ahead)
            u = now[can_be_told(watched(part), now, days=ahead, min_at_risk=rules.retention.min_at_risk)]
            share = (here.loc[u + ahead].to_numpy() / here.loc[u].to_numpy()).mean()
            held[ahead] = row.still_here_share_low <= share <= row.still_here_share_high
        rows.append(held)
    return pd.DataFrame(rows)


def test_intervals_of_the_ratios_of_churn_cover_the_true_ones_each_and_together(
    simple: Many, parts: dict[str, pd.DataFrame]
) -> None:
    """Estimand: the ratio of the hazards of churn of two levels of a factor, the other factors held.

    The intervals are wide enough for all of a table together: as printed, all of an institution's hold at once at
    least at the nominal rate; narrowed to one alone, each holds at just that rate.
    """
    alone, together = {}, []
    for name, part in parts.items():
        table = by_cause(part, simple.data.settings)
        true = [true_log_ratio(simple.truths[name].log_hazard_ratios, row) for row in table.itertuples()]
        together.append(holds(table, "hazard_ratio", true, narrowed=False)[~np.isnan(true)].all())
        alone[name] = dict(zip(table["level"].map(str), holds(table, "hazard_ratio", true), strict=True))
    told = pd.DataFrame.from_dict(alone, orient="index")
    assert_covers(told.drop(columns=[str(level) for level in POOLED.values()], errors="ignore"))
    assert np.mean(together) >= band(len(together))[0]


def test_intervals_of_the_ratios_of_personal_reasons_cover_one(simple: Many, parts: dict[str, pd.DataFrame]) -> None:
    """Estimand: the ratio of the hazards of leaving for personal reasons of two campuses: 1, as all leave so alike.

    By campus only, and of five institutions as one: of 300 students a dozen leave so in a year, of 1,500 mostly as
    many as a report asks for.
    """
    alone, held = list(parts.values()), []
    for first in range(0, len(alone), 5):
        five = pd.concat(alone[first : first + 5], ignore_index=True)
        five = five.assign(course="any", channel="any", cluster=pd.factorize(five["unit_id"])[0])
        table = by_cause(five, simple.data.settings)
        if "personal_ratio" in table:
            held.append(dict(zip(table["level"].map(str), holds(table, "personal_ratio", 0.0), strict=True)))
    assert len(held) >= 50, len(held)
    share = pd.DataFrame(held).astype(float).mean()
    assert share.between(*band(len(held), len(share))).all(), share


def by_cause(part: pd.DataFrame, rules: Settings) -> pd.DataFrame:
    """Return the table of ratios of one institution, its campuses under the names that its truth has."""
    first = part[part["episode"] == 1].reset_index(drop=True)
    return ratios_side_by_side(first.assign(campus=first["campus"].str[3:]), rules).table


def true_log_ratio(true: Mapping[str, float], row: Any) -> float:
    """Return what the log ratio of this level is; of levels pooled nobody knows."""
    if row.level == POOLED[row.factor]:
        return float("nan")
    return true[f"{COVARIATES[row.factor]}={row.level}"] - true[f"{COVARIATES[row.factor]}={row.reference}"]


def holds(table: pd.DataFrame, ratio: str, true: Any, *, narrowed: bool = True) -> Any:
    """Tell of each row whether its interval holds the truth; narrowed, the interval for this one ratio alone."""
    told, high = np.log(table[ratio]), np.log(table[f"{ratio}_high"])
    ratios = len(table) * sum(f"{name}_low" in table for name in table)
    share = norm.ppf((1 + LEVEL) / 2) / norm.ppf(1 - (1 - LEVEL) / ratios / 2) if narrowed else 1
    return (np.abs(told - true) <= share * (high - told)).to_numpy()
