"""Do the pages say what is so?"""

import re
from pathlib import Path

import pytest

import churnlab
from churnlab import churn, plots
from churnlab.cli import application
from churnlab.errors import ChurnlabError
from churnlab.i18n import LANGUAGES, sentences
from churnlab.run.settings_page import file_name, page
from churnlab.settings import Settings

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
READMES = {"en": ROOT / "README.md", "zh": ROOT / "README.zh.md"}
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), ROOT / "data" / "README.md", ROOT / "reports" / "README.md"])
TWINS = [(READMES["en"], READMES["zh"]), (DOCS / "guide.en.md", DOCS / "guide.zh.md")]
LARGEST_PICTURE_BYTES = 150_000

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FENCED = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
_COMMAND = re.compile(r"(?:^|[\s/\\`])churnlab(?:\.exe)? ([a-z][a-z-]+)((?: [^\s`&|]+)*)")
_TARGET = re.compile(r"\bmake ([a-z]+)\b")


def read(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def prose(text: str) -> str:
    """Return a page without its fenced blocks, whose comments look like headings."""
    return _FENCED.sub("", text)


def code(text: str) -> str:
    """Return what a shell may be asked: fenced blocks, but for Python, and what stands between backticks."""
    blocks = [block for kind, block in _FENCED.findall(text) if kind != "python"]
    return "\n".join([*blocks, *re.findall(r"`([^`\n]+)`", prose(text))])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_of_settings_is_up_to_date(lang):
    assert read(DOCS / file_name(lang)) == page(lang), "write it anew as churnlab/run/settings_page.py says"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_example_on_the_page_of_settings_can_be_used(lang, tmp_path):
    (example,) = (block for kind, block in _FENCED.findall(page(lang)) if kind == "toml")
    file = tmp_path / "churnlab.toml"
    file.write_text(example, encoding="utf-8")
    assert Settings.read(file) != Settings()


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(file):
    for target in _LINK.findall(read(file)):
        if target.startswith("https://"):
            continue
        place, _, anchor = target.partition("#")
        linked = (file.parent / place).resolve() if place else file
        assert linked.exists(), target
        if anchor:
            assert anchor in [slug(heading) for _, heading in _HEADING.findall(prose(read(linked)))], target


def slug(heading: str) -> str:
    """Return a heading's anchor as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_every_command_exists_with_its_options(file):
    commands = application("en").commands
    for name, rest in _COMMAND.findall(code(read(file))):
        assert name in commands, f"churnlab {name}"
        known = {option for parameter in commands[name].params for option in parameter.opts}
        assert {word for word in rest.split() if word.startswith("--")} <= known | {"--help"}, f"churnlab {name}{rest}"


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_every_make_target_exists(file):
    targets = set(re.findall(r"^([a-z]+):", read(ROOT / "Makefile"), re.MULTILINE))
    assert set(_TARGET.findall(code(read(file)))) <= targets


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_every_function_and_file_named_exists(file):
    text = read(file)
    for package, room in (("churnlab", churnlab), ("churn", churn), ("plots", plots)):
        named = re.findall(rf"(?<![\w./-]){package}\.(?!toml|exe)([a-z_]+)(?=[(?`,])", text)
        assert set(named) <= {*room.__all__}, package
    for path in re.findall(r"`([\w-]+(?:/[\w.-]+)*/[\w-]+\.(?:py|typ))`", text):
        assert (ROOT / path).exists() or (ROOT / "churnlab" / path).exists(), path


@pytest.mark.parametrize("readme", READMES.values(), ids=READMES)
def test_every_option_shown_alone_exists(readme):
    options = {"--help"}
    for command in application("en").commands.values():
        options |= {option for parameter in command.params for option in parameter.opts}
    assert set(re.findall(r"`(--[a-z-]+)", prose(read(readme)))) <= options


@pytest.mark.parametrize("readme", READMES.values(), ids=READMES)
def test_every_exit_code_is_listed_once(readme):
    listed = [int(code) for code in re.findall(r"^\| (\d+) \|", read(readme), re.MULTILINE)]
    raised = {error.exit_code for error in ChurnlabError.__subclasses__()}
    assert listed == sorted({0, 1, 2, 3, 130} | raised)


@pytest.mark.parametrize(("one", "other"), TWINS, ids=lambda file: file.name)
def test_both_languages_have_the_same_form(one, other):
    forms = [form(read(file)) for file in (one, other)]
    assert forms[0] == forms[1]


def form(text: str) -> dict[str, object]:
    """Return what a page and its twin share: levels of headings, tables, lists, links, and the commands in blocks."""
    lines = prose(text).splitlines()
    blocks = [re.findall(r"(?:churnlab|make|conda) [a-z].*", block) for _, block in _FENCED.findall(text)]
    links = [re.sub(r"(\.en|\.zh)?\.(md|png)$", r".\2", link) for link in _LINK.findall(text)]
    return {
        "headings": [len(marks) for marks, _ in _HEADING.findall(prose(text))],
        "rows": [line.count(" | ") for line in lines if line.startswith("|")],
        "points": sum(bool(re.match(r"(-|\d\.) ", line)) for line in lines),
        "commands": [[command.split("  ")[0] for command in block] for block in blocks],
        "links": sorted(links),
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_guide_quotes_messages_as_they_are_said(lang):
    said = " ".join(sentence for key, sentence in sentences(lang).items() if key.startswith("error."))
    rows = re.findall(r"^\| (\d+) \| (`.+?`) \|", read(DOCS / f"guide.{lang}.md"), re.MULTILINE)
    quoted = [part for exit_code, row in rows if exit_code != "2" for part in re.findall(r"`([^`]+)`", row)]
    assert len(quoted) > 20
    for message in quoted:
        for part in message.split("…"):
            assert part.strip() in said, message


def test_the_readmes_show_a_page_that_is_quickly_loaded():
    pictures = sorted((DOCS / "images").glob("*.png"))
    assert [picture.name for picture in pictures] == ["report-page.en.png", "report-page.zh.png"]
    assert all(picture.stat().st_size < LARGEST_PICTURE_BYTES for picture in pictures)


def test_the_changelog_tells_of_this_version_first():
    version = re.search(r'^version = "(.+)"', read(ROOT / "pyproject.toml"), re.MULTILINE)
    assert version is not None
    first = re.search(r"^## (\S+)", read(ROOT / "CHANGELOG.md"), re.MULTILINE)
    assert first is not None
    assert first[1] == version[1]
