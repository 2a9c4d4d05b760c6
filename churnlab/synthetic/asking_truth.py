"""How far did each who asked really go, and how likely was each step?"""

import numpy as np
import pandas as pd

from churnlab.synthetic.asking import TIMES, Askers
from churnlab.synthetic.campaigns import campaign_of
from churnlab.synthetic.history import History
from churnlab.synthetic.institution import CHANNELS
from churnlab.synthetic.leads import lead_ids, lost_day, moments_of
from churnlab.synthetic.state import World
from churnlab.synthetic.steps import STEPS, WAITING_DAYS, WORSE_DAYS, WORSE_LOG_ODDS, WORSE_STEP, worse_campus

ALL = ""
"""Stands for all campuses, or all channels, together."""


def lead_truth(world: World, past: History, askers: Askers, plan: pd.DataFrame) -> pd.DataFrame:
    """Return one row per lead, in the order of the table: what `Truth.leads` says."""
    times = {f"{step}_at": _taken(world, askers, number) for number, step in enumerate(TIMES[1:], start=1)}
    first = past.episodes[past.episodes["episode"] == 1].set_index("student")["entered"]
    day = first.reindex(askers.student).fillna(-1).to_numpy().astype(np.int64)
    lost = lost_day(world, askers)
    return pd.DataFrame(
        {
            "lead_id": lead_ids(askers),
            "campus": np.array(world.institution.campus_names, dtype=object)[askers.campus],
            "channel": np.array(CHANNELS, dtype=object)[askers.channel],
            "campaign_id": campaign_of(plan, askers.campaign),
            "owner_id": askers.owner,
            "asked_at": moments_of(world, askers.times[:, 0]),
            "reached": askers.reached,
            **times,
            "lost_on": pd.Series(world.days.date(np.nan_to_num(lost).astype(np.int64))).where(~np.isnan(lost)),
            "first_lesson_on": pd.Series(world.days.date(day)).where(day >= 0),
            **{f"p_{step}": askers.chance[:, number] for number, step in enumerate(STEPS)},
        }
    )


def _taken(world: World, askers: Askers, number: int) -> pd.Series:
    return pd.Series(moments_of(world, askers.times[:, number])).where(askers.reached >= number)


def step_truth(leads: pd.DataFrame) -> pd.DataFrame:
    """Return one row per campus, channel and step: what `Truth.steps` says."""
    reached = leads["reached"].to_numpy()
    lead, step = np.nonzero(reached[:, None] >= np.arange(len(STEPS)))
    each = (
        leads[["campus", "channel"]]
        .take(lead)
        .assign(
            step=step,
            before=1,
            taken=(reached[lead] > step).astype(np.int64),
            probability=leads[[f"p_{name}" for name in STEPS]].to_numpy()[lead, step],
        )
    )
    sums = each.groupby(["campus", "channel", "step"], as_index=False).sum()
    wider = [sums, sums.assign(campus=ALL), sums.assign(channel=ALL), sums.assign(campus=ALL, channel=ALL)]
    table = pd.concat(wider).groupby(["campus", "channel", "step"], as_index=False).sum()
    mean_days = {step: mean for step, (_, mean) in WAITING_DAYS.items()}
    names = table["step"].map(dict(enumerate(STEPS)))
    return table.assign(step=names, probability=table["probability"] / table["before"], mean_days=names.map(mean_days))


def worse_step(world: World) -> dict[str, object]:
    """Return which step has become worse: `campus`, `step`, `from` (day of asking) and `log_odds`."""
    since = pd.Timestamp(world.institution.end) - pd.Timedelta(days=WORSE_DAYS)
    name = world.institution.campus_names[worse_campus(world)]
    return {"campus": name, "step": WORSE_STEP, "from": since, "log_odds": WORSE_LOG_ODDS}
