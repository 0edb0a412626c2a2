"""The manifest's columns, typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from facelint.columns import Column, constant, missing, read
from facelint.facts import RECORD_FACTS, Fact
from facelint.plan import Ask, Probe
from facelint.records.registry import ID
from facelint.values import TEXT

if TYPE_CHECKING:
    from facelint.probes import Context
    from facelint.records import RegistryTable

_CONSENT = "consent_id"
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
    if _CONSENT in wanted and context.registry is not None and context.registry.beside is not None:
        columns[_CONSENT] = columns[_CONSENT].or_else(_beside(columns["path"], context.registry))
    return columns


def _beside(paths: Column, registry: RegistryTable) -> Column:
    """The id of the consent that stands beside each picture; unknown where that file cannot be read."""
    if paths.constant:
        return constant(TEXT, None)
    rows = pa.array([None if p is None else registry.row_beside(p) for p in paths.values.to_pylist()], pa.int64())
    ids = read(registry.columns.get(ID, pa.nulls(registry.length, pa.string())), TEXT)
    if registry.broken is not None:
        why = pc.binary_join_element_wise(pa.scalar("the consent beside the picture"), registry.broken, ": ")
        ids = ids.with_unknown(why)
    return ids.take(rows.take(paths.codes))


PROBE = Probe(
    "manifest",
    "What the manifest states of each record",
    RECORD_FACTS,
    look,
    needs={**{name: (other,) for name, other in _FALLBACKS.items()}, _CONSENT: ("path",)},
)
