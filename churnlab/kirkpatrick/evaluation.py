"""Which training is evaluated, who was trained in it, and with whom can they be compared?"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pandas as pd

from churnlab.churn.memory import remembered
from churnlab.errors import NotEnoughData, OrderError
from churnlab.finding import Design
from churnlab.tables.door import Data, fetch
from churnlab.tables.there import need

TRAINED, WAITLIST = "trained", "waitlist"
_OF_STAFF = ["staff_id", "department", "role", "grade", "campus", "hired_on", "left_on"]


@dataclass(frozen=True, kw_only=True)
class Course:
    """What a training is.

    Attributes
    ----------
    training_id, name : str
        Which.
    kind, format, vendor_id : str or None
        As in the table `trainings`; no vendor: the house itself.
    starts_on, ends_on : datetime.date
        Its first and last day as planned; of a training in cohorts those of all.
    skill_life_months : float or None
        So long its effect is held to last; None: nobody said.
    """

    training_id: str
    name: str
    kind: str | None
    format: str | None
    vendor_id: str | None
    starts_on: date
    ends_on: date
    skill_life_months: float | None


class Evaluation:
    """One training as of a date; every level of its evaluation asks here who was trained, when, and who was not.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    training_id : str
        Which training; empty: of those that had ended by the date the last to end, of several the first by id.

    Raises
    ------
    NotEnoughData
        If no training had begun before the date or, where none was asked for, none had ended.
    OrderError
        If the training asked for is not known, or had not begun before the date.
    """

    def __init__(self, data: Data, training_id: str = "") -> None:
        self.data = data
        self.course = course_of(data, training_id)

    @property
    def scope(self) -> str:
        """By which name answers about it are kept."""
        return self.course.training_id

    @cached_property
    def people(self) -> pd.DataFrame:
        """One row per person of the training, trained or to compare with, ordered by `staff_id`.

        `staff_id`; `arm` (`trained`, `comparison`, `waitlist`: to be trained later); `cohort`, `class_id`;
        `assigned_at_random` (bool; where nobody said: False); `department`, `role`, `grade`, `campus`, `hired_on` and
        `left_on` (the institution) of the list of staff, missing where she is not on it; `is_trained` (bool: in the arm
        `trained`, or on the waiting list with a session of hers held before the date); `began_on` (her first session
        here, else the day she was enrolled) and `ended_on` (the day concluded, which is the training's last day where
        nobody wrote one; in a training of several beginnings then that of her last session), both missing where she is
        not trained, the second too while it goes on; `works_from` (first day of the first whole month after
        `ended_on`); `completed` (missing: not told), `hours`, `quit_on` (when she left the training). All dates are
        timestamps.
        """
        return _people(self.data, self.course.training_id).copy()

    def _people(self) -> pd.DataFrame:
        who = self._of("trainees").drop(columns=["training_id", "text"], errors="ignore")
        people = who.rename(columns={"left_on": "quit_on"}).merge(staff(self.data), on="staff_id", how="left")
        people = people.merge(self._sessions_of_each(), on="staff_id", how="left")
        for column in ("enrolled_on", "concluded_on", "quit_on", "first_on", "last_on"):
            people[column] = pd.to_datetime(people[column])
        in_arm, waited = people["arm"] == TRAINED, people["arm"] == WAITLIST
        is_trained = in_arm | (waited & people["first_on"].notna())
        people["began_on"] = people["first_on"].fillna(people["enrolled_on"]).where(is_trained)
        over = people["concluded_on"]
        if people["began_on"].nunique() > 1:
            # The training's last day stands where nobody wrote hers, and that is not hers if cohorts came one by one.
            over = over.mask(over == pd.Timestamp(self.course.ends_on), people["last_on"])
        ended = over.where(is_trained)
        return (
            people.assign(
                is_trained=is_trained,
                assigned_at_random=people["assigned_at_random"].eq(True),
                ended_on=ended,
                works_from=(ended + pd.offsets.MonthBegin(1)).dt.normalize(),
            )
            .drop(columns=["first_on", "last_on", "concluded_on", "enrolled_on"])
            .sort_values("staff_id", ignore_index=True)
        )

    @cached_property
    def trained(self) -> pd.DataFrame:
        """The rows of `people` who are trained."""
        return self.people[self.people["is_trained"]].reset_index(drop=True)

    @cached_property
    def compared(self) -> pd.DataFrame:
        """The rows of `people` who are not trained, or not yet."""
        return self.people[~self.people["is_trained"]].reset_index(drop=True)

    @cached_property
    def design(self) -> Design:
        """How a comparison of the two is supported: by lot if all were put in their arms by lot.

        Those of a waiting list who were trained since were compared until then, and count.
        """
        others = self.people[(self.people["arm"] != TRAINED) | ~self.people["is_trained"]]
        if others.empty or self.trained.empty:
            return Design.BEFORE_AFTER_ONLY
        drawn = self.people["assigned_at_random"].all()
        return Design.RANDOMISED if drawn else Design.COMPARISON_GROUP

    @cached_property
    def sessions(self) -> pd.DataFrame:
        """Its sessions planned before the date, as in the table `training_sessions`, by `planned_at`."""
        return self._of("training_sessions").sort_values(["planned_at", "session_id"], ignore_index=True)

    @cached_property
    def attendance(self) -> pd.DataFrame:
        """One row per person and session, as in the table `training_attendance`, with its `day` (timestamp)."""
        rows = _whole(self.data, "training_attendance")
        held = self.sessions.assign(day=self.sessions["held_at"].fillna(self.sessions["planned_at"]).dt.normalize())
        return rows.merge(held[["session_id", "day"]], on="session_id", validate="m:1")

    def _of(self, table: str) -> pd.DataFrame:
        rows = _whole(self.data, table)
        return rows[rows["training_id"] == self.course.training_id].reset_index(drop=True)

    def _sessions_of_each(self) -> pd.DataFrame:
        days = self.attendance.groupby("staff_id", as_index=False).agg(first_on=("day", "min"), last_on=("day", "max"))
        return days.astype({"first_on": "datetime64[us]", "last_on": "datetime64[us]"})


@remembered
def _people(data: Data, training_id: str) -> pd.DataFrame:
    """Return `Evaluation.people`: of one training they are asked for again and again, by the others, too."""
    return Evaluation(data, training_id)._people()


@remembered
def _whole(data: Data, table: str) -> pd.DataFrame:
    """Return a table of all trainings: they are few rows, and one query of each training takes longer."""
    return fetch(data.table(table))


def staff(data: Data) -> pd.DataFrame:
    """Return the list of staff, one row a person hired before the date, by `staff_id`.

    `department`, `role`, `grade` and `campus` as `Data.described` has them; `hired_on` and `left_on` (timestamps;
    missing: still here at the date).
    """
    return _staff(data).copy()


@remembered
def _staff(data: Data) -> pd.DataFrame:
    rows = fetch(data.table("staff").select("staff_id", "hired_on", "left_on").distinct())
    rows = rows.merge(fetch(data.described("staff")), on="staff_id", how="left", validate="1:1")
    rows = rows.assign(hired_on=pd.to_datetime(rows["hired_on"]), left_on=pd.to_datetime(rows["left_on"]))
    return rows[_OF_STAFF].sort_values("staff_id", ignore_index=True)


def course_of(data: Data, training_id: str = "") -> Course:
    """Return what a training is; errors as `Evaluation` raises them."""
    need(data, "trainings")
    rows = _whole(data, "trainings").sort_values("training_id", ignore_index=True)
    known = rows["training_id"].tolist()
    if training_id and training_id not in known:
        raise OrderError("kirkpatrick.no_training", came=training_id, known=", ".join(known))
    if not training_id:
        over = rows[pd.to_datetime(rows["ends_on"]) < pd.Timestamp(data.as_of)]
        if over.empty:
            raise NotEnoughData("kirkpatrick.none_ended", as_of=data.as_of)
        training_id = over.sort_values(["ends_on", "training_id"], ascending=[False, True])["training_id"].iloc[0]
    row = rows[rows["training_id"] == training_id].iloc[0]
    life = row["skill_life_months"]
    return Course(
        training_id=training_id,
        name=str(row["name"]),
        kind=_told(row["kind"]),
        format=_told(row["format"]),
        vendor_id=_told(row["vendor_id"]),
        starts_on=pd.Timestamp(row["starts_on"]).date(),
        ends_on=pd.Timestamp(row["ends_on"]).date(),
        skill_life_months=None if pd.isna(life) else float(life),
    )


def _told(value: object) -> str | None:
    return str(value) if isinstance(value, str) and value else None
