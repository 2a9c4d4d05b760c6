"""How far does the coding of texts agree with people's?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.churn.causes.coding import Coding, coding
from churnlab.churn.causes.spoken import spoken
from churnlab.churn.causes.taxonomy import DEPARTMENTS, PERSONAL
from churnlab.finding import Finding
from churnlab.stats.agreement import Kappa, cohens_kappa, cross_table
from churnlab.stats.intervals import wilson
from churnlab.tables.door import Data
from churnlab.wording import Said

_HEADINGS = (*DEPARTMENTS, PERSONAL)
_ALL = "all"


def text_coding(data: Data) -> Finding:
    """Compare the department that texts are coded to with the one that people filed them under.

    The texts compared are those of the judging (`judging.judged`): filed by people, coded by what was learned from
    other students, earlier ones where there are enough. Those on which the coding is not sure are left out of the
    agreement and of kappa, and counted. People err, too: kappa says whether the coding errs as they do, not who is
    right. Texts that nobody filed may be harder than these.

    Parameters
    ----------
    data : Data
        What had happened before a date, of all campuses: what is learned holds for all.

    Returns
    -------
    Finding
        `churn.text_coding`: one row for all texts, then one per department that people filed them under: how many, the
        share `abstained` on, the share of the others coded to the same (`agreed_share`, Wilson), and Cohen's kappa
        (one department against all others) with its interval. The facts and a sentence say whether notes of save calls
        are coded (`spoken`), and where not, how many are left and how seldom they agreed.

    Raises
    ------
    NotEnoughData
        If no text is coded, as of `coding.coding`.
    """
    found = coding(data)
    level = data.settings.uncertainty.level
    names = [name for name in _HEADINGS if (found.judged["department"] == name).any()]
    rows = [_row(found.judged, name, level) for name in (_ALL, *names)]
    facts = _facts(found) | {name: rows[0][name] for name in ("agreed_share", "kappa", "kappa_low", "kappa_high")}
    facts |= {"level": level, "abstained_share": rows[0]["abstained_share"]}
    judged_by = "by_time" if found.by_time else "by_student"
    notes, of_calls = _of_calls(data)
    return Finding(
        key="churn.text_coding",
        table=pd.DataFrame(rows),
        facts=facts | of_calls,
        sentences=("sentence", judged_by, "applied" if facts["open"] else "nothing_open", *notes),
        caveats=("coding_people", "coding_harder"),
    )


def _of_calls(data: Data) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Say of notes of save calls, how many there are of leavers, whether they are coded, and if not, why."""
    found = spoken(data)
    checked = found.judged[found.judged["sure"]] if found.is_coded else found.judged
    facts: dict[str, Any] = {
        "notes": len(found.open) + found.filed,
        "notes_filed": found.filed,
        "notes_judged": len(checked),
        "notes_share": data.settings.causes.text_agreement_share,
        "notes_open": len(found.open),
        "notes_coded": int(found.open["department"].notna().sum()),
    }
    if not facts["notes"]:
        return (), {}
    if checked.empty:
        return ("calls_few",), facts
    agrees = checked["given"] == checked["department"]
    low, high = wilson(int(agrees.sum()), len(agrees), data.settings.uncertainty.level)
    facts |= {"notes_agreed_share": float(agrees.mean())}
    facts |= {"notes_agreed_share_low": float(low), "notes_agreed_share_high": float(high)}
    facts |= {"notes_coded_share": facts["notes_coded"] / max(facts["notes_open"], 1)}
    return ("calls_coded" if found.is_coded else "calls_unsure",), facts


def text_coding_table(data: Data) -> Finding:
    """Count which department texts were coded to, by the one that people filed them under.

    Parameters
    ----------
    data : Data
        As for `text_coding`.

    Returns
    -------
    Finding
        `churn.text_coding_table`: one row per department that people filed texts under, a column per department that
        they were coded to (`as_market` and so on), and those on which the coding was not sure.

    Raises
    ------
    NotEnoughData
        If no text is coded, as of `coding.coding`.
    """
    found = coding(data)
    judged = found.judged
    given = judged["given"].where(judged["given"].notna(), "abstained")
    headings = [*_HEADINGS, "abstained"]
    counts = pd.DataFrame(cross_table(judged["department"], given, headings), index=headings, columns=headings)
    counts = counts.loc[list(_HEADINGS)].astype("int64")
    counts = counts.rename(columns={name: f"as_{name}" for name in _HEADINGS})
    table = counts.rename_axis("department").reset_index()
    apart = counts.drop(columns="abstained").to_numpy() * (1 - np.eye(len(_HEADINGS), dtype="int64"))
    people, machine = divmod(int(apart.argmax()), len(_HEADINGS))
    facts = _facts(found) | {"missed": int(apart.sum()), "most": int(apart.max())}
    facts |= {"people": Said(f"code.department.{_HEADINGS[people]}")}
    facts |= {"machine": Said(f"code.department.{_HEADINGS[machine]}")}
    return Finding(
        key="churn.text_coding_table",
        table=table,
        facts=facts,
        sentences=("sentence",) if facts["missed"] else ("always",),
    )


def _row(judged: pd.DataFrame, name: str, level: float) -> dict[str, Any]:
    mine = judged if name == _ALL else judged[judged["department"] == name]
    coded = mine[mine["given"].notna()]
    agreed = int((coded["given"] == coded["department"]).sum())
    low, high = wilson(agreed, len(coded), level)
    kappa = _kappa(judged[judged["given"].notna()], name, level)
    return {
        "department": name,
        "judged_texts": len(mine),
        "abstained_share": 1 - len(coded) / len(mine),
        "agreed_share": agreed / len(coded) if len(coded) else np.nan,
        "agreed_share_low": float(low),
        "agreed_share_high": float(high),
        "kappa": kappa.kappa,
        "kappa_low": kappa.low,
        "kappa_high": kappa.high,
    }


def _kappa(coded: pd.DataFrame, name: str, level: float) -> Kappa:
    people, machine = coded["department"], coded["given"]
    if name == _ALL:
        return cohens_kappa(cross_table(people, machine, _HEADINGS), level=level)
    return cohens_kappa(cross_table(people == name, machine == name, ("True", "False")), level=level)


def _facts(found: Coding) -> dict[str, Any]:
    return {
        "filed": found.filed,
        "judged": len(found.judged),
        "open": len(found.open),
        "coded": int(found.open["department"].notna().sum()),
        "coded_share": float(found.open["department"].notna().mean()) if len(found.open) else 0.0,
        "from_on": found.from_on,
    }
