"""What does a month's notebook look like after it was run? Fifteen cells, both languages, invented figures."""

# ruff: noqa: E501 — sentences stay whole

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from unittest.mock import patch

import nbformat
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from nbformat import NotebookNode

from churnlab import i18n
from churnlab.finding import Finding
from churnlab.i18n import Lang, sentences
from churnlab.plots import showing, style
from tests.languages import speaking

WORDS: Mapping[Lang, Mapping[str, str]] = {
    "zh": {
        "demo.headline.title": "本月要点",
        "demo.headline.sentence": "10 月有 {churned:count} 名学员流失，流失率 {churn_rate:percent}，比上月低 0.6 个百分点。",
        "demo.campus.title": "各校区流失率",
        "demo.campus.sentence": "南山校区流失率最高（{worst:percent}），福田最低；差别超出偶然波动。",
        "demo.kind.title": "流失的方式",
        "demo.kind.sentence": "近一半流失是到期未续，其次是不再来上课。",
        "demo.curve.title": "学员留存曲线（按校区）",
        "demo.curve.sentence": "入学满一年时，仍有约六成学员在读；南山校区低八个百分点。",
        "demo.list.title": "最需要联系的学员",
        "demo.list.sentence": "未来 30 天最可能流失的 45 名学员，请按名单顺序联系。",
        "demo.effect.title": "哪些因素与流失有关",
        "demo.effect.sentence": "连续缺课与出勤率下降最能预示流失；有兄弟姐妹在读的学员更稳定。",
        "caveat.demo_small": "罗湖校区人数不多，区间较宽，请勿据此排名。",
        "caveat.demo_provisional": "最近两个月的结束尚未全部可知，数字为暂定，最终可能高出 0.4 个百分点。",
        "column.demo_period": "时期",
        "column.demo_amount_cny": "流失学员剩余学费",
        "column.demo_feature": "因素",
        "column.demo_odds_ratio": "优势比",
        "column.demo_p_value": "p 值",
        "column.demo_days": "入学天数",
        "column.demo_still_share": "仍在读比例",
        "column.demo_last_on": "最近上课",
        "code.demo_period.now": "本月",
        "code.demo_period.before": "上月",
        "code.demo_period.year": "去年同月",
        "code.demo_feature.missed": "连续缺课次数（每多一次）",
        "code.demo_feature.rate": "近 28 天出勤率（每高 10 个百分点）",
        "code.demo_feature.sibling": "有兄弟姐妹在读",
    },
    "en": {
        "demo.headline.title": "The month at a glance",
        "demo.headline.sentence": "{churned:count} students churned in October, a rate of {churn_rate:percent}, 0.6 points below September.",
        "demo.campus.title": "Churn rate by campus",
        "demo.campus.sentence": "Nanshan has the highest rate ({worst:percent}), Futian the lowest; chance alone does not explain the gap.",
        "demo.kind.title": "How students left",
        "demo.kind.sentence": "Nearly half of those who left did not renew; next come those who stopped coming.",
        "demo.curve.title": "Retention by campus",
        "demo.curve.sentence": "A year after joining, about six in ten students are still here; at Nanshan it is eight points fewer.",
        "demo.list.title": "Students to call first",
        "demo.list.sentence": "The 45 students most likely to churn within 30 days, in the order to call them.",
        "demo.effect.title": "What goes with churn",
        "demo.effect.sentence": "Missed lessons in a row and falling attendance announce churn best; students with a sibling here stay.",
        "caveat.demo_small": "Luohu is small and its interval wide; do not rank by it.",
        "caveat.demo_provisional": "Not all ends of the last two months are known yet: figures are provisional and may rise by 0.4 points.",
        "column.demo_period": "Period",
        "column.demo_amount_cny": "Unused fees of those who left",
        "column.demo_feature": "Factor",
        "column.demo_odds_ratio": "Odds ratio",
        "column.demo_p_value": "p value",
        "column.demo_days": "Days since joining",
        "column.demo_still_share": "Still here",
        "column.demo_last_on": "Last lesson",
        "code.demo_period.now": "This month",
        "code.demo_period.before": "Last month",
        "code.demo_period.year": "A year ago",
        "code.demo_feature.missed": "Missed lessons in a row, each",
        "code.demo_feature.rate": "Attendance over 28 days, each 10 points",
        "code.demo_feature.sibling": "A sibling is here",
    },
}


@contextmanager
def demo_words(more: Mapping[Lang, Mapping[str, str]] | None = None) -> Iterator[None]:
    """Let the locale know the demo's words inside the block."""
    spoken = {lang: {**sentences(lang), **WORDS[lang], **(more or {}).get(lang, {})} for lang in i18n.LANGUAGES}
    with patch.object(i18n, "sentences", spoken.__getitem__):
        yield


def notebook(cells: list[NotebookNode], **about: object) -> NotebookNode:
    """Return a notebook of these cells."""
    for place, cell in enumerate(cells):
        cell.id = f"cell-{place}"
    return nbformat.v4.new_notebook(cells=cells, metadata={"churnlab": about})


def prose(text: str, *tags: str) -> NotebookNode:
    """Return a markdown cell."""
    return nbformat.v4.new_markdown_cell(text, metadata={"tags": list(tags)})


def code(*outputs: NotebookNode, tags: tuple[str, ...] = (), source: str = "secret_source()") -> NotebookNode:
    """Return a code cell that was run."""
    return nbformat.v4.new_code_cell(source, execution_count=1, outputs=list(outputs), metadata={"tags": list(tags)})


def said(finding: Finding, lang: Lang) -> NotebookNode:
    """Return the output of a cell that ends in a Finding."""
    with speaking(lang):
        return nbformat.v4.new_output("execute_result", finding._repr_mimebundle_(), execution_count=1)


def drawn(axes: Axes, finding: Finding, lang: Lang) -> NotebookNode:
    """Return the output of `show(axes, finding)`."""
    data, metadata = showing.bundle(axes, finding, lang)
    return nbformat.v4.new_output("display_data", data, metadata=metadata)


def headline() -> Finding:
    table = pd.DataFrame(
        {
            "demo_period": ["now", "before", "year"],
            "at_risk": [4812, 4790, 4105],
            "churned": [183, 211, 172],
            "churn_rate": [0.0380, 0.0441, 0.0419],
            "churn_rate_low": [0.0330, 0.0386, 0.0362],
            "churn_rate_high": [0.0438, 0.0503, 0.0484],
            "demo_amount_cny": [412_350.0, 468_200.0, 377_980.0],
        }
    )
    facts = {"churned": 183, "churn_rate": 0.038}
    return Finding(key="demo.headline", table=table, facts=facts, caveats=("demo_provisional",))


def by_campus(lang: Lang) -> Finding:
    names = {"zh": ["南山校区", "福田校区", "罗湖校区"], "en": ["Nanshan", "Futian", "Luohu"]}[lang]
    table = pd.DataFrame(
        {
            "campus": names,
            "at_risk": [2105, 1983, 724],
            "churned": [104, 55, 24],
            "churn_rate": [0.0494, 0.0277, 0.0331],
            "churn_rate_low": [0.0409, 0.0213, 0.0224],
            "churn_rate_high": [0.0595, 0.0359, 0.0488],
        }
    )
    return Finding(key="demo.campus", table=table, facts={"worst": 0.0494}, caveats=("demo_small",))


def by_kind() -> Finding:
    table = pd.DataFrame(
        {
            "end_kind": ["not_renewed", "dormant", "refunded", "withdrawn"],
            "churned": [86, 51, 31, 15],
            "share": [0.470, 0.279, 0.169, 0.082],
        }
    )
    return Finding(key="demo.kind", table=table)


def curve(lang: Lang) -> Finding:
    names = {"zh": ["南山校区", "福田校区", "罗湖校区"], "en": ["Nanshan", "Futian", "Luohu"]}[lang]
    days = np.arange(0, 541, 15)
    parts = [
        pd.DataFrame({"campus": name, "demo_days": days, "demo_still_share": np.exp(-days / scale)})
        for name, scale in zip(names, (620, 900, 780), strict=True)
    ]
    return Finding(key="demo.curve", table=pd.concat(parts, ignore_index=True))


def at_risk(lang: Lang) -> Finding:
    reasons = {
        "zh": ["连续缺课 3 次；剩余课时不足 4 周；最近一次满意度 2 分", "出勤率 28 天内由 92% 降到 55%；合同 18 天后到期", "换过 2 次老师；45 天没有联系"],
        "en": ["3 lessons missed in a row; under 4 weeks of hours left; last satisfaction 2", "Attendance fell from 92% to 55% in 28 days; contract ends in 18 days", "2 teacher changes; no contact for 45 days"],
    }[lang]  # fmt: skip
    table = pd.DataFrame(
        {
            "student_id": [f"S-{(place * 7919) % 99991:05d}" for place in range(1, 46)],
            "campus": [by_campus(lang).table["campus"][place % 3] for place in range(45)],
            "churn_probability": np.linspace(0.71, 0.22, 45).round(3),
            "demo_last_on": pd.to_datetime("2026-10-31") - pd.to_timedelta(np.arange(45) % 21, unit="D"),
            "reasons": [reasons[place % 3] for place in range(45)],
        }
    )
    return Finding(key="demo.list", table=table)


def effects() -> Finding:
    table = pd.DataFrame(
        {
            "demo_feature": ["missed", "rate", "sibling"],
            "demo_odds_ratio": [1.62, 0.81, 0.55],
            "demo_odds_ratio_low": [1.44, 0.75, 0.38],
            "demo_odds_ratio_high": [1.82, 0.88, 0.79],
            "demo_p_value": [0.00002, 0.0004, 0.0013],
        }
    )
    return Finding(key="demo.effect", table=table)


def bars(finding: Finding, lang: Lang) -> Axes:
    with style.styled():
        _, axes = plt.subplots()
        shown = finding.presented(lang)
        sns.barplot(x=finding.table["churned"], y=shown[shown.columns[0]], color=style.ACCENT, ax=axes)
        axes.set(xlabel=i18n.text("column.churned", lang), ylabel="")
        axes.grid(axis="y", visible=False)
    return axes


def lines(finding: Finding, lang: Lang) -> Axes:
    with style.styled():
        _, axes = plt.subplots()
        for place, (name, group) in enumerate(finding.table.groupby("campus", sort=False)):
            axes.step(group["demo_days"], group["demo_still_share"], where="post", label=name)
            axes.annotate(str(name), (540, group["demo_still_share"].iloc[-1]), xytext=(4, 0), va="center",
                          textcoords="offset points", color=style.PALETTE[place], fontsize=8)  # fmt: skip
        axes.set(xlabel=i18n.text("column.demo_days", lang), ylabel=i18n.text("column.demo_still_share", lang))
        axes.set(ylim=(0, 1.02), xlim=(0, 620))
        axes.yaxis.set_major_formatter(lambda value, _: i18n.percent(value, lang, 0))
    return axes


METHOD = {
    "zh": """## 方法与定义

**流失率**等于本月流失的学员数除以月初在读人数，即 $c / n$；区间按 Wilson 法计算，表示该过程的波动，
而不是名单本身的误差。

1. 到期后 30 天内没有续费，记为*到期未续*；
2. 连续 45 天没有上课（假期与停课不计），记为*不再来上课*；
3. 在校区之间转移不算流失。

> 统计时点之后发生的一切都没有读取。

| 词 | 含义 |
|:---|---:|
| 在读 | 合同有效且未过宽限期 |
| 区间 | 95% |
""",
    "en": """## Method and definitions

The **churn rate** is the number of students who churned in the month over those at risk on its first day, $c / n$;
intervals are Wilson's and speak of the process, not of the list itself.

1. No renewal within 30 days of the contract's end is *not renewed*;
2. 45 days without a lesson, holidays and suspensions not counted, is *stopped coming*;
3. A transfer between campuses is no churn.

> Nothing that happened after the as-of date was read.

| Word | Meaning |
|:---|---:|
| At risk | contract valid, or within grace |
| Interval | 95% |
""",
}


def demo(lang: Lang) -> NotebookNode:
    """Return the executed notebook of one language; call it inside `demo_words()`."""
    campus, kind, curves = by_campus(lang), by_kind(), curve(lang)
    return notebook(
        [
            prose("# 月度流失报告", "zh"),
            prose("# Monthly churn report", "en"),
            code(source="month = '2026-10'", tags=("parameters",)),
            code(said(headline(), lang), tags=("first-page", "kpi")),
            code(said(campus, lang), said(kind, lang), tags=("first-page",)),
            prose("本月先做两件事：联系名单前 20 名学员；请南山校区说明 10 月换课的安排。", "zh", "first-page"),
            prose("Two things to do first: call the top 20 of the list, and ask Nanshan about October's changes of teachers.", "en", "first-page"),
            prose("## 谁离开了？", "zh"),
            prose("## Who left?", "en"),
            prose("### 各校区\n\n比较时请看区间：两个区间不重叠，差别才值得追问。", "zh"),
            prose("### By campus\n\nLook at the intervals: only where two of them lie apart is a gap worth asking about.", "en"),
            code(nbformat.v4.new_output("stream", name="stdout", text="printed 张三 13800000000"), said(campus, lang)),
            prose("### 流失方式", "zh"),
            prose("### How they left", "en"),
            code(said(kind, lang), drawn(bars(kind, lang), kind, lang)),
            prose("## 学员能留多久？", "zh"),
            prose("## How long do they stay?", "en"),
            code(drawn(lines(curves, lang), curves, lang)),
            prose("## 谁可能离开？", "zh"),
            prose("## Who will leave?", "en"),
            code(said(at_risk(lang), lang)),
            prose("## 为什么？", "zh"),
            prose("## Why?", "en"),
            code(said(effects(), lang)),
            prose(METHOD["zh"], "zh"),
            prose(METHOD["en"], "en"),
        ],
        lang=lang,
        title=None,
        subtitle={"zh": "谁离开了，谁可能离开，为什么", "en": "Who left, who will, and why"}[lang],
        institution={"zh": "启明教育培训中心", "en": "Qiming Training Centre"}[lang],
        month="2026-10",
        campus={"zh": "全部校区", "en": "All campuses"}[lang],
        as_of="2026-11-01",
        made_up=True,
    )  # fmt: skip
