"""The definition of an end told again, one student and one day at a time, slowly and without a trick.

An oracle: it shares no code with churnlab, and takes the same rows. Days are integers since 1970-01-01.
"""

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from churnlab.settings import Settings

FAR = 10**6


def number(when: Any) -> int | None:
    """Return the day of a time; None for none."""
    return None if when is None or pd.isna(when) else (pd.Timestamp(when).normalize() - pd.Timestamp(0)).days


@dataclass
class Stay:
    """One stay of one student."""

    entered: int | None = None
    seen: int = -1
    left: int | None = None
    known: int | None = None
    kind: str | None = None


@dataclass(frozen=True)
class Exit:
    """What the register says of one contract: of which day it tells, when that could first be read, and why."""

    contract: str
    left: int
    told: int
    reason: str


@dataclass
class Contract:
    """One contract with all that concerns it."""

    row: dict[str, Any]
    lessons: list[tuple[int, bool, float]]
    stops: list[tuple[int, str]]
    holds: list[tuple[int, int]]
    signed: int = 0
    starts: int = 0
    stretches: list[list[Any]] = field(default_factory=list)

    def work_out(self, as_of: int) -> None:
        """Find from when to when it ran."""
        self.signed = number(self.row["signed_at"])
        self.starts = max(self.signed, number(self.row.get("starts_on")) or 0)
        ends, how = self.natural_end(as_of)
        stretch = [self.signed, ends, how]
        self.stretches = [stretch]
        open_ = True
        for day, what in sorted(
            [(day, "1" + how) for day, how in self.stops]
            + [(day, "0lesson") for day, served, _ in self.lessons if served],
        ):
            if what == "0lesson":
                if not open_:
                    self.stretches.append([day, max(ends, day), how])
                    open_ = True
            elif open_ and max(day, self.signed) < ends:
                self.stretches[-1][1:] = [max(day, self.signed), what[1:]]
                open_ = False

    def natural_end(self, as_of: int) -> tuple[int, str]:
        """Return its last day if nothing breaks it off, and how it ended then."""
        hours = (self.row.get("hours_bought") or 0) + (self.row.get("hours_free") or 0)
        by_hours = self.row["billing"] == "by_hours" and hours > 0
        gone, used = FAR, 0.0
        for day in sorted({day for day, _, _ in self.lessons}):
            used += sum(spent for on, _, spent in self.lessons if on == day)
            if by_hours and used >= hours:
                gone = day
                break
        period = number(self.row.get("ends_on"))
        if period is None:
            period = FAR
        else:
            day = self.starts
            while day <= period and day < as_of:
                period += any(begins <= day < back for begins, back in self.holds)
                day += 1
        ends = max(min(gone, period), self.signed)
        if ends >= FAR:
            return FAR, "running"
        return ends, "hours" if gone <= period else "expired" if by_hours else "period"


def stays(tables: dict[str, list[dict[str, Any]]], as_of: str, rules: Settings) -> pd.DataFrame:
    """Return `unit_id`, `episode`, `entered_on`, `left_on`, `known_on`, `end_kind` of all students."""
    today = number(as_of)
    students = sorted({row["student_id"] for row in tables["enrolments"]})
    rows = []
    for student in students:
        mine = {name: [row for row in part if row.get("student_id") == student] for name, part in tables.items()}
        found = [stay for stay in _walk(mine, today, rules) if stay.entered is not None]
        rows += [(student, place, s.entered, s.left, s.known, s.kind) for place, s in enumerate(found, start=1)]
    frame = pd.DataFrame(rows, columns=["unit_id", "episode", "entered_on", "left_on", "known_on", "end_kind"])
    for name in ("entered_on", "left_on", "known_on"):
        frame[name] = pd.to_datetime(frame[name], unit="D").astype("datetime64[ns]")
    return frame


def _walk(mine: dict[str, list[dict[str, Any]]], today: int, rules: Settings) -> list[Stay]:
    contracts = _contracts(mine, today, rules.outcome.longest_suspension_days)
    if not contracts:
        return []
    first = min(contract.signed for contract in contracts)
    attended = {number(row["starts_at"]) for row in mine["lessons"] if row["status"] in ("present", "late")}
    lessons = {day for day in attended if first <= day < today}
    exits = [left for row in mine["enrolments"] for left in _register(row, mine, today)]
    done: list[Stay] = []
    now: Stay | None = None
    served = first
    for day in range(first, today + 1):
        if now is not None:
            known, kind = _told(now.seen, contracts, rules, day)
            if known <= day:
                now.left, now.known = now.seen, known
                now.kind = _judged(kind, now, contracts, exits, rules)
                if known == now.seen + 1 and _running_until(contracts, now.seen)[1] == "withdrawn":
                    now.left = _registered(now, exits, served, rules)
                done.append(now)
                now = None
        if day == today:
            break
        enters = day in lessons or any(_began(contract, day) for contract in contracts)
        if enters or _weak(day, contracts, now):
            now = now or Stay()
            now.seen = day
            now.entered = day if enters and now.entered is None else now.entered
            served = day if enters else served
        elif any(contract.signed == day for contract in contracts):
            now = now or Stay()
            now.seen = day
    return done + ([now] if now is not None else [])


def _contracts(mine: dict[str, list[dict[str, Any]]], today: int, longest_hold: int) -> list[Contract]:
    contracts = []
    past = [row for row in mine["lessons"] if number(row["starts_at"]) < today]
    attended = [(number(row["starts_at"]), row["enrolment_id"]) for row in past if row["status"] in ("present", "late")]
    for row in sorted(mine["enrolments"], key=lambda row: (number(row["signed_at"]), row["enrolment_id"])):
        if number(row["signed_at"]) >= today:
            continue
        own = row["enrolment_id"]
        lessons = [
            (number(lesson["starts_at"]), lesson["status"] in ("present", "late"), lesson["hours_used"])
            for lesson in past
            if lesson["enrolment_id"] == own
        ]
        stops = [
            (number(refund["settled_at"]), "refunded")
            for refund in mine["refunds"]
            if refund["enrolment_id"] == own
            and refund["outcome"] == "refunded"
            and number(refund["settled_at"]) < today
        ]
        stops += [(left.told, "withdrawn") for left in _register(row, mine, today)]
        holds = []
        for hold in mine["suspensions"]:
            named, begins = hold.get("enrolment_id"), number(hold["from_on"])
            if named not in (None, own) or begins >= today:
                continue
            back = number(hold["to_on"])
            back = FAR if back is None or back >= today else back
            came = [day for day, which in attended if day > begins and named in (None, which)]
            holds.append((begins, min([back, *came, begins + longest_hold])))
        contract = Contract(row=row, lessons=lessons, stops=stops, holds=holds)
        contract.work_out(today)
        contracts.append(contract)
    return contracts


def _register(contract: dict[str, Any], mine: dict[str, list[dict[str, Any]]], today: int) -> list[Exit]:
    """Return the exits from a contract, less those written down after somebody had come to it again."""
    own, signed = contract["enrolment_id"], number(contract["signed_at"])
    rows = []
    for row in mine["exits"]:
        left = number(row["left_on"])
        told = max(left, number(row.get("recorded_on")) or 0)
        if row.get("enrolment_id") in (None, own) and signed <= left and told < today:
            rows.append((left, told, row["reason_code"]))
    first = {left: min(told for day, told, _ in rows if day == left) for left, _, _ in rows}
    came = [
        number(lesson["starts_at"])
        for lesson in mine["lessons"]
        if lesson["enrolment_id"] == own and lesson["status"] in ("present", "late")
    ]
    return [
        Exit(own, left, first[left], reason)
        for left, _, reason in rows
        if not any(left < day <= first[left] for day in came)
    ]


def _began(contract: Contract, day: int) -> bool:
    return day == min(contract.starts, contract.stretches[0][1]) or any(day == s[0] for s in contract.stretches[1:])


def _running_until(contracts: list[Contract], day: int) -> tuple[int, str, Contract | None]:
    """Return the last day of all stretches begun by a day; of several the one begun last."""
    best: tuple[int, str, Contract | None] = (-1, "none", None)
    begun = [(s[0], place, s, c) for place, c in enumerate(contracts) for s in c.stretches if s[0] <= day]
    for _, _, stretch, contract in sorted(begun, key=lambda item: (item[0], item[3].row["enrolment_id"])):
        if stretch[1] >= best[0]:
            best = (stretch[1], stretch[2], contract)
    return best


def _weak(day: int, contracts: list[Contract], now: Stay | None) -> bool:
    """Tell whether a day says that a student is still here, though it could not bring one back."""
    if now is None:
        # Only a lesson, a start or a signing begins anew; waiting for a start goes on from the signing.
        return False
    for contract in contracts:
        first = contract.stretches[0]
        if first[0] <= day <= min(contract.starts, first[1]):
            return True
        for begins, back in contract.holds:
            for stretch in contract.stretches:
                if stretch[0] <= begins <= stretch[1] and begins <= day <= min(back - 1, stretch[1]):
                    return True
        for stretch in contract.stretches:
            closes = stretch[2] in ("period", "withdrawn") and stretch[1] == day
            if closes and _running_until(contracts, day)[0] == day:
                return True
    return False


def _told(seen: int, contracts: list[Contract], rules: Settings, day: int) -> tuple[int, str]:
    """Return the first day on which it can be told that `seen` was the last, and how; as far as `day`."""
    ends, how, _ = _running_until(contracts, seen)
    last = max(ends, seen)
    missed = 0
    for missing in range(seen + 1, day):
        when = pd.Timestamp(missing, unit="D").date()
        missed += not any(p.from_on <= when <= p.to_on for p in rules.calendar.school_holidays)
        if missed >= rules.outcome.inactivity_days and missing <= last:
            return missing + 1, "dormant"
    if how == "withdrawn" and ends == seen:
        return seen + 1, "withdrawn"
    told = max(seen + rules.outcome.grace_days, last) + 1
    return told, "refunded" if how == "refunded" else "not_renewed"


def _judged(kind: str, stay: Stay, contracts: list[Contract], exits: list[Any], rules: Settings) -> str:
    _, how, contract = _running_until(contracts, stay.left)
    since = stay.left - rules.outcome.grace_days
    near = [(left.told, left.reason) for left in exits if since <= left.told < stay.known]
    reason = max(near)[1] if near else ""
    is_finished = kind != "dormant" and how in ("period", "hours") and contract.row["course_id"] == "art"
    if is_finished or reason == "graduated":
        return "completed"
    return "personal" if reason == "moved" or reason.startswith("personal") else kind


def _registered(stay: Stay, exits: list[Exit], served: int, rules: Settings) -> int:
    """Return of which day the register tells that ended a stay, as far back as may be."""
    left = max(left.left for left in exits if left.told == stay.left)
    return max(left, served, stay.left - rules.outcome.grace_days)
