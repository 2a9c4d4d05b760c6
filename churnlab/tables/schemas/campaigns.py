"""What was done to be asked, and for how much?"""

from churnlab.tables.contract import Column, Order, Table

_OVER = "ends_on"  # what a campaign cost and brought is told when it is over

CAMPAIGNS = Table(
    name="campaigns",
    zh="活动",
    en="Campaigns",
    row="one campaign",
    row_zh="一次市场活动",
    key=("campaign_id",),
    natural_key=("name", "campus", "starts_on"),
    dated_by="starts_on",
    columns=(
        Column(name="campaign_id", kind="id", zh=("活动编号",), required=True),
        Column(name="name", kind="word", zh=("活动名称",), required=True),
        Column(name="channel", kind="code", zh=("渠道", "来源渠道"), required=True),
        Column(
            name="kind", kind="code", zh=("活动类型", "活动形式"),
            codes={"online": ("线上",), "offline": ("线下",)},
        ),
        Column(name="campus", kind="code", zh=("校区",), references="campuses"),
        Column(name="starts_on", kind="date", zh=("开始日期", "活动开始日期"), required=True),
        Column(name="ends_on", kind="date", zh=("结束日期", "活动结束日期"), required=True),
        Column(name="budget_cny", kind="money", zh=("预算", "预算金额"), low=0, high=50_000_000),
        Column(
            name="spend_cny", kind="money", zh=("花费", "实际花费"), required=True, low=0, high=50_000_000, known=_OVER
        ),
        Column(name="impressions", kind="count", zh=("曝光", "曝光量"), low=0, high=2_000_000_000, known=_OVER),
        Column(name="participants", kind="count", zh=("参与人数",), low=0, high=10_000_000, known=_OVER),
    ),
    orders=(Order(earlier="starts_on", later="ends_on"),),
)  # fmt: skip
