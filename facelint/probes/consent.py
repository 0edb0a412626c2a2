"""The consent registry: joined to records by `consent_id`, and seen as rows of its own."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from facelint.columns import Column, constant, from_python, from_values, missing, read
from facelint.conditions import Many, Op, Test
from facelint.facts import CONSENT_FACTS, CONSENT_STATES, EVIDENCE, Cost, Fact, Realm, Vocabulary
from facelint.files import Root, open_regular
from facelint.plan import Ask, Probe
from facelint.truth import Facts, and_, evaluate, or_, spread
from facelint.values import BOOLEAN, DATE, NotOfType, convert, enum, quantity, show

if TYPE_CHECKING:
    from facelint.probes import Context

FOUND = Fact("consent.found", BOOLEAN, "The id resolves to exactly one row of the registry", Realm.CONSENT, always=True)
ACTIVE = Fact(
    "consent.active",
    BOOLEAN,
    "Found; given or renewed; given by `run.as_of` and not lapsed; of the same subject, where both are stated",
    Realm.CONSENT,
)
PROOF = Fact(
    "consent.evidence",
    enum(*EVIDENCE),
    "Whether the file that proves the consent is there and has the declared digest",
    Realm.CONSENT,
    cost=Cost.FILE,
)
LEGAL = Fact(
    "consent.transition_legal",
    BOOLEAN,
    "The states in `history` and the state now follow one another as they may; true where there is no history",
    Realm.CONSENT,
)
MOVES = {
    "unknown": {"requested"},
    "requested": {"deferred", "refused", "given"},
    "deferred": {"requested", "refused", "given"},
    "refused": {"requested"},
    "given": {"renewed", "withdrawn", "expired", "revoked", "invalidated"},
    "renewed": {"renewed", "withdrawn", "expired", "revoked", "invalidated"},
    "expired": {"renewed"},
}
"""ISO/IEC TS 27560 states, and the states that each may move to."""

STATED = Vocabulary.of(CONSENT_FACTS)
NO_IDS = "the manifest has no consent_id"
NOT_THERE = "its id is not in the registry"
TWICE = "the id stands more than once in the registry"
_ACTIVE_NEEDS = ("consent.id", "consent.status", "consent.given_at", "consent.valid_until", "consent.subject_id")
_DIGEST = re.compile(r"(?:sha256:)?([0-9a-fA-F]{64})\Z")


@dataclass
class Consents:
    """The registry with its columns typed, each when it is first asked for."""

    context: Context

    def __post_init__(self) -> None:
        registry = self.context.registry
        if registry is None:
            raise ValueError("there is no registry")
        self.table = registry
        self.length = len(registry.rows)
        self._columns: dict[str, Column] = {}
        self._evidence: dict[tuple[str, str | None], tuple[str | None, str | None]] = {}

    def __getitem__(self, name: str) -> Column:
        if name not in self._columns:
            self._columns[name] = self._read(STATED[name])
        return self._columns[name]

    def _read(self, fact: Fact) -> Column:
        raw = self.table.columns.get(fact.name)
        column = (
            missing(fact.type, f"the registry has no column for {fact.name}") if raw is None else read(raw, fact.type)
        )
        return column.with_unknown(self.table.broken)

    @cached_property
    def ids(self) -> pa.Array:
        return self["consent.id"].spread(self.length).plain()

    @cached_property
    def repeated(self) -> pa.Array:
        """The ids that stand more than once."""
        tallied = pc.value_counts(self.ids.drop_null())
        return tallied.field("values").filter(pc.greater(tallied.field("counts"), 1))

    @cached_property
    def unread(self) -> str | None:
        """That rows of the registry could not be read: how many, which first and why; None where all could."""
        broken = self.table.broken
        if broken is None or broken.null_count == len(broken):
            return None
        first = pc.index(pc.is_valid(broken), True).as_py()
        count = quantity(len(broken) - broken.null_count, "row")
        return f"{count} of the registry could not be read, the first at row {self.table.rows[first]}: {broken[first]}"

    @cached_property
    def standing(self) -> Any:
        """The truth, for each row, of all that makes a consent active but the subject."""
        facts = Facts(self.length, {name: self[name] for name in _ACTIVE_NEEDS})
        until = self["consent.valid_until"].spread(self.length)
        blank = pc.and_(pc.is_null(until.codes), pc.is_null(until.reasons()))
        as_of = self.context.as_of
        given = Test(STATED["consent.status"], Op.IN, Many(("given", "renewed")))
        begun = Test(STATED["consent.given_at"], Op.LE, as_of)
        lasting = Test(STATED["consent.valid_until"], Op.GE, as_of)
        truth = and_(and_(evaluate(given, facts), evaluate(begun, facts)), or_(evaluate(lasting, facts), blank))
        return spread(truth, self.length)

    @cached_property
    def lapse(self) -> pa.Array:
        """Why a row is not active, by its own state and days; null where these do not say."""
        status, given, until = (self[f"consent.{n}"].spread(self.length) for n in ("status", "given_at", "valid_until"))
        as_of = pa.scalar(self.context.as_of, pa.date32())
        standing = pc.is_in(status.plain(), value_set=pa.array(["given", "renewed"]))
        says = (
            (pc.is_null(status.codes), "its status is blank"),
            (pc.invert(standing), pc.binary_join_element_wise("its status is", status.texts(), " ")),
            (pc.is_null(given.codes), "no day is stated on which it was given"),
            (pc.greater(given.plain(), as_of), pc.binary_join_element_wise("it is given only on", given.texts(), " ")),
            (pc.less(until.plain(), as_of), pc.binary_join_element_wise("it lapsed on", until.texts(), " ")),
        )
        nothing = pa.nulls(self.length, pa.string())
        return pc.coalesce(*(pc.if_else(pc.fill_null(mask, False), text, nothing) for mask, text in says))

    @cached_property
    def doubt(self) -> pa.Array:
        """Why it is unsure whether a row is active."""
        names = ("consent.status", "consent.given_at", "consent.valid_until")
        columns = [pc.binary_join_element_wise(n, self[n].spread(self.length).reasons(), ": ") for n in names]
        return pc.coalesce(*columns, "could not be established")

    @cached_property
    def lawful_moves(self) -> Column:
        """`consent.transition_legal`, on the distinct pairs of a history and a state."""
        history, status = (self[f"consent.{name}"].spread(self.length) for name in ("history", "status"))
        stated = pc.is_valid(history.codes)
        width = pa.scalar(len(status.values) + 1, pa.int64())
        now = pc.fill_null(status.codes, len(status.values)).cast(pa.int64())
        pairs = pc.add(pc.multiply(history.codes.cast(pa.int64()), width), now).dictionary_encode()
        histories, states = history.values.to_pylist(), [*status.values.to_pylist(), None]
        answers = [
            _moves(histories[a], states[b]) for a, b in (divmod(p, width.as_py()) for p in pairs.dictionary.to_pylist())
        ]
        legal = pc.fill_null(pa.array(answers, pa.bool_()).take(pairs.indices), True)
        unclear = "the history is not a list of status@date, in order of date"
        told = pa.array([answer is not None for answer in answers], pa.bool_()).take(pairs.indices)
        doubt = pc.if_else(pc.fill_null(told, True), pa.scalar(None, pa.string()), pa.scalar(unclear))
        status_doubt = pc.if_else(stated, pc.coalesce(status.reasons(), doubt), pa.scalar(None, pa.string()))
        return from_values(BOOLEAN, legal, status_doubt).with_unknown(history.unknown)

    def evidence(self, rows: pa.Array) -> Column:
        """`consent.evidence` of the rows at `rows`; a null row is blank. Each file is read once a run."""
        path, digest = (self[f"consent.evidence_{part}"].spread(self.length).take(rows) for part in ("path", "sha256"))
        real = pc.is_valid(rows).to_pylist()
        pairs = zip(real, path.plain().to_pylist(), digest.plain().to_pylist(), strict=True)
        answers = [self._proof(p, d) if known else (None, None) for known, p, d in pairs]
        column = from_python(
            PROOF.type, [value for value, _ in answers], pa.array([why for _, why in answers], pa.string())
        )
        return column.with_unknown(path.unknown)

    def _proof(self, path: str | None, declared: str | None) -> tuple[str | None, str | None]:
        if path is None:
            return "none", None
        if (path, declared) not in self._evidence:
            self._evidence[path, declared] = self._examined(path, declared)
        return self._evidence[path, declared]

    def _examined(self, path: str, declared: str | None) -> tuple[str | None, str | None]:
        at = Root.of(self.table.folder).locate(path)
        if at.trouble:
            return None, f"the evidence file {at.trouble}"
        if not at.is_file:
            return "missing", None
        digest = _DIGEST.match(declared or "")
        if not digest:
            return (
                None,
                "no SHA-256 of the evidence is declared" if declared is None else "the declared digest is no SHA-256",
            )
        try:
            with open_regular(at.path) as stream:
                self.context.files_opened += 1
                actual = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            return None, f"the evidence file cannot be read ({error.strerror})"
        return ("matches" if actual == digest[1].lower() else "mismatch"), None


def _moves(history: list[str], now: str | None) -> bool | None:
    """Whether the states of a history, and the one now, each follow the last as they may; None where it is no history.

    A state that stands again, as the one now does at the end of most histories, is no move.
    """
    states: list[str] = []
    last = ""
    for entry in history:
        state, _, day = entry.partition("@")
        if state not in CONSENT_STATES:
            return None
        try:
            at = convert(day, DATE)
        except NotOfType:
            return None
        if at is None or show(at) < last:
            return None
        last = show(at)
        states.append(state)
    moves = pairwise([*states, *([now] if now else [])])
    return all(a == b or b in MOVES.get(a, ()) for a, b in moves)


def look(ask: Ask, wanted: Mapping[str, Fact], context: Context) -> Mapping[str, Column]:
    """For each record, what the row that its `consent_id` names says."""
    ids = ask.known["consent_id"]
    if context.registry is None or (ids.constant and ids.unknown is None):
        columns = {name: constant(fact.type, None) for name, fact in wanted.items()}
        why = "the dataset has no registry of consents" if context.registry is None else NO_IDS
        no = replace(constant(BOOLEAN, False), notes=pa.array([why]))
        columns |= {name: no for name in (FOUND.name, ACTIVE.name) if name in wanted}
        unknown = ids.unknown
        return {name: column if unknown is None else column.with_unknown(unknown) for name, column in columns.items()}
    consents = _consents(context)
    ids = ids.spread(ask.length)
    own_row = pc.index_in(ids.values, value_set=consents.ids)
    twice = pc.is_in(ids.values, value_set=consents.repeated)
    row_of = pc.if_else(twice, pa.scalar(None, pa.int32()), own_row)
    rows = row_of.take(ids.codes)
    found = pc.is_valid(rows)
    repeated = pc.if_else(pc.fill_null(twice.take(ids.codes), False), pa.scalar(TWICE), pa.scalar(None, pa.string()))
    lost = _lost(consents, ids, pc.and_(pc.invert(found), pc.is_null(repeated)))
    not_rest = pc.coalesce(repeated, lost)
    unnamed = pc.if_else(pc.is_null(ids.codes), pa.scalar("the record names no consent"), pa.scalar(NOT_THERE))
    if ids.bad is not None:
        unnamed = pc.if_else(pc.is_valid(ids.bad), pa.scalar(NO_IDS), unnamed)
    absence = pc.if_else(found, pa.scalar(None, pa.string()), pc.coalesce(repeated, unnamed))

    def column(name: str, fact: Fact) -> Column:
        if name == FOUND.name:
            return replace(from_values(BOOLEAN, found).with_unknown(lost), notes=absence)
        if name == LEGAL.name:
            return consents.lawful_moves.take(rows).with_unknown(not_rest)
        if name == ACTIVE.name:
            active = _active(consents, rows, ask.known["subject_id"].spread(ask.length)).with_unknown(not_rest)
            return replace(active, notes=pc.coalesce(absence, consents.lapse.take(rows), "it is another subject's"))
        taken = consents.evidence(rows) if name == PROOF.name else consents[name].spread(consents.length).take(rows)
        return taken.with_unknown(not_rest)

    return {name: column(name, fact).with_unknown(ids.unknown) for name, fact in wanted.items()}


def _consents(context: Context) -> Consents:
    if not isinstance(context.consents, Consents):
        context.consents = Consents(context)
    return context.consents


def _lost(consents: Consents, ids: Column, not_found: pa.Array) -> pa.Array:
    """Where an id resolves to no row that could be read, though there are rows that could not."""
    asked = pc.and_(not_found, pc.is_valid(ids.codes))
    return pc.if_else(asked, pa.scalar(consents.unread, pa.string()), pa.scalar(None, pa.string()))


def _active(consents: Consents, rows: pa.Array, subject: Column) -> Column:
    theirs = consents["consent.subject_id"].spread(consents.length).take(rows)
    same = pc.fill_null(pc.equal(subject.plain(), theirs.plain()), True)
    for side in (subject, theirs):
        if side.unknown is not None:
            same = pc.if_else(pc.is_valid(side.unknown), pa.scalar(None, pa.bool_()), same)
    truth = and_(consents.standing.take(rows), same)
    truth = pc.if_else(pc.is_valid(rows), truth, pa.scalar(False))
    doubt = pc.coalesce(consents.doubt.take(rows), "could not be established")
    return from_values(BOOLEAN, truth, pc.if_else(pc.is_null(truth), doubt, pa.scalar(None, pa.string())))


def look_at_consents(ask: Ask, wanted: Mapping[str, Fact], context: Context) -> Mapping[str, Column]:
    """For each row of the registry, what it says itself."""
    consents = _consents(context)
    every = pa.array(range(consents.length), pa.int32())
    twice = pc.is_in(consents.ids, value_set=consents.repeated)
    no_subject = constant(STATED["consent.subject_id"].type, None).spread(consents.length)
    derived: dict[str, Callable[[], Column]] = {
        FOUND.name: lambda: from_values(BOOLEAN, pc.and_(pc.is_valid(consents.ids), pc.invert(twice))),
        ACTIVE.name: lambda: _active(consents, every, no_subject),
        PROOF.name: lambda: consents.evidence(every),
        LEGAL.name: lambda: consents.lawful_moves,
    }
    columns = {name: derived[name]() if name in derived else consents[name] for name in wanted}
    return {name: column.with_unknown(ask.broken) for name, column in columns.items()}


PROBE = Probe(
    "consent",
    "What the consent registry says of the consent that a record names",
    (*CONSENT_FACTS, FOUND, ACTIVE, PROOF, LEGAL),
    look,
    needs={"": ("consent_id",), ACTIVE.name: ("subject_id",)},
    look_at_consents=look_at_consents,
)


def registry_columns(wanted: frozenset[str]) -> frozenset[str]:
    """The registry's own columns that the facts `wanted` of this probe rest on."""
    needs = {ACTIVE.name: _ACTIVE_NEEDS, PROOF.name: ("consent.evidence_path", "consent.evidence_sha256"),
             LEGAL.name: ("consent.history", "consent.status")}  # fmt: skip
    return frozenset({"consent.id"}).union(*(needs.get(name, (name,)) for name in wanted)) & STATED.keys()
