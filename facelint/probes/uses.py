"""How the records use each consent: a registry row's own view of the manifest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from facelint.columns import Column, from_values
from facelint.facts import Fact, Realm
from facelint.plan import Ask, Probe
from facelint.values import DATE, INTEGER, quantity

if TYPE_CHECKING:
    from facelint.probes import Context

USED_BY = Fact("consent.used_by", INTEGER, "How many records name the consent", Realm.REGISTRY)
FIRST = Fact(
    "consent.first_collected_at",
    DATE,
    "Earliest `collected_at` of the records that name it; blank if none",
    Realm.REGISTRY,
)
_DOUBT = "collected_at of a record that names it is missing or not of its type"


def gather(known: Mapping[str, Column], length: int) -> pa.Table:
    """By consent id how many records name it, the earliest day, and whether some record's day is not known.

    Records whose id could not be read stand under a null id.
    """
    ids, days = known["consent_id"].spread(length), known["collected_at"].spread(length)
    unsure = days.unsure()
    table = pa.table(
        {
            "id": ids.texts(),
            "used": pa.repeat(pa.scalar(1, pa.int64()), length),
            "first": days.plain(),
            "open": pa.repeat(pa.scalar(False), length) if unsure is None else unsure,
        }
    )
    named = pc.is_valid(table["id"])
    return _summed(table.filter(named if ids.unknown is None else pc.or_(named, pc.is_valid(ids.unknown))))


def _summed(table: pa.Table) -> pa.Table:
    grouped = table.group_by("id", use_threads=False).aggregate([("used", "sum"), ("first", "min"), ("open", "any")])
    return grouped.rename_columns({"used_sum": "used", "first_min": "first", "open_any": "open"})


def look_at_consents(ask: Ask, wanted: Mapping[str, Fact], context: Context) -> Mapping[str, Column]:
    gathered = ask.gathered.get(PROBE.name)
    ids = ask.known["consent.id"].spread(ask.length)
    if gathered is None:  # a dataset without a single batch
        gathered = gather({name: ids.take(pa.array([], pa.int64())) for name in PROBE.gathers_from}, 0)
    uses = _summed(gathered).combine_chunks()
    rows = pc.index_in(ids.plain(), value_set=uses["id"].combine_chunks())
    rows = pc.if_else(pc.is_valid(ids.codes), rows, pa.scalar(None, pa.int32()))
    unread = pc.sum(uses["used"].filter(pc.is_null(uses["id"]))).as_py() or 0
    why = pa.repeat(
        pa.scalar(f"{quantity(unread, 'record')} could not be read" if unread else None, pa.string()), ask.length
    )
    used, first, doubtful = (uses[name].combine_chunks().take(rows) for name in ("used", "first", "open"))
    doubt = pc.if_else(pc.fill_null(doubtful, False), pa.scalar(_DOUBT), pa.scalar(None, pa.string()))
    columns = {
        USED_BY.name: from_values(INTEGER, pc.fill_null(used, 0)).with_unknown(why),
        FIRST.name: from_values(DATE, first).with_unknown(pc.coalesce(why, doubt)),
    }
    return {name: columns[name].with_unknown(ids.unknown) for name in wanted}


def look(ask: Ask, wanted: Mapping[str, Fact], context: Context) -> Mapping[str, Column]:
    raise ValueError("known only of registry rows")


PROBE = Probe(
    "uses",
    "How the records use each consent",
    (USED_BY, FIRST),
    look,
    needs={"": ("consent.id",)},
    look_at_consents=look_at_consents,
    gather=gather,
    gathers_from=("consent_id", "collected_at"),
)
