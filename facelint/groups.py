"""Rules over groups of things: what each batch contributes to `unique` and `agree`, and the answers for the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any as Untyped

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from facelint.conditions import Condition
from facelint.facts import Fact
from facelint.measures import MAYBE, NO, YES, Codes, codes
from facelint.policy import Agree, Unique
from facelint.truth import Facts, evaluate

Ints = npt.NDArray[np.int64]

OK, BLANK, UNSURE = 0, 1, 2
"""States of a key or of the value that is to agree."""


@dataclass(frozen=True)
class Judged:
    """The answers of a group rule: `when` and `holds` for each thing, and in words why it does not hold."""

    when: Codes
    holds: Codes
    skip: npt.NDArray[np.bool_]
    reasons: Sequence[str]


def part(form: Unique | Agree, when: Condition | None, facts: Facts, places: dict[str, pa.Array]) -> pa.Table:
    """What these things contribute: their places, keys as text, and how surely each belongs.

    `places` are the columns by which a finding names a thing.
    """
    key = form.key if isinstance(form, Unique) else form.within
    texts = {f"key{i}": _texts(fact, facts) for i, fact in enumerate(key)}
    on: tuple[Fact, ...] = ()
    if isinstance(form, Agree):
        on = (form.on,)
        texts["on"] = _texts(form.on, facts)
    return pa.table(
        {
            **places,
            **texts,
            "key_state": _state(key, facts),
            "on_state": _state(on, facts),
            "when": _codes(when, facts),
            "among": _codes(form.among, facts),
        }
    )


def _texts(fact: Fact, facts: Facts) -> pa.Array:
    return facts.as_read(fact).texts()


def _codes(condition: Condition | None, facts: Facts) -> Codes:
    return codes(True if condition is None else evaluate(condition, facts), facts.length)


def _state(key: Sequence[Fact], facts: Facts) -> Codes:
    """UNSURE where any part of the key is, else BLANK where any part is blank."""
    state = np.zeros(facts.length, np.int8)
    for fact in key:
        column = facts.as_read(fact)
        blank = pc.is_null(column.codes).to_numpy(zero_copy_only=False)
        state = np.maximum(state, np.where(blank, BLANK, OK).astype(np.int8))
        unsure = column.unsure()
        if unsure is not None:
            state[unsure.to_numpy(zero_copy_only=False)] = UNSURE
    return state


def answers(form: Unique | Agree, table: pa.Table) -> Judged:
    """The answers for all things of all parts, in the order of `table`."""
    column = {name: table[name].to_numpy() for name in ("key_state", "on_state", "when", "among")}
    key = [name for name in table.column_names if name.startswith("key") and name != "key_state"]
    group, n_groups = _groups([table[name] for name in key])
    member = (column["key_state"] == OK) & (column["on_state"] != BLANK) & (column["among"] != NO)
    judge = _unique if isinstance(form, Unique) else _agree
    holds, counts = judge(table, group, n_groups, member, column)
    open_key = column["key_state"] == UNSURE
    skip = (column["among"] == NO) | (~open_key & ((column["key_state"] == BLANK) | (column["on_state"] == BLANK)))
    holds[open_key] = MAYBE
    reasons = _reasons(form, table, group, n_groups, member, holds, open_key, counts)
    return Judged(column["when"], holds, skip, reasons)


def _groups(keys: Sequence[pa.ChunkedArray]) -> tuple[Ints, int]:
    """A number for each thing that is the same just where the whole key is; things without a key share a last one."""
    numbers = np.zeros(len(keys[0]), np.int64)
    blank = np.zeros(len(keys[0]), bool)
    for key in keys:
        encoded = key.combine_chunks().dictionary_encode()
        indices = pc.fill_null(encoded.indices, 0).to_numpy(zero_copy_only=False).astype(np.int64)
        blank |= pc.is_null(encoded.indices).to_numpy(zero_copy_only=False)
        _, numbers = np.unique(numbers * (len(encoded.dictionary) + 1) + indices, return_inverse=True)
    count = int(numbers.max(initial=-1)) + 1
    return np.where(blank, count, numbers), count + 1


def _unique(
    table: pa.Table, group: Ints, n_groups: int, member: npt.NDArray[np.bool_], column: dict[str, Untyped]
) -> tuple[Codes, Ints]:
    """Not unique where another sure member has the key; unsure where one that may be no member has it."""
    sure, perhaps = member & (column["among"] == YES), member & (column["among"] == MAYBE)
    n_sure, n_perhaps = np.bincount(group[sure], minlength=n_groups), np.bincount(group[perhaps], minlength=n_groups)
    others_sure, others_perhaps = n_sure[group] - sure, n_perhaps[group] - perhaps
    holds = np.where(others_sure > 0, NO, np.where(others_perhaps > 0, MAYBE, YES)).astype(np.int8)
    holds[(column["among"] == MAYBE) & (holds != YES)] = MAYBE
    return holds, n_sure + n_perhaps


def _agree(
    table: pa.Table, group: Ints, n_groups: int, member: npt.NDArray[np.bool_], column: dict[str, Untyped]
) -> tuple[Codes, Ints]:
    """A known disagreement among sure members fails the group; a doubtful member that may disagree makes it unsure."""
    encoded = table["on"].combine_chunks().dictionary_encode()
    value = pc.fill_null(encoded.indices, 0).to_numpy(zero_copy_only=False).astype(np.int64)
    known = member & (column["on_state"] == OK)
    n_sure = _distinct(group, value, known & (column["among"] == YES), n_groups)
    n_all = _distinct(group, value, known, n_groups)
    n_open = np.bincount(group[member & (column["on_state"] == UNSURE)], minlength=n_groups)
    doubt = (n_all[group] > 1) | (n_open[group] > 0)
    holds = np.where(n_sure[group] > 1, NO, np.where(doubt, MAYBE, YES)).astype(np.int8)
    holds[(column["among"] == MAYBE) & (holds == NO)] = MAYBE
    return holds, n_all


def _distinct(group: Ints, value: Ints, chosen: npt.NDArray[np.bool_], n_groups: int) -> Ints:
    """For each group how many distinct values its chosen members have."""
    pairs = np.unique(np.stack([group[chosen], value[chosen]]), axis=1)
    return np.bincount(pairs[0], minlength=n_groups)


def _reasons(
    form: Unique | Agree,
    table: pa.Table,
    group: Ints,
    n_groups: int,
    member: npt.NDArray[np.bool_],
    holds: Codes,
    open_key: npt.NDArray[np.bool_],
    counts: Ints,
) -> Sequence[str]:
    """Why each thing that does not hold does not; empty for the rest."""
    reasons = [""] * len(group)
    rows = table["row"].to_numpy()
    order = np.lexsort((rows, table["source"].to_numpy()))
    inside = order[member[order]]
    firsts = np.zeros(n_groups, np.int64)
    firsts[group[inside][::-1]] = rows[inside][::-1]
    name = " and ".join(fact.name for fact in (form.key if isinstance(form, Unique) else form.within))
    for i in np.flatnonzero(holds != YES):
        if open_key[i]:
            reasons[i] = f"{name} could not be established"
        elif isinstance(form, Unique):
            reasons[i] = f"{counts[group[i]]} share it, the first at row {firsts[group[i]]}"
        elif holds[i] == NO:
            reasons[i] = f"{counts[group[i]]} values for one {name}, the first at row {firsts[group[i]]}"
        else:
            reasons[i] = f"others with the same {name} may differ; the first is at row {firsts[group[i]]}"
    return reasons
