"""Does the code that the guide shows run as it stands there?"""

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest

import churnlab
from churnlab import churn
from churnlab.finding import Finding
from churnlab.stats.cox import fit_cox
from churnlab.stats.survival import Stays, kaplan_meier
from churnlab.synthetic import Institution, make
from churnlab.tables.door import Data
from tests.sources import ROOT


@pytest.fixture(scope="module")
def data() -> Data:
    return make(Institution(students=400, seed=1)).data()


def run(lang: str, having: str, names: dict[str, Any]) -> dict[str, Any]:
    """Run the one block of the guide that has these letters, and return what it named."""
    text = (ROOT / "docs" / f"guide.{lang}.md").read_text(encoding="utf-8")
    (code,) = (code for code in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if having in code)
    exec(compile(code, f"guide.{lang}.md", "exec"), names)
    return names


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_analysis_of_ones_own(lang: str, data: Data, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(churnlab, "open_month", lambda store: (data, "2026-09"))
    named = run(lang, "open_month", {})
    assert isinstance(named["churn"].churn_by(data, named["month"], "channel"), Finding)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_models_of_lifelines_see_the_stays_as_ours_do(lang: str, data: Data) -> None:
    named = run(lang, "WeibullFitter", {"churn": churn, "data": data})
    stays = churn.stays(data)
    X = pd.get_dummies(stays["campus"], drop_first=True).to_numpy(dtype=float)
    ours = fit_cox(stays["entry"] + 1, stays["exit"] + 1, stays["cause"] == 1, X)
    np.testing.assert_allclose(named["cox"].params_, ours.coefficients, atol=1e-5)
    curve = kaplan_meier(churned_only(stays))
    assert named["weibull"].predict(365) == pytest.approx(curve.value[364 - curve.first_day], abs=0.05)


def churned_only(stays: pd.DataFrame) -> Stays:
    """Other ends are the last that was seen of a student, as lifelines takes them."""
    entry, ended, cause, cluster = (stays[name].to_numpy() for name in ("entry", "exit", "cause", "cluster"))
    return Stays(entry=entry, exit=ended, cause=np.where(cause == 1, 1, 0), cluster=cluster)
