"""Is the use of documents counted per month in service?"""

import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.behavior.documents import document_use
from tests.kirkpatrick.behavior.rows import PEOPLE, TRAINED, WHO, evaluated


def uses(people, days, event="view"):
    return [{"doc_id": "W1", "at": f"{on} 10:00", "event": event, "staff_id": one} for one in people for on in days]


def test_uses_are_told_per_person_month_in_all_and_by_event():
    rows = uses(PEOPLE, ["2026-01-02"]) + uses(TRAINED, ["2026-04-10", "2026-04-20", "2026-05-10"], "applied")
    found = document_use(evaluated(documents=rows, trainees=WHO[:4]))
    every = found.table.set_index("document_event")
    assert list(every.index) == ["all", "view", "applied"]
    # 4 in 4 · 59 days before, 12 in 4 · 61 after.
    assert every.loc["all", "before_month"] == pytest.approx(4 / 236 * 365.25 / 12)
    assert every.loc["all", "rate_ratio"] == pytest.approx((12 / 244) / (4 / 236))
    assert found.sentence("en").startswith("The trained use documents 2.90 times as often as before")
    assert found.sentence("zh").startswith("参训人使用文档的次数为训前的 2.90 倍")


def test_without_uses_it_is_refused():
    with pytest.raises(NotEnoughData):
        document_use(evaluated(documents=uses("Z", ["2026-01-02"])))
