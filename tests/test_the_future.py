"""Does anything that happened later move a monthly report?"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from churnlab.i18n import Lang
from churnlab.report.compile import render
from churnlab.synthetic import Institution, make
from churnlab.tables.door import Data
from churnlab.tables.schemas import TABLES
from tests.another_future import Frames, another_future, with_open_ends
from tests.faults.monthly import findings, opened, told

AS_OF = date(2026, 1, 1)  # the day that `opened` opens at: fourteen months of eighteen have gone by
SHOWN = {
    "churn.cards", "churn.headline", "churn.history", "churn.rate", "churn.movements", "churn.kinds",
    "churn.by_campus", "churn.by_channel", "churn.by_course", "retention.overall", "retention.curves",
    "retention.by_campus", "retention.curves_by_campus", "retention.by_course", "retention.curves_by_course",
    "retention.by_channel", "retention.by_cohort", "retention.tests", "retention.hazard_ratios", "churn.at_risk",
    "churn.quiet", "churn.drivers", "model.discrimination", "model.calibration", "model.baseline",
    "tables.set_aside", "tables.late_campuses", "churn.contradictions", "churn.method", "churn.definitions",
}  # fmt: skip


@pytest.fixture(scope="module")
def frames() -> Frames:
    made = make(Institution(students=230, seed=3, campuses=2, months=18))
    return with_open_ends(made.frames, as_of=AS_OF, seed=1)


def all_it_says(data: Data, *, lang: Lang, campus: str = "") -> dict[str, Any]:
    """Return every Finding and chart by its place in the report, and the document."""
    notebook = told(data, lang=lang, campus=campus)
    said = {f"{place} {found['key']}": json.dumps(found) for place, found in enumerate(findings(notebook))}
    shown = [output.data for cell in notebook.cells for output in cell.get("outputs", [])]
    charts = [data["image/svg+xml"] for data in shown if "image/svg+xml" in data]
    drawn = {f"chart {place}": chart for place, chart in enumerate(charts)}
    return said | drawn | {"document": render(notebook, lang)}


def moved(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return [name for name in {**before, **after} if before.get(name) != after.get(name)]


@pytest.mark.slow
@pytest.mark.parametrize(("lang", "campus"), [("zh", ""), ("en", "徐汇校区")])
def test_the_future_changes_nothing_in_the_report(frames, lang, campus):
    changed = another_future(frames, as_of=AS_OF, seed=len(campus))
    assert not [name for name in TABLES if changed[name].equals(frames[name])]
    before, after = (all_it_says(opened(tables), lang=lang, campus=campus) for tables in (frames, changed))
    if not campus:
        assert {name.partition(" ")[2] for name in before if name[0].isdigit()} == SHOWN
        assert sum(name.startswith("chart") for name in before) == 8
    assert moved(before, after) == []
