"""What lies behind the tables beside the lives: who asked, by which campaign, and why those left who left?"""

from dataclasses import dataclass

import pandas as pd

from churnlab.synthetic.asking import Askers, asking
from churnlab.synthetic.campaigns import campaigns
from churnlab.synthetic.causes import causes
from churnlab.synthetic.history import History
from churnlab.synthetic.not_started import not_started
from churnlab.synthetic.state import World
from churnlab.synthetic.training.selling import looked_after, signers
from churnlab.synthetic.training.telling import Trained


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
    signers : pandas.Series, optional
        Who of the staff signed each contract, by its number; missing where the institution trains nobody: by chance.
    """

    plan: pd.DataFrame
    askers: Askers
    not_started: pd.DataFrame
    causes: pd.DataFrame
    signers: pd.Series | None


def look_behind(world: World, past: History, trained: Trained | None) -> Behind:
    """Draw all of it."""
    plan = campaigns(world)
    askers = looked_after(world, trained, asking(world, past, plan))
    return Behind(
        plan=plan, askers=askers, not_started=not_started(world, askers), causes=causes(world, past),
        signers=signers(world, trained, past, askers),
    )  # fmt: skip
