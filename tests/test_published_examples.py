"""Do the published examples come out as the page says?"""

import contextlib
import io
import re

import pytest

from churnlab.i18n import LANGUAGES
from tests.sources import ROOT

_EXAMPLE = re.compile(r"^## (.+?)\n.*?```python\n(.*?)```\s+```text\n(.*?)```", re.MULTILINE | re.DOTALL)
LEAST = 5


def examples(lang: str) -> list[tuple[str, str, str]]:
    """Return title, code and output of each example of a page."""
    return _EXAMPLE.findall((ROOT / "docs" / f"published-examples.{lang}.md").read_text(encoding="utf-8"))


def test_there_are_as_many_in_either_language_with_the_same_code() -> None:
    told = {lang: [(code, output) for _, code, output in examples(lang)] for lang in LANGUAGES}
    assert told["zh"] == told["en"]
    assert len(told["en"]) >= LEAST


@pytest.mark.parametrize(("code", "output"), [pytest.param(code, out, id=name) for name, code, out in examples("en")])
def test_an_example_prints_what_the_page_says(code: str, output: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "published-examples.en.md", "exec"), {})
    assert printed.getvalue().strip() == output.strip()
