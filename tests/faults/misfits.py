"""An institution whose records do not fit together, in every way that a load warns of."""

from collections.abc import Mapping

import pandas as pd

# By fault: the check that finds it.
MISFITS = {
    "refund_above_what_was_paid": "refund_above_paid",
    "refund_before_the_purchase": "refund_before_purchase",
    "refund_counted_twice": "refund_twice",
    "more_hours_used_than_bought": "hours_above_bought",
    "more_hours_left_than_bought": "hours_below_zero",
    "two_campuses_on_one_day": "two_campuses",
    "id_that_no_table_has": "not_found",
    "id_stripped_of_its_leading_zeros": "zeros_lost",
}


def with_misfits(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Plant every fault among the records of the first year."""
    lessons, contracts = frames["lessons"], frames["enrolments"]
    attended = lessons[lessons["status"] == "present"]
    by_hours = contracts.loc[contracts["billing"] == "by_hours", "enrolment_id"].head(2).tolist()
    signed = contracts["signed_at"].min()
    refund = {"enrolment_id": by_hours[0], "student_id": contracts["student_id"].iloc[0], "amount": 9_000_000}
    refund |= {"requested_at": signed - pd.Timedelta(days=9), "settled_at": signed, "outcome": "refunded"}
    refunds = pd.DataFrame([refund | {"refund_id": name} for name in ("C1", "C2")]).astype({"amount": object})
    one, other = frames["campuses"]["campus"].head(2)
    held = [
        attended[attended["campus"] == one].head(3).assign(lesson_id=["A1", "A2", "A3"], campus=other),
        attended.iloc[10:12].assign(lesson_id=["B1", "B2"], enrolment_id=by_hours, hours_used=[900.0, -900.0]),
        attended.iloc[20:22].assign(lesson_id=["D1", "D2"], teacher_id=["T999", "7"]),
    ]
    teacher = frames["staff"].head(1).assign(staff_id="007", hired_on=pd.Timestamp("2020-01-01"))
    more = {"lessons": [lessons, *held], "refunds": [frames["refunds"], refunds]}
    more |= {"staff": [frames["staff"], teacher]}
    return dict(frames) | {name: pd.concat(rows, ignore_index=True) for name, rows in more.items()}
