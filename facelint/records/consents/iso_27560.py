"""ISO/IEC TS 27560:2023 consent records and receipts as JSON.

The specification names fields (6.3.3 to 6.3.7) and groups them, but lays down no encoding. So a field is looked for by
its name in whatever groups an object has; `record`, `pii_processing`, `party_identification` and `event` are usual.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from facelint.records.consents import events
from facelint.records.consents.nested import is_flat, items, members, nodes, one, scalar, texts
from facelint.records.consents.words import best_data, best_purpose, place

_GROUPS = frozenset(
    "record record_metadata consent_record header metadata pii_processing processing purposes pii_information event "
    "events consent_event party_identification parties pii_controllers privacy_notice".split()
)
_CONTACTS = ("party_email", "party_contact", "party_phone", "party_url", "party_address", "contact_information")


def recognised(item: Mapping[str, Any]) -> bool:
    return any(not is_flat(item[name]) for name in _GROUPS & item.keys())


def flat(item: Mapping[str, Any]) -> dict[str, Any]:
    places = list(nodes(dict(item)))
    parties = {party: p for p in places for party in texts(p.get("party_id"))}
    controllers = [_party(party, parties) for party in members(places, "pii_controllers", "pii_controller")]
    found = events.facts(_events(places))
    purposes = [texts(p.get("purpose"), p.get("purpose_type")) for p in places if "purpose" in p or "purpose_type" in p]
    third = members(places, "recipient_third_parties", "recipients", "recipient")
    recipients = [_party(party, parties) for party in third]
    notices = members(places, "privacy_notice")
    return {
        **found,
        "consent.id": _first(places, "record_id") or _first(places, "receipt_id"),
        "consent.subject_id": _first(places, "pii_principal_id"),
        "consent.purposes": texts([best_purpose(each) for each in purposes], *members(places, "purposes")),
        "consent.pii_types": texts([best_data([text]) for text in texts(*members(places, "pii_type", "pii_types"))]),
        "consent.recipients": texts([name for names, _ in recipients for name in names]),
        "consent.storage_locations": _places(places, "storage_locations", "storage_location"),
        "consent.jurisdictions": _places(places, "jurisdiction", "jurisdictions"),
        "consent.retention_until": one(texts(*members(places, "retention_period"))),
        "consent.controller_name": one(name for names, _ in controllers for name in names),
        "consent.controller_contact": one(contact for _, contact in controllers if contact),
        "consent.notice_id": one(texts(*map(_notice, notices))),
        "consent.notice_sha256": one(texts(*[n.get("sha256") for n in notices if isinstance(n, dict)])),
        "consent.notice_language": one(texts(*members(places, "language"))),
        "consent.withdrawal_method": one(texts(*members(places, "withdrawal_method"))),
        "consent.collection_method": one(texts(*members(places, "collection_method"))),
    }


def _first(places: list[dict[str, Any]], name: str) -> str | None:
    return next((text for place in places if (text := scalar(place.get(name)))), None)


def _places(places: list[dict[str, Any]], *names: str) -> list[str]:
    return texts([place(text) for text in texts(*members(places, *names))])


def _notice(notice: Any) -> str | None:
    """A reference to the notice, which may be an object that says more of it."""
    if not isinstance(notice, dict):
        return scalar(notice)
    return next((text for name in ("id", "uri", "url") if (text := scalar(notice.get(name)))), None)


def _party(party: Any, parties: Mapping[str, dict[str, Any]]) -> tuple[list[str], str | None]:
    """The names of a party, which may be its id in `party_identification`, and one way to reach it."""
    known = party if isinstance(party, dict) else parties.get(scalar(party) or "", {})
    names = texts(known.get("party_name"), known.get("name")) or texts(known.get("party_id"), party)[:1]
    inner = list(nodes(known))
    contact = next((text for name in _CONTACTS for text in texts(*members(inner, name))), None)
    return names, contact


def _events(places: list[dict[str, Any]]) -> list[events.Event]:
    return [
        events.Event(
            one(texts(*(place.get(name) for name in ("event_state", "state")))),
            one(texts(place.get("event_time"))),
            one(texts(*(place.get(name) for name in ("validity_duration", "duration")))),
            one(texts(*(items(place.get("event_type")) or items(place.get("type"))))),
        )
        for place in places
        if "event_time" in place or "event_state" in place
    ]
