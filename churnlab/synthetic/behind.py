"""What lies behind the tables beside the lives: who asked, by which campaign, and why those left who left?"""

from dataclasses import dataclass

import pandas as pd

from churnlab.synthetic.asking import Askers, asking
from churnlab.synthetic.campaigns import campaigns
from churnlab.synthetic.causes import causes
from churnlab.synthetic.history import History
from churnlab.synthetic.not_started import not_started
from churnlab.synthetic.state import World


@dataclass(frozen=True, kw_only=True, eq=False)
class Behind:
    """What nobody lives through, drawn with dice of its own.

    Attributes
    ----------
    plan : pandas.DataFrame
        The campaigns.
    askers : Askers
        All who asked.
    not_started : pandas.DataFrame
        Those who had signed by the end and had no lesson yet.
    causes : pandas.DataFrame
        Why each left who churned, indexed as `History.ends`.
    """

    plan: pd.DataFrame
    askers: Askers
    not_started: pd.DataFrame
    causes: pd.DataFrame


def look_behind(world: World, past: History) -> Behind:
    """Draw all of it."""
    plan = campaigns(world)
    askers = asking(world, past, plan)
    return Behind(plan=plan, askers=askers, not_started=not_started(world, askers), causes=causes(world, past))
