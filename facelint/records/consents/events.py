"""The states that a consent went through, as the facts of the consent now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from facelint.records.consents.words import day, kind, moment, state, until

STANDING = ("given", "renewed")


@dataclass(frozen=True)
class Event:
    """One of them, in the standard's own words; what it does not tell is empty."""

    state: str
    time: str = ""
    duration: str = ""
    kind: str = ""


def facts(events: Sequence[Event]) -> dict[str, Any]:
    """The last event is the state now; the last that gave the consent tells when, for how long and in what way."""
    if not events:
        return {}
    ordered = _ordered(events)
    states = [state(event.state) for event in ordered]
    now = ordered[-1]
    gave = _last(ordered, states, STANDING) or now
    first = _last(ordered, states, STANDING[:1]) or _last(ordered, states, STANDING[1:])
    return {
        "consent.status": states[-1],
        "consent.status_at": day(now.time),
        "consent.given_at": day(first.time) if first else None,
        "consent.valid_until": until(gave.time, gave.duration),
        "consent.type": kind(gave.kind or now.kind),
        "consent.history": [f"{s}@{day(e.time)}" for s, e in zip(states, ordered, strict=True)]
        if len(ordered) > 1
        else None,
    }


def _ordered(events: Sequence[Event]) -> list[Event]:
    """By time, where every event has one; else as written."""
    times = [moment(event.time) for event in events]
    known = [(at, i) for i, at in enumerate(times) if at is not None]
    return [events[i] for _, i in sorted(known)] if len(known) == len(events) else list(events)


def _last(events: Sequence[Event], states: Sequence[str], wanted: tuple[str, ...]) -> Event | None:
    return next((e for e, s in zip(reversed(events), reversed(states), strict=True) if s in wanted), None)
