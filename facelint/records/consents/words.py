"""The words of other standards, and their ways to write a day, as this vocabulary says them.

Sources: W3C DPV 2.0 (modules consent_status, consent_types, purposes) and its extension PD; Kantara Consent Receipt
1.1.0, 4.3 to 4.5 and its example. Words without an equal here are left as they stand, and so are not of the type.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from facelint.conditions import Period
from facelint.facts import PII_TYPES, PURPOSES
from facelint.truth import moved
from facelint.values import DATE, NotOfType, convert

_PREFIXED = re.compile(
    r"(?:https?://(?:www\.)?w3id\.org/dpv\b[^\s#]*[#/]|(?:dpv|pd|loc|dpv-pd|dpv-legal|legal)(?:-owl)?:)([\w-]+)\Z"
)
"""A name of DPV or of one of its extensions, written out or with the usual prefix."""
MARKS = r"w3id\.org/dpv|\b(?:dpv|pd|loc|legal)(?:-owl)?:"
"""RE2: what a cell holds if one of its members may be such a name."""

STATES = {
    "ConsentUnknown": "unknown",
    "ConsentRequested": "requested",
    "ConsentRequestDeferred": "deferred",
    "ConsentRefused": "refused",
    "ConsentGiven": "given",
    "RenewedConsentGiven": "renewed",
    "ConsentWithdrawn": "withdrawn",
    "ConsentRevoked": "revoked",
    "ConsentTerminated": "revoked",
    "ConsentExpired": "expired",
    "ConsentInvalidated": "invalidated",
}
TYPES = {
    "ImpliedConsent": "implied",
    "ExpressedConsent": "expressed",
    "ExplicitlyExpressedConsent": "explicit",
    "EXPLICIT": "explicit",
    "IMPLICIT": "implied",
}
_PURPOSES = {
    "EnforceAccessControl": "access-control",
    "ResearchAndDevelopment": "research",
    "AcademicResearch": "research",
    "CommercialResearch": "research",
    "NonCommercialResearch": "research",
}
_DATA = {
    "FacialPrint": "face_template",
    "Name": "name",
    "Contact": "contact",
    "EmailAddress": "contact",
    "TelephoneNumber": "contact",
    "Location": "location",
    "OfficialID": "id_document",
}
_NUMBERED = {"2 - Contact": "contact"}
_EPOCH = re.compile(r"[0-9]{10}(?:[0-9]{3})?\Z")
"""Seconds since 1970, as Kantara has it, from 2001 on; or milliseconds, as many write it."""
_DURATION = re.compile(
    r"P(?=[0-9T])(?:([0-9]{1,4})Y)?(?:([0-9]{1,5})M)?(?:([0-9]{1,5})W)?(?:([0-9]{1,7})D)?"
    r"(?:T(?=[0-9])(?:([0-9]{1,7})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})S)?)?\Z"
)


def local(text: str) -> str:
    """The name without its namespace where it is of DPV, else the text."""
    match = _PREFIXED.match(text)
    return match[1] if match else text


def state(text: str) -> str:
    return STATES.get(local(text), text)


def kind(text: str) -> str:
    """How a consent was expressed."""
    return TYPES.get(local(text), text)


def purpose(text: str) -> str:
    return text if local(text) == text else _PURPOSES.get(local(text), text)


def data(text: str) -> str:
    """A kind of personal data."""
    return _NUMBERED.get(text, text) if local(text) == text else _DATA.get(local(text), text)


def place(text: str) -> str:
    """A place or jurisdiction: `loc:IE` is IE."""
    return local(text)


def best_purpose(candidates: list[str]) -> str | None:
    """Of what is said of one purpose, the first that is of the value set, else the first."""
    return _best([purpose(text) for text in candidates], PURPOSES)


def best_data(candidates: list[str]) -> str | None:
    return _best([data(text) for text in candidates], PII_TYPES)


def _best(candidates: list[str], members: tuple[str, ...]) -> str | None:
    return next((one for one in candidates if one in members), candidates[0] if candidates else None)


def day(text: str) -> str:
    """A day from a number of seconds or milliseconds since 1970, in UTC; any other text as it is."""
    stripped = text.strip()
    if not _EPOCH.match(stripped):
        return text
    return (date(1970, 1, 1) + timedelta(seconds=int(stripped[:10]))).isoformat()


def until(start: str, text: str) -> str:
    """The day that an ISO 8601 duration from `start` on leads to; what is no duration as `day` has it."""
    match = _DURATION.match(text.strip())
    if not match:
        return day(text)
    try:
        begin = convert(day(start), DATE)
    except NotOfType:
        begin = None
    if not isinstance(begin, date):
        return text
    years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    clock = timedelta(hours=hours, minutes=minutes, seconds=seconds).days
    return moved(begin, Period(12 * years + months, 7 * weeks + days + clock)).isoformat()


def moment(text: str) -> datetime | None:
    """When it was, for putting in order; UTC where no zone is stated."""
    try:
        at = datetime.fromisoformat(day(text).strip())
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
