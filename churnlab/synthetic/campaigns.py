"""Which campaigns were run, where, and for how much?"""

import numpy as np
import pandas as pd

from churnlab.synthetic.blanks import where_known
from churnlab.synthetic.dice import with_own_dice
from churnlab.synthetic.institution import CHANNELS
from churnlab.synthetic.state import World
from churnlab.synthetic.steps import Floats, Ints

EVERY_DAYS = {"短视频": 70, "地推": 100, "异业合作": 150}
"""How often a channel has a campaign: the short videos one for all campuses, the others one for each."""
ONLINE = "短视频"
DAYS = (14, 36)
CAME_BY_IT = 0.7
"""Of those who ask by the channel while it runs, so many came by the campaign."""
LOG_ODDS = (-0.6, 0.0, 0.5)
"""What a campaign adds to the log-odds of booking a trial: it brings people who only look, or who mean it."""
NAMES = {
    "短视频": ("直播体验课", "名师短视频周", "九块九试听"),
    "地推": ("社区地推日", "校门口公益测评"),
    "异业合作": ("商场嘉年华", "绘本馆联名周"),
}


def campaigns(world: World) -> pd.DataFrame:
    """Return one row a campaign: `channel`, `campus` (−1: all), `starts`, `ends` (its last day), `log_odds`, `name`."""
    rng, days, rows = with_own_dice(world, "campaigns").rng, world.days.days, []
    for channel, every in EVERY_DAYS.items():
        for campus in (-1,) if channel == ONLINE else range(world.institution.campuses):
            starts = int(rng.integers(0, every))
            while starts < days:
                ends = starts + int(rng.integers(*DAYS))
                name = str(rng.choice(NAMES[channel]))
                rows.append((CHANNELS.index(channel), campus, starts, ends, float(rng.choice(LOG_ODDS)), name))
                starts = ends + 7 + int(rng.integers(every // 2, every))
    types = {**dict.fromkeys(("channel", "campus", "starts", "ends"), "int64"), "log_odds": "float64", "name": "object"}
    table = pd.DataFrame(rows, columns=list(types)).astype(types)
    return table.sort_values(["starts", "channel", "campus"], ignore_index=True)


class Running:
    """Which campaign runs where and when?"""

    def __init__(self, world: World, plan: pd.DataFrame) -> None:
        self.days = world.days.days
        self.at = np.full((len(CHANNELS), world.institution.campuses, self.days), -1, dtype=np.int64)
        self.log_odds = np.append(plan["log_odds"].to_numpy(dtype=float), 0.0)
        rows = plan[["channel", "campus", "starts", "ends"]].to_numpy(dtype=np.int64)
        for number, (channel, campus, starts, ends) in enumerate(rows):
            where = slice(None) if campus < 0 else slice(campus, campus + 1)
            self.at[channel, where, starts : ends + 1] = number

    def number(self, channel: Ints, campus: Ints, asked: Floats) -> Ints:
        """Return the campaign that runs for each, −1 without one."""
        return self.at[channel, campus, np.clip(asked.astype(np.int64), 0, self.days - 1)]


def campaign_ids(plan: pd.DataFrame) -> np.ndarray:
    """Return the id of each campaign."""
    return np.array([f"HD{number:05d}" for number in range(1, 1 + len(plan))], dtype=object)


def campaign_of(plan: pd.DataFrame, number: Ints) -> np.ndarray:
    """Return the id of the campaign by which each came; None without one."""
    ids = campaign_ids(plan)
    return where_known(number >= 0, ids[number] if len(ids) else None)


def campaign_table(world: World, plan: pd.DataFrame, leads: pd.DataFrame) -> pd.DataFrame:
    """Return the table `campaigns`: what was spent, seen and asked."""
    rng, days = with_own_dice(world, "spending").rng, world.days
    many, ids = len(plan), campaign_ids(plan)
    asked = leads["campaign_id"].value_counts().reindex(ids, fill_value=0).to_numpy()
    online = (plan["channel"] == CHANNELS.index(ONLINE)).to_numpy()
    budget = np.round(rng.uniform(4_000, 24_000, many), -2)
    names = np.array([*world.institution.campus_names, None], dtype=object)
    started = pd.DatetimeIndex(days.date(plan["starts"].to_numpy()))
    return pd.DataFrame(
        {
            "campaign_id": ids,
            "name": [f"{on:%Y年%m月}{name}" for on, name in zip(started, plan["name"], strict=True)],
            "channel": np.array(CHANNELS, dtype=object)[plan["channel"]],
            "kind": np.where(online, "online", "offline"),
            "campus": names[plan["campus"]],
            "starts_on": started,
            "ends_on": days.date(plan["ends"].to_numpy()),
            "budget_cny": budget,
            "spend_cny": np.round(budget * rng.uniform(0.75, 1.2, many), 2),
            "impressions": asked * rng.integers(150, 600, many)
            + np.where(online, rng.integers(5_000, 60_000, many), 0),
            "participants": asked + rng.poisson(2 * asked + 5),
        }
    )
