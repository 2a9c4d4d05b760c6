"""Is it told as often as is said how many complain, by which way, how soon it is resolved, and how many then leave?

Seventy-five institutions of four campuses. The chance of a complaint is noted down lesson by lesson while the history
passes, from what is true then.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from churnlab import churn
from churnlab.churn.outcome import CHURN_KINDS, settled_before
from churnlab.finding import Finding
from churnlab.settings import Settings
from churnlab.synthetic import Institution, events, life
from churnlab.synthetic.complaints import CHANNELS, WISHES_PER_STUDENT
from churnlab.synthetic.shocks import ratio
from churnlab.synthetic.state import Ints, Log, State, World
from tests.truth.coverage import band
from tests.truth.many import SEEDS, Many, many
from tests.truth.stating import whole

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("voices")]

MADE = Institution(students=800, months=16, campuses=4, calling=None, training=None)
TABLES = ("students", "enrolments", "lessons", "suspensions", "refunds", "exits", "courses", "complaints")
RULES = Settings()
BY_NAME = ("hotline", "staff", "online")
"""In the box there are wishes of nobody besides."""
RESOLVED_DAYS = 19
"""Each of 4 to 34 days is as likely: after 19 it is half of them, and after 18 it is not."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Voices:
    """All of them, what is told of each campus, and how many complaints were to be expected there in the last year."""

    data: Many
    told: dict[str, Finding]
    expected: dict[str, float]


@pytest.fixture(name="voices", scope="module")
def of_many() -> Voices:
    expected: Counter[str] = Counter()
    first = MADE.days - RULES.causes.period_days

    def complain(world: World, state: State, log: Log, who: Ints, day: Ints) -> None:
        free = (state.complaint_until[who] <= day) & (day >= first)
        chance = events.COMPLAINT_PER_LESSON * np.exp(events.COMPLAINT_BY_ENGAGEMENT * state.engagement[who])
        chance *= ratio(world, "complaints", state.campus[who], day)
        number = world.institution.seed - SEEDS[0]
        for place, campus in enumerate(world.institution.campus_names):
            expected[f"{number:03d}{campus}"] += float(chance[free & (state.campus[who] == place)].sum())
        events.complain(world, state, log, who, day)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(life, "complain", complain)
        made = many(MADE, SEEDS[:75], tables=TABLES, settings=RULES)
    return Voices(
        data=made, told={campus: churn.voices(made.data, campus=campus) for campus in sorted(expected)},
        expected=dict(expected),
    )  # fmt: skip


def test_complaints_of_a_hundred_students_hold_those_expected_by_each_way(voices: Voices) -> None:
    """Exact intervals of so few hold them more often than they say, and not always."""
    hits = []
    for campus, finding in voices.told.items():
        table = finding.table.set_index("complaint_channel")
        students = 100 * finding.facts["complaints"] / finding.facts["per_100"]
        held = {}
        for channel, share in CHANNELS.items():
            wishes = 12 * WISHES_PER_STUDENT * MADE.students / MADE.campuses if channel == "box" else 0.0
            true = 100 * (share * voices.expected[campus] + wishes) / students
            if channel in table.index:
                row = table.loc[channel]
                held[channel] = bool(row["per_100_students_low"] <= true <= row["per_100_students_high"])
        hits.append(held)
    rows = pd.DataFrame(hits)
    assert len(rows) == 300
    shares = rows.astype(float).mean()
    assert shares.ge(band(len(rows), len(CHANNELS))[0]).all(), shares
    assert 0.95 <= shares.mean() < 0.995, shares


def test_the_median_time_to_the_end_is_found_by_each_way(voices: Voices) -> None:
    hits = []
    for finding in voices.told.values():
        table = finding.table.set_index("complaint_channel")
        hits.append({
            channel: bool(table.at[channel, "resolving_days_low"] <= RESOLVED_DAYS)
            and not table.at[channel, "resolving_days_high"] < RESOLVED_DAYS
            for channel in BY_NAME
            if channel in table.index and table.at[channel, "complaints"] >= 10
        })  # fmt: skip
    shares = pd.DataFrame(hits).astype(float)
    assert shares.mean().ge([band(int(n), len(BY_NAME))[0] for n in shares.notna().sum()]).all(), shares.mean()


def left_after(voices: Voices) -> pd.DataFrame:
    """Return of each complaint by a student in service, old enough, whether she churned within the horizon."""
    data, found = voices.data, []
    rows = data.data.table("complaints").select("student_id", "campus", "opened_at").to_pandas().dropna()
    rows = rows.assign(day=rows["opened_at"].astype("datetime64[ns]").dt.normalize())
    horizon = pd.Timedelta(days=RULES.outcome.horizon_days)
    rows = rows[rows["day"] + horizon <= settled_before(data.data)]
    rows = rows[rows["day"] >= pd.Timestamp(data.data.as_of) - pd.Timedelta(days=RULES.causes.period_days)]
    for name, truth in data.truths.items():
        both = whole(name, rows).reset_index().merge(truth.episodes.drop(columns="campus"), on="student_id")
        there = (both["entered_on"] <= both["day"]) & ~(both["left_on"] < both["day"])
        both = both[there]
        gone = both["end_kind"].isin(CHURN_KINDS) & (both["left_on"] < both["day"] + horizon)
        found.append(both[["index", "campus"]].assign(gone=gone).groupby("index", as_index=False).agg(
            {"campus": "first", "gone": "any"}
        ))  # fmt: skip
    return pd.concat(found, ignore_index=True)


def test_how_many_leave_after_a_complaint_is_found(voices: Voices) -> None:
    """Estimand: the share of the complaints at such a campus after which, in the long run, the student has left.

    The mean over seventy-five institutions stands for the long run. Some twenty complaints a campus, after two of which
    somebody leaves: intervals of so few hold it more often than they say.
    """
    true = left_after(voices)
    long_run = true.groupby(true["campus"].str[3:])["gone"].mean()
    facts = pd.DataFrame([dict(finding.facts) for finding in voices.told.values()])
    expected = long_run.reindex([campus[3:] for campus in voices.told]).to_numpy()
    told = facts["known"] > 0
    held = (facts["left_after_rate_low"] <= expected) & (facts["left_after_rate_high"] >= expected)
    assert held[told].mean() >= band(int(told.sum()))[0], held[told].mean()
    # And it is the very complaints, but for those of whom it was told too late that they had left.
    assert facts["known"].sum() == pytest.approx(len(true), rel=0.03)
    assert facts["left"].sum() == pytest.approx(int(true["gone"].sum()), rel=0.05)
