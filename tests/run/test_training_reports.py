"""Do the reports on trainings come out whole, from the exports to the page?"""

import json

import pypdf
import pytest

from churnlab import cli

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("training_reports")]


def left(*arguments: str) -> int:
    """Return the code with which a command ends."""
    with pytest.raises(SystemExit) as end:
        cli.main([*arguments])
    return int(end.value.code or 0)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with the store of a small made-up institution, and both reports."""
    folder = tmp_path_factory.mktemp("trained")
    with pytest.MonkeyPatch.context() as patch:
        for variable in ("HOME", "XDG_CONFIG_HOME"):
            patch.setenv(variable, str(folder / "user"))
        patch.chdir(folder)
        assert left("init") == 0
        assert left("sample", "--students", "1200", "--seed", "7") == 0
        assert left("load", "data/sample") == 0
        assert left("report", "training-evaluation", "--training", "PX002") == 0
        assert left("report", "training-portfolio", "--lang", "en") == 0
    return folder


def printed(home, report, name):
    pages = pypdf.PdfReader(home / "reports" / "2026-10" / report / name).pages
    return ["".join(page.extract_text().split()) for page in pages]


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "zh",
            ("培训效果评估", "PX002FABE销售话术", "一反应", "二学习", "三行为", "四结果", "五回报", "百分制"),
        ),
        (
            "en",
            (
                "Whatthetrainingdid",
                "PX002FABE",
                "1Reaction",
                "2Learning",
                "3Behavior",
                "4Results",
                "5Return",
                "outof100",
                "returnoninvestment",
            ),
        ),
    ],
)
def test_the_first_page_answers_all_levels(home, lang, said):
    first, *_ = printed(home, "training-evaluation", f"PX002.{lang}.pdf")
    assert [word for word in said if word not in first] == []


@pytest.mark.parametrize(
    ("lang", "headings"),
    [
        ("zh", ("第一层反应", "第二层学习", "第三层行为", "第四层结果", "第五层回报")),
        ("en", ("Level1,reaction", "Level2,learning", "Level3,behavior", "Level4,results", "Level5,return")),
    ],
)
def test_each_level_has_its_section(home, lang, headings):
    whole = "".join(printed(home, "training-evaluation", f"PX002.{lang}.pdf"))
    assert [word for word in headings if word not in whole] == []


def test_all_trainings_stand_in_the_portfolio(home):
    whole = "".join(printed(home, "training-portfolio", "all.en.pdf"))
    assert [f"PX{number:03d}" for number in range(1, 10) if f"PX{number:03d}" not in whole] == []
    assert "Howgoodaretheinstructors,andhowmanystarsiseachworth?" in whole


def test_the_manifest_names_the_training(home):
    said = json.loads((home / "reports/2026-10/training-evaluation/manifest.json").read_text(encoding="utf-8"))
    assert said["runs"][0]["arguments"]["trainings"] == ["PX002"]
    assert said["runs"][0]["arguments"]["campuses"] == []
