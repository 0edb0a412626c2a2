"""The vocabulary: what a fact is, with the facts of the manifest, the card and the consent registry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from facelint.errors import nearest
from facelint.values import BOOLEAN, DATE, INTEGER, LIST, NUMBER, TEXT, FactType, enum, list_of


class Cost(IntEnum):
    """What finding out a fact takes, for each record, from cheap to dear."""

    NONE = 0
    STAT = 1
    HEADER = 2
    FILE = 3
    PIXELS = 4
    MODEL = 5

    @property
    def word(self) -> str:
        """`stat`, `whole file`, …"""
        return "whole file" if self is Cost.FILE else self.name.lower()


class Realm(StrEnum):
    """What a fact is about, and so in which scopes a rule may name it."""

    RECORD = "record"
    CONSENT = "consent"  # of a registry row, and through `consent_id` of a record
    REGISTRY = "registry"  # of a registry row, known only when every record has been seen
    DATASET = "dataset"  # known once, but only when every record has been seen
    CONSTANT = "constant"  # the same for all: usable in every scope


@dataclass(frozen=True)
class Fact:
    """A named, typed thing known about a record, a consent or the dataset."""

    name: str
    type: FactType
    doc: str
    realm: Realm = Realm.RECORD
    cost: Cost = Cost.NONE
    personal: bool = False
    """Its value appears in no output unless revealed: a keyed hash stands for it."""
    claimed: bool = False
    """An exemption that must be claimed: read as false when blank, missing or not of its type."""
    always: bool = False
    """Known of everything, so that asking whether it is present is a mistake."""
    aliases: tuple[str, ...] = ()
    """Other names that a manifest or registry may give it, in order of preference."""


@dataclass(frozen=True)
class Vocabulary(Mapping[str, Fact]):
    """Every fact that a policy may name."""

    facts: Mapping[str, Fact] = field(default_factory=dict)

    @classmethod
    def of(cls, facts: Iterable[Fact]) -> Vocabulary:
        """Raises ValueError where two facts share a name: a mistake in a probe."""
        known: dict[str, Fact] = {}
        for fact in facts:
            if known.setdefault(fact.name, fact) is not fact:
                raise ValueError(f"two facts are named {fact.name}")
        return cls(known)

    def __getitem__(self, name: str) -> Fact:
        return self.facts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.facts)

    def __len__(self) -> int:
        return len(self.facts)

    def nearest(self, name: str) -> str:
        return nearest(name, list(self.facts))


SOURCE_TYPES = (
    "first_party_collection", "user_upload_service", "attendance_access_terminal", "public_surveillance",
    "private_space_camera", "web_crawl_public", "social_public", "social_semi_public", "ecommerce_model",
    "news_media", "public_research_dataset", "licensed_stock", "purchased_broker", "synthetic", "derived_augmented",
)  # fmt: skip
LAWFUL_BASES = (
    "consent", "contract", "legal_duty", "public_task", "emergency", "lawfully_disclosed",
    "legitimate_interests", "research",
)  # fmt: skip
CONSENT_STATES = (
    "unknown", "requested", "deferred", "refused", "given", "renewed", "withdrawn", "revoked", "expired", "invalidated",
)  # fmt: skip
CONSENT_TYPES = ("implied", "expressed", "explicit", "separate", "written")
EVIDENCE = ("none", "missing", "mismatch", "matches")
PURPOSES = (
    "train-recognition", "evaluate-recognition", "train-generative", "train-detection", "attendance",
    "access-control", "public-security", "publication", "research",
)  # fmt: skip
PII_TYPES = ("face_image", "face_template", "face_video", "voice", "name", "contact", "id_document", "location")
USE_CLASSES = ("training", "evaluation", "enrolment", "deployment_gallery", "release")
TRANSFER_ROUTES = ("security-assessment", "standard-contract", "certification", "exempt")
ARTICLE_9 = tuple(f"9(2)({letter})" for letter in "abcdefghij")
NOTICE_COVERS = ("handler", "purpose", "method", "retention", "necessity", "impact", "rights")
IMPACT_COVERS = ("purpose", "rights", "safeguards", "leak-risk")


def _record(name: str, type: FactType, doc: str, *aliases: str, personal: bool = False, claimed: bool = False) -> Fact:
    return Fact(name, type, doc, personal=personal, claimed=claimed, aliases=aliases)


RECORD_FACTS: tuple[Fact, ...] = (
    _record("path", TEXT, "The picture's file, relative to the images root",
            "file_name", "filepath", "image_path", "filename"),
    _record("record_id", TEXT, "The record's own id; its path where there is none", "image_id", "id"),
    _record("subject_id", TEXT, "A pseudonym of the person shown", "person_id", "identity", personal=True),
    _record("subject_age", INTEGER, "Age in years at capture", "age", personal=True),
    _record("subject_region", TEXT, "Where the person lives, ISO 3166 (`CN`, `US-IL`)"),
    _record("lawful_basis", enum(*LAWFUL_BASES), "The legal ground on which the picture is handled"),
    _record("consent_id", TEXT, "Key into the consent registry", personal=True),
    _record("source_type", enum(*SOURCE_TYPES), "The kind of source the picture came from"),
    _record("source_name", TEXT, "Site, application, device or seller it came from"),
    _record("source_url", TEXT, "Address it came from"),
    _record("source_dataset", TEXT, "Upstream dataset, in any spelling"),
    _record("derived_from", LIST, "Datasets or pictures it was made from"),
    _record("source_agreement", TEXT, "Contract, licence agreement or written permission from the rights holder"),
    _record("source_reserved", LIST, "Opt-out signals seen at collection: `none-seen`, `noai`, `tdm-reservation`, …"),
    _record("collection_scope", TEXT, "What the collection was aimed at; blank means untargeted"),
    _record("collection_assessment", TEXT, "Impact assessment of the automated collection"),
    _record("poster_is_subject", BOOLEAN, "The person posted the picture themself", claimed=True),
    _record("collected_at", DATE, "Day the record was collected"),
    _record("captured_at", DATE, "Day the picture was taken"),
    _record("last_contact_at", DATE, "Day of the last dealing with the person"),
    _record("collected_by", TEXT, "Who collected it"),
    _record("original_purpose", TEXT, "Purpose at first collection (of a terminal: attendance, access control, …)"),
    _record("license", TEXT, "SPDX expression or LicenseRef"),
    _record("attribution", TEXT, "The credit that the licence asks for"),
    _record("price", NUMBER, "Paid or asked for this record; the card's `price_per_image` where not stated"),
    _record("currency", TEXT, "Currency of the price, ISO 4217; the card's `currency` where not stated"),
    _record("masked", BOOLEAN, "Declared: the face is masked"),
    _record("contains_id_document", BOOLEAN, "Declared: an identity document is in the picture"),
    _record("retouched", BOOLEAN, "Declared: the picture was retouched"),
    _record("synthetic", BOOLEAN, "Declared: no real person is shown", claimed=True),
    _record("face_count", INTEGER, "Declared: number of faces"),
    _record("has_template", BOOLEAN, "A face template, embedding or landmarks exist", "has_embedding"),
    _record("labels", LIST, "Attribute names annotated on the face", personal=True),
    _record("sha256", TEXT, "Declared SHA-256 of the file, in hex"),
    _record("retention_until", DATE, "Day until which the record may be kept"),
    _record("erasure_requested_at", DATE, "Day on which the person asked for erasure"),
    _record("recipients", LIST, "To whom the record is given"),
    _record("storage_region", TEXT, "Where it is stored, ISO 3166"),
)  # fmt: skip


def _consent(name: str, type: FactType, doc: str, *aliases: str, personal: bool = False, claimed: bool = False) -> Fact:
    return Fact(f"consent.{name}", type, doc, Realm.CONSENT, personal=personal, claimed=claimed, aliases=aliases)


CONSENT_FACTS: tuple[Fact, ...] = (
    _consent("id", TEXT, "The consent record's id", "consent_id", "record_id", "consentReceiptID", personal=True),
    _consent("subject_id", TEXT, "The person who consented",
             "pii_principal_id", "hasDataSubject", "piiPrincipalId", personal=True),
    _consent("status", enum(*CONSENT_STATES), "State of the consent", "hasConsentStatus"),
    _consent("status_at", DATE, "Day of that state", "event_time"),
    _consent("given_at", DATE, "Day the consent was given", "isIndicatedAtTime", "consentTimestamp"),
    _consent("valid_until", DATE, "Last day of the consent", "validity_duration"),
    _consent("retention_until", DATE, "Day until which the data may be kept", "retention_period", "termination"),
    _consent("type", enum(*CONSENT_TYPES), "How it was expressed; `separate` and `written` are explicit too",
             "consent_type", "consentType"),
    _consent("purposes", list_of(*PURPOSES, open=True), "Purposes consented to", "purpose"),
    _consent("pii_types", list_of(*PII_TYPES, open=True), "Kinds of data covered", "piiCategory"),
    _consent("recipients", LIST, "To whom the data may be given", "recipient"),
    _consent("storage_locations", LIST, "Where the data may be kept", "storage_location"),
    _consent("jurisdictions", LIST, "Under which laws", "jurisdiction"),
    _consent("controller_name", TEXT, "Who asked for the consent", "pii_controller", "piiController"),
    _consent("controller_contact", TEXT, "How to reach them"),
    _consent("notice_id", TEXT, "The notice that was shown", "privacy_notice", "policyUrl"),
    _consent("notice_sha256", TEXT, "Digest of that notice"),
    _consent("notice_language", TEXT, "Its language", "language"),
    _consent("withdrawal_method", TEXT, "How to withdraw"),
    _consent("collection_method", TEXT, "How the consent was collected", "collectionMethod"),
    _consent("indication_method", TEXT, "By what act it was given"),
    _consent("signature_type", TEXT, "Kind of signature"),
    _consent("bundled", BOOLEAN, "Bundled with other consents"),
    _consent("tied_to_service", BOOLEAN, "A service that does not need it was made to depend on it"),
    _consent("irrevocable", BOOLEAN, "Declared irrevocable"),
    _consent("sublicensable", BOOLEAN, "May be passed on freely"),
    _consent("allow_publish", BOOLEAN, "Publication allowed", claimed=True),
    _consent("allow_commercial", BOOLEAN, "Commercial use allowed", claimed=True),
    _consent("allow_transfer", BOOLEAN, "Handing over to others allowed", claimed=True),
    _consent("allow_transfer_abroad", BOOLEAN, "Transfer abroad allowed", claimed=True),
    _consent("allow_recognition", BOOLEAN, "Use for recognition allowed", claimed=True),
    _consent("allow_generative", BOOLEAN, "Use for generative models allowed", claimed=True),
    _consent("guardian_id", TEXT, "The guardian who consented", personal=True),
    _consent("guardian_relation", TEXT, "Their relation to the child"),
    _consent("evidence_path", TEXT, "File that proves the consent, relative to the registry"),
    _consent("evidence_sha256", TEXT, "Its declared SHA-256, in hex"),
    _consent("history", LIST, "Earlier states, in order, each as `status@date`"),
)  # fmt: skip


def _card(name: str, type: FactType = TEXT, doc: str = "") -> Fact:
    return Fact(f"card.{name}", type, doc or name.replace("_", " ").replace(".", ": ").capitalize(), Realm.CONSTANT)


CARD_FACTS: tuple[Fact, ...] = (
    _card("name"), _card("version"), _card("controller"), _card("controller_contact"),
    _card("purposes", list_of(*PURPOSES, open=True), "What the dataset is used for"),
    _card("use_class", enum(*USE_CLASSES), "What kind of use"),
    _card("commercial", BOOLEAN, "Used commercially"),
    _card("generative", BOOLEAN, "Trains a generative model"),
    _card("recognition", BOOLEAN, "Used to recognise persons"),
    _card("public_release", BOOLEAN, "Released to the public"),
    _card("price_per_image", NUMBER, "Price of a picture, where the record does not state its own"),
    _card("currency", TEXT, "Currency of prices, ISO 4217"),
    _card("seller_role", enum("none", "insider"), "Whether the seller got the data in the course of their duties"),
    _card("recipients", LIST), _card("storage_regions", LIST), _card("retention_until", DATE), _card("necessity"),
    _card("notice_covers", list_of(*NOTICE_COVERS, open=True), "What the notice explains"),
    _card("impact_assessment.id"), _card("impact_assessment.completed_on", DATE),
    _card("impact_assessment.covers", list_of(*IMPACT_COVERS, open=True)),
    _card("impact_assessment.keep_until", DATE),
    _card("filing_number"), _card("regulator_authorization"), _card("childrens_rules"),
    _card("childrens_audit_on", DATE), _card("withdrawal_channel"), _card("complaint_channel"),
    _card("access", enum("public_link", "registered", "internal"), "Who can get at the dataset"),
    _card("encryption", BOOLEAN), _card("audit_log", BOOLEAN), _card("access_control", BOOLEAN),
    _card("alternative_method"), _card("on_device", BOOLEAN), _card("privacy_policy_url"),
    _card("processing_record_id"),
    _card("article9_condition", enum(*ARTICLE_9, open=True), "Condition of GDPR 9(2) relied on"),
    _card("transfer_route", enum(*TRANSFER_ROUTES, open=True), "Route of a transfer out of China"),
    _card("transfer_tool"), _card("indirect_notice"), _card("bias_examination"), _card("preparation_log"),
    _card("assumptions"), _card("known_gaps"), _card("training_summary"), _card("license"),
    _card("sample_size", INTEGER), _card("sample_pass_rate", NUMBER), _card("snapshot_on", DATE),
    _card("upstream_terms"),
)  # fmt: skip
