"""Which contract ended when, and did another follow it?

Renewal and churn are told by the same episodes, so that they cannot contradict each other: a contract is renewed as
long as the student's stay goes on with another one, and the stay of which it is said that it was not renewed ends with
a contract of which the same is said.
"""

import numpy as np
import pandas as pd

from churnlab.churn.contracts import contracts
from churnlab.churn.holidays import NEVER
from churnlab.churn.memory import remembered
from churnlab.churn.outcome import NOT_CHURN_KINDS, episodes
from churnlab.churn.service import as_number, day_numbers
from churnlab.churn.stays import here_before
from churnlab.errors import NotEnoughData
from churnlab.tables.door import Data, fetch

OUTCOMES = ("renewed", "not_renewed", "completed", "personal", "broken_off", "beside", "open", "running")
ASKED = ("renewed", "not_renewed")
"""The base of every renewal rate: contracts that came to their end and whose answer is known."""

_BY_NAME, _SAME_COURSE, _OTHER_COURSE, _AFTERWARDS = range(4)
_COLUMNS = [
    "unit_id", "student_id", "enrolment_id", "campus", "course_id", "staff_id", "signed_on", "starts_on", "ended_on",
    "outcome", "renewed_by", "renewed_on", "is_early", "term", "term_is_known",
]  # fmt: skip


def terms(data: Data) -> pd.DataFrame:
    """Return one row per contract: how it ended, and which one followed it.

    A contract is followed by the first of these that was signed after it, before the stay was over, and runs on beyond
    its end (of hours not used up yet, of one course, those bought first end first; where another contract goes on
    beside it, it must be signed within the grace): one that names it as the one
    renewed; one for the same course; one for another course that is no expansion and follows no other contract; any
    signed after its end.

    Parameters
    ----------
    data : Data
        What had happened before a date.

    Returns
    -------
    pandas.DataFrame
        Sorted by `unit_id`, `signed_on`, `enrolment_id`; dates are `datetime64[ns]`.

        - `unit_id`, `student_id`, `enrolment_id`, `campus`, `course_id`, `staff_id`: of the contract
        - `signed_on`, `starts_on`; `ended_on`: NaT: it has not ended; one broken off by silence ended when that began
        - `outcome`: `renewed`, another followed; `not_renewed`, the stay ended with it; `completed`, `personal`, the
          stay ended with it, which is no churn; `broken_off`, a refund, a withdrawal or silence came before its end;
          `beside`, it ended while another contract went on and none followed it; `open`, it ended and one may yet
          follow; `running`
        - `renewed_by`, `renewed_on`: id of the contract that followed and the day it was signed; also of those that
          still run
        - `is_early`: that day came at least `renewal.early_days` before the end
        - `term`: 1 for a first contract, 2 for the one that followed it, …; after a return it begins with 1
        - `term_is_known`: not for those who were here before the records begin; then `term` is the least it can be

    Raises
    ------
    NotEnoughData
        If enrolments are what is counted: then each stands alone and none can follow.
    """
    if data.settings.outcome.unit == "enrolment":
        raise NotEnoughData("renewal.unit")
    return terms_in_days(data)[_COLUMNS].copy()


@remembered
def terms_in_days(data: Data) -> pd.DataFrame:
    """Return `terms` with what they were told from; whoever hands it on changes nothing in it.

    Besides: `signed`, `ends` (natural end), `how` (it ended), `renewed` (day of signing; NaN: never), `beside` (whether
    another went on at its end) and of its stay `left` and `told` (`NEVER`: on); days since 1970-01-01.
    """
    rows = _in_stays(_contracts(data), data)
    rows = rows.assign(beside=_goes_on_beside(rows))
    followed = _followers(rows, data.settings.outcome.grace_days, as_number(data.as_of))
    rows = rows.join(followed, on="enrolment_id")
    rows = rows.assign(outcome=_outcome(rows, as_number(data.as_of)))
    renewed = rows["renewed"].fillna(NEVER).to_numpy(dtype=np.int64)
    early = rows["ends"] - renewed >= data.settings.renewal.early_days
    broken = rows["outcome"] == "broken_off"
    cut = rows[["ends", "left"]].min(axis=1).clip(lower=rows["starts"])
    over = rows["ends"].where(~broken, cut)
    told = rows.assign(
        signed_on=_dates(rows["signed"]),
        starts_on=_dates(rows["starts"]),
        ended_on=_dates(over).where(over < as_number(data.as_of)),
        renewed_on=_dates(pd.Series(renewed, index=rows.index)),
        is_early=early & rows["renewed"].notna(),
        term=_numbered(rows),
    )
    return told.assign(term_is_known=_from_the_start(told, data)).reset_index(drop=True)


def _contracts(data: Data) -> pd.DataFrame:
    """Return one row per contract with its last stretch: `ends` and `how` are those of the stretch."""
    found, rows = contracts(data), data.table("enrolments")
    said = fetch(rows.select("enrolment_id", "kind", "renews_id", "staff_id").order_by("enrolment_id"))
    last = found.spans.drop_duplicates("enrolment_id", keep="last")[["enrolment_id", "starts", "ends", "how"]]
    signed = found.signed[["enrolment_id", "student_id", "unit_id", "course_id", "campus", "signed"]]
    joined = signed.merge(last, on="enrolment_id").merge(said, on="enrolment_id")
    joined = joined.sort_values(["unit_id", "signed", "enrolment_id"], ignore_index=True)
    return joined.assign(place=np.arange(len(joined)))


def _in_stays(rows: pd.DataFrame, data: Data) -> pd.DataFrame:
    """Add of the stay in which each contract ended, or runs now: `told`, `left` (int days; NEVER: on), `end_kind`."""
    stays = episodes(data)[["unit_id", "entered_on", "left_on", "known_on", "end_kind"]]
    days = {"entered": "entered_on", "left": "left_on", "told": "known_on"}
    stays = stays.assign(**{name: day_numbers(stays[column], NEVER) for name, column in days.items()})
    stays = stays.sort_values(["entered", "unit_id"])[["unit_id", *days, "end_kind"]]
    at = rows.assign(at=np.minimum(rows["ends"], as_number(data.as_of) - 1)).sort_values(["at", "place"])
    joined = pd.merge_asof(at, stays, left_on="at", right_on="entered", by="unit_id")
    # A contract signed for a start to come belongs to no stay yet.
    joined = joined.assign(**{name: joined[name].fillna(NEVER).astype(np.int64) for name in ("left", "told")})
    return joined.sort_values("place", ignore_index=True)


def _followers(rows: pd.DataFrame, grace_days: int, as_of: int) -> pd.DataFrame:
    """Find which contract followed each: by `enrolment_id` its id (`renewed_by`) and day of signing (`renewed`)."""
    later = rows[["unit_id", "enrolment_id", "place", "signed", "ends", "course_id", "kind", "renews_id"]]
    pairs = rows.merge(later, on="unit_id", suffixes=("", "_next"))
    pairs = pairs[(pairs["place_next"] > pairs["place"]) & (pairs["signed_next"] < pairs["told"])]
    pairs = pairs.assign(claim=_claims(pairs, rows)).dropna(subset="claim")
    # While both run nobody knows which hours are used up first: of one course those bought first.
    both_run = (pairs["ends"] >= as_of) & (pairs["ends_next"] >= as_of) & (pairs["claim"] <= _SAME_COURSE)
    late = pairs["beside"] & (pairs["signed_next"] > pairs["ends"] + grace_days)
    pairs = pairs[((pairs["ends_next"] > pairs["ends"]) | both_run) & ~late]
    pairs = pairs.sort_values(["claim", "place", "place_next"], kind="stable")
    own = pairs[pairs["claim"] <= _SAME_COURSE].drop_duplicates("place")
    rest = pairs[~pairs["place"].isin(own["place"])]
    taken = rest["place_next"].isin(own["place_next"]) & (rest["claim"] == _OTHER_COURSE)
    both = pd.concat([own, rest[~taken].drop_duplicates("place")]).set_index("enrolment_id")
    return both[["enrolment_id_next", "signed_next"]].set_axis(["renewed_by", "renewed"], axis=1)


def _claims(pairs: pd.DataFrame, rows: pd.DataFrame) -> np.ndarray:
    """Say why the second of two contracts may follow the first; NaN: it does not."""
    names_one = pairs["renews_id_next"].isin(rows["enrolment_id"])
    named = pairs["renews_id_next"] == pairs["enrolment_id"]
    same = (pairs["course_id_next"] == pairs["course_id"]) & ~names_one
    other = (pairs["kind_next"] != "expansion") & ~names_one
    reasons = [named, same, other, pairs["signed_next"] > pairs["ends"]]
    return np.select(reasons, [_BY_NAME, _SAME_COURSE, _OTHER_COURSE, _AFTERWARDS], np.nan)


def _outcome(rows: pd.DataFrame, as_of: int) -> np.ndarray:
    gone = rows["told"] < NEVER
    ended = rows["ends"] < as_of
    # Silence breaks off the contract in which it began; those that had come to their end before keep their outcome.
    silent = gone & (rows["end_kind"] == "dormant") & (rows["left"] < rows["ends"])
    broken = rows["how"].isin(["refunded", "withdrawn"]) | silent
    reasons = [
        broken | (gone & ~ended),
        ~ended,
        rows["renewed_by"].notna(),
        rows["beside"],
        ~gone,
        *(rows["end_kind"] == kind for kind in ("not_renewed", *NOT_CHURN_KINDS)),
    ]
    names = ["broken_off", "running", "renewed", "beside", "open", "not_renewed", *NOT_CHURN_KINDS]
    return np.select(reasons, np.array(names, dtype=object)[:, None], np.array("broken_off", dtype=object))


def _goes_on_beside(rows: pd.DataFrame) -> pd.Series:
    """Tell for each contract whether another of the same unit was signed by its end and ran on beyond it."""
    one = rows[["unit_id", "place", "signed", "ends"]]
    pairs = one.merge(one, on="unit_id", suffixes=("", "_other"))
    beyond = (pairs["signed_other"] <= pairs["ends"]) & (pairs["ends_other"] > pairs["ends"])
    return rows["place"].isin(pairs.loc[beyond, "place"])


def _numbered(rows: pd.DataFrame) -> np.ndarray:
    """Count along each chain of contracts; of two that are followed by the same one, the first counts."""
    ids = pd.Index(rows["enrolment_id"])
    links = rows.dropna(subset="renewed_by").drop_duplicates("renewed_by")
    before = np.full(len(rows), -1)
    before[ids.get_indexer(pd.Index(links["renewed_by"]))] = ids.get_indexer(pd.Index(links["enrolment_id"]))
    number = np.ones(len(rows), dtype=np.int64)
    # A contract is signed after the one it follows: in order of signing each finds its predecessor counted.
    for place in np.flatnonzero(before >= 0):
        number[place] = number[before[place]] + 1
    return number


def _from_the_start(rows: pd.DataFrame, data: Data) -> pd.Series:
    """Tell whose chain is on record from its first contract."""
    stays = episodes(data)
    older = stays.loc[here_before(stays, data), "unit_id"]
    first = ~rows["unit_id"].duplicated()
    unseen = first & (rows["unit_id"].isin(older) | rows["kind"].isin(["renewal", "transfer"]))
    # The chain of an unseen start is unseen: it begins with the row, and each next one is the row that follows it.
    unknown = set(rows.loc[unseen, "enrolment_id"])
    for enrolment, following in zip(rows["enrolment_id"], rows["renewed_by"], strict=True):
        if enrolment in unknown and isinstance(following, str):
            unknown.add(following)
    return ~rows["enrolment_id"].isin(unknown)


def _dates(numbers: pd.Series) -> pd.Series:
    days = numbers.where(numbers < NEVER)
    return pd.to_datetime(days.fillna(0).astype("int64"), unit="D").where(days.notna()).astype("datetime64[ns]")
