"""Is a reason of leaving that nobody knows told with its words and their rows?"""

import pandas as pd

from churnlab.i18n import text
from churnlab.settings import Outcome, Settings
from churnlab.tables.exit_reasons import unknown, warnings
from churnlab.tables.schemas.reasons import REASONS, meant


def exits(*reasons: str, table: str = "exits") -> dict[str, pd.DataFrame]:
    return {table: pd.DataFrame({"reason_code": list(reasons)})}


def test_a_usual_word_means_its_code_whatever_its_case_and_width():
    assert meant(["搬家", "毕业", "生病", "ＭＯＶＩＮＧ", "缘分尽了"]) == [
        "moved",
        "graduated",
        "health",
        "moved",
        "缘分尽了",
    ]
    assert set(Settings().outcome.personal_reasons + Settings().outcome.graduated_reasons) <= set(REASONS)


def test_a_reason_of_the_settings_is_known_by_its_word_and_by_its_code():
    own = Settings(outcome=Outcome(personal_reasons=("缘分尽了",)))
    assert unknown(["缘分尽了", "搬家", "personal.any", "随便"], own) == ["随便"]


def test_unknown_reasons_are_told_with_their_rows_the_commonest_first():
    (told,) = warnings(exits("moved", "随便", "缘分尽了", "随便", "price"), Settings())
    assert [text(told[0], lang, **told[1]) for lang in ("zh", "en")] == [
        "流失登记有 3 行的流失原因不认识，会算作流失：随便（2 行）、缘分尽了（1 行）。请在 mapping.toml 的 "
        '[words.exits.reason_code] 里写明，如 "随便" = "other"，或写数据字典里的其他代码。'
        "只有 personal、moved、health、graduated 不算流失，确是这个意思时才写。",
        "In exits 3 rows have a reason that is not known and counts as churn: 随便 (2 rows), 缘分尽了 (1 row). Say in "
        'mapping.toml what it means, under [words.exits.reason_code], as "随便" = "other", or another code of the data '
        "dictionary. Only personal, moved, health, graduated are no churn: write one of these only where that is "
        "meant.",
    ]


def test_a_word_that_lost_a_name_is_no_example_of_what_to_write():
    ((_, facts),) = warnings(exits("[name]不来了", "[name]不来了", "随便"), Settings())
    assert facts["first"] == "随便"
    ((_, facts),) = warnings(exits("[name]不来了"), Settings())
    assert facts["first"] == "…"


def test_of_many_words_ten_are_shown():
    ((_, facts),) = warnings(exits(*(f"w{n:02}" for n in range(11))), Settings())
    assert facts["words"]["en"].endswith("w09 (1 row), …")


def test_where_all_are_known_or_there_are_none_nothing_is_said():
    assert [*warnings(exits("moved", "price"), Settings())] == [*warnings({}, Settings())] == []


def test_a_reason_that_callers_typed_is_kept_and_told_as_in_exits():
    (told,) = warnings(exits("price", "太贵啦", table="calls"), Settings())
    assert told[0] == "warning.loading.unknown_call_reasons"
    assert '[words.calls.reason_code], as "太贵啦" = "other"' in text(told[0], "en", **told[1])
    assert "1 行的流失原因不在下拉列表里：太贵啦（1 行）；已照原样收下" in text(told[0], "zh", **told[1])
