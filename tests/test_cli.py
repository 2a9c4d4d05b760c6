"""The command line helps in both languages, ends with the code it promises, and never shows a traceback unasked."""

import os
import re
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from inspect import signature
from pathlib import Path
from typing import Any, NoReturn

import pandas as pd
import pytest

from churnlab import cli
from churnlab.errors import ChurnlabError, InputError, StoreError
from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES, Lang, has, text
from churnlab.run.home import settings_file
from churnlab.settings import FILE
from churnlab.tables.privacy import key_place, read_key
from tests.sources import ROOT

COMMANDS = [
    "init", "sample", "load", "check", "who", "report", "watch", "call-list", "interviews", "import-oulad", "lab",
    "test", "lint",
]  # fmt: skip

Left = tuple[int, str, str]


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder, as a user without a key."""
    monkeypatch.chdir(tmp_path)
    for variable in ("HOME", "XDG_CONFIG_HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, str(tmp_path / "user"))
    monkeypatch.setenv("CHURNLAB_LANG", "zh")
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Callable[..., Left]:
    """Run a command in this process: exit code, what it printed, and what it complained of."""

    def run(*arguments: str) -> Left:
        code: Any = 0
        try:
            cli.main([*arguments])
        except SystemExit as left:
            code = left.code or 0
        said = capfd.readouterr()
        return code, said.out, said.err

    return run


def raising(error: BaseException) -> Callable[..., NoReturn]:
    def work(*arguments: Any, **choices: Any) -> NoReturn:
        raise error

    return work


# Help


@pytest.mark.parametrize("lang", LANGUAGES)
def test_help_names_every_command_with_what_it_does(run, monkeypatch, lang: Lang) -> None:
    monkeypatch.setenv("CHURNLAB_LANG", lang)
    code, said, _ = run("--help")
    assert code == 0
    assert text("cli.help", lang) in on_one_line(said)
    listed = re.findall(r"^  ([a-z-]+)  +(\S.*)$", said.split(text("cli.frame.commands", lang))[1], flags=re.MULTILINE)
    assert [name for name, _ in listed] == COMMANDS
    for name, does in listed:
        assert text(f"cli.{name}.help", lang).startswith(does)
        assert text(f"cli.{name}.help", lang) in on_one_line(said)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help_an_example_and_a_word_for_every_option(run, monkeypatch, command, lang: Lang) -> None:
    monkeypatch.setenv("CHURNLAB_LANG", lang)
    code, said, _ = run(command, "--help")
    assert code == 0
    for part in ("help", "example"):
        assert text(f"cli.{command}.{part}", lang) in on_one_line(said)
    options = re.findall(r"^  --([a-z-]+)", said, flags=re.MULTILINE)
    assert {"debug", "help"} <= set(options)
    for name in options:
        own = f"cli.{command}.option.{name.replace('-', '_')}"
        assert text(own if has(own) else f"cli.option.{name.replace('-', '_')}", lang) in on_one_line(said)


def on_one_line(said: str) -> str:
    """Undo the breaking of lines, that knows of no language without blanks."""
    return re.sub(r"\s+", " ", re.sub(r"(?<=[\u3000-\uffef])\s+(?=[\u3000-\uffef\d])", "", said))


@pytest.mark.parametrize("command", COMMANDS)
def test_an_example_is_a_command_line_that_is_understood(command: str, monkeypatch) -> None:
    line = text(f"cli.{command}.example", "en").removeprefix("Example: churnlab ").split()
    assert line[0] == command
    Path("oulad.zip").touch()
    asked = []
    monkeypatch.setitem(cli._COMMANDS, command, noting(cli._COMMANDS[command], asked))
    with pytest.raises(SystemExit) as left:
        cli.main(line)
    assert left.value.code in (0, None)
    assert len(asked) == 1


def noting(command: Callable[..., None], asked: list[dict[str, Any]]) -> Callable[..., None]:
    """Return a command that takes the same words and only notes them."""

    def note(**choices: Any) -> None:
        asked.append(choices)

    note.__signature__ = signature(command)  # type: ignore[attr-defined]
    note.__annotations__ = command.__annotations__
    return note


def test_python_dash_m_churnlab_is_the_same_command_line() -> None:
    home = {**os.environ, "CHURNLAB_LANG": "en", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    told = subprocess.run(
        [sys.executable, "-m", "churnlab", "report", "--help"], env=home, text=True, capture_output=True, check=False
    )
    assert told.returncode == 0
    assert text("cli.report.example", "en") in on_one_line(told.stdout)
    assert told.stderr == ""


# Exit codes


@pytest.mark.parametrize(
    "line", [[], ["nope"], ["--nope"], ["check", "--nope"], ["report"], ["sample", "--students", "3"], ["import-oulad"]]
)
def test_a_wrong_command_line_ends_with_two(run, line: list[str]) -> None:
    code, _, complained = run(*line)
    assert code == 2
    assert "Traceback" not in complained


WRONG = [
    (["check", "--mnth", "3"], "这里没有选项 --mnth，可用选项：--home, --mapping, --debug"),
    (["report", "x", "--lang", "fr"], "--lang 的值不能用：zh 或 en"),
    (["sample", "--students", "3"], "--students 的值不能用：虚构多少名学员，50 名起"),
    (["report"], "缺少 REPORT：报告名称"),
    (["import-oulad", "nowhere.zip"], "ZIP 的值不能用：开放大学公布的 zip 文件"),
    (["chek"], "没有这个命令，现有：init, sample"),
    (["check", "a", "b"], "写的内容多于"),
    (["check", "--home"], "选项 --home 的值有误"),
]


@pytest.mark.parametrize(("line", "said"), WRONG, ids=lambda told: told if isinstance(told, str) else told[0])
def test_a_wrong_command_line_is_told_in_the_readers_language(run, line: list[str], said: str) -> None:
    code, _, complained = run(*line)
    assert code == 2
    assert complained.startswith(said)
    assert re.search("Usage|Error|Invalid|No such", complained) is None


def test_the_version_is_told(run) -> None:
    assert run("--version") == (0, f"churnlab {version('churnlab')}\n", "")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_codes_in_the_help_are_the_codes_of_the_errors(lang: Lang) -> None:
    listed = [int(code) for code in re.findall(r"\d+", text("cli.exit_codes", lang))]
    assert listed == sorted({0, 1, 2, 3, 130} | {kind.exit_code for kind in ChurnlabError.__subclasses__()})


@pytest.mark.parametrize("kind", ChurnlabError.__subclasses__())
@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_a_user_can_mend_ends_with_its_code_and_its_sentence_alone(run, monkeypatch, kind, lang: Lang) -> None:
    monkeypatch.setenv("CHURNLAB_LANG", lang)
    error = kind("run.publish", folder="[bold]报告[/bold]", what="x")
    monkeypatch.setattr("churnlab.tables.loading.check", raising(error))
    assert run("check") == (kind.exit_code, "", error.message(lang) + "\n")


def test_with_debug_the_traceback_is_shown(run, monkeypatch) -> None:
    monkeypatch.setattr("churnlab.tables.loading.check", raising(StoreError("run.publish", folder="x", what="y")))
    with pytest.raises(StoreError):
        run("check", "--debug")


def fault(*line: str, error: str = "ValueError('张三 13800138000')") -> subprocess.CompletedProcess[str]:
    """Run a command whose work fails in a way that nobody foresaw."""
    code = f"""
import churnlab.tables.loading as loading
def boom(*arguments, **choices):
    raise {error}
loading.check = boom
from churnlab.cli import main
main({[*line]!r})
"""
    home = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "CHURNLAB_LANG": "en"}
    return subprocess.run([sys.executable, "-c", code], env=home, text=True, capture_output=True, check=False)


def test_a_fault_of_our_own_is_one_sentence_that_quotes_no_data() -> None:
    told = fault("check")
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr == text("cli.unexpected", "en", what="ValueError") + "\n"


def test_with_debug_a_fault_of_our_own_shows_where() -> None:
    told = fault("check", "--debug")
    assert told.returncode == 1
    assert "Traceback" in told.stderr
    assert "张三" in told.stderr


def test_an_interrupted_run_says_so_and_ends_as_shells_expect(run, monkeypatch) -> None:
    monkeypatch.setattr("churnlab.tables.loading.check", raising(KeyboardInterrupt()))
    code, said, complained = run("check")
    assert (code, said) == (130, "")
    assert complained.strip() == text("cli.interrupted", "zh")


# What goes wrong first, end to end


def test_a_settings_file_that_cannot_be_used_stops_everything(run) -> None:
    Path(FILE).write_text("[outcome]\ngrace_days = -1\n")
    for line in (["check"], ["load"], ["report", "monthly-churn"]):
        code, said, complained = run(*line)
        assert (code, said) == (4, "")
        assert "outcome.grace_days：不应小于 0，实际为 -1" in complained


def test_a_report_without_a_store_says_how_to_get_one(run) -> None:
    code, said, complained = run("report", "monthly-churn")
    assert (code, said) == (6, "")
    assert "churnlab load data/raw" in complained
    assert not Path("reports/monthly-churn").exists()


def test_exports_that_are_not_there_are_named(run) -> None:
    run("init")
    code, said, complained = run("check", "nowhere")
    assert (code, said) == (5, "")
    assert "nowhere" in complained


IN_THE_WAY = [
    (["init"], "data"),
    (["init", "--home", "school"], "school"),
    (["check", "--home", "school"], "school"),
    (["sample", "--to", "ours"], "ours"),
    (["init"], "data/raw"),
    (["init"], "data/store"),
    (["init"], "data/set_aside"),
    (["init"], "reports"),
    (["load"], "data/store"),
    (["load"], "data/set_aside"),
    (["check"], "data/store"),
    (["report", "monthly-churn"], "data/store"),
    (["report", "monthly-churn"], "reports"),
    (["sample", "--students", "50"], "data"),
    (["sample", "--students", "50"], "data/sample"),
    (["sample", "--students", "50"], "data/sample-truth"),
    (["import-oulad", "oulad.zip", "--to", "ou"], "ou/data/store"),
    (["import-oulad", "oulad.zip", "--to", "ou"], "ou/reports"),
]


@pytest.mark.parametrize(("line", "place"), IN_THE_WAY, ids=lambda told: told if isinstance(told, str) else told[0])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_file_where_a_folder_should_be_is_named_and_nothing_is_done(run, monkeypatch, line, place, lang) -> None:
    monkeypatch.setenv("CHURNLAB_LANG", lang)
    Path("oulad.zip").touch()
    Path(place).parent.mkdir(parents=True, exist_ok=True)
    Path(place).write_text("a file")
    before = sorted(map(str, Path().rglob("*")))
    assert run(*line) == (5, "", text("error.places.not_a_folder", lang, place=place) + "\n")
    assert sorted(map(str, Path().rglob("*"))) == before


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_sample_where_nobody_may_write_is_told_before_it_is_made(run, monkeypatch, lang: Lang) -> None:
    monkeypatch.setenv("CHURNLAB_LANG", lang)
    monkeypatch.setattr("churnlab.synthetic.sample.make", raising(AssertionError("made")))
    code, said, complained = run("sample", "--to", "/proc/x")
    assert (code, said) == (5, "")
    assert {"zh": "/proc/.x.new：无法写入", "en": "/proc/.x.new: cannot be written"}[lang] in complained


def test_a_sample_for_which_there_is_no_room_is_told(run, monkeypatch) -> None:
    monkeypatch.setattr("churnlab.synthetic.sample.write", raising(OSError(28, "No space left on device")))
    code, _, complained = run("sample", "--students", "50", "--to", "x")
    error = InputError("places.not_writable", place="x", what="No space left on device")
    assert (code, complained) == (5, error.message("zh") + "\n")
    assert not Path("x").exists()


@pytest.mark.parametrize("place", [FILE, "data/raw/mapping.toml"])
def test_a_folder_where_init_writes_a_file_is_named(run, place: str) -> None:
    Path(place).mkdir(parents=True)
    code, _, complained = run("init")
    assert (code, complained) == (5, text("error.places.not_a_file", "zh", place=place) + "\n")


@pytest.mark.parametrize(("place", "line"), [(FILE, ["check"]), ("data/raw/mapping.toml", ["check"])])
def test_a_folder_in_the_place_of_the_settings_is_told(run, place: str, line: list[str]) -> None:
    Path(place).mkdir(parents=True)
    code, _, complained = run(*line)
    assert code == 4
    assert f"{place} 无法读取" in complained


# What is asked for arrives


def test_a_report_is_ordered_as_it_was_asked_for(run, monkeypatch) -> None:
    orders = []

    def publish(order: Any, *, home: Path, settings: Any, progress: Any) -> list[Path]:
        progress("notebook", "zh", "", 1, 2)
        orders.append((order, home))
        return [Path("reports/2026-10/short/all.zh.pdf").absolute()]

    monkeypatch.setattr("churnlab.run.reports.publish", publish)
    code, said, _ = run("report", "short", "--home", "here", "--campus", "南山", "--campus", "福田", "--lang", "en",
                        "--month", "2026-10", "--known-by", "2026-11-05")  # fmt: skip
    ((order, home),) = orders
    assert code == 0
    assert said == "已发布：\n  reports/2026-10/short/all.zh.pdf\n"
    assert (order.report, order.month, order.campuses, order.languages) == (
        "short",
        "2026-10",
        ("南山", "福田"),
        ("en",),
    )
    assert (order.known_by, home) == (date(2026, 11, 5), Path("here"))


def test_a_report_is_made_in_both_languages_over_all_campuses_where_nothing_is_said(run, monkeypatch) -> None:
    orders = []
    monkeypatch.setattr("churnlab.run.reports.publish", lambda order, **choices: orders.append(order) or [])
    run("report", "short")
    assert (orders[0].languages, orders[0].campuses, orders[0].month, orders[0].known_by) == (
        ("zh", "en"),
        (),
        None,
        None,
    )


def test_a_day_that_is_none_is_refused_with_the_form_expected(run) -> None:
    code, _, complained = run("report", "short", "--known-by", "5.11.2026")
    assert code == 2
    assert "5.11.2026：应为 2026-11-01 这样的日期" in complained


class Told:
    """What a load found: one Finding with rows, one without."""

    def findings(self) -> list[Finding]:
        table = pd.DataFrame({"campus": ["[red]南山[/red]\x1b[31m\u202e"], "churned": [3]})
        return [
            Finding(key="missing", table=table, facts={"why": "\x1b]0;x\x07 一"}),
            Finding(key="missing", table=table.head(0), facts={"why": "二"}),
        ]


def test_a_load_shows_what_it_found_and_nothing_in_it_steers_the_terminal(run, monkeypatch) -> None:
    asked = {}

    def load(folder: Path, **choices: Any) -> Told:
        asked.update(choices, folder=folder)
        return Told()

    monkeypatch.setattr("churnlab.tables.loading.load", load)
    code, said, _ = run("load", "exports", "--mapping", "ours.toml")
    lines = [line.rstrip() for line in said.splitlines()]
    assert code == 0
    assert lines[0] == "此处不作结论：]0;x 一"
    assert lines[1].split() == ["校区", "流失"]
    assert lines[2].split() == ["[red]南山[/red][31m", "3"]
    assert lines[3:] == ["此处不作结论：二"]
    assert (asked["folder"], asked["mapping_file"], asked["home"]) == (Path("exports"), Path("ours.toml"), Path())
    assert isinstance(asked["loaded_at"], datetime)


@pytest.mark.parametrize(("zone", "ahead_hours"), [("Pacific/Kiritimati", 14), ("Pacific/Pago_Pago", -11)])
@pytest.mark.parametrize("machine", ["UTC", "Asia/Tokyo"])
def test_a_load_is_dated_by_the_institutions_clock_not_the_machines(run, monkeypatch, zone, ahead_hours, machine):
    asked = []
    Path(FILE).write_text(f"[institution]\ntimezone = '{zone}'\n")
    monkeypatch.setenv("TZ", machine)
    time.tzset()
    monkeypatch.setattr(
        "churnlab.tables.loading.load", lambda folder, **told: asked.append(told["loaded_at"]) or Told()
    )
    run("load")
    monkeypatch.undo()
    time.tzset()
    there = datetime.now(UTC).replace(tzinfo=None) + timedelta(hours=ahead_hours)
    assert abs(there - asked[0]) < timedelta(minutes=5)


def test_without_a_folder_the_one_of_the_settings_is_loaded(run, monkeypatch) -> None:
    asked = []
    Path(FILE).write_text("[paths]\nraw = 'exports of today'\n")
    monkeypatch.setattr("churnlab.tables.loading.check", lambda folder, **choices: asked.append(folder) or Told())
    run("check")
    assert asked == [Path("exports of today")]


# init


def test_init_prepares_an_empty_folder_and_says_what_it_made(run, tmp_path: Path) -> None:
    code, said, _ = run("init")
    assert code == 0
    places = ["data/raw", "data/store", "reports", FILE, "data/raw/mapping.toml"]
    places.append(f"假名密钥，请另存一份备份：{key_place().as_posix()}")
    assert said.splitlines() == [f"新建   {place}" for place in places]
    assert Path(FILE).read_text("utf-8") == settings_file()
    assert all(Path(folder).is_dir() for folder in ("data/raw", "data/store", "reports"))
    assert Path("data/raw/mapping.toml").read_text("utf-8").lstrip().startswith("#")
    assert tmp_path / "user" in key_place().parents
    assert len(read_key(key_place())) == 32


def test_the_key_is_its_owners_alone(run) -> None:
    run("init")
    if os.name == "posix":
        assert stat.S_IMODE(key_place().stat().st_mode) == 0o600
    assert not any(Path().rglob("data/**/key"))


def test_a_second_init_keeps_everything(run) -> None:
    run("init")
    key = key_place().read_bytes()
    Path(FILE).write_text("[outcome]\ngrace_days = 7\n")
    code, said, _ = run("init")
    assert code == 0
    assert {line.split()[0] for line in said.splitlines()} == {"保留"}
    assert key_place().read_bytes() == key
    assert Path(FILE).read_text() == "[outcome]\ngrace_days = 7\n"


def test_init_in_another_folder_speaks_english_where_asked(run, monkeypatch) -> None:
    monkeypatch.setenv("CHURNLAB_LANG", "en")
    code, said, _ = run("init", "--home", "school/of ours")
    assert code == 0
    assert said.splitlines()[0] == "made   data/raw"
    assert "# A renewal signed this many days" in Path("school/of ours", FILE).read_text("utf-8")


def test_what_init_writes_can_be_used_at_once(run) -> None:
    run("init")
    code, _, complained = run("check")
    assert code == 5  # the settings and the mapping are read; there are no exports yet
    assert "文件夹 raw 里没有一个文件能认出是哪张表" in complained


def test_files_of_other_folders_are_named_in_full(tmp_path: Path) -> None:
    assert cli._short(Path("reports/x.pdf")) == "reports/x.pdf"
    assert cli._short(tmp_path.parent / "x.pdf") == (tmp_path.parent / "x.pdf").as_posix()
