"""Bands stand on each other, each beside its name; the white above is who is still here."""

from itertools import pairwise

import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.text import Annotation

from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES, Lang, text
from churnlab.plots import ends
from churnlab.wording import header

pytestmark = pytest.mark.usefixtures("styled")
#                 day  0    7    14
SHARES = {
    "still_here": (1.0, 0.7, 0.4), "not_renewed": (0.0, 0.1, 0.3), "refunded": (0.0, 0.0, 0.0),
    "completed": (0.0, 0.15, 0.2), "personal": (0.0, 0.05, 0.1),
}  # fmt: skip


def curves(shares: dict[str, tuple[float, ...]] = SHARES, first: int = 0) -> Finding:
    rows = [
        {"fate": fate, "days_with_us": first + 7 * place, "fate_share": share}
        for fate, many in shares.items()
        for place, share in enumerate(many)
    ]
    return Finding(key="demo", table=pd.DataFrame(rows))


def names(ax: Axes) -> list[Annotation]:
    return [child for child in ax.get_children() if isinstance(child, Annotation)]


def tops(ax: Axes) -> list[float]:
    """Return the top of each band on the last day; shares here never fall, so that it is the highest."""
    return [round(float(band.get_paths()[0].vertices[:, 1].max()), 6) for band in ax.collections]


def test_bands_stand_on_each_other_and_what_never_came_is_left_out() -> None:
    ax = ends(curves(), lang="zh")
    assert tops(ax) == [0.3, 0.5, 0.6]
    assert [band.get_label() for band in ax.collections] == ["not_renewed", "completed", "personal"]
    assert len({to_rgba(band.get_facecolor()[0]) for band in ax.collections}) == 3


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_band_and_those_still_here_are_named_beside_their_middle(lang: Lang) -> None:
    ax = ends(curves(), lang=lang)
    fates = ["not_renewed", "completed", "personal", "still_here"]
    assert [one.get_text() for one in names(ax)] == [text(f"code.fate.{fate}", lang) for fate in fates]
    assert [one.xy for one in names(ax)] == [(14, pytest.approx(middle)) for middle in (0.15, 0.4, 0.55, 0.8)]
    assert (ax.get_xlabel(), ax.get_ylabel()) == (header("days_with_us", lang), header("fate_share", lang))


def test_names_of_thin_bands_do_not_stand_on_each_other() -> None:
    thin = {"still_here": (1.0, 0.98)} | {
        fate: (0.0, 0.005) for fate in ("not_renewed", "refunded", "dormant", "withdrawn")
    }
    for shares in (thin, thin | {"still_here": (1.0, 0.0), "completed": (0.0, 0.97), "personal": (0.0, 0.01)}):
        ax = ends(curves(shares), lang="en")
        places = sorted(one.xyann[1] for one in names(ax))
        assert all(upper - lower > 0.055 for lower, upper in pairwise(places))
        assert 0 <= places[0] <= places[-1] <= 1


def test_a_curve_that_starts_late_starts_where_its_table_does() -> None:
    ax = ends(curves(first=90), lang="zh")
    assert ax.get_xlim() == (90, 104)
    assert ax.get_ylim() == (0, 1)


def test_drawing_changes_nothing_in_the_finding() -> None:
    drawn = curves()
    before = drawn.table.copy(deep=True)
    ends(drawn, lang="zh")
    pd.testing.assert_frame_equal(drawn.table, before)
