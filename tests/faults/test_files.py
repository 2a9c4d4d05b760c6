"""Has every fault of a file the outcome that was declared for it?"""

import tomllib
from pathlib import Path

import pytest

from churnlab.errors import InputError
from tests.faults.files import FAULTS, hand_in

DECLARED = tomllib.loads((Path(__file__).parent / "outcomes.toml").read_text(encoding="utf-8"))["files"]


def observed(folder: Path, fault: str) -> str:
    try:
        reading = hand_in(folder, fault)
    except InputError:
        return "stop"
    if any(len(sheet.set_aside) for sheet in reading):
        return "set_aside"
    return "warn" if reading.warnings or any(sheet.warnings for sheet in reading) else "taken"


@pytest.mark.parametrize("fault", sorted({*FAULTS, *DECLARED}))
def test_a_fault_has_its_declared_outcome(fault, tmp_path):
    assert fault in FAULTS, "declared, but no file shows it"
    assert fault in DECLARED, "no outcome is declared"
    assert observed(tmp_path, fault) == DECLARED[fault]["outcome"]
    assert DECLARED[fault]["reason"]


@pytest.mark.parametrize("fault", sorted(name for name, told in DECLARED.items() if told["outcome"] == "stop"))
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_stops_says_so_in_both_languages(fault, lang, tmp_path):
    with pytest.raises(InputError) as stopped:
        hand_in(tmp_path, fault)
    assert len(stopped.value.message(lang)) > 20
    assert stopped.value.exit_code == 5


@pytest.mark.parametrize("fault", sorted(name for name, told in DECLARED.items() if told["outcome"] != "stop"))
def test_every_row_is_counted_once(fault, tmp_path):
    for sheet in hand_in(tmp_path, fault):
        assert sheet.rows_read == len(sheet.rows) + len(sheet.set_aside) + sum(sheet.lines.values())
        assert not set(sheet.rows.index) & set(sheet.set_aside["row"])
