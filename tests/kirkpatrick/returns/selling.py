"""A training of four advisers that raised what they sell by a number known by hand, four others compared.

Each asks 100 customers a month. Half of them buy for 1,000: 500 a customer asked. From February, when the training of
January could show first, six of ten of those trained buy for 1,100 on average: 660. The others stay at 500. So the
training brings 160 of sales a customer asked, and at a margin of 0.12

    160 · 100 · 0.12 = 1,920 of margin by each person and month.

February and March are measured: 4 people · 2 months · 1,920 = 15,360, for a cost of 9,000 + 1,000.
"""

from churnlab.kirkpatrick import Evaluation
from churnlab.settings import Settings
from tests.builders import institution

PX = {"training_id": "PX1", "name": "Selling", "starts_on": "2026-01-05", "ends_on": "2026-01-30"}
BEFORE = [f"2025-{month:02d}" for month in range(7, 13)]
AFTER = ["2026-02", "2026-03"]
TRAINED, OTHERS = ("A", "B", "C", "D"), ("E", "F", "G", "H")
ASKED, MARGIN, MONTHLY, COST = 100.0, 0.12, 160 * 100 * 0.12, 10_000.0
BENEFIT = 4 * 2 * MONTHLY
# Of 160 the interval's half width: t with 6 degrees of freedom times √(Σ squares / 3 / 4) of both, whose people are off
# their means by 22, −22, 30, −30 and by 20, −20, 15, −15.
HALF = 2.4469 * ((2 * 22**2 + 2 * 30**2 + 2 * 20**2 + 2 * 15**2) / 12) ** 0.5
# Share that buys and order after the training; on average 0.6 · 1,100 = 660 and 0.5 · 1,000 = 500 a customer asked.
SINCE = {
    "A": (0.62, 1_100.0),
    "B": (0.58, 1_100.0),
    "C": (0.60, 1_150.0),
    "D": (0.60, 1_050.0),
    "E": (0.52, 1_000.0),
    "F": (0.48, 1_000.0),
    "G": (0.50, 1_030.0),
    "H": (0.50, 970.0),
}


def rows_of_kpis(since=SINCE, people=(*TRAINED, *OTHERS), months=(*BEFORE, *AFTER), more=()):
    """Return the KPIs of these people; `more` are further rows."""
    told = []
    for one in people:
        for month in months:
            share, order = since[one] if month >= "2026-02" else (0.5, 1_000.0)
            on = {"unit": "staff", "unit_id": one, "month": f"{month}-01"}
            told.append(on | {"metric": "conversion_rate", "value": share, "n": ASKED})
            told.append(on | {"metric": "order_value_cny", "value": order})
    return [*told, *more]


def rows_of_trainees(arms=None, *, by_lot=True):
    """Return who was trained, and who was not."""
    arms = arms or {one: "trained" if one in TRAINED else "comparison" for one in (*TRAINED, *OTHERS)}
    return [
        {"training_id": "PX1", "staff_id": one, "arm": arm, "assigned_at_random": by_lot, "enrolled_on": "2026-01-05"}
        | ({"concluded_on": "2026-01-30", "hours": 5.0} if arm == "trained" else {})
        for one, arm in arms.items()
    ]


def rows_of_staff(left=None, people=(*TRAINED, *OTHERS)):
    """Return the list of staff; `left` says who left when."""
    return [
        {"staff_id": one, "role": "adviser", "department": "Sales", "campus": "East", "hired_on": "2024-01-01"}
        | ({"left_on": left[one]} if left and one in left else {})
        for one in people
    ]


def paid(category, amount, *, direct=True, on="2026-01-30"):
    return {"training_id": "PX1", "category": category, "direct": direct, "amount_cny": amount, "paid_on": on}


COSTS = [paid("instructor", 9_000.0), paid("wages", 1_000.0, direct=False)]


def opened(as_of="2026-04-01", *, returns=None, low_is_good=(), **tables):
    """Open it; the margin and the skill's life are known but where `returns` says something else."""
    rules = {"margin_error_share": 0.0, "life_error_share": 0.0, "decay": "none"} | (returns or {})
    told = {
        "trainings": [PX],
        "staff": rows_of_staff(),
        "trainees": rows_of_trainees(),
        "kpis": rows_of_kpis(),
        "training_costs": COSTS,
    }
    settings = Settings.model_validate({"returns": rules, "kpis": {"low_is_good": low_is_good}})
    data = institution(as_of, settings=settings, **(told | tables))
    return Evaluation(data, "PX1")


def nobody_compared():
    """Open it with those trained alone on the list of staff."""
    return opened(
        trainees=rows_of_trainees(dict.fromkeys(TRAINED, "trained")),
        staff=rows_of_staff(people=TRAINED),
        kpis=rows_of_kpis(people=TRAINED),
    )


def unlike():
    """Open it with people who were not put there by lot and sold for 300 less from the first, give or take some."""
    apart = [
        row | {"value": row["value"] - 300.0 * (row["unit_id"] in OTHERS) + _some(row["unit_id"], row["month"])}
        if row["metric"] == "order_value_cny"
        else row
        for row in rows_of_kpis()
    ]
    return opened(trainees=rows_of_trainees(by_lot=False), kpis=apart)


def _some(one, month):
    return (7 * ord(one) + int(month[5:7])) ** 3 % 53
