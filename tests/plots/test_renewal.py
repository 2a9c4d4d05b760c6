"""Are renewals drawn as they are, the forecast told from what was seen?"""

import numpy as np
import pandas as pd
import pytest

from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES, text
from churnlab.plots.renewal import renewals


@pytest.fixture
def finding() -> Finding:
    fitted = np.array([0.75, 0.8, 0.83, 0.85])
    table = pd.DataFrame({
        "term": [1, 2, 3, 4],
        "came_due": pd.array([40, 30, None, None], dtype="Int64"),
        "renewal_rate": [0.7, 0.85, np.nan, np.nan],
        "renewal_rate_low": [0.6, 0.7, np.nan, np.nan],
        "renewal_rate_high": [0.8, 0.95, np.nan, np.nan],
        "fitted_rate": fitted,
        "fitted_rate_low": fitted - 0.05,
        "fitted_rate_high": fitted + 0.05,
    })  # fmt: skip
    return Finding(key="renewal.by_term", table=table)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_curve_is_drawn_through_what_was_seen_and_dashed_beyond(finding, lang):
    ax = renewals(finding, lang=lang)
    lines = {line.get_label(): line for line in ax.get_lines()}
    seen, ahead = (lines[text(f"plot.renewal_{name}", lang)] for name in ("curve", "forecast"))
    assert seen.get_xydata().tolist() == [[1, 0.75], [2, 0.8]]
    assert ahead.get_xydata().tolist() == [[2, 0.8], [3, 0.83], [4, 0.85]]
    assert (seen.get_linestyle(), ahead.get_linestyle()) == ("-", "--")
    observed = ax.containers[0]
    assert observed.lines[0].get_ydata().tolist() == [0.7, 0.85]
    ends = np.concatenate([segment[:, 1] for segment in observed.lines[2][0].get_segments()])
    assert sorted(ends) == pytest.approx([0.6, 0.7, 0.8, 0.95])
    words = {text(f"plot.renewal_{name}", lang) for name in ("observed", "curve", "forecast", "band")}
    assert {entry.get_text() for entry in ax.get_legend().get_texts()} == words
    assert ax.get_xlabel() == text("column.term", lang)
    assert ax.get_ylim()[1] > 0.95
