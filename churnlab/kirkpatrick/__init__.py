"""Did a training of the staff work: did they like it, learn it, do it, did it show, and what did it return?"""

from churnlab.kirkpatrick.behavior.agreement import rater_agreement
from churnlab.kirkpatrick.behavior.change import behavior_change, behavior_dimensions, self_other_gap
from churnlab.kirkpatrick.behavior.documents import document_use
from churnlab.kirkpatrick.behavior.drivers import required_drivers
from churnlab.kirkpatrick.behavior.incidents import incident_rates
from churnlab.kirkpatrick.behavior.level import behavior_level
from churnlab.kirkpatrick.behavior.matters import matter_curves, matter_durations
from churnlab.kirkpatrick.behavior.meetings import meetings_held
from churnlab.kirkpatrick.behavior.transfer import transfer
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.overview import overview
from churnlab.kirkpatrick.portfolio import portfolio

__all__ = [
    "Evaluation",
    "behavior_change",
    "behavior_dimensions",
    "behavior_level",
    "document_use",
    "incident_rates",
    "matter_curves",
    "matter_durations",
    "meetings_held",
    "overview",
    "portfolio",
    "rater_agreement",
    "required_drivers",
    "self_other_gap",
    "transfer",
]
