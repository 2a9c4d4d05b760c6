"""What did the institution undertake against leaving, and how far is it?"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from churnlab.synthetic.blanks import nothing, where_known
from churnlab.synthetic.causes import safety_campus, scheduling_campus
from churnlab.synthetic.clock import moments
from churnlab.synthetic.dice import with_own_dice
from churnlab.synthetic.people import with_role
from churnlab.synthetic.said import some
from churnlab.synthetic.state import World


class Measure(NamedTuple):
    """A measure, in weeks before the end of the history."""

    title: str
    reason: str
    department: str
    began: int
    weeks: int
    ended: str
    """`done` in time, `late` (done after it was due), `running`, `overdue` or `dropped`."""
    metric: str
    target: float
    scope: str
    """`all`, half of the campuses by lot (`random`), or the campus that is bad at `scheduling` or `safety`."""


MEASURES = (
    Measure("续费价格锁定一年", "price", "market", 88, 12, "done", "renewal", 0.04, "all"),
    Measure("报名前水平测试", "wrong_course_sold", "market", 70, 10, "late", "churn", -0.004, "all"),
    Measure("销售话术核查", "promise_not_kept", "market", 30, 20, "dropped", "satisfaction", 0.1, "all"),
    Measure("老带新回访礼", "competitor", "market", 22, 30, "running", "referral", 0.02, "random"),
    Measure("换老师提前两周告知", "teacher_change", "teaching", 60, 8, "done", "churn", -0.005, "random"),
    Measure("新教师跟岗一个月", "teacher", "teaching", 40, 26, "overdue", "satisfaction", 0.2, "all"),
    Measure("每月学情报告", "progress", "teaching", 26, 20, "late", "renewal", 0.03, "random"),
    Measure("小班上限十二人", "class_size", "teaching", 14, 24, "running", "satisfaction", 0.15, "all"),
    Measure("固定时段排课", "scheduling", "service", 18, 12, "overdue", "churn", -0.006, "scheduling"),
    Measure("消息两小时内回复", "slow_reply", "service", 34, 8, "done", "satisfaction", 0.2, "all"),
    Measure("退费七个工作日办结", "refund_terms", "service", 10, 16, "running", "loyalty", 3.0, "all"),
    Measure("消防与接送整改", "safety", "facility", 12, 8, "overdue", "satisfaction", 0.1, "safety"),
    Measure("教室通风和隔音", "environment", "facility", 50, 20, "dropped", "satisfaction", 0.1, "all"),
)
OWNERS = {"market": "课程顾问", "teaching": "校长", "service": "学管师", "facility": "校长"}
PROBLEMS = ("人手不够", "预算未批", "老师配合度不高", "系统不支持", "家长反馈不一", "校区执行不统一")
NOTES = (
    "本月按计划推进",
    "已在例会上布置",
    "完成一个校区，其余下月",
    "等总部确认方案",
    "整理了家长反馈，正在调整",
    "数据已收集，待分析",
)
REPORT_WEEKS = 4


def measure_tables(world: World) -> dict[str, pd.DataFrame]:
    """Return the tables `measures` and `measure_progress`, without measures that began before the history."""
    world = with_own_dice(world, "measures")
    begun = [measure for measure in MEASURES if world.days.days - 7 * measure.began >= 0]
    if not begun:
        return {name: nothing(name) for name in ("measures", "measure_progress")}
    owners = {department: str(with_role(world, role)[0, 0]) for department, role in OWNERS.items()}
    rows = pd.DataFrame([_row(world, measure, owners[measure.department]) for measure in begun])
    rows.insert(0, "measure_id", [f"CS{number:03d}" for number in range(1, 1 + len(rows))])
    done = pd.to_datetime(pd.Series(rows["done_on"]))
    table = rows.assign(done_on=done, assigned_at_random=rows["assigned_at_random"].astype("boolean"))
    progress = [_progress(world, measure, code) for measure, code in zip(begun, rows["measure_id"], strict=True)]
    told = pd.concat(progress, ignore_index=True).sort_values(["at", "measure_id"], ignore_index=True)
    return {"measures": table.assign(training_id=None), "measure_progress": told}


def _row(world: World, measure: Measure, owner: str) -> dict[str, object]:
    begins = world.days.days - 7 * measure.began
    ends = begins + 7 * _lasted(measure)
    status = {"late": "done", "overdue": "running"}.get(measure.ended, measure.ended)
    date = world.days.date
    return {
        "title": measure.title,
        "reason_code": measure.reason,
        "department": measure.department,
        "owner_id": owner,
        "starts_on": date(np.array([begins]))[0],
        "due_on": date(np.array([begins + 7 * measure.weeks]))[0],
        "done_on": date(np.array([ends]))[0] if status == "done" else None,
        "status": status,
        "scope": _scope(world, measure),
        "assigned_at_random": measure.scope == "random",
        "metric": measure.metric,
        "target_change": measure.target,
    }


def _lasted(measure: Measure) -> int:
    """Return after how many weeks it was done, or given up, or how many it has been going on."""
    return {"done": measure.weeks - 1, "late": measure.weeks + 3, "dropped": measure.weeks // 2}.get(
        measure.ended, measure.began
    )


def _scope(world: World, measure: Measure) -> str:
    names = world.institution.campus_names
    if measure.scope == "random":
        chosen = np.sort(world.rng.permutation(len(names))[: max(1, len(names) // 2)])
        return "、".join(names[place] for place in chosen)
    one = {"scheduling": scheduling_campus, "safety": safety_campus}.get(measure.scope)
    return names[one(world)] if one else "全部校区"


def _progress(world: World, measure: Measure, code: str) -> pd.DataFrame:
    """Report every four weeks, and once more when it is done."""
    begins, lasted, rng = world.days.days - 7 * measure.began, _lasted(measure), world.rng
    week = np.unique(np.append(np.arange(REPORT_WEEKS, lasted, REPORT_WEEKS), lasted))
    week = week[(begins + 7 * week < world.days.days) & (week > 0)]
    whole = {"dropped": 45.0, "overdue": 80.0, "running": 100.0 * lasted / measure.weeks}.get(measure.ended, 100.0)
    share = np.round(min(whole, 95.0 if measure.ended in ("running", "overdue") else 100.0) * week / lasted)
    hampered = rng.random(len(week)) < (0.6 if measure.ended in ("overdue", "dropped", "late") else 0.2)
    return pd.DataFrame(
        {
            "measure_id": code,
            "at": moments(world.days, begins + 7 * week, np.full(len(week), 17 * 60)),
            "percent": share,
            "problem": where_known(hampered, some(PROBLEMS, len(week), rng)),
            "note": some(NOTES, len(week), rng),
        }
    )
