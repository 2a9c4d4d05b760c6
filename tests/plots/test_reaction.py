"""Are the answers drawn as the table has them, in both languages?"""

import pandas as pd
import pytest

from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES
from churnlab.plots.reaction import answer_bars
from churnlab.wording import header

pytestmark = pytest.mark.usefixtures("styled")
FOUND = Finding(
    key="reaction.distribution",
    table=pd.DataFrame(
        {"reaction_item": ["a"], "answered_1": [1], "answered_2": [0], "answered_3": [2], "answered_4": [0],
         "answered_5": [1]}
    ),
)  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
def test_bars_part_at_the_middle_answer_and_unused_answers_stay_in_the_legend(lang):
    ax = answer_bars(FOUND, lang=lang)
    assert [bar.get_width() for bar in ax.patches] == [1 / 4, 0, 1 / 2, 0, 1 / 4]
    assert ax.patches[0].get_x() == -(1 / 4 + 1 / 4)  # the 1, and half of the 3
    assert [one.get_text() for one in ax.get_legend().get_texts()] == [
        header(f"answered_{place}", lang) for place in range(1, 6)
    ]
