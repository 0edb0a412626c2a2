"""The figures of the mutation tests, as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from . import measured
from .changes import every_change
from .mutants import measure_mutants
from .noticing import TESTS, noticed
from .shelf import PACKS, every_rule


def text() -> str:
    return "\n".join((*_datasets(), "", *_rules(), "", *_measures()))


def _datasets() -> Iterator[str]:
    changes = [change for found in every_change().values() for change in found]
    answers = Counter(change.answer for change in changes)
    told = ", ".join(f"{count} {answer}" for answer, count in sorted(answers.items()))
    yield f"{len(every_rule())} rules, {len(changes)} datasets drawn from them, of which the rule says: {told}"


def _rules() -> Iterator[str]:
    found = [one for name in PACKS for one in noticed(name)]
    of, by = Counter(one.mutant.kind for one in found), Counter((o.mutant.kind, test) for o in found for test in o.by)
    unseen = Counter(one.mutant.kind for one in found if not one.by)
    yield f"{'rules':18}" + "".join(f"{head:>10}" for head in ("mutants", *TESTS, "unnoticed"))
    for kind in of:
        yield _line(kind, [of[kind], *(by[kind, test] for test in TESTS), unseen[kind]])
    tests = [sum(by[kind, test] for kind in of) for test in TESTS]
    yield _line("in all", [of.total(), *tests, unseen.total()])
    yield ""
    left = Counter(o.mutant.left[0] for o in found if o.mutant.left and not o.by)
    yield from (f"{o.mutant.rule}: {o.mutant.kind}: {o.mutant.what}" for o in found if not o.by and not o.mutant.left)
    yield from (f"{name}: {count} members" for name, count in left.items())


def _line(head: str, numbers: list[int]) -> str:
    return f"{head:18}" + "".join(f"{number:>10}" for number in numbers)


def _measures() -> Iterator[str]:
    unseen = list(measured.unnoticed())
    yield f"{sum(1 for name in PACKS for _ in measure_mutants(name))} changed measures, {len(unseen)} unnoticed"
    yield from unseen
