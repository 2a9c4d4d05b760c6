"""Is what was asked for had, and if not, is it said what there is?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from churnlab.errors import OrderError
from churnlab.run.orders import file_stem, find_notebook


@pytest.mark.parametrize(("campus", "stem"), [("", "all"), ("浦东", "浦东"), ("East2", "East2")])
def test_a_plain_name_is_a_files_name(campus, stem):
    assert file_stem(campus) == stem


@pytest.mark.parametrize("campus", ["../../etc", "all", "ALL", "a b", "a/b", "浦东 " * 60, "x" * 200, "…", "con."])
def test_any_other_name_becomes_one_that_harms_nothing(campus):
    stem = file_stem(campus)
    assert stem not in ("all", campus)
    assert all(mark.isalnum() or mark == "-" for mark in stem)
    assert len(stem.encode()) < 200


@given(st.text(max_size=30), st.text(max_size=30))
def test_no_two_campuses_meet_in_one_file(one, other):
    assert (file_stem(one) == file_stem(other)) == (one == other)


def test_the_institutions_own_notebook_comes_first(tmp_path):
    ours = find_notebook("monthly-churn", tmp_path)
    assert ours.name == "monthly-churn.ipynb"
    (tmp_path / "notebooks").mkdir()
    own = tmp_path / "notebooks/monthly-churn.ipynb"
    own.write_text("{}", encoding="utf-8")
    assert find_notebook("monthly-churn", tmp_path) == own


def test_a_report_that_is_not_there_is_refused_with_those_that_are(tmp_path):
    with pytest.raises(OrderError) as refused:
        find_notebook("weekly", tmp_path)
    assert refused.value.key == "run.no_notebook"
    assert "monthly-churn" in refused.value.facts["known"]
