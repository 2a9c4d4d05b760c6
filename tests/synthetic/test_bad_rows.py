import pandas as pd

from churnlab.synthetic.bad_rows import BAD, spoil


def rows(many: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "refund_id": [f"TF{number}" for number in range(many)],
            "requested_at": "2025/3/1 10:00",
            "settled_at": "2025/3/5 10:00",
            "amount": "￥500.00",
        }
    )


def test_bad_rows_are_copies_with_one_cell_spoilt_beside_the_row_they_copy() -> None:
    spoilt, reasons = spoil(rows(3), "refunds")
    assert reasons == {"out_of_bounds": 1, "disordered": 1}
    assert spoilt["refund_id"].tolist() == ["TF0", "TF0-E00", "TF1", "TF1-E10", "TF2"]
    assert spoilt.loc[1, "amount"] == "-500"
    assert spoilt.loc[3, "settled_at"] == "2019/1/1 10:00"
    good = spoilt.iloc[[0, 2, 4]].reset_index(drop=True)
    pd.testing.assert_frame_equal(good, rows(3))


def test_one_row_is_enough_to_copy_and_none_gives_none() -> None:
    assert len(spoil(rows(1), "refunds")[0]) == 3
    assert spoil(rows(0), "refunds")[1] == {}
    assert spoil(rows(0), "refunds")[0].empty


def test_tables_of_a_few_rows_are_never_spoilt() -> None:
    assert not {"campuses", "courses", "classes", "staff"} & set(BAD)


def test_the_rows_given_are_left_alone() -> None:
    before = rows(3)
    spoil(before, "refunds")
    pd.testing.assert_frame_equal(before, rows(3))
