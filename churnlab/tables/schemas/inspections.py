"""Was each campus clean and safe when somebody looked?"""

from churnlab.tables.contract import Column, Order, Table

PASSED = {
    "yes": ("合格", "通过", "已通过", "达标", "正常", "pass", "passed", "ok"),
    "no": (
        "不合格", "未合格", "未通过", "不通过", "没通过", "未达标", "不达标", "异常", "不正常", "fail", "failed", "not passed",
        "did not pass", "not ok",
    ),
}  # fmt: skip

INSPECTIONS = Table(
    name="inspections",
    zh="环境与安全检查",
    en="Inspections",
    row="one item of one inspection of a campus",
    row_zh="一个校区一次检查的一个项目",
    key=("campus", "at", "item"),
    natural_key=("campus", "at", "item"),
    dated_by="at",
    columns=(
        Column(name="campus", kind="code", zh=("校区",), required=True, references="campuses"),
        Column(name="at", kind="time", zh=("检查时间", "检查日期"), required=True),
        Column(name="item", kind="word", zh=("检查项目", "项目"), required=True),
        Column(
            name="passed",
            kind="flag",
            zh=("是否合格", "是否通过"),
            required=True,
            codes=PASSED,
        ),
        Column(name="severity", kind="word", zh=("严重程度",)),
        Column(name="fixed_at", kind="time", zh=("整改完成时间", "整改时间"), known="fixed_at"),
    ),
    orders=(Order(earlier="at", later="fixed_at"),),
)
