"""Has every fault of a value the outcome that was declared for it, and does none of them name anybody?"""

import tomllib
from pathlib import Path

import pytest

from churnlab.i18n import LANGUAGES, text
from churnlab.tables.checking import Checked, check
from churnlab.tables.faults import message
from churnlab.tables.mapping import Mapping
from churnlab.tables.privacy import PUBLIC_KEY, names_in, protect
from churnlab.tables.pseudonym import says_who
from churnlab.tables.schemas import TABLES
from tests.faults.values import FAULTS
from tests.tables.sheets import NOBODY, sheet

DECLARED = tomllib.loads((Path(__file__).parent / "outcomes.toml").read_text(encoding="utf-8"))["values"]
NAME, PHONE = "欧阳金丝雀", "13987654321"


def observed(done: Checked) -> str:
    if len(done.set_aside):
        return "set_aside"
    return "warn" if done.warnings else "taken"


@pytest.mark.parametrize("fault", sorted({*FAULTS, *DECLARED}))
def test_a_fault_has_its_declared_outcome(fault):
    assert fault in FAULTS, "declared, but no row shows it"
    assert fault in DECLARED, "no outcome is declared"
    assert observed(FAULTS[fault]()) == DECLARED[fault]["outcome"]
    assert DECLARED[fault]["reason"]


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_every_row_is_kept_or_set_aside_once(fault):
    done = FAULTS[fault]()
    places = [*done.kept["_row"], *done.set_aside["row"].unique()]
    assert sorted(places) == list(range(2, done.rows_read + 2))
    assert done.rows_read == len(done.kept) + done.rows_set_aside


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("fault", sorted(name for name, told in DECLARED.items() if told["outcome"] != "taken"))
def test_what_is_not_simply_taken_is_said_in_both_languages(fault, lang):
    done = FAULTS[fault]()
    said = [message(bad, lang) for bad in done.set_aside.to_dict("records")]
    said += [text(key, lang, **facts) for key, facts in done.warnings]
    assert said
    assert all("export.csv" in sentence for sentence in said)


def everything_told(done: Checked) -> str:
    """Return all that leaves this room: the rows as stored, those set aside, and every sentence about them."""
    stored = protect(done.kept, done.table, PUBLIC_KEY, names=names_in({done.table.name: done.kept}) | {NAME})
    said = [message(bad, lang) for bad in done.set_aside.to_dict("records") for lang in LANGUAGES]
    said += [text(key, lang, **facts) for key, facts in done.warnings for lang in LANGUAGES]
    return "\n".join([stored.to_csv(), done.set_aside.to_csv(), *said])


def perches(table: str) -> list[tuple[str, str]]:
    """Return where a canary may sit: a phone anywhere but in a list, a name where persons are told.

    A course may be called by anything, so an id that does not say who stays as it is, unless it is a number.
    """
    columns = [column for column in TABLES[table].columns if column.kind not in ("code", "word")]
    persons = any(column.personal == "pseudonym" for column in columns)
    named = [c.name for c in columns if persons and (c.kind != "id" or says_who(c.name, c.references))]
    return [(column.name, PHONE) for column in columns] + [(name, NAME) for name in named]


BAD = ("{}", "{} 25-3-1", "{}.0", "9999-{}", "={}", "{}\u200b", "￥{}")


@pytest.mark.parametrize("table", sorted(TABLES))
@pytest.mark.parametrize("form", BAD)
def test_a_canary_is_told_nowhere_whatever_cell_it_flew_into(table, form):
    personal = {
        column.name: PHONE if column.name == "phone" else NAME
        for column in TABLES[table].columns
        if column.personal in ("pseudonym", "text")
    }
    flown = [personal | {column: form.format(canary)} for column, canary in perches(table)]
    done = check(sheet(table, {}, *flown), mapping=Mapping(), timezone="Asia/Shanghai", students=NOBODY)
    told = everything_told(done)
    assert NAME not in told
    assert PHONE not in told
