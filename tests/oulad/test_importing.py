import tomllib
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pypdf
import pytest

from churnlab.churn.outcome import episodes
from churnlab.cli import main
from churnlab.errors import InputError, StoreError
from churnlab.i18n import LANGUAGES, text
from churnlab.oulad.importing import NAME, TIMEZONE, Imported, import_zip
from churnlab.run.reports import Order, publish
from churnlab.settings import FILE, Settings
from churnlab.tables.store import Store, open_data, store_facts
from tests.languages import speaking
from tests.oulad import zips

AT = datetime(2026, 11, 1, 9)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home") / "oulad"


@pytest.fixture(scope="module")
def imported(home: Path) -> Imported:
    file = zips.write(home.parent / "oulad.zip")
    with speaking("en"):
        return import_zip(file, home, loaded_at=AT)


def test_a_home_is_made_that_can_be_opened(imported: Imported, home: Path) -> None:
    settings = Settings.read(home / FILE)
    assert settings.institution.name == NAME
    assert (settings.outcome.unit, settings.outcome.grace_days, settings.outcome.inactivity_days) == (
        "enrolment", 0, None,
    )  # fmt: skip
    with closing(open_data(home / "data/store", as_of="2015-12-01")) as data:
        assert not data.made_up
        assert len(episodes(data)) == 12 - 1 - 2  # one set aside, two never began
    facts = store_facts(home / "data/store")
    assert facts["rows"] == {"courses": 2, "students": 10, "enrolments": 11, "activity": 4, "exits": 5}


def test_rows_in_are_rows_kept_and_rows_set_aside(imported: Imported) -> None:
    counted = imported.load.tables["enrolments"]
    assert (counted.rows_read, counted.kept, counted.set_aside, counted.new) == (12, 11, 1, 11)


def test_what_was_set_aside_is_on_file_with_its_line(imported: Imported, home: Path) -> None:
    told = (home / "data/set_aside/load-0001.csv").read_text(encoding="utf-8-sig").splitlines()
    assert told[1:] == [
        "studentRegistration.csv,,enrolments,4,,,学员已退学，但没有记下是哪一天，无法知道读了多久,"
        '"the student withdrew, on a day that nobody wrote down; how long the student stayed is not known"'
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_everything_is_told_in_both_languages(imported: Imported, lang: str) -> None:
    keys = [finding.key for finding in imported.findings()]
    assert keys == [
        "oulad.quirks", "tables.load", "tables.set_aside",
        "oulad.auc", "oulad.trap", "oulad.clicks", "missing", "missing",
    ]  # fmt: skip
    for finding in imported.findings():
        assert finding.title(lang)
        assert finding.sentence(lang)
        finding.presented(lang)
        finding.warnings(lang)


def test_the_same_file_again_adds_nothing(imported: Imported, home: Path) -> None:
    before = store_facts(home / "data/store")
    again = import_zip(home.parent / "oulad.zip", home, loaded_at=AT)
    assert all(counted.new == counted.changed == 0 for counted in again.load.tables.values())
    assert store_facts(home / "data/store")["digest"] == before["digest"]


def test_settings_that_were_changed_stay(tmp_path: Path) -> None:
    file = zips.write(tmp_path / "oulad.zip")
    import_zip(file, tmp_path / "home", loaded_at=AT)
    place = tmp_path / "home" / FILE
    place.write_text(place.read_text(encoding="utf-8").replace("horizon_days = 30", "horizon_days = 60"), "utf-8")
    import_zip(file, tmp_path / "home", loaded_at=AT)
    assert Settings.read(place).outcome.horizon_days == 60


def test_the_settings_are_the_same_in_both_languages() -> None:
    zh, en = (tomllib.loads(text("oulad.settings", lang, name=NAME, timezone=TIMEZONE)) for lang in LANGUAGES)
    assert zh == en
    Settings.model_validate(en)


@pytest.mark.parametrize("has_settings", [True, False])
def test_another_institutions_home_is_refused(tmp_path: Path, has_settings: bool) -> None:
    if has_settings:
        (tmp_path / FILE).write_text('[institution]\nname = "华文教育"\n', encoding="utf-8")
    else:
        Store(tmp_path / "data/store").load({}, loaded_at=AT, made_up=False)
    with pytest.raises(StoreError) as told:
        import_zip(zips.write(tmp_path / "oulad.zip"), tmp_path, loaded_at=AT)
    place = tmp_path.as_posix()
    assert told.value.message("en") == (
        f"{place} holds another institution. Give the Open University's students a folder of their own with --to, as "
        "--to data/oulad."
    )
    assert told.value.message("zh") == (
        f"{place} 里是另一家机构。请用 --to 为开放大学的学员另指定一个文件夹，如 --to data/oulad。"
    )


def test_a_wrong_file_leaves_no_home_behind(tmp_path: Path) -> None:
    (tmp_path / "oulad.zip").write_bytes(b"no zip")
    with pytest.raises(InputError):
        import_zip(tmp_path / "oulad.zip", tmp_path / "home", loaded_at=AT)
    assert not (tmp_path / "home").exists()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file", encoding="utf-8")
    with pytest.raises(InputError):
        import_zip(zips.write(tmp_path / "oulad.zip"), tmp_path / "home", loaded_at=AT)


def test_progress_never_goes_backwards_nor_past_its_end(tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    file = zips.write(tmp_path / "oulad.zip")
    import_zip(file, tmp_path / "home", loaded_at=AT, progress=lambda *step: steps.append(step))
    done = [step[1] for step in steps]
    assert done == sorted(done)
    assert all(step[1] < step[2] for step in steps)


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", ["Quirk", "Unregistered before day 0 2", "Kept as void: enrolled, never began; no stay"]),
        ("zh", ["怪处", "开课前已退 2", "作废保留：注册过，从未入读，不算在读"]),
    ],
)
def test_the_command_prints_what_was_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, lang: str, said: list[str]
) -> None:
    monkeypatch.setenv("CHURNLAB_LANG", lang)
    file = zips.write(tmp_path / "oulad.zip")
    with pytest.raises(SystemExit) as ended:
        main(["import-oulad", str(file), "--to", str(tmp_path / "home")])
    assert not ended.value.code
    printed = " ".join(capsys.readouterr().out.split())
    assert [words for words in said if words not in printed] == []


def test_the_command_refuses_another_file_with_its_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHURNLAB_LANG", "en")
    (tmp_path / "oulad.zip").write_bytes(b"no zip")
    with pytest.raises(SystemExit) as ended:
        main(["import-oulad", str(tmp_path / "oulad.zip"), "--to", str(tmp_path / "home")])
    assert ended.value.code == InputError.exit_code
    assert capsys.readouterr().err.strip().startswith("oulad.zip is no zip file, or a damaged one.")


@pytest.mark.slow
def test_a_monthly_report_is_made_of_data_without_lessons_campuses_and_amounts(tmp_path: Path) -> None:
    file = zips.write(tmp_path / "oulad.zip", zips.many(150, seed=3))
    import_zip(file, tmp_path / "home", loaded_at=AT)
    settings = Settings.read(tmp_path / "home" / FILE)
    order = Order(report="monthly-churn", month="2014-12", languages=("en",))
    made = publish(order, home=tmp_path / "home", settings=settings)
    assert [file.suffix for file in made] == [".pdf", ".xlsx", ".ipynb"]
    assert all(file.stat().st_size > 0 for file in made)
    printed = " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(made[0]).pages).split())
    at_start = "enrolments at the start of December 2014"
    for said in ("Enrolments at start", "New enrolments", at_start, "Ways of leaving"):
        assert said in printed, said
    assert "students at the start" not in printed
    assert "Students at start" not in printed
