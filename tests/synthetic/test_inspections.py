"""Are campuses found as clean and safe as they are?"""

import pandas as pd
from scipy.stats import chi2

from churnlab.synthetic import Institution, Made, make
from churnlab.synthetic.inspections import SAFETY_ITEMS, UNSAFE_PROBABILITY


def test_every_campus_is_looked_at_once_a_month(made: Made) -> None:
    rows = made.frames["inspections"]
    visits = rows.assign(month=rows["at"].dt.to_period("M")).groupby(["campus", "month"])["at"].agg(["nunique", "size"])
    assert len(visits) == 3 * 24
    assert (visits["nunique"] == 1).all()
    assert (visits["size"] == 8).all()


def test_items_pass_with_their_probabilities() -> None:
    made = [make(Institution(students=40, seed=seed)) for seed in range(8)]
    rows = pd.concat([each.frames["inspections"] for each in made])
    truth = made[0].truth.pass_probabilities.set_index(["campus", "item"])["probability"]
    found = rows.groupby(["campus", "item"])["passed"].agg(["sum", "size"]).astype(float)
    chance = truth.reindex(found.index)
    squares = (found["sum"] - found["size"] * chance) ** 2 / (found["size"] * chance * (1 - chance))
    assert squares.sum() < chi2.ppf(0.999, len(found))


def test_one_campus_is_not_safe(made: Made) -> None:
    truth = made.truth.pass_probabilities
    unsafe = truth[truth["probability"] == UNSAFE_PROBABILITY]
    assert set(unsafe["campus"]) == {"徐汇校区"}
    assert set(unsafe["item"]) == set(SAFETY_ITEMS)


def test_only_what_failed_is_put_right(made: Made) -> None:
    rows = made.frames["inspections"]
    assert rows.loc[rows["passed"].astype(bool), ["severity", "fixed_at"]].isna().all(axis=None)
    failed = rows[~rows["passed"].astype(bool)]
    assert failed["severity"].notna().all()
    assert 0.7 < failed["fixed_at"].notna().mean() < 1
    assert (failed["fixed_at"].dropna() > failed["at"].reindex(failed["fixed_at"].dropna().index)).all()
