"""What was agreed that each training should reach, and by when?"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from churnlab.synthetic.state import World
from churnlab.synthetic.training.plan import Held

AGREED_DAYS = 14
"""So long before the training begins its targets are agreed."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """What is to be reached.

    Attributes
    ----------
    measure : str
        A KPI, or a measure of the table `training_targets`.
    target : float
        In the measure's unit; of `kind` `change` as a share of the baseline.
    months : float
        After the training.
    baseline : float, optional
        What people took for the state before.
    kind, direction : str
        As in the table.
    """

    measure: str
    target: float
    months: float
    baseline: float | None = None
    kind: str = "level"
    direction: str = "up"


_CHECK_INS = Target(measure="check_ins", target=0.85, months=2)
_TEST = Target(measure="test_mean", target=80, months=0)
_REACTION = Target(measure="reaction", target=85, months=0)
_PRESENT = Target(measure="attendance", target=0.9, months=0)
TARGETS: Mapping[str, tuple[Target, ...]] = MappingProxyType(
    {
        "低分顾问补课": (
            _TEST, _CHECK_INS, Target(measure="conversion_rate", baseline=0.22, target=0.28, months=3),
        ),
        "FABE销售话术": (
            Target(measure="applied_share", target=0.9, months=3),
            Target(measure="crm_complete_rate", baseline=0.7, target=0.95, months=6),
            # Nobody counts new customers as a KPI: nothing will ever be known of it.
            Target(measure="new_customers", target=0.2, months=6, kind="change"),
            Target(measure="order_value_cny", target=0.12, months=3, kind="change"),
            _CHECK_INS, _TEST, _REACTION, _PRESENT,
        ),
        "投诉一日内答复": (
            Target(measure="reply_hours", baseline=27, target=24, months=3, direction="down"),
            Target(measure="reply_24h_rate", baseline=0.55, target=0.65, months=3),
            Target(measure="nps", baseline=35, target=50, months=6),
            _CHECK_INS, _TEST,
        ),
        "产品知识通关": (_TEST, _CHECK_INS, _PRESENT),
        "课堂互动教学": (
            Target(measure="lesson_quality", baseline=76, target=85, months=6),
            Target(measure="feedback_rate", target=0.1, months=3, kind="change"),
            Target(measure="applied_share", target=0.9, months=12),
            _CHECK_INS,
        ),
        "新员工入职培训": (_TEST, _CHECK_INS, _PRESENT),
        "教育行业峰会": (_CHECK_INS, _REACTION),
        "教育行业峰会·第二年": (_CHECK_INS, _REACTION),
        "校长领导力": (
            Target(measure="plan_done_rate", baseline=0.68, target=0.85, months=6), _REACTION, _CHECK_INS,
        ),
    }
)  # fmt: skip
"""By the name of the programme; others have none."""


def target_table(world: World, held: list[Held]) -> pd.DataFrame:
    """Return the table `training_targets`; nothing in it is drawn by chance."""
    rows = [
        (one.training_id, what.measure, what.baseline, what.target, what.kind, what.direction, what.months, one.begins)
        for one in held
        for what in TARGETS.get(one.programme.name, ())
    ]
    names = ["training_id", "measure", "baseline", "target", "kind", "direction", "months", "begins"]
    table = pd.DataFrame(rows, columns=names)
    agreed = world.days.date(table["begins"].to_numpy(dtype=np.int64) - AGREED_DAYS)
    return table.assign(agreed_on=agreed).drop(columns="begins")
