"""Whom does the lot hold out?"""

import hmac
from collections.abc import Iterable

import pandas as pd

from churnlab.settings import Calling

ARMS = ("call", "hold_out")
CALL, HOLD_OUT = ARMS
_BYTES = 8


def arms(students: Iterable[str], rules: Calling) -> list[str]:
    """Return each student's arm: the same one for as long as the experiment has its name and its share.

    The lot is a keyed digest of the student's id under the experiment's name: it needs no record to be drawn again, is
    the same on every machine, and hangs on nothing that has to do with staying or leaving. Under another name students
    are drawn anew. Under the same name a larger share holds out those of the smaller one and some more, who were to be
    called before; nobody changes arms the other way. Under a smaller one some of those held out may be called, though
    not before the horizon of the list that held them out is over (`trial.bound`). The trial is no worse for it: it
    counts each student once, in the arm of her first list (`trial`), and compares within each list.

    Parameters
    ----------
    students : iterable of str
        Ids as the store has them.
    rules : Calling
        `experiment` and `hold_out_share`.

    Returns
    -------
    list of str
        `call` or `hold_out`.
    """
    key = rules.experiment.encode()
    return [HOLD_OUT if _lot(str(student), key) < rules.hold_out_share else CALL for student in students]


def _lot(student: str, key: bytes) -> float:
    """Return a number between 0 and 1, each as likely."""
    digest = hmac.digest(key, student.encode(), "sha256")
    return int.from_bytes(digest[:_BYTES]) / 256**_BYTES


def within_capacity(ranked: pd.DataFrame, rules: Calling) -> pd.DataFrame:
    """Keep of each campus's ranking as many as it can call, with those held out among them.

    A list ends before the first call that is too many. Given its length, who of it is called and who is held out is as
    random as the lot: no place on it is sure to be one or the other.

    Parameters
    ----------
    ranked : pandas.DataFrame
        `campus` and `arm`, the best first.
    rules : Calling
        `calls_per_month`.

    Returns
    -------
    pandas.DataFrame
        The rows kept, with `position` on the campus's list, from 1.
    """
    is_call = (ranked["arm"] == CALL).astype(int)
    kept = ranked[is_call.groupby(ranked["campus"]).cumsum() <= rules.calls_per_month]
    return kept.assign(position=kept.groupby("campus").cumcount() + 1)
