"""Is what is wrong with a TOML file said in the reader's language, all of it at once?"""

import tomllib

import pytest
from pydantic import BaseModel, ConfigDict, ValidationError

from churnlab.toml_faults import not_toml, wrong


class Inner(BaseModel):
    """A section."""

    model_config = ConfigDict(extra="forbid")
    days: int = 1


class Outer(BaseModel):
    """A file."""

    model_config = ConfigDict(extra="forbid")
    inner: Inner = Inner()
    share: float = 0.5
    many: tuple[Inner, ...] = ()


def refused(values: dict) -> dict[str, str]:
    with pytest.raises(ValidationError) as caught:
        Outer.model_validate(values)
    return wrong(caught.value, Outer)


def fault(content: str) -> dict[str, str]:
    with pytest.raises(tomllib.TOMLDecodeError) as caught:
        tomllib.loads(content)
    return not_toml(caught.value)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_place_in_the_file_is_said(lang):
    said = fault("a = 1\nb = = 2\n")[lang]
    assert "2" in said
    assert "5" in said
    assert fault("a = 1\na = 2\n")[lang] != said
    assert fault("a = ")[lang]


def test_a_file_that_is_no_utf_8_is_told_apart():
    with pytest.raises(UnicodeDecodeError) as caught:
        "设".encode("gb18030").decode("utf-8")
    assert "UTF-8" in not_toml(caught.value)["en"]


def test_each_fault_has_a_line_with_its_place_and_what_came():
    said = refused({"inner": {"days": 1.5, "dayz": 2}, "share": "half", "many": [{}, {"days": "x"}]})
    for lang in ("zh", "en"):
        lines = said[lang].strip("\n").splitlines()
        assert len(lines) == 4
        places = ("inner.days", "inner.dayz", "share", "many#2.days")
        assert all(any(place in line for line in lines) for place in places)
        assert '"half"' in said[lang]


def test_where_something_unknown_stands_it_is_said_what_could_stand_there():
    assert "days" in refused({"inner": {"dayz": 2}})["en"].replace("dayz", "")
    assert "inner, share, many" in refused({"iner": {}})["en"]


def test_a_long_value_is_cut():
    said = refused({"share": "x" * 500})["en"]
    assert "…" in said
    assert len(said) < 300
