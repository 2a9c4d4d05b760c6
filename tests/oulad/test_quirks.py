from pathlib import Path

import pytest

from churnlab.i18n import LANGUAGES
from churnlab.oulad.published import read
from churnlab.oulad.quirks import quirks_finding
from tests.oulad import zips


def test_every_quirk_is_counted_as_by_hand(tmp_path: Path) -> None:
    found = quirks_finding(read(zips.write(tmp_path / "oulad.zip")))
    assert dict(zip(found.table["quirk"], found.table["n"], strict=True)) == {
        "no_end": 1,  # student 3
        "other_result": 1,  # 4
        "never_began": 2,  # 5 and 9
        "first_day": 1,  # 6
        "late_entry": 1,  # 7
        "no_registration": 2,  # 8 and 9
        "after_end": 1,  # 10
        "no_score": 1,  # 2
    }
    assert found.facts["rows"] == found.facts["kept"] + found.facts["set_aside"] == 12
    assert found.sentence("en") == (
        "Of 12 registrations of 10 students in 3 presentations of 2 modules, 11 were kept and 1 set aside. 6 lines of "
        "clicks became 4 rows, one per enrolment, day and kind of page; clicks of 1 of the 3 presentations are in the "
        "file. Source: Open University Learning Analytics Dataset, Kuzilek, Hlosta and Zdrahal, Scientific Data "
        "4:170171 (2017), licence CC BY 4.0; changed as told here."
    )
    assert found.sentence("zh") == (
        "10 名学员在 2 门课程的 3 期中共有 12 条注册，采用 11 条，搁置 1 条。6 行点击合并为 4 行"
        "（每份报名、每天、每类页面一行）；3 期中，文件里有点击的是 1 期。来源：英国开放大学学习分析数据集（OULAD），"
        "Kuzilek、Hlosta、Zdrahal，Scientific Data 4:170171（2017），许可 CC BY 4.0；改动如上所述。"
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_quirk_is_said_with_what_is_done(tmp_path: Path, lang: str) -> None:
    shown = quirks_finding(read(zips.write(tmp_path / "oulad.zip"))).presented(lang)
    said = shown.iloc[:, [0, 2]].to_numpy().ravel()
    assert all(" " in cell or lang == "zh" for cell in said)
    assert not any("_" in cell for cell in said)
