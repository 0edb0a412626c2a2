"""Consent records in the W3C Data Privacy Vocabulary, as JSON-LD.

Property names are read by their last part, whatever prefix or context they are written with; contexts are not
processed and nothing is fetched. Follows the DPV guide "Consent Records and Receipts (ISO/IEC TS 27560)", and the older
form of it in which `hasPart` holds the events.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from facelint.records.consents import events
from facelint.records.consents.nested import items, nodes, one, scalar, texts
from facelint.records.consents.words import STATES, TYPES, best_data, best_purpose, local, place

_MARKS = frozenset({"@context", "@graph", "@type"})
_NAMESPACES = ("dpv:", "https://w3id.org/dpv", "http://w3id.org/dpv", "https://www.w3id.org/dpv")
_GUARDIANS = {"ParentOfDataSubject": "parent", "GuardianOfDataSubject": "guardian"}
_NAMES = ("hasName", "title", "prefLabel", "label", "name")
_IDS = ("identifier", "hasIdentifier")


def recognised(item: Mapping[str, Any]) -> bool:
    return not _MARKS.isdisjoint(item) or any(name.startswith(_NAMESPACES) for name in item)


def flat(item: Mapping[str, Any]) -> dict[str, Any]:
    """Raises ValueError where there are several records in it."""
    graph = _Graph(dict(item))
    record = graph.record()
    if record is None:
        return {}
    places = list(graph.reached(record))
    statuses = [node for p in places for node in graph.values(p, "hasConsentStatus", "hasPart")]
    controls = [node for p in places for node in graph.values(p, "hasConsentControl") if isinstance(node, dict)]
    controllers = graph.all(places, "hasDataController")
    contacts = [
        graph.values(controller, "hasContact")[:1] for controller in controllers if isinstance(controller, dict)
    ]
    storage = [node for node in graph.all(places, "hasStorageCondition") if isinstance(node, dict)]
    notices = graph.all(places, "hasNotice")
    guardian = _guardian(graph, statuses)
    return {
        **events.facts(_events(graph, record, statuses)),
        "consent.id": graph.identity(record),
        "consent.subject_id": one(t for v in graph.values(record, "hasDataSubject") if (t := graph.identity(v))),
        "consent.purposes": texts([best_purpose(graph.said(v)) for v in graph.all(places, "hasPurpose")]),
        "consent.pii_types": texts([best_data(graph.said(v)) for v in graph.all(places, "hasPersonalData")]),
        "consent.recipients": texts([graph.name(v) for v in graph.all(places, "hasRecipient", "hasThirdParty")]),
        "consent.storage_locations": texts(
            [place(t) for v in graph.all(storage, "hasLocation") if (t := graph.identity(v))]
        ),
        "consent.jurisdictions": texts(
            [place(t) for v in graph.all(places, "hasJurisdiction") if (t := graph.identity(v))]
        ),
        "consent.retention_until": one(
            t
            for node in storage
            if "StorageDeletion" not in graph.types(node)
            for v in graph.values(node, "hasDuration")
            if (t := graph.text(v))
        ),
        "consent.controller_name": one(t for v in controllers if (t := graph.name(v))),
        "consent.controller_contact": one(t for first in contacts for v in first if (t := graph.text(v))),
        "consent.notice_id": one(t for v in notices if (t := graph.identity(v))),
        "consent.notice_language": one(t for v in graph.all(places, "language") if (t := graph.text(v))),
        "consent.withdrawal_method": one(
            t for v in [*graph.all(controls, "isExercisedAt"), *graph.all(places, "hasWithdrawalMethod")]
            if (t := graph.text(v))
        ),
        "consent.collection_method": one(t for v in graph.all(places, "hasDataSource") if (t := graph.text(v))),
        "consent.indication_method": one(t for v in graph.all(places, "hasIndicationMethod") if (t := graph.text(v))),
        "consent.guardian_id": guardian[0],
        "consent.guardian_relation": guardian[1],
    }  # fmt: skip


class _Graph:
    """The nodes of a document, some of which are named at one place and described at another."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.nodes = list(nodes(document))
        self.described = {n["@id"]: n for n in self.nodes if isinstance(n.get("@id"), str) and len(n) > 1}

    def record(self) -> dict[str, Any] | None:
        found = [n for n in self.nodes if {"ConsentRecord", "ConsentReceipt"} & set(self.types(n))]
        if len(found) > 1:
            raise ValueError(f"holds {len(found)} consent records")
        found = found or [n for n in self.nodes if self.values(n, "hasConsentStatus", "hasDataSubject")]
        return found[0] if found else None

    def types(self, node: Any) -> list[str]:
        return [_last(text) for text in texts(node.get("@type"))] if isinstance(node, dict) else []

    def values(self, node: Mapping[str, Any], *names: str) -> list[Any]:
        """What a node's properties lead to: descriptions where there are any, else what is written."""
        wanted = frozenset(names)
        found = [v for key, value in node.items() if _last(key) in wanted for v in items(value)]
        opened = [v for item in found for v in (_listed(item) if isinstance(item, dict) else [item])]
        return [self._described(value) for value in opened]

    def _described(self, value: Any) -> Any:
        if isinstance(value, dict):
            name = value.get("@id")
            return self.described.get(name, value) if isinstance(name, str) and len(value) == 1 else value
        return self.described.get(value, value) if isinstance(value, str) else value

    def all(self, places: list[dict[str, Any]], *names: str) -> list[Any]:
        return [value for place in places for value in self.values(place, *names)]

    def reached(self, start: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """The node, and those that its properties lead to, each once."""
        stack, seen = [start], {id(start)}
        while stack:
            node = stack.pop()
            yield node
            following = self.values(node, *(_last(key) for key in node if key != "@type"))
            for value in reversed(following):
                if isinstance(value, dict) and id(value) not in seen:
                    seen.add(id(value))
                    stack.append(value)

    def text(self, value: Any) -> str | None:
        """A literal, or the name of a node."""
        if isinstance(value, dict):
            value = next((value[key] for key in ("@value", "rdf:value", "value", "@id") if key in value), None)
        return scalar(value)

    def identity(self, value: Any) -> str | None:
        """The identifier of a thing, else its IRI."""
        if not isinstance(value, dict):
            return scalar(value)
        return next((t for v in self.values(value, *_IDS) if (t := self.text(v))), None) or self.text(value)

    def name(self, value: Any) -> str | None:
        """What a thing is called, else how it is identified."""
        if not isinstance(value, dict):
            return scalar(value)
        return next((t for v in self.values(value, *_NAMES) if (t := self.text(v))), None) or self.identity(value)

    def said(self, value: Any) -> list[str]:
        """What is said of a purpose or of a kind of data: its name, what it is a kind of, its type."""
        if not isinstance(value, dict):
            return texts(value)
        kinds = [self.text(v) for v in self.values(value, "broader", "isSubTypeOf", "description")]
        return texts([self.name(value), *kinds, *texts(value.get("@type"))])


def _listed(item: dict[str, Any]) -> list[Any]:
    return next((items(item[key]) for key in ("@list", "@set") if key in item), [item])


def _last(name: str) -> str:
    """`hasPurpose` of `dpv:hasPurpose` and of its whole IRI."""
    return name[max(map(name.rfind, "#/:")) + 1 :]


def _events(graph: _Graph, record: dict[str, Any], statuses: list[Any]) -> list[events.Event]:
    """An event states its time itself, or where there is just one, the record may."""
    legal = [k for v in graph.values(record, "hasLegalBasis") if (k := _last(graph.text(v) or "")) in TYPES]
    times = ("isIndicatedAtTime", "date")
    found: list[events.Event] = []
    for status in statuses:
        node = status if isinstance(status, dict) else {}
        words = [*graph.types(node), _last(graph.text(status) or "")]
        states = [word for word in words if word in STATES] or [t for t in texts(graph.text(status)) if t == local(t)]
        if not states:
            continue
        kinds = [word for word in words if word in TYPES] or legal
        time = [t for v in graph.values(node, *times) if (t := graph.text(v))]
        last = [t for v in graph.values(node, "hasDuration") if (t := graph.text(v))]
        found.append(events.Event(states[0], one(time), one(last), one(kinds)))
    told = [event for event in found if event.time]
    if told and len(told) < len(found):  # an older form states the state now once more, without its time
        found = [event for event in found if event.time or event.state not in {e.state for e in told}]
    if len(found) == 1 and not found[0].time:
        time = [t for v in graph.values(record, "isIndicatedAtTime") if (t := graph.text(v))]
        last = [t for v in graph.values(record, "hasDuration") if (t := graph.text(v))]
        found = [events.Event(found[0].state, one(time), found[0].duration or one(last), found[0].kind)]
    return found


def _guardian(graph: _Graph, statuses: list[Any]) -> tuple[str | None, str | None]:
    """Who gave the consent in the person's place."""
    for status in statuses:
        for who in graph.values(status, "isIndicatedBy") if isinstance(status, dict) else ():
            relation = next((_GUARDIANS[t] for t in graph.types(who) if t in _GUARDIANS), None)
            if relation and graph.identity(who):
                return graph.identity(who), relation
    return None, None
