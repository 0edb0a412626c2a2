"""Consent records of other standards, as flat objects whose members are facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from facelint.facts import CONSENT_FACTS
from facelint.records.consents import dpv, iso_27560, kantara
from facelint.records.consents.nested import is_flat

Flat = dict[str, Any]
"""By fact (`consent.…`) or by a name of the registry's own, a text, a list of texts, or None."""

_STANDARDS: tuple[tuple[Callable[[Mapping[str, Any]], bool], Callable[[Mapping[str, Any]], Flat]], ...] = (
    (kantara.recognised, kantara.flat),
    (iso_27560.recognised, iso_27560.flat),
    (dpv.recognised, dpv.flat),
)
_FACT_OF = {
    name: fact.name for fact in CONSENT_FACTS for name in (fact.name.removeprefix("consent."), *fact.aliases)
} | {fact.name: fact.name for fact in CONSENT_FACTS}


def flattened(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """A consent record of a known standard as a flat object; any other object as it is.

    The standard is told by the object's shape. A plain member beside the standard's own tells what the standard has no
    words for (`allow_publish`, `evidence_path`, …); where both state a fact, the standard's place for it is read.
    Raises ValueError, in words that quote nothing, where an object holds more than one record.
    """
    for recognised, flat in _STANDARDS:
        if recognised(item):
            facts = {name: value for name, value in flat(item).items() if value not in (None, "", [])}
            rest = {
                name: value
                for name, value in item.items()
                if is_flat(value) and ":" not in name and "@" not in name and _FACT_OF.get(name) not in facts
            }
            return {**rest, **facts}
    return item
