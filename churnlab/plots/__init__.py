"""One function a chart: Finding in, Axes out."""

from churnlab.plots.behavior import kpi_series, open_matters, own_and_others, rating_changes, supports, transfer_curve
from churnlab.plots.budget import budget_to_date
from churnlab.plots.calling import arms, qini
from churnlab.plots.causes import cause_trend, causes_by_campus, pareto
from churnlab.plots.comparisons import event_study, placebo_checks, region_months
from churnlab.plots.control import control
from churnlab.plots.curves import retention
from churnlab.plots.ends import ends
from churnlab.plots.heatmap import cohorts
from churnlab.plots.learning import capability_dots, capability_radar, gains, questions
from churnlab.plots.levels import level_grid
from churnlab.plots.loop import student_outcomes
from churnlab.plots.needs import capability_gaps, kpi_gaps, targets_met
from churnlab.plots.outcomes import rank_shifts, sign_curves, tier_effects, type_shifts
from churnlab.plots.people import case_places, fallen_back, nine_box, person_intervals, plan_behaviors, plan_weeks
from churnlab.plots.rates import calibration, groups, history, ratios
from churnlab.plots.reach import reach
from churnlab.plots.reaction import answer_bars, instructor_stars, session_differences
from churnlab.plots.renewal import renewals
from churnlab.plots.results import kpi_effects
from churnlab.plots.returns import payback, return_chances, return_tornado, vendor_map
from churnlab.plots.showing import draw, show
from churnlab.plots.steps import funnel, time_to_enrol
from churnlab.plots.style import use

__all__ = [
    "answer_bars",
    "arms",
    "budget_to_date",
    "calibration",
    "capability_dots",
    "capability_gaps",
    "capability_radar",
    "case_places",
    "cause_trend",
    "causes_by_campus",
    "cohorts",
    "control",
    "draw",
    "ends",
    "event_study",
    "fallen_back",
    "funnel",
    "gains",
    "groups",
    "history",
    "instructor_stars",
    "kpi_effects",
    "kpi_gaps",
    "kpi_series",
    "level_grid",
    "nine_box",
    "open_matters",
    "own_and_others",
    "pareto",
    "payback",
    "person_intervals",
    "placebo_checks",
    "plan_behaviors",
    "plan_weeks",
    "qini",
    "questions",
    "rank_shifts",
    "rating_changes",
    "ratios",
    "reach",
    "region_months",
    "renewals",
    "retention",
    "return_chances",
    "return_tornado",
    "session_differences",
    "show",
    "sign_curves",
    "student_outcomes",
    "supports",
    "targets_met",
    "tier_effects",
    "time_to_enrol",
    "transfer_curve",
    "type_shifts",
    "use",
    "vendor_map",
]
