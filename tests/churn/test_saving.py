import io
import json
import pickle
import zipfile

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from skops import io as skops

from churnlab.churn.evaluation import backtest
from churnlab.churn.judgement import discrimination
from churnlab.churn.saving import load, save
from churnlab.churn.train import train
from churnlab.errors import InputError, StoreError
from tests.churn.panels import made_up, settings


@pytest.fixture(scope="module")
def panel():
    panel = made_up()
    return panel.assign(
        hours_left=panel["hours_left"].mask(panel["hours_left"] < 10),
        days_to_contract_end=panel["hours_left"].round() - 20,  # read in pieces, with thresholds
        twice=panel["days_since_contact"],
    )


@pytest.fixture(scope="module")
def trained(panel):
    return train(panel, settings=settings())


@pytest.fixture
def folder(trained, tmp_path):
    save(trained, tmp_path / "model")
    return tmp_path / "model"


class Evil:
    def __reduce__(self):
        return (print, ("this ran",))


def test_what_was_saved_scores_the_same_to_the_last_bit(panel, trained, folder):
    again = load(folder)
    pd.testing.assert_frame_equal(again.score(panel), trained.score(panel), check_exact=True)
    assert again.reasons(panel).tolist() == trained.reasons(panel).tolist()
    assert again.encoding == trained.encoding
    assert (again.months, again.tried, again.level) == (trained.months, trained.tried, trained.level)
    assert (again.rows, again.students, again.events) == (trained.rows, trained.students, trained.events)


def test_saving_over_an_older_model_replaces_it(panel, folder):
    smaller = train(panel.drop(columns=["twice", "course_id"]), settings=settings())
    save(smaller, folder)
    assert load(folder).encoding == smaller.encoding


def test_a_pickle_is_refused_and_never_run(folder, capsys):
    (folder / "model.skops").write_bytes(pickle.dumps(Evil()))
    with pytest.raises(InputError) as caught:
        load(folder)
    assert caught.value.message("en") == (
        "model.skops is no model file of churnlab (a zip archive by skops is expected); a pickle is never opened, "
        "for it can run programs. Train the model anew."
    )
    assert "this ran" not in capsys.readouterr().out


def test_a_model_file_with_foreign_things_in_it_is_refused(folder, capsys):
    (folder / "model.skops").write_bytes(skops.dumps({"model": np.arange(3), "more": Evil()}))
    with pytest.raises(InputError) as caught:
        load(folder)
    assert caught.value.message("en") == (
        "model.skops holds things that no model of churnlab has: tests.churn.test_saving.Evil. It was not opened. "
        "Train the model anew."
    )
    assert "this ran" not in capsys.readouterr().out


def test_another_estimator_is_no_churn_model(folder):
    other = LogisticRegression().fit([[0.0], [1.0]], [0, 1])
    (folder / "model.skops").write_bytes(skops.dumps(other))
    with pytest.raises(InputError) as caught:
        load(folder)
    assert caught.value.message("zh") == "model.skops 已损坏，或不属于这里。请重新训练模型。"


@pytest.mark.parametrize("key", ["churnlab", "format"])
def test_a_model_of_another_version_is_refused(folder, key):
    record = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    (folder / "model.json").write_text(json.dumps({**record, key: "0.0.7"}), encoding="utf-8")
    with pytest.raises(StoreError) as caught:
        load(folder)
    assert caught.value.message("en").startswith("This model was written by churnlab 0.")
    assert "0.0.7" in caught.value.message("zh")


def test_a_folder_without_a_model_says_so(tmp_path):
    (tmp_path / "nothing").mkdir()
    with pytest.raises(StoreError) as caught:
        load(tmp_path / "nothing")
    assert caught.value.message("en") == (
        "There is no model in nothing: model.skops and model.json are expected there. Train one first."
    )


@pytest.mark.parametrize("record", ["", "[]", "{", "\udcff"])
def test_a_damaged_record_is_refused(folder, record):
    (folder / "model.json").write_bytes(record.encode("utf-8", "surrogateescape"))
    with pytest.raises(InputError) as caught:
        load(folder)
    assert caught.value.key == "model.damaged"


@pytest.mark.parametrize("lost", ["encoding", "months", "level"])
def test_a_record_that_lacks_a_part_is_refused(folder, lost):
    record = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    (folder / "model.json").write_text(json.dumps({k: v for k, v in record.items() if k != lost}), encoding="utf-8")
    with pytest.raises(InputError):
        load(folder)


def test_model_and_record_of_two_models_do_not_go_together(panel, folder, tmp_path):
    save(train(panel.drop(columns="course_id"), settings=settings()), tmp_path / "other")
    (folder / "model.skops").write_bytes((tmp_path / "other" / "model.skops").read_bytes())
    with pytest.raises(InputError):
        load(folder)


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.95])
def test_a_truncated_model_file_is_refused(folder, cut):
    whole = (folder / "model.skops").read_bytes()
    (folder / "model.skops").write_bytes(whole[: int(len(whole) * cut)])
    with pytest.raises(InputError):
        load(folder)


def test_a_zip_of_anything_else_is_refused(folder):
    with zipfile.ZipFile(folder / "model.skops", "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(InputError):
        load(folder)


def test_nothing_saved_is_a_pickle_or_names_a_student(panel, folder):
    for file in sorted(folder.iterdir()):
        content = file.read_bytes()
        assert b"S0001" not in content
        if file.suffix == ".skops":
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                assert {name.rsplit(".", 1)[-1] for name in archive.namelist()} <= {"json", "npy"}


def test_the_cards_say_what_it_is_for_in_both_languages(panel, trained, tmp_path):
    findings = (discrimination(backtest(panel, settings=settings()), settings=settings()),)
    save(trained, tmp_path, findings=findings)
    zh, en = ((tmp_path / f"model-card.{lang}.md").read_text(encoding="utf-8") for lang in ("zh", "en"))
    assert zh.startswith("# 模型说明卡：流失风险\n")
    assert en.startswith("# Model card: risk of churn\n")
    assert "不得用来决定个人的权利和待遇" in zh
    assert "Not for decisions about a person's rights" in en
    assert findings[0].sentence("zh") in zh
    assert findings[0].sentence("en") in en
    assert f"{trained.events:,} of them followed by churn" in en
    assert "- left out, equal to days_since_contact: twice" in en
    assert zh.count("\n## ") == en.count("\n## ") == 5


def test_a_card_without_a_judgement_says_so(folder):
    assert "- It has not been tested yet." in (folder / "model-card.en.md").read_text(encoding="utf-8")
