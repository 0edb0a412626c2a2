"""A dataset that passes, attested, for the tests of attestations."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from running import KEY, policy

from facelint import policy_file, probes
from facelint.gates import envelope, statement
from facelint.gates.attest import Attested, attest
from facelint.gates.keys import Signer, Verifier, generated, signer_of, verifier_of
from facelint.policy import Policy
from facelint.records import open_dataset
from facelint.redact import Redactor
from facelint.run import Options

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
TODAY = NOW.date()
DAY = timedelta(days=1)
RULE = "id: stated, require: {license: present}"
CONFIGURATION = "images: images\nmanifest: manifest.csv\nconsents: consents.csv\ncard: {name: Made up}\n"


def dataset(folder: Path) -> Path:
    """Three pictures that are none, a registry, evidence; it passes RULE."""
    (folder / "images" / "b").mkdir(parents=True)
    for name, data in (("a.jpg", b"first"), ("b/c.jpg", b"second"), ("b/é 1.png", b"")):
        (folder / "images" / name).write_bytes(data)
    (folder / "proof").mkdir()
    (folder / "proof" / "1.txt").write_bytes(b"signed")
    rows = ["path,license", "a.jpg,MIT", "b/c.jpg,MIT", "b/é 1.png,MIT"]
    (folder / "manifest.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (folder / "consents.csv").write_text("consent_id,evidence_path\nc-1,proof/1.txt\nc-2,proof/none.txt\n", "utf-8")
    (folder / "facelint.yaml").write_text(CONFIGURATION, encoding="utf-8")
    return folder


PAIR = generated()


def signer() -> Signer:
    return signer_of(PAIR.private, "the tests' key")


def verifier() -> Verifier:
    return verifier_of(PAIR.public, "the tests' key")


def rules(folder: Path, *texts: str) -> Policy:
    """The policy of these rules in a folder of its own."""
    folder.mkdir(exist_ok=True)
    return policy_file.load([str(policy(folder, *(texts or (RULE,))))], probes.vocabulary())


def attested(
    folder: Path, judged: Policy, *, created: datetime = NOW, lasts: timedelta = 90 * DAY, as_of: date = TODAY,
    **more: Any,
) -> Attested:  # fmt: skip
    opened = open_dataset(folder, probes.vocabulary())
    return attest(opened, judged, Options(as_of, Redactor(KEY)), created, lasts, **{"cached": False, **more})


def sealed(one: Attested) -> bytes:
    return envelope.sealed(statement.payload(one.statement), signer()).encode()


def resealed(data: bytes, change: Callable[[dict[str, Any]], object]) -> bytes:
    """The envelope with its statement changed, and signed again by the same key."""
    whole = json.loads(base64.b64decode(json.loads(data)["payload"]))
    change(whole)
    return envelope.sealed(json.dumps(whole).encode(), signer()).encode()
