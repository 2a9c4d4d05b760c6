"""Who left, when and how; who will; how long students stay; what goes with it."""

from churnlab.churn.calling.effect import call_effect, call_effect_by_campus
from churnlab.churn.calling.listed import call_list
from churnlab.churn.calling.lists import call_lists
from churnlab.churn.calling.profit import call_profit
from churnlab.churn.calling.uplift import call_qini
from churnlab.churn.cards import cards
from churnlab.churn.causes.beside import causes_beside
from churnlab.churn.causes.cases import interview_cases
from churnlab.churn.causes.coding_quality import text_coding, text_coding_table
from churnlab.churn.causes.facility import inspected
from churnlab.churn.causes.guesses import indirect_sources
from churnlab.churn.causes.kept_by import kept_by
from churnlab.churn.causes.pareto import pareto
from churnlab.churn.causes.people import churn_per
from churnlab.churn.causes.places import cause_contrasts, causes_by_campus
from churnlab.churn.causes.shares import causes as stated_causes
from churnlab.churn.causes.stated import stated
from churnlab.churn.causes.trend import cause_trend
from churnlab.churn.causes.voices import voices
from churnlab.churn.caveats import contradictions
from churnlab.churn.cohorts import cohorts
from churnlab.churn.competing.conditional import conditional_retention
from churnlab.churn.competing.groups import incidence_by, incidence_tests
from churnlab.churn.competing.incidence import cumulative_incidence, incidence_curves
from churnlab.churn.competing.ratios import competing_ratios
from churnlab.churn.definitions import definitions, method
from churnlab.churn.features import FEATURES, features
from churnlab.churn.funnel.conversion import conversion
from churnlab.churn.funnel.conversion_by import conversion_by
from churnlab.churn.funnel.deciding import time_to_enrol, time_to_enrol_by
from churnlab.churn.funnel.journeys import journeys
from churnlab.churn.funnel.losses import never_came, never_enrolled
from churnlab.churn.funnel.lost import lost_reasons
from churnlab.churn.funnel.seasons import funnel_change
from churnlab.churn.funnel.steps_by import steps_by
from churnlab.churn.groups import churn_by, churn_by_kind
from churnlab.churn.hazard_ratios import hazard_ratios
from churnlab.churn.headline import headline
from churnlab.churn.movements import movements, quiet
from churnlab.churn.outcome import at_risk, episodes, label, settled_before, with_us
from churnlab.churn.panel import panel, scoring
from churnlab.churn.provisional import settled_month
from churnlab.churn.rates import churn_history, churn_rate
from churnlab.churn.renewal.at_risk import revenue_at_risk, worth
from churnlab.churn.renewal.by_student import student_worth
from churnlab.churn.renewal.by_term import renewal_by_term
from churnlab.churn.renewal.coming import up_for_renewal
from churnlab.churn.renewal.groups import renewal_by
from churnlab.churn.renewal.prepaid import prepaid
from churnlab.churn.renewal.rates import renewal_rate
from churnlab.churn.retention import retention, retention_by, retention_curves, retention_tests
from churnlab.churn.risk import Risk
from churnlab.churn.stays import stays
from churnlab.churn.suspensions import long_suspensions
from churnlab.churn.train import Trained, train
from churnlab.churn.weekly.calls import calls_made
from churnlab.churn.weekly.losses import week_cards, week_losses, week_lost
from churnlab.churn.weekly.new_causes import new_causes

__all__ = [
    "FEATURES",
    "Risk",
    "Trained",
    "at_risk",
    "call_effect",
    "call_effect_by_campus",
    "call_list",
    "call_lists",
    "call_profit",
    "call_qini",
    "calls_made",
    "cards",
    "cause_contrasts",
    "cause_trend",
    "causes_beside",
    "causes_by_campus",
    "churn_by",
    "churn_by_kind",
    "churn_history",
    "churn_per",
    "churn_rate",
    "cohorts",
    "competing_ratios",
    "conditional_retention",
    "contradictions",
    "conversion",
    "conversion_by",
    "cumulative_incidence",
    "definitions",
    "episodes",
    "features",
    "funnel_change",
    "hazard_ratios",
    "headline",
    "incidence_by",
    "incidence_curves",
    "incidence_tests",
    "indirect_sources",
    "inspected",
    "interview_cases",
    "journeys",
    "kept_by",
    "label",
    "long_suspensions",
    "lost_reasons",
    "method",
    "movements",
    "never_came",
    "never_enrolled",
    "new_causes",
    "panel",
    "pareto",
    "prepaid",
    "quiet",
    "renewal_by",
    "renewal_by_term",
    "renewal_rate",
    "retention",
    "retention_by",
    "retention_curves",
    "retention_tests",
    "revenue_at_risk",
    "scoring",
    "settled_before",
    "settled_month",
    "stated",
    "stated_causes",
    "stays",
    "steps_by",
    "student_worth",
    "text_coding",
    "text_coding_table",
    "time_to_enrol",
    "time_to_enrol_by",
    "train",
    "up_for_renewal",
    "voices",
    "week_cards",
    "week_losses",
    "week_lost",
    "with_us",
    "worth",
]
