"""The day that a run judges by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from facelint.columns import Column, constant
from facelint.facts import Fact, Realm
from facelint.plan import Ask, Probe
from facelint.values import DATE

if TYPE_CHECKING:
    from facelint.probes import Context

AS_OF = Fact("run.as_of", DATE, "The day the run judges by: today in UTC unless given", Realm.CONSTANT, always=True)
HORIZON = Fact("run.horizon", DATE, "`run.as_of` and the days of `--horizon`", Realm.CONSTANT, always=True)


def look(ask: Ask, wanted: Mapping[str, Fact], context: Context) -> Mapping[str, Column]:
    days = {AS_OF.name: context.as_of, HORIZON.name: context.horizon}
    return {name: constant(DATE, days[name]) for name in wanted}


PROBE = Probe("run", "When the run takes place", (AS_OF, HORIZON), look, look_at_consents=look)
