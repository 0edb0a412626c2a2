"""What the packs are to hold, copied by hand from what the law asks: every rule, its severity, its days, its lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from . import shelf

SEVERITIES: Mapping[str, Mapping[str, str]] = {
    "essentials": {
        "error": """consent-recorded consent-active source-stated source-traceable no-gps no-names-in-image file-present
            file-inside-dataset image-decodes digest-matches one-record-per-file one-subject-per-picture
            no-personal-data-in-columns""",
        "warning": "no-device-serials license-stated unlisted-files",
    },
    "cn-pipl": {
        "error": """lawful-basis consent-resolves separate-consent consent-standing purpose-covered notice-recorded
            retention-set retention-kept withdrawn-deleted guardian-consent childrens-rules public-camera
            recipient-consented publication-consented abroad impact-assessment""",
        "warning": "necessity-stated withdrawal-channel age-known crawl-assessed security-declared",
    },
    "cn-portrait-trade": {
        "error": """portrait-consent grant-too-wide consent-bundled consent-tied semi-public crawled-without-permission
            commercial-permission terminal-repurposed private-space sale-without-transfer sale-threshold
            bought-without-chain research-exception open-link id-document-in-picture""",
        "warning": "portrait-term masked-same-duty complaint-channel",
        "note": "retouched-declared regulator-authorization",
    },
    "cn-deployment-2025": {
        "error": """a-notice a-separate-consent a-minors a-on-device a-impact-assessment a-filing b-source
            b-consent""",
        "warning": "a-alternative a-safeguards b-sample minors-audit",
        "note": "a-filing-near",
    },
    "eu-gdpr-face": {
        "error": """article-9-condition explicit-consent online-is-not-public consent-evidence indirect-notice
            dpia""",
        "warning": """basis withdrawal child-authority erasure-open purpose-drift storage-limit processing-record
            third-country""",
    },
    "eu-ai-act": {
        "error": "untargeted-scraping origin original-purpose",
        "warning": """scope-recorded sensitive-labels preparation assumptions bias-examined gaps
            training-summary""",
    },
    "us-biometric": {
        "error": """il-policy il-retention il-notice il-release il-no-profit il-disclosure tx-consent tx-online-only
            coppa-parent coppa-training""",
        # the table of the law has wa-enrol as an error; it was decided to ship it as a warning
        "warning": "tx-destroy wa-enrol disgorgement",
    },
    "consent-record": {
        "error": """id-unique status-known transition-legal status-not-future controller purposes-specific notice
            face-listed storage retention recipients withdrawal-method evidence-matches not-lapsed
            explicit-for-biometrics""",
        "warning": "before-collection no-cleartext-identity lapses-soon",
        "note": "orphan",
    },
    "file-privacy": {
        "error": """gps person-names face-regions-named free-text-personal thumbnail-differs trailer path-personal
            metadata-allowlist""",
        "warning": "location-text owner-names serial-numbers unique-ids maker-note secondary-images",
        "note": "ai-prompt",
    },
    "opt-out-and-provenance": {
        "error": """plus-prohibited plus-generative plus-constrained c2pa-training c2pa-constrained c2pa-generative
            tdm-reserved noai synthetic-undeclared minor-release""",
        "warning": "plus-draft signals-recorded synthetic-with-camera model-release",
        "note": "stripped",
    },
    "license-and-lineage": {
        "error": """license-stated non-commercial no-derivatives license-is-not-consent retracted derived-from-retracted
            research-only ffhq-recognition no-redistribution""",
        "warning": "license-known share-alike attribution agreement-missing revocable-set-fresh",
        "note": "benchmark-fitness",
    },
}

COUNTS = {
    "essentials": 16, "cn-pipl": 21, "cn-portrait-trade": 20, "cn-deployment-2025": 13, "eu-gdpr-face": 14,
    "eu-ai-act": 10, "us-biometric": 13, "consent-record": 19, "file-privacy": 15, "opt-out-and-provenance": 15,
    "license-and-lineage": 15,
}  # fmt: skip

OF_DATASETS = frozenset(
    """essentials/unlisted-files cn-pipl/necessity-stated cn-pipl/childrens-rules cn-pipl/impact-assessment
    cn-pipl/security-declared cn-portrait-trade/sale-threshold cn-portrait-trade/open-link
    cn-portrait-trade/complaint-channel cn-portrait-trade/regulator-authorization cn-deployment-2025/a-notice
    cn-deployment-2025/a-impact-assessment cn-deployment-2025/a-alternative cn-deployment-2025/a-safeguards
    cn-deployment-2025/a-filing cn-deployment-2025/a-filing-near cn-deployment-2025/b-sample
    cn-deployment-2025/minors-audit eu-gdpr-face/processing-record eu-gdpr-face/dpia eu-ai-act/preparation
    eu-ai-act/assumptions eu-ai-act/bias-examined eu-ai-act/gaps eu-ai-act/training-summary""".split()
)

OFF = {"file-privacy/metadata-allowlist", "cn-portrait-trade/regulator-authorization"}
"""Rules that are kept out until a profile turns them on."""

IN_FORCE = {
    "eu-ai-act/untargeted-scraping": "2025-02-02",
    "us-biometric/tx-online-only": "2026-01-01",
    "us-biometric/coppa-training": "2026-04-22",
}
ERROR_FROM = {"eu-ai-act/origin": "2027-12-02", "eu-ai-act/original-purpose": "2027-12-02"}

LAW_READ_ON = "2026-08-31"


def severities() -> dict[str, str]:
    """By whole name of a rule, the severity that it ships with."""
    return {
        f"{pack}/{rule}": severity
        for pack, levels in SEVERITIES.items()
        for severity, rules in levels.items()
        for rule in rules.split()
    }


# Profiles

_FILES = ("consent-record", "file-privacy", "license-and-lineage", "opt-out-and-provenance")
TWINS = {
    "essentials/no-gps", "essentials/no-names-in-image", "essentials/no-device-serials", "essentials/license-stated",
}  # fmt: skip
"""Rules of essentials that a fuller pack of every profile has too."""

PROFILES: Mapping[str, Iterable[str]] = {
    "cn-training": ("essentials", "cn-pipl", "cn-portrait-trade", *_FILES),
    "cn-release": ("essentials", "cn-pipl", "cn-portrait-trade", *_FILES, "cn-deployment-2025"),
    "eu-training": ("essentials", "eu-gdpr-face", "eu-ai-act", *_FILES),
    "us-training": ("essentials", "us-biometric", *_FILES),
    "strict": tuple(SEVERITIES),
}
RAISED: Mapping[str, set[str]] = {
    "cn-training": {"consent-record/before-collection"},
    "cn-release": {
        "consent-record/before-collection",
        "license-and-lineage/license-known",
        "license-and-lineage/share-alike",
        "license-and-lineage/attribution",
    },
    "eu-training": set(),
    "us-training": set(),
}
"""The warnings that are errors there; `strict` raises all whose ground was checked."""

ON_MEMORY = {
    "cn-portrait-trade/retouched-declared", "cn-portrait-trade/complaint-channel",
    "cn-portrait-trade/regulator-authorization", "cn-deployment-2025/b-sample", "eu-gdpr-face/basis",
    "eu-gdpr-face/child-authority", "eu-gdpr-face/erasure-open", "eu-gdpr-face/purpose-drift",
    "eu-gdpr-face/storage-limit", "eu-gdpr-face/third-country", "eu-ai-act/sensitive-labels",
    "eu-ai-act/training-summary",
}  # fmt: skip
"""Rules whose every ground was cited from memory."""

PARAMS = {
    "cn-pipl.guardian_below_age": "14",
    "cn-portrait-trade.sale_records": "5000", "cn-portrait-trade.sale_proceeds": "5000",
    "cn-portrait-trade.insider_sale_records": "2500", "cn-portrait-trade.insider_sale_proceeds": "2500",
    "cn-deployment-2025.guardian_below_age": "14", "cn-deployment-2025.minor_below_age": "18",
    "cn-deployment-2025.filing_from": "100000", "cn-deployment-2025.filing_near": "90000",
    "cn-deployment-2025.sample_size": "4000", "cn-deployment-2025.sample_pass_rate": "0.98",
    "eu-gdpr-face.child_consent_age": "16",
    "opt-out-and-provenance.adult_age": "18",
    "license-and-lineage.snapshot_period": "31 days",
}  # fmt: skip
"""What a user may change, as it is where nobody does."""

# Lists and list params

READ_BY_CODE = {"laws.yaml", "licence-classes.yaml", "retracted-datasets.yaml"}
"""List files that no pack names: facts are found out from them."""


def _exactly(*members: str) -> Callable[[Sequence[str]], bool]:
    return lambda texts: set(texts) == set(" ".join(members).split())


def _at_least(*members: str) -> Callable[[Sequence[str]], bool]:
    return lambda texts: set(texts) >= set(members)


def _either_way_written(texts: Sequence[str]) -> bool:
    """What stands behind `other:` is listed with a blank before it too, but for words with a hyphen."""
    purposes = [text.removeprefix("other:") for text in texts if "-" not in text]
    return _at_least("other:any", "other:all", "other:其他")(texts) and all(
        (purpose.strip() if purpose != purpose.strip() else f" {purpose}") in purposes for purpose in purposes
    )


def _share_alike(texts: Sequence[str]) -> bool:
    """The licences of the classes that ask for share-alike and allow commercial use."""
    classes = shelf.read(shelf.RULES / "lists" / "licence-classes.yaml")
    asking = [one for one in classes if one.get("share_alike") == "true" and one.get("commercial") == "true"]
    return set(texts) == {licence for one in asking for licence in one["licences"]}


SOUND: Mapping[str, Callable[[Sequence[str]], bool]] = {
    # ISO 3166-2: provinces, autonomous regions and municipalities; Hong Kong, Macao and Taiwan are abroad (境外)
    "cn-pipl/mainland": _exactly(
        "CN",
        *(
            f"CN-{code}"
            for code in """AH BJ CQ FJ GD GS GX GZ HA HB HE HI HL HN JL JS JX LN NM NX QH SC SD SH SN SX TJ XJ XZ YN
                ZJ""".split()
        ),
    ),
    "cn-portrait-trade/currencies": _exactly("CNY RMB CNH 元 人民币 USD EUR GBP"),
    "eu-gdpr-face/no-transfer-tool-needed": _exactly(
        "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK",  # the Union
        "EU EEA EL AX GF GP MF MQ RE YT",  # the whole, another name of Greece, and what belongs to it
        "IS LI NO",
        "AD AR BR CH FO GB GG IL IM JE JP KR NZ UY",  # covered whole by a decision; US and CA are so for some alone
    ),
    "eu-ai-act/sensitive-labels": _at_least(
        "race", "ethnicity", "politics", "union", "religion", "sex_life", "orientation"
    ),
    "consent-record/vague-purposes": _either_way_written,
    "file-privacy/allowed_metadata": _exactly("size orientation color-profile"),
    "license-and-lineage/share_alike": _share_alike,
    "opt-out-and-provenance/web_sources": _exactly(
        "web_crawl_public social_public social_semi_public ecommerce_model news_media"
    ),
}
"""Whether the members of a list, or of a param that is one, are as they must be."""
