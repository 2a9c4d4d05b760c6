"""Is promotion compared by hours among those who could rise, and is nothing claimed that is not there?"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from scipy.stats import binom

from churnlab.errors import NotEnoughData
from churnlab.finding import Design
from churnlab.kirkpatrick.people.career import careers, first_training
from churnlab.kirkpatrick.people.promotion import compared, promoted_beside_others, promotion_and_hours, ratios
from churnlab.synthetic import Institution, Training
from churnlab.synthetic.beginning import begin
from churnlab.synthetic.dice import with_own_dice
from churnlab.synthetic.training.assessments import competencies
from churnlab.synthetic.training.delivery import attendance, sessions, trainee_table
from churnlab.synthetic.training.performance import METRICS, kpi_table
from churnlab.synthetic.training.plan import effects_on
from churnlab.synthetic.training.records import promotions
from churnlab.synthetic.training.telling import in_form, train
from churnlab.synthetic.training.workforce import PROMOTED_LOG_ODDS, PROMOTED_PER_ABILITY
from churnlab.tables.door import from_frames
from tests.kirkpatrick.people.team import IDS, PX1, opened, trainees


def _rise(*pairs):
    return [{"staff_id": one, "on": on, "from_grade": "P1", "to_grade": "P2"} for one, on in pairs]


# Twelve people; A00 to A05 had ten hours in May. Promoted since: A00, A01, A02 of them, A06 of the others; A11 before.
ROSE = _rise(("A00", "2025-07-10"), ("A01", "2025-08-10"), ("A02", "2025-09-10"), ("A06", "2025-10-10"),
             ("A11", "2025-02-10"))  # fmt: skip


def told(as_of="2026-01-01", rose=ROSE, who=IDS[:6]):
    hours = [row | {"hours": 10.0 + place} for place, row in enumerate(trainees(who))]
    return opened(as_of, trainings=[PX1], trainees=hours, promotions=rose)


def test_the_plain_ratio_is_that_of_cox_by_hand():
    data = told(who=[])
    with pytest.raises(NotEnoughData) as error:
        promotion_and_hours(data)  # nobody has any hours: nothing to compare
    assert error.value.key == "people.promotion_unfit"
    same = opened(trainings=[PX1], trainees=trainees(IDS[:6]), promotions=ROSE)
    table = promotion_and_hours(same).table
    # With x = 1 for six people from June: risk sets (with, without) of July 6, 5; August 5, 5; September 4, 5; October
    # 3, 5 (A06 rises, without). log L = 3 b − log(6e+5) − log(5e+5) − log(4e+5) − log(3e+5), e = exp b; February none.
    e = table["hazard_ratio"][0]
    assert 3 - sum(many * e / (many * e + 5) for many in (6, 5, 4, 3)) == pytest.approx(0, abs=1e-6)


def test_it_names_what_is_not_adjusted_for_and_claims_no_cause():
    found = promotion_and_hours(told())
    assert found.design is Design.COMPARISON_GROUP
    assert "whether hours have anything to do with promotion cannot be told" in found.sentence("en")
    assert "Not adjusted for: whom managers chose for training because they meant to promote them" in found.sentence(
        "en"
    )
    assert "没有调整的有：主管本来就打算提拔才派去培训" in found.sentence("zh")
    assert found.caveats == ("people.not_adjusted", "people.few_events")  # there are no ratings; five promotions


def test_promotions_to_come_change_nothing_and_few_are_refused():
    later = told(rose=[*ROSE, *_rise(("A08", "2026-03-01"))])
    assert promotion_and_hours(later).table.equals(promotion_and_hours(told()).table)
    with pytest.raises(NotEnoughData) as few:
        promotion_and_hours(told("2025-08-15"))  # August is not over
    assert few.value.message("en") == "There are 2 promotions on record; at least 5 are needed."


def test_the_promoted_stand_beside_those_of_the_same_training():
    many = _rise(*((one, "2025-08-10") for one in IDS[6:11]), ("A11", "2025-02-10"))
    found = promoted_beside_others(told(rose=many, who=IDS))
    assert (found.facts["promoted"], found.facts["others"]) == (5, 6)  # A11 rose before, and is in neither
    # Hours 10 + place: the promoted 16 to 20, the others 10 to 15.
    assert [f"{found.facts[f'{who}_hours']}" for who in ("promoted", "others")] == ["18.0", "12.5"]
    first = found.table.iloc[0]
    assert first["difference_score"] > 0
    assert "5 people rose after their first training, 6 of the same 1 training did not" in found.sentence("en")
    assert "按相同的培训加权后，两组在该培训中的学时分别为 18.0 和 12.5 小时" in found.sentence("zh")
    with pytest.raises(NotEnoughData):
        promoted_beside_others(told())


def test_others_are_those_of_the_same_training_in_the_same_parts():
    # PX1: A00 to A05, 10 hours each and 12 of who rises (A00, A01, A02, A03); PX2: A06 to A11, 30 and 32 (A06).
    hours = {one: (10.0 if place < 6 else 30.0) for place, one in enumerate(IDS)}
    rise = ["A00", "A01", "A02", "A03", "A06"]
    who = [
        row | {"training_id": "PX1" if place < 6 else "PX2", "hours": hours[one] + 2 * (one in rise)}
        for place, (one, row) in enumerate(zip(IDS, trainees(), strict=True))
    ]
    two = [PX1, PX1 | {"training_id": "PX2", "name": "Asking"}]
    rose = _rise(*((one, "2025-08-10") for one in rise))
    found = promoted_beside_others(opened(trainings=two, trainees=who, promotions=rose))
    row = found.table.set_index("covariate").loc["hours"]
    # (4 · 12 + 32) / 5 and, of others with the same parts, (4 · 10 + 30) / 5; all others alone would have 24.3.
    assert (row["promoted_mean"].facts["value"], row["others_mean"].facts["value"]) == pytest.approx((16, 14))


SCHOOL = Institution(students=400, training=Training(students_per_adviser=4, students_per_service=8))


def drawn(draws):
    """Make many institutions' staff in one store, who share neither role nor training; return it and abilities."""
    _, first = begin(SCHOOL)
    parts, able = [], []
    for seed in range(draws):
        world = replace(first, institution=replace(SCHOOL, seed=seed))
        trained, mark = train(world), f"{seed:03d}-"
        tables = of_draw(world, trained)
        keys = ("staff_id", "training_id", "unit_id", "role")
        parts.append({
            name: rows.assign(**{key: mark + rows[key].astype(object) for key in keys if key in rows})
            for name, rows in tables.items()
        })  # fmt: skip
        able.append(pd.Series(trained.staff["ability"].to_numpy(), index=mark + trained.staff["staff_id"]))
    frames = {name: pd.concat([part[name] for part in parts], ignore_index=True) for name in parts[0]}
    return from_frames(frames, as_of=first.institution.as_of, made_up=True), pd.concat(able)


def of_draw(world, trained):
    """Return the tables that promotion is told from, and no others."""
    staff, held, months = trained.staff, trained.held, world.institution.months
    effects = {metric.name: effects_on(staff, held, metric.name, months) for metric in METRICS}
    dice = {name: with_own_dice(world, f"training_{name}").rng for name in ("competencies", "sessions", "attendance")}
    rows = sessions(world, held, dice["sessions"])
    came = attendance(world, staff, held, rows, dice["attendance"])
    days = world.days.date(np.array([one.begins for one in held]))
    told = {
        "kpis": kpi_table(world, staff, trained.drawn, effects),
        "ratings": competencies(world, staff, dice["competencies"]),
        "promotions": promotions(world, staff),
        "trainings": pd.DataFrame({"training_id": [one.training_id for one in held], "name": "t", "starts_on": days}),
        "trainees": trainee_table(world, staff, held, rows, came),
    }
    told = {name: in_form(name, frame) for name, frame in told.items()}
    return told | {"staff": staff[["staff_id", "role", "campus", "hired_on", "left_on"]]}


def held(rows, name, true):
    """Return in how many draws the interval holds the truth."""
    own = rows.loc[name]
    low, high = (own[next(column for column in own if column.endswith(end))] for end in ("_low", "_high"))
    return int((low.le(true) & high.ge(true)).sum())


@pytest.mark.slow
def test_promotion_goes_with_ability_as_planted_and_hours_that_do_nothing_are_found_to_do_nothing():
    # Estimands: of hours the ratio 1, and of their difference between promoted and others 0: planted is no effect; of
    # the KPI level, which shows a part of ability, the ratio of all draws together.
    draws, level = 120, 0.95
    data, able = drawn(draws)
    months = careers(data).assign(draw=lambda rows: rows["staff_id"].str[:3])
    plain, adjusted = (
        pd.concat(part).set_index("covariate")
        for part in zip(*(ratios(rows, level=level) for _, rows in months.groupby("draw")), strict=True)
    )
    whole = ratios(months, level=level)[1].set_index("covariate")["hazard_ratio"]
    first = first_training(data)
    beside = pd.DataFrame(
        [row for _, rows in first.groupby(first["staff_id"].str[:3]) for row in compared(rows, "hours", level)]
    )
    least = binom.ppf(0.005, draws, level)
    assert least <= held(plain, "hours_10", 1.0)
    assert least <= held(adjusted, "hours_10", 1.0)
    assert least <= held(adjusted, "kpi_level", whole["kpi_level"])
    assert whole["kpi_level"] > 1.5
    assert held(beside.set_index("covariate"), "hours", 0.0) >= binom.ppf(0.005, len(beside), level)
    # What no analysis sees: planted are log odds b of ever rising, so that the log hazard grows by b p / −log(1 − p)
    # for who rises with probability p; of those who rise on the average.
    ability = np.linspace(-4, 4, 801)
    p = expit(PROMOTED_LOG_ODDS + PROMOTED_PER_ABILITY * ability)
    planted = np.average(PROMOTED_PER_ABILITY * p / -np.log1p(-p), weights=p * np.exp(-(ability**2) / 2))
    seen = months.assign(kpi_level=months["staff_id"].map(able)).drop(columns="draw")
    found = ratios(seen, level=level)[1].set_index("covariate")["hazard_ratio"]["kpi_level"]
    assert np.log(found) == pytest.approx(planted, abs=0.1)
