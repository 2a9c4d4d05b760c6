"""What stands on the lists of calls, and what came of each call?"""

from dataclasses import replace

import numpy as np
import pandas as pd

from churnlab.synthetic.blanks import nothing, where_known
from churnlab.synthetic.causes import CODES, others
from churnlab.synthetic.clock import moments, office_minutes
from churnlab.synthetic.department import ARMS
from churnlab.synthetic.hinting import hinted
from churnlab.synthetic.history import History
from churnlab.synthetic.people import student_ids, those_with_role
from churnlab.synthetic.state import Flags, Ints, World

OUTCOMES = ("not_reached", "stays", "thinking", "leaving")
NOT_REACHED, STAYS, THINKING, LEAVING = range(len(OUTCOMES))
SAYINGS = ("电话未接通，已留言", "家长表示会继续上课", "家长说再考虑一下", "家长说不打算再上了")


def calls(world: World, past: History, causes: pd.DataFrame) -> pd.DataFrame:
    """Return the table `calls`: who stood on which list, in which arm, and what was said.

    The rule behind the lists knows no probability and no value: these columns are blank.
    """
    # What is told of calls must not move what is told of anything else.
    world = replace(world, rng=world.planted)
    rows = in_order(past)
    if rows.empty:
        return nothing("calls")
    called = rows["called"].to_numpy()
    hints = hinted(world, causes, "hinting_calls", rows["student"].to_numpy(), called)
    known = (called >= 0) & (called < world.days.days)
    outcome = _outcome(world, past, rows)
    at = moments(world.days, called, office_minutes(len(rows), world.rng))
    said = np.array([f"近4次课缺{missed}次" for missed in rows["missed"]], dtype=object)
    near = rows["near"].to_numpy(dtype=bool)
    missed = rows["missed"].to_numpy() > 0
    assert world.institution.calling is not None
    return pd.DataFrame(
        {
            "call_id": call_ids(rows),
            "list_id": list_ids(world, rows),
            "student_id": student_ids(world)[rows["student"]],
            "campus": np.array(world.institution.campus_names, dtype=object)[rows["campus"]],
            "made_on": world.days.date(rows["day"].to_numpy()),
            "arm": np.array(ARMS, dtype=object)[rows["arm"]],
            "assigned_at_random": world.institution.calling.hold_out_share > 0,
            "experiment": None,  # the department's own lists name no trial
            "position": rows["position"].to_numpy(),
            "churn_probability": np.nan,
            "saved_value_cny": np.nan,
            "reasons": np.select([missed & near, missed], [said + "、合同快到期", said], "合同快到期"),
            "called_at": pd.Series(at).where(known).to_numpy(),
            "staff_id": where_known(known, those_with_role(world, "学管师", rows["campus"].to_numpy())),
            "outcome": where_known(known, np.array(OUTCOMES, dtype=object)[outcome]),
            "reason_code": where_known(
                known & (outcome >= THINKING),
                np.array(CODES, dtype=object)[np.where(hints >= 0, hints, others(len(rows), world.rng))],
            ),
            "text": where_known(known, np.array(SAYINGS, dtype=object)[outcome]),
        }
    )


def in_order(past: History) -> pd.DataFrame:
    """Return the rows of all lists by list, campus and position, counted from 0."""
    return past.calls.astype(np.int64).sort_values(["number", "campus", "position"], ignore_index=True)


def call_ids(rows: pd.DataFrame) -> list[str]:
    """Return the id of each row of the lists, in their order."""
    return [f"HJ{number:07d}" for number in range(1, 1 + len(rows))]


def list_ids(world: World, rows: pd.DataFrame) -> list[str]:
    """Return the id of the list on which each row stands: its day and its campus's number."""
    days = pd.DatetimeIndex(world.days.date(rows["day"].to_numpy())).strftime("%Y%m%d")
    return [f"MD{day}-{campus + 1:02d}" for day, campus in zip(days, rows["campus"], strict=True)]


def _outcome(world: World, past: History, rows: pd.DataFrame) -> Ints:
    """Draw what was said from what is known on the day: who has left says so, the others lean as they were listed."""
    lean = (rows["missed"] / 4 + rows["near"]).to_numpy()
    leaving, thinking = 0.04 + 0.08 * lean, 0.20 + 0.20 * lean
    draw = world.rng.random(len(rows))
    said = np.select([draw < leaving, draw < leaving + thinking], [LEAVING, THINKING], STAYS)
    said = np.where(_gone(past, rows), LEAVING, said)
    return np.where(rows["reached"] == 1, said, NOT_REACHED)


def _gone(past: History, rows: pd.DataFrame) -> Flags:
    """Tell who had her last lesson between the list and the call."""
    ends = past.ends[["student", "left"]].astype(np.int64)
    pairs = rows[["student", "day", "called"]].reset_index().merge(ends, on="student")
    gone = pairs.loc[(pairs["left"] >= pairs["day"]) & (pairs["left"] < pairs["called"]), "index"]
    return np.isin(rows.index, gone)
