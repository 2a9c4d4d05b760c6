from collections.abc import Iterator

import matplotlib as mpl
import pytest

from churnlab.i18n import LANGUAGES, Lang
from churnlab.report.compile import render
from tests.report.demo import demo, demo_words

mpl.use("Agg")


@pytest.fixture(scope="session")
def reports() -> dict[Lang, bytes]:
    """The demo's PDF in each language."""
    with demo_words():
        return {lang: render(demo(lang), lang) for lang in LANGUAGES}


@pytest.fixture
def words() -> Iterator[None]:
    """The locale knows the demo's words."""
    with demo_words():
        yield
