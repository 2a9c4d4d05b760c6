import numpy as np
import pandas as pd
import pytest

from churnlab.churn.competing.ratios import ratios_side_by_side
from churnlab.churn.hazard_ratios import ratios_of
from churnlab.errors import NotEnoughData
from churnlab.settings import Settings


def drawn(n=1200, *, churn=(0.01, 0.01), completing=(0.005, 0.02), personal=(0.004, 0.004), seed=1):
    """Return stays at East and West that end within a year at these rates a day."""
    rng = np.random.default_rng(seed)
    west = np.arange(n) % 2
    times = [rng.exponential(1 / np.array(rates)[west]) for rates in (churn, completing, personal)]
    first = np.min(times, axis=0)
    return pd.DataFrame({
        "campus": np.where(west, "West", "East"), "course": "maths", "channel": "street", "entry": -1,
        "exit": np.minimum(first, 365).astype(int), "cause": np.where(first < 365, np.argmin(times, axis=0) + 1, 0),
        "cluster": range(n),
    })  # fmt: skip


def ratio(found, name):
    return found.table.set_index("level").loc["West", [name, f"{name}_low", f"{name}_high"]].tolist()


def test_a_campus_that_completes_more_loses_fewer_though_it_loses_as_fast():
    found = ratios_side_by_side(drawn(), Settings())
    assert ratio(found, "hazard_ratio")[1] < 1 < ratio(found, "hazard_ratio")[2]
    assert ratio(found, "subdistribution_ratio")[2] < 1
    assert ratio(found, "completed_ratio")[1] < 4 < ratio(found, "completed_ratio")[2]
    assert ratio(found, "personal_ratio")[1] < 1 < ratio(found, "personal_ratio")[2]


def test_without_other_ends_both_ratios_are_one():
    found = ratios_side_by_side(drawn(churn=(0.01, 0.02), completing=(1e-9, 1e-9), personal=(1e-9, 1e-9)), Settings())
    assert ratio(found, "subdistribution_ratio") == pytest.approx(ratio(found, "hazard_ratio"))
    assert found.sentence("en").startswith("Furthest apart are West and East: hazard ratio ")
    assert found.sentence("zh").startswith("差别最大的是West（对比East）：流失快慢之比 ")


def test_the_hazard_ratio_is_the_one_told_alone_with_a_wider_interval():
    rows = drawn(churn=(0.01, 0.02))
    side, alone = ratios_side_by_side(rows, Settings()), ratios_of(rows, Settings())
    assert ratio(side, "hazard_ratio")[0] == pytest.approx(ratio(alone, "hazard_ratio")[0])
    assert ratio(side, "hazard_ratio")[1] < ratio(alone, "hazard_ratio")[1]
    assert ratio(side, "hazard_ratio")[2] > ratio(alone, "hazard_ratio")[2]


def test_ends_too_few_to_compare_are_not_told_and_this_is_said():
    found = ratios_side_by_side(drawn(personal=(1e-4, 1e-4)), Settings())
    assert "personal_ratio" not in found.table
    assert "completed_ratio" in found.table
    assert "no_personal_ratio" in found.caveats
    assert "no_completed_ratio" not in found.caveats
    assert found.warnings("en")[-1].startswith("Too few left for personal reasons (fewer than 50)")


def test_an_end_that_only_one_group_has_is_not_compared():
    found = ratios_side_by_side(drawn(completing=(0.02, 1e-12)), Settings())
    assert "completed_ratio" not in found.table
    assert {"hazard_ratio", "subdistribution_ratio", "personal_ratio"} <= set(found.table)


def test_it_says_which_question_each_answers():
    found = ratios_side_by_side(drawn(), Settings())
    assert found.warnings("en")[1].startswith("To know where those still here leave fastest, read the hazard ratio;")
    assert "看“风险比”" in found.warnings("zh")[1]
    assert len(found.presented("zh").columns) == 8


def test_too_few_churned_or_one_group_is_refused():
    with pytest.raises(NotEnoughData) as refused:
        ratios_side_by_side(drawn(n=40), Settings())
    assert refused.value.message("en").startswith("Hazard ratios need at least 50 churned students")
    with pytest.raises(NotEnoughData):
        ratios_side_by_side(drawn().assign(campus="East"), Settings())
