"""Does a table in a terminal begin at the left?"""

import pandas as pd

from churnlab.terminal import lines


def test_one_column_is_a_list_each_as_long_as_it_is():
    shown = pd.DataFrame({"需要留意": ["短", "a long one " * 20]})
    assert lines(shown) == ["- 短", "- " + "a long one " * 20]


def test_columns_stand_under_their_headers_whatever_the_letters():
    shown = pd.DataFrame({"表": ["学员", "Lessons"], "n": ["2", "1,000"], "原因": ["日期", ""]})
    #        7 places    5 places
    assert lines(shown) == ["表       n      原因", "学员     2      日期", "Lessons  1,000"]
