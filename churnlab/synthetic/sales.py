"""What was bought, for how much, and how was it paid?"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from churnlab.synthetic.blanks import where_known
from churnlab.synthetic.clock import moments, office_minutes
from churnlab.synthetic.contracting import EXPANSION, NEW, SIGNINGS
from churnlab.synthetic.history import History
from churnlab.synthetic.institution import COURSES
from churnlab.synthetic.people import student_ids, those_with_role
from churnlab.synthetic.places import HOURS_PER_LESSON, PRICE_CNY
from churnlab.synthetic.state import World

CAMPUS_PRICE = (1.05, 1.0, 0.95)
PRICE_RISE_A_YEAR = 1.03
FREE_SHARE = 0.25
VALIDITY_SHARE = 0.5
INSTALMENTS_SHARE = (0.75, 0.18, 0.07)
INSTALMENT_DAYS = 30
VOID_SHARE = 0.008
METHODS = ("微信", "支付宝", "银行卡", "现金")


def enrolment_ids(past: History) -> pd.Series:
    """Return the id of each contract by its number, in the order of signing."""
    order = past.contracts.sort_values(["signed", "student"], kind="stable").index
    ids = [f"HT{number:08d}" for number in range(10_000_001, 10_000_001 + len(order))]
    return pd.Series(ids, index=order, dtype=object).sort_index()


def prices(world: World, past: History) -> pd.DataFrame:
    """Return what each contract costs: `hours`, `free`, `amount_due`, `per_hour` and `per_lesson` (CNY), by number."""
    rows, rng = past.contracts, world.rng
    course, campus = rows["course"].to_numpy(), rows["campus"].to_numpy()
    place = np.array(CAMPUS_PRICE)[campus % len(CAMPUS_PRICE)]
    year = PRICE_RISE_A_YEAR ** (rows["signed"].to_numpy() // 365)
    per_hour = np.round(PRICE_CNY[course] * place * year * np.exp(world.students.discount[rows["student"]]))
    lessons = rows["lessons"].to_numpy()
    gift = rows["by_hours"].to_numpy() & (rng.random(len(rows)) < FREE_SHARE) & (lessons >= 12)
    free = gift * rng.integers(1, 3, len(rows)) * HOURS_PER_LESSON[course]
    hours = lessons * HOURS_PER_LESSON[course] - free
    due = np.round(per_hour * hours)
    return pd.DataFrame(
        {
            "hours": hours,
            "free": free,
            "amount_due": due,
            "per_hour": due / (hours + free),
            "per_lesson": due / lessons,
        },
        index=rows.index,
    )


def enrolments(
    world: World, past: History, price: pd.DataFrame, paid: pd.DataFrame, signers: pd.Series | None
) -> pd.DataFrame:
    """Return the table `enrolments`, void contracts among them; without signers, signed by one of the first two."""
    rows, days, ids = past.contracts, world.days, enrolment_ids(past)
    by_hours, many = rows["by_hours"].to_numpy(), len(rows)
    starts, ends = rows["starts"].to_numpy(), rows["ends"].to_numpy()
    validity = by_hours & (world.rng.random(many) < VALIDITY_SHARE)
    until = np.where(by_hours, starts + 3 * (ends - starts) + 180, ends)
    campus = np.array(world.institution.campus_names)[rows["campus"]]
    minutes = office_minutes(many, world.rng)
    anyone = those_with_role(world, "课程顾问", rows["campus"].to_numpy())
    table = pd.DataFrame(
        {
            "enrolment_id": ids.to_numpy(),
            "student_id": student_ids(world)[rows["student"]],
            "campus": campus,
            "course_id": np.array(COURSES)[rows["course"]],
            "kind": np.array(SIGNINGS)[rows["signing"]],
            "billing": np.where(by_hours, "by_hours", "by_period"),
            "signed_at": moments(days, rows["signed"].to_numpy(), minutes),
            "starts_on": days.date(rows["planned"].to_numpy()),
            "ends_on": pd.Series(days.date(until)).where(validity | ~by_hours).to_numpy(),
            "hours_bought": np.where(by_hours, price["hours"], np.nan),
            "hours_free": np.where(by_hours, price["free"], np.nan),
            "amount_due": price["amount_due"].to_numpy(),
            "amount_paid": paid.groupby("contract")["amount"].sum().reindex(rows.index, fill_value=0.0).to_numpy(),
            "renews_id": where_known(rows["signing"] != NEW, ids.reindex(rows["previous"])),
            "staff_id": anyone if signers is None else signers.to_numpy(),
            "status": _status(past, days.days),
        }
    )
    return _with_void(world, table).sort_values("enrolment_id", ignore_index=True)


def _status(past: History, days: int) -> npt.NDArray[np.str_]:
    rows = past.contracts
    extra = (rows["signing"] == EXPANSION).to_numpy()
    left = past.ends.groupby("extra")["left"].first().reindex(rows.index).notna().to_numpy()
    over = np.where(extra, (rows["ends"] < days) | left, rows["closed"] >= 0)
    on_hold = past.suspended[rows["student"]] & ~extra
    return np.where(over, "ended", np.where(on_hold, "suspended", "active"))


def _with_void(world: World, table: pd.DataFrame) -> pd.DataFrame:
    """Add contracts that were entered by mistake minutes before the right one, and voided."""
    wrong = table[world.rng.random(len(table)) < VOID_SHARE]
    wrong = wrong.assign(
        enrolment_id=[f"HT{number:08d}" for number in range(90_000_001, 90_000_001 + len(wrong))],
        signed_at=wrong["signed_at"] - pd.Timedelta(minutes=7),
        amount_paid=0.0,
        status="void",
    )
    return pd.concat([table, wrong], ignore_index=True)


def payments(world: World, past: History, price: pd.DataFrame) -> pd.DataFrame:
    """Return instalments: `contract`, `student`, `day`, `amount`; those due after the student left never came."""
    rows, rng = past.contracts, world.rng
    parts = 1 + rng.choice(3, len(rows), p=INSTALMENTS_SHARE)
    number = np.concatenate([np.arange(part) for part in parts]) if len(rows) else np.empty(0, dtype=int)
    which = np.repeat(np.arange(len(rows)), parts)
    due, many = price["amount_due"].to_numpy()[which], parts[which]
    amount = np.where(number == 0, due - (many - 1) * (due // many), due // many)
    day = rows["signed"].to_numpy()[which] + INSTALMENT_DAYS * number
    left = past.episodes.set_index(["student", "episode"])["left"]
    until = left.reindex(pd.MultiIndex.from_frame(rows[["student", "episode"]])).fillna(-1).to_numpy()[which]
    kept = (day < world.days.days) & ((until < 0) | (day <= until) | (number == 0))
    found = pd.DataFrame({"contract": rows.index[which], "student": rows["student"].to_numpy()[which], "day": day})
    return found.assign(amount=amount)[kept].reset_index(drop=True)


def payment_table(world: World, past: History, paid: pd.DataFrame) -> pd.DataFrame:
    """Return the table `payments`."""
    paid = paid.sort_values(["day", "contract"], kind="stable")
    return pd.DataFrame(
        {
            "payment_id": [f"SK{number:08d}" for number in range(10_000_001, 10_000_001 + len(paid))],
            "enrolment_id": enrolment_ids(past).reindex(paid["contract"]).to_numpy(),
            "student_id": student_ids(world)[paid["student"]],
            "paid_at": moments(world.days, paid["day"].to_numpy(), 20 * 60 + world.rng.integers(0, 90, len(paid))),
            "amount": paid["amount"].to_numpy(),
            "method": world.rng.choice(METHODS, len(paid), p=[0.5, 0.3, 0.15, 0.05]),
        }
    )
