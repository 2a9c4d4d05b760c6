import nbformat
import pytest

from churnlab.errors import RunError
from churnlab.run.parameters import check, parameters_of
from tests.run.notebooks import write


def asked(tmp_path, source):
    return parameters_of(nbformat.read(write(tmp_path / "a.ipynb", parameters=source), as_version=4), name="a.ipynb")


def test_names_and_defaults_are_read_in_their_order(tmp_path):
    assert asked(tmp_path, 'store: str = "data"\nn = 3  # a number\n') == {"store": "data", "n": 3}


@pytest.mark.parametrize("source", ["import os", "a = b", "f()", "a, b = 1, 2", "a = "])
def test_a_parameters_cell_holds_nothing_but_names_and_literals(tmp_path, source):
    with pytest.raises(RunError) as told:
        asked(tmp_path, source)
    assert told.value.message("en") == (
        'a.ipynb: the `parameters` cell may hold only lines like `month = "2026-10"`. '
        "Move everything else to the next cell."
    )


def test_a_notebook_without_its_parameters_cell_is_refused(tmp_path):
    with pytest.raises(RunError) as told:
        asked(tmp_path, None)
    assert told.value.message("zh") == (
        "a.ipynb：应有且仅有一个带 `parameters` 标签的单元格，实际有 0 个。"
        "请在 JupyterLab 右侧齿轮的“单元格标签”中为默认值单元格加上该标签。"
    )


def test_a_misspelt_parameter_is_refused_by_name():
    with pytest.raises(RunError) as told:
        check({"mnoth": "2026-10"}, {"month": ""}, name="a.ipynb")
    assert told.value.message("en") == "a.ipynb has no parameter 'mnoth'; it knows month. Nothing was run."


def test_a_crafted_name_never_reaches_the_notebook():
    with pytest.raises(RunError):
        check({"month = 1; import os; x": "2026-10"}, {"month": ""}, name="a.ipynb")


@pytest.mark.parametrize(("value", "kind"), [(202610, "int"), (True, "bool"), (None, "NoneType")])
def test_a_parameter_of_another_type_is_refused(value, kind):
    with pytest.raises(RunError) as told:
        check({"month": value}, {"month": ""}, name="a.ipynb")
    assert f"month: str ≠ {kind}" in told.value.message("en")
