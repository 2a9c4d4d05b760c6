"""What did a training do to the KPIs of the people trained?"""

import numpy as np
import pandas as pd
import pytest

from churnlab.errors import NotEnoughData
from churnlab.finding import Design
from churnlab.kirkpatrick import Evaluation
from churnlab.kirkpatrick.results.kpi_effects import kpi_effect, kpi_effects
from churnlab.settings import Settings
from tests.builders import institution

PX = {"training_id": "PX1", "name": "Selling", "starts_on": "2026-01-05", "ends_on": "2026-01-30"}
MONTHS = [f"2025-{month:02d}" for month in range(7, 13)] + ["2026-01", "2026-02", "2026-03"]
TRAINED, OTHERS = ("A", "B", "C", "D"), ("E", "F", "G", "H")
OWN = dict(zip((*TRAINED, *OTHERS), (10, 12, 14, 16, 11, 13, 15, 17), strict=True))


def opened(
    values, *, arms=None, by_lot=True, n=None, as_of="2026-04-01", people=(*TRAINED, *OTHERS), campus=None, left=None,
    **settings,
):  # fmt: skip
    """Open a training of A–D, held in January 2026, E–H compared; `values(person, month)` is what each achieved.

    All work at one campus, or where `campus` says; `left` says who left the institution when.
    """
    campus, left = campus or {}, left or {}
    arms = arms or {one: "trained" if one in TRAINED else "comparison" for one in people}
    who = [
        {
            "training_id": "PX1",
            "staff_id": one,
            "arm": arm,
            "assigned_at_random": by_lot,
            "enrolled_on": "2026-01-05",
            **({"concluded_on": "2026-01-30"} if arm == "trained" else {}),
        }
        for one, arm in arms.items()
    ]
    kpis = [
        {"unit": "staff", "unit_id": one, "metric": "sold", "month": f"{month}-01", "value": values(one, month)}
        | ({"n": n(one, month)} if n else {})
        for one in people
        for month in MONTHS
        if f"{month}-01" < left.get(one, "9")
    ]
    staff = [
        {"staff_id": one, "role": "adviser", "department": "Sales", "campus": campus.get(one, "East"),
         "hired_on": "2024-01-01", "left_on": left.get(one)}
        for one in people
    ]  # fmt: skip
    rules = Settings.model_validate({"results": settings}) if settings else None
    return Evaluation(institution(as_of, trainings=[PX], trainees=who, kpis=kpis, staff=staff, settings=rules), "PX1")


def noisy(one, month):
    """Return what each achieves: her own level, a season, +3 of the trained from February, and something of her own."""
    season = MONTHS.index(month)
    own = (OWN[one] ** 3 * (season + 3) ** 2) % 13 / 20
    return OWN[one] + season + own + (3 if one in TRAINED and month >= "2026-02" else 0)


def test_the_effect_is_the_change_of_the_trained_less_that_of_the_others():
    found = kpi_effect(opened(noisy), "sold")
    before, after = MONTHS[:6], MONTHS[7:]

    def change(who):
        return np.mean([noisy(one, m) for one in who for m in after]) - np.mean(
            [noisy(one, m) for one in who for m in before]
        )

    assert found.effect == pytest.approx(change(TRAINED) - change(OTHERS))
    assert found.low < found.effect < found.high
    assert found.counterfactual_mean == pytest.approx(found.observed_mean - found.effect)
    assert found.baseline_mean == pytest.approx(np.mean([noisy(one, m) for one in TRAINED for m in before]))
    assert (found.design, found.method) == (Design.RANDOMISED, "difference_in_differences")
    # January, the month of the training, counts neither before nor after: 8 people × (6 + 2) months.
    assert (found.n_trained, found.n_compared, found.person_months) == (4, 4, 64)
    assert (found.months_before, found.months_after) == (6, 2)
    assert found.first_month == pd.Timestamp("2026-02-01")
    assert found.selected_months == 0


def test_a_share_counts_as_much_as_its_denominator():
    def counted(one, month):
        return 1000 if (one, month) == ("A", "2026-03") else 10

    def share(one, month):
        return noisy(one, month) / 100 + (0.1 if (one, month) == ("A", "2026-03") else 0)

    plain, found = (kpi_effect(opened(share, n=n), "sold") for n in (None, counted))
    after = [(one, month) for one in TRAINED for month in MONTHS[7:]]
    # A's March is 1,000 of 1,070 asked, not one of eight months.
    assert found.observed_mean == pytest.approx(
        sum(share(*cell) * counted(*cell) for cell in after) / sum(counted(*cell) for cell in after)
    )
    # With equal weights A's March is one of the trained's eight months after; with hers it is nearly all of A's two.
    assert plain.effect == pytest.approx(0.03 + 0.1 / 8, abs=0.003)
    assert found.effect > 0.03 + 0.1 / 6


def test_who_was_not_drawn_by_lot_is_compared_without_the_months_she_may_have_been_chosen_for():
    def dipped(one, month):
        return noisy(one, month) - (4 if one in TRAINED and "2025-10" <= month <= "2025-12" else 0)

    by_choice, by_lot = (kpi_effect(opened(dipped, by_lot=lot), "sold") for lot in (False, True))
    assert (by_choice.selected_months, by_choice.months_before) == (3, 3)
    assert by_choice.effect == pytest.approx(3, abs=0.3)
    assert by_lot.effect == pytest.approx(5, abs=0.3)  # the dip would have been taken for 4 × 3/6 of effect


def test_where_only_those_months_are_left_nothing_is_told():
    evaluated = opened(noisy, by_lot=False, selection_months=6)
    with pytest.raises(NotEnoughData) as error:
        kpi_effect(evaluated, "sold")
    assert error.value.message("en") == (
        "sold: only 0 of those trained have months both before and after the training that may be used (the 6 months "
        "before it are left out where people were not chosen by lot); at least 4 are needed."
    )
    with pytest.raises(NotEnoughData) as nothing:
        kpi_effects(evaluated)
    assert nothing.value.message("zh").startswith("没有一项指标有 4 名参训者")


def test_alone_with_few_months_there_is_a_change_and_no_effect():
    finding = kpi_effects(opened(noisy, people=TRAINED))
    row = finding.table.iloc[0]
    assert finding.design is Design.BEFORE_AFTER_ONLY
    assert row["effect_verdict"] == "change"
    assert row["kpi_without"] is None
    assert np.isnan(row["holm_p_value"])
    assert finding.sentence("en") == "For 1 KPI there is only a change, with nobody to compare with; it is no effect."
    assert finding.sentence("zh") == "1 项指标只有前后变化，没有可对照的人，不能称为效果。"


def test_groups_that_were_not_alike_are_doubted_unless_drawn_by_lot():
    def apart(one, month):
        return noisy(one, month) + (10 if one in TRAINED else 0)

    assert kpi_effects(opened(apart, by_lot=False)).table["effect_verdict"].tolist() == ["doubtful"]
    assert kpi_effects(opened(apart)).table["effect_verdict"].tolist() == ["shown"]


def test_an_effect_is_said_with_its_interval():
    finding = kpi_effects(opened(noisy))
    said = finding.sentence("en")
    assert said.startswith("Selling worked on 1 of 1 KPI, compared with what would have been without it: sold +3."), (
        said
    )
    assert finding.facts["shown"] == 1
    row = finding.table.iloc[0]
    found = kpi_effect(opened(noisy), "sold")
    assert row["relative_change_share"] == pytest.approx(found.effect / found.baseline_mean)
    assert row["holm_p_value"] == found.p_value  # one KPI: nothing to adjust for


def test_an_effect_where_none_can_be_is_told():
    assert kpi_effects(opened(noisy, unmoved=("sold",))).caveats == ("results.unmoved",)
    assert kpi_effects(opened(noisy)).caveats == ()


def test_the_future_changes_nothing():
    def later(one, month):
        return noisy(one, month) + (100 if month >= "2026-03" else 0)

    soon = [kpi_effect(opened(values, as_of="2026-03-01"), "sold").effect for values in (noisy, later)]
    assert soon[0] == soon[1]


def test_people_of_campuses_trained_as_a_whole_are_no_independent_witnesses():
    many = [f"{campus}{number}" for campus in "PQRSTU" for number in range(4)]
    trained = [one for one in many if one[0] in "PQR"]
    apart = {"arms": {one: "trained" if one in trained else "comparison" for one in many}, "people": many}

    def drifting(one, month):
        # The same of all at a campus, and a little of each one's own: of 24 people's changes 6 are told.
        own = (many.index(one) * (MONTHS.index(month) + 2) ** 2) % 7 / 50
        return 10 + (ord(one[0]) * MONTHS.index(month)) % 11 + own

    by_person = kpi_effect(opened(drifting, **apart), "sold")
    by_campus = kpi_effect(opened(drifting, campus={one: one[0] for one in many}, **apart), "sold")
    assert by_campus.effect == pytest.approx(by_person.effect)
    assert by_campus.error > 1.5 * by_person.error
    assert (by_person.groups, by_campus.groups) == (0, 6)
    # One trained person at a campus that is else compared does not make all of them independent.
    stray = {**apart["arms"], "S0": "trained"}
    assert (
        kpi_effect(opened(drifting, campus={one: one[0] for one in many}, people=many, arms=stray), "sold").groups == 6
    )


def test_where_one_campus_stands_alone_nothing_is_told():
    east = {one: "East" if one in TRAINED else f"West{number % 2}" for number, one in enumerate((*TRAINED, *OTHERS))}
    found = kpi_effect(opened(noisy, campus=east), "sold")
    assert (found.groups, found.design) == (3, Design.COMPARISON_GROUP)
    assert found.smallest_p == pytest.approx(1 / 3)  # which of three campuses was it?
    assert np.isnan([found.low, found.high]).all()
    finding = kpi_effects(opened(noisy, campus=east))
    assert finding.table["effect_verdict"].tolist() == ["doubtful"]
    assert "results.few_groups" in finding.caveats
    assert "only 3 of them tell" in "".join(finding.warnings("en"))


def test_who_left_counts_until_then_on_either_side():
    left = {"A": "2026-03-01", "H": "2026-03-01"}
    finding = kpi_effects(opened(noisy, left=left))
    found = kpi_effect(opened(noisy, left=left), "sold")
    assert (found.left, found.left_compared, found.n_trained) == (1, 1, 4)
    assert "1 of those trained and 1 of those compared left within these months" in "".join(finding.warnings("en"))


def test_a_distance_that_may_be_chance_is_told_of_and_one_that_is_not_is_doubted():
    def apart(by):
        return kpi_effect(
            opened(lambda one, month: noisy(one, month) + (by if one in TRAINED else 0), by_lot=False), "sold"
        )

    near, far = apart(-2), apart(30)
    assert near.least_g < 0.25 < abs(near.baseline_g)
    assert not near.is_doubtful
    assert far.least_g > 0.25
    assert far.is_doubtful
