"""Does a mean answer reach the pass line, as far as its interval tells?"""

import pandas as pd

from churnlab.kirkpatrick.reaction.answers import out_of_100
from churnlab.settings.reaction import Reaction

PASSED, FAILED, OPEN = "passed", "failed", "open"


def judged(mean: float, low: float, high: float, people: int, rules: Reaction) -> dict[str, float | str | None]:
    """Write a mean of 1 to 5 out of 100, and judge it by the pass line.

    Returns
    -------
    dict
        `reaction_of_100_score` with `_low` and `_high`, by `[reaction] mapping`, and `reaction_verdict`: `passed` if
        all of the interval is at or above the line, `failed` if all of it is below, else `open`, as with fewer than
        `[reaction] least_people`; None where there is no mean.
    """
    score, least, most = (out_of_100(one, rules.mapping) for one in (mean, low, high))
    told = {
        "reaction_of_100_score": score, "reaction_of_100_score_low": least, "reaction_of_100_score_high": most,
    }  # fmt: skip
    if pd.isna(mean):
        return {**told, "reaction_verdict": None}
    if people < rules.least_people or not (least >= rules.pass_line or most < rules.pass_line):
        return {**told, "reaction_verdict": OPEN}
    return {**told, "reaction_verdict": PASSED if least >= rules.pass_line else FAILED}
