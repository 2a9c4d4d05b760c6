"""What is done about why students leave, by whom, until when, and how far is it?"""

from churnlab.tables.contract import CURRENT, Column, Order, Table
from churnlab.tables.schemas.reasons import REASONS

MEASURES = Table(
    name="measures",
    zh="改进措施",
    en="Measures",
    row="one measure against one reason of leaving",
    row_zh="针对一种流失原因的一项改进措施",
    key=("measure_id",),
    natural_key=("title", "starts_on"),
    dated_by="starts_on",
    columns=(
        Column(name="measure_id", kind="id", zh=("措施编号",), required=True),
        Column(name="title", kind="word", zh=("措施名称", "改进措施"), required=True),
        Column(name="reason_code", kind="word", zh=("针对原因", "流失原因"), required=True, codes=REASONS),
        Column(
            name="department", kind="word", zh=("责任部门",), required=True,
            codes={
                "market": ("市场部", "市场"), "teaching": ("教学部", "教学"), "service": ("客服部", "服务部", "服务"),
                "facility": ("行政后勤部", "行政部", "后勤部", "硬件"),
            },
        ),
        Column(name="owner_id", kind="id", zh=("责任人", "责任人工号"), required=True, references="staff"),
        Column(name="starts_on", kind="date", zh=("开始日期",), required=True),
        Column(name="due_on", kind="date", zh=("完成时限", "计划完成日期"), required=True),
        Column(name="done_on", kind="date", zh=("完成日期", "实际完成日期"), known="done_on"),
        Column(
            name="status", kind="code", zh=("状态",), known=CURRENT,
            codes={"planned": ("未开始",), "running": ("进行中",), "done": ("已完成",), "dropped": ("已取消",)},
        ),
        Column(name="scope", kind="word", zh=("实施范围", "范围"), required=True),
        Column(name="assigned_at_random", kind="flag", zh=("是否随机分配",)),
        Column(name="training_id", kind="id", zh=("培训编号",), references="trainings"),
        Column(
            name="metric", kind="code", zh=("衡量指标", "指标"), required=True,
            codes={
                "satisfaction": ("满意度",), "loyalty": ("忠诚度", "NPS"), "renewal": ("续费率",),
                "referral": ("转介绍率",), "churn": ("流失率",),
            },
        ),
        Column(name="target_change", kind="number", zh=("目标变化",)),
    ),
    orders=(Order(earlier="starts_on", later="due_on"), Order(earlier="starts_on", later="done_on")),
)  # fmt: skip

MEASURE_PROGRESS = Table(
    name="measure_progress",
    zh="进度",
    en="Measure progress",
    row="one report on how far a measure is",
    row_zh="一项措施的一次进度汇报",
    key=("measure_id", "at"),
    natural_key=("measure_id", "at"),
    dated_by="at",
    columns=(
        Column(name="measure_id", kind="id", zh=("措施编号",), required=True, references="measures"),
        Column(name="at", kind="time", zh=("汇报时间", "更新时间"), required=True),
        Column(name="percent", kind="percent", zh=("完成百分比", "完成进度"), required=True, low=0, high=100),
        Column(name="problem", kind="text", zh=("存在问题", "问题"), personal="text"),
        Column(name="note", kind="text", zh=("说明", "进展说明"), personal="text"),
    ),
)
