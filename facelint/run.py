"""A run: batches of a dataset through probes and judge to a report."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

import facelint
from facelint import findings, policy_file, probes, waiver_file
from facelint.columns import Column, constant
from facelint.contents import Consents, Records, Whole, rests_on_consent
from facelint.errors import DatasetError
from facelint.facts import CONSENT_FACTS, Cost
from facelint.files import Root
from facelint.judge import Outcome, Things, finish, judge, merge
from facelint.measures import of_nothing
from facelint.plan import Ask, Plan, Step, make_plan
from facelint.policy import Policy, Scope, Severity
from facelint.probes import Context
from facelint.probes.consent import registry_columns
from facelint.records import Batch, Dataset, RegistryTable
from facelint.records.files import shown, stamp
from facelint.redact import Redactor
from facelint.report import DatasetInfo, Input, Report, Timing, make_report, names, timed
from facelint.truth import Facts
from facelint.waivers import NONE, Waivers

MAX_SHOWN = 1000
DEFAULT_POLICY = "essentials"


@dataclass(frozen=True)
class Options:
    as_of: date
    redactor: Redactor
    horizon: timedelta = timedelta(0)
    fail_on: Severity = Severity.ERROR
    shown: int = MAX_SHOWN
    """How many findings the report shows."""
    waivers: Waivers = NONE


def ignore(*_: object) -> None:
    """Where nobody listens."""


def check(
    dataset: Dataset,
    policy: Policy,
    options: Options,
    on_findings: Callable[[pa.Table, findings.Names], None] = ignore,
    on_records: Callable[[Things], None] = ignore,
) -> Report:
    """The report of a dataset under a policy.

    `on_findings` is given every finding, by record as they are examined, and then those that only the whole could
    tell; `on_records` the records of each batch done. Raises UserError where the manifest or registry
    cannot be read.
    """
    started = time.monotonic()
    plan = make_plan(policy, probes.with_columns(policy.columns), options.as_of, options.waivers)
    context = Context(options.as_of, options.as_of + options.horizon, Root.of(dataset.images), dict(dataset.card))
    stamps = _stamps(dataset)
    info = _info(dataset)
    called = names(plan, info)
    context.registry = _registry(dataset, plan)

    outcome = Outcome()
    for things in _records(dataset, plan, context):
        part = judge(plan, things, options.redactor)
        on_findings(findings.by_record(part.found), called)
        outcome = merge(outcome, part.bounded(options.shown)).bounded(options.shown)
        on_records(things)
    if plan.rules[Scope.CONSENT]:
        part = judge(plan, _consents(dataset, plan, context, outcome, options.redactor), options.redactor)
        on_findings(findings.by_record(part.found), called)
        outcome = merge(outcome, part.bounded(options.shown))
    whole = _whole(plan, context, outcome)
    last = finish(plan, whole, outcome, options.redactor)
    on_findings(findings.by_record(last.found), called)
    outcome = merge(replace(outcome, groups={}), last)
    changed = [name for name, now in _stamps(dataset).items() if now != stamps[name]]
    if changed:
        raise DatasetError(f"{shown(changed[0])}: changed while it was being checked")

    report = make_report(
        plan, outcome, info, limit=options.shown, fail_on=options.fail_on,
        hash_key=options.redactor.key_id, version=facelint.__version__,
    )  # fmt: skip
    return timed(report, Timing(time.monotonic() - started, context.files_opened, context.pictures_decoded))


def policy_for(dataset: Dataset, names: Sequence[str], set: Mapping[str, str]) -> Policy:
    """The policy that a dataset is checked by: the packs and files that are asked for, else those of its
    `facelint.yaml`, else the default; with `set` over what that file lays over them."""
    config = dataset.config
    base = None
    if not names:
        names, base = (config.policies, dataset.root) if config.policies else ((DEFAULT_POLICY,), None)
    laid = policy_file.Settings(config.params, config.override, config.disable, set)
    return policy_file.load(names, probes.vocabulary(), laid, base)


def waivers_for(dataset: Dataset, policy: Policy, files: Sequence[Path] = ()) -> Waivers:
    """The waivers that a dataset is checked with: those of the files asked for, else those that its `facelint.yaml`
    names. Raises PolicyError with every mistake in them."""
    listed = [(str(file), file) for file in files]
    listed = listed or [(name, dataset.root / name) for name in dataset.config.waivers]
    return Waivers(waiver_file.load(listed, policy))


def _info(dataset: Dataset) -> DatasetInfo:
    config = dataset.config
    return DatasetInfo(
        dataset.name,
        dataset.path,
        tuple(Input(manifest.name, manifest.digest()) for manifest in dataset.manifests),
        Input(dataset.registry.name, dataset.registry.digest()) if dataset.registry else None,
        Input(config.name, config.digest) if config.name and config.digest else None,
    )


def _stamps(dataset: Dataset) -> dict[str, tuple[object, ...]]:
    """By name, what tells each input from another put in its place: the report's digests are of what was judged."""
    stamps: dict[str, tuple[object, ...]] = {one.name: one.stamp() for one in dataset.manifests}
    if dataset.registry:
        stamps[dataset.registry.name] = tuple((name, stamp(path)) for name, path in dataset.registry.files())
    return stamps


def _registry(dataset: Dataset, plan: Plan) -> RegistryTable | None:
    """The registry with the columns that the plan needs; None where there is none, or nothing asks for it."""
    steps = [step for scope in Scope for step in plan.steps[scope]]
    wanted = [name for step in steps if step.probe.name == "consent" for name in step.wanted]
    joined = dataset.registry is not None and dataset.registry.sidecars and _names_consents(steps)
    if dataset.registry is None or not (wanted or joined or plan.rules[Scope.CONSENT]):
        return None
    columns = registry_columns(frozenset(wanted))
    digested = any(rests_on_consent(plan.rule(i)) or plan.rule(i).scope is Scope.CONSENT for i in plan.digested)
    if digested or any(step.probe.all_columns for step in plan.steps[Scope.CONSENT]):
        columns |= {*dataset.registry.own_columns(), *(fact.name for fact in CONSENT_FACTS)}
    return dataset.registry.read(columns)


def _names_consents(steps: list[Step]) -> bool:
    return any("consent_id" in step.wanted for step in steps if step.probe.name == "manifest")


def _records(dataset: Dataset, plan: Plan, context: Context) -> Iterator[Things]:
    steps = plan.steps[Scope.RECORD]
    columns = {name for step in steps if step.probe.name == "manifest" for name in step.wanted}
    digested = any(i in plan.digested for i in plan.rules[Scope.RECORD])
    everything = digested or any(step.probe.all_columns for step in steps)
    consents = Consents(context.registry)
    for source, manifest in enumerate(dataset.manifests):
        own = {*manifest.own_columns(), *manifest.known} if everything else set()
        for batch in manifest.batches(columns | own):
            yield _things(source, batch, steps, context, consents)


def _things(source: int, batch: Batch, steps: tuple[Step, ...], context: Context, consents: Consents) -> Things:
    ask = Ask(batch.length, batch.columns, batch.broken, {})
    known = _look(ask, steps, context, consents=False)
    return Things(
        Scope.RECORD,
        Facts(batch.length, known),
        source,
        batch.rows,
        known["record_id"].spread(batch.length).texts(),
        known["path"].spread(batch.length).texts(),
        _not_examined(ask, steps, known),
        contents=Records(batch.columns, known, batch.length, context, consents),
    )


def _look(ask: Ask, steps: tuple[Step, ...], context: Context, consents: bool) -> dict[str, Column]:
    known: dict[str, Column] = {}
    for step in steps:
        look = step.probe.look_at_consents if consents else step.probe.look
        if look is None:
            raise ValueError(f"{step.probe.name} tells nothing of consents")
        known |= look(replace(ask, known=known), step.wanted, context)
    return known


def _not_examined(ask: Ask, steps: tuple[Step, ...], known: Mapping[str, Column]) -> pa.Array:
    """Why a record was not wholly examined: it could not be read, or something of its file could not be told."""
    dear = [name for step in steps for name, fact in step.wanted.items() if fact.cost > Cost.NONE]
    reasons = [ask.broken, *(known[name].unknown for name in dear if not known[name].constant)]
    return pc.coalesce(*(one for one in reasons if one is not None), pa.nulls(ask.length, pa.string()))


def _consents(dataset: Dataset, plan: Plan, context: Context, outcome: Outcome, redactor: Redactor) -> Things:
    """The rows of the registry; findings name one by the hash of its id."""
    source = len(dataset.manifests)
    table = context.registry
    if table is None:
        nothing = pa.array([], pa.string())
        return Things(Scope.CONSENT, Facts(0, _no_consents(plan)), source, pa.array([], pa.int64()), nothing, nothing)
    length = len(table.rows)
    ask = Ask(length, table.columns, table.broken, {}, _gathered(outcome))
    known = _look(ask, plan.steps[Scope.CONSENT], context, consents=True)
    ids = known["consent.id"].spread(length).texts().to_pylist()
    shown = [None if one is None else redactor.show(one, personal=True) for one in ids]
    paths = pa.nulls(length, pa.string())
    return Things(
        Scope.CONSENT, Facts(length, known), source, table.rows, pa.array(shown, pa.string()), paths, table.broken,
        contents=Consents(table),
    )  # fmt: skip


def _gathered(outcome: Outcome) -> dict[str, pa.Table]:
    return {name: pa.concat_tables(tables) for name, tables in outcome.gathered.items()}


def _no_consents(plan: Plan) -> dict[str, Column]:
    steps = plan.steps[Scope.CONSENT]
    return {name: constant(fact.type, None) for step in steps for name, fact in step.wanted.items()}


def _whole(plan: Plan, context: Context, outcome: Outcome) -> Things:
    """The dataset once: the card, the clock, and the measures of all records."""
    ask = Ask(1, {}, None, {}, _gathered(outcome))
    known = _look(ask, plan.steps[Scope.DATASET], context, consents=False)
    records = constant(probes.RECORDS.type, outcome.things.get(Scope.RECORD, 0))
    measured = {m: outcome.tallies.get(m, of_nothing(m)).interval() for m in plan.measures}
    nowhere = pa.array([None], pa.string())
    facts = Facts(1, {**known, probes.RECORDS.name: records})
    return Things(Scope.DATASET, facts, -1, pa.array([None], pa.int64()), nowhere, nowhere, measured=measured,
                  contents=Whole(context.card))  # fmt: skip
