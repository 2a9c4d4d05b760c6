"""Do those with more hours of training rise sooner, and in what do they differ anyway?"""

from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtr

from churnlab.errors import NotEnoughData
from churnlab.finding import Design, Finding
from churnlab.kirkpatrick.people.career import careers, first_training
from churnlab.stats.balance import balance
from churnlab.stats.cox import NoFitError, fit_cox
from churnlab.stats.intervals import normal_quantile
from churnlab.tables.door import Data
from churnlab.tables.there import need
from churnlab.wording import Said

FEWEST_PROMOTED = 5
HOURS_UNIT = 10.0
_ADJUSTED = ["hours_10", "tenure_years", "kpi_level", "rating_level"]
_KNOWN_BEFORE = ("hours", "tenure_years", "kpi_level", "rating_level", "test_share_before")
_KNOWN_SHARE = 0.5  # of person-months; a covariate known of fewer would say mostly who was measured


def promotion_and_hours(data: Data) -> Finding:
    """Tell by how much the rate of promotion goes with hours of training, plain and adjusted.

    Cox's model by calendar month, within roles: each month those at work and not yet promoted on record are compared
    with whom is promoted in it. Hours of trainings concluded before the month (since records begin), tenure, the mean
    KPI index of `people.promotion_kpi_months` before and the last ratings by others before, each as of that month's
    first day; who was hired before records begin enters when they begin (left truncation). What training did through
    KPIs and ratings is taken out of the adjusted ratio; who is chosen for training because she is about to rise is in
    both. So it is an association, at best a comparison of groups.

    Returns
    -------
    Finding
        `people.promotion_and_hours`: one row per `adjusted_for` (`plain`: hours only; `adjusted`) and `covariate`:
        `hazard_ratio` with interval and `p_value`: per 10 hours, per year of tenure, per standard deviation of KPI
        index or rating.

    Raises
    ------
    NotEnoughData
        If no promotions are stored, fewer than `uncertainty.min_group` are, or hours do not differ.
    """
    need(data, "promotions")
    uncertainty, months = data.settings.uncertainty, careers(data)
    promoted = int(months["promoted"].sum())
    if promoted < uncertainty.min_group:
        raise NotEnoughData("people.few_promoted", promoted=promoted, least=uncertainty.min_group)
    plain, adjusted = ratios(months, level=uncertainty.level)
    table = pd.concat([plain, adjusted], ignore_index=True)
    facts: dict[str, Any] = {
        "promoted": promoted,
        "people": months["staff_id"].nunique(),
        "first_month": months["month"].min().date(),
        "hours": HOURS_UNIT,
        "level": uncertainty.level,
    }
    for name, rows in (("plain", plain), ("adjusted", adjusted)):
        facts |= {f"{name}{end}": float(rows[f"hazard_ratio{end}"].iloc[0]) for end in ("", "_low", "_high")}
    sure = facts["adjusted_low"] > 1 or facts["adjusted_high"] < 1
    unknown = () if len(adjusted) == len(_ADJUSTED) else ("people.not_adjusted",)
    return Finding(
        key="people.promotion_and_hours",
        table=table,
        facts=facts,
        sentences=("sentence", "apart" if sure else "alike", "confounders"),
        caveats=(*unknown, *(("people.few_events",) if promoted < 10 * len(adjusted) else ())),
        design=Design.COMPARISON_GROUP,
    )


def ratios(months: pd.DataFrame, *, level: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the plain and the adjusted hazard ratios of months at work, as `careers` returns them.

    Raises
    ------
    NotEnoughData
        If hours do not differ among those who could be promoted, or foretell promotion perfectly.
    """
    known = [name for name in _ADJUSTED[2:] if months[name].notna().mean() >= _KNOWN_SHARE]
    columns = [name for name in _ADJUSTED if name not in _ADJUSTED[2:] or name in known]
    filled = months.assign(**{name: months[name].fillna(months[name].mean()) for name in known})
    return _fitted(filled, ["hours_10"], "plain", level), _fitted(filled, columns, "adjusted", level)


def _fitted(months: pd.DataFrame, columns: list[str], model: str, level: float) -> pd.DataFrame:
    stratum = pd.factorize(months["role"].fillna(""), sort=True)[0]
    at = months["number"].to_numpy(dtype=float)
    try:
        fit = fit_cox(at, at + 1, months["promoted"], months[columns], strata=stratum, clusters=months["staff_id"])
    except NoFitError as error:
        flat = [columns[place] for place in error.columns if columns[place] != "hours_10"]
        if not flat or error.reason not in ("constant", "dependent"):
            raise NotEnoughData("people.promotion_unfit", columns=max(len(error.columns), 1)) from None
        # What does not differ among those who could be promoted together needs no adjusting for.
        return _fitted(months, [name for name in columns if name not in flat], model, level)
    z = normal_quantile(level)
    # The plain errors: with so few promotions the robust ones are too small.
    beta, error_ = fit.coefficients, fit.standard_errors
    p_value = 2 * ndtr(-np.abs(beta / error_))
    return pd.DataFrame(
        {
            "adjusted_for": model,
            "covariate": columns,
            "hazard_ratio": np.exp(beta),
            "hazard_ratio_low": np.exp(beta - z * error_),
            "hazard_ratio_high": np.exp(beta + z * error_),
            "p_value": p_value,
        }
    )


def compared(people: pd.DataFrame, name: str, level: float) -> list[dict[str, Any]]:
    """Return the row of a covariate; none where it is known of fewer than two on a side of the same trainings."""
    told = people.dropna(subset=name)
    sides = told.groupby("training_id")["promoted"].agg(["sum", "size"])
    sides = sides[(sides["sum"] > 0) & (sides["sum"] < sides["size"])]
    told = told[told["training_id"].isin(sides.index)]
    rose = told["promoted"].to_numpy(dtype=bool)
    if min(rose.sum(), (~rose).sum()) < 2:
        return []
    # Others count as often as it takes to be of the same trainings as the promoted, in the same parts.
    alike = told["training_id"].map(sides["sum"] / (sides["size"] - sides["sum"]))
    found = [
        balance(told[[name]].astype(float), rose, level=one, weights=np.where(rose, 1.0, alike)).table.iloc[0]
        for one in (level, 1 - (1 - level) / len(_KNOWN_BEFORE))
    ]
    row = found[0]
    written = "kpi.share" if name == "test_share_before" else "kpi.plain"
    return [
        {
            "covariate": name,
            "promoted_mean": Said(written, {"value": float(row["treated_mean"])}),
            "others_mean": Said(written, {"value": float(row["control_mean"])}),
            "promoted_people": int(rose.sum()),
            "others_people": int((~rose).sum()),
            "difference_score": row["g"],
            "difference_score_low": row["low"],
            "difference_score_high": row["high"],
            "alike_enough": row["verdict"],
            "strict_low": found[1]["low"],
            "strict_high": found[1]["high"],
        }
    ]


def promoted_beside_others(data: Data) -> Finding:
    """Compare those promoted after their first training with those of the same training who were not.

    As of the day they concluded it: what differed already then may be why they rose. Hours are those of that training.
    Others are weighed so that as large a part of them is of each training as of the promoted: else trainings whom the
    able are sent to, or that were long ago, would make the difference. Apart is said only of what keeps its distance
    when all that was looked at is allowed for (Bonferroni).

    Returns
    -------
    Finding
        `people.promoted_beside_others`: one row a covariate, the largest difference first: `covariate`,
        `promoted_mean`, `others_mean`, `promoted_people`, `others_people`, `difference_score` (Hedges' g) with
        interval, `alike_enough` (of the What Works Clearinghouse, see `balance`).

    Raises
    ------
    NotEnoughData
        If fewer than 5 were promoted after a training, or nobody was trained with them and not promoted.
    """
    need(data, "promotions")
    people = first_training(data)
    same = people[people["training_id"].isin(people.loc[people["promoted"], "training_id"])]
    promoted = int(same["promoted"].sum())
    if promoted < FEWEST_PROMOTED or promoted == len(same):
        raise NotEnoughData("people.few_promoted_trained", promoted=promoted, least=FEWEST_PROMOTED)
    level = data.settings.uncertainty.level
    table = pd.DataFrame([row for name in _KNOWN_BEFORE for row in compared(same, name, level)])
    if table.empty:
        raise NotEnoughData("people.few_promoted_trained", promoted=promoted, least=FEWEST_PROMOTED)
    table["apart"] = (table["strict_low"] > 0) | (table["strict_high"] < 0)
    hours, apart = table[table["covariate"] == "hours"], bool(table["apart"].any())
    table = table.assign(size=table["difference_score"].abs()).sort_values(["apart", "size"], ascending=False)
    top = table.iloc[0]
    table = table.sort_values("size", ascending=False, ignore_index=True)
    facts: dict[str, Any] = {
        "promoted": promoted,
        "others": len(same) - promoted,
        "trainings": same["training_id"].nunique(),
        "promoted_hours": hours["promoted_mean"].iloc[0],
        "others_hours": hours["others_mean"].iloc[0],
        "covariate": Said(f"code.covariate.{top['covariate']}"),
        "g": float(top["difference_score"]),
        **{f"g{end}": float(top[f"strict{end}"]) for end in ("_low", "_high")},
        "looked_at": len(table),
        "level": level,
    }
    return Finding(
        key="people.promoted_beside_others",
        table=table.drop(columns=["strict_low", "strict_high", "apart", "size"]),
        facts=facts,
        sentences=("sentence", "apart" if apart else "alike"),
        caveats=("people.who_is_chosen",),
        design=Design.COMPARISON_GROUP,
    )
