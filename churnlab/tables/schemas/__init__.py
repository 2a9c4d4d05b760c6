"""Which tables are there?"""

from churnlab.tables.contract import Table
from churnlab.tables.schemas.customers import CONTACTS, LEADS, STUDENTS
from churnlab.tables.schemas.institution import CAMPUSES, CLASSES, COURSES, STAFF
from churnlab.tables.schemas.service import COMPLAINTS, EXITS, REFUNDS, SURVEYS
from churnlab.tables.schemas.teaching import ACTIVITY, ENROLMENTS, LESSONS, PAYMENTS, SUSPENSIONS

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        CAMPUSES, COURSES, STAFF, CLASSES,
        LEADS, STUDENTS, CONTACTS,
        ENROLMENTS, PAYMENTS, LESSONS, ACTIVITY, SUSPENSIONS,
        REFUNDS, COMPLAINTS, SURVEYS, EXITS,
    )
}  # fmt: skip

__all__ = ["TABLES"]
