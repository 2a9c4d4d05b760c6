"""What did a training do to the KPIs of the people trained, and would it have come without it?"""

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.results.effects import all_effects
from churnlab.kirkpatrick.results.outcomes import outcome_effects
from churnlab.kirkpatrick.results.telling import told


def kpi_effects(evaluated: Evaluation) -> Finding:
    """Say what a training did to the KPIs of the people trained: the level-4 answer.

    p-values are Holm's, over all KPIs that a claim is made of and all `outcomes` beside them: both are the
    results of one training. An effect is `shown` (or `worse`) where that is below
    1 − level and the groups were alike before; else `not_shown`, or `doubtful` where they were not, or too few groups
    could have told. What has nothing to be compared with is a `change`.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `results.kpi_effects`: one row a KPI, `metric`, `effect_verdict`, `kpi_before` and `kpi_without` (of the
        trained, before, and after had they not been trained), `kpi_after`, `kpi_effect` (with its interval, in words),
        `relative_change_share` with its interval (the effect over what it was before),
        `holm_p_value`, `judged_by`, `told_by` (people trained and compared, in words), `people_trained`,
        `people_compared`, `months_after`. Facts: counts of each verdict.

    Raises
    ------
    NotEnoughData
        If no KPI has `results.fewest_people` trained with months before and after.
    """
    found = all_effects(evaluated)
    if not found:
        raise NotEnoughData("results.nothing_told", least=evaluated.data.settings.results.fewest_people)
    share = evaluated.data.settings.results.kpi_share
    return told(evaluated, found, "results.kpi_effects", outcome_effects(evaluated), share)
