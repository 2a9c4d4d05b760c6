"""Has every fault of a model the outcome that was declared for it?"""

import tomllib
from pathlib import Path

import pytest

from churnlab.errors import ChurnlabError
from churnlab.i18n import LANGUAGES
from tests.faults.models import FAULTS, observed

DECLARED = tomllib.loads((Path(__file__).parent / "outcomes.toml").read_text(encoding="utf-8"))["models"]
# Said to whoever programs with `stats`, never to a reader: no stay of the store comes there so.
OURS = {"durations_below_zero", "entry_after_exit"}


@pytest.mark.parametrize("fault", sorted({*FAULTS, *DECLARED}))
def test_a_fault_has_its_declared_outcome(fault, tmp_path, monkeypatch):
    assert fault in FAULTS, "declared, but nothing shows it"
    assert fault in DECLARED, "no outcome is declared"
    monkeypatch.chdir(tmp_path)
    assert observed(fault, tmp_path / "model") == DECLARED[fault]["outcome"]
    assert DECLARED[fault]["reason"]
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("fault", sorted({name for name, told in DECLARED.items() if told["outcome"] == "stop"} - OURS))
def test_what_stops_says_so_in_both_languages(fault, tmp_path):
    with pytest.raises(ChurnlabError) as stopped:
        FAULTS[fault](tmp_path / "model")
    said = {stopped.value.message(lang) for lang in LANGUAGES}
    assert len(said) == 2
    assert min(map(len, said)) > 15
