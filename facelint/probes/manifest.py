"""The manifest's columns, typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from facelint.columns import Column, missing, read
from facelint.facts import RECORD_FACTS, Fact
from facelint.plan import Ask, Probe

if TYPE_CHECKING:
    from facelint.probes import Context

_FALLBACKS = {"price": "card.price_per_image", "currency": "card.currency", "record_id": "path"}
"""What is read in place of a column that is missing, or of a blank cell."""


def look(ask: Ask, wanted: Mapping[str, Fact], context: Context) -> Mapping[str, Column]:
    columns = {
        name: (read(ask.raw[name], fact.type) if name in ask.raw else missing(fact.type)).with_unknown(ask.broken)
        for name, fact in wanted.items()
    }
    for name in _FALLBACKS.keys() & wanted.keys():
        other = _FALLBACKS[name]
        columns[name] = columns[name].or_else(columns[other] if other in columns else ask.known[other])
    return columns


PROBE = Probe(
    "manifest",
    "What the manifest states of each record",
    RECORD_FACTS,
    look,
    needs={name: (other,) for name, other in _FALLBACKS.items()},
)
