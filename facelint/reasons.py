"""What a finding says: which test is at fault, what was found and what was wanted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from facelint import findings
from facelint.columns import Column
from facelint.conditions import All, Any, Condition, FactRef, Not, Test
from facelint.facts import Fact
from facelint.intervals import Interval
from facelint.measures import MAYBE, NO, YES, codes
from facelint.personal import holds_personal
from facelint.policy import Agree, Answer, Require, Rule, Unique
from facelint.redact import Redactor
from facelint.truth import Facts, evaluate
from facelint.values import TEXTUAL, Kind, quantity
from facelint.waivers import Answered
from facelint.wording import wanted

TO_APPLY = "known, to tell whether the rule applies"
MAX_SHOWN = 1000
"""Characters of a text from the dataset that a finding carries."""


def of_group(
    index: int, form: Unique | Agree, table: pa.Table, answered: Answered, why: Sequence[str], redactor: Redactor
) -> pa.Table:
    """A finding for each thing of `table` that a rule over groups failed or left unsure, and why."""
    key = form.key if isinstance(form, Unique) else form.within
    columns = [(f"key{i}", fact) for i, fact in enumerate(key)] if isinstance(form, Unique) else [("on", form.on)]
    shown = [_redacted(table[name].combine_chunks(), fact, redactor) for name, fact in columns]
    names = ", ".join(fact.name for fact in key)
    wanted = f"unique {names}" if isinstance(form, Unique) else f"one value for all with the same {names}"
    return _table(
        index,
        answered,
        {name: table[name].combine_chunks() for name in ("source", "row", "record", "path")},
        redactor,
        pa.repeat(pa.scalar(", ".join(fact.name for _, fact in columns)), len(table)),
        pc.binary_join_element_wise(*shown, ", "),
        pa.repeat(pa.scalar(wanted), len(table)),
        pa.array([text or None for text in why], pa.string()),
    )


def _table(
    index: int, answered: Answered, places: Mapping[str, pa.Array], redactor: Redactor, *texts: pa.Array
) -> pa.Table:
    n = len(answered.answers)
    columns = [
        pa.repeat(pa.scalar(index, pa.int32()), n),
        places["source"],
        places["row"],
        pa.array(answered.told, pa.int8()),
    ]
    columns += map(_cut, [concealed(places["record"], redactor), concealed(places["path"], redactor), *texts])
    columns += [
        pa.array(answered.waiver, pa.int32(), mask=answered.waiver < 0),
        pa.nulls(n, pa.string()) if answered.digests is None else pa.array(answered.digests.tolist(), pa.string()),
    ]
    return pa.table(
        [column.cast(field.type) for column, field in zip(columns, findings.SCHEMA, strict=True)], findings.SCHEMA
    )


def _cut(texts: pa.Array) -> pa.Array:
    long = pc.greater(pc.binary_length(texts), MAX_SHOWN)
    if not pc.any(long).as_py():
        return texts
    start = pc.utf8_slice_codeunits(texts, 0, MAX_SHOWN)
    return pc.if_else(pc.equal(start, texts), texts, pc.binary_join_element_wise(start, "…", ""))


def of_answers(
    index: int, rule: Rule, answered: Answered, facts: Facts, places: Mapping[str, pa.Array], redactor: Redactor
) -> pa.Table:
    """A finding for each thing that failed or is unsure: the first test at fault, what was found and wanted."""
    at = np.flatnonzero((answered.answers == Answer.FAIL) | (answered.answers == Answer.UNSURE))
    facts = facts.take(pa.array(at))
    places = {name: column.take(pa.array(at)) for name, column in places.items()}
    answered = answered.take(at)
    answers = answered.answers
    if not isinstance(rule.form, Require):
        raise TypeError(f"{rule.id} is a rule over groups")
    require = rule.form.condition
    unsure = answers == Answer.UNSURE
    blamed = [*_blame(require, False, NO, facts, answers == Answer.FAIL)]
    if rule.when is not None:
        open_case = unsure & (codes(evaluate(rule.when, facts), facts.length) == MAYBE)
        blamed += [(test, TO_APPLY, mask) for test, _, mask in _blame(rule.when, False, MAYBE, facts, open_case)]
        unsure &= ~open_case
    blamed += _blame(require, False, MAYBE, facts, unsure)
    tables = [
        _table(
            index,
            answered.take(mask),
            {name: column.filter(pa.array(mask)) for name, column in places.items()},
            redactor,
            *_texts(test, said, facts.take(pa.array(np.flatnonzero(mask))), redactor),
        )
        for test, said, mask in blamed
    ]
    return pa.concat_tables([findings.empty(), *tables])


Mask = npt.NDArray[np.bool_]


def _blame(
    condition: Condition, negated: bool, truth: int, facts: Facts, among: Mask
) -> Iterator[tuple[Test, str, Mask]]:
    """Which test is at fault for each of the things `among`: the first whose own truth makes the whole what it is.

    `truth` is NO for what failed, MAYBE for what is unsure. With each test what was wanted of it, in words.
    """
    match condition:
        case Test():
            if among.any():
                yield condition, _wanted(condition, negated), among
        case Not(part):
            yield from _blame(part, not negated, truth, facts, among)
        case All(parts) | Any(parts):
            at_fault = MAYBE if truth == MAYBE else YES if negated else NO
            alternatives = truth == NO and isinstance(condition, Any) is not negated
            for part in parts:
                here = among & (codes(evaluate(part, facts), facts.length) == at_fault)
                for test, said, mask in _blame(part, negated, truth, facts, here):
                    yield test, _or(said, parts, part, negated) if alternatives else said, mask
                among = among & ~here


def _or(said: str, parts: tuple[Condition, ...], blamed: Condition, negated: bool) -> str:
    """What was wanted, with the alternatives beside it where they are single tests."""
    others = [part for part in parts if part is not blamed]
    if not all(isinstance(part, Test) for part in others) or len(others) > 4:
        return f"{said}, or {quantity(len(others), 'alternative')}"
    said_of = [f"{part.fact.name}: {_wanted(part, negated)}" for part in others if isinstance(part, Test)]
    return ", or ".join([said, *said_of])


def _wanted(test: Test, negated: bool) -> str:
    """Personal text that stands as a literal in a rule is not repeated."""
    if (
        test.fact.personal
        and test.fact.type.kind in TEXTUAL | {Kind.LIST}
        and not isinstance(test.operand, FactRef | None)
    ):
        return ("not " if negated else "") + "what the rule names"
    return wanted(test, negated)


def _texts(test: Test, said: str, facts: Facts, redactor: Redactor) -> tuple[pa.Array, pa.Array, pa.Array, pa.Array]:
    """fact, found, wanted and reason of the things whose fault is `test`."""
    left = facts[test.fact]
    length = facts.length
    found, reason = _said_of(test.fact, left, length, redactor)
    if isinstance(test.operand, FactRef):
        _, other = _said_of(test.operand.fact, facts[test.operand.fact], length, redactor)
        other = pc.binary_join_element_wise(test.operand.fact.name, other, ": ")
        reason = pc.coalesce(reason, other)
    return pa.repeat(pa.scalar(test.fact.name), length), found, pa.repeat(pa.scalar(said), length), reason


def _said_of(fact: Fact, column: Column | Interval, length: int, redactor: Redactor) -> tuple[pa.Array, pa.Array]:
    """What is found of a fact, and why there is nothing to find."""
    if isinstance(column, Interval):
        known = None if column.known else "some of the records are blank or unsure"
        says_one = column.low is not None or column.high is not None
        shown = redactor.show(str(column), fact.personal and says_one)
        return pa.repeat(pa.scalar(shown), length), pa.repeat(pa.scalar(known, pa.string()), length)
    column = column.spread(length)
    found = _redacted(column.texts(), fact, redactor)
    blank = pc.if_else(pc.is_null(column.codes), pa.scalar("blank"), pa.scalar(None, pa.string()))
    notes = pa.nulls(length, pa.string()) if column.notes is None else column.notes
    return found, pc.coalesce(column.reasons(), notes, blank)


def _redacted(texts: pa.Array, fact: Fact, redactor: Redactor) -> pa.Array:
    """The values of a personal fact, and free text that holds personal data, as hashes."""
    if not fact.personal:
        return concealed(texts, redactor) if fact.type.kind in TEXTUAL | {Kind.LIST} else texts
    encoded = texts.dictionary_encode()
    shown = [redactor.show(text, personal=True) for text in encoded.dictionary.to_pylist()]
    return pa.array(shown, pa.string()).take(encoded.indices)


def concealed(texts: pa.Array, redactor: Redactor) -> pa.Array:
    """Texts that are no personal fact's, such as paths: those that hold personal data all the same as hashes."""
    if redactor.reveal or not len(texts):
        return texts
    encoded = texts.dictionary_encode()
    held = holds_personal(encoded.dictionary).to_pylist()
    if not any(held):
        return texts
    pairs = zip(encoded.dictionary.to_pylist(), held, strict=True)
    return pa.array([redactor.show(text, hide) for text, hide in pairs], pa.string()).take(encoded.indices)
