"""Which way is a KPI good, and what are its numbers?"""

from churnlab.settings.kinds import Section


class Kpis(Section):
    """How the institution's KPIs are to be read."""

    low_is_good: tuple[str, ...] = (
        "reply_hours", "complaint_rate", "refund_rate", "error_rate", "投诉率", "退费率", "差错率",
    )  # fmt: skip
    shares: tuple[str, ...] = ()
    money: tuple[str, ...] = ()
