"""Kantara Initiative Consent Receipt Specification 1.1.0 (2018-02-20), JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from facelint.records.consents.nested import is_flat, members, one, scalar, texts
from facelint.records.consents.words import best_purpose, data, day, kind

_LISTS = frozenset({"services", "piiControllers"})
_STATUS = ("status", "consent.status", "hasConsentStatus")


def recognised(item: Mapping[str, Any]) -> bool:
    nested = any(not is_flat(item[name]) for name in _LISTS & item.keys())
    return nested or (scalar(item.get("version")) or "").startswith("KI-CR-")


def flat(item: Mapping[str, Any]) -> dict[str, Any]:
    """The standard has no word for a state: the receipt is of a consent given at its time, unless `status` is stated.

    That nothing is disclosed to third parties is the list `none`.
    """
    controllers = [c for c in members([item], "piiControllers") if isinstance(c, dict)]
    services = [service for service in members([item], "services") if isinstance(service, dict)]
    purposes = [purpose for purpose in members(services, "purposes") if isinstance(purpose, dict)]
    said = [texts(p.get("purpose"), p.get("purposeCategory")) for p in purposes]
    time = scalar(item.get("consentTimestamp")) or ""
    given = not any(name in item for name in _STATUS)
    return {
        "consent.id": scalar(item.get("consentReceiptID")),
        "consent.subject_id": scalar(item.get("piiPrincipalId")),
        "consent.status": "given" if given else None,
        "consent.status_at": day(time) if given else None,
        "consent.given_at": day(time),
        "consent.type": one(kind(text) for text in texts(*members(purposes, "consentType"))),
        "consent.purposes": texts([best_purpose(each) for each in said]),
        "consent.pii_types": texts([data(text) for text in texts(*members(purposes, "piiCategory"))]),
        "consent.recipients": _recipients(purposes),
        "consent.retention_until": one(texts(*members(purposes, "termination"))),
        "consent.jurisdictions": texts(item.get("jurisdiction")),
        "consent.controller_name": one(texts(*members(controllers, "piiController")) or texts(_bare_controllers(item))),
        "consent.controller_contact": one(text for text in map(_contact, controllers) if text),
        "consent.notice_id": scalar(item.get("policyUrl")),
        "consent.notice_language": scalar(item.get("language")),
        "consent.collection_method": scalar(item.get("collectionMethod")),
    }


def _bare_controllers(item: Mapping[str, Any]) -> list[Any]:
    return [c for c in members([item], "piiControllers") if not isinstance(c, dict)]


def _contact(controller: Mapping[str, Any]) -> str | None:
    names = ("email", "phone", "piiControllerUrl", "contact")
    return next((text for name in names for text in texts(controller.get(name))), None)


def _recipients(purposes: list[dict[str, Any]]) -> list[str]:
    named = texts(*members(purposes, "thirdPartyName"))
    disclosed = texts(*members(purposes, "thirdPartyDisclosure"))
    return named or (["none"] if disclosed == ["false"] else [])
