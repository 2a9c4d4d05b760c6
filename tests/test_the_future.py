"""Does anything that happened later move a monthly report?"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import churnlab
from churnlab.i18n import Lang
from churnlab.report.compile import render
from churnlab.settings import Settings
from churnlab.synthetic import Institution, Made, make
from churnlab.synthetic.sample import write as write_exports
from churnlab.tables.door import Data
from churnlab.tables.loading import load
from churnlab.tables.schemas import TABLES
from tests.another_future import another_future, with_days, with_open_ends
from tests.exports import write
from tests.faults.monthly import RULES, findings, opened, told

AS_OF = date(2026, 1, 1)  # the day that `opened` opens at: fourteen months of eighteen have gone by
# What so few students cannot tell (`missing`) is tried in the tests of each analysis.
SHOWN = {
    "causes.cases", "churn.at_risk", "churn.by_campus", "churn.by_channel", "churn.by_course", "churn.cards",
    "churn.cause_trend", "churn.causes", "churn.causes_by_reason", "churn.contradictions", "churn.definitions",
    "churn.drivers", "churn.funnel", "churn.funnel_by_adviser", "churn.funnel_by_campaign", "churn.funnel_by_campus",
    "churn.funnel_by_channel", "churn.funnel_by_course", "churn.funnel_change", "churn.funnel_renewed",
    "churn.funnel_steps_by_adviser", "churn.funnel_steps_by_campaign", "churn.funnel_steps_by_campus",
    "churn.funnel_steps_by_channel", "churn.funnel_steps_by_course",
    "churn.headline", "churn.history", "churn.indirect_sources", "churn.inspected", "churn.kinds",
    "churn.long_suspensions", "churn.lost_reasons", "churn.method", "churn.movements", "churn.never_came",
    "churn.never_enrolled", "churn.not_started",
    "churn.pareto", "churn.pareto_paid", "churn.per_adviser", "churn.per_class", "churn.per_teacher", "churn.quiet",
    "churn.rate", "churn.time_to_enrol", "churn.time_to_enrol_by_channel", "churn.voices", "competing.by_campus",
    "competing.by_channel", "competing.by_course", "competing.conditional", "competing.curves",
    "competing.incidence", "competing.ratios", "competing.tests", "missing", "model.baseline", "model.calibration",
    "model.calls", "model.calls_reach", "model.challenger", "model.discrimination", "renewal.by_adviser",
    "renewal.by_campus", "renewal.by_course", "renewal.coming", "renewal.prepaid", "renewal.rate",
    "retention.by_campus",
    "retention.by_channel", "retention.by_cohort", "retention.by_course", "retention.cohorts", "retention.curves",
    "retention.curves_by_campus", "retention.curves_by_channel", "retention.curves_by_cohort",
    "retention.curves_by_course", "retention.hazard_ratios", "retention.overall", "retention.tests", "tables.doubts",
    "tables.late_campuses", "tables.set_aside", "watch.alerts", "watch.charts", "watch.drift",
}  # fmt: skip


@pytest.fixture(scope="module")
def made() -> Made:
    made = make(Institution(students=230, seed=3, campuses=2, months=18))
    return replace(made, frames=with_open_ends(made.frames, as_of=AS_OF, seed=1))


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
def test_the_future_changes_nothing_in_the_report(made, lang, campus):
    frames = dict(made.frames)
    changed = another_future(frames, as_of=AS_OF, seed=len(campus))
    assert not [name for name in TABLES if changed[name].equals(frames[name])]
    before, after = (all_it_says(opened(tables), lang=lang, campus=campus) for tables in (frames, changed))
    if not campus:
        assert {name.partition(" ")[2] for name in before if name[0].isdigit()} == SHOWN
        assert sum(name.startswith("chart") for name in before) == 18
    assert moved(before, after) == []


def in_order(rows: pd.DataFrame, dated_by: str | None) -> pd.DataFrame:
    """Put the earliest first: the bad rows of an export copy its first ones."""
    return rows.sort_values(dated_by, kind="stable", ignore_index=True) if dated_by else rows


def loaded(home: Path, made: Made, on: datetime, *bad: str) -> None:
    """Load the institution's exports, its own bad rows among them, with further contacts that must be set aside."""
    folder = home / f"raw-{on:%m}"
    write_exports(made, folder)
    write(folder, "跟进记录补录.csv", "跟进编号,学号,跟进时间,跟进类型", *bad)
    load(folder, home=home, settings=Settings(), loaded_at=on)


def stored(home: Path, **known: str) -> tuple[dict[str, Any], str]:
    """Return all that the report says of the store, worked out anew, and the key under which it would keep its fits."""
    data = churnlab.open(home / "data/store", as_of=AS_OF, **known)  # type: ignore[arg-type]
    said = all_it_says(replace(data, settings=RULES, keep=None), lang="en")
    data.close()
    assert data.keep
    return said, data.keep.name


@pytest.mark.slow
def test_what_is_loaded_later_changes_nothing_in_the_report(made, tmp_path):
    early = {name: in_order(with_days(made.frames, table), table.dated_by) for name, table in TABLES.items()}
    later = another_future(early, as_of=AS_OF, seed=7)
    # A definition has no date: one more is one more row loaded, whatever the day.
    later |= {name: later[name].head(len(early[name])) for name, table in TABLES.items() if not table.dated_by}
    one, may, june = "K1,S1,2025-12-31,群发", datetime(2026, 5, 2), datetime(2026, 6, 2)
    loaded(tmp_path, replace(made, frames=early), may, one, "K2,S1,2026-01-01,群发")
    then, key = stored(tmp_path)
    assert [said for name, said in then.items() if name.endswith("set_aside") and json.loads(said)["rows"]]
    loaded(tmp_path, replace(made, frames=later), june, one, "K3,S1,2026-05-01,群发")
    for known in ({"known_by": "2026-05-03"}, {}):
        now, key_now = stored(tmp_path, **known)
        assert moved(then, now) == []
        assert key_now == key
