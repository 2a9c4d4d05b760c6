"""Are the months of each teacher counted right?"""

import pandas as pd

from churnlab.kirkpatrick import Evaluation
from churnlab.kirkpatrick.loop.series import CHURN, teacher_months
from tests.kirkpatrick.loop.school import school


def test_students_count_for_the_teacher_they_were_assigned_to() -> None:
    churn = teacher_months(Evaluation(school(), "PX1"))[CHURN].set_index(["staff_id", "month"])
    # In May B has s2, who leaves, and s3, who came in April; s1 is still held to be A's.
    assert churn.loc[("B", pd.Timestamp("2026-05-01"))].tolist() == [1 / 2, 2]
    assert churn.loc[("A", pd.Timestamp("2026-05-01"))].tolist() == [0, 1]
