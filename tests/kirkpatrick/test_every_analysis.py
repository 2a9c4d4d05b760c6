"""What holds of every analysis of trainings: the past only, both languages, nobody's name, and never nothing at all."""

import json
import re
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from churnlab.i18n import LANGUAGES
from churnlab.synthetic import Institution, Made, make
from churnlab.tables.contract import CURRENT
from churnlab.tables.schemas import TABLES
from tests.another_future import another_future
from tests.kirkpatrick.asking import asked, questions

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("every_analysis")]

# Of so few people hardly anybody rises and few are rated before and after, of so few students few complain, and few of
# those trained sign contracts month by month; their own tests have more.
RARE = {"complaint_types", "plan_followed", "promoted_beside_others", "promotion_and_hours", "sales_growth"}
AS_OF = date(2026, 7, 1)  # four months before the end: trainings are over, under way and to come


@pytest.fixture(scope="module")
def made() -> Made:
    return make(Institution(students=1500, seed=4))


@pytest.fixture(scope="module")
def told(made: Made) -> dict[str, dict[str, str]]:
    return said(made)


def said(made: Made) -> dict[str, dict[str, str]]:
    """Return each Finding as the exporter sees it, by language."""
    found = dict(asked(made.data(AS_OF)))
    return {
        name: {lang: json.dumps(one.as_json(lang), ensure_ascii=False) for lang in LANGUAGES}
        for name, one in found.items()
    }


# What is only known as the last export says, and said so wherever it is used: it stays.
KEYS = {"staff": "staff_id", "students": "student_id", "complaints": "complaint_id"}


def elsewhere(made: Made) -> Made:
    """Return another future; who works where, and who serves whom, is known as the last export says, and stays."""
    changed = another_future(made.frames, as_of=AS_OF, seed=9)
    return replace(made, frames={**changed, **{name: as_exported(made, changed[name], name) for name in KEYS}})


def as_exported(made: Made, rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return a table of another future with the columns known only at export as they were."""
    current = [column.name for column in TABLES[name].columns if column.known == CURRENT]
    before = made.frames[name].drop_duplicates(KEYS[name]).set_index(KEYS[name])
    keys = rows[KEYS[name]]
    kept = {one: keys.map(before[one]).where(keys.isin(before.index), rows[one]) for one in current}
    return rows.assign(**kept).astype(rows.dtypes.to_dict())


def test_the_future_changes_nothing(made: Made, told: dict[str, dict[str, str]]) -> None:
    after = said(elsewhere(made))
    # Trainings that were not yet known cannot be asked about.
    assert [name for name in told if after.get(name) != told[name]] == []


def test_every_analysis_answers_of_some_training(told: dict[str, dict[str, str]]) -> None:
    silent = [
        name
        for name in questions()
        if all('"key": "missing"' in one["en"] for key, one in told.items() if key.split()[0] == name)
    ]
    assert set(silent) <= RARE


def test_no_name_and_no_text_is_told(made: Made, told: dict[str, dict[str, str]]) -> None:
    names = set(made.frames["staff"]["name"]) | set(made.frames["students"]["name"])
    texts = {text for table in ("incidents", "reactions") for text in made.frames[table]["text"].dropna()}
    whole = "".join(one["zh"] for one in told.values())
    assert [word for word in sorted(names | texts) if len(word) > 2 and word in whole] == []


def test_no_number_is_infinite_and_no_word_is_left_in_code(told: dict[str, dict[str, str]]) -> None:
    for name, one in told.items():
        for lang in LANGUAGES:
            shown = json.loads(one[lang])
            words = shown["sentence"] + "".join(shown["warnings"]) + shown["title"]
            assert not re.search(r"\b(nan|inf)\b|(?<!\. )(?<!^)\bNone\b|[{}]", words), (name, lang, words)
            cells = pd.Series([str(cell) for row in shown["rows"] for cell in row], dtype=object)
            assert not cells.isin(["nan", "None", "inf", "∞"]).any(), (name, lang)
