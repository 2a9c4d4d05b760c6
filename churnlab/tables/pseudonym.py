"""By which name does the store know a person?

HMAC-SHA256 under the institution's key, the first 96 bits as hex: the same person has the same pseudonym in every table
and every month, and without the key nobody can try out all phone numbers. (RFC 2104; that two of ten million persons
share 96 bits has a probability below 1e-14.)
"""

import hmac
import re
from string import ascii_uppercase

from churnlab.tables.scrubbing import holds_number_of_a_person, is_han
from churnlab.tables.values import short

HEX_DIGITS = 24
_SHORTEST_PHONE = 7  # digits of a landline number without its area code
_MOBILE = re.compile(r"(?:00)?86(1[3-9]\d{9})")
_PHONE_ID = re.compile(r"[\d\s+.\-()－]+")
_PSEUDONYM = re.compile(rf"[0-9a-f]{{{HEX_DIGITS}}}")
_PERSON_COLUMNS = frozenset(
    {"student_id", "lead_id", "staff_id", "referrer_id", "respondent_id", "rater_id", "instructor_id"}
)


def pseudonym(value: str, key: bytes) -> str:
    """Return the pseudonym of a normalised value: 24 hex digits."""
    return hmac.digest(key, value.encode(), "sha256").hex()[:HEX_DIGITS]


def fingerprint(key: bytes) -> str:
    """Return five letters that stand for whoever has the key: ids of two institutions' lists do not meet.

    One in twelve million pairs of institutions shares them.
    """
    number = int.from_bytes(hmac.digest(key, b"whose list of calls", "sha256")[:8])
    return "".join(
        ascii_uppercase[number // len(ascii_uppercase) ** place % len(ascii_uppercase)] for place in range(5)
    )


def is_pseudonym(value: str) -> bool:
    """Tell whether an id looks like a pseudonym."""
    return _PSEUDONYM.fullmatch(value) is not None


def normal_phone(value: str) -> str | None:
    """Return a phone number as digits only, +86 dropped; None where it is none (too short, or one digit repeated)."""
    digits = "".join(mark for mark in short(value) if mark.isdecimal())
    digits = _MOBILE.sub(r"\1", digits) if _MOBILE.fullmatch(digits) else digits
    return digits if len(digits) >= _SHORTEST_PHONE and len(set(digits)) > 1 else None


def normal_name(value: str) -> str:
    """Return a name as it is compared: half-width, without case, Chinese names without blanks."""
    name = short(value).casefold()
    return name.replace(" ", "") if is_han(name) else name


def normal_id(value: str) -> str:
    """Return an id that will be pseudonymised: a phone number as `normal_phone` has it, else half-width upper case."""
    phone = normal_phone(value) if _PHONE_ID.fullmatch(value) else None
    return phone or short(value).upper()


def says_who(column: str, references: str | None) -> bool:
    """Tell whether an id column says who somebody is (学号, 老师, 跟进人, 推荐人)."""
    return column in _PERSON_COLUMNS or references in ("students", "staff")


def names_a_person(value: str, column: str, references: str | None) -> bool:
    """Tell whether an id must not be stored as it is.

    Parameters
    ----------
    value : str
        A cleaned id.
    column, references : str, str or None
        Its column, and the table whose key it is.

    Returns
    -------
    bool
        True for phone and resident numbers, emails and WeChat ids anywhere; in columns that say who also for what is a
        name: many systems print `王芳` where a staff number should stand. A pseudonym names nobody, whatever digits it
        happens to have: it stays as it is.
    """
    if is_pseudonym(value):
        return False
    return holds_number_of_a_person(value) or (says_who(column, references) and (is_han(value) or " " in value))
