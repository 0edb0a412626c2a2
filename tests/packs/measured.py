"""What the packs' measures come to, counted by hand, on a few small datasets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache

from language.model import BAD, BLANK, Structure
from language.tables import column

from facelint.intervals import Interval
from facelint.measures import tally
from facelint.plan import measure_facts
from facelint.truth import Facts

from . import changes
from .judging import policy
from .mutants import measure_mutants
from .shelf import PACKS
from .solver import plain
from .world import At, World, compliant

By = Mapping[str, Sequence[object]]


@cache
def datasets() -> tuple[World, ...]:
    """The compliant one; one with children, prices and an avatar that is told more of; one whose only price has no
    currency."""
    mixed = compliant().with_state(At("dataset"), "card.currency", BLANK)
    for row, (age, price, currency) in enumerate(_MIXED):
        for fact, value in (("subject_age", age), ("price", price), ("currency", currency)):
            mixed = mixed.with_state(At("record", row), fact, BLANK if value is None else ("value", value))
    avatar = At("record", 7)
    mixed = mixed.with_state(avatar, "subject_id", ("value", "s-drawn"))
    mixed = mixed.with_state(avatar, "collected_at", ("value", date(2026, 1, 1)))
    mixed = mixed.with_state(At("record", 2), "consent.allow_transfer", ("value", True))
    unpriced = compliant().with_state(At("dataset"), "card.price_per_image", BAD)
    unpriced = unpriced.with_state(At("record", 6), "currency", BAD)
    return compliant(), mixed, unpriced.with_state(At("record", 6), "price", ("value", Decimal(2)))


_MIXED: Sequence[tuple[int, Decimal | None, str | None]] = (
    (13, Decimal(3), None),
    (14, Decimal(0), "CNY"),
    (12, Decimal(5), "CNY"),  # may be handed over
    (18, Decimal(4), "CNY"),
    (17, Decimal(7), "JPY"),
    (30, Decimal("0.5"), "EUR"),
    (30, Decimal("-0.5"), "CNY"),
    (5, Decimal(9), "CNY"),  # an avatar
)
"""Of each record of the second dataset: age, price, currency."""

FIRST = date(2026, 3, 2)
EXPECTED: By = {
    "cn-pipl/measure.real_faces": (7, 7, 7),
    "cn-pipl/measure.children": (0, 2, 0),
    "cn-pipl/measure.first_collected": (FIRST, FIRST, FIRST),
    "cn-portrait-trade/measure.real_faces": (7, 7, 7),
    "cn-portrait-trade/measure.sold_without_consent": (0, 4, 1),
    "cn-portrait-trade/measure.proceeds_without_consent": (0, Decimal("7.5"), 2),
    "cn-deployment-2025/measure.subjects": (6, 6, 6),
    "cn-deployment-2025/measure.minors": (0, 4, 0),
}
"""By measure, what it comes to in each of them; None where it is not known."""


def found() -> By:
    """The same by facelint."""
    measures = {f"{rule.pack}/{name}": measure for rule in policy().rules for name, measure in rule.measures.items()}
    told: dict[str, list[object]] = {name: [] for name in measures}
    for world in datasets():
        things = world.things["record"]
        for name, measure in measures.items():
            facts = {fact.name: column(fact, [thing[fact.name] for thing in things]) for fact in measure_facts(measure)}
            told[name].append(_point(tally(measure, Facts(len(things), facts)).interval()))
    return told


def _point(interval: Interval) -> object:
    return plain(interval.low) if interval.known and interval.low is not None else None


def unnoticed() -> Iterator[str]:
    """The changed measures that come to the same in every one of them."""
    for name in PACKS:
        for measure, kind, what, said in measure_mutants(name):
            if [_by_model(name, said, world) for world in datasets()] == list(EXPECTED[f"{name}/{measure}"]):
                yield f"{name}/{measure}: {kind} {what}"


def _by_model(name: str, said: Mapping[str, Structure], world: World) -> object:
    told = set(changes.language(name).completed(said, world.things["record"]))
    (only,) = told if len(told) == 1 else (None,)
    return None if only is None else plain(only)
