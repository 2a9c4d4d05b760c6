"""What does this institution mean by churn, and where do its thresholds lie?"""

from churnlab.settings.behavior import Behavior
from churnlab.settings.causes import Causes
from churnlab.settings.churn import Calling, Features, Model, Outcome, Retention, Unit
from churnlab.settings.competing import Competing
from churnlab.settings.funnel import Funnel
from churnlab.settings.institution import Calendar, Institution, Paths, Period, Report, Tables, Uncertainty
from churnlab.settings.kinds import NEVER
from churnlab.settings.kpis import Kpis
from churnlab.settings.learning import Learning
from churnlab.settings.loop import Loop
from churnlab.settings.needs import Needs
from churnlab.settings.people import People
from churnlab.settings.reaction import Reaction
from churnlab.settings.renewal import Renewal
from churnlab.settings.results import Results
from churnlab.settings.returns import Amount, Price, Returns
from churnlab.settings.staff_outcomes import StaffOutcomes
from churnlab.settings.watching import Watching
from churnlab.settings.weekly import Weekly
from churnlab.settings.whole import FILE, Settings

__all__ = [
    "FILE",
    "NEVER",
    "Amount",
    "Behavior",
    "Calendar",
    "Calling",
    "Causes",
    "Competing",
    "Features",
    "Funnel",
    "Institution",
    "Kpis",
    "Learning",
    "Loop",
    "Model",
    "Needs",
    "Outcome",
    "Paths",
    "People",
    "Period",
    "Price",
    "Reaction",
    "Renewal",
    "Report",
    "Results",
    "Retention",
    "Returns",
    "Settings",
    "StaffOutcomes",
    "Tables",
    "Uncertainty",
    "Unit",
    "Watching",
    "Weekly",
]
