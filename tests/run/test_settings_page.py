"""Does the page of settings say of each what may stand in it, and why?"""

from pathlib import Path

import pytest

from churnlab.i18n import LANGUAGES
from churnlab.run.settings_page import file_name, page, write
from churnlab.settings import Settings

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_committed_page_is_up_to_date(lang):
    assert (DOCS / file_name(lang)).read_text(encoding="utf-8") == page(lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_setting_has_its_row_and_every_row_four_cells(lang):
    rows = [line for line in page(lang).splitlines() if line.startswith("| `")]
    assert len(rows) == sum(len(type(getattr(Settings(), section)).model_fields) for section in Settings.model_fields)
    assert {row.count(" | ") for row in rows} == {3}


def test_bounds_and_never_are_said():
    grace = next(line for line in page("en").splitlines() if line.startswith("| `grace_days`"))
    silence = next(line for line in page("en").splitlines() if line.startswith("| `inactivity_days`"))
    assert "≥ " in grace or "> " in grace
    assert '`"never"`' in silence


def test_the_pages_are_written_where_they_are_read(tmp_path):
    write(tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["settings.en.md", "settings.zh.md"]
    assert (tmp_path / "settings.zh.md").read_bytes() == page("zh").encode()
