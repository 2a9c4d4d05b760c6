"""On which days was a student on hold?"""

import ibis
from ibis import Table as Rows
from ibis import _

from churnlab.churn.feature_sources.lessons import Lessons, readable_on
from churnlab.churn.feature_sources.snapshots import Snapshots


def holds(snapshots: Snapshots, lessons: Lessons) -> Rows:
    """Spell out the suspensions as they stood on each date.

    A suspension that names no contract holds all of the student's. It lasts until the day of return, a lesson that the
    student came to, the date, or `outcome.longest_suspension_days`, whichever is first: a student who comes is back,
    whatever the register says.

    Returns
    -------
    ibis.Table
        `unit_no`, `contract_no`, `as_of`, `from_on` (first day on hold), `back_on` (first day after it).
    """
    held = _held(snapshots)
    came = lessons.listed.filter(_.came == 1).select("unit_no", "day", "read_on", came_for=_.contract_no)
    seen = held.join(came, "unit_no")
    of_hold = ~seen.named | (seen.came_for == seen.contract_no).fill_null(False)
    seen = seen.filter((seen.day > seen.from_on) & of_hold)
    returns = seen.group_by("contract_no", "from_on", "named", "read_on").aggregate(came_on=_.day.min())
    dates = snapshots.dates.select("as_of")
    standing = held.join(dates, [held.from_on < dates.as_of])
    returns = returns.join(dates, [returns.came_on < dates.as_of, readable_on(returns, dates)]).drop("read_on")
    rows = standing.left_join(returns, ["contract_no", "from_on", "named", "as_of"])
    limit = rows.from_on + ibis.interval(days=snapshots.data.settings.outcome.longest_suspension_days)
    back_on = ibis.least(rows.to_on.fill_null(rows.as_of), rows.came_on.fill_null(rows.as_of), limit.cast("date"))
    return rows.select("unit_no", "contract_no", "as_of", "from_on", back_on=back_on)


def _held(snapshots: Snapshots) -> Rows:
    rows = snapshots.data.table("suspensions")
    rows = rows.select("student_id", "from_on", "to_on", named_id=rows.enrolment_id)
    contracts = snapshots.contracts.select("student_id", "enrolment_id", "unit_no", "contract_no", "signed_on")
    met = rows.join(contracts, ["student_id", rows.named_id.isnull() | (rows.named_id == contracts.enrolment_id)])
    met = met.filter(met.from_on >= met.signed_on)
    met = met.select("unit_no", "contract_no", "from_on", "to_on", named=met.named_id.notnull())
    return met.distinct()


def days_held(spells: Rows, *, by: tuple[str, ...]) -> Rows:
    """Count the days on hold, each once, in the order of the spells.

    Parameters
    ----------
    spells : ibis.Table
        The columns of `by`, `from_on`, `back_on`, and maybe others.
    by : tuple of str
        Whose days are counted.

    Returns
    -------
    ibis.Table
        The spells with `days` (on hold in this spell and in none before it) and `days_before` (in those before it).
    """
    before = ibis.window(group_by=by, order_by=["from_on", "back_on"], rows=(None, -1))
    spells = spells.mutate(covered_to=spells.back_on.max().over(before))
    start = ibis.greatest(spells.from_on, spells.covered_to.fill_null(spells.from_on))
    spells = spells.mutate(days=ibis.greatest(spells.back_on.delta(start, unit="day"), 0)).drop("covered_to")
    return spells.mutate(days_before=_.days.sum().over(before).fill_null(0))
