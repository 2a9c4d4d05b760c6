import numpy as np
import pandas as pd

from churnlab.churn.levels import POOLED, comparable, compared_columns
from churnlab.churn.stays import CHURNED
from churnlab.settings import Retention, Settings, Uncertainty

RULES = Settings(retention=Retention(cox_min_level_events=2), uncertainty=Uncertainty(min_group=4))


def rows(campus, churned):
    return pd.DataFrame({
        "campus": campus, "course": "maths", "channel": "street", "cause": np.where(churned, CHURNED, 0)
    })  # fmt: skip


def test_columns_by_hand_the_largest_level_is_the_reference():
    # East six of whom three churned, West four of whom two did: no other level is small, no other factor varies
    told = rows(["East"] * 6 + ["West"] * 4, [1, 1, 1, 0, 0, 0, 1, 1, 0, 0])
    X, described = compared_columns(comparable(told, RULES))
    assert X.to_numpy()[:, 0].tolist() == [0] * 6 + [1] * 4
    assert described.iloc[0].to_dict() == {"factor": "campus", "level": "West", "reference": "East", "stays": 4}


def test_small_levels_are_pooled_if_together_enough_churned_and_left_out_if_not():
    churned = [1, 1, 1, 0, 0, 0, 1, 0, 1, 0]
    told = rows(["East"] * 6 + ["North", "North", "South", "South"], churned)
    _, described = compared_columns(comparable(told, RULES))
    assert described["level"].tolist() == [POOLED["campus"]]
    fewer = rows(told["campus"], [*churned[:8], 0, 0])
    assert comparable(fewer, RULES).index.tolist() == [0, 1, 2, 3, 4, 5]
