"""Do assessors see what was learned, and do two of one recording agree?"""

import numpy as np
import pandas as pd
import pytest

from tests.synthetic.training.conftest import Told


def test_two_assessors_of_one_recording_agree_as_is_said(many: list[Told]) -> None:
    """Variance components of target and rest within an institution; the assessors' over institutions."""
    parts = []
    for told in many:
        rows = told.tables["ratings"].query("kind == 'recording' and occasion == 'pre'")
        wide = rows.pivot_table(index=["training_id", "staff_id"], columns="rater_id", values="score").dropna()
        rest = wide["PW01"] - wide["PW02"]
        parts.append((wide.cov().loc["PW01", "PW02"], rest.var() / 2, rest.mean() ** 2 / 2))
    target, rest, assessor = np.mean(parts, axis=0)
    assert target == pytest.approx(64, rel=0.12)
    assert rest == pytest.approx(16, rel=0.1)
    assert target / (target + rest + assessor) == pytest.approx(many[0].truth.facts["recording_icc"], abs=0.06)


@pytest.mark.parametrize(
    ("kind", "column", "expected"), [("scenario", "score", 8.0 * 0.8), ("objection", "seconds", -0.3 * 0.8)]
)
def test_what_was_learned_shows(many: list[Told], kind: str, column: str, expected: float) -> None:
    gaps = []
    for told in many:
        rows = told.of("ratings", "FABE销售话术")
        rows = rows[(rows["kind"] == kind) & (rows["occasion"] == "post")]
        arm = told.of("trainees", "FABE销售话术").set_index("staff_id")["arm"]
        value = np.log(rows[column]) if column == "seconds" else rows[column]
        means = value.groupby(rows["staff_id"].map(arm)).mean()
        gaps.append(means["trained"] - means["comparison"])
    assert abs(np.mean(gaps) - expected) < 4 * np.std(gaps) / np.sqrt(len(gaps))


def test_who_learned_the_product_tells_its_versions_apart(many: list[Told]) -> None:
    gaps = []
    for told in many:
        rows = told.of("ratings", "产品知识通关").query("kind == 'blind_test'")
        arm = told.of("trainees", "产品知识通关").set_index("staff_id")["arm"]
        means = rows.groupby(["occasion", rows["staff_id"].map(arm)])["score"].mean().unstack()
        assert rows["score"].between(0, rows["scale_max"]).all()
        gaps.append(means.loc["post", "trained"] - means.loc["post", "comparison"])
    # Of 10 versions at log odds of −0.2 and 0.6: some two more, a little less for those far from the middle.
    assert np.mean(gaps) == pytest.approx(10 * (1 / (1 + np.exp(-0.6)) - 1 / (1 + np.exp(0.2))), abs=0.4)


def test_only_objections_are_timed_and_only_scenarios_have_errors(told: Told) -> None:
    rows = told.tables["ratings"]
    assert rows["seconds"].notna().eq(rows["kind"] == "objection").all()
    assert rows["errors"].notna().eq(rows["kind"] == "scenario").all()
    assert {"scenario", "skill", "recording", "objection", "sandbox", "blind_test", "competency", "behavior"} == set(
        rows["kind"]
    )


def test_capabilities_are_rated_once_a_year_by_the_head_of_the_campus(told: Told) -> None:
    rows = told.tables["ratings"].query("kind == 'competency'")
    staff = told.tables["staff"].set_index("staff_id")
    assert (staff["campus"].reindex(rows["rater_id"]).to_numpy() == staff["campus"].reindex(rows["staff_id"])).all()
    assert rows["at"].dt.normalize().nunique() == 2
    means = rows.groupby("dimension")["score"].mean()
    assert means.idxmin() == "异议处理"
    assert isinstance(means, pd.Series)
