"""Are averages shown only where raters agree?"""

import pytest

from churnlab.kirkpatrick.behavior.agreement import averaged, rater_agreement
from tests.kirkpatrick.behavior.rows import PEOPLE, by_superior, evaluated, rating


def by_peers(marks, dimension="listening"):
    """Return the marks of peers, a tuple for each person."""
    return [
        rating(one, "peer", "pre", score, rater=f"P{number}", dimension=dimension)
        for one, scores in zip(PEOPLE, marks, strict=False)
        for number, score in enumerate(scores)
    ]


AGREED = by_peers([(1, 1, 1), (5, 5, 5), (2, 2, 2), (4, 4, 4), (3, 3, 3), (1, 1, 2), (5, 5, 4), (3, 3, 3)])
APART = by_peers([(1, 3, 5), (5, 1, 3), (2, 5, 1), (4, 1, 5), (3, 5, 1), (1, 5, 2), (5, 1, 4), (3, 1, 5)], "selling")


def test_where_raters_agree_the_average_is_shown_and_where_not_the_sentence_says_so():
    found = rater_agreement(evaluated(ratings=AGREED + APART))
    assert found.table.set_index("behavior_dimension")["averaging"].to_dict() == {"listening": "yes", "selling": "no"}
    assert "No average is shown for peers (selling)." in found.sentence("en")
    assert "不报平均的有：同事（selling）。" in found.sentence("zh")
    assert averaged(evaluated(ratings=AGREED + APART)) == {("peer", "listening")}


def test_each_measure_is_that_of_the_estimator():
    # Shrout and Fleiss 1979, six targets and four judges: ICC(1,k) .44.
    marks = [(9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7)]
    rows = [row | {"scale_max": 10.0} for row in by_peers(marks)]
    row = rater_agreement(evaluated(ratings=rows)).table.iloc[0]
    assert row["rater_icc"] == pytest.approx(0.44, abs=0.005)
    assert (row["people"], row["raters_each"], row["averaging"]) == (6, 4, "no")


def test_one_rater_each_stands_as_it_is():
    found = rater_agreement(evaluated(ratings=by_superior()))
    assert found.table["averaging"].tolist() == ["single"]
    assert found.sentences == ("nothing", "single")
    assert averaged(evaluated(ratings=by_superior())) == {("superior", "listening")}


def test_of_too_few_people_no_average_is_shown():
    few = by_peers([(2, 2, 2)])
    assert rater_agreement(evaluated(ratings=few)).table["averaging"].tolist() == ["few"]
    assert averaged(evaluated(ratings=few)) == set()


def test_two_raters_of_one_person_are_not_told_from_chance_but_those_of_many_are():
    # Two raters tick the same of five options in 1 / 5 of all cases by chance: no rWG of one person is beyond it.
    alike = by_peers([(3, 3)] * 6 + [(3, 4), (4, 3)])
    row = rater_agreement(evaluated(ratings=alike)).table.iloc[0]
    assert row["rater_rwg"] == 1
    assert row.isna()["beyond_chance_share"]
    assert row["averaging"] == "no"  # they agree, but neither the ICC nor alpha sees anybody differ
    # People differ and their two raters mostly agree, within a point: ICC and rWG say yes, alpha below .667 says no.
    apart = by_peers([(2, 3), (3, 2), (3, 4), (5, 4), (2, 2), (4, 3), (3, 3), (4, 5)])
    row = rater_agreement(evaluated(ratings=apart)).table.iloc[0]
    assert (row["rater_icc"], row["rater_alpha"]) == (0.78125, 0.625)
    assert row["rater_rwg"] == 1 - (1 / 2) / 2
    assert row["averaging"] == "yes"
    # ICC .64 and the same median, but three pairs lie two apart: the mean of 5 · 0.75 / 8 is no more than chance.
    wild = by_peers([(1, 2), (2, 1), (3, 4), (5, 4), (1, 2), (3, 5), (2, 4), (1, 3)])
    row = rater_agreement(evaluated(ratings=wild)).table.iloc[0]
    assert row["rater_icc"] > 0.5
    assert row["rater_rwg"] == 1 - (1 / 2) / 2
    assert row["averaging"] == "no"
