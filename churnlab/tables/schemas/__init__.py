"""Which tables are there?"""

from churnlab.tables.contract import Table
from churnlab.tables.schemas.assessment import CERTIFICATES, RATINGS, REACTIONS, TEST_ANSWERS
from churnlab.tables.schemas.budgets import BUDGETS
from churnlab.tables.schemas.calls import CALLS
from churnlab.tables.schemas.campaigns import CAMPAIGNS
from churnlab.tables.schemas.customers import CONTACTS, LEADS, STUDENTS
from churnlab.tables.schemas.inspections import INSPECTIONS
from churnlab.tables.schemas.institution import CAMPUSES, CLASSES, COURSES, STAFF
from churnlab.tables.schemas.measures import MEASURE_PROGRESS, MEASURES
from churnlab.tables.schemas.performance import DOCUMENTS, INCIDENTS, KPIS, MEETINGS, PROMOTIONS
from churnlab.tables.schemas.service import COMPLAINTS, EXITS, REFUNDS, SURVEYS
from churnlab.tables.schemas.teaching import ACTIVITY, ENROLMENTS, LESSONS, PAYMENTS, SUSPENSIONS
from churnlab.tables.schemas.training import (
    CHECK_INS,
    TRAINEES,
    TRAINING_ATTENDANCE,
    TRAINING_COSTS,
    TRAINING_SESSIONS,
    TRAINING_TARGETS,
    TRAININGS,
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        CAMPUSES, COURSES, STAFF, CLASSES,
        CAMPAIGNS, LEADS, STUDENTS, CONTACTS,
        ENROLMENTS, PAYMENTS, LESSONS, ACTIVITY, SUSPENSIONS,
        REFUNDS, COMPLAINTS, SURVEYS, INSPECTIONS, EXITS,
        CALLS, MEASURES, MEASURE_PROGRESS, BUDGETS,
        KPIS, INCIDENTS, PROMOTIONS, CERTIFICATES,
        TRAININGS, TRAINING_TARGETS, TRAINING_SESSIONS, TRAINING_ATTENDANCE, TRAINEES, TRAINING_COSTS, CHECK_INS,
        REACTIONS, TEST_ANSWERS, RATINGS, DOCUMENTS, MEETINGS,
    )
}  # fmt: skip

__all__ = ["TABLES"]
