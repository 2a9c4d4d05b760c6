"""Does each training's row show each level's answer, sure ones in colour?"""

import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex

from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES
from churnlab.plots import level_grid
from churnlab.wording import Said, header

pytestmark = pytest.mark.usefixtures("styled")


def said(verdict):
    return Said(f"code.level_verdict.{verdict}")


@pytest.fixture
def finding():
    table = pd.DataFrame({
        "training_id": ["PX2", "PX1"], "training_name": ["$elling_", "很长" * 20],
        "reaction_level": [said("yes"), said("no")], "learning_level": [said("open"), said("not_told")],
        "students_level": pd.Series([None, None], dtype=object), "return_level": [None, said("change")],
    })  # fmt: skip
    yield Finding(key="demo", table=table)
    plt.close("all")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_cell_says_its_answer_and_only_sure_ones_have_a_colour(finding, lang):
    ax = level_grid(finding, lang=lang)
    cells = {
        (text.get_position(), text.get_text()): to_hex(patch.get_facecolor())
        for text, patch in zip(ax.texts, ax.patches, strict=True)
    }
    words = {one: said(one).say(lang) for one in ("yes", "no", "open", "not_told", "change")}
    grey = "#eceff2"
    assert cells == {
        ((0.5, 0.5), words["yes"]): "#8fb8d6",
        ((0.5, 1.5), words["no"]): "#eeb593",
        ((1.5, 0.5), words["open"]): grey,
        ((1.5, 1.5), words["not_told"]): "#ffffff",
        ((2.5, 1.5), words["change"]): grey,
    }
    # A level that nobody was asked about has no column.
    shown = [label.get_text() for label in ax.get_xticklabels()]
    assert shown == [header(name, lang) for name in ("reaction_level", "learning_level", "return_level")]
    first, second = (label.get_text() for label in ax.get_yticklabels())
    assert first == "PX2 $elling_"
    assert second.endswith("…")
    assert ax.get_ylim() == (2, 0)  # the first on top
    ax.figure.canvas.draw()
