"""Are incidents compared by their rates, good and bad apart?"""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick import Evaluation
from churnlab.kirkpatrick.behavior.incidents import incident_rates
from churnlab.synthetic import Institution, make
from churnlab.synthetic.training.programmes import Training
from tests.kirkpatrick.behavior.rows import PEOPLE, TRAINED, WHO, evaluated

BEFORE, AFTER = ["2026-01-10", "2026-01-20", "2026-02-10", "2026-02-20"], ["2026-04-10", "2026-05-20"]


def incidents(people, days, kind="complaint", good=False):
    return [{"staff_id": one, "at": f"{on} 10:00", "kind": kind, "good": good} for one in people for on in days]


def test_good_and_bad_are_told_apart_and_kinds_only_where_there_are_several():
    rows = incidents(PEOPLE, BEFORE) + incidents(TRAINED, AFTER[:1]) + incidents(PEOPLE, AFTER, "praise", True)
    found = incident_rates(evaluated(incidents=rows))
    assert [str(kind.key) for kind in found.table["incident_kind"]] == [
        "behavior.incidents.bad", "behavior.incidents.good_ones",
    ]  # fmt: skip
    assert found.table["events_before"].tolist() == [16, 0]
    assert found.table["events_after"].tolist() == [4, 8]
    two = incident_rates(evaluated(incidents=rows + incidents(PEOPLE, BEFORE + AFTER, "late")))
    assert two.table["incident_kind"].tolist()[2:] == ["complaint", "late"]
    assert two.caveats == ("behavior_incidents",)


def test_with_nobody_compared_the_sentence_speaks_of_a_change():
    rows = incidents(TRAINED, ["2026-01-02", *BEFORE, "2026-02-21", "2026-02-22"]) + incidents("AB", AFTER[:1])
    found = incident_rates(evaluated(incidents=rows, trainees=WHO[:4]))
    # 28 in 4 · 59 days, 2 in 4 · 61: 0.069 times.
    assert found.table["rate_ratio"].iloc[0] == pytest.approx((2 / 244) / (28 / 236))
    assert "with nobody to compare with that is a change, not an effect" in found.sentence("en")
    assert found.sentence("zh").startswith("全部负面事件：训前 0.6 人年有 28 件，训后 0.7 人年有 2 件")


def test_what_cannot_be_told_is_not():
    found = incident_rates(evaluated(incidents=incidents("A", BEFORE)))
    assert np.isnan(found.table["rate_ratio"].iloc[0])
    assert found.sentence("en").endswith("That is too few, or too one-sided, to tell a ratio.")
    with pytest.raises(NotEnoughData):
        incident_rates(evaluated(incidents=incidents("Z", BEFORE)))


def test_the_future_changes_nothing():
    now, later = incidents(PEOPLE, BEFORE), incidents(TRAINED, AFTER)
    plain, known = (
        incident_rates(evaluated("2026-04-01", incidents=rows)).table.drop(columns="incident_kind")
        for rows in (now, now + later)
    )
    pd.testing.assert_frame_equal(plain, known)


@pytest.mark.slow
def test_intervals_hold_the_planted_ratio_of_rates():
    held = []
    for seed in range(20):
        made = make(Institution(students=300, seed=seed, training=Training(students_per_service=10)))
        row = incident_rates(Evaluation(made.data(), "PX003")).table.iloc[0]
        true = made.truth.training.programmes.set_index("training_id")["rate_ratio"]["PX003"]
        held.append(row["rate_ratio_low"] <= true <= row["rate_ratio_high"])
    assert sum(held) >= stats.binom.ppf(0.005, len(held), 0.95)
