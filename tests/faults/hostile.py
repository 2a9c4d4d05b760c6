"""Every name that was given to do harm, and where it goes on its way to a reader."""

from pathlib import Path
from typing import Any

import pandas as pd
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output

from churnlab.finding import Finding
from churnlab.i18n import Lang
from churnlab.plots import groups, ratios, retention
from churnlab.plots.showing import bundle
from churnlab.plots.style import styled
from tests.exports import ENROLMENTS, write
from tests.languages import speaking

NAMES = {
    "path": "../../etc",
    "formula_of_tex": r"$\frac{1}",
    "formula_of_excel": "=cmd|' /C calc'!A0",
    "sum_of_excel": "=1+1",
    "markup_of_html": "<script>alert(1)</script>",
    "markup_of_typst": '#read("/etc/passwd")',
    "markup_of_the_terminal": "[/red][link=file:///etc/passwd]",
    "escape_sequence": "\x1b[31mred\x1b]0;title\x07",
    "direction_turned": "gnp.\u202eexe",
    "underscore": "_hidden",
    "placeholder": "{0} {name} %s %(x)s",
    "statement_of_sql": "x'; DROP TABLE students; --",
    "very_long": "校" * 400,
    "word_nan": "nan",
    "word_none": "None",
    "word_null": "NULL",
    "word_true": "TRUE",
    "number": "1e9",
}
UNSEEN = dict.fromkeys(map(ord, "\x1b\x07\u202e"))


def seen(name: str) -> str:
    """Return what a reader sees of a name."""
    return name.translate(UNSEEN)


def exports(folder: Path) -> Path:
    """Write exports in which each name is a campus, a course and a channel, and one file's name is hostile too."""
    rows = {kind: f'"{name.replace(chr(34), chr(34) * 2)}"' for kind, name in NAMES.items()}
    write(folder, "校区.csv", "校区", *rows.values())
    write(folder, "课程.csv", "课程编号,课程名称", *(f"{kind},{name}" for kind, name in rows.items()))
    write(
        folder, "学员.csv", "学号,学员姓名,手机号码,校区,来源渠道,建档日期",
        *(f"{kind},王芳,13800001111,{name},{name},2026-01-02" for kind, name in rows.items()),
    )  # fmt: skip
    write(folder, "学员课程.csv", ENROLMENTS, *(
        f"E{kind},{kind},{name},{kind},新签,按课时,2026-01-02,1200" for kind, name in rows.items()
    ))  # fmt: skip
    write(folder, "考勤[red]\x1b[31m.csv", "课消编号,学号,校区,上课时间,到课状态", *(
        f"L{kind}{day},{kind},{name},2026-01-{day:02} 09:00,{'到课' if day < 31 else 'x'}"
        for kind, name in rows.items() for day in (10, 20, 30, 31)
    ))  # fmt: skip
    return folder


def shown(name: str, lang: Lang) -> NotebookNode:
    """Return a notebook, executed, that shows a name in a sentence, a table, three charts and their captions."""
    rates = pd.DataFrame(
        {
            "campus": [name, "East"], "channel": [name, "East"], "at_risk": [10, 20], "churned": [1, 3],
            "churn_rate": [0.1, 0.15], "churn_rate_low": [0.0, 0.1], "churn_rate_high": [0.3, 0.2],
        }
    )  # fmt: skip
    by = Finding(key="churn.by_campus", table=rates, sentences=())
    curve = pd.DataFrame(
        {
            "group": [name] * 2 + ["East"] * 2, "days_with_us": [0, 7] * 2, "still_here_share": [1.0, 0.9] * 2,
            "still_here_share_low": [1.0, 0.8] * 2, "still_here_share_high": [1.0, 0.95] * 2,
            "under_observation": [9, 8] * 2,
        }
    )  # fmt: skip
    curves = Finding(key="retention.curves_by_campus", table=curve, sentences=())
    hazard = pd.DataFrame(
        {
            "level": [name, "East"], "reference": ["West", name], "hazard_ratio": [2.0, 0.5],
            "hazard_ratio_low": [1.0, 0.2], "hazard_ratio_high": [3.0, 1.0],
        }
    )  # fmt: skip
    other = Finding(key="retention.hazard_ratios", table=hazard, sentences=())
    with speaking(lang), styled():
        drawn: list[tuple[Any, Any]] = [
            bundle(groups(by, by="campus", lang=lang), _said(by, name), lang),
            bundle(retention(curves, lang=lang), _said(curves, name), lang),
            bundle(ratios(other, label="level", ratio="hazard_ratio", lang=lang), _said(other, name), lang),
        ]
        told = [(_said(finding, name)._repr_mimebundle_(), {}) for finding in (by, curves, other)]
    cells = [
        new_code_cell("x", execution_count=1, outputs=[new_output("display_data", data=data, metadata=about)])
        for data, about in drawn + told
    ]
    about = {
        "lang": lang,
        "title": name,
        "campus": name,
        "institution": name,
        "as_of": "2026-02-01",
        "month": "2026-01",
    }
    return new_notebook(cells=cells, metadata={"churnlab": about})


def _said(finding: Finding, name: str) -> Finding:
    """Return the Finding saying the name as its sentence."""
    return Finding(key="missing", table=finding.table, facts={"why": name})
