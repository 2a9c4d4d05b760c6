"""Whom did the institution call, and what came of it?"""

import pandas as pd

from churnlab.synthetic.blanks import nothing
from churnlab.synthetic.history import History
from churnlab.synthetic.state import World


def calls(world: World, past: History) -> pd.DataFrame:
    """Return the table `calls`: no list has been made."""
    return nothing("calls")
