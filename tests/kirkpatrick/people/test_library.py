"""Are documents told by their uses a month, and is one enthusiast one person?"""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.people import library
from churnlab.kirkpatrick.people.library import most_used_documents
from tests.kirkpatrick.people.team import opened, rules
from tests.kirkpatrick.people.test_sharing import USES, _use, told


def test_documents_are_told_by_their_uses_a_month_since_the_first():
    many = [_use("D3", "view", f"2025-{month:02}-15 10:00", by=f"U{month}", author="A01") for month in range(1, 13)]
    found = most_used_documents(told(USES + many))
    table = found.table.set_index("doc_id")
    # D3: eleven uses after the first, 15 January to the end of December: 351 days less ten hours.
    assert table["uses"].to_dict() == {"D3": 11, "D1": 3, "D2": 0}
    assert table["months_available"]["D3"] == pytest.approx((351 - 10 / 24) / (365.25 / 12))
    assert 3 / 10 < table["uses_per_month"]["D1"] < table["uses_per_month"]["D3"] < 11 / 11.5
    assert table["users_known"].to_dict() == {"D3": 11, "D1": 2, "D2": 0}
    assert found.sentence("en").startswith("D3 is used most, 11 times by 11 people since its first use: 0.")
    assert "使用最多的是 D3：首次使用之后有 11 人用过 11 次" in found.sentence("zh")


def test_one_document_is_not_ordered():
    with pytest.raises(NotEnoughData):
        most_used_documents(told(USES[:5]))


def _uses_of(doc, users):
    """Return a first use, and one by each of these, one after the other, in January."""
    days = [f"2025-01-{1 + number // 24:02} {number % 24:02}:30" for number in range(len(users))]
    first = _use(doc, "view", "2025-01-01 00:00", by="first", author="B")
    return [first, *(_use(doc, "view", day, by=one, author="B") for day, one in zip(days, users, strict=True))]


def test_one_enthusiast_is_less_sure_than_as_many_uses_by_many():
    many = {"D1": ["A00"] * 48, "D2": [f"U{number}" for number in range(48)]}
    many |= {f"D{3 + place}": [f"U{number}" for number in range(10 * place)] for place in range(6)}
    used = [use for doc, users in many.items() for use in _uses_of(doc, users)]
    table = most_used_documents(opened(documents=used)).table.set_index("doc_id")
    assert table.loc[["D1", "D2"], ["uses", "users_known"]].to_numpy().tolist() == [[48, 1], [48, 48]]
    # Both 48 in a year; but the first counts as 48² / 48² = 1 use, the second as 48² / 48 = 48: it is drawn in less.
    rate = table["uses_per_month"]
    assert rate["D1"] < rate["D2"] < 48 / 11.9
    assert table["uses_per_month_low"]["D1"] < table["uses_per_month_low"]["D2"]


def test_uses_of_nobody_known_count_as_one_each():
    nobody = [use | {"staff_id": None} for use in _uses_of("D1", ["A00"] * 11)]
    table = library._used(opened(documents=nobody + _uses_of("D2", ["A00"] * 11))).set_index("doc_id")
    assert table["squares"].to_dict() == {"D1": 11, "D2": 11**2}
    assert table["users_known"].to_dict() == {"D1": 0, "D2": 1}


@pytest.mark.slow
def test_intervals_hold_the_true_rates_where_people_use_a_document_again_and_again(monkeypatch):
    # Estimand: a document's true uses a month, where its users come at random and each uses it three times on average.
    rng, data, held, plain = np.random.default_rng(2), opened(documents=USES, settings=rules(listed=30)), 0, 0
    for _ in range(40):
        rate = rng.gamma(4, 1.5 / 4, 30)  # new users a month
        uses = [rng.geometric(1 / 3, rng.poisson(12 * one)).astype(float) for one in rate]
        table = pd.DataFrame({
            "doc_id": [f"D{number}" for number in range(30)], "doc_topic": "t", "months_available": 12.0,
            "uses": [own.sum() for own in uses], "squares": [(own**2).sum() for own in uses],
            "users_known": [len(own) for own in uses], "times_applied": 0,
        })  # fmt: skip
        true = pd.Series(3 * rate, index=table["doc_id"])
        held += covered(monkeypatch, data, table, true)
        plain += covered(monkeypatch, data, table.assign(squares=table["uses"]), true)  # as if each were another's
    print(held, plain)
    assert held >= binom.ppf(0.005, 1200, 0.95)
    assert plain < 0.85 * 1200


def covered(monkeypatch, data, used, true):
    monkeypatch.setattr(library, "_used", lambda _: used)
    found = most_used_documents(data).table.set_index("doc_id")
    true = true[found.index]
    return int(((found["uses_per_month_low"] <= true) & (found["uses_per_month_high"] >= true)).sum())
