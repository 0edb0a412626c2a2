"""The dataset's own statement: `card:` in `facelint.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from facelint.columns import Column, constant_text, missing
from facelint.facts import CARD_FACTS, Fact
from facelint.plan import Ask, Probe

if TYPE_CHECKING:
    from facelint.probes import Context

NOT_STATED = "the card does not state it"


def look(ask: Ask, wanted: Mapping[str, Fact], context: Context) -> Mapping[str, Column]:
    card = context.card
    return {
        name: constant_text(fact.type, card[name]) if name in card else missing(fact.type, NOT_STATED)
        for name, fact in wanted.items()
    }


PROBE = Probe("card", "What the dataset states of itself", CARD_FACTS, look, look_at_consents=look)
