"""Tables fill the page, and an interval goes below its figure before letters get too small or a number breaks."""

from hypothesis import given
from hypothesis import strategies as st

from churnlab.report.layout import STEPS, TEXT_WIDTH_PT, fit

SMALLEST = 7.5


def test_a_small_table_fills_the_width_in_full_size() -> None:
    made = fit(["校区", "流失"], [["南山校区", "104"]], ["left", "right"])
    assert made.size_pt == 9.0
    assert all(made.shares)
    assert abs(sum(made.shares) - TEXT_WIDTH_PT / 9.0) < 1e-9


def test_a_column_of_prose_takes_what_the_others_leave() -> None:
    made = fit(["学员", "主要原因"], [["S-00001", "连续缺课三次" * 12]], ["left", "left"])
    assert made.size_pt == 9.0
    # eight letters need five ems: the room is the prose's
    assert made.shares[0] < 8
    assert abs(sum(made.shares) - TEXT_WIDTH_PT / 9.0) < 1e-9


def test_columns_that_break_share_the_width_so_that_the_table_is_short() -> None:
    # Room for 52 ems. The names need 16 and must not break; the values would like 14, but break once in the table;
    # the reasons have 32 Chinese characters, a line as soon as 33 ems are left for them.
    rows = [
        ["outcome.longest_suspension_days", "30", "停课最多按这么多天算，之后视为缺课" + "，" * 3] for _ in range(9)
    ]
    rows.append(["outcome.personal_reasons", "personal, moved, health", "不归任何部门负责的个人原因"])
    names, values, reasons = fit(["设置", "取值", "理由"], rows, ["left"] * 3).shares
    assert names > 15
    assert values < 13.0
    assert reasons > 21


def test_many_intervals_go_below_their_figures_before_letters_get_too_small() -> None:
    row = ["Days since last lesson only", *["0.717 (0.700–0.733)"] * 6]
    made = fit(["Method", *["Ranked right"] * 6], [row], ["left", *["right"] * 6])
    assert made.size_pt == 8.0
    assert made.cells == [["Days since last lesson only", *["0.717\n(0.700–0.733)"] * 6]]
    few = fit(["Method", *["Ranked right"] * 3], [row[:4]], ["left", *["right"] * 3])
    assert (few.size_pt, few.cells) == (9.0, [row[:4]])


def test_words_in_brackets_are_no_interval() -> None:
    row = ["Course (last)", *["0.717 (0.700–0.733)"] * 7]
    made = fit(["Feature", *["Rate"] * 7], [row], ["left", *["right"] * 7])
    assert made.cells[0][:2] == ["Course (last)", "0.717\n(0.700–0.733)"]


def test_letters_are_never_smaller_than_seven_and_a_half_points() -> None:
    assert min(size for size, _ in STEPS) == SMALLEST
    assert 7.5 <= fit(["列"] * 11, [["1,234,567"] * 11], ["right"] * 11).size_pt < 9.0
    made = fit(["列"] * 40, [["1,234,567"] * 40], ["right"] * 40)
    assert (made.size_pt, made.shares) == (SMALLEST, [0.0] * 40)


def test_a_table_is_whole_by_its_lines_and_not_by_its_rows() -> None:
    short, long = ["出勤", "是"], ["出勤", "最近四周只来了一半的课，" * 10]
    assert fit(["项目", "说明"], [short] * 14, ["left"] * 2).whole
    assert not fit(["项目", "说明"], [short] * 15, ["left"] * 2).whole
    assert not fit(["项目", "说明"], [long] * 6, ["left"] * 2).whole


def test_a_table_of_prose_that_fills_more_than_a_page_has_smaller_letters() -> None:
    long = ["出勤", "最近四周只来了一半的课，" * 10]
    assert fit(["项目", "说明"], [long] * 10, ["left"] * 2).size_pt == 9.0
    assert fit(["项目", "说明"], [long] * 20, ["left"] * 2).size_pt == 8.5
    assert fit(["月份", "流失"], [["2026-10", "12"]] * 60, ["left", "right"]).size_pt == 9.0


@given(st.lists(st.text(max_size=30), min_size=1, max_size=30))
def test_more_columns_never_make_larger_letters(cells: list[str]) -> None:
    made = fit(cells, [cells], (["left", "right"] * 15)[: len(cells)])
    assert len(made.shares) == len(cells)
    sides = ["right"] * 31  # prose may have smaller letters with fewer columns: where they save it lines
    made = fit(cells, [cells], sides[: len(cells)])
    assert fit([*cells, "x"], [[*cells, "x"]], sides[: len(cells) + 1]).size_pt <= made.size_pt


def test_smaller_letters_are_worth_it_where_they_save_a_line_of_every_row() -> None:
    # An effect with its interval has 16 ems; the others leave it 10 at 9 points, and 16 at 8.
    effect = "+3.7 个百分点（−3.5 至 +11.0）"
    others = ["¥130,432"] * 7
    made = fit(["效果", *["前"] * 7], [[effect, *others]] * 10, ["left", *["right"] * 7])
    assert made.size_pt < 9.0
    assert made.shares[0] > 15.5
    # One row of many is no reason.
    rows = [["有效", *others]] * 9 + [[effect, *others]]
    assert fit(["效果", *["前"] * 7], rows, ["left", *["right"] * 7]).size_pt == 9.0
