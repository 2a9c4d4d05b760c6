"""Nobody changes what is handed in: every public function that takes frames or arrays is watched at work.

A small made-up institution hands in its exports and is analysed whole; so are the published students of another one.
Meanwhile every function is wrapped: what it is given is copied before and compared after, call by call.
"""

import importlib
import inspect
import pkgutil
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from functools import wraps
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest

from churnlab import churn, improvement, kirkpatrick, oulad, stats, tables
from churnlab.churn import calling, model_card, stays
from churnlab.churn.competing import conditional
from churnlab.finding import attempt
from churnlab.i18n import LANGUAGES
from churnlab.kirkpatrick.people import promotion
from churnlab.oulad import early_warning, importing, published, quirks
from churnlab.settings import Causes, Model, Outcome, Retention, Settings, Uncertainty
from churnlab.stats import beta_geometric, logistic, qini
from churnlab.synthetic import Institution, make, make_sample
from churnlab.tables import loading
from churnlab.tables.door import Data
from tests import evaluating
from tests.kirkpatrick import asking
from tests.oulad import zips

HANDED = re.compile(r"DataFrame|Series|ndarray|ArrayLike|__array_like|Stays|Curve|Checked|Backtest|Contracts\b")
# Few enough to be quick, enough to teach a model.
QUICK = Settings(
    causes=Causes(text_filed=50, text_reason_texts=2),
    model=Model(min_events=5, penalties=(0.1,), snapshots=10, test_months=3, calibration_bins=2),
    retention=Retention(cox_min_events=10, cox_min_level_events=1),
    uncertainty=Uncertainty(bootstrap=50, min_group=5, replay_months=3),
)


def copied(value: Any) -> Any:
    """Copy the frames and arrays that a value holds, however deep; of all else keep nothing."""
    if isinstance(value, pd.DataFrame | pd.Series):
        return value.copy(deep=True)
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, Mapping):
        return {key: copied(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [copied(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type | Data):
        return {one.name: copied(getattr(value, one.name)) for one in fields(value)}
    return None


def is_same(before: Any, value: Any) -> bool:
    """Tell whether a value still holds what was copied of it."""
    if isinstance(before, pd.DataFrame | pd.Series):
        return before.equals(value) and before.index.equals(value.index)
    if isinstance(before, np.ndarray):
        return before.shape == value.shape and pd.Series(before.ravel()).equals(pd.Series(value.ravel()))
    if isinstance(before, dict):
        parts = value if isinstance(value, Mapping) else {name: getattr(value, name) for name in before}
        return list(before) == list(parts) and all(is_same(before[name], parts[name]) for name in before)
    if isinstance(before, list):
        return len(before) == len(value) and all(is_same(*pair) for pair in zip(before, value, strict=True))
    return True


# Who is watched


def modules() -> list[ModuleType]:
    names = [
        found.name
        for room in (churn, improvement, kirkpatrick, oulad, stats, tables)
        for found in pkgutil.walk_packages(room.__path__, f"{room.__name__}.")
    ]
    return [importlib.import_module(name) for name in names]


def functions() -> Iterator[tuple[str, Any, str, Callable[..., Any]]]:
    """Return the public functions and methods of ours: name, where it hangs, by which name, and itself."""
    for module in modules():
        for name, one in sorted(vars(module).items()):
            if name.startswith("_") or getattr(one, "__module__", "") != module.__name__:
                continue
            if inspect.isfunction(one):
                yield f"{module.__name__}.{name}", module, name, one
            elif inspect.isclass(one):
                for part, method in sorted(vars(one).items()):
                    if inspect.isfunction(method) and not part.startswith("_"):
                        yield f"{module.__name__}.{name}.{part}", one, part, method


def takes_frames(function: Callable[..., Any]) -> bool:
    return any(HANDED.search(str(p.annotation)) for p in inspect.signature(function).parameters.values())


TAKING = sorted(name for name, *_, function in functions() if takes_frames(function))


@dataclass
class Watch:
    """What was seen: how often each function was called, and which of what it was given it changed."""

    calls: Counter[str] = field(default_factory=Counter)
    changed: dict[str, list[str]] = field(default_factory=dict)

    def over(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap a function so that it is watched."""
        names = [*inspect.signature(function).parameters]

        @wraps(function)
        def watched(*arguments: Any, **choices: Any) -> Any:
            given = dict(zip(names, arguments, strict=False)) | choices
            before = {argument: copied(value) for argument, value in given.items() if argument != "self"}
            answer = function(*arguments, **choices)
            self.calls[name] += 1
            for argument, kept in before.items():
                if not is_same(kept, given[argument]):
                    self.changed.setdefault(name, []).append(argument)
            return answer

        return watched


@contextmanager
def watching(watch: Watch) -> Iterator[None]:
    """Put a watched function in the place of each, wherever it was imported to."""
    undo: list[tuple[Any, str, Any]] = []
    swaps = {id(function): watch.over(name, function) for name, _, _, function in functions() if takes_frames(function)}
    holders = [*(module for name, module in sys.modules.items() if name.startswith("churnlab"))]
    holders += [one for module in modules() for one in vars(module).values() if inspect.isclass(one)]
    for holder in holders:
        for name, one in [*vars(holder).items()]:
            if id(one) in swaps:
                undo.append((holder, name, one))
                setattr(holder, name, swaps[id(one)])
    try:
        yield
    finally:
        for holder, name, one in undo:
            setattr(holder, name, one)


# What they are watched at


def analyse(data: Data, month: str) -> None:
    for ask in (churn.cards, churn.headline, churn.churn_rate, churn.movements, churn.churn_by_kind):
        attempt(ask, data, month)
        attempt(ask, data, month, data_campus(data))
    for by in ("campus", "channel", "course_id"):
        attempt(churn.churn_by, data, month, by)
    attempt(churn.churn_history, data, until=month)
    attempt(churn.retention, data)
    compared = [attempt(churn.retention_by, data, by=by) for by in ("campus", "course", "channel", "cohort")]
    attempt(churn.retention_tests, compared)
    attempt(churn.retention_curves, data, by="course")
    attempt(churn.cohorts, data)
    attempt(churn.hazard_ratios, data)
    for ask in (churn.cumulative_incidence, churn.incidence_curves, churn.conditional_retention):
        attempt(ask, data)
    churn.incidence_tests([churn.incidence_by(data, by="campus")])
    attempt(churn.competing_ratios, data)
    for ask in (churn.conversion, churn.never_enrolled, churn.never_came, churn.lost_reasons, churn.funnel_change):
        attempt(ask, data)
    for by in ("channel", "adviser"):
        attempt(churn.conversion_by, data, by=by)
        attempt(churn.steps_by, data, by=by)
    attempt(churn.time_to_enrol, data)
    attempt(churn.time_to_enrol_by, data)
    attempt(churn.renewal_rate, data, month)
    for by in ("campus", "course", "adviser"):
        attempt(churn.renewal_by, data, by)
    for ask in (
        churn.renewal_by_term, churn.up_for_renewal, churn.worth, churn.student_worth, churn.revenue_at_risk,
        churn.prepaid,
    ):  # fmt: skip
        attempt(ask, data)
    fit = beta_geometric.fit_beta_geometric([1, 2], [40, 30], [30, 24])
    fit.interval(lambda leaving, unlikeness: beta_geometric.renewal(leaving, unlikeness, [1]), 0.95)
    beta_geometric.one_for_all([1, 2, 1, 2], [40, 30, 40, 30], [30, 24, 20, 12], ["2024", "2024", "2025", "2025"])
    fit.survival([1])
    ask_why(data)
    keep_watch(data)
    for ask in (churn.call_effect, churn.call_effect_by_campus, churn.call_qini):
        attempt(ask, data)
    # So small an institution draws nobody.
    drawn = pd.DataFrame({
        "made_on": pd.Timestamp("2026-01-01"), "list_id": "CL1", "campus": "East",
        "to_be_called": [True, True, False], "churned": [True, False, True],
    })  # fmt: skip
    calling.plan.so_far(drawn, data.settings)
    calling.trial.few_left(drawn)
    qini.at_shares(qini.qini([3, 2, 1, 0], [0, 1, 0, 1], [1, 0, 1, 0]), [0.5])  # nobody was called so early
    churn.contradictions(data)
    churn.long_suspensions(data)
    for ask in (tables.data_health, tables.set_aside, tables.late_campuses, tables.doubts):
        ask(data)
    conditional.chances(stays(data), data.settings)
    found = churn.episodes(data)
    churn.at_risk(found, data.as_of)
    churn.label(found, as_of=churn.settled_before(data) - pd.Timedelta(days=40), horizon_days=30)


def ask_why(data: Data) -> None:
    for ask in (churn.stated_causes, churn.pareto, churn.causes_by_campus, churn.cause_contrasts, churn.cause_trend):
        attempt(ask, data)
    attempt(churn.stated_causes, data, by="reason")
    for by in ("teacher", "class", "adviser"):
        attempt(churn.churn_per, data, by=by)
    attempt(churn.indirect_sources, data)
    for ask in (churn.inspected, churn.voices, churn.kept_by, churn.text_coding, churn.text_coding_table):
        attempt(ask, data)


def keep_watch(data: Data) -> None:
    for ask in (improvement.alerts, improvement.charts, improvement.detectable, improvement.overdue):
        attempt(ask, data)


def data_campus(data: Data) -> str:
    return churn.episodes(data)["campus"].dropna().iloc[0]


def judge(data: Data, folder: Path) -> None:
    risk = churn.Risk(data)
    attempt(churn.interview_cases, risk)
    findings = [attempt(ask) for ask in (risk.at_risk, risk.drivers, risk.discrimination, risk.calibration)]
    attempt(risk.not_started)
    attempt(lambda: churn.causes_beside(data, risk.backtest))
    for ask in (risk.baseline, risk.calls, risk.calls_by_campus, risk.calls_reach, risk.price_of_reasons):
        attempt(ask)
    for ask in (churn.call_list, churn.call_profit):
        attempt(ask, risk)
    attempt(improvement.drift, data, risk=risk)
    for lang in LANGUAGES:
        model_card.model_card(risk.trained, findings=tuple(f for f in findings if len(f.table)), lang=lang)
    churn.saving.save(risk.trained, folder)
    # Made-up students are hardly ever parted by a feature; these are by the second column.
    parted, number = np.arange(20) < 5, np.arange(20)
    logistic.fit_logistic(np.column_stack([number % 7, parted]), (number % 3 == 0) & ~parted)
    told = pd.DataFrame({"student_id": number // 2, "churned": (number % 3 == 0) & ~parted})
    churn.parted.parted(parted[:, None].astype(float), told, np.ones((1, 1)), level=0.95)


def load_twice(folder: Path, settings: Settings) -> None:
    make_sample(folder / "exports", students=50, seed=5)
    kpis = "考核对象类型,工号,指标,月份,实际值\n员工,T1001,续费率,2026-01,0.6\n"
    (folder / "exports" / "绩效.csv").write_text(kpis, encoding="utf-8")
    for day in (1, 2):
        loading.load(
            folder / "exports", home=folder, settings=settings, loaded_at=datetime(2026, 11, day),
            mapping_file=folder / "exports" / "mapping.toml",
        )  # fmt: skip


def look_at_published(folder: Path) -> None:
    zips.write(folder / "oulad.zip")
    told = published.read(folder / "oulad.zip")
    quirks.quirks_finding(told)
    for finding in (early_warning.auc_finding, early_warning.trap_finding, early_warning.clicks_finding):
        attempt(finding, told, settings=QUICK)
    importing.import_zip(folder / "oulad.zip", folder / "oulad", loaded_at=datetime(2026, 11, 1))


def look_at_promotion() -> None:
    # Of so few students' teachers hardly anybody rises.
    number = np.arange(24)
    months = pd.DataFrame({
        "staff_id": [f"T{one % 8}" for one in number], "role": "teacher", "number": number // 8,
        "promoted": (number == 8) | (number == 17) | (number == 21), "hours_10": number % 5 / 2.0,
        "tenure_years": number % 3 + number / 10, "kpi_level": number % 7 / 3.0, "rating_level": np.nan,
    })  # fmt: skip
    promotion.ratios(months, level=0.95)
    people = pd.DataFrame({"training_id": "PX1", "promoted": number % 3 == 0, "hours": number % 5 + 1.0})
    promotion.compared(people, "hours", 0.95)


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory) -> Watch:
    folder = tmp_path_factory.mktemp("purity")
    made = make(Institution(students=400, months=14, campuses=2, seed=3))
    watch = Watch()
    with watching(watch):
        load_twice(folder, Settings())
        look_at_published(folder)
        evaluating.evaluate()
        data = made.data(settings=QUICK)
        analyse(data, "2025-12")  # provisional: its last ends are not known yet
        judge(data, folder / "model")
        for _ in asking.asked(make(Institution(students=900, seed=4)).data(settings=QUICK)):
            pass
        look_at_promotion()
        # Errors by student are worked out only where a student has several stays: those of her contracts.
        by_contract = QUICK.model_copy(update={"outcome": Outcome(unit="enrolment")})
        attempt(churn.hazard_ratios, made.data(settings=by_contract))
        attempt(churn.incidence_by, made.data(settings=by_contract), by="campus")
    return watch


def test_the_watch_sees_what_is_changed() -> None:
    watch = Watch()

    def spoil(frame: pd.DataFrame, *, parts: list[np.ndarray]) -> None:
        frame["x"] = 1
        parts[0][0] = 7

    frame, array = pd.DataFrame({"a": [1.0, np.nan]}), np.array([1.0, np.nan])
    watch.over("spoil", spoil)(frame, parts=[array])
    assert watch.changed == {"spoil": ["frame", "parts"]}
    watch.over("look", lambda frame, parts: None)(frame, parts=[array])
    assert "look" not in watch.changed


@pytest.mark.slow
@pytest.mark.parametrize("name", TAKING)
def test_what_is_handed_in_is_not_changed(watch: Watch, name: str) -> None:
    assert watch.calls[name], "nobody called it: it was not watched"
    assert watch.changed.get(name, []) == []


@pytest.mark.parametrize("ask", [churn.episodes, churn.scoring, churn.panel])
def test_what_was_handed_out_can_be_changed_without_harm_to_the_next(ask: Callable[[Data], pd.DataFrame]) -> None:
    data = make(Institution(students=60, months=8, campuses=1, seed=3)).data(settings=QUICK)
    first = ask(data)
    kept = first.copy(deep=True)
    assert len(first)
    for name in first:
        first[name] = 0
    pd.testing.assert_frame_equal(ask(data), kept)
