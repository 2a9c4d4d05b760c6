"""What has been changing, and what was decided against it and not done?"""

from churnlab.improvement.measures import overdue
from churnlab.improvement.monitoring.alerts import alerts
from churnlab.improvement.monitoring.charts import charts
from churnlab.improvement.monitoring.detectable import detectable
from churnlab.improvement.monitoring.drift import drift

__all__ = ["alerts", "charts", "detectable", "drift", "overdue"]
