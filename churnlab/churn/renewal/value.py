"""What is each student now in service still worth?"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from churnlab.churn.memory import remembered
from churnlab.churn.outcome import settled_before
from churnlab.churn.renewal.curve import curve
from churnlab.churn.renewal.ends import broken_off, expansions, expansions_followed, other_ends
from churnlab.churn.renewal.in_service import in_service, terminal_courses
from churnlab.churn.renewal.looks import ENDED, looks, renewals
from churnlab.stats.beta_geometric import survival
from churnlab.tables.door import Data

_DRAWS = 200
_SHOWN = [
    "unit_id", "student_id", "campus", "remaining_value_cny", "remaining_value_cny_low", "remaining_value_cny_high",
    "monthly_margin_cny", "expected_months",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class Prospects:
    """How long each chain of contracts will go on, at the best estimate (first draw) and as uncertain as it is.

    Attributes
    ----------
    chains : pandas.DataFrame
        As `in_service` has them, with `monthly_margin_cny` and `cell`: the row of the arrays.
    discounted_months : numpy.ndarray, shape (1 + draws, cells)
        Expected months to come after what is bought already, each discounted.
    here : numpy.ndarray, shape (1 + draws, cells, 1 + months)
        The chance to be still here after 0, 1, 2, … months.
    """

    chains: pd.DataFrame
    discounted_months: np.ndarray
    here: np.ndarray

    @property
    def expected_months(self) -> np.ndarray:
        """Months still to come within the horizon, at the best estimate; shape (cells,)."""
        # On average half of a month's leavers are here in its middle.
        return (self.here[0, :, 1:] + self.here[0, :, :-1]).sum(axis=-1) / 2


class _Drawn(NamedTuple):
    """What is the same for all contracts, the best estimate and then draws; `others` by course, going on or terminal.

    The curve's two parameters, the hazard a month, the share of ends that are neither renewal nor churn, and how often
    expansions are followed by another contract.
    """

    leaving: np.ndarray
    unlikeness: np.ndarray
    hazard: np.ndarray
    others: np.ndarray
    expansions: np.ndarray


def remaining_value(data: Data) -> pd.DataFrame:
    """Estimate the margin still to be won from each student now in service.

    For every contract now running: what she uses a month, times the course's margin, for every month to come within
    `renewal.horizon_months` that is not bought yet, times the chance that she is still here then, discounted at
    `renewal.discount_rate_per_year`. What is bought already has been paid: it can be lost only by a refund and is told
    apart (`prepaid`).

    The chance to be here is the simplest that knows the term: at each contract's end that of the shifted beta-geometric
    curve for her term, times the share of ends that are neither completion nor personal; between the ends one hazard
    for all, contracts broken off over months at risk. A contract for a further course bought beside (an expansion) is
    no part of that curve: most end while the first goes on and nothing follows them; they go on as often as
    expansions did (`expansions_followed`). Whose contract has ended already renews as often as others did so
    long after the end, and of the quiet as many are still here as were of others (`looks`). It knows nothing else of
    the student. Each contract to come is taken to last as long as the present one.

    Parameters
    ----------
    data : Data
        What had happened before a date.

    Returns
    -------
    pandas.DataFrame
        One row per unit in service with a contract running or just ended, sorted by `unit_id`, but for those of whose
        contracts no price is known (`in_service`): they are not worth nothing, and nobody can tell what.

        - `unit_id`, `student_id`; `campus`: of the stay, as `episodes` has it
        - `remaining_value_cny`, `remaining_value_cny_low`, `remaining_value_cny_high`: yuan of today; the interval is
          for the expectation, from draws of the curve, of the hazard and of the share of other ends, at
          `uncertainty.level`; what one student will really bring scatters far more
        - `monthly_margin_cny`: margin of a month at the present pace and price, all her contracts together
        - `expected_months`: months she is expected to stay within the horizon, what is bought included; of several
          contracts the longest

    Raises
    ------
    NotEnoughData
        If too few contracts came to their end for a curve.

    References
    ----------
    Gupta S, Lehmann D R, J Interactive Marketing 2003;17:9–24, margin times retention, discounted; Fader P S, Hardie
    B G S, Marketing Science 2010;29:85–93, why the retention must know the term.
    """
    found = prospects(data)
    chains, months = found.chains, found.discounted_months
    tail = (1 - data.settings.uncertainty.level) / 2
    low, high = np.quantile(months[1:], [tail, 1 - tail], axis=0)
    margin, cell = chains["monthly_margin_cny"], chains["cell"].to_numpy()
    best = months[0]
    rows = chains.assign(
        remaining_value_cny=margin * best[cell],
        remaining_value_cny_low=margin * np.minimum(low, best)[cell],
        remaining_value_cny_high=margin * np.maximum(high, best)[cell],
        expected_months=found.expected_months[cell],
    )
    summed = dict.fromkeys(_SHOWN[3:7], "sum") | {"student_id": "first", "campus": "first", "expected_months": "max"}
    priced = rows[rows["monthly_margin_cny"].notna()]
    return priced.groupby("unit_id", sort=True).agg(summed).reset_index()[_SHOWN]


@remembered
def prospects(data: Data) -> Prospects:
    """Work out how long each chain of contracts in service will go on; whoever hands it on changes nothing in it."""
    chains = in_service(data)
    return prospects_of(chains.assign(state=chains["enrolment_id"].map(_states(data))), data)


def prospects_of(chains: pd.DataFrame, data: Data, *, draws: int = _DRAWS) -> Prospects:
    """Work out how long chains of contracts will go on that stand as given, at the curve and the rates of today.

    Parameters
    ----------
    chains : pandas.DataFrame
        The columns of `in_service`, and `state` as `looks` has it.
    data : Data
        What had happened before a date.
    draws : int
        How many beside the best estimate, at most the default.
    """
    rules = data.settings.renewal
    margin = chains["margin_rate"].fillna(rules.margin_rate)
    cells = pd.DataFrame({
        "term": chains["term"],
        "left": chains["months_left"].clip(upper=rules.horizon_months + 1).round().astype(int),
        "length": chains["term_months"].round().clip(lower=1).astype(int),
        "terminal": chains["course_id"].isin(terminal_courses(data)),
        "expansion": chains["enrolment_id"].isin(expansions(data)),
        "state": chains["state"],
    })  # fmt: skip
    unique = cells.drop_duplicates().sort_values([*cells], ignore_index=True)
    keyed = cells.merge(unique.reset_index(names="cell"), on=[*cells], how="left")
    here, times = _here(unique, data, draws)
    years = (np.arange(rules.horizon_months) + 0.5) / 12
    worth = (1 + rules.discount_rate_per_year) ** -years
    # The middle of each month: on average half of the month's leavers are still here.
    middle = (here[..., 1:] + here[..., :-1]) / 2
    to_be_paid = times[:, :-1] > 0
    return Prospects(
        chains=chains.drop(columns="state").assign(
            monthly_margin_cny=chains["monthly_cny"] * margin, cell=keyed["cell"].to_numpy()
        ),
        discounted_months=(middle * to_be_paid * worth).sum(axis=-1),
        here=here,
    )


def _here(cells: pd.DataFrame, data: Data, draws: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the chance to be here after 0, 1, … months, by draw and cell, and how many renewals that takes."""
    months = np.arange(data.settings.renewal.horizon_months + 1)
    left, length = (cells[name].to_numpy()[:, None] for name in ("left", "length"))
    times = np.where(months >= left, (months - left) // length + 1, 0)
    drawn = _Drawn(*(each[: 1 + draws] for each in _drawn(data)))
    here = _renewing(cells, times, drawn) * np.exp(-drawn.hazard[:, None, None] * months)
    first = _renewing(cells, np.ones((len(cells), 1), dtype=int), drawn)[..., 0]
    return here * _as_they_stand(cells["state"], first, data)[..., None], times


def _renewing(cells: pd.DataFrame, times: np.ndarray, drawn: _Drawn) -> np.ndarray:
    """Return by draw and cell the chance to renew so many times in a row; `times` has one row a cell."""
    term = cells["term"].to_numpy()[:, None]
    terms_ahead = np.arange(int((term + times).max(initial=0)) + 1)
    curves = survival(drawn.leaving[:, None], drawn.unlikeness[:, None], terms_ahead)
    curves = np.maximum(curves, 1e-12)  # nobody gets so far; the ratio is 0 all the same
    kept = curves[:, term - 1 + times] / curves[:, term - 1]
    others = drawn.others[:, cells["terminal"].to_numpy(dtype=int)][..., None]
    chance = kept * (1 - others) ** times
    added = cells["expansion"].to_numpy(dtype=bool)
    chance[:, added] = drawn.expansions[:, None, None] ** times[added]
    return chance


def _states(data: Data) -> pd.Series:
    rows = looks(data)
    return rows[rows["months_ago"] == 0].set_index("enrolment_id")["state"]


def _as_they_stand(state: pd.Series, first: np.ndarray, data: Data) -> np.ndarray:
    """Return by draw and cell the factor for those of whom more is known than the curve knows.

    Whose contract has ended and who has not renewed by now does so as often as others did so long after the end, and
    not with the curve's chance, `first`; of the quiet some have left and it cannot be told yet.
    """
    rows, rng = looks(data), np.random.default_rng(data.settings.uncertainty.seed)
    _, due = renewals(rows, 0)
    known = rows[(rows["months_ago"] > 0) & (rows["day"] <= settled_before(data))]
    known = known.assign(did=known["left_on"].isna() | (known["left_on"] >= known["day"]))
    factor = np.ones(first.shape)
    for name in (*ENDED, "quiet"):
        seen = known if name == "quiet" else due
        did = seen.loc[seen["state"] == name, "did"]
        if len(did):
            yes, no = did.sum() + 0.5, (~did).sum() + 0.5
            share = np.append(yes / (yes + no), rng.beta(yes, no, _DRAWS))[:, None]
            cells = (state == name).to_numpy()
            factor[:, cells] = share[: len(first)] if name == "quiet" else share[: len(first)] / first[:, cells]
    return factor


def _drawn(data: Data) -> _Drawn:
    rng, fit = np.random.default_rng(data.settings.uncertainty.seed), curve(data)
    leaving, unlikeness = fit.draws(_DRAWS, rng)
    broken, months = broken_off(data)
    hazard = rng.gamma(broken + 0.5, 1 / months, _DRAWS)
    others, ends = other_ends(data)
    share = rng.beta(others + 0.5, ends - others + 0.5, (_DRAWS, 2))
    followed, ended = expansions_followed(data)
    again = rng.beta(followed + 0.5, ended - followed + 0.5, _DRAWS)
    return _Drawn(
        np.append(fit.leaving, leaving),
        np.append(fit.unlikeness, unlikeness),
        np.append(broken / months, hazard),
        np.vstack([(others + 0.5) / (ends + 1), share]),
        np.append((followed + 0.5) / (ended + 1), again),
    )
