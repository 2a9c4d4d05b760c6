"""How do an institution's own headers and words become ours?

One TOML file, `mapping.toml`, beside the exports; every part may be left out:

    made_up = true
    day_first = true                     # 03/10/2026 is 3 October; or [day_first] with "lessons.starts_at" = true

    [files]                              # whole file, or file#sheet
    "出勤明细*.xls" = "lessons"
    "工资.xlsx" = ""                     # left out on purpose

    [headers.lessons]
    "签到时间" = "starts_at"
    "课程" = ""                          # left out on purpose, as beside 课程编号

    [words.lessons.status]
    "已签到" = "present"

    [words.inspections.passed]           # yes or no
    "良好" = "yes"

    [campuses]
    "朝阳" = "朝阳校区"

    [channels]
    "抖音短视频" = "抖音"
"""

import tomllib
from collections.abc import Iterator
from collections.abc import Mapping as AnyMapping
from fnmatch import fnmatchcase
from pathlib import Path
from unicodedata import normalize

from pydantic import BaseModel, ConfigDict, ValidationError

from churnlab.errors import SettingsError
from churnlab.tables.contract import Column
from churnlab.tables.schemas import TABLES
from churnlab.tables.values import is_flag
from churnlab.toml_faults import not_toml

FILE = "mapping.toml"
LEFT_OUT = ""
_WITH_WORDS = ("code", "word", "id", "flag")


class Mapping(BaseModel):
    """What an institution calls files, headers, words, campuses and channels.

    Attributes
    ----------
    made_up : bool
        Whether the exports are an invented institution's.
    files : mapping of str to str
        Pattern of a file's name or of its path below the folder, or of `file#sheet`, to the table it holds; "" leaves
        it out. The first that fits counts.
    headers : mapping of str to mapping
        For a table, the institution's own header to our column; "" leaves the column out.
    words : mapping of str to mapping
        For a table and a column, the institution's own word to our code; of a flag, to `yes` or `no`.
    campuses, channels : mapping of str to str
        Another name to the one to use.
    day_first : bool or mapping, optional
        Whether 03/10/2026 is 3 October, for all dates or by `table.column`; None where it was not said.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    made_up: bool = False
    files: dict[str, str] = {}
    headers: dict[str, dict[str, str]] = {}
    words: dict[str, dict[str, dict[str, str]]] = {}
    campuses: dict[str, str] = {}
    channels: dict[str, str] = {}
    day_first: bool | dict[str, bool] | None = None

    @classmethod
    def read(cls, file: Path | None) -> "Mapping":
        """Read a mapping; None or a missing file mean that nothing is mapped.

        Raises
        ------
        SettingsError
            If the file cannot be read, is no TOML, has an unknown part, or names tables, columns or codes that do not
            exist; all of them are named at once.
        """
        if file is None or not file.exists():
            return cls()
        try:
            mapping = cls.model_validate(tomllib.loads(file.read_text(encoding="utf-8-sig")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError("mapping.not_toml", file=file.name, what=not_toml(error)) from None
        except OSError as error:
            raise SettingsError("settings.not_read", file=file.as_posix(), what=error.strerror) from None
        except ValidationError as error:
            places = (".".join(map(str, item["loc"])) for item in error.errors(include_url=False))
            raise SettingsError("mapping.wrong", file=file.name, wrong="; ".join(f"[{p}]" for p in places)) from None
        wrong = [*mapping._unknown()]
        if wrong:
            raise SettingsError("mapping.unknown", file=file.name, wrong="; ".join(wrong))
        return mapping

    def table_of(self, file: str, sheet: str | None = None) -> str | None:
        """Return the table that `[files]` gives this file or sheet, "" where it is left out, None where not said."""
        end = "" if sheet is None else f"#{_name(sheet)}"
        path = _name(file)
        names = [path + end, path.rsplit("/", 1)[-1] + end]
        for pattern, table in self.files.items():
            if _name(pattern) in names or any(fnmatchcase(name, _name(pattern)) for name in names):
                return table
        return None

    def day_comes_first(self, table: str, column: str) -> bool | None:
        """Tell whether 03/10/2026 in this column is 3 October; None where it was not said."""
        if isinstance(self.day_first, dict):
            return self.day_first.get(f"{table}.{column}")
        return self.day_first

    def _unknown(self) -> Iterator[str]:
        for pattern, table in self.files.items():
            if table not in (*TABLES, LEFT_OUT):
                yield f'[files] "{pattern}" = "{table}"'
        for table, headers in self.headers.items():
            yield from _unknown_headers(table, headers)
        for table, columns in self.words.items():
            for column, words in columns.items():
                yield from _unknown_words(table, column, words)
        for place in self.day_first if isinstance(self.day_first, dict) else ():
            kept = _column(*place.split(".", 1)) if "." in place else None
            if kept is None or kept.kind not in ("date", "time"):
                yield f'[day_first] "{place}"'


def _name(name: str) -> str:
    return normalize("NFKC", name).casefold().replace("\\", "/")


def _column(table: str, name: str) -> Column | None:
    columns = TABLES[table].exported if table in TABLES else ()
    return next((column for column in columns if column.name == name), None)


def _unknown_headers(table: str, headers: AnyMapping[str, str]) -> Iterator[str]:
    if table not in TABLES:
        yield f"[headers.{table}]"
        return
    for header, column in headers.items():
        if column != LEFT_OUT and not _column(table, column):
            yield f'[headers.{table}] "{header}" = "{column}"'


def _unknown_words(table: str, name: str, words: AnyMapping[str, str]) -> Iterator[str]:
    column = _column(table, name)
    if column is None or column.kind not in _WITH_WORDS:
        yield f"[words.{table}.{name}]"
        return
    for word, code in words.items():
        is_unknown = column.kind == "code" and column.codes and code not in column.codes
        if is_unknown or (column.kind == "flag" and not is_flag(code)):
            yield f'[words.{table}.{name}] "{word}" = "{code}"'
