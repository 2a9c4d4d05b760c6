"""Did a training of the staff work: did they like it, learn it, do it, did it show, and what did it return?"""

from churnlab.kirkpatrick.behavior.agreement import rater_agreement
from churnlab.kirkpatrick.behavior.change import behavior_change, behavior_dimensions, self_other_gap
from churnlab.kirkpatrick.behavior.documents import document_use
from churnlab.kirkpatrick.behavior.drivers import required_drivers
from churnlab.kirkpatrick.behavior.incidents import incident_rates
from churnlab.kirkpatrick.behavior.level import behavior_level
from churnlab.kirkpatrick.behavior.matters import matter_curves, matter_durations
from churnlab.kirkpatrick.behavior.meetings import meetings_held
from churnlab.kirkpatrick.behavior.series import kpi_series
from churnlab.kirkpatrick.behavior.transfer import transfer
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.learning.capabilities import capabilities
from churnlab.kirkpatrick.learning.compared import learning_compared
from churnlab.kirkpatrick.learning.contest import contest_scores
from churnlab.kirkpatrick.learning.gains import learning_gains, learning_kept
from churnlab.kirkpatrick.learning.items import item_analysis, option_analysis
from churnlab.kirkpatrick.learning.level import learning_answer
from churnlab.kirkpatrick.learning.raters import double_ratings
from churnlab.kirkpatrick.learning.regression import regression_guard
from churnlab.kirkpatrick.learning.standards import standards_met
from churnlab.kirkpatrick.learning.watched import watched_change
from churnlab.kirkpatrick.levels import levels, levels_compared
from churnlab.kirkpatrick.loop.students_effect import student_outcomes, students_kept
from churnlab.kirkpatrick.needs.capabilities import capability_gaps
from churnlab.kirkpatrick.needs.delivery import delivery
from churnlab.kirkpatrick.needs.diagnosis import kpi_diagnosis
from churnlab.kirkpatrick.needs.profile import trainee_profile
from churnlab.kirkpatrick.needs.sample import sample_needed
from churnlab.kirkpatrick.needs.targets import targets_met
from churnlab.kirkpatrick.needs.teaching import instructor_hours, new_modules
from churnlab.kirkpatrick.overview import overview
from churnlab.kirkpatrick.people.benchmark import top_performers
from churnlab.kirkpatrick.people.cases import benchmark_cases
from churnlab.kirkpatrick.people.certification import certification
from churnlab.kirkpatrick.people.followed import plan_followed
from churnlab.kirkpatrick.people.habits import what_top_do
from churnlab.kirkpatrick.people.hindcast import luck_hindcast
from churnlab.kirkpatrick.people.lessons import often_wrong
from churnlab.kirkpatrick.people.library import most_used_documents
from churnlab.kirkpatrick.people.mentors import mentor_pairs
from churnlab.kirkpatrick.people.nine_box import nine_box
from churnlab.kirkpatrick.people.plan import plan_behaviors, weekly_plan
from churnlab.kirkpatrick.people.promotion import promoted_beside_others, promotion_and_hours
from churnlab.kirkpatrick.people.record import growth_record
from churnlab.kirkpatrick.people.sharing import contributions
from churnlab.kirkpatrick.portfolio import portfolio
from churnlab.kirkpatrick.reaction.compared import reaction_compared
from churnlab.kirkpatrick.reaction.instructors import instructor_reactions
from churnlab.kirkpatrick.reaction.level import reaction_answer
from churnlab.kirkpatrick.reaction.promoters import customers_promote
from churnlab.kirkpatrick.reaction.recommend import trainees_recommend
from churnlab.kirkpatrick.reaction.reliability import reaction_reliability
from churnlab.kirkpatrick.reaction.response import reaction_response
from churnlab.kirkpatrick.reaction.scores import reaction_distribution, reaction_scores
from churnlab.kirkpatrick.reaction.sessions import reaction_sessions
from churnlab.kirkpatrick.reaction.stars import instructor_rating
from churnlab.kirkpatrick.results.complaint_types import complaint_types
from churnlab.kirkpatrick.results.event_study import event_study
from churnlab.kirkpatrick.results.kpi_effects import kpi_effects
from churnlab.kirkpatrick.results.matched_effects import matched_effects
from churnlab.kirkpatrick.results.outcomes import outcomes
from churnlab.kirkpatrick.results.placebo_checks import placebo_checks
from churnlab.kirkpatrick.results.rank_shifts import rank_shifts
from churnlab.kirkpatrick.results.region_effect import region_effect, region_months
from churnlab.kirkpatrick.results.sales_growth import sales_growth
from churnlab.kirkpatrick.results.sign_cycle import sign_cycle
from churnlab.kirkpatrick.results.tiers import order_value_by_tier
from churnlab.kirkpatrick.returns.across import returns_compared
from churnlab.kirkpatrick.returns.break_even import break_even
from churnlab.kirkpatrick.returns.budget import training_budget
from churnlab.kirkpatrick.returns.chances import return_chances
from churnlab.kirkpatrick.returns.cost import training_cost
from churnlab.kirkpatrick.returns.forecast import return_forecast
from churnlab.kirkpatrick.returns.forms import cost_by_form
from churnlab.kirkpatrick.returns.heads import cost_per_head
from churnlab.kirkpatrick.returns.hidden import hidden_gains
from churnlab.kirkpatrick.returns.paid import training_return
from churnlab.kirkpatrick.returns.payback import payback
from churnlab.kirkpatrick.returns.rules import conservative_rules
from churnlab.kirkpatrick.returns.split import budget_split
from churnlab.kirkpatrick.returns.tornado import return_tornado
from churnlab.kirkpatrick.returns.vendors import vendor_value

__all__ = [
    "Evaluation",
    "behavior_change",
    "behavior_dimensions",
    "behavior_level",
    "benchmark_cases",
    "break_even",
    "budget_split",
    "capabilities",
    "capability_gaps",
    "certification",
    "complaint_types",
    "conservative_rules",
    "contest_scores",
    "contributions",
    "cost_by_form",
    "cost_per_head",
    "customers_promote",
    "delivery",
    "document_use",
    "double_ratings",
    "event_study",
    "growth_record",
    "hidden_gains",
    "incident_rates",
    "instructor_hours",
    "instructor_rating",
    "instructor_reactions",
    "item_analysis",
    "kpi_diagnosis",
    "kpi_effects",
    "kpi_series",
    "learning_answer",
    "learning_compared",
    "learning_gains",
    "learning_kept",
    "levels",
    "levels_compared",
    "luck_hindcast",
    "matched_effects",
    "matter_curves",
    "matter_durations",
    "meetings_held",
    "mentor_pairs",
    "most_used_documents",
    "new_modules",
    "nine_box",
    "often_wrong",
    "option_analysis",
    "order_value_by_tier",
    "outcomes",
    "overview",
    "payback",
    "placebo_checks",
    "plan_behaviors",
    "plan_followed",
    "portfolio",
    "promoted_beside_others",
    "promotion_and_hours",
    "rank_shifts",
    "rater_agreement",
    "reaction_answer",
    "reaction_compared",
    "reaction_distribution",
    "reaction_reliability",
    "reaction_response",
    "reaction_scores",
    "reaction_sessions",
    "region_effect",
    "region_months",
    "regression_guard",
    "required_drivers",
    "return_chances",
    "return_forecast",
    "return_tornado",
    "returns_compared",
    "sales_growth",
    "sample_needed",
    "self_other_gap",
    "sign_cycle",
    "standards_met",
    "student_outcomes",
    "students_kept",
    "targets_met",
    "top_performers",
    "trainee_profile",
    "trainees_recommend",
    "training_budget",
    "training_cost",
    "training_return",
    "transfer",
    "vendor_value",
    "watched_change",
    "weekly_plan",
    "what_top_do",
]
