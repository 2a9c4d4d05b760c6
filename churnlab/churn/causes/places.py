"""Does a cause weigh more at one campus than at the others?"""

from datetime import date
from typing import Any

import pandas as pd
from scipy import stats

from churnlab import wording
from churnlab.churn.causes.leavers import Leavers, leavers
from churnlab.churn.causes.taxonomy import DEPARTMENTS
from churnlab.churn.comparison import Rate, difference
from churnlab.churn.counts import Campus
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES
from churnlab.stats.intervals import clustered_wilson
from churnlab.stats.proportions import rates_differ
from churnlab.tables.door import Data
from churnlab.wording import Said


def causes_by_campus(
    data: Data, *, start: date | None = None, stop: date | None = None, campus: Campus = None
) -> Finding:
    """Set the shares of the departments at each campus beside each other.

    Parameters
    ----------
    data, start, stop, campus
        As for `causes`; of one campus there is nothing to compare.

    Returns
    -------
    Finding
        `churn.causes_by_campus`: one row per campus where at least `uncertainty.min_group` stated a reason: `told`, how
        many did; the share of each department of these, `market_share` and so on; and `stands_out`, where a share
        differs from that of the other campuses by more than chance, as in `cause_contrasts`. A share says of what they
        left there, not how many: a campus that loses few may lose all of them to one cause.

    Raises
    ------
    NotEnoughData
        If fewer than two campuses have enough who stated a reason.
    """
    found, cells = _cells(data, start, stop, campus)
    shares = cells.pivot(index="campus", columns="department", values="share")[list(DEPARTMENTS)]
    table = shares.add_suffix("_share").reset_index().rename_axis(columns=None)
    table.insert(1, "told", table["campus"].map(cells.drop_duplicates("campus").set_index("campus")["of"]))
    apart = cells[cells["adjusted_p_value"] < 1 - data.settings.uncertainty.level]
    named: dict[str, tuple[Said, ...]] = {}
    for row in apart.to_dict("records"):
        named[row["campus"]] = (
            *named.get(row["campus"], ()),
            _standing_out(row["department"], row["difference_points"]),
        )
    table["stands_out"] = pd.Series([named.get(campus, ()) for campus in table["campus"]], dtype=object)
    return _finding("churn.causes_by_campus", found, table, cells, data)


def cause_contrasts(
    data: Data, *, start: date | None = None, stop: date | None = None, campus: Campus = None
) -> Finding:
    """Compare each department's share at each campus with that at the others.

    Each campus is compared with all others together: Newcombe's interval of the difference, Fisher's exact test (both
    by student where one has several units), p-values adjusted over all campuses and departments after Benjamini and
    Hochberg. Of the shares that stand out, one in twenty does so by chance. Of one campus the shares of the departments
    add up: one that is higher makes the others lower.

    Parameters
    ----------
    data, start, stop, campus
        As for `causes`; of one campus there is nothing to compare.

    Returns
    -------
    Finding
        `churn.cause_contrasts`: one row per campus and department, the least likely by chance first, at most
        `causes.listed`; `students` of `of` who stated a reason there.

    Raises
    ------
    NotEnoughData
        As `causes_by_campus`.

    References
    ----------
    Benjamini Y, Hochberg Y, J R Stat Soc B 1995;57:289–300; Benjamini Y, Yekutieli D, Ann Stat 2001;29:1165–1188, that
    it holds for tests that depend on each other as these do, nearly.
    """
    found, cells = _cells(data, start, stop, campus)
    order = cells.sort_values(["adjusted_p_value", "p", "campus", "department"], ignore_index=True)
    table = order.drop(columns="p").head(data.settings.causes.listed)
    return _finding("churn.cause_contrasts", found, table, cells, data)


def _cells(data: Data, start: date | None, stop: date | None, campus: Campus) -> tuple[Leavers, pd.DataFrame]:
    least, level = data.settings.uncertainty.min_group, data.settings.uncertainty.level
    found = leavers(data, start=start, stop=stop, campus=campus)
    told = found.told[found.told["campus"].notna()]
    counts = told["campus"].value_counts()
    names = sorted(counts[counts >= least].index)
    if len(names) < 2:
        raise NotEnoughData("causes.few_campuses", least=least, **found.facts)
    rows = [_cell(told, campus, name, level) for campus in names for name in DEPARTMENTS]
    cells = pd.DataFrame(rows)
    return found, cells.assign(adjusted_p_value=stats.false_discovery_control(cells["p"]))


def _cell(told: pd.DataFrame, campus: str, name: str, level: float) -> dict[str, Any]:
    own, did = told["campus"] == campus, told["department"] == name
    one, other = (
        Rate(did[part].mean(), *clustered_wilson(did[part], told.loc[part, "student_id"], level))
        for part in (own, ~own)
    )
    gap = difference(one, other)
    return {
        "campus": campus,
        "department": name,
        "students": int((own & did).sum()),
        "of": int(own.sum()),
        "share": one.value,
        "share_low": one.low,
        "share_high": one.high,
        "difference_points": gap.value,
        "difference_points_low": gap.low,
        "difference_points_high": gap.high,
        "p": rates_differ(did, own, told["student_id"]),
    }


def _standing_out(department: str, gap: float) -> Said:
    name = "above" if gap > 0 else "below"
    return Said(f"churn.causes_by_campus.{name}", {"department": Said(f"code.department.{department}")})


def _finding(key: str, found: Leavers, table: pd.DataFrame, cells: pd.DataFrame, data: Data) -> Finding:
    apart = cells[cells["adjusted_p_value"] < 1 - data.settings.uncertainty.level]
    facts: dict[str, Any] = {"campuses": cells["campus"].nunique(), "tests": len(cells), "apart": len(apart)}
    left_out = found.told["campus"].nunique() - facts["campuses"]
    facts |= {"left_out": left_out, "least": data.settings.uncertainty.min_group}
    if len(apart):
        row = apart.loc[apart["p"].idxmin()]
        facts |= {"campus": {lang: wording.cell(row["campus"], "campus", lang) for lang in LANGUAGES}}
        facts |= {"department": Said(f"code.department.{row['department']}"), "share": float(row["share"])}
        facts |= {"cell_students": int(row["students"]), "of": int(row["of"])}
        facts |= {name: float(row[f"difference_points{name[3:]}"]) for name in ("gap", "gap_low", "gap_high")}
    sentences = ("apart" if len(apart) else "alike", *(("left_out",) if left_out else ()))
    return Finding(key=key, table=table, facts=found.facts | facts, sentences=sentences, caveats=found.caveats)
