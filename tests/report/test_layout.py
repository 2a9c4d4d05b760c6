"""Tables fill the page, and their letters shrink before a number breaks."""

from hypothesis import given
from hypothesis import strategies as st

from churnlab.report.layout import SIZES_PT, TEXT_WIDTH_PT, fit


def test_a_small_table_fills_the_width_in_full_size() -> None:
    size, shares = fit(["校区", "流失"], [["南山校区", "104"]])
    assert size == 9.0
    assert all(shares)
    assert abs(sum(shares) - TEXT_WIDTH_PT / 9.0) < 1e-9


def test_a_column_of_prose_takes_what_the_others_leave() -> None:
    size, shares = fit(["学员", "主要原因"], [["S-00001", "连续缺课三次" * 12]])
    assert size == 9.0
    assert shares[0] == 0.0
    assert shares[1] > 0


def test_many_columns_shrink_and_never_below_six_points() -> None:
    row = ["1,234,567"] * 11
    assert 6.0 <= fit(["列"] * 11, [row])[0] < 9.0
    assert fit(["列"] * 40, [["1,234,567"] * 40]) == (6.0, [0.0] * 40)


@given(st.lists(st.text(max_size=30), min_size=1, max_size=30))
def test_more_columns_never_make_larger_letters(cells: list[str]) -> None:
    size, shares = fit(cells, [cells])
    assert size in SIZES_PT
    assert len(shares) == len(cells)
    assert fit([*cells, "x"], [[*cells, "x"]])[0] <= size
