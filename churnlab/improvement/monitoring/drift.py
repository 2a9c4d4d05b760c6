"""Does the model still fit: do its students look as those who taught it, and do as many leave as it says?"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from churnlab.churn.declarations import declared
from churnlab.churn.encoding import OUTCOME
from churnlab.churn.judgement import PROBABILITY
from churnlab.churn.panel import scoring
from churnlab.churn.reasons import label
from churnlab.churn.risk import Risk
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES
from churnlab.improvement.monitoring.alerts import watch
from churnlab.improvement.monitoring.moved import LEAST_MONTHS, SMALL, moved
from churnlab.stats.drift import as_far, calibration_test, spiegelhalter
from churnlab.tables.door import Data
from churnlab.wording import Said

_MOST_ROWS = 25
_BLIND = 1.0  # an index this high is another population: a limit above it would never be reached
_SHOWN = ["drift_of", "drift_measure", "drift_value", "drift_limit", "drift_p_value", "is_alarm"]


def drift(data: Data, *, risk: Risk | None = None) -> Finding:
    """Tell which features have moved away from the months that taught the model, and whether it is still right.

    The students of the first of this month are held against those of the firsts of months that taught the model: a
    Monday in a holiday is no first of a month. A feature's index (PSI) is held against how far the same feature moved
    in past months against the months before them, for samples of this size: the folk limits 0.1 and 0.25 know neither.
    It is compared with all months, the latest, or the same season a year before, as `moved` says; below 0.1 no index is
    told. A feature that moves so unevenly, whatever it is compared with, that its limit would be above 1 is not
    watched, nor is one that never varied: a caveat names them, those with their limits. Of calibration the latest month
    whose outcome is known is tested (Cox's intercept and slope together), stretched alike. All looks share a part of
    the false alerts of `alerts`.

    Of forty features of a made-up institution 20 are watched with 400 students and 32 with 5,000 (13 and 23 where all
    are compared with all months). Comparing seasons adds one: of 21 months with an outcome nine have a year before
    them. What remains follows holidays that move (lessons a week about Spring Festival) or, in the first years of
    records, how long these reach back (days with us).

    Parameters
    ----------
    data : Data
        What had happened before a date.
    risk : Risk, optional
        The model of the same data, where it was worked out before.

    Returns
    -------
    Finding
        `watch.drift`; calibration first, then the features with the least likely index: `drift_of` (the feature, or
        the month judged), `drift_measure` (`psi`, `psi_late`, `psi_season`
        as in `moved`, or `calibration`), `drift_value` (the index; for calibration the
        ratio of leavers that came to those told), `drift_limit` (the index from which on an alert is raised),
        `drift_p_value` and `is_alarm`. At most 25 rows. Facts: `features` (watched), `drifted`, `unsteady` and
        `constant` (not watched), and in each language the names of these, `unsteady_named` and `constant_named`.

    Raises
    ------
    NotEnoughData
        If there are fewer than six months to compare, or too few left to train a model.
    """
    risk = risk or Risk(data)
    settings, limits = data.settings, watch(data).limits
    features = [feature.name for feature in declared(settings)]
    on = data.as_of.replace(day=1)
    now = scoring(data if on == data.as_of else data.before(on))
    told = moved(
        risk.panel, now, on=pd.Timestamp(on), features=features, share=limits.features, settings=settings
    )  # fmt: skip
    fits = _calibration(risk.backtest.scored, limits.calibration)
    if told.empty:
        raise NotEnoughData("watch.few_months", months=risk.panel["as_of"].nunique(), needed=2 * LEAST_MONTHS)
    told = told.assign(drift_of=told["name"].map(label))
    is_steady = told["drift_limit"] <= _BLIND
    unsteady = told[~is_steady].sort_values(["drift_limit", "name"])
    constant = [name for name in features if name not in set(told["name"])]
    told = told[is_steady].sort_values(["drift_p_value", "drift_value", "name"], ascending=[True, False, True])
    table = pd.concat([fits, told], ignore_index=True)
    drifted = told[told["is_alarm"]]
    needed = [
        Said("watch.drift.needs", {"feature": feature, "limit": limit})
        for feature, limit in zip(unsteady["drift_of"], unsteady["drift_limit"], strict=True)
    ]
    facts: dict[str, Any] = {
        "features": len(told), "drifted": len(drifted), "unsteady": len(unsteady), "constant": len(constant),
        "drifted_named": _listed(drifted["drift_of"]), "unsteady_named": _listed(needed),
        "constant_named": _listed(map(label, constant)), "months": int(risk.panel["as_of"].nunique()),
        "alarms": int(table["is_alarm"].sum()), "model_share": settings.watching.model_share,
        "false_alarm_share": settings.watching.false_alarm_share, "small": SMALL, "unit": settings.outcome.unit,
        "calibration_ratio": float(fits["drift_value"].iloc[0]), "spiegelhalter": float(fits["spiegelhalter"].iloc[0]),
    }  # fmt: skip
    return Finding(
        key="watch.drift", table=table[_SHOWN].head(_MOST_ROWS), facts=facts, sentences=_sentences(facts, fits),
        caveats=("watch_drift", *(f"watch_{name}" for name in ("unsteady", "constant") if facts[name])),
    )  # fmt: skip


def _sentences(facts: Mapping[str, Any], fits: pd.DataFrame) -> tuple[str, ...]:
    moved = ("drifted" if facts["drifted"] else "steady",) if facts["features"] else ()
    uneven = ("unsteady",) if facts["unsteady"] else ()
    return (*moved, *uneven, "misfits" if bool(fits["is_alarm"].iloc[0]) else "fits")


def _listed(named: Iterable[Said]) -> dict[str, str]:
    each = [*named]
    return {lang: {"zh": "、", "en": ", "}[lang].join(one.say(lang) for one in each) for lang in LANGUAGES}


def _calibration(scored: pd.DataFrame, share: float) -> pd.DataFrame:
    """Test the latest judged month, by how far the months before it were off."""
    found = []
    for month, rows in scored.groupby("as_of", sort=True):
        test = calibration_test(rows[OUTCOME], rows[PROBABILITY])
        ratio = rows[OUTCOME].sum() / rows[PROBABILITY].sum()
        found.append((month, test.statistic, ratio, spiegelhalter(rows[OUTCOME], rows[PROBABILITY])))
    *past, (month, statistic, ratio, z) = found
    usual = [value / 2 for _, value, _, _ in past if value == value]
    p = as_far(statistic / 2, usual, 3) if usual and statistic == statistic else np.nan
    row = {
        "name": "calibration", "drift_of": f"{month:%Y-%m}", "drift_measure": "calibration",
        "drift_value": ratio, "drift_limit": np.nan, "drift_p_value": p, "is_alarm": bool(p < share),
        "spiegelhalter": z,
    }  # fmt: skip
    return pd.DataFrame([row])
