"""Is there nothing where nothing is known?"""

import pytest

from churnlab.synthetic.blanks import where_known


@pytest.mark.parametrize(
    ("known", "values", "found"),
    [
        ([True, False, True], ["a", "b", "c"], ["a", None, "c"]),
        ([1, 0], "a", ["a", None]),
        ([], "a", []),
    ],
)
def test_values_stand_where_they_are_known(known, values, found):
    assert where_known(known, values).tolist() == found
