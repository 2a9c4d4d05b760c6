"""Charts look alike everywhere, in Chinese, in grey and for colour-blind readers."""

from itertools import combinations

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import font_manager
from matplotlib import pyplot as plt
from matplotlib.colors import to_rgb

from churnlab.plots import style

# Viénot, Brettel & Mollon (1999), Color Research and Application 24(4), in linear RGB.
BLIND = {
    "protanopia": np.array([[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]]),
    "deuteranopia": np.array([[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]]),
}
SEEN = {"everybody": np.eye(3), **BLIND}
D65 = np.array([0.95047, 1.0, 1.08883])
XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)


def lab(colour: str, seen: np.ndarray = SEEN["everybody"]) -> np.ndarray:
    """Return a colour in CIE L*a*b*, as these eyes see it."""
    rgb = np.array(to_rgb(colour))
    linear = np.clip(seen @ np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4), 0, 1)
    ratio = XYZ @ linear / D65
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_the_measure_of_colours_knows_white_and_black() -> None:
    assert lab("#ffffff") == pytest.approx([100, 0, 0], abs=0.02)
    assert lab("#000000") == pytest.approx([0, 0, 0], abs=0.02)


@pytest.mark.parametrize("eyes", SEEN)
def test_any_two_colours_are_told_apart(eyes: str) -> None:
    for one, other in combinations(style.PALETTE, 2):
        assert np.linalg.norm(lab(one, SEEN[eyes]) - lab(other, SEEN[eyes])) > 15, (one, other)


def test_the_first_four_colours_are_told_apart_in_grey_print() -> None:
    lightness = sorted(lab(colour)[0] for colour in style.PALETTE[:4])
    assert min(np.diff(lightness)) > 10


@pytest.mark.parametrize("colour", style.PALETTE)
def test_every_colour_is_seen_on_white_paper(colour: str) -> None:
    assert lab("#ffffff")[0] - lab(colour)[0] > 20


def test_every_colour_has_a_dash_and_a_marker_of_its_own() -> None:
    assert len(set(style.PALETTE)) == len(set(style.DASHES)) == len(set(style.MARKERS)) == 6


def test_text_has_the_packaged_font_with_chinese() -> None:
    with style.styled():
        found = font_manager.findfont("Noto Sans SC", fallback_to_default=False)
    assert found.endswith("NotoSansSC-Regular.otf")


def test_matplotlib_is_left_as_it_was() -> None:
    before = dict(mpl.rcParams)
    with style.styled():
        assert mpl.rcParams["svg.fonttype"] == "none"
    assert dict(mpl.rcParams) == before


def test_a_notebook_can_choose_the_style_for_good() -> None:
    with mpl.rc_context():
        style.use()
        assert (mpl.rcParams["font.family"], mpl.rcParams["font.sans-serif"]) == (["sans-serif"], ["Noto Sans SC"])


def test_a_dollar_in_a_label_is_a_dollar() -> None:
    with style.styled():
        figure, axes = plt.subplots()
        axes.set_title(r"$\frac{1}")
        figure.canvas.draw()
    plt.close(figure)


def test_a_name_is_cut_where_it_would_leave_no_room_and_loses_what_is_not_seen() -> None:
    assert style.label("徐汇校区") == "徐汇校区"
    assert style.label("校" * 24) == "校" * 24
    assert style.label("校" * 25) == "校" * 23 + "…"
    assert style.label("a\x1b[31m\u202eb") == "a[31mb"
    assert style.label("") == ""


@pytest.mark.parametrize(
    ("furthest", "told"),
    [
        (0.16, ["0%", "5%", "10%", "15%"]),
        (0.11, ["0%", "2%", "4%", "6%", "8%", "10%"]),
        (0.021, ["0%", "0.5%", "1%", "1.5%", "2%"]),
        (1.02, ["0%", "20%", "40%", "60%", "80%", "100%"]),
    ],
)
def test_a_share_on_an_axis_is_written_in_full(furthest: float, told: list[str]) -> None:
    ax = plt.subplots()[1]
    ax.set_ylim(0, furthest)
    style.percent(ax.yaxis)
    ax.figure.canvas.draw()
    seen = [label.get_text() for label in ax.get_yticklabels() if 0 <= label.get_position()[1] <= furthest]
    plt.close(ax.figure)
    assert seen == told
