"""What was planned to be spent in a month, and what was?"""

from churnlab.tables.contract import Column, Table

BUDGETS = Table(
    name="budgets",
    zh="预算",
    en="Budgets",
    row="one department's budget for one purpose in one month",
    row_zh="一个部门一个月一类预算",
    key=("department", "category", "month"),
    natural_key=("department", "category", "month"),
    dated_by="month",
    columns=(
        Column(name="department", kind="word", zh=("部门", "预算部门", "责任部门"), required=True),
        Column(
            name="category", kind="code", zh=("预算类别", "预算科目", "费用类别"), required=True,
            codes={
                "promotion": ("推广", "推广费", "市场推广"), "crm": ("客户关系", "客户维护"),
                "training": ("培训", "培训费", "员工培训"), "office": ("办公", "办公费", "行政办公"),
            },
        ),
        Column(name="month", kind="date", zh=("月份", "预算月份"), required=True, period="month"),
        Column(name="budget_cny", kind="money", zh=("预算", "预算金额", "预算额"), required=True, low=0, high=500_000_000),
        # What came back, as a refund of a vendor, is below 0.
        Column(
            name="actual_cny", kind="money", zh=("实际", "实际金额", "实际支出", "执行额"), low=-500_000_000,
            high=500_000_000,
        ),
    ),
)  # fmt: skip
